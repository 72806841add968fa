package samplingsql

import (
	"context"

	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/sampling"
)

// Commit implements [sampling.Store].
func (s *Store) Commit(ctx context.Context, c sampling.Commit) error {
	if err := c.Validate(); err != nil {
		return err
	}
	tables, err := tablesOf(&c)
	if err != nil {
		return err
	}
	return worded(s.sql.Commit(ctx, tables))
}

// tablesOf is c as rows of tables.
func tablesOf(c *sampling.Commit) (sqlstore.Commit, error) {
	to := sqlstore.Commit{Scope: c.Scope, Key: c.Key, Fingerprint: c.Fingerprint[:], Receipt: c.Receipt, Recorded: c.Recorded,
		Changes: make([]sqlstore.Change, len(c.Changes))}
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
func rowsOf(to *sqlstore.Change, change *sampling.Change) error {
	to.Subject, to.Expect = plain(change.Subject), change.Expect
	for _, w := range change.Writes {
		switch w := w.(type) {
		case sampling.PutRecord:
			to.Values = recordValues(&w.Record)
		case sampling.Append:
			to.Entries = append(to.Entries, sqlstore.Entry{Recorded: w.Entry.Recorded, Values: entryValues(&w.Entry)})
		case sampling.Redact:
			to.Redacts = append(to.Redacts, sqlstore.Redact{Seq: w.Seq, Behind: len(to.Entries)})
		case sampling.Emit:
			to.Events = append(to.Events, sqlstore.Event{Kind: w.Event.Kind, At: w.Event.At, Data: sqlstore.Text(w.Event.Data)})
		default:
			return sampling.Unsupported(change.Subject, w)
		}
	}
	return nil
}
