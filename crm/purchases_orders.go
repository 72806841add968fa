package crm

import (
	"context"
	"iter"

	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

// OrderPurchases reads the orders that were signed as purchases (合同订单即消费), so that
// nobody has to keep them twice: it is a [PurchaseSource] for Options.Purchases, over the
// store of the orders. An order is bought by its customer, on the day on which it was
// signed, for its price, whatever was paid of it by now; a draft is no purchase yet, and
// what was called off is none any more. Like every source it asks for no actor.
//
// Where there are sales without an order, join it with the host's own source: see
// [PurchaseSources].
type OrderPurchases struct {
	Store RecordReader
}

// Purchases implements [PurchaseSource], in byte order of the orders' ids. ErrIncomplete:
// there is no store.
func (o OrderPurchases) Purchases(ctx context.Context, f PurchaseFilter) iter.Seq2[purchase.Purchase[string], error] {
	return func(yield func(purchase.Purchase[string], error) bool) {
		if o.Store == nil {
			yield(purchase.Purchase[string]{}, &Error{Field: "purchases", Reason: "have no store", Err: ErrIncomplete})
			return
		}
		for r, err := range o.Store.Records(ctx, RecordFilter{Kind: KindOrder, Customer: f.Customer}) {
			if r.State == pipeline.OrderDraft.String() || r.State == pipeline.OrderCancelled.String() {
				continue
			}
			var p purchase.Purchase[string]
			if err == nil {
				p, err = bought(r)
			}
			if err != nil {
				yield(purchase.Purchase[string]{}, err)
				return
			}
			if f.Match(p.Customer, p.Day) && !yield(p, nil) {
				return
			}
		}
	}
}

// bought returns an order that was signed as a purchase.
func bought(r Record) (purchase.Purchase[string], error) {
	order, err := orderOf(r)
	if err == nil && !order.Signed.Valid() {
		err = &Error{Subject: r.Subject, Field: "signed", Reason: "is no day", Err: ErrInvalid}
	}
	return purchase.Purchase[string]{Customer: order.Customer, Day: order.Signed, Amount: order.Amount}, err
}

// PurchaseSources reads several sources as one, one after the other: the tills, the
// website, the orders that were signed. What one of them has, no other may have.
type PurchaseSources []PurchaseSource

// Purchases implements [PurchaseSource].
func (s PurchaseSources) Purchases(ctx context.Context, f PurchaseFilter) iter.Seq2[purchase.Purchase[string], error] {
	return func(yield func(purchase.Purchase[string], error) bool) {
		for _, source := range s {
			for p, err := range source.Purchases(ctx, f) {
				if !yield(p, err) || err != nil {
					return
				}
			}
		}
	}
}
