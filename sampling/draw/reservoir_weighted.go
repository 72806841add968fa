package draw

import (
	"cmp"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
)

// Weights of a weighted reservoir lie between these, or are 0.
const (
	minWeight = 1e-200
	maxWeight = 1e200
)

// WeightedReservoir draws n items of a stream one after another without
// replacement, each time one of those left with probability proportional to its
// weight (加权蓄水池抽样, successive sampling). Items come in the order in which they
// are drawn, so that the first k are a draw of k. An item of weight 0 is never
// drawn, and a stream with fewer than n others is drawn whole.
//
// This is not sampling with probability proportional to size: with n > 1 large
// weights are drawn less often than n*weight/total says and small ones more often,
// and no simple formula has these probabilities, so there are no design weights to
// estimate with. Use it to pick examples, not to estimate totals; for these put the
// stream into a [Frame] and draw by size from there.
//
// Errors: as [NewWeightedSampler] and [WeightedSampler.Add].
func WeightedReservoir[T any](stream iter.Seq2[T, float64], n int, src Source) (*Stream[T], error) {
	r, err := NewWeightedSampler[T](n, src)
	if err != nil {
		return nil, err
	}
	for item, weight := range stream {
		if err := r.Add(item, weight); err != nil {
			return nil, err
		}
	}
	return r.Sample(), nil
}

// A WeightedSampler is a weighted reservoir that items are put into one by one, and
// that can be merged with others. It is not safe for concurrent use.
//
// It is algorithm A-ExpJ (Efraimidis and Spirakis 2006, Information Processing
// Letters 97(5):181-185) with the keys as times: an item of weight w arrives at a
// time that is exponential with rate w, and the n earliest are kept. The weight to
// pass over until one arrives before the last that is kept is drawn at once, so it
// takes O(n log(N/n)) random numbers.
type WeightedSampler[T any] struct {
	rng  *rand.Rand
	seed *Seed
	n    int
	seen int64
	jump float64      // the weight to pass over until the next item enters, once n are there
	heap []arrival[T] // the latest first
}

type arrival[T any] struct {
	time     float64
	position int64
	item     T
}

// NewWeightedSampler returns an empty weighted reservoir of n items, 0 <= n <= 2^31-1.
//
// Errors: ErrInvalid for any other n and for a source that is missing.
func NewWeightedSampler[T any](n int, src Source) (*WeightedSampler[T], error) {
	if n < 0 || n > maxUnits {
		return nil, invalid("n", "is %d and must be 0 to %d", n, maxUnits)
	}
	rng, err := src.open(DesignWeightedReservoir, Hash{})
	if err != nil {
		return nil, err
	}
	return &WeightedSampler[T]{rng: rng, seed: src.record(), n: n}, nil
}

// Add puts the next item of the stream in. Its weight is 0 or from 1e-200 to 1e200;
// any other is ErrInvalid with the item's place in the stream as Row, and leaves the
// reservoir as it was.
func (r *WeightedSampler[T]) Add(item T, weight float64) error {
	if weight != 0 && !(weight >= minWeight && weight <= maxWeight) {
		return invalidRow(int(min(r.seen, math.MaxInt32)), "weight", "must be 0 or from 1e-200 to 1e200")
	}
	at := r.seen
	r.seen++
	switch {
	case weight == 0 || r.n == 0:
	case len(r.heap) < r.n:
		r.push(arrival[T]{-math.Log(open01(r.rng)) / weight, at, item})
	case r.jump > weight:
		r.jump -= weight
	default:
		r.replace(arrival[T]{truncated(r.rng, weight, r.heap[0].time), at, item})
	}
	return nil
}

// truncated returns an exponential time of that rate, given that it is before another.
func truncated(rng *rand.Rand, rate, before float64) float64 {
	u := open01(rng)
	if x := rate * before; x > 1e-300 {
		return min(before, -math.Log1p(u*math.Expm1(-x))/rate)
	}
	return u * before
}

// Sample returns what is drawn from the items so far, in the order in which they are
// drawn; more may be added after.
func (r *WeightedSampler[T]) Sample() *Stream[T] {
	sorted := slices.Clone(r.heap)
	slices.SortFunc(sorted, func(a, b arrival[T]) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.position, b.position))
	})
	s := &Stream[T]{Design: DesignWeightedReservoir, Seed: r.seed, Seen: r.seen, Items: make([]T, len(sorted)), Positions: make([]int64, len(sorted))}
	for i, a := range sorted {
		s.Items[i], s.Positions[i] = a.item, a.position
	}
	return s
}

// Merge puts in what another reservoir of the same size n has drawn from another
// stream, so that r is as if it had seen both, one behind the other. The other one is
// empty then. Two sizes are ErrInvalid. Give each worker a source of its own.
func (r *WeightedSampler[T]) Merge(other *WeightedSampler[T]) error {
	if other == nil || other == r || other.n != r.n {
		return invalid("other", "must be another reservoir of %d items", r.n)
	}
	for _, a := range other.heap {
		a.position += r.seen
		if len(r.heap) < r.n {
			r.push(a)
		} else if a.time < r.heap[0].time {
			r.replace(a)
		}
	}
	r.seen += other.seen
	r.seed, other.seed = nil, nil
	other.heap, other.seen = nil, 0
	return nil
}

// push adds to the heap, whose first is the latest arrival, and draws the jump when
// it is full.
func (r *WeightedSampler[T]) push(a arrival[T]) {
	r.heap = append(r.heap, a)
	for i := len(r.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if r.heap[up].time >= r.heap[i].time {
			break
		}
		r.heap[up], r.heap[i] = r.heap[i], r.heap[up]
		i = up
	}
	if len(r.heap) == r.n {
		r.leap()
	}
}

// replace puts an arrival in the place of the latest.
func (r *WeightedSampler[T]) replace(a arrival[T]) {
	r.heap[0] = a
	for i := 0; ; {
		down := 2*i + 1
		if down >= len(r.heap) {
			break
		}
		if down+1 < len(r.heap) && r.heap[down+1].time > r.heap[down].time {
			down++
		}
		if r.heap[i].time >= r.heap[down].time {
			break
		}
		r.heap[i], r.heap[down] = r.heap[down], r.heap[i]
		i = down
	}
	r.leap()
}

// leap draws the jump: arrivals before the time of the latest have that rate per
// unit of weight.
func (r *WeightedSampler[T]) leap() { r.jump = -math.Log(open01(r.rng)) / r.heap[0].time }
