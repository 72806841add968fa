package crm_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
)

// followedScene has an opportunity o1 of li's with customer c1, a person.
func followedScene(t *testing.T, opts crm.Options) *scene {
	s := newScene(t, opts)
	s.register("c1", person(t, "Zhang San", "13800138000"), li)
	_, err := s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{ID: "o1", Customer: "c1", Title: "a lathe", Owner: li})
	require.NoError(t, err)
	return s
}

var o1 = crm.Subject{Kind: crm.KindOpportunity, ID: "o1"}

func TestActionsCount(t *testing.T) {
	s := followedScene(t, crm.Options{})
	actor := crm.Actor{ID: "li", Sees: access.Everything()}
	visit := cadence.Action{ID: "a1", Kind: cadence.Visit, Purpose: "show the sample", Outcome: "they like it", Contact: "c1"}
	got, err := s.Actions.Record(s.ctx, actor, o1, visit, crm.Call{Key: "k1"})
	require.NoError(t, err)
	require.Equal(t, []string{"next_step"}, got.Missing)
	require.False(t, got.Counted)
	o, err := s.Opportunities.Get(s.ctx, boss, "o1")
	require.NoError(t, err)
	require.Zero(t, o.Acted)

	again, err := s.Actions.Record(s.ctx, actor, o1, visit, crm.Call{Key: "k1"})
	require.NoError(t, err)
	require.Equal(t, got, again) // once
	_, err = s.Actions.Record(s.ctx, actor, o1, cadence.Action{NoChange: true}, crm.Call{Key: "k1"})
	require.ErrorIs(t, err, crm.ErrKeyReused)

	when := s.clock.now.Add(-time.Hour)
	got, err = s.Actions.Record(s.ctx, actor, o1, cadence.Action{Kind: cadence.Call, Note: "asked again", At: when}, crm.Call{})
	require.NoError(t, err)
	require.True(t, got.Counted)
	require.Equal(t, when, got.At)
	o, err = s.Opportunities.Get(s.ctx, boss, "o1")
	require.NoError(t, err)
	require.Equal(t, when, o.Acted)

	late, err := s.Actions.Record(s.ctx, actor, o1, cadence.Action{NoChange: true, At: when.AddDate(0, 0, -4)}, crm.Call{})
	require.NoError(t, err)
	require.True(t, late.Late)
	require.True(t, late.At.After(when)) // as of now

	list, err := s.Actions.Of(s.ctx, boss, o1)
	require.NoError(t, err)
	require.Len(t, list, 3)
	require.Equal(t, []any{"a1", "they like it", "c1", "li"}, []any{list[0].ID, list[0].Outcome, list[0].Contact, list[0].Actor})
	require.Equal(t, "asked again", list[1].Note)
	require.Empty(t, list[1].Contact)

	customer := crm.Subject{Kind: crm.KindCustomer, ID: "c1"}
	got, err = s.Actions.Record(s.ctx, actor, customer, cadence.Action{Note: "sent the catalogue"}, crm.Call{})
	require.NoError(t, err)
	require.True(t, got.Counted)
	s.verified()
}

func TestActionsOnLeads(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{}, lead.Limit{})
	s.capture("l1", "Zhang", "13800138000", li)
	l1 := crm.Subject{Kind: crm.KindLead, ID: "l1"}
	got, err := s.Actions.Record(s.ctx, boss, l1, cadence.Action{Kind: cadence.Visit, Purpose: "first visit", Outcome: "wants a quote", NextStep: "send it", Contact: "their buyer"}, crm.Call{})
	require.NoError(t, err)
	require.True(t, got.Counted)
	require.Equal(t, got.At, s.lead("l1").Acted)
	s.verified()
}

func TestActionsRefused(t *testing.T) {
	s := followedScene(t, crm.Options{})
	blind := crm.Actor{ID: "zhao"}
	note := cadence.Action{Note: "called"}
	record := func(actor crm.Actor, target crm.Subject, a cadence.Action) error {
		_, err := s.Actions.Record(s.ctx, actor, target, a, crm.Call{})
		return err
	}
	require.ErrorIs(t, record(blind, o1, note), crm.ErrNotFound)
	require.ErrorIs(t, record(boss, crm.Subject{Kind: crm.KindOpportunity, ID: "o2"}, note), crm.ErrNotFound)
	require.ErrorIs(t, record(boss, crm.Subject{Kind: crm.KindStaff, ID: "li"}, note), crm.ErrInvalid)
	require.ErrorIs(t, record(boss, o1, cadence.Action{Note: "x", At: s.clock.now.AddDate(0, 0, 1)}), crm.ErrInvalid)
	require.ErrorIs(t, record(boss, o1, cadence.Action{Note: "x", Contact: "nobody"}), crm.ErrNotFound)
	_, err := s.Actions.Of(s.ctx, blind, o1)
	require.ErrorIs(t, err, crm.ErrNotFound)
}

// What was said goes with the person; that it was a follow-up stays.
func TestActionsForgotten(t *testing.T) {
	house := newHouse(t)
	s := followedScene(t, crm.Options{Cadence: crm.CadenceOptions{People: house}})
	house.policy(s)
	_, err := s.Actions.Record(s.ctx, boss, o1, cadence.Action{ID: "a1", Kind: cadence.Visit, Purpose: "to Zhang San", Outcome: "likes it", NextStep: "call", Contact: "c1"}, crm.Call{})
	require.NoError(t, err)
	before, err := s.Cadence.Check(s.ctx, boss, time.Time{}, s.clock.now.AddDate(0, 0, 40))
	require.NoError(t, err)
	_, err = s.Privacy.Forget(s.ctx, boss, "c1", crm.Erasure{Call: crm.Call{Reason: "asked"}})
	require.NoError(t, err)
	list, err := s.Actions.Of(s.ctx, boss, o1)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Empty(t, list[0].Purpose+list[0].Outcome+list[0].NextStep)
	after, err := s.Cadence.Check(s.ctx, boss, time.Time{}, before.AsOf)
	require.NoError(t, err)
	require.Equal(t, before.Findings, after.Findings)
	for _, f := range after.Findings {
		require.NotEqual(t, "CAD-EMPTY", f.Code)
	}
}
