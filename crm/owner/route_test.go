package owner_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/owner"
)

func items(n int) []owner.Item {
	out := make([]owner.Item, n)
	for i := range out {
		out[i].Customer = fmt.Sprintf("c-%04d", i)
	}
	return out
}

func team(t require.TestingT, m owner.Method, members ...string) owner.Router {
	r, err := owner.TeamRouter(m, members...)
	require.NoError(t, err)
	return r
}

func got(r owner.Routing) (ids []string) {
	for _, a := range r.Assignments {
		ids = append(ids, a.Staff)
	}
	return ids
}

// crm-sales scenario O-19.
func TestAssignScenario(t *testing.T) {
	staff := []owner.Staff{{ID: "A", Active: true, OnLeave: true}, {ID: "B", Active: true}, {ID: "C"}, {ID: "D", Active: true}}
	r, err := team(t, owner.RoundRobin, "A", "B", "C", "D").Assign(items(3), staff, owner.Turns{"team": "B"}, tick(1))
	require.NoError(t, err)
	require.Equal(t, []string{"D", "B", "D"}, got(r))

	weighted := []owner.Staff{
		{ID: "A", Active: true, Held: 6, Weight: 2, LastAt: tick(1)},
		{ID: "B", Active: true, Held: 4, Weight: 1},
		{ID: "C", Active: true, Held: 3, Weight: 1, LastAt: tick(0)},
	}
	r, err = team(t, owner.Weighted, "A", "B", "C").Assign(items(1), weighted, nil, tick(2))
	require.NoError(t, err)
	require.Equal(t, []string{"C"}, got(r), "3/1 as 6/2, and C got something longer ago")

	full := []owner.Staff{{ID: "A", Active: true, Held: 5}, {ID: "B", Active: true, Capacity: 1, Held: 1}}
	router := team(t, owner.LeastLoaded, "A", "B", "Z")
	router.Capacity = 5
	r, err = router.Assign(items(2), full, nil, tick(2))
	require.NoError(t, err)
	require.Equal(t, []string{"c-0000", "c-0001"}, r.Unassigned)
	typed := requireRefused(t, r.Err(), owner.ErrNoCandidate, "items")
	require.ErrorIs(t, r.Err(), owner.ErrNotFound)
	require.Equal(t, r.Unassigned, typed.Items)
	require.Equal(t, []owner.Skipped{{Staff: "A", Why: owner.Full}, {Staff: "B", Why: owner.Full}, {Staff: "Z", Why: owner.Inactive}}, r.Skipped)
	found := r.Findings(calendar.MustDate(2026, 1, 1))
	require.Len(t, found, 2, "one finding for each customer")
	for _, f := range found {
		require.NoError(t, f.Validate())
	}
}

func TestAssignByName(t *testing.T) {
	staff := []owner.Staff{{ID: "A", Active: true, OnLeave: true}, {ID: "B"}, {ID: "C", Active: true, Capacity: 1, Held: 1}}
	named := items(4)
	for i, id := range []string{"A", "B", "C", "Z"} {
		named[i].To = id
	}
	r, err := team(t, owner.RoundRobin, "A").Assign(named, staff, nil, tick(1))
	require.NoError(t, err)
	require.Equal(t, owner.Assignment{Customer: "c-0000", Staff: "A", Method: owner.Manual}, r.Assignments[0], "on leave, but a person says so")
	for i, why := range []owner.Refusal{owner.Inactive, owner.Full, owner.Inactive} {
		require.Equal(t, owner.Assignment{Customer: named[i+1].Customer, Method: owner.Manual, Refused: why}, r.Assignments[i+1])
	}
	require.Empty(t, r.Turns, "a person's choice is nobody's turn")
}

