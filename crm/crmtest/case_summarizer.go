package crmtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// optionSets are the options under which a sum of another engine can be taken.
func optionSets(currency money.Currency) (all []segment.Options) {
	day := sourceDay()
	for _, refunds := range []segment.Refunds{segment.RefundsNet, segment.RefundsGross, segment.RefundsIgnore} {
		for _, period := range [][2]calendar.Day{{}, {day, 0}, {0, day}, {day - 5, day + 5}, {day, day + 1}, {day + 1000, 0}, {1, calendar.MaxDay}} {
			for _, c := range []money.Currency{0, currency} {
				all = append(all, segment.Options{Refunds: refunds, From: period[0], Until: period[1], Currency: c})
			}
		}
	}
	return all
}

// equals wants the two summaries to be equal, byte for byte. The filter narrows to
// the period of the options, as a summary made of sums only holds rows inside it.
func (c *counter) equals(f crm.PurchaseFilter, opts segment.Options) {
	c.t.Helper()
	want, err := c.summary(f, opts)
	c.Fails("the summary of the purchases", err, nil)
	have, err := c.summed(f, opts)
	c.Fails("the summary of the sums", err, nil)
	if !bytes.Equal(have, want) {
		c.Errorf("refunds %v, [%v, %v), filter %+v: the summary of the sums has %d bytes, that of the purchases %d, and they differ",
			opts.Refunds, opts.From, opts.Until, f, len(have), len(want))
	}
}

// within narrows a filter to the period of the options.
func within(f crm.PurchaseFilter, opts segment.Options) crm.PurchaseFilter {
	f.From = max(f.From, opts.From)
	if f.Until == 0 || opts.Until != 0 && opts.Until < f.Until {
		f.Until = opts.Until
	}
	return f
}

