package crm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/pipeline/quote"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/shopspring/decimal"
)

// searched is a store of which everything that was ever written can be searched: of
// whatever kind and journal it is, with the receipts.
type searched struct {
	*crm.Memory
	mu       sync.Mutex
	subjects map[crm.Subject]bool
	keys     map[[2]string]bool
}

func (s *searched) Commit(ctx context.Context, c crm.Commit) error {
	s.mu.Lock()
	for _, change := range c.Changes {
		s.subjects[change.Subject] = true
	}
	s.keys[[2]string{c.Scope, c.Key}] = true
	s.mu.Unlock()
	return s.Memory.Commit(ctx, c)
}

// holding returns the places that hold a word.
func (s *searched) holding(t *testing.T, word string) (places []string) {
	t.Helper()
	ctx := t.Context()
	look := func(place string, v any) {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		if strings.Contains(string(text), word) {
			places = append(places, place)
		}
	}
	for subject := range s.subjects {
		if subject.Kind == crm.KindCustomer {
			c, err := s.Customer(ctx, subject.ID)
			require.NoError(t, err)
			look(subject.String(), c)
		} else if r, err := s.Record(ctx, subject); err == nil {
			look(subject.String(), r)
		}
		for e, err := range s.Entries(ctx, crm.EntryFilter{Subject: subject}) {
			require.NoError(t, err)
			look(fmt.Sprint(subject, " ", e.Journal, " ", e.Kind), e)
		}
	}
	for key := range s.keys {
		if r, err := s.Receipt(ctx, key[0], key[1]); err == nil {
			look("receipt", string(r.Data))
		}
	}
	events, err := s.Pending(ctx, 100000)
	require.NoError(t, err)
	for _, e := range events {
		look("event "+e.Kind, e)
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// word stands for what people write about somebody, and is in no profile.
const word = "xanthippe"

// said is a call with a key and the word.
func said(key string) crm.Call { return crm.Call{Key: key, Reason: "because " + word} }

// worked gives every command of daily work about c1, a person, and says the word in each
// place where a command takes words. No entry names the person: what is to be cleared is
// known by what it is about.
func worked(t *testing.T, s *scene, clock *set) {
	ok := func(err error) {
		t.Helper()
		require.NoError(t, err)
	}
	c1 := crm.Subject{Kind: crm.KindCustomer, ID: "c1"}
	terms := func(key string) crm.Terms { return crm.Terms{Call: said(key)} }

	_, err := s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{Call: said("o1"), ID: "o1", Customer: "c1", Title: word, Owner: li, Expectation: crm.Expectation{Amount: yuan(100)}})
	ok(err)
	_, err = s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{Call: said("o2"), ID: "o2", Customer: "c1", Title: word, Owner: li, Expectation: crm.Expectation{Amount: yuan(100)}})
	ok(err)
	_, err = s.Opportunities.Transfer(s.ctx, boss, "o1", zhao, terms("o3"))
	ok(err)
	_, err = s.Opportunities.Edit(s.ctx, boss, "o1", said("o4"), func(e *crm.Expectation) error { e.Amount = yuan(90); return nil })
	ok(err)
	_, err = s.Actions.Record(s.ctx, boss, crm.Subject{Kind: crm.KindOpportunity, ID: "o1"}, cadence.Action{ID: "a9", Note: word}, said("o5"))
	ok(err)
	_, err = s.Opportunities.Hold(s.ctx, boss, "o2", time.Time{}, said("o6"))
	ok(err)
	_, err = s.Opportunities.Move(s.ctx, boss, "o2", crm.Promotion{Call: said("o7"), To: "visit", Met: ready})
	ok(err)
	_, err = s.Opportunities.Lose(s.ctx, boss, "o2", crm.Losing{Call: said("o8"), Loss: pipeline.LostPrice})
	ok(err)
	_, err = s.Opportunities.Reopen(s.ctx, boss, "o2", said("o9"))
	ok(err)

	for i, target := range []crm.Subject{{Kind: crm.KindOpportunity, ID: "o1"}, c1} {
		for k, contact := range []string{"", "c1", "c2"} {
			_, err = s.Actions.Record(s.ctx, boss, target, cadence.Action{Kind: cadence.Visit, Purpose: word, Outcome: word, NextStep: word, Note: word, Contact: contact}, said(fmt.Sprint("a", i, k)))
			ok(err)
		}
	}

	_, err = s.Opportunities.NoteNeed(s.ctx, boss, "o1", crm.NeedNote{Call: said("n1"), Need: bid.Need{ID: "n", Strength: bid.Must, Source: bid.Stated, Contact: "c2"}, Text: word})
	ok(err)
	_, err = s.Opportunities.NoteSolution(s.ctx, boss, "o1", crm.SolutionNote{Call: said("n2"), Solution: bid.Solution{ID: "m8"}, Text: word})
	ok(err)
	_, err = s.Opportunities.NoteCompetitor(s.ctx, boss, "o1", crm.CompetitorNote{Call: said("n3"), Competitor: bid.Competitor{ID: "x"}, Text: word})
	ok(err)
	_, err = s.Opportunities.DropNeed(s.ctx, boss, "o1", "n", said("n4"))
	ok(err)
	_, err = s.Opportunities.DropSolution(s.ctx, boss, "o1", "m8", said("n5"))
	ok(err)
	_, err = s.Opportunities.DropCompetitor(s.ctx, boss, "o1", "x", said("n6"))
	ok(err)
	tendered(t, s, clock)

	lines := []quote.Line{{Quantity: decimal.NewFromInt(1), Price: decimal.NewFromInt(90)}}
	for _, id := range []string{"q1", "q2"} {
		_, err = s.Quotes.Draft(s.ctx, boss, crm.NewQuote{Call: said(id), ID: id, Opportunity: "o1", Lines: lines, Currency: money.CNY})
		ok(err)
	}
	_, err = s.Quotes.Submit(s.ctx, boss, "q1", said("q3"))
	ok(err)
	_, err = s.Quotes.Refuse(s.ctx, boss, "q1", said("q4"))
	ok(err)
	_, err = s.Quotes.Send(s.ctx, boss, "q1", said("q5"))
	ok(err)
	_, err = s.Quotes.Send(s.ctx, boss, "q2", said("q6"))
	ok(err)
	_, err = s.Quotes.Accept(s.ctx, boss, "q2", said("q7"))
	ok(err)

	_, err = s.Orders.Draft(s.ctx, boss, crm.NewOrder{Call: said("s1"), ID: "so1", Opportunity: "o1", Terms: []receivable.Term{{Share: share(100), Event: receivable.Signing}}})
	ok(err)
	_, err = s.Orders.Sign(s.ctx, boss, "so1", crm.Signing{Call: said("s2"), Met: ready})
	ok(err)
	_, err = s.Orders.Cancel(s.ctx, boss, "so1", said("s3"))
	ok(err)
	_, err = s.Opportunities.Win(s.ctx, boss, "o2", crm.Winning{Call: said("s4"), Order: "so2", Met: ready, Terms: []receivable.Term{{Share: share(100), Event: receivable.Shipment}}})
	ok(err)

	_, err = s.Receivables.Plan(s.ctx, boss, crm.PaymentPlan{Call: said("p1"), Order: "so3", Customer: "c1", Price: cny(1000),
		Terms: []receivable.Term{{Share: share(50), Due: date("2026-08-01")}, {Share: share(50), Event: receivable.Shipment}}})
	ok(err)
	_, err = s.Receivables.Event(s.ctx, boss, "so3", receivable.Shipment, date("2026-08-20"), said("p2"))
	ok(err)
	_, err = s.Receivables.Remind(s.ctx, boss, "so3/1", 4, said("p3"))
	ok(err)
	ok(s.Receivables.Promise(s.ctx, boss, "so3/1", date("2026-09-20"), said("p4")))
	ok(s.Receivables.Dispute(s.ctx, boss, "so3/1", 100, said("p5")))
	paid := func(key string, minor int64) crm.Payment {
		return crm.Payment{Call: said(key), ID: key, Amount: cny(minor)}
	}
	_, err = s.Receivables.Receive(s.ctx, boss, "c1", paid("p6", 10))
	ok(err)
	_, err = s.Receivables.Prepay(s.ctx, boss, "c1", paid("p7", 30))
	ok(err)
	_, err = s.Receivables.Apply(s.ctx, boss, "c1", paid("p8", 10))
	ok(err)
	_, err = s.Receivables.Refund(s.ctx, boss, "c1", paid("p9", 10))
	ok(err)
	_, err = s.Receivables.WriteOff(s.ctx, boss, "c1", paid("p10", 10))
	ok(err)
	back := paid("p11", 10)
	back.Target = "p6"
	_, err = s.Receivables.Reverse(s.ctx, boss, "c1", back)
	ok(err)
	_, err = s.Stages.Category.Move(s.ctx, boss, "c1", crm.Move[stage.SalesCategory]{Call: said("p12"), To: stage.SalesClosed})
	ok(err)
	_, err = s.Receivables.Collect(s.ctx, boss, "c1", said("p13"))
	ok(err)

	request := spend(10)
	request.Counterparty = "c1"
	_, err = s.Approvals.Start(s.ctx, as("ann"), crm.Proposal{Call: said("v1"), ID: "ap1", Flow: flow(approval.Fixed, everyone("all", 2)), Request: request})
	ok(err)
	_, err = s.Approvals.Act(s.ctx, as("v1"), "ap1", approval.Command{Verb: approval.Approve}, said("v2"))
	ok(err)
	_, err = s.Approvals.Act(s.ctx, as("v2"), "ap1", approval.Command{Verb: approval.Reject}, said("v3"))
	ok(err)

	id, err := s.Agenda.Remind(s.ctx, boss, crm.NewReminder{Call: said("r1"), Owner: li, Customer: "c1", Text: word, Reminder: atNine()})
	ok(err)
	clock.to(date("2026-09-19"), 9*60)
	_, err = s.Agenda.Fire(s.ctx, boss, id, said("r2"))
	ok(err)
	ok(s.Agenda.Done(s.ctx, boss, id, "", said("r3")))
	visit := agenda.Appointment{ID: "v", Kind: agenda.VisitOut, Staff: "li", Customer: "c1", From: clock.Now().Add(time.Hour), To: clock.Now().Add(2 * time.Hour)}
	_, err = s.Agenda.Plan(s.ctx, boss, crm.NewAppointment{Call: said("r4"), Appointment: visit, Text: word})
	ok(err)
	_, err = s.Agenda.Move(s.ctx, boss, "v", visit.From.Add(time.Hour), visit.To.Add(time.Hour), false, said("r5"))
	ok(err)
	ok(s.Agenda.Cancel(s.ctx, boss, "v", said("r6")))

	_, err = s.Registries.CarePlans.Put(s.ctx, boss, []care.Plan{{ID: "autumn", Trigger: care.Festival, Days: []calendar.Day{date("2026-09-25"), date("2026-09-26")}, Task: "cake"}}, 0, crm.Call{})
	ok(err)
	made, err := s.Care.Generate(s.ctx, boss, crm.GenerateCare{Ahead: 20})
	ok(err)
	for i, settle := range []func(context.Context, crm.Actor, string, crm.CareOutcome) error{s.Care.Done, s.Care.Drop} {
		ok(settle(s.ctx, boss, made.Made[i], crm.CareOutcome{Call: said(fmt.Sprint("f", i)), Text: word}))
	}

	_, err = s.Events.Plan(s.ctx, boss, crm.NewEventSeries{Call: said("e1"), Customer: "c1", Text: word, Event: fridays("e1", agenda.Participant{ID: "c1", Customer: true})})
	ok(err)
	ok(s.Events.Invite(s.ctx, boss, "e1", []agenda.Participant{{ID: "zhao"}, {ID: "c2", Customer: true}}, said("e2")))
	ok(s.Events.Answer(s.ctx, boss, "e1", crm.Reply{Call: said("e3"), Participant: "c2", Answer: agenda.Declined}))
	ok(s.Events.Remove(s.ctx, boss, "e1", "c2", said("e4")))
	ok(s.Events.Attend(s.ctx, boss, "e1", firstFriday, []string{"c1"}, said("e5")))
	ok(s.Events.Move(s.ctx, boss, "e1", secondFriday, clock.Now(), clock.Now().Add(time.Hour), said("e6")))
	ok(s.Events.Cancel(s.ctx, boss, "e1", secondFriday, said("e7")))
	ok(s.Events.End(s.ctx, boss, "e1", time.Time{}, said("e8")))

	claim := func(id string, by owner.Staff) {
		_, err := s.Registrations.Submit(s.ctx, boss, crm.RegisterClaim{Call: said(id), ID: id, Claimant: by, Party: c1, Line: "pumps"})
		ok(err)
	}
	claim("g1", li)
	claim("g2", zhao)
	_, err = s.Registrations.Reject(s.ctx, boss, "g1", said("g3"))
	ok(err)
	_, err = s.Registrations.Approve(s.ctx, boss, "g2", said("g4"))
	ok(err)
	_, err = s.Registrations.Revoke(s.ctx, boss, "g2", "", said("g5"))
	ok(err)
	_, err = s.Registrations.Rule(s.ctx, boss, crm.RuleConflict{Call: said("g6"), ID: "ru1", Party: c1, Line: "pumps", Claimants: []string{"li", "zhao"}})
	ok(err)

	// A lead that became the person, and one that the person is found in by the number.
	_, err = s.Leads.Capture(s.ctx, boss, crm.CaptureLead{Call: said("l1"), ID: "l1", Submission: asks(word, "13700137000"), Owner: li})
	ok(err)
	_, err = s.Leads.Transfer(s.ctx, boss, "l1", zhao, terms("l2"))
	ok(err)
	_, err = s.Leads.Work(s.ctx, boss, "l1", time.Time{}, said("l3"))
	ok(err)
	_, err = s.Leads.Record(s.ctx, boss, "l1", call(word), said("l4"))
	ok(err)
	_, err = s.Actions.Record(s.ctx, boss, crm.Subject{Kind: crm.KindLead, ID: "l1"}, cadence.Action{Note: word, Contact: "c2"}, said("l6"))
	ok(err)
	_, err = s.Registrations.Submit(s.ctx, boss, crm.RegisterClaim{Call: said("l7"), ID: "g7", Claimant: li, Party: crm.Subject{Kind: crm.KindLead, ID: "l1"}, Line: "pumps"})
	ok(err)
	_, err = s.Leads.Qualify(s.ctx, boss, "l1", time.Time{}, said("l8"))
	ok(err)
	_, err = s.Leads.Convert(s.ctx, boss, "l1", crm.ConvertLead{Call: said("l9"), Plan: lead.Plan{Customer: "c1", Alone: true}})
	ok(err)

	// How the person is seen, at a company and where the person is the customer.
	s.register("acme", organisation("华信"), sun)
	for _, customer := range []string{"acme", "c1"} {
		_, err = s.Stakeholders.Describe(s.ctx, boss, account.Stakeholder{Customer: customer, Contact: "c1", Influence: 3,
			Preferences: []string{word}, Concerns: []string{word}}, said("t1"+customer))
		ok(err)
		_, err = s.Ties.Move(s.ctx, boss, crm.MoveTie{Call: said("t2" + customer), Customer: customer, Ours: zhao, Theirs: "c1", To: stage.Awareness})
		ok(err)
		_, err = s.Ties.Move(s.ctx, boss, crm.MoveTie{Call: said("t3" + customer), Customer: customer, Ours: zhao, Theirs: "c1", To: stage.Exploration})
		ok(err)
		_, err = s.Stakeholders.End(s.ctx, boss, customer, "c1", said("t4"+customer))
		ok(err)
	}
	_, err = s.Ties.Move(s.ctx, boss, crm.MoveTie{Call: said("t5"), Customer: "c1", Ours: zhao, Theirs: "c2", To: stage.Awareness})
	ok(err)
	_, err = s.Stakeholders.Describe(s.ctx, boss, account.Stakeholder{Customer: "c1", Contact: "c2", Influence: 3, Concerns: []string{word}}, said("t6"))
	ok(err)

	_, err = s.Owners.Transfer(s.ctx, boss, "c1", zhao, terms("w1"))
	ok(err)
	_, err = s.Owners.TransferAll(s.ctx, boss, "zhao", crm.Leaving{Terms: terms("w2"), Takers: []owner.Staff{sun}})
	ok(err)
}

