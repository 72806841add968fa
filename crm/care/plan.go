package care

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Term is a length of time by the calendar: days or months, one of them above 0, at
// most a hundred years.
type Term struct {
	Days   int `json:"days,omitzero"`
	Months int `json:"months,omitzero"` // from the original day, clamped to the month's end
}

const (
	maxDays   = 36525 // a hundred years
	maxMonths = 1200
)

func (t Term) valid() bool {
	return t.Days > 0 && t.Days <= maxDays && t.Months == 0 || t.Months > 0 && t.Months <= maxMonths && t.Days == 0
}

// times returns the day that is k terms after another.
func (t Term) times(from calendar.Day, k int) calendar.Day {
	if t.Months > 0 {
		return from.AddMonths(k * t.Months)
	}
	return from + calendar.Day(k*t.Days)
}

// Interval is how long customers of a class may go without anybody acting.
type Interval struct {
	Class string `json:"class"`
	Term
}

// Plan says what calls for care, of whom, when and at what cost (关怀计划). ID, Trigger
// and Task are needed; Event, After, Every and Days belong to the triggers that name
// them.
type Plan struct {
	ID      string   `json:"id"`
	Trigger Trigger  `json:"trigger"`
	Classes []string `json:"classes,omitempty"` // care for customers of these classes only; none for all

	Event string         `json:"event,omitzero"`  // code of the event, for Anniversary and AfterEvent
	After Term           `json:"after,omitzero"`  // how long after it, for AfterEvent
	Every []Interval     `json:"every,omitempty"` // for EveryByClass; other classes are not concerned
	Days  []calendar.Day `json:"days,omitempty"`  // for Festival: its day in each year
	Leap  LeapDay        `json:"leap,omitzero"`   // for Birthday and Anniversary

	LeadDays int           `json:"lead_days,omitzero"` // how many days before the occasion, 0 to 366
	Roll     calendar.Roll `json:"roll,omitzero"`      // where the task goes if that is no working day

	Task   string       `json:"task"`            // code of what is to be done
	Budget money.Amount `json:"budget,omitzero"` // what one task may cost; the zero Amount for no limit
}

// Validate reports every problem, joined, each an *Error: what is missing, what does
// not belong to the trigger, codes, days and terms out of their rules.
func (p Plan) Validate() error {
	var bad problems
	bad.check(validID(p.ID), codeID, "id", -1)
	bad.check(p.Trigger.Valid(), codeUnknown, "trigger", -1)
	bad.check(p.Leap.Valid(), codeUnknown, "leap", -1)
	bad.check(p.Roll <= calendar.RollSkip, codeUnknown, "roll", -1)
	bad.check(limit.IsCode(p.Task), codeCode, "task", -1)
	bad.check(p.LeadDays >= 0 && p.LeadDays <= 366, codeLead, "lead_days", -1)
	bad.check(p.Budget == money.Amount{} || p.Budget.Minor >= 0 && !p.Budget.Currency.IsZero() && p.Budget.Currency.Valid(), codeAmount, "budget", -1)
	for i, class := range p.Classes {
		bad.check(validID(class), codeID, "classes", i)
		bad.check(!slices.Contains(p.Classes[:i], class), codeRepeated, "classes", i)
	}
	p.checkTrigger(&bad)
	return bad.join()
}

// CheckPlans reports every problem of plans that are kept together, joined, each an
// *Error (关怀计划表核对): those of [Plan.Validate], and ErrDuplicate for an id that two of
// them have.
func CheckPlans(plans []Plan) error {
	var bad problems
	seen := make(map[string]bool, len(plans))
	for i, p := range plans {
		if err := p.Validate(); err != nil {
			bad = append(bad, err)
		}
		if seen[p.ID] {
			bad = append(bad, refuse(ErrDuplicate, codeRepeated, "plans", i, p.ID))
		}
		seen[p.ID] = true
	}
	return bad.join()
}

func (p Plan) checkTrigger(bad *problems) {
	owns := func(field string, given bool, triggers ...Trigger) {
		needed := slices.Contains(triggers, p.Trigger)
		bad.check(given || !needed, codeMissing, field, -1)
		bad.check(!given || needed || !p.Trigger.Valid(), codeMisplaced, field, -1)
	}
	owns("event", p.Event != "", Anniversary, AfterEvent)
	owns("after", p.After != Term{}, AfterEvent)
	owns("every", len(p.Every) > 0, EveryByClass)
	owns("days", len(p.Days) > 0, Festival)
	bad.check(p.Leap == February28 || p.Trigger == Birthday || p.Trigger == Anniversary, codeMisplaced, "leap", -1)
	bad.check(p.Event == "" || limit.IsCode(p.Event), codeCode, "event", -1)
	bad.check(p.After == Term{} || p.After.valid(), codeTerm, "after", -1)
	for i, e := range p.Every {
		bad.check(validID(e.Class), codeID, "every", i)
		bad.check(e.valid(), codeTerm, "every", i)
		bad.check(!slices.ContainsFunc(p.Every[:i], func(x Interval) bool { return x.Class == e.Class }), codeRepeated, "every", i)
	}
	for i, day := range p.Days {
		bad.check(day.Valid(), codeDay, "days", i)
	}
}
