package points

import (
	"cmp"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// Order says which lots are consumed first (消耗顺序).
type Order uint8

const (
	// SoonestExpiring takes what expires first, what never expires last; ties by
	// ActivateAt, then by number 先到期先用.
	SoonestExpiring Order = iota
	// FIFO takes what became usable first, then by number 先进先出.
	FIFO
)

var orders = enum.New[Order]("order", unknown, enum.Names{{"soonest-expiring", "先到期先用"}, {"fifo", "先进先出"}})

// Valid reports whether o is one of the two.
func (o Order) Valid() bool { return orders.Valid(o) }

// String returns the code, and ? for a number that is no order.
func (o Order) String() string { return orders.Code(o) }

// Zh returns the Chinese name, and ? for a number that is no order.
func (o Order) Zh() string { return orders.Zh(o) }

// MarshalText writes the form of String; a number that is no order is ErrInvalid.
func (o Order) MarshalText() ([]byte, error) { return orders.Marshal(o) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (o *Order) UnmarshalText(text []byte) error { return orders.Unmarshal(o, text) }

// compare says which of two lots of an account is consumed first.
func (o Order) compare(a, b *Lot) int { return cmp.Or(o.dates(a, b), cmp.Compare(a.ID, b.ID)) }

// dates is compare by the dates alone.
func (o Order) dates(a, b *Lot) int {
	if o == SoonestExpiring && !a.ExpireAt.Equal(b.ExpireAt) {
		switch {
		case a.ExpireAt.IsZero():
			return 1
		case b.ExpireAt.IsZero():
			return -1
		}
		return a.ExpireAt.Compare(b.ExpireAt)
	}
	return a.ActivateAt.Compare(b.ActivateAt)
}

// take appends to uses what n points at t consume of lots, in the order of o. The
// lots stand in the order of SoonestExpiring and hold at least n usable points. The
// lot numbered skip is left alone.
func (o Order) take(uses []Use, lots []Lot, t time.Time, n int64, skip uint64) []Use {
	at := micros(t)
	if o.sorted(lots) {
		for i := range lots {
			if n == 0 {
				break
			}
			if l := &lots[i]; l.ID != skip && l.usable(at) {
				uses = append(uses, l.use(min(n, l.Left)))
				n -= min(n, l.Left)
			}
		}
		return uses
	}
	var room [32]int
	turns := room[:0]
	for i := range lots {
		turns = append(turns, i)
	}
	slices.SortFunc(turns, func(a, b int) int { return o.compare(&lots[a], &lots[b]) })
	for _, i := range turns {
		if n == 0 {
			break
		}
		if l := &lots[i]; l.ID != skip && l.usable(at) {
			uses = append(uses, l.use(min(n, l.Left)))
			n -= min(n, l.Left)
		}
	}
	return uses
}

// sorted reports whether lots, which stand in the order of SoonestExpiring, stand in
// that of o too, as they do where all live equally long.
func (o Order) sorted(lots []Lot) bool {
	for i := 1; i < len(lots) && o != SoonestExpiring; i++ {
		if o.compare(&lots[i-1], &lots[i]) > 0 {
			return false
		}
	}
	return true
}
