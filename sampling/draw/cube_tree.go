package draw

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// A tree finds the nearest undecided neighbours of a unit: a k-d tree (Bentley 1975,
// CACM 18:509-517) from which units are taken out.
type tree struct {
	points []float64 // by place, dims each
	dims   int
	order  []int32 // places, so that each node has a range of them
	nodes  []node
	leaf   []int32 // of a place
	rank   []int32 // of a place, random: which of two at one distance is nearer
	alive  []bool
	pool   []int32 // places that are alive, in no order
	at     []int32 // of a place in pool
	best   []neighbour
}

type node struct {
	from, to    int32 // of order
	left, right int32 // -1 in a leaf
	parent      int32
	alive       int32
	low, high   []float64 // the box of its points
}

type neighbour struct {
	distance float64
	place    int32
}

// leafSize is the largest number of units of a leaf.
const leafSize = 12

func newTree(f *Frame, rows []int32, coordinates [][]float64) (*tree, error) {
	if len(coordinates) == 0 {
		return nil, invalid("coordinates", "have no dimension")
	}
	t := &tree{dims: len(coordinates), points: make([]float64, len(rows)*len(coordinates)),
		order: make([]int32, len(rows)), leaf: make([]int32, len(rows)), alive: make([]bool, len(rows)),
		pool: make([]int32, len(rows)), at: make([]int32, len(rows)), rank: make([]int32, len(rows))}
	for d, values := range coordinates {
		if len(values) != f.n {
			return nil, invalid("coordinates", "have %d values for %d units in dimension %d", len(values), f.n, d)
		}
		for row, x := range values {
			if math.IsNaN(x) || math.Abs(x) > 1e150 { // whose square is finite
				return nil, invalidRow(row, "coordinates", "must be finite, below 1e150 in size, in dimension %d", d)
			}
		}
		for i, row := range rows {
			t.points[i*t.dims+d] = values[row]
		}
	}
	for i := range t.order {
		t.order[i], t.pool[i], t.at[i], t.alive[i] = int32(i), int32(i), int32(i), true
	}
	if len(rows) > 0 {
		t.build(0, len(rows), -1)
	}
	return t, nil
}

// shuffleRanks breaks ties of distance at random.
func (t *tree) shuffleRanks(rng *rand.Rand) {
	for i := range t.rank {
		t.rank[i] = int32(i)
	}
	shuffle(rng, t.rank, len(t.rank))
}

func (t *tree) point(place int32) []float64 {
	return t.points[int(place)*t.dims : (int(place)+1)*t.dims]
}

// build splits the widest side of the box at the median.
func (t *tree) build(from, to int, parent int32) int32 {
	id := int32(len(t.nodes))
	n := node{from: int32(from), to: int32(to), left: -1, right: -1, parent: parent, alive: int32(to - from)}
	places := t.order[from:to]
	n.low, n.high = slices.Clone(t.point(places[0])), slices.Clone(t.point(places[0]))
	for _, place := range places {
		for d, x := range t.point(place) {
			n.low[d], n.high[d] = min(n.low[d], x), max(n.high[d], x)
		}
	}
	t.nodes = append(t.nodes, n)
	widest := 0
	for d := range t.dims {
		if n.high[d]-n.low[d] > n.high[widest]-n.low[widest] {
			widest = d
		}
	}
	if len(places) <= leafSize || n.high[widest] == n.low[widest] {
		for _, place := range places {
			t.leaf[place] = id
		}
		return id
	}
	slices.SortFunc(places, func(a, b int32) int {
		return cmp.Or(cmp.Compare(t.point(a)[widest], t.point(b)[widest]), cmp.Compare(a, b))
	})
	middle := (from + to) / 2
	left := t.build(from, middle, id)
	right := t.build(middle, to, id)
	t.nodes[id].left, t.nodes[id].right = left, right
	return id
}

// remove takes a unit out.
func (t *tree) remove(place int32) {
	if !t.alive[place] {
		return
	}
	t.alive[place] = false
	last := t.pool[len(t.pool)-1]
	t.pool[t.at[place]], t.at[last] = last, t.at[place]
	t.pool = t.pool[:len(t.pool)-1]
	for id := t.leaf[place]; id >= 0; id = t.nodes[id].parent {
		t.nodes[id].alive--
	}
}

// neighbourhood appends the places of a random unit and of the units nearest to it, as
// many as wanted in all or as there are.
func (t *tree) neighbourhood(rng *rand.Rand, want int, into []int32) []int32 {
	if len(t.pool) == 0 {
		return into
	}
	center := t.pool[below(rng, uint64(len(t.pool)))]
	into = append(into, center)
	if want > 1 {
		t.best = t.best[:0]
		t.search(0, center, want-1)
		for _, b := range t.best {
			into = append(into, b.place)
		}
	}
	return into
}

// search keeps in best, by distance, the nearest units of a node.
func (t *tree) search(id, center int32, want int) {
	n := &t.nodes[id]
	if n.alive == 0 || len(t.best) == want && t.away(n, center) > t.best[want-1].distance {
		return
	}
	if n.left >= 0 {
		near, far := n.left, n.right
		if t.away(&t.nodes[far], center) < t.away(&t.nodes[near], center) {
			near, far = far, near
		}
		t.search(near, center, want)
		t.search(far, center, want)
		return
	}
	at := t.point(center)
	for _, place := range t.order[n.from:n.to] {
		if !t.alive[place] || place == center {
			continue
		}
		distance := 0.0
		for d, x := range t.point(place) {
			distance += float64((x - at[d]) * (x - at[d]))
		}
		t.keep(neighbour{distance, place}, want)
	}
}

// keep inserts a unit into best if it is near enough.
func (t *tree) keep(b neighbour, want int) {
	if len(t.best) == want {
		if !t.nearer(b, t.best[want-1]) {
			return
		}
		t.best = t.best[:want-1]
	}
	i := len(t.best)
	t.best = append(t.best, b)
	for ; i > 0 && t.nearer(b, t.best[i-1]); i-- {
		t.best[i] = t.best[i-1]
	}
	t.best[i] = b
}

func (t *tree) nearer(a, b neighbour) bool {
	if a.distance != b.distance {
		return a.distance < b.distance
	}
	return t.rank[a.place] < t.rank[b.place]
}

// away returns the squared distance of a unit from a box, 0 inside.
func (t *tree) away(n *node, center int32) float64 {
	sum := 0.0
	for d, x := range t.point(center) {
		if gap := max(n.low[d]-x, x-n.high[d]); gap > 0 {
			sum += float64(gap * gap)
		}
	}
	return sum
}
