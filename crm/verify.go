package crm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// Discrepancy is a place where a record is not what its journals come to, or where
// an entry, a claim or a number is not where it has to be. It holds ids and codes.
type Discrepancy struct {
	Subject Subject `json:"subject"`
	Field   string  `json:"field"` // of the standing, or "entries", "claims"
	Reason  string  `json:"reason"`
}

// Verify replays the journals of every customer, those of the owners of leads and
// opportunities, the scores of leads, what was noted of opportunities, bids, the payments
// of accounts, the trails of approvals, those of stakeholders, ties and key accounts, and
// the ledger of penalties, and holds them against the records (复核): an auditor's
// question, and the test of a migration. It reads everything, one customer at a time, and
// returns how many customers and records it read and what does not agree. What changes
// meanwhile is read again.
func (c *CRM) Verify(ctx context.Context) (read int, found []Discrepancy, err error) {
	for customer, err := range c.core.store.Customers(ctx, CustomerFilter{}) {
		if err != nil {
			return read, found, err
		}
		differs, err := c.verify(ctx, customer)
		if err != nil {
			return read, found, err
		}
		read++
		found = append(found, differs...)
	}
	for _, kind := range []Kind{KindLead, KindOpportunity, KindBid, KindAccount, KindApproval, KindStakeholder, KindTie, KindKeyAccount, KindPenalty} {
		for r, err := range c.core.store.Records(ctx, RecordFilter{Kind: kind}) {
			if err != nil {
				return read, found, err
			}
			differs, err := c.verifyRecord(ctx, r)
			if err != nil {
				return read, found, err
			}
			read++
			found = append(found, differs...)
		}
	}
	return read, found, nil
}

// verifyRecord holds a record against its journal. What changes meanwhile is read
// again.
func (c *CRM) verifyRecord(ctx context.Context, r Record) (found []Discrepancy, err error) {
	for {
		found = nil
		report := func(of Subject, field, reason string) { found = append(found, Discrepancy{of, field, reason}) }
		switch r.Subject.Kind {
		case KindAccount:
			err = c.verifyAccount(ctx, r, report)
		case KindBid:
			err = c.verifyBid(ctx, r, report)
		case KindApproval:
			err = c.verifyApproval(ctx, r, report)
		case KindStakeholder:
			err = c.verifyStakeholder(ctx, r, report)
		case KindKeyAccount:
			err = c.verifyKeyAccount(ctx, r, report)
		case KindTie:
			err = c.verifyTie(ctx, r, report)
		case KindPenalty:
			err = c.verifyPenalty(ctx, r, report)
		default:
			err = c.verifyWork(ctx, r, report)
		}
		if err != nil {
			return nil, err
		}
		head, err := c.core.store.Head(ctx, r.Subject)
		if err != nil || head.Version == r.Head.Version {
			return found, err
		}
		if r, err = c.core.store.Record(ctx, r.Subject); err != nil {
			return nil, err
		}
	}
}

// verifyWork holds the holding of a record against its owner journal, and the score of a
// lead against its own.
func (c *CRM) verifyWork(ctx context.Context, r Record, report func(of Subject, field, reason string)) error {
	w, err := workOf(r)
	if err != nil {
		return err
	}
	if r.Owner != w.Holding.Owner || r.Path != w.Holding.Path {
		report(r.Subject, "owner", "is not that of the holding")
	}
	of := func(field, reason string) { report(r.Subject, field, reason) }
	switch r.Subject.Kind {
	case KindOpportunity:
		err = c.verifyNotes(ctx, r, report)
	case KindLead:
		err = c.replayScore(ctx, r, of)
	}
	if err != nil {
		return err
	}
	return c.replayHolding(ctx, r.Subject, w.Holding, of)
}

func (c *CRM) verify(ctx context.Context, customer Customer) ([]Discrepancy, error) {
	for {
		found, err := c.replay(ctx, customer)
		if err != nil {
			return nil, err
		}
		head, err := c.core.store.Head(ctx, Subject{KindCustomer, customer.ID})
		if err != nil || head.Version == customer.Head.Version {
			return found, err
		}
		if customer, err = c.core.store.Customer(ctx, customer.ID); err != nil {
			return nil, err
		}
	}
}

