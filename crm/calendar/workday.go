package calendar

import "time"

// A Span is the time from an instant to a later one, without that.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// WorkedOn returns the working time of the shifts that begin on d, nights after
// midnight and clock changes included; breaks count off. A day is a working day
// where this is above zero: a day off on which a night shift ends is none, and
// neither is a day that the clocks skip. [ErrHorizon], and [ErrUncovered] where d is
// in a refused year.
func (c *Calendar) WorkedOn(d Day) (time.Duration, error) {
	if err := c.knows(d, d); err != nil {
		return 0, err
	}
	return seconds(int64(c.worked[d.Sub(c.from)])), nil
}

// Shifts returns the working time of the shifts that begin on d, in order and without
// the breaks, in the calendar's zone, and none for a day off. Errors are those of [Calendar.WorkedOn].
func (c *Calendar) Shifts(d Day) ([]Span, error) {
	if err := c.knows(d, d); err != nil {
		return nil, err
	}
	var list []Span
	for _, w := range c.plans[c.planOf[d.Sub(c.from)]] {
		s := Span{d.At(int(w.From), c.loc), d.At(int(w.To), c.loc)}
		if s.From.Before(s.To) {
			list = append(list, s)
		}
	}
	return list, nil
}

// Workdays returns the working days from a up to b without b, below zero where b is
// the earlier. [ErrHorizon]: a or b is before the horizon's first day or later than
// the one after its last. [ErrUncovered]: a day between them is in a refused year.
func (c *Calendar) Workdays(a, b Day) (int, error) {
	low, high := min(a, b), max(a, b)
	if low < c.from || high > c.to+1 {
		return 0, outside()
	}
	if low < high {
		if err := c.knows(low, high-1); err != nil {
			return 0, err
		}
	}
	return int(c.rank[b.Sub(c.from)]) - int(c.rank[a.Sub(c.from)]), nil
}

// AddWorkdays returns the n-th working day after d, for n below zero the n-th
// before it, and for zero d itself or the next working day where d is none.
// [ErrHorizon] and [ErrUncovered] as for [Calendar.Workdays], also where the answer
// lies beyond.
func (c *Calendar) AddWorkdays(d Day, n int) (Day, error) {
	if d < c.from || d > c.to {
		return 0, outside()
	}
	at, last := int(c.rank[d.Sub(c.from)]), len(c.days)-1
	if n > 0 {
		at = int(c.rank[d.Sub(c.from)+1]) - 1
	}
	switch {
	case n > last-at:
		return 0, c.missingDay(d, c.to)
	case n < -at:
		return 0, c.missingDay(c.from, d)
	}
	found := c.days[at+n]
	if err := c.knows(min(d, found), max(d, found)); err != nil {
		return 0, err
	}
	return found, nil
}

// Shift moves d to a working day by a [Roll]: d itself where it is one. The result
// is the zero Day where RollSkip drops d. [ErrInvalid]: no roll. [ErrHorizon] and
// [ErrUncovered] as for [Calendar.AddWorkdays]; RollNone has neither.
func (c *Calendar) Shift(d Day, roll Roll) (Day, error) {
	switch {
	case !rolls.Valid(roll):
		return 0, unknown("roll")
	case roll == RollNone:
		return d, nil
	}
	work, err := c.WorkedOn(d)
	switch {
	case err != nil:
		return 0, err
	case work > 0:
		return d, nil
	}
	switch roll {
	case Following:
		return c.AddWorkdays(d, 0)
	case Preceding:
		return c.AddWorkdays(d, -1)
	case ModifiedFollowing:
		next, err := c.AddWorkdays(d, 0)
		if err != nil {
			return 0, err
		}
		if _, m, _ := next.Date(); m != monthOf(d) {
			return c.AddWorkdays(d, -1)
		}
		return next, nil
	}
	return 0, nil
}

func monthOf(d Day) time.Month {
	_, m, _ := d.Date()
	return m
}

// Uncovered returns, in order, the years without a table among those of the days
// from a to b, both included: what is answered about them rests on the pattern
// alone, and a caller says so ([CodeUncovered]). It is empty where the [Spec] says
// that there are no tables.
func (c *Calendar) Uncovered(a, b Day) []int {
	var years []int
	for _, year := range c.uncovered {
		if daysBefore(year, time.January) < b && a <= daysBefore(year, time.December)+31 {
			years = append(years, year)
		}
	}
	return years
}

// knows returns why there is no answer about the days a to b, both included.
func (c *Calendar) knows(a, b Day) error {
	if a < c.from || b > c.to {
		return outside()
	}
	for _, g := range c.refused {
		if g.first <= b && a <= g.last {
			return uncovered(g.year)
		}
	}
	return nil
}

// missingDay returns why no working day was found from a to b.
func (c *Calendar) missingDay(a, b Day) error {
	if err := c.knows(a, b); err != nil {
		return err
	}
	return outside()
}
