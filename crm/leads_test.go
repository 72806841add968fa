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
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// website is the form of the tests below.
func website(limit lead.Limit) lead.Form {
	return lead.Form{ID: "website", Version: 1, En: "Ask for a call", Zh: "预约回电", Source: "website", Touchpoint: "office", Channel: timeline.Web, Limit: limit,
		Fields: []lead.Field{
			{Name: "name", Kind: lead.PersonName},
			{Name: "company", Kind: lead.CompanyName},
			{Name: "mobile", Kind: lead.Phone, Required: true},
			{Name: "mail", Kind: lead.Email},
			{Name: "wish", Kind: lead.Text},
			{Name: "industry", Kind: lead.Choice, Choices: []string{"retail", "trade"}},
		},
		Purposes: []lead.Purpose{{Code: "contact", Required: true, Versions: []int{1}}}}
}

// leadScene is a scene with the form in its table.
func leadScene(t *testing.T, store crm.Store, opts crm.Options, limit lead.Limit) *scene {
	t.Helper()
	s := newSceneOn(t, store, opts)
	_, err := s.Registries.Forms.Put(s.ctx, boss, []lead.Form{website(limit)}, 0, crm.Call{})
	require.NoError(t, err)
	return s
}

// asks is a submission of somebody with a mobile number.
func asks(name, mobile string, more ...string) lead.Submission {
	s := lead.Submission{Form: "website", Version: 1, Origin: "device-1", Values: map[string]string{"name": name, "mobile": mobile},
		Consents: []lead.Tick{{Purpose: "contact", Version: 1}}}
	for i := 0; i < len(more); i += 2 {
		s.Values[more[i]] = more[i+1]
	}
	return s
}

func (s *scene) capture(id, name, mobile string, to owner.Staff, more ...string) crm.Captured {
	s.t.Helper()
	got, err := s.Leads.Capture(s.ctx, boss, crm.CaptureLead{ID: id, Submission: asks(name, mobile, more...), Owner: to})
	require.NoError(s.t, err)
	return got
}

func (s *scene) lead(id string) crm.Lead {
	s.t.Helper()
	l, err := s.Leads.Get(s.ctx, boss, id)
	require.NoError(s.t, err)
	return l
}

// qualified captures a lead and brings it to where it can be converted.
func (s *scene) qualified(id, name, mobile string, to owner.Staff, more ...string) {
	s.t.Helper()
	s.capture(id, name, mobile, to, more...)
	_, err := s.Leads.Work(s.ctx, boss, id, time.Time{}, crm.Call{})
	require.NoError(s.t, err)
	_, err = s.Leads.Qualify(s.ctx, boss, id, time.Time{}, crm.Call{})
	require.NoError(s.t, err)
}

func (s *scene) listed(f crm.LeadFilter) (ids []string) {
	s.t.Helper()
	for l, err := range s.Leads.List(s.ctx, boss, f) {
		require.NoError(s.t, err)
		ids = append(ids, l.ID)
	}
	return ids
}

