package crm

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// Timeline records what passed between us and a customer (行动记录), over all
// channels, and reads it back. What was recorded stays; what was recorded wrongly
// is corrected by a further activity.
type Timeline struct{ core *core }

// Record appends an activity to a customer's timeline, and returns it as recorded:
// with its number, and without what is personal.
//
// The activity's Subject and Actor are filled in, and may be empty; its At is the
// call's where it has none, or now. Its touchpoint must be in the table of
// touchpoints ([Registries]): nothing passes between us and a customer but
// somewhere. The customer's standing takes over the last contact and the next
// follow-up.
//
// Errors: those of [timeline.Activity.Validate] and [timeline.Registry.Check];
// ErrNotFound for a customer that the actor does not see, a contact that is not
// there, or a number to correct that is not; those of [timeline.New] for what does
// not go together with the rest.
func (t *Timeline) Record(ctx context.Context, actor Actor, customer string, a timeline.Activity, call Call) (timeline.Activity, error) {
	a.Subject, a.Actor, a.Seq, a.Recorded = customer, actor.ID, 0, time.Time{}
	a.At, a.Next = Instant(a.At), Instant(a.Next)
	a.Mailing.Sent, a.Mailing.Delivered = Instant(a.Mailing.Sent), Instant(a.Mailing.Delivered)
	if a.Reason == "" {
		a.Reason = call.Reason
	}
	cmd := command{name: "timeline.record", actor: actor, subject: Subject{KindCustomer, customer}, call: call, input: a}
	return run(ctx, t.core, cmd, func(ctx context.Context, now time.Time) (draft, timeline.Activity, error) {
		c, err := t.core.living(ctx, actor, customer)
		if err != nil {
			return draft{}, timeline.Activity{}, err
		}
		a := a
		a.Recorded, a.Seq = later(now, c.Head.Recorded), c.Head.Entries+1
		if a.At.IsZero() {
			a.At = effective(call, a.Recorded)
		}
		require, err := t.check(ctx, a)
		if err != nil {
			return draft{}, timeline.Activity{}, err
		}
		standing, err := t.standing(ctx, c, a)
		if err != nil {
			return draft{}, timeline.Activity{}, err
		}
		return draft{require: require, changes: []Change{{cmd.subject, c.Head.Version, []Write{
			Append{activityRow(a)}, PutStanding{standing}, Emit{Event{Kind: "timeline." + a.Kind.String(), At: a.Recorded}},
		}}}}, a.Redacted(), nil
	})
}

// check holds an activity against the tables, and returns whom it requires to be
// there: somebody who is forgotten meanwhile is not dealt with any more.
func (t *Timeline) check(ctx context.Context, a timeline.Activity) ([]Expect, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	points, _, err := touchpoints(t.core).Get(ctx)
	if err != nil {
		return nil, err
	}
	registry, err := timeline.NewRegistry(points, timeline.RegistryOptions{})
	if err != nil {
		return nil, err
	}
	if err := registry.Check(a); err != nil {
		return nil, err
	}
	if a.Contact == "" || a.Contact == a.Subject {
		return nil, nil
	}
	person, err := t.core.living(ctx, Actor{Sees: access.Everything()}, a.Contact)
	return []Expect{{Subject{KindCustomer, a.Contact}, person.Head.Version}}, err
}

// standing returns what the timeline comes to with one more activity.
func (t *Timeline) standing(ctx context.Context, c Customer, a timeline.Activity) (Standing, error) {
	all, err := t.activities(ctx, c.ID)
	if err != nil {
		return Standing{}, err
	}
	line, err := timeline.New(append(before(all, a.Seq), a), timeline.Options{})
	if err != nil {
		return Standing{}, err
	}
	standing := c.Standing.Clone()
	standing.LastContact, standing.NextDue = line.LastContact().Any(), time.Time{}
	if next, ok := line.NextFollowUp(); ok {
		standing.NextDue = next.Due
	}
	return standing, nil
}

