package loyalty_test

import (
	"context"
	"errors"
	"iter"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// first drops the result of a call.
func first[T any](_ T, err error) error { return err }

// leaked reports that a listing yields something; its own error is an answer.
func leaked[T any](rows iter.Seq2[T, error]) error {
	for _, err := range rows {
		if err != nil {
			return err
		}
		return errors.New("a row was yielded")
	}
	return loyalty.ErrNotFound
}

// empty reports that a list has something in it.
func empty[T any](list []T, err error) error {
	if err == nil && len(list) == 0 {
		return loyalty.ErrNotFound
	}
	return errors.Join(err, errors.New("something is listed"))
}

// methods are all exported methods of the services that take an actor.
func methods(l *loyalty.Loyalty) (names []string) {
	services := reflect.ValueOf(l).Elem()
	for i := range services.NumField() {
		field := services.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		for j := range field.Type.NumMethod() {
			m := field.Type.Method(j)
			if m.Type.NumIn() > 2 && m.Type.In(2) == reflect.TypeFor[loyalty.Actor]() {
				names = append(names, field.Name+"."+m.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// TestSight: an actor who sees m1 alone can neither read nor change what belongs to
// m2, by no method of no service.
func TestSight(t *testing.T) {
	w := newWorld(t)
	now := w.clock.Now()
	me, ctx, at := onlyM1, w.ctx, loyalty.Call{}
	tries := map[string]func() error{
		"Members.Enrol":       func() error { return first(w.Members.Enrol(ctx, me, "m9", at)) },
		"Members.Get":         func() error { return first(w.Members.Get(ctx, me, "m2")) },
		"Members.List":        func() error { return leaked(w.Members.List(ctx, me, loyalty.MemberFilter{After: "m1"})) },
		"Members.OpenAccount": func() error { return first(w.Members.OpenAccount(ctx, me, "m2", "m2-x", at)) },
		"Members.Freeze":      func() error { return first(w.Members.Freeze(ctx, me, "m2", at)) },
		"Members.Thaw":        func() error { return first(w.Members.Thaw(ctx, me, "m2", at)) },
		"Members.Close":       func() error { return first(w.Members.Close(ctx, me, "m2", loyalty.Closing{Forfeit: true}, at)) },
		"Members.Merge":       func() error { return first(w.Members.Merge(ctx, me, "m2", "m1", at)) },
		"Members.Forget":      func() error { return first(w.Members.Forget(ctx, me, "m2", loyalty.Erasure{Forfeit: true}, at)) },
		"Members.Copy":        func() error { return first(w.Members.Copy(ctx, me, "m2", "")) },

		"Households.Create": func() error { return first(w.Households.Create(ctx, me, "h2", "m2", at)) },
		"Households.Join":   func() error { return first(w.Households.Join(ctx, me, "home", "m1", at)) },
		"Households.Leave":  func() error { return first(w.Households.Leave(ctx, me, "home", "m2", at)) },
		"Households.Get":    func() error { return first(w.Households.Get(ctx, me, "home")) },
		"Households.List":   func() error { return leaked(w.Households.List(ctx, me, loyalty.HouseholdFilter{})) },
		"Households.Burn":   func() error { return first(w.Households.Burn(ctx, me, "home", points.BurnCommand{Points: 1}, at)) },
		"Households.Refund": func() error {
			return first(w.Households.Refund(ctx, me, "home", loyalty.Reversal{Target: w.pooled, Points: 1}, at))
		},

		"Reviews.Get":     func() error { return first(w.Reviews.Get(ctx, me, w.review)) },
		"Reviews.List":    func() error { return leaked(w.Reviews.List(ctx, me, loyalty.ReviewFilter{})) },
		"Reviews.Approve": func() error { return first(w.Reviews.Approve(ctx, me, w.review, at)) },
		"Reviews.Reject":  func() error { return first(w.Reviews.Reject(ctx, me, w.review, at)) },

		"Points.Account":       func() error { return first(w.Points.Account(ctx, me, "m2")) },
		"Points.Available":     func() error { return first(w.Points.Available(ctx, me, "m2")) },
		"Points.AvailableAsOf": func() error { return first(w.Points.AvailableAsOf(ctx, me, "m2", now, now)) },
		"Points.BalanceAsOf":   func() error { return first(w.Points.BalanceAsOf(ctx, me, "m2", now, now)) },
		"Points.Statement":     func() error { return first(w.Points.Statement(ctx, me, "m2", now, now.Add(time.Hour))) },
		"Points.Trace":         func() error { return first(w.Points.Trace(ctx, me, "m2")) },
		"Points.Expiring":      func() error { return first(w.Points.Expiring(ctx, me, "m2", now)) },
		"Points.Journal":       func() error { return leaked(w.Points.Journal(ctx, me, "m2", loyalty.PostingFilter{})) },
		"Points.Open":          func() error { return first(w.Points.Open(ctx, me, "m2", points.OpenCommand{Debt: 1}, at)) },
		"Points.Earn":          func() error { return first(w.Points.Earn(ctx, me, "m2", points.EarnCommand{Points: 1}, at)) },
		"Points.Confirm":       func() error { return first(w.Points.Confirm(ctx, me, "m2", points.ConfirmCommand{Lot: 1}, at)) },
		"Points.Burn":          func() error { return first(w.Points.Burn(ctx, me, "m2", points.BurnCommand{Points: 1}, at)) },
		"Points.Hold":          func() error { return first(w.Points.Hold(ctx, me, "m2", points.HoldCommand{Points: 1}, at)) },
		"Points.Capture": func() error {
			return first(w.Points.Capture(ctx, me, "m2-b", points.CaptureCommand{Hold: 1, Points: 1}, at))
		},
		"Points.Release":  func() error { return first(w.Points.Release(ctx, me, "m2-b", points.ReleaseCommand{Hold: 1}, at)) },
		"Points.Adjust":   func() error { return first(w.Points.Adjust(ctx, me, "m2", points.AdjustCommand{Points: -1}, at)) },
		"Points.WriteOff": func() error { return first(w.Points.WriteOff(ctx, me, "m2", points.WriteOffCommand{Points: 1}, at)) },
		"Points.Refund":   func() error { return first(w.Points.Refund(ctx, me, "m2", loyalty.Reversal{Target: 1, Points: 1}, at)) },
		"Points.Clawback": func() error {
			return first(w.Points.Clawback(ctx, me, "m2", loyalty.Reversal{Target: 1, Points: 1}, at))
		},
		"Points.Reverse":  func() error { return first(w.Points.Reverse(ctx, me, "m2", 1, at)) },
		"Points.Transfer": func() error { return first(w.Points.Transfer(ctx, me, "m2", "m1", 1, at)) },
		"Points.Merge":    func() error { return first(w.Points.Merge(ctx, me, "m2", "m1", at)) },

		"Orders.Earn": func() error {
			return first(w.Orders.Earn(ctx, me, "m2", loyalty.Purchase{Order: lines(100)}, loyalty.Call{Ref: "o-me"}))
		},
		"Orders.Get":    func() error { return first(w.Orders.Get(ctx, me, w.order)) },
		"Orders.Return": func() error { return first(w.Orders.Return(ctx, me, w.order, loyalty.Return{All: true}, at)) },

		"Tiers.Standing":     func() error { return first(w.Tiers.Standing(ctx, me, "m2", now)) },
		"Tiers.StandingAsOf": func() error { return first(w.Tiers.StandingAsOf(ctx, me, "m2", now, now)) },
		"Tiers.Outlook":      func() error { return first(w.Tiers.Outlook(ctx, me, "m2", now)) },
		"Tiers.History":      func() error { return first(w.Tiers.History(ctx, me, "m2", now)) },
		"Tiers.Events":       func() error { return first(w.Tiers.Events(ctx, me, "m2")) },
		"Tiers.Grant":        func() error { return first(w.Tiers.Grant(ctx, me, "m2", "gold", now.AddDate(0, 1, 0), at)) },
		"Tiers.Revoke":       func() error { return first(w.Tiers.Revoke(ctx, me, "m2", "", at)) },
		"Tiers.Place":        func() error { return first(w.Tiers.Place(ctx, me, "m2", "gold", at)) },

		"Rewards.Redeem": func() error {
			return first(w.Rewards.Redeem(ctx, me, "m2", loyalty.RedemptionRequest{Reward: "mug", N: 1}, at))
		},
		"Rewards.Redemption": func() error { return first(w.Rewards.Redemption(ctx, me, w.redemption)) },
		"Rewards.Redemptions": func() error {
			return leaked(w.Rewards.Redemptions(ctx, me, loyalty.RedemptionFilter{}))
		},
		"Rewards.Deliver": func() error { return first(w.Rewards.Deliver(ctx, me, w.redemption, 1, at)) },
		"Rewards.Cancel":  func() error { return first(w.Rewards.Cancel(ctx, me, w.redemption, 1, at)) },
		"Rewards.Return":  func() error { return first(w.Rewards.Return(ctx, me, w.redemption, 1, at)) },

		"Vouchers.Issue": func() error {
			return first(w.Vouchers.Issue(ctx, me, "v-me", reward.VoucherTerms{Reward: "coupon", Member: "m2", Uses: 1}, at))
		},
		"Vouchers.IssueBatch": func() error {
			return first(w.Vouchers.IssueBatch(ctx, me, reward.VoucherTerms{Reward: "coupon", Member: "m2", Uses: 1}, loyalty.VoucherBatch{N: 2}, at))
		},
		"Vouchers.Get":  func() error { return first(w.Vouchers.Get(ctx, me, w.personal)) },
		"Vouchers.List": func() error { return leaked(w.Vouchers.List(ctx, me, loyalty.VoucherFilter{})) },
		"Vouchers.Use": func() error {
			return first(w.Vouchers.Use(ctx, me, w.personal, loyalty.VoucherUse{ID: "u-me", Member: "m1"}, at))
		},
		"Vouchers.Undo":   func() error { return first(w.Vouchers.Undo(ctx, me, w.personal, "u-1", money.Amount{}, at)) },
		"Vouchers.Cancel": func() error { return first(w.Vouchers.Cancel(ctx, me, w.personal, at)) },
		"Vouchers.Return": func() error { return first(w.Vouchers.Return(ctx, me, w.personal, at)) },

		"Referrals.Register": func() error { return first(w.Referrals.Register(ctx, me, "m3", "m2", loyalty.ReferralRequest{}, at)) },
		"Referrals.Qualify": func() error {
			return first(w.Referrals.Qualify(ctx, me, "m2", reward.Purchase{ID: "o-8", At: now, Amount: fen(20_000)}, at))
		},
		"Referrals.Withdraw": func() error {
			return first(w.Referrals.Withdraw(ctx, me, "m2", reward.Purchase{ID: "o-1", At: now, Amount: fen(0)}, at))
		},
		"Referrals.Void":    func() error { return first(w.Referrals.Void(ctx, me, "m2", loyalty.Call{Code: "fraud"})) },
		"Metrics.Behaviour": func() error { return first(w.Metrics.Behaviour(ctx, me, "m2", calendar.DayOf(now, time.UTC))) },
		"Metrics.Buyers":    func() error { return empty(w.Metrics.Buyers(ctx, me, now.AddDate(0, 0, -1), now.AddDate(0, 0, 1), 1)) },
		"Metrics.Referrers": func() error { return empty(w.Metrics.Referrers(ctx, me, now.AddDate(0, 0, -1), now.AddDate(0, 0, 1))) },

		"Referrals.Get":  func() error { return first(w.Referrals.Get(ctx, me, "m2")) },
		"Referrals.List": func() error { return leaked(w.Referrals.List(ctx, me, loyalty.ReferralFilter{})) },
	}
	// What is about the programme and no member, or shows an actor only what they see.
	others := []string{"Due.Run", "Reports.Observe", "Reports.RollForward", "Rewards.Receive", "Rewards.Stock", "Rewards.WriteOff",
		"Vouchers.ByCode", "Vouchers.UseCode", "Points.Batch", "Metrics.Participation", "Metrics.Repurchase", "Tiers.Count", "Tiers.Refresh"}
	for _, name := range methods(w.Loyalty) {
		require.True(t, tries[name] != nil || slices.Contains(others, name), "%s is not tried", name)
	}
	before := w.everything()
	for name, try := range tries {
		err := try()
		require.True(t, errors.Is(err, loyalty.ErrNotFound) || errors.Is(err, loyalty.ErrForbidden), "%s: %v", name, err)
		require.Equal(t, before, w.everything(), name)
	}

	// A member's own application does what is due for its member, and leaves the rest.
	w.clock.set(now.AddDate(0, 2, 0))
	_, err := w.Due.Run(ctx, me, loyalty.DueOptions{})
	require.NoError(t, err)
	_, err = w.Tiers.Refresh(ctx, me, "", 0)
	require.NoError(t, err)
	for _, id := range []string{"m2", "m2-b", "m3"} {
		require.Contains(t, before, storetest.Dump(w.account(id)))
	}
}

// everything is what the store has of everybody but m1.
func (w *world) everything() string {
	w.t.Helper()
	var dump string
	for _, a := range all(w.t, w.store.Accounts(w.ctx, loyalty.AccountFilter{After: "m1"})) {
		dump += storetest.Dump(a) + "\n"
	}
	for _, kind := range []loyalty.Kind{loyalty.KindMember, loyalty.KindHousehold, loyalty.KindOrder, loyalty.KindRedemption, loyalty.KindVoucher,
		loyalty.KindReferral, loyalty.KindReview, loyalty.KindStock} {
		for _, r := range all(w.t, w.store.Records(w.ctx, loyalty.RecordFilter{Kind: kind})) {
			dump += storetest.Dump(r) + "\n"
		}
	}
	return dump
}

// TestSightOfNobody: who sees nobody finds nothing.
func TestSightOfNobody(t *testing.T) {
	w := newWorld(t)
	nobody := loyalty.Actor{ID: "nobody"}
	_, err := w.Members.Get(context.Background(), nobody, "m1")
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	_, err = w.Points.Account(w.ctx, nobody, "m1")
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	require.Empty(t, all(t, w.Members.List(w.ctx, nobody, loyalty.MemberFilter{})))
	require.Empty(t, all(t, w.Households.List(w.ctx, nobody, loyalty.HouseholdFilter{})))
	require.Empty(t, all(t, w.Reviews.List(w.ctx, nobody, loyalty.ReviewFilter{})))
}