func (s *scene) events(kind string) (n int) {
	s.t.Helper()
	pending, err := s.store.(crm.Outbox).Pending(s.ctx, 10_000)
	require.NoError(s.t, err)
	for _, e := range pending {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// frozen is a clock that a test sets.
type frozen struct{ at time.Time }

func (f *frozen) Now() time.Time { return f.at }

func TestLeadsThrottle(t *testing.T) {
	clock := &frozen{day(0)}
	s := leadScene(t, new(crm.Memory), crm.Options{Clock: clock}, lead.Limit{Tries: 5, Per: time.Minute, Burst: 5})
	try := func(at int, key, mobile string) (crm.Captured, error) {
		clock.at = day(0).Add(time.Duration(at) * time.Second)
		return s.Leads.Capture(s.ctx, boss, crm.CaptureLead{Call: crm.Call{Key: key}, Submission: asks("n", mobile)})
	}
	first, err := try(0, "k0", "13800138000")
	require.NoError(t, err)
	for i, c := range []struct{ at, wait int }{{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 12}, {11, 1}, {12, 0}, {12, 12}, {40, 0}, {41, 0}} {
		got, err := try(c.at, fmt.Sprint("try", i), fmt.Sprint("1390013800", i))
		if c.wait == 0 {
			require.NoError(t, err)
			require.Equal(t, lead.Created, got.Outcome)
			continue
		}
		require.ErrorIs(t, err, lead.ErrThrottled)
		require.Equal(t, crm.Captured{Outcome: lead.Refused, RetryAfter: time.Duration(c.wait) * time.Second}, got)
	}
	require.Len(t, s.listed(crm.LeadFilter{}), 8)
	// The same key and body again: the first lead, and no try is used up, though none is left.
	again, err := try(41, "k0", "13800138000")
	require.NoError(t, err)
	require.Equal(t, first, again)
	_, err = try(41, "k0", "13800138009")
	require.ErrorIs(t, err, crm.ErrKeyReused)
	// A key that was refused is free.
	_, err = try(300, "try4", "13900138004")
	require.NoError(t, err)
	// What is wrong in itself counts, leaves nothing, and frees its key.
	count := len(s.listed(crm.LeadFilter{}))
	for range 4 {
		_, err = try(300, "typo", "none")
		require.ErrorIs(t, err, lead.ErrInvalid)
		require.NotErrorIs(t, err, lead.ErrThrottled)
	}
	_, err = try(300, "typo", "13700137000")
	require.ErrorIs(t, err, lead.ErrThrottled)
	require.Len(t, s.listed(crm.LeadFilter{}), count)
	_, err = try(400, "typo", "13700137000")
	require.NoError(t, err)
}

func TestLeadsCapture(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{}, lead.Limit{})
	got := s.capture("l1", "张三", "13800138000", owner.Staff{}, "industry", "retail", "wish", "call me at night")
	require.Equal(t, crm.Captured{Outcome: lead.Created, Lead: "l1"}, got)
	l := s.lead("l1")
	require.Equal(t, []any{lead.New, "张*", "website", "retail"}, []any{l.State, l.Person, l.Source, l.Answers["industry"]})
	require.NotContains(t, fmt.Sprint(l), "13800138000")
	require.Equal(t, l.Created, l.Due)
	require.Equal(t, []string{"l1"}, s.listed(crm.LeadFilter{State: lead.New}))

	// The same number again goes to the lead, in another spelling and with another name.
	again := s.capture("l2", "Zhang", "+86 138 0013 8000", owner.Staff{}, "mail", "z@example.com", "wish", "and by mail")
	require.Equal(t, crm.Captured{Outcome: lead.Attached, Lead: "l1"}, again)
	require.Equal(t, 1, s.events("lead.attached"))
	data, err := s.Leads.Show(s.ctx, boss, "l1")
	require.NoError(t, err)
	require.Equal(t, "张三", data.Person)
	require.Len(t, data.Identifiers, 2)
	// So the mail address is known by now, too.
	require.Equal(t, "l1", s.capture("l3", "", "13700137000", owner.Staff{}, "mail", "Z@example.com").Lead)
	line, err := s.Leads.Timeline(s.ctx, boss, "l1")
	require.NoError(t, err)
	require.Equal(t, 2, line.Len())

	// Who is a customer gets an activity, and the owner is told.
	s.register("c1", person(t, "李四", "13600136000"), li)
	got = s.capture("l4", "李四", "13600136000", zhao, "wish", "spare parts")
	require.Equal(t, crm.Captured{Outcome: lead.Attached, Customer: "c1"}, got)
	c, err := s.Timeline.Of(s.ctx, boss, "c1")
	require.NoError(t, err)
	for a := range c.All() {
		require.Equal(t, "spare parts", a.Text)
	}
	require.False(t, s.get("c1").Standing.LastContact.IsZero())
	pending, err := s.store.(crm.Outbox).Pending(s.ctx, 1000)
	require.NoError(t, err)
	require.JSONEq(t, `{"owner":"li","source":"website"}`, string(pending[len(pending)-1].Data))

	// With an owner it is assigned at once, with a pool it lies there.
	s.capture("l5", "王五", "13500135000", li)
	require.Equal(t, []any{lead.Assigned, "li"}, []any{s.lead("l5").State, s.lead("l5").Holding.Owner})
	_, err = s.Leads.Capture(s.ctx, boss, crm.CaptureLead{ID: "l6", Submission: asks("x", "13400134000"), Pool: "public", Path: "sales/"})
	require.NoError(t, err)
	require.Equal(t, []string{"l6"}, s.listed(crm.LeadFilter{Pool: "public"}))

	// A disqualified lead is over: who comes again is a new one.
	_, err = s.Leads.Disqualify(s.ctx, boss, "l5", lead.NoNeed, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, lead.Created, s.capture("l7", "王五", "13500135000", owner.Staff{}).Outcome)
	require.Equal(t, "l7", s.capture("l8", "王五", "13500135000", owner.Staff{}).Lead)

	for name, c := range map[string]crm.CaptureLead{
		"form":    {Submission: lead.Submission{Form: "other", Version: 1}},
		"taken":   {ID: "l1", Submission: asks("y", "13300133000")},
		"phone":   {ID: "13300133000", Submission: asks("y", "13300133000")},
		"future":  {Call: crm.Call{At: day(900)}, Submission: asks("y", "13300133000")},
		"readmit": {Readmit: true, Submission: asks("y", "13300133000")},
	} {
		_, err := s.Leads.Capture(s.ctx, boss, c)
		require.ErrorIs(t, err, map[string]error{"form": crm.ErrNotFound, "taken": crm.ErrDuplicate, "phone": crm.ErrInvalid,
			"future": crm.ErrInvalid, "readmit": crm.ErrIncomplete}[name], name)
	}
	s.verified()
}

// dedupe is a Deduper of the tests.
type dedupe func(lead.Data) []lead.Match

func (d dedupe) Match(_ context.Context, data lead.Data) ([]lead.Match, error) { return d(data), nil }

func TestLeadsDeduper(t *testing.T) {
	certain := false
	s := leadScene(t, new(crm.Memory), crm.Options{Deduper: dedupe(func(data lead.Data) []lead.Match {
		if data.Person != "Zhang San" {
			return nil
		}
		return []lead.Match{{ID: "l1", Certain: certain, Code: "name"}, {Customer: true, ID: "c1", Code: "name"}}
	})}, lead.Limit{})
	s.capture("l1", "张三", "13800138000", owner.Staff{})
	got := s.capture("l2", "Zhang San", "13900139000", owner.Staff{})
	require.Equal(t, lead.Created, got.Outcome)
	require.Equal(t, []lead.Match{{Customer: true, ID: "c1", Code: "name"}, {ID: "l1", Code: "name"}}, got.Possible)
	require.Equal(t, got.Possible, s.lead("l2").Possible)
	certain = true
	require.Equal(t, crm.Captured{Outcome: lead.Attached, Lead: "l1"}, s.capture("l3", "Zhang San", "13700137000", owner.Staff{}))
}

// TestLeadsOneNumber: of 32 who send one number at the same time, one makes a lead and
// the others are attached to it.
func TestLeadsOneNumber(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{Clock: crmtest.NewClock(1, day(0), time.Second), Attempts: 1000}, lead.Limit{Tries: 1000, Per: time.Second})
	var mu sync.Mutex
	outcomes, leads := map[lead.Outcome]int{}, map[string]bool{}
	together(32, func(i int) {
		got, err := s.Leads.Capture(s.ctx, boss, crm.CaptureLead{Call: crm.Call{Key: fmt.Sprint(i)}, Submission: asks("n", "13800138000")})
		mu.Lock()
		defer mu.Unlock()
		require.NoError(t, err)
		outcomes[got.Outcome]++
		leads[got.Lead] = true
	})
	require.Equal(t, map[lead.Outcome]int{lead.Created: 1, lead.Attached: 31}, outcomes)
	require.Len(t, leads, 1)
	require.Len(t, s.listed(crm.LeadFilter{}), 1)
	s.verified()
}

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
	require.NoError(t, s.Leads.Act(s.ctx, boss, "l1", "a1", crm.Call{At: day(29)}))
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

