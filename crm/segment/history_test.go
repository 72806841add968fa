package segment_test

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
)

var day0 = calendar.MustDate(2024, time.January, 1)

// logRow is a row of a test's log; day counts from day0.
type logRow struct {
	id     int64
	day    int
	amount int64
}

// batch puts rows into columns.
func batch(rows []logRow) purchase.Batch[int64] {
	var b purchase.Batch[int64]
	for _, r := range rows {
		b.Customers = append(b.Customers, r.id)
		b.Days = append(b.Days, day0+calendar.Day(r.day))
		b.Amounts = append(b.Amounts, r.amount)
	}
	return b
}

func asTexts(b purchase.Batch[int64]) purchase.Batch[string] {
	t := purchase.Batch[string]{Days: b.Days, Amounts: b.Amounts, Currency: b.Currency}
	for _, id := range b.Customers {
		t.Customers = append(t.Customers, fmt.Sprintf("客户-%d", id))
	}
	return t
}

// logOf yields batches as a log does.
func logOf[K purchase.ID](batches ...purchase.Batch[K]) func(func(purchase.Batch[K], error) bool) {
	return func(yield func(purchase.Batch[K], error) bool) {
		for _, b := range batches {
			if !yield(b, nil) {
				return
			}
		}
	}
}

func historyOf(t require.TestingT, rows []logRow) *segment.History[int64] {
	return historyWith(t, rows, segment.Options{})
}

func historyWith(t require.TestingT, rows []logRow, opts segment.Options) *segment.History[int64] {
	h, err := segment.NewHistory(logOf(batch(rows)), opts)
	require.NoError(t, err)
	return h
}

// drawRows draws a log of few customers and days, so that everything collides,
// with amounts on both sides of what a sort key holds.
func drawRows(t *rapid.T) []logRow {
	amount := rapid.OneOf(
		rapid.Int64Range(-50, 300),
		rapid.SampledFrom([]int64{0, 1 << 41, 1<<41 - 1, -1 << 41, 1 - 1<<41, 1 << 50, -1 << 50, 3}),
	)
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) logRow {
		return logRow{
			id:     rapid.OneOf(rapid.Int64Range(1, 2), rapid.Int64Range(-3, 5)).Draw(t, "id"),
			day:    rapid.OneOf(rapid.IntRange(10, 12), rapid.IntRange(0, 40)).Draw(t, "day"),
			amount: amount.Draw(t, "amount"),
		}
	}), 1, 60).Draw(t, "rows")
}

// plainCustomer is the reference: rows of one customer, sorted.
type plainCustomer struct{ bought, refunded []logRow }

func plainHistory(rows []logRow, opts segment.Options) map[int64]*plainCustomer {
	byID := map[int64]*plainCustomer{}
	for _, r := range rows {
		day := day0 + calendar.Day(r.day)
		if day < opts.From || opts.Until != 0 && day >= opts.Until || r.amount < 0 && opts.Refunds == segment.RefundsIgnore {
			continue
		}
		if byID[r.id] == nil {
			byID[r.id] = &plainCustomer{}
		}
		if r.amount < 0 {
			byID[r.id].refunded = append(byID[r.id].refunded, r)
		} else {
			byID[r.id].bought = append(byID[r.id].bought, r)
		}
	}
	for _, c := range byID {
		for _, rows := range [][]logRow{c.bought, c.refunded} {
			slices.SortFunc(rows, func(a, b logRow) int {
				return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.amount, b.amount))
			})
		}
		if opts.SameDay == segment.SameDayMerge {
			var merged []logRow
			for _, r := range c.bought {
				if n := len(merged); n > 0 && merged[n-1].day == r.day {
					merged[n-1].amount += r.amount
				} else {
					merged = append(merged, r)
				}
			}
			c.bought = merged
		}
	}
	return byID
}

func requireColumns(t require.TestingT, want []logRow, days []calendar.Day, amounts []int64) {
	require.Len(t, days, len(want))
	require.Len(t, amounts, len(want))
	for i, r := range want {
		require.Equal(t, day0+calendar.Day(r.day), days[i])
		require.Equal(t, r.amount, amounts[i])
	}
}

