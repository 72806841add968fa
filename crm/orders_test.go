package crm_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/quote"
	"github.com/guanxi-go/guanxi/crm/receivable"
)

func TestOrderFromDraftToCompletion(t *testing.T) {
	s := selling(t, crm.Options{})
	half := money.Ratio{Num: 1, Den: 2}
	terms := []receivable.Term{{Share: half, Event: receivable.Signing}, {Share: half, Event: receivable.Acceptance, Days: 30}}
	id, err := s.Orders.Draft(s.ctx, boss, crm.NewOrder{Opportunity: "o1", Terms: terms})
	require.NoError(t, err)
	_, err = s.Orders.Start(s.ctx, boss, id, crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = s.Orders.Sign(s.ctx, boss, id, crm.Signing{})
	require.NoError(t, err)
	o := s.opportunity("o1")
	require.Equal(t, pipeline.Won, o.Type)
	require.Equal(t, id, o.Order)
	part, err := s.Receivables.Get(s.ctx, boss, id+"/2")
	require.NoError(t, err)
	require.Equal(t, "li", part.Owner)
	_, err = s.Orders.Sign(s.ctx, boss, id, crm.Signing{})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = s.Orders.Start(s.ctx, boss, id, crm.Call{})
	require.NoError(t, err)
	_, err = s.Orders.Cancel(s.ctx, boss, id, crm.Call{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	row, err := s.Orders.Complete(s.ctx, boss, id, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, "executing", row.From)
	_, err = s.Orders.Cancel(s.ctx, boss, id, crm.Call{Reason: "too late"})
	require.ErrorIs(t, err, crm.ErrTransition)

	var kinds []string
	for e, err := range s.Orders.History(s.ctx, boss, id) {
		require.NoError(t, err)
		kinds = append(kinds, e.Kind)
	}
	require.Equal(t, []string{"drafted", "signed", "executing", "completed"}, kinds)
	s.verified()
}

// An order that cannot be signed leaves the opportunity as it was, and the other way
// round: there is one commit.
func TestOrderSignsWholeOrNotAtAll(t *testing.T) {
	process := pipeline.DefaultProcess()
	process.Stages[6].Entry = met(pipeline.Approval, "contract")
	s := selling(t, crm.Options{Process: process})
	id, err := s.Orders.Draft(s.ctx, boss, crm.NewOrder{Opportunity: "o1"})
	require.NoError(t, err)
	_, err = s.Orders.Sign(s.ctx, boss, id, crm.Signing{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	order, err := s.Orders.Get(s.ctx, boss, id)
	require.NoError(t, err)
	require.Equal(t, pipeline.OrderDraft, order.State)
	_, err = s.Opportunities.Win(s.ctx, boss, "o1", crm.Winning{Order: id, Met: met(pipeline.Approval, "contract")})
	require.NoError(t, err)
	order, err = s.Orders.Get(s.ctx, boss, id)
	require.NoError(t, err)
	require.Equal(t, pipeline.OrderSigned, order.State)

	s.open("o2", yuan(5))
	_, err = s.Opportunities.Win(s.ctx, boss, "o2", crm.Winning{Order: id, Met: met(pipeline.Approval, "contract")})
	require.ErrorIs(t, err, crm.ErrInvalid)
	require.Equal(t, pipeline.Open, s.opportunity("o2").Type)
}

func TestOrderDraftRefuses(t *testing.T) {
	s := selling(t, crm.Options{})
	s.register("c2", person(t, "李四", ""), li)
	for name, c := range map[string]struct {
		n   crm.NewOrder
		err error
	}{
		"other customer": {crm.NewOrder{Opportunity: "o1", Customer: "c2"}, crm.ErrInvalid},
		"no customer":    {crm.NewOrder{Amount: yuan(1)}, crm.ErrNotFound},
		"no amount":      {crm.NewOrder{Customer: "c2"}, crm.ErrInvalid},
		"negative":       {crm.NewOrder{Customer: "c2", Amount: yuan(-1)}, crm.ErrInvalid},
		"shares":         {crm.NewOrder{Customer: "c2", Amount: yuan(1), Terms: []receivable.Term{{Share: money.Ratio{Num: 1, Den: 2}, Event: receivable.Signing}}}, crm.ErrInvalid},
	} {
		_, err := s.Orders.Draft(s.ctx, boss, c.n)
		require.ErrorIs(t, err, c.err, name)
	}
	id, err := s.Orders.Draft(s.ctx, boss, crm.NewOrder{Customer: "c2", Amount: yuan(7)})
	require.NoError(t, err)
	order, err := s.Orders.Get(s.ctx, boss, id)
	require.NoError(t, err)
	require.Equal(t, "li", order.Owner, "who has the customer")
	_, err = s.Orders.Draft(s.ctx, boss, crm.NewOrder{ID: id, Customer: "c2", Amount: yuan(7)})
	require.ErrorIs(t, err, crm.ErrDuplicate)
	_, err = s.Orders.Sign(s.ctx, boss, id, crm.Signing{})
	require.NoError(t, err)
}

// Of many who win one opportunity at once, one does, and there is one order; of many who
// send quotes of one variant, the last one stands alone.
func TestOrdersAndQuotesUnderRivals(t *testing.T) {
	s := selling(t, crm.Options{Clock: new(clockwork), Attempts: 100})
	const rivals = 16
	quotes := make([]string, rivals)
	for i := range quotes {
		quotes[i] = s.quote("o1", int64(100+i))
	}
	var group sync.WaitGroup
	sent := make([]error, rivals)
	for i, id := range quotes {
		group.Go(func() { _, sent[i] = s.Quotes.Send(s.ctx, boss, id, crm.Call{}) })
	}
	group.Wait()
	standing := 0
	for i, id := range quotes {
		state := s.state(id)
		if state == quote.Sent {
			standing++
		}
		require.Equal(t, sent[i] == nil, state == quote.Sent || state == quote.Superseded)
		if sent[i] != nil {
			require.ErrorIs(t, sent[i], crm.ErrInvalid, "a later round was sent before")
		}
	}
	require.Equal(t, 1, standing)
	require.Equal(t, quote.Sent, s.state(quotes[rivals-1]))

	won := make([]error, rivals)
	for i := range won {
		group.Go(func() {
			_, won[i] = s.Opportunities.Win(s.ctx, boss, "o1", crm.Winning{Terms: []receivable.Term{{Share: money.Ratio{Num: 1, Den: 1}, Event: receivable.Signing}}})
		})
	}
	group.Wait()
	winners := 0
	for _, err := range won {
		if err == nil {
			winners++
			continue
		}
		require.ErrorIs(t, err, crm.ErrTransition)
	}
	require.Equal(t, 1, winners)
	orders := 0
	for o, err := range s.Orders.List(s.ctx, boss, crm.OrderFilter{Opportunity: "o1"}) {
		require.NoError(t, err)
		require.Equal(t, o.ID, s.opportunity("o1").Order)
		orders++
	}
	require.Equal(t, 1, orders)
	s.verified()
}

// clockwork is a clock that several goroutines may ask.
type clockwork struct {
	mu sync.Mutex
	n  int
}

func (c *clockwork) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return day(0).Add(time.Duration(c.n) * time.Second)
}
