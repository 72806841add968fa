package approval

import (
	"slices"
	"time"
)

// Process decides over the approvals of one template (审批流程). [New] makes it. It
// does not change and serves any number of goroutines.
type Process struct {
	template Template
}

// New returns the process of a template, of which it keeps a copy. What
// [Template.Validate] reports is ErrInvalid.
func New(t Template) (*Process, error) {
	if err := t.Validate(); err != nil {
		return nil, err
	}
	return &Process{template: copyOf(t)}, nil
}

func copyOf(t Template) Template {
	t.Form.Fields = slices.Clone(t.Form.Fields)
	t.Steps = copySteps(t.Steps)
	return t
}

func copySteps(steps []Step) []Step {
	steps = slices.Clone(steps)
	for i := range steps {
		steps[i] = copyStep(steps[i])
	}
	return steps
}

func copyStep(s Step) Step {
	s.Approvers, s.When = slices.Clone(s.Approvers), slices.Clone(s.When)
	if s.Timeout != nil {
		limit := *s.Timeout
		s.Timeout = &limit
	}
	return s
}

// Template returns a copy of the template.
func (p *Process) Template() Template { return copyOf(p.template) }

// Decide returns the entries to append for a command: what was asked for and what
// follows from it (审批决策). It changes nothing; [Instance.With] gives the approval
// after them. Append them on condition that the approval has not moved since it was
// read. An error leaves nothing to append. Verb says what may be done in which model:
//
//	verb                      Free            Predefined          Fixed
//	Choose                    To, at a step   a step ahead        ErrLocked
//	Insert                    yes             yes                 ErrLocked
//	Skip                      ErrLocked       unless Required     ErrLocked
//	AddSigner                 yes             yes                 ErrLocked
//	Delegate                  yes             if CanDelegate      if CanDelegate
//	Return to an entered step replay          replay or resume    replay
//	Withdraw (initiator)      until decided   until decided       before anybody has voted
//	Finish                    with authority  ErrLocked           ErrLocked
//	Replace                   yes             yes                 yes
//
// The rules that hold in all of them:
//
//   - The initiator never votes, not by delegation either: in his place his manager
//     is asked, and where there is none, nobody. ErrForbidden.
//   - Nobody votes twice in a step between two returns, however often he is named.
//   - A vote after the step was decided, or a second one, is ErrTransition.
//   - A return voids what was decided from its target on; it stays in the journal.
//     With Resume only the target's and the returner's decisions are voided, and where
//     the request was changed, or other people have the authority now, all of them.
//   - What nobody would have decided is never approved: ErrIncomplete.
//   - In Free nobody decides two steps running, and there are at most 50 of them.
//   - Replace is for whoever runs the flow, not for its people: that the holder is gone
//     is the host's to know. Nobody gives himself a seat by it. ErrForbidden.
//   - Steps that execute begin once all is approved. The initiator may execute.
//
// Tick returns nothing, and no error, where no term has passed since the last one.
//
// Other errors: ErrInvalid for a command, a request or an added step that breaks a
// rule; ErrConflict where the approval is of another template or version, or its last
// entry is later than Env.Now; ErrIncomplete where documents, fields, people, the next
// approver or the guide are missing; ErrNotFound for a step that is not there; the
// errors of [Guide.Resolve] and [Guide.CheckSplit] when the request is submitted.
func (p *Process) Decide(i Instance, c Command, env Env) ([]Entry, error) {
	if env.People == nil {
		env.People = Staff{}
	}
	env.Now = floor(env.Now)
	c.At = floor(c.At)
	if c.At.IsZero() {
		c.At = env.Now
	}
	if err := c.validate(env.Now); err != nil {
		return nil, err
	}
	w := work{p: p, c: c, env: env, i: i.clone()}
	if err := w.allowed(); err != nil {
		return nil, err
	}
	if err := w.run(); err != nil {
		return nil, err
	}
	return w.entries, nil
}

func floor(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().Truncate(time.Microsecond)
}

// work is a decision under way: the instance moves with each entry.
type work struct {
	p   *Process
	c   Command
	env Env
	i   Instance

	entries []Entry
	clock   stamp
}

