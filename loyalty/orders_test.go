package loyalty_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// O-15, O-16 and O-17 of the scenarios, through the service.
func TestOrdersRounding(t *testing.T) {
	round := func(r money.Rounding) *money.Rounding { return &r }
	half := earning.Rule{ID: "promo", Kind: earning.Multiplier, Factor: number("1.5")}
	double := earning.Rule{ID: "double", Kind: earning.Multiplier, Factor: number("2")}
	for name, c := range map[string]struct {
		programme earning.Programme
		orders    []earning.Order
		want      []int64
	}{
		"O-15 half-even": {earning.Programme{Rules: []earning.Rule{onePerYuan(), half}, Rounding: round(money.HalfEven)},
			[]earning.Order{lines(100), lines(300), lines(500), lines(700)}, []int64{2, 4, 8, 10}},
		"O-15 half-up": {earning.Programme{Rules: []earning.Rule{onePerYuan(), half}, Rounding: round(money.HalfUp)},
			[]earning.Order{lines(100), lines(300), lines(500), lines(700)}, []int64{2, 5, 8, 11}},
		"O-15 floor is the default": {earning.Programme{Rules: []earning.Rule{onePerYuan(), half}},
			[]earning.Order{lines(100), lines(300), lines(500), lines(700)}, []int64{1, 4, 7, 10}},
		"O-15 ceil": {earning.Programme{Rules: []earning.Rule{onePerYuan(), half}, Rounding: round(money.Ceiling)},
			[]earning.Order{lines(100), lines(300), lines(500), lines(700)}, []int64{2, 5, 8, 11}},
		"O-16 by line half-up": {earning.Programme{Rules: []earning.Rule{onePerYuan()}, Rounding: round(money.HalfUp), Level: earning.ByLine},
			[]earning.Order{lines(50, 50, 50)}, []int64{3}},
		"O-16 by line half-even": {earning.Programme{Rules: []earning.Rule{onePerYuan()}, Rounding: round(money.HalfEven), Level: earning.ByLine},
			[]earning.Order{lines(50, 50, 50)}, []int64{0}},
		"O-16 by order half-up": {earning.Programme{Rules: []earning.Rule{onePerYuan()}, Rounding: round(money.HalfUp)},
			[]earning.Order{lines(50, 50, 50)}, []int64{2}},
		"O-16 by order half-even": {earning.Programme{Rules: []earning.Rule{onePerYuan()}, Rounding: round(money.HalfEven)},
			[]earning.Order{lines(50, 50, 50)}, []int64{2}},
		"O-16 by order floor": {earning.Programme{Rules: []earning.Rule{onePerYuan()}}, []earning.Order{lines(50, 50, 50)}, []int64{1}},
		"O-17 multiply":       {earning.Programme{Rules: []earning.Rule{onePerYuan(), half, double}}, []earning.Order{lines(10_000)}, []int64{300}},
		"O-17 additive": {earning.Programme{Rules: []earning.Rule{onePerYuan(), half, double}, Stacking: earning.Additive},
			[]earning.Order{lines(10_000)}, []int64{250}},
		"O-17 best only": {earning.Programme{Rules: []earning.Rule{onePerYuan(), half, double}, Stacking: earning.BestOnly},
			[]earning.Order{lines(10_000)}, []int64{200}},
	} {
		t.Run(name, func(t *testing.T) {
			c.programme.Version, c.programme.Currency = 1, money.CNY
			b := openBakery(t, loyalty.Programme{Earning: plan(c.programme)}, loyalty.Options{}, "m")
			var sum int64
			for i, o := range c.orders {
				done := b.earn("m", fmt.Sprint("o", i), o)
				require.Equal(t, c.want[i], done.Points)
				sum += done.Points
				require.Equal(t, sum, done.Balance)
				require.Equal(t, sum, done.Available)
			}
			require.Equal(t, sum, b.available("m"))
		})
	}
}

