package crm_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
)

// TestSalesO25Services is O-25 with leads: what is recorded about them decides when they go
// back to the pool, and the pool decides who may have them. TestLeadsRivals and
// TestOwnersRivals hold the 32 rivals.
func TestSalesO25Services(t *testing.T) {
	at := func(month time.Month, day, hour, minute, second int) time.Time {
		return time.Date(2026, month, day, hour, minute, second, 0, shanghai)
	}
	clock := &frozen{at(7, 1, 9, 0, 0)}
	s := leadScene(t, new(crm.Memory), crm.Options{Clock: clock, Calendar: office(t),
		Ownership: owner.Policy{Zone: shanghai, ClaimsPerDay: 3, CoolDownDays: 30}}, lead.Limit{})
	for i, id := range []string{"called", "visited"} {
		s.capture(id, "n", fmt.Sprint("1380013800", i), li)
	}
	act := func(id string, now time.Time, a cadence.Action) crm.Acted {
		clock.at = now
		got, err := s.Actions.Record(s.ctx, crm.Actor{ID: "li", Sees: access.Everything()}, crm.Subject{Kind: crm.KindLead, ID: id}, a, crm.Call{})
		require.NoError(t, err)
		return got
	}
	pool := owner.PoolPolicy{Zone: shanghai, WarnDays: []int{7, 3, 1}, Rules: []owner.PoolRule{{ID: "idle", Pool: "public", NoActionDays: 60}}}
	recycle := func(now time.Time) []string {
		clock.at = now
		page, err := s.Leads.Recycle(s.ctx, boss, crm.RecycleLeads{Policy: pool})
		require.NoError(t, err)
		return page.Released
	}
	warnings := func(id string) (days []string) {
		l := s.lead(id)
		r, err := pool.Recycle(owner.Facts{Holding: l.Holding, LastAction: l.Acted}, clock.at)
		require.NoError(t, err)
		for _, day := range r.Warnings {
			days = append(days, day.String())
		}
		return days
	}
	for _, id := range []string{"called", "visited"} {
		require.True(t, act(id, at(8, 1, 15, 0, 0), cadence.Action{Kind: cadence.Call, Note: "asked for time"}).Counted)
	}
	require.Equal(t, []string{"2026-09-23", "2026-09-27", "2026-09-29"}, warnings("visited"))

	// A visit without a next step changes nothing; a call in the last minute does.
	visit := act("visited", at(9, 29, 10, 0, 0), cadence.Action{Kind: cadence.Visit, Purpose: "show the pump", Outcome: "likes it", Contact: "buyer"})
	require.Equal(t, []any{false, []string{"next_step"}}, []any{visit.Counted, visit.Missing})
	require.True(t, s.lead("visited").Acted.Equal(at(8, 1, 15, 0, 0)))
	require.Equal(t, []string{"2026-09-23", "2026-09-27", "2026-09-29"}, warnings("visited"))
	require.True(t, act("called", at(9, 30, 23, 59, 0), cadence.Action{Kind: cadence.Call, Note: "wants a quote"}).Counted)
	require.Empty(t, recycle(at(9, 30, 23, 59, 59)))
	require.Equal(t, []string{"visited"}, recycle(at(10, 1, 0, 0, 0)))
	require.Equal(t, "public", s.lead("visited").Holding.Pool)

	// Its former owner may have it back after 30 days.
	claim := func(by owner.Staff, id string, now time.Time) error {
		clock.at = now
		_, err := s.Leads.Claim(s.ctx, crm.Actor{ID: by.ID, Sees: access.Everything()}, id, by, crm.Terms{})
		return err
	}
	err := claim(li, "visited", at(10, 30, 23, 59, 59))
	require.ErrorIs(t, err, owner.ErrCoolDown)
	var typed *owner.Error
	require.True(t, errors.As(err, &typed))
	require.True(t, typed.Until.Equal(at(10, 31, 0, 0, 0)))
	require.NoError(t, claim(li, "visited", at(10, 31, 0, 0, 0)))

	// Claim three, release one, claim: the release gives no claim back, the next day does.
	for i := range 4 {
		_, err := s.Leads.Capture(s.ctx, boss, crm.CaptureLead{ID: fmt.Sprint("p", i), Submission: asks("n", fmt.Sprint("1390013900", i)), Pool: "public"})
		require.NoError(t, err)
	}
	for i := range 3 {
		require.NoError(t, claim(zhao, fmt.Sprint("p", i), at(11, 2, 9+i, 0, 0)))
	}
	_, err = s.Leads.Release(s.ctx, boss, "p0", "public", "", crm.Terms{Code: "no-time"})
	require.NoError(t, err)
	err = claim(zhao, "p3", at(11, 2, 23, 59, 59))
	require.ErrorIs(t, err, owner.ErrCap)
	require.True(t, errors.As(err, &typed))
	require.Equal(t, []any{"claims_per_day", 3, 3}, []any{typed.Field, typed.Limit, typed.Used})
	require.NoError(t, claim(zhao, "p3", at(11, 3, 0, 0, 0)))

	// The call moved the due day of the other one to 29 November.
	require.Empty(t, recycle(at(11, 29, 23, 59, 59)))
	require.Equal(t, []string{"called"}, recycle(at(11, 30, 0, 0, 0)))
	s.verified()
}
