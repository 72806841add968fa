package rule

import "strconv"

// appendCondition appends the one form in which a condition is written: the head
// first, then where, within and the measure or the operator.
func appendCondition(b []byte, c *condition) []byte {
	b = append(b, '{')
	b = appendKey(b, c.form.String())
	switch c.form {
	case formAll, formAny:
		b = append(b, '[')
		for i, part := range c.parts {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendCondition(b, part)
		}
		b = append(b, ']')
	case formNot:
		b = appendCondition(b, c.parts[0])
	default:
		b = appendText(b, c.name)
	}
	switch c.form {
	case formAttribute:
		b = append(b, ',')
		b = appendComparison(b, c.test)
	case formEvent:
		b = appendEvent(b, c)
	}
	return append(b, '}')
}

func appendKey(b []byte, key string) []byte { return append(appendText(b, key), ':') }

func appendEvent(b []byte, c *condition) []byte {
	if c.event.where != nil {
		b = appendKey(append(b, ','), "where")
		b = appendCondition(b, c.event.where)
	}
	if w := c.event.window; w != (window{}) {
		b = appendKey(append(b, ','), "within")
		b = appendWindow(b, w)
	}
	b = appendKey(append(b, ','), c.event.measure.String())
	b = append(b, '{')
	if c.event.measure == measureSum {
		b = appendKey(b, "of")
		b = append(appendText(b, c.event.of), ',')
	}
	return append(appendComparison(b, c.test), '}')
}

func appendWindow(b []byte, w window) []byte {
	b = append(b, '{')
	switch {
	case w.days > 0:
		b = strconv.AppendInt(appendKey(b, "days"), int64(w.days), 10)
	case w.months > 0:
		b = strconv.AppendInt(appendKey(b, "months"), int64(w.months), 10)
	}
	if w.from > 0 {
		b = appendText(appendKey(b, "from"), w.from.String())
	}
	if w.from > 0 && w.before > 0 {
		b = append(b, ',')
	}
	if w.before > 0 {
		b = appendText(appendKey(b, "before"), w.before.String())
	}
	return append(b, '}')
}

func appendComparison(b []byte, c comparison) []byte {
	b = appendKey(b, c.op.String())
	switch {
	case c.op == opDaysAgo:
		b = append(b, '{')
		return append(appendComparison(b, *c.age), '}')
	case c.op != opBetween && c.op != opIn:
		return appendLiteral(b, c.literals[0])
	}
	b = append(b, '[')
	for i, l := range c.literals {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendLiteral(b, l)
	}
	return append(b, ']')
}

func appendLiteral(b []byte, l literal) []byte {
	switch l.at.kind {
	case jsonString:
		return appendText(b, l.at.text)
	case jsonNumber:
		return append(b, l.number.String()...)
	}
	return append(b, l.at.text...)
}
