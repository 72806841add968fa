package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/reminder"
)

const (
	JournalReminder    Journal = "reminder"    // what somebody was reminded of, and what they said 提醒记录
	JournalAppointment Journal = "appointment" // what became of a call, visit or meeting 日程记录
)

// The states that reminders are listed by.
const (
	ReminderWaiting = "waiting" // for its next firing 待触发
	ReminderFired   = "fired"   // somebody is to answer it 已触发
	ReminderSnoozed = "snoozed" // is to come again 稍后提醒
	ReminderEnded   = "ended"   // never fires again 已终止
)

// Agenda reminds colleagues of what is to be done, and keeps their appointments
// (日程与提醒). What is decided is that of packages reminder and agenda; days and clock
// times are those of Options.Calendar.
//
// A reminder is a record that is listed by whose it is, customer, what it is about
// (Ref), state and Due: when it was to be answered, or fires next. The firings are
// events of the outbox, for whoever shows or sends them.
type Agenda struct{ core *core }

// Reminder is a reminder as it stands 提醒. It holds ids, codes and instants, and where
// [Agenda].Reminder fills it in, the text.
type Reminder struct {
	Head     Head      `json:"-"`
	Customer string    `json:"-"`
	Ref      string    `json:"-"`
	Owner    string    `json:"-"` // staff id of who is reminded
	Path     string    `json:"-"` // of the owner's unit
	State    string    `json:"-"`
	Due      time.Time `json:"-"` // of what is open, the first; or the next firing; zero for none
	Text     string    `json:"-"` // in somebody's own words: personal

	reminder.Reminder
	Ledger reminder.Ledger `json:"ledger"`
}

// LogValue shows whose it is and where it stands, and not the text.
func (r Reminder) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", r.ID), slog.String("owner", r.Owner), slog.String("state", r.State), slog.Time("due", r.Due))
}

// NewReminder is a command of [Agenda].Remind.
type NewReminder struct {
	Call
	// Reminder is the rule. Its ID may be "" for one that is made; Zone, Work and Since
	// are filled in: nothing fires that lies before the command.
	Reminder reminder.Reminder
	Owner    owner.Staff // who is reminded
	Customer string      // id; may be ""
	Ref      string      // id of what it is about, such as an instalment; may be ""
	Text     string      // of what, in words; may be personal
}

// Remind makes a reminder, and returns its id 新建提醒.
//
// Errors: those of [reminder.Reminder.Validate]; ErrDuplicate where the id is in use;
// ErrForbidden where the colleague has left; ErrNotFound for a customer that the actor
// does not see; ErrForgotten for one who was erased.
func (s *Agenda) Remind(ctx context.Context, actor Actor, n NewReminder) (string, error) {
	rule := n.Reminder
	rule.Since = time.Time{}
	cmd := command{name: "agenda.remind", actor: actor, made: rule.ID == "", call: n.Call,
		input: []any{rule, n.Owner.ID, n.Owner.Path, n.Customer, n.Ref, n.Text}}
	if rule.ID == "" {
		rule.ID = s.core.opts.NewID()
	}
	cmd.subject = Subject{KindReminder, rule.ID}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, string, error) {
		d, err := s.begin(ctx, actor, cmd.subject, n.Owner.ID, n.Customer)
		if err != nil {
			return draft{}, "", err
		}
		r := Reminder{Customer: n.Customer, Ref: n.Ref, Owner: n.Owner.ID, Path: n.Owner.Path, Reminder: rule}
		r.Since = now
		s.clock(&r)
		row := Entry{Journal: JournalReminder, Kind: "created", To: r.Kind.String(), Contact: r.Customer, Actor: actor.ID,
			At: effective(n.Call, now), Recorded: now, Reason: n.Reason, Text: n.Text}
		change, err := r.change(Append{row}, Emit{Event{Kind: "reminder.created", At: now}})
		d.changes = append(d.changes, change)
		return d, rule.ID, err
	})
}

// begin drafts what every new thing in an agenda needs: that its id is free, that whose
// it is has not left, and that the customer is there and stays as read.
func (s *Agenda) begin(ctx context.Context, actor Actor, subject Subject, staff, customer string) (d draft, err error) {
	if err := subject.validate(); err != nil {
		return draft{}, err
	}
	head, err := s.core.store.Head(ctx, subject)
	if err != nil {
		return draft{}, err
	}
	if head.Version > 0 {
		return draft{}, &Error{Subject: subject, Err: ErrDuplicate}
	}
	guard, err := s.core.giving(ctx, staff)
	if err != nil {
		return draft{}, err
	}
	d.changes = []Change{guard}
	if customer != "" {
		c, err := s.core.living(ctx, actor, customer)
		if err != nil {
			return draft{}, err
		}
		d.require = []Expect{{Subject{KindCustomer, c.ID}, c.Head.Version}}
	}
	return d, nil
}

