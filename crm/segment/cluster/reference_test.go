package cluster

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// plain is Lloyd's algorithm as the textbook has it: every round the means are
// taken afresh, exactly, and every point is compared with every center.
type plain struct {
	p       *points
	k       int
	label   []int32
	centers [][]float64
}

func (r *plain) exactMean(c int) []float64 {
	const enough = 2000 // bits: the sums are exact
	_, rows := r.members(c)
	mean := make([]float64, r.p.dims)
	for j := range mean {
		total := new(big.Float).SetPrec(enough)
		for i, a := range r.label {
			if int(a) == c {
				x := new(big.Float).SetPrec(enough).SetFloat64(r.p.at(i)[j])
				total.Add(total, x.Mul(x, big.NewFloat(r.p.weight[i])))
			}
		}
		mean[j], _ = total.Quo(total, big.NewFloat(rows)).Float64()
	}
	return mean
}

func (r *plain) members(c int) (points int, rows float64) {
	for i, a := range r.label {
		if int(a) == c {
			points++
			rows += r.p.weight[i]
		}
	}
	return points, rows
}

func (r *plain) recenter() {
	var empty []int
	for c := range r.k {
		if n, _ := r.members(c); n == 0 {
			empty = append(empty, c)
		} else {
			r.centers[c] = r.exactMean(c)
		}
	}
	for _, c := range empty {
		far, best := -1, -1.0
		for i, a := range r.label {
			n, rows := r.members(int(a))
			w := r.p.weight[i]
			if n < 2 {
				continue
			}
			if gain := w * squared(r.p.at(i), r.centers[a]) * (rows / (rows - w)); gain > best {
				far, best = i, gain
			}
		}
		from := r.label[far]
		r.label[far] = int32(c)
		r.centers[from], r.centers[c] = r.exactMean(int(from)), r.exactMean(c)
	}
}

func (r *plain) assign() (moved int) {
	for i := range r.label {
		best, least := -1, math.Inf(1)
		for c, center := range r.centers {
			d := squared(r.p.at(i), center)
			if d < least || d == least && slices.Compare(center, r.centers[best]) < 0 {
				best, least = c, d
			}
		}
		if r.label[i] != int32(best) {
			r.label[i] = int32(best)
			moved++
		}
	}
	return moved
}

func squared(x, y []float64) float64 {
	d := 0.0
	for j := range x {
		d += float64((x[j] - y[j]) * (x[j] - y[j]))
	}
	return d
}

// requirePlain runs both from the same centers and compares every label and
// every bit of the centers after each number of rounds.
func requirePlain(t require.TestingT, p *points, k int, centers []float64, rounds int) {
	l := newLloyd(p, k, 2)
	copy(l.centers, centers)
	r := &plain{p: p, k: k, label: slices.Repeat([]int32{-1}, p.len())}
	for c := range k {
		r.centers = append(r.centers, slices.Clone(l.center(c)))
	}
	r.assign()
	converged := l.iterate(rounds)
	moved, n := -1, 0
	for ; n < rounds && moved != 0; n++ {
		r.recenter()
		moved = r.assign()
	}
	if moved != 0 {
		r.recenter()
	}
	require.Equal(t, moved == 0, converged)
	require.Equal(t, n, l.iterations)
	require.Equal(t, r.label, l.label)
	require.Equal(t, slices.Concat(r.centers...), l.centers)
}

func weighted(dims int, z, weight []float64) *points {
	p := &points{dims: dims, z: z, weight: weight}
	lo, hi := slices.Min(z), slices.Max(z)
	p.box = (hi - lo) * math.Sqrt(float64(dims))
	for _, w := range weight {
		p.rows += int(w)
	}
	return p
}

