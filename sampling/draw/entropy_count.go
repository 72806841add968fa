package draw

import "math"

// A count is the distribution of the number of successes of independent trials with
// odds of their own (Poisson binomial distribution), as far around its
// mean that what lies outside is below 1e-18.
//
// Beside the probabilities it can carry, in moment, the sums of P(s)·Σ_{k∈s} value_k
// over the sets s of each size, as the derivative of the generating function.
type count struct {
	low    int       // number of successes that prob[0] belongs to
	prob   []float64 // by number of successes
	moment []float64 // nil or of the same length
}

// trial is one trial with probabilities success p and failure q = 1-p, each with its
// full relative accuracy, and value, which moments add up.
type trial struct{ p, q, value float64 }

// newCount convolves the trials, as far as is needed to know n successes of them, or of
// all but one or two. All terms are positive, so nothing cancels.
func newCount(trials []trial, n int, moments bool) *count {
	variance, mean := 0.0, 0.0
	upward := true // all divisions go up, and only as far as n
	for _, t := range trials {
		mean += t.p
		variance += float64(t.p * t.q)
		upward = upward && t.p <= t.q
	}
	// Bernstein's bound: P(|count-mean| > r) < 2 exp(-r²/(2·variance+2r/3)), at any stage.
	reach := int(16 + math.Sqrt(196+84*variance))
	low, high := max(0, int(mean)-reach), min(len(trials), int(mean)+reach+1)
	if upward {
		high = max(low, min(high, n))
	}
	f := make([]float64, high+1)
	var g []float64
	if moments {
		g = make([]float64, high+1)
	}
	f[0] = 1
	from, to, m := 0, 0, 0.0
	for i, t := range trials {
		m += t.p
		if to < min(i+1, high) && to < int(m)+reach+1 {
			to++
		}
		for start := int(m) - reach; from < start; from++ {
			f[from] = 0
			if moments {
				g[from] = 0
			}
		}
		if moments {
			pv := t.p * t.value
			for j := to; j > from; j-- {
				g[j] = float64(t.q*g[j]) + float64(t.p*g[j-1]) + float64(pv*f[j-1])
			}
			g[from] *= t.q
		}
		for j := to; j > from; j-- {
			f[j] = float64(t.q*f[j]) + float64(t.p*f[j-1])
		}
		f[from] *= t.q
	}
	c := &count{low: low, prob: f[low:]}
	if moments {
		c.moment = g[low:]
	}
	return c
}

// at returns the probability of n successes.
func (c *count) at(n int) float64 { return within(c.prob, n-c.low) }

// momentAt returns the moment at n successes.
func (c *count) momentAt(n int) float64 { return within(c.moment, n-c.low) }

func within(list []float64, i int) float64 {
	if i < 0 || i >= len(list) {
		return 0
	}
	return list[i]
}

// without takes one trial out again, into the slices of into. The division of the
// generating function goes up where success is the less probable and down where
// failure is: so errors shrink at each step by the odds and do not grow.
func (c *count) without(t trial, into *count) *count {
	if cap(into.prob) < len(c.prob) {
		into.prob = make([]float64, len(c.prob))
	}
	into.low, into.prob = c.low, into.prob[:len(c.prob)]
	if c.moment != nil {
		if cap(into.moment) < len(c.moment) {
			into.moment = make([]float64, len(c.moment))
		}
		into.moment = into.moment[:len(c.moment)]
		c.withoutMoments(t, into)
		return into
	}
	f := 0.0
	if t.p <= t.q {
		inverse, odds := 1/t.q, t.p/t.q
		for j, v := range c.prob {
			f = float64(v*inverse) - float64(odds*f)
			into.prob[j] = f
		}
		return into
	}
	inverse, odds := 1/t.p, t.q/t.p
	for j := len(c.prob) - 1; j >= 0; j-- {
		into.prob[j] = f // of one success more
		f = float64(c.prob[j]*inverse) - float64(odds*f)
	}
	return into
}

func (c *count) withoutMoments(t trial, into *count) {
	f, g := 0.0, 0.0
	if t.p <= t.q {
		inverse, odds := 1/t.q, t.p/t.q
		for j, v := range c.prob {
			g = float64(c.moment[j]*inverse) - float64(odds*(g+float64(t.value*f)))
			f = float64(v*inverse) - float64(odds*f)
			into.prob[j], into.moment[j] = f, g
		}
		return
	}
	inverse, odds := 1/t.p, t.q/t.p
	for j := len(c.prob) - 1; j >= 0; j-- {
		into.prob[j], into.moment[j] = f, g // of one success more
		f = float64(c.prob[j]*inverse) - float64(odds*f)
		g = float64(c.moment[j]*inverse) - float64(odds*g) - float64(t.value*f)
	}
}
