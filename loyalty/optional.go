package loyalty

import (
	"context"
	"time"
)

// BatchCommitter is what a [Store] offers that applies many commits at the cost of
// few. Imports and due work use it; where it is missing they commit one by one.
type BatchCommitter interface {
	// CommitBatch does what Commit would do with one commit after the other, and
	// returns an answer for each, in their order: a commit that is refused changes
	// nothing and does not keep the others from being applied. A commit may expect the
	// version, and repeat the key, of one before it in the batch. After an error of the
	// system, which all that were not refused then have, each may have been applied or
	// not. A batch of none returns none. Every store takes 1000 commits that have
	// [MaxChanges] subjects and [MaxWrites] writes together.
	CommitBatch(ctx context.Context, commits []Commit) []error
}

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
