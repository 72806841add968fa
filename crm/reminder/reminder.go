package reminder

import (
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/recurrence"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Reminder is what somebody is to be reminded of, and when (提醒). ID, Kind, Start and
// Zone are needed; with the zero Rule it comes every day.
type Reminder struct {
	ID    string          `json:"id"`
	Kind  Kind            `json:"kind"`
	Rule  recurrence.Rule `json:"rule"`  // of RFC 5545, such as FREQ=DAILY;COUNT=1 for once
	Start recurrence.Wall `json:"start"` // the first day, and the clock time of all
	Zone  *time.Location  `json:"-"`     // whose clocks count

	// Roll is where a firing goes that is on no working day of Work, which may be nil
	// where nothing rolls. Several that come to lie on one day fire once.
	Roll calendar.Roll      `json:"roll,omitzero"`
	Work *calendar.Calendar `json:"-"`

	From     From          `json:"from,omitzero"`
	CatchUp  CatchUp       `json:"catch_up,omitzero"`
	Grace    time.Duration `json:"grace,omitzero"`      // how late None still fires; 0 is [DefaultGrace]
	StopWhen []Condition   `json:"stop_when,omitempty"` // what ends it
	// Since is when the reminder was made: what by the rule lies then or before does
	// not fire. The zero time is from Start on.
	Since time.Time `json:"since,omitzero"`
}

// DefaultGrace is how late a firing may be under [None]: a host that looks every quarter
// of an hour misses nothing.
const DefaultGrace = 15 * time.Minute

// farthest is how many days a roll may move a firing; see [Reminder.Due].
const farthest = 31

// Validate reports every problem, joined, each an *Error: an id, a number that is none of
// its values, a rule, start or zone that package recurrence refuses, a roll without a
// calendar, a grace that is not 0 to 24 hours, a condition given twice, and COUNT
// together with LastDone, which would count anew each time.
func (r Reminder) Validate() error {
	_, err := r.compile()
	return err
}

func (r Reminder) compile() (*recurrence.Series, error) {
	var bad problems
	bad.check(validID(r.ID), codeID, "id")
	bad.check(r.Kind.Valid(), codeUnknown, "kind")
	bad.check(r.From.Valid(), codeUnknown, "from")
	bad.check(r.CatchUp.Valid(), codeUnknown, "catch_up")
	bad.check(r.Roll <= calendar.RollSkip, codeUnknown, "roll")
	bad.check(r.Roll == calendar.RollNone || r.Work != nil, codeCalendar, "work")
	bad.check(r.Grace >= 0 && r.Grace <= 24*time.Hour, codeGrace, "grace")
	bad.check(limit.IsInstant(r.Since), codeInstant, "since")
	bad.check(r.From != LastDone || r.Rule.Count == 0, codeCount, "rule")
	for i, c := range r.StopWhen {
		bad.check(c.Valid(), codeUnknown, "stop_when")
		bad.check(!slices.Contains(r.StopWhen[:i], c), codeRepeated, "stop_when")
	}
	series, err := recurrence.New(r.Rule, r.Start, r.Zone)
	if err != nil {
		bad = append(bad, refuse(errors.Join(ErrInvalid, err), codeRule, "rule", ""))
	}
	return series, bad.join()
}

// group is what fires at one time: the occurrences that lie on one day.
type group struct {
	ids     []string
	at      time.Time // to fire
	through time.Time // of the last of them, by the rule
}

// pending yields the groups that a ledger has not settled, in order. An error is the
// last thing that it yields, with the occurrence that it is about as through.
func (r Reminder) pending(series *recurrence.Series, l Ledger) iter.Seq2[group, error] {
	return func(yield func(group, error) bool) {
		var g group
		var on calendar.Day
		done := r.done(l)
		for o := range r.unsettled(series, l) {
			moved, err := r.shift(series, o)
			if err == nil && moved.Day <= done { // dropped, or rolled back onto the day on which it was done
				continue
			}
			if len(g.ids) > 0 && (err != nil || moved.Day != on) {
				if !yield(g, nil) {
					return
				}
				g.ids = nil
			}
			if err != nil {
				yield(group{through: o.At}, err)
				return
			}
			if len(g.ids) == 0 {
				g, on = group{at: moved.At.UTC()}, moved.Day
			}
			g.ids, g.through = append(g.ids, o.ID), o.At.UTC()
		}
		if len(g.ids) > 0 {
			yield(g, nil)
		}
	}
}

// unsettled yields the occurrences that a ledger has not settled, by the rule.
func (r Reminder) unsettled(series *recurrence.Series, l Ledger) iter.Seq[recurrence.Occurrence] {
	after := r.Since
	if l.Through.After(after) {
		after = l.Through
	}
	done := r.done(l)
	if done.IsZero() {
		return series.After(after)
	}
	anew, err := recurrence.New(r.Rule, recurrence.Wall{Day: done, Clock: r.Start.Clock}, r.Zone)
	if err != nil { // the rule and the clock are those of series, and the day is one
		return func(func(recurrence.Occurrence) bool) {}
	}
	return func(yield func(recurrence.Occurrence) bool) {
		for o := range anew.After(after) {
			if o.Day > done && !yield(o) {
				return
			}
		}
	}
}

// done is the day from which the rule counts anew, zero for none.
func (r Reminder) done(l Ledger) calendar.Day {
	if r.From == Schedule || l.Closed.IsZero() {
		return 0
	}
	return calendar.DayOf(l.Closed, r.Zone)
}

func (r Reminder) shift(series *recurrence.Series, o recurrence.Occurrence) (recurrence.Occurrence, error) {
	moved, err := series.Shift(o, r.Work, r.Roll)
	if err != nil {
		return o, refuse(errors.Join(ErrInvalid, err), codeCalendar, "work", o.ID)
	}
	if by := moved.Day - o.Day; !moved.Day.IsZero() && (by > farthest || by < -farthest) {
		return o, refuse(ErrInvalid, codeFar, "work", o.ID)
	}
	return moved, nil
}

// earliest is when an occurrence can fire at the earliest, whatever the calendar says.
func (r Reminder) earliest(at time.Time) time.Time {
	if r.Roll == calendar.Preceding || r.Roll == calendar.ModifiedFollowing {
		return at.AddDate(0, 0, -farthest)
	}
	return at
}
