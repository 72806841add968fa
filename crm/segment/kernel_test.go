package segment

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

// figures are what a summary holds of one customer; the value as text, because it
// may leave 64 bits.
type figures struct {
	purchases   uint32
	value       string
	first, last calendar.Day
}

// plainSum is the plain way to sum a log: a map, big integers, a set of days.
type plainSum[K purchase.ID] struct {
	opts                   Options
	customers              map[K]*plainSumCustomer
	rows, refunds, outside uint64
	refunded               big.Int
}

type plainSumCustomer struct {
	rows        int
	value       big.Int
	first, last calendar.Day
	days        map[calendar.Day]bool
}

func newPlainSum[K purchase.ID](opts Options) *plainSum[K] {
	return &plainSum[K]{opts: opts, customers: map[K]*plainSumCustomer{}}
}

func (r *plainSum[K]) add(id K, day calendar.Day, amount int64) {
	r.rows++
	if day < r.opts.From || r.opts.Until != 0 && day >= r.opts.Until {
		r.outside++
		return
	}
	if amount < 0 {
		r.refunds++
		r.refunded.Add(&r.refunded, big.NewInt(amount))
		if r.opts.Refunds == RefundsIgnore {
			return
		}
	}
	c := r.customers[id]
	if c == nil {
		c = &plainSumCustomer{days: map[calendar.Day]bool{}}
		r.customers[id] = c
	}
	if amount < 0 && r.opts.Refunds == RefundsGross {
		return
	}
	c.value.Add(&c.value, big.NewInt(amount))
	if amount < 0 {
		return
	}
	if c.rows == 0 || day < c.first {
		c.first = day
	}
	c.last = max(c.last, day)
	c.rows++
	c.days[day] = true
}

func (r *plainSum[K]) figures() map[K]figures {
	all := map[K]figures{}
	for id, c := range r.customers {
		n := c.rows
		if r.opts.SameDay == SameDayMerge {
			n = len(c.days)
		}
		all[id] = figures{uint32(n), c.value.String(), c.first, c.last}
	}
	return all
}

// contents reads the table of a summary.
func contents[K purchase.ID](s *Summary[K]) map[K]figures {
	all := map[K]figures{}
	if s.Len() == 0 {
		return all
	}
	for n := range s.table.parts {
		p := &s.table.parts[n]
		for j, id := range appendIDs([]K(nil), p) {
			e := p.at(uint32(j))
			f := figures{purchases: e.n, value: sum128{e.lo, int64(e.hi)}.big().String()}
			if e.n > 0 {
				f.first, f.last = calendar.Day(e.first), calendar.Day(e.last)
			}
			all[id] = f
		}
	}
	return all
}

// failer is what *testing.T and *rapid.T have in common.
type failer interface {
	require.TestingT
	Helper()
}

func requireSame[K purchase.ID](t failer, want *plainSum[K], s *Summary[K]) {
	t.Helper()
	require.Equal(t, want.figures(), contents(s))
	require.Equal(t, len(want.customers), s.Len())
	require.Equal(t, []uint64{want.rows, want.refunds, want.outside}, []uint64{s.rows, s.refunds, s.outside})
	require.Equal(t, want.refunded.String(), s.refunded.big().String())
}

// addInBatches adds rows in batches of the sizes in turn, and spoils each batch
// afterwards: a summary keeps no column.
func addInBatches[K purchase.ID](t failer, s *Summary[K], log purchase.Batch[K], sizes ...int) {
	t.Helper()
	for i := 0; len(log.Customers) > 0; i++ {
		n := min(max(1, sizes[i%len(sizes)]), len(log.Customers))
		b := purchase.Batch[K]{Customers: slices.Clone(log.Customers[:n]), Days: slices.Clone(log.Days[:n]), Amounts: slices.Clone(log.Amounts[:n])}
		require.NoError(t, s.AddBatch(b))
		clear(b.Customers)
		clear(b.Days)
		clear(b.Amounts)
		log.Customers, log.Days, log.Amounts = log.Customers[n:], log.Days[n:], log.Amounts[n:]
	}
}

