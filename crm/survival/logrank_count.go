package survival

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// groupedRows are observations as columns of small integers.
type groupedRows struct {
	axis
	event   []bool
	group   []int
	stratum []int
}

func groupRows[T Time](obs []Observation[T], group, stratum []int) groupedRows {
	r := groupedRows{event: make([]bool, len(obs)), group: group, stratum: stratum}
	r.axis = newAxis(
		column(len(obs), func(row int) T { return obs[row].Entry }),
		column(len(obs), func(row int) T { return obs[row].Time }))
	for row := range obs {
		r.event[row] = obs[row].Event
	}
	return r
}

// count walks through the strata one after the other, each in ascending time:
// O(n + times·groups²).
func (lr *logRank) count(r groupedRows) {
	rows := make([]int, len(r.stop))
	for row := range rows {
		rows[row] = row
		lr.groups[r.group[row]].Rows++
		lr.strata[r.stratum[row]].Rows++
	}
	leaving := ordered(ordered(rows, r.stop, len(r.time)), r.stratum, len(lr.strata))
	entering := ordered(ordered(rows, r.start, len(r.time)), r.stratum, len(lr.strata))
	for s := range lr.strata {
		n := lr.strata[s].Rows
		lr.countStratum(r, &lr.strata[s], entering[:n], leaving[:n])
		entering, leaving = entering[n:], leaving[n:]
	}
}

// countStratum takes the rows of one stratum by start and by stop.
func (lr *logRank) countStratum(r groupedRows, s *LogRankStratum, entering, leaving []int) {
	observed := make([]numeric.Sum, len(lr.groups))
	expected := make([]numeric.Sum, len(lr.groups))
	atRisk := make([]int, len(lr.groups))
	events := make([]int, len(lr.groups))
	total := 0
	curve := productLimit{survival: 1}
	for len(leaving) > 0 {
		now := r.stop[leaving[0]]
		for len(entering) > 0 && r.start[entering[0]] <= now {
			atRisk[r.group[entering[0]]]++
			total++
			entering = entering[1:]
		}
		n, deaths := 0, 0
		for n < len(leaving) && r.stop[leaving[n]] == now {
			if row := leaving[n]; r.event[row] {
				events[r.group[row]]++
				deaths++
			}
			n++
		}
		// The weight is the curve just before now.
		weight := math.Pow(curve.survival, lr.rho)
		curve.after(riskSet{atRisk: total, events: deaths})
		if deaths > 0 {
			for g, y := range atRisk {
				observed[g].Add(weight * float64(events[g]))
				expected[g].Add(weight * float64(deaths) * float64(y) / float64(total))
			}
			lr.addVariance(weight*weight, deaths, total, atRisk)
		}
		for _, row := range leaving[:n] {
			atRisk[r.group[row]]--
			events[r.group[row]] = 0
		}
		total -= n
		leaving = leaving[n:]
	}
	for g := range lr.groups {
		s.Observed[g], s.Expected[g] = observed[g].Value(), expected[g].Value()
	}
}

// negligible is the squared weight below which an event compares nothing: with
// a large rho it would only underflow.
const negligible = 1e-150

// addVariance adds the hypergeometric covariance of the events by group, and
// notes which groups were compared.
func (lr *logRank) addVariance(weight float64, deaths, total int, atRisk []int) {
	if deaths == total || weight < negligible {
		return // if all have the event, there was no choice whose it was
	}
	y := float64(total)
	c := weight * float64(deaths) * float64(total-deaths) / (y * y * (y - 1))
	first := -1
	for g, yg := range atRisk {
		if yg == 0 {
			continue
		}
		if first < 0 {
			first = g
		}
		lr.link(first, g)
		lr.variance[g][g] += c * float64(yg) * float64(total-yg)
		for h, yh := range atRisk[:g] {
			lr.variance[g][h] -= c * float64(yg) * float64(yh)
			lr.variance[h][g] = lr.variance[g][h]
		}
	}
}