// likely is how many entries there will be, or a little more: a vote behind which others
// are waited for is alone, one that ends a step goes before the step and the next one, and
// the last one before the end too.
func (w *work) likely() int {
	at := w.i.current()
	switch {
	case at >= 0 && w.c.Verb == Approve && w.i.Places[at].missing() > 1:
		return 1
	case at+1 < len(w.i.Places) && w.i.Places[at+1].Step.decides():
		return 3
	}
	return 4
}

// emit appends an entry and moves the instance.
func (w *work) emit(entry *Entry) error {
	e := w.line(entry.Kind, entry.Step)
	*e = *entry
	return w.seal(e)
}

// line appends an entry that has to be filled in and sealed. Those of a vote are written
// where they stay, for an entry is large.
func (w *work) line(kind Kind, step string) *Entry {
	if w.entries == nil {
		w.entries = make([]Entry, 0, w.likely())
	}
	w.entries = slices.Grow(w.entries, 1)[:len(w.entries)+1]
	e := &w.entries[len(w.entries)-1]
	e.Kind, e.Step = kind, step
	return e
}

// seal completes the last entry and moves the instance.
func (w *work) seal(e *Entry) error {
	e.Seq, e.Actor, e.At, e.Recorded = w.i.Seq+1, w.c.Actor, w.c.At, w.env.Now
	if len(w.entries) == 1 {
		if e.Code == "" {
			e.Code = w.c.Code
		}
		if w.c.Reason != "" {
			e.Reason, e.Salt, e.ReasonHash = w.c.Reason, w.c.Salt, reasonHash(w.c.Salt, w.c.Reason)
		}
	}
	before := w.i.Head
	if before == "" {
		before = Genesis
	}
	e.Hash = seal(before, e, &w.clock)
	if !w.i.apply(e) {
		return refuse(ErrTransition, codeJournal, w.c.Verb.String())
	}
	return nil
}

// allowed checks what needs no look at the step: the model, the flow, who asks.
func (w *work) allowed() error {
	verb, flow := w.c.Verb.String(), Flow{w.p.template.ID, w.p.template.Version, w.p.template.Model}
	switch {
	case w.locked():
		return refuse(ErrLocked, codeLocked, verb)
	case w.c.Verb == Create && w.i.Status != 0, w.c.Verb != Create && w.i.Status == 0:
		return w.notNow()
	case w.c.Verb != Create && w.i.Flow != flow:
		return refuse(ErrConflict, codeVersion, "flow")
	case w.env.Now.Before(w.i.Recorded):
		return refuse(ErrConflict, codeLater, "now")
	}
	initiator := w.c.Actor == w.i.Request.Initiator
	switch w.c.Verb {
	case Amend, Submit, Withdraw:
		if !initiator {
			return refuse(ErrForbidden, codeNotInitiator, verb)
		}
	case Approve, Reject, Abstain, Finish, Return, Delegate, AddSigner, Replace:
		if initiator {
			return refuse(ErrForbidden, codeInitiator, verb)
		}
	}
	return nil
}

// locked says what the model does not know.
func (w *work) locked() bool {
	model := w.p.template.Model
	switch w.c.Verb {
	case Choose, Skip:
		return model != Predefined
	case Insert, AddSigner:
		return model == Fixed
	case Finish:
		return model != Free
	case Return:
		return w.c.Resume && model != Predefined
	}
	return false
}

func (w *work) notNow() error {
	return refuseID(ErrTransition, codeState, w.c.Verb.String(), w.i.Status.String())
}

func (w *work) run() error {
	switch w.c.Verb {
	case Create, Amend:
		return w.draft()
	case Submit:
		return w.submit()
	case Approve, Reject, Abstain, Finish:
		return w.vote()
	case Choose:
		return w.choose()
	case Insert:
		return w.insert()
	case Skip:
		return w.skip()
	case AddSigner:
		return w.addSigner()
	case Delegate:
		return w.delegate()
	case Return:
		return w.giveBack()
	case Withdraw:
		return w.withdraw()
	case Begin, Execute:
		return w.execute()
	case Replace:
		return w.replace()
	default:
		return w.tick()
	}
}
