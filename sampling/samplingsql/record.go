package samplingsql

import (
	"context"
	"database/sql"
	"iter"

	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/sampling"
)

// The columns of sampling_records behind its head.
var recordColumns = []string{"cycle", "state", "due", "body"}

func recordValues(r *sampling.Record) []any {
	return []any{r.Cycle, r.State, sqlstore.Micros(r.Due), sqlstore.Text(r.Body)}
}

// recordQuery reads records. A row without a state has no record yet.
const recordQuery = "SELECT kind, id, version, entries, recorded, cycle, state, due, body\nFROM sampling_records"

func scanRecord(rows *sql.Rows) (sampling.Record, error) {
	var r sampling.Record
	var recorded, due sql.NullInt64
	var body sql.NullString
	err := rows.Scan(&r.Subject.Kind, &r.Subject.ID, &r.Head.Version, &r.Head.Entries, &recorded, &r.Cycle, &r.State, &due, &body)
	if err != nil {
		return sampling.Record{}, err
	}
	r.Head.Recorded, r.Due, r.Body = sqlstore.Instant(recorded), sqlstore.Instant(due), sqlstore.Document(body)
	return r, nil
}

// Record implements [sampling.Store].
func (s *Store) Record(ctx context.Context, subject sampling.Subject) (sampling.Record, error) {
	if err := askable(string(subject.Kind), subject.ID); err != nil {
		return sampling.Record{}, err
	}
	found, err := sqlstore.Select(ctx, s.sql, recordQuery+"\nWHERE tenant = $1 AND kind = $2 AND id = $3 AND state IS NOT NULL",
		[]any{s.sql.Tenant(), string(subject.Kind), subject.ID}, scanRecord)
	if err != nil {
		return sampling.Record{}, worded(err)
	}
	if len(found) == 0 {
		return sampling.Record{}, &sampling.Error{Subject: subject, Err: sampling.ErrNotFound}
	}
	return found[0], nil
}

// Records implements [sampling.Store].
func (s *Store) Records(ctx context.Context, filter sampling.RecordFilter) iter.Seq2[sampling.Record, error] {
	f := filter
	if f.Kind == "" {
		return sqlstore.Failing[sampling.Record](&sampling.Error{Field: "kind", Reason: "is required", Err: sampling.ErrInvalid})
	}
	if err := askable(string(f.Kind), f.After, f.Cycle, f.State); err != nil {
		return sqlstore.Failing[sampling.Record](err)
	}
	after := f.After
	return sqlstore.List(ctx, s.sql, f.Limit, f.Match, func(n int) ([]sampling.Record, bool, error) {
		text, args := s.recordsWhere(f, after, n)
		page, err := sqlstore.Read(ctx, s.sql, text, args, n, scanRecord)
		if len(page) > 0 {
			after = page[len(page)-1].Subject.ID
		}
		return page, len(page) == n, worded(err)
	})
}

// recordsWhere narrows by all fields of the filter.
func (s *Store) recordsWhere(f sampling.RecordFilter, after string, n int) (string, []any) {
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
		index = "sampling_records_due"
	}
	if f.Cycle != "" {
		where.And("cycle = ?", f.Cycle)
		where.And("cycle <> ''") // what the partial index says
		index = "sampling_records_cycle"
	}
	clause, args := where.Limit("id", n)
	return recordQuery + s.sql.Dialect().IndexedBy(index) + "\n" + clause, args
}
