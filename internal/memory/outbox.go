package memory

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Pending returns copies of the first events, at most so many.
func Pending[E interface{ Clone() E }](ctx context.Context, mu *sync.RWMutex, events *[]E, most int) ([]E, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	mu.RLock()
	defer mu.RUnlock()
	first := slices.Clone((*events)[:min(most, len(*events))])
	for i := range first {
		first[i] = first[i].Clone()
	}
	return first, nil
}

// Ack removes the events that have one of the ids.
func Ack[E any](ctx context.Context, mu *sync.RWMutex, events *[]E, id func(E) uint64, ids []uint64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	done := make(map[uint64]bool, len(ids))
	for _, id := range ids {
		done[id] = true
	}
	mu.Lock()
	defer mu.Unlock()
	*events = slices.DeleteFunc(*events, func(e E) bool { return done[id(e)] })
	return nil
}

// Prune removes the receipts that were recorded before an instant, those without a
// time not, and returns how many.
func Prune[K comparable, R any](ctx context.Context, mu *sync.RWMutex, receipts map[K]R, recorded func(R) time.Time, before time.Time) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	mu.Lock()
	defer mu.Unlock()
	had := len(receipts)
	for key, r := range receipts {
		if at := recorded(r); !at.IsZero() && at.Before(before) {
			delete(receipts, key)
		}
	}
	return had - len(receipts), nil
}