var newYear = calendar.MustDate(2024, 1, 1)

func hardAmount() *rapid.Generator[int64] {
	return rapid.OneOf(
		rapid.Int64Range(-500, 10_000),
		rapid.Just(int64(0)),
		rapid.Int64(),
		rapid.SampledFrom([]int64{1 << 41, 1<<41 - 1, 1<<41 - 2, 1<<41 + 1, -1 << 41, -1<<41 + 1, -1<<41 - 1,
			math.MaxInt64, math.MinInt64, math.MaxInt64 - 1, -1, 1}),
	)
}

func hardDay() *rapid.Generator[calendar.Day] {
	return rapid.OneOf(
		rapid.Custom(func(t *rapid.T) calendar.Day { return newYear + calendar.Day(rapid.IntRange(0, 40).Draw(t, "day")) }),
		rapid.SampledFrom([]calendar.Day{calendar.MinDay, calendar.MaxDay, newYear}),
	)
}

func hardText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.Map(rapid.StringN(1, 60, purchase.MaxID), func(s string) string { return strings.ReplaceAll(s, "\x00", "0") }),
		rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat("关系", 40) + rapid.StringMatching(`[a-c]{0,3}`).Draw(t, "suffix")
		}),
		rapid.SampledFrom([]string{"a", "aa", "\x7f", "é", "关", strings.Repeat("x", purchase.MaxID), strings.Repeat("x", purchase.MaxID-1),
			strings.Repeat("关", 85), "12345678", "123456789"}),
	)
}

func hardOptions() *rapid.Generator[Options] {
	return rapid.Custom(func(t *rapid.T) Options {
		return Options{
			From:    rapid.SampledFrom([]calendar.Day{0, calendar.MinDay, newYear + 10}).Draw(t, "from"),
			Until:   rapid.SampledFrom([]calendar.Day{0, newYear + 25, calendar.MaxDay}).Draw(t, "until"),
			Refunds: rapid.SampledFrom([]Refunds{RefundsNet, RefundsGross, RefundsIgnore}).Draw(t, "refunds"),
			SameDay: rapid.SampledFrom([]SameDay{SameDayKeep, SameDayMerge}).Draw(t, "same day"),
		}
	})
}

// drawLog draws rows of customers out of a small pool.
func drawLog[K purchase.ID](t *rapid.T, pool []K) purchase.Batch[K] {
	n := rapid.IntRange(0, 200).Draw(t, "rows")
	return purchase.Batch[K]{
		Customers: rapid.SliceOfN(rapid.SampledFrom(pool), n, n).Draw(t, "customers"),
		Days:      rapid.SliceOfN(hardDay(), n, n).Draw(t, "days"),
		Amounts:   rapid.SliceOfN(hardAmount(), n, n).Draw(t, "amounts"),
	}
}

func checkKernel[K purchase.ID](t *rapid.T, pool []K) {
	opts, log := hardOptions().Draw(t, "options"), drawLog(t, pool)
	want := newPlainSum[K](opts)
	for i, id := range log.Customers {
		want.add(id, log.Days[i], log.Amounts[i])
	}
	s, err := NewSummary[K](opts)
	require.NoError(t, err)
	addInBatches(t, s, log, rapid.SliceOfN(rapid.IntRange(1, 64), 1, 3).Draw(t, "batches")...)
	requireSame(t, want, s)
	requireSame(t, want, s) // reading changes nothing
}

func TestKernelInt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-2, 2), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, 0, 1 << 32}))
		checkKernel(t, rapid.SliceOfN(ids, 1, 30).Draw(t, "pool"))
	})
}

func TestKernelText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkKernel(t, rapid.SliceOfN(hardText(), 1, 30).Draw(t, "pool")) })
}

