package crm

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/pipeline/quote"
	"github.com/guanxi-go/guanxi/crm/worklist"
	"github.com/guanxi-go/guanxi/internal/members"
)

// Worklists say what there is to do: a colleague's day, in the order of package
// worklist, and a manager's week.
type Worklists struct{ core *core }

// DayOptions are the choices of [Worklists].Day. The zero value is the default.
type DayOptions struct {
	// At is the instant of the question; zero is now. What is listed is what is known
	// now, whatever At is.
	At time.Time
	// Ahead is how many days after today are looked at; 0 is today alone.
	Ahead int
	// StuckDays is for how many days an opportunity may be in a stage, by the stage's id;
	// nil is what Options.Process configures. [Opportunities].StuckDays learns them, for
	// all colleagues at once.
	StuckDays map[string]float64
	// Recycle is the rule by which leads go back to a pool; nil warns of none. On the days
	// that the policy names for warnings, and on the last, the lead is on the list.
	Recycle *RecycleLeads
}

// Day returns what a colleague has to do on a day 今日工作: appointments, sessions of
// events, follow-ups that were agreed with customers, on leads and on opportunities, new
// leads, reminders, care, decisions that wait, offers that expire, bids to be handed in
// and their requirements to be answered, money to be collected, and opportunities on
// which nothing moves. Others than the colleague see of it what they see of the unit.
//
// The days are those of Options.Calendar. ErrInvalid: no colleague, Ahead below 0.
func (s *Worklists) Day(ctx context.Context, actor Actor, staff string, opts DayOptions) (worklist.Day, error) {
	return read(ctx, s.core, "worklists.day", actor, Subject{KindStaff, staff}, func() (worklist.Day, error) {
		if !ValidID(staff) || opts.Ahead < 0 {
			return worklist.Day{}, &Error{Subject: Subject{KindStaff, staff}, Field: "day", Reason: "is of nobody, or before today", Err: ErrInvalid}
		}
		if opts.At.IsZero() {
			opts.At = s.core.now()
		}
		day := s.core.dayOf(opts.At)
		d := daylist{core: s.core, actor: actor, staff: staff, at: Instant(opts.At), today: day,
			until: s.core.startOf(day + calendar.Day(opts.Ahead) + 1), stuck: opts.StuckDays, recycle: opts.Recycle}
		for _, gather := range []func(context.Context) error{d.customers, d.records, d.recycled, d.opportunities, d.bids, d.dunning, d.seats, d.sessions} {
			if err := gather(ctx); err != nil {
				return worklist.Day{}, err
			}
		}
		return worklist.Plan(d.items, d.at, s.core.zone())
	})
}

// daylist gathers what a colleague has to do.
type daylist struct {
	core  *core
	actor Actor
	staff string
	at    time.Time
	today calendar.Day
	until time.Time // what is due before this instant is looked at
	stuck map[string]float64
	items []worklist.Item

	recycle *RecycleLeads
}

func (d *daylist) add(s Subject, customer string, value money.Amount, c worklist.Cause) {
	if s.Kind == KindCustomer {
		customer = s.ID
	}
	if n := len(d.items) - 1; n >= 0 && d.items[n].ID == s.ID && d.items[n].Kind == string(s.Kind) {
		d.items[n].Causes = append(d.items[n].Causes, c)
		return
	}
	d.items = append(d.items, worklist.Item{Kind: string(s.Kind), ID: s.ID, Customer: customer, Value: value, Causes: []worklist.Cause{c}})
}

// filter lists the colleague's records of a kind, as far as the actor sees them.
func (d *daylist) filter(kind Kind, state string) RecordFilter {
	f := RecordFilter{Kind: kind, Owner: d.staff, State: state}
	if d.actor.ID != d.staff {
		f.Visible = &d.actor.Sees
	}
	return f
}

