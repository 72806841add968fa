package cluster

import "math"

// The kernel of Lloyd's algorithm: for every point the nearest center, without
// looking at the points for which the answer cannot have changed.
//
// For each point one number is kept: by how much the second nearest center was
// farther than the nearest when both were last measured. When the centers move,
// the nearest comes no farther than its own move and any other no nearer than
// the largest move among the others, so as long as the two together have not
// used up that gap, the point stays where it is. This is the bound of Hamerly
// (2010), "Making k-means even faster", with its upper and lower bound folded
// into their difference; the moves are summed per center, so a point that stays
// is read and never written.
//
// The answer is that of plain Lloyd, to the bit: a point is skipped only if the
// gap left is larger than any rounding error can be (slack), and measured points
// go to the first of the nearest centers in ascending order.

// chunkSize points are one unit of work. Sums are taken per chunk and merged in
// chunk order, so the number of workers does not change a result.
const chunkSize = 8192

func (l *lloyd) chunk(c int) (lo, hi int) {
	return c * chunkSize, min((c+1)*chunkSize, l.p.len())
}

// nearest2 returns the center nearest to x, the first of several, and
// its squared distance and that of the second nearest (+Inf where there is
// one center). Squares are not negative, so their bits are ordered as they are,
// and the minima of integers compile to moves instead of jumps that the
// processor cannot predict.
func nearest2(x, centers []float64) (best int, first, second float64) {
	if len(x) == 3 {
		return nearest2of3(x, centers)
	}
	f, s := inf, inf
	for c := 0; len(centers) >= len(x); c++ {
		d := math.Float64bits(distance2(x, centers[:len(x)]))
		s = min(s, max(f, d))
		if d < f {
			best = c
		}
		f = min(f, d)
		centers = centers[len(x):]
	}
	return best, math.Float64frombits(f), math.Float64frombits(s)
}

// nearest2of3 is nearest2 for three features, the most common number (recency,
// frequency, value), in half the time.
func nearest2of3(x, centers []float64) (best int, first, second float64) {
	f, s := inf, inf
	x0, x1, x2 := x[0], x[1], x[2]
	for c := 0; len(centers) >= 3; c++ {
		e0, e1, e2 := x0-centers[0], x1-centers[1], x2-centers[2]
		d := math.Float64bits(float64(e0*e0) + float64(e1*e1) + float64(e2*e2))
		s = min(s, max(f, d))
		if d < f {
			best = c
		}
		f = min(f, d)
		centers = centers[3:]
	}
	return best, math.Float64frombits(f), math.Float64frombits(s)
}

const inf = uint64(0x7ff0_0000_0000_0000) // the bits of +Inf

// distance2 returns the squared Euclidean distance of x and y. The conversions,
// here and above, keep compilers from fusing the multiplication with the
// addition, which would make the result depend on the architecture.
func distance2(x, y []float64) float64 {
	d := 0.0
	for j, v := range x {
		e := v - y[j]
		d += float64(e * e)
	}
	return d
}

// reassign measures the points of chunk c whose gap is used up, moves those that
// have another nearest center, and returns how many moved.
func (l *lloyd) reassign(c int) int {
	lo, hi := l.chunk(c)
	var open [blockSize]int32
	moved := 0
	for ; lo < hi; lo += blockSize {
		end := min(lo+blockSize, hi)
		for _, i := range l.usedUp(open[:], lo, end) {
			moved += l.measure(c, int(i))
		}
	}
	return moved
}

// blockSize points are sifted before the first of them is measured, so that the
// sifting runs without mispredicted jumps.
const blockSize = 512

// usedUp writes to open the points from lo to hi whose gap is used up.
func (l *lloyd) usedUp(open []int32, lo, hi int) []int32 {
	n := 0
	label, gap, spent := l.label[lo:hi], l.gap[lo:hi], l.spent
	for i, a := range label {
		open[n] = int32(lo + i)
		if gap[i] <= spent[a] {
			n++
		}
	}
	return open[:n]
}

// measure finds the nearest center of point i afresh and reports 1 if it is
// another than before.
func (l *lloyd) measure(chunk, i int) int {
	a := int(l.label[i])
	at, first, second := nearest2(l.p.at(i), l.sorted)
	b := l.order[at]
	l.gap[i] = math.Sqrt(second) - math.Sqrt(first) + l.drift[b]
	if a == b {
		return 0
	}
	l.label[i] = int32(b)
	l.transfer(chunk, i, a, b)
	return 1
}
