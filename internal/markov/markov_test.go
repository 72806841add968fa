package markov

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func chain(t require.TestingT, rows ...[]int64) *Chain {
	var counts []int64
	for _, r := range rows {
		counts = append(counts, r...)
	}
	c, err := New(len(rows), counts)
	require.NoError(t, err)
	return c
}

// solve is Gaussian elimination in rationals; a is n x (n+1). It returns nil
// where a is singular.
func solve(a [][]*big.Rat) []*big.Rat {
	n := len(a)
	for k := range n {
		p := k
		for p < n && a[p][k].Sign() == 0 {
			p++
		}
		if p == n {
			return nil
		}
		a[k], a[p] = a[p], a[k]
		for i := range n {
			if i == k || a[i][k].Sign() == 0 {
				continue
			}
			w := new(big.Rat).Quo(a[i][k], a[k][k])
			for j := k; j <= n; j++ {
				a[i][j] = new(big.Rat).Sub(a[i][j], new(big.Rat).Mul(w, a[k][j]))
			}
		}
	}
	x := make([]*big.Rat, n)
	for k := range n {
		x[k] = new(big.Rat).Quo(a[k][n], a[k][k])
	}
	return x
}

func zeros(n, m int) [][]*big.Rat {
	a := make([][]*big.Rat, n)
	for i := range a {
		a[i] = make([]*big.Rat, m)
		for j := range a[i] {
			a[i][j] = new(big.Rat)
		}
	}
	return a
}

// steady solves pi (P - I) = 0, sum pi = 1, exactly; nil where that has no single
// solution.
func steady(c *Chain) []*big.Rat {
	a := zeros(c.n, c.n+1)
	for j := range c.n {
		for i := range c.n {
			a[j][i].SetFrac64(c.count[i*c.n+j], c.total[i])
		}
		a[j][j].Sub(a[j][j], big.NewRat(1, 1))
	}
	for i := range c.n {
		a[c.n-1][i].SetInt64(1)
	}
	a[c.n-1][c.n].SetInt64(1)
	return solve(a)
}

// passage solves for probabilities and conditional means over the states that
// can arrive, exactly.
func passage(c *Chain, target int, states []int) (u, steps []*big.Rat) {
	system := func(right func(p, i int) *big.Rat) []*big.Rat {
		a := zeros(len(states), len(states)+1)
		for p, i := range states {
			for q, j := range states {
				a[p][q].SetFrac64(-c.count[i*c.n+j], c.total[i])
			}
			a[p][p].Add(a[p][p], big.NewRat(1, 1))
			a[p][len(states)] = right(p, i)
		}
		return solve(a)
	}
	u = system(func(_, i int) *big.Rat { return big.NewRat(c.count[i*c.n+target], c.total[i]) })
	m := system(func(p, _ int) *big.Rat { return u[p] })
	for p := range m {
		m[p].Quo(m[p], u[p])
	}
	return u, m
}

func float(r *big.Rat) float64 {
	f, _ := r.Float64()
	return f
}

// within allows one rounding per state and operation on the way: the error bound
// of the elimination grows with the square of the states, and 6 have 40 ulp.
const within = 1e-14

func drawChain(t *rapid.T, least int64) *Chain {
	n := rapid.IntRange(1, 6).Draw(t, "n")
	magnitude := rapid.SampledFrom([]int64{1, 3, 1000, 1e12, 1e17}).Draw(t, "magnitude")
	counts := rapid.SliceOfN(rapid.OneOf(rapid.Just(least), rapid.Int64Range(least, magnitude)), n*n, n*n).Draw(t, "counts")
	c, err := New(n, counts)
	require.NoError(t, err)
	return c
}

func TestSteadyStateIsExact(t *testing.T) {
	solved := 0
	rapid.Check(t, func(t *rapid.T) {
		c := drawChain(t, 0)
		got, err := c.SteadyState()
		for i := range c.n {
			if c.absent[i] {
				return // other tests
			}
		}
		want := steady(c)
		if want == nil {
			var several *SeveralClosedError
			require.ErrorAs(t, err, &several)
			require.Greater(t, len(several.Classes), 1)
			return
		}
		require.NoError(t, err)
		solved++
		for i := range want {
			if want[i].Sign() == 0 {
				require.Zero(t, got[i])
			} else {
				require.InEpsilon(t, float(want[i]), got[i], within)
			}
		}
	})
	require.Positive(t, solved)
}

