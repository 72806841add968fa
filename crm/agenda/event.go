package agenda

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/recurrence"
)

// Participant is somebody who is to come to an event (参加人).
type Participant struct {
	ID       string `json:"id"`                // staff id, or that of a customer
	Customer bool   `json:"customer,omitzero"` // it is that of a customer
	Required bool   `json:"required,omitzero"` // without them it makes no sense 必须参加
	Answer   Answer `json:"answer,omitzero"`   // to all sessions
}

// Event is held by a rule, with participants (事件). ID, Kind, Organiser, Start and
// Length are needed; with COUNT=1 it is held once. Answers, Moved and Cancelled say what
// is otherwise at single sessions, Attended what became of them.
type Event struct {
	ID        string          `json:"id"`
	Kind      Kind            `json:"kind"`
	Organiser string          `json:"organiser"` // staff id
	Rule      recurrence.Rule `json:"rule"`
	Start     recurrence.Wall `json:"start"`  // the first day, and the clock time of all sessions
	Length    time.Duration   `json:"length"` // of a session, above 0, at most 366 days

	Participants []Participant   `json:"participants,omitempty"` // by id
	Answers      []SessionAnswer `json:"answers,omitempty"`      // by session and participant
	Moved        []SessionTime   `json:"moved,omitempty"`        // by session
	Cancelled    []string        `json:"cancelled,omitempty"`    // sessions, sorted
	Attended     []Attendance    `json:"attended,omitempty"`     // by session
	Ended        time.Time       `json:"ended,omitzero"`         // no session that by the rule begins then or later is held
}

// SessionAnswer is what a participant says to one session.
type SessionAnswer struct {
	Session     string `json:"session"`
	Participant string `json:"participant"`
	Answer      Answer `json:"answer"`
}

