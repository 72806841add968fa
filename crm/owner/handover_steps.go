package owner

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm/money"
)

// OpenHandover begins the handover of who has given notice, or is gone already
// (提出离职): act.At is the instant of the notice. The manager supervises it, signs
// it, and takes nothing himself.
func OpenHandover(leaver, manager string, act Act) (Step, error) {
	s := act.step(Opened)
	s.From, s.To = leaver, manager
	return Handover{}.finish(s)
}

// Deputise names who signs in the place of a leaver who cannot be reached
// (指定代签). A reason and an approver are needed; the deputy is nobody who signs
// anyway, and not the approver: ErrForbidden.
func (h Handover) Deputise(deputy string, act Act) (Step, error) {
	if err := needsReason(act); err != nil {
		return Step{}, err
	}
	if act.Approver == "" {
		return Step{}, incomplete("approver", "is missing", nil)
	}
	s := act.step(Deputised)
	s.To = deputy
	return h.finish(s)
}

// Freeze records that the leaver's exports are stopped (冻结导出): once, not
// before the notice. See [Handover.Exposed].
func (h Handover) Freeze(act Act) (Step, error) { return h.finish(act.step(Frozen)) }

// Count says how many of a matter the leaver has (清点). To count again begins the
// matter anew: what was listed and handed over of it counts no more.
func (h Handover) Count(m Matter, n int, act Act) (Step, error) {
	s := act.step(Counted)
	s.Matter, s.Count = m, n
	return h.finish(s)
}

// List names one open promise, receivable or, with Customers, key account (列明).
// amount is what a receivable is over. ErrIncomplete: the matter is not counted
// yet. ErrDuplicate: it is listed. ErrConflict: there are more than were counted.
func (h Handover) List(m Matter, ref string, amount money.Amount, act Act) (Step, error) {
	s := act.step(Listed)
	s.Matter, s.Ref, s.Amount = m, ref, amount
	return h.finish(s)
}

// Hand records that things of a matter were given to a taker (交付): one that is
// listed, by its ref, or n others, where ref may name the plan behind it.
// ErrForbidden: the taker is the leaver, the deputy or the manager. ErrIncomplete:
// the matter is not counted yet. ErrNotFound: a promise or receivable that is not
// listed. ErrDuplicate: it was handed over. ErrConflict: there are more than were
// counted, or the key account was introduced to somebody else.
func (h Handover) Hand(m Matter, ref string, n int, to string, act Act) (Step, error) {
	s := act.step(Handed)
	s.From, s.To, s.Matter, s.Ref, s.Count = h.Leaver, to, m, ref, n
	return h.finish(s)
}

// Introduce records that a taker was introduced to a key account in person
// (当面引荐). ErrNotFound: it is not listed. ErrConflict: it was handed to somebody
// else. The last introduction of an account counts.
func (h Handover) Introduce(ref, taker string, act Act) (Step, error) {
	s := act.step(Introduced)
	s.Ref, s.To = ref, taker
	return h.finish(s)
}

// Sign records that the actor signs (签字). ErrIncomplete lists in Items all that
// has to be done before. ErrForbidden: the actor is not among who signs.
// ErrDuplicate: he has signed.
func (h Handover) Sign(act Act) (Step, error) { return h.finish(act.step(Signed)) }

// Complete closes the handover (办结). ErrIncomplete lists in Items everything
// that is missing: see [Handover.Missing].
func (h Handover) Complete(act Act) (Step, error) { return h.finish(act.step(Completed)) }

// Cancel ends it because the leaver stays (撤销). A reason and an approver are
// needed. What was transferred stays with the takers.
func (h Handover) Cancel(act Act) (Step, error) {
	if err := needsReason(act); err != nil {
		return Step{}, err
	}
	if act.Approver == "" {
		return Step{}, incomplete("approver", "is missing", nil)
	}
	return h.finish(act.step(Cancelled))
}

// step makes the step of an act. A handover's steps have no Ref of the act: theirs
// is the thing's.
func (a Act) step(k StepKind) Step {
	e := a.entry(0, Holding{})
	return Step{Kind: k, At: e.At, Recorded: e.Recorded, Actor: e.Actor, Approver: e.Approver, Code: e.Code, Reason: e.Reason}
}

func (h Handover) finish(s Step) (Step, error) {
	if err := h.check(&s); err != nil {
		return Step{}, err
	}
	return s, nil
}

