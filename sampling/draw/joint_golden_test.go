package draw

import (
	"math"
	"slices"
	"testing"

	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/stretchr/testify/require"
)

// The values come from R's package sampling 2.9-2 (inclusion.json) and from the
// enumeration of all samples (cps_sampford_exact.json). Joint probabilities are
// compared with 1e-14 absolutely. Those of maximum entropy in inclusion.json rest on
// working probabilities for which the peer stops its iteration at 1e-6: they are
// compared with 1e-13 once we stop there too (peerWorking), and what we say ourselves
// is compared with the enumeration.

type goldenDesigns struct {
	Pik        []float64   `json:"pik"`
	N          int         `json:"n"`
	Systematic [][]float64 `json:"systematic_pi2"`
	Sampford   [][]float64 `json:"sampford_pi2"`
	Tille      [][]float64 `json:"tille_pi2"`
	Midzuno    [][]float64 `json:"midzuno_pi2"`
	Entropy    [][]float64 `json:"maxentropy_pi2"`
}

type goldenExact struct {
	Pik      []float64   `json:"pik"`
	N        int         `json:"n"`
	Odds     []float64   `json:"w_normalised"`
	Entropy  float64     `json:"entropy"`
	Pi2      [][]float64 `json:"pi2_enumeration"`
	Sampford struct {
		Pi2 [][]float64 `json:"pi2_enumeration"`
	} `json:"sampford"`
}

// compareJoint compares every entry, both triangles, and returns how many.
func compareJoint(t *testing.T, want [][]float64, pik []float64, design Design, tolerance float64) int {
	t.Helper()
	u, err := NewUnequal(pik, design)
	require.NoError(t, err)
	got, err := u.Joint(nil)
	require.NoError(t, err)
	require.Equal(t, len(want), got.Len())
	compared := 0
	for k := range want {
		require.Len(t, want[k], got.Len())
		for l := range want[k] {
			require.InDelta(t, want[k][l], got.At(k, l), tolerance, "%v: %d, %d", design, k, l)
			compared++
		}
	}
	return compared
}

// peerWorking is the iteration of the peer: what is missing from the inclusion
// probabilities is added to the working ones, until a step changes less than 1e-6 in
// sum.
func peerWorking(want []float64, n int) (odds, p []float64) {
	p = slices.Clone(want)
	odds = make([]float64, len(want))
	for change := 1.0; change > 1e-6; {
		for i, x := range p {
			odds[i] = x / (1 - x)
		}
		trials := (&working{odds: odds}).trials()
		c := newCount(trials, n, false)
		change = 0
		var scratch count
		for i, t := range trials {
			step := want[i] - t.p*c.without(t, &scratch).at(n-1)/c.at(n)
			p[i] += step
			change += math.Abs(step)
		}
	}
	for i, x := range p {
		odds[i] = x / (1 - x)
	}
	return odds, p
}

// peerEntropyJoint is the peer's formula (p_k·w_l-p_l·w_k)/(w_l-w_k), which is right for exact
// odds w only; pairs of equal units share what is missing in their row.
func peerEntropyJoint(want []float64, n int) [][]float64 {
	w, _ := peerWorking(want, n)
	joint := make([][]float64, len(w))
	for k := range w {
		joint[k] = make([]float64, len(w))
		joint[k][k] = want[k]
		rest, equal := float64(n-1)*want[k], 0
		for l := range w {
			if l == k {
				continue
			}
			if math.Abs(want[k]-want[l]) < 1e-12 {
				equal++
				continue
			}
			joint[k][l] = (want[k]*w[l] - want[l]*w[k]) / (w[l] - w[k])
			rest -= joint[k][l]
		}
		for l := range w {
			if l != k && math.Abs(want[k]-want[l]) < 1e-12 {
				joint[k][l] = rest / float64(equal)
			}
		}
	}
	return joint
}

