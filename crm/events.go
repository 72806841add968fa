package crm

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/agenda"
)

// KindInvitation is a participant's place in an event series, by which what somebody is
// invited to is found (邀请): a record of its own, since a record has one owner.
const KindInvitation Kind = "invitation"

// JournalEvent is what became of an event series, its participants and sessions 事件记录.
const JournalEvent Journal = "event"

// EventEnded is the state of an event series of which no session is to come any more: it
// was ended. Before, the state is StatePlanned.
const EventEnded = "ended"

// invitationRemoved is the state of an invitation that was taken back; others have the
// code of the answer to all sessions.
const invitationRemoved = "removed"

// maxGuests is how many participants one command invites: with each come an invitation
// and a guard, and a commit has room for MaxChanges.
const maxGuests = 400

// Events keeps what is held once or again and again, with participants (事件计划): who is
// invited and what they answer, when each session is, and who was there. What is decided
// is that of package agenda; clock times are those of Options.Calendar.
//
// A series is a record that is listed by its organiser, customer, what it is about (Ref)
// and state. Besides those who see the organiser's unit, the colleagues who are invited
// see it: they may answer for themselves, and change nothing else. The changes are events
// of the outbox, for whoever sends invitations. The series of a leaver are handed over;
// invitations are not: who leaves stays invited until somebody removes them.
type Events struct{ core *core }

// EventSeries is an event series as it stands 事件. It holds ids, codes and instants, and
// where [Events].Get fills it in, the text.
type EventSeries struct {
	Head     Head   `json:"-"`
	Customer string `json:"-"` // id of whom it is about; may be ""
	Ref      string `json:"-"` // id of what it is about; may be ""
	Path     string `json:"-"` // of the organiser's unit
	State    string `json:"-"` // StatePlanned or EventEnded
	Text     string `json:"-"` // in somebody's own words: personal

	agenda.Event
}

// LogValue shows whose it is and where it stands, and not the text.
func (e EventSeries) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", e.ID), slog.String("organiser", e.Organiser), slog.Any("kind", e.Kind), slog.String("state", e.State))
}

// NewEventSeries is a command of [Events].Plan.
type NewEventSeries struct {
	Call
	Event    agenda.Event // its ID may be "" for one that is made; Participants are invited
	Path     string       // of the unit of the organiser
	Customer string       // id of whom it is about; may be ""
	Ref      string       // id of what it is about; may be ""
	Text     string       // what for, in words; may be personal
}

// Plan makes an event series with up to 400 participants, and returns its id 新建事件计划.
//
// Errors: those of [agenda.Event.With]; ErrDuplicate where the id is in use; ErrForbidden
// where the organiser, or a colleague who is invited, has left; ErrNotFound for a customer
// that the actor does not see; ErrForgotten for one who was erased.
func (s *Events) Plan(ctx context.Context, actor Actor, n NewEventSeries) (string, error) {
	e := n.Event
	cmd := command{name: "events.plan", actor: actor, made: e.ID == "", call: n.Call, input: []any{e, n.Path, n.Customer, n.Ref, n.Text}}
	if e.ID == "" {
		e.ID = s.core.opts.NewID()
	}
	cmd.subject = Subject{KindEvent, e.ID}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, string, error) {
		d, err := (&Agenda{s.core}).begin(ctx, actor, cmd.subject, e.Organiser, n.Customer)
		if err != nil {
			return draft{}, "", err
		}
		by := agendaAct(actor, n.Call, now)
		bare := e
		bare.Participants = nil
		changes := append([]agenda.Change{{Act: by, Kind: agenda.Created, Event: bare}}, invited(e.Participants, by)...)
		made := EventSeries{Customer: n.Customer, Ref: n.Ref, Path: n.Path}
		err = s.commit(ctx, actor, &d, made, n.Text, changes...)
		return d, e.ID, err
	})
}

// invited returns the changes by which people are invited, and what they have answered.
func invited(who []agenda.Participant, by agenda.Act) (changes []agenda.Change) {
	for _, p := range who {
		changes = append(changes, agenda.Change{Act: by, Kind: agenda.Invited, Participant: p.ID, Customer: p.Customer, Required: p.Required})
		if p.Answer != agenda.NoAnswer {
			changes = append(changes, agenda.Change{Act: by, Kind: agenda.Answered, Participant: p.ID, Answer: p.Answer})
		}
	}
	return changes
}

