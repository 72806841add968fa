package calibrate_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling/calibrate"
)

// precise is linear calibration by the normal equations with 300 bits: the weights,
// and the residuals of z.
func precise(weights []float64, aux []calibrate.Auxiliary, z []float64) (calibrated, residuals []float64) {
	wide := func(x float64) *big.Float { return new(big.Float).SetPrec(300).SetFloat64(x) }
	p := len(aux)
	m := make([][]*big.Float, p) // two right sides
	for a := range m {
		m[a] = make([]*big.Float, p+2)
		for b := range m[a] {
			m[a][b] = wide(0)
		}
		m[a][p].Set(wide(aux[a].Total))
		for row, w := range weights {
			wx := wide(w)
			wx.Mul(wx, wide(aux[a].Values[row]))
			m[a][p].Sub(m[a][p], wx)
			m[a][p+1].Add(m[a][p+1], wide(0).Mul(wx, wide(z[row])))
			for b := range p {
				m[a][b].Add(m[a][b], wide(0).Mul(wx, wide(aux[b].Values[row])))
			}
		}
	}
	for a := range p {
		for b := range p {
			if b == a {
				continue
			}
			f := wide(0).Quo(m[b][a], m[a][a])
			for c := a; c < p+2; c++ {
				m[b][c].Sub(m[b][c], wide(0).Mul(f, m[a][c]))
			}
		}
	}
	for row, w := range weights {
		g, e := wide(1), wide(z[row])
		for a := range p {
			x := wide(0).Quo(wide(aux[a].Values[row]), m[a][a])
			g.Add(g, wide(0).Mul(x, m[a][p]))
			e.Sub(e, wide(0).Mul(x, m[a][p+1]))
		}
		weight, _ := g.Mul(g, wide(w)).Float64()
		residual, _ := e.Float64()
		calibrated, residuals = append(calibrated, weight), append(residuals, residual)
	}
	return calibrated, residuals
}

// TestLinearIsExact: weights and residuals of numbers that hardly repeat, also of
// such as lie far from 0, have the digits that the data determine in float64.
func TestLinearIsExact(t *testing.T) {
	for _, test := range []struct{ far, tolerance float64 }{{0, 1e-15}, {600, 1e-13}, {2e4, 5e-12}, {1e6, 2e-10}} {
		t.Run(fmt.Sprint(test.far), func(t *testing.T) {
			random := rand.New(rand.NewPCG(13, 14))
			rows := 2000
			weights, z := make([]float64, rows), make([]float64, rows)
			aux := []calibrate.Auxiliary{calibrate.Constant(rows, 0)}
			for j := range 3 {
				aux = append(aux, calibrate.Auxiliary{Name: fmt.Sprint("x", j), Values: make([]float64, rows)})
			}
			for row := range rows {
				weights[row] = 1 + 4*random.Float64()
				truth := weights[row] * (.8 + .3*random.Float64())
				for j := range aux {
					if j > 0 {
						aux[j].Values[row] = test.far + 10*random.NormFloat64()
					}
					aux[j].Total += truth * aux[j].Values[row]
				}
				z[row] = aux[1].Values[row] + 5*random.NormFloat64()
			}
			res, err := calibrate.Calibrate(weights, aux, calibrate.Options{})
			require.NoError(t, err)
			e, err := res.Residuals(z)
			require.NoError(t, err)
			w, r := precise(weights, aux, z)
			near(t, w, res.Weights, test.tolerance)
			near(t, r, e, test.tolerance)
		})
	}
}
