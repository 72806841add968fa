package segment_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// rowsOf is a log of amounts of one customer on one day.
func rowsOf(id int64, amounts ...int64) purchase.Batch[int64] {
	b := purchase.Batch[int64]{Amounts: amounts}
	for range amounts {
		b.Customers = append(b.Customers, id)
		b.Days = append(b.Days, winter)
	}
	return b
}

// A value has 64 bits but for MaxInt64, which has no successor for a cut to name.
// What happens on the way to it is nobody's business.
func TestOverflow(t *testing.T) {
	const most, least = math.MaxInt64, math.MinInt64
	for _, c := range []struct {
		amounts []int64
		want    int64
		ok      bool
	}{
		{[]int64{most - 1}, most - 1, true},
		{[]int64{most}, 0, false},
		{[]int64{most - 1, 1}, 0, false},
		{[]int64{most, -1}, most - 1, true},
		{[]int64{most, most, -most, -most}, 0, true},
		{[]int64{most, most, most, least, least, least, 0}, -3, true},
		{[]int64{0, least}, least, true},
		{[]int64{0, least, -1}, 0, false},
		{[]int64{0, least, least, most, most}, -2, true},
		{[]int64{most, most}, 0, false},
		{[]int64{most, most, most, most, least, least}, 0, false},
	} {
		rng := rand.New(rand.NewPCG(1, 1))
		for range 10 {
			amounts := append([]int64{0}, c.amounts...) // a purchase, so that there are scores
			rng.Shuffle(len(amounts), func(i, j int) { amounts[i], amounts[j] = amounts[j], amounts[i] })
			cut := rng.IntN(len(amounts) + 1)
			var s, o segment.Summary[int64]
			require.NoError(t, s.AddBatch(rowsOf(1, amounts[:cut]...)))
			require.NoError(t, o.AddBatch(rowsOf(1, amounts[cut:]...)))
			require.NoError(t, s.Merge(&o))
			r, err := s.RFM(0, segment.Scoring{})
			if !c.ok {
				require.ErrorIs(t, err, segment.ErrOverflow, "%v", amounts)
				var e *segment.Error
				require.ErrorAs(t, err, &e)
				require.Equal(t, "amount", e.Field)
				continue
			}
			require.NoError(t, err, "%v", amounts)
			customer, ok := r.Customer(1)
			require.True(t, ok)
			require.Equal(t, c.want, customer.Value)
		}
	}
}

// The total may overflow where no customer does, and the other way round.
func TestTotalsOverflow(t *testing.T) {
	var s segment.Summary[int64]
	require.NoError(t, s.AddBatch(rowsOf(1, math.MaxInt64-1)))
	require.NoError(t, s.AddBatch(rowsOf(2, math.MaxInt64-1)))
	_, err := s.RFM(0, segment.Scoring{})
	require.NoError(t, err)
	_, err = s.Totals()
	require.ErrorIs(t, err, segment.ErrOverflow)

	require.NoError(t, s.AddBatch(rowsOf(3, math.MinInt64)))
	totals, err := s.Totals()
	require.NoError(t, err)
	require.Equal(t, int64(math.MaxInt64-3), totals.Value.Minor)
	require.NoError(t, s.AddBatch(rowsOf(4, math.MaxInt64-1, 500)))
	require.NoError(t, s.AddBatch(rowsOf(5, -math.MaxInt64)))
	_, err = s.RFM(0, segment.Scoring{})
	require.ErrorIs(t, err, segment.ErrOverflow)
	_, err = s.Totals()
	require.ErrorIs(t, err, segment.ErrOverflow, "refunds of 2^64 in all")
}

// Must show 7: whether a sum overflows does not depend on the order of its rows.
func TestOverflowIsOrderFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOfN(rapid.SampledFrom([]int64{math.MaxInt64, math.MinInt64, math.MaxInt64 - 1, 1, 0, -1, 1 << 62, -1 << 62}), 1, 12).Draw(t, "amounts")
		outcome := func(b purchase.Batch[int64]) (string, int64) {
			var s segment.Summary[int64]
			require.NoError(t, s.AddBatch(b))
			r, err := s.RFM(0, segment.Scoring{})
			if err != nil {
				return err.Error(), 0
			}
			c, _ := r.Customer(7)
			return "", c.Value
		}
		wantErr, want := outcome(rowsOf(7, amounts...))
		gotErr, got := outcome(rowsOf(7, rapid.Permutation(amounts).Draw(t, "order")...))
		require.Equal(t, wantErr, gotErr)
		require.Equal(t, want, got)
	})
}

