package loyalty

import (
	"context"
	"errors"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Moved is what a [Points].Transfer or a [Points].Merge did to its two accounts.
// Of an account that the actor does not see, only its id and the amount are told.
type Moved struct {
	From     Posted `json:"from"`
	To       Posted `json:"to"`
	Replayed bool   `json:"-"`
}

func (m *Moved) replay() { m.Replayed = true }

// Transfer gives n available points of one account to another, with the dates that
// they have (转赠积分). Both are posted to in one commit.
//
// The actor has to see the account that gives, and need not see the other: a
// member's own application, which sees its own member only, can so give points to a
// friend whose account id it was told. Of a receiver that is not seen the result says
// no balance, and a closed one is ErrNotFound, like one that is not there.
//
// Limits and the screen look at the giver; a transfer cannot wait for a review, so
// what they would have reviewed is refused too (ErrLimit).
//
// ErrFrozen: the giver is frozen; a frozen receiver still gets. ErrInvalid: both are
// the same account.
func (p *Points) Transfer(ctx context.Context, actor Actor, from, to string, n int64, call Call) (Moved, error) {
	return p.move(ctx, actor, "points.transfer", from, to, n, call, func(a, b *Account, act points.Act, now time.Time) (out, in []points.Entry, err error) {
		return p.core.programme.Points.Transfer(a.State, b.State, points.TransferCommand{Act: act, From: from, To: to, Points: n}, now)
	})
}

// Merge moves all that an account holds and owes to another, because two accounts
// turned out to be one person's (账户合并). The actor has to see both. What is in the
// journal of from stays there: it can still be refunded or clawed back, and merged
// again. [Members].Merge merges all that belongs to a member.
//
// ErrFrozen: from is frozen. ErrInvalid: both are the same account. ErrTransition: from
// has open holds, or a review that is open.
func (p *Points) Merge(ctx context.Context, actor Actor, from, to string, call Call) (Moved, error) {
	return p.move(ctx, actor, "points.merge", from, to, 0, call, func(a, b *Account, act points.Act, now time.Time) (out, in []points.Entry, err error) {
		if !actor.Sees.Allows(b.Standing.Member) {
			return nil, nil, &Error{Subject: Subject{KindAccount, to}, Err: ErrNotFound}
		}
		if err := p.core.noReviewOpen(ctx, from); err != nil {
			return nil, nil, err
		}
		return p.core.programme.Points.Merge(a.State, b.State, points.MergeCommand{Act: act, From: from, To: to}, now)
	})
}

// move runs a command on two accounts, which are committed together.
func (p *Points) move(ctx context.Context, actor Actor, name, from, to string, n int64, call Call,
	decide func(a, b *Account, act points.Act, now time.Time) (out, in []points.Entry, err error)) (Moved, error) {
	cmd := &command{name: name, actor: actor, subject: Subject{KindAccount, from}, call: call, input: []any{to, n}, queue: []string{from, to}}
	watching := n > 0 && p.core.screened()
	var said screening
	if watching {
		said = p.core.screen(ctx, cmd, from, to, n)
	}
	return run(ctx, p.core, cmd, func(ctx context.Context, now time.Time) (draft, Moved, error) {
		a, b, err := p.pair(ctx, actor, from, to)
		if err != nil {
			return draft{}, Moved{}, err
		}
		if watching {
			if err := p.core.passes(ctx, said, &a, points.KindTransferOut, n, now); err != nil {
				return draft{}, Moved{}, err
			}
		}
		out, in, err := decide(&a, &b, cmd.act(), now)
		if err != nil {
			return draft{}, Moved{}, err
		}
		gives, err := p.core.put(&a, out)
		if err != nil {
			return draft{}, Moved{}, err
		}
		takes, err := p.core.put(&b, in)
		if err != nil {
			return draft{}, Moved{}, err
		}
		moved := Moved{From: posted(&a, out, movedOut...), To: actor.told(&b, posted(&b, in, movedIn...))}
		return draft{changes: []Change{gives, takes}}, moved, nil
	})
}

// pair loads the accounts of a transfer.
func (p *Points) pair(ctx context.Context, actor Actor, from, to string) (a, b Account, err error) {
	if from == to {
		return a, b, &Error{Subject: Subject{KindAccount, to}, Field: "to", Reason: "is the account that gives", Err: ErrInvalid}
	}
	if a, err = p.core.account(ctx, actor, from); err == nil {
		err = a.usable(debit)
	}
	if err != nil {
		return a, b, err
	}
	if b, err = p.core.store.Account(ctx, to); err != nil {
		return a, b, err
	}
	if err = b.usable(credit); (errors.Is(err, ErrClosed) || errors.Is(err, ErrForgotten)) && !actor.Sees.Allows(b.Standing.Member) {
		err = &Error{Subject: Subject{KindAccount, to}, Err: ErrNotFound}
	}
	return a, b, err
}

// told is what the actor may know of a posting to an account.
func (actor Actor) told(a *Account, p Posted) Posted {
	if actor.Sees.Allows(a.Standing.Member) {
		return p
	}
	return Posted{Account: p.Account, Amount: p.Amount}
}