func TestLeadsMove(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{}, lead.Limit{})
	s.capture("l1", "张三", "13800138000", li)
	next := day(400)
	state, err := s.Leads.Work(s.ctx, boss, "l1", next, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, lead.Working, state)
	require.Equal(t, next, s.lead("l1").Due)
	require.Equal(t, []string{"l1"}, s.listed(crm.LeadFilter{Owner: "li", DueBefore: next.Add(1000)}))
	require.Empty(t, s.listed(crm.LeadFilter{Owner: "li", DueBefore: next}))
	agreed := day(500)
	a := call("called, wants an offer")
	a.Next = agreed
	_, err = s.Leads.Record(s.ctx, boss, "l1", a, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, agreed, s.lead("l1").Due)
	_, err = s.Leads.Nurture(s.ctx, boss, "l1", time.Time{}, crm.Call{})
	require.NoError(t, err)
	_, err = s.Leads.Qualify(s.ctx, boss, "l1", time.Time{}, crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = s.Leads.Disqualify(s.ctx, boss, "l1", 0, crm.Call{})
	require.ErrorIs(t, err, lead.ErrIncomplete)
	_, err = s.Leads.Disqualify(s.ctx, boss, "l1", lead.Rival, crm.Call{Reason: "works at the other shop"})
	require.NoError(t, err)
	require.Equal(t, []any{lead.Disqualified, lead.Rival, time.Time{}}, []any{s.lead("l1").State, s.lead("l1").Unfit, s.lead("l1").Due})
	_, err = s.Leads.Assign(s.ctx, boss, "l1", zhao, crm.Terms{})
	require.ErrorIs(t, err, crm.ErrTransition)
	var kinds []string
	for e, err := range s.Leads.History(s.ctx, boss, "l1") {
		require.NoError(t, err)
		kinds = append(kinds, e.Kind+" "+e.To)
	}
	require.Equal(t, []string{"created new", "moved assigned", "moved working", "moved nurture", "moved disqualified"}, kinds)

	blind := crm.Actor{ID: "x"}
	_, err = s.Leads.Get(s.ctx, blind, "l1")
	require.ErrorIs(t, err, crm.ErrNotFound)
	_, err = s.Leads.Show(s.ctx, blind, "l1")
	require.ErrorIs(t, err, crm.ErrNotFound)
	s.verified()
}

