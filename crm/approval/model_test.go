package approval_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/money"
)

var models = []approval.Model{approval.Free, approval.Predefined, approval.Fixed}

// three is an approval of three steps, a, b and c, at its second one.
func three(t require.TestingT, m approval.Model, change ...func(*approval.Step)) *run {
	steps := []approval.Step{step("a", user("v1")), step("b", user("v2")), step("c", user("v3"))}
	for _, f := range change {
		f(&steps[1])
	}
	if m == approval.Free {
		r := running(t, template(m), approval.Env{}, to("v1"))
		r.do(approval.Approve, "v1", to("v2"))
		return r
	}
	r := running(t, template(m, steps...), approval.Env{})
	r.do(approval.Approve, "v1")
	return r
}

// TestVerbs holds the table of [approval.Process.Decide], one line a verb.
func TestVerbs(t *testing.T) {
	add := step("x", user("v9"))
	insert := func(c *approval.Command) { c.Add = &add }
	locked, allowed := "APR-LOCKED", ""
	for _, tt := range []struct {
		name   string
		verb   approval.Verb
		actor  string
		change []func(*approval.Command)
		want   [3]string // Free, Predefined, Fixed
	}{
		{"choose", approval.Choose, "v2", []func(*approval.Command){at("c"), people("v8")}, [3]string{locked, allowed, locked}},
		{"next", approval.Approve, "v2", []func(*approval.Command){to("v8")}, [3]string{allowed, locked, locked}},
		{"insert", approval.Insert, "v2", []func(*approval.Command){insert}, [3]string{allowed, allowed, locked}},
		{"skip", approval.Skip, "v2", []func(*approval.Command){at("c")}, [3]string{locked, allowed, locked}},
		{"before", approval.AddSigner, "v2", []func(*approval.Command){to("v8"), position(approval.Before)}, [3]string{allowed, allowed, locked}},
		{"after", approval.AddSigner, "v2", []func(*approval.Command){to("v8"), position(approval.After)}, [3]string{allowed, allowed, locked}},
		{"parallel", approval.AddSigner, "v2", []func(*approval.Command){to("v8"), position(approval.Parallel)}, [3]string{allowed, allowed, locked}},
		{"delegate", approval.Delegate, "v2", []func(*approval.Command){to("v8")}, [3]string{}},
		{"return", approval.Return, "v2", nil, [3]string{}},
		{"resume", approval.Return, "v2", []func(*approval.Command){resume}, [3]string{locked, allowed, locked}},
		{"withdraw", approval.Withdraw, "ann", nil, [3]string{allowed, allowed, "APR-STATE"}},
		{"finish", approval.Finish, "v2", nil, [3]string{allowed, locked, locked}},
		{"replace", approval.Replace, "hr", []func(*approval.Command){holder("v2"), to("v8")}, [3]string{}},
	} {
		for n, m := range models {
			r := three(t, m)
			err := r.try(command(tt.verb, tt.actor, tt.change...))
			if tt.want[n] == "" {
				require.NoError(t, err, "%s in %v", tt.name, m)
				continue
			}
			var typed *approval.Error
			require.True(t, errors.As(err, &typed), "%s in %v", tt.name, m)
			require.Equal(t, tt.want[n], typed.Code, "%s in %v", tt.name, m)
		}
	}
	never := func(s *approval.Step) { s.CanDelegate = false }
	for _, m := range models[1:] {
		three(t, m, never).refused(approval.ErrLocked, "APR-LOCKED", approval.Delegate, "v2", to("v8"))
	}
}

