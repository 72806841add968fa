package crm

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/internal/attempt"
)

// approvalBody is what the record of an approval keeps beside its trail.
type approvalBody struct {
	Template   approval.Template    `json:"template"`             // as it was when the approval was started
	Commitment *approval.Commitment `json:"commitment,omitempty"` // what the split guard sees; nil before the first submission
	Holders    []holder             `json:"holders,omitempty"`    // everybody who ever had a seat, in the order of the first; the n-th has the seat n+1
}

// holder is somebody who has or had a seat.
type holder struct {
	Person string    `json:"person"`
	Step   string    `json:"step,omitzero"` // of the open seat; "" where it is closed
	For    string    `json:"for,omitzero"`  // whose seat it is
	Turn   bool      `json:"turn,omitzero"` // to act now; others of the step come first where not
	Due    time.Time `json:"due,omitzero"`
}

// file is an approval with the decisions of one command.
type file struct {
	core     *core
	subject  Subject
	head     Head
	ref      string
	path     string // of the initiator's unit
	body     approvalBody
	instance approval.Instance
	entries  []approval.Entry // that the command appends
	guard    *Change          // of the initiator who submits
	require  []Expect         // that nobody was forgotten
}

// approvalFile reads an approval that the actor sees, started, or has or had a seat in.
func (c *core) approvalFile(ctx context.Context, actor Actor, id string) (f file, err error) {
	f.core, f.subject = c, Subject{KindApproval, id}
	r, err := c.store.Record(ctx, f.subject)
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal(r.Body, &f.body); err != nil {
		return f, &Error{Subject: f.subject, Field: "body", Reason: "is no approval", Err: errors.Join(ErrInvalid, err)}
	}
	party := r.Owner == actor.ID || slices.ContainsFunc(f.body.Holders, func(h holder) bool { return h.Person == actor.ID })
	if !party && !actor.Sees.Allows(r.Owner, r.Path) {
		return file{}, &Error{Subject: f.subject, Err: ErrNotFound}
	}
	f.head, f.ref, f.path = r.Head, r.Ref, r.Path
	journal, err := c.trail(ctx, f.subject)
	if err == nil {
		f.instance, err = approval.Fold(journal)
	}
	return f, err
}

// decide adds what follows from a command.
func (f *file) decide(ctx context.Context, do approval.Command, call Call, now time.Time) error {
	process, err := approval.New(f.body.Template)
	if err != nil {
		return err
	}
	counterparty := f.instance.Request.Counterparty
	if do.Request != nil {
		counterparty = do.Request.Counterparty
	}
	var unforgotten []Expect
	if do.Reason, unforgotten, err = f.core.about(ctx, counterparty, call.Reason); err != nil {
		return err
	}
	f.require = append(f.require, unforgotten...)
	if do.Reason != "" {
		do.Salt = attempt.RandomID() // not the host's, for nobody may guess it
	}
	env := approval.Env{Now: later(now, f.head.Recorded), People: f.core.people(), Admin: f.core.opts.Approvals.Admin}
	if f.core.opts.Calendar != nil {
		env.Deadline = f.core.opts.Calendar.Add
	}
	if env.Delegations, _, err = newRegistries(f.core).Delegations.Get(ctx); err != nil {
		return err
	}
	if do.Verb == approval.Submit {
		// Read before the history: a request that joins it meanwhile has moved the guard.
		guard, err := f.core.giving(ctx, do.Actor)
		if err != nil {
			return err
		}
		f.guard = &guard
	}
	if do.Verb == approval.Submit || do.Verb == approval.Finish {
		if env.Guide, err = f.core.guide(ctx); err != nil {
			return err
		}
		if env.Guide != nil && f.instance.Request.Amount.Minor != 0 {
			if env.History, err = f.history(ctx); err != nil {
				return err
			}
		}
	}
	entries, err := process.Decide(f.instance, do, env)
	if errors.Is(err, approval.ErrConflict) {
		err = attempt.Ended(err) // of another template: no repetition changes that
	}
	if err != nil {
		return err
	}
	f.entries = append(f.entries, entries...)
	if f.instance, err = f.instance.With(entries...); err != nil {
		return err
	}
	if do.Verb == approval.Submit {
		r := f.instance.Request
		matter := r.Matter
		if matter == "" {
			matter = r.Form.String()
		}
		f.body.Commitment = &approval.Commitment{ID: r.ID, Initiator: r.Initiator, Matter: matter,
			Counterparty: r.Counterparty, Amount: r.Amount, At: env.Now}
	}
	return nil
}

// history returns the other requests of the initiator that were approved or are under
// decision. The guard of the initiator, which every submission moves, sees to it that
// none joins them meanwhile.
func (f *file) history(ctx context.Context) (list []approval.Commitment, err error) {
	r := &f.instance.Request
	filter := RecordFilter{Kind: KindApproval, Owner: r.Initiator, Customer: r.Counterparty}
	for row, err := range f.core.store.Records(ctx, filter) {
		if err != nil {
			return nil, err
		}
		switch row.State {
		case approval.Draft.String(), approval.Rejected.String(), approval.Withdrawn.String():
			continue
		}
		var body approvalBody
		if err := json.Unmarshal(row.Body, &body); err != nil {
			return nil, &Error{Subject: row.Subject, Field: "body", Reason: "is no approval", Err: errors.Join(ErrInvalid, err)}
		}
		if body.Commitment != nil {
			list = append(list, *body.Commitment)
		}
	}
	return list, nil
}

