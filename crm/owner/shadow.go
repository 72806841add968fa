package owner

import "slices"

// Shadowed returns, in their order, the ids of the rules that no customer can
// reach, because each customer for whom they hold is taken by rules before them,
// by one of those or by several together (被遮蔽的规则). An invalid router is
// ErrInvalid.
//
// The answer is exact. Each rule selects a box in the space of attributes; the
// boxes before it are cut off one after the other, and what is left over is looked
// at. Rules that cut each other in many attributes make many pieces: the work can
// double with each rule, but in tables as people write them it stays small.
func (r Router) Shadowed() ([]string, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	var ids []string
	for i, rule := range r.Rules {
		if covered(boxOf(rule), r.Rules[:i]) {
			ids = append(ids, rule.ID)
		}
	}
	return ids, nil
}

// box is a set of customers: those whose attributes have one of the values. An
// attribute that is not listed may have any value, or none.
type box map[string][]string

func boxOf(rule RouteRule) box {
	b := make(box, len(rule.When))
	for _, m := range rule.When {
		b[m.Attribute] = m.In
	}
	return b
}

// covered reports whether the rules together hold for every customer of b.
//
// A rule that asks for an attribute which b leaves open cannot help: the customers
// of b without that attribute are not its own, and other rules have to take them,
// with all their values in the other attributes.
func covered(b box, rules []RouteRule) bool {
	for i, rule := range rules {
		if slices.ContainsFunc(rule.When, func(m Match) bool { return b[m.Attribute] == nil }) {
			continue
		}
		rest := b
		for _, m := range rule.When {
			in, out := split(rest[m.Attribute], m.In)
			if len(in) == 0 {
				rest = nil
				break
			}
			if len(out) > 0 && !covered(rest.with(m.Attribute, out), rules[i+1:]) {
				return false
			}
			rest = rest.with(m.Attribute, in)
		}
		if rest != nil {
			return true // what is left lies in the rule, and what was cut off is covered
		}
	}
	return false
}

// split parts values into those among some and the others.
func split(values, some []string) (in, out []string) {
	for _, v := range values {
		if slices.Contains(some, v) {
			in = append(in, v)
		} else {
			out = append(out, v)
		}
	}
	return in, out
}

func (b box) with(attribute string, values []string) box {
	c := make(box, len(b))
	for a, v := range b {
		c[a] = v
	}
	c[attribute] = values
	return c
}
