package segment

import (
	"iter"
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

// History is a purchase log by customer (消费历史): every purchase of every
// customer, by id, day and amount. It is what questions about time are asked of
// (order cycle, early warning, lifecycle, repeat purchase), where a [Summary]
// does not remember enough. It takes 12 bytes a purchase, and 32 bytes a customer
// beside the ids.
//
// The order of the log's rows does not matter: two histories of the same rows
// are equal in every byte. A History does not change once built, so goroutines
// may share it. The zero value is a history of nobody.
type History[K purchase.ID] struct {
	ids      []K // ascending
	bought   ledger
	refunded ledger

	currency    money.Currency
	from, until calendar.Day
	refunds     Refunds
	sameDay     SameDay
	first, last calendar.Day
	purchases   int
	value       int64
}

// ledger holds rows by customer: those of customer i are starts[i] to ends[i].
// Views share the columns and have bounds of their own.
type ledger struct {
	starts, ends []int
	days         []calendar.Day
	amounts      []int64
}

func (l *ledger) of(i int) ([]calendar.Day, []int64) {
	lo, hi := l.starts[i], l.ends[i]
	if lo == hi {
		return nil, nil
	}
	return l.days[lo:hi:hi], l.amounts[lo:hi:hi]
}

// before returns the end of customer i's rows that lie before the day.
func (l *ledger) before(i int, day calendar.Day) int {
	days, _ := l.of(i)
	n, _ := slices.BinarySearch(days, day)
	return l.starts[i] + n
}

// CustomerHistory is what a [History] holds of one customer. Its slices are the
// history's own and must not be changed.
type CustomerHistory[K purchase.ID] struct {
	ID K // the customer

	// Days are the days of the purchases, ascending, and Amounts their amounts in
	// minor units, ascending within a day. Under SameDayMerge no day comes twice and
	// the amounts of one day are added. Both are empty for a customer known only by
	// refunds.
	Days    []calendar.Day
	Amounts []int64

	// RefundDays and RefundAmounts are the refunds in the same order, the amounts
	// below zero. They are empty under RefundsIgnore.
	RefundDays    []calendar.Day
	RefundAmounts []int64

	net bool
}

// Value returns the sum of the amounts in minor units, less the refunds under
// RefundsNet. It cannot overflow.
func (c CustomerHistory[K]) Value() int64 {
	return totalOf(c.Amounts) + c.deducted(0, len(c.RefundDays))
}

// ValueBetween is Value of the rows of the days [from, until).
func (c CustomerHistory[K]) ValueBetween(from, until calendar.Day) int64 {
	lo, hi := within(c.Days, from, until)
	refundLo, refundHi := within(c.RefundDays, from, until)
	return totalOf(c.Amounts[lo:hi]) + c.deducted(refundLo, refundHi)
}

func (c CustomerHistory[K]) deducted(lo, hi int) int64 {
	if !c.net {
		return 0
	}
	return totalOf(c.RefundAmounts[lo:hi])
}

// within returns the bounds of the days in [from, until).
func within(days []calendar.Day, from, until calendar.Day) (lo, hi int) {
	lo, _ = slices.BinarySearch(days, from)
	hi, _ = slices.BinarySearch(days, until)
	return lo, max(lo, hi)
}

func totalOf(amounts []int64) (sum int64) {
	for _, a := range amounts {
		sum += a
	}
	return sum
}

// PurchaseDays yields the days on which the customer bought, ascending, each
// once whatever the same-day policy.
func (c CustomerHistory[K]) PurchaseDays() iter.Seq[calendar.Day] {
	return func(yield func(calendar.Day) bool) {
		for i, day := range c.Days {
			if (i == 0 || day != c.Days[i-1]) && !yield(day) {
				return
			}
		}
	}
}

// Len returns the number of customers, those known only by refunds included.
func (h *History[K]) Len() int { return len(h.ids) }

// Purchases returns the number of purchases, by the same-day policy.
func (h *History[K]) Purchases() int { return h.purchases }

// Value returns the sum of the customers' values.
func (h *History[K]) Value() money.Amount {
	return money.Amount{Minor: h.value, Currency: h.currency}
}

// First returns the day of the first purchase, Last that of the last.
func (h *History[K]) First() calendar.Day { return h.first }

// Last returns the day of the last purchase.
func (h *History[K]) Last() calendar.Day { return h.last }

// Period returns the days that were counted, [from, until), as the options and
// [History.AsOf] bound them; a zero Day leaves that side open.
func (h *History[K]) Period() (from, until calendar.Day) { return h.from, h.until }

// Policies returns how refunds and purchases of one day were counted.
func (h *History[K]) Policies() (Refunds, SameDay) { return h.refunds, h.sameDay }

// All yields the customers in ascending order of their ids.
func (h *History[K]) All() iter.Seq[CustomerHistory[K]] {
	return func(yield func(CustomerHistory[K]) bool) {
		for i := range h.ids {
			if !yield(h.at(i)) {
				return
			}
		}
	}
}

// Customer returns the history of one customer, and whether there is one.
func (h *History[K]) Customer(id K) (CustomerHistory[K], bool) {
	i, ok := slices.BinarySearch(h.ids, id)
	if !ok {
		return CustomerHistory[K]{}, false
	}
	return h.at(i), true
}

func (h *History[K]) at(i int) CustomerHistory[K] {
	c := CustomerHistory[K]{ID: h.ids[i], net: h.refunds == RefundsNet}
	c.Days, c.Amounts = h.bought.of(i)
	c.RefundDays, c.RefundAmounts = h.refunded.of(i)
	return c
}

// AsOf returns the history as it was known at the start of a day: only what
// happened before it. Customers of whom nothing was known yet are not in it. It
// shares the purchases with h and costs 32 bytes a customer.
//
// Day 0 is the end of h's Period, or the day after its last purchase where that is
// open. ErrInvalid for a day that is none or lies after the end of the Period,
// where nothing was recorded; ErrInsufficientData where nobody had bought before
// the day.
func (h *History[K]) AsOf(day calendar.Day) (*History[K], error) {
	switch {
	case h.purchases == 0:
		return nil, tooLittle("purchases", "there are none in the period")
	case day == 0 && h.until != 0:
		day = h.until
	case day == 0 && h.last == calendar.MaxDay:
		return nil, refuse("as-of", "no day follows the last purchase, on %s", h.last)
	case day == 0:
		day = h.last + 1
	case !day.Valid():
		return nil, refuse("as-of", "is not a day of the years 1 to 9999")
	case h.until != 0 && day > h.until:
		return nil, refuse("as-of", "%s lies after the end of the period, %s", day, h.until)
	}
	view := &History[K]{currency: h.currency, from: h.from, until: day, refunds: h.refunds, sameDay: h.sameDay}
	view.bought.days, view.bought.amounts = h.bought.days, h.bought.amounts
	view.refunded.days, view.refunded.amounts = h.refunded.days, h.refunded.amounts
	n := len(h.ids)
	view.ids = make([]K, 0, n)
	for _, l := range []*ledger{&view.bought, &view.refunded} {
		l.starts, l.ends = make([]int, 0, n), make([]int, 0, n)
	}
	for i, id := range h.ids {
		end, refundEnd := h.bought.before(i, day), h.refunded.before(i, day)
		if end == h.bought.starts[i] && refundEnd == h.refunded.starts[i] {
			continue
		}
		view.ids = append(view.ids, id)
		view.bought.starts = append(view.bought.starts, h.bought.starts[i])
		view.bought.ends = append(view.bought.ends, end)
		view.refunded.starts = append(view.refunded.starts, h.refunded.starts[i])
		view.refunded.ends = append(view.refunded.ends, refundEnd)
	}
	return view.counted()
}

// counted fills in the figures of the whole history.
func (h *History[K]) counted() (*History[K], error) {
	for i := range h.ids {
		c := h.at(i)
		h.value += c.Value()
		h.purchases += len(c.Days)
		if len(c.Days) > 0 {
			if first := c.Days[0]; h.first == 0 || first < h.first {
				h.first = first
			}
			h.last = max(h.last, c.Days[len(c.Days)-1])
		}
	}
	if h.purchases == 0 {
		return nil, tooLittle("purchases", "there are none in the period")
	}
	return h, nil
}
