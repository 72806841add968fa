package loyalty

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// Redemption is a reward that a member took (兑换单): the terms of the day on which it
// was placed, and what became of its pieces. Nothing in it is personal.
type Redemption struct {
	ID      string            `json:"-"`
	Head    Head              `json:"-"`
	State   reward.Redemption `json:"state"`
	Placed  time.Time         `json:"placed"`       // effective time of the redemption
	Account string            `json:"account"`      // the account that paid
	Seq     uint64            `json:"seq,omitzero"` // number of its entry there; 0 where it cost no points

	// Vouchers are the ids of those that it gave, one for each piece.
	Vouchers []string `json:"vouchers,omitempty"`
}

// status is the code by which redemptions are listed.
func (r *Redemption) status() string {
	switch s := &r.State; {
	case s.Waiting() > 0:
		return "waiting"
	case s.Kept() > 0:
		return "delivered"
	case s.Returned > 0:
		return "returned"
	}
	return "cancelled"
}

func redemptionOf(r Record) (Redemption, error) {
	red, err := bodyOf[Redemption](r)
	red.ID, red.Head = r.Subject.ID, r.Head
	return red, err
}

// step folds an entry in, and returns the change that brings the store there.
func (r *Redemption) step(c *core, e reward.RedemptionEntry) (Change, error) {
	reason := e.Act.Reason
	e.Act.Reason = ""
	if e.Kind == reward.Placed {
		r.Placed = e.Act.At
	}
	var err error
	if r.State, err = r.State.With(e); err != nil {
		return Change{}, err
	}
	body, err := json.Marshal(r)
	if err != nil {
		return Change{}, err
	}
	entry, err := rewardLine(e.Kind.String(), r.State.Terms.Member, e.Act, e, reason)
	record := Record{Member: r.State.Terms.Member, Ref: r.State.Terms.Reward, State: r.status(), Body: body}
	return Change{Subject: Subject{KindRedemption, r.ID}, Expect: r.Head.Version,
		Writes: append([]Write{PutRecord{record}}, c.appended("redemption", entry)...)}, err
}

// replayRedemption is what the journal of a redemption comes to, as the State of its
// record holds it.
func replayRedemption(journal []Entry) (reward.Redemption, error) {
	entries, err := rewardLines[reward.RedemptionEntry](journal)
	if err != nil {
		return reward.Redemption{}, err
	}
	return reward.FoldRedemption(entries)
}

// redemption returns a redemption whose member the actor sees.
func (c *core) redemption(ctx context.Context, actor Actor, id string) (Redemption, error) {
	subject := Subject{KindRedemption, id}
	r, err := c.store.Record(ctx, subject)
	if err != nil {
		return Redemption{}, err
	}
	if !actor.Sees.Allows(r.Member) {
		return Redemption{}, &Error{Subject: subject, Err: ErrNotFound}
	}
	return redemptionOf(r)
}

// Redemption returns a redemption. ErrNotFound: there is none, or its member is not
// seen.
func (r *Rewards) Redemption(ctx context.Context, actor Actor, id string) (Redemption, error) {
	return read(ctx, r.core, "rewards.redemption", actor, Subject{KindRedemption, id}, func() (Redemption, error) {
		return r.core.redemption(ctx, actor, id)
	})
}

// RedemptionFilter narrows [Rewards].Redemptions. Every field that is not zero
// narrows it.
type RedemptionFilter struct {
	After string // only ids greater than this one, as bytes
	Limit int    // at most so many; 0 for no limit

	Member string // of this member
	Reward string // of the reward with this code
	// State is "waiting" where pieces are still to be delivered, else "delivered",
	// "returned" or "cancelled": what became of those that the member has kept, or of
	// the last.
	State string
}

// Redemptions lists the redemptions that the actor sees and the filter lets through,
// by id.
func (r *Rewards) Redemptions(ctx context.Context, actor Actor, filter RedemptionFilter) iter.Seq2[Redemption, error] {
	records := RecordFilter{Kind: KindRedemption, After: filter.After, Member: filter.Member, Ref: filter.Reward, State: filter.State}
	return listed(ctx, r.core, "rewards.redemptions", actor, records, filter.Limit, redemptionOf,
		func(red Redemption) bool { return actor.Sees.Allows(red.State.Terms.Member) })
}

// Deliver hands out n pieces of a redemption that wait (发放). The errors are those of
// [reward.Redemption.Deliver].
func (r *Rewards) Deliver(ctx context.Context, actor Actor, redemption string, n int64, call Call) (Redeemed, error) {
	return r.settle(ctx, settling{name: "rewards.deliver", actor: actor, redemption: redemption, n: n, call: call, decide: reward.Redemption.Deliver})
}

// Cancel gives up n pieces of a redemption that wait (取消): they are free again, and
// their points go back to the lots that they came from, with the dates of those lots.
// The errors are those of [reward.Redemption.Cancel] and [points.Policy.Refund].
func (r *Rewards) Cancel(ctx context.Context, actor Actor, redemption string, n int64, call Call) (Redeemed, error) {
	return r.settle(ctx, settling{name: "rewards.cancel", actor: actor, redemption: redemption, n: n, call: call, decide: reward.Redemption.Cancel})
}