// twice doubles a summary n times, as a caller does who merges a shard again and
// again.
func twice(t *testing.T, s *segment.Summary[int64], n int) {
	t.Helper()
	for range n {
		var o segment.Summary[int64]
		b, err := s.MarshalBinary()
		if err != nil {
			require.ErrorIs(t, err, segment.ErrOverflow)
			return
		}
		require.NoError(t, o.UnmarshalBinary(b))
		require.NoError(t, s.Merge(&o))
	}
}

// Counts of 2^32 are refused by all that would show them.
func TestCountOverflow(t *testing.T) {
	for _, doublings := range []int{31, 32, 40} {
		var s segment.Summary[int64]
		require.NoError(t, s.AddBatch(rowsOf(1, 5)))
		require.NoError(t, s.AddBatch(rowsOf(2, 5, 5, -1)))
		twice(t, &s, doublings-1)
		if doublings == 31 {
			totals, err := s.Totals()
			require.NoError(t, err)
			require.Equal(t, uint64(3)<<30, totals.Purchases)
			require.Equal(t, int64(14)<<30, totals.Value.Minor)
			continue
		}
		_, err := s.Totals()
		require.ErrorIs(t, err, segment.ErrOverflow)
		_, err = s.RFM(0, segment.Scoring{})
		require.ErrorIs(t, err, segment.ErrOverflow)
		_, err = s.MarshalBinary()
		require.ErrorIs(t, err, segment.ErrOverflow)
		var all segment.Summary[int64]
		require.NoError(t, all.AddBatch(rowsOf(9, 1)))
		require.NoError(t, all.Merge(&s))
		_, err = all.Totals()
		require.ErrorIs(t, err, segment.ErrOverflow, "merged into another too")
	}
}

// A sum that leaves its 96 bits is refused too, instead of coming back as a small
// number: refunds alone do not run into the limit on purchases.
func TestSumLeaves96Bits(t *testing.T) {
	var s segment.Summary[int64]
	require.NoError(t, s.AddBatch(rowsOf(1, math.MinInt64)))
	twice(t, &s, 34) // -2^97
	require.NoError(t, s.AddBatch(rowsOf(1, 3)))
	_, err := s.Totals()
	require.ErrorIs(t, err, segment.ErrOverflow)
	_, err = s.RFM(0, segment.Scoring{})
	require.ErrorIs(t, err, segment.ErrOverflow)
}

// Logs of one kind of row, which have an answer or a reason for none.
func TestSummaryOfFewRows(t *testing.T) {
	var none segment.Summary[int64]
	require.Zero(t, none.Len())
	totals, err := none.Totals()
	require.NoError(t, err)
	require.Equal(t, segment.Totals{}, totals)
	_, err = none.RFM(winter, segment.Scoring{})
	require.ErrorIs(t, err, segment.ErrInsufficientData)

	outside := newSummary[int64](t, segment.Options{From: winter + 1})
	require.NoError(t, outside.AddBatch(rowsOf(1, 5, -5)))
	totals, err = outside.Totals()
	require.NoError(t, err)
	require.Equal(t, segment.Totals{Rows: 2, Outside: 2, From: winter + 1}, totals)
	_, err = outside.RFM(0, segment.Scoring{})
	require.ErrorIs(t, err, segment.ErrInsufficientData)

	for policy, c := range map[segment.Refunds]struct {
		customers int
		value     int64
	}{segment.RefundsNet: {1, -7}, segment.RefundsGross: {1, 0}, segment.RefundsIgnore: {0, 0}} {
		s := newSummary[int64](t, segment.Options{Refunds: policy})
		require.NoError(t, s.AddBatch(rowsOf(1, -3, -4)))
		totals, err := s.Totals()
		require.NoError(t, err)
		require.Equal(t, segment.Totals{Customers: c.customers, Rows: 2, Refunds: 2, RefundsAs: policy,
			Value: money.Amount{Minor: c.value}, Refunded: money.Amount{Minor: -7}}, totals, policy)
		for _, asOf := range []calendar.Day{0, winter, winter + 9} {
			_, err = s.RFM(asOf, segment.Scoring{})
			require.ErrorIs(t, err, segment.ErrInsufficientData, policy)
		}
	}

	same := &segment.Summary[int64]{}
	require.NoError(t, same.AddBatch(rowsOf(1, 5, 5, 5, 0, 0)))
	totals, err = same.Totals()
	require.NoError(t, err)
	require.Equal(t, segment.Totals{Customers: 1, Rows: 5, Purchases: 5, Value: money.Amount{Minor: 15}, First: winter, Last: winter}, totals)
}

