package calendar

import "time"

// ID returns the name that the [Spec] gave the calendar.
func (c *Calendar) ID() string { return c.id }

// Loc returns the zone by whose clocks the calendar goes.
func (c *Calendar) Loc() *time.Location { return c.loc }

// Horizon returns the first and the last day that the calendar knows.
func (c *Calendar) Horizon() (from, to Day) { return c.from, c.to }

// Between returns the working time from a to b, below zero where b is the earlier.
// It is time that passes, not what clocks show: a night shift is an hour shorter
// when they go forward.
//
// [ErrHorizon]: a or b is outside the horizon, which runs from the start of its
// first day to the end of its last. [ErrUncovered]: time of a refused year lies
// between them.
func (c *Calendar) Between(a, b time.Time) (time.Duration, error) {
	if !c.reaches(a) || !c.reaches(b) {
		return 0, outside()
	}
	if c.refused != nil {
		if err := c.refuse(a, b); err != nil {
			return 0, err
		}
	}
	before, _ := c.until(a)
	after, _ := c.until(b)
	return after - before, nil
}

// Add returns the instant that is so much working time away from t, in the
// calendar's zone: for d above zero the earliest one after t with Between(t, it) = d,
// so that eight hours from the morning on end at closing time and not the next
// morning; for d below zero the latest one before t; for zero t itself.
//
// [ErrHorizon] and [ErrUncovered] as for [Calendar.Between], also where the answer
// lies beyond.
func (c *Calendar) Add(t time.Time, d time.Duration) (time.Time, error) {
	if !c.reaches(t) {
		return time.Time{}, outside()
	}
	if d == 0 {
		return t.In(c.loc), nil
	}
	before, _ := c.until(t)
	switch {
	case d > c.total-before:
		return time.Time{}, c.missing(t, c.hi)
	case d < -before:
		return time.Time{}, c.missing(t, c.lo)
	}
	sum := before + d
	at := c.reaching(sum)
	if d < 0 && sum == c.spans[at+1].before {
		at++ // not the end of a span but the start of the next
	}
	rest := sum - c.spans[at].before
	found := time.Unix(c.spans[at].start+int64(rest/time.Second), int64(rest%time.Second)).In(c.loc)
	if c.refused != nil {
		if err := c.refuse(t, found); err != nil {
			return time.Time{}, err
		}
	}
	return found, nil
}

// Next returns the first instant of working time at or after t, in the calendar's
// zone. [ErrHorizon] and [ErrUncovered] as for [Calendar.Add].
func (c *Calendar) Next(t time.Time) (time.Time, error) {
	if !c.reaches(t) {
		return time.Time{}, outside()
	}
	_, at := c.until(t)
	next := c.spans[at]
	if at == len(c.spans)-1 {
		return time.Time{}, c.missing(t, c.hi)
	}
	found := t.In(c.loc)
	if next.start > t.Unix() {
		found = time.Unix(next.start, 0).In(c.loc)
	}
	if err := c.refuse(t, found); err != nil {
		return time.Time{}, err
	}
	if err := c.refuseAt(found); err != nil {
		return time.Time{}, err
	}
	return found, nil
}

// Prev returns the last instant at or before t that has working time right before
// it, in the calendar's zone: t itself during work and at closing time, otherwise the closing
// time before. [ErrHorizon] and [ErrUncovered] as for [Calendar.Add].
func (c *Calendar) Prev(t time.Time) (time.Time, error) {
	if !c.reaches(t) {
		return time.Time{}, outside()
	}
	_, at := c.until(t)
	found := t.In(c.loc)
	if s := c.spans[at]; s.start > t.Unix() || s.start == t.Unix() && t.Nanosecond() == 0 {
		if at == 0 {
			return time.Time{}, c.missing(t, c.lo)
		}
		found = time.Unix(c.spans[at-1].end, 0).In(c.loc)
	}
	if err := c.refuse(found, t); err != nil {
		return time.Time{}, err
	}
	if err := c.refuseAt(found.Add(-1)); err != nil {
		return time.Time{}, err
	}
	return found, nil
}

// Working reports whether t is working time: that begins with the first instant of a
// shift and is over at its end. [ErrHorizon], and [ErrUncovered] where t is in a
// refused year.
func (c *Calendar) Working(t time.Time) (bool, error) {
	if !c.reaches(t) {
		return false, outside()
	}
	if err := c.refuseAt(t); err != nil {
		return false, err
	}
	_, at := c.until(t)
	return c.spans[at].start <= t.Unix(), nil
}

// reaches reports whether t is within the horizon, its end included.
func (c *Calendar) reaches(t time.Time) bool {
	unix := t.Unix()
	return unix >= c.lo && (unix < c.hi || unix == c.hi && t.Nanosecond() == 0)
}

// until returns the working time from the horizon's start to t, and the first span
// that ends after t.
func (c *Calendar) until(t time.Time) (time.Duration, int) {
	unix := t.Unix()
	at := int(c.grid[(unix-c.lo)>>bucketBits])
	for c.spans[at].end <= unix {
		at++
	}
	s := &c.spans[at]
	if s.start > unix {
		return s.before, at
	}
	return s.before + seconds(unix-s.start) + time.Duration(t.Nanosecond()), at
}

// reaching returns the first span by whose end the working time since the horizon's
// start, of which there is some, has come to sum.
func (c *Calendar) reaching(sum time.Duration) int {
	step := int(sum / c.step)
	low, high := int(c.reached[step]), int(c.reached[step+1])
	for low < high {
		mid := (low + high) / 2
		if c.spans[mid+1].before >= sum {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// missing returns why nothing was found between t and an end of the horizon.
func (c *Calendar) missing(t time.Time, end int64) error {
	if err := c.refuse(t, time.Unix(end, 0)); err != nil {
		return err
	}
	return outside()
}

// refuse returns the error of the first refused year of which some time lies
// between a and b, in either order.
func (c *Calendar) refuse(a, b time.Time) error {
	if b.Before(a) {
		a, b = b, a
	}
	for _, g := range c.refused {
		if b.After(time.Unix(g.start, 0)) && a.Unix() < g.end && a.Before(b) {
			return uncovered(g.year)
		}
	}
	return nil
}

// refuseAt returns the error of a refused year that t is in.
func (c *Calendar) refuseAt(t time.Time) error {
	for _, g := range c.refused {
		if unix := t.Unix(); unix >= g.start && unix < g.end {
			return uncovered(g.year)
		}
	}
	return nil
}