// Invite invites up to 400 people to all sessions 邀请. Errors are those of
// [agenda.Event.With], ErrDuplicate for who is invited already, and as of Plan; ErrForbidden
// for an actor who sees the series only as a participant, in all commands but Answer.
func (s *Events) Invite(ctx context.Context, actor Actor, id string, who []agenda.Participant, call Call) error {
	return s.change(ctx, actor, "events.invite", id, who, call, func(by agenda.Act) []agenda.Change { return invited(who, by) })
}

// Remove takes an invitation back 移除参加人. Who was at a session stays known. Errors are as
// of Invite; ErrNotFound for who is not invited.
func (s *Events) Remove(ctx context.Context, actor Actor, id, participant string, call Call) error {
	return s.change(ctx, actor, "events.remove", id, participant, call, func(by agenda.Act) []agenda.Change {
		return []agenda.Change{{Act: by, Kind: agenda.Removed, Participant: participant}}
	})
}

// Reply is what a participant says; see [Events].Answer.
type Reply struct {
	Call
	Participant string // id; "" for the actor
	Session     string // "" for all sessions; an answer to one goes before that to all
	Answer      agenda.Answer
}

// Answer records what a participant says to one session, or to all 答复. A participant who
// sees the series as such alone answers for themselves. Errors are as of Remove;
// ErrTransition for a session that is over, or called off.
func (s *Events) Answer(ctx context.Context, actor Actor, id string, r Reply) error {
	if r.Participant == "" {
		r.Participant = actor.ID
	}
	return s.change(ctx, actor, "events.answer", id, []any{r.Participant, r.Session, r.Answer}, r.Call, func(by agenda.Act) []agenda.Change {
		return []agenda.Change{{Act: by, Kind: agenda.Answered, Participant: r.Participant, Session: r.Session, Answer: r.Answer}}
	})
}

// Move puts one session to another time 场次改期. Errors are those of [agenda.Event.With], and
// as of Invite.
func (s *Events) Move(ctx context.Context, actor Actor, id, session string, from, to time.Time, call Call) error {
	from, to = Instant(from), Instant(to)
	return s.change(ctx, actor, "events.move", id, []any{session, from, to}, call, func(by agenda.Act) []agenda.Change {
		return []agenda.Change{{Act: by, Kind: agenda.SessionMoved, Session: session, From: from, To: to}}
	})
}

// Cancel calls one session off 取消场次. Errors are as of Move.
func (s *Events) Cancel(ctx context.Context, actor Actor, id, session string, call Call) error {
	return s.change(ctx, actor, "events.cancel", id, session, call, func(by agenda.Act) []agenda.Change {
		return []agenda.Change{{Act: by, Kind: agenda.SessionCancelled, Session: session}}
	})
}

// Attend records who was at a session, in place of what was said of it before; nobody
// where it did not take place 记录出席. Errors are as of Move; ErrInvalid for a session that
// has not begun.
func (s *Events) Attend(ctx context.Context, actor Actor, id, session string, present []string, call Call) error {
	return s.change(ctx, actor, "events.attend", id, []any{session, present}, call, func(by agenda.Act) []agenda.Change {
		return []agenda.Change{{Act: by, Kind: agenda.Attended, Session: session, Present: present}}
	})
}

// End says that no session that would begin at an instant or later is held; the zero
// instant is now 结束事件. Errors are as of Move.
func (s *Events) End(ctx context.Context, actor Actor, id string, from time.Time, call Call) error {
	from = Instant(from)
	return s.change(ctx, actor, "events.end", id, from, call, func(by agenda.Act) []agenda.Change {
		if from.IsZero() {
			return []agenda.Change{{Act: by, Kind: agenda.Ended, From: by.Recorded}}
		}
		return []agenda.Change{{Act: by, Kind: agenda.Ended, From: from}}
	})
}

