package crm_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
)

func together(n int, do func(i int)) {
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			do(i)
		})
	}
	done.Wait()
}

// TestLeadsRivals: 32 claim one lead of a pool; 1 gets it, 31 get ErrConflict.
func TestLeadsRivals(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{Clock: crmtest.NewClock(1, day(0), 0), Attempts: 1000, Ownership: owner.Policy{Zone: time.UTC, ClaimsPerDay: 3, CoolDownDays: 30}}, lead.Limit{})
	_, err := s.Leads.Capture(s.ctx, boss, crm.CaptureLead{ID: "l1", Submission: asks("n", "13800138000"), Pool: "public"})
	require.NoError(t, err)
	var mu sync.Mutex
	var winners []string
	conflicts := 0
	together(32, func(i int) {
		id := fmt.Sprintf("s%02d", i)
		_, err := s.Leads.Claim(s.ctx, crm.Actor{ID: id, Sees: access.Everything()}, "l1", owner.Staff{ID: id, Active: true}, crm.Terms{})
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			winners = append(winners, id)
		case errors.Is(err, crm.ErrConflict):
			require.ErrorIs(t, err, crm.ErrTaken)
			conflicts++
		default:
			t.Error(err)
		}
	})
	require.Equal(t, 31, conflicts)
	require.Len(t, winners, 1)
	require.Equal(t, winners, []string{s.lead("l1").Holding.Owner})
	require.Equal(t, lead.Assigned, s.lead("l1").State)

	// Claim three, release one, claim again: the release gives no claim back.
	for i := range 4 {
		_, err := s.Leads.Capture(s.ctx, boss, crm.CaptureLead{ID: fmt.Sprint("p", i), Submission: asks("n", fmt.Sprint("1390013900", i)), Pool: "public"})
		require.NoError(t, err)
	}
	claim := func(id string) error {
		_, err := s.Leads.Claim(s.ctx, crm.Actor{ID: "zhao", Sees: access.Everything()}, id, zhao, crm.Terms{})
		return err
	}
	for i := range 3 {
		require.NoError(t, claim(fmt.Sprint("p", i)))
	}
	_, err = s.Leads.Release(s.ctx, boss, "p0", "public", "", crm.Terms{Code: "no-time"})
	require.NoError(t, err)
	require.ErrorIs(t, claim("p3"), owner.ErrCap)
	require.ErrorIs(t, claim("p0"), owner.ErrCoolDown)
	s.verified()
}

func TestLeadsRecycle(t *testing.T) {
	clock := &frozen{day(0)}
	s := leadScene(t, new(crm.Memory), crm.Options{Clock: clock, Attempts: 100}, lead.Limit{})
	for i, id := range []string{"l0", "l1", "l2", "l3", "l4"} {
		s.capture(id, "n", fmt.Sprint("1380013800", i), li)
	}
	clock.at = day(30)
	s.followUp("wang", crm.Subject{Kind: crm.KindLead, ID: "l1"}, day(29))
	_, err := s.Leads.Disqualify(s.ctx, boss, "l2", lead.Junk, crm.Call{})
	require.NoError(t, err)
	policy := owner.PoolPolicy{Zone: time.UTC, Rules: []owner.PoolRule{{ID: "idle", Pool: "public", Path: "sales/", NoActionDays: 60}, {ID: "left", Pool: "public", OwnerLeft: true}}}
	clock.at = day(61).Add(-time.Microsecond)
	page, err := s.Leads.Recycle(s.ctx, boss, crm.RecycleLeads{Policy: policy})
	require.NoError(t, err)
	require.Zero(t, page)
	clock.at = day(61)
	exempt := func(l crm.Lead) (f owner.Facts) {
		if l.ID == "l3" {
			f.Exempt = []owner.Exemption{owner.KeyAccount}
		}
		return f
	}
	// Many machines at once: each lead goes once, page by page.
	var mu sync.Mutex
	released := map[string]int{}
	together(8, func(int) {
		for after := ""; ; {
			page, err := s.Leads.Recycle(s.ctx, boss, crm.RecycleLeads{Policy: policy, Limit: 2, After: after, Facts: exempt})
			require.NoError(t, err)
			mu.Lock()
			for _, id := range page.Released {
				released[id]++
			}
			mu.Unlock()
			if after = page.Next; after == "" {
				return
			}
		}
	})
	require.Equal(t, map[string]int{"l0": 1, "l4": 1}, released)
	require.Equal(t, []string{"l0", "l4"}, s.listed(crm.LeadFilter{Pool: "public"}))
	journal, err := s.Leads.Owners(s.ctx, boss, "l0")
	require.NoError(t, err)
	require.Equal(t, []string{"no-action", "idle"}, []string{journal[1].Code, journal[1].Ref})

	// Who left loses the rest.
	require.NoError(t, s.Owners.Close(s.ctx, boss, "li", crm.Call{}))
	policy.Rules = policy.Rules[1:]
	page, err = s.Leads.Recycle(s.ctx, boss, crm.RecycleLeads{Policy: policy})
	require.NoError(t, err)
	require.Equal(t, []string{"l1", "l3"}, page.Released)
	s.verified()
}

func TestLeadsRoute(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{}, lead.Limit{})
	router, err := owner.TeamRouter(owner.RoundRobin, "li", "sun", "zhao")
	require.NoError(t, err)
	var ids []string
	for i := range 5 {
		ids = append(ids, fmt.Sprint("l", i))
		s.capture(ids[i], "n", fmt.Sprint("1380013800", i), owner.Staff{})
	}
	away := sun
	away.OnLeave = true
	staff := []owner.Staff{li, zhao, away}
	who := func(ids ...string) (got []string) {
		r, err := s.Leads.Route(s.ctx, boss, crm.RouteLeads{Leads: ids, Router: router, Staff: staff})
		require.NoError(t, err)
		for _, a := range r.Assignments {
			got = append(got, a.Staff)
			l := s.lead(a.Customer)
			require.Equal(t, []any{a.Staff, lead.Assigned}, []any{l.Holding.Owner, l.State})
		}
		return got
	}
	require.Equal(t, []string{"li", "zhao", "li"}, who("l0", "l1", "l2"))
	require.Equal(t, []string{"zhao"}, who("l3"), "the turn is remembered")
	// Nobody: the lead waits, and a finding says so.
	require.NoError(t, s.Owners.Close(s.ctx, boss, "zhao", crm.Call{}))
	staff[0].Capacity = 2
	r, err := s.Leads.Route(s.ctx, boss, crm.RouteLeads{Leads: []string{"l4"}, Router: router, Staff: staff})
	require.NoError(t, err)
	require.ErrorIs(t, r.Err(), owner.ErrNoCandidate)
	require.Len(t, lead.Unassigned(r, calendar.MustDate(2026, 1, 1)), 1)
	require.Equal(t, lead.New, s.lead("l4").State)
	s.verified()
}
