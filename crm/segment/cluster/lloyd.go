package cluster

import (
	"math"
	"slices"
)

// lloyd is one run of Lloyd's algorithm over p, reusable for restarts.
type lloyd struct {
	p       *points
	k       int
	workers int

	centers []float64 // k x dims
	sorted  []float64 // the centers in ascending order, feature by feature
	order   []int     // cluster of each of sorted
	label   []int32   // cluster of each point
	near    []float64 // squared distance to the nearest center, for the seeding
	gap     []float64 // see kernel.go: distance to the second nearest less that to the nearest, plus drift then
	drift   []float64 // per cluster: its moves and the largest moves of the others, added up
	spent   []float64 // drift plus slack: gaps up to here are measured again
	total   tally     // sums over the members of each cluster
	changes []tally   // per chunk: what its moved points add to total

	keepEmpty bool // a center without points stays where it is

	iterations, relocated int
}

// tally holds per cluster the compensated sum of its members, their rows and
// their points.
type tally struct {
	sums   []sum // k x dims
	rows   []float64
	points []int
}

func newTally(k, dims int) tally {
	return tally{make([]sum, k*dims), make([]float64, k), make([]int, k)}
}

func (t tally) reset() {
	clear(t.sums)
	clear(t.rows)
	clear(t.points)
}

// add counts the point x of weight w into cluster c; sign -1 takes it out.
func (t *tally) add(c int, x []float64, w, sign float64) {
	sums := t.sums[c*len(x):][:len(x)]
	if w == 1 {
		for j, v := range x {
			sums[j] = sums[j].plus(sign * v)
		}
	} else {
		for j, v := range x {
			sums[j] = sums[j].plusTimes(v, sign*w)
		}
	}
	t.rows[c] += sign * w
	t.points[c] += int(sign)
}

// take moves what is in from to t.
func (t *tally) take(from tally) {
	for i := range t.sums {
		t.sums[i] = t.sums[i].merge(from.sums[i])
	}
	for c := range t.rows {
		t.rows[c] += from.rows[c]
		t.points[c] += from.points[c]
	}
	from.reset()
}

func newLloyd(p *points, k, workers int) *lloyd {
	l := &lloyd{p: p, k: k, workers: workers}
	l.centers = make([]float64, k*p.dims)
	l.sorted = make([]float64, k*p.dims)
	l.order = make([]int, k)
	l.label = make([]int32, p.len())
	l.near = make([]float64, p.len())
	l.gap = make([]float64, p.len())
	l.drift = make([]float64, k)
	l.spent = make([]float64, k)
	l.total = newTally(k, p.dims)
	l.changes = make([]tally, (p.len()+chunkSize-1)/chunkSize)
	for c := range l.changes {
		l.changes[c] = newTally(k, p.dims)
	}
	return l
}

// transfer books the move of a point in the changes of its chunk.
func (l *lloyd) transfer(chunk, point, from, to int) {
	x, w := l.p.at(point), l.p.weight[point]
	l.changes[chunk].add(from, x, w, -1)
	l.changes[chunk].add(to, x, w, 1)
}

// sampleSize is the number of points on which a run over more than eight times as
// many begins.
const sampleSize = 1 << 15

// run brings the centers to a fixed point of Lloyd's iteration and reports
// whether that came about within limit rounds.
//
// Where there are very many points the first rounds, in which nearly all of them
// move, are made on a sample: the first in canonical order, which is by hash and
// so as good as random. The centers arrive within sampling error of their places
// and the rounds over all points, which decide, have little left to move. This is
// the refinement of starting points of Bradley and Fayyad (1998), with one
// sample. A center that attracts nothing in the sample stays where it is, so that
// a small group far out that the seeding found is not lost.
func (l *lloyd) run(limit int) (converged bool) {
	if l.p.len() > 8*sampleSize {
		first := newLloyd(l.p.first(sampleSize), l.k, l.workers)
		first.keepEmpty = true
		copy(first.centers, l.centers)
		first.iterate(limit)
		copy(l.centers, first.centers)
	}
	return l.iterate(limit)
}

// first returns the first n points in canonical order.
func (p *points) first(n int) *points {
	return &points{dims: p.dims, z: p.z[:n*p.dims], weight: p.weight[:n], box: p.box}
}

// iterate starts from the centers and alternates between moving the points to
// their nearest centers and the centers to the means of their points until no
// point moves, or limit rounds are over. On return the centers are the means of
// their points either way.
func (l *lloyd) iterate(limit int) (converged bool) {
	l.iterations, l.relocated = 0, 0
	l.place()
	for l.iterations < limit {
		l.iterations++
		l.recenter()
		if l.assign() == 0 {
			return true
		}
	}
	l.recenter()
	return false
}

