package crm

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// Collected is what [Receivables].Collect found and did.
type Collected struct {
	Overdue  int                 `json:"overdue"`            // instalments
	Category stage.SalesCategory `json:"category,omitempty"` // where the customer stands now; none where nobody has said
	Moved    bool                `json:"moved,omitempty"`    // that the command moved it
}

// Collect moves a customer who has something overdue into the sales category
// in-collection, and one of whom nothing is overdue any more back into the category
// before 催款客户. Where neither is so, or the machine has no way, nothing changes.
//
// The category is a fact of its own, which no payment and no date moves by itself: it
// is this command that does, by an entry in the customer's category journal, under the
// actor who gave it. It answers the machine's guard [stage.GuardReceivable] from the
// instalments, so nobody comes into collection without one that is overdue. The other
// facts about the customer stay as they are.
func (s *Receivables) Collect(ctx context.Context, actor Actor, customer string, call Call) (Collected, error) {
	track := newStages(s.core).Category
	cmd := command{name: "receivables.collect", actor: actor, subject: Subject{KindCustomer, customer}, call: call}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Collected, error) {
		c, err := s.core.living(ctx, actor, customer)
		if err != nil {
			return draft{}, Collected{}, err
		}
		overdue, minor, err := s.core.overdue(ctx, customer, now)
		if err != nil {
			return draft{}, Collected{}, err
		}
		history, err := track.history(ctx, cmd.subject, c.Head.Entries)
		if err != nil {
			return draft{}, Collected{}, err
		}
		done := Collected{Overdue: len(overdue), Category: c.Standing.Category.State}
		to, move, err := receivable.Collection(track.machine, history, minor)
		if err != nil || !move {
			return draft{}, done, err
		}
		entry, err := track.machine.Decide(history, stage.Command[stage.SalesCategory]{To: to, Now: later(now, c.Head.Recorded),
			Actor: actor.ID, At: Instant(call.At), Reason: call.Reason, Guard: func(string) error { return nil }})
		if err != nil {
			return draft{}, Collected{}, err
		}
		done.Category, done.Moved = to, true
		return draft{require: overdue, changes: []Change{track.change(c, history, entry)}}, done, nil
	})
}

// change appends an entry to a customer's track and puts the standing that follows.
func (t *Track[S]) change(c Customer, history []stage.Entry[S], e stage.Entry[S]) Change {
	standing := c.Standing.Clone()
	state, since, _ := t.machine.As(append(slices.Clip(history), e), time.Time{}, time.Time{})
	*t.place(&standing) = Placed[S]{state, since}
	return Change{Subject{KindCustomer, c.ID}, c.Head.Version, []Write{Append{t.row(e)},
		Emit{Event{Kind: string(t.journal) + ".moved", At: e.Recorded}}, PutStanding{standing}}}
}

// overdue returns a customer's instalments whose day is over, at the versions at which
// they were read, and a number above 0 where there is one.
func (c *core) overdue(ctx context.Context, customer string, at time.Time) (found []Expect, any int64, err error) {
	filter := RecordFilter{Kind: KindInstalment, Customer: customer, DueBefore: c.startOf(c.dayOf(at)), Limit: MaxChanges / 2}
	for r, err := range c.store.Records(ctx, filter) {
		if err != nil {
			return nil, 0, err
		}
		found = append(found, Expect{r.Subject, r.Head.Version})
	}
	return found, int64(len(found)), nil
}

// CollectAll gives [Receivables].Collect for every customer whom the actor sees and who
// has something overdue, or stands in collection, and returns how many it moved. One
// that fails stops it; what was moved stays moved, and the command goes on when it is
// given again.
func (s *Receivables) CollectAll(ctx context.Context, actor Actor, call Call) (moved int, err error) {
	call.Key = ""
	customers := map[string]bool{}
	overdue := RecordFilter{Kind: KindInstalment, DueBefore: s.core.startOf(s.core.dayOf(s.core.now())), Visible: &actor.Sees}
	for r, err := range s.core.store.Records(ctx, overdue) {
		if err != nil {
			return 0, err
		}
		customers[r.Customer] = true
	}
	for c, err := range s.core.store.Customers(ctx, CustomerFilter{Category: stage.SalesInCollection, Visible: &actor.Sees}) {
		if err != nil {
			return 0, err
		}
		customers[c.ID] = true
	}
	for _, id := range slices.Sorted(maps.Keys(customers)) {
		c, err := s.core.customer(ctx, actor, id)
		if errors.Is(err, ErrNotFound) || err == nil && !c.Standing.Forgotten.IsZero() {
			continue // who collects may not see the customer; about who was forgotten nothing is recorded
		}
		if err != nil {
			return moved, err
		}
		done, err := s.Collect(ctx, actor, id, call)
		if err != nil {
			return moved, err
		}
		if done.Moved {
			moved++
		}
	}
	return moved, nil
}
