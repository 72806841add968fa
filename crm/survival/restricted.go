package survival

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// RestrictedMean returns the restricted mean survival time E[min(T, tau)]
// (限制平均生存时间), the area under the curve up to tau, and its standard error,
// in the unit of the times. On a [Curve.Conditional] curve it is
// E[min(T, tau) | T > t0], still counted from the origin.
//
// Errors: ErrInvalid unless tau is finite and after Start; ErrInsufficientData
// where tau is after the last observation and S is not 0 there, because the
// area beyond is not known.
//
// Source: Irwin 1949, J. Hygiene 47:188-189; the variance is Greenwood's as in
// R's print(survfit, rmean = tau), for Fleming-Harrington curves Aalen's.
func (c *Curve) RestrictedMean(tau float64) (mean, stdErr float64, err error) {
	if !(tau > c.Start) || math.IsInf(tau, 1) {
		return 0, 0, invalid("tau", "is not a finite time after the start of the curve")
	}
	if _, ok := c.At(tau); !ok {
		return 0, 0, insufficient("tau", "is after the last observation")
	}
	// Backwards from tau: area is what lies under the curve from the point on,
	// and how much a point's own event moves the mean.
	var area, variance numeric.Sum
	right := tau
	for i := c.index(tau); i >= 0; i-- {
		p := &c.Points[i]
		area.Add((right - p.Time) * p.Survival.Value)
		right = p.Time
		d, y := float64(p.Events), float64(p.AtRisk)
		term := greenwoodTerm(d, y)
		if c.Estimator == ExpCumHazard {
			term = d / (y * y)
		}
		variance.Add(area.Value() * area.Value() * term)
	}
	area.Add(right)
	return area.Value(), math.Sqrt(variance.Value()), nil
}