// Of returns the timeline of a customer: every activity once, as last corrected, those
// of the leads that it came from included.
func (t *Timeline) Of(ctx context.Context, actor Actor, customer string) (*timeline.Timeline, error) {
	return read(ctx, t.core, "timeline.of", actor, Subject{KindCustomer, customer}, func() (*timeline.Timeline, error) {
		if _, err := t.core.customer(ctx, actor, customer); err != nil {
			return nil, err
		}
		all, err := t.whole(ctx, customer)
		if err != nil {
			return nil, err
		}
		return timeline.New(all, timeline.Options{})
	})
}

// With lists the activities in which a person was dealt with, of all customers that
// the actor sees, as they were recorded, by customer and number.
func (t *Timeline) With(ctx context.Context, actor Actor, contact string) iter.Seq2[timeline.Activity, error] {
	t.core.observe(ctx, Op{Name: "timeline.with", Actor: actor.ID, Subject: Subject{KindCustomer, contact}, Attempts: 1})
	return func(yield func(timeline.Activity, error) bool) {
		seen := map[string]bool{}
		for row, err := range t.core.store.Entries(ctx, EntryFilter{Contact: contact, Journal: JournalTimeline}) {
			if err == nil {
				if _, known := seen[row.Subject.ID]; !known {
					_, unseen := t.core.customer(ctx, actor, row.Subject.ID)
					if unseen != nil && !errors.Is(unseen, ErrNotFound) {
						err = unseen
					}
					seen[row.Subject.ID] = unseen == nil
				}
			}
			if err != nil {
				yield(timeline.Activity{}, err)
				return
			}
			if !seen[row.Subject.ID] {
				continue
			}
			a, err := activityOf(row)
			if !yield(a, err) || err != nil {
				return
			}
		}
	}
}

func (t *Timeline) activities(ctx context.Context, customer string) ([]timeline.Activity, error) {
	var all []timeline.Activity
	for row, err := range t.core.store.Entries(ctx, EntryFilter{Subject: Subject{KindCustomer, customer}, Journal: JournalTimeline}) {
		if err != nil {
			return nil, err
		}
		a, err := activityOf(row)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// activityRow takes an activity apart: what may be personal goes into the three
// fields that are cleared when the person is forgotten. The amount stands in its
// own column, so that sums can be made where the data live: what was applied or
// refunded is below zero.
func activityRow(a timeline.Activity) Entry {
	private := a.Private()
	row := Entry{Journal: JournalTimeline, Kind: a.Kind.String(), Contact: a.Contact, Actor: a.Actor, At: a.At, Recorded: a.Recorded,
		Reason: private.Reason, Text: private.Text}
	switch {
	case a.Deal != timeline.Deal{}:
		row.Ref, row.Amount, row.Currency = a.Deal.Number, a.Deal.Amount.Minor, a.Deal.Amount.Currency
	case a.Prepayment != timeline.PrepaymentMove{}:
		row.Ref, row.Amount, row.Currency = a.Prepayment.Deal, a.Prepayment.Amount.Minor, a.Prepayment.Amount.Currency
		if a.Prepayment.Movement != timeline.Received {
			row.Amount = -row.Amount
		}
	}
	codes := a.Redacted()
	codes.Subject, codes.Seq = "", 0
	row.Data, _ = json.Marshal(codes)
	private.Reason, private.Text = "", ""
	if private != (timeline.Private{}) {
		row.Private, _ = json.Marshal(private)
	}
	return row
}

func activityOf(row Entry) (timeline.Activity, error) {
	var a timeline.Activity
	var private timeline.Private
	err := json.Unmarshal(row.Data, &a)
	if err == nil && len(row.Private) > 0 {
		err = json.Unmarshal(row.Private, &private)
	}
	if err != nil {
		return a, &Error{Subject: row.Subject, Field: "timeline", Reason: "is no entry of this journal", Err: errors.Join(ErrInvalid, err)}
	}
	private.Reason, private.Text = row.Reason, row.Text
	a = a.With(private)
	a.Subject, a.Seq = row.Subject.ID, row.Seq
	return a, nil
}
