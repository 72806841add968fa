package owner_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
)

func cny(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: money.CNY} }

var leaving = act("boss", tick(100))

func account(customer string, value int64) owner.Account {
	return owner.Account{Customer: customer, Value: cny(value), Holding: owner.Holding{Owner: "gone", Since: tick(1), LastAt: tick(1), LastRecorded: tick(1)}}
}

func TestPlanTransferRefuses(t *testing.T) {
	two := []owner.Account{account("c1", 10), account("c2", 20)}
	change := func(do func(*owner.Account)) []owner.Account {
		book := slices.Clone(two)
		do(&book[1])
		return book
	}
	ab := []owner.Staff{staff("a"), staff("b")}
	tests := []struct {
		name   string
		book   []owner.Account
		takers []owner.Staff
		opts   owner.TransferOptions
		act    owner.Act
		want   error
		field  string
		items  []string
	}{
		{"no taker", two, nil, owner.TransferOptions{}, leaving, owner.ErrIncomplete, "leftover", []string{"c1", "c2"}},
		{"nobody active", two, []owner.Staff{{ID: "a"}}, owner.TransferOptions{}, leaving, owner.ErrIncomplete, "leftover", []string{"c1", "c2"}},
		{"on leave", two, []owner.Staff{{ID: "a", Active: true, OnLeave: true}}, owner.TransferOptions{}, leaving, owner.ErrIncomplete, "leftover", []string{"c1", "c2"}},
		{"room for one", two, []owner.Staff{{ID: "a", Active: true, Capacity: 3, Held: 2}}, owner.TransferOptions{}, leaving, owner.ErrIncomplete, "leftover", []string{"c2"}},
		{"no room for a group", change(func(a *owner.Account) { a.With = "c1" }), []owner.Staff{{ID: "a", Active: true, Capacity: 3, Held: 2}}, owner.TransferOptions{}, leaving, owner.ErrIncomplete, "leftover", []string{"c1", "c2"}},
		{"named taker not active", two, []owner.Staff{staff("a"), {ID: "b"}}, owner.TransferOptions{Named: map[string]string{"c2": "b"}}, leaving, owner.ErrIncomplete, "leftover", []string{"c2"}},
		{"key account without name", change(func(a *owner.Account) { a.Key = true }), ab, owner.TransferOptions{}, leaving, owner.ErrIncomplete, "named", []string{"c2"}},
		{"dispute", change(func(a *owner.Account) { a.Holding.Claimants = []string{"x"} }), ab, owner.TransferOptions{}, leaving, owner.ErrIncomplete, "disputes", []string{"c2"}},
		{"no reason", two, ab, owner.TransferOptions{}, owner.Act{Actor: "boss", Recorded: tick(100)}, owner.ErrIncomplete, "reason", nil},
		{"before a customer's last entry", two, ab, owner.TransferOptions{}, act("boss", tick(0)), owner.ErrConflict, "recorded", nil},
		{"another owner's", change(func(a *owner.Account) { a.Holding.Owner = "b" }), ab, owner.TransferOptions{}, leaving, owner.ErrInvalid, "book", nil},
		{"no id", change(func(a *owner.Account) { a.Customer = "" }), ab, owner.TransferOptions{}, leaving, owner.ErrInvalid, "book", nil},
		{"a customer twice", change(func(a *owner.Account) { a.Customer = "c1" }), ab, owner.TransferOptions{}, leaving, owner.ErrDuplicate, "book", nil},
		{"a value below 0", change(func(a *owner.Account) { a.Value.Minor = -1 }), ab, owner.TransferOptions{}, leaving, owner.ErrInvalid, "value", nil},
		{"a value of no currency", change(func(a *owner.Account) { a.Value = money.Amount{Minor: 1} }), ab, owner.TransferOptions{}, leaving, owner.ErrInvalid, "value", nil},
		{"two currencies by value", change(func(a *owner.Account) { a.Value.Currency = money.USD }), ab, owner.TransferOptions{Split: owner.ByValue}, leaving, owner.ErrCurrency, "value", nil},
		{"values beyond int64", change(func(a *owner.Account) { a.Value.Minor = math.MaxInt64 }), ab, owner.TransferOptions{Split: owner.ByValue}, leaving, owner.ErrOverflow, "value", nil},
		{"values beyond int64 by count", change(func(a *owner.Account) { a.Value.Minor = math.MaxInt64 }), ab, owner.TransferOptions{}, leaving, owner.ErrOverflow, "value", nil},
		{"with nobody of the book", change(func(a *owner.Account) { a.With = "c9" }), ab, owner.TransferOptions{}, leaving, owner.ErrInvalid, "with", nil},
		{"with itself", change(func(a *owner.Account) { a.With = "c2" }), ab, owner.TransferOptions{}, leaving, owner.ErrInvalid, "with", nil},
		{"two takers for a group", change(func(a *owner.Account) { a.With = "c1" }), ab, owner.TransferOptions{Named: map[string]string{"c1": "a", "c2": "b"}}, leaving, owner.ErrInvalid, "named", nil},
		{"named what is not there", two, ab, owner.TransferOptions{Named: map[string]string{"c9": "a"}}, leaving, owner.ErrNotFound, "named", nil},
		{"named who is not there", two, ab, owner.TransferOptions{Named: map[string]string{"c1": "z"}}, leaving, owner.ErrNotFound, "named", nil},
		{"the leaver takes", two, []owner.Staff{staff("gone")}, owner.TransferOptions{}, leaving, owner.ErrInvalid, "takers", nil},
		{"a taker twice", two, []owner.Staff{staff("a"), staff("a")}, owner.TransferOptions{}, leaving, owner.ErrDuplicate, "staff", nil},
		{"by rule without router", two, ab, owner.TransferOptions{Split: owner.ByRule}, leaving, owner.ErrInvalid, "split", nil},
		{"router without rule", two, ab, owner.TransferOptions{Router: &owner.Router{}}, leaving, owner.ErrInvalid, "split", nil},
		{"unknown split", two, ab, owner.TransferOptions{Split: 7}, leaving, owner.ErrInvalid, "split", nil},
		{"router not valid", two, ab, owner.TransferOptions{Split: owner.ByRule, Router: &owner.Router{}}, leaving, owner.ErrInvalid, "fallback", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, err := owner.Policy{}.PlanTransfer("gone", tt.book, tt.takers, tt.opts, tt.act)
			typed := requireRefused(t, err, tt.want, tt.field)
			require.Equal(t, tt.items, typed.Items)
			require.Zero(t, plan, "no plan beside an error")
		})
	}
	_, err := owner.Policy{Approve: []owner.Kind{owner.Transferred}}.PlanTransfer("gone", two, ab, owner.TransferOptions{}, leaving)
	requireRefused(t, err, owner.ErrIncomplete, "approver")
}

