package crm

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/guanxi-go/guanxi/crm/approval"
)

// verifyAccount holds the instalments of an account, and what is prepaid, against its
// payments.
func (c *CRM) verifyAccount(ctx context.Context, r Record, report func(of Subject, field, reason string)) error {
	var body accountBody
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return &Error{Subject: r.Subject, Field: "body", Reason: "is no account", Err: errors.Join(ErrInvalid, err)}
	}
	book, err := c.core.ledger(ctx, r.Customer, body.Currency)
	if err != nil {
		return err
	}
	if body.Prepaid != book.account.Prepaid() {
		report(r.Subject, "prepaid", "is not what the payments come to")
	}
	for _, it := range book.account.Items() {
		i, err := instalmentOf(book.records[it.ID])
		if err != nil {
			return err
		}
		if i.Outstanding != it.Outstanding || i.State != i.state() {
			report(book.records[it.ID].Subject, "outstanding", "or state is not what the payments come to")
		}
	}
	return nil
}

// verifyApproval holds an approval and its seats against its trail.
func (c *CRM) verifyApproval(ctx context.Context, r Record, report func(of Subject, field, reason string)) error {
	journal, err := c.core.trail(ctx, r.Subject)
	if err != nil {
		return err
	}
	if approval.Verify(journal) >= 0 {
		report(r.Subject, "entries", "are not as they were written")
	}
	f := file{core: c.core, subject: r.Subject}
	if f.instance, err = approval.Fold(journal); err != nil {
		return err
	}
	if r.State != f.instance.Status.String() || !r.Due.Equal(f.due()) || r.Owner != f.instance.Request.Initiator {
		report(r.Subject, "state", "or due or owner is not what the trail comes to")
	}
	open := f.open() // by person, from an empty body
	for seat, err := range c.core.store.Records(ctx, RecordFilter{Kind: KindSeat, Ref: r.Subject.ID}) {
		if err != nil {
			return err
		}
		s, wanted := open[seat.Owner]
		delete(open, seat.Owner)
		if wanted != (seat.State != SeatDone) || wanted && !f.agrees(seat, s) {
			report(seat.Subject, "seat", "is not what the trail comes to")
		}
	}
	if len(open) > 0 {
		report(r.Subject, "seat", "is missing")
	}
	return nil
}

// agrees reports whether the record of a seat says what the trail does.
func (f *file) agrees(r Record, s approval.Seat) bool {
	seat, err := seatOf(r)
	place, _ := f.instance.Current()
	turn := SeatLater
	for _, w := range f.instance.Waiting() {
		if w == s {
			turn = SeatOpen
		}
	}
	return err == nil && seat.Step == place.Step.ID && seat.For == s.For && seat.Due.Equal(place.Due) && r.State == turn
}

// verifyStakeholder holds how a person is seen against the journal.
func (c *CRM) verifyStakeholder(ctx context.Context, r Record, report func(of Subject, field, reason string)) error {
	kept, err := viewsOf(r)
	if err != nil {
		return err
	}
	views, err := c.Stakeholders.views(ctx, r.Subject)
	if err != nil {
		return err
	}
	for i := range views {
		views[i] = views[i].Redacted()
	}
	if !sameJSON(views, kept) {
		report(r.Subject, "views", "are not what the journal comes to")
	}
	return nil
}

// verifyTie holds a tie against its journal.
func (c *CRM) verifyTie(ctx context.Context, r Record, report func(of Subject, field, reason string)) error {
	kept, err := tieOf(r)
	if err != nil {
		return err
	}
	history, err := c.Ties.track.history(ctx, r.Subject, MaxVersion)
	if err != nil {
		return err
	}
	spells, err := c.Ties.track.machine.Spells(history, time.Time{})
	if err != nil {
		report(r.Subject, "tie", "has a journal that does not follow: "+err.Error())
		return nil
	}
	if !sameJSON(spells, kept.Spells) {
		report(r.Subject, "spells", "are not what the journal comes to")
	}
	if state, whose := c.Ties.standing(kept.Ours, kept.Spells); state != r.State || whose != r.Owner {
		report(r.Subject, "state", "or owner is not that of the spells")
	}
	return nil
}

// verifyKeyAccount holds a customer's place on the list of key accounts against its
// journal.
func (c *CRM) verifyKeyAccount(ctx context.Context, r Record, report func(of Subject, field, reason string)) error {
	state, plan := "", ""
	var since time.Time
	for e, err := range c.core.store.Entries(ctx, EntryFilter{Subject: r.Subject, Journal: JournalKeyAccount}) {
		if err != nil {
			return err
		}
		switch e.Kind {
		case keyEntered:
			state, plan, since = KeyListed, "", e.At
		case keyPlanned:
			plan = e.To
		default:
			state, plan, since = keyLeft, "", time.Time{}
		}
	}
	var kept keyBody
	if err := json.Unmarshal(orNull(r.Body), &kept); err != nil {
		return &Error{Subject: r.Subject, Field: "body", Reason: "is no key account", Err: errors.Join(ErrInvalid, err)}
	}
	if r.State != state || r.Ref != plan || !kept.Since.Equal(since) {
		report(r.Subject, "state", "or plan is not what the journal comes to")
	}
	return nil
}
