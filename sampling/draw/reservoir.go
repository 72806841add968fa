package draw

import (
	"iter"
	"math"
	"math/rand/v2"
)

// A Stream is what was drawn from a stream of unknown length.
type Stream[T any] struct {
	Design Design `json:"design"`
	// Seed repeats the draw from the same stream; nil where the numbers came from the
	// caller's rand, and after a merge.
	Seed *Seed `json:"seed,omitempty"`
	// Seen is N, the number of items that came.
	Seen int64 `json:"seen"`
	// Items are those drawn, in the order that the function or method names.
	Items []T `json:"items"`
	// Positions are their places in the stream, from 0; after a merge, in the streams
	// one behind the other.
	Positions []int64 `json:"positions"`
	// Probability is what each item of the stream was drawn with, n/N, or 1 where N is
	// at most n. It is 0 for a weighted reservoir, whose probabilities are not known.
	Probability float64 `json:"probability,omitzero"`
}

// Reservoir draws n items from a stream, each set of n with the same probability
// (蓄水池抽样), and holds no more than n of them. A stream of fewer than n items is
// drawn whole. Items come in no meaningful order.
//
// Errors: as [NewSampler].
func Reservoir[T any](stream iter.Seq[T], n int, src Source) (*Stream[T], error) {
	r, err := NewSampler[T](n, src)
	if err != nil {
		return nil, err
	}
	for item := range stream {
		r.Add(item)
	}
	return r.Sample(), nil
}

// A Sampler is a reservoir that items are put into one by one, and that can be
// merged with others. It is not safe for concurrent use.
//
// It is algorithm L (Li 1994, ACM TOMS 20(4):481-493): every item has a uniform
// key, the n smallest are kept, and only their largest key and the gap to the next
// item that enters are drawn, O(n(1+log(N/n))) random numbers in all.
type Sampler[T any] struct {
	rng  *rand.Rand
	seed *Seed
	n    int
	seen int64
	next int64   // the position of the next item that enters
	key  float64 // minus the logarithm of the largest key kept
	kept []held[T]
}

type held[T any] struct {
	position int64
	item     T
}

// NewSampler returns an empty reservoir of n items, 0 <= n <= 2^31-1.
//
// Errors: ErrInvalid for any other n and for a source that is missing.
func NewSampler[T any](n int, src Source) (*Sampler[T], error) {
	if n < 0 || n > maxUnits {
		return nil, invalid("n", "is %d and must be 0 to %d", n, maxUnits)
	}
	rng, err := src.open(DesignReservoir, Hash{})
	if err != nil {
		return nil, err
	}
	return &Sampler[T]{rng: rng, seed: src.record(), n: n}, nil
}

// Add puts the next item of the stream in. The items between two that enter cost a
// comparison.
func (r *Sampler[T]) Add(item T) {
	if r.seen >= r.next {
		r.enter(item)
	}
	r.seen++
}

func (r *Sampler[T]) enter(item T) {
	switch {
	case r.n == 0:
		r.next = math.MaxInt64
		return
	case len(r.kept) < r.n:
		r.kept = append(r.kept, held[T]{r.seen, item})
		if len(r.kept) < r.n {
			return
		}
		r.key = 0
	default:
		r.kept[below(r.rng, uint64(r.n))] = held[T]{r.seen, item}
	}
	r.key -= math.Log(open01(r.rng)) / float64(r.n)
	r.skip(r.seen + 1)
}

// skip draws which item enters next, from a position on: each does with probability
// exp(-key), the largest key kept.
func (r *Sampler[T]) skip(from int64) {
	gap := math.Floor(math.Log(open01(r.rng)) / log1mexp(r.key))
	if !(gap < 1<<62) {
		r.next = math.MaxInt64 // no stream gets there
		return
	}
	r.next = from + int64(gap)
}

// log1mexp returns log(1-exp(-x)) for x > 0 (Mächler 2012).
func log1mexp(x float64) float64 {
	if x < math.Ln2 {
		return math.Log(-math.Expm1(-x))
	}
	return math.Log1p(-math.Exp(-x))
}

// Sample returns what is drawn from the items so far; more may be added after.
func (r *Sampler[T]) Sample() *Stream[T] {
	s := &Stream[T]{Design: DesignReservoir, Seed: r.seed, Seen: r.seen, Probability: 1,
		Items: make([]T, len(r.kept)), Positions: make([]int64, len(r.kept))}
	for i, h := range r.kept {
		s.Items[i], s.Positions[i] = h.item, h.position
	}
	if r.seen > int64(r.n) {
		s.Probability = float64(r.n) / float64(r.seen)
	}
	return s
}

// Merge puts in what another reservoir has drawn from another stream, so that r is
// as if it had seen both, one behind the other: workers draw from their parts and
// are merged at the end. The other one is empty then. Both must be of one size n, or
// it is ErrInvalid. Give each worker a source of its own.
func (r *Sampler[T]) Merge(other *Sampler[T]) error {
	if other == nil || other == r || other.n != r.n {
		return invalid("other", "must be another reservoir of %d items", r.n)
	}
	mine, theirs := r.kept, other.kept
	shuffle(r.rng, mine, len(mine))
	shuffle(r.rng, theirs, len(theirs))
	left, right := r.seen, other.seen
	kept := make([]held[T], min(int64(r.n), left+right))
	for i := range kept {
		// The next of a simple random sample from both streams is from the first with
		// the share that it has of the items not taken yet.
		if below(r.rng, uint64(left+right)) < uint64(left) {
			kept[i], mine, left = mine[0], mine[1:], left-1
		} else {
			kept[i], theirs, right = theirs[0], theirs[1:], right-1
			kept[i].position += r.seen
		}
	}
	r.kept, r.seed = kept, nil
	r.seen += other.seen
	other.kept, other.seen, other.next, other.seed = nil, 0, 0, nil
	if len(kept) == r.n && r.n > 0 {
		r.key = largestKey(r.rng, r.n, r.seen)
		r.skip(r.seen)
	}
	return nil
}

// largestKey draws minus the logarithm of the n-th smallest of size uniform keys, by
// Rényi's representation: -log(1-U) of the i-th smallest is a sum of exponentials
// over size, size-1, ...
func largestKey(rng *rand.Rand, n int, size int64) float64 {
	sum := 0.0
	for i := range n {
		sum -= math.Log(open01(rng)) / float64(size-int64(i))
	}
	return -log1mexp(sum)
}