// longLog draws a log that fills buckets and slots over and over: customers by a
// squared uniform number, a fiftieth of the rows refunds, a few amounts that do not
// fit a packed row.
func longLog(rng *rand.Rand, rows, customers int) purchase.Batch[int64] {
	log := purchase.Batch[int64]{Customers: make([]int64, rows), Days: make([]calendar.Day, rows), Amounts: make([]int64, rows)}
	for i := range rows {
		u := rng.Float64()
		log.Customers[i] = int64(u*u*float64(customers)) - 5
		log.Days[i] = newYear + calendar.Day(rng.IntN(30))
		log.Amounts[i] = rng.Int64N(100_000)
		switch rng.IntN(100) {
		case 0, 1:
			log.Amounts[i] = -log.Amounts[i]
		case 2:
			log.Amounts[i] = int64(rng.Uint64())
		}
	}
	return log
}

func longRows() int {
	if testing.Short() {
		return 100_000
	}
	return 280_000 // the last size of the buckets is reached above 262,144
}

func asTexts(log purchase.Batch[int64]) purchase.Batch[string] {
	ids := make([]string, len(log.Customers))
	for i, id := range log.Customers {
		ids[i] = fmt.Sprintf("客户/%d", id)
	}
	return purchase.Batch[string]{Customers: ids, Days: log.Days, Amounts: log.Amounts}
}

func checkLong[K purchase.ID](t *testing.T, opts Options, log purchase.Batch[K], sizes ...int) *Summary[K] {
	t.Helper()
	want := newPlainSum[K](opts)
	for i, id := range log.Customers {
		want.add(id, log.Days[i], log.Amounts[i])
	}
	s, err := NewSummary[K](opts)
	require.NoError(t, err)
	addInBatches(t, s, log, sizes...)
	requireSame(t, want, s)
	return s
}

// mostSlots is a question of the fullest part: about once in a hundred keys, ids in a row
// leave one of the parts empty.
func mostSlots(parts *[partCount]part) (most int) {
	for i := range parts {
		most = max(most, len(parts[i].slots))
	}
	return most
}

func TestKernelLong(t *testing.T) {
	rows := longRows()
	for i, c := range []struct {
		customers int
		opts      Options
		sizes     []int
	}{
		{20_000, Options{}, []int{rows}},
		{20_000, Options{}, []int{1, 100, 10_000}},
		{20_000, Options{Workers: 2}, []int{worthSharing, 1000}},
		{20_000, Options{Workers: 1000, Refunds: RefundsGross, SameDay: SameDayMerge, From: newYear + 3, Until: newYear + 28}, []int{rows}},
		{1, Options{}, []int{rows}},
		{3, Options{SameDay: SameDayMerge}, []int{997}},
		{300, Options{Refunds: RefundsIgnore, SameDay: SameDayMerge}, []int{5000}},
		{100_000, Options{Refunds: RefundsGross}, []int{40_000}},
	} {
		log := longLog(rand.New(rand.NewPCG(uint64(i), 1)), rows, c.customers)
		s := checkLong(t, c.opts, log, c.sizes...)
		if !testing.Short() && c.opts.From == 0 {
			require.Equal(t, lastBucket, s.table.bucketCap, "the buckets have grown")
		}
		if c.customers >= 20_000 {
			require.Greater(t, mostSlots(&s.table.parts), firstSlots, "the slots have grown")
		}
		if i%3 == 0 {
			checkLong(t, c.opts, asTexts(log), c.sizes...)
		}
	}
}

// Ids that all share one hash are told apart by the ids alone.
func TestKernelWithoutHash(t *testing.T) {
	log := longLog(rand.New(rand.NewPCG(5, 5)), 20_000, 700)
	want := newPlainSum[int64](Options{})
	for i, id := range log.Customers {
		want.add(id, log.Days[i], log.Amounts[i])
	}
	for _, k1 := range []uint64{0, 1} { // every hash is 0; the upper 32 bits of every hash are 0
		s := &Summary[int64]{}
		s.init()
		s.table.k0, s.table.k1 = 0, k1
		addInBatches(t, s, log, 500)
		requireSame(t, want, s)
	}
}

// A table of few customers stays small: shards and cells are many.
func TestSmallSummaryIsSmall(t *testing.T) {
	var s Summary[int64]
	require.NoError(t, s.AddBatch(longLog(rand.New(rand.NewPCG(1, 1)), 10, 10)))
	require.Equal(t, firstBucket, s.table.bucketCap)
}
