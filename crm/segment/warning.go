package segment

import (
	"math"
	"strconv"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// WarningOptions of [EarlyWarnings]. The zero value warns of a silence of more
// than two order cycles, and of a value that fell by half from one window of 90
// days to the next.
type WarningOptions struct {
	// SilentAfter is the number of order cycles that a silence may last: a customer
	// is silent whose silence is longer than so many cycles. Positive; the zero value
	// is 2/1.
	SilentAfter money.Ratio

	// MinGaps is the number of own gaps that a customer needs to be called silent; 0
	// is 2, and negative none at all, so that the base's cycle is held against
	// customers who bought once.
	MinGaps int

	// Window is the length in days of the two windows whose values are compared,
	// [asOf-2·Window, asOf-Window) and [asOf-Window, asOf); 0 is 90.
	Window int

	// Drop is the part of the earlier window's value that must be missing in the later
	// one, or more, to call the value falling. Positive; the zero value is 1/2.
	Drop money.Ratio

	// MinValue is the value in minor units that the earlier window must reach, so that
	// small change raises no alarm; 0 is any value above zero.
	MinValue int64
}

func (o WarningOptions) withDefaults() (WarningOptions, error) {
	if o.SilentAfter == (money.Ratio{}) {
		o.SilentAfter = money.Ratio{Num: 2, Den: 1}
	}
	if o.MinGaps == 0 {
		o.MinGaps = 2
	}
	if o.Window == 0 {
		o.Window = 90
	}
	if o.Drop == (money.Ratio{}) {
		o.Drop = money.Ratio{Num: 1, Den: 2}
	}
	if o.MinValue == 0 {
		o.MinValue = 1
	}
	var problems []error
	if !o.SilentAfter.Valid() || o.SilentAfter.Num <= 0 {
		problems = append(problems, refuse("silent_after", "is not positive"))
	}
	if o.Window < 0 || o.Window > int(calendar.MaxDay) {
		problems = append(problems, refuse("window", "is not a positive number of days"))
	}
	if !o.Drop.Valid() || o.Drop.Num <= 0 {
		problems = append(problems, refuse("drop", "is not positive"))
	}
	if o.MinValue < 0 {
		problems = append(problems, refuse("min_value", "is negative"))
	}
	return o, fault.Join(problems)
}

// Warning says that a customer may be leaving, and why (客户预警).
type Warning[K purchase.ID] struct {
	ID      K            `json:"id"`      // the customer
	AsOf    calendar.Day `json:"asof"`    // the day at whose start it is seen
	Silent  bool         `json:"silent"`  // the silence is longer than Limit cycles
	Falling bool         `json:"falling"` // the value fell from one window to the next

	Silence int         `json:"silence"` // days since the last purchase
	Cycle   int         `json:"cycle"`   // the order cycle in whole days, rounded, at least 1: what Silence is held against
	Limit   money.Ratio `json:"limit"`   // WarningOptions.SilentAfter
	Tail    float64     `json:"tail"`    // probability of such a silence: see Cycle.Tail

	Window int          `json:"window"` // days
	Before money.Amount `json:"before"` // value in the earlier window
	Now    money.Amount `json:"now"`    // value in the later window
}

// Severity is Warning for a silent customer, for whom it may soon be too late,
// and Notice for one whose value falls.
func (w Warning[K]) Severity() finding.Severity {
	if w.Silent {
		return finding.Warning
	}
	return finding.Notice
}

// The codes of this package's findings.
const (
	CodeSilent        = "SEG-SILENT"
	CodeFalling       = "SEG-FALLING"
	CodeSilentFalling = "SEG-SILENT-FALLING"
	CodeAttention     = "SEG-ATTENTION"
)

// FindingTexts returns the sentences for the codes of this package.
func FindingTexts() finding.Catalogue {
	return finding.Catalogue{
		CodeSilent: {
			En: "no purchase for {silence} days, more than {limit} order cycles of {cycle} days",
			Zh: "已 {silence} 天没有消费，超过 {limit} 个订购周期（每个 {cycle} 天）",
		},
		CodeFalling: {
			En: "spent {now} in the last {window} days, after {before} in the {window} days before",
			Zh: "最近 {window} 天消费 {now}，此前 {window} 天消费 {before}",
		},
		CodeSilentFalling: {
			En: "no purchase for {silence} days, more than {limit} order cycles of {cycle} days; " +
				"spent {now} in the last {window} days, after {before} in the {window} days before",
			Zh: "已 {silence} 天没有消费，超过 {limit} 个订购周期（每个 {cycle} 天）；" +
				"最近 {window} 天消费 {now}，此前 {window} 天消费 {before}",
		},
		CodeAttention: {
			En: "spent {value} in the last {horizon} days, was due on {due}: {overdue} days overdue, " +
				"{percent} percent of such gaps end sooner",
			Zh: "最近 {horizon} 天消费 {value}，预计 {due} 再次购买：已逾期 {overdue} 天，{percent}% 的间隔比这短",
		},
	}
}

// Finding returns w in the form that people read; [FindingTexts] has the
// sentences.
func (w Warning[K]) Finding() finding.Finding {
	f := finding.Finding{Severity: w.Severity(), Subject: idText(w.ID), AsOf: w.AsOf}
	if w.Silent {
		f.Code = CodeSilent
		f.Params = append(f.Params, finding.Int("silence", int64(w.Silence)),
			finding.Str("limit", ratioText(w.Limit)), finding.Int("cycle", int64(w.Cycle)))
	}
	if w.Falling {
		f.Code = CodeFalling
		if w.Silent {
			f.Code = CodeSilentFalling
		}
		f.Params = append(f.Params, finding.Term("now", w.Now), finding.Term("before", w.Before),
			finding.Int("window", int64(w.Window)))
	}
	return f
}

// idText is a customer's id as the subject of a finding.
func idText[K purchase.ID](id K) string {
	switch id := any(id).(type) {
	case int64:
		return strconv.FormatInt(id, 10)
	case string:
		return id
	}
	return ""
}

// ratioText writes a whole number without its denominator.
func ratioText(r money.Ratio) string {
	if r = r.Reduce(); r.Den == 1 {
		return strconv.FormatInt(r.Num, 10)
	}
	return r.String()
}

// EarlyWarnings returns the customers who may be leaving (客户流失预警), in ascending
// order of their ids, each once, with the reasons: an unusual silence, a falling
// value, or both. All comparisons are of whole numbers.
//
// A customer is silent when Silence > SilentAfter · Cycle, with the cycle rounded
// to whole days, and has MinGaps gaps of his own: who bought once or twice is too
// new to judge. The value is falling when the earlier window's value is at least
// MinValue and the later one's lies below it by Drop or more, both by the
// history's refund policy; only customers are judged who first bought at or
// before the start of the earlier window, and only where the history's Period
// reaches back so far.
//
// The as-of day is that of the cycles. ErrInvalid for options out of range.
func EarlyWarnings[K purchase.ID](c *Cycles[K], opts WarningOptions) ([]Warning[K], error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	var warnings []Warning[K]
	for cycle, who := range c.each {
		w := Warning[K]{
			ID: who.ID, AsOf: c.asOf, Limit: opts.SilentAfter, Window: opts.Window,
			Silence: cycle.Silence, Cycle: wholeDays(cycle.Cycle), Tail: cycle.Tail,
		}
		if cycle.Days-1 >= opts.MinGaps {
			w.Silent = w.exceeds()
		}
		c.compareWindows(&w, who, opts)
		if w.Silent || w.Falling {
			warnings = append(warnings, w)
		}
	}
	return warnings, nil
}

// wholeDays rounds an order cycle to days, at least one, and to no more than the
// calendar has.
func wholeDays(cycle float64) int {
	return int(min(max(math.Floor(cycle+0.5), 1), float64(calendar.MaxDay)))
}

func (w *Warning[K]) exceeds() bool {
	// Both ratios are valid: Cycle is at least 1, Limit was checked.
	order, _ := money.Ratio{Num: int64(w.Silence), Den: int64(w.Cycle)}.Cmp(w.Limit)
	return order > 0
}

func (c *Cycles[K]) compareWindows(w *Warning[K], who CustomerHistory[K], opts WarningOptions) {
	middle := c.asOf - calendar.Day(opts.Window)
	start := middle - calendar.Day(opts.Window)
	before, now := who.ValueBetween(start, middle), who.ValueBetween(middle, c.asOf)
	w.Before = money.Amount{Minor: before, Currency: c.history.currency}
	w.Now = money.Amount{Minor: now, Currency: c.history.currency}
	if who.Days[0] > start || c.history.from > start || before < opts.MinValue {
		return
	}
	// The sums of two windows fit together into an int64: see HistoryBuilder.AddBatch.
	order, _ := money.Ratio{Num: before - now, Den: before}.Cmp(opts.Drop)
	w.Falling = order >= 0
}
