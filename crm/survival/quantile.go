package survival

import "math"

// Quantile is an estimated quantile of the time to the event (分位数), each part
// absent where its curve does not come down far enough.
type Quantile struct {
	// Probability is p: the share that has had the event by Time.
	Probability float64  `json:"probability"`
	Time        Optional `json:"time"`
	// Lower and Upper are the times at which the lower and the upper limit of
	// the curve fall to 1-p (Brookmeyer and Crowley 1982).
	Lower Optional `json:"lower"`
	Upper Optional `json:"upper"`
}

// quantileTolerance is how near to 1-p a step counts as equal to it: S is a
// rounded product of fractions.
const quantileTolerance = 1e-9

// Quantile returns the first time at which S falls to 1-p or below. Where S is
// equal to 1-p over an interval every point of it is a p-quantile, and the
// middle of the interval is returned: up to the next fall, or up to the last
// observation if the curve ends there, as R's quantile.survfit does.
//
// 0 < p < 1; else the error is ErrInvalid.
//
// A limit that falls below 1-p, rises above it again and falls once more is
// crossed where it is first; R 3.5-3 looks values up in sorted order and can
// return a later time there.
func (c *Curve) Quantile(p float64) (Quantile, error) {
	if !(p > 0 && p < 1) {
		return Quantile{}, invalid("probability", "is not between 0 and 1")
	}
	return Quantile{
		Probability: p,
		Time:        c.crossing(1-p, func(e Estimate) Optional { return known(e.Value) }),
		Lower:       c.crossing(1-p, func(e Estimate) Optional { return e.Lower }),
		Upper:       c.crossing(1-p, func(e Estimate) Optional { return e.Upper }),
	}, nil
}

// Median returns the quantile at 0.5 (中位生存时间).
func (c *Curve) Median() Quantile {
	q, _ := c.Quantile(0.5) // 0.5 is a probability
	return q
}

// crossing returns the time at which a curve, one of the three of an estimate,
// first falls to level.
func (c *Curve) crossing(level float64, of func(Estimate) Optional) Optional {
	at, equal := c.Start, level >= 1-quantileTolerance
	from := 0
	for ; !equal; from++ {
		if from == len(c.Points) {
			return Optional{}
		}
		v := of(c.Points[from].Survival)
		if !v.OK || v.Value > level+quantileTolerance {
			continue
		}
		at = c.Points[from].Time
		if v.Value < level-quantileTolerance {
			return known(at)
		}
		equal = true
	}
	// Equal to the level since at: until it is below, or to the end.
	for _, p := range c.Points[from:] {
		v := of(p.Survival)
		if !v.OK {
			return Optional{}
		}
		if math.Abs(v.Value-level) > quantileTolerance {
			return known(at + (p.Time-at)/2)
		}
	}
	if len(c.Points) == 0 {
		return Optional{}
	}
	return known(at + (c.end()-at)/2)
}
