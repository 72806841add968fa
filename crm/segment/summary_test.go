package segment_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
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

// a failer is what *testing.T and *rapid.T have in common.
type failer interface {
	require.TestingT
	Helper()
}

func newSummary[K purchase.ID](t failer, opts segment.Options) *segment.Summary[K] {
	t.Helper()
	s, err := segment.NewSummary[K](opts)
	require.NoError(t, err)
	return s
}

func saved[K purchase.ID](t failer, s *segment.Summary[K]) []byte {
	t.Helper()
	b, err := s.MarshalBinary()
	require.NoError(t, err)
	return b
}

func scored[K purchase.ID](t failer, s *segment.Summary[K], asOf calendar.Day, scoring segment.Scoring) []segment.Customer[K] {
	t.Helper()
	r, err := s.RFM(asOf, scoring)
	require.NoError(t, err)
	return slices.Collect(r.All())
}

// pick returns the rows of b at the places.
func pick[K purchase.ID](b purchase.Batch[K], places []int) purchase.Batch[K] {
	out := purchase.Batch[K]{Currency: b.Currency}
	for _, i := range places {
		out.Customers = append(out.Customers, b.Customers[i])
		out.Days = append(out.Days, b.Days[i])
		out.Amounts = append(out.Amounts, b.Amounts[i])
	}
	return out
}

// sharded sums the rows in random order in shards, each with its own number of
// workers and batches, saves and loads some, and merges them in random order.
func sharded[K purchase.ID](t failer, rng *rand.Rand, opts segment.Options, b purchase.Batch[K], shards int) *segment.Summary[K] {
	t.Helper()
	order := rng.Perm(len(b.Customers))
	parts := make([]*segment.Summary[K], shards)
	for i := range parts {
		o := opts
		o.Workers = 1 + rng.IntN(2)
		parts[i] = newSummary[K](t, o)
		mine := pick(b, order[i*len(order)/shards:(i+1)*len(order)/shards])
		for cut := rng.IntN(2*len(mine.Customers) + 1); len(mine.Customers) > 0; cut = len(mine.Customers) {
			cut = min(cut, len(mine.Customers))
			require.NoError(t, parts[i].AddBatch(pick(mine, places(0, cut))))
			mine = pick(mine, places(cut, len(mine.Customers)))
		}
	}
	for len(parts) > 1 {
		rng.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		a, b := parts[0], reloaded(t, rng, opts, parts[1])
		before := saved(t, b)
		require.NoError(t, a.Merge(b))
		require.Equal(t, before, saved(t, b), "what is merged stays as it was")
		parts = append(parts[2:], reloaded(t, rng, opts, a))
	}
	return parts[0]
}

func places(from, until int) []int {
	list := make([]int, 0, until-from)
	for i := from; i < until; i++ {
		list = append(list, i)
	}
	return list
}

// reloaded returns s, or s saved and loaded, into a zero summary or one with the
// options.
func reloaded[K purchase.ID](t failer, rng *rand.Rand, opts segment.Options, s *segment.Summary[K]) *segment.Summary[K] {
	t.Helper()
	var out *segment.Summary[K]
	switch rng.IntN(3) {
	case 0:
		return s
	case 1:
		out = &segment.Summary[K]{}
	default:
		out = newSummary[K](t, opts)
	}
	require.NoError(t, out.UnmarshalBinary(saved(t, s)))
	return out
}

var (
	summaryOptions = []segment.Options{
		{},
		{Refunds: segment.RefundsGross},
		{Refunds: segment.RefundsIgnore, SameDay: segment.SameDayMerge},
		{SameDay: segment.SameDayMerge, From: winter + 5},
		{Until: winter + 60, Refunds: segment.RefundsGross, SameDay: segment.SameDayMerge},
	}
	winter = calendar.MustDate(2025, time.December, 1)
)

// someLog draws a log of few or many rows.
func someLog(rng *rand.Rand, rows int) purchase.Batch[int64] {
	b := purchase.Batch[int64]{Currency: money.CNY}
	customers := 1 + rng.Int64N(max(1, int64(rows)/4))
	for range rows {
		b.Customers = append(b.Customers, (rng.Int64N(customers)-2)*0x9e3779b97f4a7c)
		b.Days = append(b.Days, winter+calendar.Day(rng.IntN(80)))
		amount := rng.Int64N(2000) - 100
		if rng.IntN(30) == 0 {
			amount = (rng.Int64N(2000) - 1000) << 40
		}
		b.Amounts = append(b.Amounts, amount)
	}
	return b
}

