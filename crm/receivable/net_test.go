package receivable_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/receivable"
)

// A net report of an account is that of the account after the prepaid money was used, as
// far as it goes, and the rest is still prepaid.
func TestNetIsWhatWouldBeUsed(t *testing.T) {
	asOf := day("2026-11-21")
	rapid.Check(t, func(t *rapid.T) {
		list := owing(rapid.SliceOfN(rapid.Int64Range(0, 50), 1, 7).Draw(t, "instalments")...)
		for i := range list {
			list[i].Due = asOf - calendar.Day(rapid.IntRange(-40, 400).Draw(t, "late"))
			if rapid.IntRange(0, 4).Draw(t, "waits") == 0 {
				list[i].Due, list[i].Event = 0, receivable.Acceptance
			}
		}
		a, err := receivable.Fold(money.CNY, list, nil)
		require.NoError(t, err)
		e, err := a.Prepay(act("P"), cny(rapid.Int64Range(1, 200).Draw(t, "prepaid")))
		require.NoError(t, err)
		require.NoError(t, a.Apply(e))
		prepaid, items := a.Prepaid(), rapid.Permutation(a.Items()).Draw(t, "items")
		before := fmt.Sprint(items)
		net, err := receivable.Age(items, asOf, receivable.AgeingOptions{Prepaid: map[string]int64{"C-1": prepaid}, Net: true})
		require.NoError(t, err)
		require.Equal(t, before, fmt.Sprint(items), "the items stay as they are")
		require.Equal(t, a.Outstanding(), net.Total.Minor+net.SetOff)
		require.Equal(t, prepaid, net.Prepaid+net.SetOff)

		if minor := min(prepaid, a.Outstanding()); minor > 0 {
			use, err := a.Use(act("U"), minor, receivable.Allocation{})
			require.NoError(t, err)
			require.NoError(t, a.Apply(use))
		}
		used, err := receivable.Age(a.Items(), asOf, receivable.AgeingOptions{Prepaid: map[string]int64{"C-1": a.Prepaid()}})
		require.NoError(t, err)
		used.SetOff = net.SetOff
		require.Equal(t, used, net)
	})
}

// The rows of customers sum to the report of all, gross and net, and nobody's money pays
// for another.
func TestNetSums(t *testing.T) {
	asOf := day("2026-11-21")
	rapid.Check(t, func(t *rapid.T) {
		customers := rapid.SampledFrom([]string{"a", "b", "c", "d"})
		owed, prepaid := map[string]int64{}, map[string]int64{}
		var items []receivable.Item
		for i := range rapid.IntRange(0, 20).Draw(t, "items") {
			it := receivable.Item{Instalment: receivable.Instalment{ID: fmt.Sprint(i), Customer: customers.Draw(t, "customer"),
				Due: asOf - calendar.Day(rapid.IntRange(-50, 450).Draw(t, "late"))}, Outstanding: rapid.Int64Range(0, 9).Draw(t, "outstanding")}
			items, owed[it.Customer] = append(items, it), owed[it.Customer]+it.Outstanding
		}
		for range rapid.IntRange(0, 3).Draw(t, "accounts") {
			prepaid[customers.Draw(t, "who")] = rapid.Int64Range(0, 60).Draw(t, "prepaid")
		}
		opts := receivable.AgeingOptions{Prepaid: prepaid, Net: rapid.Bool().Draw(t, "net")}
		all, err := receivable.Age(items, asOf, opts)
		require.NoError(t, err)
		by, err := receivable.AgeByCustomer(items, asOf, opts)
		require.NoError(t, err)
		sum := receivable.Ageing{AsOf: asOf}
		rows := map[string]bool{}
		for _, a := range by {
			rows[a.Customer] = true
			for b := range a.Buckets {
				sum.Buckets[b].Count += a.Buckets[b].Count
				sum.Buckets[b].Minor += a.Buckets[b].Minor
			}
			sum.Total.Count += a.Total.Count
			sum.Total.Minor += a.Total.Minor
			sum.Prepaid += a.Prepaid
			sum.SetOff += a.SetOff
			if sum.Oldest.IsZero() || !a.Oldest.IsZero() && a.Oldest < sum.Oldest {
				sum.Oldest = a.Oldest
			}
			setOff := int64(0)
			if opts.Net {
				setOff = min(owed[a.Customer], prepaid[a.Customer])
			}
			require.Equal(t, setOff, a.SetOff)
			require.Equal(t, prepaid[a.Customer]-setOff, a.Prepaid)
			require.Equal(t, owed[a.Customer]-setOff, a.Total.Minor)
		}
		require.Equal(t, all, sum)
		for _, c := range []string{"a", "b", "c", "d"} {
			require.Equal(t, owed[c] > 0 || prepaid[c] > 0, rows[c], c)
		}
	})
}