// A rate is asked for only where an amount counts.
func TestRatesOutsideThePeriod(t *testing.T) {
	rates, err := money.NewRateTable([]money.Quote{
		{From: money.USD, To: money.CNY, Since: winter, Rate: money.Ratio{Num: 7, Den: 1}},
	}, money.RateTableOptions{})
	require.NoError(t, err)
	s := newSummary[int64](t, segment.Options{From: winter, Rates: rates, Currency: money.CNY})
	err = s.AddBatch(purchase.Batch[int64]{
		Customers: []int64{1, 1}, Days: []calendar.Day{winter - 30, winter}, Amounts: []int64{10, 10}, Currency: money.USD,
	})
	require.NoError(t, err, "a row outside the period needs no rate of its day")
	totals, err := s.Totals()
	require.NoError(t, err)
	require.Equal(t, int64(70), totals.Value.Minor)
	require.Equal(t, uint64(1), totals.Outside)
}

// A summary without rows goes with any currency, also where its options state one.
func TestMergeOfNothing(t *testing.T) {
	s := newSummary[int64](t, segment.Options{Currency: money.CNY})
	require.NoError(t, s.Add(purchase.Purchase[int64]{Customer: 1, Day: winter, Amount: money.Amount{Minor: 5, Currency: money.CNY}}))
	before := saved(t, s)
	require.NoError(t, s.Merge(newSummary[int64](t, segment.Options{Currency: money.USD})))
	require.Equal(t, before, saved(t, s))
}

// Options that could not convert any row are refused when they are stated.
func TestOptionsValidateMoney(t *testing.T) {
	require.ErrorIs(t, segment.Options{Currency: 17}.Validate(), segment.ErrInvalid)
	require.ErrorIs(t, segment.Options{Rates: &money.RateTable{}, Currency: money.CNY, Rounding: 99}.Validate(), segment.ErrInvalid)
}

// A refund too small for the summary's currency is a refund of nothing, and not a
// purchase of nothing.
func TestRefundThatRoundsToZero(t *testing.T) {
	krw := money.MustCurrency("KRW")
	rates, err := money.NewRateTable([]money.Quote{
		{From: krw, To: money.CNY, Since: winter, Rate: money.Ratio{Num: 1, Den: 200}}, // half a fen
	}, money.RateTableOptions{})
	require.NoError(t, err)
	for _, policy := range []segment.Refunds{segment.RefundsNet, segment.RefundsGross, segment.RefundsIgnore} {
		s := newSummary[int64](t, segment.Options{Rates: rates, Currency: money.CNY, Rounding: money.Down, Refunds: policy})
		for i, minor := range []int64{1000, -1, 0} {
			require.NoError(t, s.Add(purchase.Purchase[int64]{Customer: 1, Day: winter + calendar.Day(i), Amount: money.Amount{Minor: minor, Currency: krw}}))
		}
		require.NoError(t, s.Add(purchase.Purchase[int64]{Customer: 2, Day: winter, Amount: money.Amount{Minor: -1, Currency: krw}}))
		totals, err := s.Totals()
		require.NoError(t, err)
		require.Equal(t, uint64(2), totals.Purchases, policy)
		require.Equal(t, uint64(2), totals.Refunds, policy)
		require.Equal(t, int64(500), totals.Value.Minor, policy)
	}
}
