package sqlstore

import (
	"bytes"
	"strings"
)

// share is for many rows that go into one table. Much of what they hold is the same
// in all of them: the tenant, the scope, the time of an import, what hardly ever is
// set. Such a value is handed over once: each argument costs a driver of SQLite more
// than its column costs the database, and a server of PostgreSQL parses each element
// of an array.
//
// It returns what insertion needs for that, with the shared columns in front, and cuts
// their values out of the rows, which are the caller's to give away.
func (s *Store) share(to *rows, all [][]any) *rows {
	if len(all) < worthSharing {
		return to
	}
	mask := make([]byte, len(to.columns))
	varying := 0
	for i := range mask {
		mask[i] = '='
		for _, row := range all[1:] {
			if !same(row[i], all[0][i]) {
				mask[i] = '-'
				varying++
				break
			}
		}
	}
	name := to.name + " " + string(mask)
	if varying == 0 || varying == len(mask) || !s.texts.admits(to.name, name) {
		return to
	}
	shared := &rows{name: name, table: to.table, before: to.before, tail: to.tail, columns: make([]string, 0, len(mask))}
	for i, column := range to.columns {
		if mask[i] == '=' {
			shared.columns, shared.common = append(shared.columns, column), append(shared.common, all[0][i])
		}
	}
	for i, column := range to.columns {
		if mask[i] == '-' {
			shared.columns = append(shared.columns, column)
		}
	}
	for j, row := range all {
		rest := row[:0]
		for i, value := range row {
			if mask[i] == '-' {
				rest = append(rest, value)
			}
		}
		all[j] = rest
	}
	return shared
}

const (
	worthSharing = 32 // rows
	maxShared    = 16 // texts of one insertion, by the columns that are shared
)

// same reports whether two values of columns are the same.
func same(a, b any) bool {
	x, ok := a.([]byte)
	if !ok {
		_, ok = b.([]byte)
		return !ok && a == b
	}
	y, ok := b.([]byte)
	return ok && (x == nil) == (y == nil) && bytes.Equal(x, y)
}

// admits reports whether an insertion may have one more text, so that odd data do
// not fill the memory with texts and prepared statements.
func (t *texts) admits(insertion, name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	known := t.shared[insertion]
	if known[name] {
		return true
	}
	if len(known) == maxShared {
		return false
	}
	if known == nil {
		known = map[string]bool{}
		t.shared[insertion] = known
	}
	known[name] = true
	return true
}

// sharedInsertion is insertion for rows that share values. In SQLite ?1 is the first
// argument wherever it stands, and ? the one behind all that came before it.
func (s *Store) sharedInsertion(to *rows, all [][]any) (string, []any) {
	k, n := len(to.common), len(all)
	if s.dialect == PostgreSQL {
		text := s.insertText(to, 2, func() string {
			var text strings.Builder
			text.WriteString("SELECT ")
			for i, column := range to.columns[:k] {
				place(&text, "?::"+s.castOf(column)+", ", i)
			}
			return text.String() + "v.* FROM " + s.unnest(to.columns[k:], k+1) + " AS v"
		})
		return text, append(to.common[:k:k], s.arrays(all)...)
	}
	text := s.insertText(to, n, func() string {
		var row strings.Builder
		place(&row, marks(k), 0)
		one := strings.ReplaceAll(strings.TrimSuffix(row.String(), ")"), "$", "?") + strings.Repeat(", ?", len(to.columns)-k) + ")"
		return "VALUES " + strings.Repeat(", "+one, n)[2:]
	})
	args := append(make([]any, 0, k+n*len(all[0])), to.common...)
	for _, row := range all {
		args = append(args, row...)
	}
	return text, args
}
