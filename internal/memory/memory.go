// Package memory holds what the in-memory stores of all domains share: keys in
// order, and listings that hold no lock while their caller works.
package memory

import (
	"context"
	"iter"
	"slices"
	"sync"
)

// page is how many rows a listing copies under one lock.
const page = 256

// Listing yields the rows behind the keys that were there when it began, page by
// page, and holds no lock while the loop body runs. Keys takes the lock itself and
// returns a list that nobody changes; row and match are called under the lock.
func Listing[K, T any](ctx context.Context, mu *sync.RWMutex, limit int, keys func() []K,
	row func(K) (T, bool), match func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		if err := ctx.Err(); err != nil {
			yield(none, err)
			return
		}
		size := page
		if limit > 0 {
			size = min(size, limit)
		}
		left := keys()
		rows := make([]T, 0, min(len(left), size))
		for n := 0; len(left) > 0; {
			rows = rows[:0]
			mu.RLock()
			for len(left) > 0 && len(rows) < size {
				if r, ok := row(left[0]); ok && match(r) {
					rows = append(rows, r)
				}
				left = left[1:]
			}
			mu.RUnlock()
			for _, r := range rows {
				if err := ctx.Err(); err != nil {
					yield(none, err)
					return
				}
				if !yield(r, nil) {
					return
				}
				if n++; n == limit {
					return
				}
			}
		}
	}
}

// Failing yields an error and nothing else.
func Failing[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		yield(none, err)
	}
}

// Keys is a set that is added to and listed in order. Keys are distinct: the caller
// adds each once. It sorts when it is listed, so that many additions in a row cost
// what one sort costs, and never changes a list that it has returned.
type Keys[K any] struct {
	sorted []K
	added  []K
}

// Add adds a key that is not there.
func (s *Keys[K]) Add(k K) { s.added = append(s.added, k) }

// Behind returns the keys that come after k, in order. The caller must not change
// the list.
func (s *Keys[K]) Behind(k K, compare func(a, b K) int) []K {
	if len(s.added) > 0 {
		slices.SortFunc(s.added, compare)
		s.sorted, s.added = merge(s.sorted, s.added, compare), nil
	}
	at, found := slices.BinarySearchFunc(s.sorted, k, compare)
	if found {
		at++
	}
	return s.sorted[at:len(s.sorted):len(s.sorted)]
}

// merge returns a new list of two ordered ones.
func merge[K any](a, b []K, compare func(a, b K) int) []K {
	out := make([]K, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compare(a[0], b[0]) < 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}
