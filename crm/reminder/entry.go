package reminder

import (
	"log/slog"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Act says who answers a reminder, when and why (操作). Actor and Recorded are needed.
type Act struct {
	Actor    string    `json:"actor"`           // id of a person or a program
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
		return refuse(ErrInvalid, codeID, "actor", "")
	case a.Recorded.IsZero() || !limit.IsInstant(a.Recorded):
		return refuse(ErrInvalid, codeInstant, "recorded", "")
	case !limit.IsInstant(a.At):
		return refuse(ErrInvalid, codeInstant, "at", "")
	case a.At.After(a.Recorded):
		return refuse(ErrInvalid, codeFuture, "at", "")
	case !limit.Text(a.Reason, 0, 1<<16):
		return refuse(ErrInvalid, codeText, "reason", "")
	}
	return nil
}

// Entry is one line of a reminder's journal (提醒记录). Entries are appended and never
// changed. Reason is the only free text.
type Entry struct {
	Act
	Kind EntryKind `json:"kind"`

	// IDs are, of a firing, the occurrences that it is for, of which the first names
	// it; of other entries, the names of the firings that they are about.
	IDs []string `json:"ids,omitempty"`

	Due       time.Time `json:"due,omitzero"`       // of a firing: when it was to be
	Missed    int       `json:"missed,omitzero"`    // of a firing, and of Passed: how many firings did not come before it
	Through   time.Time `json:"through,omitzero"`   // of these two: every occurrence that by the rule is then or earlier is settled; zero where one fires again
	Until     time.Time `json:"until,omitzero"`     // of Snoozed: when it is to come again
	Condition Condition `json:"condition,omitzero"` // of Stopped: what ended it
}

// LogValue shows kind, ids and instants, and not the reason.
func (e Entry) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("act", e.Act), slog.Any("kind", e.Kind), slog.Any("ids", e.IDs), slog.Int("missed", e.Missed))
}

// Open is a firing that is neither done nor dismissed (待处理提醒).
type Open struct {
	IDs    []string  `json:"ids"`             // the first names it
	State  State     `json:"state"`           // StateFired or StateSnoozed
	Due    time.Time `json:"due"`             // when it was to be first
	Until  time.Time `json:"until,omitzero"`  // of StateSnoozed: when it is to come again
	Missed int       `json:"missed,omitzero"` // how many firings it stands for beside itself
	Times  int       `json:"times"`           // how often it fired
}

// Ledger is what a journal comes to (提醒台账). The zero value is that of a new
// reminder. It holds ids and instants only.
type Ledger struct {
	Through time.Time `json:"through,omitzero"` // occurrences that by the rule are then or earlier are settled
	Open    []Open    `json:"open,omitempty"`   // in the order in which they were due first
	Closed  time.Time `json:"closed,omitzero"`  // of what was done or dismissed, the latest
	Stopped Condition `json:"stopped,omitzero"` // what ended the reminder; none while it lives
	Fired   int       `json:"fired,omitzero"`   // how many firings there were, a firing that came again once
	Missed  int       `json:"missed,omitzero"`  // and how many were missed
	Last    time.Time `json:"last,omitzero"`    // when the last entry was recorded
}

// Fold returns what a journal comes to. ErrConflict: an entry does not follow from
// those before it; ErrInvalid: it breaks the rules of [Entry].
func Fold(journal []Entry) (l Ledger, err error) {
	for _, e := range journal {
		if l, err = l.With(e); err != nil {
			return Ledger{}, err
		}
	}
	return l, nil
}

// With returns the ledger after one more entry; l stays as it is. Errors are those of
// [Fold].
func (l Ledger) With(e Entry) (Ledger, error) {
	if err := e.check(); err != nil {
		return Ledger{}, err
	}
	l.Open = slices.Clone(l.Open)
	ok := l.Stopped == 0 && !e.Recorded.Before(l.Last)
	if ok {
		switch e.Kind {
		case Fired:
			ok = l.fire(e)
		case Passed:
			ok = l.settle(e)
		case Snoozed:
			ok = l.postpone(e)
		case Done, Dismissed:
			ok = l.close(e)
		case Stopped:
			l.Stopped, l.Open = e.Condition, nil
		}
	}
	if !ok {
		return Ledger{}, refuse(ErrConflict, codeJournal, "entries", "")
	}
	l.Last = e.Recorded
	return l, nil
}

