package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/money"
)

// vote casts one letter a person: A approve, R reject, - abstain.
func cast(r *run, votes string) {
	verbs := map[rune]approval.Verb{'A': approval.Approve, 'R': approval.Reject, '-': approval.Abstain}
	for n, v := range []rune(votes) {
		r.do(verbs[v], voters(n + 1)[n].Value)
	}
}

func TestServiceO15(t *testing.T) {
	of := func(mode approval.Mode, n, k int) approval.Step {
		s := step("board", voters(n)...)
		s.Mode, s.K = mode, k
		return s
	}
	allReject := of(approval.Any, 3, 0)
	allReject.AllReject = true
	for _, tt := range []struct {
		name, votes string
		step        approval.Step
		want        approval.Status
	}{
		{"six of seven", "AAARRR", of(approval.Quorum, 7, 4), approval.Running},
		{"the seventh", "AAARRRR", of(approval.Quorum, 7, 4), approval.Rejected},
		{"abstention short of it", "ARRR", of(approval.Quorum, 7, 4), approval.Running},
		{"abstention", "ARRR-", of(approval.Quorum, 7, 4), approval.Rejected},
		{"majority", "AAAA", of(approval.Quorum, 7, 4), approval.Approved},
		{"all", "AR", of(approval.All, 3, 0), approval.Rejected},
		{"any", "R", of(approval.Any, 3, 0), approval.Rejected},
		{"any, all reject", "RA", allReject, approval.Approved},
		{"any, all rejected", "RRR", allReject, approval.Rejected},
		{"everybody abstains", "---", of(approval.All, 3, 0), approval.Rejected},
		{"serial", "AAA", of(approval.Serial, 3, 0), approval.Approved},
		{"one", "A", of(approval.One, 3, 0), approval.Approved},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := running(t, template(approval.Fixed, tt.step), approval.Env{})
			cast(r, tt.votes)
			require.Equal(t, tt.want, r.i.Status)
		})
	}
	r := running(t, template(approval.Fixed, of(approval.All, 3, 0)), approval.Env{})
	cast(r, "AR")
	r.refused(approval.ErrTransition, "APR-STATE", approval.Approve, "v3")
}

// company is the people of the chain of the documents.
func company() approval.Staff {
	return approval.Staff{
		Roles: map[string][]string{
			approval.RoleOfficeBody: {"secretary"},
			approval.RoleBoard:      {"v1", "v2", "v3", "v4", "v5", "v6", "v7"},
		},
		Units:    map[string][]string{approval.UnitMarketing: {"ann", "bo"}, "sales": {"sam"}},
		Managers: map[string]string{"ann": "mia"},
	}
}

func policy() approval.Request {
	return approval.Request{ID: "p-1", Form: approval.Policy, Initiator: "ann", Unit: approval.UnitMarketing, Fields: map[string]string{
		"policy": "crm", "version": "2", "date": "2026-09-01", "authoriser": "gm", "change": "c-1", "text": "sha"}}
}

func chain(t require.TestingT) *run {
	r := start(t, approval.PolicyChain(), approval.Env{People: company()})
	r.do(approval.Create, "ann", asks(policy()))
	r.do(approval.Submit, "ann")
	return r
}

func TestServiceO16(t *testing.T) {
	r := chain(t)
	require.Equal(t, "running office-meeting", standing(r))
	e := r.refused(approval.ErrIncomplete, "APR-DOCUMENT", approval.Approve, "secretary")
	require.Equal(t, []string{"minutes"}, e.Items)
	r.do(approval.Approve, "secretary", minutes)
	require.Equal(t, "running board", standing(r))
	r.refused(approval.ErrTransition, "APR-STATE", approval.Execute, "ann")
	r.refused(approval.ErrTransition, "APR-STATE", approval.Withdraw, "ann")
	cast(r, "AAAA")
	require.Equal(t, "approved implement", standing(r))
	require.Equal(t, []approval.Seat{{Person: "ann"}, {Person: "bo"}}, r.i.Waiting())
	r.refused(approval.ErrForbidden, "APR-NOT-HOLDER", approval.Execute, "sam")
	r.do(approval.Execute, "bo")
	require.Equal(t, approval.Done, r.i.Status)

	r = chain(t)
	r.refused(approval.ErrForbidden, "APR-INITIATOR", approval.Approve, "ann", minutes)
	r.refused(approval.ErrLocked, "APR-LOCKED", approval.AddSigner, "secretary", to("sam"), position(approval.Before))
	length := len(r.journal)
	r.do(approval.Reject, "secretary")
	require.Equal(t, approval.Draft, r.i.Status)
	require.Len(t, r.journal, length+2, "the history stays")
	require.Equal(t, 1, r.i.Decisions)
	r.refused(approval.ErrLocked, "APR-LOCKED", approval.AddSigner, "ann", to("sam"), position(approval.After))
	r.refused(approval.ErrForbidden, "APR-INITIATOR", approval.Approve, "ann")
	r.refused(approval.ErrTransition, "APR-STATE", approval.Withdraw, "ann")
	r.do(approval.Submit, "ann")
	require.Equal(t, "running office-meeting", standing(r))

	r = chain(t)
	r.refused(approval.ErrForbidden, "APR-NOT-INITIATOR", approval.Withdraw, "bo")
	r.do(approval.Withdraw, "ann")
	require.Equal(t, approval.Withdrawn, r.i.Status)

	r = chain(t)
	r.do(approval.Approve, "secretary", minutes)
	cast(r, "RRRR")
	require.Equal(t, approval.Rejected, r.i.Status, "the board's rejection ends it")
}