// O-08: an order paid partly with points, returned in full.
func TestOrdersPaidWithPoints(t *testing.T) {
	b := openBakery(t, loyalty.Programme{Earning: rules(onePerYuan())}, loyalty.Options{}, "m")
	for _, n := range []int64{1_500, 3_000} {
		_, err := b.Points.Earn(b.ctx, baker, "m", points.EarnCommand{Points: n}, loyalty.Call{})
		require.NoError(t, err)
	}
	before := b.state("m")
	order := lines(10_000)
	order.PointsPaid = 4_000
	done, err := b.Orders.Earn(b.ctx, baker, "m", loyalty.Purchase{Order: order, Burn: 4_000}, loyalty.Call{Ref: "o", Key: "k"})
	require.NoError(t, err)
	require.Equal(t, loyalty.OrderEarned{Order: "o", Account: "m", Points: 60, QP: 60, Burned: 4_000, First: 3, Last: 4, Balance: 560, Available: 560}, done)
	require.Equal(t, map[uint64]int64{2: 500, 4: 60}, b.left("m"))

	again, err := b.Orders.Earn(b.ctx, baker, "m", loyalty.Purchase{Order: order, Burn: 4_000}, loyalty.Call{Ref: "o", Key: "k"})
	require.NoError(t, err)
	require.True(t, again.Replayed)
	again.Replayed = false
	require.Equal(t, done, again)

	back, err := b.Orders.Return(b.ctx, baker, "o", loyalty.Return{All: true}, loyalty.Call{Key: "r"})
	require.NoError(t, err)
	require.Equal(t, loyalty.OrderReturned{Order: "o", Account: "m", Points: 60, QP: 60, Restored: 4_000, First: 5, Last: 6,
		Balance: 4_500, Available: 4_500, Whole: true}, back)
	after := b.state("m")
	require.Equal(t, before.Lots, after.Lots, "the net change of all lots is 0")
	require.Zero(t, after.QP)
	require.Zero(t, after.Debt)

	_, err = b.Orders.Return(b.ctx, baker, "o", loyalty.Return{All: true}, loyalty.Call{Key: "r2"})
	require.ErrorIs(t, err, earning.ErrOverReturn)
	require.Len(t, b.journal("m"), 6)
	again2, err := b.Orders.Return(b.ctx, baker, "o", loyalty.Return{All: true}, loyalty.Call{Key: "r"})
	require.NoError(t, err)
	require.True(t, again2.Replayed)
}

// O-18: amounts at the end of the range leave everything as it was.
func TestOrdersOverflow(t *testing.T) {
	huge := earning.Rule{ID: "huge", Kind: earning.PerUnit, Points: number("1")}
	b := openBakery(t, loyalty.Programme{Earning: rules(huge)}, loyalty.Options{}, "m")
	order := func(units int64) earning.Order {
		return earning.Order{Currency: money.CNY, Lines: []earning.Line{{ID: "a", Amount: 1, Units: units}}}
	}
	require.Equal(t, int64(math.MaxInt64), b.earn("m", "1", order(math.MaxInt64)).Points)
	before, err := b.Points.Account(b.ctx, baker, "m")
	require.NoError(t, err)
	_, err = b.Orders.Earn(b.ctx, baker, "m", loyalty.Purchase{Order: order(1)}, loyalty.Call{Ref: "2"})
	require.ErrorIs(t, err, points.ErrOverflow)
	_, err = b.Orders.Earn(b.ctx, baker, "m", loyalty.Purchase{Order: order(-1)}, loyalty.Call{Ref: "2"})
	require.ErrorIs(t, err, earning.ErrInvalidAmount)
	_, err = b.Orders.Earn(b.ctx, baker, "m", loyalty.Purchase{Order: order(1), Burn: -1}, loyalty.Call{Ref: "2"})
	require.ErrorIs(t, err, points.ErrInvalidAmount)
	after, err := b.Points.Account(b.ctx, baker, "m")
	require.NoError(t, err)
	require.Equal(t, before, after)
	_, err = b.Orders.Get(b.ctx, baker, "2")
	require.ErrorIs(t, err, loyalty.ErrNotFound)

	require.Zero(t, b.earn("m", "0", order(0)).Points)
	last := b.journal("m")[1]
	require.Equal(t, points.KindEarn, last.Kind)
	require.Zero(t, last.Lot, "an entry with no lot")
	require.Equal(t, "0", last.Ref)
}

