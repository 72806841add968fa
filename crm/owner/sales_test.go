package owner_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
)

func TestSalesO19(t *testing.T) {
	at := tick(0)
	who := func(r owner.Routing) (ids []string) {
		for _, a := range r.Assignments {
			ids = append(ids, a.Staff)
		}
		return ids
	}
	leads := []owner.Item{{Customer: "lead-1"}, {Customer: "lead-2"}, {Customer: "lead-3"}}

	ring, err := owner.TeamRouter(owner.RoundRobin, "A", "B", "C", "D")
	require.NoError(t, err)
	a, c := staff("A"), staff("C")
	a.OnLeave, c.Active = true, false
	r, err := ring.Assign(leads, []owner.Staff{a, staff("B"), c, staff("D")}, owner.Turns{"team": "B"}, at)
	require.NoError(t, err)
	require.Equal(t, []string{"D", "B", "D"}, who(r))

	least, err := owner.TeamRouter(owner.Weighted, "A", "B", "C")
	require.NoError(t, err)
	loaded := func(id string, open int, weight int64, last int) owner.Staff {
		return owner.Staff{ID: id, Active: true, Held: open, Weight: weight, LastAt: tick(last)}
	}
	r, err = least.Assign(leads[:1], []owner.Staff{loaded("A", 6, 2, 3), loaded("B", 4, 1, 1), loaded("C", 3, 1, 2)}, nil, tick(4))
	require.NoError(t, err)
	require.Equal(t, []string{"C"}, who(r))
	r, err = least.Assign(leads[:1], []owner.Staff{loaded("A", 6, 2, 2), loaded("B", 4, 1, 1), loaded("C", 3, 1, 2)}, nil, tick(4))
	require.NoError(t, err)
	require.Equal(t, []string{"A"}, who(r), "an equal LastAt leaves the id")

	full := []owner.Staff{staff("A"), staff("B")}
	for i := range full {
		full[i].Capacity, full[i].Held = 2, 2
	}
	r, err = ring.Assign(leads, full, nil, at)
	require.NoError(t, err)
	require.ErrorIs(t, r.Err(), owner.ErrNoCandidate)
	found := lead.Unassigned(r, calendar.DayOf(at, time.UTC))
	require.Len(t, found, 3)
	for i, f := range found {
		require.Equal(t, fmt.Sprint("PIP-UNASSIGNED lead-", i+1), f.Code+" "+f.Subject)
	}
}

func TestSalesO25(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	at := func(month time.Month, day, hour, minute, second int) time.Time {
		return time.Date(2026, month, day, hour, minute, second, 0, shanghai)
	}
	pool := owner.PoolPolicy{Zone: shanghai, WarnDays: []int{7, 3, 1}, Rules: []owner.PoolRule{{ID: "idle", Pool: "public", NoActionDays: 60}}}
	facts := owner.Facts{Holding: owner.Holding{Owner: "li", Since: at(7, 1, 9, 0, 0)}, LastAction: at(8, 1, 15, 0, 0)}

	r, err := pool.Recycle(facts, at(9, 30, 23, 59, 59))
	require.NoError(t, err)
	require.False(t, r.Recycle)
	require.True(t, r.Due.Equal(at(10, 1, 0, 0, 0)))
	day := func(m time.Month, d int) calendar.Day { return calendar.MustDate(2026, m, d) }
	require.Equal(t, []calendar.Day{day(9, 23), day(9, 27), day(9, 29)}, r.Warnings)
	r, err = pool.Recycle(facts, at(10, 1, 0, 0, 0))
	require.NoError(t, err)
	require.True(t, r.Recycle)

	// A visit without a next step does not count, so LastAction stays and nothing moves; a
	// call on the last evening does.
	facts.LastAction = at(9, 30, 23, 59, 0)
	r, err = pool.Recycle(facts, at(10, 1, 0, 0, 0))
	require.NoError(t, err)
	require.False(t, r.Recycle)
	require.Equal(t, day(11, 29), r.LastDay)

	policy := owner.Policy{Zone: shanghai, CoolDownDays: 30, ClaimsPerDay: 3}
	lost := owner.Holding{Pool: "public", Since: at(10, 1, 0, 0, 0), Losses: []owner.Loss{{Staff: "li", At: at(10, 1, 0, 0, 0)}}}
	_, err = policy.Claim(lost, staff("li"), act("li", at(10, 30, 23, 59, 59)))
	require.ErrorIs(t, err, owner.ErrCoolDown)
	var typed *owner.Error
	require.True(t, errors.As(err, &typed))
	require.True(t, typed.Until.Equal(at(10, 31, 0, 0, 0)))
	_, err = policy.Claim(lost, staff("li"), act("li", at(10, 31, 0, 0, 0)))
	require.NoError(t, err)

	// Claim three, release one, claim again: the release does not give the claim back.
	var journal []owner.Entry
	try := func(hour int) error {
		by := staff("zhao")
		n, err := policy.ClaimsOn(journal, "zhao", at(10, 2, hour, 0, 0))
		require.NoError(t, err)
		by.Claims = n
		e, err := policy.Claim(owner.Holding{Pool: "public"}, by, act("zhao", at(10, 2, hour, 0, 0)))
		if err == nil {
			journal = append(journal, e)
		}
		return err
	}
	for hour := 9; hour < 12; hour++ {
		require.NoError(t, try(hour))
	}
	e, err := policy.Release(owner.Holding{Owner: "zhao", Since: at(10, 2, 9, 0, 0)}, "public", "", act("zhao", at(10, 2, 12, 0, 0)))
	require.NoError(t, err)
	journal = append(journal, e)
	err = try(13)
	require.ErrorIs(t, err, owner.ErrCap)
	require.True(t, errors.As(err, &typed))
	require.Equal(t, []any{"claims_per_day", 3, 3}, []any{typed.Field, typed.Limit, typed.Used})
	require.NoError(t, policyNextDay(policy, journal, at(10, 3, 0, 0, 0)))
}

// policyNextDay claims on another day.
func policyNextDay(policy owner.Policy, journal []owner.Entry, now time.Time) error {
	by := staff("zhao")
	n, err := policy.ClaimsOn(journal, "zhao", now)
	if err != nil {
		return err
	}
	by.Claims = n
	_, err = policy.Claim(owner.Holding{Pool: "public"}, by, act("zhao", now))
	return err
}
