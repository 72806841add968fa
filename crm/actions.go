package crm

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/cadence"
)

// JournalAction is what was done about a lead, an opportunity or a customer to follow
// it up 一般行动.
const JournalAction Journal = "action"

// Actions records what colleagues do to follow leads, opportunities and customers up
// (一般行动), and whether it counts as a follow-up: a visit for form's sake does not. What
// passed between us and a customer, over which channel, is [Timeline]'s.
//
// Whether an action counts is judged as it is recorded, by Options.Cadence; [Cadence].Check
// judges it by the policies. Texts are personal, and are cleared with the record or when
// the customer or contact is forgotten; what they came to is kept.
type Actions struct{ core *core }

// Acted is what recording an action came to.
type Acted struct {
	ID      string    `json:"id"` // of the action
	Seq     uint64    `json:"seq"`
	Counted bool      `json:"counted,omitzero"`  // as a follow-up
	At      time.Time `json:"at,omitzero"`       // when it counts
	Late    bool      `json:"late,omitzero"`     // it counts as of now, since it was recorded too late
	Missing []string  `json:"missing,omitempty"` // fields without which it does not count
}

// actionData is the Data of an action's entry: what its texts, which may be cleared,
// came to.
type actionData struct {
	NoChange bool     `json:"no_change,omitzero"`
	Contact  bool     `json:"contact,omitzero"` // the entry's contact is whom it dealt with, and not the customer of the record
	Counted  bool     `json:"counted,omitzero"`
	Missing  []string `json:"missing,omitempty"`
}

// actionTexts is the Private of an action's entry.
type actionTexts struct {
	Purpose  string `json:"purpose,omitzero"`
	Outcome  string `json:"outcome,omitzero"`
	NextStep string `json:"next_step,omitzero"`
}

// Record appends an action to the journal of a lead, an opportunity or a customer that
// the actor sees 录入一般行动. Target, Actor and RecordedAt of the action are filled in, and
// so is an ID where it has none; its At is the call's where it has none, or now. One that
// counts moves the last action of the lead or opportunity, never back.
//
// Errors: those of [cadence.Action.Validate]; ErrInvalid for a target of another kind
// and an instant to come; ErrNotFound, also for a contact that is no customer, but of a
// lead; ErrForgotten; ErrTransition for a lead that is
// closed.
func (s *Actions) Record(ctx context.Context, actor Actor, target Subject, a cadence.Action, call Call) (Acted, error) {
	a.Target, a.TargetKind, a.Actor, a.At, a.RecordedAt = target.ID, 0, actor.ID, Instant(a.At), time.Time{}
	cmd := command{name: "actions.record", actor: actor, subject: target, call: call, input: a}
	if a.ID == "" {
		a.ID = s.core.opts.NewID()
	}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (d draft, acted Acted, err error) {
		switch target.Kind {
		case KindLead:
			d, acted, err = s.onLead(ctx, actor, a, call, now)
		case KindOpportunity:
			d, acted, err = s.onOpportunity(ctx, actor, a, call, now)
		case KindCustomer:
			d, acted, err = s.onCustomer(ctx, actor, a, call, now)
		default:
			err = &Error{Subject: target, Field: "target", Reason: "is no lead, opportunity or customer", Err: ErrInvalid}
		}
		if err != nil {
			return draft{}, Acted{}, err
		}
		err = s.withContact(ctx, &d, target, a.Contact)
		return d, acted, err
	})
}

// withContact requires of a commit that nobody forgets the person dealt with meanwhile.
// That of a lead need not be a customer yet.
func (s *Actions) withContact(ctx context.Context, d *draft, target Subject, contact string) error {
	person := Subject{KindCustomer, contact}
	if contact == "" || person == target || slices.ContainsFunc(d.require, func(e Expect) bool { return e.Subject == person }) {
		return nil
	}
	c, err := s.core.store.Customer(ctx, contact)
	switch {
	case errors.Is(err, ErrNotFound) && target.Kind == KindLead:
		return nil
	case err != nil:
		return err
	case !c.Standing.Forgotten.IsZero():
		return &Error{Subject: person, Field: "contact", Err: ErrForgotten}
	}
	d.require = append(d.require, Expect{person, c.Head.Version})
	return nil
}

func (s *Actions) onLead(ctx context.Context, actor Actor, a cadence.Action, call Call, now time.Time) (draft, Acted, error) {
	l, err := s.core.openLead(ctx, actor, a.Target)
	if err != nil {
		return draft{}, Acted{}, err
	}
	row, acted, err := s.row(l.Subject, l.Head, a, call, now, "")
	if err != nil {
		return draft{}, Acted{}, err
	}
	writes := []Write{Append{row}}
	if acted.Counted {
		counted := l.row(leadActed, actor, Call{At: acted.At}, row.Recorded)
		counted.Ref = acted.ID
		l.work.Acted = later(acted.At, l.work.Acted)
		writes = append(writes, Append{counted})
	}
	change, err := l.change(l.event("lead.action", row.Recorded), writes...)
	return draft{changes: []Change{change}}, acted, err
}

