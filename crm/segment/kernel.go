package segment

import (
	"cmp"
	"hash/maphash"
	"math"
	"math/bits"
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// The kernel sums rows by customer. A hash map of a million customers misses the
// processor's caches and its page-table cache on every row; the built-in map
// spends nearly all its time there. So rows are first sorted, by the top bits of
// the customer's hash, into buckets of 16-byte rows, and a full bucket is summed
// into a small table of its own that fits the second-level cache (radix
// partitioning: Manegold, Boncz and Kersten, Generic Database Cost Models, VLDB
// 2002; Balkesen et al., Main-Memory Hash Joins on Multi-Core CPUs, ICDE 2013).
const (
	partBits  = 8
	partCount = 1 << partBits

	firstBucket = 16   // rows in a bucket at first,
	lastBucket  = 2048 // and once the log has proved long: 32 KiB

	chunkBits = 9 // entries are allocated 512 at a time and never move
	chunkSize = 1 << chunkBits
	chunkMask = chunkSize - 1

	firstSlots = 64
	cacheLine  = 64 // bytes
)

// A row packs its amount above its day: MaxDay needs 22 bits, which leaves 42
// for the amount. Amounts beyond are added without a bucket.
const (
	dayBits   = 22
	dayMask   = 1<<dayBits - 1
	maxPacked = 1<<(63-dayBits) - 1
)

type row struct {
	key uint64 // the integer id, or the hash of the text id
	v   int64  // amount<<dayBits | day
}

// entry is what is kept of one customer. The sum has 96 bits, so that whether it
// overflows does not depend on the order of the rows.
type entry struct {
	key         uint64 // the integer id, or tag<<32 | offset into the part's arena
	lo          uint64
	hi          int32
	n           uint32
	first, last int32 // days; first is MaxInt32 and last 0 before the first purchase
}

// part is one of the tables: the customers whose hash begins with its number.
type part struct {
	slots  []uint32 // 1 + index of an entry, 0 for a free slot; at most half full
	shift  uint8    // tag >> shift is the home slot
	count  uint32
	chunks []*[chunkSize]entry
	arena  []byte // text ids, each behind a byte for its length

	ids []byte // the text ids of the part's bucket, in step with its rows

	swept uint32 // what sweep read, so that the reads are not dropped

	wrapped bool // a customer has more purchases than a uint32 counts

	days      []uint64 // SameDayMerge: entry<<32 | day of each purchase
	compactAt int
}

type table struct {
	parts [partCount]part

	buckets   []row            // partCount buckets of bucketCap rows, one after the other
	fill      [partCount]int32 // rows in each bucket
	bucketCap int
	seen      int // rows so far

	k0, k1 uint64 // integer hash, keyed so that nobody can choose ids that collide
	seed   maphash.Seed
	gross  bool // refunds leave the sum alone
	merge  bool // the days of purchases are kept
}

func newTable(c counted) *table {
	t := &table{seed: maphash.MakeSeed(), gross: c.refunds == RefundsGross, merge: c.sameDay == SameDayMerge}
	t.k0 = maphash.Comparable(t.seed, uint64(0))
	t.k1 = maphash.Comparable(t.seed, uint64(1)) | 1<<63 | 1
	return t
}

func (t *table) hash(id int64) uint64 {
	hi, lo := bits.Mul64(uint64(id)^t.k0, t.k1)
	return hi ^ lo
}

// tagOf is the part of the hash below the part's number that finds the slot.
func tagOf(h uint64) uint32 { return uint32(h >> (64 - partBits - 32)) }

func (p *part) at(i uint32) *entry { return &p.chunks[i>>chunkBits][i&chunkMask] }

// push appends an entry and returns its index.
func (p *part) push(key uint64) uint32 {
	i := p.count
	if i>>chunkBits == uint32(len(p.chunks)) {
		p.chunks = append(p.chunks, new([chunkSize]entry))
	}
	*p.at(i) = entry{key: key, first: math.MaxInt32}
	p.count++
	return i
}

// roomy makes sure that one more entry leaves the slots at most half full. tag
// recovers an entry's tag, which is not stored for integer ids.
func (p *part) roomy(tag func(*entry) uint32) {
	if 2*(int(p.count)+1) <= len(p.slots) {
		return
	}
	size := max(firstSlots, 2*len(p.slots))
	p.slots = make([]uint32, size)
	p.shift = uint8(32 - bits.TrailingZeros(uint(size)))
	mask := uint32(size - 1)
	for i := range p.count {
		s := tag(p.at(i)) >> p.shift
		for p.slots[s] != 0 {
			s = (s + 1) & mask
		}
		p.slots[s] = i + 1
	}
}

func (t *table) intTag(e *entry) uint32 { return tagOf(t.hash(int64(e.key))) }

func textTag(e *entry) uint32 { return uint32(e.key >> 32) }

// findInt returns the index of the entry of id, made where there is none.
func (t *table) findInt(p *part, id int64, h uint64) uint32 {
	p.roomy(t.intTag)
	mask := uint32(len(p.slots) - 1)
	for s := tagOf(h) >> p.shift; ; s = (s + 1) & mask {
		i := p.slots[s]
		if i == 0 {
			i = p.push(uint64(id))
			p.slots[s] = i + 1
			return i
		}
		if p.at(i-1).key == uint64(id) {
			return i - 1
		}
	}
}

// findText is findInt for text ids.
func (t *table) findText(p *part, id []byte, h uint64) uint32 {
	p.roomy(textTag)
	tag, mask := tagOf(h), uint32(len(p.slots)-1)
	for s := tag >> p.shift; ; s = (s + 1) & mask {
		i := p.slots[s]
		if i == 0 {
			i = p.push(uint64(tag)<<32 | uint64(len(p.arena)))
			p.arena = append(append(p.arena, byte(len(id))), id...)
			p.slots[s] = i + 1
			return i
		}
		if key := p.at(i - 1).key; uint32(key>>32) == tag && string(p.textAt(key)) == string(id) {
			return i - 1
		}
	}
}

func (p *part) textAt(key uint64) []byte {
	off := uint32(key)
	n := uint32(p.arena[off])
	return p.arena[off+1 : off+1+n]
}

// add counts one row. A refund (a negative amount) only moves the sum.
func (t *table) add(p *part, i uint32, amount int64, day calendar.Day) {
	e := p.at(i)
	if amount < 0 {
		if !t.gross {
			e.addSum(amount)
		}
		return
	}
	e.addSum(amount)
	e.n++
	if e.n == 0 {
		p.wrapped = true
	}
	e.first = min(e.first, int32(day))
	e.last = max(e.last, int32(day))
	if t.merge {
		p.remember(i, day)
	}
}

func (e *entry) addSum(amount int64) {
	lo, carry := bits.Add64(e.lo, uint64(amount), 0)
	e.lo = lo
	e.hi += int32(amount>>63) + int32(carry)
}

// remember keeps the day of a purchase, and drops repeats whenever the list has
// doubled since it was last compact.
func (p *part) remember(i uint32, day calendar.Day) {
	p.days = append(p.days, uint64(i)<<32|uint64(day))
	if len(p.days) >= max(p.compactAt, lastBucket) {
		p.compact()
	}
}

func (p *part) compact() {
	slices.Sort(p.days)
	p.days = slices.Compact(p.days)
	p.compactAt = 2 * len(p.days)
}

// addInts puts rows into the buckets of the parts from lo up to hi, which this
// goroutine owns.
func (t *table) addInts(ids []int64, days []calendar.Day, amounts []int64, lo, hi int) {
	days, amounts = days[:len(ids)], amounts[:len(ids)]
	buckets, size := t.buckets, t.bucketCap
	for j, id := range ids {
		h := t.hash(id)
		n := int(h >> (64 - partBits))
		if n < lo || n >= hi {
			continue
		}
		amount, day := amounts[j], days[j]
		if amount > maxPacked || amount < -maxPacked {
			p := &t.parts[n]
			t.add(p, t.findInt(p, id, h), amount, day)
			continue
		}
		k := int(t.fill[n])
		buckets[n*size+k] = row{uint64(id), amount<<dayBits | int64(day)}
		k++
		t.fill[n] = int32(k)
		if k == size {
			t.flushInts(n)
		}
	}
}

// bucket empties the bucket of part n and returns its rows.
func (t *table) bucket(n int) []row {
	rows := t.buckets[n*t.bucketCap:][:t.fill[n]]
	t.fill[n] = 0
	return rows
}

// makeRoom sizes the buckets for a batch: small summaries stay small.
func (t *table) makeRoom(rows int) {
	t.seen += rows
	size := max(firstBucket, t.bucketCap)
	for size < lastBucket && size*partCount < t.seen {
		size = min(16*size, lastBucket)
	}
	if size != t.bucketCap {
		t.flush()
		t.bucketCap, t.buckets = size, make([]row, size*partCount)
	}
}

// sweep reads the table from front to back, so that it streams into the cache at
// the memory's bandwidth instead of row by row at its latency. It pays where the
// bucket will visit most of the table.
func (p *part) sweep(rows int) {
	if int(p.count) > 4*rows {
		return
	}
	var read uint32
	for i := 0; i < len(p.slots); i += cacheLine / 4 {
		read |= p.slots[i]
	}
	for _, c := range p.chunks {
		for i := 0; i < chunkSize; i += cacheLine / 32 {
			read |= c[i].n
		}
	}
	p.swept = read
}

// flushInts sums the bucket of p: findInt and add, with the table's fields in
// registers and the common case inline.
func (t *table) flushInts(n int) {
	p, rows := &t.parts[n], t.bucket(n)
	p.sweep(len(rows))
	for len(rows) > 0 {
		p.roomy(t.intTag)
		slots, shift, mask := p.slots, p.shift, uint32(len(p.slots)-1)
		room := len(slots)/2 - int(p.count) // entries that fit before the slots must grow
		done := len(rows)
		for j, r := range rows {
			tag := tagOf(t.hash(int64(r.key)))
			var e *entry
			s := tag >> shift
			i := slots[s&mask]
			for i != 0 {
				if e = p.at(i - 1); e.key == r.key {
					break
				}
				s++
				i = slots[s&mask]
			}
			if i == 0 {
				if room == 0 {
					done = j
					break
				}
				room--
				i = p.push(r.key) + 1
				slots[s&mask] = i
				e = p.at(i - 1)
			}
			if r.v < 0 || t.merge {
				t.add(p, i-1, r.v>>dayBits, calendar.Day(r.v&dayMask))
				continue
			}
			lo, carry := bits.Add64(e.lo, uint64(r.v)>>dayBits, 0)
			e.lo = lo
			e.hi += int32(carry)
			e.n++
			if e.n == 0 {
				p.wrapped = true
			}
			e.first = min(e.first, int32(r.v&dayMask))
			e.last = max(e.last, int32(r.v&dayMask))
		}
		rows = rows[done:]
	}
}

// addTexts is addInts for text ids.
func (t *table) addTexts(ids []string, days []calendar.Day, amounts []int64, lo, hi int) {
	for j, id := range ids {
		h := maphash.String(t.seed, id)
		n := int(h >> (64 - partBits))
		if n < lo || n >= hi {
			continue
		}
		p, amount, day := &t.parts[n], amounts[j], days[j]
		if amount > maxPacked || amount < -maxPacked {
			t.add(p, t.findText(p, []byte(id), h), amount, day)
			continue
		}
		k := int(t.fill[n])
		t.buckets[n*t.bucketCap+k] = row{h, amount<<dayBits | int64(day)}
		p.ids = append(append(p.ids, byte(len(id))), id...)
		k++
		t.fill[n] = int32(k)
		if k == t.bucketCap {
			t.flushTexts(n)
		}
	}
}

func (t *table) flushTexts(n int) {
	p, rows := &t.parts[n], t.bucket(n)
	p.sweep(len(rows))
	ids := p.ids
	p.ids = ids[:0]
	for _, r := range rows {
		n := 1 + int(ids[0])
		i := t.findText(p, ids[1:n], r.key)
		t.add(p, i, r.v>>dayBits, calendar.Day(r.v&dayMask))
		ids = ids[n:]
	}
}

// flush empties every bucket; what reads the table calls it first.
func (t *table) flush() {
	for n := range t.parts {
		p := &t.parts[n]
		switch {
		case t.fill[n] == 0:
		case len(p.ids) > 0:
			t.flushTexts(n)
		default:
			t.flushInts(n)
		}
		if t.merge && len(p.days) > 0 {
			p.compact()
			p.recount()
		}
	}
}

// recount sets each customer's purchases to the number of days kept.
func (p *part) recount() {
	for i := range p.count {
		p.at(i).n = 0
	}
	for _, d := range p.days {
		p.at(uint32(d>>32)).n++
	}
}

// daysOf returns the days of entry i, ascending; the part is compact.
func (p *part) daysOf(i uint32) []uint64 {
	lo, _ := slices.BinarySearchFunc(p.days, i, func(d uint64, i uint32) int { return cmp.Compare(uint32(d>>32), i) })
	return p.days[lo : lo+int(p.at(i).n)]
}

// mergeEntry adds what o says of a customer to entry i. days are the days of the
// purchases where the table keeps them.
func (t *table) mergeEntry(p *part, i uint32, o *entry, days []uint64) {
	e := p.at(i)
	lo, carry := bits.Add64(e.lo, o.lo, 0)
	e.lo, e.hi = lo, e.hi+o.hi+int32(carry)
	n, over := bits.Add32(e.n, o.n, 0)
	e.n = n
	p.wrapped = p.wrapped || over != 0 && !t.merge
	e.first = min(e.first, o.first)
	e.last = max(e.last, o.last)
	for _, d := range days {
		p.remember(i, calendar.Day(uint32(d)))
	}
}

// wrapped reports whether a count left its type.
func (t *table) wrapped() bool {
	for n := range t.parts {
		if t.parts[n].wrapped {
			return true
		}
	}
	return false
}

// mergeTable adds what o holds. Keys are hashed anew: each table has its own.
func (t *table) mergeTable(o *table, text bool) {
	t.flush()
	o.flush()
	for n := range o.parts {
		q := &o.parts[n]
		t.parts[n].wrapped = t.parts[n].wrapped || q.wrapped
		for i := range q.count {
			e := q.at(i)
			var days []uint64
			if o.merge {
				days = q.daysOf(i)
			}
			p, j := t.find(e.key, q, text)
			t.mergeEntry(p, j, e, days)
		}
	}
}

// find returns the part and entry of a key of part q of another table.
func (t *table) find(key uint64, q *part, text bool) (*part, uint32) {
	if text {
		return t.placeText(q.textAt(key))
	}
	return t.placeInt(int64(key))
}

// place returns the part and entry of an id, made where there is none.
func (t *table) place(id any) (*part, uint32) {
	if text, ok := id.(string); ok {
		return t.placeText([]byte(text))
	}
	return t.placeInt(id.(int64))
}

func (t *table) placeInt(id int64) (*part, uint32) {
	h := t.hash(id)
	p := &t.parts[h>>(64-partBits)]
	return p, t.findInt(p, id, h)
}

func (t *table) placeText(id []byte) (*part, uint32) {
	h := maphash.Bytes(t.seed, id)
	p := &t.parts[h>>(64-partBits)]
	return p, t.findText(p, id, h)
}