// SessionTime is when a session is held that was moved.
type SessionTime struct {
	Session string    `json:"session"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
}

// Attendance says who was at a session (出席情况).
type Attendance struct {
	Session string   `json:"session"`
	Present []string `json:"present,omitempty"` // ids, sorted, also of people who were not invited; none where it did not take place
}

// Session is one holding of an event (场次). Its id is the local time by the rule, such
// as 2026-03-02T09:00:00, and stays when it is moved.
type Session struct {
	ID           string        `json:"id"`
	From         time.Time     `json:"from"`
	To           time.Time     `json:"to"`
	Cancelled    bool          `json:"cancelled,omitzero"`
	Participants []Participant `json:"participants,omitempty"` // with their answers to this session
	Recorded     bool          `json:"recorded,omitzero"`      // it is known who was there
	Present      []string      `json:"present,omitempty"`      // their ids, sorted
}

// State returns what has become of the session: Cancelled where it was called off; where
// it is known who was there, Done, or Missed if that was nobody; else Planned.
func (s Session) State() State {
	switch {
	case s.Cancelled:
		return Cancelled
	case s.Recorded && len(s.Present) > 0:
		return Done
	case s.Recorded:
		return Missed
	}
	return Planned
}

// Absent returns the participants who were not there, by id; none before it is known who
// was (缺席).
func (s Session) Absent() (ids []string) {
	for _, p := range s.Participants {
		if _, present := slices.BinarySearch(s.Present, p.ID); s.Recorded && !present {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// Count returns how many participants gave an answer.
func (s Session) Count(answer Answer) (n int) {
	for _, p := range s.Participants {
		if p.Answer == answer {
			n++
		}
	}
	return n
}

// Open returns those who are required and have not accepted, by id.
func (s Session) Open() (ids []string) {
	for _, p := range s.Participants {
		if p.Required && p.Answer != Accepted {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// Validate reports every problem, joined, each an *Error: ids and numbers out of their
// rules, a length that is not above 0, a rule that package recurrence refuses, a
// participant given twice, an answer of somebody who is not invited, somebody present
// twice at a session.
func (e Event) Validate() error {
	var bad problems
	bad.check(validID(e.ID), codeID, "id", -1)
	bad.check(e.Kind.Valid(), codeUnknown, "kind", -1)
	bad.check(validID(e.Organiser), codeID, "organiser", -1)
	bad.check(e.Length > 0 && e.Length <= longest && e.Length%time.Microsecond == 0, codeLength, "length", -1)
	if _, err := recurrence.New(e.Rule, e.Start, time.UTC); err != nil {
		bad = append(bad, refuse(errors.Join(ErrInvalid, err), codeRule, "rule", -1, e.ID))
	}
	for i, p := range e.Participants {
		bad.check(validID(p.ID), codeID, "participants", i)
		bad.check(p.Answer.Valid(), codeUnknown, "participants", i)
		if i > 0 && e.Participants[i-1].ID >= p.ID {
			bad = append(bad, refuse(ErrDuplicate, codeRepeated, "participants", i, p.ID))
		}
	}
	for i, a := range e.Answers {
		bad.check(a.Answer.Valid() && validID(a.Session), codeUnknown, "answers", i)
		bad.check(e.participant(a.Participant) >= 0, codeInvited, "answers", i)
	}
	for i, m := range e.Moved {
		bad.check(validID(m.Session), codeID, "moved", i)
		bad.check(m.From.Before(m.To) && m.To.Sub(m.From) <= longest, codeLength, "moved", i)
	}
	for i, a := range e.Attended {
		bad.check(validID(a.Session) && !slices.ContainsFunc(a.Present, func(id string) bool { return !validID(id) }), codeID, "attended", i)
		bad.check(strictly(a.Present), codeRepeated, "attended", i)
	}
	return bad.join()
}

// strictly reports whether ids are sorted, and none given twice.
func strictly(ids []string) bool {
	for i := 1; i < len(ids); i++ {
		if ids[i-1] >= ids[i] {
			return false
		}
	}
	return true
}

func (e Event) participant(id string) int {
	return slices.IndexFunc(e.Participants, func(p Participant) bool { return p.ID == id })
}

// Sessions returns the sessions that overlap a window of at most ten years, cancelled
// ones too, by begin and id (场次查询). zone is whose clocks Start means.
//
// ErrInvalid: the event, no zone, or the window.
func (e Event) Sessions(from, until time.Time, zone *time.Location) ([]Session, error) {
	series, err := e.series(zone)
	if err != nil {
		return nil, err
	}
	if until.Before(from) || until.Sub(from) > 10*longest {
		return nil, refuse(ErrInvalid, codeWindow, "window", -1, e.ID)
	}
	var found []Session
	add := func(s Session) {
		if s.From.Before(until) && s.To.After(from) {
			found = append(found, e.attended(s))
		}
	}
	for o := range series.After(from.Add(-e.Length)) {
		if !o.At.Before(until) || !e.Ended.IsZero() && !o.At.Before(e.Ended) {
			break
		}
		if e.moved(o.ID) < 0 {
			add(Session{ID: o.ID, From: o.At.UTC(), To: o.At.Add(e.Length).UTC()})
		}
	}
	for _, m := range e.Moved {
		if at, ok := session(series, m.Session); ok && (e.Ended.IsZero() || at.Before(e.Ended)) {
			add(Session{ID: m.Session, From: m.From, To: m.To})
		}
	}
	slices.SortFunc(found, func(a, b Session) int { return cmp.Or(a.From.Compare(b.From), strings.Compare(a.ID, b.ID)) })
	return found, nil
}

func (e Event) series(zone *time.Location) (*recurrence.Series, error) {
	if err := e.Validate(); err != nil {
		return nil, err
	}
	series, err := recurrence.New(e.Rule, e.Start, zone)
	if err != nil {
		return nil, refuse(errors.Join(ErrInvalid, err), codeRule, "zone", -1, e.ID)
	}
	return series, nil
}

// session returns when a session is held by the rule, and false where the rule has none
// of this id.
func session(series *recurrence.Series, id string) (time.Time, bool) {
	local, err := time.ParseInLocation("2006-01-02T15:04:05", id, series.Zone())
	if err != nil {
		return time.Time{}, false
	}
	for o := range series.After(local.AddDate(0, 0, -2)) { // the clocks may move it by less
		if o.ID >= id {
			return o.At.UTC(), o.ID == id
		}
	}
	return time.Time{}, false
}

// attendance returns where it stands who was at a session, and whether it does.
func (e Event) attendance(id string) (int, bool) {
	return slices.BinarySearchFunc(e.Attended, id, func(a Attendance, id string) int { return strings.Compare(a.Session, id) })
}

func (e Event) moved(id string) int {
	return slices.IndexFunc(e.Moved, func(m SessionTime) bool { return m.Session == id })
}

// attended adds to a session what it has of the event.
func (e Event) attended(s Session) Session {
	_, s.Cancelled = slices.BinarySearch(e.Cancelled, s.ID)
	s.Participants = slices.Clone(e.Participants)
	for _, a := range e.Answers {
		if a.Session == s.ID {
			s.Participants[e.participant(a.Participant)].Answer = a.Answer
		}
	}
	if at, known := e.attendance(s.ID); known {
		s.Recorded, s.Present = true, slices.Clone(e.Attended[at].Present)
	}
	return s
}

// Appointments returns the sessions in a window that are not called off as appointments of
// the organiser and of the colleagues who are invited, but for who has declined, for a [Book].
// The id of each is event|session|colleague, of at most 255 bytes in all; its state is that of
// the session. Errors are those of [Event.Sessions], and ErrInvalid for longer ids.
func (e Event) Appointments(from, until time.Time, zone *time.Location) ([]Appointment, error) {
	sessions, err := e.Sessions(from, until, zone)
	if err != nil {
		return nil, err
	}
	var made []Appointment
	for _, s := range sessions {
		if s.Cancelled {
			continue
		}
		who := s.Participants
		if e.participant(e.Organiser) < 0 {
			who = append([]Participant{{ID: e.Organiser}}, who...)
		}
		for _, p := range who {
			if p.Customer || p.Answer == Declined {
				continue
			}
			a := Appointment{ID: e.ID + "|" + s.ID + "|" + p.ID, Kind: e.Kind, Staff: p.ID, From: s.From, To: s.To, State: s.State(), Ref: e.ID}
			if err := a.Validate(); err != nil {
				return nil, err
			}
			made = append(made, a)
		}
	}
	return made, nil
}
