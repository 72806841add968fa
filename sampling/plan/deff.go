package plan

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// ClusterDesignEffect returns 1 + (m-1)·rho: by how much asking m units in every
// cluster (整群) raises the variance, where rho is the correlation of two units of
// the same cluster (组内相关系数). The errors are ErrInvalid unless m >= 1 is
// finite and -1/(m-1) <= rho <= 1.
//
// Source: Kish 1965, Survey Sampling, 5.4.
func ClusterDesignEffect(m, rho float64) (float64, error) {
	if !(m >= 1) || math.IsInf(m, 1) {
		return 0, invalid("cluster size", "is below 1 or not finite")
	}
	if !(rho <= 1 && rho*(m-1) >= -1) {
		return 0, invalid("rho", "is not between -1/(m-1) and 1")
	}
	return 1 + (m-1)*rho, nil
}

// WeightingDesignEffect returns Kish's n·Σw²/(Σw)², at least 1: by how much
// weights that have nothing to do with the answers raise the variance; and the
// effective sample size (有效样本量) n over it. Weights of 0 count in n. The error
// is ErrInsufficientData without a positive weight and ErrInvalid for one that is
// negative or not finite.
//
// Source: Kish 1992, Journal of Official Statistics 8:183-200.
func WeightingDesignEffect(weights []float64) (deff, effective float64, err error) {
	top := 0.0
	for i, w := range weights {
		if !(w >= 0) || math.IsInf(w, 1) {
			return 0, 0, invalid("weight", "%d is negative or not finite", i)
		}
		top = max(top, w)
	}
	if top == 0 {
		return 0, 0, failed(ErrInsufficientData, "weights", "hold none above 0")
	}
	var sum, squares numeric.Sum
	for _, w := range weights {
		w /= top
		sum.Add(w)
		squares.Add(w * w)
	}
	effective = sum.Value() * sum.Value() / squares.Value()
	return float64(len(weights)) / effective, effective, nil
}
