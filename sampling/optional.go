package sampling

import (
	"context"
	"time"
)

// Outbox is what a [Store] offers where other systems are to hear of changes. A
// store without it accepts [Emit] and drops the event.
//
// Events are delivered at least once: Pending returns an event again until it is
// acknowledged. None is skipped, even where a transaction that began earlier ends
// later. Of one subject, events come in the order of its versions, and within a
// change in the order of its writes; there is no order between subjects.
type Outbox interface {
	// Pending returns at most limit events that are not acknowledged, oldest first
	// as far as the store can tell. A limit below 1 is ErrInvalid.
	Pending(ctx context.Context, limit int) ([]Event, error)
	// Ack removes events by their ids. An id that is not there is passed over.
	Ack(ctx context.Context, ids ...uint64) error
}

// Pruner is what a [Store] offers to forget old keys. Until then a key is
// remembered.
type Pruner interface {
	// Prune forgets the keys, with their receipts, of commits recorded before an
	// instant, which need not be a whole microsecond, and returns how many. Keys of
	// commits without an instant stay.
	Prune(ctx context.Context, before time.Time) (int, error)
}

// Borrowed is what a [Store] offers that works inside a transaction of the host.
// A service makes one attempt on it, and any error obliges the host to roll back.
type Borrowed interface {
	// Borrowed reports whether the transaction is the host's.
	Borrowed() bool
}
