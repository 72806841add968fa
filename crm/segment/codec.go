package segment

import (
	"encoding/binary"
	"hash/crc32"
	"math"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

// The saved form. All numbers are unsigned varints (encoding/binary) but for the
// header's bytes and the checksum:
//
//	"gxS" version kind refunds sameDay      7 bytes; kind is 0 for integer, 1 for text ids
//	from until currency stated              what was counted
//	rows refunds outside refunded latest    tallies; refunded is signed, 128 bits
//	customers                               then, in ascending order of id, each:
//	  id                                    integer: its distance from the one before (the first, from MinInt64);
//	                                        text: bytes shared with the one before, bytes that follow, those bytes
//	  purchases value                       value is signed, 96 bits
//	  first last-first                      only with a purchase
//	  days                                  only for SameDayMerge: distances between the days after the first
//	crc32                                   Castagnoli, of all before, 4 bytes, little-endian
//
// A signed number is folded as (v<<1) ^ (v>>127), and its low and high 64 bits
// follow each other. Equal contents have one form, whatever order they came in.
const (
	formMagic   = "gxS"
	formVersion = 1
)

// MarshalBinary returns the saved form of s, which depends on what was counted
// alone: not on the order of the rows, the shards, the workers or the run. It does
// not hold the rates. ErrOverflow where there are too many rows to count in 32 bits.
func (s *Summary[K]) MarshalBinary() ([]byte, error) { return s.AppendBinary(nil) }

// AppendBinary appends what MarshalBinary returns.
func (s *Summary[K]) AppendBinary(b []byte) ([]byte, error) {
	start := len(b)
	kind := byte(0)
	if isText[K]() {
		kind = 1
	}
	b = append(b, formMagic...)
	b = append(b, formVersion, kind, byte(s.opts.Refunds), byte(s.opts.SameDay))
	b = binary.AppendUvarint(b, uint64(s.opts.From))
	b = binary.AppendUvarint(b, uint64(s.opts.Until))
	b = binary.AppendUvarint(b, uint64(s.currency))
	stated := uint64(0)
	if s.stated {
		stated = 1
	}
	b = binary.AppendUvarint(b, stated)
	for _, v := range []uint64{s.rows, s.refunds, s.outside} {
		b = binary.AppendUvarint(b, v)
	}
	b = appendSum(b, s.refunded)
	b = binary.AppendUvarint(b, uint64(s.latest))
	n := s.Len()
	b = binary.AppendUvarint(b, uint64(n))
	if n > 0 {
		if s.countless() {
			return b[:start], errCount()
		}
		b = s.appendCustomers(b)
	}
	return binary.LittleEndian.AppendUint32(b, checksum(b[start:])), nil
}

func checksum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// place is an entry of the table.
type place struct {
	part  uint16
	index uint32
}

func (s *Summary[K]) appendCustomers(b []byte) []byte {
	ids := make([]K, 0, s.Len())
	places := make([]place, 0, cap(ids))
	for n := range s.table.parts {
		p := &s.table.parts[n]
		ids = appendIDs(ids, p)
		for i := range p.count {
			places = append(places, place{uint16(n), i})
		}
	}
	var before K
	for i, at := range orderOf(ids) {
		b = appendID(b, before, ids[at], i == 0)
		before = ids[at]
		p := &s.table.parts[places[at].part]
		b = p.appendEntry(b, places[at].index, s.table.merge)
	}
	return b
}

func appendID[K purchase.ID](b []byte, before, id K, first bool) []byte {
	switch id := any(id).(type) {
	case int64:
		from := int64(math.MinInt64)
		if !first {
			from = any(before).(int64)
		}
		return binary.AppendUvarint(b, uint64(id)-uint64(from))
	case string:
		shared := 0
		for last := any(before).(string); shared < min(len(last), len(id)) && last[shared] == id[shared]; {
			shared++
		}
		b = binary.AppendUvarint(b, uint64(shared))
		b = binary.AppendUvarint(b, uint64(len(id)-shared))
		b = append(b, id[shared:]...)
	}
	return b
}

func (p *part) appendEntry(b []byte, i uint32, merge bool) []byte {
	e := p.at(i)
	b = binary.AppendUvarint(b, uint64(e.n))
	b = appendSum(b, sum128{e.lo, int64(e.hi)})
	if e.n == 0 {
		return b
	}
	b = binary.AppendUvarint(b, uint64(e.first))
	b = binary.AppendUvarint(b, uint64(e.last-e.first))
	if merge {
		days := p.daysOf(i)
		for j := 1; j < len(days); j++ {
			b = binary.AppendUvarint(b, days[j]-days[j-1])
		}
	}
	return b
}

func appendSum(b []byte, s sum128) []byte {
	sign := uint64(s.hi >> 63)
	lo := s.lo << 1
	hi := uint64(s.hi)<<1 | s.lo>>63
	b = binary.AppendUvarint(b, lo^sign)
	return binary.AppendUvarint(b, hi^sign)
}

// UnmarshalBinary replaces s by a saved summary. Options that the saved form holds
// (From, Until, Refunds, SameDay, and the currency where s states one) must agree
// with those of s (ErrInvalid, ErrCurrency); a zero Summary takes them over. Rates,
// Rounding and Workers of s stay.
//
// Bytes that are damaged, of another version, or of summaries with the other kind
// of id are ErrVersion; s is then as before. Memory stays in proportion to the
// bytes given.
func (s *Summary[K]) UnmarshalBinary(data []byte) error {
	d := &decoder{b: data}
	out := &Summary[K]{}
	if err := out.decode(d); err != nil {
		return err
	}
	if s.table == nil && s.opts == (Options{}) && !s.stated {
		*s = *out
		return nil
	}
	if a, b := s.opts.counted(), out.opts.counted(); a != b {
		return refuse("options", "%s was saved as %s", a, b)
	}
	if s.opts.Currency != 0 && out.stated && out.currency != s.opts.Currency {
		return &Error{Field: "currency", Row: -1, Err: ErrCurrency,
			Msg: "amounts in " + currencyName(out.currency) + " were saved where " + currencyName(s.opts.Currency) + " is counted"}
	}
	out.opts = s.opts
	if out.opts.Currency != 0 {
		out.currency, out.stated = out.opts.Currency, true
	}
	*s = *out
	return nil
}

// decoder reads the saved form; after the first fault it answers zeros.
type decoder struct {
	b    []byte
	good int // bytes read
	bad  string
}

func (d *decoder) fail(what string) {
	if d.bad == "" {
		d.bad = what
	}
}

func (d *decoder) number(limit uint64, what string) uint64 {
	if d.bad != "" {
		return 0
	}
	v, n := binary.Uvarint(d.b[d.good:])
	// The last byte of a varint is zero only where a shorter form exists.
	if n <= 0 || v > limit || n > 1 && d.b[d.good+n-1] == 0 {
		d.fail(what)
		return 0
	}
	d.good += n
	return v
}

func (d *decoder) bytes(n int, what string) []byte {
	if d.bad != "" || n > len(d.b)-d.good {
		d.fail(what)
		return nil
	}
	d.good += n
	return d.b[d.good-n : d.good]
}

func (d *decoder) sum(what string) sum128 {
	lo, hi := d.number(math.MaxUint64, what), d.number(math.MaxUint64, what)
	sign := -(lo & 1)
	return sum128{(lo^sign)>>1 | (hi^sign)<<63, int64((hi^sign)>>1 | sign<<63)}
}

func (d *decoder) err() error {
	if d.bad == "" {
		return nil
	}
	return &Error{Field: "saved summary", Row: -1, Err: ErrVersion, Msg: d.bad}
}

func (s *Summary[K]) decode(d *decoder) error {
	if len(d.b) < 4 || checksum(d.b[:len(d.b)-4]) != binary.LittleEndian.Uint32(d.b[len(d.b)-4:]) {
		d.fail("the checksum does not fit")
		return d.err()
	}
	d.b = d.b[:len(d.b)-4]
	if head := d.bytes(7, "too short"); head != nil {
		wantKind := byte(0)
		if isText[K]() {
			wantKind = 1
		}
		switch {
		case string(head[:3]) != formMagic || head[3] != formVersion:
			d.fail("not a summary of version 1")
		case head[4] != wantKind:
			d.fail("its customers have the other kind of id")
		case !refundsNames.Valid(Refunds(head[5])) || !sameDayNames.Valid(SameDay(head[6])):
			d.fail("an unknown policy")
		}
		s.opts.Refunds, s.opts.SameDay = Refunds(head[5]), SameDay(head[6])
	}
	s.opts.From = calendar.Day(d.number(uint64(calendar.MaxDay), "from is no day"))
	s.opts.Until = calendar.Day(d.number(uint64(calendar.MaxDay), "until is no day"))
	s.currency = money.Currency(d.number(math.MaxUint32, "not a currency"))
	s.stated = d.number(1, "not a currency") == 1
	s.rows = d.number(math.MaxUint64, "rows")
	s.refunds = d.number(s.rows, "more refunds than rows")
	s.outside = d.number(s.rows-s.refunds, "more rows outside than rows")
	s.refunded = d.sum("refunds")
	s.latest = calendar.Day(d.number(uint64(calendar.MaxDay), "latest is no day"))
	if d.bad == "" && (!s.currency.Valid() || s.currency != 0 && !s.stated || s.opts.Validate() != nil || s.refunded.hi > 0 ||
		s.refunded.hi == 0 && s.refunded.lo > 0 || s.opts.Until != 0 && s.latest >= s.opts.Until) {
		d.fail("a header that no summary has")
	}
	s.decodeCustomers(d)
	if d.bad == "" && d.good != len(d.b) {
		d.fail("bytes follow the last customer")
	}
	return d.err()
}

func (s *Summary[K]) decodeCustomers(d *decoder) {
	n := d.number(uint64(len(d.b)), "more customers than bytes")
	if n == 0 {
		return
	}
	s.init()
	var id []byte
	before := int64(math.MinInt64)
	left := s.rows - s.refunds - s.outside // rows that can be purchases
	for i := range n {
		var p *part
		var j uint32
		if isText[K]() {
			id = d.text(id, i == 0)
			if d.bad != "" {
				return
			}
			p, j = s.table.placeText(id)
		} else {
			step := d.number(math.MaxUint64, "an id")
			next := int64(uint64(before) + step)
			if d.bad != "" || i > 0 && next <= before {
				d.fail("ids out of order")
				return
			}
			before = next
			p, j = s.table.placeInt(next)
		}
		s.table.decodeEntry(d, p, j, s.opts, s.latest)
		if bought := uint64(p.at(j).n); bought > left {
			d.fail("more purchases than rows")
		} else {
			left -= bought
		}
		if d.bad != "" {
			return
		}
	}
	s.table.flush()
}

// text reads an id that shares its start with the one before.
func (d *decoder) text(before []byte, first bool) []byte {
	shared := int(d.number(uint64(len(before)), "an id"))
	own := d.bytes(int(d.number(math.MaxUint8, "an id")), "an id")
	id := append(before[:shared:shared], own...)
	if d.bad != "" {
		return nil
	}
	if idProblem(string(id)) != "" || !first && string(id) <= string(before) ||
		!first && shared < len(before) && len(own) > 0 && own[0] == before[shared] {
		d.fail("an id out of order or form")
	}
	return id
}

// decodeEntry reads what appendEntry wrote into a new entry.
func (t *table) decodeEntry(d *decoder, p *part, i uint32, opts Options, latest calendar.Day) {
	e := p.at(i)
	e.n = uint32(d.number(math.MaxUint32, "purchases"))
	sum := d.sum("a value")
	e.lo, e.hi = sum.lo, int32(sum.hi)
	if d.bad == "" && int64(e.hi) != sum.hi {
		d.fail("a value beyond 96 bits")
	}
	if e.n == 0 {
		return
	}
	first := d.number(uint64(calendar.MaxDay), "a day")
	last := first + d.number(uint64(calendar.MaxDay), "a day")
	inside := calendar.Day(first) >= max(opts.From, calendar.MinDay) && last <= uint64(calendar.MaxDay) &&
		(opts.Until == 0 || calendar.Day(last) < opts.Until)
	if d.bad == "" && (!inside || calendar.Day(last) > latest) {
		d.fail("a day outside the period")
	}
	if d.bad == "" && e.n == 1 && first != last {
		d.fail("one purchase on two days")
	}
	e.first, e.last = int32(first), int32(last)
	if !t.merge {
		return
	}
	day := first
	p.days = append(p.days, uint64(i)<<32|day)
	for range e.n - 1 {
		step := d.number(uint64(calendar.MaxDay), "a day")
		day += step
		if d.bad != "" || step == 0 || day > last {
			d.fail("days out of order")
			return
		}
		p.days = append(p.days, uint64(i)<<32|day)
	}
	if d.bad == "" && day != last {
		d.fail("days out of order")
	}
}