// TestNearlyDecomposable: between two halves of a population one in 1e15 moves;
// a solver that subtracts loses every digit here.
func TestNearlyDecomposable(t *testing.T) {
	c := chain(t,
		[]int64{5e14, 5e14, 1, 0},
		[]int64{4e14, 6e14, 0, 0},
		[]int64{0, 3, 7e14, 3e14},
		[]int64{0, 0, 2e14, 8e14})
	got, err := c.SteadyState()
	require.NoError(t, err)
	for i, w := range steady(c) {
		require.InEpsilon(t, float(w), got[i], within)
	}
	p, err := c.Passage(3)
	require.NoError(t, err)
	u, steps := passage(c, 3, []int{0, 1, 2})
	for i := range 3 {
		require.Equal(t, Passage{Certain, 1, p[i].Steps}, p[i])
		require.Equal(t, "1", u[i].RatString())
		require.InEpsilon(t, float(steps[i]), p[i].Steps, within)
	}
	require.Greater(t, p[0].Steps, 1e15)
}

func TestPassageIsExact(t *testing.T) {
	reached := map[Reach]int{}
	rapid.Check(t, func(t *rapid.T) {
		c := drawChain(t, 0)
		target := rapid.IntRange(0, c.n-1).Draw(t, "target")
		got, err := c.Passage(target)
		require.NoError(t, err)
		require.Equal(t, Passage{Certain, 1, 0}, got[target])
		var states []int
		for i, p := range got {
			reached[p.Reach]++
			if i != target && p.Reach >= Possible {
				states = append(states, i)
			}
			if p.Reach < Possible {
				require.Zero(t, p.Probability)
				require.Zero(t, p.Steps)
			}
		}
		u, steps := passage(c, target, states)
		for p, i := range states {
			require.InEpsilon(t, float(u[p]), got[i].Probability, within)
			require.Equal(t, u[p].Cmp(big.NewRat(1, 1)) == 0, got[i].Reach == Certain)
			require.InEpsilon(t, float(steps[p]), got[i].Steps, within)
		}
	})
	drawn := 0
	for _, n := range reached {
		drawn += n
	}
	if drawn >= 2000 { // with fewer, chance alone may leave one out
		require.Len(t, reached, 4, "every kind was drawn")
	}
}

// TestReachByWalking: Never and Unknown against the set of states that walks of
// any length reach.
func TestReachByWalking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawChain(t, 0)
		target := rapid.IntRange(0, c.n-1).Draw(t, "target")
		got, err := c.Passage(target)
		require.NoError(t, err)
		for i := range c.n {
			now := map[int]bool{i: true}
			for range c.n {
				for s := range now {
					if s == target {
						continue
					}
					for j, k := range c.row(s) {
						if k > 0 {
							now[j] = true
						}
					}
				}
			}
			open := false
			for s := range now {
				open = open || s != target && c.absent[s]
			}
			want := Never
			switch {
			case i == target:
				want = Certain
			case open:
				want = Unknown
			case now[target]:
				want = max(got[i].Reach, Possible) // which of the two: TestPassageIsExact
			}
			require.Equal(t, want, got[i].Reach)
		}
	})
}

func TestLandOfOz(t *testing.T) {
	// Kemeny and Snell (1976): rain, nice, snow.
	c := chain(t, []int64{2, 1, 1}, []int64{1, 0, 1}, []int64{1, 1, 2})
	share, err := c.SteadyState()
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{0.4, 0.2, 0.4}, share, 1e-16)
	for target, want := range [][]float64{{0, 8.0 / 3, 10.0 / 3}, {4, 0, 4}, {10.0 / 3, 8.0 / 3, 0}} {
		p, err := c.Passage(target)
		require.NoError(t, err)
		for i := range p {
			require.InDelta(t, want[i], p[i].Steps, 1e-14)
		}
	}
	p, ok := c.Probability(1, 2)
	require.True(t, ok)
	require.Equal(t, 0.5, p)
	next, err := c.Forecast([]float64{0, 1, 0}, 2)
	require.NoError(t, err)
	require.Equal(t, []float64{0.375, 0.25, 0.375}, next)
}

