package agenda

import (
	"errors"
	"log/slog"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Appointment is a time that somebody gives to something (日程). ID, Kind, Staff, From
// and To are needed.
type Appointment struct {
	ID    string    `json:"id"`
	Kind  Kind      `json:"kind"`
	Staff string    `json:"staff"` // id of whose time it is
	From  time.Time `json:"from"`  // in UTC microseconds
	To    time.Time `json:"to"`    // later than From, by at most 366 days
	State State     `json:"state"`

	// TravelMinutes is how long the way takes to a visit out, and back, 0 to 1440.
	// The neighbours of the appointment keep so much distance.
	TravelMinutes int `json:"travel_minutes,omitzero"`

	Customer string `json:"customer,omitzero"` // id
	Ref      string `json:"ref,omitzero"`      // id of what it is about: an opportunity, a case
}

// longest is how long an appointment may be, farthest how long the way to it.
const (
	longest  = 366 * 24 * time.Hour
	farthest = 1440 // minutes
)

// Busy reports whether it takes its time: planned and done appointments do, missed and
// cancelled ones do not.
func (a Appointment) Busy() bool { return a.State == Planned || a.State == Done }

// Validate reports every problem, joined, each an *Error and an ErrInvalid.
func (a Appointment) Validate() error {
	if a.sound() {
		return nil
	}
	var bad problems
	a.check(&bad, -1)
	return bad.join()
}

// sound is Validate for the many that are in order.
func (a *Appointment) sound() bool {
	return validID(a.ID) && validID(a.Staff) && a.Kind.Valid() && a.State.Valid() && limit.IsInstant(a.From) && limit.IsInstant(a.To) && !a.From.IsZero() &&
		a.From.Before(a.To) && a.To.Sub(a.From) <= longest && a.TravelMinutes >= 0 && a.TravelMinutes <= farthest && (a.TravelMinutes == 0 || a.Kind == VisitOut) &&
		limit.Text(a.Customer, 0, limit.ID) && limit.Text(a.Ref, 0, limit.ID)
}

func (a Appointment) check(bad *problems, item int) {
	bad.check(validID(a.ID), codeID, "id", item)
	bad.check(a.Kind.Valid(), codeUnknown, "kind", item)
	bad.check(validID(a.Staff), codeID, "staff", item)
	bad.check(a.State.Valid(), codeUnknown, "state", item)
	bad.check(limit.IsInstant(a.From) && !a.From.IsZero(), codeInstant, "from", item)
	bad.check(limit.IsInstant(a.To), codeInstant, "to", item)
	bad.check(a.From.Before(a.To) && a.To.Sub(a.From) <= longest, codeLength, "to", item)
	bad.check(a.TravelMinutes >= 0 && a.TravelMinutes <= farthest && (a.TravelMinutes == 0 || a.Kind == VisitOut), codeTravel, "travel_minutes", item)
	bad.check(limit.Text(a.Customer, 0, limit.ID), codeID, "customer", item)
	bad.check(limit.Text(a.Ref, 0, limit.ID), codeID, "ref", item)
}

// Act says who records something, when and why (操作). Actor and Recorded are needed.
type Act struct {
	Actor    string    `json:"actor"`           // id
	At       time.Time `json:"at"`              // when it was so; zero is Recorded, and never later
	Recorded time.Time `json:"recorded"`        // the caller's clock, in UTC microseconds
	Reason   string    `json:"reason,omitzero"` // in words: personal, kept where it can be erased
}

// LogValue shows the actor and the instants, and not the reason.
func (a Act) LogValue() slog.Value {
	return slog.GroupValue(slog.String("actor", a.Actor), slog.Time("at", a.At), slog.Time("recorded", a.Recorded))
}

func (a *Act) check() error {
	if a.At.IsZero() {
		a.At = a.Recorded
	}
	switch {
	case !validID(a.Actor):
		return refuse(ErrInvalid, codeID, "actor", -1, "")
	case a.Recorded.IsZero() || !limit.IsInstant(a.Recorded):
		return refuse(ErrInvalid, codeInstant, "recorded", -1, "")
	case !limit.IsInstant(a.At):
		return refuse(ErrInvalid, codeInstant, "at", -1, "")
	case a.At.After(a.Recorded):
		return refuse(ErrInvalid, codeFuture, "at", -1, "")
	case !limit.Text(a.Reason, 0, 1<<16):
		return refuse(ErrInvalid, codeText, "reason", -1, "")
	}
	return nil
}

// Entry is one line of an appointment's journal (日程记录). Entries are appended and
// never changed. Reason is the only free text.
type Entry struct {
	Act
	Kind    EntryKind   `json:"kind"`
	Plan    Appointment `json:"plan,omitzero"`    // of WasPlanned: the whole of it
	From    time.Time   `json:"from,omitzero"`    // of WasMoved: when it begins now
	To      time.Time   `json:"to,omitzero"`      // and ends
	Outcome string      `json:"outcome,omitzero"` // of WasDone: a code of the host's list; may be ""
}

// LogValue shows kind and instants, and not the reason.
func (e Entry) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("act", e.Act), slog.Any("kind", e.Kind), slog.String("appointment", e.Plan.ID))
}

