package crmtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// Runs says how often [TestServices] plays each of three scenes, from the seeds 0, 1, 2
// and so on; 0 leaves a scene out.
type Runs struct {
	Leavers int // a colleague leaves while others give customers to them
	Faults  int // commands through a store that fails, see [Faulty]
	Work    int // daily work through such a store, while a colleague leaves
}

// TestServices runs the services of package crm over a store, which has to write
// profiles: store and services together lose nothing and double nothing. Each run
// gets a fresh and empty store from open, and is a subtest that bears the number of
// its seed: go test -run 'TestServices/leaver/17' repeats it.
//
//   - A colleague leaves. Everything of theirs is transferred while other commands
//     assign, register and transfer customers to them, in an order that the seed
//     decides. In the end they have nobody, and nobody is without the owner that the
//     commands gave.
//   - 32 goroutines register a customer with one telephone number: one succeeds.
//   - Two customers swap their telephone numbers in one commit.
//   - Commands run through errors before and after the commit, stale reads, storms of
//     conflicts, cancelled contexts and clocks that jump, and are sent again under
//     their key: each acknowledged one happened once, no other more than once, and the
//     journals come to what the records say. Of a hundred runs or more, each kind of
//     fault has to have been injected in some.
//   - A colleague leaves in the middle of everybody's daily work: leads are captured,
//     scored, claimed, released, recycled and converted, opportunities opened, moved and
//     won, bids drawn up and decided, orders drafted and signed, payments received,
//     reminders, appointments, events and tasks of care made, key accounts reviewed,
//     penalties proposed and approvals decided, through all those faults. In the end the
//     leaver has none of it, nobody is cared for twice, each number is that of one open
//     lead or customer, each converted lead has one customer, each owner follows from the
//     one before, payments are what was allocated and what is left over, the deposits that
//     are out are those that were paid, no lead has the score of a card that was replaced,
//     reviews told who came on the list, and no day costs anybody twice or beyond the cap.
//   - Four machines recycle a lead, and 32 colleagues claim it: it has one next owner.
func TestServices(t *testing.T, open func(t *testing.T) crm.Store, runs Runs) {
	t.Helper()
	t.Run("leaver", func(t *testing.T) {
		for seed := range uint64(runs.Leavers) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) { leaver(t, seed, open(t)) })
		}
	})
	t.Run("one-number", func(t *testing.T) { oneNumber(t, open(t)) })
	t.Run("swap", func(t *testing.T) { swapNumbers(t, open(t)) })
	t.Run("one-owner", func(t *testing.T) { oneOwner(t, open(t)) })
	t.Run("faults", func(t *testing.T) { faulted(t, runs.Faults, open, faults) })
	t.Run("work", func(t *testing.T) { faulted(t, runs.Work, open, work) })
}

// faulted plays a scene through a store that fails, from so many seeds, and holds that
// each kind of fault was injected where there are many.
func faulted(t *testing.T, runs int, open func(t *testing.T) crm.Store, play func(*testing.T, uint64, crm.Store) Injected) {
	t.Helper()
	var total storetest.Injected
	played := 0 // fewer than runs where one seed is repeated
	for seed := range uint64(runs) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			total.Add(storetest.Injected(play(t, seed, open(t))))
			played++
		})
	}
	if !total.Every(0) && played >= 100 && !t.Failed() {
		t.Errorf("a kind of fault was never injected: %+v", total)
	}
}

// boss may do everything.
func boss() crm.Actor { return crm.Actor{ID: "boss", Sees: access.Everything()} }

// colleague is somebody to whom customers can be given.
func colleague(id string) owner.Staff { return owner.Staff{ID: id, Path: "sales/", Active: true} }

func because(reason string) crm.Terms { return crm.Terms{Call: crm.Call{Reason: reason}} }

