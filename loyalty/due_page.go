package loyalty

import (
	"context"
	"errors"
	"time"

	"github.com/guanxi-go/guanxi/internal/attempt"
)

// duePage is what a page came to.
type duePage struct {
	rows int
	last string // id of the last subject
	more bool
}

// page does the next subjects of a phase behind an id. After an error of the store
// it is listed again, where what was applied is no longer due.
func (r *dueRun) page(ctx context.Context, phase int, after string) (last string, more bool, err error) {
	page, _, err := attempt.Run(ctx, &attempt.Loop[duePage]{
		Attempts: r.core.opts.Attempts, Key: "due", Clock: r.core.opts.Clock, Known: known,
		Decide: func(now time.Time) (duePage, func() error, error) {
			now = Instant(now)
			items, failed, page, err := r.list(ctx, phase, after, now)
			return page, func() error {
				if err := r.commit(ctx, phase, items, now); err != nil {
					return err
				}
				for _, err := range failed {
					r.fail(err)
				}
				return nil
			}, err
		},
		// Commits of this run have no key to be recalled by.
		Recall: func() (duePage, error) { return duePage{}, ErrNotFound },
	})
	r.report.Passed += page.rows
	return page.last, page.more, err
}

// list reads a page and decides about each subject of it that the actor sees.
func (r *dueRun) list(ctx context.Context, phase int, after string, now time.Time) (items []dueItem, failed []error, page duePage, err error) {
	size := r.opts.Page
	if r.opts.Limit > 0 {
		size = min(size, r.opts.Limit-r.report.Passed)
	}
	until := now.Add(time.Microsecond) // what is due now is due
	row := func(id, member string, decide func() (dueItem, error)) error {
		page.rows, page.last = page.rows+1, id
		if !r.actor.Sees.Allows(member) {
			return nil
		}
		switch item, err := decide(); {
		case err == nil && len(item.draft.changes) > 0:
			items = append(items, item)
		case err == nil:
		case !known(err) || errors.Is(err, ErrConflict):
			return err // the store's: the page is tried again
		default:
			failed = append(failed, err)
		}
		return nil
	}
	if phase == 0 {
		items = make([]dueItem, 0, size)
		for a, err := range r.core.store.Accounts(ctx, AccountFilter{After: after, DueBefore: until, Limit: size}) {
			if err == nil {
				err = row(a.ID, a.Standing.Member, func() (dueItem, error) { return r.core.dueAccount(ctx, &a, now) })
			}
			if err != nil {
				return nil, nil, page, err
			}
		}
	} else {
		for rec, err := range r.core.store.Records(ctx, RecordFilter{Kind: dueKind(phase), After: after, DueBefore: until, Limit: size}) {
			if err == nil {
				err = row(rec.Subject.ID, rec.Member, func() (dueItem, error) { return r.dueRecord(ctx, phase, rec, now) })
			}
			if err != nil {
				return nil, nil, page, err
			}
		}
	}
	page.more = page.rows == size
	return items, failed, page, nil
}

func (r *dueRun) dueRecord(ctx context.Context, phase int, rec Record, now time.Time) (dueItem, error) {
	cmd := &command{name: "due.run", actor: r.actor, subject: rec.Subject}
	d, err := dueDeciders[phase-1].decide(ctx, r.core, cmd, rec, now)
	return dueItem{rec.Subject, d, DueReport{Records: 1}}, err
}

// commit applies the items of a page, each by itself. What was refused because
// something moved, by another machine or by an item before it, is decided again.
func (r *dueRun) commit(ctx context.Context, phase int, items []dueItem, now time.Time) error {
	var broken error
	for i, err := range r.apply(ctx, items, now) {
		if errors.Is(err, ErrConflict) && r.core.opts.Attempts > 1 {
			err = r.again(ctx, phase, items[i].subject)
		} else if err == nil {
			r.report.add(items[i].did)
		}
		switch {
		case err == nil:
		case known(err) && r.core.opts.Attempts > 1:
			r.fail(err)
		default:
			broken = err // of the system, or of a transaction that the host rolls back
		}
	}
	return broken
}

// apply commits items, many at once where the store can, and returns an answer for
// each.
func (r *dueRun) apply(ctx context.Context, items []dueItem, now time.Time) []error {
	commits := make([]Commit, len(items))
	for i := range items {
		commits[i] = Commit{Recorded: now, Require: items[i].draft.require, Changes: items[i].draft.changes}
	}
	return r.core.commitAll(ctx, commits)
}

// batchable is how many of the commits, at least one, every store takes at once.
func batchable(commits []Commit) int {
	subjects, writes := 0, 0
	for i := range commits {
		subjects += len(commits[i].Require) + len(commits[i].Changes)
		for j := range commits[i].Changes {
			for _, w := range commits[i].Changes[j].Writes {
				writes++
				if put, ok := w.(PutAccount); ok {
					writes += len(put.Entries)
				}
			}
		}
		if i > 0 && (subjects > MaxChanges || writes > MaxWrites || i == 1000) {
			return i
		}
	}
	return len(commits)
}

// again reads a subject that moved, and does what is still due.
func (r *dueRun) again(ctx context.Context, phase int, s Subject) error {
	_, _, err := attempt.Run(ctx, &attempt.Loop[struct{}]{
		Attempts: r.core.opts.Attempts, Key: s.ID, Clock: r.core.opts.Clock, Known: known,
		Decide: func(now time.Time) (none struct{}, commit func() error, err error) {
			item, err := r.reread(ctx, phase, s, Instant(now))
			return none, func() error {
				if len(item.draft.changes) == 0 {
					return nil
				}
				err := r.core.store.Commit(ctx, Commit{Recorded: Instant(now), Require: item.draft.require, Changes: item.draft.changes})
				if err == nil {
					r.report.add(item.did)
				}
				return err
			}, err
		},
		Recall: func() (struct{}, error) { return struct{}{}, ErrNotFound },
	})
	return err
}

// reread decides about a subject as it is now.
func (r *dueRun) reread(ctx context.Context, phase int, s Subject, now time.Time) (item dueItem, err error) {
	over := func(due time.Time) bool { return !due.IsZero() && !due.After(now) }
	if phase == 0 {
		a, err := r.core.store.Account(ctx, s.ID)
		if err != nil || !over(a.Standing.Due) {
			return item, err
		}
		return r.core.dueAccount(ctx, &a, now)
	}
	rec, err := r.core.store.Record(ctx, s)
	if err != nil || !over(rec.Due) {
		return item, err
	}
	return r.dueRecord(ctx, phase, rec, now)
}

// fail keeps the error of a subject that could not be done.
func (r *dueRun) fail(err error) {
	if len(r.failed) < 10 {
		r.failed = append(r.failed, err)
	}
}
