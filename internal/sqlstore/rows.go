package sqlstore

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
)

// rows says how rows come into a table.
type rows struct {
	name    string // of the statement, for its texts
	table   string // without the prefix
	columns []string
	before  string // before INSERT
	tail    string // behind the values: ON CONFLICT and the like
	common  []any  // values of the first columns that all rows share; see share
}

// excluded sets columns to what an INSERT would have put there.
func excluded(columns []string) string {
	set := make([]string, len(columns))
	for i, column := range columns {
		set[i] = column + " = excluded." + column
	}
	return strings.Join(set, ", ")
}

// insert adds rows in as few statements as the dialect likes, and returns how many
// the table took. The rows are used up.
func (s *Store) insert(ctx context.Context, tx *sql.Tx, to *rows, all [][]any) (taken int64, err error) {
	to = s.share(to, all)
	for lo, hi := range s.dialect.stretches(len(all)) {
		text, args := s.insertion(to, all[lo:hi])
		n, err := s.exec(ctx, tx, text, args...)
		if err != nil {
			return taken, err
		}
		taken += n
	}
	return taken, nil
}

// insertion returns a statement that inserts rows, and its arguments: of one row
// its values; of several in PostgreSQL one array for each column, so that one text
// serves any number; in SQLite all values.
func (s *Store) insertion(to *rows, all [][]any) (string, []any) {
	n := len(all)
	switch {
	case len(to.common) > 0:
		return s.sharedInsertion(to, all)
	case n == 1:
		return s.insertText(to, 1, func() string { return "VALUES " + placeholders(marks(len(to.columns)), 1, 0) }), all[0]
	case s.dialect == PostgreSQL:
		return s.insertText(to, 2, func() string { return "SELECT * FROM " + s.unnest(to.columns, 1) }), s.arrays(all)
	}
	return s.insertText(to, n, func() string { return "VALUES " + placeholders(marks(len(to.columns)), n, 0) }), slices.Concat(all...)
}

func (s *Store) insertText(to *rows, n int, source func() string) string {
	return s.cached("insert "+to.name, n, func() string {
		return to.before + "INSERT " + s.dialect.orFail() + "INTO " + s.table(to.table) + " (" + strings.Join(to.columns, ", ") + ")\n" + source() + s.text(to.tail)
	})
}

// unnest is a set of rows that comes as one array a column, in the arguments from
// $first on.
func (s *Store) unnest(columns []string, first int) string {
	var text strings.Builder
	text.WriteString("unnest(")
	for i, column := range columns {
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteString("$" + strconv.Itoa(first+i) + "::" + s.castOf(column) + "[]")
	}
	text.WriteByte(')')
	return text.String()
}

// Choice selects columns of the rows of a table in which one column has one of
// several values.
type Choice struct {
	Table  string // in braces
	Select string
	Where  string // with $1, $2, ... for the arguments before
	Column string
	Lock   bool // in PostgreSQL, in the order of the values
}

// among runs the choice for some values, of which each comes once; in SQLite as
// often as it takes.
//
// In PostgreSQL each value is looked up by a subquery of its own, because a join
// leaves a choice to its planner, which without fresh statistics it makes wrongly:
// it then reads the whole table for each batch.
func (s *Store) among(ctx context.Context, tx *sql.Tx, c *Choice, before []any, values []string, do func(*sql.Rows) error) error {
	run := func(text string, args []any) error {
		found, err := s.query(ctx, tx, text, args...)
		return each(found, err, func() error { return do(found) })
	}
	name := "among " + c.Table + c.Select
	if s.dialect == PostgreSQL {
		text := s.cached(name, 0, func() string {
			end := "OFFSET 0" // which keeps the planner from making a join of it
			if c.Lock {
				end = "FOR UPDATE"
			}
			return s.text("SELECT f.* FROM unnest($" + strconv.Itoa(len(before)+1) + "::text[]) AS v(value) CROSS JOIN LATERAL (\nSELECT " +
				c.Select + " FROM " + c.Table + " AS t WHERE " + c.Where + " AND t." + c.Column + " = v.value " + end + ") AS f")
		})
		return run(text, append(slices.Clip(before), s.array(values)))
	}
	for lo, hi := range chunks(len(values), maxIn) {
		text := s.cached(name, hi-lo, func() string {
			return s.text("SELECT " + c.Select + " FROM " + c.Table + " WHERE " + c.Where + " AND " + c.Column + " IN (" + placeholders("?", hi-lo, len(before)) + ")")
		})
		args := append(make([]any, 0, len(before)+hi-lo), before...)
		for _, v := range values[lo:hi] {
			args = append(args, v)
		}
		if err := run(text, args); err != nil {
			return err
		}
	}
	return nil
}

const maxIn = 128 // values of one IN in SQLite
