package draw

import (
	"math"
	"slices"

	"github.com/guanxi-go/guanxi/internal/numeric"
	"gonum.org/v1/gonum/mat"
)

// working is conditional Poisson sampling of n units: the Poisson design with
// probabilities p, given that n units come, has the wanted inclusion probabilities.
// It is the design of maximum entropy with these (Hájek 1981, Sampling from a Finite
// Population, 3; Chen, Dempster and Liu 1994).
type working struct {
	odds     []float64 // w = p/(1-p)
	p        []float64 // they add up to n
	n        int
	variance float64 // Σp(1-p)
}

// workingOdds finds the odds of the working Poisson design, for wanted probabilities
// strictly between 0 and 1 that add up to n.
//
// The inclusion probability of k is p_k·Q(n-1)/P(n) and its complement
// (1-p_k)·Q(n)/P(n), where P is the distribution of the number of units in the
// Poisson design and Q that without k. So its odds are w_k·Q(n-1)/Q(n), all of them
// together are known in O(N) evaluations of Q, and Newton's step in the logs is
// taken with the matrix diag(c) - cc'/Σc for the covariances, whose diagonal is
// right (Deville and Tillé 2005). Where that stops helping, with few units that are
// really open, the covariances themselves are taken, and beyond maxNewton units w_k
// is multiplied by wanted/had, which always converges (Chen, Dempster and Liu 1994,
// theorem 2).
func workingOdds(want []float64, n int) (*working, error) {
	size := len(want)
	w := &working{odds: make([]float64, size), p: make([]float64, size), n: n}
	logit := make([]float64, size)
	for i, x := range want {
		w.odds[i] = x / (1 - x)
		logit[i] = math.Log(w.odds[i])
	}
	if size == 0 {
		return w, nil
	}
	gain := newtonGain(want)
	trials := make([]trial, size)
	off := make([]float64, size) // logit wanted - logit had
	best, bestOdds := math.Inf(1), make([]float64, size)
	var scratch count
	slow := 0 // rounds that did not help
	for range 500 {
		w.center(trials)
		c := newCount(trials, n, false)
		worst := 0.0
		for i, t := range trials {
			q := c.without(t, &scratch)
			had := w.odds[i] * q.at(n-1) / q.at(n)
			switch off[i] = logit[i] - math.Log(max(0, had)); {
			case math.IsNaN(off[i]): // far out, beyond what c holds
				off[i] = 0
			case math.Abs(off[i]) > 700:
				off[i] = math.Copysign(1, off[i])
			}
			worst = max(worst, math.Abs(off[i]))
		}
		if worst > best/2 {
			slow++
		}
		if worst < best {
			best = worst
			copy(bestOdds, w.odds)
		}
		if best < 4e-16 || slow > 1 && worst > best/2 && best < 1e-12 {
			break
		}
		switch {
		case slow == 0:
			for i := range off {
				off[i] *= gain[i]
			}
		case size > maxNewton || slow > 100:
			for i := range off {
				off[i] = logRatio(want[i], off[i])
			}
		default:
			w.newton(want, trials, c, off)
		}
		for i := range w.odds {
			w.odds[i] *= math.Exp(off[i])
		}
	}
	if !(best < 1e-9) {
		return nil, &Error{Field: "probabilities", Row: -1, Reason: "have no working probabilities that rounding lets us find", Err: ErrNotConverged}
	}
	w.odds = slices.Clone(bestOdds)
	for range 4 {
		w.center(trials)
	}
	for i, t := range trials {
		w.p[i] = t.p
		w.variance += t.p * t.q
	}
	return w, nil
}

// maxNewton is the largest number of units for which a dense matrix of covariances
// is solved.
const maxNewton = 300

// logRatio returns log(wanted/had) of a probability out of that of its odds.
func logRatio(want, off float64) float64 { return off + math.Log1p(want*math.Expm1(-off)) }

// newton replaces off by Newton's step for log w: the covariances of the present
// design times the step are wanted - had. Rows and columns are divided by standard
// deviations; the direction that multiplies all w alike is filled up, for it has no
// variance.
func (w *working) newton(want []float64, trials []trial, c *count, off []float64) {
	size := len(want)
	had, sd := make([]float64, size), make([]float64, size)
	for i, o := range off {
		had[i] = want[i] * math.Exp(-logRatio(want[i], o))
		odds := want[i] / (1 - want[i]) * math.Exp(-o)
		sd[i] = math.Sqrt(odds) / (1 + odds)
	}
	total := 0.0
	for _, x := range sd {
		total += x * x
	}
	a := mat.NewSymDense(size, nil)
	var one, two count
	for i := range size {
		a.SetSym(i, i, 1+sd[i]*sd[i]/total)
		q := c.without(trials[i], &one)
		for j := i + 1; j < size; j++ {
			both := trials[i].p * trials[j].p * q.without(trials[j], &two).at(w.n-2) / c.at(w.n)
			a.SetSym(i, j, (both-had[i]*had[j])/(sd[i]*sd[j])+sd[i]*sd[j]/total)
		}
	}
	right := mat.NewVecDense(size, nil)
	for i := range right.Len() {
		right.SetVec(i, (want[i]-had[i])/sd[i])
	}
	var chol mat.Cholesky
	step := mat.NewVecDense(size, nil)
	if !chol.Factorize(a) || chol.SolveVecTo(step, right) != nil {
		for i := range off {
			off[i] = logRatio(want[i], off[i])
		}
		return
	}
	for i := range off {
		off[i] = max(-2, min(2, step.AtVec(i)/sd[i]))
	}
}