// More is prepaid than owed, what is not due goes after what is, and what waits for its
// event last, whatever its id.
func TestNetHardCases(t *testing.T) {
	asOf := day("2026-11-21")
	item := func(id string, due calendar.Day, minor int64) receivable.Item {
		return receivable.Item{Instalment: receivable.Instalment{ID: id, Customer: "C-1", Due: due}, Outstanding: minor}
	}
	items := []receivable.Item{item("a-waiting", 0, 10), item("b-later", asOf+30, 20), item("c-today", asOf, 30), item("e-late", asOf-5, 40), item("d-late", asOf-5, 50), item("oldest", asOf-400, 60)}
	for _, c := range []struct {
		prepaid           int64
		late, oldest      int64 // 1-30, over 360
		notDue, waiting   int64
		left, setOff, sum int64
	}{
		{0, 90, 60, 60, 10, 0, 0, 6},
		{59, 90, 1, 60, 10, 0, 59, 6},
		{60, 90, 0, 60, 10, 0, 60, 5},
		{111, 39, 0, 60, 10, 0, 111, 4},
		{150, 0, 0, 60, 10, 0, 150, 3},
		{185, 0, 0, 25, 10, 0, 185, 2},
		{205, 0, 0, 5, 5, 0, 205, 1},
		{210, 0, 0, 0, 0, 0, 210, 0},
		{math.MaxInt64, 0, 0, 0, 0, math.MaxInt64 - 210, 210, 0},
	} {
		a, err := receivable.Age(items, asOf, receivable.AgeingOptions{Prepaid: map[string]int64{"C-1": c.prepaid, "C-2": 0}, Net: true})
		require.NoError(t, err)
		require.Equal(t, c.late, a.Buckets[receivable.Over1To30].Minor)
		require.Equal(t, c.oldest, a.Buckets[receivable.OverMore].Minor)
		require.Equal(t, c.notDue, a.Buckets[receivable.NotDue].Minor)
		require.Equal(t, c.waiting, a.Waiting.Minor)
		require.Equal(t, c.left, a.Prepaid)
		require.Equal(t, c.setOff, a.SetOff)
		require.Equal(t, c.sum, a.Total.Count)
		require.Equal(t, a.Overdue().Minor > 0, !a.Oldest.IsZero())
		require.Equal(t, a.Overdue().Minor > 0, len(a.Findings(money.CNY)) > 0, "what is set off is not overdue")
	}
	for _, f := range []func(receivable.AgeingOptions) error{
		func(o receivable.AgeingOptions) error { _, err := receivable.Age(items, asOf, o); return err },
		func(o receivable.AgeingOptions) error { _, err := receivable.AgeByCustomer(items, asOf, o); return err },
	} {
		for _, net := range []bool{false, true} {
			err := f(receivable.AgeingOptions{Prepaid: map[string]int64{"C-1": 5, "C-2": -1}, Net: net})
			require.ErrorIs(t, err, receivable.ErrInvalid)
			var e *receivable.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, "C-2", e.ID)
			err = f(receivable.AgeingOptions{Prepaid: map[string]int64{"C-1": math.MaxInt64, "C-2": 1}, Net: net})
			require.ErrorIs(t, err, receivable.ErrOverflow)
		}
	}
}
