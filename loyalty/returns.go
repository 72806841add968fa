package loyalty

import (
	"context"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Return is what comes back of an order (退货).
type Return struct {
	// Lines are the goods, or the money, that come back; earning.Result.Spread shares
	// out money that comes back for the order as a whole.
	Lines []earning.Return `json:"lines,omitempty"`
	// Restore is how many of the points that paid for the order go back to the lots that
	// they came from, at least 0.
	Restore int64 `json:"restore,omitzero"`
	// All is everything that has not come back yet, instead of the two.
	All bool `json:"all,omitzero"`
}

// OrderReturned is the result of [Orders].Return.
type OrderReturned struct {
	Order     string `json:"order"`
	Account   string `json:"account"`
	Points    int64  `json:"points"`            // taken back
	QP        int64  `json:"qp"`                // qualifying points taken back
	Restored  int64  `json:"restored,omitzero"` // given back
	First     uint64 `json:"first,omitzero"`    // number of the first entry that was posted; 0 where there was nothing to post
	Last      uint64 `json:"last,omitzero"`     // and of the last
	Balance   int64  `json:"balance"`           // then
	Available int64  `json:"available"`         // then
	Whole     bool   `json:"whole,omitzero"`    // nothing of the order is left

	Replayed bool `json:"-"` // an earlier command with the same key did it
}

func (o *OrderReturned) replay() { o.Replayed = true }

// Return takes back what an order earned, as far as it comes back, and gives back the
// points that paid for it (退货扣回积分). How much is [earning.Result].Return of the award that
// was recorded; so partial returns take exactly as much as one return of the same.
//
// First the points that were spent go back to their lots, by points.Policy.Refund.
// Then the points earned are taken back, the lot of the last grant first, as a refund
// gives back in reverse order; what of it is pending vanishes, what is gone goes by
// points.Policy.Shortfall. The qualifying points are taken back from the entry that
// brought them.
//
// ErrOverReturn of package earning: more comes back than is left, whatever key it
// comes under. points.ErrOverReversal: more is to be given back than was spent on it,
// or somebody reversed its entries by another command.
func (o *Orders) Return(ctx context.Context, actor Actor, order string, r Return, call Call) (OrderReturned, error) {
	cmd := &command{name: "orders.return", actor: actor, subject: Subject{KindOrder, order}, call: call, input: r}
	if r, err := o.core.store.Record(ctx, cmd.subject); err == nil {
		cmd.queue = []string{r.Ref}
	}
	return run(ctx, o.core, cmd, func(ctx context.Context, now time.Time) (draft, OrderReturned, error) {
		have, a, err := o.load(ctx, actor, order)
		if err == nil {
			err = a.usable(credit)
		}
		if err != nil {
			return draft{}, OrderReturned{}, err
		}
		back := returning{ledger: ledger{policy: o.core.programme.Points, a: &a, now: later(now, a.State.Recorded)},
			core: o.core, cmd: cmd, order: &have, what: r}
		return back.decide(ctx)
	})
}

// returning is a return on its way to a commit.
type returning struct {
	ledger
	core  *core
	cmd   *command
	order *Order
	what  Return

	journal []points.Entry // of the account, from the first entry of the order on
	facts   orderFacts     // what is taken back
	rest    []earning.Return
}

func (b *returning) decide(ctx context.Context) (draft, OrderReturned, error) {
	if err := b.compute(); err != nil {
		return draft{}, OrderReturned{}, err
	}
	if err := b.read(ctx); err != nil {
		return draft{}, OrderReturned{}, err
	}
	if err := b.restore(); err != nil {
		return draft{}, OrderReturned{}, err
	}
	if err := b.takeBack(); err != nil {
		return draft{}, OrderReturned{}, err
	}
	o := b.order
	o.Points, o.QP, o.Restored = o.Points+b.facts.Points, o.QP+b.facts.QP, o.Restored+b.facts.Burned
	order, err := o.change(b.core, b.cmd, entryOrderReturned, b.facts, b.now)
	if err != nil {
		return draft{}, OrderReturned{}, err
	}
	if err := b.core.qualify(b.a, b.entries); err != nil {
		return draft{}, OrderReturned{}, err
	}
	if b.facts.Spend > 0 || b.facts.Visits > 0 {
		b.a.Standing.Tier.Stale = true
	}
	done := OrderReturned{Order: o.ID, Account: b.a.ID, Points: b.facts.Points, QP: b.facts.QP, Restored: b.facts.Burned,
		Balance: points.Balance(b.a.State), Available: points.Available(b.a.State, later(b.now, b.a.State.Recorded)),
		Whole: len(b.rest) == 0 && o.Restored == o.Burned}
	if len(b.entries) > 0 {
		done.First, done.Last = b.entries[0].Seq, b.a.State.Seq
	}
	return draft{changes: []Change{b.core.change(b.a, b.entries), order}}, done, nil
}

// compute says what is taken back and given back, by the record of the order.
func (b *returning) compute() (err error) {
	o, r := b.order, &b.what
	subject := b.cmd.subject
	if at := b.cmd.at(b.now); at.After(b.now) || at.Before(o.At) {
		return &Error{Subject: subject, Field: "at", Reason: "is in the future, or before the order", Err: ErrInvalid}
	}
	lines := r.Lines
	b.facts.Burned = r.Restore
	switch {
	case r.Restore < 0:
		return &Error{Subject: subject, Field: "restore", Reason: "is below 0", Err: points.ErrInvalidAmount}
	case r.All && (r.Restore > 0 || len(lines) > 0):
		return &Error{Subject: subject, Field: "all", Reason: "is instead of lines and restore", Err: ErrInvalid}
	case !r.All && r.Restore == 0 && len(lines) == 0:
		return &Error{Subject: subject, Field: "lines", Reason: "and restore say nothing", Err: ErrInvalid}
	case r.All:
		if lines, err = o.Result.Rest(o.Returned); err != nil {
			return err
		}
		if b.facts.Burned = o.Burned - o.Restored; b.facts.Burned == 0 && len(lines) == 0 {
			return &Error{Subject: subject, Field: "all", Reason: "nothing is left", Err: earning.ErrOverReturn}
		}
	}
	if b.facts.Points, b.facts.QP, err = o.Result.Return(o.Returned, lines); err != nil {
		return err
	}
	if b.core.asksOrders() {
		if b.facts.Spend, b.facts.Visits, err = o.counted().Return(o.Returned, lines); err != nil {
			return err
		}
	}
	o.Returned = together(o.Returned, lines)
	b.rest, err = o.Result.Rest(o.Returned)
	return err
}

// counted is the award of the order if it were of money and visits: what counts for
// the tier comes back as points do.
func (o *Order) counted() earning.Result {
	r := earning.Result{Lines: make([]earning.Award, len(o.Result.Lines)),
		Whole: earning.Award{Amount: o.Result.Whole.Amount, Units: o.Result.Whole.Units, QP: o.Visits}}
	for i, l := range o.Result.Lines {
		r.Lines[i] = earning.Award{ID: l.ID, Amount: l.Amount, Units: l.Units, Points: l.Eligible}
	}
	return r
}

// together adds up returns by line, in the order in which lines first came back.
func together(before, now []earning.Return) []earning.Return {
	place := make(map[string]int, len(before)+len(now))
	var all []earning.Return
	for _, list := range [][]earning.Return{before, now} {
		for _, r := range list {
			i, ok := place[r.Line]
			if !ok {
				i, place[r.Line] = len(all), len(all)
				all = append(all, earning.Return{Line: r.Line})
			}
			all[i].Amount += r.Amount
			all[i].Units += r.Units
		}
	}
	return all
}

// read reads the journal of the account from the first entry of the order on.
func (b *returning) read(ctx context.Context) (err error) {
	b.journal, err = b.core.postings(ctx, b.a, PostingFilter{After: Place{b.a.ID, b.order.first() - 1}})
	return err
}

// first is the number of the first entry of the order.
func (o *Order) first() uint64 {
	if o.Burn > 0 {
		return o.Burn
	}
	return o.Earns[0]
}

// target returns an entry of the order, and what concerns it of all that was posted
// after it.
func (b *returning) target(seq uint64) (target points.Entry, after []points.Entry, err error) {
	i := int(seq - b.order.first())
	if i >= len(b.journal) {
		return target, nil, &Error{Subject: b.cmd.subject, Field: "earns", Reason: "are not in the journal", Err: ErrConflict}
	}
	target = b.journal[i]
	for _, list := range [][]points.Entry{b.journal[i+1:], b.entries} {
		for _, e := range list {
			if points.Concerns(target, e) {
				after = append(after, e)
			}
		}
	}
	return target, after, nil
}

// act is that of the entries: their Ref is the order's id where the call names none.
func (b *returning) act() points.Act {
	act := b.cmd.act()
	if act.Ref == "" {
		act.Ref = b.order.ID
	}
	return act
}

// restore gives points back that paid for the order.
func (b *returning) restore() error {
	if b.facts.Burned == 0 {
		return nil
	}
	if left := b.order.Burned - b.order.Restored; b.facts.Burned > left {
		return &points.Error{Field: "restore", Seq: b.order.Burn, Requested: b.facts.Burned, Remaining: left,
			Reason: "more than was spent on the order", Err: points.ErrOverReversal}
	}
	target, after, err := b.target(b.order.Burn)
	if err != nil {
		return err
	}
	entries, err := b.policy.Refund(b.a.State, points.RefundCommand{Act: b.act(), Points: b.facts.Burned, Target: target, Later: after}, b.now)
	_, err = b.post(points.KindRefund, entries, err)
	return err
}

// takeBack takes earned points back, from the last grant that has some left, and the
// qualifying points from the first, which brought them.
func (b *returning) takeBack() error {
	done, n := b.order.Points, b.facts.Points
	for i := len(b.order.Earns) - 1; i >= 0; i-- {
		var has int64
		if i < len(b.order.Result.Grants) {
			has = b.order.Result.Grants[i].Points
		}
		skip := min(done, has)
		done -= skip
		take := min(has-skip, n)
		n -= take
		var qp int64
		if i == 0 {
			qp = b.facts.QP
		}
		if err := b.clawback(b.order.Earns[i], take, qp); err != nil {
			return err
		}
	}
	return nil
}

func (b *returning) clawback(seq uint64, n, qp int64) error {
	if n == 0 && qp == 0 {
		return nil
	}
	target, after, err := b.target(seq)
	if err != nil {
		return err
	}
	cmd := points.ClawbackCommand{Act: b.act(), Points: n, QP: &qp, Target: target, Later: after}
	entries, err := b.policy.Clawback(b.a.State, cmd, b.now)
	_, err = b.post(points.KindClawback, entries, err)
	return err
}
