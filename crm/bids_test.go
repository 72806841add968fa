package crm_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
)

// due is the deadline of the tenders below; the clock of a scene begins on 1 January.
var due = time.Date(2026, 2, 1, 9, 30, 0, 0, time.UTC)

func clauses(ids ...string) (list []bid.Requirement) {
	for _, id := range ids {
		list = append(list, bid.Requirement{ID: id, Mandatory: true})
	}
	return list
}

// tender opens a bid of o1's that is being prepared.
func (s *scene) tender(id string, ids ...string) {
	s.t.Helper()
	_, err := s.Bids.Open(s.ctx, boss, crm.NewBid{ID: id, Opportunity: "o1", Deadline: due, Requirements: clauses(ids...)})
	require.NoError(s.t, err)
	_, err = s.Bids.Prepare(s.ctx, boss, id, crm.Call{})
	require.NoError(s.t, err)
}

func (s *scene) bid(id string) crm.Bid {
	s.t.Helper()
	b, err := s.Bids.Get(s.ctx, boss, id)
	require.NoError(s.t, err)
	return b
}

func (s *scene) assign(id string, to owner.Staff, by time.Time, ids ...string) {
	s.t.Helper()
	_, err := s.Bids.Assign(s.ctx, boss, id, crm.Allotment{Requirements: ids, To: to, By: by})
	require.NoError(s.t, err)
}

func (s *scene) answer(as crm.Actor, id string, ids ...string) {
	s.t.Helper()
	_, err := s.Bids.Answer(s.ctx, as, id, crm.Answering{Requirements: ids, Answer: bid.Complies})
	require.NoError(s.t, err)
}

// waits lists what a colleague has to answer.
func (s *scene) waits(staff string) (list []string) {
	s.t.Helper()
	open, err := s.Bids.Responses(s.ctx, boss, staff)
	require.NoError(s.t, err)
	for _, r := range open {
		list = append(list, r.Bid+" "+r.Requirement+" "+r.Due.Format("02 15:04"))
	}
	return list
}

func TestBidFromInvitationToRefund(t *testing.T) {
	s := selling(t, crm.Options{})
	id, err := s.Bids.Open(s.ctx, boss, crm.NewBid{Opportunity: "o1", Deadline: due.Add(time.Nanosecond), Deposit: yuan(50), ReturnBy: calendar.MustDate(2026, 3, 10),
		Requirements: append(clauses("3.1"), bid.Requirement{ID: "3.2"})})
	require.NoError(t, err)
	b := s.bid(id)
	require.Equal(t, []any{"c1", "o1", "li", bid.Invited, due, due}, []any{b.Customer, b.Opportunity, b.Owner, b.State, b.Deadline, b.Due})
	for _, step := range []func() (crm.Entry, error){
		func() (crm.Entry, error) { return s.Bids.Prepare(s.ctx, boss, id, crm.Call{Reason: "worth it"}) },
		func() (crm.Entry, error) {
			return s.Bids.Answer(s.ctx, boss, id, crm.Answering{Requirements: []string{"3.1"}, Answer: bid.Complies, Text: "as annexed"})
		},
		func() (crm.Entry, error) {
			return s.Bids.Answer(s.ctx, boss, id, crm.Answering{Requirements: []string{"3.2"}, Answer: bid.Deviates})
		},
		func() (crm.Entry, error) {
			return s.Bids.Pay(s.ctx, boss, id, calendar.MustDate(2026, 1, 20), crm.Call{})
		},
		func() (crm.Entry, error) { s.clock.now = due; return s.Bids.Submit(s.ctx, boss, id, crm.Call{At: due}) },
		func() (crm.Entry, error) { return s.Bids.Lose(s.ctx, boss, id, crm.Call{}) },
	} {
		e, err := step()
		require.NoError(t, err)
		require.Equal(t, []any{crm.Subject{Kind: crm.KindBid, ID: id}, "", ""}, []any{e.Subject, e.Text, e.Reason}, "receipts hold ids and codes")
	}
	b = s.bid(id)
	require.Equal(t, []any{bid.Lost, due, time.Date(2026, 3, 11, 0, 0, 0, 0, time.UTC)}, []any{b.State, b.SubmittedAt, b.Due})
	require.Equal(t, "prospect", s.opportunity("o1").Stage, "a bid moves no opportunity")

	found, err := s.Bids.Watch(s.ctx, boss, b.Due, bid.Options{})
	require.NoError(t, err)
	text, err := bid.Catalogue().Render(found[0], finding.English)
	require.NoError(t, err)
	require.Equal(t, "the deposit of 50.00 CNY was to come back by 2026-03-10, 1 days ago", text)
	_, err = s.Bids.Refund(s.ctx, boss, id, calendar.MustDate(2026, 3, 15), crm.Call{})
	require.NoError(t, err)
	require.Zero(t, s.bid(id).Due)
	found, err = s.Bids.Watch(s.ctx, boss, b.Due, bid.Options{})
	require.NoError(t, err)
	require.Empty(t, found)

	var lines []string
	for e, err := range s.Bids.History(s.ctx, boss, id) {
		require.NoError(t, err)
		lines = append(lines, e.Kind+" "+e.To+" "+e.Reason+e.Text)
	}
	require.Equal(t, []string{"opened invited ", "prepared preparing worth it", "answered preparing as annexed", "answered preparing ",
		"paid preparing ", "submitted submitted ", "lost lost ", "refunded lost "}, lines)
	s.verified()
}