// change runs a command over a series that the actor sees.
func (s *Events) change(ctx context.Context, actor Actor, name, id string, input any, call Call, decide func(by agenda.Act) []agenda.Change) error {
	cmd := command{name: name, actor: actor, subject: Subject{KindEvent, id}, call: call, input: input}
	_, err := run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (d draft, _ struct{}, err error) {
		e, whole, err := s.seen(ctx, actor, id)
		if err != nil {
			return draft{}, struct{}{}, err
		}
		by := agendaAct(actor, call, later(now, e.Head.Recorded))
		if d.require, by.Reason, _, err = (&Agenda{s.core}).about(ctx, e.Customer, call); err != nil {
			return draft{}, struct{}{}, err
		}
		changes := decide(by)
		for _, c := range changes {
			if !whole && (c.Kind != agenda.Answered || c.Participant != actor.ID) {
				return draft{}, struct{}{}, &Error{Subject: cmd.subject, Field: "actor", Reason: "takes part, and answers for nobody else", Err: ErrForbidden}
			}
		}
		err = s.commit(ctx, actor, &d, e, "", changes...)
		return d, struct{}{}, err
	})
	return err
}

// seen returns a series that the actor sees, and whether they see it not only as a
// participant.
func (s *Events) seen(ctx context.Context, actor Actor, id string) (e EventSeries, whole bool, err error) {
	r, err := s.core.store.Record(ctx, Subject{KindEvent, id})
	if err == nil {
		e, err = eventOf(r)
	}
	if err != nil {
		return EventSeries{}, false, err
	}
	if e.Organiser == actor.ID || actor.Sees.Allows(r.Owner, r.Path) { // what one organises is never out of sight
		return e, true, nil
	}
	if i := e.find(actor.ID); i >= 0 && !e.Participants[i].Customer {
		return e, false, nil
	}
	return EventSeries{}, false, &Error{Subject: r.Subject, Err: ErrNotFound}
}

func (e *EventSeries) find(participant string) int {
	return slices.IndexFunc(e.Participants, func(p agenda.Participant) bool { return p.ID == participant })
}

// commit drafts changes of a series, in their order, with the invitations that follow.
func (s *Events) commit(ctx context.Context, actor Actor, d *draft, e EventSeries, text string, changes ...agenda.Change) error {
	if len(changes) == 0 || countInvited(changes) > maxGuests {
		return &Error{Subject: Subject{KindEvent, e.ID}, Field: "participants", Reason: "are none, or more than 400 at once", Err: ErrInvalid}
	}
	places := map[string]place{} // by participant
	var writes []Write
	for _, c := range changes {
		if c.Kind == agenda.Invited {
			if err := s.core.guest(ctx, actor, d, c); err != nil {
				return err
			}
		}
		now := place{invitationRemoved, c.Customer}
		if i := e.find(c.Participant); i >= 0 {
			now.customer = e.Participants[i].Customer
		}
		var err error
		if e.Event, err = e.With(c, s.core.zone()); err != nil {
			return err
		}
		if i := e.find(c.Participant); i >= 0 {
			now.state = e.Participants[i].Answer.String()
		}
		if c.Participant != "" && c.Session == "" {
			places[c.Participant] = now
		}
		row := e.row(c, now.customer)
		if row.Contact != e.Customer {
			if row.Reason, err = s.core.aboutToo(ctx, d, row.Contact, row.Reason); err != nil {
				return err
			}
		}
		if c.Kind == agenda.Created {
			row.Text = text
		}
		writes = append(writes, Append{row}, Emit{eventOfChange(c)})
	}
	change, err := e.put(writes, changes[0].Recorded)
	if err != nil {
		return err
	}
	d.changes = append(d.changes, change)
	return s.invitations(ctx, d, e.ID, places)
}

// place is what becomes of an invitation.
type place struct {
	state    string
	customer bool
}

func countInvited(changes []agenda.Change) (n int) {
	for _, c := range changes {
		if c.Kind == agenda.Invited {
			n++
		}
	}
	return n
}

// guest drafts that somebody is there to be invited: a customer stays as read, and of a
// colleague the guard is moved.
func (c *core) guest(ctx context.Context, actor Actor, d *draft, invited agenda.Change) error {
	subject := Subject{KindStaff, invited.Participant}
	if invited.Customer {
		subject.Kind = KindCustomer
	}
	if err := subject.validate(); err != nil || d.touches(subject) {
		return err
	}
	if invited.Customer {
		customer, err := c.living(ctx, actor, invited.Participant)
		d.require = append(d.require, Expect{subject, customer.Head.Version})
		return err
	}
	guard, err := c.giving(ctx, invited.Participant)
	d.changes = append(d.changes, guard)
	return err
}

