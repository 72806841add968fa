package crmsql

import (
	"context"
	"encoding/json"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/sqlstore"
)

// Commit implements [crm.Store].
func (s *Store) Commit(ctx context.Context, c crm.Commit) error {
	if err := c.Validate(); err != nil {
		return err
	}
	tables, err := tablesOf(c)
	if err != nil {
		return err
	}
	return worded(s.sql.Commit(ctx, tables))
}

// The tables of the domain, by what is replaced in them. A customer's two halves
// are written together where both change.
var (
	profileTable  = &sqlstore.Table{Name: "customers", Keys: []string{"id"}, Columns: profileColumns}
	standingTable = &sqlstore.Table{Name: "customers", Keys: []string{"id"}, Columns: standingColumns}
	customerTable = &sqlstore.Table{Name: "customers", Keys: []string{"id"}, Columns: append(profileColumns[:2:2], standingColumns...)}
	recordTable   = &sqlstore.Table{Name: "records", Keys: []string{"kind", "id"}, Columns: recordColumns}
)

// tablesOf is c as rows of tables.
func tablesOf(c crm.Commit) (sqlstore.Commit, error) {
	to := sqlstore.Commit{Scope: c.Scope, Key: c.Key, Fingerprint: c.Fingerprint[:], Receipt: c.Receipt, Recorded: c.Recorded}
	for _, e := range c.Require {
		to.Require = append(to.Require, sqlstore.Expect{Subject: plain(e.Subject), Version: e.Version})
	}
	for _, change := range c.Changes {
		rows, err := rowsOf(change)
		if err != nil {
			return sqlstore.Commit{}, err
		}
		to.Changes = append(to.Changes, rows)
	}
	return to, nil
}

// rowsOf is one change as rows of tables. Of several writes of one record the last
// one counts.
func rowsOf(change crm.Change) (sqlstore.Change, error) {
	to := sqlstore.Change{Subject: plain(change.Subject), Expect: change.Expect}
	var profile, standing, record []any
	for _, w := range change.Writes {
		var err error
		switch w := w.(type) {
		case crm.PutProfile:
			profile, err = profileValues(w.Profile)
		case crm.PutStanding:
			standing, err = standingValues(w.Standing)
			to.Sets = []sqlstore.Set{groupsOf(change.Subject.ID, w.Standing)}
		case crm.PutRecord:
			record = recordValues(w.Record)
		case crm.Append:
			to.Entries = append(to.Entries, sqlstore.Entry{Recorded: w.Entry.Recorded, Values: entryValues(w.Entry)})
		case crm.Redact:
			to.Redacts = append(to.Redacts, sqlstore.Redact{Seq: w.Seq, Behind: len(to.Entries)})
		case crm.Claim:
			to.Claims = append(to.Claims, sqlstore.Claim(w))
		case crm.Release:
			to.Releases = append(to.Releases, sqlstore.Claim(w))
		case crm.Emit:
			to.Events = append(to.Events, sqlstore.Event{Kind: w.Event.Kind, At: w.Event.At, Data: sqlstore.Text(w.Event.Data)})
		default:
			err = crm.Unsupported(change.Subject, w)
		}
		if err != nil {
			return to, err
		}
	}
	put := func(table *sqlstore.Table, keys []any, values ...any) {
		to.Rows = append(to.Rows, sqlstore.Row{Table: table, Values: append(keys, values...)})
	}
	id := change.Subject.ID
	switch {
	case record != nil:
		put(recordTable, []any{string(change.Subject.Kind), id}, record...)
	case profile != nil && standing != nil:
		put(customerTable, []any{id}, append(profile, standing...)...)
	case profile != nil:
		put(profileTable, []any{id}, profile...)
	case standing != nil:
		put(standingTable, []any{id}, standing...)
	}
	return to, nil
}

// document is a value as JSON in a text column.
func document(field string, v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", &crm.Error{Field: field, Reason: "cannot be written as JSON: " + err.Error(), Err: crm.ErrInvalid}
	}
	return string(text), nil
}