func drawOptions(t *rapid.T) segment.Options {
	opts := segment.Options{
		Refunds: rapid.SampledFrom([]segment.Refunds{segment.RefundsNet, segment.RefundsGross, segment.RefundsIgnore}).Draw(t, "refunds"),
		SameDay: rapid.SampledFrom([]segment.SameDay{segment.SameDayKeep, segment.SameDayMerge}).Draw(t, "same day"),
	}
	if rapid.Bool().Draw(t, "bounded") {
		opts.From, opts.Until = day0+5, day0+30
	}
	return opts
}

func TestHistoryAgainstPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, opts := drawRows(t), drawOptions(t)
		want := plainHistory(rows, opts)
		purchases, value := 0, int64(0)
		for _, c := range want {
			purchases += len(c.bought)
			for _, r := range c.bought {
				value += r.amount
			}
			for _, r := range c.refunded {
				if opts.Refunds == segment.RefundsNet {
					value += r.amount
				}
			}
		}
		h, err := segment.NewHistory(logOf(batch(rows)), opts)
		if purchases == 0 {
			require.ErrorIs(t, err, segment.ErrInsufficientData)
			return
		}
		require.NoError(t, err)
		require.Equal(t, len(want), h.Len())
		require.Equal(t, purchases, h.Purchases())
		require.Equal(t, value, h.Value().Minor)
		ids := slices.Sorted(maps.Keys(want))
		sum := int64(0)
		for c := range h.All() {
			require.Equal(t, ids[0], c.ID)
			requireColumns(t, want[c.ID].bought, c.Days, c.Amounts)
			requireColumns(t, want[c.ID].refunded, c.RefundDays, c.RefundAmounts)
			sum += c.Value()
			require.Equal(t, c.Value(), c.ValueBetween(day0, day0+17)+c.ValueBetween(day0+17, day0+100))
			same, ok := h.Customer(c.ID)
			require.True(t, ok)
			require.Equal(t, c, same)
			ids = ids[1:]
		}
		require.Empty(t, ids)
		require.Equal(t, value, sum)
		_, ok := h.Customer(99)
		require.False(t, ok)
	})
}

func TestHistoryOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, opts := drawRows(t), drawOptions(t)
		want, err := segment.NewHistory(logOf(batch(rows)), opts)
		if err != nil {
			require.ErrorIs(t, err, segment.ErrInsufficientData)
			return
		}
		shuffled := rapid.Permutation(rows).Draw(t, "shuffled")
		cut := rapid.IntRange(0, len(rows)).Draw(t, "cut")
		got, err := segment.NewHistory(logOf(batch(shuffled[:cut]), purchase.Batch[int64]{}, batch(shuffled[cut:])), opts)
		require.NoError(t, err)
		require.Equal(t, want, got)

		text, err := segment.NewHistory(logOf(asTexts(batch(rows))), opts)
		require.NoError(t, err)
		shuffledText, err := segment.NewHistory(logOf(asTexts(batch(shuffled[cut:])), asTexts(batch(shuffled[:cut]))), opts)
		require.NoError(t, err)
		require.Equal(t, text, shuffledText)
		require.Equal(t, want.Len(), text.Len())
		require.Equal(t, want.Value(), text.Value())
	})
}

// TestHistoryLarge fills many buckets, some of them by one customer alone.
func TestHistoryLarge(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	var rows []logRow
	for i := range 60_000 {
		r := logRow{id: rng.Int64N(500) * rng.Int64N(1<<40), day: rng.IntN(900), amount: rng.Int64N(4000) - 300}
		if i%3 == 0 {
			r.id = 7
		}
		rows = append(rows, r)
	}
	want := plainHistory(rows, segment.Options{})
	h := historyOf(t, rows)
	for c := range h.All() {
		requireColumns(t, want[c.ID].bought, c.Days, c.Amounts)
		requireColumns(t, want[c.ID].refunded, c.RefundDays, c.RefundAmounts)
	}
	text, err := segment.NewHistory(logOf(asTexts(batch(rows[:30_000])), asTexts(batch(rows[30_000:]))), segment.Options{})
	require.NoError(t, err)
	for id, c := range want {
		got, ok := text.Customer(fmt.Sprintf("客户-%d", id))
		require.True(t, ok)
		requireColumns(t, c.bought, got.Days, got.Amounts)
	}
}