// named is a log with the same customers by text ids.
func named(b purchase.Batch[int64]) purchase.Batch[string] {
	ids := make([]string, len(b.Customers))
	for i, id := range b.Customers {
		ids[i] = "客户" + strconv.FormatInt(id, 36)
	}
	return purchase.Batch[string]{Customers: ids, Days: b.Days, Amounts: b.Amounts, Currency: b.Currency}
}

func checkOrderFree[K purchase.ID](t failer, rng *rand.Rand, opts segment.Options, b purchase.Batch[K]) {
	t.Helper()
	whole := newSummary[K](t, opts)
	require.NoError(t, whole.AddBatch(b))
	want := saved(t, whole)
	scoring := []segment.Scoring{
		{}, {Ties: segment.TiesMid, Binning: segment.Nested}, {Ties: segment.TiesMax, Bins: 3}, {Ties: segment.TiesSplit}, {Ties: segment.TiesSplit, Binning: segment.Nested},
	}[rng.IntN(5)]
	totals, err := whole.Totals()
	require.NoError(t, err)
	for _, shards := range []int{1, 2, 7} {
		s := sharded(t, rng, opts, b, shards)
		require.Equal(t, want, saved(t, s), "%d shards", shards)
		got, err := s.Totals()
		require.NoError(t, err)
		require.Equal(t, totals, got)
		if totals.Purchases > 0 {
			require.Equal(t, scored(t, whole, 0, scoring), scored(t, s, 0, scoring), "%d shards", shards)
		}
	}
}

// Must show 3: rows in any order, in 1, 2 and 7 shards merged in any order, 1 or 2
// workers, saved and loaded in between, are the same bytes and the same scores.
func TestSummaryIsOrderFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		b := someLog(rng, rapid.IntRange(0, 300).Draw(t, "rows"))
		opts := rapid.SampledFrom(summaryOptions).Draw(t, "options")
		if rapid.Bool().Draw(t, "texts") {
			checkOrderFree(t, rng, opts, named(b))
			return
		}
		checkOrderFree(t, rng, opts, b)
	})
}

// The same with enough rows for a second worker to take part.
func TestLongSummaryIsOrderFree(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for i, opts := range summaryOptions {
		if testing.Short() && i > 1 {
			break
		}
		opts.Workers = 2
		b := someLog(rng, 140_000)
		checkOrderFree(t, rng, opts, b)
		if i%2 == 0 {
			checkOrderFree(t, rng, opts, named(b))
		}
	}
}

func TestAddIsAddBatch(t *testing.T) {
	b := named(someLog(rand.New(rand.NewPCG(6, 6)), 2000))
	whole, single := newSummary[string](t, segment.Options{}), &segment.Summary[string]{}
	require.NoError(t, whole.AddBatch(b))
	for i, id := range b.Customers {
		require.NoError(t, single.Add(purchase.Purchase[string]{Customer: id, Day: b.Days[i], Amount: money.Amount{Minor: b.Amounts[i], Currency: money.CNY}}))
	}
	require.Equal(t, saved(t, whole), saved(t, single))

	broken := errors.New("the disk is gone")
	listed := newSummary[string](t, segment.Options{})
	err := listed.AddAll(func(yield func(purchase.Batch[string], error) bool) {
		_ = yield(pick(b, places(0, 500)), nil) && yield(pick(b, places(500, 2000)), nil) && yield(purchase.Batch[string]{}, broken)
	})
	require.ErrorIs(t, err, broken)
	require.Equal(t, saved(t, whole), saved(t, listed), "what came before the error is counted")
}

