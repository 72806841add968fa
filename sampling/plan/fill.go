package plan

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// fill returns the real shares x that minimise the sum of cost·a²/x within the
// bounds, where the sum of cost·x is n: x = a/divisor, cut to the bounds. What strata
// with a = 0 have to take in the end is divided in proportion to their room. A nil
// cost stands for ones.
func fill(a, cost []float64, b bounds, n float64) []float64 {
	return newFiller(a, cost, b).shares(n)
}

// filler is fill for many n. The cost of the shares a/d, cut to the bounds, falls in
// d and changes its slope where a stratum meets a bound; these divisors are sorted
// once, from infinity down.
type filler struct {
	a, cost []float64
	b       bounds
	least   float64 // cost of the lower bounds of the strata with a = 0
	room    float64 // what these cost above their lower bounds
	most    float64 // cost of the upper bounds of the others
	steps   []step
}

// step is the stretch of divisors above one at which a stratum meets a bound.
type step struct {
	at    float64
	fixed float64 // cost of the strata at a bound
	free  float64 // sum of cost·a of the rest
	count int     // of the rest
}

// reaches is what the shares at the lower end of the stretch cost.
func (s step) reaches() float64 { return s.fixed + s.free/s.at }

func newFiller(a, cost []float64, b bounds) *filler {
	f := &filler{a: a, cost: cost, b: b}
	for i, x := range a {
		if x > 0 {
			f.most += at(cost, i) * float64(b.high[i])
			continue
		}
		f.least += at(cost, i) * float64(b.low[i])
		f.room += at(cost, i) * float64(b.high[i]-b.low[i])
	}
	f.sort()
	return f
}

// sort passes the bounds in order.
func (f *filler) sort() {
	type event struct {
		at    float64 // the divisor at which the stratum meets the bound
		i     int
		upper bool
	}
	a, b, cost := f.a, f.b, f.cost
	events := make([]event, 0, 2*len(a))
	var fixed, free numeric.Sum
	count := 0
	for i, x := range a {
		if x <= 0 {
			continue
		}
		fixed.Add(at(cost, i) * float64(b.low[i]))
		if b.low[i] == b.high[i] {
			continue
		}
		if b.low[i] > 0 {
			events = append(events, event{x / float64(b.low[i]), i, false})
		} else {
			free.Add(at(cost, i) * x) // leaves its bound at once
			count++
		}
		events = append(events, event{x / float64(b.high[i]), i, true})
	}
	slices.SortFunc(events, func(p, q event) int {
		return cmp.Or(cmp.Compare(q.at, p.at), cmp.Compare(p.i, q.i))
	})
	f.steps = make([]step, 0, len(events)+1)
	for _, e := range events {
		f.steps = append(f.steps, step{e.at, fixed.Value(), free.Value(), count})
		if e.upper {
			free.Add(-at(cost, e.i) * a[e.i])
			fixed.Add(at(cost, e.i) * float64(b.high[e.i]))
			count--
		} else {
			free.Add(at(cost, e.i) * a[e.i])
			fixed.Add(-at(cost, e.i) * float64(b.low[e.i]))
			count++
		}
	}
	f.steps = append(f.steps, step{0, fixed.Value(), free.Value(), count})
}

func (f *filler) shares(n float64) []float64 {
	out := make([]float64, len(f.a))
	left := n - f.least
	if left >= f.most {
		for i, x := range f.a {
			low, high := float64(f.b.low[i]), float64(f.b.high[i])
			switch {
			case x > 0:
				out[i] = high
			case f.room > 0:
				out[i] = low + (left-f.most)*((high-low)/f.room)
			default:
				out[i] = low
			}
		}
		return out
	}
	divisor := f.divisor(left)
	for i, x := range f.a {
		out[i] = float64(f.b.low[i])
		if x > 0 {
			out[i] = max(out[i], min(float64(f.b.high[i]), x/divisor))
		}
	}
	return out
}

// divisor returns the d for which the shares a/d, cut to the bounds, cost n over the
// strata with a > 0.
func (f *filler) divisor(n float64) float64 {
	last := len(f.steps) - 1
	i := sort.Search(last, func(i int) bool { return f.steps[i].reaches() >= n })
	for i < last && f.steps[i].count == 0 {
		i++ // every stratum is at a bound here: the next one leaves it
	}
	s := f.steps[i]
	if rest := n - s.fixed; rest > 0 && s.free > 0 && s.count > 0 {
		return s.free / rest
	}
	return math.Inf(1) // n is the sum of the lower bounds
}