// Cases of sources that sum.
func summarizerChecks() []sourceCheck {
	same := "The rows are those that a segment.Summary with the same options takes by AddAggregate, in any order, and the summary they make equals, byte for byte, the one made from the purchases."
	return []sourceCheck{
		{
			name: "summarizer/same-bytes", summarizer: true, log: longLog,
			rules: storetest.Says("Summarizer", same),
			run: func(c *counter) {
				for _, opts := range optionSets(c.f.mainCurrency()) {
					for _, f := range []crm.PurchaseFilter{{}, {From: sourceDay() - 3}, {Until: sourceDay() + 3}, {Customer: c.log[0].Customer}, {Customer: "nobody"}} {
						if f = within(f, opts); f.Until != 0 && f.From >= f.Until {
							continue
						}
						c.equals(f, opts)
					}
				}
			},
		},
		{
			name: "summarizer/period-of-the-options", summarizer: true, log: longLog,
			rules: storetest.Says("Summarizer", same, "The period of opts bounds the purchases as that of the filter does."),
			run: func(c *counter) {
				// Without a filter the options' own period has to hold: a row outside it is
				// refused by AddAggregate.
				for _, opts := range optionSets(c.f.mainCurrency()) {
					want, err := c.summary(within(crm.PurchaseFilter{}, opts), opts)
					c.Fails("the summary of the purchases", err, nil)
					have, err := c.summed(crm.PurchaseFilter{}, opts)
					c.Fails("the summary of the sums", err, nil)
					if !bytes.Equal(have, want) {
						c.Errorf("refunds %v, [%v, %v): the summaries differ", opts.Refunds, opts.From, opts.Until)
					}
				}
			},
		},
		{
			name: "summarizer/hard-rows", summarizer: true,
			rules: storetest.Says("Summarizer", same),
			log: func(f SourceFeatures, short bool) []purchase.Purchase[string] {
				var all []purchase.Purchase[string]
				for _, p := range hardLog(f, short) {
					if p.Customer != "amounts" && p.Customer != "currencies" { // sums beyond 64 bits, or of no one currency
						all = append(all, p)
					}
				}
				day, currency := sourceDay(), f.mainCurrency()
				return append(all, bought("large", day, 1<<62, currency), bought("large", day, 1<<62-1, currency), bought("large", day, -1<<62, currency),
					bought("larger than a float", day, 1<<53+1, currency), bought("nothing but refunds", day, -7, currency), bought("zero", day, 0, currency))
			},
			run: func(c *counter) {
				for _, opts := range optionSets(c.f.mainCurrency()) {
					c.equals(within(crm.PurchaseFilter{}, opts), opts)
				}
			},
		},
		{
			name: "summarizer/one-row-a-customer", summarizer: true, log: longLog,
			rules: storetest.Says("Summarizer", "Summarizer is what a PurchaseSource offers that sums where the data live: one row per customer and currency instead of one per purchase."),
			run: func(c *counter) {
				seen := map[string]bool{}
				for _, a := range storetest.Rows(c.Scene, c.sums(c.ctx, crm.PurchaseFilter{}, segment.Options{})) {
					if seen[a.Customer] {
						c.Errorf("two rows of one customer")
						return
					}
					seen[a.Customer] = true
				}
				for _, p := range c.log {
					if !seen[p.Customer] {
						c.Errorf("no row of a customer who bought")
						return
					}
				}
			},
		},
		{
			name: "summarizer/random-logs", summarizer: true, log: func(f SourceFeatures, short bool) []purchase.Purchase[string] {
				var all []purchase.Purchase[string]
				for seed := range uint64(6) {
					for _, p := range randomLog(seed, 50, f.mainCurrency()) {
						p.Customer = fmt.Sprintf("%d/%s", seed, p.Customer)
						all = append(all, p)
					}
				}
				return all
			},
			rules: storetest.Says("Summarizer", same),
			run: func(c *counter) {
				most := 100
				if c.short {
					most = 20
				}
				for _, opts := range optionSets(c.f.mainCurrency()) {
					for _, p := range c.log[:min(len(c.log), most)] {
						f := within(crm.PurchaseFilter{Customer: p.Customer, From: p.Day - 2}, opts)
						if f.Until == 0 || f.From < f.Until {
							c.equals(f, opts)
						}
					}
				}
			},
		},
		{
			name: "summarizer/never-wrong", summarizer: true, log: longLog,
			rules: storetest.Says("Summarizer", same, "Options that cannot be summed there are ErrUnsupported; Summarize then reads the purchases out."),
			run: func(c *counter) {
				for _, opts := range append(optionSets(c.f.mainCurrency()), segment.Options{SameDay: segment.SameDayMerge}) {
					f := within(crm.PurchaseFilter{}, opts)
					want, err := c.summary(f, opts)
					c.Fails("the summary of the purchases", err, nil)
					if have, err := c.summed(f, opts); !errors.Is(err, crm.ErrUnsupported) && (err != nil || !bytes.Equal(have, want)) {
						c.Errorf("options %+v: a summary that differs, or %v, want it equal or ErrUnsupported", opts, err)
					}
					sum, err := crm.Summarize(c.ctx, c.source, f, opts)
					if c.Fails("Summarize of package crm", err, nil); err != nil {
						return
					}
					if have, err := sum.MarshalBinary(); err != nil || !bytes.Equal(have, want) {
						c.Errorf("options %+v: Summarize of package crm differs, %v", opts, err)
					}
				}
			},
		},
		{
			name: "summarizer/context", summarizer: true, log: longLog,
			rules: storetest.Says("PurchaseSource", "A done context ends them with its error."),
			run: func(c *counter) {
				ctx, cancel := context.WithCancel(c.ctx)
				cancel()
				none, err := storetest.Ended(c.Scene, c.sums(ctx, crm.PurchaseFilter{}, segment.Options{}))
				if c.Fails("Summarize with a cancelled context", err, context.Canceled); len(none) > 0 {
					c.Errorf("%d rows with a context that was done before", len(none))
				}
				n := 0
				for range c.sums(c.ctx, crm.PurchaseFilter{}, segment.Options{}) {
					if n++; n%50 == 1 {
						c.equals(crm.PurchaseFilter{Customer: c.log[0].Customer}, segment.Options{})
					}
				}
			},
		},
	}
}