func TestHistoryAgreesWithSummary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, opts := drawRows(t), drawOptions(t)
		h, err := segment.NewHistory(logOf(batch(rows)), opts)
		if err != nil {
			return
		}
		s, err := segment.NewSummary[int64](opts)
		require.NoError(t, err)
		require.NoError(t, s.AddBatch(batch(rows)))
		totals, err := s.Totals()
		require.NoError(t, err)
		require.Equal(t, totals.Customers, h.Len())
		require.Equal(t, totals.Purchases, uint64(h.Purchases()))
		require.Equal(t, totals.Value, h.Value())
		require.Equal(t, totals.First, h.First())
		require.Equal(t, totals.Last, h.Last())
		from, until := h.Period()
		require.Equal(t, opts.From, from)
		require.Equal(t, opts.Until, until)
		refunds, sameDay := h.Policies()
		require.Equal(t, opts.Refunds, refunds)
		require.Equal(t, opts.SameDay, sameDay)
	})
}

func TestHistoryAsOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		h, err := segment.NewHistory(logOf(batch(rows)), segment.Options{})
		if err != nil {
			return
		}
		day := day0 + calendar.Day(rapid.IntRange(-1, 42).Draw(t, "as of"))
		want, wantErr := segment.NewHistory(logOf(batch(rows)), segment.Options{Until: day})
		got, err := h.AsOf(day)
		if wantErr != nil {
			require.ErrorIs(t, err, segment.ErrInsufficientData)
			return
		}
		require.NoError(t, err)
		require.Equal(t, slices.Collect(want.All()), slices.Collect(got.All()))
		require.Equal(t, want.Len(), got.Len())
		require.Equal(t, want.Purchases(), got.Purchases())
		require.Equal(t, want.Value(), got.Value())
		require.Equal(t, want.First(), got.First())
		require.Equal(t, want.Last(), got.Last())
		_, sameDay := got.Policies()
		require.Equal(t, segment.SameDayKeep, sameDay)
		again, err := got.AsOf(0)
		require.NoError(t, err)
		require.Equal(t, slices.Collect(got.All()), slices.Collect(again.All()))
	})
}

func TestHistoryAsOfRefuses(t *testing.T) {
	h := historyWith(t, []logRow{{1, 10, 5}, {1, 20, 5}}, segment.Options{Until: day0 + 30})
	for _, c := range []struct {
		day  calendar.Day
		want error
	}{
		{-1, segment.ErrInvalid},
		{calendar.MaxDay + 1, segment.ErrInvalid},
		{day0 + 31, segment.ErrInvalid}, // after the end of the period nothing was recorded
		{day0 + 10, segment.ErrInsufficientData},
	} {
		_, err := h.AsOf(c.day)
		require.ErrorIs(t, err, c.want, "%d", c.day)
		var e *segment.Error
		require.ErrorAs(t, err, &e)
	}
	open := historyOf(t, []logRow{{1, 10, 5}, {1, 20, 5}})
	view, err := open.AsOf(0)
	require.NoError(t, err)
	_, until := view.Period()
	require.Equal(t, day0+21, until)
	_, err = new(segment.History[int64]).AsOf(0)
	require.ErrorIs(t, err, segment.ErrInsufficientData)
}

