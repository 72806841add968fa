package crm

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/internal/attempt"
)

// Appointment is a call, visit or meeting as it stands 日程. It holds ids, codes and
// instants, and where [Agenda].Appointment fills it in, the text.
type Appointment struct {
	Head Head   `json:"-"`
	Path string `json:"-"` // of the unit of whose time it is
	Text string `json:"-"` // in somebody's own words: personal

	agenda.Appointment
}

// LogValue shows what it is and when, and not the text.
func (a Appointment) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", a.ID), slog.String("staff", a.Staff), slog.Any("kind", a.Kind), slog.Time("from", a.From), slog.Any("state", a.State))
}

// NewAppointment is a command of [Agenda].Plan.
type NewAppointment struct {
	Call
	Appointment agenda.Appointment // its ID may be "" for one that is made; its State is planned
	Path        string             // of the unit of the colleague whose time it is
	Text        string             // what for, in words; may be personal
	Anyway      bool               // also where the time is taken
}

// Scheduled is what [Agenda].Plan and Move did.
type Scheduled struct {
	ID        string            `json:"id"`
	Conflicts []agenda.Conflict `json:"conflicts,omitempty"` // what is in its way, where it was planned anyway; a session as series|session
}

// Plan makes an appointment 新建日程. The colleague's guard is moved, so that of two
// appointments for one time that are made at once the second is told of the first.
//
// Errors: those of [agenda.Plan]; ErrTaken, with the first appointment or event series that
// is in the way as Holder, where the time is taken, the way there included, and Anyway is not
// set: by another appointment that is planned, or by a session of [Events] that the colleague
// organises or is invited to and has not declined; ErrDuplicate where the id is in use; ErrForbidden where the
// colleague has left; ErrNotFound for a customer that the actor does not see; ErrForgotten
// for one who was erased.
func (s *Agenda) Plan(ctx context.Context, actor Actor, n NewAppointment) (Scheduled, error) {
	a := n.Appointment
	a.From, a.To = Instant(a.From), Instant(a.To)
	cmd := command{name: "agenda.plan", actor: actor, made: a.ID == "", call: n.Call, input: []any{a, n.Path, n.Text, n.Anyway}}
	if a.ID == "" {
		a.ID = s.core.opts.NewID()
	}
	cmd.subject = Subject{KindAppointment, a.ID}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Scheduled, error) {
		d, err := s.begin(ctx, actor, cmd.subject, a.Staff, a.Customer)
		if err != nil {
			return draft{}, Scheduled{}, err
		}
		e, err := agenda.Plan(a, agendaAct(actor, n.Call, now))
		if err != nil {
			return draft{}, Scheduled{}, err
		}
		conflicts, err := s.against(ctx, a, n.Anyway)
		if err != nil {
			return draft{}, Scheduled{}, err
		}
		made := Appointment{Path: n.Path, Appointment: a}
		change, err := made.change(e, n.Text)
		d.changes = append(d.changes, change)
		return d, Scheduled{a.ID, conflicts}, err
	})
}

// Move puts an appointment to another time 改期. Errors are those of
// [agenda.Appointment.Move] and of Plan.
func (s *Agenda) Move(ctx context.Context, actor Actor, id string, from, to time.Time, anyway bool, call Call) (Scheduled, error) {
	from, to = Instant(from), Instant(to)
	return s.decideAppointment(ctx, actor, "agenda.move", id, []any{from, to, anyway}, call, func(ctx context.Context, a Appointment, by agenda.Act) (agenda.Entry, []agenda.Conflict, error) {
		e, err := a.Move(from, to, by)
		if err != nil {
			return e, nil, err
		}
		moved := a.Appointment
		moved.From, moved.To = from, to
		conflicts, err := s.against(ctx, moved, anyway)
		return e, conflicts, err
	})
}

// Finish records that an appointment took place 完成, with an outcome as a code of the
// host's list, which may be "". What was said is an activity of the [Timeline]. Errors are
// those of [agenda.Appointment.Finish]; ErrNotFound where the actor sees none.
func (s *Agenda) Finish(ctx context.Context, actor Actor, id, outcome string, call Call) error {
	return s.settle(ctx, actor, "agenda.finish", id, outcome, call, func(a Appointment, by agenda.Act) (agenda.Entry, error) { return a.Finish(outcome, by) })
}

