package segment

import (
	"fmt"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// Refunds says what becomes of rows with a negative amount (退款). A refund is
// never a purchase: under no policy does it count as one or move a customer's
// first or last day.
type Refunds uint8

const (
	// RefundsNet subtracts refunds from the customer's value (净额). It is the default.
	RefundsNet Refunds = iota
	// RefundsGross leaves the value at what was bought (毛额); a customer known only by
	// refunds is kept, with no purchase and a value of 0.
	RefundsGross
	// RefundsIgnore treats the row as if it were not in the log; it is only counted
	// in [Totals].Refunds.
	RefundsIgnore
)

var refundsNames = enum.New[Refunds]("refunds", unknown, enum.Names{
	{"net", "净额"}, {"gross", "毛额"}, {"ignore", "忽略"},
})

// String returns net, gross or ignore.
func (r Refunds) String() string { return refundsNames.Code(r) }

// Zh returns 净额, 毛额 or 忽略.
func (r Refunds) Zh() string { return refundsNames.Zh(r) }

// MarshalText writes String; an unknown value is ErrInvalid.
func (r Refunds) MarshalText() ([]byte, error) { return refundsNames.Marshal(r) }

// UnmarshalText reads what MarshalText writes.
func (r *Refunds) UnmarshalText(text []byte) error { return refundsNames.Unmarshal(r, text) }

// SameDay says whether several purchases of a customer on one day count apart.
type SameDay uint8

const (
	// SameDayKeep counts every row (逐笔). It is the default.
	SameDayKeep SameDay = iota
	// SameDayMerge counts the days on which the customer bought (按日合并). The value is
	// not touched. It costs 8 bytes for each day of each customer, because only the
	// set of days can be merged with that of another shard.
	SameDayMerge
)

var sameDayNames = enum.New[SameDay]("same_day", unknown, enum.Names{{"keep", "逐笔"}, {"merge", "按日合并"}})

// String returns keep or merge.
func (s SameDay) String() string { return sameDayNames.Code(s) }

// Zh returns 逐笔 or 按日合并.
func (s SameDay) Zh() string { return sameDayNames.Zh(s) }

// MarshalText writes String; an unknown value is ErrInvalid.
func (s SameDay) MarshalText() ([]byte, error) { return sameDayNames.Marshal(s) }

// UnmarshalText reads what MarshalText writes.
func (s *SameDay) UnmarshalText(text []byte) error { return sameDayNames.Unmarshal(s, text) }

// Options of a [Summary]. The zero value takes all days, nets refunds, counts
// every row and refuses a second currency.
type Options struct {
	// From and Until bound the days that count, [From, Until); a zero Day leaves
	// that side open. Until is the as-of date: what happened on that day or later
	// was not known at its start.
	From, Until calendar.Day

	Refunds Refunds
	SameDay SameDay

	// Rates converts amounts of other currencies into Currency, each at the rate of
	// its own day, rounded by Rounding. Without Rates a second currency is
	// ErrCurrency, whichever came first. With Rates, Currency is required.
	Rates    money.Rates
	Currency money.Currency
	Rounding money.Rounding

	// Workers is how many goroutines AddBatch may use on a large batch; 0 and 1 mean
	// the caller's own. The result does not depend on it.
	Workers int
}

// Validate reports every problem of the options, joined.
func (o Options) Validate() error {
	var problems []error
	check := func(bad bool, field, msg string) {
		if bad {
			problems = append(problems, refuse(field, "%s", msg))
		}
	}
	check(o.From != 0 && !o.From.Valid(), "from", "is not a day of the years 1 to 9999")
	check(o.Until != 0 && !o.Until.Valid(), "until", "is not a day of the years 1 to 9999")
	check(o.From != 0 && o.Until != 0 && o.From >= o.Until, "until", "must lie after from")
	check(!refundsNames.Valid(o.Refunds), "refunds", "is not one of the policies")
	check(!sameDayNames.Valid(o.SameDay), "same_day", "is not one of the policies")
	check(!o.Currency.Valid(), "currency", "is not three upper-case letters")
	check(!o.Rounding.Valid(), "rounding", "is not one of the modes")
	check(o.Rates != nil && o.Currency == 0, "currency", "must be stated where rates are given")
	check(o.Workers < 0, "workers", "must not be negative")
	return fault.Join(problems)
}

// counted is the part of the options that decides what a row adds; summaries
// that differ in it do not mean the same.
type counted struct {
	from, until calendar.Day
	refunds     Refunds
	sameDay     SameDay
}

func (o Options) counted() counted { return counted{o.From, o.Until, o.Refunds, o.SameDay} }

func (c counted) String() string {
	return fmt.Sprintf("[%s, %s) refunds %s, same day %s", c.from, c.until, c.refunds, c.sameDay)
}
