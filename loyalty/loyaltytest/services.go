package loyaltytest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Runs says how often [TestServices] plays its scene, from the seeds 0, 1, 2 and so
// on.
type Runs struct {
	Faults int // commands of several clients through a store that fails, see [Faulty]
}

// TestServices runs the services of package loyalty over a store: store and services
// together lose no point and count none twice. Each run gets a fresh and empty store
// from open, and is a subtest that bears the number of its seed: go test -run
// 'TestServices/faults/17' repeats it.
//
// Three clients send commands about the accounts of three members, two of one
// household: they earn, burn, hold, transfer, give back and take back, and run the
// due work, through errors before and after the commit, stale reads, storms of
// conflicts, cancelled contexts and clocks that jump, in an order that the seed
// decides, and send again under its key what they have no answer to. In the end
// every invariant of the specification holds on what the store has, with a replay
// of the journals as the model; each acknowledged command, sent once more, answers
// what it answered and changes nothing. Of a hundred runs or more, each kind of fault
// has to have been injected in some.
func TestServices(t *testing.T, open func(t *testing.T) loyalty.Store, runs Runs) {
	t.Helper()
	t.Run("faults", func(t *testing.T) {
		var total storetest.Injected
		for seed := range uint64(runs.Faults) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) { total.Add(storetest.Injected(faults(t, seed, open(t)))) })
		}
		t.Logf("injected in all: %+v", total)
		if !total.Every(0) && runs.Faults >= 100 && !t.Failed() {
			t.Errorf("a kind of fault was never injected: %+v", total)
		}
	})
}

// begins is when the scenes begin.
func begins() time.Time { return time.Date(2025, time.March, 1, 9, 0, 0, 0, time.UTC) }

// enrolThree makes what the clients share. Reads may be so stale that what was just
// made is not seen.
func enrolThree(t storetest.TB, l *loyalty.Loyalty) (members []string) {
	t.Helper()
	members = []string{"m0", "m1", "m2"}
	until := func(do func() error) {
		t.Helper()
		err := do()
		for n := 0; errors.Is(err, loyalty.ErrNotFound) && n < 100; n++ {
			err = do()
		}
		if err != nil {
			t.Errorf("%v", err)
		}
	}
	for _, m := range members {
		until(func() error { _, err := l.Members.Enrol(t.Context(), till(), m, loyalty.Call{}); return err })
	}
	until(func() error {
		_, err := l.Households.Create(t.Context(), till(), "h", "m0", loyalty.Call{})
		return err
	})
	until(func() error {
		_, err := l.Households.Join(t.Context(), till(), "h", "m1", loyalty.Call{})
		return err
	})
	return members
}

// policyOf draws the rules of a programme.
func policyOf(draw func(n int) int) points.Policy {
	p := points.Policy{Order: points.Order(draw(2)), Shortfall: points.Shortfall(draw(3)), Inactivity: draw(3)}
	if draw(2) == 0 {
		p.Expiry = points.Expiry{Rule: points.AfterDays, N: draw(40)}
	}
	return p
}

// sends is how often a client sends a command before it gives up.
const sends = 4

// client sends commands to services that fail, as a program does that is careful.
type client struct {
	player
	t    *testing.T
	seed uint64
	sent []*sent
}

// sent is a command with what became of it.
type sent struct {
	command
	answered bool
	answer   answer
}

// run sends commands, again under the same key where it did not learn the outcome.
func (c *client) run(l *loyalty.Loyalty, commands int) {
	for range commands {
		s := &sent{command: c.next()}
		c.sent = append(c.sent, s)
		for range sends {
			a, err := s.send(c.t.Context(), l, loyalty.Call{Key: s.name, Ref: s.name})
			if err == nil {
				s.answered, s.answer = true, a
				if s.keep != nil {
					s.keep(&c.player, a)
				}
			}
			if errors.Is(err, ErrInjected) || errors.Is(err, context.Canceled) || errors.Is(err, loyalty.ErrConflict) {
				continue // not known, or not yet
			}
			if errors.Is(err, loyalty.ErrKeyReused) || errors.Is(err, loyalty.ErrUnsupported) {
				c.t.Errorf("seed %d: %s %s: %v", c.seed, s.what, s.name, err)
			}
			break // done, or refused: by what is so, or by what was so when it was read
		}
	}
}

// faults plays three clients over a store that fails.
func faults(t *testing.T, seed uint64, store loyalty.Store) Injected {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 7))
	programme, err := programmeOf(random.IntN)
	if err != nil {
		t.Fatal(err)
	}
	service := func(s loyalty.Store, opts loyalty.Options) *loyalty.Loyalty {
		l, err := loyalty.New(s, programme, opts)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	faulty := NewFaulty(store, seed, Rates{ErrRead: .02, ErrBefore: .05, ErrAfter: .08, StaleRead: .1, Conflict: .1, Cancelled: .02})
	members := enrolThree(t, service(faulty, loyalty.Options{Clock: NewClock(seed, begins(), 0), Attempts: 1000}))
	clients := make([]*client, 3)
	tasks := make([]func(loyalty.Store), len(clients))
	for i := range clients {
		name := string(rune('a' + i))
		clients[i] = &client{t: t, seed: seed, player: player{draw: rand.New(rand.NewPCG(seed, uint64(i))).IntN, name: name, members: members, household: "h", start: begins()}}
		tasks[i] = func(s loyalty.Store) {
			clients[i].run(service(s, loyalty.Options{Clock: NewClock(seed+uint64(i), begins(), 30*24*time.Hour)}), 12)
		}
	}
	Interleave(seed, faulty, tasks...)
	g := readLedger(t, store, programme.Points)
	g.check()
	g.once()
	g.stock()
	again(t, seed, service(store, loyalty.Options{Clock: NewClock(seed, begins().AddDate(0, 2, 0), 0)}), clients)
	g = readLedger(t, store, programme.Points)
	g.check()
	g.once()
	g.stock()
	return faulty.Injected()
}

// again sends every command that was answered once more.
func again(t *testing.T, seed uint64, l *loyalty.Loyalty, clients []*client) {
	t.Helper()
	for _, c := range clients {
		for _, s := range c.sent {
			if !s.answered || s.what == "due" {
				continue
			}
			a, err := s.send(t.Context(), l, loyalty.Call{Key: s.name, Ref: s.name})
			if err != nil || !a.replayed || a.text() != s.answer.text() {
				t.Errorf("seed %d: %s %s answered %s, and again %s, replayed: %t, %v", seed, s.what, s.name, s.answer.text(), a.text(), a.replayed, err)
			}
		}
	}
}
