package segment

import (
	"cmp"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// edgeInt draws int64 values with weight on ties, on the ends of the range and on
// lonely outliers. MaxInt64 is not among them: no column has it, for it would be
// without a successor (TestOverflow).
func edgeInt() *rapid.Generator[int64] {
	return rapid.OneOf(
		rapid.Int64Range(-3, 3),
		rapid.Int64Range(-1000, 100_000),
		rapid.Int64Max(math.MaxInt64-1),
		rapid.SampledFrom([]int64{math.MinInt64, math.MinInt64 + 1, math.MaxInt64 - 1, -1 << 62, 1 << 62, 1 << 41, 1 << 32, 0}),
	)
}

// column draws a column of a log: few distinct values, many, near ones with
// outliers, or the whole range.
func column(rng *rand.Rand, n int) []int64 {
	values := make([]int64, n)
	span := []int64{1, 2, 5, 40, 3000, 1 << 40}[rng.IntN(6)]
	base := []int64{0, -span / 2, 1 << 50, math.MinInt64, math.MaxInt64 - span}[rng.IntN(5)]
	for i := range values {
		values[i] = base + rng.Int64N(span)
		switch rng.IntN(40) {
		case 0:
			values[i] = int64(rng.Uint64())
		case 1:
			values[i] = []int64{math.MinInt64, math.MaxInt64 - 1, 0}[rng.IntN(3)]
		}
		values[i] = min(values[i], math.MaxInt64-1)
	}
	return values
}

// quantiles returns the quantiles k/bins of type 7 (Hyndman and Fan 1996), as
// numpy and R draw them by default, on exact rationals.
func quantiles(sorted []int64, bins int) []*big.Rat {
	qs := make([]*big.Rat, 0, bins-1)
	for k := 1; k < bins; k++ {
		at := big.NewRat(int64(k)*int64(len(sorted)-1), int64(bins))
		j := new(big.Int).Div(at.Num(), at.Denom()).Int64()
		q := new(big.Rat).SetInt64(sorted[j])
		if rest := at.Sub(at, new(big.Rat).SetInt64(j)); rest.Sign() > 0 {
			step := new(big.Rat).SetInt64(sorted[j+1])
			q.Add(q, step.Mul(step.Sub(step, q), rest))
		}
		qs = append(qs, q)
	}
	return qs
}

// qcut scores as pandas.qcut does: 1 + the number of quantiles that v lies above,
// for its bins are closed above.
func qcut(quantiles []*big.Rat, v int64) uint8 {
	score, at := uint8(1), new(big.Rat).SetInt64(v)
	for _, q := range quantiles {
		if at.Cmp(q) > 0 {
			score++
		}
	}
	return score
}

// ceilDiv is the ceiling of a/b for b > 0 and a >= 0.
func ceilDiv(a, b int) uint8 { return uint8((a + b - 1) / b) }

// definedScore is the score of v by the words of the doc comment of Ties.
func definedScore(values []int64, bins int, ties Ties, v int64) uint8 {
	n, r, e := len(values), 0, 0
	for _, x := range values {
		if x < v {
			r++
		} else if x == v {
			e++
		}
	}
	switch ties {
	case TiesMid: // ⌈B·(r + (e+1)/2)/n⌉
		return ceilDiv(bins*(2*r+e+1), 2*n)
	case TiesMax:
		return ceilDiv(bins*(r+e), n)
	}
	s := uint8(1)
	for k := 1; k < bins; k++ {
		if bins*r > k*(n-1) {
			s++
		}
	}
	return s
}

func TestTiesMinIsQcut(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for i := range 4000 {
		bins, n := 2+rng.IntN(8), 1+rng.IntN(200)
		values := column(rng, n)
		cuts := lowest(values, bins, TiesMin)
		require.Len(t, cuts, bins-1)
		require.True(t, slices.IsSorted(cuts))
		sorted := slices.Sorted(slices.Values(values))
		drawn := quantiles(sorted, bins)
		for _, v := range slices.Compact(slices.Clone(sorted)) {
			got := scoreOf(cuts, v)
			if want := definedScore(values, bins, TiesMin, v); got != want {
				t.Fatalf("case %d: %d of %d values in %d bins scores %d, by the definition %d", i, v, n, bins, got, want)
			}
			if want := qcut(drawn, v); got != want {
				t.Fatalf("case %d: %d of %d values in %d bins scores %d, qcut says %d", i, v, n, bins, got, want)
			}
		}
		// Customers who come later fall between the values.
		for range 5 {
			v := int64(rng.Uint64())
			if lo, hi := sorted[0], sorted[n-1]; hi-lo > 0 { // below 0 where the span leaves 63 bits
				v = lo + rng.Int64N(hi-lo)
			}
			if got, want := scoreOf(cuts, v), qcut(drawn, v); got != want {
				t.Fatalf("case %d: a later %d scores %d, qcut says %d", i, v, got, want)
			}
		}
	}
}

func TestTiesMidAndMaxByDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for i := range 4000 {
		bins, n := 2+rng.IntN(8), 1+rng.IntN(200)
		values := column(rng, n)
		for _, ties := range []Ties{TiesMid, TiesMax} {
			cuts := lowest(values, bins, ties)
			require.Len(t, cuts, bins-1)
			require.True(t, slices.IsSorted(cuts))
			for _, v := range values {
				if got, want := scoreOf(cuts, v), definedScore(values, bins, ties, v); got != want {
					t.Fatalf("case %d, %s: %d of %d values in %d bins scores %d, want %d", i, ties, v, n, bins, got, want)
				}
			}
		}
	}
}