// O-10: points of a returned order that were still pending vanish.
func TestOrdersPendingReturn(t *testing.T) {
	rule := onePerYuan()
	rule.Terms = &earning.Terms{PendingDays: 14}
	b := openBakery(t, loyalty.Programme{Earning: rules(rule)}, loyalty.Options{}, "m")
	b.earn("m", "kept", lines(10_000))
	b.earn("m", "back", lines(10_000))
	b.at = day("2025-01-11T00:00:00Z")
	require.Equal(t, int64(200), points.Pending(b.state("m"), b.at))
	_, err := b.Orders.Return(b.ctx, baker, "back", loyalty.Return{All: true}, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, int64(100), points.Pending(b.state("m"), b.at))
	require.Zero(t, b.state("m").Debt)
	b.at = day("2025-01-14T23:59:59Z")
	require.Zero(t, b.available("m"))
	_, err = b.Points.Burn(b.ctx, baker, "m", points.BurnCommand{Points: 1}, loyalty.Call{})
	require.ErrorIs(t, err, points.ErrInsufficient)
	b.at = day("2025-01-15T00:00:00Z")
	require.Equal(t, int64(100), b.available("m"))
}

// Pending days are days on the clocks, also where these skip the hour, midnight or a
// whole day, or show an hour twice.
func TestOrdersPendingDays(t *testing.T) {
	rule := onePerYuan()
	rule.Terms = &earning.Terms{PendingDays: 1}
	for _, tt := range []struct{ zone, bought, usable string }{
		{"Pacific/Apia", "2011-12-29T09:00:00-10:00", "2011-12-31T00:00:00+14:00"}, // there was no 30 December
		{"Pacific/Apia", "2011-12-29T11:00:00-10:00", "2011-12-31T00:00:00+14:00"},
		{"America/New_York", "2025-03-08T01:59:59.999999-05:00", "2025-03-09T01:59:59.999999-05:00"},
		{"America/New_York", "2025-03-08T02:30:59-05:00", "2025-03-09T03:00:00-04:00"},
		{"Europe/Berlin", "2025-03-29T02:30:00+01:00", "2025-03-30T03:00:00+02:00"},
		{"Europe/Berlin", "2025-10-25T02:30:15+02:00", "2025-10-26T02:30:15+02:00"},     // the first of two
		{"America/Sao_Paulo", "2018-11-03T00:10:00-03:00", "2018-11-04T01:00:00-02:00"}, // no midnight
		{"Asia/Shanghai", "2025-02-28T23:59:59.123456+08:00", "2025-03-01T23:59:59.123456+08:00"},
	} {
		zone, err := time.LoadLocation(tt.zone)
		require.NoError(t, err)
		p := loyalty.Programme{Points: points.Policy{Zone: zone},
			Earning: plan(earning.Programme{Version: 1, Currency: money.CNY, Zone: tt.zone, Rules: []earning.Rule{rule}})}
		b := openBakery(t, p, loyalty.Options{}, "m")
		b.at = day("2026-01-01T00:00:00Z")
		_, err = b.Orders.Earn(b.ctx, baker, "m", loyalty.Purchase{Order: lines(10_000)}, loyalty.Call{Ref: "o", At: day(tt.bought)})
		require.NoError(t, err)
		require.Equal(t, day(tt.usable), b.state("m").Lots[0].ActivateAt, "%s %s", tt.zone, tt.bought)
	}
	rule.Terms = &earning.Terms{PendingDays: math.MaxInt}
	b := openBakery(t, loyalty.Programme{Earning: rules(rule)}, loyalty.Options{}, "m")
	_, err := b.Orders.Earn(b.ctx, baker, "m", loyalty.Purchase{Order: lines(10_000)}, loyalty.Call{Ref: "o"})
	require.ErrorIs(t, err, loyalty.ErrInvalid)
}

