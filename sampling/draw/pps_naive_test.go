package draw

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/guanxi-go/guanxi/internal/numeric"
	"github.com/stretchr/testify/require"
)

// For up to eight units the probability of every sample, as a set of bits, is written
// down from the definition of each design, without any of the code under test but the
// working probabilities. Inclusion probabilities, joint probabilities, entropy and
// draws are held against these.

// naiveSamples returns P(s) by set.
func naiveSamples(t *testing.T, pik []float64, design Design) []float64 {
	t.Helper()
	n := 0.0
	for _, p := range pik {
		n += p
	}
	size := int(math.Round(n))
	prob := make([]float64, 1<<len(pik))
	switch design {
	case DesignPoisson:
		for s := range prob {
			prob[s] = 1
			for k, p := range pik {
				if s>>k&1 == 1 {
					prob[s] *= p
				} else {
					prob[s] *= 1 - p
				}
			}
		}
	case DesignSampford:
		eachOfSize(prob, size, func(s int) float64 {
			sum := 0.0
			for l := range pik {
				if s>>l&1 == 0 {
					continue
				}
				term := pik[l]
				for k, p := range pik {
					if s>>k&1 == 1 && k != l {
						term *= p / (1 - p)
					}
				}
				sum += term
			}
			return sum
		})
	case DesignConditionalPoisson:
		u, err := NewUnequal(pik, design)
		require.NoError(t, err)
		eachOfSize(prob, size, func(s int) float64 {
			v := 1.0
			for i := range u.p.p {
				if s>>u.p.row(i)&1 == 1 {
					v *= u.working.odds[i]
				}
			}
			return v
		})
	case DesignPPSSystematic:
		naiveSystematic(prob, pik, size)
	case DesignTille:
		naiveElimination(t, prob, pik, 1<<len(pik)-1, len(pik), size, 1)
	case DesignMidzuno:
		other := make([]float64, len(prob))
		naiveElimination(t, other, complement(pik), 1<<len(pik)-1, len(pik), len(pik)-size, 1)
		for s, v := range other {
			prob[len(prob)-1-s] = v
		}
	case DesignPivotal:
		naivePivotal(prob, pik, 0, 0, pik[0], 1, 1)
	}
	return prob
}

// eachOfSize gives each set of a size the probability proportional to f.
func eachOfSize(prob []float64, size int, f func(s int) float64) {
	total := 0.0
	for s := range prob {
		if bits.OnesCount(uint(s)) == size {
			prob[s] = f(s)
			total += prob[s]
		}
	}
	for s := range prob {
		prob[s] /= total
	}
}

// naiveSystematic walks over the starts between which the sample changes.
func naiveSystematic(prob, pik []float64, size int) {
	cumulative := make([]float64, len(pik)+1)
	cuts := []float64{0, 1}
	for k, p := range pik {
		cumulative[k+1] = cumulative[k] + p
		cuts = append(cuts, math.Mod(cumulative[k+1], 1))
	}
	for i := range cuts {
		for j := range i {
			if cuts[i] < cuts[j] {
				cuts[i], cuts[j] = cuts[j], cuts[i]
			}
		}
	}
	for i := 1; i < len(cuts); i++ {
		middle := (cuts[i-1] + cuts[i]) / 2
		s := 0
		for j := range size {
			for k := range pik {
				if at := middle + float64(j); cumulative[k] <= at && at < cumulative[k+1] {
					s |= 1 << k
				}
			}
		}
		prob[s] += cuts[i] - cuts[i-1]
	}
}

// naiveElimination follows every path of eliminations.
func naiveElimination(t *testing.T, prob, pik []float64, s, i, n int, p float64) {
	if i == n {
		prob[s] += p
		return
	}
	before, err := InclusionProbabilities(pik, float64(i))
	require.NoError(t, err)
	after, err := InclusionProbabilities(pik, float64(i-1))
	require.NoError(t, err)
	for k := range pik {
		if r := 1 - after.Probabilities[k]/before.Probabilities[k]; s>>k&1 == 1 && r > 0 {
			naiveElimination(t, prob, pik, s&^(1<<k), i-1, n, p*r)
		}
	}
}

// naivePivotal follows both outcomes of every duel.
func naivePivotal(prob, pik []float64, s, player int, a float64, next int, p float64) {
	if next == len(pik) {
		if a > 0.5 {
			s |= 1 << player
		}
		prob[s] += p
		return
	}
	b := pik[next]
	if sum := a + b; sum < 1 {
		naivePivotal(prob, pik, s, player, sum, next+1, p*a/sum)
		naivePivotal(prob, pik, s, next, sum, next+1, p*b/sum)
	} else {
		naivePivotal(prob, pik, s|1<<player, next, sum-1, next+1, p*(1-b)/(2-sum))
		naivePivotal(prob, pik, s|1<<next, player, sum-1, next+1, p*(1-a)/(2-sum))
	}
}

