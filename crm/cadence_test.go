package crm_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/pipeline"
)

// house is a directory of two people in two branches, with accounts since December.
type house struct {
	units  []cadence.Unit
	people []cadence.Person
}

func (h *house) People(context.Context, time.Time, time.Time) ([]cadence.Unit, []cadence.Person, error) {
	return h.units, h.people, nil
}

func newHouse(t *testing.T) *house {
	cal, err := calendar.Compile(calendar.Spec{Loc: time.UTC, Years: calendar.China(), From: calendar.MustDate(2025, 1, 1), To: calendar.MustDate(2026, 12, 31),
		Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-12:00", "13:30-18:00"))}}})
	require.NoError(t, err)
	h := &house{units: []cadence.Unit{{ID: "sales", Head: "wang"}, {ID: "east", Parent: "sales", Head: "hao"}, {ID: "west", Parent: "sales"}}}
	for id, unit := range map[string]string{"li": "east", "zhao": "west"} {
		h.people = append(h.people, cadence.Person{ID: id, Cal: cal, Accounts: []cadence.Span{{From: time.Date(2025, 12, 30, 9, 0, 0, 0, time.UTC)}},
			Units: []cadence.UnitSpan{{Unit: unit}}})
	}
	return h
}

// policy publishes the first version of the house's rules, in force since the scene
// began.
func (h *house) policy(s *scene) { s.publish("crm-use", "sales", cadence.Rules{}) }

// publish publishes the first version of a unit's rules.
func (s *scene) publish(id, unit string, rules cadence.Rules) {
	s.t.Helper()
	version, err := s.Cadence.Draft(s.ctx, boss, cadence.Policy{Unit: unit, Rules: rules, Edition: approval.Edition{Policy: id,
		Date: calendar.MustDate(2026, 1, 1), Authoriser: "wang", Change: "the first", From: s.clock.now.Add(time.Hour)}}, crm.Call{})
	require.NoError(s.t, err)
	require.Equal(s.t, 1, version)
	revise := func(step func(cadence.Policy) (cadence.Policy, error)) {
		_, err := s.Cadence.Revise(s.ctx, boss, id, 1, crm.Call{}, step)
		require.NoError(s.t, err)
	}
	revise(cadence.Policy.Submit)
	for i, body := range cadence.Bodies() {
		revise(func(p cadence.Policy) (cadence.Policy, error) {
			return p.Approve(approval.BodyApproval{Body: body, At: s.clock.now.Add(time.Duration(i) * time.Second)})
		})
	}
	revise(func(p cadence.Policy) (cadence.Policy, error) {
		return p.Sign(approval.Signature{By: "wang", At: s.clock.now})
	})
	_, err = s.Cadence.Publish(s.ctx, boss, id, 1, cadence.Publishing{}, crm.Call{})
	require.NoError(s.t, err)
}

func TestCadencePolicy(t *testing.T) {
	h := newHouse(t)
	s := newScene(t, crm.Options{Cadence: crm.CadenceOptions{People: h}})
	_, err := s.Cadence.Revise(s.ctx, boss, "crm-use", 1, crm.Call{}, cadence.Policy.Submit)
	require.ErrorIs(t, err, crm.ErrNotFound)
	h.policy(s)
	list, err := s.Cadence.Policies(s.ctx, boss)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, cadence.Published, list[0].State)

	// What is published is not touched any more, and another version goes the same way.
	_, err = s.Cadence.Revise(s.ctx, boss, "crm-use", 1, crm.Call{}, func(p cadence.Policy) (cadence.Policy, error) {
		p.Rules.Idle.Days = 30
		return p, nil
	})
	require.ErrorIs(t, err, crm.ErrInvalid)
	again := list[0]
	_, err = s.Cadence.Draft(s.ctx, boss, again, crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	again.Edition.Version, again.Rules.Idle.Days = 0, 21
	version, err := s.Cadence.Draft(s.ctx, boss, again, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, 2, version)
	_, err = s.Cadence.Publish(s.ctx, boss, "crm-use", 2, cadence.Publishing{}, crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	require.ErrorIs(t, err, crm.ErrIncomplete) // and all else that it lacks

	bare := newScene(t, crm.Options{})
	_, err = bare.Cadence.Check(bare.ctx, boss, time.Time{}, time.Time{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	s.verified()
}

func TestCadenceCheck(t *testing.T) {
	h := newHouse(t)
	s := followedScene(t, crm.Options{Cadence: crm.CadenceOptions{People: h}})
	h.policy(s)
	actor := crm.Actor{ID: "li", Sees: access.Everything()}
	for _, on := range []int{5, 6, 8, 9} { // not on Wednesday
		s.clock.now = time.Date(2026, 1, on, 9, 0, 0, 0, time.UTC)
		require.NoError(t, s.Cadence.Login(s.ctx, actor, crm.Call{Key: s.clock.now.String()}))
		require.NoError(t, s.Cadence.Login(s.ctx, actor, crm.Call{Key: s.clock.now.Add(-time.Minute).String()}))
	}
	require.ErrorIs(t, s.Cadence.Login(s.ctx, actor, crm.Call{At: s.clock.now.AddDate(0, 0, 1)}), crm.ErrInvalid)
	s.clock.now = time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC)
	guard, err := s.store.Head(s.ctx, crm.Subject{Kind: crm.KindStaff, ID: "li"})
	require.NoError(t, err)

	check := func(actor crm.Actor, asOf time.Time) (list []string) {
		r, err := s.Cadence.Check(s.ctx, actor, time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), asOf)
		require.NoError(t, err)
		for _, f := range r.Findings {
			list = append(list, f.Code+" "+f.Owner+" "+f.Due.String())
		}
		slices.Sort(list)
		return list
	}
	require.Equal(t, []string{"CAD-L1 li 2026-01-07", "CAD-L1 zhao 2026-01-05", "CAD-L1 zhao 2026-01-06", "CAD-L1 zhao 2026-01-07",
		"CAD-L1 zhao 2026-01-08", "CAD-L1 zhao 2026-01-09"}, check(boss, time.Time{}))
	// A head of the east sees the east.
	east, err := access.NewOrg([]access.Unit{{ID: "sales"}, {ID: "east", Parent: "sales"}}, nil)
	require.NoError(t, err)
	within, ok := east.Subtree("east")
	require.True(t, ok)
	hao := crm.Actor{ID: "hao", Sees: access.Scope{Units: []access.Range{within}}}
	require.Equal(t, []string{"CAD-L1 li 2026-01-07"}, check(hao, time.Time{}))
	r, err := s.Cadence.Check(s.ctx, hao, time.Time{}, time.Time{})
	require.NoError(t, err)
	_, ok = r.Line("east", cadence.RuleLogin)
	require.True(t, ok)
	_, ok = r.Line("west", cadence.RuleLogin)
	require.False(t, ok)
	league := func(actor crm.Actor) (list []string) {
		r, err := s.Cadence.Check(s.ctx, actor, time.Time{}, time.Time{})
		require.NoError(t, err)
		for _, place := range r.League(cadence.RuleLogin) {
			list = append(list, fmt.Sprintf("%d %s %d of %d", place.Rank, place.Owner, place.Met, place.Owed))
		}
		return list
	}
	require.Equal(t, []string{"1 li 4 of 6", "2 zhao 0 of 6"}, league(boss))
	require.Equal(t, []string{"1 li 4 of 6"}, league(hao), "each sees their own")

	// Nobody follows the opportunity up; then li does, in time for the next term.
	s.clock.now = time.Date(2026, 2, 10, 9, 0, 0, 0, time.UTC)
	actions := func() (list []string) {
		for _, f := range check(boss, time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)) {
			if f[:6] == "CAD-A1" {
				list = append(list, f)
			}
		}
		return list
	}
	require.Equal(t, []string{"CAD-A1 li 2026-01-31", "CAD-A1 li 2026-02-28", "CAD-A1 li 2026-03-02"}, actions())
	_, err = s.Actions.Record(s.ctx, actor, o1, cadence.Action{Note: "called"}, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, []string{"CAD-A1 li 2026-01-31", "CAD-A1 li 2026-03-12"}, actions())

	// Who left, and was not handed over, is for the head of the unit to see to.
	h.people[slices.IndexFunc(h.people, func(p cadence.Person) bool { return p.ID == "li" })].Accounts[0].To = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	require.Contains(t, check(boss, time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)), "CAD-ORPHAN hao 2026-03-12")
	same, err := s.store.Head(s.ctx, crm.Subject{Kind: crm.KindStaff, ID: "li"})
	require.NoError(t, err)
	require.Equal(t, guard, same)
	s.verified()
}

// An opportunity that was lost and taken up again owes nothing in between.
func TestCadenceReopened(t *testing.T) {
	h := newHouse(t)
	s := followedScene(t, crm.Options{Cadence: crm.CadenceOptions{People: h}})
	h.policy(s)
	s.clock.now = time.Date(2026, 1, 20, 9, 0, 0, 0, time.UTC)
	_, err := s.Opportunities.Lose(s.ctx, boss, "o1", crm.Losing{Loss: pipeline.LostPrice})
	require.NoError(t, err)
	s.clock.now = time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)
	_, err = s.Opportunities.Reopen(s.ctx, boss, "o1", crm.Call{Reason: "they asked again"})
	require.NoError(t, err)
	r, err := s.Cadence.Check(s.ctx, boss, time.Time{}, time.Date(2026, 4, 20, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	var due []string
	for _, f := range r.Findings {
		if f.Rule == cadence.RuleAction {
			due = append(due, f.Due.String())
		}
	}
	require.Equal(t, []string{"2026-04-09"}, due)
}