// Scores do not move under a shift or a stretch of the values that keeps their
// order: they are ranks.
func TestScoresAreRanks(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for range 500 {
		bins, n := 2+rng.IntN(8), 1+rng.IntN(100)
		values := make([]int64, n)
		days := make([]calendar.Day, n)
		far := make([]int64, n)
		for i := range values {
			values[i] = rng.Int64N(30)
			days[i] = calendar.MaxDay - 31 + calendar.Day(values[i])
			far[i] = values[i]*values[i]*values[i]*1_000_000_000_007 - 1<<60
		}
		for _, ties := range []Ties{TiesMin, TiesMid, TiesMax} {
			a, b, c := lowest(values, bins, ties), lowest(days, bins, ties), lowest(far, bins, ties)
			for i, v := range values {
				require.Equal(t, scoreOf(a, v), scoreOf(b, int64(days[i])))
				require.Equal(t, scoreOf(a, v), scoreOf(c, far[i]))
			}
		}
	}
}

func TestLowestOfNothing(t *testing.T) {
	require.Nil(t, lowest([]int64(nil), 5, TiesMin))
	for _, ties := range []Ties{TiesMin, TiesMid, TiesMax} {
		want := map[Ties]uint8{TiesMin: 1, TiesMid: 5, TiesMax: 5}[ties] // one customer has the ranks 0 of 0 and 1 of 1
		require.Equal(t, want, scoreOf(lowest([]int64{42}, 5, ties), 42), ties)
		require.Equal(t, definedScore([]int64{42}, 5, ties, 42), want, ties)
	}
}

// scoreColumn compares without branches what scoreOf compares plainly.
func TestScoreColumn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cuts := rapid.SliceOfN(rapid.Int64(), 1, MaxBins-1).Draw(t, "cuts")
		slices.Sort(cuts)
		values := rapid.SliceOfN(edgeInt(), 1, 50).Draw(t, "values")
		for _, c := range cuts {
			values = append(values, max(c, math.MinInt64+1)-1, min(c, math.MaxInt64-1))
		}
		scoreColumn(values, cuts, func(i int, got uint8) {
			if want := scoreOf(cuts, values[i]); got != want {
				t.Fatalf("%d under %v scores %d, want %d", values[i], cuts, got, want)
			}
		})
	})
}