// Return takes back n delivered pieces of a redemption (退还): their points go back as
// by Cancel, at what they cost when it was placed, and the pieces into the free
// stock. No piece comes back twice, whatever the key: reward.ErrOverReversal. Where
// the redemption gave vouchers, n of them that were never used come back, the last
// ones first; ErrTransition: fewer are left.
//
// The other errors are those of [reward.Redemption.Return] and
// [points.Policy.Refund].
func (r *Rewards) Return(ctx context.Context, actor Actor, redemption string, n int64, call Call) (Redeemed, error) {
	return r.settle(ctx, settling{name: "rewards.return", actor: actor, redemption: redemption, n: n, call: call, decide: reward.Redemption.Return, back: true})
}

// settling is a command on a redemption that was placed.
type settling struct {
	name       string
	actor      Actor
	redemption string
	n          int64
	call       Call
	decide     func(reward.Redemption, reward.Stock, int64, reward.Act) (reward.Outcome, error)
	back       bool // vouchers come back
}

func (r *Rewards) settle(ctx context.Context, in settling) (Redeemed, error) {
	c := r.core
	cmd := &command{name: in.name, actor: in.actor, subject: Subject{KindRedemption, in.redemption}, call: in.call, input: amount(in.n)}
	if known, err := c.redemption(ctx, in.actor, in.redemption); err == nil {
		cmd.queue = []string{known.Account, turnOf(Subject{KindStock, known.State.Terms.Reward})}
	}
	return run(ctx, c, cmd, func(ctx context.Context, now time.Time) (draft, Redeemed, error) {
		return c.settleRedemption(ctx, cmd, &in, now)
	})
}

func (c *core) settleRedemption(ctx context.Context, cmd *command, in *settling, now time.Time) (d draft, done Redeemed, err error) {
	red, err := c.redemption(ctx, in.actor, in.redemption)
	if err != nil {
		return d, done, err
	}
	act, err := cmd.rewardAct(now, red.Head.Recorded)
	if err != nil {
		return d, done, err
	}
	var stock *pieces
	var have reward.Stock
	holds := red.holds()
	if red.State.Terms.Stock == reward.Limited {
		if stock, err = c.stock(ctx, red.State.Terms.Reward); err != nil {
			return d, done, err
		}
		have = stock.loose(holds...)
	}
	out, err := in.decide(red.State, have, in.n, act)
	if err != nil {
		return d, done, settled(err)
	}
	done = Redeemed{Redemption: red.ID, Reward: red.State.Terms.Reward, N: in.n, Points: out.Points, Cash: out.Cash}
	if out.Points > 0 {
		var change Change
		if change, done.Posted, err = c.giveBack(ctx, cmd, &red, out.Points, now); err != nil {
			return d, done, err
		}
		d.changes = append(d.changes, change)
	}
	if stock != nil {
		change, err := c.stockMoved(stock, out, red.ID, holds)
		if err != nil {
			return d, done, err
		}
		d.changes = append(d.changes, change)
	}
	if in.back && len(red.Vouchers) > 0 {
		changes, ids, err := c.takeBack(ctx, cmd, &red, in.n, now)
		if err != nil {
			return d, done, err
		}
		d.changes, done.Vouchers = append(d.changes, changes...), ids
	}
	change, err := red.step(c, out.Entry)
	d.changes = append(d.changes, change)
	return d, done, err
}

// holds is what the stock holds for a redemption: what it waits for.
func (r *Redemption) holds() []reward.Hold {
	if n := r.State.Waiting(); n > 0 {
		return []reward.Hold{{ID: r.ID, N: n, At: r.Placed}}
	}
	return nil
}

// giveBack refunds points of a redemption, by the entry that took them.
func (c *core) giveBack(ctx context.Context, cmd *command, r *Redemption, n int64, now time.Time) (Change, Posted, error) {
	a, err := c.store.Account(ctx, r.Account)
	if err == nil {
		err = a.usable(credit)
	}
	if err != nil {
		return Change{}, Posted{}, err
	}
	target, behind, err := c.entryAndLater(ctx, &a, r.Seq)
	if err != nil {
		return Change{}, Posted{}, err
	}
	act := cmd.act()
	act.Ref = r.ID
	entries, err := c.programme.Points.Refund(a.State, points.RefundCommand{Act: act, Points: n, Target: target, Later: behind}, now)
	if err != nil {
		return Change{}, Posted{}, err
	}
	change, err := c.put(&a, entries)
	if err != nil {
		return Change{}, Posted{}, err
	}
	return change, posted(&a, entries, points.KindRefund), nil
}

// takeBack returns vouchers of a redemption that were never used, the last ones
// first.
func (c *core) takeBack(ctx context.Context, cmd *command, r *Redemption, n int64, now time.Time) (changes []Change, ids []string, err error) {
	for i := len(r.Vouchers) - 1; i >= 0 && int64(len(ids)) < n; i-- {
		v, err := c.voucher(ctx, r.Vouchers[i])
		if err != nil {
			return nil, nil, err
		}
		act, err := cmd.rewardAct(now, v.Head.Recorded)
		if err != nil {
			return nil, nil, err
		}
		e, err := v.State.Return(act)
		switch {
		case errors.Is(err, ErrTransition):
			continue // used, over, or back already
		case err != nil:
			return nil, nil, settled(err)
		}
		more, err := v.step(c, e)
		if err != nil {
			return nil, nil, err
		}
		changes, ids = append(changes, more...), append(ids, v.ID)
	}
	if int64(len(ids)) < n {
		return nil, nil, &Error{Subject: Subject{KindRedemption, r.ID}, Field: "vouchers", Reason: "are used, over or back, but for fewer", Err: ErrTransition}
	}
	return changes, ids, nil
}
