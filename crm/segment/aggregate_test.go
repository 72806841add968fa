package segment_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// TestAggregateIsItsRows sums random rows as a database would, and compares the
// saved summary with that of the rows.
func TestAggregateIsItsRows(t *testing.T) {
	start := calendar.MustDate(2026, time.January, 1)
	rapid.Check(t, func(t *rapid.T) {
		opts := segment.Options{Refunds: rapid.SampledFrom([]segment.Refunds{
			segment.RefundsNet, segment.RefundsGross, segment.RefundsIgnore}).Draw(t, "refunds")}
		byRow, err := segment.NewSummary[string](opts)
		require.NoError(t, err)
		bySum, err := segment.NewSummary[string](opts)
		require.NoError(t, err)
		sums := map[string]*segment.Aggregate[string]{}
		for range rapid.IntRange(0, 40).Draw(t, "rows") {
			id := rapid.SampledFrom([]string{"a", "b", "李", "dd"}).Draw(t, "id")
			d := start + calendar.Day(rapid.IntRange(0, 30).Draw(t, "day"))
			minor := rapid.Int64Range(-5, 9).Draw(t, "amount")
			amount := money.Amount{Minor: minor, Currency: money.CNY}
			require.NoError(t, byRow.Add(purchase.Purchase[string]{Customer: id, Day: d, Amount: amount}))
			a := sums[id]
			if a == nil {
				a = &segment.Aggregate[string]{Customer: id, Value: money.Amount{Currency: money.CNY}}
				sums[id] = a
			}
			if minor < 0 {
				a.Refunds++
				a.LastRefund = max(a.LastRefund, d)
				a.Refunded += minor
				if opts.Refunds == segment.RefundsNet {
					a.Value.Minor += minor
				}
				continue
			}
			a.Value.Minor += minor
			a.Purchases++
			if a.First == 0 || d < a.First {
				a.First = d
			}
			a.Last = max(a.Last, d)
		}
		for _, a := range sums {
			require.NoError(t, bySum.AddAggregate(*a))
		}
		want, err := byRow.MarshalBinary()
		require.NoError(t, err)
		got, err := bySum.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestAggregateRefused(t *testing.T) {
	good := segment.Aggregate[string]{
		Customer: "a", First: day(time.March, 1), Last: day(time.March, 5), Purchases: 2, Value: yuan(100),
	}
	for name, c := range map[string]struct {
		change func(*segment.Aggregate[string])
		opts   segment.Options
		want   error
		field  string
	}{
		"no id":          {func(a *segment.Aggregate[string]) { a.Customer = "" }, segment.Options{}, segment.ErrInvalid, "customer"},
		"negative count": {func(a *segment.Aggregate[string]) { a.Purchases = -1 }, segment.Options{}, segment.ErrInvalid, "purchases"},
		"nothing":        {func(a *segment.Aggregate[string]) { a.Purchases = 0 }, segment.Options{}, segment.ErrInvalid, "purchases"},
		"days turned":    {func(a *segment.Aggregate[string]) { a.First = a.Last + 1 }, segment.Options{}, segment.ErrInvalid, "first"},
		"no days":        {func(a *segment.Aggregate[string]) { a.First = 0 }, segment.Options{}, segment.ErrInvalid, "first"},
		"a day too many": {func(a *segment.Aggregate[string]) {
			a.Purchases, a.Refunds, a.Refunded, a.LastRefund = 0, 1, -5, a.Last
		}, segment.Options{}, segment.ErrInvalid, "first"},
		"after the end":   {func(*segment.Aggregate[string]) {}, segment.Options{Until: day(time.March, 5)}, segment.ErrInvalid, "last"},
		"refund of none":  {func(a *segment.Aggregate[string]) { a.Refunds = 1 }, segment.Options{}, segment.ErrInvalid, "refunded"},
		"negative, gross": {func(a *segment.Aggregate[string]) { a.Value.Minor = -1 }, segment.Options{Refunds: segment.RefundsGross}, segment.ErrInvalid, "value"},
		"refund, no day":  {func(a *segment.Aggregate[string]) { a.Refunds, a.Refunded = 1, -5 }, segment.Options{}, segment.ErrInvalid, "last_refund"},
		"below refunds":   {func(a *segment.Aggregate[string]) { a.Value.Minor = -1 }, segment.Options{}, segment.ErrInvalid, "value"},
		"merged days":     {func(*segment.Aggregate[string]) {}, segment.Options{SameDay: segment.SameDayMerge}, segment.ErrInvalid, "same_day"},
		"too many":        {func(a *segment.Aggregate[string]) { a.Purchases = 1 << 32 }, segment.Options{}, segment.ErrOverflow, "purchases"},
		"other currency":  {func(a *segment.Aggregate[string]) { a.Value.Currency = money.USD }, segment.Options{Currency: money.CNY}, segment.ErrCurrency, "currency"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := segment.NewSummary[string](c.opts)
			require.NoError(t, err)
			a := good
			c.change(&a)
			err = s.AddAggregate(a)
			require.ErrorIs(t, err, c.want)
			var typed *segment.Error
			require.ErrorAs(t, err, &typed)
			require.Equal(t, c.field, typed.Field)
			require.Zero(t, s.Len())
		})
	}
}
