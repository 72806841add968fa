package crm

import (
	"context"
	"encoding/json"
	"time"

	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
)

// ConvertLead is a command of [Leads].Convert.
type ConvertLead struct {
	Call
	Plan lead.Plan // which customer and contact are made, or linked

	// Owner gets what is made; the zero Staff is the owner of the lead.
	Owner owner.Staff
	// Opportunity is opened with the customer; nil for none. Its Call, Customer and Lead
	// are filled in, and its Owner where it is the zero Staff.
	Opportunity *OpenOpportunity
}

// ConvertedLead is what a lead was turned into, in ids.
type ConvertedLead struct {
	Customer    string `json:"customer"`
	Person      string `json:"person,omitzero"`      // the customer who is the contact, "" for none
	Contact     string `json:"contact,omitzero"`     // id of the contact, "" for none
	Opportunity string `json:"opportunity,omitzero"` // "" for none
}

// Convert turns a qualified lead into a customer, a contact of the organisation, and
// perhaps an opportunity 转化, all in one commit: with all of it, or without any. The ids
// are written on both sides: on the lead, and in JournalLead of the customer. Consents
// that were ticked go into the person's consent journal, each as of when it was. The
// lead's activities stay where they are, and are shown on the customer's timeline.
//
// The same key returns the same ids, however the first commit ended; another command is
// [lead.ErrAlreadyConverted], with the customer in ID. The other errors: those of
// [lead.Data.Convert], [Customers].Register and [Opportunities].Open, ErrTaken with the
// holder above all, who is then to be linked; ErrTransition where the lead is not
// qualified; ErrIncomplete where nobody has it and Owner is not given; ErrNotFound where
// the actor does not see a customer who is to be linked.
func (s *Leads) Convert(ctx context.Context, actor Actor, id string, c ConvertLead) (ConvertedLead, error) {
	cmd := command{name: "leads.convert", actor: actor, subject: Subject{KindLead, id}, call: c.Call, input: []any{c.Plan, c.Owner.ID, c.Owner.Path}}
	made := ConvertedLead{Customer: s.core.opts.NewID(), Person: s.core.opts.NewID(), Contact: s.core.opts.NewID()}
	if c.Opportunity != nil {
		o := *c.Opportunity
		cmd.input = []any{c.Plan, c.Owner.ID, c.Owner.Path, o.ID, o.Title, o.Expectation, o.Line, o.Stage, o.Met, o.Owner.ID, o.Owner.Path}
		if o.ID == "" {
			o.ID = s.core.opts.NewID()
		}
		c.Opportunity, made.Opportunity = &o, o.ID
	}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, ConvertedLead, error) {
		l, err := s.core.openLead(ctx, actor, id)
		if err != nil {
			return draft{}, ConvertedLead{}, err
		}
		x := conversion{core: s.core, actor: actor, cmd: c, lead: l, out: made, now: later(now, l.Head.Recorded), changes: map[Subject]*Change{}}
		err = x.plan(ctx)
		return draft{changes: x.ordered()}, x.out, err
	})
}

// conversion gathers the changes of one commit, one for each subject.
type conversion struct {
	core  *core
	actor Actor
	cmd   ConvertLead
	lead  leadRecord
	out   ConvertedLead
	now   time.Time

	changes map[Subject]*Change
	order   []Subject
	made    int // customers, who all have one owner
}

func (x *conversion) plan(ctx context.Context) error {
	to, err := x.lead.body.Data.Convert(x.cmd.Plan)
	if err != nil {
		return err
	}
	if x.cmd.Owner.ID == "" {
		h := x.lead.work.Holding
		x.cmd.Owner = owner.Staff{ID: h.Owner, Path: h.Path, Active: true}
	}
	if x.cmd.Owner.ID == "" {
		return &Error{Subject: x.lead.Subject, Field: "owner", Reason: "is missing, and nobody has the lead", Err: ErrIncomplete}
	}
	if err := x.customer(ctx, to); err != nil {
		return err
	}
	if err := x.contact(ctx, to); err != nil {
		return err
	}
	x.consents(to)
	if err := x.opportunity(ctx); err != nil {
		return err
	}
	return x.close(ctx)
}

// customer makes or links the customer.
func (x *conversion) customer(ctx context.Context, to lead.Conversion) (err error) {
	if to.Customer == nil {
		x.out.Customer, err = x.cmd.Plan.Customer, x.link(ctx, x.cmd.Plan.Customer)
	} else {
		err = x.register(ctx, x.out.Customer, *to.Customer)
	}
	if err != nil {
		return err
	}
	marks, _ := json.Marshal(captureMarks{Form: x.lead.body.Data.Form, Version: x.lead.body.Data.Version, Source: x.lead.body.Data.Source})
	x.add(Subject{KindCustomer, x.out.Customer}, Append{Entry{Journal: JournalLead, Kind: leadConverted, Ref: x.lead.Subject.ID, Data: marks,
		Actor: x.actor.ID, At: effective(x.cmd.Call, x.now), Recorded: x.now}})
	return nil
}

// link changes a customer who is there already.
func (x *conversion) link(ctx context.Context, id string) error {
	customer, err := x.core.living(ctx, x.actor, id)
	if err != nil {
		return err
	}
	x.now = later(x.now, customer.Head.Recorded)
	x.join(Change{Subject: Subject{KindCustomer, id}, Expect: customer.Head.Version})
	return nil
}