func TestFree(t *testing.T) {
	r := running(t, template(approval.Free, approval.Step{ID: "pay", Do: approval.KindExecute, Approvers: []approval.Approver{user("ann")}}),
		approval.Env{Guide: guide(t), People: approval.Staff{Posts: map[string][]string{"head": {"head"}, "gm": {"gm"}}}}, to("v1"))
	r.refused(approval.ErrForbidden, "APR-TWICE-RUNNING", approval.Approve, "v1", to("v1"))
	r.refused(approval.ErrIncomplete, "APR-NEXT", approval.Approve, "v1")
	r.refused(approval.ErrForbidden, "APR-INITIATOR", approval.Approve, "v1", to("ann"))
	r.do(approval.Approve, "v1", to("v2"))
	r.refused(approval.ErrForbidden, "APR-TWICE-RUNNING", approval.Delegate, "v2", to("v1"))
	r.do(approval.Approve, "v2", to("v1"))
	r.do(approval.Finish, "v1")
	require.Equal(t, "approved pay", standing(r))
	r.do(approval.Begin, "ann")
	require.Equal(t, approval.Executing, r.i.Status)
	r.do(approval.Execute, "ann")
	require.Equal(t, approval.Done, r.i.Status)

	spends := request()
	spends.Amount = cny("80000")
	r = start(t, template(approval.Free), r.env)
	r.do(approval.Create, "ann", asks(spends))
	r.refused(approval.ErrIncomplete, "APR-NEXT", approval.Submit, "ann")
	r.do(approval.Submit, "ann", to("head"))
	r.refused(approval.ErrForbidden, "APR-AUTHORITY", approval.Finish, "head")
	r.do(approval.Approve, "head", to("gm"))
	r.do(approval.Finish, "gm")
	require.Equal(t, approval.Approved, r.i.Status)

	r = running(t, template(approval.Free), approval.Env{}, to("v1"))
	for n := 1; n < 50; n++ {
		r.do(approval.Approve, []string{"v2", "v1"}[n%2], to([]string{"v1", "v2"}[n%2]))
	}
	r.refused(approval.ErrForbidden, "APR-STEPS", approval.Approve, "v2", to("v1"))
	r.do(approval.Finish, "v2")
}

func TestReturn(t *testing.T) {
	r := three(t, approval.Predefined)
	r.do(approval.Approve, "v2")
	r.do(approval.Return, "v3", target("a"))
	require.Equal(t, "running a", standing(r))
	require.Empty(t, r.i.Places[1].Seats, "decisions from the target on are void")
	for _, who := range []string{"v1", "v2", "v3"} {
		r.do(approval.Approve, who)
	}
	require.Equal(t, approval.Approved, r.i.Status)
	require.Equal(t, 5, r.i.Decisions)

	r = three(t, approval.Predefined)
	r.do(approval.Approve, "v2")
	r.do(approval.Return, "v3", target("a"), resume)
	r.do(approval.Approve, "v1")
	require.Equal(t, "running c", standing(r), "straight back to who returned it")

	r = three(t, approval.Predefined)
	r.do(approval.Return, "v2", resume)
	require.Equal(t, approval.Draft, r.i.Status)
	r.do(approval.Submit, "ann")
	require.Equal(t, "running b", standing(r))
	r.do(approval.Return, "v2", resume)
	changed := request()
	changed.Counterparty = "c-2"
	r.do(approval.Amend, "ann", asks(changed))
	r.do(approval.Submit, "ann")
	require.Equal(t, "running a", standing(r), "what was changed is decided anew")

	r = three(t, approval.Fixed)
	r.refused(approval.ErrTransition, "APR-NO-STEP", approval.Return, "v2", target("b"))
	r.refused(approval.ErrTransition, "APR-NO-STEP", approval.Return, "v2", target("c"))
	r.refused(approval.ErrNotFound, "APR-NO-STEP", approval.Return, "v2", target("d"))
	r.do(approval.Return, "v2", target("a"))
	require.Equal(t, "running a", standing(r))
	r.refused(approval.ErrForbidden, "APR-NOT-HOLDER", approval.Approve, "v2")
	r.do(approval.Return, "v1")
	require.Equal(t, approval.Draft, r.i.Status)
}

