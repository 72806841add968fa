package crm

import (
	"context"
	"errors"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// zone returns where days begin.
func (c *core) zone() *time.Location {
	if c.opts.Calendar == nil {
		return time.UTC
	}
	return c.opts.Calendar.Loc()
}

// dayOf returns the day of an instant.
func (c *core) dayOf(t time.Time) calendar.Day { return calendar.DayOf(t, c.zone()) }

// startOf returns the first instant of a day.
func (c *core) startOf(d calendar.Day) time.Time { return Instant(d.Start(c.zone())) }

// workday reports whether people work on a day. A day beyond the calendar is none.
func (c *core) workday(d calendar.Day) bool {
	if c.opts.Calendar == nil {
		return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
	}
	worked, err := c.opts.Calendar.WorkedOn(d)
	return err == nil && worked > 0
}

// about returns a reason that is to be recorded about a customer, and what the commit
// has to require for it: that nobody forgets the person meanwhile. About who was
// forgotten, or is no customer, there is nothing to require; of the former nothing is
// to be said either.
func (c *core) about(ctx context.Context, customer, reason string) (string, []Expect, error) {
	if reason == "" || customer == "" {
		return reason, nil, nil
	}
	got, err := c.store.Customer(ctx, customer)
	switch {
	case errors.Is(err, ErrNotFound):
		return reason, nil, nil
	case err != nil:
		return "", nil, err
	case !got.Standing.Forgotten.IsZero():
		return "", nil, nil
	}
	return reason, []Expect{{Subject{KindCustomer, customer}, got.Head.Version}}, nil
}
