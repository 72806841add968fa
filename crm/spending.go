package crm

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// Purchases returns the summary of all purchases that a filter lets through, of the
// customers whom the actor sees (消费汇总), ready for [segment.Summary.RFM]. It is computed
// where the data live if the source offers that, and read out if not; the result is the
// same to the last byte. Purchases of ids that are no customer's are in it for who sees
// everything.
//
// The days of opts bound what is read as those of the filter do, so none of it is
// counted as outside. ErrIncomplete: there
// is no Options.Purchases. The other errors are those of the source and of the
// summary.
func (o *Overview) Purchases(ctx context.Context, actor Actor, filter PurchaseFilter, opts segment.Options) (*segment.Summary[string], error) {
	return read(ctx, o.core, "overview.purchases", actor, Subject{}, func() (*segment.Summary[string], error) {
		sees, err := o.seen(ctx, actor, filter.Customer)
		if err != nil {
			return nil, err
		}
		return summarize(ctx, o.core.opts.Purchases, filter, opts, sees)
	})
}

// seen returns whose purchases the actor sees: of one customer, or with "" of all.
func (o *Overview) seen(ctx context.Context, actor Actor, customer string) (func(id string) bool, error) {
	if actor.Sees.All {
		return everybody, nil
	}
	ids := map[string]bool{}
	if customer != "" {
		_, err := o.core.customer(ctx, actor, customer)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return nil, err
		}
		ids[customer] = err == nil
	} else {
		for c, err := range o.core.store.Customers(ctx, CustomerFilter{Visible: &actor.Sees}) {
			if err != nil {
				return nil, err
			}
			ids[c.ID] = true
		}
	}
	return func(id string) bool { return ids[id] }, nil
}

func everybody(string) bool { return true }

// Summarize is [Overview].Purchases for any source, of everybody.
func Summarize(ctx context.Context, source PurchaseSource, filter PurchaseFilter, opts segment.Options) (*segment.Summary[string], error) {
	return summarize(ctx, source, filter, opts, everybody)
}

func summarize(ctx context.Context, source PurchaseSource, filter PurchaseFilter, opts segment.Options, sees func(id string) bool) (*segment.Summary[string], error) {
	if source == nil {
		return nil, &Error{Field: "purchases", Reason: "have no source", Err: ErrIncomplete}
	}
	sum, err := segment.NewSummary[string](opts)
	if err != nil {
		return nil, err
	}
	filter.From = max(filter.From, opts.From)
	if opts.Until != 0 && (filter.Until == 0 || opts.Until < filter.Until) {
		filter.Until = opts.Until
	}
	if s, ok := source.(Summarizer); ok {
		err := aggregate(sum, s.Summarize(ctx, filter, opts), sees)
		if err == nil {
			return sum, nil
		}
		if !errors.Is(err, ErrUnsupported) {
			return nil, err
		}
		if sum, err = segment.NewSummary[string](opts); err != nil {
			return nil, err
		}
	}
	for p, err := range source.Purchases(ctx, filter) {
		if err != nil {
			return nil, err
		}
		if !sees(p.Customer) {
			continue
		}
		if err := sum.Add(p); err != nil {
			return nil, err
		}
	}
	return sum, nil
}

func aggregate(sum *segment.Summary[string], rows iter.Seq2[segment.Aggregate[string], error], sees func(id string) bool) error {
	for a, err := range rows {
		if err != nil {
			return err
		}
		if !sees(a.Customer) {
			continue
		}
		if err := sum.AddAggregate(a); err != nil {
			return err
		}
	}
	return nil
}

// Spending is what one customer bought in one currency.
type Spending struct {
	Purchases int64        `json:"purchases"` // without refunds
	Refunds   int64        `json:"refunds"`
	Value     money.Amount `json:"value"` // net of refunds
}

// spending sums the purchases of one customer by currency, in order of the
// currency.
func spending(ctx context.Context, source PurchaseSource, customer string) ([]Spending, error) {
	sums := map[money.Currency]Spending{}
	for p, err := range source.Purchases(ctx, PurchaseFilter{Customer: customer}) {
		if err != nil {
			return nil, err
		}
		s := sums[p.Amount.Currency]
		if s.Value, err = s.Value.Add(p.Amount); err != nil {
			return nil, err
		}
		if p.Amount.Minor < 0 {
			s.Refunds++
		} else {
			s.Purchases++
		}
		sums[p.Amount.Currency] = s
	}
	list := make([]Spending, 0, len(sums))
	for _, s := range sums {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b Spending) int { return cmp.Compare(a.Value.Currency.String(), b.Value.Currency.String()) })
	return list, nil
}
