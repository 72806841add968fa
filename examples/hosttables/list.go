package hosttables

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/guanxi-go/guanxi/crm"
)

// pageRows is how many rows a listing reads with one statement: a hundred records
// may have a hundred megabytes.
const pageRows = 100

// Customers implements [crm.CustomerReader].
func (s *Store) Customers(ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
	q := query{from: selectCustomers, place: "l.id > ?", order: "l.id"}
	q.where("s.owner = ?", f.Owner, f.Owner != "")
	if f.Unowned {
		q.where("COALESCE(s.owner, '') = ?", "", true)
	}
	return list(ctx, s, f.Limit, f.After, f.Match, func(t *step, after string) (rows []crm.Customer, last string) {
		t.all(q.text(), q.behind(after), func(scan scanner) {
			rows = append(rows, t.scanCustomer(scan))
			last = rows[len(rows)-1].ID
		})
		return rows, last
	})
}

// Records implements [crm.RecordReader].
func (s *Store) Records(ctx context.Context, f crm.RecordFilter) iter.Seq2[crm.Record, error] {
	if f.Kind == "" {
		return failed[crm.Record](&crm.Error{Field: "kind", Reason: "is required", Err: crm.ErrInvalid})
	}
	q := query{from: selectRecords, place: "r.id > ?", order: "r.id"}
	q.where("r.kind = ?", string(f.Kind), true)
	q.where("r.customer = ?", f.Customer, f.Customer != "")
	q.where("r.owner = ?", f.Owner, f.Owner != "")
	return list(ctx, s, f.Limit, f.After, f.Match, func(t *step, after string) (rows []crm.Record, last string) {
		t.all(q.text(), q.behind(after), func(scan scanner) {
			rows = append(rows, t.scanRecord(scan))
			last = rows[len(rows)-1].Subject.ID
		})
		return rows, last
	})
}

// Entries implements [crm.JournalReader].
func (s *Store) Entries(ctx context.Context, f crm.EntryFilter) iter.Seq2[crm.Entry, error] {
	if f.Subject == (crm.Subject{}) && f.Contact == "" && f.Journal == "" {
		return failed[crm.Entry](&crm.Error{Field: "subject", Reason: "or contact or journal is required", Err: crm.ErrInvalid})
	}
	q := query{from: selectEntries, place: "(kind, id, seq) > (?, ?, ?)", order: "kind, id, seq"}
	if f.Subject != (crm.Subject{}) {
		q.where("kind = ?", string(f.Subject.Kind), true)
		q.where("id = ?", f.Subject.ID, true)
	}
	q.where("contact = ?", f.Contact, f.Contact != "")
	q.where("journal = ?", string(f.Journal), f.Journal != "")
	return list(ctx, s, f.Limit, f.After, f.Match, func(t *step, after crm.Position) (rows []crm.Entry, last crm.Position) {
		t.all(q.text(), q.behind(string(after.Subject.Kind), after.Subject.ID, min(after.Seq, math.MaxInt64)), func(scan scanner) {
			rows = append(rows, t.scanEntry(scan))
			last = rows[len(rows)-1].Position()
		})
		return rows, last
	})
}

// query is a listing in SQL: what it reads, what narrows it, and the condition of
// being behind a place in its order.
type query struct {
	from, place, order string
	conditions         []string
	args               []any
}

// where narrows the query where the filter's field is given.
func (q *query) where(condition string, arg any, given bool) {
	if given {
		q.conditions = append(q.conditions, condition)
		q.args = append(q.args, arg)
	}
}

func (q *query) text() string {
	return q.from + " WHERE " + strings.Join(append(slices.Clone(q.conditions), q.place), " AND ") +
		" ORDER BY " + q.order + " LIMIT " + strconv.Itoa(pageRows)
}

func (q *query) behind(place ...any) []any { return append(slices.Clone(q.args), place...) }

func failed[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) { yield(*new(T), err) }
}

// list yields the rows that pass match, a page at a time. No connection is held
// while the loop body runs. A page returns the rows behind a place, and the place
// of the last of them.
func list[T, P any](ctx context.Context, s *Store, limit int, after P, match func(T) bool, page func(*step, P) ([]T, P)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		yielded := 0
		for place := after; ; {
			t := s.view(ctx)
			rows, last := page(t, place)
			for _, row := range rows {
				t.fail(ctx.Err()) // the loop body may have ended it
				if t.err != nil {
					break
				}
				if !match(row) {
					continue
				}
				if yielded++; !yield(row, nil) || yielded == limit {
					return
				}
			}
			if t.err != nil {
				yield(*new(T), fmt.Errorf("hosttables: %w", t.err))
			}
			if t.err != nil || len(rows) < pageRows {
				return
			}
			place = last
		}
	}
}
