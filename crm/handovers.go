package crm

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/internal/attempt"
)

// Handovers keeps what leavers hand over, step by step, until giver, takers and
// manager have signed (离职交接). The steps and their rules are those of an
// [owner.Handover]; moving the customers is [Owners].TransferAll.
//
// A handover is there for who takes part in it, as the giver, the deputy, a taker, the
// manager or by a step, such as opening it, and for who sees everything.
type Handovers struct{ core *core }

// Do decides the next step of a handover by one of the methods of [owner.Handover],
// and returns what the handover comes to:
//
//	h, err := c.Handovers.Do(ctx, actor, "h7", crm.Terms{}, func(h owner.Handover, act owner.Act) (owner.Step, error) {
//		return h.Count(owner.Customers, 42, act)
//	})
//
// id names the handover; the first step, by [owner.OpenHandover], makes it. decide
// may be called again after a conflict; the same key stands for the same handover,
// whatever decide does. Errors are those of the method; ErrNotFound where the actor sees
// no such handover, but somebody else's has its id.
func (s *Handovers) Do(ctx context.Context, actor Actor, id string, terms Terms,
	decide func(h owner.Handover, act owner.Act) (owner.Step, error)) (owner.Handover, error) {
	subject := Subject{KindHandover, id}
	cmd := command{name: "handovers.do", actor: actor, subject: subject, call: terms.Call, input: []string{terms.Approver, terms.Code, terms.Ref}}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, owner.Handover, error) {
		head, err := s.core.store.Head(ctx, subject)
		if err != nil {
			return draft{}, owner.Handover{}, err
		}
		steps, before, err := s.seen(ctx, actor, id)
		if err != nil {
			return draft{}, owner.Handover{}, err
		}
		step, err := decide(before, terms.act(actor, later(now, head.Recorded)))
		if err != nil {
			return draft{}, owner.Handover{}, attempt.Ended(err)
		}
		after, err := owner.FoldHandover(append(steps, step))
		if err != nil {
			return draft{}, owner.Handover{}, err
		}
		row := stepRow(step)
		return draft{changes: []Change{{subject, head.Version, []Write{Append{row},
			PutRecord{Record{Ref: after.Leaver, Owner: after.Manager, State: handoverState(after), Due: after.Notice}},
			Emit{Event{Kind: "handover." + row.Kind, At: row.Recorded}}}}}}, after, nil
	})
}

// The states that handovers are listed by.
const (
	HandoverOpen      = "open"
	HandoverCompleted = "completed"
	HandoverCancelled = "cancelled"
)

func handoverState(h owner.Handover) string {
	switch {
	case !h.CompletedAt.IsZero():
		return HandoverCompleted
	case !h.CancelledAt.IsZero():
		return HandoverCancelled
	}
	return HandoverOpen
}

// Get returns what a handover has come to. ErrNotFound: the actor sees none with this id.
func (s *Handovers) Get(ctx context.Context, actor Actor, id string) (owner.Handover, error) {
	return read(ctx, s.core, "handovers.get", actor, Subject{KindHandover, id}, func() (owner.Handover, error) {
		steps, h, err := s.seen(ctx, actor, id)
		if err == nil && len(steps) == 0 {
			err = &Error{Subject: Subject{KindHandover, id}, Err: ErrNotFound}
		}
		return h, err
	})
}

// List yields the ids of the handovers that the actor sees, in a state or in any, in byte
// order.
func (s *Handovers) List(ctx context.Context, actor Actor, state string) iter.Seq2[string, error] {
	s.core.observe(ctx, Op{Name: "handovers.list", Actor: actor.ID, Attempts: 1})
	return func(yield func(string, error) bool) {
		for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindHandover, State: state}) {
			if err == nil && !actor.Sees.All {
				_, _, err = s.seen(ctx, actor, r.Subject.ID)
				if errors.Is(err, ErrNotFound) {
					continue
				}
			}
			if !yield(r.Subject.ID, err) || err != nil {
				return
			}
		}
	}
}

// seen returns the steps of a handover that the actor sees, and what they come to; no
// steps where nobody has taken one yet.
func (s *Handovers) seen(ctx context.Context, actor Actor, id string) ([]owner.Step, owner.Handover, error) {
	steps, err := s.steps(ctx, id)
	if err != nil {
		return nil, owner.Handover{}, err
	}
	h, err := owner.FoldHandover(steps)
	if err != nil {
		return nil, owner.Handover{}, err
	}
	party := actor.ID != "" && (actor.ID == h.Leaver || actor.ID == h.Manager || actor.ID == h.Deputy || slices.Contains(h.Takers, actor.ID) ||
		slices.ContainsFunc(steps, func(step owner.Step) bool { return step.Actor == actor.ID }))
	if len(steps) > 0 && !party && !actor.Sees.All {
		return nil, owner.Handover{}, &Error{Subject: Subject{KindHandover, id}, Err: ErrNotFound}
	}
	return steps, h, nil
}

func (s *Handovers) steps(ctx context.Context, id string) ([]owner.Step, error) {
	var steps []owner.Step
	for row, err := range s.core.store.Entries(ctx, EntryFilter{Subject: Subject{KindHandover, id}}) {
		if err != nil {
			return nil, err
		}
		var step owner.Step
		if err := json.Unmarshal(row.Data, &step); err != nil {
			return nil, &Error{Subject: row.Subject, Field: "handover", Reason: "is no entry of this journal", Err: errors.Join(ErrInvalid, err)}
		}
		step.Reason = row.Reason
		steps = append(steps, step)
	}
	return steps, nil
}

func stepRow(step owner.Step) Entry {
	row := Entry{Journal: JournalHandover, Kind: step.Kind.String(), From: step.From, To: step.To, Ref: step.Ref,
		Amount: step.Amount.Minor, Currency: step.Amount.Currency, Actor: step.Actor, At: step.At, Recorded: step.Recorded, Reason: step.Reason}
	step.Reason = ""
	row.Data, _ = json.Marshal(step)
	return row
}