func TestGoldenInclusion(t *testing.T) {
	var golden struct {
		Toy4    goldenDesigns `json:"toy4"`
		Toy5    goldenDesigns `json:"toy5"`
		Toy7    goldenDesigns `json:"toy7"`
		Equal10 goldenDesigns `json:"equal10_3"`
		Sizes   map[string]struct {
			Size      []float64           `json:"size"`
			N         float64             `json:"n"`
			Pik       []float64           `json:"pik"`
			Certainty reference.List[int] `json:"certainty"`
		} `json:"inclusionprobabilities"`
		Tilde struct {
			Pik   []float64 `json:"pik"`
			Tilde []float64 `json:"piktilde"`
		} `json:"maxent_pikfrompi"`
	}
	reference.JSON(t, "golden/sampling/inclusion.json", &golden)
	compared := 0
	for _, toy := range []goldenDesigns{golden.Toy4, golden.Toy5, golden.Toy7, golden.Equal10} {
		compared += compareJoint(t, toy.Systematic, toy.Pik, DesignPPSSystematic, 1e-14)
		compared += compareJoint(t, toy.Sampford, toy.Pik, DesignSampford, 1e-14)
		compared += compareJoint(t, toy.Tille, toy.Pik, DesignTille, 1e-14)
		compared += compareJoint(t, toy.Midzuno, toy.Pik, DesignMidzuno, 1e-14)
		// Up to 1.4e-6 (toy7) from the maximum of entropy: the peer's own error.
		compared += compareJoint(t, toy.Entropy, toy.Pik, DesignConditionalPoisson, 2e-6)
		for k, row := range peerEntropyJoint(toy.Pik, toy.N) {
			for l, want := range row {
				require.InDelta(t, toy.Entropy[k][l], want, 1e-12)
				compared++
			}
		}
	}
	require.Equal(t, 6*(6*6+12*12+7*7+10*10), compared)

	for name, c := range golden.Sizes {
		in, err := InclusionProbabilities(c.Size, c.N)
		switch name {
		case "negatives": // the peer warns and takes the negative size for 0
			var e *Error
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, ErrInvalid)
			require.Equal(t, "size", e.Field)
			require.Equal(t, 0, e.Row)
			c.Size[0] = 0
			in, err = InclusionProbabilities(c.Size, c.N)
		case "n_gt_nonzero": // the peer draws three where four are asked for
			var e *Error
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, ErrTooMany)
			require.Equal(t, []int{4, 3}, []int{e.Want, e.Have})
			in, err = InclusionProbabilities(c.Size, 3)
		}
		require.NoError(t, err, name)
		require.Len(t, in.Probabilities, len(c.Pik), name)
		for i, want := range c.Pik {
			require.InEpsilon(t, 1+want, 1+in.Probabilities[i], 1e-14, name)
			require.LessOrEqual(t, math.Abs(want-in.Probabilities[i]), 1e-12*want, name)
			compared++
		}
		require.Len(t, in.TakeAll, len(c.Certainty), name)
		for i, row := range c.Certainty {
			require.Equal(t, row-1, in.TakeAll[i], name)
			compared++
		}
	}
	require.Len(t, golden.Sizes, 8)

	u, err := NewUnequal(golden.Tilde.Pik, DesignConditionalPoisson)
	require.NoError(t, err)
	tilde, err := u.WorkingProbabilities()
	require.NoError(t, err)
	require.Len(t, tilde, len(golden.Tilde.Tilde))
	_, stopped := peerWorking(golden.Tilde.Pik, 4)
	for i, want := range golden.Tilde.Tilde {
		require.InDelta(t, want, tilde[i], 1e-6)
		require.InDelta(t, want, stopped[i], 1e-13)
		compared++
	}
	t.Log(compared, "values compared")
	require.Equal(t, 1645+(6*6+12*12+7*7+10*10)+10+10+23+5+5+5+5+10+1+3+1+3+3+12, compared)
}

func TestGoldenCpsSampfordExact(t *testing.T) {
	var golden map[string]goldenExact
	reference.JSON(t, "golden/sampling/cps_sampford_exact.json", &golden)
	compared, units := 0, 0
	for name, c := range golden {
		compared += compareJoint(t, c.Pi2, c.Pik, DesignConditionalPoisson, 1e-14)
		compared += compareJoint(t, c.Sampford.Pi2, c.Pik, DesignSampford, 1e-14)
		u, err := NewUnequal(c.Pik, DesignConditionalPoisson)
		require.NoError(t, err)
		p, err := u.WorkingProbabilities()
		require.NoError(t, err)
		sum := 0.0
		for _, x := range p {
			sum += x / (1 - x)
		}
		for i, want := range c.Odds {
			require.InEpsilon(t, want, p[i]/(1-p[i])/sum, 1e-12, name)
			compared++
		}
		entropy, err := u.Entropy()
		require.NoError(t, err)
		require.InEpsilon(t, c.Entropy, entropy, 1e-13, name)
		compared++
		units += len(c.Pik)
	}
	t.Log(compared, "values compared")
	require.Equal(t, 6+12+14, units)
	require.Equal(t, 2*(6*6+12*12+14*14)+6+12+14+3, compared)
}