func TestPlanTransferOfNothing(t *testing.T) {
	plan, err := owner.Policy{}.PlanTransfer("gone", nil, nil, owner.TransferOptions{}, leaving)
	require.NoError(t, err)
	require.Empty(t, plan.Moves)
	require.Empty(t, plan.Given)
	require.Zero(t, plan.Before.Count)
}

func TestPlanTransferToOne(t *testing.T) {
	book := []owner.Account{account("c2", 20), account("c1", 10)}
	book[0].Value = money.Amount{Minor: 5, Currency: money.USD}
	plan, err := owner.Policy{}.PlanTransfer("gone", book, []owner.Staff{staff("a")}, owner.TransferOptions{}, leaving)
	require.NoError(t, err)
	all := owner.Tally{Count: 2, Values: []money.Amount{cny(10), {Minor: 5, Currency: money.USD}}}
	require.Equal(t, all, plan.Before)
	require.Equal(t, []owner.Given{{Staff: "a", Tally: all}}, plan.Given)
	require.Equal(t, "c1", plan.Moves[0].Customer)
	require.Equal(t, owner.Entry{Kind: owner.Transferred, From: "gone", To: "a", Path: "/u/a", At: tick(100), Recorded: tick(100), Actor: "boss", Code: "why"}, plan.Moves[0].Entry)
}

