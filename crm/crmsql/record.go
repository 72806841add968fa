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

// The columns of crm_records behind its keys.
var recordColumns = []string{"customer", "ref", "owner", "path", "state", "due", "body"}

func recordValues(r crm.Record) []any {
	return []any{r.Customer, r.Ref, r.Owner, r.Path, r.State, sqlstore.Micros(r.Due), sqlstore.Text(r.Body)}
}

// recordQuery reads records with their heads.
func (s *Store) recordQuery(index string) string {
	return "SELECT r.kind, r.id, " + s.sql.HeadOf("r.tenant", "r.kind", "r.id") + ", r." + strings.Join(recordColumns, ", r.") +
		"\nFROM crm_records AS r" + s.sql.Dialect().IndexedBy(index) + "\n"
}

func scanRecord(rows *sql.Rows) (crm.Record, error) {
	var r crm.Record
	var head sql.RawBytes
	var due sql.NullInt64
	var body sql.NullString
	err := rows.Scan(&r.Subject.Kind, &r.Subject.ID, &head, &r.Customer, &r.Ref, &r.Owner, &r.Path, &r.State, &due, &body)
	if err != nil {
		return crm.Record{}, err
	}
	if r.Head, err = headOf(head); err != nil {
		return crm.Record{}, fmt.Errorf("crmsql: the row of %v: %w", r.Subject, err)
	}
	r.Due, r.Body = sqlstore.Instant(due), sqlstore.Document(body)
	return r, nil
}

// headOf is a head as sqlstore's HeadOf selects it.
func headOf(text []byte) (crm.Head, error) {
	h, err := sqlstore.ParseHead(string(text))
	return crm.Head{Version: uint64(h.Version), Entries: uint64(h.Entries), Recorded: sqlstore.Instant(h.Recorded)}, err
}

// Record implements [crm.Store].
func (s *Store) Record(ctx context.Context, subject crm.Subject) (crm.Record, error) {
	if err := askable(string(subject.Kind), subject.ID); err != nil {
		return crm.Record{}, err
	}
	found, err := sqlstore.Select(ctx, s.sql, s.recordQuery("")+"WHERE r.tenant = $1 AND r.kind = $2 AND r.id = $3",
		[]any{s.sql.Tenant(), string(subject.Kind), subject.ID}, scanRecord)
	if err != nil {
		return crm.Record{}, worded(err)
	}
	if len(found) == 0 {
		return crm.Record{}, &crm.Error{Subject: subject, Err: crm.ErrNotFound}
	}
	return found[0], nil
}

// Records implements [crm.Store].
func (s *Store) Records(ctx context.Context, filter crm.RecordFilter) iter.Seq2[crm.Record, error] {
	f := filter
	if f.Kind == "" {
		return sqlstore.Failing[crm.Record](&crm.Error{Field: "kind", Reason: "is required", Err: crm.ErrInvalid})
	}
	if err := askable(append(scopeTexts(f.Visible), string(f.Kind), f.After, f.Customer, f.Ref, f.Owner, f.State)...); err != nil {
		return sqlstore.Failing[crm.Record](err)
	}
	after, growth := f.After, 1
	return sqlstore.List(ctx, s.sql, f.Limit, f.Match, func(n int) ([]crm.Record, bool, error) {
		if byDue(f) { // each page sorts all that is due: few large pages, not many small ones
			n, growth = min(n*growth, max(n, maxDuePage)), 2*growth
		}
		text, args := s.recordsWhere(f, after, n)
		page, err := sqlstore.Read(ctx, s.sql, text, args, n, scanRecord)
		if len(page) > 0 {
			after = page[len(page)-1].Subject.ID
		}
		return page, len(page) == n, worded(err)
	})
}

// maxDuePage is how many rows a page of a listing by due has at most.
const maxDuePage = 1 << 14

// byDue reports whether a listing is narrowed by the time alone: what is due is then
// expected to be few out of many, whatever its state.
func byDue(f crm.RecordFilter) bool {
	return !f.DueBefore.IsZero() && f.Owner == "" && f.Customer == "" && f.Ref == ""
}

// recordsWhere narrows by all fields of the filter.
func (s *Store) recordsWhere(f crm.RecordFilter, after string, n int) (string, []any) {
	var where sqlstore.Condition
	where.And("r.tenant = ?", s.sql.Tenant())
	where.And("r.kind = ?", string(f.Kind))
	where.And("r.id > ?", after)
	index := ""
	// The last of these that is given is expected to be the narrowest.
	for _, by := range []struct{ column, value string }{
		{"state", f.State}, {"owner", f.Owner}, {"customer", f.Customer}, {"ref", f.Ref},
	} {
		if by.value != "" {
			where.And("r."+by.column+" = ?", by.value)
			where.And("r." + by.column + " <> ''") // what the partial indexes say
			index = "crm_records_" + by.column
		}
	}
	if !f.DueBefore.IsZero() {
		where.And("r.due < ?", sqlstore.Bound(f.DueBefore))
		where.And("r.due IS NOT NULL") // what the partial index says
	}
	if byDue(f) {
		index = "crm_records_due"
	}
	if f.Visible != nil && !f.Visible.All {
		if own := visible(&where, "r.", *f.Visible); own && index == "" {
			index = "crm_records_owner"
		}
	}
	clause, args := where.Limit("r.id", n)
	return s.recordQuery(index) + clause, args
}
