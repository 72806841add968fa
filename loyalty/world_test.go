package loyalty_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// words are what the host said of m2 in reasons, wherever it could.
const words = "欧阳小满 <xiaoman@example.com>"

// world is a club in which m2 left traces in every service: with m3 in a household,
// who brought m2; and m1, who has nothing to do with them but one transfer.
type world struct {
	*club
	order, redemption, personal, review string
	pooled                              uint64
	device                              string
}

// said is a call with a reason.
func said(ref string) loyalty.Call { return loyalty.Call{Ref: ref, Reason: words} }

func newWorld(t *testing.T) *world {
	t.Helper()
	p := loyalty.Programme{
		Earning: rules(onePerYuan()), Tiers: tiers(nil, metals()),
		Rewards: []reward.Reward{{Code: "mug", En: "Mug", Cost: 10, Stock: reward.Limited, Delivery: reward.Delayed}, {Code: "coupon", En: "Coupon"}},
		Referrals: &reward.ReferralPolicy{Zone: time.UTC, WindowDays: 30, HoldDays: 7, MinPurchase: fen(100),
			Referrer: reward.Grant{Points: 300}, Friend: reward.Grant{Points: 100}},
	}
	w := &world{device: "9d5e3c2b-keyed-hash"}
	w.club = newClub(t, p, loyalty.Options{Codes: signing(t), Events: true, Screen: func(_ context.Context, a loyalty.Attempt) (loyalty.Verdict, error) {
		if a.Code == "strange" {
			return loyalty.Review, nil
		}
		return loyalty.Pass, nil
	}}, "m1")
	for _, id := range []string{"m2", "m3"} {
		_, err := w.Members.Enrol(w.ctx, desk, id, loyalty.Call{Key: words, Reason: words})
		require.ErrorIs(t, err, map[string]error{"m2": nil, "m3": loyalty.ErrKeyReused}[id])
	}
	_, err := w.Members.Enrol(w.ctx, desk, "m3", loyalty.Call{})
	require.NoError(t, err)
	do := func(err error) {
		t.Helper()
		require.NoError(t, err)
	}
	_, err = w.Referrals.Register(w.ctx, desk, "m2", "m3", loyalty.ReferralRequest{}, said(""))
	do(err)
	_, err = w.Members.OpenAccount(w.ctx, desk, "m2", "m2-b", said(""))
	do(err)
	_, err = w.Points.Earn(w.ctx, desk, "m1", points.EarnCommand{Points: 100}, loyalty.Call{Reason: "nothing of theirs"})
	do(err)
	call := said("o-0")
	call.Device = w.device
	_, err = w.Points.Earn(w.ctx, desk, "m2", points.EarnCommand{Points: 500}, call)
	do(err)
	_, err = w.Points.Earn(w.ctx, desk, "m3", points.EarnCommand{Points: 50}, loyalty.Call{Reason: "about m3 alone"})
	do(err)
	w.order = "o-1"
	_, err = w.Orders.Earn(w.ctx, desk, "m2", loyalty.Purchase{Order: lines(20_000)}, said(w.order))
	do(err)
	_, err = w.Referrals.Qualify(w.ctx, desk, "m2", reward.Purchase{ID: "o-1", At: w.clock.Now(), Amount: fen(20_000)}, said(""))
	do(err)
	_, err = w.Households.Create(w.ctx, desk, "home", "m3", loyalty.Call{})
	do(err)
	_, err = w.Households.Join(w.ctx, desk, "home", "m2", said(""))
	do(err)
	pool, err := w.Households.Burn(w.ctx, desk, "home", points.BurnCommand{Points: 600}, said("trip"))
	do(err)
	w.pooled = pool.Seq
	_, err = w.Households.Refund(w.ctx, desk, "home", loyalty.Reversal{Target: pool.Seq, Points: 20}, said("trip"))
	do(err)
	_, err = w.Points.Transfer(w.ctx, desk, "m2", "m1", 5, said("gift"))
	do(err)
	_, err = w.Rewards.Receive(w.ctx, desk, "mug", 9, loyalty.Call{Reason: "from the factory"})
	do(err)
	redeemed, err := w.Rewards.Redeem(w.ctx, desk, "m2", loyalty.RedemptionRequest{Reward: "mug", N: 2}, said(""))
	do(err)
	w.redemption = redeemed.Redemption
	_, err = w.Rewards.Deliver(w.ctx, desk, w.redemption, 1, said(""))
	do(err)
	w.personal = "v-1"
	_, err = w.Vouchers.Issue(w.ctx, desk, w.personal, reward.VoucherTerms{Reward: "coupon", Member: "m2", Uses: 3}, said(""))
	do(err)
	_, err = w.Vouchers.Use(w.ctx, desk, w.personal, loyalty.VoucherUse{ID: "u-1", Member: "m2"}, said(""))
	do(err)
	_, err = w.Tiers.Grant(w.ctx, desk, "m2", "silver", w.clock.Now().AddDate(0, 1, 0), said(""))
	do(err)
	_, err = w.Members.Freeze(w.ctx, desk, "m2", said(""))
	do(err)
	_, err = w.Members.Thaw(w.ctx, desk, "m2", said(""))
	do(err)
	strange := said("o-9")
	strange.Code = "strange"
	done, err := w.Points.Earn(w.ctx, desk, "m2-b", points.EarnCommand{Points: 30}, strange)
	do(err)
	_, err = w.Reviews.Approve(w.ctx, desk, done.Review, said(""))
	do(err)
	done, err = w.Points.Burn(w.ctx, desk, "m2-b", points.BurnCommand{Points: 7}, strange)
	do(err)
	w.review = done.Review
	w.verified()
	return w
}

// m2 sees their own member only.
var onlyM1 = loyalty.Actor{ID: "m1", Sees: loyalty.Only("m1")}
