package segment

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
)

func TestABCByHand(t *testing.T) {
	// Before 500: 0; before 300: 50 %; before either 60: 80 %, no longer A; before
	// 50: 92 %; before 20: 97 %; before the 10: 99 %.
	abc, err := NewABC([]int64{60, 10, 500, 50, 20, 300, 60}, ABCOptions{})
	require.NoError(t, err)
	share := func(n, d int64) money.Ratio { return money.Ratio{Num: n, Den: d}.Reduce() }
	require.Equal(t, ABC{Customers: 7, Value: 1000, Classes: []BandSum{
		{"A", "A类客户", 2, 800, 300, share(2, 7), share(800, 1000)},
		{"B", "B类客户", 3, 170, 50, share(3, 7), share(170, 1000)},
		{"C", "C类客户", 2, 30, 10, share(2, 7), share(30, 1000)},
	}}, abc)
}

func TestABCHardInputs(t *testing.T) {
	counts := func(values ...int64) (n []int) {
		abc, err := NewABC(values, ABCOptions{})
		require.NoError(t, err)
		for _, c := range abc.Classes {
			n = append(n, c.Customers)
		}
		return n
	}
	require.Equal(t, []int{1, 0, 0}, counts(7), "one customer is A, though nobody brings less than 80 %")
	require.Equal(t, []int{5, 0, 0}, counts(2, 2, 2, 2, 2), "equal customers share the higher class")
	require.Equal(t, []int{1, 0, 3}, counts(9, 0, 0, -1))
	require.Equal(t, []int{1, 0, 2}, counts(1, 100, -50), "the first brings more than the total")
	// 95 % of the largest int64 is 8762203435012037016.65: no float64 tells the two apart.
	require.Equal(t, []int{1, 1, 0}, counts(8762203435012037016, math.MaxInt64-8762203435012037016))
	require.Equal(t, []int{1, 0, 1}, counts(8762203435012037017, math.MaxInt64-8762203435012037017))
	require.Equal(t, []int{2, 0, 1}, counts(1<<62, 1<<62-1, -1<<61), "as large a class as fits")
	// What lies above the third is 10.54e18, more than 64 bits, but no class and no
	// total is.
	require.Equal(t, []int{1, 1, 2}, counts(7_840_000_000_000_000_000, 2_700_000_000_000_000_000, 1e18, -3e18))

	for _, none := range [][]int64{nil, {0, 0}, {3, -3}, {-2}} {
		_, err := NewABC(none, ABCOptions{})
		requireRefusal(t, err, ErrInsufficientData, "values", -1)
	}
	for _, large := range [][]int64{{math.MaxInt64, 1}, {1 << 62, 1<<62 - 1, -1 << 62, 1 << 62}} {
		_, err := NewABC(large, ABCOptions{})
		requireRefusal(t, err, ErrOverflow, "values", -1)
	}
	require.Equal(t, -1, ABC{}.ClassOf(3))
	require.Equal(t, -1, ABC{}.ClassOf(-3))
}

// TestABCRule compares with the rule as it is written, in rationals: the first
// class above the share of all that is greater.
func TestABCRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values, classes := drawCustomerValues(t), drawCustomerBands(t)
		total := new(big.Int)
		for _, v := range values {
			total.Add(total, big.NewInt(v))
		}
		abc, err := NewABC(values, ABCOptions{Classes: classes})
		if total.Sign() <= 0 {
			require.ErrorIs(t, err, ErrInsufficientData)
			return
		}
		require.NoError(t, err)
		place := func(v int64) int {
			above := new(big.Int)
			for _, o := range values {
				if o > max(v, 0) {
					above.Add(above, big.NewInt(o))
				}
			}
			for i, c := range classes {
				if v > 0 && new(big.Rat).SetFrac(above, total).Cmp(big.NewRat(c.UpTo.Num, c.UpTo.Den)) < 0 {
					return i
				}
			}
			return len(classes) - 1
		}
		counts := make([]int, len(classes))
		for _, v := range values {
			counts[place(v)]++
			require.Equal(t, place(v), abc.ClassOf(v))
		}
		for i, c := range abc.Classes {
			require.Equal(t, counts[i], c.Customers)
		}
		require.Positive(t, abc.Classes[0].Customers, "the best customer is in the first class")
		newcomer := rapid.Int64Range(-10, 2000).Draw(t, "newcomer")
		require.Equal(t, place(newcomer), abc.ClassOf(newcomer))
		requireBandSums(t, abc.Classes, len(values), total.Int64())

		again, err := NewABC(reordered(t, values), ABCOptions{Classes: classes})
		require.NoError(t, err)
		require.Equal(t, abc, again)
	})
}