func TestSigners(t *testing.T) {
	r := three(t, approval.Predefined)
	r.do(approval.AddSigner, "v2", to("v8"), position(approval.Before))
	require.Equal(t, []approval.Seat{{Person: "v8"}}, r.i.Waiting())
	r.refused(approval.ErrForbidden, "APR-NOT-HOLDER", approval.Approve, "v2")
	r.do(approval.Approve, "v8")
	require.Equal(t, "running b", standing(r))
	r.do(approval.AddSigner, "v2", to("v7"), position(approval.Parallel))
	r.do(approval.AddSigner, "v2", to("v9"), position(approval.After))
	r.do(approval.Approve, "v2")
	require.Equal(t, "running b", standing(r), "both decide")
	r.refused(approval.ErrTransition, "APR-VOTED", approval.Approve, "v2")
	r.refused(approval.ErrTransition, "APR-VOTED", approval.Approve, "v1")
	r.do(approval.Approve, "v7")
	require.Equal(t, []approval.Seat{{Person: "v9"}}, r.i.Waiting())
	r.do(approval.Approve, "v9")
	require.Equal(t, "running c", standing(r))
	r.refused(approval.ErrForbidden, "APR-INITIATOR", approval.AddSigner, "v3", to("ann"), position(approval.After))
	r.refused(approval.ErrDuplicate, "APR-SEATED", approval.AddSigner, "v3", to("v3"), position(approval.Parallel))
	r.refused(approval.ErrInvalid, "APR-UNKNOWN", approval.AddSigner, "v3", to("v5"))

	// a vote that was cast before a signer came in stands
	both := step("all", user("v1"), user("v2"))
	both.Mode = approval.All
	r = running(t, template(approval.Predefined, both), approval.Env{})
	r.do(approval.Approve, "v1")
	r.do(approval.AddSigner, "v2", to("v8"), position(approval.Before))
	r.do(approval.Approve, "v8")
	r.refused(approval.ErrTransition, "APR-VOTED", approval.Approve, "v1")
	r.do(approval.Approve, "v2")
	require.Equal(t, approval.Approved, r.i.Status)
}

func TestAdjust(t *testing.T) {
	must := func(s *approval.Step) { s.Required = true }
	r := start(t, template(approval.Predefined, step("a", user("v1")), step("b", user("v2"))), approval.Env{})
	r.do(approval.Create, "ann", asks(request()))
	r.refused(approval.ErrForbidden, "APR-NOT-INITIATOR", approval.Skip, "bo", at("b"))
	r.do(approval.Choose, "ann", at("b"), people("v5"))
	r.refused(approval.ErrForbidden, "APR-INITIATOR", approval.Choose, "ann", at("b"), people("v5", "ann"))
	r.refused(approval.ErrDuplicate, "APR-REPEATED", approval.Choose, "ann", at("b"), people("v5", "v5"))
	r.refused(approval.ErrIncomplete, "APR-MISSING", approval.Choose, "ann", at("b"))
	r.do(approval.Submit, "ann")
	r.refused(approval.ErrNotFound, "APR-NO-STEP", approval.Skip, "v1", at("a"))
	r.do(approval.Approve, "v1")
	require.Equal(t, []approval.Seat{{Person: "v5"}}, r.i.Waiting())

	r = start(t, template(approval.Predefined, step("a", user("v1"))), approval.Env{})
	r.do(approval.Create, "ann", asks(request()))
	r.do(approval.Skip, "ann", at("a"))
	r.refused(approval.ErrIncomplete, "APR-NOBODY", approval.Submit, "ann")

	r = start(t, template(approval.Predefined, func() approval.Step { s := step("a", user("v1")); must(&s); return s }()), approval.Env{})
	r.do(approval.Create, "ann", asks(request()))
	r.refused(approval.ErrLocked, "APR-LOCKED", approval.Skip, "ann", at("a"))
}

