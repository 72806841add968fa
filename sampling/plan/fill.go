package plan

import (
	"cmp"
	"math"
	"slices"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// fill returns the real shares x that minimise the sum of cost·a²/x within the
// bounds, where the sum of cost·x is n: x = a/divisor, cut to the bounds. What strata
// with a = 0 have to take in the end is divided in proportion to their room. A nil
// cost stands for ones.
func fill(a, cost []float64, b bounds, n float64) []float64 {
	out := make([]float64, len(a))
	left := n
	room, most := 0.0, 0.0 // of strata without a measure; of the others
	for i, x := range a {
		if x > 0 {
			most += at(cost, i) * float64(b.high[i])
			continue
		}
		out[i] = float64(b.low[i])
		left -= at(cost, i) * out[i]
		room += at(cost, i) * float64(b.high[i]-b.low[i])
	}
	if left >= most {
		for i, x := range a {
			if x > 0 {
				out[i] = float64(b.high[i])
			} else if room > 0 {
				out[i] += (left - most) * (float64(b.high[i]-b.low[i]) / room)
			}
		}
		return out
	}
	divisor := divide(a, cost, b, left)
	for i, x := range a {
		if x > 0 {
			out[i] = max(float64(b.low[i]), min(float64(b.high[i]), x/divisor))
		}
	}
	return out
}

// divide returns the divisor d for which the shares a/d, cut to the bounds, cost
// n over the strata with a > 0. That sum falls in d and changes its slope where a
// stratum meets a bound, so the bounds are passed in order from d = infinity down.
func divide(a, cost []float64, b bounds, n float64) float64 {
	type event struct {
		at    float64 // the divisor at which the stratum meets the bound
		i     int
		upper bool
	}
	events := make([]event, 0, 2*len(a))
	var fixed, free numeric.Sum // units of the strata at a bound; measures of the rest
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
		}
		events = append(events, event{x / float64(b.high[i]), i, true})
	}
	slices.SortFunc(events, func(p, q event) int {
		return cmp.Or(cmp.Compare(q.at, p.at), cmp.Compare(p.i, q.i))
	})
	count := 0 // free strata
	for i, x := range a {
		if x > 0 && b.low[i] == 0 && b.high[i] > 0 {
			count++
		}
	}
	for _, e := range events {
		if count > 0 && fixed.Value()+free.Value()/e.at >= n {
			break
		}
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
	if rest := n - fixed.Value(); rest > 0 && free.Value() > 0 && count > 0 {
		return free.Value() / rest
	}
	return math.Inf(1) // n is the sum of the lower bounds
}