func TestLeadsConvert(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{}, lead.Limit{})
	s.qualified("l1", "张三", "13800138000", li, "company", "华信科技", "wish", "pumps")
	_, err := s.Leads.Record(s.ctx, boss, "l1", call("talked"), crm.Call{})
	require.NoError(t, err)
	command := crm.ConvertLead{Call: crm.Call{Key: "k"}, Plan: lead.Plan{Role: party.ContactPurchasing, Title: "buyer"},
		Opportunity: &crm.OpenOpportunity{Title: "pumps", Expectation: crm.Expectation{Amount: money.Amount{Minor: 1_000_00, Currency: money.CNY}}}}
	made, err := s.Leads.Convert(s.ctx, boss, "l1", command)
	require.NoError(t, err)
	again, err := s.Leads.Convert(s.ctx, boss, "l1", command)
	require.NoError(t, err)
	require.Equal(t, made, again)
	command.Key = "other"
	_, err = s.Leads.Convert(s.ctx, boss, "l1", command)
	require.ErrorIs(t, err, lead.ErrAlreadyConverted)
	var typed *lead.Error
	require.True(t, errors.As(err, &typed))
	require.Equal(t, made.Customer, typed.ID)

	org, who := s.get(made.Customer), s.get(made.Person)
	require.Equal(t, []any{"华信科技", party.Organisation, "li", "website"}, []any{org.Profile.Name, org.Profile.Type, org.Standing.Holding.Owner, org.Profile.Source})
	require.Equal(t, []any{"张三", party.Person, 1}, []any{who.Profile.Name, who.Profile.Type, len(who.Profile.Identifiers)})
	contacts, err := s.Contacts.Of(s.ctx, boss, made.Customer)
	require.NoError(t, err)
	require.Equal(t, []party.Contact{{ID: made.Contact, Organisation: made.Customer, Person: made.Person, Role: party.ContactPurchasing, Title: "buyer"}}, contacts)
	o, err := s.Opportunities.Get(s.ctx, boss, made.Opportunity)
	require.NoError(t, err)
	require.Equal(t, []any{made.Customer, "l1", "li"}, []any{o.Customer, o.Lead, o.Holding.Owner})
	l := s.lead("l1")
	require.Equal(t, []any{lead.Converted, made.Customer, made.Contact, made.Opportunity}, []any{l.State, l.Customer, l.Contact, l.Opportunity})
	require.Equal(t, []string{"l1"}, s.listed(crm.LeadFilter{Customer: made.Customer}))
	line, err := s.Timeline.Of(s.ctx, boss, made.Customer)
	require.NoError(t, err)
	require.Equal(t, 1, line.Len(), "the lead's activity is shown")
	answer, err := s.Consents.Permitted(s.ctx, boss, made.Person, privacy.Question{Purpose: "contact", Channel: timeline.Phone, Age: privacy.FourteenUp, Notice: 1})
	require.NoError(t, err)
	require.True(t, answer.Allowed, answer.Reasons)

	// The number is the person's now: who sends it again is attached to the customer.
	require.Equal(t, made.Person, s.capture("l2", "张三", "13800138000", owner.Staff{}).Customer)
	s.verified()
}

