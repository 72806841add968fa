package loyalty

import (
	"context"
	"encoding/json"
	"iter"
	"strconv"

	"github.com/guanxi-go/guanxi/internal/clock"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// read runs a read and reports it.
func read[T any](ctx context.Context, c *core, name string, actor Actor, s Subject, do func() (T, error)) (T, error) {
	if c.opts.Observe == nil {
		return do()
	}
	elapsed := clock.Stopwatch()
	result, err := do()
	c.opts.Observe(ctx, Op{Name: name, Actor: actor.ID, Subject: s, Attempts: 1, Duration: elapsed(), Err: err})
	return result, err
}

// listed lists what the records of a kind hold, as far as it is seen. The limit
// counts what is seen.
func listed[T any](ctx context.Context, c *core, name string, actor Actor, filter RecordFilter, limit int,
	of func(Record) (T, error), seen func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var failed error
		if c.opts.Observe != nil {
			defer func() { c.opts.Observe(ctx, Op{Name: name, Actor: actor.ID, Attempts: 1, Err: failed}) }()
		}
		n := 0
		for r, err := range c.store.Records(ctx, filter) {
			var v T
			if err == nil {
				v, err = of(r)
			}
			if err != nil {
				failed = err
				var none T
				yield(none, err)
				return
			}
			if !seen(v) {
				continue
			}
			if n++; !yield(v, nil) || n == limit {
				return
			}
		}
	}
}

// collect returns the rows of a listing.
func collect[T any](rows iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, nil
}

// bodyOf reads what the body of a record says.
func bodyOf[T any](r Record) (T, error) {
	var body, none T
	if json.Unmarshal(r.Body, &body) != nil {
		return none, &Error{Subject: r.Subject, Field: "body", Reason: "cannot be read", Err: ErrInvalid}
	}
	return body, nil
}

// unused refuses a subject that there is or was. Of two commands that both find it
// free, the version lets one commit.
func (c *core) unused(ctx context.Context, s Subject) error {
	head, err := c.store.Head(ctx, s)
	if err == nil && head.Version > 0 {
		return &Error{Subject: s, Reason: "is there", Err: ErrDuplicate}
	}
	return err
}

// posting returns one entry of an account.
func (c *core) posting(ctx context.Context, at Place) (points.Entry, error) {
	if at.Seq > 0 {
		for p, err := range c.store.Postings(ctx, PostingFilter{Account: at.Account, After: Place{at.Account, at.Seq - 1}, Limit: 1}) {
			if err != nil || p.Entry.Seq == at.Seq {
				return p.Entry, err
			}
		}
	}
	return points.Entry{}, &Error{Subject: Subject{KindAccount, at.Account}, Field: "seq", Reason: "there is no entry " + strconv.FormatUint(at.Seq, 10), Err: ErrNotFound}
}

// postings returns the entries of an account that a filter lets through, as far as
// the version of a goes, which was read before: what was posted since is left out.
func (c *core) postings(ctx context.Context, a *Account, filter PostingFilter) ([]points.Entry, error) {
	filter.Account = a.ID
	var entries []points.Entry
	for p, err := range c.store.Postings(ctx, filter) {
		if err != nil {
			return nil, err
		}
		if p.Entry.Seq > a.State.Seq {
			break
		}
		entries = append(entries, p.Entry)
	}
	return entries, nil
}

// lines returns the journal of a record, as far as the version of r goes.
func (c *core) lines(ctx context.Context, r Record) (journal []Entry, err error) {
	for e, err := range c.store.Entries(ctx, EntryFilter{Subject: r.Subject}) {
		if err != nil {
			return nil, err
		}
		if e.Seq > r.Head.Entries {
			break
		}
		journal = append(journal, e)
	}
	return journal, nil
}
