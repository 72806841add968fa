package cluster

import (
	"math"
	"math/rand/v2"
)

// A seed serves several purposes without two of them ever drawing the same
// numbers: each has streams of its own.
const (
	drawStart = iota
	drawSample
	drawSilhouette
)

func stream(seed uint64, purpose, index int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(purpose)<<48|uint64(index)))
}

// seed places the k centers by k-means++ (Arthur and Vassilvitskii 2007): the
// first on a row drawn at random, each further one on a row drawn with a
// probability proportional to its squared distance from the centers so far. It
// reports false where every row lies on a center before k are placed.
func (l *lloyd) seed(rng *rand.Rand) bool {
	for i := range l.near {
		l.near[i] = math.Inf(1)
	}
	at := l.draw(rng, l.chunkRows(), func(i int) float64 { return l.p.weight[i] })
	mass := make([]float64, len(l.changes))
	for c := range l.k {
		if c > 0 {
			l.eachChunk(func(chunk int) { mass[chunk] = l.approach(chunk, l.center(c-1)) })
			at = l.draw(rng, mass, func(i int) float64 { return l.p.weight[i] * l.near[i] })
		}
		if at < 0 {
			return false
		}
		copy(l.center(c), l.p.at(at))
	}
	return true
}

func (l *lloyd) chunkRows() []float64 {
	rows := make([]float64, len(l.changes))
	for c := range rows {
		for i, hi := l.chunk(c); i < hi; i++ {
			rows[c] += l.p.weight[i]
		}
	}
	return rows
}

// approach takes a new center into account for the points of a chunk: near is
// their squared distance to the nearest center. It returns the weight that the
// chunk has in the next draw.
func (l *lloyd) approach(chunk int, center []float64) float64 {
	lo, hi := l.chunk(chunk)
	near, weight, z := l.near[lo:hi], l.p.weight[lo:hi], l.p.z[lo*l.p.dims:]
	total := 0.0
	for i, n := range near {
		n = min(n, distance2(z[:len(center)], center))
		z = z[len(center):]
		near[i] = n
		total += float64(weight[i] * n)
	}
	return total
}

// draw picks a point with probability proportional to weight(i), of which mass
// holds the sums per chunk; -1 where all are 0.
func (l *lloyd) draw(rng *rand.Rand, mass []float64, weight func(int) float64) int {
	total := 0.0
	for _, m := range mass {
		total += m
	}
	if !(total > 0) {
		return -1
	}
	target := rng.Float64() * total
	last := -1
	for c, m := range mass {
		if m == 0 {
			continue
		}
		if target >= m {
			target -= m
			last = c
			continue
		}
		return l.drawIn(c, target, weight)
	}
	return l.drawIn(last, math.Inf(1), weight) // the subtractions rounded past the end
}

// drawIn picks the point of the chunk at which the running weight passes target,
// or the last with any weight.
func (l *lloyd) drawIn(chunk int, target float64, weight func(int) float64) int {
	last := -1
	for i, hi := l.chunk(chunk); i < hi; i++ {
		w := weight(i)
		if w == 0 {
			continue
		}
		if last = i; target < w {
			break
		}
		target -= w
	}
	return last
}
