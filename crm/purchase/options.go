package purchase

import (
	"cmp"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Options says how a log is written. The zero value reads a comma-separated log
// with the columns customer, date and amount, amounts of two digits in no stated
// currency, dates as YYYY-MM-DD, and stops at the first bad row.
type Options struct {
	// Customer, Date and Amount are the names of the columns in the header,
	// "customer", "date" and "amount" where empty. They are matched exactly, in
	// any order, and stand for three different columns.
	Customer, Date, Amount string

	// Currency is the name of the column with the ISO 4217 code of the row; empty
	// for a log without one.
	Currency string

	// DefaultCurrency is the currency of the rows that state none: of all where
	// there is no Currency column, and of those with an empty field where there
	// is one (which are refused with ErrCurrency without it).
	DefaultCurrency money.Currency

	// Digits is the number of decimal digits of the minor unit, 0 to
	// [money.MaxDigits], of a log in no currency; nil is 2. It is refused beside
	// Currency or DefaultCurrency, which have their own ([money.Currency.Digits]).
	// new(4) is four digits. The reader's amounts count 10^-Digits then: write
	// them with [money.FormatMinor], since [money.Amount] takes two digits for no
	// currency.
	Digits *int

	// Comma stands between the fields: ',' (also for 0), ';', '\t' or '|'.
	Comma rune

	// DateLayout is the form of the dates as package time writes it, for example
	// "2006/1/2", "20060102" or "02.01.2006 15:04". Empty is YYYY-MM-DD, with or
	// without a time of day (see the package comment). A layout that loses the
	// year, month or day, or that has a zone abbreviation (MST), which does not
	// name an offset, is refused. A two-digit year is read as package time does:
	// 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068.
	DateLayout string

	// Location tells the civil date of a timestamp with Z or an offset from UTC:
	// 2025-03-01T23:30Z is 2 March in Shanghai. Nil refuses such timestamps with
	// ErrZone. Dates and times without an offset are taken as written.
	Location *time.Location

	// Bad is what happens at a row that cannot be read.
	Bad Policy
}

// Policy is what a [Reader] does with a row that breaks a rule (坏行处理).
type Policy uint8

const (
	// Stop ends the reading with the error of the first bad row.
	Stop Policy = iota
	// Skip leaves bad rows out, counts them all and lists the first [MaxListed];
	// see [Reader.Skipped]. It does not skip a fault of the log as a whole: of
	// the options, the header and the underlying reader; a record over
	// [MaxRecord]; and a broken quotation that is unterminated or has taken in a
	// line break, after which nobody can tell rows from quoted text.
	Skip
)

var policies = enum.New[Policy]("Bad", unknown, enum.Names{{"stop", "停止"}, {"skip", "跳过"}})

// String returns "stop" or "skip", and ? for another number.
func (p Policy) String() string { return policies.Code(p) }

// Zh returns the Chinese name, 停止 or 跳过.
func (p Policy) Zh() string { return policies.Zh(p) }

// MarshalText writes the form of String; a number that is no policy is ErrInvalid.
func (p Policy) MarshalText() ([]byte, error) { return policies.Marshal(p) }

// UnmarshalText reads what MarshalText writes.
func (p *Policy) UnmarshalText(text []byte) error { return policies.Unmarshal(p, text) }

// A role is what a column means to the reader.
type role int

const (
	customer role = iota
	date
	amount
	currency
	roles
)

// settings are options that were checked, with the defaults filled in.
type settings struct {
	names           [roles]string // names[currency] is empty for a log without the column
	defaultCurrency money.Currency
	digits          int // of amounts in no currency
	comma           byte
	dates           dates
	skip            bool
}

func (o *Options) settings() (settings, error) {
	s := settings{
		names: [roles]string{
			customer: cmp.Or(o.Customer, "customer"),
			date:     cmp.Or(o.Date, "date"),
			amount:   cmp.Or(o.Amount, "amount"),
			currency: o.Currency,
		},
		defaultCurrency: o.DefaultCurrency,
		digits:          money.Currency(0).Digits(),
		dates:           dates{layout: o.DateLayout, location: o.Location},
		skip:            o.Bad == Skip,
	}
	for i, option := range [roles]string{"Customer", "Date", "Amount", "Currency"} {
		for j, name := range s.names[:i] {
			if name == s.names[i] {
				return s, refuseOption(option, "%q stands for %s already", cut(name), role(j))
			}
		}
	}
	switch o.Comma {
	case 0:
		s.comma = ','
	case ',', ';', '\t', '|':
		s.comma = byte(o.Comma)
	default:
		return s, refuseOption("Comma", "%q is none of ',' ';' '\\t' '|'", o.Comma)
	}
	if !o.DefaultCurrency.Valid() {
		return s, refuseOption("DefaultCurrency", "not three upper-case letters")
	}
	if o.Digits != nil {
		s.digits = *o.Digits
		switch {
		case o.Currency != "" || o.DefaultCurrency != 0:
			return s, refuseOption("Digits", "a currency has its own digits")
		case s.digits < 0 || s.digits > money.MaxDigits:
			return s, refuseOption("Digits", "%d is outside 0 to %d", s.digits, money.MaxDigits)
		}
	}
	if o.Bad > Skip {
		return s, refuseOption("Bad", "no such policy")
	}
	if reason := s.dates.check(); reason != "" {
		return s, refuseOption("DateLayout", "%s", reason)
	}
	return s, nil
}

func (r role) String() string {
	return [roles]string{"the customer", "the date", "the amount", "the currency"}[r]
}
