package draw

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestJointAddsUp: in a design of fixed size the joint probabilities of a unit add up
// to (n-1) times its own, for sizes beyond enumeration and for probabilities next to 0
// and 1.
func TestJointAddsUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	for _, c := range []struct {
		size, n int
		spread  float64
	}{{30, 3, 1}, {30, 27, 1}, {80, 40, 2}, {150, 15, 0.5}, {150, 75, 4}, {200, 100, 0}, {40, 20, 8}} {
		sizes := make([]float64, c.size)
		for i := range sizes {
			sizes[i] = math.Exp(c.spread * rng.NormFloat64())
		}
		in, err := InclusionProbabilities(sizes, float64(c.n))
		require.NoError(t, err)
		for _, design := range []Design{DesignPPSSystematic, DesignPivotal, DesignSampford, DesignConditionalPoisson, DesignTille, DesignMidzuno} {
			u, err := NewUnequal(in.Probabilities, design)
			require.NoError(t, err, design)
			joint, err := u.Joint(nil)
			require.NoError(t, err)
			for k, p := range in.Probabilities {
				sum := 0.0
				for l := range in.Probabilities {
					both := joint.At(k, l)
					require.Equal(t, both, joint.At(l, k))
					require.True(t, both >= 0 && both <= min(p, in.Probabilities[l])*(1+1e-12), "%v %d %d: %g", design, k, l, both)
					if l != k {
						sum += both
					}
				}
				require.InDelta(t, float64(c.n-1)*p, sum, 1e-12*float64(c.n)*(p+1e-3), "%v N=%d n=%d spread %g", design, c.size, c.n, c.spread)
			}
		}
	}
}

// TestJointOfRows: the rows of a sample, in any order, get the entries of the whole.
func TestJointOfRows(t *testing.T) {
	pik := []float64{0.2, 0.7, 1, 0.8, 0, 0.5, 0.4, 0.4}
	rows := []int{6, 2, 0, 4, 5}
	for _, design := range exactDesigns() {
		u, err := NewUnequal(pik, design)
		require.NoError(t, err)
		all, err := u.Joint(nil)
		require.NoError(t, err)
		some, err := u.Joint(rows)
		require.NoError(t, err)
		require.Equal(t, len(rows), some.Len())
		for i, k := range rows {
			require.Equal(t, k, some.Row(i))
			for j, l := range rows {
				require.InDelta(t, all.At(k, l), some.At(i, j), 1e-16, "%v %d %d", design, k, l)
			}
		}
		for _, bad := range [][]int{{-1}, {8}, {1, 2, 1}} {
			_, err := u.Joint(bad)
			require.Equal(t, "rows", failure(t, err).Field)
		}
		none, err := u.Joint([]int{})
		require.NoError(t, err)
		require.Zero(t, none.Len())
	}
	u, err := NewUnequal(constant(0.5, maxJoint+1), DesignPoisson)
	require.NoError(t, err)
	_, err = u.Joint(nil)
	require.Equal(t, "rows", failure(t, err).Field)
	_, err = u.Joint([]int{0, maxJoint})
	require.NoError(t, err)
}

// TestJointOfNeighbours: what the pivotal method cannot draw together has exactly 0, and
// what it nearly cannot keeps its digits.
func TestJointOfNeighbours(t *testing.T) {
	for _, c := range []struct {
		pik  []float64
		a, b int
		want float64
	}{
		{[]float64{0.1, 0.2, 0.7, 0.3, 0.3, 0.4}, 0, 1, 0},
		{[]float64{0.1, 0.2, 0.7, 0.3, 0.3, 0.4}, 1, 2, 0},
		{[]float64{0.1, 0.2, 0.7, 0.3, 0.3, 0.4}, 2, 3, 0.7 * 0.3}, // one of the first three and one of the others
		{[]float64{1e-9, 0.5, 0.5 + 1e-9, 0.5, 0.5 - 2e-9}, 3, 0, 1e-9 * 0.5},
		{[]float64{0.5, 0.5 + 1e-9, 0.5, 0.5 - 1e-9}, 0, 1, 1e-9},
	} {
		u, err := NewUnequal(c.pik, DesignPivotal)
		require.NoError(t, err)
		joint, err := u.Joint([]int{c.a, c.b})
		require.NoError(t, err)
		require.InDelta(t, c.want, joint.At(0, 1), 1e-7*c.want, "%v %d %d", c.pik, c.a, c.b)
	}
}