// customers adds the follow-ups agreed with customers.
func (d *daylist) customers(ctx context.Context) error {
	f := CustomerFilter{Owner: d.staff, DueBefore: d.until}
	if d.actor.ID != d.staff {
		f.Visible = &d.actor.Sees
	}
	for c, err := range d.core.store.Customers(ctx, f) {
		if err != nil {
			return err
		}
		d.add(Subject{KindCustomer, c.ID}, c.ID, money.Amount{}, worklist.Cause{Reason: worklist.FollowUp, Due: c.Standing.NextDue})
	}
	return nil
}

// records adds what its record alone says: leads, reminders, appointments, care and offers.
func (d *daylist) records(ctx context.Context) error {
	for _, of := range []struct {
		kind   Kind
		state  string
		reason worklist.Reason
	}{
		{KindLead, "", worklist.FollowUp},
		{KindReminder, "", worklist.Remind},
		{KindAppointment, StatePlanned, worklist.Appointment},
		{KindCareTask, StatePlanned, worklist.Care},
		{KindQuote, quote.Sent.String(), worklist.Expire},
	} {
		f := d.filter(of.kind, of.state)
		f.DueBefore = d.until.Add(time.Microsecond) // an offer that ends with the day is over at its end
		for r, err := range d.core.store.Records(ctx, f) {
			if err != nil {
				return err
			}
			if of.reason != worklist.Expire && !r.Due.Before(d.until) {
				continue
			}
			about, ref, reason := r.Subject, "", of.reason
			switch {
			case of.kind == KindLead:
				if reason, err = leadReason(r); err != nil {
					return err
				}
			case r.Customer != "":
				about, ref = Subject{KindCustomer, r.Customer}, r.Subject.ID
			}
			d.add(about, r.Customer, money.Amount{}, worklist.Cause{Reason: reason, Due: r.Due, Ref: ref})
		}
	}
	return nil
}

// leadReason says why a lead that is due is on the list: what was agreed with it, or
// that it came and nobody has taken it up. Of its body no more is read.
func leadReason(r Record) (worklist.Reason, error) {
	if r.State != lead.New.String() && r.State != lead.Assigned.String() {
		return worklist.FollowUp, nil
	}
	reason := worklist.NewLead
	err := members.Each(r.Body, func(name, value []byte) error {
		if string(name) != "of" {
			return nil
		}
		return members.Each(value, func(name, _ []byte) error {
			if string(name) == "next" {
				reason = worklist.FollowUp
			}
			return nil
		})
	})
	if err != nil {
		return 0, &Error{Subject: r.Subject, Field: "body", Reason: "is no lead", Err: errors.Join(ErrInvalid, err)}
	}
	return reason, nil
}

// recycled adds the leads that go back to a pool unless something is done.
func (d *daylist) recycled(ctx context.Context) error {
	if d.recycle == nil {
		return nil
	}
	for r, err := range d.core.store.Records(ctx, d.filter(KindLead, "")) {
		if err != nil {
			return err
		}
		l, err := leadOf(r)
		if err != nil {
			return err
		}
		due, err := (&Leads{d.core}).due(ctx, *d.recycle, l, d.at)
		if err != nil {
			return err
		}
		warned := slices.Contains(due.Warnings, d.today) || due.LastDay == d.today && len(due.Exempt) == 0
		if !due.Due.IsZero() && (due.Recycle || warned) {
			d.add(r.Subject, r.Customer, money.Amount{}, worklist.Cause{Reason: worklist.Recycle, Due: due.Due})
		}
	}
	return nil
}

// pulse is the part of an opportunity that a day list asks for.
type pulse struct {
	acted, next, since, opened time.Time
	amount                     money.Amount
	closing                    calendar.Day
}

// read takes the pulse out of a body as [Opportunity] and work are written. A day list
// reads a body for every opportunity that somebody has open, and needs little of it.
func (p *pulse) read(body []byte) error {
	return members.Each(body, func(name, value []byte) error {
		switch string(name) {
		case "acted":
			return p.acted.UnmarshalJSON(value)
		case "of":
			return members.Each(value, p.member)
		}
		return nil
	})
}