// Rows that no log should have, and what each is called.
func TestAddBatchRefuses(t *testing.T) {
	long := strings.Repeat("x", purchase.MaxID+1)
	good := purchase.Batch[string]{
		Customers: []string{"a", "李", strings.Repeat("x", purchase.MaxID)}, Days: []calendar.Day{winter, winter + 1, calendar.MinDay},
		Amounts: []int64{1, 0, -5}, Currency: money.CNY,
	}
	for name, c := range map[string]struct {
		change func(b *purchase.Batch[string])
		field  string
		row    int
		want   error
	}{
		"empty id":        {func(b *purchase.Batch[string]) { b.Customers[1] = "" }, "customer", 1, segment.ErrInvalid},
		"256 bytes":       {func(b *purchase.Batch[string]) { b.Customers[2] = long }, "customer", 2, segment.ErrInvalid},
		"256 in 128":      {func(b *purchase.Batch[string]) { b.Customers[2] = strings.Repeat("é", 128) }, "customer", 2, segment.ErrInvalid},
		"not UTF-8":       {func(b *purchase.Batch[string]) { b.Customers[0] = "a\xff" }, "customer", 0, segment.ErrInvalid},
		"cut rune":        {func(b *purchase.Batch[string]) { b.Customers[0] = "李"[:2] }, "customer", 0, segment.ErrInvalid},
		"surrogate":       {func(b *purchase.Batch[string]) { b.Customers[0] = "\xed\xa0\x80" }, "customer", 0, segment.ErrInvalid},
		"NUL":             {func(b *purchase.Batch[string]) { b.Customers[2] = "a\x00b" }, "customer", 2, segment.ErrInvalid},
		"NUL among runes": {func(b *purchase.Batch[string]) { b.Customers[2] = "李\x00" }, "customer", 2, segment.ErrInvalid},
		"no day":          {func(b *purchase.Batch[string]) { b.Days[1] = 0 }, "day", 1, segment.ErrInvalid},
		"day -1":          {func(b *purchase.Batch[string]) { b.Days[2] = -1 }, "day", 2, segment.ErrInvalid},
		"year 10000":      {func(b *purchase.Batch[string]) { b.Days[1] = calendar.MaxDay + 1 }, "day", 1, segment.ErrInvalid},
		"days short":      {func(b *purchase.Batch[string]) { b.Days = b.Days[:2] }, "batch", -1, segment.ErrInvalid},
		"amounts long":    {func(b *purchase.Batch[string]) { b.Amounts = append(b.Amounts, 1) }, "batch", -1, segment.ErrInvalid},
		"no customers":    {func(b *purchase.Batch[string]) { b.Customers = nil }, "batch", -1, segment.ErrInvalid},
		"no currency":     {func(b *purchase.Batch[string]) { b.Currency = 0 }, "currency", 0, segment.ErrCurrency},
		"two currencies":  {func(b *purchase.Batch[string]) { b.Currency = money.USD }, "currency", 0, segment.ErrCurrency},
		"odd currency":    {func(b *purchase.Batch[string]) { b.Currency = 17 }, "currency", -1, segment.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			bad := pick(good, []int{0, 1, 2})
			c.change(&bad)
			var fresh segment.Summary[string]
			empty := saved(t, &fresh)
			s := newSummary[string](t, segment.Options{})
			require.NoError(t, s.AddBatch(good))
			before := saved(t, s)
			err := s.AddBatch(bad)
			require.ErrorIs(t, err, c.want)
			var e *segment.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, c.field, e.Field)
			require.Equal(t, c.row, e.Row)
			require.True(t, strings.HasPrefix(err.Error(), "segment: "), err)
			require.NotContains(t, err.Error(), "李", "no id in an error")
			require.Equal(t, before, saved(t, s), "nothing of the batch is counted")
			if c.want == segment.ErrInvalid {
				require.ErrorIs(t, fresh.AddBatch(bad), segment.ErrInvalid)
				require.Equal(t, empty, saved(t, &fresh))
			}
			require.NoError(t, s.AddBatch(good), "the summary goes on")
		})
	}
	var s segment.Summary[string]
	require.NoError(t, s.AddBatch(purchase.Batch[string]{}))
	require.NoError(t, s.AddBatch(purchase.Batch[string]{Currency: money.USD}))
	require.NoError(t, s.AddBatch(good), "a batch without rows states no currency")
}

func TestTwoCurrencies(t *testing.T) {
	row := func(c money.Currency, minor int64) purchase.Purchase[int64] {
		return purchase.Purchase[int64]{Customer: 1, Day: winter, Amount: money.Amount{Minor: minor, Currency: c}}
	}
	for _, pair := range [][2]money.Currency{{money.CNY, money.USD}, {money.USD, money.CNY}, {0, money.CNY}, {money.CNY, 0}} {
		var s, o segment.Summary[int64]
		require.NoError(t, s.Add(row(pair[0], 100)))
		require.ErrorIs(t, s.Add(row(pair[1], 100)), segment.ErrCurrency)
		require.NoError(t, o.Add(row(pair[1], 100)))
		before := saved(t, &s)
		require.ErrorIs(t, s.Merge(&o), segment.ErrCurrency)
		require.Equal(t, before, saved(t, &s))
		require.NoError(t, s.Merge(&segment.Summary[int64]{}), "a summary without rows has no currency")
		if pair[0] != 0 {
			stated := newSummary[int64](t, segment.Options{Currency: pair[0]})
			require.ErrorIs(t, stated.Add(row(pair[1], 100)), segment.ErrCurrency)
		}
	}
}

