package crm_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
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
