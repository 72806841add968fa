package results

import (
	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Change is a figure against that of an earlier period (同比, 环比).
type Change struct {
	Difference decimal.Decimal `json:"difference"`
	// Growth is Difference divided by the earlier figure, rounded once to 18 digits;
	// absent where that is 0 or below, for then no ratio says anything.
	Growth decimal.NullDecimal `json:"growth"`
}

// Compare sets a figure against an earlier one.
func Compare(now, before decimal.Decimal) Change {
	c := Change{Difference: now.Sub(before)}
	if before.Sign() > 0 {
		c.Growth = decimal.NewNullDecimal(c.Difference.DivRound(before, 18))
	}
	return c
}

// Per says what growth is measured per, because two periods may differ in length: February
// of a leap year, a spring festival that moved (增长率口径). The zero value is PerPeriod.
type Per uint8

const (
	PerPeriod     Per = iota // the whole period 整期
	PerDay                   // a calendar day 日均
	PerWorkingDay            // a working day 工作日均
)

var pers = enum.New[Per]("per", unknown, enum.Names{{"period", "整期"}, {"day", "日均"}, {"working-day", "工作日均"}})

// Valid reports whether p is one of the three.
func (p Per) Valid() bool { return pers.Valid(p) }

// String returns the code, and ? for a number that is no measure.
func (p Per) String() string { return pers.Code(p) }

// Zh returns the Chinese name, and ? for a number that is no measure.
func (p Per) Zh() string { return pers.Zh(p) }

// MarshalText writes the form of String; a number that is no measure is ErrInvalid.
func (p Per) MarshalText() ([]byte, error) { return pers.Marshal(p) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (p *Per) UnmarshalText(text []byte) error { return pers.Unmarshal(p, text) }

// GrowthOptions are the choices of [YearOnYear]. The zero value is the default.
type GrowthOptions struct {
	Per  Per
	Work *calendar.Calendar // whose working days count, for PerWorkingDay
}

// ChangeRow is a group's sales against those of the same period last year (年销售对比). Where a
// group has nothing in one of the periods, that side is all 0.
type ChangeRow struct {
	Key        string   `json:"key"`
	Now        SalesRow `json:"now"`
	Before     SalesRow `json:"before"`
	Difference int64    `json:"difference"` // of the amounts, in minor units, whatever the days
	// Growth is the amount of now per period or day, by that of before, less 1; rounded once to 18
	// digits. Absent where the amount of before is 0 or below, or one side has no working day.
	Growth decimal.NullDecimal `json:"growth"`
}

// Comparison is a period's sales against those of the year before, by groups.
type Comparison struct {
	Now        Period `json:"now"`
	Before     Period `json:"before"`
	NowDays    int    `json:"now_days"`    // calendar days, or working days with PerWorkingDay
	BeforeDays int    `json:"before_days"` // they may differ with PerPeriod too, and nothing makes up for it
	Table[ChangeRow]
}

// YearOnYear compares the sales of a period with those of the same period last year by groups
// (年销售对比分析); [Period.LastYear] says which that is. Groups that have sales in only one of
// the two are in the rows too.
//
// Errors are those of [SalesResults]; further [ErrInvalid]: an unknown Per, or PerWorkingDay
// with a calendar that is nil or does not reach over both periods.
func YearOnYear(sales []Sale, period Period, by func(Sale) string, opts GrowthOptions) (Comparison, error) {
	before, err := period.LastYear()
	if err != nil {
		return Comparison{}, err
	}
	c := Comparison{Now: period, Before: before, NowDays: period.Days(), BeforeDays: before.Days()}
	switch opts.Per {
	case PerPeriod, PerDay:
	case PerWorkingDay:
		if c.NowDays, c.BeforeDays, err = workdays(opts.Work, period, before); err != nil {
			return Comparison{}, err
		}
	default:
		return Comparison{}, refuse(ErrInvalid, codeUnknown, "per", -1)
	}
	now, err := SalesResults(sales, period, by)
	if err != nil {
		return Comparison{}, err
	}
	then, err := SalesResults(sales, before, by)
	if err != nil {
		return Comparison{}, err
	}
	c.Rows = []ChangeRow{}
	merged(now.Rows, then.Rows, func(r SalesRow) string { return r.Key }, func(key string, i, k int) {
		a, b := SalesRow{Key: key}, SalesRow{Key: key}
		if i >= 0 {
			a = now.Rows[i]
		}
		if k >= 0 {
			b = then.Rows[k]
		}
		c.Rows = append(c.Rows, c.row(a, b, opts.Per))
	})
	c.Total = c.row(now.Total, then.Total, opts.Per)
	return c, nil
}

func (c Comparison) row(now, before SalesRow, per Per) ChangeRow {
	r := ChangeRow{Key: now.Key, Now: now, Before: before, Difference: now.Minor - before.Minor}
	if before.Minor <= 0 {
		return r
	}
	// now/days ÷ before/days - 1, as one division.
	a, b := decimal.NewFromInt(now.Minor), decimal.NewFromInt(before.Minor)
	if per != PerPeriod {
		if c.NowDays == 0 || c.BeforeDays == 0 {
			return r
		}
		a, b = a.Mul(decimal.NewFromInt(int64(c.BeforeDays))), b.Mul(decimal.NewFromInt(int64(c.NowDays)))
	}
	r.Growth = Compare(a, b).Growth
	return r
}

func workdays(work *calendar.Calendar, now, before Period) (a, b int, err error) {
	if work == nil {
		return 0, 0, refuse(ErrInvalid, codeCalendar, "work", -1)
	}
	if a, err = work.Workdays(now.From, now.To); err == nil {
		b, err = work.Workdays(before.From, before.To)
	}
	if err != nil {
		return 0, 0, refuse(ErrInvalid, codeCalendar, "work", -1)
	}
	return a, b, nil
}
