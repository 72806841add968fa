package agenda

import (
	"cmp"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Change is one line of an event's journal (事件记录). Lines are appended and never
// changed. Reason is the only free text.
type Change struct {
	Act
	Kind        ChangeKind `json:"kind"`
	Event       Event      `json:"event,omitzero"`       // of Created: the whole of it
	Participant string     `json:"participant,omitzero"` // of Invited, Removed and Answered: id
	Customer    bool       `json:"customer,omitzero"`    // of Invited: the participant is a customer
	Required    bool       `json:"required,omitzero"`    // of Invited
	Answer      Answer     `json:"answer,omitzero"`      // of Answered
	Session     string     `json:"session,omitzero"`     // of Answered, where it is about one alone; of SessionMoved, SessionCancelled and Attended
	From        time.Time  `json:"from,omitzero"`        // of SessionMoved; of Ended: from when on none is held
	To          time.Time  `json:"to,omitzero"`          // of SessionMoved
	Present     []string   `json:"present,omitempty"`    // of Attended: ids of who was there; none where the session did not take place
}

// LogValue shows kind and ids, and not the reason.
func (c Change) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("act", c.Act), slog.Any("kind", c.Kind), slog.String("session", c.Session), slog.String("participant", c.Participant))
}

// With returns the event after one more change, which may be what the host wants to
// append; the zero Event is one that nobody has made. zone is whose clocks Start means;
// nil is UTC. An answer to one session goes before the answer to all, and ends when the
// participant answers to all anew. Who was at a session stays, whoever is removed, and
// can be said again.
//
// ErrConflict: made twice, or not made; ErrNotFound: a participant who is not invited, a
// session that the rule does not have; ErrTransition: a session that is cancelled, or
// later than the end, or is over since it is known who was there; ErrDuplicate: invited
// already, or present twice; ErrInvalid: the rest, such as who was at a session that, by
// the At of the act, has not begun.
func (e Event) With(c Change, zone *time.Location) (Event, error) {
	if err := c.check(); err != nil {
		return Event{}, err
	}
	if (c.Kind == Created) != (e.ID == "") {
		return Event{}, refuse(ErrConflict, codeJournal, "changes", -1, e.ID)
	}
	if zone == nil {
		zone = time.UTC
	}
	e = e.clone()
	var err error
	switch c.Kind {
	case Created:
		e = c.Event.clone()
		slices.SortFunc(e.Participants, func(a, b Participant) int { return strings.Compare(a.ID, b.ID) })
	case Invited, Removed, Answered:
		err = e.attend(c, zone)
	case SessionMoved, SessionCancelled:
		err = e.hold(c, zone)
	case Attended:
		err = e.close(c, zone)
	case Ended:
		e.Ended = c.From
	}
	if err == nil {
		err = e.Validate()
	}
	if err != nil {
		return Event{}, err
	}
	return e, nil
}

// FoldEvent returns the event that a journal comes to. Errors are those of [Event.With].
func FoldEvent(journal []Change, zone *time.Location) (e Event, err error) {
	for _, c := range journal {
		if e, err = e.With(c, zone); err != nil {
			return Event{}, err
		}
	}
	return e, nil
}

func (c Change) check() error {
	act := c.Act
	if err := act.check(); err != nil {
		return err
	}
	var bad problems
	bad.check(c.Kind.Valid(), codeUnknown, "kind", -1)
	bad.check(c.Answer.Valid(), codeUnknown, "answer", -1)
	bad.check(limit.Text(c.Session, 0, limit.ID), codeID, "session", -1)
	bad.check(limit.IsInstant(c.From) && limit.IsInstant(c.To), codeInstant, "from", -1)
	bad.check(c.Kind != Ended || !c.From.IsZero(), codeInstant, "from", -1)
	return bad.join()
}

func (e Event) clone() Event {
	e.Participants, e.Answers = slices.Clone(e.Participants), slices.Clone(e.Answers)
	e.Moved, e.Cancelled, e.Attended = slices.Clone(e.Moved), slices.Clone(e.Cancelled), slices.Clone(e.Attended)
	return e
}