func (e Entry) check() error {
	act := e.Act
	if err := act.check(); err != nil {
		return err
	}
	for _, id := range e.IDs {
		if !validID(id) {
			return refuse(ErrInvalid, codeID, "ids", "")
		}
	}
	for _, t := range []time.Time{e.Due, e.Through, e.Until} {
		if !limit.IsInstant(t) {
			return refuse(ErrInvalid, codeInstant, "entries", "")
		}
	}
	var ok bool
	switch e.Kind {
	case Fired:
		ok = len(e.IDs) > 0 && !e.Due.IsZero() && e.Missed >= 0
	case Passed:
		ok = len(e.IDs) == 0 && !e.Through.IsZero() && e.Missed > 0
	case Snoozed:
		ok = len(e.IDs) == 1 && e.Until.After(e.Recorded)
	case Done, Dismissed:
		ok = true
	case Stopped:
		ok = e.Condition.Valid()
	}
	if !ok {
		return refuse(ErrInvalid, codeUnknown, "entries", "")
	}
	return nil
}

// fire opens a firing, or brings a snoozed one back.
func (l *Ledger) fire(e Entry) bool {
	if e.Through.IsZero() {
		at := l.find(e.IDs[0])
		if at < 0 || l.Open[at].State != StateSnoozed {
			return false
		}
		o := &l.Open[at]
		o.State, o.Until, o.Times = StateFired, time.Time{}, o.Times+1
		return true
	}
	if !l.settle(e) {
		return false
	}
	l.Open = slices.DeleteFunc(l.Open, func(o Open) bool { return o.State == StateSnoozed })
	l.Open = append(l.Open, Open{IDs: slices.Clone(e.IDs), State: StateFired, Due: e.Due, Missed: e.Missed, Times: 1})
	l.Fired++
	return true
}

func (l *Ledger) settle(e Entry) bool {
	if !e.Through.After(l.Through) {
		return false
	}
	l.Through = e.Through
	l.Missed += e.Missed
	return true
}

func (l *Ledger) postpone(e Entry) bool {
	at := l.find(e.IDs[0])
	if at < 0 {
		return false
	}
	l.Open[at].State, l.Open[at].Until = StateSnoozed, e.Until
	return true
}

func (l *Ledger) close(e Entry) bool {
	for _, id := range e.IDs {
		at := l.find(id)
		if at < 0 {
			return false
		}
		l.Open = slices.Delete(l.Open, at, at+1)
	}
	if e.At.After(l.Closed) {
		l.Closed = e.At
	}
	return true
}

// find returns the place of an open firing, -1 where there is none.
func (l Ledger) find(id string) int {
	return slices.IndexFunc(l.Open, func(o Open) bool { return o.IDs[0] == id })
}

// StateOf returns where an occurrence stands by a journal (提醒状态查询). One that was
// missed is StatePending: it never fired.
func StateOf(journal []Entry, id string) State {
	state, name := StatePending, ""
	for _, e := range journal {
		mine := slices.Contains(e.IDs, id) && e.Kind == Fired || name != "" && slices.Contains(e.IDs, name)
		switch {
		case e.Kind == Fired && mine:
			state, name = StateFired, e.IDs[0]
		case e.Kind == Fired && !e.Through.IsZero() && state == StateSnoozed:
			state = StateSuperseded
		case e.Kind == Snoozed && mine:
			state = StateSnoozed
		case e.Kind == Done && mine:
			state = StateDone
		case e.Kind == Dismissed && mine, e.Kind == Stopped && (state == StateFired || state == StateSnoozed):
			state = StateDismissed
		}
	}
	return state
}