// center multiplies the odds by the constant that makes the working probabilities
// add up to n, to first order, and writes down the trials.
func (w *working) center(trials []trial) {
	var sum, variance numeric.Sum
	for _, x := range w.odds {
		sum.Add(x / (1 + x))
		variance.Add(x / (1 + x) / (1 + x))
	}
	factor := math.Exp(max(-1, min(1, (float64(w.n)-sum.Value())/variance.Value())))
	for i, x := range w.odds {
		x *= factor
		w.odds[i] = x
		trials[i] = trial{p: x / (1 + x), q: 1 / (1 + x)}
	}
}

// newtonGain returns p(1-p)/c, where c(1-c/Σc) = p(1-p).
func newtonGain(p []float64) []float64 {
	gain := make([]float64, len(p))
	for i, c := range fixedPoint(p) {
		gain[i] = p[i] * (1 - p[i]) / c
	}
	return gain
}

// fixedPoint solves c_k(1-c_k/Σc) = p_k(1-p_k) by iteration (Deville and Tillé 2005,
// Journal of Statistical Planning and Inference 128:569-591). A solution exists where
// no unit has more than half of the variance, as in a design of fixed size.
func fixedPoint(p []float64) []float64 {
	v, c := make([]float64, len(p)), make([]float64, len(p))
	var sum numeric.Sum
	for i, x := range p {
		v[i] = x * (1 - x)
		c[i] = v[i] * float64(len(p)) / max(1, float64(len(p)-1))
		sum.Add(c[i])
	}
	total := sum.Value()
	for range 200 {
		var next numeric.Sum
		change := 0.0
		for i := range c {
			x := v[i] + c[i]*(c[i]/total)
			change = max(change, math.Abs(x-c[i])/x)
			c[i] = x
			next.Add(x)
		}
		total = next.Value()
		if change < 1e-15 {
			break
		}
	}
	return c
}

// logSum returns log Σ_s Π_{k∈s} w_k over the sets of n units.
func (w *working) logSum() float64 {
	trials := make([]trial, len(w.p))
	var sum numeric.Sum
	for i, x := range w.odds {
		trials[i] = trial{p: x / (1 + x), q: 1 / (1 + x)}
		sum.Add(math.Log1p(x))
	}
	sum.Add(math.Log(newCount(trials, w.n, false).at(w.n)))
	return sum.Value()
}

// WorkingProbabilities returns, by row, the probabilities of the Poisson design that
// is conditional Poisson sampling once its size is n: strictly between 0 and 1 where
// the inclusion probabilities are, 0 and 1 where they are, and adding up to n. Their
// odds p/(1-p), up to a common factor, give each sample its probability.
//
// Errors: ErrInvalid for any design but DesignConditionalPoisson.
func (u *Unequal) WorkingProbabilities() ([]float64, error) {
	if u.design != DesignConditionalPoisson {
		return nil, invalid("design", "has no working probabilities")
	}
	list := slices.Clone(u.p.all)
	for i, p := range u.working.p {
		list[u.p.row(i)] = p
	}
	return list, nil
}

// Entropy returns the entropy -Σ P(s) log P(s) over all samples s, in natural
// logarithms, of DesignConditionalPoisson, the largest that a design of fixed size
// with these probabilities can have, and of DesignPoisson, the largest at all.
//
// Errors: ErrInvalid for any other design.
func (u *Unequal) Entropy() (float64, error) {
	var sum numeric.Sum
	switch u.design {
	case DesignPoisson:
		for _, p := range u.p.p {
			sum.Add(-p * math.Log(p))
			sum.Add(-(1 - p) * math.Log1p(-p))
		}
	case DesignConditionalPoisson:
		if len(u.p.p) == 0 {
			return 0, nil
		}
		sum.Add(u.working.logSum())
		for i, p := range u.p.p {
			sum.Add(-p * math.Log(u.working.odds[i]))
		}
	default:
		return 0, invalid("design", "has no entropy in closed form")
	}
	return sum.Value(), nil
}
