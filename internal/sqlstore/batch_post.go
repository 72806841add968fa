package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
)

// posts are commits of which each does what most do: it replaces the values of one
// subject that exists, and appends entries to its journal. Such ones need nothing
// looked up: the statements that write say whether all was as expected, and where it
// was not, the batch is done again another way.
type posts struct {
	*Store
	family  *family
	changes []*Change // sorted by subject
	keyed   [][]any   // rows of receipts, sorted
	events  [][]any
}

// postsOf returns the commits that have no error yet, or nil where they are not
// posts, of one family, each with a subject and a key of its own.
func (s *Store) postsOf(commits []Commit, errs []error) *posts {
	p := &posts{Store: s, changes: make([]*Change, 0, len(commits)), keyed: make([][]any, 0, len(commits))}
	for i := range commits {
		if errs[i] != nil {
			continue
		}
		c := &commits[i]
		if len(c.Require) > 0 || len(c.Changes) != 1 {
			return nil
		}
		change := &c.Changes[0]
		if !change.isPost() || len(p.changes) > 0 && s.family(change.Subject.Kind) != p.family {
			return nil
		}
		p.family = s.family(change.Subject.Kind)
		p.changes = append(p.changes, change)
		p.events = s.eventsOf(p.events, change)
		if c.Key != "" {
			p.keyed = append(p.keyed, s.receiptOf(c))
		}
	}
	slices.SortFunc(p.changes, func(x, y *Change) int { return x.Subject.compare(y.Subject) })
	sortReceipts(p.keyed)
	if len(p.changes) < 2 || p.repeats() || s.dialect == PostgreSQL && len(p.runs()) > maxRuns {
		return nil
	}
	return p
}

// isPost reports whether a change has nothing but values and numbered entries, for a
// subject that exists.
func (c *Change) isPost() bool {
	return expected(c.Expect) > 0 && c.Values != nil && c.First > 0 && len(c.Entries) > 0 &&
		len(c.Rows)+len(c.Sets)+len(c.Redacts)+len(c.Claims)+len(c.Releases) == 0
}

// repeats reports whether a subject or a key comes twice.
func (p *posts) repeats() bool {
	for i := 1; i < len(p.changes); i++ {
		if p.changes[i].Subject == p.changes[i-1].Subject {
			return true
		}
	}
	for i := 1; i < len(p.keyed); i++ {
		if compareTexts(p.keyed[i][1:3], p.keyed[i-1][1:3]) == 0 {
			return true
		}
	}
	return false
}

// run writes the posts in a transaction, in the order of the locks, or fails whole:
// with errUnexpected where the general way has to say why.
func (p *posts) run(ctx context.Context, tx *sql.Tx) error {
	write := p.moveEach
	if p.dialect == PostgreSQL {
		write = p.moveAll
	}
	if err := write(ctx, tx); err != nil {
		return err
	}
	receipts := receiptRows
	if p.dialect == PostgreSQL {
		receipts = newReceiptRows
	}
	if err := p.all(ctx, tx, receipts, p.keyed); err != nil {
		return err
	}
	if err := p.all(ctx, tx, p.family.journal, p.entries()); err != nil {
		return err
	}
	return p.all(ctx, tx, outboxRows, p.events)
}

// entries returns the rows of the journal, in one piece of memory.
func (p *posts) entries() [][]any {
	n := 0
	for _, c := range p.changes {
		n += len(c.Entries)
	}
	all, room := make([][]any, 0, n), make([]any, 0, n*len(p.family.journal.columns))
	for _, c := range p.changes {
		for i := range c.Entries {
			start := len(room)
			room = append(append(p.appendKey(room, p.family, c.Subject), Number(c.First)+int64(i)), c.Entries[i].Values...)
			all = append(all, room[start:len(room):len(room)])
		}
	}
	return all
}

// newReceiptRows inserts keys that are expected to be new: PostgreSQL takes twice as
// long where it may not fail over one that is there.
var newReceiptRows = &rows{name: "new receipts", table: "receipts", columns: keyColumns}

// moveEach is for SQLite, where no round trip is saved by a statement for many rows.
// The listed columns are left alone where the row has them as they are to be: an
// index costs nothing where the statement does not name its columns.
func (p *posts) moveEach(ctx context.Context, tx *sql.Tx) error {
	f := p.family
	unlisted, all := p.executor(tx, p.moveOne(f, false)), p.executor(tx, p.moveOne(f, true))
	args := make([]any, 0, 8+len(f.Columns)+len(f.listed))
	for _, c := range p.changes {
		last := Number(c.First) - 1
		args = append(args[:0], expected(c.Expect)+1, last+int64(len(c.Entries)), Micros(c.Entries[len(c.Entries)-1].Recorded))
		for i, v := range c.Values {
			if !slices.Contains(f.listed, i) {
				args = append(args, v)
			}
		}
		args = p.appendKey(args, f, c.Subject)
		args = append(args, expected(c.Expect), last)
		for _, i := range f.listed {
			args = append(args, c.Values[i])
		}
		n, err := unlisted(ctx, args)
		if err == nil && n == 0 {
			args = p.appendKey(append(args[:3], c.Values...), f, c.Subject)
			args = append(args, expected(c.Expect), last)
			n, err = all(ctx, args)
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return &Error{Subject: c.Subject, Reason: "a batch of commits", Err: errUnexpected}
		}
	}
	return nil
}

