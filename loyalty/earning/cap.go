package earning

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// allowance is a cap while an order is computed.
type allowance struct {
	since calendar.Day // of the period that the order falls in
	used  int64        // before the order
	room  int64        // what is left of it
	cut   int64        // what it took away
}

// openCaps finds what each cap has left.
func (p *Plan) openCaps(w *work) error {
	for k := range p.caps {
		c, a := &p.caps[k], &w.caps[k]
		a.since = since(c.Period, w.context.local())
		found := c.Period == InOrder
		for i := range w.context.Counters {
			n := &w.context.Counters[i]
			if c.Period == InOrder || n.Cap != c.ID || n.Since != a.since {
				continue
			}
			if found {
				return refuse(ErrInvalid, "counters", i, n.Cap, "comes twice")
			}
			found, a.used = true, n.Used
		}
		a.room = max(0, c.Limit-a.used)
	}
	return nil
}

// since returns the first day of the period that an instant falls in, none where
// the period has none. Days are half-open from Day.Start on, also in the hour
// in which the clocks of St John's showed yesterday again.
func since(p Period, local time.Time) calendar.Day {
	if p != InDay && p != InMonth {
		return 0
	}
	day := calendar.DayOf(local, local.Location())
	if next := day + 1; !local.Before(next.Start(local.Location())) {
		day = next
	}
	if p == InMonth {
		_, _, n := day.Date()
		day -= calendar.Day(n - 1)
	}
	return day
}

// limit serves the rows in their order from what the caps have left. In a row
// the lines are served in their order, and what belongs to no line last.
func (p *Plan) limit(w *work) {
	for m := range w.cells {
		for row, at := range w.rows {
			given, by := w.given[m][row], -1
			least := given
			for k := range p.caps {
				if c := &p.caps[k]; c.Measure == Measure(m) && c.over(at) && w.caps[k].room < least {
					least, by = w.caps[k].room, k
				}
			}
			if by >= 0 {
				w.caps[by].cut += given - least
				w.cut(Measure(m), row, given-least)
			}
			for k := range p.caps {
				if c := &p.caps[k]; c.Measure == Measure(m) && c.over(at) {
					w.caps[k].room -= least
				}
			}
		}
	}
}

// cut takes points off a row from its end.
func (w *work) cut(m Measure, row int, points int64) {
	for col := w.width - 1; points > 0; col-- {
		cell := &w.cells[m][row*w.width+col]
		off := min(points, *cell)
		*cell, points = *cell-off, points-off
	}
}