func (c *CRM) replay(ctx context.Context, customer Customer) (found []Discrepancy, err error) {
	subject := Subject{KindCustomer, customer.ID}
	report := func(field, reason string) { found = append(found, Discrepancy{subject, field, reason}) }
	var last Entry
	groups := []string{}
	for e, err := range c.core.store.Entries(ctx, EntryFilter{Subject: subject}) {
		if err != nil {
			return nil, err
		}
		if e.Seq != last.Seq+1 {
			report("entries", "are not numbered without gaps")
		}
		if e.Recorded.Before(last.Recorded) {
			report("entries", "were recorded before those before them")
		}
		switch {
		case e.Journal == JournalGroup && e.Kind == "placed":
			groups = append(groups, e.To)
		case e.Journal == JournalGroup:
			groups = slices.DeleteFunc(groups, func(g string) bool { return g == e.From })
		}
		last = e
	}
	if last.Seq != customer.Head.Entries || !last.Recorded.Equal(customer.Head.Recorded) {
		report("entries", "are not those that the head counts")
	}
	slices.Sort(groups)
	if !slices.Equal(groups, customer.Standing.Groups) {
		report("groups", "are not those of the journal")
	}
	replays := []func(context.Context, Customer, func(field, reason string)) error{
		c.replayOwner, c.replayTimeline, c.replayClaims,
		replayTrack(c.Stages.Relationship), replayTrack(c.Stages.Ladder), replayTrack(c.Stages.Category),
	}
	for _, replay := range replays {
		err = errors.Join(err, replay(ctx, customer, report))
	}
	return found, err
}

func (c *CRM) replayOwner(ctx context.Context, customer Customer, report func(field, reason string)) error {
	return c.replayHolding(ctx, Subject{KindCustomer, customer.ID}, customer.Standing.Holding, report)
}

func (c *CRM) replayHolding(ctx context.Context, s Subject, kept owner.Holding, report func(field, reason string)) error {
	journal, err := c.Owners.journal(ctx, s, MaxVersion)
	if err != nil {
		return err
	}
	holding, err := owner.Fold(journal)
	if err != nil {
		report("holding", "has a journal that does not follow: "+err.Error())
		return nil
	}
	if !sameJSON(holding, kept) {
		report("holding", "is not what the journal comes to")
	}
	return nil
}

func (c *CRM) replayTimeline(ctx context.Context, customer Customer, report func(field, reason string)) error {
	activities, err := c.Timeline.activities(ctx, customer.ID)
	if err != nil {
		return err
	}
	line, err := timeline.New(activities, timeline.Options{})
	if err != nil {
		report("timeline", "does not fit together: "+err.Error())
		return nil
	}
	var due time.Time
	if next, ok := line.NextFollowUp(); ok {
		due = next.Due
	}
	if !line.LastContact().Any().Equal(customer.Standing.LastContact) || !due.Equal(customer.Standing.NextDue) {
		report("last_contact", "or next_due is not what the timeline comes to")
	}
	return nil
}

func (c *CRM) replayClaims(ctx context.Context, customer Customer, report func(field, reason string)) error {
	for _, key := range customer.Profile.ClaimKeys() {
		holder, err := c.core.store.Holder(ctx, SpaceIdentifier, key)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if holder != (Subject{KindCustomer, customer.ID}) {
			report("claims", "do not hold an identifier of the profile")
		}
	}
	return nil
}

func replayTrack[S comparable](t *Track[S]) func(context.Context, Customer, func(field, reason string)) error {
	return func(ctx context.Context, customer Customer, report func(field, reason string)) error {
		history, err := t.history(ctx, Subject{KindCustomer, customer.ID}, MaxVersion)
		if err != nil {
			return err
		}
		var now Placed[S]
		if state, since, ok := t.machine.As(history, time.Time{}, time.Time{}); ok {
			now = Placed[S]{state, since}
		}
		if was := *t.place(&customer.Standing); was.State != now.State || !was.Since.Equal(now.Since) {
			report(string(t.journal), "is not what the journal comes to")
		}
		return nil
	}
}

func sameJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
