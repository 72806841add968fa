package loyalty

import (
	"context"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Reversal says which entry is undone, and how much of it (冲正).
type Reversal struct {
	Target uint64 `json:"target"` // number of the entry, as in [Posted].Seq
	Points int64  `json:"points"` // 1 to what remains of it
}

// Refund gives spent points back to the lots that they came from: those of a burn, a
// capture, or an adjustment below 0 (退还积分). ErrNotFound: the account has no entry
// with the number of Target.
func (p *Points) Refund(ctx context.Context, actor Actor, account string, r Reversal, call Call) (Posted, error) {
	return p.post(ctx, posting{command: on("points.refund", actor, account, call, r), kinds: reversed,
		decide: func(ctx context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error) {
			target, later, err := p.core.entryAndLater(ctx, a, r.Target)
			if err != nil {
				return nil, err
			}
			return p.core.programme.Points.Refund(a.State, points.RefundCommand{Act: act, Points: r.Points, Target: target, Later: later}, now)
		}})
}

// Clawback takes back points that were given: those of an earn, an opening lot, or
// an adjustment above 0 (追回积分). What is missing goes by the policy's Shortfall.
// ErrNotFound: the account has no entry with the number of Target.
func (p *Points) Clawback(ctx context.Context, actor Actor, account string, r Reversal, call Call) (Posted, error) {
	return p.post(ctx, posting{command: on("points.clawback", actor, account, call, r), kinds: reversed,
		decide: func(ctx context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error) {
			target, later, err := p.core.entryAndLater(ctx, a, r.Target)
			if err != nil {
				return nil, err
			}
			return p.core.programme.Points.Clawback(a.State, points.ClawbackCommand{Act: act, Points: r.Points, Target: target, Later: later}, now)
		}})
}

// Reverse undoes all that remains of an entry: it refunds what was spent, and claws
// back what was given (冲正). ErrAlreadyReversed where nothing remains, whatever key
// the command comes under; ErrNotFound: the account has no entry with the number of
// target.
func (p *Points) Reverse(ctx context.Context, actor Actor, account string, target uint64, call Call) (Posted, error) {
	return p.post(ctx, posting{command: on("points.reverse", actor, account, call, target), kinds: reversed,
		decide: func(ctx context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error) {
			target, later, err := p.core.entryAndLater(ctx, a, target)
			if err != nil {
				return nil, err
			}
			return p.core.programme.Points.Reverse(a.State, points.ReverseCommand{Act: act, Target: target, Later: later}, now)
		}})
}

// entryAndLater reads an entry of an account, and the later ones that concern it, as
// of the version of a, which was read before: what was posted since is left out, and
// makes the commit conflict.
func (c *core) entryAndLater(ctx context.Context, a *Account, target uint64) (entry points.Entry, later []points.Entry, err error) {
	missing := &Error{Subject: Subject{KindAccount, a.ID}, Field: "target", Reason: "there is no entry " + strconv.FormatUint(target, 10), Err: ErrNotFound}
	if target == 0 || target > a.State.Seq {
		return entry, nil, missing
	}
	for p, err := range c.store.Postings(ctx, PostingFilter{Account: a.ID, After: Place{a.ID, target - 1}}) {
		switch {
		case err != nil:
			return entry, nil, err
		case p.Entry.Seq > a.State.Seq:
			return entry, later, nil
		case p.Entry.Seq == target:
			entry = p.Entry
		case points.Concerns(entry, p.Entry):
			later = append(later, p.Entry)
		}
	}
	if entry.Seq != target {
		return entry, nil, missing
	}
	return entry, later, nil
}