// O-07: an order is returned after its points were spent.
func TestOrdersReturnAfterSpending(t *testing.T) {
	spent := func(s points.Shortfall) *bakery {
		b := openBakery(t, loyalty.Programme{Points: points.Policy{Shortfall: s}, Earning: rules(onePerYuan())}, loyalty.Options{}, "m")
		b.earn("m", "x", lines(20_000))
		_, err := b.Points.Burn(b.ctx, baker, "m", points.BurnCommand{Points: 150}, loyalty.Call{})
		require.NoError(t, err)
		return b
	}
	t.Run("debt", func(t *testing.T) {
		b := spent(points.Debt)
		_, err := b.Orders.Return(b.ctx, baker, "x", loyalty.Return{All: true}, loyalty.Call{})
		require.NoError(t, err)
		require.Equal(t, []int64{150, -150, 0}, []int64{b.state("m").Debt, b.sum("m"), b.available("m")})
		b.earn("m", "y", lines(10_000))
		require.Equal(t, []int64{50, 0}, []int64{b.state("m").Debt, b.available("m")})
		b.earn("m", "z", lines(8_000))
		require.Equal(t, []int64{0, 30}, []int64{b.state("m").Debt, b.available("m")})
		require.Len(t, b.state("m").Lots, 1)
	})
	t.Run("partial", func(t *testing.T) {
		b := spent(points.Partial)
		_, err := b.Orders.Return(b.ctx, baker, "x", loyalty.Return{All: true}, loyalty.Call{})
		require.NoError(t, err)
		require.Zero(t, b.sum("m"))
		last := b.journal("m")[3]
		require.Equal(t, points.KindWriteOff, last.Kind)
		require.Equal(t, int64(150), last.Amount)
	})
	t.Run("reject", func(t *testing.T) {
		b := spent(points.Reject)
		before, err := b.Points.Account(b.ctx, baker, "m")
		require.NoError(t, err)
		_, err = b.Orders.Return(b.ctx, baker, "x", loyalty.Return{All: true}, loyalty.Call{})
		require.ErrorIs(t, err, points.ErrInsufficient)
		after, err := b.Points.Account(b.ctx, baker, "m")
		require.NoError(t, err)
		require.Equal(t, before, after)
		order, err := b.Orders.Get(b.ctx, baker, "x")
		require.NoError(t, err)
		require.Empty(t, order.Returned)
	})
}

// nopCommerce issue 5757: a return goes by what was recorded, whatever the rules are
// by then.
func TestOrdersReturnByTheRecord(t *testing.T) {
	b := openBakery(t, loyalty.Programme{Earning: rules(onePerYuan())}, loyalty.Options{}, "m")
	b.earn("m", "o", lines(10_000))
	for name, now := range map[string]loyalty.Programme{
		"ten times as much": {Earning: rules(earning.Rule{ID: "base", Kind: earning.PerMoney, Points: number("10")})},
		"no rules":          {},
	} {
		t.Run(name, func(t *testing.T) {
			back, err := b.with(now).Orders.Return(b.ctx, baker, "o", loyalty.Return{Lines: []earning.Return{{Line: "a", Amount: 5_000}}}, loyalty.Call{})
			require.NoError(t, err)
			require.Equal(t, int64(50), back.Points)
			require.Equal(t, int64(50), back.QP)
		})
	}
	require.Zero(t, b.sum("m"))
}

// Several grants: immediate base points, a bonus that is pending and ends, and
// qualifying points that are not in proportion to the points.
func severalGrants() loyalty.Programme {
	last, _ := calendar.ParseDay("2025-12-31")
	return loyalty.Programme{
		Earning: rules(
			earning.Rule{ID: "base", Kind: earning.PerMoney, Points: number("1")},
			earning.Rule{ID: "bonus", Kind: earning.PerMoney, Points: number("0.5"), QP: number("2"), Lines: earning.Lines{SKUs: []string{"cake"}},
				Terms: &earning.Terms{PendingDays: 7, Expiry: "year"}},
			earning.Rule{ID: "visit", Kind: earning.PerVisit, Points: number("7"), QP: number("5")},
		),
		Expiries: map[string]points.Expiry{"year": {Rule: points.OnDay, Last: last}},
	}
}

