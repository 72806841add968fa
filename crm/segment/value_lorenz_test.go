package segment

import (
	"encoding/csv"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/numeric"
	"github.com/guanxi-go/guanxi/internal/reference"
)

// giniByPairs is half the relative mean absolute difference over all pairs: the
// definition, without an order.
func giniByPairs(values []int64, pairs int64) float64 {
	var diffs, sum big.Int
	for _, a := range values {
		sum.Add(&sum, big.NewInt(a))
		for _, b := range values {
			diffs.Add(&diffs, new(big.Int).Abs(new(big.Int).Sub(big.NewInt(a), big.NewInt(b))))
		}
	}
	// Σ|a-b| / pairs / (2·mean)
	num := new(big.Int).Mul(&diffs, big.NewInt(int64(len(values))))
	den := new(big.Int).Mul(&sum, big.NewInt(2*pairs))
	f, _ := new(big.Rat).SetFrac(num, den).Float64()
	return f
}

// topByTaking takes whole customers from the greatest down and a fraction of the
// next, in rationals.
func topByTaking(values []int64, p money.Ratio) float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	slices.Reverse(sorted)
	left := big.NewRat(p.Num*int64(len(values)), p.Den)
	held, total := new(big.Rat), new(big.Rat)
	for _, v := range sorted {
		take := big.NewRat(1, 1)
		if left.Cmp(take) < 0 {
			take = left
		}
		x := new(big.Rat).SetInt64(v)
		total.Add(total, x)
		held.Add(held, new(big.Rat).Mul(x, take))
		left = new(big.Rat).Sub(left, take)
	}
	f, _ := held.Quo(held, total).Float64()
	return f
}

func TestLorenzByHand(t *testing.T) {
	l, err := NewLorenz([]int64{30, 0, 10, 10})
	require.NoError(t, err)
	require.Equal(t, 4, l.Customers())
	require.Equal(t, int64(50), l.Value())
	require.Equal(t, []LorenzPoint{{0, 0}, {1, 0}, {2, 10}, {3, 20}, {4, 50}}, slices.Collect(l.Points()))
	for range l.Points() {
		break
	}
	bottom := map[money.Ratio]float64{
		{Num: 0, Den: 1}: 0, {Num: 1, Den: 4}: 0, {Num: 1, Den: 2}: 0.2, {Num: 5, Den: 8}: 0.3,
		{Num: 7, Den: 8}: 0.7, {Num: 9, Den: 9}: 1,
	}
	for p, want := range bottom {
		got, err := l.BottomShare(p)
		require.NoError(t, err)
		require.Equal(t, want, got, "L(%v)", p)
		got, err = l.TopShare(money.Ratio{Num: p.Den - p.Num, Den: p.Den})
		require.NoError(t, err)
		require.InDelta(t, 1-want, got, 1e-16)
	}
	// (-3·0 - 1·10 + 1·10 + 3·30) / (4·50)
	g, err := l.Gini()
	require.NoError(t, err)
	require.Equal(t, 0.45, g)
	g, err = l.SampleGini()
	require.NoError(t, err)
	require.Equal(t, 0.6, g)
}

func TestLorenzHardInputs(t *testing.T) {
	g, err := Gini([]int64{7})
	require.NoError(t, err)
	require.Zero(t, g)
	one, err := NewLorenz([]int64{7})
	require.NoError(t, err)
	_, err = one.SampleGini()
	requireRefusal(t, err, ErrInsufficientData, "values", -1)
	half, err := one.TopShare(money.Ratio{Num: 1, Den: 2})
	require.NoError(t, err)
	require.Equal(t, 0.5, half)

	g, err = Gini([]int64{0, 0, 0, math.MaxInt64})
	require.NoError(t, err)
	require.Equal(t, 0.75, g)
	g, err = Gini([]int64{math.MaxInt64 / 2, math.MaxInt64/2 + 1})
	require.NoError(t, err)
	require.Equal(t, 0x1p-64, g, "no cancellation: 1/(2·(2^63-1))")

	_, err = Gini([]int64{3, 0, -1, -2})
	requireRefusal(t, err, ErrInvalid, "values", 2)
	_, err = TopShare([]int64{-1}, money.Ratio{Num: 1, Den: 2})
	requireRefusal(t, err, ErrInvalid, "values", 0)
	for _, none := range [][]int64{nil, {0}, {0, 0}} {
		_, err = NewLorenz(none)
		requireRefusal(t, err, ErrInsufficientData, "values", -1)
	}
	_, err = NewLorenz([]int64{math.MaxInt64, 1})
	requireRefusal(t, err, ErrOverflow, "values", -1)
	for _, bad := range []money.Ratio{{}, {Num: -1, Den: 5}, {Num: 6, Den: 5}, {Num: 1, Den: -5}} {
		_, err = one.TopShare(bad)
		requireRefusal(t, err, ErrInvalid, "share", -1)
		_, err = one.BottomShare(bad)
		requireRefusal(t, err, ErrInvalid, "share", -1)
	}
	extreme := money.Ratio{Num: math.MaxInt64 - 1, Den: math.MaxInt64}
	got, err := TopShare([]int64{math.MaxInt64 - 1, 1, 0}, extreme)
	require.NoError(t, err)
	require.Equal(t, 1.0, got)

	var zero Lorenz
	require.Zero(t, zero.Customers())
	require.Zero(t, zero.Value())
	require.Empty(t, slices.Collect(zero.Points()))
	for _, f := range []func() (float64, error){
		zero.Gini, zero.SampleGini,
		func() (float64, error) { return zero.TopShare(money.Ratio{Num: 1, Den: 2}) },
		func() (float64, error) { return zero.BottomShare(money.Ratio{Num: 1, Den: 2}) },
	} {
		_, err = f()
		require.ErrorIs(t, err, ErrInsufficientData)
	}
}

