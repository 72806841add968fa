package sqlstore

import (
	"context"
	"database/sql"
	"math"
	"slices"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// step is what happens to the head of one subject.
type step struct {
	subject  Subject
	expect   int64
	by       int64 // 1 where it is changed, 0 where it is only required
	entries  int64 // appended
	recorded any   // of the last of them
}

// steps returns the subjects of a commit in the order in which they are locked.
func (c Commit) steps() []step {
	var all []step
	for _, e := range c.Require {
		all = append(all, step{subject: e.Subject, expect: expected(e.Version)})
	}
	for _, change := range c.Changes {
		st := step{subject: change.Subject, expect: expected(change.Expect), by: 1, entries: int64(len(change.Entries))}
		if n := len(change.Entries); n > 0 {
			st.recorded = Micros(change.Entries[n-1].Recorded)
		}
		all = append(all, st)
	}
	slices.SortFunc(all, func(a, b step) int { return a.subject.compare(b.subject) })
	return all
}

// expected is a version as a column may hold it; -1, which none has, for others.
func expected(version uint64) int64 {
	if version >= math.MaxInt64 {
		return -1
	}
	return int64(version)
}

// move locks and compares the versions of all subjects in their order and raises
// those of the changed ones. It returns how many entries each had before.
func (s *Store) move(ctx context.Context, tx *sql.Tx, c Commit) (map[Subject]int64, error) {
	before := make(map[Subject]int64, len(c.Changes))
	for all := c.steps(); len(all) > 0; {
		// A run of subjects of which all or none is expected not to exist: the two
		// take different statements, and the order must hold over both.
		n := 1
		for n < len(all) && (all[n].expect == 0) == (all[0].expect == 0) {
			n++
		}
		run := s.raise
		if all[0].expect == 0 {
			run = s.create
		}
		for lo, hi := range chunks(n, s.dialect.rowsPerStatement()) {
			if err := run(ctx, tx, all[lo:hi], before); err != nil {
				return nil, err
			}
		}
		all = all[n:]
	}
	return before, nil
}

// create moves subjects that are expected at version 0: they have no row, or one of
// version 0 that a requirement left. The insertion of a row that is there locks it,
// and returns it only where its version is 0.
func (s *Store) create(ctx context.Context, tx *sql.Tx, steps []step, before map[Subject]int64) error {
	text := s.text("INSERT INTO {subjects} (tenant, kind, id, version, entries, recorded)\nVALUES " +
		placeholders(marks(6), len(steps), 0) + `
ON CONFLICT (tenant, kind, id) DO UPDATE SET version = excluded.version, entries = excluded.entries, recorded = excluded.recorded
WHERE {subjects}.version = 0 RETURNING kind, id, entries`)
	args := make([]any, 0, 6*len(steps))
	for _, st := range steps {
		args = append(args, s.tenant, st.subject.Kind, st.subject.ID, st.by, st.entries, st.recorded)
	}
	return s.compare(ctx, tx, steps, before, text, args)
}

// raise moves subjects that are expected at a version above 0.
func (s *Store) raise(ctx context.Context, tx *sql.Tx, steps []step, before map[Subject]int64) error {
	if len(steps) == 1 {
		st := steps[0]
		return s.compare(ctx, tx, steps, before, s.text(`UPDATE {subjects}
SET version = version + $1, entries = entries + $2, recorded = COALESCE($3, recorded)
WHERE tenant = $4 AND kind = $5 AND id = $6 AND version = $7 RETURNING kind, id, entries`),
			[]any{st.by, st.entries, st.recorded, s.tenant, st.subject.Kind, st.subject.ID, st.expect})
	}
	if err := s.lock(ctx, tx, steps); err != nil {
		return err
	}
	text := s.text(`UPDATE {subjects} AS s
SET version = s.version + v.column4, entries = s.entries + v.column5, recorded = COALESCE(v.column6, s.recorded)
FROM (VALUES ` + placeholders("(?, ?, CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT))", len(steps), 1) + `) AS v
WHERE s.tenant = $1 AND s.kind = v.column1 AND s.id = v.column2 AND s.version = v.column3 RETURNING s.kind, s.id, s.entries`)
	args := []any{s.tenant}
	for _, st := range steps {
		args = append(args, st.subject.Kind, st.subject.ID, st.expect, st.by, st.entries, st.recorded)
	}
	return s.compare(ctx, tx, steps, before, text, args)
}

// lock locks the rows of several subjects in their order, which one UPDATE of all
// of them would not promise. Only PostgreSQL gets here.
func (s *Store) lock(ctx context.Context, tx *sql.Tx, steps []step) error {
	args := []any{s.tenant}
	for _, st := range steps {
		args = append(args, st.subject.Kind, st.subject.ID)
	}
	rows, err := s.query(ctx, tx, s.text("SELECT kind, id FROM {subjects} WHERE tenant = $1 AND (kind, id) IN (VALUES "+
		placeholders("(?, ?)", len(steps), 1)+")\nORDER BY kind, id FOR UPDATE"), args...)
	return each(rows, err, func() error { return nil })
}

// compare runs a statement that moves the subjects and returns those that were at
// the version expected. One that is missing is a conflict.
func (s *Store) compare(ctx context.Context, tx *sql.Tx, steps []step, before map[Subject]int64, text string, args []any) error {
	moved := make(map[Subject]int64, len(steps))
	rows, err := s.query(ctx, tx, text, args...)
	err = each(rows, err, func() error {
		var subject Subject
		var entries int64
		err := rows.Scan(&subject.Kind, &subject.ID, &entries)
		moved[subject] = entries
		return err
	})
	if err != nil {
		return err
	}
	for _, st := range steps {
		entries, ok := moved[st.subject]
		if !ok {
			return &Error{Subject: st.subject, Reason: "its version moved", Err: fault.ErrConflict}
		}
		before[st.subject] = entries - st.entries
	}
	return nil
}