func TestPlanTransferByRule(t *testing.T) {
	router := owner.Router{
		Rules:    []owner.RouteRule{{ID: "south", Group: "south", When: []owner.Match{{Attribute: "region", In: []string{"gd"}}}}},
		Fallback: "rest",
		Groups: []owner.Group{
			{ID: "south", Method: owner.RoundRobin, Members: []string{"a", "b"}},
			{ID: "rest", Method: owner.LeastLoaded, Members: []string{"b", "c"}},
		},
	}
	book := []owner.Account{account("c1", 1), account("c2", 1), account("c3", 1), account("c4", 1), account("c5", 1)}
	for _, i := range []int{0, 1, 2} {
		book[i].Attributes = map[string]string{"region": "gd"}
	}
	book[4].With = "c2"
	takers := []owner.Staff{staff("a"), staff("b"), staff("c")}
	takers[1].Capacity = 2
	plan, err := owner.Policy{}.PlanTransfer("gone", book, takers,
		owner.TransferOptions{Split: owner.ByRule, Router: &router, Turns: owner.Turns{"south": "b"}}, leaving)
	require.NoError(t, err)
	var to []string
	for _, m := range plan.Moves {
		to = append(to, m.Entry.To)
	}
	require.Equal(t, []string{"a", "b", "a", "c", "b"}, to)
	require.Equal(t, owner.Turns{"south": "a"}, plan.Turns)
}

func randomBook(t *rapid.T) (book []owner.Account, takers []owner.Staff, opts owner.TransferOptions) {
	opts.Split = rapid.SampledFrom([]owner.Split{owner.ByCount, owner.ByValue}).Draw(t, "split")
	opts.Named = map[string]string{}
	for i := range rapid.IntRange(1, 5).Draw(t, "takers") {
		s := staff(fmt.Sprint("t", i))
		s.Active = i == 0 || rapid.IntRange(0, 3).Draw(t, "active") > 0
		s.OnLeave = rapid.IntRange(0, 3).Draw(t, "leave") == 0
		s.Held = rapid.IntRange(0, 3).Draw(t, "held")
		if rapid.IntRange(0, 2).Draw(t, "limited") == 0 {
			s.Capacity = rapid.IntRange(1, 10).Draw(t, "capacity")
		}
		takers = append(takers, s)
	}
	for i := range rapid.IntRange(0, 14).Draw(t, "customers") {
		a := account(fmt.Sprintf("c%02d", i), rapid.Int64Range(0, 50).Draw(t, "value"))
		if head := rapid.IntRange(0, 3).Draw(t, "head"); head < i && book[head].With == "" && rapid.IntRange(0, 3).Draw(t, "with") == 0 {
			a.With = book[head].Customer
		} else if a.Key = rapid.IntRange(0, 5).Draw(t, "key") == 0; a.Key {
			opts.Named[a.Customer] = takers[rapid.IntRange(0, len(takers)-1).Draw(t, "name")].ID
		}
		book = append(book, a)
	}
	return book, takers, opts
}

