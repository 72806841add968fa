package earning_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/earning"
)

// The scenarios of the loyalty programme's specification that concern earning,
// with its values.

func TestO08PaidPartlyWithPoints(t *testing.T) {
	plan := compile(t, programme(perYuan()))
	o := order(100_00)
	o.PointsPaid = 40_00 // 4,000 points at 100 for 1.00
	r := earn(t, plan, o, at(noon))
	require.Equal(t, int64(60), r.Points)
	require.Equal(t, int64(60), r.QP)
	require.Equal(t, int64(60_00), r.Lines[0].Eligible)

	rest, err := r.Rest(nil)
	require.NoError(t, err)
	points, qp, err := r.Return(nil, rest)
	require.NoError(t, err)
	require.Equal(t, []int64{60, 60}, []int64{points, qp}, "net change of points and qualifying points is 0")
}

func TestO15Multiplier(t *testing.T) {
	for mode, want := range map[money.Rounding][4]int64{
		money.HalfEven: {2, 4, 8, 10},
		money.HalfUp:   {2, 5, 8, 11},
		money.Floor:    {1, 4, 7, 10},
		money.Ceiling:  {2, 5, 8, 11},
	} {
		p := programme(perYuan(), times("tier", "1.5"))
		p.Rounding = &mode
		plan := compile(t, p)
		for i, fen := range []int64{1_00, 3_00, 5_00, 7_00} {
			require.Equal(t, want[i], earn(t, plan, order(fen), at(noon)).Points, "%s %d", mode, fen)
		}
	}
}

func TestO16RoundingLevel(t *testing.T) {
	for _, c := range []struct {
		level earning.Level
		mode  *money.Rounding
		want  int64
	}{
		{earning.ByLine, new(money.HalfUp), 3},
		{earning.ByLine, new(money.HalfEven), 0},
		{earning.ByOrder, new(money.HalfUp), 2},
		{earning.ByOrder, new(money.HalfEven), 2},
		{earning.ByOrder, new(money.Floor), 1},
		{earning.ByOrder, nil, 1},
	} {
		p := programme(perYuan())
		p.Level, p.Rounding = c.level, c.mode
		require.Equal(t, c.want, earn(t, compile(t, p), order(50, 50, 50), at(noon)).Points)
	}
	plan := compile(t, programme(perYuan()))
	require.Equal(t, money.Floor, plan.Rounding(), "the default is said")
	require.Equal(t, earning.ByOrder, plan.Level())
}

func TestO17Stacking(t *testing.T) {
	for _, c := range []struct {
		stacking earning.Stacking
		want     int64
		parts    []int64 // base, tier, promo
	}{
		{earning.Multiply, 300, []int64{100, 50, 150}},
		{earning.Additive, 250, []int64{100, 50, 100}},
		{earning.BestOnly, 200, []int64{100, 0, 100}},
	} {
		p := programme(perYuan(), times("tier", "1.5"), times("promo", "2"))
		p.Stacking = c.stacking
		r := earn(t, compile(t, p), order(100_00), at(noon))
		require.Equal(t, c.want, r.Points, c.stacking)
		require.Equal(t, int64(100), r.QP, "multipliers leave qualifying points alone")
		for i, want := range c.parts {
			require.Equal(t, want, r.Explanation[i].Points, "%s %s", c.stacking, r.Explanation[i].ID)
		}
		// One rounding at the end: 0.33 is 0.99, 0.825 and 0.66 points. Rounded after each
		// factor it would be 0 everywhere.
		p.Rounding = new(money.HalfUp)
		require.Equal(t, int64(1), earn(t, compile(t, p), order(33), at(noon)).Points, c.stacking)
	}
}

func TestO18Overflow(t *testing.T) {
	fen := earning.Rule{ID: "base", Kind: earning.PerMoney, Points: dec("100")}
	plan := compile(t, programme(fen)) // a point for each fen
	require.Equal(t, int64(math.MaxInt64), earn(t, plan, order(math.MaxInt64), at(noon)).Points)

	_, err := plan.Earn(order(math.MaxInt64, 1), at(noon))
	require.ErrorIs(t, err, earning.ErrOverflow)

	twice := compile(t, programme(fen, times("twice", "2")))
	require.Equal(t, int64(math.MaxInt64-1), earn(t, twice, order(math.MaxInt64/2), at(noon)).Points)
	r, err := twice.Earn(order(math.MaxInt64/2+1), at(noon))
	require.ErrorIs(t, err, earning.ErrOverflow)
	require.Equal(t, earning.Result{}, r)

	visits := programme(fen, earning.Rule{ID: "visit", Kind: earning.PerVisit, Points: dec("1")})
	for _, level := range []earning.Level{earning.ByOrder, earning.ByLine} {
		visits.Level = level
		o := order(math.MaxInt64)
		o.Visits = 1
		_, err = compile(t, visits).Earn(o, at(noon))
		require.ErrorIs(t, err, earning.ErrOverflow, level)
	}

	r = earn(t, plan, order(0), at(noon))
	require.Zero(t, r.Points)
	require.Empty(t, r.Grants, "nothing to post a lot for")

	_, err = plan.Earn(order(-1), at(noon))
	require.ErrorIs(t, err, earning.ErrInvalidAmount)
	require.ErrorIs(t, err, earning.ErrInvalid)
}
