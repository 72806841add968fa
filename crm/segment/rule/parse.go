package rule

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// The second step of reading: from values of JSON to conditions. Every function
// reports what is wrong and goes on, so that the author sees it all at once; what
// it returns then is never used.

type parser struct {
	source string
	found  *problems
}

// at reports a problem at a value, atKey at the key of a member.
func (p *parser) at(v *value, format string, args ...any) {
	p.report(v, v.at, format, args...)
}

func (p *parser) atKey(v *value, format string, args ...any) {
	p.report(v, v.keyAt, format, args...)
}

func (p *parser) report(v *value, offset int32, format string, args ...any) {
	if !p.found.full() { // a place is worth computing
		p.found.add(problemAt(p.source, v.path(), int(offset), fmt.Sprintf(format, args...)))
	}
}

// want reports whether v is of the kind, and what it is where not.
func (p *parser) want(v *value, kind jsonKind) bool {
	if v.kind != kind {
		p.at(v, "%v is needed here, not %v", kind, v.kind)
	}
	return v.kind == kind
}

// condition reads a condition; a filter is one over the attributes of an event.
func (p *parser) condition(v *value, filter bool) *condition {
	c := &condition{at: v}
	if !p.want(v, jsonObject) {
		return c
	}
	for _, m := range v.items {
		switch f := formOf(m.key); {
		case f == 0:
		case c.form != 0:
			p.atKey(m, "a condition has one of all, any, not, attribute, event and segment, and here is %v already", c.form)
			return c
		default:
			c.form, c.head = f, m
		}
	}
	switch c.form {
	case 0:
		p.at(v, "a condition needs one of all, any, not, attribute, event and segment")
	case formAll, formAny:
		p.onlyKeys(v, c.form.String())
		p.parts(c, filter)
	case formNot:
		p.onlyKeys(v, "not")
		c.parts = []*condition{p.condition(c.head, filter)}
	case formAttribute:
		c.name = p.name(c.head)
		c.test = p.comparison(v, "attribute")
	case formEvent, formSegment:
		if filter {
			p.atKey(c.head, "a filter of events asks for attributes, not for another %v", c.form)
		}
		c.name = p.name(c.head)
		if c.form == formEvent {
			p.event(c)
		} else {
			p.onlyKeys(v, "segment")
		}
	}
	return c
}

func (p *parser) parts(c *condition, filter bool) {
	if !p.want(c.head, jsonArray) {
		return
	}
	if len(c.head.items) == 0 {
		p.at(c.head, "%v of nothing says nothing: list at least one condition", c.form)
	}
	for _, item := range c.head.items {
		c.parts = append(c.parts, p.condition(item, filter))
	}
}

// name reads the name of an attribute, event kind or segment.
func (p *parser) name(v *value) string {
	if p.want(v, jsonString) {
		if reason := nameProblem(v.text); reason != "" {
			p.at(v, "%s", reason)
		}
	}
	return v.text
}

// onlyKeys reports members of v with other keys; it returns whether none has.
func (p *parser) onlyKeys(v *value, keys ...string) (ok bool) {
	ok = true
	for _, m := range v.items {
		if !slices.Contains(keys, m.key) {
			p.unknownKey(m)
			ok = false
		}
	}
	return ok
}

func (p *parser) unknownKey(m *value) { p.atKey(m, "%.40q is no key here", m.key) }

// event reads what stands beside the kind of an event.
func (p *parser) event(c *condition) {
	e := &c.event
	var measured *value
	unknown := false // a key, perhaps the misspelt measure
	for _, m := range c.at.items {
		switch m.key {
		case "event":
		case "where":
			e.where = p.condition(m, true)
		case "within":
			e.window = p.window(m)
		default:
			switch by := measureOf(m.key); {
			case by == 0:
				p.unknownKey(m)
				unknown = true
			case measured != nil:
				p.atKey(m, "an event is measured in one way, and here is %v already", e.measure)
			default:
				e.measure, measured = by, m
			}
		}
	}
	switch {
	case measured == nil && unknown:
	case measured == nil:
		p.at(c.at, "an event needs one of count, sum, firstDaysAgo and lastDaysAgo")
	case !p.want(measured, jsonObject):
	case e.measure == measureCount:
		c.test = p.integers(measured, 0, maxCount)
	case e.measure == measureSum:
		c.test = p.numbers(measured, "of")
		if e.ofAt = measured.member("of"); e.ofAt == nil {
			p.at(measured, "sum needs of: the attribute that is summed")
		} else {
			e.of = p.name(e.ofAt)
		}
	default:
		c.test = p.integers(measured, 0, maxDays)
	}
}

