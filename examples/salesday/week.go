package main

import (
	"fmt"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline"
)

// showWeek prints what a manager looks at once a week, of the week of a day.
type showWeek struct {
	event
	Of calendar.Day `json:"of"`
}

func (a *showWeek) play(r *replay) error {
	week, err := r.Worklists.Week(r.ctx, r.actor, crm.WeekOptions{At: a.Of.Start(shanghai)})
	if err != nil {
		return err
	}
	if err := r.title("HEAD-WEEK", finding.Day("from", week.From)); err != nil {
		return err
	}
	w := weekly{replay: r}
	if week.Rules != nil {
		w.rules(week.Rules.Lines)
	}
	for _, m := range week.Money {
		w.money(m)
	}
	if w.err == nil {
		w.err = r.findings(1, pipeline.Catalogue(), week.Stalled)
	}
	for _, p := range week.Pools {
		w.line("WEEK-POOL", finding.Str("pool", p.Pool), finding.Int("leads", int64(p.Leads)), finding.Int("joined", int64(p.Joined)))
	}
	for _, id := range week.Conflicts {
		w.line("WEEK-CONFLICT", finding.Str("ruling", id))
	}
	for _, s := range week.Waiting {
		w.line("WEEK-WAITING", finding.Str("request", s.Approval), finding.Term("initiator", r.colleague(s.Initiator)),
			finding.Term("amount", s.Amount), finding.Term("person", r.colleague(s.Person)))
	}
	r.gap()
	return w.err
}

// weekly writes the lines of a week; the first error ends it.
type weekly struct {
	*replay
	err error
}

func (w *weekly) line(code string, params ...finding.Param) {
	if w.err != nil {
		return
	}
	var text string
	if text, w.err = w.sentence(code, params...); w.err == nil {
		w.print(1, text)
	}
}

// rules is how many of the duties of the week were met, unit by unit.
func (w *weekly) rules(lines []cadence.Line) {
	for _, l := range lines {
		if rate, ok := l.Rate(); ok {
			w.line("WEEK-RULE", finding.Term("unit", w.unit(l.Unit)), finding.Term("rule", l.Rule), finding.Int("met", l.Met), finding.Int("owed", l.Owed),
				finding.Str("share", fmt.Sprintf("%.0f%%", 100*rate.Share)))
		}
	}
}

// money is what was won, what will come and what is owed.
func (w *weekly) money(m crm.WeekMoney) {
	amount := func(name string, minor int64) finding.Param {
		return finding.Term(name, money.Amount{Minor: minor, Currency: m.Currency})
	}
	won := m.Results.Total
	w.line("WEEK-WON", finding.Int("won", int64(won.Won)), amount("amount", won.Minor), finding.Int("lost", int64(won.Lost)))
	if f := m.Forecast; f.Total.Deals > 0 {
		low, high, err := f.Amount.Interval(0.9)
		expected, err2 := money.FromDecimal(f.Total.Expected, m.Currency, money.HalfEven)
		if err != nil || err2 != nil {
			w.err = fmt.Errorf("forecast: %w, %w", err, err2)
			return
		}
		w.line("WEEK-FORECAST", finding.Int("deals", int64(f.Total.Deals)), amount("amount", f.Total.Amount), finding.Term("expected", expected),
			amount("low", low), amount("high", high))
	}
	if late := m.Forecast.Overdue; late.Deals > 0 {
		w.line("WEEK-OVERDUE", finding.Int("deals", int64(late.Deals)), amount("amount", late.Amount))
	}
	w.line("WEEK-OWED", amount("amount", m.Owed.Total.Total.Minor), amount("overdue", m.Owed.Total.Overdue().Minor))
}
