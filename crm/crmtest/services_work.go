package crmtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/pipeline/score"
	"github.com/guanxi-go/guanxi/crm/timeline"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// leaving is the colleague who leaves while the others are at work.
const leaving = "leaver"

// board is what the workers of a run know of each other's work: ids. They run one at
// a time, so nothing guards it.
type board struct {
	customers, leads, opportunities, orders, bids, approvals []string

	firms int // captures that named a company, by which conversion makes two customers
}

// work plays three workers at their daily work, much of it a leaver's, while everything
// of the leaver is handed over, through a store that fails.
func work(t *testing.T, seed uint64, store crm.Store) Injected {
	t.Helper()
	rates := Rates{ErrRead: .005, ErrBefore: .03, ErrAfter: .06, StaleRead: .1, Conflict: .05, Cancelled: .005}
	faulty := NewFaulty(store, seed, rates)
	known, people := &board{}, crm.CadenceOptions{People: newHouse(t)}
	first := crm.Options{Clock: NewClock(seed, december().Start(time.UTC), 0), Attempts: 1000, NewID: numbered("z"), Cadence: people}
	punish(t, services(t, &freshStore{Store: store, commits: faulty}, first))
	first.Clock = NewClock(seed, start(), 0)
	setUpWork(t, services(t, &freshStore{Store: store, commits: faulty}, first), known)
	workers := make([]*worker, 3)
	var tasks []func(crm.Store)
	for i := range workers {
		name := string(rune('a' + i))
		w := &worker{client: client{t: t, name: name, seed: seed, rng: rand.New(rand.NewPCG(seed, uint64(i))), outcome: map[string]bool{}},
			board: known, marks: map[string][]string{}, entered: map[string][]string{}}
		workers[i] = w
		tasks = append(tasks, func(s crm.Store) {
			// With few attempts the worker itself has to send again under its key.
			w.crm = services(t, s, crm.Options{Clock: NewClock(seed+uint64(i), start(), time.Hour), Attempts: 1 + int(seed%4), NewID: numbered(name), Cadence: people})
			w.run()
		})
	}
	calm := NewFaulty(store, seed, Rates{ErrRead: rates.ErrRead, Cancelled: rates.Cancelled})
	tasks = append(tasks, func(s crm.Store) {
		turn := s.(*Faulty).faults
		for range rand.New(rand.NewPCG(seed, 9)).IntN(300) {
			turn.Pause() // most often the others have something by then
		}
		current := &freshStore{Store: &Faulty{calm.faults.Within(turn)}, commits: s}
		handOver(t, seed, services(t, current, crm.Options{Clock: NewClock(seed+9, start(), time.Hour), Attempts: 100, NewID: numbered("h")}))
	})
	Interleave(seed, faulty, tasks...)
	plain := services(t, store, crm.Options{Clock: NewClock(seed, start(), 0), Cadence: people})
	audit := auditor{t: t, seed: seed, store: store, crm: plain}
	audit.left()
	audit.numbers()
	audit.conversions()
	audit.payments()
	audit.owners()
	audit.cared()
	audit.tenders()
	audit.reviews(workers)
	audit.commands(workers)
	audit.scores()
	audit.penalties()
	agrees(t, seed, plain)
	return faulty.Injected()
}

// numbered makes ids that follow from the order of the calls, so that a run can be
// repeated.
func numbered(prefix string) func() string {
	n := 0
	return func() string {
		n++
		return fmt.Sprintf("%s-%03d", prefix, n)
	}
}

// freshStore reads what is so now, and commits through another store. A handover has to
// read like that: which listing comes after Close, and is empty, is all that it goes by.
type freshStore struct {
	crm.Store
	commits crm.Store
}

// Commit implements [crm.Store].
func (s *freshStore) Commit(ctx context.Context, c crm.Commit) error { return s.commits.Commit(ctx, c) }

// handOver gives away everything of the leaver, sent again as long as its outcome is not
// known.
func handOver(t *testing.T, seed uint64, c *crm.CRM) {
	t.Helper()
	insist := func(what string, do func(ctx context.Context) error) {
		t.Helper()
		var err error
		for range 100 {
			err = do(t.Context())
			// Which of the leaver's are key accounts may be otherwise than when it was asked.
			again := []error{ErrInjected, context.Canceled, crm.ErrConflict, crm.ErrIncomplete, crm.ErrNotFound}
			if !slices.ContainsFunc(again, func(e error) bool { return errors.Is(err, e) }) {
				break
			}
		}
		if err != nil {
			t.Errorf("seed %d: %s: %v", seed, what, err)
		}
	}
	insist("handover", func(ctx context.Context) error {
		l := crm.Leaving{Terms: because("left"), Takers: []owner.Staff{colleague("taker"), colleague("other")}, Options: owner.TransferOptions{Named: map[string]string{}}}
		for k, err := range c.KeyAccounts.List(ctx, boss()) {
			if err != nil {
				return err
			}
			if k.Owner == leaving {
				l.Options.Named[k.Customer] = "taker"
			}
		}
		_, err := c.Owners.TransferAll(ctx, boss(), leaving, l)
		return err
	})
	insist("succession", func(ctx context.Context) error {
		done, err := c.Approvals.Succeed(ctx, crm.Actor{ID: "hr", Sees: access.Everything()}, leaving, "heir", crm.Call{Reason: "left"}) // boss asks, and may not
		if err == nil && len(done.Left) > 0 {
			t.Errorf("seed %d: the heir cannot have the seats in %v", seed, done.Left)
		}
		return err
	})
}