func (p *parser) window(v *value) (w window) {
	if !p.want(v, jsonObject) || !p.onlyKeys(v, "days", "months", "from", "before") {
		return w
	}
	days, months, from, before := v.member("days"), v.member("months"), v.member("from"), v.member("before")
	switch {
	case days != nil && len(v.items) > 1 || months != nil && len(v.items) > 1:
		p.at(v, "a window has days, or months, or from and before")
	case days != nil:
		w.days = int32(p.integer(days, 1, maxDays))
	case months != nil:
		w.months = int32(p.integer(months, 1, maxMonths))
	case from == nil && before == nil:
		p.at(v, "a window needs days, or months, or from and before; leave it out for ever")
	default:
		w.from, w.before = p.day(from), p.day(before)
		if w.from > 0 && w.before > 0 && w.from >= w.before {
			p.at(before, "the window is empty: before is not after from")
		}
	}
	return w
}

// day reads a day, 0 where v is nil or none.
func (p *parser) day(v *value) calendar.Day {
	if v == nil || !p.want(v, jsonString) {
		return 0
	}
	d, ok := calendar.ParseISO(v.text)
	if !ok {
		p.at(v, "a date YYYY-MM-DD is needed")
	}
	return d
}

// integer reads a whole number from lo to hi.
func (p *parser) integer(v *value, lo, hi int64) int64 {
	if !p.want(v, jsonNumber) {
		return 0
	}
	n, ok := parseNumber(v.text)
	if !ok || n.scale > 0 || n.coefficient < lo || n.coefficient > hi {
		p.at(v, "a whole number from %d to %d is needed", lo, hi)
	}
	return n.coefficient
}

// comparison reads the one operator among the members of v, which may have
// members with the keys besides.
func (p *parser) comparison(v *value, besides ...string) (c comparison) {
	unknown := false // a key, perhaps the misspelt operator
	for _, m := range v.items {
		op := operatorOf(m.key)
		switch {
		case op == 0 && !slices.Contains(besides, m.key):
			p.unknownKey(m)
			unknown = true
		case op == 0:
		case c.op != 0:
			p.atKey(m, "a comparison has one operator, and here is %v already", c.op)
		default:
			c.op, c.at = op, m
		}
	}
	switch {
	case c.op != 0:
		p.operand(&c)
	case !unknown:
		p.at(v, "an operator is missing, such as eq, ge or in")
	}
	return c
}

func (p *parser) operand(c *comparison) {
	v := c.at
	switch c.op {
	case opBetween, opIn:
		if !p.want(v, jsonArray) {
			return
		}
		if c.op == opBetween && len(v.items) != 2 {
			p.at(v, "between needs two values, the lowest and the highest")
			return
		}
		if len(v.items) == 0 {
			p.at(v, "in nothing is never true: list at least one value")
		}
		for _, item := range v.items {
			c.literals = append(c.literals, p.literal(item))
		}
		p.ascending(c)
	case opContains, opPrefix:
		if p.want(v, jsonString) && v.text == "" {
			p.at(v, "the empty text is in every text: %v needs some", c.op)
		}
		c.literals = []literal{{at: v}}
	case opExists:
		p.want(v, jsonBool)
		c.literals = []literal{{at: v}}
	case opDaysAgo:
		if p.want(v, jsonObject) {
			age := p.integers(v, -maxDays, maxDays)
			c.age = &age
		}
	default:
		c.literals = []literal{p.literal(v)}
	}
}

// ascending checks the two numbers of between; days need the schema.
func (p *parser) ascending(c *comparison) {
	if c.op != opBetween || c.literals[0].at.kind != jsonNumber || c.literals[1].at.kind != jsonNumber {
		return
	}
	if c.literals[0].number.decimal().GreaterThan(c.literals[1].number.decimal()) {
		p.at(c.at, "%s", descending)
	}
}

const descending = "between needs the lower value first"

func (p *parser) literal(v *value) literal {
	l := literal{at: v}
	switch v.kind {
	case jsonNumber:
		var ok bool
		if l.number, ok = parseNumber(v.text); !ok {
			p.at(v, "the number is out of range: at most %d digits, at most %d of them after the point", maxDigits, MaxScale)
		}
	case jsonString, jsonBool:
	case jsonNull:
		p.at(v, "null is no value: exists asks whether there is one")
	default:
		p.at(v, "a string, a number, true or false is needed here, not %v", v.kind)
	}
	return l
}

// numbers reads the object of a comparison between numbers.
func (p *parser) numbers(v *value, besides ...string) comparison {
	c := p.comparison(v, besides...)
	if c.op != 0 && !c.op.numeric() {
		p.atKey(c.at, "%v does not compare numbers: use eq, ne, lt, le, gt, ge, between or in", c.op)
		return c
	}
	for _, l := range c.literals {
		if l.at.kind == jsonString || l.at.kind == jsonBool {
			p.want(l.at, jsonNumber)
		}
	}
	return c
}

// integers reads the object of a comparison between whole numbers.
func (p *parser) integers(v *value, lo, hi int64) comparison {
	c := p.numbers(v)
	for _, l := range c.literals {
		if _, ok := parseNumber(l.at.text); ok && l.at.kind == jsonNumber {
			p.integer(l.at, lo, hi)
		}
	}
	return c
}
