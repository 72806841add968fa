package crm_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/receivable"
)

func yuan(n int64) money.Amount { return cny(n * 100) }

func met(p pipeline.Proof, names ...string) (list []pipeline.Criterion) {
	for _, n := range names {
		list = append(list, pipeline.Criterion{Proof: p, Name: n})
	}
	return list
}

// ready is evidence for every stage of the default process.
var ready = []pipeline.Criterion{{Proof: pipeline.Field, Name: "contact"}, {Proof: pipeline.Field, Name: "need"}, {Proof: pipeline.Activity, Name: "visit"},
	{Proof: pipeline.Document, Name: "quote"}, {Proof: pipeline.Document, Name: "contract"}, {Proof: pipeline.Approval, Name: "contract"}}

// open opens an opportunity of li's with c1.
func (s *scene) open(id string, amount money.Amount) {
	s.t.Helper()
	_, err := s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{ID: id, Customer: "c1", Title: "new lathe", Owner: li,
		Expectation: crm.Expectation{Amount: amount, Close: calendar.MustDate(2026, 3, 31)}})
	require.NoError(s.t, err)
}

func (s *scene) opportunity(id string) crm.Opportunity {
	s.t.Helper()
	o, err := s.Opportunities.Get(s.ctx, boss, id)
	require.NoError(s.t, err)
	return o
}

// selling is a scene with a customer of li's and an opportunity.
func selling(t *testing.T, opts crm.Options) *scene {
	s := newScene(t, opts)
	s.register("c1", person(t, "张三", "13800138000"), li)
	s.open("o1", yuan(100))
	return s
}

func TestOpportunityFromLeadToOrder(t *testing.T) {
	s := selling(t, crm.Options{})
	o := s.opportunity("o1")
	require.Equal(t, "prospect", o.Stage)
	require.Equal(t, "li", o.Holding.Owner)
	require.Equal(t, time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), o.Due)
	title, err := s.Opportunities.Title(s.ctx, boss, "o1")
	require.NoError(t, err)
	require.Equal(t, "new lathe", title)

	// All that is missing is said at once; what was proved once is remembered.
	_, err = s.Opportunities.Move(s.ctx, boss, "o1", crm.Promotion{To: "negotiate", Met: met(pipeline.Field, "contact")})
	var refused *pipeline.Error
	require.ErrorAs(t, err, &refused)
	require.ErrorIs(t, err, crm.ErrIncomplete)
	require.Equal(t, append(append(met(pipeline.Field, "need"), met(pipeline.Activity, "visit")...), met(pipeline.Document, "quote")...), refused.Missing)
	_, err = s.Opportunities.Move(s.ctx, boss, "o1", crm.Promotion{To: "visit", Met: append(met(pipeline.Field, "contact", "need"), met(pipeline.Activity, "visit")...)})
	require.NoError(t, err)
	row, err := s.Opportunities.Move(s.ctx, boss, "o1", crm.Promotion{To: "prospect", Call: crm.Call{Reason: "they changed their mind"}})
	require.NoError(t, err)
	require.Equal(t, "visit", row.From)
	require.Empty(t, row.Reason)
	_, err = s.Opportunities.Move(s.ctx, boss, "o1", crm.Promotion{To: "visit"})
	require.NoError(t, err)

	// One commit: the order, its instalments and the stage.
	before := s.get("c1").Standing
	won, err := s.Opportunities.Win(s.ctx, boss, "o1", crm.Winning{Order: "so1", Terms: []receivable.Term{
		{Share: money.Ratio{Num: 1, Den: 3}, Event: receivable.Signing, Days: 10}, {Share: money.Ratio{Num: 2, Den: 3}, Event: receivable.Shipment}},
		Call: crm.Call{Key: "contract 17"}})
	require.NoError(t, err)
	require.Equal(t, crm.Won{Order: "so1", Instalments: []string{"so1/1", "so1/2"}}, won)
	o = s.opportunity("o1")
	require.Equal(t, pipeline.Won, o.Type)
	require.Equal(t, "so1", o.Order)
	require.Zero(t, o.Due)
	order, err := s.Orders.Get(s.ctx, boss, "so1")
	require.NoError(t, err)
	require.Equal(t, pipeline.OrderSigned, order.State)
	require.Equal(t, yuan(100), order.Amount)
	require.Equal(t, order.Head.Recorded, o.Head.Recorded)
	part, err := s.Receivables.Get(s.ctx, boss, "so1/1")
	require.NoError(t, err)
	require.Equal(t, int64(3333), part.Outstanding)
	require.Equal(t, order.Signed+10, part.Due)
	require.Equal(t, before.Category, s.get("c1").Standing.Category)

	again, err := s.Opportunities.Win(s.ctx, boss, "o1", crm.Winning{Order: "so1", Terms: order.Terms, Call: crm.Call{Key: "contract 17"}})
	require.NoError(t, err)
	require.Equal(t, won, again)
	_, err = s.Opportunities.Win(s.ctx, boss, "o1", crm.Winning{Order: "so2"})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = s.Orders.Get(s.ctx, boss, "so2")
	require.ErrorIs(t, err, crm.ErrNotFound)

	var kinds []string
	for e, err := range s.Opportunities.History(s.ctx, boss, "o1") {
		require.NoError(t, err)
		kinds = append(kinds, e.Kind+" "+e.To)
	}
	require.Equal(t, []string{"opened prospect", "moved visit", "moved prospect", "moved visit", "moved execute"}, kinds)
	s.verified()
}