// Miss records that an appointment did not take place 未到. Errors are as of Finish.
func (s *Agenda) Miss(ctx context.Context, actor Actor, id string, call Call) error {
	return s.settle(ctx, actor, "agenda.miss", id, nil, call, func(a Appointment, by agenda.Act) (agenda.Entry, error) { return a.Miss(by) })
}

// Cancel calls an appointment off 取消. Errors are as of Finish.
func (s *Agenda) Cancel(ctx context.Context, actor Actor, id string, call Call) error {
	return s.settle(ctx, actor, "agenda.cancel", id, nil, call, func(a Appointment, by agenda.Act) (agenda.Entry, error) { return a.Cancel(by) })
}

func (s *Agenda) settle(ctx context.Context, actor Actor, name, id string, input any, call Call, decide func(Appointment, agenda.Act) (agenda.Entry, error)) error {
	_, err := s.decideAppointment(ctx, actor, name, id, input, call, func(_ context.Context, a Appointment, by agenda.Act) (agenda.Entry, []agenda.Conflict, error) {
		e, err := decide(a, by)
		return e, nil, err
	})
	return err
}

// decideAppointment runs a decision over an appointment that the actor sees. It moves the
// guard of whose time it is.
func (s *Agenda) decideAppointment(ctx context.Context, actor Actor, name, id string, input any, call Call,
	decide func(context.Context, Appointment, agenda.Act) (agenda.Entry, []agenda.Conflict, error)) (Scheduled, error) {
	subject := Subject{KindAppointment, id}
	cmd := command{name: name, actor: actor, subject: subject, call: call, input: input}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (d draft, done Scheduled, err error) {
		guard, a, err := s.guarded(ctx, actor, subject)
		if err != nil {
			return draft{}, done, err
		}
		by := agendaAct(actor, call, later(now, a.Head.Recorded))
		if d.require, by.Reason, _, err = s.about(ctx, a.Customer, call); err != nil {
			return draft{}, done, err
		}
		e, conflicts, err := decide(ctx, a, by)
		if err != nil {
			return draft{}, done, err
		}
		if a.Appointment, err = a.With(e); err != nil {
			return draft{}, done, err
		}
		change, err := a.change(e, "")
		d.changes = []Change{change, guard}
		return d, Scheduled{id, conflicts}, err
	})
}

// guarded returns an appointment that the actor sees, and the move of the guard of whose
// it is. That one may have left: what they have planned can still be called off.
func (s *Agenda) guarded(ctx context.Context, actor Actor, subject Subject) (Change, Appointment, error) {
	record, err := s.core.visible(ctx, actor, subject)
	if err != nil {
		return Change{}, Appointment{}, err
	}
	a, err := appointmentOf(record)
	if err != nil {
		return Change{}, Appointment{}, err
	}
	guard, err := s.core.record(ctx, Subject{KindStaff, a.Staff})
	return Change{Subject: guard.Subject, Expect: guard.Head.Version}, a, err
}

// against returns what takes the time of an appointment and is planned, other appointments
// and sessions alike, or ErrTaken.
func (s *Agenda) against(ctx context.Context, a agenda.Appointment, anyway bool) ([]agenda.Conflict, error) {
	const farthest = 24 * time.Hour // the way to an appointment
	planned, err := s.list(ctx, RecordFilter{Kind: KindAppointment, Owner: a.Staff, State: StatePlanned, DueBefore: a.To.Add(farthest + time.Microsecond)})
	if err != nil {
		return nil, err
	}
	sessions, err := (&Events{s.core}).between(ctx, Actor{ID: a.Staff}, a.Staff, a.From.Add(-farthest), a.To.Add(farthest))
	if err != nil {
		return nil, err
	}
	held := map[string]EventSession{}
	for _, e := range sessions {
		if e.asks(a.Staff) {
			id := digest(e.Event, e.ID) // the two may be longer than an id
			held[id] = e
			planned = append(planned, agenda.Appointment{ID: id, Kind: e.Kind, Staff: a.Staff, From: e.From, To: e.To})
		}
	}
	book, err := agenda.NewBook(planned)
	if err != nil {
		return nil, err
	}
	conflicts, err := book.Against(a)
	if err != nil || len(conflicts) == 0 {
		return conflicts, err
	}
	other := conflicts[0].First
	if other == a.ID {
		other = conflicts[0].Second
	}
	if !anyway {
		holder := Subject{KindAppointment, other}
		if e, ok := held[other]; ok {
			holder = Subject{KindEvent, e.Event}
		}
		return nil, attempt.Ended(&Error{Subject: Subject{KindAppointment, a.ID}, Field: "from", Holder: holder,
			Reason: "the time is taken, or the way too long", Err: ErrTaken})
	}
	for i := range conflicts {
		for _, id := range []*string{&conflicts[i].First, &conflicts[i].Second} {
			if e, ok := held[*id]; ok {
				*id = e.Event + "|" + e.ID
			}
		}
	}
	return conflicts, nil
}

