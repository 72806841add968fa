package results_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/pipeline/results"
)

func rows(values ...string) (list []results.Row) {
	for i, v := range values {
		list = append(list, results.Row{ID: string(rune('A' + i)), Value: decimal.RequireFromString(v)})
	}
	return list
}

func TestSalesO27Leaderboard(t *testing.T) {
	ranks := func(opts results.Options) (list []int) {
		board, err := results.Rank(rows("500", "400.0", "400", "300"), opts)
		require.NoError(t, err)
		for i, r := range board {
			require.Equal(t, string(rune('A'+i)), r.ID)
			list = append(list, r.Rank)
		}
		return list
	}
	require.Equal(t, []int{1, 2, 2, 4}, ranks(results.Options{}))
	require.Equal(t, []int{1, 2, 2, 3}, ranks(results.Options{Ties: results.Dense}))
	require.Equal(t, []int{1, 2, 3, 4}, ranks(results.Options{Ties: results.Ordinal}))
	require.Equal(t, []int{1, 2, 2}, ranks(results.Options{Top: 2}), "top 2 keeps all ties at the cut")
	require.Equal(t, []int{1, 2}, ranks(results.Options{Top: 2, Ties: results.Ordinal}))
	require.Equal(t, []int{1}, ranks(results.Options{Top: 1}))
}

func TestRankRefuses(t *testing.T) {
	twice := rows("1", "2")
	twice[1].ID = "A"
	_, err := results.Rank(twice, results.Options{})
	require.ErrorIs(t, err, results.ErrDuplicate)
	_, err = results.Rank([]results.Row{{}}, results.Options{})
	require.ErrorIs(t, err, results.ErrInvalid)
	_, err = results.Rank(nil, results.Options{Top: -1})
	require.ErrorIs(t, err, results.ErrInvalid)
}

func TestTies(t *testing.T) {
	for ties := results.Competition; ties <= results.Ordinal; ties++ {
		text, err := ties.MarshalText()
		require.NoError(t, err)
		var back results.Ties
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, ties, back)
		require.NotEmpty(t, ties.Zh())
	}
	_, err := results.Ties(3).MarshalText()
	require.ErrorIs(t, err, results.ErrInvalid)
	require.Equal(t, "??", results.Ties(3).String()+results.Ties(3).Zh())
	ties := results.Dense
	require.ErrorIs(t, ties.UnmarshalText([]byte("x")), results.ErrInvalid)
	require.Equal(t, results.Dense, ties)
}

func TestCompare(t *testing.T) {
	d := decimal.RequireFromString
	require.Equal(t, "0.25", results.Compare(d("125"), d("100")).Growth.Decimal.String())
	c := results.Compare(d("5"), d("-1"))
	require.False(t, c.Growth.Valid)
	require.Equal(t, "6", c.Difference.String())
	require.False(t, results.Compare(d("5"), d("0")).Growth.Valid)
}

var noon = time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC)

// handedOver is A's until noon and B's from then on.
func handedOver(_ string, at time.Time) (string, bool) {
	if at.Before(noon) {
		return "A", true
	}
	return "B", true
}

func TestByOwner(t *testing.T) {
	sums, err := results.ByOwner([]results.Deal{
		{ID: "1", At: noon.Add(-1), Minor: 100}, {ID: "2", At: noon, Minor: 200}, {ID: "3", At: noon.Add(-1), Minor: -40},
		{ID: "4", At: noon, Minor: 101, Shares: []results.Share{{Staff: "C", Weight: 1}, {Staff: "A", Weight: 1}}},
	}, handedOver)
	require.NoError(t, err)
	require.Equal(t, []results.Sum{{Staff: "A", Deals: 3, Minor: 111}, {Staff: "B", Deals: 1, Minor: 200}, {Staff: "C", Deals: 1, Minor: 50}}, sums)

	good := results.Deal{ID: "1", At: noon, Minor: 1}
	for _, c := range []struct {
		deals []results.Deal
		err   error
	}{
		{[]results.Deal{good, good}, results.ErrDuplicate},
		{[]results.Deal{{ID: "1"}}, results.ErrInvalid},
		{[]results.Deal{good, {ID: "2", At: noon, Minor: math.MaxInt64}}, results.ErrOverflow},
		{[]results.Deal{{ID: "1", At: noon, Minor: math.MinInt64}}, results.ErrInvalid},
		{[]results.Deal{{ID: "1", At: noon, Shares: []results.Share{{Staff: "A"}}}}, results.ErrInvalid},
		{[]results.Deal{{ID: "1", At: noon, Shares: []results.Share{{Staff: "A", Weight: 1}, {Staff: "A", Weight: 1}}}}, results.ErrDuplicate},
	} {
		_, err := results.ByOwner(c.deals, handedOver)
		require.ErrorIs(t, err, c.err)
	}
	_, err = results.ByOwner([]results.Deal{good}, func(string, time.Time) (string, bool) { return "", false })
	require.ErrorIs(t, err, results.ErrNotFound)
}

// What people sold adds up to what was sold.
func TestByOwnerAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var deals []results.Deal
		var total int64
		for i := range rapid.IntRange(0, 20).Draw(t, "deals") {
			d := results.Deal{ID: fmt.Sprint(i), At: noon, Minor: rapid.Int64Range(-1000, 1000).Draw(t, "minor")}
			for k := range rapid.IntRange(0, 3).Draw(t, "shares") {
				d.Shares = append(d.Shares, results.Share{Staff: fmt.Sprint(k), Weight: rapid.Int64Range(1, 9).Draw(t, "weight")})
			}
			total += d.Minor
			deals = append(deals, d)
		}
		sums, err := results.ByOwner(deals, handedOver)
		require.NoError(t, err)
		for _, s := range sums {
			total -= s.Minor
		}
		require.Zero(t, total)
	})
}

// The best sellers, with everybody who ties.
func ExampleRank() {
	board, err := results.Rank(rows("500", "400", "400", "300"), results.Options{Top: 2})
	if err != nil {
		panic(err)
	}
	for _, r := range board {
		fmt.Println(r.Rank, r.ID, r.Value)
	}
	// Output:
	// 1 A 500
	// 2 B 400
	// 2 C 400
}

// A deal counts for whoever had the customer when it was made.
func ExampleByOwner() {
	sums, err := results.ByOwner([]results.Deal{
		{ID: "SO-1", Customer: "C-1", At: noon.AddDate(0, -1, 0), Minor: 30000},
		{ID: "SO-2", Customer: "C-1", At: noon.AddDate(0, 1, 0), Minor: 50000},
	}, handedOver)
	if err != nil {
		panic(err)
	}
	for _, s := range sums {
		fmt.Println(s.Staff, s.Deals, s.Minor)
	}
	// Output:
	// A 1 30000
	// B 1 50000
}

// Growth has no meaning against nothing.
func ExampleCompare() {
	d := decimal.RequireFromString
	fmt.Println(results.Compare(d("120"), d("100")).Growth.Decimal, results.Compare(d("120"), d("0")).Growth.Valid)
	// Output: 0.2 false
}
