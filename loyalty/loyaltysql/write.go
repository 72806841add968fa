package loyaltysql

import (
	"context"

	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/loyalty"
)

// Commit implements [loyalty.Store].
func (s *Store) Commit(ctx context.Context, c loyalty.Commit) error {
	if err := c.Validate(); err != nil {
		return err
	}
	tables, err := tablesOf(&c, make([]sqlstore.Change, len(c.Changes)))
	if err != nil {
		return err
	}
	if isPost(&c) {
		if done, err := s.post(ctx, &tables); done || err != nil {
			return worded(err)
		}
	}
	return worded(s.sql.Commit(ctx, tables))
}

// CommitBatch implements [loyalty.BatchCommitter].
func (s *Store) CommitBatch(ctx context.Context, commits []loyalty.Commit) []error {
	errs := make([]error, len(commits))
	tables := make([]sqlstore.Commit, len(commits))
	n := 0
	for i := range commits {
		n += len(commits[i].Changes)
	}
	room := make([]sqlstore.Change, n)
	for i := range commits {
		n := len(commits[i].Changes)
		if errs[i] = commits[i].Validate(); errs[i] == nil {
			tables[i], errs[i] = tablesOf(&commits[i], room[:n:n])
		}
		room = room[n:]
	}
	s.sql.CommitBatch(ctx, tables, errs)
	for i := range errs {
		errs[i] = worded(errs[i])
	}
	return errs
}

// tablesOf is c as rows of tables, with room for as many changes.
func tablesOf(c *loyalty.Commit, room []sqlstore.Change) (sqlstore.Commit, error) {
	to := sqlstore.Commit{Scope: c.Scope, Key: c.Key, Fingerprint: c.Fingerprint[:], Receipt: c.Receipt, Recorded: c.Recorded, Changes: room}
	for _, e := range c.Require {
		to.Require = append(to.Require, sqlstore.Expect{Subject: plain(e.Subject), Version: e.Version})
	}
	for i := range c.Changes {
		if err := rowsOf(&to.Changes[i], &c.Changes[i]); err != nil {
			return sqlstore.Commit{}, err
		}
	}
	return to, nil
}

// rowsOf is one change as rows of tables. Of several writes of one record the last
// one counts.
func rowsOf(to *sqlstore.Change, change *loyalty.Change) (err error) {
	to.Subject, to.Expect = plain(change.Subject), change.Expect
	for _, w := range change.Writes {
		switch w := w.(type) {
		case loyalty.PutAccount:
			if to.Values, err = accountValues(&w.Standing, &w.State); err != nil {
				return err
			}
			for i := range w.Entries {
				values, err := postingValues(w.Entries[i])
				if err != nil {
					return err
				}
				to.Entries = append(to.Entries, sqlstore.Entry{Recorded: w.Entries[i].Recorded, Values: values})
			}
			if len(w.Entries) > 0 {
				to.First = w.Entries[0].Seq
			}
		case loyalty.PutRecord:
			to.Values = recordValues(&w.Record)
		case loyalty.Append:
			to.Entries = append(to.Entries, sqlstore.Entry{Recorded: w.Entry.Recorded, Values: entryValues(&w.Entry)})
		case loyalty.Redact:
			to.Redacts = append(to.Redacts, sqlstore.Redact{Seq: w.Seq, Behind: len(to.Entries)})
		case loyalty.Claim:
			to.Claims = append(to.Claims, sqlstore.Claim(w))
		case loyalty.Release:
			to.Releases = append(to.Releases, sqlstore.Claim(w))
		case loyalty.Emit:
			to.Events = append(to.Events, sqlstore.Event{Kind: w.Event.Kind, At: w.Event.At, Data: sqlstore.Text(w.Event.Data)})
		default:
			return loyalty.Unsupported(change.Subject, w)
		}
	}
	return nil
}
