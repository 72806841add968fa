package crm_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/quote"
	"github.com/guanxi-go/guanxi/crm/receivable"
)

func quoteLines(price int64) []quote.Line {
	return []quote.Line{{Quantity: decimal.NewFromInt(1), Price: decimal.NewFromInt(price)}}
}

// quote drafts the next round of an opportunity.
func (s *scene) quote(opportunity string, price int64) string {
	s.t.Helper()
	d, err := s.Quotes.Draft(s.ctx, boss, crm.NewQuote{Opportunity: opportunity, Lines: quoteLines(price), Currency: money.CNY,
		Floor: quote.Floor{Price: yuan(80)}, ValidUntil: calendar.MustDate(2026, 1, 31)})
	require.NoError(s.t, err)
	return d.ID
}

func (s *scene) state(id string) quote.State {
	s.t.Helper()
	q, err := s.Quotes.Get(s.ctx, boss, id)
	require.NoError(s.t, err)
	return q.State
}

// An offer that was drafted before is not sent after the opportunity was lost.
func TestQuoteOfWhatIsLost(t *testing.T) {
	s := selling(t, crm.Options{})
	q := s.quote("o1", 100)
	_, err := s.Opportunities.Lose(s.ctx, boss, "o1", crm.Losing{Loss: pipeline.LostPrice})
	require.NoError(t, err)
	_, err = s.Quotes.Send(s.ctx, boss, q, crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	require.Equal(t, quote.Draft, s.state(q))
}

func TestQuoteRounds(t *testing.T) {
	s := selling(t, crm.Options{})
	first, second := s.quote("o1", 100), s.quote("o1", 90)
	_, err := s.Quotes.Send(s.ctx, boss, first, crm.Call{})
	require.NoError(t, err)
	done, err := s.Quotes.Send(s.ctx, boss, second, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, []string{first}, done.Superseded)
	require.Equal(t, quote.Superseded, s.state(first))
	require.Equal(t, quote.Sent, s.state(second))

	other, err := s.Quotes.Draft(s.ctx, boss, crm.NewQuote{Opportunity: "o1", Variant: "leasing", Lines: quoteLines(95), Currency: money.CNY})
	require.NoError(t, err)
	require.Equal(t, 1, other.Round)
	done, err = s.Quotes.Send(s.ctx, boss, other.ID, crm.Call{})
	require.NoError(t, err)
	require.Empty(t, done.Superseded)

	// What was sent is proof of the document quote.
	_, err = s.Opportunities.Move(s.ctx, boss, "o1", crm.Promotion{To: "negotiate", Met: append(met(pipeline.Field, "contact", "need"), met(pipeline.Activity, "visit")...)})
	require.NoError(t, err)

	_, err = s.Quotes.Accept(s.ctx, boss, first, crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = s.Quotes.Accept(s.ctx, boss, second, crm.Call{})
	require.NoError(t, err)
	rounds, err := s.Quotes.Rounds(s.ctx, boss, "c1")
	require.NoError(t, err)
	var seen []string
	for _, q := range rounds {
		seen = append(seen, q.Variant+" "+q.State.String()+" "+q.Net.String())
	}
	require.Equal(t, []string{" superseded 100.00 CNY", " accepted 90.00 CNY", "leasing sent 95.00 CNY"}, seen)
	s.verified()
}

// Below the floor nothing is sent without an approval.
func TestQuoteBelowTheFloor(t *testing.T) {
	s := selling(t, crm.Options{})
	q := s.quote("o1", 70)
	_, err := s.Quotes.Send(s.ctx, boss, q, crm.Call{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	_, err = s.Quotes.Approve(s.ctx, boss, q, "ap-1", crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = s.Quotes.Submit(s.ctx, boss, q, crm.Call{})
	require.NoError(t, err)
	_, err = s.Quotes.Send(s.ctx, boss, q, crm.Call{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	_, err = s.Quotes.Refuse(s.ctx, boss, q, crm.Call{Reason: "too low"})
	require.NoError(t, err)
	require.Equal(t, quote.Draft, s.state(q))
	_, err = s.Quotes.Submit(s.ctx, boss, q, crm.Call{})
	require.NoError(t, err)
	row, err := s.Quotes.Approve(s.ctx, boss, q, "ap-1", crm.Call{})
	require.NoError(t, err)
	require.Equal(t, "ap-1", row.Ref)
	done, err := s.Quotes.Send(s.ctx, boss, q, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, "PIP-FLOOR", done.Found[0].Code)
	_, err = s.Quotes.Decline(s.ctx, boss, q, crm.Call{})
	require.NoError(t, err)
}

// A quote holds through the end of its last day.
func TestQuoteExpires(t *testing.T) {
	s := selling(t, crm.Options{})
	q, late := s.quote("o1", 100), s.quote("o1", 100)
	_, err := s.Quotes.Send(s.ctx, boss, q, crm.Call{})
	require.NoError(t, err)
	due := func(at time.Time) (n int) {
		for _, err := range s.Quotes.Due(s.ctx, boss, at) {
			require.NoError(t, err)
			n++
		}
		return n
	}
	end := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	require.Zero(t, due(end.Add(-time.Microsecond)))
	require.Equal(t, 1, due(end))
	s.clock.now = end.Add(-10 * time.Minute)
	_, err = s.Quotes.Expire(s.ctx, boss, q, crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	s.clock.now = end
	_, err = s.Quotes.Accept(s.ctx, boss, q, crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = s.Quotes.Expire(s.ctx, boss, q, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, quote.Expired, s.state(q))
	require.Zero(t, due(end.AddDate(1, 0, 0)))
	_, err = s.Quotes.Send(s.ctx, boss, late, crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
}

func TestQuoteDraftRefuses(t *testing.T) {
	s := selling(t, crm.Options{})
	q := s.quote("o1", 100)
	for name, c := range map[string]struct {
		n   crm.NewQuote
		err error
	}{
		"taken id":       {crm.NewQuote{ID: q, Opportunity: "o1", Currency: money.CNY}, crm.ErrDuplicate},
		"no opportunity": {crm.NewQuote{Opportunity: "o9", Currency: money.CNY}, crm.ErrNotFound},
		"no currency":    {crm.NewQuote{Opportunity: "o1"}, crm.ErrInvalid},
		"no day":         {crm.NewQuote{Opportunity: "o1", Currency: money.CNY, ValidUntil: -1}, crm.ErrInvalid},
	} {
		_, err := s.Quotes.Draft(s.ctx, boss, c.n)
		require.ErrorIs(t, err, c.err, name)
	}
	_, err := s.Opportunities.Lose(s.ctx, boss, "o1", crm.Losing{Loss: pipeline.LostTiming})
	require.NoError(t, err)
	_, err = s.Quotes.Draft(s.ctx, boss, crm.NewQuote{Opportunity: "o1", Currency: money.CNY})
	require.ErrorIs(t, err, crm.ErrTransition)
}

// The journal of a quote has its steps in order; the instalments of an order are listed
// by it; an opportunity that somebody has is not assigned again.
func TestListsOfADeal(t *testing.T) {
	s := selling(t, crm.Options{})
	q := s.quote("o1", 100)
	_, err := s.Quotes.Send(s.ctx, boss, q, crm.Call{})
	require.NoError(t, err)
	_, err = s.Quotes.Accept(s.ctx, boss, q, crm.Call{})
	require.NoError(t, err)
	var kinds []string
	for e, err := range s.Quotes.History(s.ctx, boss, q) {
		require.NoError(t, err)
		kinds = append(kinds, e.Kind)
	}
	require.Equal(t, []string{"drafted", "sent", "accepted"}, kinds)

	won, err := s.Opportunities.Win(s.ctx, boss, "o1", crm.Winning{Order: "so1", Met: ready, Terms: []receivable.Term{
		{Share: share(40), Due: calendar.MustDate(2026, 3, 1)}, {Share: share(60), Due: calendar.MustDate(2026, 4, 1)}}})
	require.NoError(t, err)
	var listed []string
	for i, err := range s.Receivables.Of(s.ctx, boss, "so1") {
		require.NoError(t, err)
		listed = append(listed, i.ID)
	}
	require.Equal(t, won.Instalments, listed)
	_, err = s.Opportunities.Assign(s.ctx, boss, "o1", zhao, crm.Terms{})
	require.ErrorIs(t, err, crm.ErrTaken, "it has an owner")
}