// form is what leads come in by.
func form() lead.Form {
	return lead.Form{ID: "website", Version: 1, En: "Ask for a call", Zh: "预约回电", Source: "website", Touchpoint: "any", Channel: timeline.Web,
		Fields: []lead.Field{{Name: "name", Kind: lead.PersonName}, {Name: "company", Kind: lead.CompanyName}, {Name: "mobile", Kind: lead.Phone, Required: true}}}
}

// setUpWork makes what there is when the workers begin: tables, customers, a lead of the
// leaver that can be converted, one in a pool and an opportunity.
func setUpWork(t *testing.T, c *crm.CRM, known *board) {
	t.Helper()
	ctx := t.Context()
	_, err := c.Registries.Touchpoints.Put(ctx, boss(), []timeline.Touchpoint{{Code: "any", En: "any", Zh: "任何"}}, 0, crm.Call{})
	_, failed := c.Registries.Forms.Put(ctx, boss(), []lead.Form{form()}, 0, crm.Call{})
	_, carded := c.Registries.Scorecards.Put(ctx, boss(), []score.Scorecard{card(1)}, 0, crm.Call{})
	_, planned := c.Registries.CarePlans.Put(ctx, boss(), []care.Plan{{ID: "holiday", Trigger: care.Festival, Days: []calendar.Day{holiday()}, Task: "card"}}, 0, crm.Call{})
	err = errors.Join(err, failed, carded, planned)
	for i, to := range []string{leaving, "stays"} {
		id, failed := c.Customers.Register(ctx, boss(), crm.Registration{ID: fmt.Sprint("c", i),
			Profile: party.Profile{Type: party.Person, Name: "n"}, Owner: colleague(to)})
		err = errors.Join(err, failed)
		known.customers = append(known.customers, id)
	}
	for i, place := range []crm.CaptureLead{{Owner: colleague(leaving)}, {Pool: "public", Path: "sales/"}} {
		place.ID, place.Submission = fmt.Sprint("l", i), submission(i, "")
		_, failed := c.Leads.Capture(ctx, boss(), place)
		err = errors.Join(err, failed)
		known.leads = append(known.leads, place.ID)
	}
	_, working := c.Leads.Work(ctx, boss(), "l0", time.Time{}, crm.Call{})
	_, qualified := c.Leads.Qualify(ctx, boss(), "l0", time.Time{}, crm.Call{})
	id, opened := c.Opportunities.Open(ctx, boss(), crm.OpenOpportunity{Customer: "c0", Title: "t", Owner: colleague(leaving), Expectation: crm.Expectation{Amount: price(900)}})
	known.opportunities = append(known.opportunities, id)
	if err := errors.Join(err, working, qualified, opened); err != nil {
		t.Fatal(err)
	}
}

// holiday is a day on which all customers are to be cared for.
func holiday() calendar.Day { return calendar.MustDate(2026, 2, 17) }

// submission is the form as somebody with the n-th mobile number fills it in.
func submission(n int, company string) lead.Submission {
	values := map[string]string{"name": "n", "mobile": fmt.Sprintf("138%08d", n)}
	if company != "" {
		values["company"] = company
	}
	return lead.Submission{Form: "website", Version: 1, Origin: "o", Values: values}
}

// oneOwner has many claim a lead that was recycled, and that many recycled, at one
// moment.
func oneOwner(t *testing.T, store crm.Store) {
	t.Helper()
	ctx := t.Context()
	c := services(t, store, crm.Options{Attempts: 1000})
	known := &board{}
	setUpWork(t, c, known)
	if err := c.Owners.Close(ctx, boss(), leaving, crm.Call{}); err != nil {
		t.Fatal(err)
	}
	policy := owner.PoolPolicy{Zone: time.UTC, Rules: []owner.PoolRule{{ID: "left", Pool: "public", Path: "sales/", OwnerLeft: true}}}
	var mu sync.Mutex
	released := 0
	storetest.Together(4, func(int) {
		page, err := c.Leads.Recycle(ctx, boss(), crm.RecycleLeads{Policy: policy})
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		released += len(page.Released)
	})
	if released != 1 {
		t.Errorf("one lead was released %d times", released)
	}
	var winners []string
	storetest.Together(32, func(i int) {
		id := fmt.Sprintf("s%02d", i)
		_, err := c.Leads.Claim(ctx, crm.Actor{ID: id, Sees: access.Everything()}, "l0", colleague(id), crm.Terms{})
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			winners = append(winners, id)
		case !errors.Is(err, crm.ErrTaken):
			t.Errorf("%s: %v", id, err)
		}
	})
	got, err := c.Leads.Get(ctx, boss(), "l0")
	if err != nil || len(winners) != 1 || got.Holding.Owner != winners[0] {
		t.Errorf("%v have it, the record says %q: %v", winners, got.Holding.Owner, err)
	}
	(&auditor{t: t, store: store, crm: c}).owners()
	agrees(t, 0, c)
}
