package receivable

import (
	"math"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Bucket is how late a receivable is (账龄段). The zero value is NotDue.
type Bucket uint8

const (
	NotDue       Bucket = iota // on time, or waiting for its event 未到期
	Over1To30                  // 1-30 days
	Over31To60                 // 31-60 days
	Over61To90                 // 61-90 days
	Over91To180                // 91-180 days
	Over181To360               // 181-360 days
	OverMore                   // more than 360 days
)

// buckets is how many there are.
const bucketCount = int(OverMore) + 1

var buckets = enum.New[Bucket]("bucket", unknown, enum.Names{
	{"not-due", "未到期"}, {"1-30", "1-30天"}, {"31-60", "31-60天"}, {"61-90", "61-90天"}, {"91-180", "91-180天"},
	{"181-360", "181-360天"}, {"over-360", "360天以上"},
})

// Valid reports whether b is one of the seven.
func (b Bucket) Valid() bool { return int(b) < bucketCount }

// String returns the code, such as 31-60, and ? for a number that is no bucket.
func (b Bucket) String() string { return buckets.Code(b) }

// Zh returns the Chinese name, such as 31-60天, and ? for a number that is no bucket.
func (b Bucket) Zh() string { return buckets.Zh(b) }

// MarshalText writes the form of String; a number that is no bucket is ErrInvalid.
func (b Bucket) MarshalText() ([]byte, error) { return buckets.Marshal(b) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (b *Bucket) UnmarshalText(text []byte) error { return buckets.Unmarshal(b, text) }

// BucketOf returns the bucket of what is due on a day, zero for not known yet, as of
// another.
func BucketOf(due, asOf calendar.Day) Bucket {
	if due.IsZero() {
		return NotDue
	}
	switch late := asOf.Sub(due); {
	case late <= 0:
		return NotDue
	case late <= 30:
		return Over1To30
	case late <= 60:
		return Over31To60
	case late <= 90:
		return Over61To90
	case late <= 180:
		return Over91To180
	case late <= 360:
		return Over181To360
	}
	return OverMore
}

// Sum is a number of instalments and what is outstanding of them.
type Sum struct {
	Count int64 `json:"count"`
	Minor int64 `json:"minor"`
}

// Ageing is what is outstanding by how late it is (账龄分析). Instalments that are paid
// are in nothing. Total and SetOff sum to what is outstanding, Prepaid and SetOff to what
// was prepaid.
type Ageing struct {
	Customer string           `json:"customer,omitzero"` // id, "" where it is of all
	AsOf     calendar.Day     `json:"as_of"`
	Buckets  [bucketCount]Sum `json:"buckets"`         // by [Bucket]
	Waiting  Sum              `json:"waiting"`         // of NotDue: those that wait for their event
	Total    Sum              `json:"total"`           // of all buckets
	Oldest   calendar.Day     `json:"oldest,omitzero"` // the earliest due day of what is overdue; zero for none
	// Prepaid is what was paid for no instalment (预付款), and SetOff what of that was set
	// off against instalments, which are in the buckets without it (已抵减).
	Prepaid int64 `json:"prepaid,omitzero"`
	SetOff  int64 `json:"set_off,omitzero"`
}

// Overdue returns the sum of all buckets but NotDue.
func (a Ageing) Overdue() Sum {
	return Sum{a.Total.Count - a.Buckets[NotDue].Count, a.Total.Minor - a.Buckets[NotDue].Minor}
}

// Age sorts what is outstanding as of a day, of one currency.
//
// ErrInvalid: no day, an outstanding amount below 0, with its place, or prepaid money
// below 0, with the customer. ErrOverflow: sums beyond int64.
func Age(items []Item, asOf calendar.Day, opts AgeingOptions) (Ageing, error) {
	a := Ageing{AsOf: asOf}
	if !asOf.Valid() {
		return a, refuse(ErrInvalid, "as_of", codeDay)
	}
	if err := opts.check(); err != nil {
		return Ageing{}, err
	}
	items, left := opts.apply(items)
	for i := range items {
		if err := a.add(&items[i], i); err != nil {
			return Ageing{}, err
		}
	}
	for customer, had := range opts.Prepaid {
		a.prepay(had, left[customer])
	}
	return a, nil
}

func (a *Ageing) add(it *Item, place int) error {
	switch {
	case it.Outstanding < 0:
		return refuseItem(ErrInvalid, "items", place, codeNegative)
	case it.Outstanding == 0:
		return nil
	case a.Total.Minor > math.MaxInt64-it.Outstanding:
		return refuseItem(ErrOverflow, "items", place, codeSum)
	}
	b := BucketOf(it.Due, a.AsOf)
	a.Buckets[b].add(it.Outstanding)
	a.Total.add(it.Outstanding)
	switch {
	case it.Due.IsZero():
		a.Waiting.add(it.Outstanding)
	case b != NotDue && (a.Oldest.IsZero() || it.Due < a.Oldest):
		a.Oldest = it.Due
	}
	return nil
}

func (s *Sum) add(minor int64) {
	s.Count++
	s.Minor += minor
}

// AgeByCustomer is [Age] for each customer who owes something or has prepaid money, in
// byte order of id.
func AgeByCustomer(items []Item, asOf calendar.Day, opts AgeingOptions) ([]Ageing, error) {
	if !asOf.Valid() {
		return nil, refuse(ErrInvalid, "as_of", codeDay)
	}
	if err := opts.check(); err != nil {
		return nil, err
	}
	items, left := opts.apply(items)
	// Customers are numbered first, and each gets its place in the order of ids, so that
	// the rows, which are large, are made once and never moved.
	number, ids := make([]int32, len(items)), []string(nil)
	known := map[string]int32{}
	numbered := func(id string) int32 {
		n, ok := known[id]
		if !ok {
			n = int32(len(ids))
			known[id], ids = n, append(ids, id)
		}
		return n
	}
	for i := range items {
		number[i] = numbered(items[i].Customer)
	}
	for customer := range opts.Prepaid {
		numbered(customer)
	}
	order := make([]int32, len(ids))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return strings.Compare(ids[a], ids[b]) })
	list, place := make([]Ageing, len(ids)), make([]int32, len(ids))
	for at, n := range order {
		list[at], place[n] = Ageing{Customer: ids[n], AsOf: asOf}, int32(at)
	}
	for i := range items {
		if err := list[place[number[i]]].add(&items[i], i); err != nil {
			return nil, err
		}
	}
	for customer, had := range opts.Prepaid {
		list[place[known[customer]]].prepay(had, left[customer])
	}
	return slices.DeleteFunc(list, func(a Ageing) bool { return a.Total.Count == 0 && a.Prepaid == 0 && a.SetOff == 0 }), nil
}
