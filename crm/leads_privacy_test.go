package crm_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

func TestLeadsShow(t *testing.T) {
	clock := &frozen{day(0)}
	s := leadScene(t, new(crm.Memory), crm.Options{Clock: clock, ViewCap: 2}, lead.Limit{})
	for i := range 4 {
		_, err := s.Leads.Capture(s.ctx, boss, crm.CaptureLead{ID: fmt.Sprint("l", i), Submission: asks("张三", fmt.Sprint("1380013800", i)), Pool: "public"})
		require.NoError(t, err)
	}
	s.capture("own", "李四", "13900139000", zhao)
	actor := crm.Actor{ID: "zhao", Sees: access.Everything()}
	show := func(id string) error {
		data, err := s.Leads.Show(s.ctx, actor, id)
		if err == nil {
			require.NotEmpty(t, data.Identifiers)
		}
		return err
	}
	for _, id := range []string{"l0", "l1", "l0", "own", "l1"} {
		require.NoError(t, show(id))
	}
	err := show("l2")
	require.ErrorIs(t, err, owner.ErrCap)
	var typed *owner.Error
	require.True(t, errors.As(err, &typed))
	require.Equal(t, []any{2, 2, day(1)}, []any{typed.Limit, typed.Used, typed.Until})
	require.NoError(t, show("l0"), "again is free")
	clock.at = day(1)
	require.NoError(t, show("l2"))
	require.NoError(t, show("l3"))
	require.ErrorIs(t, show("l0"), owner.ErrCap)
	actor.ID = "li"
	require.NoError(t, show("l0"))
	// 32 at once: the number holds.
	actor.ID = "sun"
	var mu sync.Mutex
	shown := map[string]bool{}
	together(32, func(i int) {
		id := fmt.Sprint("l", i%4)
		if show(id) == nil {
			mu.Lock()
			shown[id] = true
			mu.Unlock()
		}
	})
	require.Len(t, shown, 2)
}

// holds reports whether anything that can be read of a store holds a text.
func holds(t *testing.T, store crm.Store, text string) bool {
	t.Helper()
	for _, kind := range []crm.Kind{crm.KindLead, crm.KindContact, crm.KindOpportunity, crm.KindThrottle, crm.KindViews} {
		for r, err := range store.Records(t.Context(), crm.RecordFilter{Kind: kind}) {
			require.NoError(t, err)
			if strings.Contains(fmt.Sprintf("%s %s", r.Subject, r.Body), text) {
				return true
			}
		}
	}
	for c, err := range store.Customers(t.Context(), crm.CustomerFilter{}) {
		require.NoError(t, err)
		if strings.Contains(fmt.Sprintf("%+v", struct{ P party.Profile }{c.Profile}), text) {
			return true
		}
	}
	for _, journal := range []crm.Journal{crm.JournalLead, crm.JournalTimeline, crm.JournalOwner, crm.JournalProfile, crm.JournalOpportunity, crm.JournalContact, crm.JournalConsent} {
		for e, err := range store.Entries(t.Context(), crm.EntryFilter{Journal: journal}) {
			require.NoError(t, err)
			if strings.Contains(fmt.Sprintf("%s %s %s %s", e.Data, e.Private, e.Text, e.Reason), text) {
				return true
			}
		}
	}
	pending, err := store.(crm.Outbox).Pending(t.Context(), 10_000)
	require.NoError(t, err)
	for _, e := range pending {
		if strings.Contains(string(e.Data), text) {
			return true
		}
	}
	return false
}

func TestLeadsForget(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{}, lead.Limit{})
	why := crm.Erasure{Call: crm.Call{Reason: "asked for it"}}
	// A lead that never became a customer.
	s.capture("l1", "张小三", "13800138000", li, "wish", "my secret wish", "mail", "zxs@example.com", "industry", "trade")
	s.capture("l2", "张小三", "13800138000", li, "wish", "another secret")
	_, err := s.Leads.Record(s.ctx, boss, "l1", call("said something secret"), crm.Call{})
	require.NoError(t, err)
	_, err = s.Leads.Disqualify(s.ctx, boss, "l1", lead.OtherReason, crm.Call{Reason: "secret reason"})
	require.NoError(t, err)
	texts := []string{"张小三", "13800138000", "secret", "zxs@example.com"}
	for _, text := range texts {
		require.True(t, holds(t, s.store, text), text)
	}
	require.ErrorIs(t, s.Leads.Forget(s.ctx, boss, "l1", crm.Erasure{}), crm.ErrIncomplete)
	require.NoError(t, s.Leads.Forget(s.ctx, boss, "l1", why))
	require.NoError(t, s.Leads.Forget(s.ctx, boss, "l1", why))
	for _, text := range texts {
		require.False(t, holds(t, s.store, text), text)
	}
	l := s.lead("l1")
	require.Equal(t, []any{"", "trade", lead.Disqualified}, []any{l.Person, l.Answers["industry"], l.State})
	_, err = s.Leads.Show(s.ctx, boss, "l1")
	require.ErrorIs(t, err, crm.ErrForgotten)
	// Who was forgotten does not come back by an old file, but by their own will.
	again := crm.CaptureLead{ID: "l3", Submission: asks("张小三", "13800138000"), Owner: li}
	_, err = s.Leads.Capture(s.ctx, boss, again)
	require.ErrorIs(t, err, crm.ErrForgotten)
	again.Readmit, again.Reason = true, "filled in the form"
	_, err = s.Leads.Capture(s.ctx, boss, again)
	require.NoError(t, err)

	// A customer is forgotten with the leads that made them one, and those before.
	_, err = s.Leads.Disqualify(s.ctx, boss, "l3", lead.NoNeed, crm.Call{})
	require.NoError(t, err)
	again.ID = "l4"
	_, err = s.Leads.Capture(s.ctx, boss, again)
	require.NoError(t, err)
	for _, move := range []func(context.Context, crm.Actor, string, time.Time, crm.Call) (lead.State, error){s.Leads.Work, s.Leads.Qualify} {
		_, err = move(s.ctx, boss, "l4", time.Time{}, crm.Call{})
		require.NoError(t, err)
	}
	made, err := s.Leads.Convert(s.ctx, boss, "l4", crm.ConvertLead{Opportunity: &crm.OpenOpportunity{Title: "张小三's house"}})
	require.NoError(t, err)
	s.capture("l5", "张小三", "13800138000", li, "wish", "one more secret")
	copied, err := s.Privacy.Copy(s.ctx, boss, made.Customer, "")
	require.NoError(t, err)
	require.Equal(t, 2, copied.Counts["leads"])
	require.ErrorIs(t, s.Leads.Forget(s.ctx, boss, "l4", why), lead.ErrAlreadyConverted)
	done, err := s.Privacy.Forget(s.ctx, boss, made.Customer, why)
	require.NoError(t, err)
	require.Equal(t, 2, done.Leads)
	for _, text := range texts {
		require.False(t, holds(t, s.store, text), text)
	}
	require.Equal(t, made.Customer, s.lead("l4").Customer)
	s.verified()
}