func guide(t require.TestingT) *approval.Guide {
	g, err := approval.NewGuide(definition())
	require.NoError(t, err)
	return g
}

func definition() approval.GuideDefinition {
	level := func(code, zh string, a approval.Approver) approval.Level {
		return approval.Level{Code: code, Zh: zh, Approvers: []approval.Approver{a}}
	}
	post := func(p string) approval.Approver { return approval.Approver{From: approval.FromPost, Value: p} }
	return approval.GuideDefinition{
		Levels: []approval.Level{level("team", "班组长", approval.Approver{From: approval.FromManager}), level("department", "部门经理", post("head")),
			level("general-manager", "总经理", post("gm")), level("board", "董事会", post("chair"))},
		Tables: []approval.AuthorityTable{{Matter: "expense", Currency: money.CNY, Bands: []approval.Band{
			{UpTo: 5_000_00, Level: "team"}, {UpTo: 50_000_00, Level: "department"}, {UpTo: 500_000_00, Level: "general-manager"}, {Level: "board"}}}},
	}
}

func codes(levels []approval.Level) (codes []string) {
	for _, l := range levels {
		codes = append(codes, l.Code)
	}
	return codes
}

func TestServiceO17(t *testing.T) {
	g := guide(t)
	ask := func(amount money.Amount, mode approval.AuthorityMode) ([]string, error) {
		levels, err := g.Resolve(approval.Query{Matter: "expense", Amount: amount, At: tick(0), Mode: mode})
		return codes(levels), err
	}
	for amount, want := range map[string]string{"0": "team", "5000.00": "team", "5000.01": "department", "50000": "department",
		"80000": "general-manager", "500000": "general-manager", "500000.01": "board"} {
		got, err := ask(cny(amount), approval.Direct)
		require.NoError(t, err)
		require.Equal(t, []string{want}, got, amount)
	}
	got, err := ask(cny("500000.01"), approval.Cumulative)
	require.NoError(t, err)
	require.Equal(t, []string{"team", "department", "general-manager", "board"}, got)
	_, err = ask(cny("-1"), approval.Direct)
	requireRefused(t, err, approval.ErrInvalid, "APR-NEGATIVE")
	_, err = ask(money.Amount{Minor: 100, Currency: money.USD}, approval.Direct)
	requireRefused(t, err, approval.ErrCurrency, "APR-CURRENCY")

	day := func(d int) time.Time { return time.Date(2026, 9, d, 2, 0, 0, 0, time.UTC) }
	spent := func(id, amount string, on time.Time) approval.Commitment {
		return approval.Commitment{ID: id, Initiator: "ann", Matter: "expense", Counterparty: "c", Amount: cny(amount), At: on}
	}
	wants := func(id, amount string) approval.Request {
		return approval.Request{ID: id, Form: approval.Expense, Initiator: "ann", Counterparty: "c", Amount: cny(amount)}
	}
	first, second, third := spent("a", "4000", day(21)), spent("b", "4500", day(23)), spent("c", "3000", day(25))
	_, found, err := g.CheckSplit(wants("a", "4000"), day(21), nil)
	require.NoError(t, err)
	require.False(t, found)
	check := func(id, amount string, on time.Time, history []approval.Commitment, sum string, ids ...string) {
		t.Helper()
		split, found, err := g.CheckSplit(wants(id, amount), on, history)
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, ids, split.IDs)
		require.Equal(t, cny(sum), split.Sum)
		require.Equal(t, "department", split.Level.Code)
		f := split.Finding(id, 20720)
		require.NoError(t, f.Validate())
		require.Equal(t, "APR-SPLIT", f.Code)
	}
	check("b", "4500", day(23), []approval.Commitment{first}, "8500", "a", "b")
	check("c", "3000", day(25), []approval.Commitment{second, first}, "11500", "a", "b", "c")
	check("c", "3000", day(25), []approval.Commitment{third, second, first}, "11500", "a", "b", "c") // itself in history
	first.At = day(18)
	check("c", "3000", day(25), []approval.Commitment{first, second}, "7500", "b", "c")
	first.At = first.At.Add(time.Microsecond)
	check("c", "3000", day(25), []approval.Commitment{first, second}, "11500", "a", "b", "c")
	for _, other := range []func(*approval.Commitment){
		func(c *approval.Commitment) { c.Initiator = "bo" }, func(c *approval.Commitment) { c.Matter = "credit" },
		func(c *approval.Commitment) { c.Counterparty = "d" }, func(c *approval.Commitment) { c.Amount.Currency = money.USD },
		func(c *approval.Commitment) { c.At = day(25).Add(time.Microsecond) }} {
		apart := second
		other(&apart)
		_, found, err := g.CheckSplit(wants("c", "3000"), day(25), []approval.Commitment{apart})
		require.NoError(t, err)
		require.False(t, found)
	}
}