func (p *pulse) member(name, value []byte) error {
	switch string(name) {
	case "next":
		return p.next.UnmarshalJSON(value)
	case "since":
		return p.since.UnmarshalJSON(value)
	case "opened":
		return p.opened.UnmarshalJSON(value)
	case "close":
		return p.closing.UnmarshalText(bytes.Trim(value, `"`))
	case "amount":
		return p.amount.UnmarshalJSON(value)
	}
	return nil
}

// opportunities adds what is due on opportunities, and those on which nothing moves.
func (d *daylist) opportunities(ctx context.Context) error {
	for r, err := range d.core.store.Records(ctx, d.filter(KindOpportunity, "")) {
		if err != nil {
			return err
		}
		stage, ok := d.core.funnel.Stage(r.State)
		if !ok || stage.Type != pipeline.Open {
			continue
		}
		var p pulse
		if err := p.read(r.Body); err != nil {
			return &Error{Subject: r.Subject, Field: "body", Reason: "is no opportunity", Err: errors.Join(ErrInvalid, err)}
		}
		if next := p.next; !next.IsZero() && next.Before(d.until) {
			d.add(r.Subject, r.Customer, p.amount, worklist.Cause{Reason: worklist.FollowUp, Due: next})
		}
		if !p.closing.IsZero() {
			if end := d.core.startOf(p.closing + 1); !end.After(d.until) {
				d.add(r.Subject, r.Customer, p.amount, worklist.Cause{Reason: worklist.Close, Due: end})
			}
		}
		limit := float64(stage.StuckDays)
		if d.stuck != nil {
			limit = d.stuck[stage.ID]
		}
		if days := d.at.Sub(p.since).Hours() / 24; limit > 0 && days > limit {
			d.add(r.Subject, r.Customer, p.amount, worklist.Cause{Reason: worklist.Stuck, Days: int(days)})
		}
		last := p.opened
		if !p.acted.IsZero() {
			last = p.acted
		}
		if days := d.today.Sub(d.core.dayOf(last)); stage.SilentDays > 0 && days > stage.SilentDays {
			d.add(r.Subject, r.Customer, p.amount, worklist.Cause{Reason: worklist.Silent, Days: days})
		}
	}
	return nil
}

// dunning adds the money that the colleague has to ask for.
func (d *daylist) dunning(ctx context.Context) error {
	sees := d.actor
	if d.actor.ID == d.staff && !sees.Sees.All {
		sees.Sees.Owner = d.staff // one's own work is never out of sight
	}
	for dun, err := range (&Receivables{d.core}).Dunning(ctx, sees, d.staff, d.today) {
		if err != nil {
			return err
		}
		if dun.Due >= d.today {
			continue // a friendly note before the day is the reminder's matter
		}
		asked := money.Amount{Minor: dun.Firing.Minor, Currency: dun.Currency}
		d.add(Subject{KindCustomer, dun.Customer}, dun.Customer, asked,
			worklist.Cause{Reason: worklist.Collect, Due: d.core.startOf(dun.Due + 1), Ref: dun.ID, Amount: asked})
	}
	return nil
}

// sessions adds those of today and later, of what the colleague organises or is invited to
// and has not declined.
func (d *daylist) sessions(ctx context.Context) error {
	sessions, err := (&Events{d.core}).between(ctx, d.actor, d.staff, d.core.startOf(d.today), d.until)
	for _, s := range sessions {
		if s.asks(d.staff) && !s.From.Before(d.core.startOf(d.today)) {
			d.add(Subject{KindEvent, s.Event}, s.Customer, money.Amount{}, worklist.Cause{Reason: worklist.Appointment, Due: s.From, Ref: s.ID})
		}
	}
	return err
}

// seats adds the decisions that wait for the colleague.
func (d *daylist) seats(ctx context.Context) error {
	for seat, err := range (&Approvals{d.core}).Waiting(ctx, d.actor, d.staff, time.Time{}) {
		if err != nil {
			return err
		}
		if !seat.Due.After(d.until) { // time that ends with the day
			d.add(Subject{KindApproval, seat.Approval}, "", seat.Amount, worklist.Cause{Reason: worklist.Decide, Due: seat.Due})
		}
	}
	return nil
}