// TestJointOfManyRows: a few of a hundred thousand units, next to and far from each other,
// against the chain of duels one by one.
func TestJointOfManyRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 5))
	sizes := make([]float64, 100_000)
	for i := range sizes {
		sizes[i] = math.Exp(rng.NormFloat64())
	}
	in, err := InclusionProbabilities(sizes, 30_000)
	require.NoError(t, err)
	u, err := NewUnequal(in.Probabilities, DesignPivotal)
	require.NoError(t, err)
	rows := []int{50_000, 3, 50_001, 4, 99_999, 50_003, 0, 7, 50_010}
	joint, err := u.Joint(rows)
	require.NoError(t, err)
	for i, k := range rows {
		for j, l := range rows {
			want := in.Probabilities[k]
			if k != l {
				want = naivePivotalPair(in.Probabilities, min(k, l), max(k, l))
			}
			require.InDelta(t, want, joint.At(i, j), 1e-9, "%d %d", k, l)
		}
	}
}

// naivePivotalPair follows the probabilities that unit k is drawn or in play up to the
// duel of unit l, with certain units left out.
func naivePivotalPair(pik []float64, k, l int) float64 {
	if pik[k] == 1 || pik[l] == 1 {
		return pik[k] * pik[l]
	}
	a, drawn, inPlay := 0.0, 0.0, 0.0
	for i, p := range pik[:l] {
		if p == 1 {
			continue
		}
		sum := a + p
		switch {
		case sum < 1 && i == k:
			inPlay = p / sum
		case sum < 1:
			inPlay *= a / sum
		case i == k:
			drawn, inPlay = (1-a)/(2-sum), (1-p)/(2-sum)
		default:
			drawn, inPlay = drawn+inPlay*(1-p)/(2-sum), inPlay*(1-a)/(2-sum)
		}
		if a = sum; sum >= 1 {
			a = sum - 1
		}
	}
	return drawn*pik[l] + inPlay*max(0, a+pik[l]-1)
}

func TestJointSimple(t *testing.T) {
	joint, err := JointSimple(10, 4, []int{9, 3})
	require.NoError(t, err)
	require.Equal(t, 0.4, joint.At(1, 1))
	require.InEpsilon(t, 12./90, joint.At(0, 1), 1e-15)
	for n := range 3 { // 0, 1 and all of 2
		joint, err := JointSimple(2, n, nil)
		require.NoError(t, err)
		require.Equal(t, []float64{0, 0, 1}[n], joint.At(0, 1))
	}
	_, err = JointSimple(2, 3, nil)
	require.ErrorIs(t, err, ErrTooMany)
	_, err = JointSimple(2, -1, nil)
	require.ErrorIs(t, err, ErrInvalid)
	_, err = JointSimple(2, 1, []int{2})
	require.ErrorIs(t, err, ErrInvalid)
	one, err := JointSimple(1, 1, nil)
	require.NoError(t, err)
	require.Equal(t, 1.0, one.At(0, 0))
}