// TestLorenzRule: the float64 nearest to the exact value, from definitions that
// share no step with the code.
func TestLorenzRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hi := rapid.SampledFrom([]int64{1, 9, 1e6, math.MaxInt64 / 40}).Draw(t, "hi")
		values := rapid.SliceOfN(rapid.Int64Range(0, hi), 1, 40).Draw(t, "values")
		if slices.Max(values) == 0 {
			return
		}
		n := int64(len(values))
		l, err := NewLorenz(values)
		require.NoError(t, err)
		g, err := l.Gini()
		require.NoError(t, err)
		require.Equal(t, giniByPairs(values, n*n), g)
		if n > 1 {
			s, err := l.SampleGini()
			require.NoError(t, err)
			require.Equal(t, giniByPairs(values, n*(n-1)), s)
		}
		den := rapid.Int64Range(1, 1000).Draw(t, "den")
		p := money.Ratio{Num: rapid.Int64Range(0, den).Draw(t, "num"), Den: den}
		top, err := l.TopShare(p)
		require.NoError(t, err)
		require.Equal(t, topByTaking(values, p), top)
		bottom, err := l.BottomShare(money.Ratio{Num: p.Den - p.Num, Den: p.Den})
		require.NoError(t, err)
		require.InDelta(t, 1, top+bottom, 2e-16)

		again, err := NewLorenz(reordered(t, values))
		require.NoError(t, err)
		require.Equal(t, l, again)
	})
}

func TestLorenzScaleAndReplication(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(0, 1e9), 1, 30).Draw(t, "values")
		values = append(values, 1)
		k := rapid.Int64Range(1, 1000).Draw(t, "k")
		g, err := Gini(values)
		require.NoError(t, err)
		scaled, twice := make([]int64, 0, len(values)), append(values, values...)
		for _, v := range values {
			scaled = append(scaled, v*k)
		}
		for _, other := range [][]int64{scaled, twice} {
			same, err := Gini(other)
			require.NoError(t, err)
			require.Equal(t, g, same, "the coefficient keeps under another unit of money and a copied population")
		}
		require.GreaterOrEqual(t, g, 0.0)
		require.Less(t, g, 1.0)
	})
}

// TestGiniReference: the worked vectors of golden/employee and R 4.2.2 on
// carData::Salaries and CDNOW, to 1e-15 as the specification says; R sums in
// floating point, so the figures may differ in the last place.
func TestGiniReference(t *testing.T) {
	var golden struct {
		Worked struct {
			X    []int64
			Ineq struct {
				Gini struct{ Population, Sample_unbiased float64 }
			}
			GiniEqual struct{ Population, Sample_unbiased float64 } `json:"gini_equal"`
			GiniMax   struct{ Population, Sample_unbiased float64 } `json:"gini_max_n4"`
			Weighted  struct {
				X, W     []int64
				Expanded float64
			} `json:"weighted_gini"`
		}
		Ineq struct {
			Gini struct{ Population, Sample_unbiased float64 }
		}
	}
	reference.JSON(t, "golden/employee/fairness_salaries.json", &golden)
	check := func(values []int64, population, sample float64) {
		t.Helper()
		require.NotEmpty(t, values)
		l, err := NewLorenz(values)
		require.NoError(t, err)
		g, err := l.Gini()
		require.NoError(t, err)
		require.True(t, numeric.Close(g, population, 4, 0) && math.Abs(g-population) <= 1e-15, "%v, want %v", g, population)
		if !math.IsNaN(sample) {
			s, err := l.SampleGini()
			require.NoError(t, err)
			require.True(t, numeric.Close(s, sample, 4, 0) && math.Abs(s-sample) <= 1e-15, "%v, want %v", s, sample)
		}
	}
	w := golden.Worked
	require.Equal(t, 0.166006600660066, w.Ineq.Gini.Population)
	check(w.X, w.Ineq.Gini.Population, w.Ineq.Gini.Sample_unbiased)
	check([]int64{5, 5, 5}, w.GiniEqual.Population, w.GiniEqual.Sample_unbiased)
	check([]int64{0, 0, 0, 5}, w.GiniMax.Population, w.GiniMax.Sample_unbiased)
	var expanded []int64
	for i, x := range w.Weighted.X {
		expanded = append(expanded, slices.Repeat([]int64{x}, int(w.Weighted.W[i]))...)
	}
	check(expanded, w.Weighted.Expanded, math.NaN())

	rows, err := csv.NewReader(strings.NewReader(string(reference.Read(t, "data/employee/salaries.csv")))).ReadAll()
	require.NoError(t, err)
	var salaries []int64
	for _, row := range rows[1:] {
		v, err := strconv.ParseInt(row[len(row)-1], 10, 64)
		require.NoError(t, err)
		salaries = append(salaries, v)
	}
	check(salaries, golden.Ineq.Gini.Population, golden.Ineq.Gini.Sample_unbiased)

	cdnow := cdnowValues(t)
	check(cdnow, 0.6309171170162412, 0.63118490866183385)
	for p, want := range map[money.Ratio]float64{
		{Num: 20, Den: 100}: 0.67422941535881931, {Num: 1, Den: 100}: 0.1438832990552662,
	} {
		got, err := TopShare(cdnow, p)
		require.NoError(t, err)
		require.InEpsilon(t, want, got, 1e-12, "R's approxfun on the curve")
	}
}

func BenchmarkGini(b *testing.B) {
	values := benchCustomerValues(b)
	for b.Loop() {
		if _, err := Gini(values); err != nil {
			b.Fatal(err)
		}
	}
}