func cakeAndBread() earning.Order {
	return earning.Order{Currency: money.CNY, Visits: 1, Lines: []earning.Line{{ID: "a", SKU: "cake", Amount: 3_333}, {ID: "b", Amount: 6_667}}}
}

func TestOrdersGrants(t *testing.T) {
	b := openBakery(t, severalGrants(), loyalty.Options{}, "m")
	done := b.earn("m", "o", cakeAndBread())
	order, err := b.Orders.Get(b.ctx, baker, "o")
	require.NoError(t, err)
	require.Equal(t, []uint64{1, 2}, order.Earns)
	require.Equal(t, "m", order.Member)
	require.Len(t, order.Result.Grants, 2)
	journal := b.journal("m")
	require.Len(t, journal, 2)
	require.Equal(t, done.QP, journal[0].QP)
	require.Zero(t, journal[1].QP)
	require.Equal(t, order.Result.Grants[0].Points, journal[0].Amount)
	require.Equal(t, order.Result.Grants[1].Points, journal[1].Amount)
	require.Zero(t, journal[0].ExpireAt)
	require.Equal(t, day("2025-01-08T00:00:00Z"), journal[1].ActivateAt)
	require.Equal(t, day("2026-01-01T00:00:00Z"), journal[1].ExpireAt)
	require.Equal(t, done.Points, order.Result.Points)
}

// Partial returns take as much together as one return of everything, to the lot and
// to the qualifying point, in whatever steps they come.
func TestOrdersPartialReturns(t *testing.T) {
	steps := [][]earning.Return{
		{{Line: "a", Amount: 1_000}}, {{Line: "b", Amount: 1}, {Line: "a", Amount: 333}}, {{Line: "b", Amount: 3_333}},
		{{Line: "a", Amount: 2_000}}, {{Line: "b", Amount: 3_333}},
	}
	b := openBakery(t, severalGrants(), loyalty.Options{}, "m")
	earned := b.earn("m", "o", cakeAndBread())
	var sum, qp int64
	for i, lines := range steps {
		b.at = b.at.AddDate(0, 0, 1)
		back, err := b.Orders.Return(b.ctx, baker, "o", loyalty.Return{Lines: lines}, loyalty.Call{Key: fmt.Sprint(i)})
		require.NoError(t, err)
		sum, qp = sum+back.Points, qp+back.QP
		require.Equal(t, earned.Points-sum, b.sum("m"))
		require.Equal(t, earned.QP-qp, b.state("m").QP)
		require.Equal(t, i == len(steps)-1, back.Whole)
		if i == 0 {
			require.Equal(t, earned.Points-sum-b.left("m")[1], b.left("m")[2], "the last grant pays first")
			require.Less(t, b.left("m")[2], int64(16))
		}
	}
	require.Equal(t, []int64{earned.Points, earned.QP}, []int64{sum, qp})
	require.Empty(t, b.state("m").Lots)
	_, err := b.Orders.Return(b.ctx, baker, "o", loyalty.Return{Lines: []earning.Return{{Line: "a", Amount: 1}}}, loyalty.Call{})
	require.ErrorIs(t, err, earning.ErrOverReturn)
	order, err := b.Orders.Get(b.ctx, baker, "o")
	require.NoError(t, err)
	require.Equal(t, []earning.Return{{Line: "a", Amount: 3_333}, {Line: "b", Amount: 6_667}}, order.Returned)
	require.Equal(t, []int64{earned.Points, earned.QP, 0}, []int64{order.Points, order.QP, order.Restored})
}