// register makes a customer of a profile.
func (x *conversion) register(ctx context.Context, id string, profile party.Profile) error {
	r := Registration{Call: Call{Reason: x.cmd.Reason}, ID: id, Profile: profile, Owner: x.cmd.Owner, Readmit: x.lead.body.Readmit}
	if r.Readmit && r.Reason == "" {
		r.Reason = x.lead.Subject.String() // which says why
	}
	d, err := (&Customers{x.core}).register(ctx, x.actor, r, x.now)
	for _, change := range d.changes {
		x.join(change)
	}
	if err == nil && x.made > 0 {
		err = x.room(ctx)
	}
	x.made++
	return err
}

// room refuses a second customer of this commit, of which the rule for one alone does
// not know that there is a first.
func (x *conversion) room(ctx context.Context) error {
	most := x.cmd.Owner.Capacity
	if most == 0 {
		most = x.core.opts.Ownership.Capacity
	}
	if most == 0 {
		return nil
	}
	held, err := (&Owners{x.core}).count(ctx, KindCustomer, x.cmd.Owner.ID)
	if err == nil && held+x.made >= most {
		err = &owner.Error{Field: "capacity", Item: -1, ID: x.cmd.Owner.ID, Limit: most, Used: held + x.made, Reason: "holds enough", Err: owner.ErrCap}
	}
	return err
}

// contact makes the person, where it is new, and the contact.
func (x *conversion) contact(ctx context.Context, to lead.Conversion) error {
	if !to.Contact {
		x.out.Person, x.out.Contact = "", ""
		return nil
	}
	if to.Person != nil {
		if err := x.register(ctx, x.out.Person, *to.Person); err != nil {
			return err
		}
	} else {
		x.out.Person = x.cmd.Plan.Person
		person, err := x.core.living(ctx, x.actor, x.out.Person)
		if err != nil {
			return err
		}
		x.now = later(x.now, person.Head.Recorded)
		x.join(Change{Subject: Subject{KindCustomer, person.ID}, Expect: person.Head.Version}) // moved, for the consents
	}
	contacts, err := (&Contacts{x.core}).of(ctx, RecordFilter{Kind: KindContact, Customer: x.out.Customer})
	if err != nil {
		return err
	}
	contact := party.Contact{ID: x.out.Contact, Organisation: x.out.Customer, Person: x.out.Person, Role: to.Role, Title: x.cmd.Plan.Title}
	if err := party.ValidateContacts(append(contacts, contact)); err != nil {
		return err
	}
	x.add(Subject{KindContact, contact.ID}, PutRecord{contactRecord(contact)})
	x.add(Subject{KindCustomer, x.out.Customer}, Append{Entry{Journal: JournalContact, Kind: "linked", Contact: contact.Person, Ref: contact.ID,
		To: contact.Role.String(), Actor: x.actor.ID, At: effective(x.cmd.Call, x.now), Recorded: x.now, Reason: x.cmd.Reason}},
		Emit{Event{Kind: "contact.linked", At: x.now}})
	return nil
}

// consents records what was ticked, and when, of the person: the contact, or the customer who is
// one. Of an organisation alone there is nobody who agreed.
func (x *conversion) consents(to lead.Conversion) {
	person := x.out.Person
	if person == "" && (to.Customer != nil && to.Customer.Type == party.Person || to.Customer == nil && x.lead.body.Data.Company == "") {
		person = x.out.Customer
	}
	if person == "" {
		return
	}
	for _, tick := range x.lead.body.Data.Consents {
		x.add(Subject{KindCustomer, person}, tickWrites(tick, x.lead.Subject.ID, x.actor, x.lead.body.tickedAt(tick), x.now)...)
	}
}

func (x *conversion) opportunity(ctx context.Context) error {
	if x.cmd.Opportunity == nil {
		return nil
	}
	o := *x.cmd.Opportunity
	o.Call, o.Customer, o.Lead = Call{At: x.cmd.At, Reason: x.cmd.Reason}, x.out.Customer, x.lead.Subject.ID
	if o.Owner.ID == "" {
		o.Owner = x.cmd.Owner
	}
	guard, err := x.core.giving(ctx, o.Owner.ID)
	if err != nil {
		return err
	}
	x.join(guard)
	change, err := x.core.openOpportunity(ctx, x.actor, o, x.now)
	if err != nil {
		return err
	}
	x.join(change)
	return nil
}

// close writes the ids on the lead.
func (x *conversion) close(ctx context.Context) error {
	l := x.lead
	row, err := x.core.enterLead(ctx, x.actor, &l, lead.Converted, x.cmd.Call, x.now)
	if err != nil {
		return err
	}
	row.Kind, row.Ref, row.Contact = leadConverted, x.out.Customer, x.out.Person
	if row.Contact == "" {
		row.Contact = x.out.Customer
	}
	l.Customer, l.body.Person, l.body.Contact, l.body.Opportunity = x.out.Customer, x.out.Person, x.out.Contact, x.out.Opportunity
	l.body.Next = time.Time{}
	event := Event{Kind: "lead.converted", At: x.now}
	event.Data, _ = json.Marshal(x.out)
	change, err := l.change(event, Append{row})
	x.join(change)
	return err
}

// join adds a change. A subject that was read before stays expected as it was then: what
// was decided by that holds only so.
func (x *conversion) join(c Change) {
	_, known := x.changes[c.Subject]
	if x.add(c.Subject, c.Writes...); !known {
		x.changes[c.Subject].Expect = c.Expect
	}
}

// add adds writes to the change of a subject.
func (x *conversion) add(s Subject, writes ...Write) {
	if x.changes[s] == nil {
		x.changes[s] = &Change{Subject: s}
		x.order = append(x.order, s)
	}
	x.changes[s].Writes = append(x.changes[s].Writes, writes...)
}

// ordered returns the changes in the order in which they were begun.
func (x *conversion) ordered() []Change {
	list := make([]Change, 0, len(x.order))
	for _, s := range x.order {
		list = append(list, *x.changes[s])
	}
	return list
}
