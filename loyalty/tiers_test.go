package loyalty_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

var chinaTime = time.FixedZone("Asia/Shanghai", 8*60*60)

// qp posts qualifying points that count from an instant, and returns their entry.
func (b *bakery) qp(account string, n int64, at string) uint64 {
	done, err := b.Points.Earn(b.ctx, baker, account, points.EarnCommand{QP: n}, loyalty.Call{At: day(at)})
	require.NoError(b.t, err)
	return done.Seq
}

func (b *bakery) enrol(member, at string) {
	_, err := b.Members.Enrol(b.ctx, baker, member, loyalty.Call{At: day(at)})
	require.NoError(b.t, err)
}

func (b *bakery) tier(member, at string) string {
	s, err := b.Tiers.Standing(b.ctx, baker, member, day(at))
	require.NoError(b.t, err)
	return s.Tier
}

// review does what is due now.
func (b *bakery) review() {
	_, err := b.Due.Run(b.ctx, baker, loyalty.DueOptions{})
	require.NoError(b.t, err)
}

// O-19: thresholds in a rolling window, from one end to the other.
func TestTiersRollingWindow(t *testing.T) {
	policy := metals()
	policy.Window = tier.Window{Kind: tier.Rolling}
	b := openBakery(t, loyalty.Programme{Tiers: tiers(chinaTime, policy)}, loyalty.Options{})
	b.at = day("2025-06-01T00:00:00Z")
	b.enrol("m", "2020-01-01T00:00:00Z")
	b.enrol("n", "2020-01-01T00:00:00Z")
	b.qp("m", 600, "2024-02-29T12:00:00+08:00")
	b.qp("m", 400, "2025-02-28T12:00:00+08:00")
	b.qp("n", 600, "2024-02-29T12:00:00+08:00")
	b.qp("n", 399, "2025-02-28T12:00:00+08:00")
	require.Equal(t, "gold", b.tier("m", "2025-02-28T12:00:00+08:00"))
	require.Equal(t, "silver", b.tier("n", "2025-02-28T12:00:00+08:00"), "999 is not enough")
	require.Equal(t, "base", b.tier("m", "2025-03-01T00:00:00+08:00"))
	outlook, err := b.Tiers.Outlook(b.ctx, baker, "m", time.Time{})
	require.NoError(t, err)
	require.Equal(t, "silver", outlook.Next.Tier)
	require.Equal(t, int64(100), outlook.Next.Missing.Points)
	changes, err := b.Tiers.History(b.ctx, baker, "m", time.Time{})
	require.NoError(t, err)
	require.Equal(t, []string{"base", "silver", "gold", "base"}, codes(changes))
}

func codes(changes []tier.Change) (list []string) {
	for _, c := range changes {
		list = append(list, c.To)
	}
	return list
}

// O-20: anniversaries of a leap day.
func TestTiersAnniversary(t *testing.T) {
	policy := metals()
	policy.Window = tier.Window{Kind: tier.Anniversary}
	b := openBakery(t, loyalty.Programme{Tiers: tiers(chinaTime, policy)}, loyalty.Options{})
	b.at = day("2025-06-01T00:00:00Z")
	b.enrol("m", "2024-02-29T10:00:00+08:00")
	_, err := b.Tiers.Place(b.ctx, baker, "m", "gold", loyalty.Call{At: day("2024-02-29T10:00:00+08:00")})
	require.NoError(t, err)
	b.qp("m", 900, "2024-08-01T00:00:00Z")
	require.Equal(t, "gold", b.tier("m", "2025-02-27T15:59:59.999999Z"))
	require.Equal(t, "silver", b.tier("m", "2025-02-27T16:00:00Z"))
	b.qp("m", 1_000, "2025-02-28T00:00:00+08:00")
	require.Equal(t, "gold", b.tier("m", "2025-02-27T16:00:00Z"), "what is bought then counts for the next year")
	for _, end := range []string{"2026-02-27T16:00:00Z", "2027-02-27T16:00:00Z", "2028-02-28T16:00:00Z", "2029-02-27T16:00:00Z"} {
		s, err := b.Tiers.Standing(b.ctx, baker, "m", day(end).Add(-time.Microsecond))
		require.NoError(t, err)
		require.Equal(t, day(end), s.To)
	}
}