func TestInitiatorNeverDecides(t *testing.T) {
	staff := approval.Staff{Managers: map[string]string{"ann": "mia"}, Roles: map[string][]string{"r": {"v2", "ann", "v1"}}}
	role := step("a", approval.Approver{From: approval.FromRole, Value: "r"})
	role.Mode = approval.All
	r := running(t, template(approval.Fixed, role), approval.Env{People: staff})
	require.Equal(t, []approval.Seat{{Person: "mia"}, {Person: "v1"}, {Person: "v2"}}, r.i.Waiting())

	since := tick(-5)
	r = running(t, template(approval.Fixed, role), approval.Env{People: staff, Delegations: []approval.Delegation{
		{From: "v1", To: "ann", Since: since}, {From: "v2", To: "v3", Since: since}, {From: "v3", To: "v4", Since: since}}})
	require.Equal(t, []approval.Seat{{Person: "mia"}, {Person: "v1"}, {Person: "v3", For: "v2", Delegated: true}}, r.i.Waiting())
	r.refused(approval.ErrForbidden, "APR-DEPTH", approval.Delegate, "v3", to("v9"))

	for _, tt := range []struct {
		on   approval.OnEmpty
		code string
		want string
	}{{approval.EmptyFails, "APR-EMPTY", ""}, {approval.EmptySkips, "APR-NOBODY", ""}, {approval.EmptyToAdmin, "", "admin"}} {
		own := step("a", user("ann"))
		own.OnEmpty = tt.on
		r := start(t, template(approval.Fixed, own), approval.Env{Admin: "admin"})
		r.do(approval.Create, "ann", asks(request()))
		if tt.code != "" {
			r.refused(approval.ErrIncomplete, tt.code, approval.Submit, "ann")
			continue
		}
		r.do(approval.Submit, "ann")
		require.Equal(t, []approval.Seat{{Person: tt.want}}, r.i.Waiting())
	}
}

func TestTimeout(t *testing.T) {
	staff := approval.Staff{Managers: map[string]string{"v1": "ann", "ann": "mia", "mia": "top"}}
	deadline := func(from time.Time, d time.Duration) (time.Time, error) { return from.Add(2 * d), nil }
	timed := func(then approval.OnTimeout) approval.Template {
		s := step("a", user("v1"))
		s.Timeout = &approval.Timeout{After: 4 * time.Hour, Then: then}
		return template(approval.Predefined, s)
	}
	env := approval.Env{People: staff, Deadline: deadline}
	r := running(t, timed(approval.ThenEscalate), env) // entered at 1 o'clock
	p, _ := r.i.Current()
	require.Equal(t, []time.Time{tick(5), tick(9)}, []time.Time{p.Remind, p.Due})
	length := len(r.journal)
	r.env.Now = tick(5).Add(-time.Microsecond)
	r.do(approval.Tick, "clock")
	require.Len(t, r.journal, length)
	r.env.Now = tick(5)
	r.do(approval.Tick, "clock")
	r.do(approval.Tick, "clock")
	require.Len(t, r.journal, length+1, "reminded once")
	require.Empty(t, r.i.Findings(tick(9).Add(-1), time.UTC))
	require.Len(t, r.i.Findings(tick(9), time.UTC), 1)
	r.env.Now = tick(9)
	r.do(approval.Tick, "clock")
	require.Equal(t, []approval.Seat{{Person: "mia", For: "v1", Delegated: true}}, r.i.Waiting(), "not the initiator")
	r.env.Now = tick(17)
	r.do(approval.Tick, "clock")
	require.Equal(t, "top", r.i.Waiting()[0].Person)
	r.env.Now = tick(100)
	r.do(approval.Tick, "clock")
	length = len(r.journal)
	r.do(approval.Tick, "clock")
	require.Len(t, r.journal, length, "nobody is above: no further term")
	r.do(approval.Approve, "top")
	require.Equal(t, approval.Approved, r.i.Status)

	for then, want := range map[approval.OnTimeout]approval.Status{approval.ThenReturn: approval.Draft,
		approval.ThenReject: approval.Rejected, approval.ThenApprove: approval.Approved} {
		r := running(t, timed(then), env)
		r.env.Now = tick(9)
		r.do(approval.Tick, "clock")
		require.Equal(t, want, r.i.Status)
	}
	spends := request()
	spends.Amount = cny("1")
	r = start(t, timed(approval.ThenApprove), env)
	r.do(approval.Create, "ann", asks(spends))
	r.refused(approval.ErrForbidden, "APR-AUTO-APPROVE", approval.Submit, "ann")
	fixed := timed(approval.ThenApprove)
	fixed.Model = approval.Fixed
	_, err := approval.New(fixed)
	requireRefused(t, err, approval.ErrInvalid, "APR-AUTO-APPROVE")
	r = start(t, timed(approval.ThenReject), approval.Env{})
	r.do(approval.Create, "ann", asks(request()))
	r.refused(approval.ErrIncomplete, "APR-MISSING", approval.Submit, "ann")
	broken := errors.New("no such year")
	r.env.Deadline = func(time.Time, time.Duration) (time.Time, error) { return time.Time{}, broken }
	r.refused(broken, "APR-DEADLINE", approval.Submit, "ann")
}

