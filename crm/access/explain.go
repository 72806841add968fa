package access

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Resolve decides what a member of staff may do: the union of what all his roles
// grant, those that they include and those he has for a time too, without what any
// of them denies. Who does not work at that instant may do nothing, which is no
// error.
//
// ErrInvalid: a request without a resource or an action, or with [Any] for one.
// ErrNotFound: no such member of staff, or one of his roles does not exist; nothing
// is decided then, because the missing role may be the one that denies.
func Resolve(org *Org, roles *Roles, r Request) (Decision, error) {
	e, err := Explain(org, roles, r)
	return e.Decision, err
}

// Explanation is a decision with the steps that led to it.
type Explanation struct {
	Request  Request  `json:"request"`
	Decision Decision `json:"decision"`
	Steps    []Step   `json:"steps"`
}

// Explain is [Resolve] with the reasons, step by step: the roles, then for each role
// what it grants and denies, and at the end whether anything is allowed.
func Explain(org *Org, roles *Roles, r Request) (Explanation, error) {
	e := Explanation{Request: r}
	for _, word := range []string{r.Resource, r.Action} {
		if !validID(word) || word == Any {
			return e, invalid(limit.Shown(r.Staff), "request", "does not name one resource and one action")
		}
	}
	i, ok := org.find(r.Staff)
	if !ok {
		return e, notFound(limit.Shown(r.Staff), "staff", "does not exist")
	}
	staff := org.staff[i]
	names, err := roles.rolesAt(staff, r.At)
	if err != nil {
		return e, err
	}
	if !staff.ActiveAt(r.At) {
		e.Steps = []Step{{Reason: ReasonNotActive}, {Reason: ReasonRefused}}
		return e, nil
	}
	e.Steps = temporarySteps(staff, r)
	all := roles.closure(names)
	for k, h := range all {
		role := roles.list[h.role]
		step := Step{Reason: ReasonHasRole, Role: role.Name}
		if h.above >= 0 {
			step.Reason, step.Via = ReasonIncluded, way(roles, all, k)
		}
		if h.above >= 0 || slices.Contains(staff.Roles, role.Name) {
			e.Steps = append(e.Steps, step)
		}
	}
	for _, h := range all {
		role := roles.list[h.role]
		for _, g := range role.Grants {
			if g.covers(r.Resource, r.Action) {
				e.grant(org, staff, role.Name, g)
			}
		}
	}
	if staff.Partner && r.Action == ActionExport {
		e.Steps = append(e.Steps, Step{Reason: ReasonPartnerExport})
	}
	e.conclude()
	return e, nil
}

func temporarySteps(s Staff, r Request) (steps []Step) {
	for _, t := range s.Temporary {
		step := Step{Reason: ReasonNotInForce, Role: t.Role, From: t.From, Until: t.Until}
		if holds(t.From, t.Until, r.At) {
			step.Reason = ReasonTemporary
		}
		steps = append(steps, step)
	}
	return steps
}

// grant adds the steps of one grant or denial that covers the request.
func (e *Explanation) grant(org *Org, s Staff, role string, g Grant) {
	step := Step{Role: role, Fields: slices.Compact(slices.Sorted(slices.Values(g.Fields)))}
	switch {
	case g.Deny && len(g.Fields) > 0:
		step.Reason = ReasonFieldsDenied
	case g.Deny:
		step.Reason = ReasonDenied
	case g.Level == LevelNone:
		step.Reason = ReasonOpensNothing
	default:
		step.Reason = ReasonGranted
		step.Scope, step.Level = org.scope(s, g.Level)
		if step.Level != g.Level {
			e.Steps = append(e.Steps, Step{Reason: ReasonCapped, Role: role, Level: g.Level})
		}
	}
	e.Steps = append(e.Steps, step)
}

// conclude decides from the steps alone.
func (e *Explanation) conclude() {
	var granted []View
	var hidden []string
	for _, s := range e.Steps {
		switch s.Reason {
		case ReasonGranted:
			granted = append(granted, View{s.Scope, s.Fields})
		case ReasonFieldsDenied:
			hidden = append(hidden, s.Fields...)
		}
	}
	end := Step{Reason: ReasonRefused}
	if !slices.ContainsFunc(e.Steps, Step.blocks) {
		e.Decision = decide(granted, hidden)
	}
	if !e.Decision.Scope.IsZero() {
		end = Step{Reason: ReasonAllowed, Scope: e.Decision.Scope}
	}
	e.Steps = append(e.Steps, end)
}

// Row explains the decision for one row, and for one field of it where field is not
// "": for each grant whether it reaches the row, then what hides the field, and at
// the end the answer. It is allowed where [Decision.Allows] says so, or for a field
// [Decision.Shows].
func (e Explanation) Row(owner, path, field string) (allowed bool, steps []Step) {
	for _, s := range e.Steps {
		switch {
		case s.blocks():
			steps = append(steps, s)
		case s.Reason == ReasonGranted:
			s.Reason = rowReason(s.Scope, owner, path)
			if s.Reason != ReasonOutside && field != "" && len(s.Fields) > 0 && !slices.Contains(s.Fields, field) {
				s.Reason = ReasonFieldNotGranted
			}
			steps = append(steps, s)
		case s.Reason == ReasonFieldsDenied && field == "":
			steps = append(steps, s)
		case s.Reason == ReasonFieldsDenied && slices.Contains(s.Fields, field):
			steps = append(steps, Step{Reason: ReasonFieldHidden, Role: s.Role, Fields: []string{field}})
		}
	}
	end := Step{Reason: ReasonRefused}
	if allowed = e.Decision.Allows(owner, path) && (field == "" || e.Decision.Shows(owner, path, field)); allowed {
		end.Reason = ReasonAllowed
	}
	return allowed, append(steps, end)
}

func rowReason(s Scope, owner, path string) Reason {
	switch {
	case !s.Allows(owner, path):
		return ReasonOutside
	case s.All:
		return ReasonAnyRow
	case Scope{Owner: s.Owner}.Allows(owner, path):
		return ReasonOwnRow
	}
	return ReasonUnitRow
}