// clock fills in by whose clocks and working days a reminder goes.
func (s *Agenda) clock(r *Reminder) { r.Zone, r.Work = s.core.zone(), s.core.opts.Calendar }

// stand fills in State and Due as they follow from the rule and the ledger.
func (r *Reminder) stand() error {
	next, ok, err := r.Next(r.Ledger)
	r.State, r.Due = ReminderEnded, Instant(next)
	if ok {
		r.State = ReminderWaiting
	}
	for _, o := range r.Ledger.Open {
		switch {
		case o.State == reminder.StateFired:
			if r.State = ReminderFired; r.Due.IsZero() || o.Due.Before(r.Due) {
				r.Due = o.Due
			}
		case r.State != ReminderFired:
			r.State = ReminderSnoozed // Next has when it comes
		}
	}
	return err
}

// change puts a reminder as it stands, and appends what happened to its journal.
func (r *Reminder) change(writes ...Write) (Change, error) {
	if err := r.stand(); err != nil {
		return Change{}, err
	}
	subject := Subject{KindReminder, r.ID}
	body, err := json.Marshal(r)
	if err != nil {
		return Change{}, &Error{Subject: subject, Field: "reminder", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	put := PutRecord{Record{Customer: r.Customer, Ref: r.Ref, Owner: r.Owner, Path: r.Path, State: r.State, Due: r.Due, Body: body}}
	return Change{subject, r.Head.Version, append([]Write{put}, writes...)}, nil
}

func (s *Agenda) reminderOf(record Record) (Reminder, error) {
	var r Reminder
	if err := json.Unmarshal(record.Body, &r); err != nil {
		return r, &Error{Subject: record.Subject, Field: "body", Reason: "is no reminder", Err: errors.Join(ErrInvalid, err)}
	}
	r.Head, r.Customer, r.Ref, r.Owner, r.Path, r.State, r.Due = record.Head, record.Customer, record.Ref, record.Owner, record.Path, record.State, record.Due
	s.clock(&r)
	return r, nil
}

// Firing is one time that somebody is reminded.
type Firing struct {
	IDs    []string `json:"ids"`             // occurrences; the first names the firing
	Missed int      `json:"missed,omitzero"` // how many it stands for beside itself
	Again  bool     `json:"again,omitzero"`  // after a snooze
}

// Fired is what [Agenda].Fire made of a reminder; the event reminder.fired has it for one
// firing.
type Fired struct {
	Reminder string   `json:"reminder"`           // id
	Kind     string   `json:"kind"`               // code of a [reminder.Kind]
	Owner    string   `json:"owner"`              // staff id
	Customer string   `json:"customer,omitempty"` // id
	Ref      string   `json:"ref,omitempty"`      // id
	Firings  []Firing `json:"firings,omitempty"`
}

// fired picks the firings out of entries.
func (r *Reminder) fired(entries ...reminder.Entry) Fired {
	f := Fired{Reminder: r.ID, Kind: r.Kind.String(), Owner: r.Owner, Customer: r.Customer, Ref: r.Ref}
	for _, e := range entries {
		if e.Kind == reminder.Fired {
			f.Firings = append(f.Firings, Firing{e.IDs, e.Missed, e.Through.IsZero()})
		}
	}
	return f
}

// Fire makes a reminder fire if it is time (触发提醒), and returns its firings; each is an
// event reminder.fired of the outbox. Called again, it does nothing. met are the
// conditions that hold, of which one may end the reminder; so does that its customer was
// erased, or is no more.
//
// Errors: those of [reminder.Reminder.Due]; ErrNotFound where the actor sees no such
// reminder.
func (s *Agenda) Fire(ctx context.Context, actor Actor, id string, call Call, met ...reminder.Condition) (Fired, error) {
	return decideReminder(ctx, s, actor, "agenda.fire", id, call, met, func(r Reminder, by reminder.Act, forgotten bool) ([]reminder.Entry, Fired, error) {
		if forgotten && r.Ledger.Stopped == 0 {
			return []reminder.Entry{{Act: by, Kind: reminder.Stopped, Condition: reminder.LeftUs}}, r.fired(), nil
		}
		entries, err := r.Reminder.Due(r.Ledger, by, met...)
		return entries, r.fired(entries...), err
	})
}

// FireAll lets every reminder fire that is due and that the actor sees (批量触发), and
// returns those that did. A program calls it every few minutes. met says which conditions
// hold for one; nil is none. It stops at the first error; what has fired stays fired.
func (s *Agenda) FireAll(ctx context.Context, actor Actor, met func(context.Context, Reminder) ([]reminder.Condition, error)) ([]Fired, error) {
	now := s.core.now()
	var all []Fired
	for record, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindReminder, Visible: &actor.Sees, DueBefore: now.Add(time.Microsecond)}) {
		if err != nil {
			return all, err
		}
		r, err := s.reminderOf(record)
		if err != nil {
			return all, err
		}
		var conditions []reminder.Condition
		if met != nil {
			if conditions, err = met(ctx, r); err != nil {
				return all, err
			}
		}
		entries, err := r.Reminder.Due(r.Ledger, reminder.Act{Actor: actor.ID, Recorded: later(now, r.Head.Recorded)}, conditions...)
		if err != nil {
			return all, err
		}
		if len(entries) == 0 {
			continue // open, and nobody has answered
		}
		fired, err := s.Fire(ctx, actor, r.ID, Call{}, conditions...)
		if err != nil {
			return all, err
		}
		if len(fired.Firings) > 0 {
			all = append(all, fired)
		}
	}
	return all, nil
}