// refused is what a refusal says of the field that it is about.
func refused(t *testing.T, err error) string {
	t.Helper()
	switch e := err.(type) {
	case nil:
		return "nothing"
	case *crm.Error:
		return "crm " + e.Field
	case *bid.Error:
		return "bid " + e.Field
	case interface{ Unwrap() []error }:
		return refused(t, e.Unwrap()[0])
	}
	return err.Error()
}

func TestBidRefuses(t *testing.T) {
	s := selling(t, crm.Options{})
	s.tender("b1", "3.1", "3.2")
	require.NoError(t, s.Owners.Close(s.ctx, boss, "sun", crm.Call{}))
	open := func(n crm.NewBid) error {
		_, err := s.Bids.Open(s.ctx, boss, n)
		return err
	}
	assign := func(a crm.Allotment) error {
		_, err := s.Bids.Assign(s.ctx, boss, "b1", a)
		return err
	}
	answer := func(a bid.Answer, ids ...string) error {
		_, err := s.Bids.Answer(s.ctx, boss, "b1", crm.Answering{Requirements: ids, Answer: a})
		return err
	}
	amend := func(a bid.Amendment) error {
		_, err := s.Bids.Amend(s.ctx, boss, "b1", a, crm.Call{})
		return err
	}
	second := func(_ crm.Entry, err error) error { return err }
	for name, c := range map[string]struct {
		got   error
		is    error
		about string
	}{
		"taken id":            {open(crm.NewBid{ID: "b1", Opportunity: "o1", Deadline: due}), crm.ErrDuplicate, "crm "},
		"no opportunity":      {open(crm.NewBid{Opportunity: "o9", Deadline: due}), crm.ErrNotFound, "crm "},
		"no deadline":         {open(crm.NewBid{Opportunity: "o1"}), crm.ErrInvalid, "bid bid"},
		"no year":             {open(crm.NewBid{Opportunity: "o1", Deadline: due.AddDate(10_000, 0, 0)}), crm.ErrInvalid, "crm deadline"},
		"twice":               {open(crm.NewBid{Opportunity: "o1", Deadline: due, Requirements: clauses("1", "1")}), crm.ErrInvalid, "bid requirements"},
		"no answer":           {open(crm.NewBid{Opportunity: "o1", Deadline: due, Requirements: []bid.Requirement{{ID: "1", Answer: 9}}}), crm.ErrInvalid, "bid requirements"},
		"deposit":             {open(crm.NewBid{Opportunity: "o1", Deadline: due, Deposit: cny(-1)}), crm.ErrInvalid, "bid bid"},
		"nothing given":       {assign(crm.Allotment{To: zhao}), crm.ErrInvalid, "bid requirements"},
		"given, not asked":    {assign(crm.Allotment{To: zhao, Requirements: []string{"9"}}), crm.ErrNotFound, "bid requirements"},
		"given too late":      {assign(crm.Allotment{To: zhao, Requirements: []string{"3.1"}, By: due.Add(time.Second)}), crm.ErrInvalid, "crm by"},
		"given to a leaver":   {assign(crm.Allotment{To: sun, Requirements: []string{"3.1"}}), crm.ErrForbidden, "crm "},
		"answered, no code":   {answer(9, "3.1"), crm.ErrInvalid, "bid answer"},
		"answered, not asked": {answer(bid.Complies, "3.1", "9"), crm.ErrNotFound, "bid requirements"},
		"amended, not there":  {amend(bid.Amendment{Drop: []string{"9"}}), crm.ErrNotFound, "bid drop"},
		"amended, no year":    {amend(bid.Amendment{Deadline: due.AddDate(10_000, 0, 0)}), crm.ErrInvalid, "crm deadline"},
		"no deposit":          {second(s.Bids.Pay(s.ctx, boss, "b1", 1, crm.Call{})), crm.ErrTransition, "bid deposit"},
		"not paid":            {second(s.Bids.Refund(s.ctx, boss, "b1", 1, crm.Call{})), crm.ErrTransition, "bid deposit"},
		"begun":               {second(s.Bids.Prepare(s.ctx, boss, "b1", crm.Call{})), crm.ErrTransition, "bid state"},
		"open requirements":   {second(s.Bids.Submit(s.ctx, boss, "b1", crm.Call{})), crm.ErrIncomplete, "bid requirements"},
		"not handed in":       {second(s.Bids.Win(s.ctx, boss, "b1", crm.Call{})), crm.ErrTransition, "bid state"},
		"no bid":              {second(s.Bids.Prepare(s.ctx, boss, "b9", crm.Call{})), crm.ErrNotFound, "crm "},
	} {
		require.ErrorIs(t, c.got, c.is, name)
		require.Equal(t, c.about, refused(t, c.got), name)
	}
	s.answer(boss, "b1", "3.1", "3.2")
	s.clock.now = due.Add(time.Microsecond)
	_, err := s.Bids.Submit(s.ctx, boss, "b1", crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	require.Equal(t, "bid deadline", refused(t, err))
	_, err = s.Opportunities.Lose(s.ctx, boss, "o1", crm.Losing{Loss: pipeline.LostPrice})
	require.NoError(t, err)
	for _, err := range []error{open(crm.NewBid{Opportunity: "o1", Deadline: due}), second(s.Bids.Submit(s.ctx, boss, "b1", crm.Call{At: due}))} {
		require.ErrorIs(t, err, crm.ErrTransition)
		require.Equal(t, "crm stage", refused(t, err))
	}
	_, err = s.Bids.Cancel(s.ctx, boss, "b1", crm.Call{})
	require.NoError(t, err)
	require.ErrorIs(t, assign(crm.Allotment{To: zhao, Requirements: []string{"3.1"}}), crm.ErrTransition)
	s.verified()
}

// As many requirements as a bid can have are given to somebody, and end with it.
func TestBidOfManyRequirements(t *testing.T) {
	s := selling(t, crm.Options{})
	ids := make([]string, crm.MaxRequirements+1)
	for i := range ids {
		ids[i] = fmt.Sprint(i)
	}
	_, err := s.Bids.Open(s.ctx, boss, crm.NewBid{Opportunity: "o1", Deadline: due, Requirements: clauses(ids...)})
	require.ErrorIs(t, err, crm.ErrInvalid)
	require.Equal(t, "crm requirements", refused(t, err))
	ids = ids[1:]
	s.tender("b1", ids...)
	_, err = s.Bids.Amend(s.ctx, boss, "b1", bid.Amendment{Requirements: clauses("one more")}, crm.Call{})
	require.ErrorIs(t, err, crm.ErrInvalid)
	s.assign("b1", zhao, time.Time{}, ids...)
	require.Len(t, s.waits("zhao"), crm.MaxRequirements)
	s.answer(boss, "b1", ids...)
	_, err = s.Bids.Submit(s.ctx, boss, "b1", crm.Call{})
	require.NoError(t, err)
	s.verified()
}

// What the purchaser changes reaches those who answer: a later deadline, a requirement that
// is another now, and one that no longer stands.
func TestBidAmended(t *testing.T) {
	s := selling(t, crm.Options{})
	s.tender("b1", "3.1", "3.2", "3.3")
	s.assign("b1", zhao, time.Time{}, "3.1", "3.2")
	s.assign("b1", zhao, due.AddDate(0, 0, -3), "3.3")
	require.Equal(t, []string{"b1 3.3 29 09:30", "b1 3.1 01 09:30", "b1 3.2 01 09:30"}, s.waits("zhao"))
	s.answer(boss, "b1", "3.1")
	require.Equal(t, []string{"b1 3.3 29 09:30", "b1 3.2 01 09:30"}, s.waits("zhao"))

	_, err := s.Bids.Amend(s.ctx, boss, "b1", bid.Amendment{Deadline: due.AddDate(0, 0, 9), Requirements: clauses("3.1", "3.4"), Drop: []string{"3.2"}}, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, []string{"b1 3.3 29 09:30", "b1 3.1 10 09:30"}, s.waits("zhao"))
	for _, days := range []int{-4, 9} { // a deadline that is earlier than what was asked for, and again as it was
		_, err = s.Bids.Amend(s.ctx, boss, "b1", bid.Amendment{Deadline: due.AddDate(0, 0, days)}, crm.Call{})
		require.NoError(t, err)
		require.Equal(t, map[int]string{-4: "b1 3.1 28 09:30", 9: "b1 3.3 29 09:30"}[days], s.waits("zhao")[0])
		s.verified()
	}
	require.Equal(t, due.AddDate(0, 0, 9), s.bid("b1").Due)
	require.Equal(t, bid.Matrix{Open: 3}, s.bid("b1").Matrix())

	// Somebody else has it now; what is answered is theirs until it is handed in.
	s.assign("b1", li, time.Time{}, "3.3")
	s.answer(boss, "b1", "3.1")
	list, err := s.Bids.Allotted(s.ctx, boss, "b1")
	require.NoError(t, err)
	var who []string
	for _, r := range list {
		who = append(who, r.Requirement+" "+r.Owner+" "+r.State)
	}
	require.Equal(t, []string{"3.3 li open", "3.1 zhao answered"}, who)
	s.verified()
	s.answer(boss, "b1", "3.3", "3.4")
	_, err = s.Bids.Submit(s.ctx, boss, "b1", crm.Call{})
	require.NoError(t, err)
	list, err = s.Bids.Allotted(s.ctx, boss, "b1")
	require.NoError(t, err)
	require.Empty(t, list)
	require.Empty(t, append(s.waits("li"), s.waits("zhao")...))
	s.verified()
}

// Who answers sees the bid, until it is handed in, and answers what was given to them;
// others see what their scope has.
func TestBidVisibility(t *testing.T) {
	s := selling(t, crm.Options{})
	s.tender("b1", "3.1", "3.2")
	west := crm.Actor{ID: "zhao", Sees: access.Scope{Units: []access.Range{{From: "sales/west/", To: "sales/west0"}}}}
	east := crm.Actor{ID: "qian", Sees: access.Scope{Units: []access.Range{{From: "sales/east/", To: "sales/east0"}}}}
	listed := func(as crm.Actor) (n int) {
		for _, err := range s.Bids.List(s.ctx, as, crm.BidFilter{Opportunity: "o1", State: bid.Preparing, DueBefore: due.Add(time.Microsecond)}) {
			require.NoError(t, err)
			n++
		}
		return n
	}
	require.Equal(t, []int{0, 1}, []int{listed(west), listed(east)})
	blind := func() {
		t.Helper()
		_, err := s.Bids.Get(s.ctx, west, "b1")
		require.ErrorIs(t, err, crm.ErrNotFound)
		_, err = s.Bids.Answer(s.ctx, west, "b1", crm.Answering{Requirements: []string{"3.1"}, Answer: bid.Complies})
		require.ErrorIs(t, err, crm.ErrNotFound)
		_, err = s.Bids.Allotted(s.ctx, west, "b1")
		require.ErrorIs(t, err, crm.ErrNotFound)
		for _, err := range s.Bids.History(s.ctx, west, "b1") {
			require.ErrorIs(t, err, crm.ErrNotFound)
		}
	}
	blind()
	_, err := s.Bids.Open(s.ctx, west, crm.NewBid{Opportunity: "o1", Deadline: due})
	require.ErrorIs(t, err, crm.ErrNotFound)
	_, err = s.Opportunities.NoteNeed(s.ctx, west, "o1", crm.NeedNote{Need: bid.Need{ID: "n", Strength: bid.Must, Source: bid.Stated}})
	require.ErrorIs(t, err, crm.ErrNotFound)

	s.assign("b1", zhao, time.Time{}, "3.1")
	_, err = s.Bids.Get(s.ctx, west, "b1")
	require.NoError(t, err)
	_, err = s.Bids.Answer(s.ctx, west, "b1", crm.Answering{Requirements: []string{"3.1", "3.2"}, Answer: bid.Complies})
	require.ErrorIs(t, err, crm.ErrForbidden)
	require.Equal(t, "crm requirements", refused(t, err))
	s.answer(west, "b1", "3.1")
	s.answer(west, "b1", "3.1")
	_, err = s.Bids.Submit(s.ctx, west, "b1", crm.Call{})
	require.ErrorIs(t, err, crm.ErrNotFound, "to be handed in by who has it")
	s.answer(east, "b1", "3.2")
	waiting, err := s.Bids.Responses(s.ctx, east, "zhao")
	require.NoError(t, err)
	require.Empty(t, waiting, "another unit's")
	_, err = s.Bids.Submit(s.ctx, east, "b1", crm.Call{})
	require.NoError(t, err)
	blind()
	s.verified()
}

// A bid goes where its opportunity goes, and who leaves hands over bids and what was given
// to them.
func TestBidHandedOver(t *testing.T) {
	s := selling(t, crm.Options{})
	s.tender("b1", "3.1", "3.2")
	s.assign("b1", li, time.Time{}, "3.2")
	s.assign("b1", sun, time.Time{}, "3.1")
	_, err := s.Opportunities.Transfer(s.ctx, boss, "o1", zhao, crm.Terms{Code: "region"})
	require.NoError(t, err)
	require.Equal(t, "zhao", s.bid("b1").Owner)
	require.Equal(t, []string{"b1 3.2 01 09:30"}, s.waits("li"), "was given to li as li")

	for _, leaver := range []string{"zhao", "li"} {
		has, err := s.Handovers.Inventory(s.ctx, boss, leaver)
		require.NoError(t, err)
		counted := map[owner.Matter]int{}
		for _, of := range has {
			counted[of.Matter] = len(of.Things)
		}
		if leaver == "zhao" {
			require.Equal(t, 2, counted[owner.Opportunities], "the opportunity and the bid")
		} else {
			require.Equal(t, 1, counted[owner.Tasks])
		}
		_, err = s.Owners.TransferAll(s.ctx, boss, leaver, crm.Leaving{Terms: crm.Terms{Code: "left"}, Takers: []owner.Staff{sun}})
		require.NoError(t, err)
	}
	require.Equal(t, "sun", s.bid("b1").Owner)
	require.Equal(t, []string{"b1 3.1 01 09:30", "b1 3.2 01 09:30"}, s.waits("sun"))
	s.verified()
	s.answer(crm.Actor{ID: "sun"}, "b1", "3.1", "3.2")
	_, err = s.Bids.Submit(s.ctx, boss, "b1", crm.Call{})
	require.NoError(t, err)
	s.verified()
}

// About somebody who was forgotten nothing is recorded any more, but how a bid ended and
// that the deposit came back.
func TestBidOfAForgottenPerson(t *testing.T) {
	s := selling(t, crm.Options{})
	_, err := s.Bids.Open(s.ctx, boss, crm.NewBid{ID: "b1", Opportunity: "o1", Deadline: due, Requirements: clauses("3.1"), Deposit: yuan(50)})
	require.NoError(t, err)
	_, err = s.Bids.Prepare(s.ctx, boss, "b1", crm.Call{})
	require.NoError(t, err)
	_, err = s.Bids.Pay(s.ctx, boss, "b1", 1, crm.Call{})
	require.NoError(t, err)
	_, err = s.Privacy.Forget(s.ctx, boss, "c1", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	second := func(_ crm.Entry, err error) error { return err }
	for _, err := range []error{
		second(s.Bids.Answer(s.ctx, boss, "b1", crm.Answering{Requirements: []string{"3.1"}, Answer: bid.Complies})),
		second(s.Bids.Assign(s.ctx, boss, "b1", crm.Allotment{Requirements: []string{"3.1"}, To: zhao})),
		second(s.Bids.Amend(s.ctx, boss, "b1", bid.Amendment{}, crm.Call{})),
		second(s.Bids.Submit(s.ctx, boss, "b1", crm.Call{})),
		second(s.Opportunities.NoteCompetitor(s.ctx, boss, "o1", crm.CompetitorNote{Competitor: bid.Competitor{ID: "x"}})),
	} {
		require.ErrorIs(t, err, crm.ErrForgotten)
	}
	_, err = s.Bids.Cancel(s.ctx, boss, "b1", crm.Call{Reason: word})
	require.NoError(t, err)
	_, err = s.Bids.Refund(s.ctx, boss, "b1", 2, crm.Call{Reason: word})
	require.NoError(t, err)
	for e, err := range s.Bids.History(s.ctx, boss, "b1") {
		require.NoError(t, err)
		require.Empty(t, e.Reason, e.Kind)
	}
	s.verified()
}

// Verify tells a bid, a response and notes that are not what their journals come to.
func TestBidVerified(t *testing.T) {
	s := selling(t, crm.Options{})
	s.tender("b1", "3.1")
	s.assign("b1", zhao, time.Time{}, "3.1")
	_, err := s.Opportunities.NoteCompetitor(s.ctx, boss, "o1", crm.CompetitorNote{Competitor: bid.Competitor{ID: "x", Price: money.Amount{Minor: 1, Currency: money.CNY}}})
	require.NoError(t, err)
	s.verified()
	spoil := func(kind crm.Kind, change func(*crm.Record), field string) {
		t.Helper()
		for r, err := range s.store.Records(s.ctx, crm.RecordFilter{Kind: kind}) {
			require.NoError(t, err)
			kept := r
			change(&r)
			put := func(r crm.Record, version uint64) {
				require.NoError(t, s.store.Commit(s.ctx, crm.Commit{Scope: "t", Key: fmt.Sprint(kind, field, version), Recorded: due,
					Changes: []crm.Change{{Subject: r.Subject, Expect: version, Writes: []crm.Write{crm.PutRecord{Record: r}}}}}))
			}
			put(r, r.Head.Version)
			_, found, err := s.Verify(s.ctx)
			require.NoError(t, err)
			require.NotEmpty(t, found)
			require.Equal(t, []any{r.Subject, field}, []any{found[0].Subject, found[0].Field})
			put(kept, r.Head.Version+1)
		}
	}
	replaced := func(old, new string) func(*crm.Record) {
		return func(r *crm.Record) {
			require.Contains(t, string(r.Body), old)
			r.Body = bytes.Replace(r.Body, []byte(old), []byte(new), 1)
		}
	}
	spoil(crm.KindBid, replaced(`"open"`, `"complies"`), "state")
	spoil(crm.KindBid, func(r *crm.Record) { r.Due = time.Time{} }, "state")
	spoil(crm.KindResponse, func(r *crm.Record) { r.Due = due.Add(time.Hour) }, "response")
	spoil(crm.KindOpportunity, replaced(`"0.01"`, `"0.02"`), "needs")
	s.verified()
}