func TestGuidedSteps(t *testing.T) {
	staff := approval.Staff{Managers: map[string]string{"ann": "mia"}, Posts: map[string][]string{"head": {"head"}, "gm": {"gm"}}}
	guided := step("auth", approval.Approver{From: approval.FromGuide})
	guided.Authority = approval.Cumulative
	spends := request()
	spends.Amount, spends.Counterparty = cny("4500"), "c"
	env := approval.Env{People: staff, Guide: guide(t)}
	r := start(t, template(approval.Predefined, guided), env)
	r.do(approval.Create, "ann", asks(spends))
	r.do(approval.Submit, "ann")
	require.Equal(t, "running auth/team", standing(r))
	r.do(approval.Approve, "mia")
	require.Equal(t, approval.Approved, r.i.Status)

	r = start(t, template(approval.Predefined, guided), env)
	r.env.History = []approval.Commitment{{ID: "r-0", Initiator: "ann", Matter: "expense", Counterparty: "c", Amount: cny("4000"), At: tick(-24)}}
	r.do(approval.Create, "ann", asks(spends))
	r.do(approval.Submit, "ann")
	require.Equal(t, []string{"r-0", "r-1"}, r.i.Related)
	r.refused(approval.ErrLocked, "APR-LOCKED", approval.Skip, "mia", at("auth/department"))
	r.refused(approval.ErrLocked, "APR-LOCKED", approval.Choose, "mia", at("auth/department"), people("v1"))
	r.do(approval.Approve, "mia")
	require.Equal(t, "running auth/department", standing(r), "the sum's level is required")
	r.do(approval.Return, "head", resume)
	spends.Amount = cny("90000")
	r.do(approval.Amend, "ann", asks(spends))
	r.do(approval.Submit, "ann")
	require.Len(t, r.i.Places, 3, "the authority is asked anew")
	require.Equal(t, "running auth/team", standing(r))

	r = start(t, template(approval.Predefined, guided), approval.Env{})
	r.do(approval.Create, "ann", asks(spends))
	r.refused(approval.ErrIncomplete, "APR-MISSING", approval.Submit, "ann")
}