// services opens the services over a store; the test ends where that fails.
func services(t *testing.T, store crm.Store, opts crm.Options) *crm.CRM {
	t.Helper()
	c, err := crm.New(store, opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// leaver plays one transfer of a leaver's customers against commands that give
// customers to the leaver.
func leaver(t *testing.T, seed uint64, store crm.Store) {
	t.Helper()
	ctx := t.Context()
	c := services(t, store, crm.Options{Clock: NewClock(seed, start(), 0)})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
	register := func(c *crm.CRM, id, to string) error {
		r := crm.Registration{ID: id, Profile: party.Profile{Type: party.Person, Name: "n " + id}}
		if to != "" {
			r.Owner = colleague(to)
		}
		_, err := c.Customers.Register(ctx, boss(), r)
		return err
	}
	for _, one := range [][2]string{{"c0", "leaver"}, {"c1", "leaver"}, {"c2", "leaver"}, {"c3", "stays"}, {"c4", ""}} {
		must(register(c, one[0], one[1]))
	}
	// given are the customers whom the commands so far gave to somebody.
	given := map[string]bool{"c0": true, "c1": true, "c2": true}
	gives := func(id string, err error) {
		t.Helper()
		switch {
		case err == nil:
			given[id] = true
		case errors.Is(err, crm.ErrForbidden), errors.Is(err, crm.ErrTransition), errors.Is(err, crm.ErrTaken):
		default:
			t.Errorf("seed %d: %s: %v", seed, id, err)
		}
	}
	over := func(do func(c *crm.CRM)) func(crm.Store) {
		return func(s crm.Store) { do(services(t, s, crm.Options{Clock: NewClock(seed, start(), 0), Attempts: 100})) }
	}
	Interleave(seed, store,
		over(func(c *crm.CRM) {
			_, err := c.Owners.TransferAll(ctx, boss(), "leaver", crm.Leaving{Terms: because("left"),
				Takers: []owner.Staff{colleague("taker"), colleague("other")}})
			must(err)
		}),
		over(func(c *crm.CRM) {
			_, err := c.Owners.Assign(ctx, boss(), "c4", colleague("leaver"), crm.Terms{})
			gives("c4", err)
			gives("c5", register(c, "c5", "leaver"))
		}),
		over(func(c *crm.CRM) {
			_, err := c.Owners.Transfer(ctx, boss(), "c3", colleague("leaver"), because("helps out"))
			gives("c3", err)
		}),
		over(func(c *crm.CRM) {
			must(c.Customers.Edit(ctx, boss(), []string{"c1"}, crm.Call{}, func(p []*party.Profile) error { p[0].Source = "fair"; return nil }))
			_, err := c.Owners.Transfer(ctx, boss(), "c0", colleague("other"), because("asked for it"))
			gives("c0", err)
		}),
	)
	for left, err := range store.Customers(ctx, crm.CustomerFilter{Owner: "leaver"}) {
		must(err)
		t.Errorf("seed %d: %s was left behind", seed, left.ID)
	}
	for id := range given {
		got, err := store.Customer(ctx, id)
		must(err)
		if got.Standing.Holding.Owner == "" {
			t.Errorf("seed %d: %s has nobody", seed, id)
		}
	}
	agrees(t, seed, c)
}

// agrees holds that the journals come to what the records say.
func agrees(t *testing.T, seed uint64, c *crm.CRM) {
	t.Helper()
	_, found, err := c.Verify(context.WithoutCancel(t.Context()))
	if err != nil || len(found) > 0 {
		t.Errorf("seed %d: replay: %v %v", seed, found, err)
	}
}

// start is when the clocks of the scenes begin.
func start() time.Time { return time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC) }

// mobile is one of the mobile numbers, no two equal.
func mobile(t *testing.T, n int) party.Identifier {
	t.Helper()
	i, err := party.NewIdentifier(party.Phone, "", fmt.Sprintf("138%08d", n))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// oneNumber has many register a customer with the same number at one moment.
func oneNumber(t *testing.T, store crm.Store) {
	t.Helper()
	c := services(t, store, crm.Options{Attempts: 1000})
	number := mobile(t, 13800)
	var mu sync.Mutex
	var winners []string
	storetest.Together(32, func(i int) {
		id, err := c.Customers.Register(t.Context(), boss(), crm.Registration{ID: fmt.Sprint("c", i),
			Profile: party.Profile{Type: party.Person, Name: "n", Identifiers: []party.Identifier{number}}})
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			winners = append(winners, id)
		case !errors.Is(err, crm.ErrTaken):
			t.Errorf("c%d: %v", i, err)
		}
	})
	if len(winners) != 1 {
		t.Fatalf("%d registered: %v", len(winners), winners)
	}
	found, err := c.Customers.Find(t.Context(), boss(), number)
	if err != nil || found.ID != winners[0] {
		t.Errorf("the number is %q's: %v", found.ID, err)
	}
	agrees(t, 0, c)
}

// swapNumbers has two customers swap their numbers.
func swapNumbers(t *testing.T, store crm.Store) {
	t.Helper()
	c := services(t, store, crm.Options{})
	for i, id := range []string{"a", "b"} {
		_, err := c.Customers.Register(t.Context(), boss(), crm.Registration{ID: id,
			Profile: party.Profile{Type: party.Person, Name: "n", Identifiers: []party.Identifier{mobile(t, i)}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	err := c.Customers.Edit(t.Context(), boss(), []string{"a", "b"}, crm.Call{}, func(p []*party.Profile) error {
		p[0].Identifiers, p[1].Identifiers = p[1].Identifiers, p[0].Identifiers
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range []string{"b", "a"} {
		if found, err := c.Customers.Find(t.Context(), boss(), mobile(t, i)); err != nil || found.ID != id {
			t.Errorf("number %d is %q's: %v", i, found.ID, err)
		}
	}
	agrees(t, 0, c)
}
