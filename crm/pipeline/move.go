package pipeline

import (
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/stage"
)

// Move asks to bring an opportunity into another stage (阶段升迁). To, Now and Actor
// are needed.
type Move struct {
	To    string    `json:"to"`          // id of the stage
	Now   time.Time `json:"now"`         // the caller's clock
	At    time.Time `json:"at,omitzero"` // when it became so, not after Now; zero is Now
	Actor string    `json:"actor"`       // an id
	// Met lists what is there of the entry criteria, in any order; more does no harm.
	Met []Criterion `json:"met,omitempty"`
	// Order is the id of the signed order, needed to win.
	Order string `json:"order,omitzero"`
	// Loss is the reason as a code, needed to lose.
	Loss LossReason `json:"loss,omitzero"`
	// Competitor is the id of who won it instead, where that is known.
	Competitor string `json:"competitor,omitzero"`
	// Reason is free text, personal; needed to go back, to put on hold and to open
	// again.
	Reason string `json:"reason,omitzero"`
}

// LogValue shows the move in logs without the text of its reason.
func (m Move) LogValue() slog.Value {
	return slog.GroupValue(slog.String("to", m.To), slog.Time("now", m.Now), slog.Time("at", m.At),
		slog.String("actor", m.Actor), slog.String("order", m.Order), slog.Any("loss", m.Loss))
}

// Move decides over a move of an opportunity with this journal and returns the entry
// to append. Order, Loss and Competitor are the caller's to keep beside the entry.
// These are the rules:
//
//   - a new opportunity begins in an open stage, the first one where the process is
//     strict, and meets the criteria of that stage and of those before it
//   - forward, the criteria of every stage passed and of the one entered are met; a
//     strict process goes one open stage at a time
//   - backward, on hold and open again need a reason
//   - from hold a deal goes on where it stood: what lies behind needs nothing, what
//     lies before needs its criteria
//   - to win needs a signed order and the criteria of the won stage; stages between
//     may be skipped, for the order is proof enough
//   - to lose needs a reason code
//   - a closed deal is opened again until ReopenDays whole days of 24 hours after its
//     closing, at the latest then exactly, and in no stage beyond the one that it had
//     reached
//
// Errors, all *Error: ErrTransition where the process does not lead there, ErrIncomplete
// where something is missing, with all of it in Missing, ErrInvalid for the rest, as in
// [stage.Machine.Decide].
func (f *Funnel) Move(journal []stage.Entry[string], m Move) (stage.Entry[string], error) {
	at := m.At
	if at.IsZero() {
		at = m.Now
	}
	now, err := f.standing(journal, at)
	if err != nil {
		return stage.Entry[string]{}, f.worded(now.id, m.To, err)
	}
	if m.Order != "" && !validID(m.Order) || m.Competitor != "" && !validID(m.Competitor) {
		return stage.Entry[string]{}, refuse(ErrInvalid, "order", codeID)
	}
	if to, known := f.place[m.To]; known && now.id == "" && f.process.Stages[to].Type == Open {
		if err := f.passing(-1, to, m.Met); err != nil {
			return stage.Entry[string]{}, f.worded("", m.To, err)
		}
	}
	entry, err := f.machine.Decide(journal, stage.Command[string]{
		To: m.To, Now: m.Now, At: m.At, Actor: m.Actor, Reason: m.Reason,
		Guard: func(name string) error { return f.guard(name, now, at, m) },
	})
	if err != nil {
		return stage.Entry[string]{}, f.worded(now.id, m.To, err)
	}
	return entry, nil
}

// standing is where an opportunity is: in the stage id since an instant; open is the
// place of the last open stage that it was in, -1 for none.
type standing struct {
	id    string
	since time.Time
	open  int
}

func (f *Funnel) standing(journal []stage.Entry[string], at time.Time) (standing, error) {
	now := standing{open: -1}
	spells, err := f.machine.Spells(journal, time.Time{})
	if err != nil {
		return now, err
	}
	for _, s := range spells {
		if s.Start.After(at) {
			break
		}
		now.id, now.since = s.State, s.Start
		if place := f.place[s.State]; f.process.Stages[place].Type == Open {
			now.open = place
		}
	}
	return now, nil
}

func (f *Funnel) guard(name string, now standing, at time.Time, m Move) error {
	to := f.place[m.To]
	switch name {
	case guardEntry:
		return f.passing(now.open, to, m.Met)
	case guardOrder:
		if m.Order == "" {
			return refuse(ErrIncomplete, "order", codeNoOrder)
		}
		return f.unmet(m.Met, to)
	case guardLoss:
		if !m.Loss.Valid() {
			return refuse(ErrIncomplete, "loss", codeNoLoss)
		}
	case guardReopen:
		if at.Sub(now.since) > f.reopenFor() {
			return refuse(ErrTransition, "at", codeReopenLate)
		}
		if to > now.open {
			return refuse(ErrTransition, "to", codeReopenBeyond)
		}
	}
	return nil
}

// passing asks for the criteria of the open stages after the place from, up to to.
func (f *Funnel) passing(from, to int, met []Criterion) error {
	var passed []int
	for i := from + 1; i <= to; i++ {
		if f.process.Stages[i].Type == Open {
			passed = append(passed, i)
		}
	}
	if f.process.Strict && from >= 0 && len(passed) > 1 {
		return refuse(ErrTransition, "to", codeSkip)
	}
	return f.unmet(met, passed...)
}

// unmet lists every criterion of these stages that is not met, once.
func (f *Funnel) unmet(met []Criterion, places ...int) error {
	var missing []Criterion
	for _, i := range places {
		for _, c := range f.process.Stages[i].Entry {
			if !slices.Contains(met, c) && !slices.Contains(missing, c) {
				missing = append(missing, c)
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &Error{Field: "criteria", Item: -1, Missing: missing, Code: codeCriteria, Err: ErrIncomplete}
}

// worded gives an error of this package the stages of the move, and turns one of
// package stage into one of this package.
func (f *Funnel) worded(from, to string, err error) error {
	if _, known := f.place[to]; !known {
		to = ""
	}
	var own *Error
	if errors.As(err, &own) {
		e := *own
		e.From, e.To = from, to
		return &e
	}
	e := &Error{Field: "journal", Item: -1, From: from, To: to, Code: codeMove, Err: err}
	var s *stage.Error
	if errors.As(err, &s) {
		e.Field = s.Field
	}
	switch {
	case e.Field == "reason":
		e.Code = codeReason
	case errors.Is(err, ErrTransition):
		e.Code = codeNoWay
	}
	return e
}