// O-21: what a review takes from a platinum member with 300 qualifying points.
func TestTiersSoftLanding(t *testing.T) {
	for name, c := range map[string]struct {
		down  tier.Downgrade
		floor []tier.Floor
		want  string
	}{
		"one step":   {tier.OneStep, nil, "gold"},
		"to balance": {tier.ToBalance, nil, "base"},
		"floor":      {tier.ToBalance, []tier.Floor{{Tier: "silver", Need: tier.Totals{Points: 3_000}}}, "silver"},
	} {
		t.Run(name, func(t *testing.T) {
			policy := metals()
			policy.Downgrade, policy.Floors = c.down, c.floor
			b := openBakery(t, loyalty.Programme{Tiers: tiers(nil, policy)}, loyalty.Options{Events: true}, "m")
			b.qp("m", 3_000, "2025-01-01T00:00:00Z")
			b.review()
			require.Equal(t, "platinum", b.kept("m").Code)
			b.at = day("2026-06-01T00:00:00Z")
			b.qp("m", 300, "2026-06-01T00:00:00Z")
			require.Equal(t, c.want, b.tier("m", "2027-01-01T00:00:00Z"))
		})
	}
}

// O-22: a floor for a lifetime's total, and a return that takes it away.
func TestTiersLifetimeFloor(t *testing.T) {
	policy := metals()
	policy.Floors = []tier.Floor{{Tier: "gold", Need: tier.Totals{Points: 10_000}}}
	open := func(t *testing.T, late bool) *bakery {
		b := openBakery(t, loyalty.Programme{Tiers: tiers(nil, policy), Earning: rules(onePerYuan()), ReturnsFromPurchase: !late}, loyalty.Options{}, "m")
		b.earn("m", "big", lines(995_000))
		b.earn("m", "small", lines(5_000))
		b.at = day("2028-05-01T00:00:00Z")
		b.review()
		require.Equal(t, "gold", b.kept("m").Code, "nothing was bought for years")
		require.Equal(t, "gold", b.tier("m", "2040-01-01T00:00:00Z"))
		_, err := b.Orders.Return(b.ctx, baker, "small", loyalty.Return{All: true}, loyalty.Call{})
		require.NoError(t, err)
		s, err := b.Tiers.Standing(b.ctx, baker, "m", time.Time{})
		require.NoError(t, err)
		require.Equal(t, int64(9_950), s.Lifetime.Points)
		require.Empty(t, s.Floor)
		return b
	}
	t.Run("from the return on", func(t *testing.T) {
		b := open(t, true)
		require.Equal(t, "gold", b.tier("m", "2028-12-31T23:59:59Z"))
		require.Equal(t, "base", b.tier("m", "2029-01-01T00:00:00Z"), "the next review uses the year only")
		b.review()
		require.Equal(t, loyalty.Tier{Code: "gold", Until: day("2029-01-01T00:00:00Z")}, b.kept("m"))
	})
	t.Run("as if it had never been", func(t *testing.T) {
		b := open(t, false)
		require.Equal(t, "base", b.tier("m", "2028-05-01T00:00:00Z"))
		b.review()
		require.Equal(t, loyalty.Tier{Code: "base"}, b.kept("m"))
	})
}

