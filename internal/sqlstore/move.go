package sqlstore

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// step is what happens to the head of one subject.
type step struct {
	subject  Subject
	expect   int64
	by       int64 // 1 where it is changed, 0 where it is only required
	entries  int64 // appended
	first    int64 // what the first of them is numbered; 0 where the store says
	recorded any   // of the last of them
	values   []any // of the family's columns; nil where they stay
}

// steps returns the subjects of a commit in the order in which they are locked.
func (c Commit) steps() []step {
	all := make([]step, 0, len(c.Require)+len(c.Changes))
	for _, e := range c.Require {
		all = append(all, step{subject: e.Subject, expect: expected(e.Version)})
	}
	for i := range c.Changes {
		change := &c.Changes[i]
		st := step{subject: change.Subject, expect: expected(change.Expect), by: 1, entries: int64(len(change.Entries)),
			first: Number(change.First), values: change.Values}
		if n := len(change.Entries); n > 0 {
			st.recorded = Micros(change.Entries[n-1].Recorded)
		}
		all = append(all, st)
	}
	if len(all) > 1 {
		slices.SortFunc(all, func(a, b step) int { return a.subject.compare(b.subject) })
	}
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
		// A run of subjects that one statement moves: the order must hold over all
		// statements.
		f, n := s.family(all[0].subject.Kind), 1
		for n < len(all) && all[n].like(all[0]) && s.family(all[n].subject.Kind) == f {
			n++
		}
		run := s.raise
		if all[0].expect == 0 {
			run = s.create
		}
		for lo, hi := range s.dialect.singly(n) {
			if err := run(ctx, tx, f, all[lo:hi], before); err != nil {
				return nil, err
			}
		}
		all = all[n:]
	}
	return before, nil
}

// like reports whether one statement can move both: of subjects that are expected to
// be new, or not to be, and of which the same columns are replaced.
func (st step) like(o step) bool {
	return (st.expect == 0) == (o.expect == 0) && (st.values == nil) == (o.values == nil)
}

// columns returns the columns of a row of heads behind its key, replaced ones
// included.
func (f *family) columns(replaced bool) []string {
	columns := []string{"version", "entries", "recorded"}
	if replaced {
		columns = append(columns, f.Columns...)
	}
	return columns
}

// creation is a way to insert rows of heads.
type creation struct {
	replaced  bool // with the family's columns
	returning bool // how many entries there are
}

// createdRows says how rows of heads are inserted, or take the place of those of
// version 0.
func createdRows(f *family, c creation) *rows {
	columns := f.columns(c.replaced)
	to := &rows{table: f.Subjects, columns: slices.Concat(f.key, columns),
		tail: "\nON CONFLICT (" + strings.Join(f.key, ", ") + ") DO UPDATE SET " + excluded(columns) +
			"\nWHERE {" + f.Subjects + "}.version = 0"}
	to.name = f.Subjects + " create"
	if c.replaced {
		to.name += " replaced"
	}
	if c.returning {
		to.name += " returning"
		to.tail += " RETURNING " + f.kind() + ", id, entries"
	}
	return to
}

// create moves subjects that are expected at version 0: they have no row, or one of
// version 0 that a requirement left. The insertion of a row that is there locks it,
// and returns it only where its version is 0.
func (s *Store) create(ctx context.Context, tx *sql.Tx, f *family, steps []step, before map[Subject]int64) error {
	all := make([][]any, len(steps))
	for i, st := range steps {
		all[i] = append(append(s.of(f, st.subject, 3+len(st.values)), st.by, st.entries, st.recorded), st.values...)
	}
	text, args := s.insertion(f.created[creation{replaced: steps[0].values != nil, returning: true}], all)
	return s.compare(ctx, tx, steps, before, text, args)
}

