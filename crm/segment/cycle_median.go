package segment

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// The median of n gamma gaps is no sufficient statistic of their rate, and has no
// density that one could work with. Its distribution is close to a gamma again: a
// medianLaw is the gamma distribution whose logarithm has the mean and the
// variance of the logarithm of the median. For one gap and for two (the median
// is their mean) that is exact; for many it has the variance that the
// asymptotic theory of the sample median gives.
type medianLaw struct {
	shape float64 // the information in the median: as much as of shape/k gaps
	unit  float64 // unit·x/shape has the law, where x is gamma of that shape, at rate 1
}

// tabulated is the number of gaps up to which the laws are computed; beyond, the
// shape grows by the asymptotic information of a gap.
const tabulated = 41

// medianLaws holds the laws for one regularity k, for 1, 2 ... gaps.
type medianLaws struct {
	exact [tabulated + 1]medianLaw
	step  float64 // information about the log rate that each further gap adds
	limit float64 // log of the gamma distribution's median
}

// of returns the law for n >= 1 gaps.
func (l *medianLaws) of(n int) medianLaw {
	if n <= tabulated {
		return l.exact[n]
	}
	last := l.exact[tabulated]
	// The centre's distance from its limit falls as 1/n.
	gap := (math.Log(last.unit) - l.limit) * tabulated / float64(n)
	return medianLaw{last.shape + l.step*float64(n-tabulated), math.Exp(l.limit + gap)}
}

func newMedianLaws(k float64) *medianLaws {
	l := &medianLaws{}
	m := mathext.GammaIncRegInv(k, 0.5)
	l.limit = math.Log(m)
	lg, _ := math.Lgamma(k)
	slope := math.Exp(k*l.limit - m - lg) // density of the log gap at its median
	l.step = 4 * slope * slope
	g := newLogGrid(k)
	l.exact[1], l.exact[2] = medianLaw{k, k}, medianLaw{2 * k, k}
	for n := 3; n <= tabulated; n++ {
		moments := g.even
		if n%2 == 1 {
			moments = g.odd
		}
		l.exact[n] = matched(l.exact[n-1].shape, moments(n/2))
	}
	return l
}

// matched returns the gamma law whose logarithm has the mean and the variance,
// but no smaller shape than least: the median of an odd number of irregular gaps
// says a little less of the rate than that of one gap fewer, which the mean of
// two makes up (2 percent for three gaps of k = 1), and a customer who buys once
// more should not be believed less.
func matched(least float64, logs meanVariance) medianLaw {
	shape := max(least, trigammaInverse(logs.variance))
	return medianLaw{shape, math.Exp(logs.mean - mathext.Digamma(shape) + math.Log(shape))}
}

type meanVariance struct{ mean, variance float64 }

// logGrid has the gamma distribution of shape k at equally spaced logarithms,
// where the trapezoidal rule converges fast.
type logGrid struct {
	lo, step           float64
	below, above, dens []float64 // logs of the distribution function, of the tail, and of the density
	mean               []float64 // log of the mean of 1 and exp(i·step)
}

const gridPoints = 400

func newLogGrid(k float64) *logGrid {
	lg, _ := math.Lgamma(k)
	// Beyond the ends, the middle gaps of three and more have a probability below
	// 1e-16. F(x) is at most x^k/Gamma(k+1), and the mean k lies between the ends.
	const outside = 1e-9
	g := &logGrid{lo: bisect((math.Log(outside)+lg)/k-2, math.Log(k), func(t float64) bool {
		return mathext.GammaIncReg(k, math.Exp(t)) < outside
	})}
	hi := bisect(math.Log(k), math.Log(k+100*math.Sqrt(k)+100), func(t float64) bool {
		return mathext.GammaIncRegComp(k, math.Exp(t)) > outside
	})
	g.step = (hi - g.lo) / (gridPoints - 1)
	for i := range gridPoints {
		t := g.lo + float64(i)*g.step
		x := math.Exp(t)
		g.below = append(g.below, math.Log(mathext.GammaIncReg(k, x)))
		g.above = append(g.above, math.Log(mathext.GammaIncRegComp(k, x)))
		g.dens = append(g.dens, k*t-x-lg)
		g.mean = append(g.mean, math.Log((1+math.Exp(float64(i)*g.step))/2))
	}
	return g
}