// attend changes who comes.
func (e *Event) attend(c Change, zone *time.Location) error {
	at := e.participant(c.Participant)
	switch {
	case c.Kind == Invited && at >= 0:
		return refuse(ErrDuplicate, codeRepeated, "participant", -1, c.Participant)
	case c.Kind == Invited:
		e.Participants = append(e.Participants, Participant{ID: c.Participant, Customer: c.Customer, Required: c.Required})
		slices.SortFunc(e.Participants, func(a, b Participant) int { return strings.Compare(a.ID, b.ID) })
		return nil
	case at < 0:
		return refuse(ErrNotFound, codeInvited, "participant", -1, c.Participant)
	}
	if c.Session == "" || c.Kind == Removed {
		e.Answers = slices.DeleteFunc(e.Answers, func(a SessionAnswer) bool { return a.Participant == c.Participant })
		if c.Kind == Removed {
			e.Participants = slices.Delete(e.Participants, at, at+1)
		} else {
			e.Participants[at].Answer = c.Answer
		}
		return nil
	}
	if _, err := e.held(c.Session, zone); err != nil {
		return err
	}
	own := SessionAnswer{c.Session, c.Participant, c.Answer}
	i, there := slices.BinarySearchFunc(e.Answers, own, func(a, b SessionAnswer) int {
		return cmp.Or(strings.Compare(a.Session, b.Session), strings.Compare(a.Participant, b.Participant))
	})
	if there {
		e.Answers[i] = own
	} else {
		e.Answers = slices.Insert(e.Answers, i, own)
	}
	return nil
}

// hold changes when one session is held, and whether it is.
func (e *Event) hold(c Change, zone *time.Location) error {
	if _, err := e.held(c.Session, zone); err != nil {
		return err
	}
	if c.Kind == SessionCancelled {
		i, _ := slices.BinarySearch(e.Cancelled, c.Session)
		e.Cancelled = slices.Insert(e.Cancelled, i, c.Session)
		return nil
	}
	e.Moved = slices.DeleteFunc(e.Moved, func(m SessionTime) bool { return m.Session == c.Session })
	i, _ := slices.BinarySearchFunc(e.Moved, c.Session, func(m SessionTime, id string) int { return strings.Compare(m.Session, id) })
	e.Moved = slices.Insert(e.Moved, i, SessionTime{c.Session, c.From, c.To})
	return nil
}

// close says who was at a session, in place of what was said of it before.
func (e *Event) close(c Change, zone *time.Location) error {
	i, known := e.attendance(c.Session)
	if known {
		e.Attended = slices.Delete(e.Attended, i, i+1)
	}
	begins, err := e.held(c.Session, zone)
	if err != nil {
		return err
	}
	if cmp.Or(c.At, c.Recorded).Before(begins) {
		return refuse(ErrInvalid, codeFuture, "session", -1, c.Session)
	}
	was := Attendance{c.Session, slices.Sorted(slices.Values(c.Present))}
	if !strictly(was.Present) {
		return refuse(ErrDuplicate, codeRepeated, "present", -1, c.Session)
	}
	e.Attended = slices.Insert(e.Attended, i, was)
	return nil
}

// held returns when a session begins that is to take place.
func (e *Event) held(id string, zone *time.Location) (begins time.Time, err error) {
	series, err := e.series(zone)
	if err != nil {
		return begins, err
	}
	at, ok := session(series, id)
	if !ok {
		return begins, refuse(ErrNotFound, codeSession, "session", -1, id)
	}
	_, cancelled := slices.BinarySearch(e.Cancelled, id)
	_, over := e.attendance(id)
	if cancelled || over || !e.Ended.IsZero() && !at.Before(e.Ended) {
		return begins, refuse(ErrTransition, codeState, "session", -1, id)
	}
	if i := e.moved(id); i >= 0 {
		return e.Moved[i].From, nil
	}
	return at, nil
}
