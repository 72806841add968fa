package crm_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/money"
)

var january = calendar.MustDate(2026, 1, 31)

// punished is a scene on the tenth of January in which nobody has logged in on the six
// days that were worked: a day costs 50 in the sales department, and 200 a month at most;
// in the west, by its own rules, 80 and no end.
func punished(t *testing.T, store crm.Store, opts crm.Options) *scene {
	opts.Cadence.People = newHouse(t)
	s := newSceneOn(t, store, opts)
	s.publish("crm-use", "sales", cadence.Rules{Penalties: []cadence.Penalty{{Code: "CAD-L1", Amount: yuan(50), PerMonthCap: yuan(200)}}})
	s.publish("west-use", "west", cadence.Rules{Penalties: []cadence.Penalty{{Code: "CAD-L1", Amount: yuan(80)}}})
	s.clock.now = time.Date(2026, 1, 10, 9, 0, 0, 0, time.UTC)
	return s
}

// fines returns what an actor sees, by person and day.
func (s *scene) fines(actor crm.Actor, f crm.PenaltyFilter) map[string]crm.Penalty {
	s.t.Helper()
	list := map[string]crm.Penalty{}
	for p, err := range s.Penalties.List(s.ctx, actor, f) {
		require.NoError(s.t, err)
		list[p.Person+" "+p.On.String()] = p
	}
	return list
}

// within sees one unit of the house.
func within(t *testing.T, unit string) access.Scope {
	t.Helper()
	org, err := access.NewOrg([]access.Unit{{ID: "sales"}, {ID: "east", Parent: "sales"}, {ID: "west", Parent: "sales"}}, nil)
	require.NoError(t, err)
	r, ok := org.Subtree(unit)
	require.True(t, ok)
	return access.Scope{Units: []access.Range{r}}
}

