package timeline

import (
	"cmp"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// State is how far a planned activity has come (计划活动状态). The zero value is none.
type State uint8

const (
	Planned   State = iota + 1 // is to take place 已计划
	Done                       // took place 已完成
	Missed                     // did not take place, though nobody called it off 已错过
	Cancelled                  // was called off 已取消
)

var stateNames = enum.New[State]("state", unknown, enum.Names{
	{}, {"planned", "已计划"}, {"done", "已完成"}, {"missed", "已错过"}, {"cancelled", "已取消"},
})

// States returns the four states.
func States() []State { return []State{Planned, Done, Missed, Cancelled} }

// Valid reports whether s is one of the four.
func (s State) Valid() bool { return stateNames.Valid(s) }

// String returns the English code, "" for the zero value, and ? for a number that has none.
func (s State) String() string { return stateNames.Code(s) }

// Zh returns the Chinese name, "" for the zero value, and ? for a number that has none.
func (s State) Zh() string { return stateNames.Zh(s) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (s State) MarshalText() ([]byte, error) { return stateNames.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *State) UnmarshalText(text []byte) error { return stateNames.Unmarshal(s, text) }

// Step is one entry in the journal of a planned activity: it is planned, planned
// anew, and in the end done, missed or cancelled. Only Reason is personal.
type Step struct {
	Subject string `json:"subject"`      // id of the customer or lead whose journal it is in
	Seq     uint64 `json:"seq,omitzero"` // its number in that journal, from 1; 0 before it is recorded
	Plan    string `json:"plan"`         // id of the planned activity, unique within the subject
	State   State  `json:"state"`        // from At on

	// With state planned: what is to take place, and when.
	Kind      Kind      `json:"kind,omitzero"`
	Channel   Channel   `json:"channel,omitzero"`
	Direction Direction `json:"direction,omitzero"`
	Contact   string    `json:"contact,omitzero"` // customer id of whom it is with
	Owner     string    `json:"owner,omitzero"`   // staff id of who is to do it
	From      time.Time `json:"from,omitzero"`    // begins; zero where only the end counts
	Until     time.Time `json:"until,omitzero"`   // ends, and is overdue from then on

	Activity uint64 `json:"activity,omitzero"` // with state done: Seq of the [Activity] in the same journal; 0 for none

	At        time.Time `json:"at"`
	Recorded  time.Time `json:"recorded,omitzero"`
	Actor     string    `json:"actor"`
	Corrects  uint64    `json:"corrects,omitzero"`  // Seq of the earlier step in the same journal that this replaces
	Retracted bool      `json:"retracted,omitzero"` // with Corrects: there was no such step at all
	Reason    string    `json:"reason,omitzero"`    // personal
}

// LogValue shows ids, codes and instants, and nothing personal.
func (s Step) LogValue() slog.Value {
	return slog.GroupValue(slog.String("subject", s.Subject), slog.Uint64("seq", s.Seq), slog.String("plan", s.Plan),
		slog.String("state", s.State.String()), slog.Time("at", s.At), slog.String("actor", s.Actor))
}

// Redacted returns a copy without the reason.
func (s Step) Redacted() Step {
	s.Reason = ""
	return s
}

// Validate reports every rule that s breaks, joined, before it is recorded; each is
// an [*Error] that wraps ErrInvalid. Ids and texts are held to what
// [Activity.Validate] says. A plan states its kind and its end, after From; a step
// of another state states nothing of the plan, and only a done one an Activity. To
// miss, to cancel and to correct needs a reason.
func (s Step) Validate() error {
	v := validator{subject: s.Subject, seq: s.Seq}
	v.must(limit.Text(s.Subject, 1, limit.ID), "subject", "is not an id")
	v.must(limit.Text(s.Plan, 1, limit.ID), "plan", "is not an id")
	v.must(limit.Text(s.Actor, 1, limit.ID), "actor", "is not an id")
	v.must(s.State.Valid(), "state", "unknown")
	v.must(!s.At.IsZero(), "at", "is missing")
	v.text(s.Reason, "reason")
	if s.Corrects != 0 || s.Retracted {
		v.must(s.Corrects != 0, "corrects", "is missing")
		v.must(s.Seq == 0 || s.Corrects < s.Seq, "corrects", "is not earlier")
	}
	v.must(s.Reason != "" || s.State != Missed && s.State != Cancelled && s.Corrects == 0, "reason", "is missing")
	if s.State == Planned && !s.Retracted {
		v.must(s.Kind.Valid(), "kind", "unknown")
		v.must(s.Channel == 0 || s.Channel.Valid(), "channel", "unknown")
		v.must(s.Direction == 0 || s.Direction.Valid(), "direction", "unknown")
		v.must(s.Contact == "" || limit.Text(s.Contact, 1, limit.ID), "contact", "is not an id")
		v.must(s.Owner == "" || limit.Text(s.Owner, 1, limit.ID), "owner", "is not an id")
		v.must(!s.Until.IsZero(), "until", "is missing")
		v.must(s.Until.IsZero() || s.Until.After(s.From), "until", "is not after from")
	} else {
		stated := s.Kind != 0 || s.Channel != 0 || s.Direction != 0 || s.Contact != "" || s.Owner != "" || !s.From.IsZero() || !s.Until.IsZero()
		v.must(!stated, "state", "states a plan all the same")
	}
	v.must(s.Activity == 0 || s.State == Done && !s.Retracted, "activity", "belongs to a step that is done")
	return v.err()
}

// Plan is a planned activity as its steps leave it (计划活动).
type Plan struct {
	Subject   string    `json:"subject"`
	ID        string    `json:"id"`
	State     State     `json:"state"`
	Kind      Kind      `json:"kind"`
	Channel   Channel   `json:"channel,omitzero"`
	Direction Direction `json:"direction,omitzero"`
	Contact   string    `json:"contact,omitzero"`
	Owner     string    `json:"owner,omitzero"`
	From      time.Time `json:"from,omitzero"`
	Until     time.Time `json:"until"`
	Activity  uint64    `json:"activity,omitzero"` // what was done, in the same journal
	Planned   time.Time `json:"planned"`           // when it was first planned
	Since     time.Time `json:"since"`             // when it came into State, or was last planned anew
	Moves     int       `json:"moves"`             // how often it was planned anew
}

// Overdue reports whether the activity should have taken place by an instant and
// still is only planned. It follows from the clock, so that no job has to mark it.
func (p Plan) Overdue(at time.Time) bool { return p.State == Planned && !at.Before(p.Until) }

// Plans folds steps of one subject or of many, in any order, into what was planned
// as of the effective time at (the zero time: all steps) and as of opts.Known,
// ordered by (Until, Subject, ID). The errors are [*Error]s: those that [New] names
// for corrections and numbers, and ErrTransition where a plan does not begin with
// planned, or goes on after done, missed or cancelled.
func Plans(steps []Step, at time.Time, opts Options) ([]Plan, error) {
	refs := make([]ref, len(steps))
	for i := range steps {
		s := &steps[i]
		refs[i] = ref{i, s.Subject, s.Seq, s.Corrects, s.Recorded, s.Retracted}
	}
	kept, err := standing(refs, opts.Known)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(kept, func(i, j int) int {
		a, b := &steps[i], &steps[j]
		return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Plan, b.Plan),
			a.At.Compare(b.At), a.Recorded.Compare(b.Recorded), cmp.Compare(a.Seq, b.Seq))
	})
	var list []Plan
	var errs []error
	for _, i := range kept {
		s := &steps[i]
		if !at.IsZero() && s.At.After(at) {
			continue
		}
		if n := len(list); n == 0 || list[n-1].Subject != s.Subject || list[n-1].ID != s.Plan {
			list = append(list, Plan{Subject: s.Subject, ID: s.Plan, Planned: s.At})
		}
		if err := list[len(list)-1].take(s); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	slices.SortFunc(list, func(a, b Plan) int {
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// take moves the plan by one step.
func (p *Plan) take(s *Step) error {
	if !canMove(p.State, s.State) {
		return &Error{Subject: s.Subject, Seq: s.Seq, Code: s.Plan, Field: "state",
			Reason: "no way from " + cmp.Or(p.State.String(), "nothing") + " to " + cmp.Or(s.State.String(), "nothing"), Err: ErrTransition}
	}
	if s.State == Planned {
		if p.State == Planned {
			p.Moves++
		}
		p.Kind, p.Channel, p.Direction, p.Contact, p.Owner, p.From, p.Until = s.Kind, s.Channel, s.Direction, s.Contact, s.Owner, s.From, s.Until
	}
	p.State, p.Since, p.Activity = s.State, s.At, s.Activity
	return nil
}

func canMove(from, to State) bool {
	if from == 0 {
		return to == Planned
	}
	return from == Planned && to.Valid()
}

// Accept reports why a step may not be recorded after the steps that its plan, or
// its whole journal, has: what [Step.Validate] says, and what [Plans] says of all
// steps with this one among them, at whatever effective time it stands. A Seq of 0
// stands for the next number; Recorded has to be given.
func Accept(steps []Step, next Step) error {
	if err := next.Validate(); err != nil {
		return err
	}
	if next.Seq == 0 {
		for i := range steps {
			if steps[i].Subject == next.Subject {
				next.Seq = max(next.Seq, steps[i].Seq)
			}
		}
		next.Seq++
	}
	_, err := Plans(append(slices.Clip(slices.Clone(steps)), next), time.Time{}, Options{})
	return err
}
