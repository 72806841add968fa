package crmtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// client sends commands to services that fail, as a program does that is careful:
// under a key, and again under the same key where it did not learn the outcome.
type client struct {
	t    *testing.T
	name string
	seed uint64
	rng  *rand.Rand
	crm  *crm.CRM

	outcome map[string]bool // of the commands sent, by name: whether it was acknowledged
}

// sends is how often a client sends a command before it gives up.
const sends = 4

// send sends a command until its outcome is known. Its name is its key, and the
// reason in the entries that it leaves.
func (c *client) send(name string, do func(ctx context.Context, call crm.Call) error) {
	call := crm.Call{Key: name, Reason: name}
	c.outcome[name] = false
	for range sends {
		err := do(c.t.Context(), call)
		switch {
		case err == nil:
			c.outcome[name] = true
			return
		case errors.Is(err, ErrInjected), errors.Is(err, context.Canceled), errors.Is(err, crm.ErrConflict):
			continue // not known, or not yet
		case errors.Is(err, crm.ErrKeyReused), errors.Is(err, crm.ErrUnsupported), errors.Is(err, crm.ErrInvalid):
			c.t.Errorf("seed %d: %s: %v", c.seed, name, err)
		}
		return // refused: by what is so, or by what was so when it was read
	}
}

// run sends a dozen commands about two customers that all clients share, and about
// those that it registers itself.
func (c *client) run() {
	for i := range 12 {
		shared := fmt.Sprint("shared", c.rng.IntN(2))
		name := fmt.Sprint(c.name, i)
		switch c.rng.IntN(6) {
		case 0:
			c.send(name, func(ctx context.Context, call crm.Call) error {
				_, err := c.crm.Customers.Register(ctx, boss(), crm.Registration{Call: call, ID: name,
					Profile: party.Profile{Type: party.Person, Name: "n"}, Owner: colleague("s" + c.name)})
				return err
			})
		case 1:
			c.send(name, func(ctx context.Context, call crm.Call) error {
				_, err := c.crm.Owners.Transfer(ctx, boss(), shared, colleague("s"+c.name), crm.Terms{Call: call})
				return err
			})
		case 2:
			to := []stage.Relationship{stage.Awareness, stage.Exploration, stage.Expansion, stage.Dissolution}[c.rng.IntN(4)]
			c.send(name, func(ctx context.Context, call crm.Call) error {
				_, err := c.crm.Stages.Relationship.Move(ctx, boss(), shared, crm.Move[stage.Relationship]{Call: call, To: to})
				return err
			})
		default:
			c.send(name, func(ctx context.Context, call crm.Call) error {
				_, err := c.crm.Timeline.Record(ctx, boss(), shared, timeline.Activity{ID: name, Kind: timeline.KindContact, Touchpoint: "any",
					Channel: timeline.Phone, Direction: timeline.Inbound}, call)
				return err
			})
		}
	}
}

// faults plays three clients over a store that fails, and holds that what was
// acknowledged is there once and that nothing is there twice.
func faults(t *testing.T, seed uint64, store crm.Store) Injected {
	t.Helper()
	faulty := NewFaulty(store, seed, Rates{ErrRead: .02, ErrBefore: .05, ErrAfter: .08, StaleRead: .1, Conflict: .1, Cancelled: .02})
	setUp(t, services(t, faulty, crm.Options{Clock: NewClock(seed, start(), 0), Attempts: 1000}))
	plain := services(t, store, crm.Options{Clock: NewClock(seed, start(), 0)})
	clients := make([]*client, 3)
	tasks := make([]func(crm.Store), len(clients))
	for i := range clients {
		clients[i] = &client{t: t, name: string(rune('a' + i)), seed: seed, rng: rand.New(rand.NewPCG(seed, uint64(i))), outcome: map[string]bool{}}
		tasks[i] = func(s crm.Store) {
			clients[i].crm = services(t, s, crm.Options{Clock: NewClock(seed+uint64(i), start(), time.Hour)})
			clients[i].run()
		}
	}
	Interleave(seed, faulty, tasks...)
	traces := traced(t, store)
	for _, c := range clients {
		for name, acknowledged := range c.outcome {
			if n := traces[name]; n > 1 || acknowledged && n == 0 {
				t.Errorf("seed %d: %s left %d traces, acknowledged: %t", seed, name, n, acknowledged)
			}
		}
	}
	agrees(t, seed, plain)
	return faulty.Injected()
}

// setUp makes what the clients share.
func setUp(t *testing.T, plain *crm.CRM) {
	t.Helper()
	_, err := plain.Registries.Touchpoints.Put(t.Context(), boss(), []timeline.Touchpoint{{Code: "any", En: "any", Zh: "任何"}}, 0, crm.Call{})
	for i := range 2 {
		_, failed := plain.Customers.Register(t.Context(), boss(), crm.Registration{ID: fmt.Sprint("shared", i),
			Profile: party.Profile{Type: party.Person, Name: "n"}, Owner: colleague("first")})
		err = errors.Join(err, failed)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// traced counts, by command, the entries that each left: of a registration the
// first one only.
func traced(t *testing.T, store crm.Store) map[string]int {
	t.Helper()
	traces := map[string]int{}
	for _, journal := range []crm.Journal{crm.JournalProfile, crm.JournalOwner, crm.JournalRelationship, crm.JournalTimeline} {
		for e, err := range store.Entries(t.Context(), crm.EntryFilter{Journal: journal}) {
			if err != nil {
				t.Fatal(err)
			}
			if journal != crm.JournalOwner || e.Kind != "assigned" {
				traces[e.Reason]++
			}
		}
	}
	return traces
}