// TestGamblersRuin has closed forms: with a fair coin from i of n the other end is
// reached with probability i/n, and then after (n²-i²)/3 steps.
func TestGamblersRuin(t *testing.T) {
	const n = 10
	counts := make([]int64, (n+1)*(n+1))
	counts[0], counts[n*(n+1)+n] = 1, 1
	for i := 1; i < n; i++ {
		counts[i*(n+1)+i-1], counts[i*(n+1)+i+1] = 7, 7
	}
	c, err := New(n+1, counts)
	require.NoError(t, err)
	p, err := c.Passage(n)
	require.NoError(t, err)
	require.Equal(t, Never, p[0].Reach)
	for i := 1; i < n; i++ {
		require.Equal(t, Possible, p[i].Reach)
		require.InEpsilon(t, float64(i)/n, p[i].Probability, within)
		require.InEpsilon(t, float64(n*n-i*i)/3, p[i].Steps, within)
	}
	both, err := c.Passage(0, n)
	require.NoError(t, err)
	for i := range both {
		require.Equal(t, Certain, both[i].Reach)
		require.InDelta(t, float64(i*(n-i)), both[i].Steps, 1e-12, "duration i (n-i)")
	}
	require.Equal(t, [][]int{{0}, {n}}, c.ClosedClasses())
	_, err = c.SteadyState()
	var several *SeveralClosedError
	require.ErrorAs(t, err, &several)
	require.Equal(t, [][]int{{0}, {n}}, several.Classes)
	require.ErrorIs(t, err, ErrInvalid)
}

func TestKinds(t *testing.T) {
	c := chain(t,
		[]int64{0, 1, 0, 0, 0, 0, 0}, // 0 -> 1
		[]int64{0, 0, 1, 0, 0, 0, 0}, // 1 <-> 2
		[]int64{0, 5, 5, 0, 0, 0, 0},
		[]int64{1, 0, 0, 1, 1, 0, 0}, // 3 -> 0, 3, 4
		[]int64{0, 0, 0, 0, 0, 0, 0}, // 4 was never left
		[]int64{0, 0, 0, 0, 1, 1, 0}, // 5 -> 4, 5
		[]int64{0, 0, 0, 0, 0, 0, 9}) // 6 stays
	kinds := []Kind{}
	for i := range c.Size() {
		kinds = append(kinds, c.Kind(i))
	}
	require.Equal(t, []Kind{Transient, Recurrent, Recurrent, Transient, Open, Open, Absorbing}, kinds)
	require.Equal(t, [][]int{{1, 2}, {6}}, c.ClosedClasses())
	_, known := c.Probability(4, 4)
	require.False(t, known)
}

// TestAbsentRows: what depends on a state that was never left is refused by name.
func TestAbsentRows(t *testing.T) {
	var e *Error
	c := chain(t, []int64{3, 1, 0}, []int64{0, 0, 0}, []int64{0, 0, 0})
	_, err := c.SteadyState()
	require.ErrorAs(t, err, &e)
	require.Equal(t, 1, e.State)
	require.ErrorIs(t, err, ErrInsufficientData)
	_, err = c.Forecast([]float64{1, 0, 0}, 2)
	require.ErrorAs(t, err, &e)
	require.Equal(t, 1, e.State)
	once, err := c.Forecast([]float64{1, 0, 0}, 1)
	require.NoError(t, err)
	require.Equal(t, []float64{0.75, 0.25, 0}, once)
	p, err := c.Passage(1)
	require.NoError(t, err)
	require.Equal(t, []Passage{{Certain, 1, 4}, {Certain, 1, 0}, {Unknown, 0, 0}}, p)

	unseen := chain(t, []int64{1, 1, 0}, []int64{1, 1, 0}, []int64{0, 0, 0})
	share, err := unseen.SteadyState()
	require.NoError(t, err)
	require.Equal(t, []float64{0.5, 0.5, 0}, share)

	none := chain(t, []int64{0, 0}, []int64{0, 0})
	_, err = none.SteadyState()
	require.ErrorIs(t, err, ErrInsufficientData)
	start, err := none.Forecast([]float64{1, 2}, 0)
	require.NoError(t, err)
	require.Equal(t, []float64{1, 2}, start)
}