// Snooze puts a firing off until an instant 稍后提醒. The commands of Agenda about a firing
// take its name, the id of its first occurrence. Errors are those of
// [reminder.Reminder.Snooze]; ErrNotFound where the actor sees no such reminder.
func (s *Agenda) Snooze(ctx context.Context, actor Actor, id, firing string, until time.Time, call Call) error {
	until = Instant(until)
	return s.answer(ctx, actor, "agenda.snooze", id, []any{firing, until}, call, func(r Reminder, by reminder.Act) (reminder.Entry, error) {
		return r.Snooze(r.Ledger, firing, until, by)
	})
}

// Done records that what a firing asks for was done 处理完成; "" for all that is open. See
// [reminder.Reminder.Done].
func (s *Agenda) Done(ctx context.Context, actor Actor, id, firing string, call Call) error {
	return s.answer(ctx, actor, "agenda.done", id, firing, call, func(r Reminder, by reminder.Act) (reminder.Entry, error) {
		return r.Done(r.Ledger, firing, by)
	})
}

// Dismiss records that a firing is not to be answered 忽略; "" for all that is open.
func (s *Agenda) Dismiss(ctx context.Context, actor Actor, id, firing string, call Call) error {
	return s.answer(ctx, actor, "agenda.dismiss", id, firing, call, func(r Reminder, by reminder.Act) (reminder.Entry, error) {
		return r.Dismiss(r.Ledger, firing, by)
	})
}

func (s *Agenda) answer(ctx context.Context, actor Actor, name, id string, input any, call Call, decide func(Reminder, reminder.Act) (reminder.Entry, error)) error {
	_, err := decideReminder(ctx, s, actor, name, id, call, input, func(r Reminder, by reminder.Act, _ bool) ([]reminder.Entry, struct{}, error) {
		e, err := decide(r, by)
		return []reminder.Entry{e}, struct{}{}, err
	})
	return err
}

// decideReminder runs a decision over a reminder that the actor sees.
func decideReminder[R any](ctx context.Context, s *Agenda, actor Actor, name, id string, call Call, input any,
	decide func(r Reminder, by reminder.Act, forgotten bool) ([]reminder.Entry, R, error)) (R, error) {
	subject := Subject{KindReminder, id}
	cmd := command{name: name, actor: actor, subject: subject, call: call, input: input}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (d draft, result R, err error) {
		record, err := s.core.visible(ctx, actor, subject)
		if err != nil {
			return draft{}, result, err
		}
		r, err := s.reminderOf(record)
		if err != nil {
			return draft{}, result, err
		}
		by := reminder.Act{Actor: actor.ID, At: Instant(call.At), Recorded: later(now, r.Head.Recorded)}
		var forgotten bool
		if d.require, by.Reason, forgotten, err = s.about(ctx, r.Customer, call); err != nil {
			return draft{}, result, err
		}
		entries, result, err := decide(r, by, forgotten)
		if err != nil || len(entries) == 0 {
			return draft{}, result, err
		}
		change, err := r.append(entries)
		d.changes = []Change{change}
		return d, result, err
	})
}

