package segment

import (
	"cmp"
	"hash/maphash"
	"iter"
	"math"
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

// NewHistory reads a log once, such as [purchase.Reader.Batches] yields it, and
// stops at the first error, its own or the log's. See [HistoryBuilder] for the
// rules and the errors.
func NewHistory[K purchase.ID](log iter.Seq2[purchase.Batch[K], error], opts Options) (*History[K], error) {
	b, err := NewHistoryBuilder[K](opts)
	if err != nil {
		return nil, err
	}
	for batch, err := range log {
		if err != nil {
			return nil, err
		}
		if err := b.AddBatch(batch); err != nil {
			return nil, err
		}
	}
	return b.Build()
}

// HistoryBuilder collects the rows of a log for a [History]. Rows may come in
// any order; identical rows count as often as they stand there, zero amounts are
// purchases, refunds and days follow [Options], of which Workers is not used.
//
// The zero value is ready to use and has the default Options. A builder is not
// safe for concurrent use.
type HistoryBuilder[K purchase.ID] struct {
	opts     Options
	currency money.Currency
	stated   bool // a row, or the options, fixed the currency

	table    *table     // numbers the customers; nothing is summed in it
	held     []heldRows // by part of the table
	absolute uint64     // sum of the amounts without their signs
}

// NewHistoryBuilder returns an empty builder, or the problems of the options.
func NewHistoryBuilder[K purchase.ID](opts Options) (*HistoryBuilder[K], error) {
	if err := opts.Validate(); err != nil {
		return nil, err
	}
	b := emptyBuilder[K](opts)
	return &b, nil
}

func emptyBuilder[K purchase.ID](opts Options) HistoryBuilder[K] {
	return HistoryBuilder[K]{opts: opts, currency: opts.Currency, stated: opts.Currency != 0}
}

// Add takes one purchase. See [HistoryBuilder.AddBatch] for the errors.
func (b *HistoryBuilder[K]) Add(p purchase.Purchase[K]) error {
	return b.AddBatch(purchase.Batch[K]{
		Customers: []K{p.Customer}, Days: []calendar.Day{p.Day}, Amounts: []int64{p.Amount.Minor},
		Currency: p.Amount.Currency,
	})
}

// AddBatch takes the rows of batch, whose columns are not kept. It takes all or,
// on an error, none. The errors are those of [Summary.AddBatch], and ErrOverflow
// where the amounts without their signs add up to more than an int64 holds: the
// sum of no customer and of no period can overflow then.
func (b *HistoryBuilder[K]) AddBatch(batch purchase.Batch[K]) error {
	if err := checkBatch(batch); err != nil {
		return err
	}
	if row := slices.IndexFunc(batch.Days, func(d calendar.Day) bool { return !d.Valid() }); row >= 0 {
		return refuseRow("day", row, "is not a day of the years 1 to 9999")
	}
	if len(batch.Customers) == 0 {
		return nil
	}
	currency := b.currency
	if !b.stated {
		currency = batch.Currency
	}
	amounts := batch.Amounts
	if batch.Currency != currency {
		var err error
		if amounts, err = b.converted(batch, currency); err != nil {
			return err
		}
	}
	absolute, err := b.weigh(batch, amounts)
	if err != nil {
		return err
	}
	b.currency, b.stated, b.absolute = currency, true, absolute
	if b.table == nil {
		b.table, b.held = newTable(counted{}), make([]heldRows, partCount)
	}
	b.scatter(batch, amounts)
	return nil
}

// counts reports whether the options let a row count.
func (b *HistoryBuilder[K]) counts(day calendar.Day, amount int64) bool {
	return day >= b.opts.From && (day < b.opts.Until || b.opts.Until == 0) &&
		(amount >= 0 || b.opts.Refunds != RefundsIgnore)
}

// converted returns the amounts of the rows that count in another currency.
func (b *HistoryBuilder[K]) converted(batch purchase.Batch[K], to money.Currency) ([]int64, error) {
	if b.opts.Rates == nil {
		return nil, &Error{Field: "currency", Row: 0, Err: ErrCurrency,
			Msg: "amounts in " + currencyName(batch.Currency) + " met amounts in " + currencyName(to) + " without rates"}
	}
	amounts := make([]int64, len(batch.Amounts))
	for i, minor := range batch.Amounts {
		if !b.counts(batch.Days[i], minor) {
			continue
		}
		from := money.Amount{Minor: minor, Currency: batch.Currency}
		a, err := money.Convert(from, to, batch.Days[i], b.opts.Rates, b.opts.Rounding)
		if err != nil {
			return nil, &Error{Field: "amount", Row: i, Msg: "cannot be converted", Err: err}
		}
		amounts[i] = a.Minor
	}
	return amounts, nil
}

// weigh adds the amounts that count to the sum without signs.
func (b *HistoryBuilder[K]) weigh(batch purchase.Batch[K], amounts []int64) (uint64, error) {
	sum := b.absolute
	for i, a := range amounts {
		if !b.counts(batch.Days[i], batch.Amounts[i]) {
			continue
		}
		if a < 0 {
			a = -a // the least int64 stays itself, and beyond as a uint64
		}
		if sum += uint64(a); sum > math.MaxInt64 {
			return 0, &Error{Field: "amount", Row: i, Msg: "takes the sum of the amounts without signs out of 64 bits", Err: ErrOverflow}
		}
	}
	return sum, nil
}

// Rows are grouped in the way the kernel sums them: sorted into buckets by the
// hash of the customer, so that the table and the counters that a full bucket
// meets stay in the second-level cache.

// heldRows are the rows of one part of the table: a bucket of rows as they came,
// and the earlier buckets with their customers found.
type heldRows struct {
	rows []row
	ids  []byte // the text ids of rows, each behind a byte for its length

	customers [][]uint32 // entry of the customer in the part
	keys      [][]uint64 // sort keys, in step
	wide      []wideRow
}

const heldBucket = 4096 // rows: 64 KiB

// wideRow is a row whose amount does not fit a sort key.
type wideRow struct {
	customer uint32
	day      calendar.Day
	amount   int64
}

// A sort key orders the rows of a customer by day, then amount: it has the day
// above the amount, from the smallest that a kernel row packs.
const amountBits = 64 - dayBits

func sortKey(packed int64) uint64 {
	return uint64(packed&dayMask)<<amountBits | uint64(packed>>dayBits+1<<(amountBits-1))
}

func unpackKey(key uint64) (calendar.Day, int64) {
	return calendar.Day(key >> amountBits), int64(key&(1<<amountBits-1)) - 1<<(amountBits-1)
}

// scatter puts the rows that count into the buckets.
func (b *HistoryBuilder[K]) scatter(batch purchase.Batch[K], amounts []int64) {
	t := b.table
	ints, _ := any(batch.Customers).([]int64)
	texts, _ := any(batch.Customers).([]string)
	for i, day := range batch.Days {
		if !b.counts(day, batch.Amounts[i]) {
			continue
		}
		var h, key uint64
		if texts == nil {
			key = uint64(ints[i])
			h = t.hash(ints[i])
		} else {
			key = maphash.String(t.seed, texts[i])
			h = key
		}
		n, amount := h>>(64-partBits), amounts[i]
		p, s := &t.parts[n], &b.held[n]
		// A refund that was converted to nothing is no purchase of nothing.
		void := amount == 0 && batch.Amounts[i] < 0
		if void || amount > maxPacked || amount < -maxPacked {
			var customer uint32
			if texts == nil {
				customer = t.findInt(p, ints[i], h)
			} else {
				customer = t.findText(p, []byte(texts[i]), h)
			}
			if !void {
				s.wide = append(s.wide, wideRow{customer, day, amount})
			}
			continue
		}
		s.rows = append(s.rows, row{key, amount<<dayBits | int64(day)})
		if texts != nil {
			s.ids = append(append(s.ids, byte(len(texts[i]))), texts[i]...)
		}
		if len(s.rows) == heldBucket {
			s.flush(t, p)
		}
	}
}

// flush finds the customers of the bucket's rows and empties it.
func (s *heldRows) flush(t *table, p *part) {
	customers, keys := make([]uint32, len(s.rows)), make([]uint64, len(s.rows))
	ids := s.ids
	p.sweep(len(s.rows))
	for j, r := range s.rows {
		if len(s.ids) == 0 {
			customers[j] = t.findInt(p, int64(r.key), t.hash(int64(r.key)))
		} else {
			n := 1 + int(ids[0])
			customers[j] = t.findText(p, ids[1:n], r.key)
			ids = ids[n:]
		}
		keys[j] = sortKey(r.v)
	}
	s.rows, s.ids = s.rows[:0], s.ids[:0]
	s.customers, s.keys = append(s.customers, customers), append(s.keys, keys)
}

// Build returns the history of the rows taken and leaves the builder empty.
// ErrInsufficientData where there is no purchase among them.
func (b *HistoryBuilder[K]) Build() (*History[K], error) {
	opts := b.opts
	h := &History[K]{
		currency: b.currency, from: opts.From, until: opts.Until, refunds: opts.Refunds, sameDay: opts.SameDay,
	}
	ids, rows := b.grouped()
	*b = emptyBuilder[K](opts)
	h.write(ids, rows, opts.SameDay == SameDayMerge)
	return h.counted()
}

// groupedRows are rows sorted by customer, day and amount: those of customer i
// are keys[ends[i-1]:ends[i]], and the wide ones that have that number.
type groupedRows struct {
	keys []uint64
	ends []int
	wide []wideRow
}

// grouped empties the parts, one after the other, and returns the ids of their
// customers, in no useful order, with their rows.
func (b *HistoryBuilder[K]) grouped() ([]K, groupedRows) {
	var ids []K
	var g groupedRows
	customers, rows := 0, 0
	for n := range b.held {
		b.held[n].flush(b.table, &b.table.parts[n])
		customers += int(b.table.parts[n].count)
		for _, chunk := range b.held[n].keys {
			rows += len(chunk)
		}
	}
	ids = make([]K, 0, customers)
	g.keys, g.ends = make([]uint64, rows), make([]int, 0, customers)
	for n := range b.held {
		p, s := &b.table.parts[n], &b.held[n]
		for _, w := range s.wide {
			w.customer += uint32(len(ids))
			g.wide = append(g.wide, w)
		}
		ids = appendIDs(ids, p)
		g.count(s, int(p.count))
		*s, *p = heldRows{}, part{}
	}
	slices.SortFunc(g.wide, wideRow.compare)
	return ids, g
}

// count appends the customers of a part, by a counting sort.
func (g *groupedRows) count(s *heldRows, customers int) {
	first, lo := len(g.ends), 0
	if first > 0 {
		lo = g.ends[first-1]
	}
	g.ends = g.ends[:first+customers]
	ends := g.ends[first:]
	for _, chunk := range s.customers {
		for _, n := range chunk {
			ends[n]++
		}
	}
	sum := lo
	for n, count := range ends { // the place of the customer's first row, for now
		ends[n] = sum
		sum += count
	}
	for k, chunk := range s.customers {
		for j, n := range chunk {
			g.keys[ends[n]] = s.keys[k][j]
			ends[n]++
		}
	}
	for _, hi := range ends {
		slices.Sort(g.keys[lo:hi])
		lo = hi
	}
}

// write puts the customers one after the other by id.
func (h *History[K]) write(ids []K, g groupedRows, merge bool) {
	n, rows := len(ids), len(g.keys)+len(g.wide)
	h.ids = make([]K, 0, n)
	for _, l := range []*ledger{&h.bought, &h.refunded} {
		l.starts, l.ends = make([]int, 0, n), make([]int, 0, n)
	}
	h.bought.days, h.bought.amounts = make([]calendar.Day, 0, rows), make([]int64, 0, rows)
	for _, i := range orderOf(ids) {
		h.ids = append(h.ids, ids[i])
		h.bought.open()
		h.refunded.open()
		lo, wide := 0, g.wideOf(i)
		if i > 0 {
			lo = g.ends[i-1]
		}
		for _, key := range g.keys[lo:g.ends[i]] {
			day, amount := unpackKey(key)
			for len(wide) > 0 && wide[0].before(day, amount) {
				h.put(wide[0].day, wide[0].amount, merge)
				wide = wide[1:]
			}
			if amount >= 0 && !merge {
				h.bought.push(day, amount)
			} else {
				h.put(day, amount, merge)
			}
		}
		for _, w := range wide {
			h.put(w.day, w.amount, merge)
		}
		h.bought.close()
		h.refunded.close()
	}
	h.bought.clip()
	h.refunded.clip()
}

// put adds a row to the open customer.
func (h *History[K]) put(day calendar.Day, amount int64, merge bool) {
	switch {
	case amount < 0:
		h.refunded.push(day, amount)
	case merge:
		h.bought.merge(day, amount)
	default:
		h.bought.push(day, amount)
	}
}

func (g *groupedRows) wideOf(customer uint32) []wideRow {
	if len(g.wide) == 0 {
		return nil
	}
	by := func(w wideRow, customer uint32) int { return cmp.Compare(w.customer, customer) }
	lo, _ := slices.BinarySearchFunc(g.wide, customer, by)
	hi, _ := slices.BinarySearchFunc(g.wide, customer+1, by)
	return g.wide[lo:hi]
}

func (w wideRow) compare(o wideRow) int {
	return cmp.Or(cmp.Compare(w.customer, o.customer), cmp.Compare(w.day, o.day), cmp.Compare(w.amount, o.amount))
}

func (w wideRow) before(day calendar.Day, amount int64) bool {
	return w.day < day || w.day == day && w.amount < amount
}

func (l *ledger) open()  { l.starts = append(l.starts, len(l.days)) }
func (l *ledger) close() { l.ends = append(l.ends, len(l.days)) }

func (l *ledger) push(day calendar.Day, amount int64) {
	l.days, l.amounts = append(l.days, day), append(l.amounts, amount)
}

// merge adds the amount to the open customer's last row where that is of the same day.
func (l *ledger) merge(day calendar.Day, amount int64) {
	if n := len(l.days); n > l.starts[len(l.starts)-1] && l.days[n-1] == day {
		l.amounts[n-1] += amount
		return
	}
	l.push(day, amount)
}

func (l *ledger) clip() {
	l.days, l.amounts = slices.Clip(l.days), slices.Clip(l.amounts)
}