// Plan records a new appointment (新建日程). It may lie in the past. ErrInvalid: the
// appointment, or a state other than Planned.
func Plan(a Appointment, by Act) (Entry, error) {
	return Appointment{}.decide(by, Entry{Kind: WasPlanned, Plan: a})
}

// Move puts a planned appointment to another time (改期). ErrTransition: it is not
// planned any more; ErrInvalid: the time.
func (a Appointment) Move(from, to time.Time, by Act) (Entry, error) {
	return a.decide(by, Entry{Kind: WasMoved, From: from, To: to})
}

// Finish records that an appointment took place (完成), with an outcome as a code of the
// host's list, which may be "". ErrTransition: it is not planned any more; ErrInvalid: it
// has not begun, by the At of the act, or the outcome is no code.
func (a Appointment) Finish(outcome string, by Act) (Entry, error) {
	return a.decide(by, Entry{Kind: WasDone, Outcome: outcome})
}

// Miss records that an appointment did not take place (未到). Errors are those of Finish.
func (a Appointment) Miss(by Act) (Entry, error) { return a.decide(by, Entry{Kind: WasMissed}) }

// Cancel calls an appointment off (取消). ErrTransition: it is not planned any more.
func (a Appointment) Cancel(by Act) (Entry, error) {
	return a.decide(by, Entry{Kind: WasCancelled})
}

func (a Appointment) decide(by Act, e Entry) (Entry, error) {
	if err := by.check(); err != nil {
		return Entry{}, err
	}
	e.Act = by
	if e.Kind != WasPlanned && (a.ID == "" || a.State != Planned) {
		return Entry{}, refuse(ErrTransition, codeState, "state", -1, a.ID)
	}
	if _, err := a.With(e); err != nil {
		return Entry{}, err
	}
	return e, nil
}

// With returns the appointment after one more entry; the zero Appointment is one that
// nobody has planned. Errors are those of [Fold].
func (a Appointment) With(e Entry) (Appointment, error) {
	act := e.Act
	if err := act.check(); err != nil {
		return Appointment{}, err
	}
	if !e.Kind.Valid() {
		return Appointment{}, refuse(ErrInvalid, codeUnknown, "kind", -1, a.ID)
	}
	if (e.Kind == WasPlanned) != (a.ID == "") || a.State != Planned {
		return Appointment{}, refuse(ErrConflict, codeJournal, "entries", -1, a.ID)
	}
	var bad problems
	switch e.Kind {
	case WasPlanned:
		a = e.Plan
		bad.check(a.State == Planned, codeUnknown, "state", -1)
	case WasMoved:
		a.From, a.To = e.From, e.To
	case WasDone, WasMissed:
		bad.check(!act.At.Before(a.From), codeFuture, "from", -1)
		bad.check(e.Outcome == "" || limit.IsCode(e.Outcome), codeCode, "outcome", -1)
		a.State = Done
		if e.Kind == WasMissed {
			a.State = Missed
		}
	case WasCancelled:
		a.State = Cancelled
	}
	if err := errors.Join(bad.join(), a.Validate()); err != nil {
		return Appointment{}, err
	}
	return a, nil
}

// Fold returns the appointment that a journal comes to. ErrConflict: an entry does not
// follow from those before it; ErrInvalid: it breaks the rules of [Entry].
func Fold(journal []Entry) (a Appointment, err error) {
	for _, e := range journal {
		if a, err = a.With(e); err != nil {
			return Appointment{}, err
		}
	}
	return a, nil
}