func TestHistoryHardInputs(t *testing.T) {
	one := func(edit func(*purchase.Batch[string])) purchase.Batch[string] {
		b := purchase.Batch[string]{
			Customers: []string{"a", "b"}, Days: []calendar.Day{day0, day0 + 1}, Amounts: []int64{100, 200}, Currency: money.CNY,
		}
		edit(&b)
		return b
	}
	for name, c := range map[string]struct {
		batch purchase.Batch[string]
		want  error
		field string
		row   int
	}{
		"no rows":          {purchase.Batch[string]{}, segment.ErrInsufficientData, "purchases", -1},
		"refunds only":     {one(func(b *purchase.Batch[string]) { b.Amounts = []int64{-1, -2} }), segment.ErrInsufficientData, "purchases", -1},
		"columns":          {one(func(b *purchase.Batch[string]) { b.Days = b.Days[:1] }), segment.ErrInvalid, "batch", -1},
		"no day":           {one(func(b *purchase.Batch[string]) { b.Days[1] = 0 }), segment.ErrInvalid, "day", 1},
		"negative day":     {one(func(b *purchase.Batch[string]) { b.Days[0] = -5 }), segment.ErrInvalid, "day", 0},
		"after 9999":       {one(func(b *purchase.Batch[string]) { b.Days[1] = calendar.MaxDay + 1 }), segment.ErrInvalid, "day", 1},
		"empty id":         {one(func(b *purchase.Batch[string]) { b.Customers[1] = "" }), segment.ErrInvalid, "customer", 1},
		"256 bytes":        {one(func(b *purchase.Batch[string]) { b.Customers[1] = strings.Repeat("x", 256) }), segment.ErrInvalid, "customer", 1},
		"not UTF-8":        {one(func(b *purchase.Batch[string]) { b.Customers[0] = "a\xff" }), segment.ErrInvalid, "customer", 0},
		"NUL":              {one(func(b *purchase.Batch[string]) { b.Customers[0] = "a\x00b" }), segment.ErrInvalid, "customer", 0},
		"overflow":         {one(func(b *purchase.Batch[string]) { b.Amounts = []int64{math.MaxInt64, 1} }), segment.ErrOverflow, "amount", 1},
		"overflow refunds": {one(func(b *purchase.Batch[string]) { b.Amounts = []int64{1, math.MinInt64} }), segment.ErrOverflow, "amount", 1},
		"two wrap":         {one(func(b *purchase.Batch[string]) { b.Amounts = []int64{math.MinInt64, math.MinInt64} }), segment.ErrOverflow, "amount", 0},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := segment.NewHistory(logOf(c.batch), segment.Options{})
			require.ErrorIs(t, err, c.want)
			var e *segment.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, c.field, e.Field)
			require.Equal(t, c.row, e.Row)
		})
	}
	t.Run("two currencies", func(t *testing.T) {
		_, err := segment.NewHistory(logOf(one(func(*purchase.Batch[string]) {}),
			one(func(b *purchase.Batch[string]) { b.Currency = money.USD })), segment.Options{})
		require.ErrorIs(t, err, segment.ErrCurrency)
	})
	t.Run("options", func(t *testing.T) {
		_, err := segment.NewHistory(logOf[string](), segment.Options{Refunds: 9})
		require.ErrorIs(t, err, segment.ErrInvalid)
	})
	t.Run("the log's own error", func(t *testing.T) {
		broken := errors.New("line 3")
		_, err := segment.NewHistory(func(yield func(purchase.Batch[string], error) bool) {
			if yield(one(func(*purchase.Batch[string]) {}), nil) {
				yield(purchase.Batch[string]{}, broken)
			}
		}, segment.Options{})
		require.ErrorIs(t, err, broken)
	})
	t.Run("accepted", func(t *testing.T) {
		b := purchase.Batch[string]{
			Customers: []string{"a", "a", strings.Repeat("x", 255), "a"},
			Days:      []calendar.Day{calendar.MaxDay, calendar.MinDay, day0, calendar.MinDay},
			Amounts:   []int64{0, math.MaxInt64 - 8, 8, 0},
		}
		h, err := segment.NewHistory(logOf(b), segment.Options{})
		require.NoError(t, err)
		require.Equal(t, 4, h.Purchases())
		require.Equal(t, int64(math.MaxInt64), h.Value().Minor)
		require.Equal(t, calendar.MinDay, h.First())
		require.Equal(t, calendar.MaxDay, h.Last())
		_, err = h.AsOf(0)
		require.ErrorIs(t, err, segment.ErrInvalid, "no day follows the last purchase")
	})
}

