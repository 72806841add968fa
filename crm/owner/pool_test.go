package owner_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/owner"
)

func poolPolicy(rule owner.PoolRule) owner.PoolPolicy {
	rule.ID, rule.Pool, rule.Path = "r", "pool", "/east"
	return owner.PoolPolicy{Zone: shanghai, Rules: []owner.PoolRule{rule}, WarnDays: []int{1, 7, 3, 3}}
}

func facts(since time.Time) owner.Facts {
	return owner.Facts{Holding: owner.Holding{Owner: "a", Since: since}}
}

func TestRecycleDue(t *testing.T) {
	since := on(1, 5, 9)
	with := func(change func(*owner.Facts)) owner.Facts {
		f := facts(since)
		change(&f)
		return f
	}
	tests := []struct {
		name  string
		rule  owner.PoolRule
		facts owner.Facts
		due   time.Time
	}{
		// crm-sales scenario O-25
		{"60 days without action", owner.PoolRule{NoActionDays: 60}, with(func(f *owner.Facts) { f.LastAction = on(8, 1, 23) }), on(10, 1, 0)},
		{"a call on the last day", owner.PoolRule{NoActionDays: 60}, with(func(f *owner.Facts) { f.LastAction = on(9, 30, 23) }), on(11, 30, 0)},
		{"never any action", owner.PoolRule{NoActionDays: 60}, facts(since), on(3, 7, 0)},
		{"an action of the owner before", owner.PoolRule{NoActionDays: 10}, with(func(f *owner.Facts) { f.LastAction = on(1, 1, 0) }), on(1, 16, 0)},
		{"no deal in 6 months", owner.PoolRule{NoDealMonths: 6}, with(func(f *owner.Facts) { f.LastDeal = on(8, 31, 9) }), on(14, 29, 0)},
		{"no deal in 90 days of the claim", owner.PoolRule{NoDealDays: 90}, with(func(f *owner.Facts) { f.LastDeal = on(1, 1, 9) }), on(4, 6, 0)},
		{"no deal in 90 days of the last", owner.PoolRule{NoDealDays: 90}, with(func(f *owner.Facts) { f.LastDeal = on(2, 1, 23) }), on(5, 3, 0)},
		{"90 days or 2 months, whichever is over first", owner.PoolRule{NoDealDays: 90, NoDealMonths: 2}, facts(since), on(3, 6, 0)},
		{"90 days and 2 months", owner.PoolRule{NoDealDays: 90, NoDealMonths: 2, All: true}, facts(since), on(4, 6, 0)},
		{"one month from 31 January", owner.PoolRule{NoDealMonths: 1}, with(func(f *owner.Facts) { f.LastDeal = on(1, 31, 9) }), on(3, 1, 0)},
		{"contract end and 30 days", owner.PoolRule{AfterContract: 30}, with(func(f *owner.Facts) { f.ContractEnd = calendar.MustDate(2026, 6, 30) }), on(7, 31, 0)},
		{"a contract that ended before the owner", owner.PoolRule{AfterContract: 30}, with(func(f *owner.Facts) { f.ContractEnd = calendar.MustDate(2025, 6, 30) }), on(2, 5, 0)},
		{"no contract", owner.PoolRule{AfterContract: 30}, facts(since), time.Time{}},
		{"the owner left", owner.PoolRule{OwnerLeft: true}, with(func(f *owner.Facts) { f.OwnerLeft = on(5, 4, 13) }), on(5, 4, 13)},
		{"the owner is here", owner.PoolRule{OwnerLeft: true}, facts(since), time.Time{}},
		{"any: the first", owner.PoolRule{NoActionDays: 60, NoDealMonths: 1}, facts(since), on(2, 6, 0)},
		{"all: the last", owner.PoolRule{NoActionDays: 60, NoDealMonths: 1, All: true}, facts(since), on(3, 7, 0)},
		{"all, and one never", owner.PoolRule{NoActionDays: 60, AfterContract: 1, All: true}, facts(since), time.Time{}},
		{"protection", owner.PoolRule{NoActionDays: 1}, with(func(f *owner.Facts) { f.Holding.ProtectedUntil = on(4, 1, 0) }), on(4, 1, 0)},
		{"another class", owner.PoolRule{NoActionDays: 1, Classes: []string{"A", "B"}}, with(func(f *owner.Facts) { f.Class = "C" }), time.Time{}},
		{"the class", owner.PoolRule{NoActionDays: 1, Classes: []string{"A", "B"}}, with(func(f *owner.Facts) { f.Class = "B" }), on(1, 7, 0)},
		{"another category", owner.PoolRule{NoActionDays: 1, Categories: []string{"won"}}, facts(since), time.Time{}},
		{"a key account", owner.PoolRule{NoActionDays: 1}, with(func(f *owner.Facts) { f.Exempt = []owner.Exemption{owner.KeyAccount} }), time.Time{}},
		{"under dispute", owner.PoolRule{NoActionDays: 1}, with(func(f *owner.Facts) { f.Holding.Claimants = []string{"b"} }), time.Time{}},
		{"nobody has it", owner.PoolRule{NoActionDays: 1}, with(func(f *owner.Facts) { f.Holding.Owner = "" }), time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := poolPolicy(tt.rule)
			far, err := p.Recycle(tt.facts, on(99, 1, 0))
			require.NoError(t, err)
			require.Equal(t, tt.due, far.Due)
			require.Equal(t, !tt.due.IsZero(), far.Recycle)
			if tt.due.IsZero() {
				require.Empty(t, far.Warnings)
				return
			}
			require.NotEmpty(t, far.Causes)
			just, err := p.Recycle(tt.facts, tt.due)
			require.NoError(t, err)
			require.True(t, just.Recycle)
			require.Equal(t, []string{"r", "pool", "/east"}, []string{just.Rule, just.Pool, just.Path})
			before, err := p.Recycle(tt.facts, tt.due.Add(-time.Microsecond))
			require.NoError(t, err)
			require.False(t, before.Recycle)
			last := calendar.DayOf(tt.due.Add(-time.Microsecond), shanghai)
			require.Equal(t, []calendar.Day{last - 7, last - 3, last - 1}, before.Warnings)
		})
	}
}

