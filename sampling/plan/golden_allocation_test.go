package plan

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"testing"

	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/stretchr/testify/require"
)

type allocationCase struct {
	Nh               []int
	Sh, Ybar         []float64
	Cost             []int64
	N                int
	PropReal         []float64          `json:"prop_real"`
	PropLR           []int              `json:"prop_LR"`
	PropRound        []int              `json:"prop_round_naive"`
	PropRoundSum     int                `json:"prop_round_naive_sum"`
	PropCeil         []int              `json:"prop_ceil"`
	PropCeilSum      int                `json:"prop_ceil_sum"`
	NeymanReal       []float64          `json:"neyman_real"`
	NeymanTakeAll    []float64          `json:"neyman_takeall_real"`
	TakeAll          []bool             `json:"take_all"`
	NeymanTakeAllLR  []int              `json:"neyman_takeall_LR"`
	Wright1          []int              `json:"wright_min1"`
	Wright2          []int              `json:"wright_min2"`
	PowerHalf        []float64          `json:"power_half_real"`
	Power0           []float64          `json:"power_0_real"`
	CostOpt          []float64          `json:"cost_opt_real"`
	VarTotal         map[string]float64 `json:"var_total"`
	PracToolsNeyman  []float64          `json:"practools_neyman"`
	Budget           int64              `json:"practools_totcost_budget"`
	PracToolsBudget  []float64          `json:"practools_totcost"`
	PracToolsCV      []float64          `json:"practools_totvar_cv05"`
	SamplingbookNeym []int              `json:"samplingbook_opt_rounded"`
}

func (x allocationCase) strata() []Stratum {
	out := make([]Stratum, len(x.Nh))
	for i, n := range x.Nh {
		out[i] = Stratum{Name: "stratum " + strconv.Itoa(i), Size: n, SD: x.Sh[i]}
		if x.Ybar != nil {
			out[i].Mean, out[i].Cost = x.Ybar[i], x.Cost[i]
		}
	}
	return out
}

func (c *tally) nears(got, want []float64, what ...any) {
	c.t.Helper()
	require.Len(c.t, got, len(want), "%v", what)
	for i := range want {
		c.near(exact, got[i], want[i], what...)
	}
}

func (c *tally) equals(got, want []int, what ...any) {
	c.t.Helper()
	require.Len(c.t, got, len(want), "%v", what)
	for i := range want {
		c.equal(got[i], want[i], what...)
	}
}

// PracTools 1.7.5, samplingbook 1.2.4 and a computation of our own in R.
func TestGoldenAllocation(t *testing.T) {
	var file map[string]json.RawMessage
	reference.JSON(t, "golden/sampling/allocation.json", &file)
	c := &tally{t: t}
	want := 0
	for name, raw := range file {
		if name == "meta" {
			continue
		}
		if name == "bruteforce_toy" {
			c.toy(raw)
			want += 7
			continue
		}
		var x allocationCase
		require.NoError(t, json.Unmarshal(raw, &x))
		want += outputs(t, raw)
		c.allocation(name, x)
	}
	require.Equal(t, want, c.count)
	require.Greater(t, want, 300)
	t.Logf("%d values, worst relative error %.2g", c.count, c.worst)
}

// outputs counts the numbers and flags of a case that are results.
func outputs(t *testing.T, raw json.RawMessage) (n int) {
	var fields map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(raw, &fields))
	var leaves func(v any) int
	leaves = func(v any) (sum int) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				sum += leaves(e)
			}
		case map[string]any:
			for _, e := range v {
				sum += leaves(e)
			}
		default:
			return 1
		}
		return sum
	}
	for name, field := range fields {
		switch name {
		case "Nh", "Sh", "Ybar", "cost", "n", "practools_totcost_budget":
			continue
		}
		var v any
		require.NoError(t, json.Unmarshal(field, &v))
		n += leaves(v)
	}
	return n
}