// bisect returns the point between lo and hi where below stops being true.
func bisect(lo, hi float64, below func(float64) bool) float64 {
	for range 100 {
		mid := lo + (hi-lo)/2
		if below(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo + (hi-lo)/2
}

// odd returns mean and variance of the log of the median of 2h+1 gaps, the order
// statistic with density proportional to F^h (1-F)^h f.
func (g *logGrid) odd(h int) meanVariance {
	logs := make([]float64, gridPoints)
	for i := range logs {
		logs[i] = float64(h)*(g.below[i]+g.above[i]) + g.dens[i]
	}
	weights, centre := scaled(logs)
	var m moments
	for i, w := range weights {
		m.add(w, float64(i-centre)*g.step)
	}
	return m.result(g.lo + float64(centre)*g.step)
}

// even returns mean and variance of the log of the mean of the two middle gaps
// of 2h: their joint density is proportional to F(x)^(h-1) f(x) (1-F(y))^(h-1) f(y)
// for x < y. On the diagonal, where the rule meets an edge, the first term of
// Euler and Maclaurin's formula is taken off its error.
func (g *logGrid) even(h int) meanVariance {
	lower, upper := make([]float64, gridPoints), make([]float64, gridPoints)
	for i := range lower {
		lower[i] = float64(h-1)*g.below[i] + g.dens[i]
		upper[i] = float64(h-1)*g.above[i] + g.dens[i]
	}
	lower, centre := scaled(lower)
	upper, _ = scaled(upper)
	var m moments
	for i, a := range lower {
		at := float64(i-centre) * g.step
		m.add(a*upper[i]/2, at)
		slope := 0.0 // of upper, a step apart
		if i > 0 && i < gridPoints-1 {
			slope = (upper[i+1] - upper[i-1]) / 2
		}
		m.add(a*slope/12, at)
		m.x += a * upper[i] * g.step / 24 // the mean rises half as fast as the larger gap
		m.xx += a * upper[i] * g.step / 12 * at
		for d := 1; d < gridPoints-i; d++ {
			m.add(a*upper[i+d], at+g.mean[d])
		}
	}
	return m.result(g.lo + float64(centre)*g.step)
}

// scaled returns the exponentials of logs over the largest, and its place.
func scaled(logs []float64) (weights []float64, at int) {
	for i, l := range logs {
		if l > logs[at] {
			at = i
		}
	}
	weights = make([]float64, len(logs))
	for i, l := range logs {
		weights[i] = math.Exp(l - logs[at])
	}
	return weights, at
}

// moments are those of weighted values near zero.
type moments struct{ w, x, xx float64 }

func (m *moments) add(w, x float64) {
	m.w += w
	m.x += w * x
	m.xx += w * x * x
}

func (m *moments) result(origin float64) meanVariance {
	x := m.x / m.w
	return meanVariance{origin + x, m.xx/m.w - x*x}
}

// trigamma is the second derivative of the log of the gamma function, at x > 0.
func trigamma(x float64) float64 { return mathext.Zeta(2, x) }

// trigammaInverse solves trigamma(x) = y for y > 0 by Newton's method on the
// reciprocals, which are nearly a line and convex, so that it converges from
// above (Smyth 2004, Statistical Applications in Genetics and Molecular Biology
// 3(1), appendix).
func trigammaInverse(y float64) float64 {
	x := 0.5 + 1/y
	for range 50 {
		tri := trigamma(x)
		step := tri * (1 - tri/y) / (-2 * mathext.Zeta(3, x))
		x += step
		if math.Abs(step) <= 1e-15*x {
			break
		}
	}
	return x
}
