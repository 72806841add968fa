package sqlstore

import (
	"context"
	"database/sql"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Head is how far a subject has come.
type Head struct {
	Version, Entries int64
	Recorded         sql.NullInt64
}

// Head returns the head of the subject, the zero Head where it was never written.
func (s *Store) Head(ctx context.Context, subject Subject) (Head, error) {
	f := s.family(subject.Kind)
	text := s.cached("head of "+f.Subjects, 0, func() string {
		return s.text(numbered("SELECT version, entries, recorded FROM {" + f.Subjects + "} WHERE " + equal(f.key, " AND ")))
	})
	heads, err := Select(ctx, s, text, s.of(f, subject, 0), func(rows *sql.Rows) (h Head, err error) {
		return h, rows.Scan(&h.Version, &h.Entries, &h.Recorded)
	})
	if len(heads) == 0 {
		return Head{}, err
	}
	return heads[0], err
}

// Receipt is what a commit with a key left.
type Receipt struct {
	Fingerprint, Data []byte
	Recorded          sql.NullInt64
}

// Receipt returns what the commit with this key left, or fault.ErrNotFound.
func (s *Store) Receipt(ctx context.Context, scope, key string) (Receipt, error) {
	found, err := Select(ctx, s, s.text("SELECT fingerprint, receipt, recorded FROM {receipts} WHERE tenant = $1 AND scope = $2 AND commit_key = $3"),
		[]any{s.tenant, scope, key}, func(rows *sql.Rows) (r Receipt, err error) {
			return r, rows.Scan(&r.Fingerprint, &r.Data, &r.Recorded)
		})
	if err == nil && len(found) == 0 {
		return Receipt{}, &Error{Reason: "the key was never committed", Err: fault.ErrNotFound}
	}
	if err != nil {
		return Receipt{}, err
	}
	return found[0], nil
}

// Prune forgets the keys of commits recorded before an instant.
func (s *Store) Prune(ctx context.Context, before time.Time) (n int, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		deleted, err := s.exec(ctx, tx, s.text("DELETE FROM {receipts} WHERE tenant = $1 AND recorded < $2"), s.tenant, before.Add(time.Microsecond-1).UnixMicro())
		n = int(deleted)
		return err
	})
	return n, err
}

// Select returns what a statement yields that comes again and again and has few
// rows.
func Select[T any](ctx context.Context, s *Store, text string, args []any, scan func(*sql.Rows) (T, error)) (found []T, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.tx == nil {
		if err := s.prepare(ctx); err != nil {
			return nil, s.fail(ctx, err)
		}
	}
	rows, err := s.query(ctx, s.tx, text, args...)
	err = each(rows, err, func() error {
		row, err := scan(rows)
		found = append(found, row)
		return err
	})
	return found, s.fail(ctx, err)
}

// SelectAmong returns the rows of a choice in any order.
func SelectAmong[T any](ctx context.Context, s *Store, c *Choice, before []any, values []string, scan func(*sql.Rows) (T, error)) (found []T, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.tx == nil {
		if err := s.prepare(ctx); err != nil {
			return nil, s.fail(ctx, err)
		}
	}
	found = make([]T, 0, len(values))
	err = s.among(ctx, s.tx, c, before, values, func(rows *sql.Rows) error {
		row, err := scan(rows)
		found = append(found, row)
		return err
	})
	return found, s.fail(ctx, err)
}

// Pages reads a listing page by page: each call returns the next n rows, or fewer,
// and whether there may be more behind them.
type Pages[T any] func(n int) (page []T, more bool, err error)

// List yields the rows of a listing that match, at most limit of them, 0 or below
// for all. No statement is open while the loop body runs.
func List[T any](ctx context.Context, s *Store, limit int, match func(T) bool, next Pages[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		left := limit
		for more := true; more; {
			n := s.page
			if limit > 0 {
				n = min(n, left)
			}
			var page []T
			var err error
			page, more, err = next(n)
			for i := range page {
				if err := ctx.Err(); err != nil {
					yield(none, err)
					return
				}
				if !match(page[i]) {
					continue
				}
				if !yield(page[i], nil) {
					return
				}
				if left--; left == 0 {
					return
				}
			}
			if err != nil {
				yield(none, err)
				return
			}
		}
	}
}

// Read returns the rows of one statement of a listing, about n of them.
func Read[T any](ctx context.Context, s *Store, text string, args []any, n int, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var rows *sql.Rows
	var err error
	if s.tx != nil {
		rows, err = s.tx.QueryContext(ctx, text, args...)
	} else {
		rows, err = s.db.QueryContext(ctx, text, args...)
	}
	page := make([]T, 0, min(n, s.page))
	err = each(rows, err, func() error {
		row, err := scan(rows)
		if err == nil {
			page = append(page, row)
		}
		return err
	})
	return page, s.fail(ctx, err)
}

// HeadOf is an expression for the head of a subject of the family of all kinds, given
// expressions for its columns; ParseHead reads it. It is a subquery because a join leaves a choice to the
// planner of PostgreSQL, which without fresh statistics it makes wrongly: it then
// reads all subjects for each page.
func (s *Store) HeadOf(tenant, kind, id string) string {
	return s.text("(SELECT CAST(h.version AS TEXT) || ' ' || CAST(h.entries AS TEXT) || ' ' || COALESCE(CAST(h.recorded AS TEXT), '')" +
		" FROM {subjects} AS h WHERE h.tenant = " + tenant + " AND h.kind = " + kind + " AND h.id = " + id + ")")
}

// ParseHead reads what HeadOf selects.
func ParseHead(text string) (h Head, err error) {
	version, rest, _ := strings.Cut(text, " ")
	entries, recorded, _ := strings.Cut(rest, " ")
	if h.Version, err = strconv.ParseInt(version, 10, 64); err != nil {
		return Head{}, err
	}
	if h.Entries, err = strconv.ParseInt(entries, 10, 64); err != nil {
		return Head{}, err
	}
	if recorded == "" {
		return h, nil
	}
	h.Recorded.Valid = true
	h.Recorded.Int64, err = strconv.ParseInt(recorded, 10, 64)
	return h, err
}