// An order that gives qualifying points only gives them back line by line.
func TestOrdersOnlyQualifying(t *testing.T) {
	b := openBakery(t, loyalty.Programme{Earning: rules(earning.Rule{ID: "qp", Kind: earning.PerMoney, QP: number("1")})}, loyalty.Options{}, "m")
	require.Equal(t, int64(100), b.earn("m", "o", lines(4_000, 6_000)).QP)
	require.Empty(t, b.state("m").Lots)
	_, err := b.Orders.Return(b.ctx, baker, "o", loyalty.Return{Lines: []earning.Return{{Line: "a", Amount: 4_000}}}, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, int64(60), b.state("m").QP)
	_, err = b.Orders.Return(b.ctx, baker, "o", loyalty.Return{All: true}, loyalty.Call{})
	require.NoError(t, err)
	require.Zero(t, b.state("m").QP)
}

func TestOrdersRestorePoints(t *testing.T) {
	b := openBakery(t, loyalty.Programme{Earning: rules(onePerYuan())}, loyalty.Options{}, "m")
	_, err := b.Points.Earn(b.ctx, baker, "m", points.EarnCommand{Points: 1_000}, loyalty.Call{})
	require.NoError(t, err)
	o := lines(2_000)
	o.PointsPaid = 1_000
	_, err = b.Orders.Earn(b.ctx, baker, "m", loyalty.Purchase{Order: o, Burn: 1_000}, loyalty.Call{Ref: "o"})
	require.NoError(t, err)
	restore := func(n int64) error {
		_, err := b.Orders.Return(b.ctx, baker, "o", loyalty.Return{Restore: n}, loyalty.Call{})
		return err
	}
	require.NoError(t, restore(400))
	err = restore(601)
	require.ErrorIs(t, err, points.ErrOverReversal)
	require.NoError(t, restore(600))
	require.ErrorIs(t, restore(1), points.ErrOverReversal)
	require.Equal(t, int64(1_010), b.sum("m"))
	done, err := b.Orders.Return(b.ctx, baker, "o", loyalty.Return{All: true}, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, []int64{10, 0}, []int64{done.Points, done.Restored})
	require.True(t, done.Whole)

	// Somebody reverses an entry of an order by another command: the order refuses to
	// take it twice.
	b.earn("m", "p", lines(1_000))
	seq := b.state("m").Seq
	_, err = b.Points.Reverse(b.ctx, baker, "m", seq, loyalty.Call{})
	require.NoError(t, err)
	_, err = b.Orders.Return(b.ctx, baker, "p", loyalty.Return{All: true}, loyalty.Call{})
	require.ErrorIs(t, err, points.ErrOverReversal)
}

