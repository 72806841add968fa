package estimate_test

import (
	"math"
	"math/bits"
	"strconv"
	"testing"

	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/stretchr/testify/require"
)

// What a design promises is held over all samples that it can draw, from populations of a
// few rows: the total and the estimate of its variance are right on average.

// A node is a unit of the population: a row with a value, or units below of which some are
// drawn.
type node struct {
	y     float64
	below []node
	take  int       // of the units below, at random
	p     []float64 // or each of them by itself, with these probabilities
}

func (n node) total() float64 {
	sum := n.y
	for _, b := range n.below {
		sum += b.total()
	}
	return sum
}

// leaves are rows of a population with these values.
func leaves(take int, y ...float64) node {
	n := node{take: take}
	for _, v := range y {
		n.below = append(n.below, node{y: v})
	}
	return n
}

// A line is a drawn row: its units from the first stage on, and by stage how many units it
// was drawn among and the probability.
type line struct {
	y          float64
	unit       []string
	population []float64
	p          []float64
}

// A possible is a sample with its probability.
type possible struct {
	lines []line
	p     float64
}

// draws returns all samples of a unit.
func (n node) draws(above line) []possible {
	if len(n.below) == 0 {
		above.y = n.y
		return []possible{{[]line{above}, 1}}
	}
	var all []possible
	size := len(n.below)
	for set := range 1 << size {
		p, each := 1.0, func(int) float64 { return float64(n.take) / float64(size) }
		if n.p == nil {
			if bits.OnesCount(uint(set)) != n.take {
				continue
			}
			p = 1 / choose(size, n.take)
		} else {
			each = func(k int) float64 { return n.p[k] }
		}
		some := []possible{{nil, p}}
		for k, b := range n.below {
			if n.p != nil {
				q := n.p[k]
				if set>>k&1 == 0 {
					q = 1 - q
				}
				for i := range some {
					some[i].p *= q
				}
			}
			if set>>k&1 == 0 {
				continue
			}
			var next []possible
			for _, s := range some {
				for _, more := range b.draws(line{
					unit:       append(append([]string(nil), above.unit...), strconv.Itoa(k)),
					population: append(append([]float64(nil), above.population...), float64(size)),
					p:          append(append([]float64(nil), above.p...), each(k)),
				}) {
					next = append(next, possible{append(append([]line(nil), s.lines...), more.lines...), s.p * more.p})
				}
			}
			some = next
		}
		all = append(all, some...)
	}
	return all
}

func choose(n, k int) float64 {
	return math.Round(math.Gamma(float64(n+1)) / math.Gamma(float64(k+1)) / math.Gamma(float64(n-k+1)))
}

// stagesOf returns the columns of a sample, by populations.
func stagesOf(lines []line) []estimate.Stage {
	var stages []estimate.Stage
	for s := range lines[0].unit {
		var labels []string
		var population []float64
		for _, l := range lines {
			labels, population = append(labels, l.unit[s]), append(population, l.population[s])
		}
		stages = append(stages, estimate.Stage{Clusters: estimate.Labels(labels), Population: population})
	}
	return stages
}

func TestVarianceIsRightOnAverage(t *testing.T) {
	for name, population := range map[string]node{
		"rows": leaves(3, 1, 4, -2, 8, 5.5, 0),
		"two stages": {take: 2, below: []node{
			leaves(2, 3, 1, 4), leaves(2, 1, 5), leaves(3, 9, 2, 6, 5), leaves(2, 3, 5, 8, 9),
		}},
		"three stages": {take: 2, below: []node{
			{take: 2, below: []node{leaves(2, 1, 2, 6), leaves(2, 7, 3), leaves(2, 0, 9, 1)}},
			{take: 2, below: []node{leaves(2, 4, 4, 5), leaves(2, 12, 3, 8)}},
			{take: 2, below: []node{leaves(2, 2, 7, 1), leaves(2, 5, 5, 11)}},
		}},
		"three stages, all of the second": {take: 2, below: []node{
			{take: 2, below: []node{leaves(2, 1, 2, 6), leaves(2, 7, 3, 10)}},
			{take: 2, below: []node{leaves(2, 4, 4, 5), leaves(2, 12, 3, 8)}},
			{take: 2, below: []node{leaves(2, 2, 7, 1), leaves(2, 5, 5, 11)}},
		}},
		"three stages, all of the first": {take: 2, below: []node{
			{take: 2, below: []node{leaves(2, 1, 2, 6), leaves(2, 7, 3, 10), leaves(2, 3, 0)}},
			{take: 2, below: []node{leaves(2, 4, 4, 5), leaves(2, 12, 3, 8), leaves(2, 1, 9)}},
		}},
	} {
		mass, mean, square, variance := 0.0, 0.0, 0.0, 0.0
		for _, s := range population.draws(line{}) {
			var y []float64
			for _, l := range s.lines {
				y = append(y, l.y)
			}
			d, err := estimate.NewDesign(nil, stagesOf(s.lines), estimate.Options{})
			require.NoError(t, err, name)
			e, err := d.Total(y)
			require.NoError(t, err, name)
			mass += s.p
			mean += s.p * e.Value
			square += s.p * (e.Value - population.total()) * (e.Value - population.total())
			variance += s.p * e.SE * e.SE
		}
		require.InDelta(t, 1, mass, 1e-12, name)
		require.InEpsilon(t, population.total(), mean, 1e-12, name)
		require.InEpsilon(t, square, variance, 1e-12, name)
	}
}
