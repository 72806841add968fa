package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
)

// write puts what the commits change into the tables, in the order of the locks.
func (b *batch) write(ctx context.Context, tx *sql.Tx) error {
	sortReceipts(b.receipts)
	if n, err := b.insert(ctx, tx, receiptRows, b.receipts); err != nil {
		return err
	} else if n != int64(len(b.receipts)) {
		if b.repeats {
			return &Error{Reason: "a batch of commits", Err: errUnexpected}
		}
		return &Error{Reason: "a batch of commits", Err: errKeys}
	}
	if err := b.writeSubjects(ctx, tx); err != nil {
		return err
	}
	claims := make([][]any, len(b.newClaims))
	for i, h := range b.newClaims {
		claims[i] = b.claimRow(h)
	}
	slices.SortFunc(claims, func(x, y []any) int { return compareTexts(x[1:3], y[1:3]) })
	if err := b.all(ctx, tx, claimRows, claims); err != nil {
		return err
	}
	for _, f := range b.families {
		key := len(f.key) // behind which the number is; sorted rows find their pages at hand
		slices.SortFunc(b.entries[f], func(x, y []any) int {
			return cmp.Or(compareTexts(x[1:key], y[1:key]), cmp.Compare(x[key].(int64), y[key].(int64)))
		})
		if err := b.all(ctx, tx, f.journal, b.entries[f]); err != nil {
			return err
		}
	}
	return b.all(ctx, tx, outboxRows, b.events)
}

func compareTexts(x, y []any) int {
	for i := range x {
		if c := strings.Compare(x[i].(string), y[i].(string)); c != 0 {
			return c
		}
	}
	return 0
}

// all inserts rows none of which may be there.
func (s *Store) all(ctx context.Context, tx *sql.Tx, to *rows, all [][]any) error {
	n, err := s.insert(ctx, tx, to, all)
	if s.dialect.duplicate(err) {
		err = &Error{Reason: "a batch of commits", Err: errUnexpected}
	}
	if err == nil && n != int64(len(all)) {
		return &Error{Reason: "a batch of commits", Err: errUnexpected}
	}
	return err
}

// group is rows of heads that one statement writes.
type group struct {
	family   *family
	found    bool // they are replaced; else they are made
	replaced bool // with the family's columns
	listed   bool // and those of them that indexes are over
}

// writeSubjects writes the heads that were moved, each once.
func (b *batch) writeSubjects(ctx context.Context, tx *sql.Tx) error {
	var groups []group
	rows := map[group][][]any{}
	for _, s := range b.order {
		if !s.used || s.found && s.version == s.was {
			continue
		}
		g := group{family: s.family, found: s.found, replaced: s.values != nil}
		g.listed = g.replaced && !(s.found && b.dialect == SQLite && s.unlisted())
		if rows[g] == nil {
			groups = append(groups, g)
		}
		row := append(b.of(s.family, s.Subject, 3+len(s.values)), s.version, s.entries, s.recorded)
		for i, v := range s.values {
			if g.listed || !slices.Contains(s.family.listed, i) {
				row = append(row, v)
			}
		}
		rows[g] = append(rows[g], row)
	}
	for _, g := range groups {
		if !g.found {
			if err := b.all(ctx, tx, g.family.created[creation{replaced: g.replaced}], rows[g]); err != nil {
				return err
			}
			continue
		}
		n, err := b.replaceHeads(ctx, tx, g, rows[g])
		if err != nil {
			return err
		}
		if n != int64(len(rows[g])) {
			return &Error{Reason: "a batch of commits", Err: errUnexpected}
		}
	}
	return nil
}

// unlisted reports whether the listed columns stay as the row has them.
func (s *subject) unlisted() bool {
	for i, column := range s.family.listed {
		if s.listed[i] != s.values[column] {
			return false
		}
	}
	return true
}

// replaceHeads replaces rows of heads that are locked.
func (b *batch) replaceHeads(ctx context.Context, tx *sql.Tx, g group, all [][]any) (int64, error) {
	columns := []string{"version", "entries", "recorded"}
	if g.replaced {
		for i, column := range g.family.Columns {
			if g.listed || !slices.Contains(g.family.listed, i) {
				columns = append(columns, column)
			}
		}
	}
	// By INSERT ... ON CONFLICT, and not by an UPDATE of a join, for the reason that
	// is given at among.
	to := &rows{name: "replace " + g.family.Subjects + " " + strings.Join(columns, " "), table: g.family.Subjects, columns: slices.Concat(g.family.key, columns),
		tail: "\nON CONFLICT (" + strings.Join(g.family.key, ", ") + ") DO UPDATE SET " + excluded(columns)}
	return b.insert(ctx, tx, to, all)
}