// A return counts out of the window in which the purchase was.
func TestTiersReturnOutOfWindow(t *testing.T) {
	b := openBakery(t, loyalty.Programme{Tiers: tiers(nil, metals()), Earning: rules(onePerYuan()), ReturnsFromPurchase: true}, loyalty.Options{}, "m")
	b.at = day("2025-12-20T00:00:00Z")
	b.earn("m", "old", lines(60_000))
	b.at = day("2026-01-10T00:00:00Z")
	b.earn("m", "new", lines(50_000))
	_, err := b.Orders.Return(b.ctx, baker, "old", loyalty.Return{Lines: []earning.Return{{Line: "a", Amount: 30_000}}}, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, "base", b.tier("m", "2026-01-05T00:00:00Z"), "300 in 2025")
	require.Equal(t, "silver", b.tier("m", "2026-01-10T00:00:00Z"), "500 in 2026")
	was, err := b.Tiers.StandingAsOf(b.ctx, baker, "m", day("2026-01-05T00:00:00Z"), day("2026-01-09T00:00:00Z"))
	require.NoError(t, err)
	require.Equal(t, "silver", was.Tier, "what was answered then")
}

// Tiers by money and visits, from the orders.
func TestTiersBySpendAndVisits(t *testing.T) {
	policy := tier.Policy{Version: 1, Currency: money.CNY, Combine: tier.Any,
		Tiers: []tier.Tier{{Code: "base"}, {Code: "gold", Need: tier.Totals{Spend: 100_000, Visits: 3}}}}
	p := loyalty.Programme{Tiers: tiers(nil, policy), Earning: rules(onePerYuan()), ReturnsFromPurchase: true}
	b := openBakery(t, p, loyalty.Options{}, "m", "n")
	o := lines(60_000, 60_000)
	o.PointsPaid = 20_000
	b.earn("m", "o", o)
	require.Equal(t, "gold", b.tier("m", "2025-01-01T00:00:00Z"), "1000.00 in money, the part paid with points does not count")
	b.review()
	require.Equal(t, "gold", b.kept("m").Code)
	b.at = day("2025-02-01T00:00:00Z")
	_, err := b.Orders.Return(b.ctx, baker, "o", loyalty.Return{Lines: []earning.Return{{Line: "a", Amount: 6_000}}}, loyalty.Call{})
	require.NoError(t, err)
	require.True(t, b.kept("m").Stale)
	s, err := b.Tiers.Standing(b.ctx, baker, "m", time.Time{})
	require.NoError(t, err)
	require.Equal(t, int64(95_000), s.Totals.Spend)
	require.Equal(t, "base", s.Tier)

	for i := range 3 {
		o := lines(1_000)
		o.Visits = 1
		b.earn("n", fmt.Sprint("v", i), o)
	}
	require.Equal(t, "gold", b.tier("n", "2025-02-01T00:00:00Z"), "three visits")
	half := []earning.Return{{Line: "a", Amount: 500}}
	_, err = b.Orders.Return(b.ctx, baker, "v0", loyalty.Return{Lines: half}, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, "gold", b.tier("n", "2025-02-01T00:00:00Z"), "a visit is whole")
	_, err = b.Orders.Return(b.ctx, baker, "v0", loyalty.Return{All: true}, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, "base", b.tier("n", "2025-02-01T00:00:00Z"))

	_, err = b.with(loyalty.Programme{Tiers: p.Tiers, Earning: plan(earning.Programme{Version: 1, Currency: money.MustCurrency("USD"), Rules: []earning.Rule{onePerYuan()}})}).
		Orders.Earn(b.ctx, baker, "m", loyalty.Purchase{Order: earning.Order{Currency: money.MustCurrency("USD")}}, loyalty.Call{Ref: "usd"})
	require.ErrorIs(t, err, earning.ErrCurrency)
}

