package loyalty_test

import (
	"context"
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// fingerprints is a store that keeps the fingerprint of the last commit.
type fingerprints struct {
	*loyalty.Memory
	last string
}

func (s *fingerprints) Commit(ctx context.Context, c loyalty.Commit) error {
	s.last = hex.EncodeToString(c.Fingerprint[:])
	return s.Memory.Commit(ctx, c)
}

// A command that was done before an upgrade may be sent again after it, and has to
// find its receipt: were its fingerprint another, the answer would be ErrKeyReused to
// a caller who did nothing wrong. So these never change, and a field that a command
// gets later is left out of its JSON where it is zero.
func TestFingerprintsStay(t *testing.T) {
	store := &fingerprints{Memory: new(loyalty.Memory)}
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	l, err := loyalty.New(store, loyalty.Programme{Earning: rules(onePerYuan()),
		Rewards: []reward.Reward{{Code: "mug", En: "Mug", Cost: 10, Stock: reward.Limited}}},
		loyalty.Options{Clock: &settable{t: noon}})
	require.NoError(t, err)
	ctx := t.Context()
	for _, command := range []struct {
		name, want string
		send       func(call loyalty.Call) error
	}{
		{"enrol", "57a68ece71ed58fdae6ede8bf279f2002c127fd601512464f0ef8877c2cc247f", func(call loyalty.Call) error {
			_, err := l.Members.Enrol(ctx, desk, "m1", call)
			return err
		}},
		{"earn", "29b11de9afacd2ca798bf3edd2d7f911cbcb310fc2f2f6784fe6bd758ff11191", func(call loyalty.Call) error {
			_, err := l.Points.Earn(ctx, desk, "m1", points.EarnCommand{Points: 60}, call)
			return err
		}},
		{"earn with terms, and all that a call says", "188e541e5a46610cc384187d3fe2e52771fcae6f65aac065645e57a1c547a8ae", func(call loyalty.Call) error {
			call.Ref, call.Code, call.Reason, call.At = "sale-1", "spring", "for the wait", noon.Add(-time.Hour)
			_, err := l.Points.Earn(ctx, desk, "m1", points.EarnCommand{Points: 60, QP: 5, ExpireAt: noon.AddDate(1, 0, 0)}, call)
			return err
		}},
		{"burn", "9a02427ccd418dffb17208597a7560ba4d086a708f2767ee78ed8b23285e9439", func(call loyalty.Call) error {
			_, err := l.Points.Burn(ctx, desk, "m1", points.BurnCommand{Points: 50}, call)
			return err
		}},
		{"refund", "64f5f878a8d3ce42ae5a73958373f0457e0750f6a0278e825c2a8bb7078e44eb", func(call loyalty.Call) error {
			_, err := l.Points.Refund(ctx, desk, "m1", loyalty.Reversal{Target: 3, Points: 20}, call)
			return err
		}},
		{"order", "8218562b11bbc7f4cb8c95f1f049336bd23f28708c463a9c5f59ef30f517706e", func(call loyalty.Call) error {
			call.Ref = "order-1"
			_, err := l.Orders.Earn(ctx, desk, "m1", loyalty.Purchase{Order: lines(9900)}, call)
			return err
		}},
		{"receive", "e0bc3ee9812426ac74330dc9fb61c026c5522b48ea5c0a7f1a9d02bf3288b34b", func(call loyalty.Call) error {
			_, err := l.Rewards.Receive(ctx, desk, "mug", 5, call)
			return err
		}},
		{"redeem, with an id that is made", "4f0930c2d64fe5b4231dec2b559a0129a9e5686f3ff7670c67bbc1ab22b760a6", func(call loyalty.Call) error {
			_, err := l.Rewards.Redeem(ctx, desk, "m1", loyalty.RedemptionRequest{Reward: "mug", N: 1}, call)
			return err
		}},
		{"household", "62b47eb4b01f8de839fb7e2317737f4b362cd15551ab4a65aec10eb3f1e8a613", func(call loyalty.Call) error {
			_, err := l.Households.Create(ctx, desk, "home", "m1", call)
			return err
		}},
		{"vouchers", "3e68ab06124c34a069609469a2a4bcc0613689c83548a8804e940b45809f9bd0", func(call loyalty.Call) error {
			_, err := l.Vouchers.IssueBatch(ctx, desk, reward.VoucherTerms{Uses: 2, Until: noon.AddDate(0, 1, 0)}, loyalty.VoucherBatch{N: 2}, call)
			return err
		}},
	} {
		require.NoError(t, command.send(loyalty.Call{Key: command.name}), command.name)
		require.Equal(t, command.want, store.last, command.name)
	}
}
