package horvitz_test

import (
	"testing"

	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/guanxi-go/guanxi/sampling/draw"
	"github.com/guanxi-go/guanxi/sampling/horvitz"
	"github.com/stretchr/testify/require"
)

// matrix is a Joint as the reference values have it.
type matrix [][]float64

func (m matrix) Len() int            { return len(m) }
func (m matrix) At(k, l int) float64 { return m[k][l] }

// of returns the rows and columns of a sample.
func (m matrix) of(rows []int) matrix {
	part := make(matrix, len(rows))
	for i, k := range rows {
		for _, l := range rows {
			part[i] = append(part[i], m[k][l])
		}
	}
	return part
}

// TestGoldenInclusion compares with R's package sampling 2.9-2, to 1e-12.
func TestGoldenInclusion(t *testing.T) {
	var golden struct {
		Toy5 struct {
			Sampford matrix `json:"sampford_pi2"`
			Tille    matrix `json:"tille_pi2"`
			Entropy  matrix `json:"maxentropy_pi2"`
		} `json:"toy5"`
		HT struct {
			Y           []float64               `json:"y"`
			S           []int                   `json:"s"`
			Pik         []float64               `json:"pik"`
			HT          float64                 `json:"HT"`
			Hajek       reference.List[float64] `json:"Hajek"`
			Sampford    float64                 `json:"var_sampford_joint"`
			SampfordSYG float64                 `json:"var_sampford_joint_SYG"`
			TilleSYG    float64                 `json:"var_tille_SYG"`
			EntropySYG  float64                 `json:"var_maxent_SYG"`
			Deville1    float64                 `json:"varest_deville1"`
		} `json:"variance_ht"`
	}
	reference.JSON(t, "golden/sampling/inclusion.json", &golden)
	g := golden.HT
	var rows []int
	var y, p []float64
	for _, s := range g.S {
		rows = append(rows, s-1)
		y, p = append(y, g.Y[s-1]), append(p, g.Pik[s-1])
	}
	compared := 0
	equal := func(want float64, got float64, err error) {
		t.Helper()
		require.NoError(t, err)
		require.InEpsilon(t, want, got, 1e-12)
		compared++
	}
	joint := func(design draw.Design) horvitz.Joint {
		u, err := draw.NewUnequal(g.Pik, design)
		require.NoError(t, err)
		j, err := u.Joint(rows)
		require.NoError(t, err)
		return j
	}
	variance := func(e horvitz.Estimator, j horvitz.Joint) (float64, error) {
		return horvitz.Variance(y, p, horvitz.Options{Estimator: e, Joint: j})
	}
	got, err := horvitz.Total(y, p)
	equal(g.HT, got, err)
	got, err = horvitz.Mean(y, p)
	equal(g.Hajek[0], got, err)
	for _, j := range []horvitz.Joint{golden.Toy5.Sampford.of(rows), joint(draw.DesignSampford)} {
		got, err = variance(horvitz.HorvitzThompson, j)
		equal(g.Sampford, got, err)
		got, err = variance(horvitz.SenYatesGrundy, j)
		equal(g.SampfordSYG, got, err)
	}
	for _, j := range []horvitz.Joint{golden.Toy5.Tille.of(rows), joint(draw.DesignTille)} {
		got, err = variance(horvitz.SenYatesGrundy, j)
		equal(g.TilleSYG, got, err)
	}
	got, err = variance(horvitz.SenYatesGrundy, golden.Toy5.Entropy.of(rows))
	equal(g.EntropySYG, got, err)
	// The peer's joint probabilities of maximum entropy are good to some 1e-7.
	got, err = variance(horvitz.SenYatesGrundy, joint(draw.DesignConditionalPoisson))
	require.NoError(t, err)
	require.InEpsilon(t, g.EntropySYG, got, 1e-5)
	got, err = variance(horvitz.Deville1, nil)
	equal(g.Deville1, got, err)
	t.Log(compared, "values compared")
	require.Equal(t, 10, compared)
}
