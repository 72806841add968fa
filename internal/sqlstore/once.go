package sqlstore

import (
	"context"
	"strings"
)

// Refusal is what a trigger of a SQLite schema says where a commit in one statement
// does not find what it expects.
const Refusal = "guanxi: not as expected"

// Once runs a statement that is a whole commit, in a transaction of its own that
// begins and ends with it, and reports whether it was applied. Where it was not,
// nothing was, and [Store.Commit] says why. Inside a transaction of the host it does
// nothing.
//
// In PostgreSQL the statement changes rows where it is applied, and none where not;
// in SQLite it fails where not, with [Refusal] or over a row that is there. There it
// inserts into a view, and triggers do the work.
func (s *Store) Once(ctx context.Context, text string, args ...any) (bool, error) {
	if s.tx != nil {
		return false, nil
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if s.dialect == PostgreSQL {
		return s.oncePostgres(ctx, text, args)
	}
	if err := s.prepare(ctx); err != nil {
		return false, s.fail(ctx, err)
	}
	var err error
	if stmt := s.find(text); stmt != nil {
		_, err = stmt.ExecContext(ctx, args...)
	} else {
		_, err = s.db.ExecContext(ctx, text, args...)
	}
	if err != nil && (strings.Contains(err.Error(), Refusal) || s.dialect.duplicate(err)) {
		return false, nil
	}
	return err == nil, s.fail(ctx, err)
}

// oncePostgres takes an error by which another transaction was preferred, or a row
// that it has inserted meanwhile, for a refusal.
func (s *Store) oncePostgres(ctx context.Context, text string, args []any) (bool, error) {
	result, err := s.db.ExecContext(ctx, text, args...)
	if err != nil {
		if s.dialect.contended(err) || s.dialect.duplicate(err) {
			return false, nil
		}
		return false, s.fail(ctx, err)
	}
	n, err := result.RowsAffected()
	return n > 0, s.fail(ctx, err)
}
