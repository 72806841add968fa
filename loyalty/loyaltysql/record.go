package loyaltysql

import (
	"context"
	"database/sql"
	"iter"

	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/loyalty"
)

// The columns of loyalty_records behind its head.
var recordColumns = []string{"member", "ref", "state", "due", "body"}

func recordValues(r *loyalty.Record) []any {
	return []any{r.Member, r.Ref, r.State, sqlstore.Micros(r.Due), sqlstore.Text(r.Body)}
}

// recordQuery reads records. A row without a state has no record yet.
const recordQuery = "SELECT kind, id, version, entries, recorded, member, ref, state, due, body\nFROM loyalty_records"

func scanRecord(rows *sql.Rows) (loyalty.Record, error) {
	var r loyalty.Record
	var recorded, due sql.NullInt64
	var body sql.NullString
	err := rows.Scan(&r.Subject.Kind, &r.Subject.ID, &r.Head.Version, &r.Head.Entries, &recorded, &r.Member, &r.Ref, &r.State, &due, &body)
	if err != nil {
		return loyalty.Record{}, err
	}
	r.Head.Recorded, r.Due, r.Body = sqlstore.Instant(recorded), sqlstore.Instant(due), sqlstore.Document(body)
	return r, nil
}

// Record implements [loyalty.Store].
func (s *Store) Record(ctx context.Context, subject loyalty.Subject) (loyalty.Record, error) {
	if err := askable(string(subject.Kind), subject.ID); err != nil {
		return loyalty.Record{}, err
	}
	found, err := sqlstore.Select(ctx, s.sql, recordQuery+"\nWHERE tenant = $1 AND kind = $2 AND id = $3 AND state IS NOT NULL",
		[]any{s.sql.Tenant(), string(subject.Kind), subject.ID}, scanRecord)
	if err != nil {
		return loyalty.Record{}, worded(err)
	}
	if len(found) == 0 {
		return loyalty.Record{}, &loyalty.Error{Subject: subject, Err: loyalty.ErrNotFound}
	}
	return found[0], nil
}

// Records implements [loyalty.Store].
func (s *Store) Records(ctx context.Context, filter loyalty.RecordFilter) iter.Seq2[loyalty.Record, error] {
	f := filter
	if f.Kind == "" {
		return sqlstore.Failing[loyalty.Record](&loyalty.Error{Field: "kind", Reason: "is required", Err: loyalty.ErrInvalid})
	}
	if err := askable(string(f.Kind), f.After, f.Member, f.Ref, f.State); err != nil {
		return sqlstore.Failing[loyalty.Record](err)
	}
	after := f.After
	return sqlstore.List(ctx, s.sql, f.Limit, f.Match, func(n int) ([]loyalty.Record, bool, error) {
		text, args := s.recordsWhere(f, after, n)
		page, err := sqlstore.Read(ctx, s.sql, text, args, n, scanRecord)
		if len(page) > 0 {
			after = page[len(page)-1].Subject.ID
		}
		return page, len(page) == n, worded(err)
	})
}

// recordsWhere narrows by all fields of the filter.
func (s *Store) recordsWhere(f loyalty.RecordFilter, after string, n int) (string, []any) {
	var where sqlstore.Condition
	where.And("tenant = ?", s.sql.Tenant())
	where.And("kind = ?", string(f.Kind))
	where.And("id > ?", after)
	where.And("state IS NOT NULL")
	if f.State != "" {
		where.And("state = ?", f.State)
	}
	index := ""
	// The last of these that is given is expected to be the narrowest.
	if !f.DueBefore.IsZero() {
		where.And("due < ?", sqlstore.Bound(f.DueBefore))
		index = "loyalty_records_due"
	}
	for _, by := range []struct{ column, value string }{{"member", f.Member}, {"ref", f.Ref}} {
		if by.value != "" {
			where.And(by.column+" = ?", by.value)
			where.And(by.column + " <> ''") // what the partial indexes say
			index = "loyalty_records_" + by.column
		}
	}
	clause, args := where.Limit("id", n)
	return recordQuery + s.sql.Dialect().IndexedBy(index) + "\n" + clause, args
}
