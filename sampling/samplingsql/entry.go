package samplingsql

import (
	"context"
	"database/sql"
	"iter"
	"strings"

	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/sampling"
)

// The columns of sampling_entries behind its keys.
var entryColumns = []string{"entry_kind", "person", "data", "actor", "at", "recorded", "reason"}

func entryValues(e *sampling.Entry) []any {
	return []any{e.Kind, e.Person, sqlstore.Text(e.Data), e.Actor, sqlstore.Micros(e.At), sqlstore.Micros(e.Recorded), sqlstore.Text(e.Reason)}
}

func scanEntry(rows *sql.Rows) (sampling.Entry, error) {
	var e sampling.Entry
	var at, recorded sql.NullInt64
	var data, reason sql.NullString
	err := rows.Scan(&e.Subject.Kind, &e.Subject.ID, &e.Seq, &e.Kind, &e.Person, &data, &e.Actor, &at, &recorded, &reason)
	if err != nil {
		return sampling.Entry{}, err
	}
	e.At, e.Recorded, e.Data, e.Reason = sqlstore.Instant(at), sqlstore.Instant(recorded), sqlstore.Document(data), reason.String
	return e, nil
}

// Head implements [sampling.Store].
func (s *Store) Head(ctx context.Context, subject sampling.Subject) (sampling.Head, error) {
	if err := askable(string(subject.Kind), subject.ID); err != nil {
		return sampling.Head{}, err
	}
	h, err := s.sql.Head(ctx, plain(subject))
	return sampling.Head{Version: uint64(h.Version), Entries: uint64(h.Entries), Recorded: sqlstore.Instant(h.Recorded)}, worded(err)
}

// Entries implements [sampling.Store].
func (s *Store) Entries(ctx context.Context, filter sampling.EntryFilter) iter.Seq2[sampling.Entry, error] {
	f := filter
	if f.Subject == (sampling.Subject{}) && f.Of == "" && f.Person == "" {
		return sqlstore.Failing[sampling.Entry](&sampling.Error{Field: "filter", Reason: "needs a subject, a kind or a person", Err: sampling.ErrInvalid})
	}
	if err := askable(string(f.Subject.Kind), f.Subject.ID, string(f.Of), f.Person, string(f.After.Subject.Kind), f.After.Subject.ID); err != nil {
		return sqlstore.Failing[sampling.Entry](err)
	}
	after := f.After
	return sqlstore.List(ctx, s.sql, f.Limit, f.Match, func(n int) ([]sampling.Entry, bool, error) {
		text, args := s.entriesWhere(f, after, n)
		page, err := sqlstore.Read(ctx, s.sql, text, args, n, scanEntry)
		if len(page) > 0 {
			after = page[len(page)-1].Position()
		}
		return page, len(page) == n, worded(err)
	})
}

// entriesWhere narrows by all fields of the filter.
func (s *Store) entriesWhere(f sampling.EntryFilter, after sampling.Position, n int) (string, []any) {
	var where sqlstore.Condition
	where.And("tenant = ?", s.sql.Tenant())
	index, order := "", "kind, id, seq"
	switch {
	case f.Subject != (sampling.Subject{}):
		where.And("kind = ? AND id = ?", string(f.Subject.Kind), f.Subject.ID)
		order = "seq"
		switch c := after.Subject.Compare(f.Subject); {
		case c == 0:
			where.And("seq > ?", sqlstore.Number(after.Seq))
		case c > 0:
			where.Or(nil)
		}
	default:
		where.And("(kind, id, seq) > (?, ?, ?)", string(after.Subject.Kind), after.Subject.ID, sqlstore.Number(after.Seq))
		if f.Person != "" {
			index = "sampling_entries_person"
		}
	}
	if f.Of != "" {
		where.And("kind = ?", string(f.Of))
	}
	if f.Person != "" {
		where.And("person = ? AND person <> ''", f.Person)
	}
	if !f.RecordedUntil.IsZero() {
		where.And("recorded < ?", sqlstore.Bound(f.RecordedUntil))
	}
	clause, args := where.Limit(order, n)
	return "SELECT kind, id, seq, " + strings.Join(entryColumns, ", ") +
		"\nFROM sampling_entries" + s.sql.Dialect().IndexedBy(index) + "\n" + clause, args
}
