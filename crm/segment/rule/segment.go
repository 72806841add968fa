package rule

import (
	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Segment is a compiled rule (规则细分): it decides which customers it selects.
// It does not change and may be used by any number of goroutines at once. The
// zero Segment is refused by its methods.
type Segment struct {
	schema *Schema
	nodes  []node
	units  []unit
}

// Match reports whether the rule selects the customer as of a day: whether it is
// [True]. A rule that is [Unknown] selects nobody, and neither does its not.
//
// It allocates nothing. The parts of all and any are looked at in their order,
// and no further than the answer needs: put first what is cheap.
//
// Errors, which wrap [ErrInvalid]: an as-of day outside [calendar.MinDay] to
// [calendar.MaxDay], no subject, and a subject that breaks its contract, with the
// place of the condition in the rule.
func (s *Segment) Match(subject Subject, asOf calendar.Day) (bool, error) {
	t, err := s.Decide(subject, asOf)
	return t == True, err
}

// Decide is [Segment.Match] with the three values kept apart. It returns
// [Unknown] with an error.
func (s *Segment) Decide(subject Subject, asOf calendar.Day) (Truth, error) {
	if err := s.usable(subject, asOf); err != nil {
		return Unknown, err
	}
	e := evaluation{segment: s, subject: subject, asOf: asOf}
	t := e.truth(0)
	if e.err != nil {
		return Unknown, e.err
	}
	return t, nil
}

// usable says why the question cannot be asked.
func (s *Segment) usable(subject Subject, asOf calendar.Day) error {
	switch {
	case s == nil || len(s.nodes) == 0:
		return invalid("", "the segment was not compiled")
	case subject == nil:
		return invalid("", "no subject is given")
	case !asOf.Valid():
		return invalid("", "the as-of day is no day from the years 1 to 9999")
	}
	return nil
}
