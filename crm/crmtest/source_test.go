package crmtest_test

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// log is a PurchaseSource and a Summarizer in memory.
type log []purchase.Purchase[string]

func (l log) Purchases(ctx context.Context, f crm.PurchaseFilter) iter.Seq2[purchase.Purchase[string], error] {
	return func(yield func(purchase.Purchase[string], error) bool) {
		if err := ctx.Err(); err != nil {
			yield(purchase.Purchase[string]{}, err)
			return
		}
		for _, p := range l {
			if err := ctx.Err(); err != nil {
				yield(purchase.Purchase[string]{}, err)
				return
			}
			if f.Match(p.Customer, p.Day) && !yield(p, nil) {
				return
			}
		}
	}
}

func (l log) Summarize(ctx context.Context, f crm.PurchaseFilter, opts segment.Options) iter.Seq2[segment.Aggregate[string], error] {
	return func(yield func(segment.Aggregate[string], error) bool) {
		if opts.SameDay == segment.SameDayMerge {
			yield(segment.Aggregate[string]{}, crm.ErrUnsupported)
			return
		}
		sums := map[string]*segment.Aggregate[string]{}
		for p, err := range l.Purchases(ctx, f) {
			if err != nil {
				yield(segment.Aggregate[string]{}, err)
				return
			}
			if p.Day < opts.From || opts.Until != 0 && p.Day >= opts.Until {
				continue
			}
			a := sums[p.Customer]
			if a == nil {
				a = &segment.Aggregate[string]{Customer: p.Customer}
				a.Value.Currency = p.Amount.Currency
				sums[p.Customer] = a
			}
			sum(a, p, opts.Refunds)
		}
		for _, a := range sums {
			if !yield(*a, nil) {
				return
			}
		}
	}
}

func sum(a *segment.Aggregate[string], p purchase.Purchase[string], refunds segment.Refunds) {
	if p.Amount.Minor < 0 {
		a.Refunds++
		a.Refunded += p.Amount.Minor
		a.LastRefund = max(a.LastRefund, p.Day)
		if refunds == segment.RefundsNet {
			a.Value.Minor += p.Amount.Minor
		}
		return
	}
	if a.Purchases++; a.First == 0 || p.Day < a.First {
		a.First = p.Day
	}
	a.Last = max(a.Last, p.Day)
	a.Value.Minor += p.Amount.Minor
}

func TestLog(t *testing.T) {
	crmtest.TestPurchaseSource(t, func(_ *testing.T, rows []purchase.Purchase[string]) crm.PurchaseSource { return log(rows) },
		crmtest.SourceFeatures{Parallel: true})
}

// crooked is a log with one fault.
type crooked struct {
	log
	filter  func(crm.PurchaseFilter) crm.PurchaseFilter
	rows    func(purchase.Purchase[string]) purchase.Purchase[string]
	ctx     func(context.Context) context.Context
	options func(segment.Options) segment.Options
	sum     func(segment.Aggregate[string]) segment.Aggregate[string]
}

func (c crooked) Purchases(ctx context.Context, f crm.PurchaseFilter) iter.Seq2[purchase.Purchase[string], error] {
	if c.ctx != nil {
		ctx = c.ctx(ctx)
	}
	if c.filter != nil {
		f = c.filter(f)
	}
	return func(yield func(purchase.Purchase[string], error) bool) {
		for p, err := range c.log.Purchases(ctx, f) {
			if err == nil && c.rows != nil {
				p = c.rows(p)
			}
			if !yield(p, err) {
				return
			}
		}
	}
}

func (c crooked) Summarize(ctx context.Context, f crm.PurchaseFilter, opts segment.Options) iter.Seq2[segment.Aggregate[string], error] {
	if c.options != nil {
		opts = c.options(opts)
	}
	return func(yield func(segment.Aggregate[string], error) bool) {
		for a, err := range c.log.Summarize(ctx, f, opts) {
			if err == nil && c.sum != nil {
				a = c.sum(a)
			}
			if !yield(a, err) {
				return
			}
		}
	}
}

