package earning_test

import (
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/earning"
)

var (
	shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)
	noon     = time.Date(2026, 3, 14, 12, 0, 0, 0, shanghai).UTC() // a Saturday
)

func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

// perYuan gives one point and one qualifying point for 1.00.
func perYuan() earning.Rule {
	return earning.Rule{ID: "base", Kind: earning.PerMoney, Points: dec("1"), QP: dec("1")}
}

func times(id, factor string) earning.Rule {
	return earning.Rule{ID: id, Kind: earning.Multiplier, Factor: dec(factor)}
}

func programme(rules ...earning.Rule) earning.Programme {
	return earning.Programme{Version: 1, Currency: money.CNY, Rules: rules}
}

func compile(t require.TestingT, p earning.Programme) *earning.Plan {
	plan, err := earning.Compile(p)
	require.NoError(t, err)
	return plan
}

// order has lines a, b, ... of so many fen.
func order(fen ...int64) earning.Order {
	o := earning.Order{Currency: money.CNY}
	for i, n := range fen {
		o.Lines = append(o.Lines, earning.Line{ID: string(rune('a' + i)), Amount: n})
	}
	return o
}

func at(t time.Time) earning.Context { return earning.Context{At: t, Zone: shanghai} }

// earn computes and holds the result to what every result keeps.
func earn(t require.TestingT, plan *earning.Plan, o earning.Order, c earning.Context) earning.Result {
	r, err := plan.Earn(o, c)
	require.NoError(t, err)
	points, qp, err := plan.Preview(o, c)
	require.NoError(t, err)
	require.Equal(t, []int64{r.Points, r.QP}, []int64{points, qp})
	checkSums(t, r)
	return r
}

func checkSums(t require.TestingT, r earning.Result) {
	lines, lineQP := r.Whole.Points, r.Whole.QP
	for _, a := range append([]earning.Award{r.Whole}, r.Lines...) {
		require.True(t, a.Points >= 0 && a.QP >= 0 && a.Eligible >= 0 && a.Eligible <= a.Amount)
	}
	for _, a := range r.Lines {
		lines, lineQP = lines+a.Points, lineQP+a.QP
	}
	var steps, stepQP, grants int64
	for _, s := range r.Explanation {
		steps, stepQP = steps+s.Points, stepQP+s.QP
		require.Equal(t, s.Kind == earning.Capped, s.Points < 0 || s.QP < 0)
	}
	for _, g := range r.Grants {
		require.Positive(t, g.Points)
		grants += g.Points
	}
	require.Equal(t, []int64{r.Points, r.Points, r.Points}, []int64{lines, steps, grants})
	require.Equal(t, []int64{r.QP, r.QP}, []int64{lineQP, stepQP})
	require.True(t, r.Points >= 0 && r.QP >= 0)
}

// lines returns the points of the lines.
func lines(r earning.Result) (points []int64) {
	for _, a := range r.Lines {
		points = append(points, a.Points)
	}
	return points
}
