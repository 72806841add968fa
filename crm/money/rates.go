package money

import (
	"cmp"
	"errors"
	"math"
	"math/bits"
	"slices"
	"strconv"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Rates is the port through which the host supplies exchange rates (汇率).
//
// Vocabulary: the rate from A to B on a day is the number of units of B (yuan,
// not fen) for one unit of A, as banks quote it: from USD to CNY 7.1234. Minor
// units are [Convert]'s business.
//
// Concurrency: safe for use by several goroutines at once.
//
// Consistency: equal arguments give equal answers for as long as one computation
// uses the port.
//
// Errors: a rate that is not known for the day is an error that answers
// errors.Is(err, ErrCurrency); it is never guessed, taken from a later day,
// inverted or crossed through a third currency unless the implementation says so.
// A returned Ratio is valid and above zero. from and to are stated and differ;
// on is a valid day.
type Rates interface {
	Rate(from, to Currency, on calendar.Day) (Ratio, error)
}

// Convert returns a in the currency to at the day's rate, rounded once by mode.
// An amount that is in that currency already, and the zero Amount, need no rate:
// rates may then be nil.
//
// ErrCurrency: a or to has no currency, rates is nil, or there is no rate.
// ErrInvalid: on is no day, or the rate is not above zero. ErrOverflow: the
// result, or the rate between the two minor units, does not fit 64 bits.
func Convert(a Amount, to Currency, on calendar.Day, rates Rates, mode Rounding) (Amount, error) {
	switch {
	case !to.Valid() || !a.Currency.Valid():
		return Amount{}, invalid("currency", "is not three upper-case letters")
	case a.Currency == to:
		return a, nil
	case a == Amount{}:
		return Amount{0, to}, nil
	case a.Currency == 0 || to == 0 || rates == nil:
		return Amount{}, noRate(a.Currency, to, on, ErrCurrency)
	case !on.Valid():
		return Amount{}, invalid("on", "is no day")
	}
	rate, err := rates.Rate(a.Currency, to, on)
	if err != nil {
		if _, told := errors.AsType[*Error](err); !told {
			err = noRate(a.Currency, to, on, err)
		}
		return Amount{}, err
	}
	if !rate.positive() {
		return Amount{}, invalid("rate", "is not above zero")
	}
	rate, err = rate.scale(to.Digits() - a.Currency.Digits())
	if err != nil {
		return Amount{}, err
	}
	minor, err := rate.Mul(a.Minor, mode)
	if err != nil {
		return Amount{}, err
	}
	return Amount{minor, to}, nil
}

func noRate(from, to Currency, on calendar.Day, err error) error {
	return &Error{Field: "rate", Item: -1,
		Reason: "none from " + name(from) + " to " + name(to) + " on " + on.String(), Err: err}
}

// positive reports whether r can be a rate.
func (r Ratio) positive() bool { return r.Den > 0 && r.Num > 0 }

// scale returns r times 10^digits for a valid positive r and digits of -4 to 4.
func (r Ratio) scale(digits int) (Ratio, error) {
	r = r.Reduce()
	num, den := uint64(r.Num), uint64(r.Den)
	up, down := &num, &den
	if digits < 0 {
		up, down, digits = down, up, -digits
	}
	p := pow10[digits]
	g := gcd(p, *down)
	*down /= g
	hi, lo := bits.Mul64(*up, p/g)
	if hi != 0 || lo > math.MaxInt64 {
		return Ratio{}, overflow("rate")
	}
	*up = lo
	return Ratio{int64(num), int64(den)}, nil
}

// Quote is one line of a rate table: from the day Since on, one unit of From is
// Rate units of To, until a later quote of the same pair.
type Quote struct {
	From  Currency     `json:"from"`
	To    Currency     `json:"to"`
	Since calendar.Day `json:"since"`
	Rate  Ratio        `json:"rate"`
}

// RateTableOptions says what a [RateTable] may derive. The zero value derives
// nothing.
type RateTableOptions struct {
	// Inverse lets a pair without a quote of its own at or before the day use
	// the inverse of the quote for the opposite pair.
	Inverse bool
}

// RateTable is an in-memory [Rates] of quotes that hold from a day on (生效日).
// It does not change once made. The zero value knows no rate.
type RateTable struct {
	inverse bool
	quotes  map[pair][]Quote // ascending by Since
}

type pair struct{ from, to Currency }

// NewRateTable makes a table of quotes in any order. ErrInvalid, for every bad
// quote at once and with its index in [Error].Item: a currency missing or the
// same on both sides, no day, a rate that is not above zero, two rates for one
// pair and day. A quote repeated word by word is accepted.
func NewRateTable(quotes []Quote, opts RateTableOptions) (*RateTable, error) {
	t := &RateTable{inverse: opts.Inverse, quotes: make(map[pair][]Quote)}
	var errs []error
	for i, q := range quotes {
		if reason := t.insert(q); reason != "" {
			errs = append(errs, &Error{Field: "quotes", Item: i, Reason: reason, Err: ErrInvalid})
		}
	}
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	return t, nil
}

// insert adds a quote, or says what is wrong with it.
func (t *RateTable) insert(q Quote) (reason string) {
	switch {
	case q.From == 0 || q.To == 0 || !q.From.Valid() || !q.To.Valid():
		return "currency is not three upper-case letters"
	case q.From == q.To:
		return "both currencies are " + q.From.String()
	case !q.Since.Valid():
		return "since is no day"
	case !q.Rate.positive():
		return "rate is not above zero"
	}
	q.Rate = q.Rate.Reduce()
	key := pair{q.From, q.To}
	list := t.quotes[key]
	at, found := slices.BinarySearchFunc(list, q.Since, bySince)
	if found {
		if list[at].Rate != q.Rate {
			return "another rate for " + q.From.String() + " to " + q.To.String() + " since " + q.Since.String()
		}
		return ""
	}
	t.quotes[key] = slices.Insert(list, at, q)
	return ""
}

func bySince(q Quote, day calendar.Day) int { return cmp.Compare(q.Since, day) }

// Rate returns the quote in force on the day: the last with Since at or before
// it. Equal currencies have the rate 1. ErrCurrency where there is none, also
// where only later days are quoted; ErrInvalid where on is no day.
func (t *RateTable) Rate(from, to Currency, on calendar.Day) (Ratio, error) {
	if !on.Valid() {
		return Ratio{}, invalid("on", "is no day ("+strconv.Itoa(int(on))+")")
	}
	if from == to && from != 0 {
		return Ratio{1, 1}, nil
	}
	if q, ok := t.inForce(pair{from, to}, on); ok {
		return q.Rate, nil
	}
	if t.inverse {
		if q, ok := t.inForce(pair{to, from}, on); ok {
			return q.Rate.Inverse()
		}
	}
	return Ratio{}, noRate(from, to, on, ErrCurrency)
}

func (t *RateTable) inForce(key pair, on calendar.Day) (Quote, bool) {
	list := t.quotes[key]
	at, found := slices.BinarySearchFunc(list, on, bySince)
	if found {
		return list[at], true
	}
	if at == 0 {
		return Quote{}, false
	}
	return list[at-1], true
}