func TestHistoryBuilder(t *testing.T) {
	var b segment.HistoryBuilder[int64]
	require.NoError(t, b.Add(purchase.Purchase[int64]{Customer: 1, Day: day0, Amount: money.Amount{Minor: 500, Currency: money.CNY}}))

	// A refused batch leaves nothing behind.
	bad := batch([]logRow{{2, 3, 700}, {3, 4, 800}})
	bad.Currency = money.CNY
	bad.Days[1] = 0
	require.ErrorIs(t, b.AddBatch(bad), segment.ErrInvalid)
	big := batch([]logRow{{2, 3, math.MaxInt64}})
	big.Currency = money.CNY
	require.ErrorIs(t, b.AddBatch(big), segment.ErrOverflow)
	require.ErrorIs(t, b.AddBatch(batch([]logRow{{2, 3, 700}})), segment.ErrCurrency)

	h, err := b.Build()
	require.NoError(t, err)
	require.Equal(t, 1, h.Len())
	require.Equal(t, money.Amount{Minor: 500, Currency: money.CNY}, h.Value())

	// The builder is empty again, also of its currency.
	_, err = b.Build()
	require.ErrorIs(t, err, segment.ErrInsufficientData)
	require.NoError(t, b.AddBatch(batch([]logRow{{9, 3, 700}})))
	h, err = b.Build()
	require.NoError(t, err)
	require.Equal(t, money.Amount{Minor: 700}, h.Value())

	// A refused first batch does not fix the currency.
	big.Amounts[0] = math.MinInt64
	require.ErrorIs(t, b.AddBatch(big), segment.ErrOverflow)
	require.NoError(t, b.AddBatch(batch([]logRow{{9, 3, 700}})))
}

func TestHistoryConverts(t *testing.T) {
	krw := money.MustCurrency("KRW")
	rates, err := money.NewRateTable([]money.Quote{
		{From: krw, To: money.CNY, Since: day0 + 10, Rate: money.Ratio{Num: 1, Den: 200}}, // half a fen
	}, money.RateTableOptions{})
	require.NoError(t, err)
	foreign := func(rows ...logRow) purchase.Batch[int64] {
		b := batch(rows)
		b.Currency = krw
		return b
	}
	opts := segment.Options{From: day0 + 10, Rates: rates, Currency: money.CNY, Rounding: money.Down}
	// Rows outside the period need no rate; a refund too small for the currency is
	// a refund of nothing, and not a purchase of nothing.
	h, err := segment.NewHistory(logOf(foreign(logRow{1, 5, 900}, logRow{1, 12, 1000}, logRow{1, 13, -1}, logRow{2, 14, -1}, logRow{1, 15, 0})), opts)
	require.NoError(t, err)
	require.Equal(t, 2, h.Len())
	require.Equal(t, 2, h.Purchases())
	require.Equal(t, money.Amount{Minor: 500, Currency: money.CNY}, h.Value())
	c, ok := h.Customer(2)
	require.True(t, ok)
	require.Empty(t, c.Days)

	opts.From = 0
	_, err = segment.NewHistory(logOf(foreign(logRow{1, 12, 1000}, logRow{1, 5, 900})), opts)
	var e *segment.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "amount", e.Field)
	require.Equal(t, 1, e.Row)
	require.ErrorIs(t, err, segment.ErrCurrency)
}

func TestHistorySameDay(t *testing.T) {
	rows := []logRow{{1, 5, 30}, {1, 2, 10}, {1, 5, 1 << 45}, {1, 5, 20}, {2, 5, 7}, {1, 5, -4}, {1, 5, -6}, {1, 9, 0}, {1, 9, 0}}
	h := historyWith(t, rows, segment.Options{SameDay: segment.SameDayMerge})
	c, ok := h.Customer(1)
	require.True(t, ok)
	requireColumns(t, []logRow{{1, 2, 10}, {1, 5, 50 + 1<<45}, {1, 9, 0}}, c.Days, c.Amounts)
	requireColumns(t, []logRow{{1, 5, -6}, {1, 5, -4}}, c.RefundDays, c.RefundAmounts)
	require.Equal(t, 4, h.Purchases())
	kept := historyOf(t, rows)
	require.Equal(t, 7, kept.Purchases())
	require.Equal(t, kept.Value(), h.Value())
	c, _ = kept.Customer(1)
	requireColumns(t, []logRow{{1, 2, 10}, {1, 5, 20}, {1, 5, 30}, {1, 5, 1 << 45}, {1, 9, 0}, {1, 9, 0}}, c.Days, c.Amounts)
}

func TestPurchaseDays(t *testing.T) {
	h := historyOf(t, []logRow{{1, 5, 1}, {1, 2, 1}, {1, 5, 2}, {1, 5, 1}, {1, 9, -1}})
	c, ok := h.Customer(1)
	require.True(t, ok)
	require.Equal(t, []calendar.Day{day0 + 2, day0 + 5}, slices.Collect(c.PurchaseDays()))
	for day := range c.PurchaseDays() {
		require.Equal(t, day0+2, day)
		break
	}
}