// TestLeadsConsents: what somebody ticks is in force from when they ticked it, whoever they
// are by then.
func TestLeadsConsents(t *testing.T) {
	clock := &frozen{day(0)}
	s := leadScene(t, new(crm.Memory), crm.Options{Clock: clock}, lead.Limit{})
	form := website(lead.Limit{})
	form.Purposes = append(form.Purposes, lead.Purpose{Code: "news", Versions: []int{1, 2}})
	_, err := s.Registries.Forms.Put(s.ctx, boss, []lead.Form{form}, 1, crm.Call{})
	require.NoError(t, err)
	ticks := func(id, mobile string, at time.Time, more ...lead.Tick) crm.Captured {
		sub := asks("张三", mobile)
		sub.Consents = append(sub.Consents, more...)
		got, err := s.Leads.Capture(s.ctx, boss, crm.CaptureLead{Call: crm.Call{At: at}, ID: id, Submission: sub, Owner: li})
		require.NoError(t, err)
		return got
	}
	given := func(person string) (list []string) {
		journal, err := s.Consents.Of(s.ctx, boss, person)
		require.NoError(t, err)
		for _, c := range journal {
			require.Equal(t, []any{privacy.ByConsent, privacy.Given, "wang"}, []any{c.Basis, c.Action, c.Actor})
			list = append(list, fmt.Sprint(c.Purpose, " ", c.Notice, " ", c.At.Format(time.DateOnly), " ", c.Evidence))
		}
		return list
	}

	// A lead: one box at once, one on a later form, and a later text of that.
	clock.at = day(1)
	ticks("l1", "13800138000", day(0))
	clock.at = day(10)
	ticks("l2", "13800138000", day(10), lead.Tick{Purpose: "news", Version: 1})
	clock.at = day(20)
	ticks("l3", "13800138000", day(19), lead.Tick{Purpose: "news", Version: 2})
	ticks("l4", "13800138000", day(20), lead.Tick{Purpose: "news", Version: 1})
	for _, move := range []func(context.Context, crm.Actor, string, time.Time, crm.Call) (lead.State, error){s.Leads.Work, s.Leads.Qualify} {
		_, err := move(s.ctx, boss, "l1", time.Time{}, crm.Call{})
		require.NoError(t, err)
	}
	clock.at = day(30)
	made, err := s.Leads.Convert(s.ctx, boss, "l1", crm.ConvertLead{})
	require.NoError(t, err)
	require.Equal(t, []string{"contact 1 2026-01-01 l1", "news 2 2026-01-20 l1"}, given(made.Customer))

	// A customer: with the form, and after a withdrawal again.
	s.register("c1", person(t, "李四", "13600136000"), zhao)
	require.Equal(t, "c1", ticks("l5", "13600136000", time.Time{}).Customer)
	require.Equal(t, []string{"contact 1 2026-01-31 website"}, given("c1"))
	allowed := func() bool {
		a, err := s.Consents.Permitted(s.ctx, boss, "c1", privacy.Question{Purpose: "contact", Channel: timeline.Phone, Age: privacy.FourteenUp, Notice: 1})
		require.NoError(t, err)
		return a.Allowed
	}
	require.True(t, allowed())
	clock.at = day(40)
	_, err = s.Consents.Record(s.ctx, boss, "c1", privacy.Consent{Purpose: "contact", Basis: privacy.ByConsent, Action: privacy.Withdrawn}, crm.Call{})
	require.NoError(t, err)
	require.False(t, allowed())
	clock.at = day(50)
	consented := s.events("consent.given")
	ticks("l6", "13600136000", time.Time{})
	require.True(t, allowed())
	require.Equal(t, consented+1, s.events("consent.given"))
	s.verified()
}

func TestLeadsPurposes(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{}, lead.Limit{})
	_, err := s.Registries.Purposes.Put(s.ctx, boss, []privacy.Purpose{{Code: "service", En: "service", Zh: "服务", Bases: []privacy.Basis{privacy.ByConsent}}}, 0, crm.Call{})
	require.NoError(t, err)
	_, err = s.Leads.Capture(s.ctx, boss, crm.CaptureLead{Submission: asks("n", "13800138000")})
	require.ErrorIs(t, err, crm.ErrNotFound)
}
