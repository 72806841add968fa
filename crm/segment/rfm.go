package segment

import (
	"iter"
	"math"
	"sync"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Binning says among whom a score is ranked.
type Binning uint8

const (
	// Independent ranks each measure among all customers. It is the default.
	Independent Binning = iota
	// Nested ranks frequency among the customers of one recency score, and value
	// among those of one recency and one frequency score, so that all cells are of
	// similar size (as "nested" of SPSS Direct Marketing).
	Nested
)

var binningNames = enum.New[Binning]("binning", unknown, enum.Names{
	{"independent", "独立分组"}, {"nested", "嵌套分组"},
})

// String returns independent or nested.
func (b Binning) String() string { return binningNames.Code(b) }

// Zh returns the Chinese name.
func (b Binning) Zh() string { return binningNames.Zh(b) }

// MarshalText writes String; an unknown value is ErrInvalid.
func (b Binning) MarshalText() ([]byte, error) { return binningNames.Marshal(b) }

// UnmarshalText reads what MarshalText writes.
func (b *Binning) UnmarshalText(text []byte) error { return binningNames.Unmarshal(b, text) }

// The number of bins of one measure.
const (
	DefaultBins = 5
	MaxBins     = 9
)

// Scoring says how customers are scored. The zero value is five bins, equal
// values scored alike by the smallest rank, each measure for itself.
type Scoring struct {
	Bins    int // 2 to MaxBins; 0 is DefaultBins
	Ties    Ties
	Binning Binning
	// Cuts, where given, are used instead of ranks: the bands of a rule book, or the
	// cut points of an earlier RFM for customers who came later. Bins, Ties and
	// Binning must then be zero.
	Cuts *Cuts
}

func (o Scoring) validate() error {
	switch {
	case o.Cuts != nil && (o.Bins != 0 || o.Ties != 0 || o.Binning != 0):
		return refuse("cuts", "leave no room for bins, ties or binning")
	case o.Cuts != nil:
		return o.Cuts.Validate()
	case o.Bins != 0 && (o.Bins < 2 || o.Bins > MaxBins):
		return refuse("bins", "%d is outside 2 to %d", o.Bins, MaxBins)
	case !tiesNames.Valid(o.Ties):
		return refuse("ties", "is not one of the policies")
	case !binningNames.Valid(o.Binning):
		return refuse("binning", "is not one of its values")
	}
	return nil
}

// Score is the triple of a customer: 1 (worst) to the number of bins (best). The
// zero Score belongs to a customer without a purchase, who has none.
type Score struct{ R, F, M uint8 }

// String returns the digits in the order R, F, M, such as "543", and "" for no score.
func (s Score) String() string {
	if s == (Score{}) {
		return ""
	}
	return string([]byte{'0' + s.R, '0' + s.F, '0' + s.M})
}

// MarshalText writes String.
func (s Score) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Score) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = Score{}
		return nil
	}
	if len(text) != 3 {
		return refuse("score", "%.40q is not three digits", text)
	}
	for _, c := range text {
		if c < '1' || c > '0'+MaxBins {
			return refuse("score", "%.40q is not three digits from 1", text)
		}
	}
	*s = Score{text[0] - '0', text[1] - '0', text[2] - '0'}
	return nil
}

// Customer is one customer of an [RFM].
type Customer[K purchase.ID] struct {
	ID          K
	First, Last calendar.Day // days of the first and last purchase, zero where there is none
	Recency     int          // whole days from the last purchase to the as-of date, at least 1; -1 without a purchase
	Purchases   int64        // frequency (消费频率): purchases, by the same-day policy
	Value       int64        // monetary (消费金额): minor units, by the refund policy
	Score       Score
}

// RFM is every customer's recency, frequency and monetary value as of a date,
// with scores (RFM模型: 最近一次消费, 消费频率, 消费金额). It is a snapshot, safe for
// concurrent use.
//
// For all three measures larger is better: recency is ranked by the day of the
// last purchase, so that the latest buyers score highest. Source: Hughes,
// Strategic Database Marketing (1994); the choice of ties is described at [Ties].
type RFM[K purchase.ID] struct {
	asOf     calendar.Day
	currency money.Currency
	scoring  Scoring
	cuts     *Cuts

	ids         []K
	first, last []calendar.Day
	purchases   []uint32
	value       []int64
	scores      []Score
	idle        int // customers without a purchase

	sorted func() []uint32 // places in id order
}

// RFM scores the customers of s as of a date. A zero asOf means Options.Until, or
// where that is open the day after the last row that moved a figure: a purchase, or
// a refund where refunds are netted.
//
// ErrInsufficientData: no purchase was counted, or the date is not after the first
// one. ErrInvalid: rows on or after the date were counted (set Options.Until to
// look back), the date is none or lies after Options.Until, or the scoring breaks a
// rule. ErrOverflow: a customer's value does not fit 63 bits, or there are too many
// rows to count in 32.
func (s *Summary[K]) RFM(asOf calendar.Day, scoring Scoring) (*RFM[K], error) {
	if err := scoring.validate(); err != nil {
		return nil, err
	}
	r := &RFM[K]{asOf: asOf, currency: s.currency, scoring: scoring}
	if err := s.columns(r); err != nil {
		return nil, err
	}
	if err := r.date(s.opts.Until, s.latest); err != nil {
		return nil, err
	}
	ids := r.ids
	r.sorted = sync.OnceValue(func() []uint32 { return orderOf(ids) })
	r.score()
	return r, nil
}

