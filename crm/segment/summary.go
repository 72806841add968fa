package segment

import (
	"iter"
	"math"
	"math/big"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

// Summary accumulates purchases into what RFM needs of each customer: first and
// last day, number of purchases, and value (消费汇总). It reads a log once, in any
// order, and its memory grows with the customers, not with the rows.
//
// Summaries are mergeable: the rows of a log may be split over shards, goroutines
// or machines, summed apart, saved, loaded and merged in any order, and every
// result is the same to the last byte as that of one pass. All state is integer;
// sums have 96 bits, so even the refusal of a sum that leaves 64 bits does not
// depend on the order.
//
// The zero value is ready to use and has the default [Options]. A Summary is not
// safe for concurrent use; give each goroutine its own and merge them.
type Summary[K purchase.ID] struct {
	opts     Options
	table    *table
	currency money.Currency
	stated   bool // a row, or the options, fixed the currency

	tallies

	oneID     [1]K // Add's batch of one
	oneDay    [1]calendar.Day
	oneAmount [1]int64
}

// NewSummary returns an empty summary, or the problems of the options.
func NewSummary[K purchase.ID](opts Options) (*Summary[K], error) {
	if err := opts.Validate(); err != nil {
		return nil, err
	}
	return &Summary[K]{opts: opts, currency: opts.Currency, stated: opts.Currency != 0}, nil
}

// Add counts one purchase. See [Summary.AddBatch] for the rules and the errors.
func (s *Summary[K]) Add(p purchase.Purchase[K]) error {
	s.oneID[0], s.oneDay[0], s.oneAmount[0] = p.Customer, p.Day, p.Amount.Minor
	return s.AddBatch(purchase.Batch[K]{
		Customers: s.oneID[:], Days: s.oneDay[:], Amounts: s.oneAmount[:], Currency: p.Amount.Currency,
	})
}

// AddAll counts the batches of a log, such as [purchase.Reader.Batches] yields,
// and stops at the first error, its own or the log's.
func (s *Summary[K]) AddAll(log iter.Seq2[purchase.Batch[K], error]) error {
	for b, err := range log {
		if err != nil {
			return err
		}
		if err := s.AddBatch(b); err != nil {
			return err
		}
	}
	return nil
}

// AddBatch counts the rows of b: identical rows count as often as they stand
// there, zero amounts are purchases, refunds follow Options.Refunds, and rows
// outside [Options.From, Options.Until) are only tallied ([Totals].Outside). The
// columns are not kept.
//
// It adds the whole batch or, on an error, nothing of it. The error is an *Error
// that names column and row: ErrInvalid for columns of different lengths, a day
// that is none, an id that is empty, longer than 255 bytes, not UTF-8 or with a
// NUL; ErrCurrency for a currency that differs from the summary's where no rates
// are given, and whatever the rates answer.
func (s *Summary[K]) AddBatch(b purchase.Batch[K]) error {
	if err := checkBatch(b); err != nil || len(b.Customers) == 0 {
		return err
	}
	first, last, least := extremes(b.Days, b.Amounts)
	if !first.Valid() || !last.Valid() {
		return refuseRow("day", slices.IndexFunc(b.Days, func(d calendar.Day) bool { return !d.Valid() }),
			"is not a day of the years 1 to 9999")
	}
	foreign, err := s.settle(b.Currency)
	if err != nil {
		return err
	}
	s.init()
	inside := first >= s.opts.From && (s.opts.Until == 0 || last < s.opts.Until)
	if foreign || !inside || least < 0 {
		return s.addSome(b)
	}
	s.rows += uint64(len(b.Days))
	s.latest = max(s.latest, last)
	s.spread(b)
	return nil
}

func (s *Summary[K]) init() {
	if s.table == nil {
		s.table = newTable(s.opts.counted())
	}
}

func checkBatch[K purchase.ID](b purchase.Batch[K]) error {
	if len(b.Days) != len(b.Customers) || len(b.Amounts) != len(b.Customers) {
		return refuse("batch", "its columns have %d, %d and %d rows", len(b.Customers), len(b.Days), len(b.Amounts))
	}
	if !b.Currency.Valid() {
		return refuse("currency", "is not three upper-case letters")
	}
	if ids, ok := any(b.Customers).([]string); ok {
		for i, id := range ids {
			if msg := idProblem(id); msg != "" {
				return refuseRow("customer", i, "%s", msg)
			}
		}
	}
	return nil
}

// idProblem says what is wrong with a text id, "" for nothing.
func idProblem(id string) string {
	plain := true
	for i := 0; i < len(id); i++ {
		plain = plain && id[i]-1 < 0x7f
	}
	switch {
	case len(id) == 0:
		return "has an empty id"
	case len(id) > math.MaxUint8:
		return "has an id of more than 255 bytes"
	case plain:
		return ""
	case !utf8.ValidString(id):
		return "has an id that is not UTF-8"
	}
	for i := 0; i < len(id); i++ {
		if id[i] == 0 {
			return "has an id with a NUL"
		}
	}
	return ""
}

// settle fixes the summary's currency where this is the first amount, and reports
// whether amounts in c must be converted.
func (s *Summary[K]) settle(c money.Currency) (foreign bool, err error) {
	if !s.stated {
		s.currency, s.stated = c, true
	}
	if c != s.currency && s.opts.Rates == nil {
		return true, &Error{Field: "currency", Row: 0, Err: ErrCurrency,
			Msg: "amounts in " + currencyName(c) + " met amounts in " + currencyName(s.currency) + " without rates"}
	}
	return c != s.currency, nil
}

// converted returns the amount of row i in the summary's currency.
func (s *Summary[K]) converted(b purchase.Batch[K], i int) (int64, error) {
	if b.Currency == s.currency {
		return b.Amounts[i], nil
	}
	a, err := money.Convert(money.Amount{Minor: b.Amounts[i], Currency: b.Currency}, s.currency, b.Days[i], s.opts.Rates, s.opts.Rounding)
	if err != nil {
		return 0, &Error{Field: "amount", Row: i, Msg: "cannot be converted", Err: err}
	}
	return a.Minor, nil
}

func currencyName(c money.Currency) string {
	if c == 0 {
		return "no stated currency"
	}
	return c.String()
}

// extremes returns the first and the last of at least one day, and the least
// amount.
func extremes(days []calendar.Day, amounts []int64) (first, last calendar.Day, least int64) {
	first, last, least = days[0], days[0], amounts[0]
	amounts = amounts[:len(days)]
	for i, d := range days {
		first, last, least = min(first, d), max(last, d), min(least, amounts[i])
	}
	return first, last, least
}

// addSome is AddBatch for a batch of which some rows do not count, lower a sum or
// must be converted. What a row is follows from its amount as it stands: a refund
// that converts to nothing is no purchase.
func (s *Summary[K]) addSome(b purchase.Batch[K]) error {
	add := tallies{rows: uint64(len(b.Days))}
	kept := purchase.Batch[K]{Currency: s.currency}
	var empty []K // customers with a refund of nothing
	for i, d := range b.Days {
		if d < s.opts.From || s.opts.Until != 0 && d >= s.opts.Until {
			add.outside++
			continue
		}
		refund := b.Amounts[i] < 0
		amount, err := s.converted(b, i)
		if err != nil {
			return err
		}
		if refund {
			add.refunds++
			add.refunded.add(amount)
			if s.opts.Refunds == RefundsIgnore {
				continue
			}
		}
		if !refund || s.opts.Refunds == RefundsNet {
			add.latest = max(add.latest, d)
		}
		if refund && amount == 0 {
			empty = append(empty, b.Customers[i])
			continue
		}
		kept.Customers = append(kept.Customers, b.Customers[i])
		kept.Days = append(kept.Days, d)
		kept.Amounts = append(kept.Amounts, amount)
	}
	s.tallies.merge(add)
	for _, id := range empty {
		s.table.place(any(id))
	}
	s.spread(kept)
	return nil
}

// tallies are the figures of a whole summary that are kept beside its customers.
type tallies struct {
	rows, refunds, outside uint64
	refunded               sum128
	latest                 calendar.Day // of the rows that moved a customer's figures
}

func (t *tallies) merge(o tallies) {
	t.rows += o.rows
	t.refunds += o.refunds
	t.outside += o.outside
	t.refunded.addSum(o.refunded)
	t.latest = max(t.latest, o.latest)
}

// worthSharing is the number of rows from which a second goroutine pays.
const worthSharing = 1 << 16

// spread puts the rows into the table. Workers own disjoint parts of it and each
// reads all rows, so that they need no lock and no order.
func (s *Summary[K]) spread(b purchase.Batch[K]) {
	s.table.makeRoom(len(b.Customers))
	put := func(lo, hi int) {
		switch ids := any(b.Customers).(type) {
		case []int64:
			s.table.addInts(ids, b.Days, b.Amounts, lo, hi)
		case []string:
			s.table.addTexts(ids, b.Days, b.Amounts, lo, hi)
		}
	}
	workers := min(max(s.opts.Workers, 1), partCount)
	if workers == 1 || len(b.Customers) < worthSharing {
		put(0, partCount)
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { put(w*partCount/workers, (w+1)*partCount/workers) })
	}
	wg.Wait()
}

