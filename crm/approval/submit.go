package approval

import (
	"errors"
	"maps"
	"slices"

	"github.com/guanxi-go/guanxi/crm/money"
)

// draft writes the request down, or changes it.
func (w *work) draft() error {
	t := &w.p.template
	if w.c.Request == nil {
		return incomplete(codeMissing, "request", "")
	}
	r := *w.c.Request
	r.Fields = maps.Clone(r.Fields)
	switch {
	case r.Form != t.Form.Kind:
		return refuse(ErrInvalid, codeMisplaced, "request.form")
	case r.Initiator != w.c.Actor:
		return refuse(ErrForbidden, codeNotInitiator, w.c.Verb.String())
	case t.Unit != "" && !slices.Contains(w.env.People.Unit(t.Unit), r.Initiator):
		return refuseID(ErrForbidden, codeUnit, "request.initiator", t.Unit)
	case t.Unit != "" && r.Unit != t.Unit:
		return refuseID(ErrForbidden, codeUnit, "request.unit", t.Unit)
	}
	if err := r.Validate(); err != nil {
		return err
	}
	if w.c.Verb == Create {
		flow := Flow{t.ID, t.Version, t.Model}
		return w.emit(&Entry{Kind: Drafted, Flow: &flow, Request: &r, Plan: copySteps(t.Steps)})
	}
	if w.i.Status != Draft {
		return w.notNow()
	}
	if r.ID != w.i.Request.ID {
		return refuse(ErrInvalid, codeMisplaced, "request.id")
	}
	return w.emit(&Entry{Kind: Amended, Request: &r})
}

// submit starts the approval: forms, authority and conditions are asked anew.
func (w *work) submit() error {
	r := &w.i.Request
	if w.i.Status != Draft {
		return w.notNow()
	}
	if err := w.p.template.Form.Check(*r); err != nil {
		return err
	}
	auto := func(p Place) bool { return p.Step.Timeout != nil && p.Step.Timeout.Then == ThenApprove }
	if (r.Amount != money.Amount{}) && slices.ContainsFunc(w.i.Places, auto) {
		return refuse(ErrForbidden, codeAutoApprove, "amount")
	}
	plan, related, err := w.plan()
	if err != nil {
		return err
	}
	same := slices.EqualFunc(plan, w.i.Places, func(s Step, p Place) bool {
		return s.ID == p.Step.ID && s.Mode == p.Step.Mode && s.K == p.Step.K && slices.Equal(s.Approvers, p.Step.Approvers)
	})
	if same && !w.i.Amended {
		plan = nil // what a return with Resume left standing stands
	}
	if err := w.emit(&Entry{Kind: Submitted, Plan: plan, Related: related}); err != nil {
		return err
	}
	if w.c.To != "" {
		if err := w.appoint(0); err != nil {
			return err
		}
	}
	return w.advance(0)
}

// plan returns the steps for this submission: those that the guide decides become
// one step for each level.
func (w *work) plan() (plan []Step, related []string, err error) {
	done := map[string]bool{}
	for n := range w.i.Places {
		s := w.i.Places[n].Step
		if s.Origin != "" {
			if done[s.Origin] {
				continue
			}
			origin := slices.IndexFunc(w.p.template.Steps, func(t Step) bool { return t.ID == s.Origin })
			if origin < 0 {
				return nil, nil, refuseID(ErrConflict, codeVersion, "plan", s.Origin)
			}
			s = copyStep(w.p.template.Steps[origin])
		}
		if !s.guided() {
			plan = append(plan, s)
			continue
		}
		done[s.ID] = true
		levels, ids, err := w.levels(s.Authority)
		if err != nil {
			return nil, nil, err
		}
		related = ids
		for _, l := range levels {
			plan = append(plan, s.at(l))
		}
	}
	if len(plan) > MaxSteps {
		return nil, nil, refuse(ErrForbidden, codeSteps, "plan")
	}
	return plan, related, nil
}

// at returns the step for one level of the guide.
func (s Step) at(l Level) Step {
	s = copyStep(s)
	s.Origin, s.Level = s.ID, l.Code
	s.ID += "/" + l.Code
	s.En, s.Zh = l.String(), l.zh()
	s.Approvers, s.Mode, s.K = slices.Clone(l.Approvers), l.Mode, l.K
	return s
}

// levels asks the guide, with the sum of what belongs together.
func (w *work) levels(mode AuthorityMode) ([]Level, []string, error) {
	if w.env.Guide == nil {
		return nil, nil, incomplete(codeMissing, "guide", "")
	}
	r := &w.i.Request
	q := Query{Matter: r.matter(), Unit: r.Unit, Amount: r.Amount, At: w.env.Now, Mode: mode}
	split, found, err := w.env.Guide.CheckSplit(*r, w.env.Now, w.env.History)
	if err != nil {
		return nil, nil, err
	}
	if found {
		q.Amount = split.Sum
	}
	levels, err := w.env.Guide.Resolve(q)
	return levels, split.IDs, err
}

// advance enters the next step from a place on, passing over what needs nobody.
func (w *work) advance(from int) error {
	for n := from; n < len(w.i.Places); n++ {
		s := &w.i.Places[n].Step
		if w.i.Places[n].State == Passed {
			continue
		}
		if s.Do == KindExecute && w.i.Status == Running {
			if err := w.approve(); err != nil {
				return err
			}
		}
		wanted, err := w.wanted(s)
		if err != nil {
			return err
		}
		if !wanted {
			if err := w.emit(&Entry{Kind: Skipped, Step: s.ID, Code: CodeCondition}); err != nil {
				return err
			}
			continue
		}
		if s.Do == KindNotify {
			if err := w.emit(&Entry{Kind: Notified, Step: s.ID, People: resolve(nil, s.Approvers, &w.i.Request, w.env.People)}); err != nil {
				return err
			}
			continue
		}
		entered, err := w.enter(n)
		if entered || err != nil {
			return err
		}
	}
	if w.i.Status == Running {
		return w.approve()
	}
	if slices.ContainsFunc(w.i.Places, func(p Place) bool { return p.Step.Do == KindExecute && p.State == Passed }) {
		return w.emit(&Entry{Kind: Ended, Status: Done})
	}
	return nil
}

// wanted reports whether the conditions of a step hold.
func (w *work) wanted(s *Step) (bool, error) {
	for _, c := range s.When {
		holds, err := c.holds(&w.i.Request)
		if err != nil || !holds {
			return false, about(s.ID, err)
		}
	}
	return true, nil
}

func about(step string, err error) error {
	var e *Error
	if errors.As(err, &e) && e.ID == "" {
		named := *e
		named.ID = step
		return &named
	}
	return err
}

// approve ends what is to be decided.
func (w *work) approve() error {
	decided := func(p Place) bool { return p.Step.decides() && p.State == Passed }
	if !slices.ContainsFunc(w.i.Places, decided) {
		if w.i.Flow.Model == Free {
			return incomplete(codeNext, "to", "")
		}
		return incomplete(codeNobody, "steps", "")
	}
	return w.emit(&Entry{Kind: Ended, Status: Approved})
}
