package loyalty

import (
	"context"
	"errors"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Reviewed is what a decision on a review did.
type Reviewed struct {
	Review string      `json:"review"`
	State  ReviewState `json:"state"`
	// Posted is what was posted to the account; without a Seq where nothing was left
	// to do.
	Posted   Posted `json:"posted"`
	Replayed bool   `json:"-"`
}

func (r *Reviewed) replay() { r.Replayed = true }

// Approve lets a command through after all (通过): points that were earned are
// confirmed, points that were held are spent. ErrTransition: the review is decided or
// over, or what it is about is gone, because the hold was released, or the points were
// taken back or expired: such a review can only be rejected. ErrFrozen: the account
// is, and points would be spent. ErrClosed, ErrForgotten.
func (r *Reviews) Approve(ctx context.Context, actor Actor, review string, call Call) (Reviewed, error) {
	return r.decide(ctx, actor, "reviews.approve", review, call, (*core).approveReview)
}

// Reject undoes a command (驳回): points that were earned are taken back, also those
// that somebody confirmed meanwhile, by the policy's Shortfall where they are spent;
// points that were held are released. Where nothing is left to be undone, only the
// review is closed. ErrTransition: it is decided already.
func (r *Reviews) Reject(ctx context.Context, actor Actor, review string, call Call) (Reviewed, error) {
	return r.decide(ctx, actor, "reviews.reject", review, call, (*core).rejectReview)
}

// decision posts what becomes of a command under review, and says the state of the
// review then.
type decision func(c *core, ctx context.Context, cmd *command, h *Held, a *Account, now time.Time) ([]points.Entry, ReviewState, error)

func (r *Reviews) decide(ctx context.Context, actor Actor, name, review string, call Call, decide decision) (Reviewed, error) {
	cmd := &command{name: name, actor: actor, subject: Subject{KindReview, review}, call: call}
	// Whose turn to wait for; the command finds out what else is wrong.
	if record, err := r.core.store.Record(ctx, cmd.subject); err == nil {
		cmd.queue = []string{record.Ref}
	}
	return run(ctx, r.core, cmd, func(ctx context.Context, now time.Time) (draft, Reviewed, error) {
		h, a, err := r.core.review(ctx, actor, review)
		if err != nil {
			return draft{}, Reviewed{}, err
		}
		if h.State != ReviewOpen {
			return draft{}, Reviewed{}, &Error{Subject: cmd.subject, Reason: "is " + string(h.State), Err: ErrTransition}
		}
		return r.core.concludeReview(ctx, cmd, &h, &a, decide, now)
	})
}

// concludeReview is what a decision on a review comes to.
func (c *core) concludeReview(ctx context.Context, cmd *command, h *Held, a *Account, decide decision, now time.Time) (draft, Reviewed, error) {
	entries, state, err := decide(c, ctx, cmd, h, a, now)
	if err != nil {
		return draft{}, Reviewed{}, err
	}
	var d draft
	result := Reviewed{Review: h.ID, State: state, Posted: Posted{Account: a.ID}}
	if len(entries) > 0 {
		change, err := c.put(a, entries)
		if err != nil {
			return draft{}, Reviewed{}, err
		}
		d.changes = append(d.changes, change)
		result.Posted = posted(a, entries, points.KindConfirm, points.KindCapture, points.KindRelease, points.KindClawback)
	} else {
		d.require = append(d.require, Expect{Subject{KindAccount, a.ID}, a.Head.Version})
	}
	h.State = state
	record, err := h.record()
	if err != nil {
		return draft{}, Reviewed{}, err
	}
	e, err := cmd.line(string(state), a.Standing.Member, h.Head, fact{}, now)
	d.changes = append(d.changes, Change{Subject: Subject{KindReview, h.ID}, Expect: h.Head.Version, Writes: append([]Write{PutRecord{record}}, c.appended("review", e)...)})
	return d, result, err
}

func (c *core) approveReview(ctx context.Context, cmd *command, h *Held, a *Account, now time.Time) ([]points.Entry, ReviewState, error) {
	gone := func(reason string) error {
		return &Error{Subject: cmd.subject, Reason: reason, Err: ErrTransition}
	}
	use := debit
	if h.earn() {
		use = credit
	}
	if err := a.usable(use); err != nil {
		return nil, "", err
	}
	if !h.Due.IsZero() && !later(now, a.State.Recorded).Before(h.Due) {
		return nil, "", gone("was not decided in time")
	}
	act := h.act(cmd)
	var entries []points.Entry
	var err error
	switch {
	case !h.earn():
		entries, err = c.programme.Points.Capture(a.State, points.CaptureCommand{Act: act, Hold: h.Seq, Points: h.Points}, now)
	case h.Points == 0 || h.Waiting:
		// There is no lot, or it waits for a confirmation that it would have had anyway.
	default:
		entries, err = c.programme.Points.Confirm(a.State, points.ConfirmCommand{Act: act, Lot: h.Seq}, now)
		if errors.Is(err, ErrTransition) {
			entries, err = nil, nil // somebody confirmed the lot
		}
	}
	if errors.Is(err, ErrNotFound) {
		err = gone("has nothing left that could be let through")
	}
	return entries, ReviewApproved, err
}

func (c *core) rejectReview(ctx context.Context, cmd *command, h *Held, a *Account, now time.Time) (entries []points.Entry, state ReviewState, err error) {
	state = ReviewRejected
	if a.Standing.Status >= Closed {
		return nil, state, nil // nothing was left when it was closed
	}
	act := h.act(cmd)
	if !h.earn() {
		entries, err = c.programme.Points.Release(a.State, points.ReleaseCommand{Act: act, Hold: h.Seq}, now)
		if errors.Is(err, ErrNotFound) {
			entries, err = nil, nil // it timed out, or somebody captured or released it
		}
		return entries, state, err
	}
	target, later, err := c.entryAndLater(ctx, a, h.Seq)
	if err == nil {
		entries, err = c.programme.Points.Reverse(a.State, points.ReverseCommand{Act: act, Target: target, Later: later}, now)
	}
	if errors.Is(err, points.ErrAlreadyReversed) {
		entries, err = nil, nil // the order was returned meanwhile
	}
	return entries, state, err
}

// act is what the entries of the decision say: they belong to what the command under
// review was about.
func (h *Held) act(cmd *command) points.Act {
	act := cmd.act()
	if act.Ref == "" {
		act.Ref = h.Ref
	}
	return act
}

// dueReview decides a review that nobody decided in time: it is rejected. It is the
// decider of [Due] for reviews.
func dueReview(ctx context.Context, c *core, cmd *command, r Record, now time.Time) (draft, error) {
	h, err := heldOf(r)
	if err != nil || h.State != ReviewOpen || h.Due.IsZero() || h.Due.After(now) {
		return draft{}, err
	}
	a, err := c.store.Account(ctx, h.Account)
	if err != nil {
		return draft{}, err
	}
	d, _, err := c.concludeReview(ctx, cmd, &h, &a, (*core).lapseReview, now)
	return d, err
}

func (c *core) lapseReview(ctx context.Context, cmd *command, h *Held, a *Account, now time.Time) ([]points.Entry, ReviewState, error) {
	entries, _, err := c.rejectReview(ctx, cmd, h, a, now)
	return entries, ReviewLapsed, err
}