func TestOpportunityLostHeldReopened(t *testing.T) {
	s := selling(t, crm.Options{})
	move := s.Opportunities
	_, err := move.Lose(s.ctx, boss, "o1", crm.Losing{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	until := day(60)
	_, err = move.Hold(s.ctx, boss, "o1", until, crm.Call{Reason: "next budget"})
	require.NoError(t, err)
	require.Equal(t, until, s.opportunity("o1").Due)
	_, err = move.Reopen(s.ctx, boss, "o1", crm.Call{Reason: "no"})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = move.Move(s.ctx, boss, "o1", crm.Promotion{To: "promote", Met: ready})
	require.NoError(t, err)
	_, err = move.Lose(s.ctx, boss, "o1", crm.Losing{Loss: pipeline.LostCompetitor, Competitor: "rival-3"})
	require.NoError(t, err)
	o := s.opportunity("o1")
	require.Equal(t, pipeline.LostCompetitor, o.Loss)
	require.Equal(t, "rival-3", o.Competitor)

	_, err = move.Edit(s.ctx, boss, "o1", crm.Call{}, func(*crm.Expectation) error { return nil })
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = move.Reopen(s.ctx, boss, "o1", crm.Call{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	closed := o.Since
	_, err = move.Reopen(s.ctx, boss, "o1", crm.Call{Reason: "they called", At: closed.AddDate(0, 0, 91)})
	require.ErrorIs(t, err, crm.ErrInvalid, "in the future")
	s.clock.now = closed.Add(90 * 24 * time.Hour)
	_, err = move.Reopen(s.ctx, boss, "o1", crm.Call{Reason: "they called"})
	require.ErrorIs(t, err, crm.ErrTransition)
	s.clock.now = closed.Add(90*24*time.Hour - 2*time.Minute)
	_, err = move.Reopen(s.ctx, boss, "o1", crm.Call{Reason: "they called"})
	require.NoError(t, err)
	o = s.opportunity("o1")
	require.Equal(t, "promote", o.Stage)
	require.Zero(t, o.Loss)
}

func TestOpportunityEditAndAct(t *testing.T) {
	s := selling(t, crm.Options{})
	_, err := s.Opportunities.Edit(s.ctx, boss, "o1", crm.Call{}, func(e *crm.Expectation) error {
		e.Amount, e.Category, e.Next = yuan(250), pipeline.Commit, day(20)
		return nil
	})
	require.NoError(t, err)
	o := s.opportunity("o1")
	require.Equal(t, yuan(250), o.Amount)
	require.Equal(t, day(20), o.Due)
	for name, change := range map[string]func(*crm.Expectation){
		"closed":      func(e *crm.Expectation) { e.Category = pipeline.Closed },
		"negative":    func(e *crm.Expectation) { e.Amount.Minor = -1 },
		"no currency": func(e *crm.Expectation) { e.Amount = money.Amount{Minor: 5} },
		"no day":      func(e *crm.Expectation) { e.Close = -3 },
	} {
		_, err := s.Opportunities.Edit(s.ctx, boss, "o1", crm.Call{}, func(e *crm.Expectation) error { change(e); return nil })
		require.ErrorIs(t, err, crm.ErrInvalid, name)
	}
	own := errors.New("own")
	_, err = s.Opportunities.Edit(s.ctx, boss, "o1", crm.Call{}, func(*crm.Expectation) error { return own })
	require.ErrorIs(t, err, own)

	at, o1 := s.clock.now.Add(-time.Hour), crm.Subject{Kind: crm.KindOpportunity, ID: "o1"}
	s.followUp("wang", o1, at)
	require.Equal(t, at, s.opportunity("o1").Acted)
	s.followUp("wang", o1, at.Add(-time.Hour))
	require.Equal(t, at, s.opportunity("o1").Acted, "late news moves nothing back")
	_, err = s.Actions.Record(s.ctx, boss, o1, cadence.Action{NoChange: true}, crm.Call{At: s.clock.now.AddDate(1, 0, 0)})
	require.ErrorIs(t, err, crm.ErrInvalid)
	s.verified()
}

// Who does not see the owner sees no opportunity, and everything goes with it when it
// changes hands.
func TestOpportunityChangesHands(t *testing.T) {
	s := selling(t, crm.Options{})
	q := s.quote("o1", 100)
	_, err := s.Orders.Draft(s.ctx, boss, crm.NewOrder{ID: "so1", Opportunity: "o1"})
	require.NoError(t, err)
	his := crm.Actor{ID: "zhao", Sees: access.Scope{Owner: "zhao"}}
	sees := func() (n int) {
		for _, err := range s.Opportunities.List(s.ctx, his, crm.OpportunityFilter{}) {
			require.NoError(t, err)
			n++
		}
		for _, err := range s.Orders.List(s.ctx, his, crm.OrderFilter{}) {
			require.NoError(t, err)
			n++
		}
		rounds, err := s.Quotes.Rounds(s.ctx, his, "c1")
		require.NoError(t, err)
		return n + len(rounds)
	}
	require.Zero(t, sees())
	for _, err := range []error{
		second(s.Opportunities.Get(s.ctx, his, "o1")), second(s.Opportunities.Move(s.ctx, his, "o1", crm.Promotion{To: "promote"})),
		second(s.Opportunities.Title(s.ctx, his, "o1")), second(s.Opportunities.Owners(s.ctx, his, "o1")),
		second(s.Opportunities.Win(s.ctx, his, "o1", crm.Winning{})), second(s.Opportunities.Transfer(s.ctx, his, "o1", zhao, crm.Terms{Code: "mine"})),
		second(s.Quotes.Get(s.ctx, his, q)), second(s.Quotes.Send(s.ctx, his, q, crm.Call{})), second(s.Orders.Get(s.ctx, his, "so1")),
		second(s.Orders.Sign(s.ctx, his, "so1", crm.Signing{})), second(s.Orders.Draft(s.ctx, his, crm.NewOrder{Opportunity: "o1"})),
	} {
		require.ErrorIs(t, err, crm.ErrNotFound)
	}
	given, err := s.Opportunities.Transfer(s.ctx, boss, "o1", zhao, crm.Terms{Code: "region"})
	require.NoError(t, err)
	require.Equal(t, owner.Transferred, given.Kind)
	require.Equal(t, 3, sees())
	journal, err := s.Opportunities.Owners(s.ctx, his, "o1")
	require.NoError(t, err)
	require.Len(t, journal, 2)
	s.verified()

	// A leaver takes none of it along, and gets nothing more.
	_, err = s.CRM.Owners.TransferAll(s.ctx, boss, "zhao", crm.Leaving{Terms: crm.Terms{Call: crm.Call{Reason: "leaves"}}, Takers: []owner.Staff{li, sun}})
	require.NoError(t, err)
	require.Zero(t, sees())
	_, err = s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{Customer: "c1", Owner: zhao})
	require.ErrorIs(t, err, crm.ErrForbidden)
	_, err = s.Opportunities.Transfer(s.ctx, boss, "o1", zhao, crm.Terms{Code: "back"})
	require.ErrorIs(t, err, crm.ErrForbidden)
	_, err = s.Orders.Draft(s.ctx, boss, crm.NewOrder{Customer: "c1", Amount: yuan(1), Owner: zhao})
	require.ErrorIs(t, err, crm.ErrForbidden)
	s.verified()
}

func second[T any](_ T, err error) error { return err }

// What was said about an opportunity goes when the person is forgotten; what was
// counted stays, and nothing more is recorded.
func TestOpportunityOfSomebodyForgotten(t *testing.T) {
	s := selling(t, crm.Options{})
	q := s.quote("o1", 100)
	_, err := s.Quotes.Send(s.ctx, boss, q, crm.Call{Reason: "张三 asked for it"})
	require.NoError(t, err)
	_, err = s.Opportunities.Lose(s.ctx, boss, "o1", crm.Losing{Loss: pipeline.LostPrice, Call: crm.Call{Reason: "张三 found it dear"}})
	require.NoError(t, err)
	_, err = s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{ID: "o2", Customer: "c1", Owner: li, Call: crm.Call{Reason: "张三 asked"}})
	require.NoError(t, err)
	_, err = s.Opportunities.Transfer(s.ctx, boss, "o1", zhao, crm.Terms{Call: crm.Call{Reason: "张三 wants another"}})
	require.NoError(t, err)
	_, err = s.Privacy.Forget(s.ctx, boss, "c1", crm.Erasure{Call: crm.Call{Reason: "asked for it"}})
	require.NoError(t, err)
	title, err := s.Opportunities.Title(s.ctx, boss, "o1")
	require.NoError(t, err)
	require.Empty(t, title)
	for _, subject := range []crm.Subject{{Kind: crm.KindOpportunity, ID: "o1"}, {Kind: crm.KindOpportunity, ID: "o2"}, {Kind: crm.KindQuote, ID: q}} {
		for e, err := range s.store.Entries(s.ctx, crm.EntryFilter{Subject: subject}) {
			require.NoError(t, err)
			require.Equal(t, e.Redacted(), e)
		}
	}
	require.Equal(t, yuan(100), s.opportunity("o1").Amount)
	_, err = s.Opportunities.Reopen(s.ctx, boss, "o1", crm.Call{Reason: "again"})
	require.ErrorIs(t, err, crm.ErrForgotten)
	_, err = s.Quotes.Accept(s.ctx, boss, q, crm.Call{})
	require.ErrorIs(t, err, crm.ErrForgotten)

	// What is open is brought to its end, and nothing is said.
	_, err = s.Quotes.Decline(s.ctx, boss, q, crm.Call{Reason: "张三 left"})
	require.NoError(t, err)
	_, err = s.Opportunities.Lose(s.ctx, boss, "o2", crm.Losing{Loss: pipeline.LostPrice, Call: crm.Call{Reason: "张三 left"}})
	require.NoError(t, err)
	for _, subject := range []crm.Subject{{Kind: crm.KindOpportunity, ID: "o2"}, {Kind: crm.KindQuote, ID: q}} {
		for e, err := range s.store.Entries(s.ctx, crm.EntryFilter{Subject: subject}) {
			require.NoError(t, err)
			require.Empty(t, e.Reason)
		}
	}
	s.verified()
}

func TestOpportunityOpenRefuses(t *testing.T) {
	s := selling(t, crm.Options{})
	for name, c := range map[string]struct {
		o   crm.OpenOpportunity
		err error
	}{
		"taken id":     {crm.OpenOpportunity{ID: "o1", Customer: "c1", Owner: li}, crm.ErrDuplicate},
		"no customer":  {crm.OpenOpportunity{Customer: "c9", Owner: li}, crm.ErrNotFound},
		"nobody":       {crm.OpenOpportunity{Customer: "c1"}, crm.ErrInvalid},
		"inactive":     {crm.OpenOpportunity{Customer: "c1", Owner: owner.Staff{ID: "x"}}, crm.ErrForbidden},
		"late stage":   {crm.OpenOpportunity{Customer: "c1", Owner: li, Stage: "visit"}, crm.ErrIncomplete},
		"won stage":    {crm.OpenOpportunity{Customer: "c1", Owner: li, Stage: "execute"}, crm.ErrTransition},
		"no stage":     {crm.OpenOpportunity{Customer: "c1", Owner: li, Stage: "moon"}, crm.ErrInvalid},
		"bad evidence": {crm.OpenOpportunity{Customer: "c1", Owner: li, Met: []pipeline.Criterion{{}}}, crm.ErrInvalid},
		"to come":      {crm.OpenOpportunity{Customer: "c1", Owner: li, Call: crm.Call{At: day(400)}}, crm.ErrInvalid},
	} {
		_, err := s.Opportunities.Open(s.ctx, boss, c.o)
		require.ErrorIs(t, err, c.err, name)
	}
	begun, err := s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{Customer: "c1", Owner: li, Stage: "visit", Met: ready})
	require.NoError(t, err)
	require.Equal(t, "visit", s.opportunity(begun).Stage)
	_, err = crm.New(new(crm.Memory), crm.Options{Process: pipeline.Process{Name: "empty"}})
	require.ErrorIs(t, err, crm.ErrInvalid)
}