func TestConditions(t *testing.T) {
	when := func(field string, op approval.Operator, value string, cur money.Currency) approval.Condition {
		return approval.Condition{Field: field, Op: op, Value: value, Currency: cur}
	}
	for _, tt := range []struct {
		c    approval.Condition
		want bool
	}{
		{when("amount", approval.More, "100", money.CNY), false}, {when("amount", approval.AtLeast, "100", money.CNY), true},
		{when("amount", approval.Less, "100.01", money.CNY), true}, {when("amount", approval.AtMost, "99.99", money.CNY), false},
		{when("amount", approval.Equal, "100.00", money.CNY), true}, {when("amount", approval.Present, "", 0), true},
		{when("amount", approval.Absent, "", 0), false}, {when("rows", approval.More, "200", 0), true},
		{when("rows", approval.AtMost, "201.0", 0), true}, {when("rows", approval.Equal, "201.0", 0), false},
		{when("none", approval.Absent, "", 0), true}, {when("none", approval.NotEqual, "x", 0), true},
	} {
		extra := step("b", user("v2"))
		extra.When = []approval.Condition{tt.c}
		spends := request()
		spends.Amount, spends.Fields = cny("100"), map[string]string{"rows": "201"}
		r := start(t, template(approval.Fixed, step("a", user("v1")), extra), approval.Env{})
		r.do(approval.Create, "ann", asks(spends))
		r.do(approval.Submit, "ann")
		r.do(approval.Approve, "v1")
		require.Equal(t, tt.want, r.i.Status == approval.Running, "%v", tt.c)
	}
	for _, tt := range []struct {
		c        approval.Condition
		sentinel error
		code     string
	}{
		{when("amount", approval.More, "1", money.USD), approval.ErrCurrency, "APR-CURRENCY"},
		{when("none", approval.More, "1", 0), approval.ErrIncomplete, "APR-FIELD"},
		{when("text", approval.More, "1", 0), approval.ErrInvalid, "APR-TEXT"},
		{when("huge", approval.More, "1", 0), approval.ErrInvalid, "APR-TEXT"},
	} {
		s := step("a", user("v1"))
		s.When = []approval.Condition{tt.c}
		spends := request()
		spends.Amount, spends.Fields = cny("100"), map[string]string{"text": "x", "huge": "1e999999999"}
		r := start(t, template(approval.Fixed, s), approval.Env{})
		r.do(approval.Create, "ann", asks(spends))
		r.refused(tt.sentinel, tt.code, approval.Submit, "ann")
	}
}

// Somebody with an open seat is gone: a successor has it as his own, and the rules about
// who decides hold for him.
func TestReplace(t *testing.T) {
	both := step("all", user("v1"), user("v2"), user("v3"))
	both.Mode = approval.All
	r := running(t, template(approval.Fixed, both), approval.Env{})
	r.do(approval.Approve, "v1")
	r.refused(approval.ErrIncomplete, "APR-MISSING", approval.Replace, "hr", to("v8"))
	r.refused(approval.ErrNotFound, "APR-NO-SEAT", approval.Replace, "hr", holder("v9"), to("v8"))
	r.refused(approval.ErrTransition, "APR-VOTED", approval.Replace, "hr", holder("v1"), to("v8"))
	r.refused(approval.ErrForbidden, "APR-ONESELF", approval.Replace, "v8", holder("v2"), to("v8"))
	r.refused(approval.ErrForbidden, "APR-INITIATOR", approval.Replace, "ann", holder("v2"), to("v8"))
	r.refused(approval.ErrForbidden, "APR-INITIATOR", approval.Replace, "hr", holder("v2"), to("ann"))
	r.refused(approval.ErrDuplicate, "APR-SEATED", approval.Replace, "hr", holder("v2"), to("v1"))
	r.refused(approval.ErrIncomplete, "APR-MISSING", approval.Replace, "hr", holder("v2"))
	r.do(approval.Replace, "hr", holder("v2"), to("v8"))
	require.Equal(t, []approval.Seat{{Person: "v8"}, {Person: "v3"}}, r.i.Waiting())
	r.refused(approval.ErrForbidden, "APR-NOT-HOLDER", approval.Approve, "v2")
	r.do(approval.Delegate, "v8", to("v9"))
	r.do(approval.Approve, "v9")
	r.do(approval.Approve, "v3")
	require.Equal(t, approval.Approved, r.i.Status)
	r.refused(approval.ErrTransition, "APR-STATE", approval.Replace, "hr", holder("v3"), to("v8"))
	require.Equal(t, -1, approval.Verify(r.journal))
}