// columns copies the entries out of the table.
func (s *Summary[K]) columns(r *RFM[K]) error {
	n := s.Len()
	if n == 0 {
		return tooLittle("purchases", "none was counted")
	}
	if s.countless() {
		return errCount()
	}
	r.ids = make([]K, 0, n)
	r.first, r.last = make([]calendar.Day, 0, n), make([]calendar.Day, 0, n)
	r.purchases, r.value = make([]uint32, 0, n), make([]int64, 0, n)
	for i := range s.table.parts {
		p := &s.table.parts[i]
		r.ids = appendIDs(r.ids, p)
		for j := range p.count {
			e := p.at(j)
			if e.hi != int32(int64(e.lo)>>63) || e.lo == math.MaxInt64 {
				return &Error{Field: "amount", Row: -1, Msg: "the value of a customer leaves 64 bits", Err: ErrOverflow}
			}
			first, last := calendar.Day(e.first), calendar.Day(e.last)
			if e.n == 0 {
				first, last = 0, 0
				r.idle++
			}
			r.first, r.last = append(r.first, first), append(r.last, last)
			r.purchases, r.value = append(r.purchases, e.n), append(r.value, int64(e.lo))
		}
	}
	return nil
}

// appendIDs appends the ids of p in the order of its entries.
func appendIDs[K purchase.ID](ids []K, p *part) []K {
	switch dst := any(&ids).(type) {
	case *[]int64:
		for j := range p.count {
			*dst = append(*dst, int64(p.at(j).key))
		}
	case *[]string:
		arena := string(p.arena)
		for j := range p.count {
			off := uint32(p.at(j).key)
			n := uint32(arena[off])
			*dst = append(*dst, arena[off+1:off+1+n])
		}
	}
	return ids
}

// date settles the as-of date. latest is the last day that moved a figure.
func (r *RFM[K]) date(until, latest calendar.Day) error {
	if r.idle == len(r.ids) {
		return tooLittle("purchases", "only refunds were counted")
	}
	first := calendar.MaxDay
	for _, d := range r.first {
		if d != 0 {
			first = min(first, d)
		}
	}
	if r.asOf == 0 {
		r.asOf = until
	}
	if r.asOf == 0 {
		r.asOf = latest + 1
	}
	switch {
	case !r.asOf.Valid():
		return refuse("as-of", "is not a day of the years 1 to 9999")
	case until != 0 && r.asOf > until:
		return refuse("as-of", "%s lies after %s, up to which was counted", r.asOf, until)
	case r.asOf <= first:
		return tooLittle("as-of", "%s is not after the first purchase on %s", r.asOf, first)
	case r.asOf <= latest:
		return refuse("as-of", "%s is not after %s, the last day counted: set Options.Until", r.asOf, latest)
	}
	return nil
}

// AsOf returns the as-of date: the state is that at its start.
func (r *RFM[K]) AsOf() calendar.Day { return r.asOf }

// Currency returns the currency of the values, zero where none was stated.
func (r *RFM[K]) Currency() money.Currency { return r.currency }

// Scoring returns how the scores were made.
func (r *RFM[K]) Scoring() Scoring { return r.scoring }

// Len returns the number of customers, those without a purchase included.
func (r *RFM[K]) Len() int { return len(r.ids) }

// All yields the customers in ascending order of id, texts by bytes.
func (r *RFM[K]) All() iter.Seq[Customer[K]] {
	return func(yield func(Customer[K]) bool) {
		for _, i := range r.sorted() {
			if !yield(r.customer(i)) {
				return
			}
		}
	}
}

func (r *RFM[K]) customer(i uint32) Customer[K] {
	c := Customer[K]{
		ID: r.ids[i], First: r.first[i], Last: r.last[i], Recency: -1,
		Purchases: int64(r.purchases[i]), Value: r.value[i], Score: r.scores[i],
	}
	if c.Last != 0 {
		c.Recency = int(r.asOf - c.Last)
	}
	return c
}

// Customer returns the customer with the id, and whether there is one.
func (r *RFM[K]) Customer(id K) (Customer[K], bool) {
	order := r.sorted()
	lo, hi := 0, len(order)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if r.ids[order[mid]] < id {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == len(order) || r.ids[order[lo]] != id {
		return Customer[K]{}, false
	}
	return r.customer(order[lo]), true
}

// Cuts returns the cut points that the scores follow, to score customers who come
// later by the same measure; false under TiesSplit, whose cut runs through equal
// values.
func (r *RFM[K]) Cuts() (Cuts, bool) {
	if r.cuts == nil {
		return Cuts{}, false
	}
	return r.cuts.clone(), true
}