// Each amount is converted at the rate of its own day and rounded by itself, so
// that shards agree.
func TestRates(t *testing.T) {
	quote := func(from money.Currency, since calendar.Day, num, den int64) money.Quote {
		return money.Quote{From: from, To: money.CNY, Since: since, Rate: money.Ratio{Num: num, Den: den}}
	}
	rates, err := money.NewRateTable([]money.Quote{
		quote(money.USD, winter, 71, 10), quote(money.USD, winter+10, 72, 10), quote(money.JPY, winter, 1, 20),
	}, money.RateTableOptions{})
	require.NoError(t, err)
	opts := segment.Options{Rates: rates, Currency: money.CNY, Rounding: money.HalfUp}
	s := newSummary[int64](t, opts)
	for _, r := range []struct {
		day   calendar.Day
		minor int64
		in    money.Currency
	}{
		{winter, 105, money.USD},      // 745.5 fen: 746
		{winter + 10, 105, money.USD}, // 756
		{winter + 9, -105, money.USD}, // -745.5 fen: -746
		{winter, 7, money.JPY},        // 35 fen
		{winter + 3, 1000, money.CNY}, // 1000
		{winter + 99, 1, money.USD},   // 7.2: 7
		{winter - 500, 11, money.CNY}, // needs no rate
		{winter + 5, 0, money.USD},    // a gift is a purchase
	} {
		require.NoError(t, s.Add(purchase.Purchase[int64]{Customer: 9, Day: r.day, Amount: money.Amount{Minor: r.minor, Currency: r.in}}))
	}
	totals, err := s.Totals()
	require.NoError(t, err)
	require.Equal(t, money.Amount{Minor: 746 + 756 - 746 + 35 + 1000 + 7 + 11, Currency: money.CNY}, totals.Value)
	require.Equal(t, money.Amount{Minor: -746, Currency: money.CNY}, totals.Refunded)
	require.Equal(t, uint64(7), totals.Purchases)

	before := saved(t, s)
	for _, c := range []struct {
		day   calendar.Day
		minor int64
		in    money.Currency
		want  error
	}{
		{winter - 1, 5, money.USD, segment.ErrCurrency}, // before the first quote
		{winter, 5, money.EUR, segment.ErrCurrency},
		{winter, 5, 0, segment.ErrCurrency},
		{winter, math.MaxInt64, money.USD, segment.ErrOverflow},
	} {
		err := s.AddBatch(purchase.Batch[int64]{
			Customers: []int64{1, 2}, Days: []calendar.Day{winter + 50, c.day}, Amounts: []int64{0, c.minor}, Currency: c.in,
		})
		require.ErrorIs(t, err, c.want)
		var e *segment.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, "amount", e.Field)
		require.Equal(t, before, saved(t, s))
	}
}

func TestOptionsValidate(t *testing.T) {
	rates := &money.RateTable{}
	for field, o := range map[string]segment.Options{
		"from":     {From: -1},
		"until":    {Until: calendar.MaxDay + 1},
		"refunds":  {Refunds: 3},
		"same_day": {SameDay: 2},
		"currency": {Rates: rates},
		"workers":  {Workers: -1},
	} {
		_, err := segment.NewSummary[int64](o)
		require.ErrorIs(t, err, segment.ErrInvalid)
		var e *segment.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, field, e.Field)
		require.Equal(t, -1, e.Row)
	}
	require.ErrorIs(t, segment.Options{From: winter, Until: winter}.Validate(), segment.ErrInvalid)
	require.NoError(t, segment.Options{From: winter, Until: winter + 1}.Validate())
	all := segment.Options{From: -1, Until: -1, Refunds: 9, SameDay: 9, Rates: rates, Workers: -1}.Validate()
	for _, field := range []string{"from", "until", "refunds", "same_day", "currency", "workers"} {
		require.ErrorContains(t, all, "segment: "+field)
	}
}

func TestMergeRefuses(t *testing.T) {
	s := newSummary[int64](t, segment.Options{})
	require.ErrorIs(t, s.Merge(s), segment.ErrInvalid)
	for _, o := range []segment.Options{{From: winter}, {Until: winter}, {Refunds: segment.RefundsGross}, {SameDay: segment.SameDayMerge}} {
		require.ErrorIs(t, s.Merge(newSummary[int64](t, o)), segment.ErrInvalid)
		require.ErrorIs(t, newSummary[int64](t, o).Merge(s), segment.ErrInvalid)
		b := saved(t, newSummary[int64](t, o))
		require.ErrorIs(t, newSummary[int64](t, segment.Options{Workers: 2}).UnmarshalBinary(b), segment.ErrInvalid)
	}
	require.NoError(t, s.Merge(newSummary[int64](t, segment.Options{Workers: 2})), "workers mean nothing")
}
