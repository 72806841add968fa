package segment

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// CycleBase is what the customers of a base have in common, estimated from all
// of them by [OrderCycles]: the gaps of a customer are gamma distributed with
// shape Regularity and a rate of the customer's own; the rates are gamma
// distributed over the customers with shape Shape and rate Scale. All times are
// in days.
type CycleBase struct {
	Customers int `json:"customers"` // customers with a gap: they bought on two days or more
	Gaps      int `json:"gaps"`      // their gaps

	// Regularity is the shape k of a customer's gaps: 1 where purchases come at
	// random (exponential gaps, the NBD model), more where they are regular, less
	// where they come in bursts. The coefficient of variation of a customer's gaps is
	// 1/sqrt(k). It is kept between 0.25 and 10,000.
	Regularity float64 `json:"regularity"`

	// Shape and Scale describe the rates: their mean is Shape/Scale, their
	// coefficient of variation 1/sqrt(Shape). A customer with the rate r has gaps of
	// Regularity/r days on average.
	Shape float64 `json:"shape"`
	Scale float64 `json:"scale"`

	// Cycle is the order cycle of a customer of whom no gap is known: half of the
	// gaps of customers drawn at random are shorter.
	Cycle float64 `json:"cycle"`
}

// The bounds of Regularity: below, gaps have no typical length any more; above,
// whole days are too coarse to tell.
const (
	minRegularity = 0.25
	maxRegularity = 1e4
)

// baseFit gathers what the estimates need, customer by customer.
type baseFit struct {
	customers, gaps int
	pairs           int         // customers with two gaps
	uneven          numeric.Sum // of their squared distances from an even pair
	byCount         []logSums   // logs of the medians, by the number of gaps
}

// logSums are sums over the customers with one number of gaps.
type logSums struct {
	n      int
	x, xx  numeric.Sum
	law    medianLaw
	offset float64 // what the law's mean adds to x
}

// add takes the gaps of a customer, at least one, in order of time, sorts them
// and returns their median.
func (f *baseFit) add(gaps []int) float64 {
	n := len(gaps)
	f.customers++
	f.gaps += n
	for len(f.byCount) <= n {
		f.byCount = append(f.byCount, logSums{})
	}
	if n >= 2 {
		sum := 0.0
		for i := 0; i+1 < n; i += 2 {
			share := float64(gaps[i])/float64(gaps[i]+gaps[i+1]) - 0.5
			sum += share * share
		}
		f.pairs++
		f.uneven.Add(sum / float64(n/2))
	}
	median := medianOf(gaps)
	x := math.Log(median)
	f.byCount[n].n++
	f.byCount[n].x.Add(x)
	f.byCount[n].xx.Add(x * x)
	return median
}

// regularity is the moment estimator of Wheat and Morrison: whatever the
// customer's rate, the share of a gap in the sum of two successive ones has a
// beta distribution with both parameters k, whose variance is 1/(4(2k+1)). A gap
// of whatever length moves a share by less than one. One customer who buys at
// random (variance 1/12) is added, which keeps small bases inside the range.
func (f *baseFit) regularity() float64 {
	v := (f.uneven.Value() + 1.0/12) / float64(f.pairs+1)
	return min(max((1-4*v)/(8*v), minRegularity), maxRegularity)
}

// spreadOfOne is the variance of the log of the rate that one added customer
// stands for when the heterogeneity is estimated: that of exponential rates.
const spreadOfOne = math.Pi * math.Pi / 6

// base returns the estimates; there is at least one customer.
//
// The log of a customer's median estimates minus the log of the rate with a
// variance that its law gives, so that this is the random-effects problem: mean
// and variance of the log rates are those of Paule and Mandel's moment equation,
// and the gamma distribution that has them is the base's.
func (f *baseFit) base(laws *medianLaws, k float64) CycleBase {
	var groups []logSums
	for n, g := range f.byCount {
		if g.n == 0 {
			continue
		}
		g.law = laws.of(n)
		g.offset = math.Log(g.law.shape/g.law.unit) - mathext.Digamma(g.law.shape)
		groups = append(groups, g)
	}
	spread := pauleMandel(groups, f.customers)
	mean, _ := weighted(groups, spread)
	b := CycleBase{Customers: f.customers, Gaps: f.gaps, Regularity: k}
	b.Shape = trigammaInverse(spread)
	b.Scale = math.Exp(mean + mathext.Digamma(b.Shape))
	b.Cycle = b.Scale * gapLaw{k, b.Shape, 1}.quantile(0.5)
	return b
}

// weighted returns the mean of minus the log rates, each weighted by the inverse
// of its variance, and the sum of squares about it in units of that variance.
func weighted(groups []logSums, spread float64) (mean, squares float64) {
	var w, x float64
	for _, g := range groups {
		each := 1 / (spread + trigamma(g.law.shape))
		w += each * float64(g.n)
		x += each * (g.x.Value() + float64(g.n)*g.offset)
	}
	mean = x / w
	for _, g := range groups {
		n, about := float64(g.n), mean-g.offset
		sum := g.xx.Value() - 2*about*g.x.Value() + n*about*about
		squares += max(sum, 0) / (spread + trigamma(g.law.shape))
	}
	return mean, squares
}

// pauleMandel solves for the variance between customers at which the weighted
// sum of squares is what it should be, n-1, with the one added customer.
func pauleMandel(groups []logSums, n int) float64 {
	logSpread := bisect(math.Log(spreadOfOne/float64(n))-1, math.Log(spreadOfOne)+10, func(l float64) bool {
		_, squares := weighted(groups, math.Exp(l))
		return squares+spreadOfOne*math.Exp(-l) > float64(n)
	})
	return math.Exp(logSpread)
}

// gapLaw is the predictive distribution of a gap of shape k whose rate is known
// to be gamma(shape, scale): scale times a beta prime variable (Lomax where k is
// 1).
type gapLaw struct{ k, shape, scale float64 }

// tail returns the probability of a gap of x or more. The smaller of the two
// tails is the one that is computed.
func (g gapLaw) tail(x float64) float64 {
	tail := mathext.RegIncBeta(g.shape, g.k, g.scale/(g.scale+x))
	if tail > 0.5 {
		return 1 - mathext.RegIncBeta(g.k, g.shape, x/(g.scale+x))
	}
	return tail
}

// quantile returns the length that a gap stays below with probability p. It
// bisects on the smaller tail: gonum's InvRegIncBeta loses half of the digits
// where the shape is small.
func (g gapLaw) quantile(p float64) float64 {
	return g.scale * math.Exp(bisect(-700, 700, func(l float64) bool {
		x := math.Exp(l)
		if p < 0.5 {
			return mathext.RegIncBeta(g.k, g.shape, x/(1+x)) < p
		}
		return mathext.RegIncBeta(g.shape, g.k, 1/(1+x)) > 1-p
	}))
}

// medianOf sorts the gaps and returns their median, the mean of the two middle
// ones where their number is even.
func medianOf(gaps []int) float64 {
	slices.Sort(gaps)
	n := len(gaps)
	return (float64(gaps[(n-1)/2]) + float64(gaps[n/2])) / 2
}
