package group_test

import (
	"errors"
	"math"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/group"
	"github.com/guanxi-go/guanxi/crm/money"
)

func drawPlacements(t *rapid.T, groups []group.Group) []group.Placement {
	if len(groups) == 0 {
		return nil
	}
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) group.Placement {
		from, until := drawInterval(t)
		return group.Placement{
			Customer: "C" + strconv.Itoa(rapid.IntRange(0, 6).Draw(t, "customer")),
			Group:    rapid.SampledFrom(groups).Draw(t, "group").ID,
			From:     from, Until: until,
		}
	}), 0, 30).Draw(t, "placements")
}

// The plain definition: sets of pairs and of customers over all groups below.
func TestRollUpAgainstSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := drawForest(t, 10)
		placements := drawPlacements(t, groups)
		at := hour(rapid.IntRange(0, 10).Draw(t, "at"))
		worth := map[string]int64{}
		for i := range 7 {
			worth["C"+strconv.Itoa(i)] = rapid.Int64().Draw(t, "worth")
		}
		tree := mustTree(t, groups...)
		counts, err := tree.Count(placements, at)
		require.NoError(t, err)
		value := func(customer string) (int64, bool) { v, ok := worth[customer]; return v, ok }
		totals, sumErr := group.SumInt64(tree, placements, at, value)
		var overflowing []string
		require.Len(t, counts, tree.Len())
		for i, id := range ids(tree.All()) {
			pairs, customers, direct := map[[2]string]bool{}, map[string]bool{}, map[string]bool{}
			for _, p := range placements {
				if p.ValidAt(at) && slices.Contains(above(groups, p.Group), id) {
					pairs[[2]string{p.Customer, p.Group}] = true
					customers[p.Customer] = true
					if p.Group == id {
						direct[p.Customer] = true
					}
				}
			}
			require.Equal(t, group.Count{Group: id, Direct: int64(len(direct)), Placements: int64(len(pairs)), Customers: int64(len(customers))}, counts[i])
			placed, distinct := new(big.Int), new(big.Int)
			for p := range pairs {
				placed.Add(placed, big.NewInt(worth[p[0]]))
			}
			for c := range customers {
				distinct.Add(distinct, big.NewInt(worth[c]))
			}
			if !placed.IsInt64() || !distinct.IsInt64() {
				overflowing = append(overflowing, id+" sum")
			} else if sumErr == nil {
				require.Equal(t, group.Total[int64]{Count: counts[i], Placed: placed.Int64(), Distinct: distinct.Int64()}, totals[i])
			}
		}
		if len(overflowing) > 0 {
			require.ErrorIs(t, sumErr, group.ErrOverflow)
			require.Equal(t, overflowing, faults(t, sumErr))
		} else {
			require.NoError(t, sumErr)
		}
		shuffled, err := tree.Count(rapid.Permutation(placements).Draw(t, "shuffled"), at)
		require.NoError(t, err)
		require.Equal(t, counts, shuffled)
	})
}

func TestSumsAreAskedOncePerCustomerAndMayCancel(t *testing.T) {
	tree := mustTree(t, group.Group{ID: "a"}, group.Group{ID: "b", Parent: "a"})
	worth := map[string]int64{"x": math.MaxInt64, "y": math.MaxInt64, "z": math.MinInt64}
	var asked []string
	var placements []group.Placement
	for _, c := range []string{"z", "y", "x"} {
		placements = append(placements, group.Placement{Customer: c, Group: "b"}, group.Placement{Customer: c, Group: "a"})
	}
	_, err := group.SumInt64(tree, placements, start, func(c string) (int64, bool) {
		asked = append(asked, c)
		return worth[c], true
	})
	require.Equal(t, []string{"x", "y", "z"}, asked)
	require.ErrorIs(t, err, group.ErrOverflow, "over placements 2^64-4 do not fit")
	require.Equal(t, []string{"a sum"}, faults(t, err))

	totals, err := group.SumInt64(tree, placements[:4], start, func(c string) (int64, bool) { return worth[c], true })
	require.NoError(t, err)
	require.EqualValues(t, -1, totals[0].Distinct)
	require.EqualValues(t, -2, totals[0].Placed)
	totals, err = group.SumInt64(tree, []group.Placement{placements[1], placements[3], placements[5]}, start,
		func(c string) (int64, bool) { return worth[c], true })
	require.NoError(t, err, "the sum on the way leaves int64, the result does not")
	require.Equal(t, int64(math.MaxInt64-1), totals[0].Distinct)
}

