package loyalty

import (
	"context"
	"time"
)

// Refreshed says what [Tiers].Refresh did.
type Refreshed struct {
	Passed  int `json:"passed"`  // members looked at
	Changed int `json:"changed"` // whose accounts keep something else now
	// Cursor is where the next call goes on; "" where all were passed.
	Cursor string `json:"cursor,omitzero"`
}

func (r *Refreshed) replay() {}

// Refresh computes the tiers anew that accounts keep, of members by id behind after, at
// most so many; a limit of 0 is all (重新定级). It is for the day on which the host runs
// with another Programme.Tiers: what accounts keep was computed by the policies that
// were known then. In daily work [Due].Run does it, and looks only at members to whom
// something happened. It can be repeated at any time, and goes on at Cursor.
func (t *Tiers) Refresh(ctx context.Context, actor Actor, after string, limit int) (done Refreshed, err error) {
	if limit < 0 {
		return done, &Error{Field: "limit", Reason: "is below 0", Err: ErrInvalid}
	}
	done.Cursor = after
	for a, err := range t.core.store.Accounts(ctx, AccountFilter{After: after}) {
		if err != nil {
			return done, err
		}
		// The account with the member's id is the first that they have: the others follow it.
		if a.ID != a.Standing.Member || a.Standing.Status == Closed || a.Standing.Status == Forgotten || !actor.Sees.Allows(a.ID) {
			continue
		}
		if limit > 0 && done.Passed == limit {
			return done, nil
		}
		one, err := t.refresh(ctx, actor, a)
		if err != nil {
			return done, err
		}
		done.Passed, done.Changed, done.Cursor = done.Passed+1, done.Changed+one.Changed, a.ID
	}
	done.Cursor = ""
	return done, nil
}

// refresh commits only where something is another than before.
func (t *Tiers) refresh(ctx context.Context, actor Actor, a Account) (Refreshed, error) {
	if again, err := t.core.refreshTier(ctx, &a, t.core.now()); err != nil || !again.changed {
		return Refreshed{}, err
	}
	cmd := &command{name: "tiers.refresh", actor: actor, subject: Subject{KindAccount, a.ID}, queue: []string{a.ID}}
	return run(ctx, t.core, cmd, func(ctx context.Context, now time.Time) (draft, Refreshed, error) {
		a, err := t.core.account(ctx, actor, a.ID)
		if err != nil {
			return draft{}, Refreshed{}, err
		}
		again, err := t.core.refreshTier(ctx, &a, now)
		if err != nil {
			return draft{}, Refreshed{}, err
		}
		change := t.core.change(&a, nil)
		change.Writes = append(change.Writes, again.writes...)
		return draft{require: again.require, changes: append(again.changes, change)}, Refreshed{Changed: 1}, nil
	})
}