// Merge adds all that o has counted to s and leaves o's meaning as it is. Both
// must have been made with the same From, Until, Refunds and SameDay (ErrInvalid)
// and hold one currency (ErrCurrency); a summary without rows goes with any
// currency. A summary cannot be merged into itself (ErrInvalid).
func (s *Summary[K]) Merge(o *Summary[K]) error {
	if s == o {
		return refuse("summary", "cannot be merged into itself")
	}
	if a, b := s.opts.counted(), o.opts.counted(); a != b {
		return refuse("options", "%s and %s do not mean the same", a, b)
	}
	switch {
	case o.rows == 0:
		return nil
	case !s.stated || s.rows == 0 && s.opts.Currency == 0:
		s.currency, s.stated = o.currency, true
	case s.currency != o.currency:
		return &Error{Field: "currency", Row: -1, Err: ErrCurrency,
			Msg: "amounts in " + currencyName(o.currency) + " met amounts in " + currencyName(s.currency)}
	}
	s.tallies.merge(o.tallies)
	if o.table == nil {
		return nil
	}
	s.init()
	s.table.mergeTable(o.table, isText[K]())
	return nil
}

func isText[K purchase.ID]() bool {
	var k K
	_, ok := any(k).(string)
	return ok
}

// Len returns the number of customers.
func (s *Summary[K]) Len() int {
	if s.table == nil {
		return 0
	}
	s.table.flush()
	n := 0
	for i := range s.table.parts {
		n += int(s.table.parts[i].count)
	}
	return n
}