func TestHardInputs(t *testing.T) {
	for name, f := range map[string]func() error{
		"no states":  func() error { _, err := New(0, nil); return err },
		"too short":  func() error { _, err := New(2, make([]int64, 3)); return err },
		"too long":   func() error { _, err := New(2, make([]int64, 5)); return err },
		"negative":   func() error { _, err := New(2, []int64{1, 1, -1, 1}); return err },
		"no target":  func() error { _, err := chain(t, []int64{1}).Passage(); return err },
		"bad target": func() error { _, err := chain(t, []int64{1}).Passage(1); return err },
		"shares":     func() error { _, err := chain(t, []int64{1}).Forecast([]float64{1, 2}, 1); return err },
		"steps":      func() error { _, err := chain(t, []int64{1}).Forecast([]float64{1}, -1); return err },
		"NaN":        func() error { _, err := chain(t, []int64{1}).Forecast([]float64{math.NaN()}, 1); return err },
		"infinite":   func() error { _, err := chain(t, []int64{1}).Forecast([]float64{math.Inf(1)}, 1); return err },
		"below zero": func() error { _, err := chain(t, []int64{1}).Forecast([]float64{-1}, 1); return err },
	} {
		t.Run(name, func(t *testing.T) {
			err := f()
			require.ErrorIs(t, err, ErrInvalid)
			require.Contains(t, err.Error(), "markov: ")
		})
	}
	_, err := New(2, []int64{math.MaxInt64, 1, 0, 0})
	require.ErrorIs(t, err, ErrOverflow)
	_, err = chain(t, []int64{0, 1}, []int64{0, 1}).Forecast([]float64{math.MaxFloat64, math.MaxFloat64}, 1)
	require.ErrorIs(t, err, ErrOverflow)

	// A ladder of 20 rungs on which each step up is one in 1e18.
	const n = 20
	counts := make([]int64, n*n)
	for i := range n - 1 {
		counts[i*n], counts[i*n+i+1] = 1e18, 1
	}
	counts[n*n-1] = 1
	c, err := New(n, counts)
	require.NoError(t, err)
	_, err = c.Passage(n - 1)
	require.ErrorIs(t, err, ErrOverflow)
}

// TestLongRunIsForecast: many steps lead to the steady state.
func TestLongRunIsForecast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "n")
		counts := rapid.SliceOfN(rapid.Int64Range(1, 50), n*n, n*n).Draw(t, "counts")
		c, err := New(n, counts)
		require.NoError(t, err)
		share, err := c.SteadyState()
		require.NoError(t, err)
		start := make([]float64, n)
		start[0] = 1
		later, err := c.Forecast(start, 3000)
		require.NoError(t, err)
		require.InDeltaSlice(t, share, later, 1e-12)
	})
}

func TestSteadyStateOverManyMagnitudes(t *testing.T) {
	// Each state is 1e9 times as likely as the one before; shares go to 1e-99.
	const n = 12
	counts := make([]int64, n*n)
	for i := range n - 1 {
		counts[i*n+i+1], counts[(i+1)*n+i] = 1e9, 1
		counts[(i+1)*n+i+1] = 1e9
	}
	c, err := New(n, counts)
	require.NoError(t, err)
	got, err := c.SteadyState()
	require.NoError(t, err)
	for i, w := range steady(c) {
		require.InEpsilon(t, float(w), got[i], within)
	}
	require.Less(t, got[0], 1e-80)
}

func BenchmarkPassageAndSteadyState(b *testing.B) {
	const n = 6
	counts := make([]int64, n*n)
	for i := range counts {
		counts[i] = int64(i*i%17 + 1)
	}
	b.ReportAllocs()
	for b.Loop() {
		c, err := New(n, counts)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.SteadyState(); err != nil {
			b.Fatal(err)
		}
		if _, err := c.Passage(n - 1); err != nil {
			b.Fatal(err)
		}
	}
}