// tendered gives every command about a bid, for an opportunity with c1.
func tendered(t *testing.T, s *scene, clock *set) {
	paid, deadline := date("2026-09-18"), clock.Now().Add(time.Hour)
	for i, id := range []string{"b1", "b2", "b3"} {
		key := func(step string) crm.Call { return said(id + step) }
		_, err := s.Bids.Open(s.ctx, boss, crm.NewBid{Call: key("open"), ID: id, Opportunity: "o1", Deadline: deadline, Deposit: yuan(10),
			Requirements: []bid.Requirement{{ID: "3.1"}}})
		require.NoError(t, err)
		steps := []func() (crm.Entry, error){
			func() (crm.Entry, error) { return s.Bids.Prepare(s.ctx, boss, id, key("prepare")) },
			func() (crm.Entry, error) {
				return s.Bids.Amend(s.ctx, boss, id, bid.Amendment{Requirements: []bid.Requirement{{ID: "3.2"}}}, key("amend"))
			},
			func() (crm.Entry, error) {
				return s.Bids.Assign(s.ctx, boss, id, crm.Allotment{Call: key("assign"), Requirements: []string{"3.1", "3.2"}, To: zhao})
			},
			func() (crm.Entry, error) {
				return s.Bids.Answer(s.ctx, boss, id, crm.Answering{Call: key("answer"), Requirements: []string{"3.1", "3.2"}, Answer: bid.Complies, Text: word})
			},
			func() (crm.Entry, error) { return s.Bids.Pay(s.ctx, boss, id, paid, key("pay")) },
			func() (crm.Entry, error) { return s.Bids.Submit(s.ctx, boss, id, key("submit")) },
			[]func() (crm.Entry, error){
				func() (crm.Entry, error) { return s.Bids.Win(s.ctx, boss, id, key("win")) },
				func() (crm.Entry, error) { return s.Bids.Lose(s.ctx, boss, id, key("lose")) },
				func() (crm.Entry, error) { return s.Bids.Cancel(s.ctx, boss, id, key("cancel")) },
			}[i],
			func() (crm.Entry, error) { return s.Bids.Refund(s.ctx, boss, id, paid, key("refund")) },
		}
		for _, step := range steps {
			_, err := step()
			require.NoError(t, err)
		}
	}
}

// forgetting is a scene of c1, a person, and c2, another, of li's.
func forgetting(t *testing.T) (*scene, *set, *searched) {
	clock := &set{now: date("2026-09-18").At(9*60, shanghai)}
	store := &searched{Memory: new(crm.Memory), subjects: map[crm.Subject]bool{}, keys: map[[2]string]bool{}}
	staff := approval.Staff{}
	s := leadScene(t, store, crm.Options{Clock: clock, Calendar: office(t), Approvals: crm.ApprovalOptions{People: staff}}, lead.Limit{})
	s.register("c1", person(t, "张三", "13800138000"), li)
	s.register("c2", person(t, "李四", "13900139000"), li)
	return s, clock, store
}

// What was said of a person in any command of daily work is gone when the person is
// forgotten, from entries, records, receipts and events, also where it names nobody.
func TestForgetDailyWork(t *testing.T) {
	s, clock, store := forgetting(t)
	worked(t, s, clock)
	require.NotEmpty(t, store.holding(t, word))
	_, err := s.Privacy.Forget(s.ctx, boss, "c1", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	// Why a colleague left is about the colleague.
	require.Equal(t, []string{"staff/zhao record left"}, store.holding(t, word))
	s.verified()
}
