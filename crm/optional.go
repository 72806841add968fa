package crm

import (
	"context"
	"iter"
	"time"

	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
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

// PurchaseSource is where purchases are read from (消费记录): most often the host's
// own order tables. It is a port of one method, apart from [Store], with its own
// cases in package crm/crmtest.
//
// Purchases yields each purchase that passes the filter's Match once, in any
// order, as it was committed when the row is read. A row that cannot be read is an
// error that names it by its id, and is never left out: a sum without it would be
// wrong in silence. What nobody bought, such as an unpaid order or a guest's, is no
// purchase, and is not yielded; a refund is a row of its own, on the day on which
// the money went back. Customers are ids as in
// [Store]; days are civil days in the zone that the host settles accounts in;
// amounts are whole minor units with their currency, refunds negative. The rows
// are single use; an error comes once, as the last pair. A done context ends them
// with its error. The loop body may use the source.
type PurchaseSource interface {
	Purchases(ctx context.Context, filter PurchaseFilter) iter.Seq2[purchase.Purchase[string], error]
}

// Summarizer is what a [PurchaseSource] offers that sums where the data live: one
// row per customer and currency instead of one per purchase. The period of opts bounds the
// purchases as that of the filter does. Options that cannot be summed there are
// ErrUnsupported; [Summarize] then reads the purchases out. The rows are those that a
// [segment.Summary] with the same options takes by AddAggregate, in any order, and
// the summary they make equals, byte for byte, the one made from the purchases.
type Summarizer interface {
	Summarize(ctx context.Context, filter PurchaseFilter, opts segment.Options) iter.Seq2[segment.Aggregate[string], error]
}