// progress says what the command came to.
func (f *file) progress() Progress {
	p := Progress{ID: f.subject.ID, Status: f.instance.Status, Waiting: f.instance.Waiting(), Together: f.instance.Related}
	if place, open := f.instance.Current(); open {
		p.Step = place.Step.ID
	}
	for _, e := range f.entries {
		p.Appended = append(p.Appended, e.Kind)
	}
	return p
}

// draft returns what the command commits: nothing where nothing was appended.
func (f *file) draft(ctx context.Context) (d draft, err error) {
	if len(f.entries) == 0 {
		return d, nil
	}
	d.require = f.require
	guarded := map[string]bool{}
	if f.guard != nil {
		guarded[f.guard.Subject.ID] = true
		d.changes = append(d.changes, *f.guard)
	}
	if err := f.seats(ctx, &d, guarded); err != nil {
		return d, err
	}
	r := &f.instance.Request
	body, err := json.Marshal(f.body)
	if err != nil {
		return d, &Error{Subject: f.subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	var writes []Write
	for _, e := range f.entries {
		writes = append(writes, Append{trailRow(e, r)}, Emit{f.event(e)})
	}
	writes = append(writes, PutRecord{Record{Customer: r.Counterparty, Ref: f.ref, Owner: r.Initiator, Path: f.path,
		State: f.instance.Status.String(), Due: f.due(), Body: body}})
	d.changes = append(d.changes, Change{f.subject, f.head.Version, writes})
	return d, nil
}

// due returns when time alone brings something about next.
func (f *file) due() time.Time {
	place, open := f.instance.Current()
	if open && !place.Reminded && !place.Remind.IsZero() {
		return place.Remind
	}
	return place.Due
}

// event tells of an entry: with those who have to act now, for whoever notifies them.
func (f *file) event(e approval.Entry) Event {
	var told struct {
		Step   string   `json:"step,omitzero"`
		Status string   `json:"status"`
		People []string `json:"people,omitempty"`
	}
	told.Step, told.Status, told.People = e.Step, f.instance.Status.String(), e.People
	if e.Kind != approval.Notified {
		for _, s := range f.instance.Waiting() {
			told.People = append(told.People, s.Person)
		}
	}
	data, err := json.Marshal(told)
	if err != nil || len(data) > MaxEventLen {
		told.People = nil // too many to be named: who reads it asks for them
		data, _ = json.Marshal(told)
	}
	return Event{Kind: "approval." + e.Kind.String(), At: e.Recorded, Data: data}
}

// seatID names the seat of the n-th holder.
func (f *file) seatID(n int) Subject {
	return Subject{KindSeat, f.subject.ID + "/" + strconv.Itoa(n+1)}
}

// seats opens and closes the seats of the command, and requires of everybody who gets
// one that they have not left.
func (f *file) seats(ctx context.Context, d *draft, guarded map[string]bool) error {
	had := slices.Clone(f.body.Holders)
	f.open()
	for n, h := range f.body.Holders {
		if n < len(had) && had[n] == h {
			continue
		}
		if (n >= len(had) || had[n].Step == "") && !guarded[h.Person] {
			guard, err := f.core.giving(ctx, h.Person)
			if err != nil {
				return err
			}
			// A board's seven need not wait for each other's other approvals: that the guard
			// has not moved is enough to be sure that they are still there.
			d.require = append(d.require, Expect{guard.Subject, guard.Expect})
		}
		if err := f.putSeat(ctx, d, n); err != nil {
			return err
		}
	}
	return nil
}

// open brings the holders to where the approval stands, and returns the open seats by
// person.
func (f *file) open() map[string]approval.Seat {
	for n, h := range f.body.Holders {
		f.body.Holders[n] = holder{Person: h.Person}
	}
	open := map[string]approval.Seat{}
	place, ok := f.instance.Current()
	if !ok {
		return open
	}
	waiting := f.instance.Waiting()
	for _, s := range place.Seats {
		if s.Vote != 0 {
			continue
		}
		open[s.Person] = s
		n := slices.IndexFunc(f.body.Holders, func(h holder) bool { return h.Person == s.Person })
		if n < 0 {
			n = len(f.body.Holders)
			f.body.Holders = append(f.body.Holders, holder{})
		}
		f.body.Holders[n] = holder{s.Person, place.Step.ID, s.For, slices.Contains(waiting, s), place.Due}
	}
	return open
}

func (f *file) putSeat(ctx context.Context, d *draft, n int) error {
	subject, h := f.seatID(n), f.body.Holders[n]
	head, err := f.core.store.Head(ctx, subject)
	if err != nil {
		return err
	}
	request := &f.instance.Request
	r := Record{Customer: request.Counterparty, Ref: f.subject.ID, State: SeatDone}
	if h.Step != "" {
		r.Owner, r.Path, r.State, r.Due = h.Person, f.core.pathOf(h.Person), SeatLater, h.Due
		if h.Turn {
			r.State = SeatOpen
		}
		r.Body, err = json.Marshal(Seat{Step: h.Step, For: h.For, Since: f.instance.Recorded, Form: request.Form,
			Initiator: request.Initiator, Amount: request.Amount, Ref: f.ref})
	}
	d.changes = append(d.changes, Change{subject, head.Version, []Write{PutRecord{r}}})
	return err
}