func TestPlanTransferProperties(t *testing.T) {
	planned := 0
	rapid.Check(t, func(t *rapid.T) {
		book, takers, opts := randomBook(t)
		kept, err := json.Marshal([]any{book, takers, opts})
		require.NoError(t, err)
		plan, err := owner.Policy{}.PlanTransfer("gone", book, takers, opts, leaving)
		shuffled, err2 := owner.Policy{}.PlanTransfer("gone", rapid.Permutation(book).Draw(t, "rows"), rapid.Permutation(takers).Draw(t, "lines"), opts, leaving)
		require.Equal(t, err, err2)
		require.Equal(t, plan, shuffled, "the order of rows does not matter")
		after, jsonErr := json.Marshal([]any{book, takers, opts})
		require.NoError(t, jsonErr)
		require.Equal(t, string(kept), string(after), "inputs stay")
		if err != nil {
			typed := requireRefused(t, err, owner.ErrIncomplete, "leftover")
			require.NotEmpty(t, typed.Items)
			require.True(t, slices.IsSorted(typed.Items))
			return
		}
		planned++

		byID := map[string]owner.Staff{}
		for _, s := range takers {
			byID[s.ID] = s
		}
		to := map[string]string{}
		count, value := map[string]int{}, map[string]int64{}
		require.Len(t, plan.Moves, len(book), "nothing is left behind")
		for i, m := range plan.Moves {
			require.Equal(t, book[i].Customer, m.Customer)
			h := fold(t, []owner.Entry{line(owner.Assigned, "", "gone", 1), m.Entry})
			require.Equal(t, m.Entry.To, h.Owner)
			require.Equal(t, tick(100), m.Entry.At, "at one instant")
			to[m.Customer] = h.Owner
			count[h.Owner]++
			value[h.Owner] += book[i].Value.Minor
		}
		var customers int
		var sum int64
		for _, g := range plan.Given {
			require.Equal(t, owner.Tally{Count: count[g.Staff], Values: []money.Amount{cny(value[g.Staff])}}, g.Tally)
			customers += g.Tally.Count
			sum += g.Tally.Values[0].Minor
			s := byID[g.Staff]
			require.True(t, s.Active)
			require.True(t, s.Capacity == 0 || s.Held+g.Tally.Count <= s.Capacity)
		}
		require.Equal(t, len(book), customers)
		require.Equal(t, plan.Before.Count, customers)
		if len(book) > 0 {
			require.Equal(t, []money.Amount{cny(sum)}, plan.Before.Values, "before is the sum of what is given")
		}
		for _, a := range book {
			if a.With != "" {
				require.Equal(t, to[a.With], to[a.Customer], "groups stay together")
			}
			if name, ok := opts.Named[a.Customer]; ok {
				require.Equal(t, name, to[a.Customer])
			} else if a.With == "" && byID[to[a.Customer]].OnLeave {
				named := slices.ContainsFunc(book, func(b owner.Account) bool { return b.With == a.Customer && opts.Named[b.Customer] != "" })
				require.True(t, named, "on leave only by name")
			}
		}
	})
	require.NotZero(t, planned)
}

func TestPlanTransferIsFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.IntRange(1, 4).Draw(t, "takers")
		var takers []owner.Staff
		for i := range m {
			takers = append(takers, staff(fmt.Sprint("t", i)))
		}
		var book []owner.Account
		for i := range rapid.IntRange(1, 7).Draw(t, "customers") {
			book = append(book, account(fmt.Sprintf("c%02d", i), rapid.Int64Range(0, 30).Draw(t, "value")))
		}
		plan, err := owner.Policy{}.PlanTransfer("gone", book, takers, owner.TransferOptions{}, leaving)
		require.NoError(t, err)
		least, most := len(book), 0
		for _, g := range plan.Given {
			least, most = min(least, g.Tally.Count), max(most, g.Tally.Count)
		}
		if len(plan.Given) < m {
			least = 0
		}
		require.LessOrEqual(t, most-least, 1)

		plan, err = owner.Policy{}.PlanTransfer("gone", book, takers, owner.TransferOptions{Split: owner.ByValue}, leaving)
		require.NoError(t, err)
		var greatest int64
		for _, g := range plan.Given {
			greatest = max(greatest, g.Tally.Values[0].Minor)
		}
		best := leastMaximum(book, make([]int64, m))
		require.LessOrEqual(t, 3*int64(m)*greatest, (4*int64(m)-1)*best, "Graham's bound")
	})
}

// leastMaximum tries every way to share the book.
func leastMaximum(book []owner.Account, shares []int64) int64 {
	if len(book) == 0 {
		return slices.Max(shares)
	}
	best := int64(math.MaxInt64)
	for i := range shares {
		shares[i] += book[0].Value.Minor
		best = min(best, leastMaximum(book[1:], shares))
		shares[i] -= book[0].Value.Minor
	}
	return best
}