// place puts every point with its nearest center, afresh.
func (l *lloyd) place() {
	clear(l.drift)
	l.total.reset()
	l.arrange()
	l.eachChunk(func(c int) {
		for i, hi := l.chunk(c); i < hi; i++ {
			at, first, second := nearest2(l.p.at(i), l.sorted)
			a := l.order[at]
			l.label[i], l.gap[i] = int32(a), math.Sqrt(second)-math.Sqrt(first)
			l.changes[c].add(a, l.p.at(i), l.p.weight[i], 1)
		}
	})
	for c := range l.changes {
		l.total.take(l.changes[c])
	}
}

// assign moves every point to its nearest center and returns how many moved.
func (l *lloyd) assign() int {
	moved := make([]int, len(l.changes))
	l.eachChunk(func(c int) { moved[c] = l.reassign(c) })
	total := 0
	for c, m := range moved {
		if m > 0 {
			l.total.take(l.changes[c])
			total += m
		}
	}
	return total
}

// recenter moves the centers to the means of their points and books the drift.
func (l *lloyd) recenter() {
	old := slices.Clone(l.centers)
	empty := l.means()
	if len(empty) > 0 && !l.keepEmpty {
		l.relocate(empty)
		clear(l.drift)
		for i := range l.gap {
			l.gap[i] = math.Inf(-1)
		}
	} else {
		l.bookDrift(old)
	}
	l.arrange()
	units := float64(8*(l.p.dims+8) + 4*l.iterations)
	slack := units * 0x1p-53 * (l.p.box + slices.Max(l.drift))
	for c, d := range l.drift {
		l.spent[c] = d + slack
	}
}

// arrange sorts the centers, so that a point that is equally far from two goes to
// the one that is numbered lower in the end.
func (l *lloyd) arrange() {
	sortCenters(l.order, l.center)
	for at, c := range l.order {
		copy(l.sorted[at*l.p.dims:], l.center(c))
	}
}

// sortCenters fills order with the clusters in ascending order of their centers.
func sortCenters(order []int, center func(int) []float64) {
	for c := range order {
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int { return slices.Compare(center(a), center(b)) })
}

// bookDrift adds to every cluster's drift how far its center came from old, and
// the farthest that any other center came.
func (l *lloyd) bookDrift(old []float64) {
	move := make([]float64, l.k)
	first, second := 0, -1
	for c := range move {
		move[c] = math.Sqrt(distance2(l.center(c), old[c*l.p.dims:(c+1)*l.p.dims]))
		if c > 0 && move[c] > move[first] {
			first, second = c, first
		} else if c > 0 && (second < 0 || move[c] > move[second]) {
			second = c
		}
	}
	for c := range move {
		other := first
		if c == first {
			other = second
		}
		l.drift[c] += move[c]
		if other >= 0 {
			l.drift[c] += move[other]
		}
	}
}

func (l *lloyd) center(c int) []float64 { return l.centers[c*l.p.dims : (c+1)*l.p.dims] }

// means sets the centers to the means of their points and returns the clusters
// that have none.
func (l *lloyd) means() (empty []int) {
	for c := range l.k {
		if l.total.points[c] == 0 {
			empty = append(empty, c)
			continue
		}
		l.mean(c)
	}
	return empty
}

func (l *lloyd) mean(c int) {
	for j := range l.p.dims {
		l.centers[c*l.p.dims+j] = l.total.sums[c*l.p.dims+j].over(l.total.rows[c])
	}
}

// relocate gives each empty cluster one point to start again from: the one that
// lowers the inertia most by becoming a center of its own (the first of several
// in canonical order), which for unrepeated rows is the point farthest from its
// center but for the size of the cluster. It never empties the cluster that the
// point comes from.
func (l *lloyd) relocate(empty []int) {
	for _, c := range empty {
		far, best := -1, -1.0
		for i, a := range l.label {
			if l.total.points[a] < 2 {
				continue
			}
			w, all := l.p.weight[i], l.total.rows[a]
			if gain := w * distance2(l.p.at(i), l.center(int(a))) * (all / (all - w)); gain > best {
				far, best = i, gain
			}
		}
		from, x, w := int(l.label[far]), l.p.at(far), l.p.weight[far]
		clear(l.total.sums[c*l.p.dims : (c+1)*l.p.dims]) // rounding left over from former members
		l.total.add(from, x, w, -1)
		l.total.add(c, x, w, 1)
		l.label[far] = int32(c)
		l.mean(from)
		l.mean(c)
		l.relocated++
	}
}

// inertia returns the sum over rows of the squared distance to the center of
// their cluster, per cluster.
func (l *lloyd) inertia() []float64 {
	parts := make([][]sum, len(l.changes))
	l.eachChunk(func(c int) {
		s := make([]sum, l.k)
		for i, hi := l.chunk(c); i < hi; i++ {
			a := int(l.label[i])
			s[a] = s[a].plusTimes(distance2(l.p.at(i), l.center(a)), l.p.weight[i])
		}
		parts[c] = s
	})
	total := make([]sum, l.k)
	for _, part := range parts {
		for a := range total {
			total[a] = total[a].merge(part[a])
		}
	}
	values := make([]float64, l.k)
	for a := range total {
		values[a] = total[a].value()
	}
	return values
}