func TestLeadsConvertLinks(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{}, lead.Limit{})
	s.register("org", organisation("华信"), li)
	s.qualified("l1", "张三", "13800138000", zhao)
	got, err := s.Leads.Convert(s.ctx, boss, "l1", crm.ConvertLead{Plan: lead.Plan{Customer: "org", Role: party.ContactTechnical}})
	require.NoError(t, err)
	require.Equal(t, "org", got.Customer)
	require.Equal(t, "zhao", s.get(got.Person).Standing.Holding.Owner)
	require.Equal(t, "li", s.get("org").Standing.Holding.Owner, "who looks after the customer stays")

	s.qualified("l2", "李四", "13900139000", zhao)
	got, err = s.Leads.Convert(s.ctx, boss, "l2", crm.ConvertLead{Plan: lead.Plan{Customer: "org", Person: got.Person, Role: party.ContactFinance}})
	require.NoError(t, err)
	contacts, err := s.Contacts.Of(s.ctx, boss, "org")
	require.NoError(t, err)
	require.Len(t, contacts, 2)

	// Somebody who was registered meanwhile has the number: link instead.
	s.qualified("l3", "王五", "13700137000", li)
	s.register("wang-wu", person(t, "王五", "13700137000"), li)
	_, err = s.Leads.Convert(s.ctx, boss, "l3", crm.ConvertLead{})
	require.ErrorIs(t, err, crm.ErrTaken)
	require.Equal(t, lead.Qualified, s.lead("l3").State)
	got, err = s.Leads.Convert(s.ctx, boss, "l3", crm.ConvertLead{Plan: lead.Plan{Customer: "wang-wu"}})
	require.NoError(t, err)
	require.Equal(t, crm.ConvertedLead{Customer: "wang-wu"}, got)

	s.capture("l4", "赵六", "13600136000", owner.Staff{})
	_, err = s.Leads.Convert(s.ctx, boss, "l4", crm.ConvertLead{Owner: li})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = s.Leads.Convert(s.ctx, boss, "l4", crm.ConvertLead{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	s.verified()
}

// TestLeadsConvertAmbiguous: a conversion through a store that fails, sent again under
// its key until it is acknowledged, makes one customer, one person and one opportunity.
func TestLeadsConvertAmbiguous(t *testing.T) {
	runs := uint64(300)
	if testing.Short() {
		runs = 60
	}
	injected := 0
	for seed := range runs {
		store := new(crm.Memory)
		s := leadScene(t, store, crm.Options{}, lead.Limit{})
		s.qualified("l1", "张三", "13800138000", li, "company", "华信")
		faulty := crmtest.NewFaulty(store, seed, crmtest.Rates{ErrRead: .02, ErrBefore: .1, ErrAfter: .3, Conflict: .1, Cancelled: .05})
		c, err := crm.New(faulty, crm.Options{Clock: s.clock, Attempts: 2, ErasureKey: secret})
		require.NoError(t, err)
		var made []crm.ConvertedLead
		for range 200 {
			got, err := c.Leads.Convert(s.ctx, boss, "l1", crm.ConvertLead{Call: crm.Call{Key: "k"}, Opportunity: &crm.OpenOpportunity{Title: "x"}})
			if err == nil {
				made = append(made, got)
				if len(made) == 2 {
					break
				}
				continue
			}
			require.True(t, errors.Is(err, crmtest.ErrInjected) || errors.Is(err, context.Canceled) || errors.Is(err, crm.ErrConflict), "seed %d: %v", seed, err)
		}
		require.Len(t, made, 2, "seed %d", seed)
		require.Equal(t, made[0], made[1])
		require.Len(t, ids(t, s.Customers.List(s.ctx, boss, crm.CustomerFilter{})), 2, "seed %d", seed)
		n := 0
		for _, err := range s.Opportunities.List(s.ctx, boss, crm.OpportunityFilter{}) {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, 1, n)
		s.verified()
		injected += faulty.Injected().ErrAfter
	}
	require.Positive(t, injected)
}

// TestLeadsLeaver: a colleague leaves while others capture leads for them, give, convert
// and claim them; in the end nothing is left with them, and no lead is without owner that
// was given.
func TestLeadsLeaver(t *testing.T) {
	runs := uint64(400)
	if testing.Short() {
		runs = 80
	}
	for seed := range runs {
		store := new(crm.Memory)
		s := leadScene(t, store, crm.Options{}, lead.Limit{})
		s.qualified("l1", "张三", "13800138000", li)
		s.capture("l2", "李四", "13900139000", zhao)
		_, err := s.Leads.Capture(s.ctx, boss, crm.CaptureLead{ID: "l3", Submission: asks("n", "13700137000"), Pool: "public"})
		require.NoError(t, err)
		allowed := func(err error) {
			if err != nil && !errors.Is(err, crm.ErrForbidden) && !errors.Is(err, crm.ErrTransition) && !errors.Is(err, crm.ErrTaken) {
				t.Errorf("seed %d: %v", seed, err)
			}
		}
		over := func(do func(c *crm.CRM)) func(crm.Store) {
			return func(store crm.Store) {
				c, err := crm.New(store, crm.Options{Clock: crmtest.NewClock(seed, day(1), 0), Attempts: 200, ErasureKey: secret})
				require.NoError(t, err)
				do(c)
			}
		}
		crmtest.Interleave(seed, store,
			over(func(c *crm.CRM) {
				_, err := c.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: crm.Terms{Call: crm.Call{Reason: "left"}}, Takers: []owner.Staff{zhao, sun}})
				require.NoError(t, err)
			}),
			over(func(c *crm.CRM) {
				_, err := c.Leads.Capture(s.ctx, boss, crm.CaptureLead{ID: "l4", Submission: asks("n", "13600136000"), Owner: li})
				allowed(err)
				_, err = c.Leads.Claim(s.ctx, boss, "l3", li, crm.Terms{})
				allowed(err)
			}),
			over(func(c *crm.CRM) {
				_, err := c.Leads.Convert(s.ctx, boss, "l1", crm.ConvertLead{Opportunity: &crm.OpenOpportunity{Title: "x"}})
				allowed(err)
			}),
			over(func(c *crm.CRM) {
				_, err := c.Leads.Transfer(s.ctx, boss, "l2", li, crm.Terms{Code: "helps"})
				allowed(err)
			}),
		)
		require.Empty(t, s.listed(crm.LeadFilter{Owner: "li"}), "seed %d", seed)
		require.Empty(t, ids(t, s.Customers.List(s.ctx, boss, crm.CustomerFilter{Owner: "li"})), "seed %d", seed)
		for o, err := range s.Opportunities.List(s.ctx, boss, crm.OpportunityFilter{Owner: "li"}) {
			t.Errorf("seed %d: %s was left behind: %v", seed, o.ID, err)
		}
		s.verified()
		if t.Failed() {
			return
		}
	}
}

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