func (s *Agenda) list(ctx context.Context, filter RecordFilter) ([]agenda.Appointment, error) {
	var found []agenda.Appointment
	for record, err := range s.core.store.Records(ctx, filter) {
		if err != nil {
			return nil, err
		}
		a, err := appointmentOf(record)
		if err != nil {
			return nil, err
		}
		found = append(found, a.Appointment)
	}
	return found, nil
}

// Between returns the appointments of a colleague that overlap a window, whatever has
// become of them (时段查询), by begin, end and id, without their texts. Others than the
// colleague see what they see of the unit.
func (s *Agenda) Between(ctx context.Context, actor Actor, staff string, from, until time.Time) ([]agenda.Appointment, error) {
	return read(ctx, s.core, "agenda.between", actor, Subject{KindStaff, staff}, func() ([]agenda.Appointment, error) {
		if !ValidID(staff) || until.IsZero() || !from.Before(until) {
			return nil, &Error{Field: "staff", Reason: "is missing, or the window ends before it begins", Err: ErrInvalid}
		}
		filter := RecordFilter{Kind: KindAppointment, Owner: staff, DueBefore: Instant(until)}
		if actor.ID != staff {
			filter.Visible = &actor.Sees
		}
		all, err := s.list(ctx, filter)
		if err != nil {
			return nil, err
		}
		book, err := agenda.NewBook(slices.DeleteFunc(all, func(a agenda.Appointment) bool { return !a.To.After(from) }))
		if err != nil {
			return nil, err
		}
		return book.Between(staff, Instant(from), Instant(until)), nil
	})
}

// Appointment returns an appointment with its text. ErrNotFound: the actor sees none.
func (s *Agenda) Appointment(ctx context.Context, actor Actor, id string) (Appointment, error) {
	subject := Subject{KindAppointment, id}
	return read(ctx, s.core, "agenda.appointment", actor, subject, func() (Appointment, error) {
		record, err := s.core.visible(ctx, actor, subject)
		if err != nil {
			return Appointment{}, err
		}
		a, err := appointmentOf(record)
		if err == nil {
			a.Text, err = s.textOf(ctx, subject)
		}
		return a, err
	})
}

func agendaAct(actor Actor, call Call, now time.Time) agenda.Act {
	return agenda.Act{Actor: actor.ID, At: Instant(call.At), Recorded: now, Reason: call.Reason}
}

// change puts an appointment as it stands after an entry, and appends that.
func (a Appointment) change(e agenda.Entry, text string) (Change, error) {
	body, err := json.Marshal(a.Appointment)
	if err != nil {
		return Change{}, &Error{Subject: Subject{KindAppointment, a.ID}, Field: "appointment", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	row := Entry{Journal: JournalAppointment, Kind: e.Kind.String(), To: a.State.String(), Contact: a.Customer, Ref: a.Ref, Actor: e.Actor,
		At: e.At, Recorded: e.Recorded, Reason: e.Reason, Text: text}
	e.Reason = ""
	row.Data, _ = json.Marshal(e)
	return Change{Subject{KindAppointment, a.ID}, a.Head.Version, []Write{
		PutRecord{Record{Customer: a.Customer, Ref: a.Ref, Owner: a.Staff, Path: a.Path, State: a.State.String(), Due: a.From, Body: body}},
		Append{row}, Emit{Event{Kind: "appointment." + e.Kind.String(), At: e.Recorded}}}}, nil
}

// appointmentOf reads an appointment. Whose it is, the record says: it may have been
// handed over.
func appointmentOf(r Record) (a Appointment, err error) {
	if err := json.Unmarshal(r.Body, &a.Appointment); err != nil {
		return a, &Error{Subject: r.Subject, Field: "body", Reason: "is no appointment", Err: errors.Join(ErrInvalid, err)}
	}
	a.Head, a.Path, a.Staff = r.Head, r.Path, r.Owner
	return a, nil
}