// checkTally asks every step-th place of a tally, and what lies below the value
// there and below its successor.
func checkTally(t interface{ Fatalf(string, ...any) }, values []int64, step int) {
	tl := newTally(values)
	sorted := slices.Sorted(slices.Values(values))
	for j := 0; j < len(sorted); j++ {
		if j%step != 0 && j < len(sorted)-2 {
			continue
		}
		want := sorted[j]
		if got := tl.at(j); got != want {
			t.Fatalf("place %d of %v is %d, want %d", j, sorted, got, want)
		}
		for _, v := range []int64{want, want + 1} {
			below, _ := slices.BinarySearch(sorted, v)
			if got := tl.below(v); got != below {
				t.Fatalf("%d values below %d, want %d", got, v, below)
			}
		}
	}
}

func TestTally(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkTally(t, rapid.SliceOfN(edgeInt(), 1, 300).Draw(t, "values"), 1)
	})
	// More values than buckets, and two far away that put all others into one.
	rng := rand.New(rand.NewPCG(1, 2))
	for _, span := range []int64{1, 100, tallyBuckets, tallyBuckets + 1, 1 << 20, 1 << 62} {
		values := make([]int64, 12_000)
		for i := range values {
			values[i] = -5 + rng.Int64N(span)
		}
		checkTally(t, values, 53)
		values[17] = math.MinInt64
		values[10_000] = math.MaxInt64 - 1
		checkTally(t, values, 53)
	}
}

func TestTallyOfDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) calendar.Day {
			return calendar.Day(rapid.Int32Range(int32(calendar.MinDay), int32(calendar.MaxDay)).Draw(t, "day"))
		}), 1, 200).Draw(t, "days")
		tl := newTally(days)
		for j, want := range slices.Sorted(slices.Values(days)) {
			if got := tl.at(j); got != int64(want) {
				t.Fatalf("place %d is %d, want %d", j, got, want)
			}
		}
	})
}

func TestSortInt64(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{0, 1, 2, smallSort - 1, smallSort, smallSort + 1, 3000} {
		for range 30 {
			values := column(rng, n)
			values = append(values, math.MaxInt64)
			want := slices.Sorted(slices.Values(values))
			sortInt64(values, make([]int64, len(values)+rng.IntN(3)))
			require.Equal(t, want, values)
		}
	}
}

func TestSortKeyed(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{0, 1, 2, smallSort - 1, smallSort, smallSort + 1, 3000} {
		for range 30 {
			items := make([]keyed, n)
			for i, v := range column(rng, n) {
				items[i] = keyed{uint64(v) ^ 1<<63, uint32(i)}
			}
			want := slices.Clone(items)
			slices.SortStableFunc(want, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
			require.Equal(t, want, sortKeyed(items), "sorted, and equal keys in their order")
		}
	}
}

func TestOrderOf(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for _, n := range []int{0, 1, 2, 100, smallSort, 2000} {
		ints := column(rng, n)
		checkOrder(t, ints)
		for _, prefix := range []string{"", "C", "customer-0000", strings.Repeat("关", 80)} {
			texts := make([]string, n)
			for i, v := range ints {
				texts[i] = prefix + strings.Repeat("é", int(uint64(v)%3)) + big.NewInt(v%50_000).String()
			}
			checkOrder(t, texts)
		}
	}
	checkOrder(t, []string{"b", "a", "ab", "a", "abcdefgh", "abcdefghi", "abcdefg", "abcdefgh", "\x01", "\x7f", "关", "é"})
}

func checkOrder[K int64 | string](t *testing.T, ids []K) {
	t.Helper()
	want := make([]uint32, len(ids))
	for i := range want {
		want[i] = uint32(i)
	}
	slices.SortStableFunc(want, func(a, b uint32) int { return cmp.Compare(ids[a], ids[b]) })
	require.Equal(t, want, orderOf(ids))
}

func TestNtile(t *testing.T) {
	for bins := 2; bins <= MaxBins; bins++ {
		for n := 1; n < 60; n++ {
			sizes := make([]int, bins+1)
			last := uint8(1)
			for i := range n {
				s := ntile(i, n, bins)
				require.True(t, s == last || s == last+1, "scores rise one at a time")
				last = s
				sizes[s]++
			}
			for b := 1; b <= bins; b++ { // SQL: the remainder goes to the first bins
				want := n / bins
				if b <= n%bins {
					want++
				}
				require.Equal(t, want, sizes[b], "bin %d of %d, %d customers", b, bins, n)
			}
		}
	}
}