func TestPenaltiesFromProposalToReversal(t *testing.T) {
	s := punished(t, new(crm.Memory), crm.Options{})
	n, err := s.Penalties.Propose(s.ctx, boss, january, crm.Call{Reason: "the month's check"})
	require.NoError(t, err)
	require.Equal(t, 10, n, "four for li, whose month is capped, and six for zhao")
	n, err = s.Penalties.Propose(s.ctx, boss, january, crm.Call{})
	require.NoError(t, err)
	require.Zero(t, n, "a finding is punished once")
	sums := map[string]int64{}
	for _, p := range s.fines(boss, crm.PenaltyFilter{}) {
		require.Equal(t, cadence.Proposed, p.State)
		sums[p.Person+" "+p.Policy+" "+p.Path] += p.Amount.Minor
	}
	require.Equal(t, map[string]int64{"li crm-use sales/east/": 20_000, "zhao west-use sales/west/": 48_000}, sums)

	first := s.fines(boss, crm.PenaltyFilter{Unit: "east"})["li 2026-01-04"].ID
	for _, step := range []cadence.PenaltyState{cadence.Sanctioned, cadence.Posted, cadence.Reversed} {
		fine, err := s.Penalties.Move(s.ctx, boss, first, step, "b-1", crm.Call{Key: step.String(), Reason: "agreed"})
		require.NoError(t, err)
		again, err := s.Penalties.Move(s.ctx, boss, first, step, "b-1", crm.Call{Key: step.String(), Reason: "agreed"})
		require.NoError(t, err)
		require.Equal(t, fine, again)
		require.Equal(t, step, fine.State)
	}
	got, err := s.Penalties.Get(s.ctx, boss, first)
	require.NoError(t, err)
	require.Equal(t, cadence.Reversed, got.State)
	require.Equal(t, uint64(4), got.Head.Version)
	var lines []string
	for e, err := range s.Penalties.History(s.ctx, boss, first) {
		require.NoError(t, err)
		lines = append(lines, fmt.Sprint(e.From, ">", e.To, " ", e.Amount, " ", e.Reason))
	}
	require.Equal(t, []string{">proposed 5000 the month's check", "proposed>approved 5000 agreed", "approved>posted 5000 agreed",
		"posted>reversed 5000 agreed"}, lines)

	// What was taken back leaves room under the cap, for the day that had found none.
	n, err = s.Penalties.Propose(s.ctx, boss, january, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Contains(t, s.fines(boss, crm.PenaltyFilter{Person: "li", State: cadence.Proposed}), "li 2026-01-08")
	s.verified()
}

func TestPenaltiesAreSeenByUnit(t *testing.T) {
	s := punished(t, new(crm.Memory), crm.Options{})
	hao := crm.Actor{ID: "hao", Sees: within(t, "east")}
	n, err := s.Penalties.Propose(s.ctx, hao, january, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, 4, n)
	n, err = s.Penalties.Propose(s.ctx, boss, january, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, 6, n)
	require.Len(t, s.fines(hao, crm.PenaltyFilter{}), 4)
	require.Len(t, s.fines(crm.Actor{ID: "zhao", Sees: access.Scope{Owner: "zhao"}}, crm.PenaltyFilter{}), 6, "one's own")
	require.Empty(t, s.fines(crm.Actor{ID: "hao"}, crm.PenaltyFilter{}))
	west := s.fines(boss, crm.PenaltyFilter{Person: "zhao"})["zhao 2026-01-05"].ID
	_, err = s.Penalties.Get(s.ctx, hao, west)
	require.ErrorIs(t, err, crm.ErrNotFound)
	_, err = s.Penalties.Move(s.ctx, hao, west, cadence.Waived, "", crm.Call{})
	require.ErrorIs(t, err, crm.ErrNotFound)
	for _, err := range s.Penalties.History(s.ctx, hao, west) {
		require.ErrorIs(t, err, crm.ErrNotFound)
	}
}

func TestPenaltiesRefuse(t *testing.T) {
	s := punished(t, new(crm.Memory), crm.Options{})
	bare := newScene(t, crm.Options{})
	_, err := bare.Penalties.Propose(bare.ctx, boss, calendar.MustDate(2026, 1, 1), crm.Call{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	for name, in := range map[string]calendar.Day{"none": 0, "to come": calendar.MustDate(2026, 2, 1)} {
		_, err := s.Penalties.Propose(s.ctx, boss, in, crm.Call{})
		var refused *crm.Error
		require.ErrorAs(t, err, &refused, name)
		require.Equal(t, "in", refused.Field, name)
		require.ErrorIs(t, err, crm.ErrInvalid, name)
	}
	_, err = s.Penalties.Propose(s.ctx, boss, january, crm.Call{Reason: strings.Repeat("x", crm.MaxText+1)})
	require.ErrorIs(t, err, crm.ErrInvalid)
	_, err = s.Penalties.Propose(s.ctx, boss, january, crm.Call{})
	require.NoError(t, err)
	id := s.fines(boss, crm.PenaltyFilter{})["li 2026-01-04"].ID
	own := crm.Actor{ID: "li", Sees: access.Everything()}
	for name, c := range map[string]struct {
		actor crm.Actor
		id    string
		to    cadence.PenaltyState
		ref   string
		field string
		err   error
	}{
		"one's own": {own, id, cadence.Waived, "", "actor", crm.ErrForbidden},
		"too early": {boss, id, cadence.Posted, "", "state", crm.ErrTransition},
		"no state":  {boss, id, 0, "", "state", crm.ErrTransition},
		"long ref":  {boss, id, cadence.Sanctioned, strings.Repeat("x", 256), "ref", crm.ErrInvalid},
		"no such":   {boss, "none", cadence.Sanctioned, "", "", crm.ErrNotFound},
	} {
		_, err := s.Penalties.Move(s.ctx, c.actor, c.id, c.to, c.ref, crm.Call{})
		require.ErrorIs(t, err, c.err, name)
		var pure *cadence.Error
		var root *crm.Error
		if errors.As(err, &pure) {
			require.Equal(t, c.field, pure.Field, name)
			continue
		}
		require.ErrorAs(t, err, &root, name)
		require.Equal(t, c.field, root.Field, name)
	}
	_, err = s.Penalties.Move(s.ctx, boss, id, cadence.Sanctioned, "", crm.Call{Key: "k"})
	require.NoError(t, err)
	_, err = s.Penalties.Move(s.ctx, boss, id, cadence.Posted, "", crm.Call{Key: "k"})
	require.ErrorIs(t, err, crm.ErrKeyReused)
}

// Of many who propose at once, and waive what others proposed, nobody is charged twice
// for a day or beyond the cap.
func TestPenaltiesUnderRivals(t *testing.T) {
	s := punished(t, new(crm.Memory), crm.Options{})
	const rivals = 8
	var group sync.WaitGroup
	var mu sync.Mutex
	proposed, waived := 0, map[string]int{}
	c, err := crm.New(s.store, crm.Options{Clock: &set{now: s.clock.now}, Attempts: 1000, Cadence: crm.CadenceOptions{People: newHouse(t)}})
	require.NoError(t, err)
	for range rivals {
		group.Go(func() {
			n, err := c.Penalties.Propose(t.Context(), boss, january, crm.Call{})
			require.NoError(t, err)
			list := map[string]bool{}
			for p, err := range c.Penalties.List(t.Context(), boss, crm.PenaltyFilter{Person: "li", State: cadence.Proposed, Limit: 1}) {
				require.NoError(t, err)
				_, err := c.Penalties.Move(t.Context(), boss, p.ID, cadence.Waived, "", crm.Call{})
				if list[p.ID] = err == nil; err != nil {
					require.ErrorIs(t, err, crm.ErrTransition)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			proposed += n
			for id, did := range list {
				if did {
					waived[id]++
				}
			}
		})
	}
	group.Wait()
	n, err := c.Penalties.Propose(t.Context(), boss, january, crm.Call{})
	require.NoError(t, err)
	all := s.fines(boss, crm.PenaltyFilter{})
	require.Len(t, all, proposed+n)
	var stands int64
	for _, p := range s.fines(boss, crm.PenaltyFilter{Person: "li", State: cadence.Proposed}) {
		stands += p.Amount.Minor
	}
	require.LessOrEqual(t, stands, int64(20_000))
	require.Len(t, s.fines(boss, crm.PenaltyFilter{State: cadence.Waived}), len(waived))
	for id, n := range waived {
		require.Equal(t, 1, n, id)
	}
	s.verified()
}

// On a store that loses answers, refuses and reads stale, a month costs what it costs.
func TestPenaltiesOnAFaultyStore(t *testing.T) {
	runs := uint64(40)
	switch {
	case testing.Short():
		runs = 10
	case os.Getenv("GUANXI_FULL") != "":
		runs = 1000
	}
	for seed := range runs {
		memory := new(crm.Memory)
		calm := punished(t, memory, crm.Options{})
		rates := crmtest.Rates{ErrRead: 0.02, ErrBefore: 0.2, ErrAfter: 0.2, Conflict: 0.2, StaleRead: 0.2}
		c, err := crm.New(crmtest.NewFaulty(memory, seed, rates), crm.Options{Clock: calm.clock, Attempts: 3, Cadence: crm.CadenceOptions{People: newHouse(t)}})
		require.NoError(t, err)
		send := func(do func() error) { answered(t, do, "seed %d", seed) }
		var all map[string]crm.Penalty
		send(func() error {
			if _, err := c.Penalties.Propose(t.Context(), boss, january, crm.Call{}); err != nil {
				return err
			}
			// What a stale listing does not have is proposed when the command is given again.
			if all = calm.fines(boss, crm.PenaltyFilter{}); len(all) < 10 {
				return fmt.Errorf("%d penalties of 10", len(all))
			}
			return nil
		})
		require.Len(t, all, 10)
		for day, p := range all {
			send(func() error {
				_, err := c.Penalties.Move(t.Context(), boss, p.ID, cadence.Sanctioned, "m-1", crm.Call{Key: day})
				return err
			})
		}
		var sum money.Amount
		for _, p := range calm.fines(boss, crm.PenaltyFilter{State: cadence.Sanctioned}) {
			require.Equal(t, uint64(2), p.Head.Version)
			sum, err = sum.Add(p.Amount)
			require.NoError(t, err)
		}
		require.Equal(t, yuan(680), sum)
		calm.verified()
	}
}

// More findings than fit a commit, in a month of somebody who looks after too much.
func TestPenaltiesOfManyFindings(t *testing.T) {
	h := newHouse(t)
	s := followedScene(t, crm.Options{Cadence: crm.CadenceOptions{People: h}})
	s.publish("crm-use", "sales", cadence.Rules{Penalties: []cadence.Penalty{{Code: "CAD-A1", Amount: yuan(1)}}})
	for n := range 1100 {
		s.clock.now = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
		s.open(fmt.Sprint("p", n), yuan(100))
	}
	s.clock.now = time.Date(2026, 2, 10, 9, 0, 0, 0, time.UTC)
	n, err := s.Penalties.Propose(s.ctx, boss, january, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, 1101, n)
	n, err = s.Penalties.Propose(s.ctx, boss, january, crm.Call{})
	require.NoError(t, err)
	require.Zero(t, n)
}

// A reason may name a customer who is then forgotten everywhere.
func TestPenaltiesForgetReasons(t *testing.T) {
	s := punished(t, new(crm.Memory), crm.Options{})
	s.register("c1", person(t, "欧阳小满", ""), li)
	_, err := s.Penalties.Propose(s.ctx, boss, january, crm.Call{})
	require.NoError(t, err)
	id := s.fines(boss, crm.PenaltyFilter{})["li 2026-01-04"].ID
	_, err = s.Penalties.Move(s.ctx, boss, id, cadence.Waived, "", crm.Call{Reason: "was with 欧阳小满 all day"})
	require.NoError(t, err)
	_, err = s.Privacy.Forget(s.ctx, boss, "c1", crm.Erasure{Call: crm.Call{Reason: "asked"}, Everywhere: true})
	require.NoError(t, err)
	require.NotContains(t, everything(t, s), "欧阳小满")
	for e, err := range s.Penalties.History(s.ctx, boss, id) {
		require.NoError(t, err)
		require.Empty(t, e.Reason)
	}
	require.Equal(t, yuan(50), s.fines(boss, crm.PenaltyFilter{})["li 2026-01-04"].Amount)
	s.verified()
}
