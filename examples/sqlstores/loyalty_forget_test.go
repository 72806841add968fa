package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/loyaltysql"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

// TestLoyaltyForgetLeavesNothing: after Members.Forget and Scrub no row and, in
// SQLite, no byte of the files, log and free pages included, holds a reason or a
// device of the member, in any of the forms that privacy.Search knows. What was given
// as a key or an identifier never was there. Every entry stays with its ids, amounts
// and instants, and what was said about others stays too.
func TestLoyaltyForgetLeavesNothing(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		store, db := e.points(t, e.dsn(t), loyaltysql.Options{})
		l := clubOn(t, store)
		tracesOfPoints(t, l)
		search := func(texts ...string) map[string]int {
			hits, err := privacy.Search(dump(t, e, db), texts)
			require.NoError(t, err)
			found := map[string]int{}
			for _, hit := range hits {
				found[texts[hit.Text]]++
			}
			return found
		}
		said := []string{"欧阳小满", "xiaoman.ouyang", "杨树浦路", "device-of-xm"}
		found := search(said...)
		require.Len(t, found, len(said), "the search finds what is there")
		require.Greater(t, found[said[0]], 30)
		require.Empty(t, search("13712345678", "hash-of-a-phone"), "a key and an identifier are not kept")
		before, totals := journals(t, store), totalsOf(t, store)
		verified(t, l)

		done, err := l.Members.Forget(t.Context(), till, "xm", loyalty.Erasure{Forfeit: true}, loyalty.Call{Key: "13712345678", Reason: "欧阳小满 asked for it"})
		require.NoError(t, err)
		require.Greater(t, done.Redacted, 30)
		require.NoError(t, store.Scrub(t.Context()))
		require.Empty(t, search(said...))
		require.Empty(t, search("13712345678", "hash-of-a-phone"))
		require.GreaterOrEqual(t, search("about others")["about others"], 2)

		after := journals(t, store)
		for place, entry := range before {
			require.Equal(t, entry, after[place], place)
		}
		totals["xm"], totals["xm-2"] = expired(totals["xm"], -1), expired(totals["xm-2"], -1)
		have := totalsOf(t, store)
		have["xm"], have["xm-2"] = expired(have["xm"], -1), expired(have["xm-2"], -1)
		require.Equal(t, totals, have)
		verified(t, l)
	})
}

// clubOn returns the services of a programme that has every part.
func clubOn(t *testing.T, store loyalty.Store) *loyalty.Loyalty {
	t.Helper()
	var earns earning.Programme
	require.NoError(t, json.Unmarshal([]byte(`{"version":1, "currency":"CNY", "rules":[{"id":"base", "kind":"per-money", "points":"1", "qp":"1"}]}`), &earns))
	plan, err := earning.Compile(earns)
	require.NoError(t, err)
	tiers, err := tier.New(time.UTC, tier.Policy{Version: 1, Tiers: []tier.Tier{{Code: "base"}, {Code: "gold", Need: tier.Totals{Points: 1000}}}})
	require.NoError(t, err)
	p := loyalty.Programme{
		Earning: plan, Tiers: tiers,
		Rewards:   []reward.Reward{{Code: "mug", En: "mug", Zh: "马克杯", Cost: 10, Stock: reward.Limited, Delivery: reward.Delayed}, {Code: "tea", En: "tea", Zh: "茶"}},
		Referrals: &reward.ReferralPolicy{Referrer: reward.Grant{Points: 300}, Friend: reward.Grant{Points: 100}},
	}
	l, err := loyalty.New(store, p, loyalty.Options{Events: true, Screen: func(_ context.Context, a loyalty.Attempt) (loyalty.Verdict, error) {
		if a.Code == "strange" {
			return loyalty.Review, nil
		}
		return loyalty.Pass, nil
	}})
	require.NoError(t, err)
	return l
}

