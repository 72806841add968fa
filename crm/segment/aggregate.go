package segment

import (
	"math"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

// Aggregate is what a database or another engine has summed of one customer, under
// the rules of a summary's [Options]. In SQL, with amounts in minor units and
// refunds netted:
//
//	SELECT customer,
//	       MIN(CASE WHEN amount >= 0 THEN day END), MAX(CASE WHEN amount >= 0 THEN day END),
//	       SUM(CASE WHEN amount >= 0 THEN 1 ELSE 0 END), SUM(amount),
//	       SUM(CASE WHEN amount < 0 THEN 1 ELSE 0 END), SUM(CASE WHEN amount < 0 THEN amount ELSE 0 END),
//	       MAX(CASE WHEN amount < 0 THEN day END)
//	FROM purchases WHERE day >= $1 AND day < $2 GROUP BY customer
type Aggregate[K purchase.ID] struct {
	Customer    K
	First, Last calendar.Day // of the purchases; zero where there is none
	Purchases   int64
	Value       money.Amount // by the refund policy

	Refunds    int64
	Refunded   int64        // minor units, zero or below
	LastRefund calendar.Day // zero where there is none
}

// AddAggregate counts what was summed elsewhere as if its rows had been added one
// by one, so that a log may come partly from a database and partly row by row. A
// customer may come in several aggregates, for example one a shard.
//
// The error names the field: ErrInvalid for an id that AddBatch would refuse, for
// days, counts or sums that no rows can have, for days outside the period, and
// under SameDayMerge, since a sum does not say which days it holds;
// ErrOverflow for 2^32 purchases or more; ErrCurrency for another currency than
// the summary's: a sum cannot be converted at the rates of its days.
func (s *Summary[K]) AddAggregate(a Aggregate[K]) error {
	if s.opts.SameDay == SameDayMerge {
		return refuse("same_day", "days cannot be merged with those of a sum")
	}
	if err := checkAggregate(a, s.opts); err != nil {
		return err
	}
	if !s.stated {
		s.currency, s.stated = a.Value.Currency, true
	}
	if a.Value.Currency != s.currency {
		return &Error{Field: "currency", Row: -1, Err: ErrCurrency,
			Msg: "a sum in " + currencyName(a.Value.Currency) + " met amounts in " + currencyName(s.currency)}
	}
	add := tallies{rows: uint64(a.Purchases) + uint64(a.Refunds), refunds: uint64(a.Refunds), latest: a.Last}
	add.refunded.add(a.Refunded)
	if s.opts.Refunds == RefundsNet {
		add.latest = max(a.Last, a.LastRefund)
	}
	s.tallies.merge(add)
	if a.Purchases == 0 && s.opts.Refunds == RefundsIgnore {
		return nil
	}
	s.init()
	e := &entry{
		lo: uint64(a.Value.Minor), hi: int32(a.Value.Minor >> 63),
		n: uint32(a.Purchases), first: int32(a.First), last: int32(a.Last),
	}
	if e.n == 0 {
		e.first, e.last = math.MaxInt32, 0
	}
	p, i := s.table.place(any(a.Customer))
	s.table.mergeEntry(p, i, e, nil)
	return nil
}

func checkAggregate[K purchase.ID](a Aggregate[K], o Options) error {
	if id, ok := any(a.Customer).(string); ok {
		if msg := idProblem(id); msg != "" {
			return refuse("customer", "%s", msg)
		}
	}
	bought, refunded := a.Purchases > 0, a.Refunds > 0
	switch {
	case !a.Value.Currency.Valid():
		return refuse("currency", "is not three upper-case letters")
	case a.Purchases < 0 || a.Refunds < 0:
		return refuse("purchases", "a count is negative")
	case !bought && !refunded:
		return refuse("purchases", "a customer without a row")
	case bought && (!a.First.Valid() || !a.Last.Valid() || a.First > a.Last):
		return refuse("first", "the days of the purchases are not days in order")
	case !bought && (a.First != 0 || a.Last != 0):
		return refuse("first", "there is a day without a purchase")
	case bought && (a.First < o.From || o.Until != 0 && a.Last >= o.Until):
		return refuse("last", "a day lies outside the period")
	case a.Refunded > 0 || refunded != (a.Refunded < 0):
		return refuse("refunded", "does not go with the number of refunds")
	case refunded != a.LastRefund.Valid() || a.LastRefund < 0:
		return refuse("last_refund", "does not go with the number of refunds")
	case refunded && (a.LastRefund < o.From || o.Until != 0 && a.LastRefund >= o.Until):
		return refuse("last_refund", "lies outside the period")
	case o.Refunds == RefundsNet && (a.Value.Minor < a.Refunded || !bought && a.Value.Minor > a.Refunded):
		return refuse("value", "does not go with the refunds")
	case o.Refunds != RefundsNet && a.Value.Minor < 0:
		return refuse("value", "is negative where refunds do not count")
	case a.Purchases > math.MaxUint32:
		return errCount()
	}
	return nil
}
