package liability

import (
	"math"

	"github.com/guanxi-go/guanxi/crm/survival"
	"github.com/guanxi-go/guanxi/internal/numeric"
)

// slice is points of one lot that left together, or are still there (censored). They
// were at risk at the ages (entry, exit], and at 0 too where entry is 0.
type slice struct {
	cluster     int
	entry, exit int
	end         ending
	points      int64
	settled     bool // redeemed by settling a debt: no refund undoes that
}

type ending uint8

const (
	open ending = iota // censored
	redeemed
	expired
	withdrawn
	endings
)

// hazards are the rates at which points end at each age in days, each point of the
// slices counting once: the Aalen-Johansen estimator with weights.
type hazards struct {
	slices   []slice
	clusters int
	start    int // the smallest entry
	last     int // the highest age observed
	atRisk   []int64
	ended    [endings][]int64 // by cause; [open] is not used
	rate     [endings][]float64
	total    []float64 // of the rates at an age
}

func newHazards(slices []slice, clusters int) *hazards {
	h := &hazards{slices: slices, clusters: clusters, start: math.MaxInt}
	for _, s := range slices {
		h.last, h.start = max(h.last, s.exit), min(h.start, s.entry)
	}
	n := h.last + 1
	h.atRisk, h.total = make([]int64, n+1), make([]float64, n)
	for k := redeemed; k < endings; k++ {
		h.ended[k], h.rate[k] = make([]int64, n), make([]float64, n)
	}
	for _, s := range slices {
		first := s.entry
		if first > 0 {
			first++
		}
		h.atRisk[first] += s.points
		h.atRisk[s.exit+1] -= s.points
		if s.end != open {
			h.ended[s.end][s.exit] += s.points
		}
	}
	for age := range n {
		if age > 0 {
			h.atRisk[age] += h.atRisk[age-1]
		}
		if h.atRisk[age] == 0 {
			continue
		}
		all := int64(0)
		for k := redeemed; k < endings; k++ {
			h.rate[k][age] = float64(h.ended[k][age]) / float64(h.atRisk[age])
			all += h.ended[k][age]
		}
		h.total[age] = float64(all) / float64(h.atRisk[age])
	}
	h.atRisk = h.atRisk[:n]
	return h
}

// chances returns, for points that are open after each age, with what chance they
// end by a cause within the ages observed, or with open that they do not.
func (h *hazards) chances(cause ending) []float64 {
	v := make([]float64, h.last+1)
	if cause == open {
		v[h.last] = 1
	}
	for age := h.last; age > 0; age-- {
		v[age-1] = (1 - h.total[age]) * v[age]
		if cause != open {
			v[age-1] += h.rate[cause][age]
		}
	}
	return v
}

// project follows points that come under risk at the given ages, entering[age], to
// their ends; entering may be longer than the ages observed, and what comes in later
// stays open. It returns how many of them end by each cause with the standard error:
// the infinitesimal jackknife, the slices of a cluster moving together.
func (h *hazards) project(entering []float64) (value, stdErr [endings]float64) {
	flow := make([]float64, h.last+1) // at risk at each age
	carried := 0.0
	for age := range flow {
		if age < len(entering) {
			carried += entering[age]
		}
		flow[age] = carried
		for k := redeemed; k < endings; k++ {
			value[k] += carried * h.rate[k][age]
		}
		carried *= 1 - h.total[age]
	}
	value[open] = carried
	for age := h.last + 1; age < len(entering); age++ {
		value[open] += entering[age]
	}
	for k := open; k < endings; k++ {
		stdErr[k] = h.jackknife(k, flow)
	}
	return value, stdErr
}

// jackknife sums the influence of each cluster on the number of points that end by a
// cause. One point at risk at age a with rates r_k and total r moves it by
//
//	flow/atRisk · ([it ends by k] - r_k - v·([it ends] - r))
//
// v being the chance to end by k of a point open after a.
func (h *hazards) jackknife(cause ending, flow []float64) float64 {
	v := h.chances(cause)
	unit := make([]float64, len(flow))   // flow/atRisk
	steady := make([]float64, len(flow)) // of being at risk at the ages up to here
	sofar := 0.0
	for age := range flow {
		if h.atRisk[age] > 0 {
			unit[age] = flow[age] / float64(h.atRisk[age])
			own := 0.0
			if cause != open {
				own = h.rate[cause][age]
			}
			sofar -= unit[age] * (own - h.total[age]*v[age])
		}
		steady[age] = sofar
	}
	var squares numeric.Sum
	influence, of := 0.0, -1
	for _, s := range h.slices {
		if s.cluster != of {
			squares.Add(influence * influence)
			influence, of = 0, s.cluster
		}
		move := steady[s.exit]
		if s.entry > 0 {
			move -= steady[s.entry]
		}
		if s.end != open {
			move -= unit[s.exit] * v[s.exit]
			if s.end == cause {
				move += unit[s.exit]
			}
		}
		influence += float64(s.points) * move
	}
	squares.Add(influence * influence)
	return math.Sqrt(squares.Value())
}

// estimate words a share of mass with limits on the log-log scale, which are absent
// where the share is 0 or 1.
func estimate(value, stdErr, mass, level float64) survival.Estimate {
	if mass == 0 {
		return survival.Estimate{}
	}
	p, s := min(value/mass, 1), stdErr/mass
	e := survival.Estimate{Value: p, StdErr: survival.Optional{Value: s, OK: true}}
	if p <= 0 || p >= 1 {
		return e
	}
	logp := math.Log(p)
	w := math.Exp(-numeric.NormalQuantile((1-level)/2) * s / (p * logp))
	e.Lower = survival.Optional{Value: math.Exp(logp / w), OK: true}
	e.Upper = survival.Optional{Value: math.Exp(logp * w), OK: true}
	return e
}