// moveOne writes the statement that replaces one row, all its columns or those that
// are not listed, where the row is as expected.
func (s *Store) moveOne(f *family, listed bool) string {
	n := 0
	if listed {
		n = 1
	}
	return s.cached("move one of "+f.Subjects, n, func() string {
		set, where := []string{"version", "entries", "recorded"}, slices.Concat(f.key, []string{"version", "entries"})
		for i, column := range f.Columns {
			if listed || !slices.Contains(f.listed, i) {
				set = append(set, column)
			}
		}
		text := "UPDATE {" + f.Subjects + "}\nSET " + equal(set, ", ") + "\nWHERE " + equal(where, " AND ")
		if !listed {
			for _, column := range f.Listed {
				text += " AND " + column + " IS ?"
			}
		}
		return s.text(numbered(text))
	})
}

// moveAll is for PostgreSQL. Neighbours with the same number of entries are one
// statement, so that the order of the locks holds over all statements: by INSERT ... ON
// CONFLICT, which finds row by row, in their order, whatever the planner knows of the
// table. A row that is missing would be inserted, with its version below 0, by which
// it is found out.
func (p *posts) moveAll(ctx context.Context, tx *sql.Tx) error {
	for _, run := range p.runs() {
		n, rows := len(run[0].Entries), make([][]any, 0, len(run))
		room := make([]any, 0, len(run)*(len(p.family.key)+3+len(p.family.Columns)))
		for _, c := range run {
			start := len(room)
			room = append(p.appendKey(room, p.family, c.Subject), -expected(c.Expect)-1, Number(c.First)-1+int64(n), Micros(c.Entries[n-1].Recorded))
			room = append(room, c.Values...)
			rows = append(rows, room[start:len(room):len(room)])
		}
		moved, err := p.moveRows(ctx, tx, rows, n)
		if err != nil {
			return err
		}
		if moved != len(run) {
			return &Error{Reason: "a batch of commits", Err: errUnexpected}
		}
	}
	return nil
}

// runs returns the changes in stretches of neighbours with the same number of entries.
func (p *posts) runs() (all [][]*Change) {
	for rest := p.changes; len(rest) > 0; {
		n := 1
		for n < len(rest) && len(rest[n].Entries) == len(rest[0].Entries) {
			n++
		}
		all, rest = append(all, rest[:n]), rest[n:]
	}
	return all
}

// maxRuns is how many statements may move what a look-up and a few would move.
const maxRuns = 16

// moveRows replaces rows of heads to which n entries each are appended, and returns
// how many were as expected.
func (p *posts) moveRows(ctx context.Context, tx *sql.Tx, all [][]any, n int) (moved int, err error) {
	to := p.share(p.family.moved, all)
	for lo, hi := range p.dialect.stretches(len(all)) {
		text, args := p.insertion(to, all[lo:hi])
		found, err := p.query(ctx, tx, text, append(args, int64(n))...)
		err = each(found, err, func() error {
			var count int
			err := found.Scan(&count)
			moved += count
			return err
		})
		if err != nil {
			return moved, err
		}
	}
	return moved, nil
}

// movedRows says how moveRows replaces.
func movedRows(f *family) *rows {
	columns := f.columns(true)
	all := slices.Concat(f.key, columns)
	had := "{" + f.Subjects + "}"
	return &rows{name: "move " + f.Subjects, table: f.Subjects, columns: all, before: "WITH moved AS (\n",
		tail: "\nON CONFLICT (" + strings.Join(f.key, ", ") + ") DO UPDATE SET version = -excluded.version, " + excluded(columns[1:]) +
			"\nWHERE " + had + ".version = -excluded.version - 1 AND " + had + ".entries = excluded.entries - $" + strconv.Itoa(len(all)+1) + "::bigint" +
			"\nRETURNING version)\nSELECT count(*) FROM moved WHERE version > 0"}
}

func sortReceipts(all [][]any) {
	slices.SortFunc(all, func(x, y []any) int {
		return cmp.Or(strings.Compare(x[1].(string), y[1].(string)), strings.Compare(x[2].(string), y[2].(string)))
	})
}
