package audit

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Interval is a confidence interval of a rate.
type Interval struct {
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
}

// Clamp returns the part of the interval that lies between 0 and 1: the formulas of
// [Wald] and [AgrestiCoull] may leave it.
func (i Interval) Clamp() Interval { return Interval{max(i.Lower, 0), min(i.Upper, 1)} }

// RateInterval returns the two-sided confidence interval, at a level between 0 and 1,
// of the error rate of a population from which n were sampled and errors were found to
// be wrong. The population is taken for unlimited, or the sample for one with
// replacement; [CountInterval] is for a finite one.
//
// ErrInvalid unless 0 <= errors <= n <= [MaxSample], for a level outside (0, 1) and an
// unknown method; ErrInsufficientData for n = 0.
//
// Sources: Clopper and Pearson 1934, Biometrika 26:404-413; Wilson 1927, JASA 22:
// 209-212; Newcombe 1998, Statistics in Medicine 17:857-872; Agresti and Coull 1998,
// American Statistician 52:119-126; Brown, Cai and DasGupta 2001, Statistical Science
// 16:101-133.
func RateInterval(errors, n int64, level float64, m Method) (Interval, error) {
	if err := checkSample(errors, n); err != nil {
		return Interval{}, err
	}
	if err := checkProbability("level", level); err != nil {
		return Interval{}, err
	}
	half := (1 - level) / 2
	z := -numeric.NormalQuantile(half)
	x, size := float64(errors), float64(n)
	switch m {
	case Exact:
		return Interval{exactLower(errors, n, half), exactUpper(errors, n, half)}, nil
	case MidP:
		return Interval{midLower(errors, n, half), 1 - midLower(n-errors, n, half)}, nil
	case Jeffreys:
		i := Interval{0, 1}
		if errors > 0 {
			i.Lower, _ = numeric.BetaQuantile(half, x+0.5, size-x+0.5)
		}
		if errors < n {
			_, i.Upper = numeric.BetaQuantile(half, size-x+0.5, x+0.5)
		}
		return i, nil
	case Wilson:
		lower, upper, err := numeric.WilsonInterval(int(errors), int(n), level)
		return Interval{lower, upper}, err
	case WilsonCorrected:
		return Interval{correctedLower(x, size, z), 1 - correctedLower(size-x, size, z)}, nil
	case AgrestiCoull:
		all := size + z*z
		centre := (x + z*z/2) / all
		width := z * math.Sqrt(centre*(1-centre)/all)
		return Interval{centre - width, centre + width}, nil
	case Wald:
		width := z * math.Sqrt(x/size*((size-x)/size)/size)
		return Interval{x/size - width, x/size + width}, nil
	}
	return Interval{}, invalid("method", "%d is unknown", int(m))
}

// UpperRate returns the upper error limit (误差率上限): the rate that the population
// exceeds with no more than the given risk, where n were sampled and errors were found.
// Every higher rate would show so few errors with a probability of at most risk. One-sided
// and exact (Clopper and Pearson); 1 where all were errors. Errors as for
// [RateInterval], with "risk" for the level.
func UpperRate(errors, n int64, risk float64) (float64, error) {
	if err := checkSample(errors, n); err != nil {
		return 0, err
	}
	if err := checkProbability("risk", risk); err != nil {
		return 0, err
	}
	return exactUpper(errors, n, risk), nil
}

// LowerRate is [UpperRate]'s other side: every lower rate would show so many errors
// with a probability of at most risk; 0 where there were none.
func LowerRate(errors, n int64, risk float64) (float64, error) {
	if err := checkSample(errors, n); err != nil {
		return 0, err
	}
	if err := checkProbability("risk", risk); err != nil {
		return 0, err
	}
	return exactLower(errors, n, risk), nil
}

// ConfidenceFactor returns the number of errors expected in a sample at the upper error
// limit, by the Poisson law (可信赖程度系数): the sample size needed is the factor over
// the tolerable rate, and the upper limit the factor over the sample size. For no errors
// it is -ln(risk): 3.00 at 5 %. ErrInvalid for errors below 0 or above [MaxSample], or a
// risk outside (0, 1).
func ConfidenceFactor(errors int64, risk float64) (float64, error) {
	if errors < 0 || errors > MaxSample {
		return 0, invalid("errors", "%d", errors)
	}
	if err := checkProbability("risk", risk); err != nil {
		return 0, err
	}
	return poissonUpper(errors, risk), nil
}

// poissonUpper returns the mean at which at most k events have probability p.
func poissonUpper(k int64, p float64) float64 {
	if k == 0 {
		return -math.Log(p)
	}
	miss := func(t float64) float64 {
		atMost, above := numeric.PoissonTails(k, math.Exp(t))
		if p <= 0.5 {
			return math.Log(p) - math.Log(atMost)
		}
		return math.Log(above) - math.Log(1-p)
	}
	lo, hi := bracket(miss, math.Log(float64(k)+0.7), 2/math.Sqrt(float64(k)))
	return math.Exp(numeric.Brent(miss, lo, hi))
}

// bracket widens an interval about t until the rising function changes its sign in it.
func bracket(rising func(float64) float64, t, width float64) (lo, hi float64) {
	lo, hi = t-width, t+width
	for step := width; rising(lo) > 0; step *= 2 {
		lo -= step
	}
	for step := width; rising(hi) < 0; step *= 2 {
		hi += step
	}
	return lo, hi
}

func exactLower(x, n int64, risk float64) float64 {
	switch x {
	case 0:
		return 0
	case n:
		return math.Exp(math.Log(risk) / float64(n))
	}
	lower, _ := numeric.BetaQuantile(risk, float64(x), float64(n-x)+1)
	return lower
}

func exactUpper(x, n int64, risk float64) float64 {
	switch x {
	case n:
		return 1
	case 0:
		return -math.Expm1(math.Log(risk) / float64(n))
	}
	_, upper := numeric.BetaQuantile(risk, float64(n-x), float64(x)+1)
	return upper
}

// midLower returns the rate at which more errors than x, and x with half its weight,
// have the probability risk.
func midLower(x, n int64, risk float64) float64 {
	if x == 0 {
		return 0
	}
	miss := func(t float64) float64 {
		p, q := 1/(1+math.Exp(-t)), 1/(1+math.Exp(t))
		_, above := numeric.BinomialTails(x, n, p, q)
		return math.Log(above+numeric.BinomialMass(x, n, p, q)/2) - math.Log(risk)
	}
	a, b := float64(x), float64(n-x)+1
	lo, hi := bracket(miss, math.Log(a/b), 2*math.Sqrt(1/a+1/b))
	return 1 / (1 + math.Exp(-numeric.Brent(miss, lo, hi)))
}

func correctedLower(x, n, z float64) float64 {
	p := (x - min(0.5, math.Abs(x-n/2))) / n
	if p <= 0 {
		return 0
	}
	w := z * z / (2 * n)
	upper := (p + w + z*math.Sqrt(p*(1-p)/n+w/(2*n))) / (1 + 2*w)
	// The product of both ends is p²/(1+2w): the textbook's difference would cancel.
	return p * p / (1 + 2*w) / upper
}
