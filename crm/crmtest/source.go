package crmtest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// TestPurchaseSource runs the cases of [crm.PurchaseSource], and those of
// [crm.Summarizer] where the source is one. The open function returns a source that
// holds exactly these purchases, as they are: the customers' ids, the days, the
// amounts, and rows that are equal as often as they stand there.
func TestPurchaseSource(t *testing.T, open func(t *testing.T, rows []purchase.Purchase[string]) crm.PurchaseSource, f SourceFeatures) {
	t.Helper()
	for _, k := range sourceChecks() {
		t.Run(k.name, func(t *testing.T) {
			t.Helper()
			if f.Parallel {
				t.Parallel()
			}
			k.play(t, func(rows []purchase.Purchase[string]) crm.PurchaseSource { return open(t, rows) }, f, testing.Short())
		})
	}
}

type openSource = func(rows []purchase.Purchase[string]) crm.PurchaseSource

// sourceCheck is one case of the suite of sources.
type sourceCheck struct {
	name       string
	rules      []storetest.Rule
	summarizer bool // the case is about crm.Summarizer
	log        func(f SourceFeatures, short bool) []purchase.Purchase[string]
	run        func(c *counter)
}

// counter is one case at work on one source.
type counter struct {
	*storetest.Scene
	t      storetest.TB
	ctx    context.Context
	short  bool
	source crm.PurchaseSource
	f      SourceFeatures
	log    []purchase.Purchase[string] // what the source holds
}

func (k sourceCheck) play(t storetest.TB, open openSource, f SourceFeatures, short bool) {
	t.Helper()
	if k.summarizer && f.NoSummarizer {
		t.Skip("SourceFeatures.NoSummarizer")
		return
	}
	c := &counter{f: f, log: k.log(f, short)}
	c.source = open(slices.Clone(c.log))
	storetest.Play(t, "crm", k.rules, f.Patience, func(s *storetest.Scene) (run func(), skip string) {
		c.Scene, c.t, c.ctx, c.short = s, s.T(), s.Context(), short
		return func() {
			if _, ok := c.source.(crm.Summarizer); k.summarizer && !ok {
				c.Errorf("the source is no crm.Summarizer: if it is not meant to be, set SourceFeatures.NoSummarizer")
				return
			}
			k.run(c)
		}, ""
	})
}

// wants compares what the source yields under a filter with the log, in any order.
func (c *counter) wants(what string, f crm.PurchaseFilter) {
	c.t.Helper()
	var want []purchase.Purchase[string]
	for _, p := range c.log {
		if f.Match(p.Customer, p.Day) {
			want = append(want, p)
		}
	}
	c.Same(what, inOrder(storetest.Rows(c.Scene, c.source.Purchases(c.ctx, f))), inOrder(want))
}

func inOrder(all []purchase.Purchase[string]) []string {
	var lines []string
	for _, p := range all {
		lines = append(lines, fmt.Sprintf("%+q %d %d %v", p.Customer, p.Day, p.Amount.Minor, p.Amount.Currency))
	}
	slices.Sort(lines)
	return lines
}

// summary makes a summary of what the source yields, row by row.
func (c *counter) summary(f crm.PurchaseFilter, opts segment.Options) ([]byte, error) {
	s, err := segment.NewSummary[string](opts)
	if err != nil {
		return nil, err
	}
	for p, err := range c.source.Purchases(c.ctx, f) {
		if err != nil {
			return nil, err
		}
		if err := s.Add(p); err != nil {
			return nil, err
		}
	}
	return s.MarshalBinary()
}

// summed makes a summary of what the source has summed itself.
func (c *counter) summed(f crm.PurchaseFilter, opts segment.Options) ([]byte, error) {
	s, err := segment.NewSummary[string](opts)
	if err != nil {
		return nil, err
	}
	for a, err := range c.sums(c.ctx, f, opts) {
		if err != nil {
			return nil, err
		}
		if err := s.AddAggregate(a); err != nil {
			return nil, err
		}
	}
	return s.MarshalBinary()
}

func (c *counter) sums(ctx context.Context, f crm.PurchaseFilter, opts segment.Options) iter.Seq2[segment.Aggregate[string], error] {
	return c.source.(crm.Summarizer).Summarize(ctx, f, opts)
}