// TestApproximations compares with the exact values of maximum entropy and Sampford,
// and holds what each formula has exactly.
func TestApproximations(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 2))
	size, n := 60, 20
	sizes := make([]float64, size)
	for i := range sizes {
		sizes[i] = 1 + rng.Float64()
	}
	in, err := InclusionProbabilities(sizes, float64(n))
	require.NoError(t, err)
	u, err := NewUnequal(in.Probabilities, DesignConditionalPoisson)
	require.NoError(t, err)
	exact, err := u.Joint(nil)
	require.NoError(t, err)
	for a := ApproximateHajek; a <= ApproximateDeville; a++ {
		// With equal probabilities all but Hájek's are n(n-1)/(N(N-1)), or
		// nearly.
		equal, err := ApproximateJoint(constant(0.25, 40), nil, a)
		require.NoError(t, err)
		want, tolerance := 10*9/(40*39.), 1e-12
		switch a {
		case ApproximateHajek:
			want = 0.25 * 0.25 * (1 - 0.75*0.75/(40*0.25*0.75))
		case ApproximateHartleyRao:
			tolerance = 1e-4
		}
		require.InEpsilon(t, want, equal.At(0, 1), tolerance, a)
		approximate, err := ApproximateJoint(in.Probabilities, nil, a)
		require.NoError(t, err)
		for k := range size {
			sum := 0.0
			for l := range size {
				if l != k {
					sum += approximate.At(k, l)
					require.InEpsilon(t, exact.At(k, l), approximate.At(k, l), 0.01, "%v %d %d", a, k, l)
				}
			}
			if a == ApproximateDeville {
				require.InEpsilon(t, float64(n-1)*in.Probabilities[k], sum, 1e-12)
			}
			require.InEpsilon(t, float64(n-1)*in.Probabilities[k], sum, 5e-3, a)
		}
		certain, err := ApproximateJoint([]float64{1, 0.5, 0.5, 0}, nil, a)
		require.NoError(t, err)
		require.Equal(t, 0.5, certain.At(0, 1))
		require.Zero(t, certain.At(0, 3))
		require.False(t, math.IsNaN(certain.At(1, 2)))
	}
	_, err = ApproximateJoint([]float64{0.5, 0.5}, nil, 9)
	require.Equal(t, "approximation", failure(t, err).Field)
	_, err = ApproximateJoint([]float64{0.5, 0.6}, nil, ApproximateHajek)
	require.Equal(t, "probabilities", failure(t, err).Field)
	_, err = ApproximateJoint([]float64{0.5, 0.5}, []int{3}, ApproximateHajek)
	require.Equal(t, "rows", failure(t, err).Field)
}

// TestWorkingProbabilities: they add up to n, and the design they make has the wanted
// probabilities, also where these differ by twelve orders of magnitude.
func TestWorkingProbabilities(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 3))
	for _, spread := range []float64{0, 1, 3, 8} {
		for _, c := range [][2]int{{2, 1}, {3, 1}, {3, 2}, {20, 10}, {300, 20}, {400, 399}, {1000, 300}} {
			sizes := make([]float64, c[0])
			for i := range sizes {
				sizes[i] = math.Exp(spread * rng.NormFloat64())
			}
			in, err := InclusionProbabilities(sizes, float64(c[1]))
			require.NoError(t, err)
			u, err := NewUnequal(in.Probabilities, DesignConditionalPoisson)
			require.NoError(t, err, "spread %g N=%d n=%d", spread, c[0], c[1])
			w, err := u.WorkingProbabilities()
			require.NoError(t, err)
			require.InDelta(t, float64(c[1]), blockSum(w), 1e-10)
			p, n := u.p.p, u.p.draws()
			if len(p) == 0 {
				continue
			}
			trials := u.working.trials()
			total := newCount(trials, n, false)
			var scratch count
			for i, want := range p {
				had := trials[i].p * total.without(trials[i], &scratch).at(n-1) / total.at(n)
				require.InEpsilon(t, want, had, 1e-12, "spread %g N=%d n=%d", spread, c[0], c[1])
			}
		}
	}
}

// TestEntropyIsLargest: no other design with the same probabilities has more.
func TestEntropyIsLargest(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 4))
	for range 20 {
		pik := randomPik(rng, 5)
		u, err := NewUnequal(pik, DesignConditionalPoisson)
		require.NoError(t, err)
		most, err := u.Entropy()
		require.NoError(t, err)
		for _, design := range []Design{DesignSampford, DesignTille, DesignMidzuno, DesignPivotal, DesignPPSSystematic} {
			entropy := 0.0
			for _, p := range naiveSamples(t, pik, design) {
				if p > 0 {
					entropy -= p * math.Log(p)
				}
			}
			require.LessOrEqual(t, entropy, most+1e-12, design)
		}
	}
}