func TestRecycleSaysWhy(t *testing.T) {
	p := poolPolicy(owner.PoolRule{NoActionDays: 10, NoDealMonths: 1, OwnerLeft: true})
	f := facts(on(1, 5, 9))
	f.OwnerLeft = on(1, 20, 0)
	r, err := p.Recycle(f, on(1, 20, 0))
	require.NoError(t, err)
	require.Equal(t, []owner.Cause{
		{Condition: owner.NoAction, Base: calendar.MustDate(2026, 1, 5), Due: on(1, 16, 0)},
		{Condition: owner.OwnerLeft, Base: calendar.MustDate(2026, 1, 20), Due: on(1, 20, 0)},
	}, r.Causes, "the month is not over")

	f.Exempt = []owner.Exemption{owner.Receivable}
	f.Holding.Claimants = []string{"b"}
	r, err = p.Recycle(f, on(1, 20, 0))
	require.NoError(t, err)
	require.False(t, r.Recycle)
	require.Equal(t, []owner.Exemption{owner.Receivable, owner.OpenDispute}, r.Exempt)
	require.Len(t, r.Causes, 2, "what would be due is told")
	require.Len(t, f.Exempt, 1, "inputs stay")
}

func TestRecycleFinding(t *testing.T) {
	r, err := poolPolicy(owner.PoolRule{NoActionDays: 60}).Recycle(facts(on(1, 5, 9)), on(1, 6, 0))
	require.NoError(t, err)
	require.Empty(t, r.Findings("c-1", r.LastDay))
	found := r.Findings("c-1", r.LastDay-3)
	require.Len(t, found, 1)
	require.NoError(t, found[0].Validate())
	text, err := owner.Catalogue().Render(found[0], finding.English)
	require.NoError(t, err)
	require.Equal(t, "goes back to the pool pool after 2026-03-06", text)
}

func TestRecycleRefuses(t *testing.T) {
	p := owner.PoolPolicy{Rules: []owner.PoolRule{{Pool: "p", NoActionDays: -1}, {ID: "x"}, {ID: "x", Pool: "p", NoDealMonths: 1217}}, WarnDays: []int{-1}}
	err := p.Validate()
	for _, part := range []string{"zone", "rules[0]: id", "rules[0]: a number", "rules[1]: pool", "rules[1]: asks for nothing", "rules[2]: id given twice", "rules[2]: a number", "warn_days[0]"} {
		require.ErrorContains(t, err, part)
	}
	_, err = p.Recycle(owner.Facts{Holding: owner.Holding{Owner: "a"}, Exempt: []owner.Exemption{9}}, time.Time{})
	for _, part := range []string{"zone", "at", "since", "exempt[0]"} {
		require.ErrorContains(t, err, part)
	}
	require.ErrorIs(t, err, owner.ErrInvalid)
}

// The due day against counting days one by one, in a zone with clock changes.
func TestRecycleCountsDays(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip("no time zone database on this machine")
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 400).Draw(t, "n")
		last := time.Date(2026, 1, 1, 0, rapid.IntRange(0, 500_000).Draw(t, "minute"), 0, 0, zone)
		p := owner.PoolPolicy{Zone: zone, Rules: []owner.PoolRule{{ID: "r", Pool: "p", NoActionDays: n}}}
		f := facts(last.AddDate(0, 0, -1))
		f.LastAction = last
		r, err := p.Recycle(f, last)
		require.NoError(t, err)
		y, m, d := last.Date()
		day := time.Date(y, m, d, 0, 0, 0, 0, zone)
		for range n + 1 {
			y, m, d = day.Date()
			day = time.Date(y, m, d+1, 0, 0, 0, 0, zone)
		}
		require.True(t, r.Due.Equal(day))
	})
}
