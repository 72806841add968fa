package survival

import (
	"math"
	"slices"

	"pgregory.net/rapid"
)

// Plain reference implementations: every quantity from its definition, by
// scanning all rows at every time.

// atRiskAt is the definition of the risk set.
func atRiskAt(entry, stop, t int) bool { return (entry < t || entry == 0 && t == 0) && t <= stop }

// naiveSets lists the risk sets in O(n·times).
func naiveSets(obs []Observation[int]) []riskSet {
	var times []int
	for _, o := range obs {
		times = append(times, o.Time)
	}
	slices.Sort(times)
	var sets []riskSet
	for _, t := range slices.Compact(times) {
		set := riskSet{time: float64(t)}
		for _, o := range obs {
			if atRiskAt(o.Entry, o.Time, t) {
				set.atRisk++
			}
			if o.Time == t && o.Event {
				set.events++
			}
			if o.Time == t && !o.Event {
				set.censored++
			}
		}
		sets = append(sets, set)
	}
	return sets
}

// naiveIncidence returns, at each distinct time, the probabilities of all
// states for rows of unequal weight.
func naiveIncidence(obs []CompetingObservation[int], causes int, weight []float64) [][]float64 {
	var times []int
	for _, o := range obs {
		times = append(times, o.Time)
	}
	slices.Sort(times)
	state := make([]float64, causes+1)
	state[0] = 1
	var out [][]float64
	for _, t := range slices.Compact(times) {
		y, d := 0.0, make([]float64, causes+1)
		for row, o := range obs {
			if atRiskAt(o.Entry, o.Time, t) {
				y += weight[row]
			}
			if o.Time == t && o.Cause > 0 {
				d[o.Cause] += weight[row]
				d[0] += weight[row]
			}
		}
		for k := 1; k <= causes; k++ {
			state[k] += state[0] * d[k] / y
		}
		state[0] *= (y - d[0]) / y
		out = append(out, slices.Clone(state))
	}
	return out
}

// naiveJackknife returns the standard errors of the states at each time from
// every row's own influence, carried along by the product rule: O(n·times).
func naiveJackknife(obs []CompetingObservation[int], causes int) [][]float64 {
	var times []int
	for _, o := range obs {
		times = append(times, o.Time)
	}
	slices.Sort(times)
	influence := make([][]float64, len(obs))
	for row := range influence {
		influence[row] = make([]float64, causes+1)
	}
	s := 1.0
	var out [][]float64
	for _, t := range slices.Compact(times) {
		y, d := 0.0, make([]float64, causes+1)
		for _, o := range obs {
			if atRiskAt(o.Entry, o.Time, t) {
				y++
			}
			if o.Time == t && o.Cause > 0 {
				d[o.Cause]++
				d[0]++
			}
		}
		squares := make([]float64, causes+1)
		for row, o := range obs {
			v := influence[row]
			dy := 0.0
			if atRiskAt(o.Entry, o.Time, t) {
				dy = 1
			}
			// The derivative of h_k = d_k/y is (own event - h_k)/y.
			total := 0.0
			for k := 1; k <= causes; k++ {
				own := 0.0
				if o.Time == t && o.Cause == k {
					own = 1
				}
				dh := (own - dy*d[k]/y) / y
				total += dh
				v[k] += v[0]*d[k]/y + s*dh
			}
			v[0] = v[0]*(y-d[0])/y - s*total
			for k := range v {
				squares[k] += v[k] * v[k]
			}
		}
		s *= (y - d[0]) / y
		for k := range squares {
			squares[k] = math.Sqrt(squares[k])
		}
		out = append(out, squares)
	}
	return out
}

// naiveLogRank returns observed, expected and variance in one stratum.
func naiveLogRank(obs []Observation[int], group []int, groups int, rho float64) (o, e []float64, v [][]float64) {
	o, e = make([]float64, groups), make([]float64, groups)
	v = make([][]float64, groups)
	for g := range v {
		v[g] = make([]float64, groups)
	}
	s := 1.0
	for _, set := range naiveSets(obs) {
		w := math.Pow(s, rho)
		y, d := float64(set.atRisk), float64(set.events)
		s *= (y - d) / y
		risk := make([]float64, groups)
		for row, r := range obs {
			if atRiskAt(r.Entry, r.Time, int(set.time)) {
				risk[group[row]]++
			}
			if r.Event && r.Time == int(set.time) {
				o[group[row]] += w
			}
		}
		for g := range risk {
			e[g] += w * d * risk[g] / y
			for h := range risk {
				if y > 1 {
					same := 0.0
					if g == h {
						same = 1
					}
					v[g][h] += w * w * d * (y - d) / (y - 1) * risk[g] / y * (same - risk[h]/y)
				}
			}
		}
	}
	return o, e, v
}

// drawObservations draws rows with many ties, some of them left-truncated.
func drawObservations(t *rapid.T, least, most, days int) []Observation[int] {
	truncated := rapid.Bool().Draw(t, "truncated")
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Observation[int] {
		o := Observation[int]{Time: rapid.IntRange(0, days).Draw(t, "time"), Event: rapid.Bool().Draw(t, "event")}
		if truncated && o.Time > 0 {
			o.Entry = rapid.IntRange(0, o.Time-1).Draw(t, "entry")
		}
		return o
	}), least, most).Draw(t, "obs")
}

func drawCompeting(t *rapid.T, causes, most, days int) []CompetingObservation[int] {
	var out []CompetingObservation[int]
	for _, o := range drawObservations(t, 1, most, days) {
		c := CompetingObservation[int]{Entry: o.Entry, Time: o.Time}
		if o.Event {
			c.Cause = rapid.IntRange(1, causes).Draw(t, "cause")
		}
		out = append(out, c)
	}
	return out
}
