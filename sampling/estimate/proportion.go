package estimate

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// ProportionOptions are the choices of [Design.Proportion].
type ProportionOptions struct {
	// Level is the confidence level, above 0 and below 1; 0 is 0.95.
	Level float64 `json:"level,omitzero"`
	// Method is the way to the interval.
	Method IntervalMethod `json:"method,omitzero"`
	// Normal takes infinite degrees of freedom instead of the design's.
	Normal bool `json:"normal,omitzero"`
}

// A Proportion is the share of the population that has a property, with a
// confidence interval.
type Proportion struct {
	Estimate
	Interval Interval       `json:"interval"`
	Method   IntervalMethod `json:"method"`
	// EffectiveRows is the number of independent rows that the sample is worth for
	// this proportion (有效样本量).
	EffectiveRows float64 `json:"effective_rows"`
	// OneSided is set where all rows, or none, have the property, so that the
	// sample shows no variance: then one end of the interval is the estimate, 0
	// or 1, and the other is the exact bound at Level for EffectiveRows rows.
	OneSided bool `json:"one_sided,omitzero"`
}

// Proportion estimates the share of the population that in marks, one mark per row
// of the sample, with an interval that suits shares: by default within 0 and 1.
//
// Where the share is 0 or 1 the interval is one-sided and exact, whatever the
// method: from 0 to 1-(1-Level)^(1/m), or the mirror image, with m = Kish's
// effective number of rows (sum of weights)^2 / (sum of squares), times (t(n-1) /
// t(df))^2 at (1-Level)/2 as Korn and Graubard do for clusters. Where the
// population was taken whole, the interval is the estimate alone. Where the units
// agree although the share is between 0 and 1, the variance says nothing and m
// stands for it in the method beta.
//
// Errors: those of [Design.Joint] and of [Estimate.Interval].
//
// Source: Korn and Graubard 1998, Survey Methodology 24:193-201; Rao and Scott
// 1984, Annals of Statistics 12:46-60; Wilson 1927, JASA 22:209-212; Kish 1965, Survey
// Sampling, Wiley.
func (d *Design) Proportion(in []bool, o ProportionOptions) (Proportion, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if err := intervalNames.Check(o.Method); err != nil {
		return Proportion{}, err
	}
	e, err := d.Estimate(Share(in))
	if err != nil {
		return Proportion{}, err
	}
	return d.proportion(e, o)
}

// proportion adds the interval to an estimated share.
func (d *Design) proportion(e Estimate, o ProportionOptions) (Proportion, error) {
	p := Proportion{Estimate: e, Method: o.Method, Interval: Interval{Level: o.Level}}
	t, err := critical(o.Level, degrees(e.DF, o.Normal))
	if err != nil {
		return p, err
	}
	// The weights may add up to one with a rounding more or less.
	none, all := e.Value < 1e-15, e.Value > 1-1e-15
	switch {
	case d.census:
		p.Interval.Lower, p.Interval.Upper = e.Value, e.Value
		p.EffectiveRows = float64(e.Rows)
	case none || all:
		err = p.oneSided(d, t, all)
	case e.SE == 0:
		p.Method = IntervalBeta
		if p.EffectiveRows, err = d.kishRows(t, e.Rows, o.Level); err == nil {
			p.Interval.Lower, p.Interval.Upper = betaInterval(e.Value, p.EffectiveRows, o.Level)
		}
	default:
		p.EffectiveRows = e.Value * (1 - e.Value) / (e.SE * e.SE)
		p.Interval.Lower, p.Interval.Upper, err = shareInterval(e, o.Method, t, o.Level, d.sampled)
	}
	return p, err
}

// oneSided sets the exact bound of a share of 0 or 1.
func (p *Proportion) oneSided(d *Design, t float64, all bool) error {
	rows, err := d.kishRows(t, p.Rows, p.Interval.Level)
	if err != nil {
		return err
	}
	p.OneSided, p.EffectiveRows = true, rows
	p.Value, p.SE = 0, 0
	// alpha^(1/rows) without loss where rows are many.
	p.Interval.Upper = -math.Expm1(math.Log1p(-p.Interval.Level) / rows)
	if all {
		p.Value = 1
		p.Interval.Lower, p.Interval.Upper = math.Exp(math.Log1p(-p.Interval.Level)/rows), 1
	}
	return nil
}