// touches reports whether a draft has a subject.
func (d *draft) touches(s Subject) bool {
	return slices.ContainsFunc(d.require, func(e Expect) bool { return e.Subject == s }) ||
		slices.ContainsFunc(d.changes, func(c Change) bool { return c.Subject == s })
}

// aboutToo returns a reason that is to be recorded about one more customer of a draft.
func (c *core) aboutToo(ctx context.Context, d *draft, customer, reason string) (string, error) {
	said, require, err := c.about(ctx, customer, reason)
	for _, e := range require {
		if !d.touches(e.Subject) {
			d.require = append(d.require, e)
		}
	}
	return said, err
}

// row returns the line of a change. The texts of one about a customer who takes part are
// cleared with that customer's, those of others with whom the series is about.
func (e *EventSeries) row(c agenda.Change, customer bool) Entry {
	row := Entry{Journal: JournalEvent, Kind: c.Kind.String(), To: c.Participant, Contact: e.Customer, Ref: c.Session, Actor: c.Actor,
		At: c.At, Recorded: c.Recorded, Reason: c.Reason}
	if customer {
		row.Contact = c.Participant
	}
	if row.At.IsZero() {
		row.At = row.Recorded
	}
	c.Reason = ""
	row.Data, _ = json.Marshal(c)
	return row
}

// EventChanged is what an event of the outbox says of a change to a series; its kind is
// "event." and the code of a [agenda.ChangeKind].
type EventChanged struct {
	Participant string        `json:"participant,omitzero"` // id
	Session     string        `json:"session,omitzero"`
	Answer      agenda.Answer `json:"answer,omitzero"`
	From        time.Time     `json:"from,omitzero"`
	To          time.Time     `json:"to,omitzero"`
}

func eventOfChange(c agenda.Change) Event {
	event := Event{Kind: "event." + c.Kind.String(), At: c.Recorded}
	event.Data, _ = json.Marshal(EventChanged{c.Participant, c.Session, c.Answer, c.From, c.To})
	return event
}

// put puts a series as it stands at an instant, behind other writes.
func (e *EventSeries) put(writes []Write, now time.Time) (Change, error) {
	subject := Subject{KindEvent, e.ID}
	body, err := json.Marshal(e.Event)
	if err != nil {
		return Change{}, &Error{Subject: subject, Field: "event", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	e.State = StatePlanned
	if !e.Ended.IsZero() && !e.Ended.After(now) {
		e.State = EventEnded
	}
	return Change{subject, e.Head.Version, append(writes, PutRecord{Record{Customer: e.Customer, Ref: e.Ref, Owner: e.Organiser, Path: e.Path, State: e.State, Body: body}})}, nil
}

// eventOf reads a series. Who organises it, the record says: it may have been handed
// over.
func eventOf(r Record) (e EventSeries, err error) {
	if err := json.Unmarshal(r.Body, &e.Event); err != nil {
		return e, &Error{Subject: r.Subject, Field: "body", Reason: "is no event series", Err: errors.Join(ErrInvalid, err)}
	}
	e.Head, e.Customer, e.Ref, e.Path, e.State, e.Organiser = r.Head, r.Customer, r.Ref, r.Path, r.State, r.Owner
	return e, nil
}

// invitations drafts the records by which participants find a series.
func (s *Events) invitations(ctx context.Context, d *draft, event string, places map[string]place) error {
	for _, participant := range slices.Sorted(maps.Keys(places)) {
		r, err := s.core.record(ctx, Subject{KindInvitation, invitationID(event, participant)})
		if err != nil {
			return err
		}
		r.Ref, r.State, r.Customer, r.Owner = event, places[participant].state, "", participant
		if places[participant].customer {
			r.Customer, r.Owner = participant, ""
		}
		d.changes = append(d.changes, Change{r.Subject, r.Head.Version, []Write{PutRecord{r}}})
	}
	return nil
}

// invitationID names the place of a participant.
func invitationID(event, participant string) string { return digest(event, participant) }