// TestKernelIsPlainLloyd draws points from a grid, so that ties between centers,
// repeated points and empty clusters are common, or from a continuum.
func TestKernelIsPlainLloyd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dims := rapid.IntRange(1, 5).Draw(t, "dims")
		n := rapid.IntRange(1, 60).Draw(t, "points")
		k := rapid.IntRange(1, min(n, 8)).Draw(t, "k")
		grid := rapid.Bool().Draw(t, "grid")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		value := func() float64 {
			if grid {
				return float64(rng.IntN(7)) / 4
			}
			return rng.NormFloat64() * 1e3
		}
		z, weight := make([]float64, n*dims), make([]float64, n)
		for i := range z {
			z[i] = value()
		}
		for i := range weight {
			weight[i] = float64(1 + rng.IntN(3)*rng.IntN(50))
		}
		centers := make([]float64, k*dims)
		for i := range centers {
			centers[i] = value() * 1.5
		}
		requirePlain(t, weighted(dims, z, weight), k, centers, rapid.IntRange(1, 40).Draw(t, "rounds"))
	})
}

// TestKernelIsPlainLloydOnCustomers follows one run over more than one chunk.
func TestKernelIsPlainLloydOnCustomers(t *testing.T) {
	tab, err := prepare(customers(chunkSize+100, 3), Options{})
	require.NoError(t, err)
	l := newLloyd(tab.points, 5, 1)
	require.True(t, l.seed(stream(1, drawStart, 0)))
	requirePlain(t, tab.points, 5, l.centers, 20)
}

// TestSeedDrawsBySquaredDistance: of three points at 0, 1 and 3 the second center,
// given the first at 0, is the third with probability 9/10; weights multiply.
func TestSeedDrawsBySquaredDistance(t *testing.T) {
	p := weighted(1, []float64{0, 1, 3}, []float64{1, 9, 1})
	l := newLloyd(p, 2, 1)
	first, second := [3]int{}, [3]int{}
	const draws = 20000
	for r := range draws {
		require.True(t, l.seed(stream(5, drawStart, r)))
		at := func(c int) int { return slices.Index(p.z, l.centers[c]) }
		first[at(0)]++
		if at(0) == 0 {
			second[at(1)]++
		}
	}
	// First by rows: 1, 9, 1 of 11. Second given 0: 9*1 against 1*9.
	within := func(seen, of int, p float64) {
		require.InDelta(t, p*float64(of), float64(seen), 4.5*math.Sqrt(float64(of)*p*(1-p)))
	}
	within(first[0], draws, 1.0/11)
	within(first[1], draws, 9.0/11)
	within(second[1], first[0], 0.5)
	require.Zero(t, second[0])
}

func TestNearestOfThreeIsNearest(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		k := 1 + rng.IntN(6)
		x, centers := make([]float64, 3), make([]float64, 3*k)
		for i := range x {
			x[i] = float64(rng.IntN(3))
		}
		for i := range centers {
			centers[i] = float64(rng.IntN(3))
		}
		d := []float64{}
		for c := range k {
			d = append(d, squared(x, centers[3*c:3*c+3]))
		}
		best, first, second := nearest2of3(x, centers)
		require.Equal(t, slices.Index(d, slices.Min(d)), best)
		slices.Sort(d)
		require.Equal(t, append(d, math.Inf(1))[:2], []float64{first, second})
	}
}

// TestSumIsExact compares the compensated sums with rational arithmetic, also
// after terms were taken out again.
func TestSumIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-1e9, 1e9), 1, 60).Draw(t, "x")
		w := float64(rapid.IntRange(1, 1<<20).Draw(t, "w"))
		var s sum
		exact := new(big.Rat)
		weight := new(big.Rat).SetFloat64(w)
		for i, v := range x {
			r := new(big.Rat).SetFloat64(v)
			s = s.plusTimes(v, w)
			exact.Add(exact, r.Mul(r, weight))
			if i%3 == 2 {
				s = s.plusTimes(-v, w)
				exact.Sub(exact, r)
			}
		}
		wrong, _ := exact.Sub(exact, new(big.Rat).SetFloat64(s.value())).Float64()
		require.InDelta(t, 0, wrong, 1e-30*float64(len(x))*1e9*w+math.Abs(s.value())*0x1.0001p-53)
	})
	for _, v := range []float64{0.1, 1.0 / 3, 1e15 + 0.3} {
		for _, w := range []float64{1, 3, 7, 1e6 + 3} {
			require.Equal(t, v, sum{}.plusTimes(v, w).over(w), "the mean of copies is the value")
		}
	}
}