func TestTiersByHand(t *testing.T) {
	b := openBakery(t, loyalty.Programme{Tiers: tiers(nil, metals())}, loyalty.Options{Events: true}, "m")
	require.Equal(t, loyalty.Tier{Code: "base"}, b.kept("m"), "from the enrolment on")
	b.at = day("2025-03-01T00:00:00Z")
	done, err := b.Tiers.Grant(b.ctx, baker, "m", "gold", day("2025-09-01T00:00:00Z"), loyalty.Call{Ref: "case-1", Key: "g", Reason: "a complaint"})
	require.NoError(t, err)
	require.Equal(t, loyalty.Placed{Member: "m", Tier: "gold", Ref: "case-1"}, done)
	require.Equal(t, loyalty.Tier{Code: "gold", Until: day("2025-09-01T00:00:00Z")}, b.kept("m"))
	again, err := b.Tiers.Grant(b.ctx, baker, "m", "gold", day("2025-09-01T00:00:00Z"), loyalty.Call{Ref: "case-1", Key: "g", Reason: "a complaint"})
	require.NoError(t, err)
	require.True(t, again.Replayed)

	b.at = day("2025-04-01T00:00:00Z")
	_, err = b.Tiers.Revoke(b.ctx, baker, "m", "case-2", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	done, err = b.Tiers.Revoke(b.ctx, baker, "m", "case-1", loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, "base", done.Tier)
	_, err = b.Tiers.Revoke(b.ctx, baker, "m", "case-1", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound, "it is revoked already")
	require.Equal(t, "gold", b.tier("m", "2025-03-31T00:00:00Z"))

	done, err = b.Tiers.Grant(b.ctx, baker, "m", "silver", time.Time{}, loyalty.Call{})
	require.NoError(t, err)
	require.NotEmpty(t, done.Ref)
	_, err = b.Tiers.Revoke(b.ctx, baker, "m", done.Ref, loyalty.Call{})
	require.NoError(t, err)
	_, err = b.Tiers.Place(b.ctx, baker, "m", "platinum", loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, loyalty.Tier{Code: "platinum", Until: day("2026-01-01T00:00:00Z")}, b.kept("m"))
	b.at = day("2026-01-01T00:00:00Z")
	b.review()
	require.Equal(t, "base", b.kept("m").Code)

	var said [][3]string
	for _, e := range b.events("tier.changed") {
		var data struct{ Member, From, To string }
		require.NoError(t, json.Unmarshal(e.Data, &data))
		said = append(said, [3]string{data.Member, data.From, data.To})
	}
	require.Equal(t, [][3]string{{"m", "base", "gold"}, {"m", "gold", "base"}, {"m", "base", "silver"}, {"m", "silver", "base"},
		{"m", "base", "platinum"}, {"m", "platinum", "base"}}, said)
	for e, err := range b.store.Entries(b.ctx, loyalty.EntryFilter{Member: "m"}) {
		require.NoError(t, err)
		require.NotContains(t, string(e.Data), "complaint")
	}
}

func TestTiersRefuse(t *testing.T) {
	b := openBakery(t, loyalty.Programme{Tiers: tiers(nil, metals())}, loyalty.Options{}, "m")
	grant := func(who loyalty.Actor, member, code string, until time.Time, call loyalty.Call) error {
		_, err := b.Tiers.Grant(b.ctx, who, member, code, until, call)
		return err
	}
	for name, c := range map[string]struct{ err, want error }{
		"no member":    {grant(baker, "x", "gold", time.Time{}, loyalty.Call{}), loyalty.ErrNotFound},
		"not seen":     {grant(loyalty.Actor{ID: "n", Sees: loyalty.Only("n")}, "m", "gold", time.Time{}, loyalty.Call{}), loyalty.ErrNotFound},
		"no tier":      {grant(baker, "m", "diamond", time.Time{}, loyalty.Call{}), loyalty.ErrNotFound},
		"no code":      {grant(baker, "m", "", time.Time{}, loyalty.Call{}), loyalty.ErrInvalid},
		"over already": {grant(baker, "m", "gold", b.at, loyalty.Call{}), loyalty.ErrInvalid},
		"future":       {grant(baker, "m", "gold", time.Time{}, loyalty.Call{At: b.at.Add(time.Second)}), loyalty.ErrInvalid},
	} {
		require.ErrorIs(t, c.err, c.want, name)
	}
	_, err := b.Tiers.Standing(b.ctx, loyalty.Actor{ID: "n", Sees: loyalty.Only("n")}, "m", time.Time{})
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	_, err = b.Tiers.Standing(b.ctx, baker, "x", time.Time{})
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	none := b.with(loyalty.Programme{})
	_, err = none.Tiers.Standing(b.ctx, baker, "m", time.Time{})
	require.ErrorIs(t, err, loyalty.ErrIncomplete)
	_, err = none.Tiers.Place(b.ctx, baker, "m", "gold", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrIncomplete)
	events, err := b.Tiers.Events(b.ctx, baker, "m")
	require.NoError(t, err)
	require.Len(t, events, 1, "what was refused left nothing")
}

// The qualifying points of all accounts count, all of them say the same tier, and an
// order on one does not earn by a tier that another has outdated.
func TestTiersSeveralAccounts(t *testing.T) {
	gold := earning.Rule{ID: "gold", Kind: earning.Multiplier, Factor: number("2"), When: earning.Condition{Tiers: []string{"gold"}}}
	p := loyalty.Programme{Tiers: tiers(nil, metals()), Earning: rules(onePerYuan(), gold)}
	b := openBakery(t, p, loyalty.Options{Events: true}, "m")
	_, err := b.Members.OpenAccount(b.ctx, baker, "m", "m-2", loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, "base", b.kept("m-2").Code)
	b.qp("m-2", 1_000, "2025-01-01T00:00:00Z")
	require.False(t, b.kept("m").Stale)
	require.True(t, b.kept("m-2").Stale)
	done := b.earn("m", "o", lines(1_000))
	require.Equal(t, "gold", done.Tier)
	require.Equal(t, int64(20), done.Points)
	require.Equal(t, []string{"gold", "gold"}, []string{b.kept("m").Code, b.kept("m-2").Code})
	require.Equal(t, b.kept("m"), b.kept("m-2"))
	require.False(t, b.kept("m").Stale)
	require.Len(t, b.events("tier.changed"), 1)

	// The tier is kept: the next order needs no history, and goes by the accounts.
	require.Equal(t, "gold", b.earn("m", "o2", lines(1_000)).Tier)
	b.qp("m-2", 1, "2025-01-01T00:00:00Z")
	b.review()
	require.Equal(t, b.kept("m"), b.kept("m-2"))
	require.False(t, b.kept("m-2").Stale)
}

// An order earns by the tier of the instant at which it was bought.
func TestTiersOfOrders(t *testing.T) {
	gold := earning.Rule{ID: "gold", Kind: earning.Multiplier, Factor: number("2"), When: earning.Condition{Tiers: []string{"gold"}}}
	p := loyalty.Programme{Tiers: tiers(nil, metals()), Earning: rules(onePerYuan(), gold)}
	b := openBakery(t, p, loyalty.Options{}, "m")
	b.at = day("2025-06-01T00:00:00Z")
	b.qp("m", 1_000, "2025-05-01T00:00:00Z")
	require.Equal(t, "gold", b.earn("m", "now", lines(100)).Tier)
	require.Equal(t, "gold", b.kept("m").Code)
	require.False(t, b.kept("m").Stale, "the order brought it up to date")
	before, err := b.Orders.Earn(b.ctx, baker, "m", loyalty.Purchase{Order: lines(100)}, loyalty.Call{Ref: "then", At: day("2025-04-01T00:00:00Z")})
	require.NoError(t, err)
	require.Equal(t, "base", before.Tier)
	require.Equal(t, int64(1), before.Points)
	b.at = day("2027-01-01T00:00:00Z")
	require.Equal(t, "base", b.earn("m", "late", lines(100)).Tier, "the kept tier is over, whether or not a job ran")
}

// I13: the tier that is kept, brought up to date step by step, is that of a fresh
// computation of the whole history, also after purchases and returns that were learned
// late.
func TestTiersIncremental(t *testing.T) {
	policies := func(rt *rapid.T) tier.Policy {
		p := metals()
		p.Window.Kind = rapid.SampledFrom([]tier.WindowKind{tier.Calendar, tier.Rolling, tier.Anniversary}).Draw(rt, "window")
		if p.Window.Kind == tier.Rolling {
			p.Reviews = tier.EveryMonth
		}
		p.Downgrade = rapid.SampledFrom([]tier.Downgrade{tier.ToBalance, tier.OneStep}).Draw(rt, "down")
		p.Grace.Days = rapid.SampledFrom([]int{0, 20}).Draw(rt, "grace")
		return p
	}
	rapid.Check(t, func(rt *rapid.T) {
		gold := earning.Rule{ID: "gold", Kind: earning.Multiplier, Factor: number("2"), When: earning.Condition{Tiers: []string{"gold", "platinum"}}}
		programme := loyalty.Programme{Tiers: tiers(chinaTime, policies(rt)), ReturnsFromPurchase: rapid.Bool().Draw(rt, "from purchase"), Earning: rules(onePerYuan(), gold)}
		b := openBakery(rt, programme, loyalty.Options{}, "m")
		_, err := b.Members.OpenAccount(b.ctx, baker, "m", "m-2", loyalty.Call{})
		require.NoError(rt, err)
		start, orders := b.at, []string{}
		for i := range rapid.IntRange(1, 25).Draw(rt, "steps") {
			b.at = b.at.AddDate(0, 0, rapid.IntRange(0, 60).Draw(rt, "days"))
			at := start.Add(time.Duration(rapid.Int64Range(0, int64(b.at.Sub(start))).Draw(rt, "at")))
			call := loyalty.Call{Ref: fmt.Sprint(i), At: at}
			account := rapid.SampledFrom([]string{"m", "m-2"}).Draw(rt, "account")
			switch rapid.IntRange(0, 6).Draw(rt, "what") {
			case 0, 1:
				fen := rapid.Int64Range(0, 120_000).Draw(rt, "fen")
				want, err := b.Tiers.Standing(b.ctx, baker, "m", at)
				require.NoError(rt, err)
				done, err := b.Orders.Earn(b.ctx, baker, account, loyalty.Purchase{Order: lines(fen/2, fen-fen/2)}, call)
				require.NoError(rt, err)
				require.Equal(rt, want.Tier, done.Tier)
				orders = append(orders, call.Ref)
			case 2:
				if len(orders) == 0 {
					continue
				}
				order, err := b.Orders.Get(b.ctx, baker, rapid.SampledFrom(orders).Draw(rt, "order"))
				require.NoError(rt, err)
				back := loyalty.Return{Lines: []earning.Return{{Line: "a", Amount: rapid.Int64Range(0, order.Result.Lines[0].Amount).Draw(rt, "back")}}}
				if _, err = b.Orders.Return(b.ctx, baker, order.ID, back, loyalty.Call{}); err != nil {
					require.ErrorIs(rt, err, earning.ErrOverReturn)
				}
			case 3:
				_, err = b.Points.Adjust(b.ctx, baker, account, points.AdjustCommand{QP: rapid.Int64Range(1, 900).Draw(rt, "qp")}, loyalty.Call{})
				require.NoError(rt, err)
			case 4:
				_, err = b.Tiers.Grant(b.ctx, baker, "m", "silver", b.at.AddDate(0, 0, 45), loyalty.Call{Ref: fmt.Sprint("g", i%3), At: at})
				require.NoError(rt, err)
			case 5:
				_, err = b.Tiers.Revoke(b.ctx, baker, "m", fmt.Sprint("g", i%3), loyalty.Call{})
				if err != nil {
					require.ErrorIs(rt, err, loyalty.ErrNotFound)
				}
			case 6:
				_, err = b.Tiers.Place(b.ctx, baker, "m", "gold", loyalty.Call{At: at})
				require.NoError(rt, err)
			}
			b.held(rt, programme)
			if rapid.Bool().Draw(rt, "review") {
				b.reviewed(rt, programme)
			}
		}
		b.reviewed(rt, programme)
	})
}

// held compares the tiers that are kept with a fresh computation and with a tracker
// that took the events in as they were learned.
func (b *bakery) held(t require.TestingT, p loyalty.Programme) {
	events, err := b.Tiers.Events(b.ctx, baker, "m")
	require.NoError(t, err)
	fresh, err := p.Tiers.Evaluate(events, b.at)
	require.NoError(t, err)
	for _, account := range []string{"m", "m-2"} {
		if kept := b.kept(account); !kept.Stale && !b.kept("m").Stale && !b.kept("m-2").Stale && (kept.Until.IsZero() || b.at.Before(kept.Until)) {
			require.Equal(t, fresh.Tier, kept.Code, "kept by %s", account)
			require.Equal(t, fresh.Until, kept.Until)
		}
	}
	tracker := p.Tiers.NewTracker()
	slices.SortStableFunc(events, func(a, b tier.Event) int { return a.Recorded.Compare(b.Recorded) })
	for _, e := range events {
		require.NoError(t, tracker.Add(e))
	}
	tracked, err := tracker.Standing(b.at)
	require.NoError(t, err)
	require.Equal(t, fresh, tracked)
}

// reviewed does what is due, after which all accounts keep what is computed anew.
func (b *bakery) reviewed(t require.TestingT, p loyalty.Programme) {
	b.review()
	events, err := b.Tiers.Events(b.ctx, baker, "m")
	require.NoError(t, err)
	fresh, err := p.Tiers.Evaluate(events, b.at)
	require.NoError(t, err)
	for _, account := range []string{"m", "m-2"} {
		require.Equal(t, loyalty.Tier{Code: fresh.Tier, Until: fresh.Until}, b.kept(account))
	}
}

// Another programme: what accounts keep is computed anew, member by member.
func TestTiersRefresh(t *testing.T) {
	b := openBakery(t, loyalty.Programme{}, loyalty.Options{}, "a", "b", "c")
	_, err := b.Members.OpenAccount(b.ctx, baker, "b", "b-2", loyalty.Call{})
	require.NoError(t, err)
	b.qp("b-2", 700, "2025-01-01T00:00:00Z")
	require.Zero(t, b.kept("b"))
	tiered := b.with(loyalty.Programme{Tiers: tiers(nil, metals())})
	done, err := tiered.Tiers.Refresh(b.ctx, baker, "", 2)
	require.NoError(t, err)
	require.Equal(t, loyalty.Refreshed{Passed: 2, Changed: 2, Cursor: "b"}, done)
	require.Equal(t, []string{"base", "silver", "silver", ""}, []string{b.kept("a").Code, b.kept("b").Code, b.kept("b-2").Code, b.kept("c").Code})
	done, err = tiered.Tiers.Refresh(b.ctx, baker, "b", 0)
	require.NoError(t, err)
	require.Equal(t, loyalty.Refreshed{Passed: 1, Changed: 1}, done)
	done, err = tiered.Tiers.Refresh(b.ctx, baker, "", 0)
	require.NoError(t, err)
	require.Equal(t, loyalty.Refreshed{Passed: 3}, done)
	_, err = tiered.Tiers.Refresh(b.ctx, baker, "", -1)
	require.ErrorIs(t, err, loyalty.ErrInvalid)

	// From 2026 on silver takes 800.
	next := metals()
	next.Version, next.From = 2, calendar.MustDate(2026, 1, 1)
	next.Tiers[1].Need.Points = 800
	was := b.kept("b")
	done, err = b.with(loyalty.Programme{Tiers: tiers(nil, metals(), next)}).Tiers.Refresh(b.ctx, baker, "", 0)
	require.NoError(t, err)
	require.LessOrEqual(t, done.Changed, 3)
	require.Equal(t, was.Code, b.kept("b").Code)

	counts, err := tiered.Tiers.Count(b.ctx, baker)
	require.NoError(t, err)
	require.Equal(t, []loyalty.TierCount{{Tier: "base", Members: 2}, {Tier: "silver", Members: 1}, {Tier: "gold"}, {Tier: "platinum"}}, counts)
	b.qp("a", 1, "2025-01-01T00:00:00Z")
	tiered.qp("a", 1, "2025-01-01T00:00:00Z")
	counts, err = tiered.Tiers.Count(b.ctx, baker)
	require.NoError(t, err)
	require.Equal(t, loyalty.TierCount{Tier: "base", Members: 2, Stale: 1}, counts[0])
}