// raise moves subjects that are expected at a version above 0.
func (s *Store) raise(ctx context.Context, tx *sql.Tx, f *family, steps []step, before map[Subject]int64) error {
	replaced := steps[0].values != nil
	if len(steps) == 1 {
		st := steps[0]
		args := append([]any{st.by, st.entries, st.recorded}, st.values...)
		return s.compare(ctx, tx, steps, before, s.raiseOne(f, replaced), append(append(args, s.of(f, st.subject, 1)...), st.expect))
	}
	if err := s.lock(ctx, tx, f, steps); err != nil {
		return err
	}
	all := make([][]any, len(steps))
	for i, st := range steps {
		all[i] = append(append(s.of(f, st.subject, 4+len(st.values)), st.expect, st.by, st.entries, st.recorded), st.values...)
	}
	return s.compare(ctx, tx, steps, before, s.raiseMany(f, replaced), s.arrays(all))
}

func (s *Store) raiseOne(f *family, replaced bool) string {
	rows := 0
	if replaced {
		rows = 1
	}
	return s.cached("raise one of "+f.Subjects, rows, func() string {
		text := "UPDATE {" + f.Subjects + "}\nSET version = version + ?, entries = entries + ?, recorded = COALESCE(?, recorded)"
		if replaced {
			text += ", " + equal(f.Columns, ", ")
		}
		return s.text(numbered(text + "\nWHERE " + equal(f.key, " AND ") + " AND version = ? RETURNING " + f.kind() + ", id, entries"))
	})
}

// raiseMany is for PostgreSQL only.
func (s *Store) raiseMany(f *family, replaced bool) string {
	rows := 0
	if replaced {
		rows = 1
	}
	return s.cached("raise many of "+f.Subjects, rows, func() string {
		columns := slices.Concat(f.key, []string{"version", "entries", "entries", "recorded"})
		names := append(slices.Clone(f.key), "expect", "by", "appended", "last")
		set := "version = s.version + v.by, entries = s.entries + v.appended, recorded = COALESCE(v.last, s.recorded)"
		if replaced {
			columns, names = append(columns, f.Columns...), append(names, f.Columns...)
			for _, column := range f.Columns {
				set += ", " + column + " = v." + column
			}
		}
		kind := f.kind()
		where := "s.version = v.expect"
		for _, column := range f.key {
			where += " AND s." + column + " = v." + column
		}
		if f.Kind == "" {
			kind = "s.kind"
		}
		return s.text("UPDATE {" + f.Subjects + "} AS s\nSET " + set + "\nFROM " + s.unnest(columns, 1) + " AS v(" + strings.Join(names, ", ") + ")\nWHERE " +
			where + " RETURNING " + kind + ", s.id, s.entries")
	})
}

// lock locks the rows of several subjects in their order, which one UPDATE of all
// of them would not promise. Only PostgreSQL gets here.
func (s *Store) lock(ctx context.Context, tx *sql.Tx, f *family, steps []step) error {
	for len(steps) > 0 {
		kind, before := steps[0].subject.Kind, []any{s.tenant}
		if f.Kind == "" {
			before = append(before, kind)
		}
		var ids []string
		for len(steps) > 0 && steps[0].subject.Kind == kind {
			ids, steps = append(ids, steps[0].subject.ID), steps[1:]
		}
		if err := s.among(ctx, tx, f.heads, before, ids, func(*sql.Rows) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

// compare runs a statement that moves the subjects and returns those that were at
// the version expected. One that is missing is a conflict, and so is one whose
// entries have other numbers than the commit says.
func (s *Store) compare(ctx context.Context, tx *sql.Tx, steps []step, before map[Subject]int64, text string, args []any) error {
	moved := make(map[Subject]int64, len(steps))
	found, err := s.query(ctx, tx, text, args...)
	err = each(found, err, func() error {
		var subject Subject
		var entries int64
		err := found.Scan(&subject.Kind, &subject.ID, &entries)
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
		had := entries - st.entries
		if st.first != 0 && st.first != had+1 {
			return &Error{Subject: st.subject, Reason: "its entries do not follow", Err: fault.ErrConflict}
		}
		before[st.subject] = had
	}
	return nil
}