func (s *Actions) onOpportunity(ctx context.Context, actor Actor, a cadence.Action, call Call, now time.Time) (draft, Acted, error) {
	o, customer, err := (&Opportunities{s.core}).standing(ctx, actor, a.Target)
	if err != nil {
		return draft{}, Acted{}, err
	}
	row, acted, err := s.row(Subject{KindOpportunity, o.ID}, o.Head, a, call, now, o.Customer)
	if err != nil {
		return draft{}, Acted{}, err
	}
	rows := []Entry{row}
	if acted.Counted {
		counted := o.row(opportunityActed, actor, Call{At: acted.At}, row.Recorded)
		counted.Ref = acted.ID
		o.Acted = later(acted.At, o.Acted)
		rows = append(rows, counted)
	}
	change, err := s.core.opportunityChange(o, rows...)
	return draft{require: []Expect{customer}, changes: []Change{change}}, acted, err
}

func (s *Actions) onCustomer(ctx context.Context, actor Actor, a cadence.Action, call Call, now time.Time) (draft, Acted, error) {
	c, err := s.core.living(ctx, actor, a.Target)
	if err != nil {
		return draft{}, Acted{}, err
	}
	subject := Subject{KindCustomer, c.ID}
	row, acted, err := s.row(subject, c.Head, a, call, now, "")
	if err != nil {
		return draft{}, Acted{}, err
	}
	return draft{changes: []Change{{subject, c.Head.Version, []Write{Append{row}, Emit{Event{Kind: "customer.action", At: row.Recorded}}}}}}, acted, nil
}

// row judges an action and returns its line. The texts of one without a contact are
// cleared with the customer that the record belongs to.
func (s *Actions) row(of Subject, head Head, a cadence.Action, call Call, now time.Time, customer string) (Entry, Acted, error) {
	a.RecordedAt = later(now, head.Recorded)
	if a.At.IsZero() {
		a.At = effective(call, a.RecordedAt)
	}
	verdict, err := s.core.opts.Cadence.Evidence.Judge(a)
	if err != nil {
		return Entry{}, Acted{}, err
	}
	acted := Acted{ID: a.ID, Seq: head.Entries + 1, Counted: verdict.Counted, At: Instant(verdict.At), Late: verdict.Late && verdict.Counted, Missing: verdict.Missing}
	row := Entry{Subject: of, Journal: JournalAction, Kind: a.Kind.String(), Ref: a.ID, Contact: a.Contact, Actor: a.Actor,
		At: a.At, Recorded: a.RecordedAt, Reason: call.Reason, Text: a.Note}
	if row.Contact == "" {
		row.Contact = customer
	}
	row.Data, _ = json.Marshal(actionData{a.NoChange, a.Contact != "", verdict.Counted, verdict.Missing})
	if texts := (actionTexts{a.Purpose, a.Outcome, a.NextStep}); texts != (actionTexts{}) {
		row.Private, _ = json.Marshal(texts)
	}
	return row, acted, nil
}

// Of returns the actions of a lead, an opportunity or a customer that the actor sees, in
// the order in which they were recorded. What was cleared is empty. ErrNotFound.
func (s *Actions) Of(ctx context.Context, actor Actor, target Subject) ([]cadence.Action, error) {
	return read(ctx, s.core, "actions.of", actor, target, func() ([]cadence.Action, error) {
		var err error
		if target.Kind == KindCustomer {
			_, err = s.core.customer(ctx, actor, target.ID)
		} else {
			_, err = s.core.visible(ctx, actor, target)
		}
		if err != nil {
			return nil, err
		}
		var list []cadence.Action
		for row, err := range s.core.store.Entries(ctx, EntryFilter{Subject: target, Journal: JournalAction}) {
			if err != nil {
				return nil, err
			}
			a, _, err := actionOf(row)
			if err != nil {
				return nil, err
			}
			list = append(list, a)
		}
		return list, nil
	})
}

// actionOf reads the line of an action, and what its texts came to.
func actionOf(row Entry) (a cadence.Action, data actionData, err error) {
	var texts actionTexts
	if len(row.Private) > 0 {
		err = json.Unmarshal(row.Private, &texts)
	}
	if err = errors.Join(err, json.Unmarshal(row.Data, &data), a.Kind.UnmarshalText([]byte(row.Kind))); err != nil {
		return a, data, &Error{Subject: row.Subject, Field: "action", Reason: "is no entry of this journal", Err: errors.Join(ErrInvalid, err)}
	}
	a.ID, a.Target, a.TargetKind, a.Actor = row.Ref, row.Subject.ID, cadenceKind(row.Subject.Kind), row.Actor
	a.At, a.RecordedAt, a.Note, a.NoChange = row.At, row.Recorded, row.Text, data.NoChange
	a.Purpose, a.Outcome, a.NextStep = texts.Purpose, texts.Outcome, texts.NextStep
	if data.Contact {
		a.Contact = row.Contact
	}
	return a, data, nil
}

// cadenceKind returns the kind under which the rules look at a record, none for a
// customer.
func cadenceKind(k Kind) cadence.Kind {
	switch k {
	case KindLead:
		return cadence.Lead
	case KindOpportunity:
		return cadence.Opportunity
	}
	return 0
}
