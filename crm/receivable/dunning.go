package receivable

import (
	"errors"
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Step is one step of a [Dunning].
type Step struct {
	Days int      `json:"days"`        // from the due day; before it if below 0
	To   Audience `json:"to,omitzero"` // who acts
}

// Dunning says when customers are reminded of what they owe, and who does it
// (催款规则). Days that nobody works on roll to the next one that somebody does.
type Dunning struct {
	Steps []Step `json:"steps"` // by rising days, numbered from 1
}

// DefaultDunning returns five steps: 7 days before the due day, 1, 15, 30 days after it,
// then by the manager, and 60, then by the lawyers.
func DefaultDunning() Dunning {
	return Dunning{Steps: []Step{{Days: -7}, {Days: 1}, {Days: 15}, {Days: 30, To: Manager}, {Days: 60, To: Legal}}}
}

// Validate reports every problem, joined, each an ErrInvalid: no steps, days that do not
// rise or are more than a hundred years, an unknown audience.
func (d Dunning) Validate() error {
	var bad []error
	if len(d.Steps) == 0 {
		bad = append(bad, refuse(ErrInvalid, "steps", codeMissing))
	}
	for i, s := range d.Steps {
		if s.Days < -maxDays || s.Days > maxDays || i > 0 && s.Days <= d.Steps[i-1].Days || !s.To.Valid() {
			bad = append(bad, refuseItem(ErrInvalid, "steps", i, codeSteps))
		}
	}
	return errors.Join(bad...)
}

// Promise is what a customer said about paying (付款承诺): until the end of the day For,
// steps that would fall on Given or later wait.
type Promise struct {
	Given calendar.Day `json:"given"`
	For   calendar.Day `json:"for"` // not before Given
}

// MaxPromises is how many promises to pay one instalment may have; later ones do not
// make anybody wait.
const MaxPromises = 2

// Debt is what dunning goes by.
type Debt struct {
	Item
	Disputed int64     `json:"disputed,omitzero"`  // of what is outstanding; not asked for
	Promises []Promise `json:"promises,omitempty"` // in the order in which they were given
	Fired    int       `json:"fired,omitzero"`     // the highest step done so far, 0 for none
}

// Promised returns the debt with one more promise to pay (付款承诺). ErrInvalid: it is for a
// day before it was given, or was given before an earlier one.
func (d Debt) Promised(p Promise) (Debt, error) {
	d.Promises = append(slices.Clip(d.Promises), p)
	if code := d.check(); code != "" {
		return Debt{}, refuseID(ErrInvalid, "promises", d.ID, code)
	}
	return d, nil
}

// DisputedBy returns the debt with so much of it in dispute, 0 for nothing (争议款).
// ErrInvalid: below 0. ErrOverAllocation: less is outstanding.
func (d Debt) DisputedBy(minor int64) (Debt, error) {
	switch {
	case minor < 0:
		return Debt{}, refuseID(ErrInvalid, "disputed", d.ID, codeNegative)
	case minor > d.Outstanding:
		return Debt{}, tooMuch("disputed", d.ID, d.Outstanding)
	}
	d.Disputed = minor
	return d, nil
}

// Firing is a step with its day.
type Firing struct {
	Step  int          `json:"step"` // its number, from 1
	On    calendar.Day `json:"on"`
	To    Audience     `json:"to,omitzero"`
	Minor int64        `json:"minor"` // what to ask for: outstanding without what is disputed
}

// Workday reports whether somebody works on a day, such as the calendar of the company
// does.
type Workday func(calendar.Day) bool

// Schedule returns the day of each step, in the order of the steps: Days from the due
// day, rolled to the next working day; where that falls within a promise, the first
// working day after it. Of several on one day only the last will fire, see
// [Dunning.Next]. Nothing is returned for what waits for its event.
//
// ErrInvalid: steps or promises that break their rules, no Workday, or no working day
// within a year.
func (d Dunning) Schedule(debt Debt, workday Workday) ([]Firing, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	if workday == nil {
		return nil, refuse(ErrInvalid, "workday", codeMissing)
	}
	if why := debt.check(); why != "" {
		return nil, refuseID(ErrInvalid, "debt", debt.ID, why)
	}
	if debt.Due.IsZero() {
		return nil, nil
	}
	plan := make([]Firing, len(d.Steps))
	for i, s := range d.Steps {
		on, err := following(debt.Due+calendar.Day(s.Days), workday)
		for k, p := range debt.Promises {
			if err == nil && k < MaxPromises && p.Given <= on && on <= p.For {
				on, err = following(p.For+1, workday)
			}
		}
		if err != nil {
			return nil, err
		}
		plan[i] = Firing{Step: i + 1, On: on, To: s.To, Minor: debt.Outstanding - debt.Disputed}
	}
	return plan, nil
}

// Next returns the step that is to be taken as of a day: the highest that is reached
// and higher than what was done, so that a run that was missed is made up for by one
// step, not by all. ok is false where there is none, where nothing is left to ask for, and
// where a promise is running. Errors are those of [Dunning.Schedule].
func (d Dunning) Next(debt Debt, asOf calendar.Day, workday Workday) (f Firing, ok bool, err error) {
	plan, err := d.Schedule(debt, workday)
	if err != nil || debt.Outstanding <= debt.Disputed || debt.promised(asOf) {
		return Firing{}, false, err
	}
	for _, p := range plan {
		if p.On <= asOf && p.Step > debt.Fired {
			f, ok = p, true
		}
	}
	return f, ok, nil
}

// promised reports whether a promise is running on a day.
func (d Debt) promised(on calendar.Day) bool {
	for _, p := range d.Promises[:min(len(d.Promises), MaxPromises)] {
		if p.Given <= on && on <= p.For {
			return true
		}
	}
	return false
}

func (d Debt) check() string {
	if why := d.Instalment.check(); why != "" {
		return why
	}
	if d.Outstanding < 0 || d.Disputed < 0 || d.Disputed > d.Outstanding || d.Fired < 0 {
		return codeRange
	}
	for i, p := range d.Promises {
		if !p.Given.Valid() || !p.For.Valid() || p.For < p.Given || i > 0 && p.Given < d.Promises[i-1].Given {
			return codePromise
		}
	}
	return ""
}

// following returns the first working day from a day on.
func following(day calendar.Day, workday Workday) (calendar.Day, error) {
	for d := day; d < day+366 && d.Valid(); d++ {
		if workday(d) {
			return d, nil
		}
	}
	return 0, refuse(ErrInvalid, "workday", codeWorkday)
}