// check says why a step cannot follow on h.
func (h *Handover) check(s *Step) error {
	if err := s.Validate(); err != nil {
		return err
	}
	switch {
	case (s.Kind == Opened) != h.Notice.IsZero():
		return refuse(ErrTransition, s.Kind.String(), "a handover is opened once, and first")
	case h.Done():
		return refuse(ErrTransition, s.Kind.String(), "the handover is done")
	case s.Recorded.Before(h.LastRecorded):
		return refuse(ErrConflict, "recorded", "is before that of the last step")
	case s.At.Before(h.Notice):
		return refuse(ErrConflict, "at", "is before the notice")
	}
	switch s.Kind {
	case Deputised:
		return h.checkDeputy(s)
	case Frozen:
		if !h.FrozenAt.IsZero() {
			return refuse(ErrDuplicate, "frozen", "exports are frozen already")
		}
	case Listed:
		return h.checkListed(s)
	case Handed:
		return h.checkHanded(s)
	case Introduced:
		return h.checkIntroduced(s)
	case Signed:
		return h.checkSigned(s)
	case Completed:
		return lacks("completed", h.Missing())
	}
	return nil
}

func (h *Handover) checkDeputy(s *Step) error {
	if s.To == h.Leaver || slices.Contains(h.signers(), s.To) || s.To == s.Approver {
		return refuseID(ErrForbidden, "deputy", s.To, "signs anyway, or approves it:")
	}
	return nil
}

func (h *Handover) checkListed(s *Step) error {
	p := h.progress(s.Matter)
	if p == nil {
		return lacks("listed", []Gap{{Need: NeedCount, Matter: s.Matter}})
	}
	if h.thing(s.Matter, s.Ref) != nil {
		return refuseID(ErrDuplicate, "listed", s.Ref, "is listed:")
	}
	if n, handed := h.listed(s.Matter); n+(p.Given-handed) >= p.Before {
		return refuseID(ErrConflict, "listed", s.Ref, "more than were counted, count again:")
	}
	return nil
}

func (h *Handover) checkHanded(s *Step) error {
	if s.From != h.Leaver || s.To == h.Leaver || s.To == h.Deputy || s.To == h.Manager {
		return refuseID(ErrForbidden, "taker", s.To, "gives or supervises:")
	}
	p := h.progress(s.Matter)
	if p == nil {
		return lacks("handed", []Gap{{Need: NeedCount, Matter: s.Matter}})
	}
	t := h.thing(s.Matter, s.Ref)
	switch {
	case t == nil && s.Matter.Listed():
		return refuseID(ErrNotFound, "handed", s.Ref, "is not listed:")
	case t != nil && t.Taker != "":
		return refuseID(ErrDuplicate, "handed", s.Ref, "was handed over:")
	case t != nil && s.Count != 1:
		return refuse(ErrInvalid, "count", "one thing is one")
	case t != nil && slices.ContainsFunc(h.Introductions, func(n Introduction) bool {
		return s.Matter == Customers && n.Ref == s.Ref && n.Taker != s.To
	}):
		return refuseID(ErrConflict, "handed", s.Ref, "was introduced to somebody else:")
	}
	if n, handed := h.listed(s.Matter); t == nil && s.Count > p.Before-n-(p.Given-handed) {
		return refuse(ErrConflict, "handed", "more than were counted, count again")
	}
	return nil
}

func (h *Handover) checkIntroduced(s *Step) error {
	t := h.thing(Customers, s.Ref)
	switch {
	case t == nil:
		return refuseID(ErrNotFound, "introduced", s.Ref, "is no key account listed:")
	case t.Taker != "" && t.Taker != s.To:
		return refuseID(ErrConflict, "introduced", s.Ref, "was handed to somebody else:")
	}
	return nil
}

func (h *Handover) checkSigned(s *Step) error {
	switch {
	case !slices.Contains(h.signers(), s.Actor):
		return refuseID(ErrForbidden, "signed", s.Actor, "does not sign here:")
	case h.hasSigned(s.Actor):
		return refuseID(ErrDuplicate, "signed", s.Actor, "has signed:")
	}
	return lacks("signed", h.unsettled())
}

// lacks is an ErrIncomplete that lists all gaps, and nil without one.
func lacks(field string, gaps []Gap) error {
	if len(gaps) == 0 {
		return nil
	}
	items := make([]string, len(gaps))
	for i, g := range gaps {
		items[i] = g.String()
	}
	return incomplete(field, "lacks", items)
}