// tracesOfPoints makes the member xm, of whom every service was told something:
// with yy in a household, and with zz, to whom xm gave points.
func tracesOfPoints(t *testing.T, l *loyalty.Loyalty) {
	t.Helper()
	ctx := t.Context()
	done := func(_ any, err error) { t.Helper(); require.NoError(t, err) }
	said := func(ref string) loyalty.Call {
		return loyalty.Call{Ref: ref, Reason: "欧阳小满 <xiaoman.ouyang@example.com>, 杨树浦路 2200 弄: " + strings.Repeat(ref+" ", len(ref)*40)}
	}
	others := loyalty.Call{Reason: "about others"}

	first := said("joined")
	first.Key = "13712345678"
	done(l.Members.Enrol(ctx, till, "xm", first))
	done(l.Members.Enrol(ctx, till, "yy", others))
	done(l.Members.Enrol(ctx, till, "zz", loyalty.Call{}))
	done(l.Referrals.Register(ctx, till, "xm", "yy", loyalty.ReferralRequest{FriendIdentifiers: []string{"hash-of-a-phone"}}, said("friend")))
	done(l.Members.OpenAccount(ctx, till, "xm", "xm-2", said("second account")))
	seen := said("first")
	seen.Device = "device-of-xm"
	done(l.Points.Earn(ctx, till, "xm", points.EarnCommand{Points: 500}, seen))
	done(l.Points.Earn(ctx, till, "yy", points.EarnCommand{Points: 70}, others))
	for i := range 20 { // reasons of many lengths, among the entries of others
		done(l.Points.Earn(ctx, till, "xm", points.EarnCommand{Points: 10}, said(fmt.Sprint("o-", strings.Repeat("x", i)))))
		done(l.Points.Earn(ctx, till, "zz", points.EarnCommand{Points: 10}, loyalty.Call{Ref: "o"}))
	}
	order := earning.Order{Currency: money.CNY, Lines: []earning.Line{{ID: "a", Amount: 200_00}, {ID: "b", Amount: 50_00}}}
	done(l.Orders.Earn(ctx, till, "xm", loyalty.Purchase{Order: order, BirthMonth: time.May}, said("order")))
	done(l.Orders.Return(ctx, till, "order", loyalty.Return{Lines: []earning.Return{{Line: "b", Amount: 50_00}}}, said("")))
	done(l.Referrals.Qualify(ctx, till, "xm", reward.Purchase{ID: "order", At: time.Now().UTC(), Amount: money.Amount{Minor: 150_00, Currency: money.CNY}}, said("")))
	done(l.Households.Create(ctx, till, "home", "yy", loyalty.Call{}))
	done(l.Households.Join(ctx, till, "home", "xm", said("")))
	pool, err := l.Households.Burn(ctx, till, "home", points.BurnCommand{Points: 900}, said("trip"))
	done(pool, err)
	done(l.Households.Refund(ctx, till, "home", loyalty.Reversal{Target: pool.Seq, Points: 200}, said("trip")))
	done(l.Points.Transfer(ctx, till, "xm", "zz", 5, said("gift")))
	hold, err := l.Points.Hold(ctx, till, "xm", points.HoldCommand{Points: 9}, said("hold"))
	done(hold, err)
	done(l.Points.Release(ctx, till, "xm", points.ReleaseCommand{Hold: hold.Seq, Points: 9}, said("hold")))
	done(l.Points.Adjust(ctx, till, "xm-2", points.AdjustCommand{Points: 40}, said("complaint")))
	done(l.Rewards.Receive(ctx, till, "mug", 9, loyalty.Call{}))
	redeemed, err := l.Rewards.Redeem(ctx, till, "xm", loyalty.RedemptionRequest{Reward: "mug", N: 2}, said("mugs"))
	done(redeemed, err)
	done(l.Rewards.Deliver(ctx, till, redeemed.Redemption, 1, said("")))
	done(l.Rewards.Cancel(ctx, till, redeemed.Redemption, 1, said("")))
	done(l.Vouchers.Issue(ctx, till, "v", reward.VoucherTerms{Reward: "tea", Member: "xm", Uses: 3}, said("")))
	done(l.Vouchers.Use(ctx, till, "v", loyalty.VoucherUse{ID: "u", Member: "xm"}, said("")))
	done(l.Tiers.Grant(ctx, till, "xm", "gold", time.Now().UTC().AddDate(0, 1, 0), said("grant")))
	done(l.Members.Freeze(ctx, till, "xm", said("")))
	done(l.Members.Thaw(ctx, till, "xm", said("")))
	strange := said("odd")
	strange.Code = "strange"
	earned, err := l.Points.Earn(ctx, till, "xm-2", points.EarnCommand{Points: 30}, strange)
	done(earned, err)
	done(l.Reviews.Approve(ctx, till, earned.Review, said("looked at")))
	done(l.Points.Burn(ctx, till, "xm-2", points.BurnCommand{Points: 7}, strange))
}

// journals are all entries without their reasons, by where they stand.
func journals(t *testing.T, store loyalty.Store) map[string]any {
	t.Helper()
	all := map[string]any{}
	for p, err := range store.Postings(t.Context(), loyalty.PostingFilter{}) {
		require.NoError(t, err)
		p.Entry.Reason = ""
		all[fmt.Sprint(p.Place())] = p.Entry
	}
	for _, kind := range []loyalty.Kind{loyalty.KindMember, loyalty.KindHousehold, loyalty.KindOrder, loyalty.KindStock,
		loyalty.KindRedemption, loyalty.KindVoucher, loyalty.KindReferral, loyalty.KindReview} {
		n := len(all)
		for e, err := range store.Entries(t.Context(), loyalty.EntryFilter{Of: kind}) {
			require.NoError(t, err)
			e.Reason = ""
			all[fmt.Sprint(e.Position())] = e
		}
		require.Greater(t, len(all), n, "the member has traces of kind %s", kind)
	}
	return all
}

// totalsOf are the sums of the accounts.
func totalsOf(t *testing.T, store loyalty.Store) map[string]points.Totals {
	t.Helper()
	all := map[string]points.Totals{}
	for a, err := range store.Accounts(t.Context(), loyalty.AccountFilter{}) {
		require.NoError(t, err)
		all[a.ID] = a.State.Totals
	}
	return all
}

// expired are the sums with another one of what expired: what is forfeited does.
func expired(t points.Totals, n int64) points.Totals { t.Expired = n; return t }

func verified(t *testing.T, l *loyalty.Loyalty) {
	t.Helper()
	audit, err := l.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, audit.Found)
	require.Zero(t, audit.Moved.Sign())
}
