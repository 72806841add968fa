package crm

import (
	"context"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/timeline"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Work says that a lead is being followed up 跟进. next is when it is to be followed up
// again, the zero time for no agreed instant.
//
// The commands that move a lead return its state. Their errors: ErrTransition where
// [lead.Machine] does not lead there from the present state, [lead.ErrAlreadyConverted]
// for a customer; ErrNotFound; ErrForgotten.
func (s *Leads) Work(ctx context.Context, actor Actor, id string, next time.Time, call Call) (lead.State, error) {
	return s.move(ctx, actor, "leads.work", id, lead.Working, Instant(next), 0, call)
}

// Qualify says that a lead is worth an offer 合格.
func (s *Leads) Qualify(ctx context.Context, actor Actor, id string, next time.Time, call Call) (lead.State, error) {
	return s.move(ctx, actor, "leads.qualify", id, lead.Qualified, Instant(next), 0, call)
}

// Nurture lays a lead aside until an instant, the zero time for no known one 培育.
func (s *Leads) Nurture(ctx context.Context, actor Actor, id string, until time.Time, call Call) (lead.State, error) {
	return s.move(ctx, actor, "leads.nurture", id, lead.Nurture, Instant(until), 0, call)
}

// Disqualify closes a lead of which nothing will come 无效. ErrIncomplete without a reason
// code. Should the same person come again, a new lead is made.
func (s *Leads) Disqualify(ctx context.Context, actor Actor, id string, why lead.Unfit, call Call) (lead.State, error) {
	if !why.Valid() {
		return 0, &lead.Error{Code: "LEAD-REASON", Field: "unfit", Item: -1, Err: lead.ErrIncomplete}
	}
	return s.move(ctx, actor, "leads.disqualify", id, lead.Disqualified, time.Time{}, why, call)
}

func (s *Leads) move(ctx context.Context, actor Actor, name, id string, to lead.State, next time.Time, why lead.Unfit, call Call) (lead.State, error) {
	subject := Subject{KindLead, id}
	if !limit.IsInstant(next) {
		return 0, &Error{Subject: subject, Field: "next", Reason: "is not in the years 1 to 9999", Err: ErrInvalid}
	}
	cmd := command{name: name, actor: actor, subject: subject, call: call, input: []any{next, why}}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, lead.State, error) {
		l, err := s.core.openLead(ctx, actor, id)
		if err != nil {
			return draft{}, 0, err
		}
		now = later(now, l.Head.Recorded)
		l.body.Unfit = why
		row, err := s.core.enterLead(ctx, actor, &l, to, call, now)
		if err != nil {
			return draft{}, 0, err
		}
		l.body.Next = next
		change, err := l.change(l.event("lead."+to.String(), now), Append{row})
		return draft{changes: []Change{change}}, to, err
	})
}

// Record appends an activity to a lead's timeline, and returns it as recorded: with its
// number, and without what is personal. It is [Timeline].Record for leads: the touchpoint
// has to be in the table, and the follow-up that was agreed in Next is when the lead is
// due. Activities stay on the lead, and are shown on the customer's timeline once it is
// converted. One that follows up is recorded by [Actions].
func (s *Leads) Record(ctx context.Context, actor Actor, id string, a timeline.Activity, call Call) (timeline.Activity, error) {
	a.Subject, a.Actor, a.Seq, a.Recorded = id, actor.ID, 0, time.Time{}
	a.At, a.Next = Instant(a.At), Instant(a.Next)
	a.Mailing.Sent, a.Mailing.Delivered = Instant(a.Mailing.Sent), Instant(a.Mailing.Delivered)
	if a.Reason == "" {
		a.Reason = call.Reason
	}
	cmd := command{name: "leads.record", actor: actor, subject: Subject{KindLead, id}, call: call, input: a}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, timeline.Activity, error) {
		l, err := s.core.openLead(ctx, actor, id)
		if err != nil {
			return draft{}, timeline.Activity{}, err
		}
		a, lines := a, &Timeline{s.core}
		a.Recorded, a.Seq = later(now, l.Head.Recorded), l.Head.Entries+1
		if a.At.IsZero() {
			a.At = effective(call, a.Recorded)
		}
		require, err := lines.check(ctx, a)
		if err != nil {
			return draft{}, timeline.Activity{}, err
		}
		all, err := lines.activitiesOf(ctx, cmd.subject)
		if err != nil {
			return draft{}, timeline.Activity{}, err
		}
		all = before(all, a.Seq)
		line, err := timeline.New(append(all, a), timeline.Options{})
		if err != nil {
			return draft{}, timeline.Activity{}, err
		}
		if next, ok := line.NextFollowUp(); ok {
			l.body.Next = next.Due
		} else if !a.Next.IsZero() || !l.body.Next.After(a.At) {
			l.body.Next = time.Time{} // what was agreed is kept
		}
		change, err := l.change(Event{Kind: "timeline." + a.Kind.String(), At: a.Recorded}, Append{activityRow(a)})
		return draft{require: require, changes: []Change{change}}, a.Redacted(), err
	})
}

// Timeline returns what passed between us and a lead: every activity once, as last
// corrected.
func (s *Leads) Timeline(ctx context.Context, actor Actor, id string) (*timeline.Timeline, error) {
	subject := Subject{KindLead, id}
	return read(ctx, s.core, "leads.timeline", actor, subject, func() (*timeline.Timeline, error) {
		if _, err := s.core.visible(ctx, actor, subject); err != nil {
			return nil, err
		}
		all, err := (&Timeline{s.core}).activitiesOf(ctx, subject)
		if err != nil {
			return nil, err
		}
		return timeline.New(all, timeline.Options{})
	})
}

// activitiesOf returns the timeline journal of a customer or lead.
func (t *Timeline) activitiesOf(ctx context.Context, s Subject) ([]timeline.Activity, error) {
	var all []timeline.Activity
	for row, err := range t.core.store.Entries(ctx, EntryFilter{Subject: s, Journal: JournalTimeline}) {
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

// before returns the activities that were there when a subject was read which the next
// one is to follow.
func before(all []timeline.Activity, seq uint64) []timeline.Activity {
	return slices.DeleteFunc(all, func(a timeline.Activity) bool { return a.Seq >= seq })
}

// whole returns the activities of a customer and of the leads that it came from.
func (t *Timeline) whole(ctx context.Context, customer string) ([]timeline.Activity, error) {
	all, err := t.activities(ctx, customer)
	if err != nil {
		return nil, err
	}
	for r, err := range t.core.store.Records(ctx, RecordFilter{Kind: KindLead, Customer: customer}) {
		if err != nil {
			return nil, err
		}
		earlier, err := t.activitiesOf(ctx, r.Subject)
		if err != nil {
			return nil, err
		}
		all = append(all, earlier...)
	}
	return all, nil
}
