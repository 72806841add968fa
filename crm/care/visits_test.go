package care_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/goal"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// TestSalesO34 is scenario O-34: classes by value, visits by class, progress of a goal.
func TestSalesO34(t *testing.T) {
	values := []int64{500, 300, 150, 30, 20}
	abc, err := segment.NewABC(values, segment.ABCOptions{})
	require.NoError(t, err)
	var classes []string
	for _, v := range values {
		classes = append(classes, segment.ParetoClasses()[abc.ClassOf(v)].Name)
	}
	require.Equal(t, []string{"A", "A", "B", "C", "C"}, classes)

	got, err := care.AllocateVisits(8, []care.Demand{{Class: "A", Customers: 1, Min: 6}, {Class: "B", Customers: 1, Min: 3}})
	require.NoError(t, err)
	require.Equal(t, []care.Share{{Class: "A", Min: 6, Visits: 6}, {Class: "B", Min: 3, Visits: 2, Shortage: 1}}, got.Shares)
	require.True(t, got.Short())
	found := got.Findings(day("2026-11-22"))
	require.Len(t, found, 1)
	text, err := care.Catalogue().Render(found[0], finding.Chinese)
	require.NoError(t, err)
	require.Equal(t, "B 类客户距最低拜访次数尚缺 1 次", text)

	tree, err := goal.New([]goal.Node{{ID: "goal"},
		{ID: "a", Parent: "goal", Weight: money.Ratio{Num: 6, Den: 10}, Target: decimal.NewFromInt(100), Actual: decimal.NewFromInt(50)},
		{ID: "b", Parent: "goal", Weight: money.Ratio{Num: 4, Den: 10}, Target: decimal.NewFromInt(20), Actual: decimal.NewFromInt(30)}})
	require.NoError(t, err)
	progress, ok := tree.Progress("goal")
	require.True(t, ok)
	require.Equal(t, "7/10", progress.String())
}

func visits(a care.Allocation) (n []int) {
	for _, s := range a.Shares {
		n = append(n, s.Visits)
	}
	return n
}

func TestAllocateVisits(t *testing.T) {
	for name, c := range map[string]struct {
		visits  int
		demands []care.Demand
		want    []int
		left    int
		optimal bool
	}{
		"largest marginal value": {7, []care.Demand{{"A", 1, 1, []int64{9, 8, 3}}, {"B", 1, 1, []int64{9, 6, 5, 4}}}, []int{3, 4}, 0, true},
		"ties to the first":      {3, []care.Demand{{"A", 1, 0, []int64{5, 5}}, {"B", 1, 0, []int64{5, 5}}}, []int{2, 1}, 0, true},
		"worth nothing":          {9, []care.Demand{{"A", 1, 0, []int64{5, 0}}, {"B", 1, 0, []int64{-3}}}, []int{1, 0}, 8, true},
		"minima are made though": {2, []care.Demand{{"A", 1, 1, []int64{5, 4}}, {"B", 1, 1, []int64{-3}}}, []int{1, 1}, 0, true},
		"rounds of a class":      {7, []care.Demand{{"A", 3, 0, []int64{9, 2}}, {"B", 3, 0, []int64{5, 4}}}, []int{3, 4}, 0, true},
		"exactly the minima":     {9, []care.Demand{{"A", 2, 3, nil}, {"B", 1, 3, nil}}, []int{6, 3}, 0, true},
		"none at all":            {0, []care.Demand{{"A", 1, 0, []int64{5}}}, []int{0}, 0, true},
		"a rising curve":         {2, []care.Demand{{"A", 1, 0, []int64{2, 9}}, {"B", 1, 0, []int64{3, 3}}}, []int{0, 2}, 0, false},
		"rising below the min":   {3, []care.Demand{{"A", 1, 2, []int64{2, 9, 8}}}, []int{3}, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := care.AllocateVisits(c.visits, c.demands)
			require.NoError(t, err)
			require.Equal(t, c.want, visits(got))
			require.Equal(t, c.left, got.Left)
			require.Equal(t, c.optimal, got.Optimal)
			require.False(t, got.Short())
			require.Empty(t, got.Findings(1))
		})
	}
}

func TestAllocateRefused(t *testing.T) {
	_, err := care.AllocateVisits(-1, nil)
	require.Equal(t, []string{"CARE-RANGE", "CARE-MISSING"}, codesOf(t, err))
	_, err = care.AllocateVisits(1, []care.Demand{{"A", 0, -1, nil}, {"", 1, 0, nil}, {"A", 1, 0, nil}})
	require.Equal(t, []string{"CARE-RANGE", "CARE-RANGE", "CARE-ID", "CARE-REPEATED"}, codesOf(t, err))
	require.ErrorIs(t, err, care.ErrDuplicate)
	_, err = care.AllocateVisits(1, []care.Demand{{"A", 1 << 30, 2, nil}})
	require.ErrorIs(t, err, care.ErrOverflow)
}

