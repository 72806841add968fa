package crmsql

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"strings"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/sqlstore"
)

// The columns of crm_entries behind its keys.
var entryColumns = []string{"journal", "entry_kind", "from_code", "to_code", "contact", "ref", "amount", "currency",
	"data", "actor", "at", "recorded", "reason", "text", "private"}

func entryValues(e crm.Entry) []any {
	return []any{string(e.Journal), e.Kind, e.From, e.To, e.Contact, e.Ref, e.Amount, currencyText(e.Currency),
		sqlstore.Text(e.Data), e.Actor, sqlstore.Micros(e.At), sqlstore.Micros(e.Recorded),
		sqlstore.Text(e.Reason), sqlstore.Text(e.Text), sqlstore.Text(e.Private)}
}

func scanEntry(rows *sql.Rows) (crm.Entry, error) {
	var e crm.Entry
	var currency string
	var at, recorded sql.NullInt64
	var data, reason, text, private sql.NullString
	err := rows.Scan(&e.Subject.Kind, &e.Subject.ID, &e.Seq, &e.Journal, &e.Kind, &e.From, &e.To, &e.Contact, &e.Ref,
		&e.Amount, &currency, &data, &e.Actor, &at, &recorded, &reason, &text, &private)
	if err != nil {
		return crm.Entry{}, err
	}
	if err := e.Currency.UnmarshalText([]byte(currency)); err != nil {
		return crm.Entry{}, fmt.Errorf("crmsql: entry %d of %v: %w", e.Seq, e.Subject, err)
	}
	e.At, e.Recorded = sqlstore.Instant(at), sqlstore.Instant(recorded)
	e.Data, e.Private, e.Reason, e.Text = sqlstore.Document(data), sqlstore.Document(private), reason.String, text.String
	return e, nil
}

// Head implements [crm.Store].
func (s *Store) Head(ctx context.Context, subject crm.Subject) (crm.Head, error) {
	if err := askable(string(subject.Kind), subject.ID); err != nil {
		return crm.Head{}, err
	}
	h, err := s.sql.Head(ctx, plain(subject))
	return crm.Head{Version: uint64(h.Version), Entries: uint64(h.Entries), Recorded: sqlstore.Instant(h.Recorded)}, worded(err)
}

// Entries implements [crm.Store].
func (s *Store) Entries(ctx context.Context, filter crm.EntryFilter) iter.Seq2[crm.Entry, error] {
	f := filter
	if f.Subject == (crm.Subject{}) && f.Contact == "" && f.Journal == "" {
		return sqlstore.Failing[crm.Entry](&crm.Error{Field: "filter", Reason: "needs a subject, a contact or a journal", Err: crm.ErrInvalid})
	}
	if err := askable(string(f.Subject.Kind), f.Subject.ID, f.Contact, string(f.Journal), string(f.After.Subject.Kind), f.After.Subject.ID); err != nil {
		return sqlstore.Failing[crm.Entry](err)
	}
	after := f.After
	return sqlstore.List(ctx, s.sql, f.Limit, f.Match, func(n int) ([]crm.Entry, bool, error) {
		text, args := s.entriesWhere(f, after, n)
		page, err := sqlstore.Read(ctx, s.sql, text, args, n, scanEntry)
		if len(page) > 0 {
			after = page[len(page)-1].Position()
		}
		return page, len(page) == n, worded(err)
	})
}

// entriesWhere narrows by all fields of the filter.
func (s *Store) entriesWhere(f crm.EntryFilter, after crm.Position, n int) (string, []any) {
	var where sqlstore.Condition
	where.And("tenant = ?", s.sql.Tenant())
	index, order := "", "kind, id, seq"
	switch {
	case f.Subject != (crm.Subject{}):
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
		if f.Contact != "" {
			index = "crm_entries_contact"
		}
	}
	if f.Contact != "" {
		where.And("contact = ? AND contact <> ''", f.Contact)
	}
	if f.Journal != "" {
		where.And("journal = ?", string(f.Journal))
	}
	if !f.RecordedUntil.IsZero() {
		where.And("recorded < ?", sqlstore.Bound(f.RecordedUntil))
	}
	clause, args := where.Limit(order, n)
	return "SELECT kind, id, seq, " + strings.Join(entryColumns, ", ") +
		"\nFROM crm_entries" + s.sql.Dialect().IndexedBy(index) + "\n" + clause, args
}