// Totals are the figures of a whole summary, under its Options: period [From,
// Until), refund policy, same-day policy.
type Totals struct {
	Customers int    // ids with a counted row, those known only by refunds included
	Rows      uint64 // rows read
	Purchases uint64 // purchases counted, by the same-day policy
	Refunds   uint64 // rows with a negative amount in the period
	Outside   uint64 // rows outside [From, Until)

	Value       money.Amount // sum of the customers' values
	Refunded    money.Amount // sum of the refunds in the period, zero or below
	First, Last calendar.Day // days of the first and the last purchase; zero where there is none

	From, Until calendar.Day // what was counted: see Options
	RefundsAs   Refunds
	SameDay     SameDay
}

// Totals returns the sums over all customers. ErrOverflow where the value or the
// refunds leave 64 bits.
func (s *Summary[K]) Totals() (Totals, error) {
	t := Totals{
		Rows: s.rows, Refunds: s.refunds, Outside: s.outside, Customers: s.Len(),
		From: s.opts.From, Until: s.opts.Until, RefundsAs: s.opts.Refunds, SameDay: s.opts.SameDay,
	}
	var value sum128
	if s.table != nil {
		if s.countless() {
			return Totals{}, errCount()
		}
		for i := range s.table.parts {
			p := &s.table.parts[i]
			for j := range p.count {
				e := p.at(j)
				value.addSum(sum128{e.lo, int64(e.hi)})
				t.Purchases += uint64(e.n)
				if e.n > 0 {
					if t.First == 0 || calendar.Day(e.first) < t.First {
						t.First = calendar.Day(e.first)
					}
					t.Last = max(t.Last, calendar.Day(e.last))
				}
			}
		}
	}
	v, ok1 := value.int64()
	r, ok2 := s.refunded.int64()
	if !ok1 || !ok2 {
		return Totals{}, &Error{Field: "amount", Row: -1, Msg: "the total is " + value.big().String() + " minor units", Err: ErrOverflow}
	}
	t.Value = money.Amount{Minor: v, Currency: s.currency}
	t.Refunded = money.Amount{Minor: r, Currency: s.currency}
	return t, nil
}

// countless reports whether a customer has too many purchases, or the summary too
// many refunds that count, for their sums to keep to 96 bits in any order.
func (s *Summary[K]) countless() bool {
	return s.table.wrapped() || s.opts.Refunds == RefundsNet && s.refunds > math.MaxUint32
}

func errCount() error {
	return &Error{Field: "purchases", Row: -1, Msg: "2^32 purchases of one customer, or refunds in all, are too many", Err: ErrOverflow}
}

// sum128 is an exact sum of int64 values.
type sum128 struct {
	lo uint64
	hi int64
}

func (s *sum128) add(v int64) { s.addSum(sum128{uint64(v), v >> 63}) }

func (s *sum128) addSum(o sum128) {
	lo := s.lo + o.lo
	if lo < s.lo {
		s.hi++
	}
	s.lo, s.hi = lo, s.hi+o.hi
}

// int64 returns the sum, and whether it fits.
func (s sum128) int64() (int64, bool) { return int64(s.lo), s.hi == int64(s.lo)>>63 }

func (s sum128) big() *big.Int {
	b := new(big.Int).Lsh(big.NewInt(s.hi), 64)
	return b.Add(b, new(big.Int).SetUint64(s.lo))
}