func TestSumRefuses(t *testing.T) {
	tree := mustTree(t, group.Group{ID: "a"}, group.Group{ID: "b", Parent: "a"})
	placements := []group.Placement{{Customer: "x", Group: "a"}, {Customer: "y", Group: "b"}, {Customer: "y", Group: "a"}, {Customer: "z", Group: "b"}}
	_, err := group.SumInt64(tree, placements, start, func(c string) (int64, bool) { return 1, c == "x" })
	require.ErrorIs(t, err, group.ErrIncomplete)
	require.Equal(t, []string{"y value", "z value"}, faults(t, err))

	currencies := map[string]money.Amount{"x": {Minor: 1, Currency: money.CNY}, "y": {Minor: 1, Currency: money.USD}, "z": {Minor: 1, Currency: money.USD}}
	_, err = group.Sum(tree, placements, start, func(c string) (money.Amount, bool) { return currencies[c], true }, money.Amount.Add)
	require.ErrorIs(t, err, money.ErrCurrency)
	require.Equal(t, []string{"a sum"}, faults(t, err))

	fail := errors.New("fails")
	for most := range 5 { // wherever in the work it happens
		calls := 0
		_, err = group.Sum(tree, placements, start, func(string) (int, bool) { return 1, true }, func(a, b int) (int, error) {
			if calls++; calls > most {
				return 0, fail
			}
			return a + b, nil
		})
		require.ErrorIs(t, err, fail)
	}
}

func TestSumNeedsNoNeutralZero(t *testing.T) {
	tree := mustTree(t, group.Group{ID: "a"}, group.Group{ID: "b", Parent: "a"}, group.Group{ID: "c", Parent: "a"}, group.Group{ID: "d"})
	worth := map[string]int{"x": 2, "y": 3}
	totals, err := group.Sum(tree, []group.Placement{{Customer: "x", Group: "b"}, {Customer: "x", Group: "c"}, {Customer: "y", Group: "c"}}, start,
		func(c string) (int, bool) { return worth[c], true }, func(a, b int) (int, error) { return a * b, nil })
	require.NoError(t, err)
	var placed, distinct []int
	for _, total := range totals {
		placed, distinct = append(placed, total.Placed), append(distinct, total.Distinct)
	}
	require.Equal(t, []int{12, 2, 6, 0}, placed)
	require.Equal(t, []int{6, 2, 6, 0}, distinct)
}

func TestPlacementsAreChecked(t *testing.T) {
	tree := mustTree(t, group.Group{ID: "a"})
	_, err := tree.Count([]group.Placement{
		{Customer: "x", Group: "q", Until: start}, {Customer: "y", Group: "q"}, {Customer: "y", Group: "p"},
		{Customer: "", Group: "a"}, {Customer: "x", Group: ""}, {Customer: "x", Group: "a", From: start, Until: start},
	}, start)
	require.Equal(t, []string{" customer", " group", "x interval", "p group", "q group"}, faults(t, err))
	_, err = group.SumInt64(tree, []group.Placement{{}}, start, nil)
	require.ErrorIs(t, err, group.ErrInvalid)
}

func BenchmarkCount(b *testing.B) {
	n := 100_000
	if testing.Short() {
		n = 1_000
	}
	tree := mustTree(b, group.Standard()...)
	leaves := ids(tree.All())
	placements := make([]group.Placement, n)
	for i := range placements {
		placements[i] = group.Placement{Customer: "C-" + strconv.Itoa(i*7919%n/2), Group: leaves[i%len(leaves)]}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tree.Count(placements, start); err != nil {
			b.Fatal(err)
		}
	}
}
