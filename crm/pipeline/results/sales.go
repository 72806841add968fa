package results

import (
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Outcome is how an opportunity ended, or a return after it (销售结果). The zero value is Won.
type Outcome uint8

const (
	Won      Outcome = iota // 赢单
	Lost                    // 输单
	Returned                // taken back after it was won 退单
)

var outcomes = enum.New[Outcome]("outcome", unknown, enum.Names{
	{"won", "赢单"}, {"lost", "输单"}, {"returned", "退单"},
})

// Valid reports whether o is one of the three.
func (o Outcome) Valid() bool { return outcomes.Valid(o) }

// String returns the code, and ? for a number that is no outcome.
func (o Outcome) String() string { return outcomes.Code(o) }

// Zh returns the Chinese name, and ? for a number that is no outcome.
func (o Outcome) Zh() string { return outcomes.Zh(o) }

// MarshalText writes the form of String; a number that is no outcome is ErrInvalid.
func (o Outcome) MarshalText() ([]byte, error) { return outcomes.Marshal(o) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (o *Outcome) UnmarshalText(text []byte) error { return outcomes.Unmarshal(o, text) }

// Sale is an opportunity that was closed (成交或输单). All but At, Outcome and Minor are ids,
// to group by; "" where there is none. Who sold it is Staff: [ByOwner] says who that is where
// it follows from who had the customer.
type Sale struct {
	ID       string    `json:"id"`
	At       time.Time `json:"at"` // when it was closed
	Outcome  Outcome   `json:"outcome"`
	Minor    int64     `json:"minor"` // of Won 0 or more, of Lost 0, of Returned 0 or less
	Staff    string    `json:"staff,omitzero"`
	Unit     string    `json:"unit,omitzero"`
	Customer string    `json:"customer,omitzero"`
	Product  string    `json:"product,omitzero"`
	Region   string    `json:"region,omitzero"`
}

func (s Sale) head() head {
	h := head{id: s.ID, at: s.At, minor: s.Minor}
	switch {
	case !s.Outcome.Valid():
		h.wrong = codeUnknown
	case s.Outcome == Won && s.Minor < 0, s.Outcome == Lost && s.Minor != 0, s.Outcome == Returned && s.Minor > 0:
		h.wrong = codeAmount
	}
	return h
}

// Rate is a share with how many it is of and how far chance may move it (比率).
type Rate struct {
	Share float64 `json:"share"`
	N     int     `json:"n"`    // what it is a share of
	Low   float64 `json:"low"`  // of the score interval at 95 %
	High  float64 `json:"high"` // (Wilson 1927)
}

// RateOf returns k of n with its interval, and false where n is 0 or k is not between 0 and
// n.
func RateOf(k, n int) (Rate, bool) {
	low, high, err := numeric.WilsonInterval(k, n, 0.95)
	if err != nil {
		return Rate{}, false
	}
	return Rate{Share: float64(k) / float64(n), N: n, Low: low, High: high}, true
}

// SalesRow is what a group sold in a period (销售业绩).
type SalesRow struct {
	Key      string `json:"key"`
	Won      int    `json:"won"`
	Lost     int    `json:"lost"`
	Returned int    `json:"returned"`
	Minor    int64  `json:"minor"` // of those won, less those returned
}

// WinRate returns the share of the closed opportunities that was won (赢单率), and false where
// none was closed. What was returned later had been won.
func (r SalesRow) WinRate() (Rate, bool) { return RateOf(r.Won, r.Won+r.Lost) }

func (r *SalesRow) add(s Sale) {
	switch s.Outcome {
	case Won:
		r.Won++
	case Lost:
		r.Lost++
	case Returned:
		r.Returned++
	}
	r.Minor += s.Minor
}

func salesSheet() sheet[Sale, SalesRow] {
	return sheet[Sale, SalesRow]{"sales", Sale.head, func(key string) SalesRow { return SalesRow{Key: key} }, (*SalesRow).add}
}

// SalesResults sums what was closed in a period by groups (销售业绩统计): by staff, unit,
// product, whatever by returns. With a nil by there is one group, "".
//
// [ErrInvalid]: the period, or a sale without id or instant, of an unknown outcome or with an
// amount of the wrong sign. [ErrDuplicate]: an id given twice. [ErrOverflow]: sums beyond int64.
func SalesResults(sales []Sale, period Period, by func(Sale) string) (Table[SalesRow], error) {
	return salesSheet().over(sales, period, by)
}

// MonthRow is a group's year by months (年销售).
type MonthRow struct {
	Key    string       `json:"key"`
	Months [12]SalesRow `json:"months"` // January first; their Key is ""
	Year   SalesRow     `json:"year"`   // the sum of the months
}

// Quarter returns the sum of the months of a quarter, 1 to 4; the zero SalesRow for another
// number.
func (r MonthRow) Quarter(n int) (sum SalesRow) {
	if n < 1 || n > 4 {
		return sum
	}
	for _, m := range r.Months[3*n-3 : 3*n] {
		sum.Won, sum.Lost, sum.Returned, sum.Minor = sum.Won+m.Won, sum.Lost+m.Lost, sum.Returned+m.Returned, sum.Minor+m.Minor
	}
	return sum
}

// YearSales sums what was closed in a calendar year by months and groups (年销售统计分析). Errors
// are those of [SalesResults].
func YearSales(sales []Sale, year int, zone *time.Location, by func(Sale) string) (Table[MonthRow], error) {
	period := Year(year, zone)
	if err := period.Validate(); err != nil {
		return Table[MonthRow]{}, err
	}
	var ends [12]time.Time // of the months
	for m := range ends {
		ends[m] = period.From.AddMonths(m + 1).Start(zone)
	}
	s := sheet[Sale, MonthRow]{"sales", Sale.head,
		func(key string) MonthRow { return MonthRow{Key: key, Year: SalesRow{Key: key}} },
		func(r *MonthRow, sale Sale) {
			m := slices.IndexFunc(ends[:], sale.At.Before)
			r.Months[m].add(sale)
			r.Year.add(sale)
		}}
	return s.over(sales, period, by)
}