// TestValueReference: the classes and tiers of CDNOW's customers, counted and
// summed in R 4.2.2 by the definitions: sum(x[x > v]) and sum(x > v) for each v.
func TestValueReference(t *testing.T) {
	values := cdnowValues(t)
	abc, err := NewABC(values, ABCOptions{})
	require.NoError(t, err)
	pyramid, err := NewPyramid(values, PyramidOptions{})
	require.NoError(t, err)
	require.Equal(t, int64(24409194), abc.Value)
	require.Equal(t, 2349, pyramid.Active)
	check := func(sums []BandSum, customers []int, worth []int64) {
		require.Len(t, sums, len(customers))
		for i, s := range sums {
			require.Equal(t, customers[i], s.Customers, s.Name)
			require.Equal(t, worth[i], s.Value, s.Name)
		}
	}
	check(abc.Classes, []int{777, 804, 776}, []int64{19530259, 3668046, 1210889})
	check(pyramid.Tiers, []int{24, 94, 352, 1879, 8}, []int64{3552516, 5251059, 7635548, 7970071, 0})
}

func TestTopCohorts(t *testing.T) {
	values := []int64{10, 40, 20, 20, 0, 20, -10}
	share := func(n, d int64) money.Ratio { return money.Ratio{Num: n, Den: d}.Reduce() }
	one := TopCohort{1, 40, 40, 1, share(1, 7), share(40, 100)}
	four := TopCohort{4, 100, 20, 3, share(4, 7), share(100, 100)}
	five := TopCohort{5, 110, 10, 1, share(5, 7), share(110, 100)}
	for k, want := range map[int]TopCohort{1: one, 2: four, 3: four, 4: four, 5: five, 6: five, 99: five} {
		got, err := TopCustomers(values, k)
		require.NoError(t, err)
		require.Equal(t, want, got, "k = %d", k)
	}
	for num, want := range map[int64]TopCohort{1: one, 39: one, 40: one, 41: four, 60: four, 100: four} {
		got, err := TopHolders(values, share(num, 100))
		require.NoError(t, err)
		require.Equal(t, want, got, "%d %%", num)
	}
	require.True(t, four.Contains(20))
	require.False(t, four.Contains(19))
	require.False(t, TopCohort{}.Contains(5))
}

func TestTopCohortsHardInputs(t *testing.T) {
	got, err := TopCustomers([]int64{3, -5}, 1)
	require.NoError(t, err)
	require.Equal(t, int64(3), got.Value)
	require.False(t, got.ValueShare.Valid(), "the total is below zero")
	_, err = TopCustomers([]int64{1}, 0)
	requireRefusal(t, err, ErrInvalid, "k", -1)
	for _, none := range [][]int64{nil, {0}, {-1, 0}} {
		_, err = TopCustomers(none, 3)
		requireRefusal(t, err, ErrInsufficientData, "values", -1)
		_, err = TopHolders(none, money.Ratio{Num: 1, Den: 2})
		requireRefusal(t, err, ErrInsufficientData, "values", -1)
	}
	for _, bad := range []money.Ratio{{}, {Num: 0, Den: 1}, {Num: -1, Den: 2}, {Num: 3, Den: 2}} {
		_, err = TopHolders([]int64{1}, bad)
		requireRefusal(t, err, ErrInvalid, "share", -1)
	}
	large := []int64{math.MaxInt64, math.MaxInt64, -math.MaxInt64}
	_, err = TopCustomers(large[:2], 1)
	require.ErrorIs(t, err, ErrOverflow, "the total")
	_, err = TopCustomers(large, 2)
	require.ErrorIs(t, err, ErrOverflow, "the cohort")
	_, err = TopHolders([]int64{1 << 62, 1<<62 - 1, 1 << 62, -1 << 62}, money.Ratio{Num: 1, Den: 1})
	require.ErrorIs(t, err, ErrOverflow)
}

func TestTopCohortRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := drawCustomerValues(t)
		if slices.Max(values) <= 0 {
			return
		}
		k := rapid.IntRange(1, 70).Draw(t, "k")
		c, err := TopCustomers(values, k)
		require.NoError(t, err)
		members, better, positive := 0, 0, 0
		var value int64
		for _, v := range values {
			if c.Contains(v) {
				members++
				value += v
			}
			if v > c.MinValue {
				better++
			}
			if v > 0 {
				positive++
			}
		}
		require.Equal(t, members, c.Customers)
		require.Equal(t, value, c.Value)
		require.Equal(t, members-better, c.Tied)
		require.GreaterOrEqual(t, members, min(k, positive))
		require.Less(t, better, k, "without the ties at the cut it is too small")
		again, err := TopCustomers(reordered(t, values), k)
		require.NoError(t, err)
		require.Equal(t, c, again)

		share := money.Ratio{Num: rapid.Int64Range(1, 100).Draw(t, "share"), Den: 100}
		h, err := TopHolders(values, share)
		if err != nil {
			require.ErrorIs(t, err, ErrInsufficientData)
			return
		}
		order, err := h.ValueShare.Cmp(share)
		require.NoError(t, err)
		require.GreaterOrEqual(t, order, 0)
		total, err := NewABC(values, ABCOptions{})
		require.NoError(t, err)
		without := money.Ratio{Num: h.Value - int64(h.Tied)*h.MinValue, Den: total.Value}
		order, err = without.Cmp(share)
		require.NoError(t, err)
		require.Negative(t, order, "a smaller cohort does not hold the share")
	})
}

func TestKeyAccounts(t *testing.T) {
	candidates := []Candidate[string]{
		{"d", 50, 9}, {"a", 500, 0}, {"e", 300, 8}, {"c", 60, 0}, {"b", 60, 7}, {"f", 30, 8},
	}
	key, err := KeyAccounts(candidates, KeyAccountOptions{MinStrategic: 8})
	require.NoError(t, err)
	want := []KeyAccount[string]{
		{"a", 500, 0, KeyByValue}, {"e", 300, 8, KeyByBoth}, {"d", 50, 9, KeyByStrategy}, {"f", 30, 8, KeyByStrategy},
	}
	require.Equal(t, want, key)
	slices.Reverse(candidates)
	key, err = KeyAccounts(candidates, KeyAccountOptions{MinStrategic: 8})
	require.NoError(t, err)
	require.Equal(t, want, key)

	byValue, err := KeyAccounts(candidates, KeyAccountOptions{})
	require.NoError(t, err)
	require.Equal(t, []KeyAccount[string]{{"a", 500, 0, KeyByValue}, {"e", 300, 8, KeyByValue}}, byValue,
		"without a threshold points play no part, not even points of 0")

	tied, err := KeyAccounts([]Candidate[int64]{{9, 5, 0}, {-2, 5, 0}, {4, 5, 0}}, KeyAccountOptions{})
	require.NoError(t, err)
	require.Equal(t, []int64{-2, 4, 9}, []int64{tied[0].Customer, tied[1].Customer, tied[2].Customer})
}

func TestKeyAccountsHardInputs(t *testing.T) {
	_, err := KeyAccounts([]Candidate[string]{{"a", 1, 0}, {"b", 1, 0}, {"a", 2, 0}}, KeyAccountOptions{})
	requireRefusal(t, err, ErrInvalid, "customer", 2)
	require.NotContains(t, err.Error(), `"a"`)
	_, err = KeyAccounts([]Candidate[string]{}, KeyAccountOptions{})
	require.ErrorIs(t, err, ErrInsufficientData)
	_, err = KeyAccounts([]Candidate[string]{{"a", -1, 9}}, KeyAccountOptions{MinStrategic: 1})
	require.ErrorIs(t, err, ErrInsufficientData)
	err = KeyAccountOptions{Classes: Bands{}, MinStrategic: -1}.Validate()
	require.ErrorContains(t, err, "bands")
	require.ErrorContains(t, err, "min_strategic")
	_, err = KeyAccounts([]Candidate[string]{{"a", 1, 0}}, KeyAccountOptions{MinStrategic: -1})
	requireRefusal(t, err, ErrInvalid, "min_strategic", -1)
}

func TestKeyReasonText(t *testing.T) {
	for r, zh := range map[KeyReason]string{KeyNone: "非大客户", KeyByValue: "价值", KeyByStrategy: "战略", KeyByBoth: "价值与战略"} {
		require.Equal(t, zh, r.Zh())
		text, err := r.MarshalText()
		require.NoError(t, err)
		require.Equal(t, r.String(), string(text))
		var back KeyReason
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, r, back)
	}
	_, err := KeyReason(4).MarshalText()
	require.ErrorIs(t, err, ErrInvalid)
	r := KeyByValue
	require.ErrorIs(t, r.UnmarshalText([]byte("luck")), ErrInvalid)
	require.Equal(t, KeyByValue, r)
}
