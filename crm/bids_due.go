package crm

import (
	"context"
	"time"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
	"github.com/guanxi-go/guanxi/crm/worklist"
)

// Watch says which of the bids that the actor sees somebody has to see to 投标提醒: to be
// handed in soon, or not handed in, or with a deposit that should have come back. It is
// [bid.Watch], which has the errors; days are those of Options.Calendar.
func (s *Bids) Watch(ctx context.Context, actor Actor, at time.Time, opts bid.Options) ([]finding.Finding, error) {
	return read(ctx, s.core, "bids.watch", actor, Subject{}, func() ([]finding.Finding, error) {
		ever := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC) // what is over has nothing due, and is not read
		var bids []bid.Bid
		for b, err := range decoded(s.core.store.Records(ctx, RecordFilter{Kind: KindBid, Visible: &actor.Sees, DueBefore: ever}), bidOf) {
			if err != nil {
				return nil, err
			}
			bids = append(bids, b.Bid)
		}
		return bid.Watch(bids, Instant(at), s.core.zone(), opts)
	})
}

// bids adds the bids that are to be handed in, the deposits that should have come back,
// and of each bid the first that the colleague has to answer.
func (d *daylist) bids(ctx context.Context) error {
	f := d.filter(KindBid, "")
	f.DueBefore = d.until.Add(time.Microsecond) // at the end of a day is still on it
	for b, err := range decoded(d.core.store.Records(ctx, f), bidOf) {
		switch {
		case err != nil:
			return err
		case b.pending():
			d.add(Subject{KindBid, b.ID}, b.Customer, money.Amount{}, worklist.Cause{Reason: worklist.Submit, Due: b.Due})
		case b.Due.Before(d.until):
			d.add(Subject{KindBid, b.ID}, b.Customer, b.Deposit, worklist.Cause{Reason: worklist.Collect, Due: b.Due, Amount: b.Deposit})
		}
	}
	f = d.filter(KindResponse, ResponseOpen)
	f.DueBefore = d.until
	responses, err := (&Bids{d.core}).responses(ctx, f)
	added := map[string]bool{}
	for _, r := range responses {
		if !added[r.Bid] {
			added[r.Bid] = true
			d.add(Subject{KindBid, r.Bid}, r.Customer, money.Amount{}, worklist.Cause{Reason: worklist.Respond, Due: r.Due, Ref: r.Requirement})
		}
	}
	return err
}