func TestAssignRefuses(t *testing.T) {
	good := team(t, owner.RoundRobin, "A")
	a := owner.Staff{ID: "A", Active: true}
	_, err := owner.TeamRouter(owner.Manual, "A")
	requireRefused(t, err, owner.ErrInvalid, "groups")
	_, err = owner.Router{}.Assign(nil, nil, nil, tick(1))
	requireRefused(t, err, owner.ErrInvalid, "fallback")
	_, err = good.Assign(nil, nil, nil, time.Time{})
	requireRefused(t, err, owner.ErrInvalid, "at")
	_, err = good.Assign(nil, []owner.Staff{a, a}, nil, tick(1))
	requireRefused(t, err, owner.ErrDuplicate, "staff")
	_, err = good.Assign(nil, []owner.Staff{{ID: "A", Held: -1}}, nil, tick(1))
	requireRefused(t, err, owner.ErrInvalid, "staff")
	_, err = good.Assign([]owner.Item{{}}, []owner.Staff{a}, nil, tick(1))
	requireRefused(t, err, owner.ErrInvalid, "items")
	_, err = good.Assign([]owner.Item{{Customer: "c"}, {Customer: "c"}}, []owner.Staff{a}, nil, tick(1))
	requireRefused(t, err, owner.ErrDuplicate, "items")
	_, err = team(t, owner.Weighted, "A").Assign(items(1), []owner.Staff{a}, nil, tick(1))
	requireRefused(t, err, owner.ErrInvalid, "weight")

	bad := owner.Router{
		Rules: []owner.RouteRule{{ID: "r", Group: "none"}, {ID: "r", Group: "g",
			When: []owner.Match{{Attribute: "x", In: []string{"1"}}, {Attribute: "x"}, {In: []string{"1"}}}}},
		Fallback: "none", Capacity: -1,
		Groups: []owner.Group{{ID: "g", Method: 9}, {ID: "g", Members: []string{"A", "A"}}},
	}
	err = bad.Validate()
	for _, part := range []string{"rules[0]: sends to no group", "rules[1]: id given twice", "rules[1]: a match without values",
		"rules[1]: two matches", "rules[1]: a match without attribute", "fallback: is no group", "capacity",
		"groups[0]: no method", "groups[0]: has no members", "groups[1]: id given twice", "groups[1]: a member"} {
		require.ErrorContains(t, err, part)
	}
	_, err = bad.Shadowed()
	require.ErrorIs(t, err, owner.ErrInvalid)
	_, err = bad.Findings(1)
	require.ErrorIs(t, err, owner.ErrInvalid)
}

func TestWeightsBeyond64Bits(t *testing.T) {
	staff := []owner.Staff{
		{ID: "A", Active: true, Held: math.MaxInt32, Weight: math.MaxInt64},
		{ID: "B", Active: true, Held: math.MaxInt32 - 1, Weight: math.MaxInt64},
	}
	r, err := team(t, owner.Weighted, "A", "B").Assign(items(1), staff, nil, tick(1))
	require.NoError(t, err)
	require.Equal(t, []string{"B"}, got(r))
}

func randomStaff(t *rapid.T) (staff []owner.Staff, ids []string) {
	for i := range rapid.IntRange(1, 7).Draw(t, "staff") {
		s := owner.Staff{
			ID: string(rune('A' + i)), Active: rapid.IntRange(0, 4).Draw(t, "active") > 0,
			OnLeave: rapid.IntRange(0, 4).Draw(t, "leave") == 0, Held: rapid.IntRange(0, 9).Draw(t, "held"),
			Weight: rapid.Int64Range(1, 4).Draw(t, "weight"), LastAt: tick(rapid.IntRange(0, 3).Draw(t, "last")),
		}
		if rapid.Bool().Draw(t, "limited") {
			s.Capacity = rapid.IntRange(1, 12).Draw(t, "capacity")
		}
		staff, ids = append(staff, s), append(ids, s.ID)
	}
	return staff, ids
}

// plain picks by looking at everybody, with floating-point loads.
func plain(m owner.Method, staff []owner.Staff, last string) int {
	best := -1
	key := func(s owner.Staff) (load float64, after bool) {
		switch m {
		case owner.LeastLoaded:
			return float64(s.Held), false
		case owner.Weighted:
			return float64(s.Held) / float64(s.Weight), false
		}
		return 0, s.ID <= last // who comes after the last turn goes first
	}
	for i, s := range staff {
		if !s.Active || s.OnLeave || s.Capacity > 0 && s.Held >= s.Capacity {
			continue
		}
		if best < 0 {
			best = i
			continue
		}
		load, wraps := key(s)
		bestLoad, bestWraps := key(staff[best])
		earlier := m != owner.RoundRobin && load == bestLoad && s.LastAt.Before(staff[best].LastAt)
		if load < bestLoad || earlier || !wraps && bestWraps {
			best = i
		}
	}
	return best
}

func TestAssignProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		staff, ids := randomStaff(t)
		m := rapid.SampledFrom([]owner.Method{owner.RoundRobin, owner.LeastLoaded, owner.Weighted}).Draw(t, "method")
		router := team(t, m, ids...)
		all := items(rapid.IntRange(0, 40).Draw(t, "items"))
		turns := owner.Turns{"team": rapid.SampledFrom([]string{"", "A", "D", "Z"}).Draw(t, "last")}
		before := turns["team"]

		r, err := router.Assign(rapid.Permutation(all).Draw(t, "rows"), rapid.Permutation(staff).Draw(t, "lines"), turns, tick(9))
		require.NoError(t, err)
		require.Equal(t, owner.Turns{"team": before}, turns, "inputs stay")

		model, last := slices.Clone(staff), before
		for i, a := range r.Assignments {
			require.Equal(t, all[i].Customer, a.Customer)
			want := plain(m, model, last)
			if want < 0 {
				require.Equal(t, owner.Assignment{Customer: a.Customer, Method: m, Group: "team", Refused: owner.Nobody}, a)
				continue
			}
			require.Equal(t, model[want].ID, a.Staff)
			require.Equal(t, model[want].Held, a.Held)
			model[want].Held++
			model[want].LastAt = tick(9)
			last = a.Staff
		}
		require.Equal(t, model, r.Staff)
		if m == owner.RoundRobin {
			require.Equal(t, last, r.Turns["team"])
		}
		for _, s := range r.Staff {
			i := slices.Index(ids, s.ID)
			require.True(t, s.Held == staff[i].Held || s.Active && !s.OnLeave, "inactive staff never get anything")
			require.True(t, s.Capacity == 0 || s.Held <= max(s.Capacity, staff[i].Held))
		}

		// One after the other gives the same as all at once.
		one := owner.Routing{Staff: staff, Turns: turns}
		for i, item := range all {
			one, err = router.Assign([]owner.Item{item}, one.Staff, one.Turns, tick(9))
			require.NoError(t, err)
			require.Equal(t, r.Assignments[i], one.Assignments[0])
		}
	})
}

func TestRoundRobinSpreadsExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "staff")
		var staff []owner.Staff
		var ids []string
		for i := range n {
			id := fmt.Sprint("s", i)
			staff, ids = append(staff, owner.Staff{ID: id, Active: true}), append(ids, id)
		}
		router := team(t, owner.RoundRobin, ids...)
		count := map[string]int{}
		turns := owner.Turns(nil)
		for run := range rapid.IntRange(1, 5).Draw(t, "runs") {
			some := items(rapid.IntRange(0, 30).Draw(t, "items"))
			r, err := router.Assign(some, staff, turns, tick(run))
			require.NoError(t, err)
			for _, id := range got(r) {
				count[id]++
			}
			turns = r.Turns
		}
		least, most := math.MaxInt, 0
		for _, id := range ids {
			least, most = min(least, count[id]), max(most, count[id])
		}
		require.LessOrEqual(t, most-least, 1)
	})
}

func randomRules(t *rapid.T) owner.Router {
	r := owner.Router{Fallback: "g", Groups: []owner.Group{{ID: "g", Members: []string{"A"}}}}
	values := []string{"1", "2", "3"}
	for i := range rapid.IntRange(1, 6).Draw(t, "rules") {
		rule := owner.RouteRule{ID: fmt.Sprint("r", i), Group: "g"}
		for _, attribute := range []string{"x", "y", "z"} {
			var in []string
			for _, v := range values {
				if rapid.IntRange(0, 2).Draw(t, "in") > 0 {
					in = append(in, v)
				}
			}
			if len(in) > 0 && rapid.Bool().Draw(t, attribute) {
				rule.When = append(rule.When, owner.Match{Attribute: attribute, In: in})
			}
		}
		r.Rules = append(r.Rules, rule)
	}
	return r
}

// A rule is shadowed iff no customer of all there can be is sent by it.
func TestShadowedAgainstEverybody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		router := randomRules(t)
		shadowed, err := router.Shadowed()
		require.NoError(t, err)
		var everybody []owner.Item
		values := []string{"1", "2", "3", "other", ""}
		for i := range 125 {
			item := owner.Item{Customer: fmt.Sprintf("%03d", i), Attributes: map[string]string{}}
			for k, attribute := range []string{"x", "y", "z"} {
				if v := values[i/[]int{1, 5, 25}[k]%5]; v != "" {
					item.Attributes[attribute] = v
				}
			}
			everybody = append(everybody, item)
		}
		r, err := router.Assign(everybody, nil, nil, tick(1))
		require.NoError(t, err)
		reached := map[string]bool{}
		for _, a := range r.Assignments {
			reached[a.Rule] = true
		}
		want := []string(nil)
		for _, rule := range router.Rules {
			if !reached[rule.ID] {
				want = append(want, rule.ID)
			}
		}
		require.Equal(t, want, shadowed)
	})
}

func TestShadowedFindings(t *testing.T) {
	router := team(t, owner.RoundRobin, "A")
	router.Rules = []owner.RouteRule{{ID: "all", Group: "team"}, {ID: "never", Group: "team"}}
	found, err := router.Findings(calendar.MustDate(2026, 1, 1))
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.NoError(t, found[0].Validate())
	text, err := owner.Catalogue().Render(found[0], finding.English)
	require.NoError(t, err)
	require.Equal(t, "no customer ever reaches this assignment rule", text)
	require.NoError(t, owner.Catalogue().Validate())
}