func (c *tally) allocation(name string, x allocationCase) {
	strata := x.strata()
	allocate := func(opts AllocationOptions) Allocation {
		c.t.Helper()
		a, err := Allocate(strata, x.N, opts)
		require.NoError(c.t, err, "%s", name)
		require.Equal(c.t, x.N, total(a.N), "%s", name)
		for i, n := range a.N {
			require.LessOrEqual(c.t, n, x.Nh[i])
		}
		return a
	}
	hamilton := func(m Method, q float64) Allocation {
		return allocate(AllocationOptions{Method: m, Exponent: q, Rounding: LargestRemainder})
	}
	prop := hamilton(Proportional, 0)
	c.nears(prop.Ideal, x.PropReal, name, "proportional")
	c.equals(prop.N, x.PropLR, name, "proportional")
	// Rounding each share, or each up, is what peers do; the sum is not n.
	sum := func(round func(float64) float64, stored []int, storedSum int) {
		got := 0
		for i, share := range prop.Ideal {
			c.equal(int(round(share)), stored[i], name, "rounded")
			got += int(round(share))
		}
		c.equal(got, storedSum, name, "sum of rounded")
	}
	sum(math.RoundToEven, x.PropRound, x.PropRoundSum)
	sum(math.Ceil, x.PropCeil, x.PropCeilSum)

	neyman := hamilton(Neyman, 0)
	c.nears(neyman.Ideal, x.NeymanReal, name, "neyman")
	c.nears(neyman.Real, x.NeymanTakeAll, name, "neyman within sizes")
	c.equals(neyman.N, x.NeymanTakeAllLR, name, "neyman within sizes")
	for i, all := range x.TakeAll {
		c.count++
		require.Equal(c.t, all, neyman.N[i] == x.Nh[i] && neyman.Ideal[i] > float64(x.Nh[i]), "%s", name)
	}
	wright := allocate(AllocationOptions{Method: Neyman})
	c.equals(wright.N, x.Wright1, name, "wright")
	wright2 := allocate(AllocationOptions{Method: Neyman, Min: 2})
	c.equals(wright2.N, x.Wright2, name, "wright, at least two")
	c.nears(hamilton(Power, 0.5).Ideal, x.PowerHalf, name, "power 1/2")
	c.nears(hamilton(Power, 0).Ideal, x.Power0, name, "power 0")
	c.nears(hamilton(CostOptimal, 0).Ideal, x.CostOpt, name, "cost")

	for rule, n := range map[string][]int{"prop_LR": prop.N, "wright_min1": wright.N, "wright_min2": wright2.N} {
		v, err := TotalVariance(strata, n)
		if !errors.Is(err, ErrInsufficientData) {
			require.NoError(c.t, err)
			c.near(exact, v, x.VarTotal[rule], name, rule)
			continue
		}
		// A stratum that varies gets none: the stored sum leaves it out, and is
		// no variance of any estimator of the total.
		var some []Stratum
		var taken []int
		for i, k := range n {
			if k > 0 {
				some, taken = append(some, strata[i]), append(taken, k)
			}
		}
		v, err = TotalVariance(some, taken)
		require.NoError(c.t, err)
		c.near(exact, v, x.VarTotal[rule], name, rule, "without the strata left out")
	}
	c.peers(name, x, strata, neyman)
}

// peers compares with PracTools and samplingbook, which know no bounds.
func (c *tally) peers(name string, x allocationCase, strata []Stratum, neyman Allocation) {
	if x.PracToolsNeyman == nil {
		return
	}
	c.nears(neyman.Ideal, x.PracToolsNeyman, name, "PracTools neyman")
	for i, k := range x.SamplingbookNeym {
		c.equal(int(math.RoundToEven(neyman.Ideal[i])), k, name, "samplingbook")
	}

	// The minimum of 1 costs more than the budget of depts lets it; the real
	// shares do not depend on it.
	byCost, err := AllocateBudget(strata, x.Budget, AllocationOptions{})
	if errors.Is(err, ErrInfeasible) {
		c.t.Fatal(name, err)
	}
	require.NoError(c.t, err)
	c.nears(byCost.Allocation.Ideal, x.PracToolsBudget, name, "PracTools budget")
	require.LessOrEqual(c.t, byCost.Allocation.Cost, x.Budget)
	require.Zero(c.t, byCost.Gap)

	// The file's target is a CV of 5 percent of the mean.
	sized, err := StratifiedSize(strata, CV(0.05), 0, AllocationOptions{Method: CostOptimal})
	require.NoError(c.t, err)
	c.nears(sized.Ideal, x.PracToolsCV, name, "PracTools target variance")
	for i, k := range sized.N {
		require.LessOrEqual(c.t, k, x.Nh[i], "PracTools takes more than there are from hmt's last stratum")
	}
	v, err := TotalVariance(strata, sized.N)
	require.NoError(c.t, err)
	allowed, err := totalAllowed(strata, CV(0.05), 0)
	require.NoError(c.t, err)
	require.LessOrEqual(c.t, v, allowed*(1+1e-12))
}

func (c *tally) toy(raw json.RawMessage) {
	var toy struct {
		allocationCase
		Best, Wright []int
		BestVar      float64 `json:"best_var"`
	}
	require.NoError(c.t, json.Unmarshal(raw, &toy))
	a, err := Allocate(toy.strata(), toy.N, AllocationOptions{Method: Neyman})
	require.NoError(c.t, err)
	c.equals(a.N, toy.Best, "toy")
	c.equals(a.N, toy.Wright, "toy")
	v, err := TotalVariance(toy.strata(), a.N)
	require.NoError(c.t, err)
	c.near(exact, v, toy.BestVar, "toy")
}