func TestSourceMutants(t *testing.T) {
	distinct := func(rows []purchase.Purchase[string]) crm.PurchaseSource {
		var l log
		for _, p := range rows {
			if !slices.Contains(l, p) {
				l = append(l, p)
			}
		}
		return l
	}
	bend := func(c crooked) func([]purchase.Purchase[string]) crm.PurchaseSource {
		return func(rows []purchase.Purchase[string]) crm.PurchaseSource { c.log = rows; return c }
	}
	for _, m := range []struct {
		fault, killedBy string
		open            func([]purchase.Purchase[string]) crm.PurchaseSource
	}{
		{"equal rows count once", "source/every-row-once", distinct},
		{"drops the last page", "source/every-row-once", func(rows []purchase.Purchase[string]) crm.PurchaseSource { return log(rows[:min(len(rows), 1000)]) }},
		{"Until is inclusive", "source/filter", bend(crooked{filter: func(f crm.PurchaseFilter) crm.PurchaseFilter {
			if f.Until != 0 {
				f.Until++
			}
			return f
		}})},
		{"From is exclusive", "source/filter", bend(crooked{filter: func(f crm.PurchaseFilter) crm.PurchaseFilter {
			if f.From != 0 {
				f.From++
			}
			return f
		}})},
		{"amounts are floats", "source/hard-rows", bend(crooked{rows: func(p purchase.Purchase[string]) purchase.Purchase[string] {
			if p.Amount.Minor < 1<<62+2 {
				p.Amount.Minor = int64(float64(p.Amount.Minor))
			}
			return p
		}})},
		{"one currency for all", "source/hard-rows", bend(crooked{rows: func(p purchase.Purchase[string]) purchase.Purchase[string] { p.Amount.Currency = 0; return p }})},
		{"customers without regard to case", "source/lookalikes", bend(crooked{rows: func(p purchase.Purchase[string]) purchase.Purchase[string] {
			p.Customer = strings.ToLower(p.Customer)
			return p
		}})},
		{"does not look at the context", "source/context", bend(crooked{ctx: context.WithoutCancel})},
		{"no summarizer", "summarizer/same-bytes", func(rows []purchase.Purchase[string]) crm.PurchaseSource {
			return struct{ crm.PurchaseSource }{log(rows)}
		}},
		{"nets refunds under every policy", "summarizer/same-bytes", bend(crooked{options: func(o segment.Options) segment.Options {
			o.Refunds = segment.RefundsNet
			return o
		}})},
		{"does not know the last refund", "summarizer/same-bytes", bend(crooked{sum: func(a segment.Aggregate[string]) segment.Aggregate[string] {
			a.LastRefund = min(a.LastRefund, max(a.First, 1))
			return a
		}})},
		{"forgets zero amounts", "summarizer/same-bytes", func(rows []purchase.Purchase[string]) crm.PurchaseSource {
			some := slices.DeleteFunc(slices.Clone(rows), func(p purchase.Purchase[string]) bool { return p.Amount.Minor == 0 })
			return struct {
				crm.PurchaseSource
				crm.Summarizer
			}{log(rows), log(some)}
		}},
		{"ignores the period of the options", "summarizer/period-of-the-options", bend(crooked{options: func(o segment.Options) segment.Options {
			o.From, o.Until = 0, 0
			return o
		}})},
		{"sums what cannot be summed", "summarizer/never-wrong", bend(crooked{options: func(o segment.Options) segment.Options {
			o.SameDay = 0
			return o
		}})},
		{"a row for each purchase", "summarizer/one-row-a-customer", func(rows []purchase.Purchase[string]) crm.PurchaseSource { return single{log(rows)} }},
	} {
		t.Run(m.fault, func(t *testing.T) {
			said := crmtest.PlaySource(t.Context(), m.killedBy, m.open, crmtest.SourceFeatures{Patience: 10 * time.Second})
			require.NotEmpty(t, said, "the mutant survives %s", m.killedBy)
			require.NotContains(t, said[0], "there is no case")
			t.Logf("%-40s killed by %s", m.fault, m.killedBy)
		})
	}
}

// single sums nothing: each purchase is an aggregate of its own.
type single struct{ log }

func (s single) Summarize(ctx context.Context, f crm.PurchaseFilter, opts segment.Options) iter.Seq2[segment.Aggregate[string], error] {
	return func(yield func(segment.Aggregate[string], error) bool) {
		for p, err := range s.Purchases(ctx, f) {
			a := segment.Aggregate[string]{Customer: p.Customer}
			a.Value.Currency = p.Amount.Currency
			sum(&a, p, opts.Refunds)
			if !yield(a, err) {
				return
			}
		}
	}
}