// kishRows returns the number of equally weighted rows that the weights are worth,
// corrected for the degrees of freedom that clusters leave.
func (d *Design) kishRows(t float64, rows int, level float64) (float64, error) {
	if rows < 2 {
		return 1, nil
	}
	var sum, squares numeric.Sum
	for _, w := range d.weights {
		sum.Add(w)
		squares.Add(w * w)
	}
	full, err := critical(level, float64(rows-1))
	if err != nil {
		return 0, err
	}
	kish := sum.Value() * sum.Value() / squares.Value()
	return min(kish, kish*(full/t)*(full/t)), nil
}

// shareInterval returns the interval of a share between 0 and 1 with a variance.
// sampled is the number of rows of the domain, those without a weight too.
func shareInterval(e Estimate, m IntervalMethod, t, level float64, sampled int) (lower, upper float64, err error) {
	p, q := e.Value, 1-e.Value
	switch m {
	case IntervalWald:
		return p - t*e.SE, p + t*e.SE, nil
	case IntervalASin:
		at, half := math.Asin(math.Sqrt(p)), t*e.SE/(2*math.Sqrt(p*q))
		lower, upper = math.Sin(max(at-half, 0)), math.Sin(min(at+half, math.Pi/2))
		return lower * lower, upper * upper, nil
	case IntervalBeta:
		if sampled < 2 {
			return 0, 0, notEstimable("interval", "of the method beta needs two rows")
		}
		full, err := critical(level, float64(sampled-1))
		if err != nil {
			return 0, 0, err
		}
		lower, upper = betaInterval(p, p*q/(e.SE*e.SE)*(full/t)*(full/t), level)
		return lower, upper, nil
	case IntervalLikelihood:
		n := float64(e.Rows)
		lower, upper = likelihoodInterval(p, e.SE*math.Sqrt(n/(n-1)), t)
		return lower, upper, nil
	case IntervalScore:
		lower, upper = scoreInterval(p, t*t*e.SE*e.SE/(p*q))
		return lower, upper, nil
	default:
		at, half := math.Log(p)-math.Log1p(-p), t*e.SE/(p*q)
		return 1 / (1 + math.Exp(half-at)), 1 / (1 + math.Exp(-half-at)), nil
	}
}

// scoreInterval holds the shares x with (p-x)^2 <= k x(1-x).
func scoreInterval(p, k float64) (lower, upper float64) {
	upper = (p + k/2 + math.Sqrt(k*p*(1-p)+k*k/4)) / (1 + k)
	return p * p / ((1 + k) * upper), upper // the product of the roots, without a difference
}

// betaInterval is the Clopper-Pearson interval of a share p of rows that need not
// be a whole number.
func betaInterval(p, rows, level float64) (lower, upper float64) {
	tail := (1 - level) / 2
	lower, _ = numeric.BetaQuantile(tail, rows*p, rows*(1-p)+1)
	_, upper = numeric.BetaQuantile(tail, rows*(1-p), rows*p+1)
	return lower, upper
}

// likelihoodInterval holds the shares whose binomial deviance, divided by the
// design effect, is at most t squared.
func likelihoodInterval(p, se, t float64) (lower, upper float64) {
	limit := t * t * se * se / (p * (1 - p)) / 2
	at := math.Log(p) - math.Log1p(-p)
	excess := func(x float64) float64 {
		// p log(p/q(x)) + (1-p) log((1-p)/(1-q(x))), q the logistic function
		return p*(at-x) + math.Log1p(-p) + softplus(x) - limit
	}
	end := func(step float64) float64 {
		far := at + step
		for excess(far) < 0 {
			step *= 2
			far += step
		}
		return numeric.Brent(excess, at, far)
	}
	return 1 / (1 + math.Exp(-end(-1))), 1 / (1 + math.Exp(-end(1)))
}

// softplus is log(1+exp(x)).
func softplus(x float64) float64 {
	if x > 0 {
		return x + math.Log1p(math.Exp(-x))
	}
	return math.Log1p(math.Exp(x))
}

// degrees returns df, or infinity.
func degrees(df int, normal bool) float64 {
	if normal {
		return math.Inf(1)
	}
	return float64(df)
}
