package crm

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
)

// verifyBid holds a bid and its responses against the journal.
func (c *CRM) verifyBid(ctx context.Context, r Record, report func(of Subject, field, reason string)) error {
	b, err := bidOf(r)
	if err != nil {
		return err
	}
	var kept bid.Bid
	for row, err := range c.core.store.Entries(ctx, EntryFilter{Subject: r.Subject, Journal: JournalBid}) {
		if err == nil {
			kept, err = replayBid(kept, row)
		}
		if err != nil {
			report(r.Subject, "entries", "do not follow: "+err.Error())
			return nil
		}
	}
	if !sameJSON(kept, b.Bid) || r.State != b.State.String() || !r.Due.Equal(b.due(c.core)) {
		report(r.Subject, "state", "or due or what was answered is not what the journal comes to")
	}
	responses, err := c.Bids.responses(ctx, RecordFilter{Ref: b.ID})
	for _, has := range responses {
		if want := has.stands(b); want.State != has.State || want.Owner != has.Owner || !want.Due.Equal(has.Due) {
			report(responseSubject(has.Bid, has.Requirement), "response", "is not what the bid comes to")
		}
	}
	return err
}

// replayBid decides anew what an entry says was decided.
func replayBid(b bid.Bid, row Entry) (bid.Bid, error) {
	var opened bid.Bid
	var amendment bid.Amendment
	var given answered
	var day onDay
	read := func(into any) error {
		if err := json.Unmarshal(row.Data, into); err != nil {
			return &Error{Subject: row.Subject, Field: "data", Reason: "is not that of such an entry", Err: errors.Join(ErrInvalid, err)}
		}
		return nil
	}
	switch row.Kind {
	case bidOpened:
		return opened, read(&opened)
	case bidPrepared:
		return b.Prepare()
	case bidAmended:
		if err := read(&amendment); err != nil {
			return b, err
		}
		return b.Amend(amendment)
	case bidPaid, bidRefunded:
		if err := read(&day); err != nil {
			return b, err
		}
		if row.Kind == bidPaid {
			return b.Pay(day.On)
		}
		return b.Refund(day.On)
	case bidAnswered:
		if err := read(&given); err != nil {
			return b, err
		}
		return b.Respond(given.Requirements, given.Answer)
	case bidSubmitted:
		return b.Submit(row.At)
	case bidWon:
		return b.Win()
	case bidLost:
		return b.Lose()
	case bidCancelled:
		return b.Cancel()
	}
	return b, nil // to whom something was given
}