// Against all ways of sharing: minima are met from the first class down, and with
// falling values no way is worth more.
func TestAllocationIsTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		demands := make([]care.Demand, rapid.IntRange(1, 3).Draw(t, "classes"))
		for i := range demands {
			values := rapid.SliceOfN(rapid.Int64Range(-2, 12), 0, 4).Draw(t, "values")
			slices.SortFunc(values, func(a, b int64) int { return int(b - a) })
			demands[i] = care.Demand{Class: fmt.Sprint(i), Customers: rapid.IntRange(1, 2).Draw(t, "customers"), Min: rapid.IntRange(0, 2).Draw(t, "min"), Values: values}
		}
		n := rapid.IntRange(0, 16).Draw(t, "visits")
		got, err := care.AllocateVisits(n, demands)
		require.NoError(t, err)
		require.True(t, got.Optimal)

		total, left, short := got.Left, n, false
		for i, s := range got.Shares {
			need := demands[i].Customers * demands[i].Min
			require.Equal(t, need, s.Min)
			require.Equal(t, need-min(need, left), s.Shortage)
			left -= min(need, left)
			short = short || s.Shortage > 0
			total += s.Visits
		}
		require.Equal(t, n, total, "every visit is somewhere")
		require.Equal(t, short, got.Short())
		if short {
			return
		}
		best := enumerate(demands, n)
		require.Equal(t, best, worth(demands, visits(got)))
	})
}

// worth is what visits bring, each class's customers served in rounds.
func worth(demands []care.Demand, visits []int) (sum int64) {
	for i, d := range demands {
		for v := range visits[i] {
			if round := v / d.Customers; round < len(d.Values) {
				sum += d.Values[round]
			}
		}
	}
	return sum
}

// enumerate tries all ways to share up to n visits that keep the minima.
func enumerate(demands []care.Demand, n int) int64 {
	best := int64(-1 << 62)
	at := make([]int, len(demands))
	var try func(i, left int)
	try = func(i, left int) {
		if i == len(demands) {
			best = max(best, worth(demands, at))
			return
		}
		for v := demands[i].Customers * demands[i].Min; v <= left; v++ {
			at[i] = v
			try(i+1, left-v)
		}
	}
	try(0, n)
	return best
}

func TestLevels(t *testing.T) {
	levels := care.Levels{
		{"A", "gold", 12, money.Ratio{Num: 1, Den: 2}}, {"B", "silver", 4, money.Ratio{Num: 1, Den: 3}}, {"C", "basic", 0, money.Ratio{Num: 1, Den: 6}}}
	require.NoError(t, levels.Validate())
	budgets, err := levels.Budgets(money.Amount{Minor: 100_01, Currency: money.CNY})
	require.NoError(t, err)
	require.Equal(t, "[50.00 CNY 33.34 CNY 16.67 CNY]", fmt.Sprint(budgets))
	b, ok := levels.Of("B")
	require.True(t, ok)
	require.Equal(t, 4, b.Visits)
	_, ok = levels.Of("D")
	require.False(t, ok)

	require.Equal(t, []string{"CARE-MISSING"}, codesOf(t, care.Levels{}.Validate()))
	require.Equal(t, []string{"CARE-SHARES"}, codesOf(t, levels[:2].Validate()))
	require.Equal(t, []string{"CARE-ID", "CARE-CODE", "CARE-RANGE", "CARE-RANGE"}, codesOf(t, care.Levels{{Visits: -1}}.Validate()))
	require.Equal(t, []string{"CARE-REPEATED", "CARE-SHARES"}, codesOf(t, care.Levels{levels[0], levels[1], levels[0]}.Validate()))
	_, err = levels.Budgets(money.Amount{Minor: -1})
	require.ErrorIs(t, err, care.ErrInvalid)
	_, err = levels[:1].Budgets(money.Amount{})
	require.ErrorIs(t, err, care.ErrInvalid)
	p := int64(1<<62 - 57)
	_, err = care.Levels{{"A", "x", 0, money.Ratio{Num: 1, Den: p}}, {"B", "x", 0, money.Ratio{Num: p - 1, Den: p}}}.Budgets(yuan(100))
	require.NoError(t, err)
}

func BenchmarkAllocateVisits(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	demands := make([]care.Demand, 10)
	for i := range demands {
		values := make([]int64, 1000)
		for k := range values {
			values[k] = r.Int64N(1e6)
		}
		slices.SortFunc(values, func(a, b int64) int { return int(b - a) })
		demands[i] = care.Demand{Class: fmt.Sprint(i), Customers: 100, Min: 2, Values: values}
	}
	b.ReportAllocs()
	for b.Loop() {
		_, err := care.AllocateVisits(500_000, demands)
		require.NoError(b, err)
	}
}
