package rule

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// form is what a condition is; its names are the keys that head one.
type form uint8

const (
	formAll form = iota + 1
	formAny
	formNot
	formAttribute
	formEvent
	formSegment
)

var formNames = [...]string{"", "all", "any", "not", "attribute", "event", "segment"}

func (f form) String() string { return formNames[f] }

// formOf returns the form with the name, 0 for none.
func formOf(name string) form { return form(max(0, slices.Index(formNames[:], name))) }

// A condition of a rule, as it was read.
type condition struct {
	form  form
	parts []*condition // of all and any; one of not
	name  string       // of the attribute, event kind or segment
	test  comparison   // of the attribute or of what is measured in the events
	event eventTest    // of an event
	at    *value       // the condition in the text
	head  *value       // the member that makes its form
}

// walk calls visit for c and everything below it, filters of events too.
func (c *condition) walk(visit func(*condition)) {
	visit(c)
	for _, part := range c.parts {
		part.walk(visit)
	}
	if c.event.where != nil {
		c.event.where.walk(visit)
	}
}

type eventTest struct {
	where   *condition // which events; nil for all
	window  window
	measure measure
	of      string // the attribute that is summed
	ofAt    *value
}

// measure is what is compared of the events in the window.
type measure uint8

const (
	measureCount measure = iota + 1
	measureSum
	measureFirst
	measureLast
)

var measureNames = [...]string{"", "count", "sum", "firstDaysAgo", "lastDaysAgo"}

func (m measure) String() string { return measureNames[m] }

// measureOf returns the measure with the name, 0 for none.
func measureOf(name string) measure { return measure(max(0, slices.Index(measureNames[:], name))) }

// A window of time: the last days or months before the as-of day, or the days
// from one (zero: any) to before another (zero: any). The zero window is ever.
type window struct {
	days, months int32
	from, before calendar.Day
}

const (
	maxDays   = int64(calendar.MaxDay)
	maxMonths = 9999 * 12
	maxCount  = 1<<31 - 1
)

// bounds returns the days of the window, [from, before), as seen on a day.
func (w window) bounds(asOf calendar.Day) (from, before calendar.Day) {
	switch {
	case w.days > 0:
		return asOf - calendar.Day(w.days), asOf
	case w.months > 0:
		return asOf.AddMonths(-int(w.months)), asOf // 0 before the year 1: no bound
	case w.before > 0:
		return w.from, min(w.before, asOf)
	}
	return w.from, asOf
}

// operator is how something is compared; its names are the keys of a comparison.
type operator uint8

const (
	opEq operator = iota + 1
	opNe
	opLt
	opLe
	opGt
	opGe
	opBetween
	opIn
	opContains
	opPrefix
	opExists
	opDaysAgo
)

var operatorNames = [...]string{"", "eq", "ne", "lt", "le", "gt", "ge", "between", "in", "contains", "prefix", "exists", "daysAgo"}

func (o operator) String() string { return operatorNames[o] }

// numeric reports whether the operator compares numbers.
func (o operator) numeric() bool { return opEq <= o && o <= opIn }

// operatorOf returns the operator with the name, 0 for none.
func operatorOf(name string) operator { return operator(max(0, slices.Index(operatorNames[:], name))) }

// operatorsOf returns the operators that a type of attribute has, in order.
func operatorsOf(t Type) []operator {
	switch t {
	case TypeText:
		return []operator{opEq, opNe, opIn, opContains, opPrefix, opExists}
	case TypeNumber:
		return []operator{opEq, opNe, opLt, opLe, opGt, opGe, opBetween, opIn, opExists}
	case TypeBool:
		return []operator{opEq, opNe, opExists}
	case TypeDay:
		return []operator{opEq, opNe, opLt, opLe, opGt, opGe, opBetween, opIn, opDaysAgo, opExists}
	case TypeTags:
		return []operator{opContains, opExists}
	}
	return nil
}

// A comparison with what the rule says.
type comparison struct {
	op       operator
	literals []literal   // one, two of between, any number of in
	age      *comparison // of daysAgo: the comparison of the age in days
	at       *value      // the operator's member
}

// A literal of a comparison: a string (a text or a day), a number, or a bool.
type literal struct {
	at     *value
	number number
}