func TestOrdersRefuse(t *testing.T) {
	b := openBakery(t, loyalty.Programme{Earning: rules(onePerYuan())}, loyalty.Options{}, "m", "n")
	b.at = day("2025-02-01T00:00:00Z")
	b.earn("m", "o", lines(1_000))
	buy := func(account string, p loyalty.Purchase, call loyalty.Call) error {
		_, err := b.Orders.Earn(b.ctx, baker, account, p, call)
		return err
	}
	paid := lines(1_000)
	paid.PointsPaid = 500
	for name, c := range map[string]struct {
		err  error
		want error
	}{
		"no id":            {buy("m", loyalty.Purchase{Order: lines(1)}, loyalty.Call{}), loyalty.ErrInvalid},
		"twice":            {buy("m", loyalty.Purchase{Order: lines(1_000)}, loyalty.Call{Ref: "o", Key: "2"}), loyalty.ErrDuplicate},
		"another account":  {buy("n", loyalty.Purchase{Order: lines(1_000)}, loyalty.Call{Ref: "o"}), loyalty.ErrDuplicate},
		"no account":       {buy("x", loyalty.Purchase{Order: lines(1_000)}, loyalty.Call{Ref: "p"}), loyalty.ErrNotFound},
		"future":           {buy("m", loyalty.Purchase{Order: lines(1)}, loyalty.Call{Ref: "p", At: day("2025-02-01T00:00:00.000001Z")}), loyalty.ErrInvalid},
		"worth missing":    {buy("m", loyalty.Purchase{Order: lines(1_000), Burn: 1}, loyalty.Call{Ref: "p"}), loyalty.ErrInvalid},
		"too few points":   {buy("m", loyalty.Purchase{Order: paid, Burn: 11}, loyalty.Call{Ref: "p"}), points.ErrInsufficient},
		"another currency": {buy("m", loyalty.Purchase{Order: earning.Order{Currency: money.MustCurrency("USD")}}, loyalty.Call{Ref: "p"}), earning.ErrCurrency},
	} {
		require.ErrorIs(t, c.err, c.want, name)
	}
	giveBack := func(order string, r loyalty.Return, call loyalty.Call) error {
		_, err := b.Orders.Return(b.ctx, baker, order, r, call)
		return err
	}
	for name, c := range map[string]struct {
		err  error
		want error
	}{
		"no order":      {giveBack("x", loyalty.Return{All: true}, loyalty.Call{}), loyalty.ErrNotFound},
		"nothing":       {giveBack("o", loyalty.Return{}, loyalty.Call{}), loyalty.ErrInvalid},
		"both":          {giveBack("o", loyalty.Return{All: true, Restore: 1}, loyalty.Call{}), loyalty.ErrInvalid},
		"below 0":       {giveBack("o", loyalty.Return{Restore: -1}, loyalty.Call{}), points.ErrInvalidAmount},
		"not spent":     {giveBack("o", loyalty.Return{Restore: 1}, loyalty.Call{}), points.ErrOverReversal},
		"no line":       {giveBack("o", loyalty.Return{Lines: []earning.Return{{Line: "z", Amount: 1}}}, loyalty.Call{}), earning.ErrNotFound},
		"too much":      {giveBack("o", loyalty.Return{Lines: []earning.Return{{Line: "a", Amount: 1_001}}}, loyalty.Call{}), earning.ErrOverReturn},
		"before bought": {giveBack("o", loyalty.Return{All: true}, loyalty.Call{At: day("2025-01-31T00:00:00Z")}), loyalty.ErrInvalid},
		"in the future": {giveBack("o", loyalty.Return{All: true}, loyalty.Call{At: day("2025-02-02T00:00:00Z")}), loyalty.ErrInvalid},
	} {
		require.ErrorIs(t, c.err, c.want, name)
	}
	_, err := b.with(loyalty.Programme{}).Orders.Earn(b.ctx, baker, "m", loyalty.Purchase{}, loyalty.Call{Ref: "p"})
	require.ErrorIs(t, err, loyalty.ErrIncomplete)

	other := loyalty.Actor{ID: "n", Sees: loyalty.Only("n")}
	_, unseen := b.Orders.Get(b.ctx, other, "o")
	_, missing := b.Orders.Get(b.ctx, other, "x")
	require.ErrorIs(t, unseen, loyalty.ErrNotFound)
	require.Equal(t, strings.ReplaceAll(missing.Error(), "order/x", "order/o"), unseen.Error(), "what is not seen does not exist")
	_, err = b.Orders.Return(b.ctx, other, "o", loyalty.Return{All: true}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	require.Len(t, b.journal("m"), 1)

	last := points.Expiry{Rule: points.AfterDays, N: -1}
	_, err = loyalty.New(&loyalty.Memory{}, loyalty.Programme{Expiries: map[string]points.Expiry{"bad": last}}, loyalty.Options{})
	require.ErrorIs(t, err, loyalty.ErrInvalid)
	p := severalGrants()
	p.Expiries = nil
	_, err = loyalty.New(&loyalty.Memory{}, p, loyalty.Options{})
	require.ErrorIs(t, err, loyalty.ErrInvalid)
	_, err = loyalty.New(&loyalty.Memory{}, loyalty.Programme{Earning: plan(earning.Programme{Version: 1, Zone: "Asia/Shanghai", Rules: []earning.Rule{onePerYuan()}})}, loyalty.Options{})
	require.ErrorIs(t, err, loyalty.ErrInvalid, "the rules count days in another zone than the points")
}