// about looks at the customer whom something in an agenda is about, who is required to
// stay as read: no text is recorded about somebody who is being forgotten.
func (s *Agenda) about(ctx context.Context, customer string, call Call) (require []Expect, reason string, forgotten bool, err error) {
	if customer == "" {
		return nil, call.Reason, false, nil
	}
	c, err := s.core.store.Customer(ctx, customer)
	if errors.Is(err, ErrNotFound) { // out of the host's own table
		return nil, "", true, nil
	}
	if err != nil || !c.Standing.Forgotten.IsZero() {
		return nil, "", true, err
	}
	return []Expect{{Subject{KindCustomer, c.ID}, c.Head.Version}}, call.Reason, false, nil
}

// append puts the reminder as it is after some entries, and appends them.
func (r *Reminder) append(entries []reminder.Entry) (Change, error) {
	var more []Write
	var err error
	for _, e := range entries {
		if r.Ledger, err = r.Ledger.With(e); err != nil {
			return Change{}, err
		}
		more = append(more, Append{r.row(e)}, Emit{r.event(e)})
	}
	return r.change(more...)
}

func (r *Reminder) row(e reminder.Entry) Entry {
	row := Entry{Journal: JournalReminder, Kind: e.Kind.String(), Contact: r.Customer, Actor: e.Actor, At: e.At, Recorded: e.Recorded, Reason: e.Reason}
	if row.At.IsZero() {
		row.At = row.Recorded
	}
	if len(e.IDs) > 0 {
		row.Ref = e.IDs[0]
	}
	e.Reason = ""
	row.Data, _ = json.Marshal(e)
	return row
}

func (r *Reminder) event(e reminder.Entry) Event {
	event := Event{Kind: "reminder." + e.Kind.String(), At: e.Recorded}
	if e.Kind == reminder.Fired {
		e.IDs = e.IDs[:min(len(e.IDs), 40)] // more than a roll puts on one day, and as many as an event holds
		event.Data, _ = json.Marshal(r.fired(e))
	}
	return event
}

// Reminder returns a reminder with its text. ErrNotFound: the actor sees none.
func (s *Agenda) Reminder(ctx context.Context, actor Actor, id string) (Reminder, error) {
	subject := Subject{KindReminder, id}
	return read(ctx, s.core, "agenda.reminder", actor, subject, func() (Reminder, error) {
		record, err := s.core.visible(ctx, actor, subject)
		if err != nil {
			return Reminder{}, err
		}
		r, err := s.reminderOf(record)
		if err == nil {
			r.Text, err = s.textOf(ctx, subject)
		}
		return r, err
	})
}

// textOf returns the text with which something was made, "" where it was cleared.
func (s *Agenda) textOf(ctx context.Context, subject Subject) (string, error) {
	for e, err := range s.core.store.Entries(ctx, EntryFilter{Subject: subject, Limit: 1}) {
		return e.Text, err
	}
	return "", nil
}

// Due returns the reminders of a colleague that are open, or that fire before an instant
// (待处理提醒), by Due and then by id, without their texts. Others than the colleague see
// what they see of the unit.
func (s *Agenda) Due(ctx context.Context, actor Actor, staff string, until time.Time) ([]Reminder, error) {
	return read(ctx, s.core, "agenda.due", actor, Subject{KindStaff, staff}, func() ([]Reminder, error) {
		filter := RecordFilter{Kind: KindReminder, Owner: staff, DueBefore: Instant(until)}
		if actor.ID != staff {
			filter.Visible = &actor.Sees
		}
		if !ValidID(staff) || until.IsZero() {
			return nil, &Error{Field: "staff", Reason: "or until is missing", Err: ErrInvalid}
		}
		var due []Reminder
		for record, err := range s.core.store.Records(ctx, filter) {
			if err != nil {
				return nil, err
			}
			r, err := s.reminderOf(record)
			if err != nil {
				return nil, err
			}
			due = append(due, r)
		}
		slices.SortFunc(due, func(a, b Reminder) int { return cmp.Or(a.Due.Compare(b.Due), strings.Compare(a.ID, b.ID)) })
		return due, nil
	})
}