// randomPik returns probabilities proportional to random sizes, sometimes extreme,
// none of them 1.
func randomPik(rng *rand.Rand, size int) []float64 {
	for {
		n := 1 + rng.IntN(size-1)
		spread := []float64{0, 0.3, 1, 2}[rng.IntN(4)]
		sizes := make([]float64, size)
		for i := range sizes {
			sizes[i] = math.Exp(spread * rng.NormFloat64())
		}
		in, err := InclusionProbabilities(sizes, float64(n))
		if err == nil && len(in.TakeAll) == 0 {
			return in.Probabilities
		}
	}
}

func exactDesigns() []Design {
	return []Design{DesignPPSSystematic, DesignPivotal, DesignSampford, DesignConditionalPoisson, DesignTille, DesignMidzuno, DesignPoisson}
}

func TestJointIsThatOfAllSamples(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 1))
	for range 300 {
		pik := randomPik(rng, 2+rng.IntN(7))
		for _, design := range exactDesigns() {
			if design == DesignTille && len(pik) > 6 || design == DesignMidzuno && len(pik) > 6 {
				continue // eight factorial paths
			}
			prob := naiveSamples(t, pik, design)
			u, err := NewUnequal(pik, design)
			require.NoError(t, err)
			joint, err := u.Joint(nil)
			require.NoError(t, err)
			for k := range pik {
				for l := range pik {
					want := 0.0
					for s, p := range prob {
						if s>>k&1 == 1 && s>>l&1 == 1 {
							want += p
						}
					}
					require.InDelta(t, want, joint.At(k, l), 2e-14, "%v %v %d %d", design, pik, k, l)
				}
			}
			if entropy, err := u.Entropy(); err == nil {
				want := 0.0
				for _, p := range prob {
					if p > 0 {
						want -= p * math.Log(p)
					}
				}
				require.InDelta(t, want, entropy, 1e-13)
			}
		}
	}
}

// TestDrawsFollowTheDesign counts how often each sample comes and compares with its
// probability.
func TestDrawsFollowTheDesign(t *testing.T) {
	draws := 20000
	if testing.Short() {
		draws = 2000
	}
	rng := rand.New(rand.NewPCG(6, 2))
	for _, pik := range [][]float64{
		{0.2, 0.7, 0.8, 0.5, 0.4, 0.4},
		{0.9, 0.05, 0.05, 0.5, 0.25, 0.25},
		{0.999, 0.001, 0.999, 0.6, 0.201, 0.2},
		{0.1, 0.2, 0.3, 0.4},
		{0.5, 0.5},
	} {
		f, err := Numbered(len(pik), Columns{})
		require.NoError(t, err)
		for _, design := range exactDesigns() {
			prob := naiveSamples(t, pik, design)
			u, err := NewUnequal(pik, design)
			require.NoError(t, err)
			counts := make([]int, len(prob))
			for range draws {
				s, err := u.Draw(f, From(rng))
				require.NoError(t, err)
				set := 0
				for i, row := range s.Units {
					set |= 1 << row
					if s.Probabilities[i] != pik[row] {
						t.Fatal(design, "gives a wrong probability")
					}
				}
				counts[set]++
			}
			requireDesign(t, prob, counts, draws, design)
		}
	}
}

// requireDesign is a chi-square test at 1e-5 per design; samples with fewer than five
// expected draws are taken together.
func requireDesign(t *testing.T, prob []float64, counts []int, draws int, what any) {
	t.Helper()
	chi2, cells := 0.0, 0
	restWant, restGot := 0.0, 0.0
	add := func(want, got float64) {
		chi2 += (got - want) * (got - want) / want
		cells++
	}
	for s, p := range prob {
		want := p * float64(draws)
		if p < 1e-13 {
			require.Zero(t, counts[s], "%v draws %b", what, s)
			continue
		}
		if want < 5 {
			restWant += want
			restGot += float64(counts[s])
			continue
		}
		add(want, float64(counts[s]))
	}
	if restWant >= 5 {
		add(restWant, restGot)
	} else {
		require.Less(t, restGot, restWant+5*math.Sqrt(restWant)+5, what)
	}
	if cells > 1 {
		require.Greater(t, numeric.ChiSquaredTail(chi2, cells-1), 1e-5, "%v: chi2 %.1f of %d", what, chi2, cells-1)
	}
}

// TestSampfordWithoutRepeats holds the second way to Sampford's design, which the
// first hides where samples are small.
func TestSampfordWithoutRepeats(t *testing.T) {
	pik := []float64{0.2, 0.7, 0.8, 0.5, 0.4, 0.4}
	prob := naiveSamples(t, pik, DesignSampford)
	rng := rand.New(rand.NewPCG(6, 3))
	cumulative := sampfordCumulative(pik)
	draws := 20000
	counts := make([]int, len(prob))
	for range draws {
		chosen := make([]bool, len(pik))
		require.NoError(t, sampfordPoisson(rng, pik, cumulative[2*len(pik):], 3, chosen))
		set := 0
		for k, c := range chosen {
			if c {
				set |= 1 << k
			}
		}
		counts[set]++
	}
	requireDesign(t, prob, counts, draws, "sampford")
}
