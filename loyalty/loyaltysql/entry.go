package loyaltysql

import (
	"context"
	"database/sql"
	"iter"
	"strings"

	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/loyalty"
)

// The columns of loyalty_entries behind its keys.
var entryColumns = []string{"entry_kind", "member", "ref", "data", "actor", "at", "recorded", "reason"}

func entryValues(e *loyalty.Entry) []any {
	return []any{e.Kind, e.Member, e.Ref, sqlstore.Text(e.Data), e.Actor, sqlstore.Micros(e.At), sqlstore.Micros(e.Recorded), sqlstore.Text(e.Reason)}
}

func scanEntry(rows *sql.Rows) (loyalty.Entry, error) {
	var e loyalty.Entry
	var at, recorded sql.NullInt64
	var data, reason sql.NullString
	err := rows.Scan(&e.Subject.Kind, &e.Subject.ID, &e.Seq, &e.Kind, &e.Member, &e.Ref, &data, &e.Actor, &at, &recorded, &reason)
	if err != nil {
		return loyalty.Entry{}, err
	}
	e.At, e.Recorded, e.Data, e.Reason = sqlstore.Instant(at), sqlstore.Instant(recorded), sqlstore.Document(data), reason.String
	return e, nil
}

// Head implements [loyalty.Store].
func (s *Store) Head(ctx context.Context, subject loyalty.Subject) (loyalty.Head, error) {
	if err := askable(string(subject.Kind), subject.ID); err != nil {
		return loyalty.Head{}, err
	}
	h, err := s.sql.Head(ctx, plain(subject))
	return loyalty.Head{Version: uint64(h.Version), Entries: uint64(h.Entries), Recorded: sqlstore.Instant(h.Recorded)}, worded(err)
}

// Entries implements [loyalty.Store].
func (s *Store) Entries(ctx context.Context, filter loyalty.EntryFilter) iter.Seq2[loyalty.Entry, error] {
	f := filter
	if f.Subject == (loyalty.Subject{}) && f.Of == "" && f.Member == "" {
		return sqlstore.Failing[loyalty.Entry](&loyalty.Error{Field: "filter", Reason: "needs a subject, a kind or a member", Err: loyalty.ErrInvalid})
	}
	if err := askable(string(f.Subject.Kind), f.Subject.ID, string(f.Of), f.Member, string(f.After.Subject.Kind), f.After.Subject.ID); err != nil {
		return sqlstore.Failing[loyalty.Entry](err)
	}
	after := f.After
	return sqlstore.List(ctx, s.sql, f.Limit, f.Match, func(n int) ([]loyalty.Entry, bool, error) {
		text, args := s.entriesWhere(f, after, n)
		page, err := sqlstore.Read(ctx, s.sql, text, args, n, scanEntry)
		if len(page) > 0 {
			after = page[len(page)-1].Position()
		}
		return page, len(page) == n, worded(err)
	})
}

// entriesWhere narrows by all fields of the filter.
func (s *Store) entriesWhere(f loyalty.EntryFilter, after loyalty.Position, n int) (string, []any) {
	var where sqlstore.Condition
	where.And("tenant = ?", s.sql.Tenant())
	index, order := "", "kind, id, seq"
	switch {
	case f.Subject != (loyalty.Subject{}):
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
		if f.Member != "" {
			index = "loyalty_entries_member"
		}
	}
	if f.Of != "" {
		where.And("kind = ?", string(f.Of))
	}
	if f.Member != "" {
		where.And("member = ? AND member <> ''", f.Member)
	}
	if !f.RecordedUntil.IsZero() {
		where.And("recorded < ?", sqlstore.Bound(f.RecordedUntil))
	}
	clause, args := where.Limit(order, n)
	return "SELECT kind, id, seq, " + strings.Join(entryColumns, ", ") +
		"\nFROM loyalty_entries" + s.sql.Dialect().IndexedBy(index) + "\n" + clause, args
}
