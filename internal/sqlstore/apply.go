package sqlstore

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Commit applies all of c or nothing; see the package comment. The error is an
// *[Error] of fault.ErrDuplicate, ErrConflict or ErrTaken, or the database's.
func (s *Store) Commit(ctx context.Context, c Commit) error {
	return s.inTx(ctx, func(tx *sql.Tx) error { return s.apply(ctx, tx, c) })
}

// apply does the steps of a commit in a transaction.
func (s *Store) apply(ctx context.Context, tx *sql.Tx, c Commit) error {
	if err := s.remember(ctx, tx, c); err != nil {
		return err
	}
	before, err := s.move(ctx, tx, c)
	if err != nil {
		return err
	}
	if err := s.claim(ctx, tx, c); err != nil {
		return err
	}
	if err := s.replace(ctx, tx, c); err != nil {
		return err
	}
	if err := s.setMembers(ctx, tx, c); err != nil {
		return err
	}
	if err := s.journal(ctx, tx, c, before); err != nil {
		return err
	}
	return s.emit(ctx, tx, c)
}

// The rows of the tables that every domain has.
var (
	keyColumns  = []string{"tenant", "scope", "commit_key", "fingerprint", "receipt", "recorded"}
	receiptRows = &rows{name: "receipts", table: "receipts", columns: keyColumns, tail: " ON CONFLICT DO NOTHING"}
	outboxRows  = &rows{name: "outbox", table: "outbox", columns: []string{"tenant", "kind", "id", "version", "event_kind", "at", "data"}}
)

func (s *Store) receiptOf(c *Commit) []any {
	return []any{s.tenant, c.Scope, c.Key, c.Fingerprint, c.Receipt, Micros(c.Recorded)}
}

// remember inserts the key of the commit.
func (s *Store) remember(ctx context.Context, tx *sql.Tx, c Commit) error {
	if c.Key == "" {
		return nil
	}
	n, err := s.insert(ctx, tx, receiptRows, [][]any{s.receiptOf(&c)})
	if err == nil && n == 0 {
		return &Error{Reason: "the key was committed before", Err: fault.ErrDuplicate}
	}
	return err
}

// replace writes the rows of the domain's tables, those of one table together.
func (s *Store) replace(ctx context.Context, tx *sql.Tx, c Commit) error {
	var tables []*Table
	all := map[*Table][][]any{}
	for i := range c.Changes {
		for _, row := range c.Changes[i].Rows {
			if all[row.Table] == nil {
				tables = append(tables, row.Table)
			}
			all[row.Table] = append(all[row.Table], append([]any{s.tenant}, row.Values...))
		}
	}
	for _, t := range tables {
		if _, err := s.insert(ctx, tx, t.rows(), all[t]); err != nil {
			return err
		}
	}
	return nil
}

// rows says how rows of the table are replaced.
func (t *Table) rows() *rows {
	t.once.Do(func() {
		keys := append([]string{"tenant"}, t.Keys...)
		t.replaced = rows{name: t.Name + " " + strings.Join(t.Columns, " "), table: t.Name, columns: slices.Concat(keys, t.Columns),
			tail: " ON CONFLICT (" + strings.Join(keys, ", ") + ") DO UPDATE SET " + excluded(t.Columns)}
	})
	return &t.replaced
}

// journal clears entries and appends new ones. Before has the number of entries
// that each changed subject had.
func (s *Store) journal(ctx context.Context, tx *sql.Tx, c Commit, before map[Subject]int64) error {
	all := map[*family][][]any{}
	for i := range c.Changes {
		change := &c.Changes[i]
		f, had := s.family(change.Subject.Kind), before[change.Subject]
		added := s.entriesOf(f, change, had)
		for _, r := range change.Redacts {
			if own := Number(r.Seq) - had; own >= 1 && own <= int64(r.Behind) {
				for _, i := range f.cleared {
					added[own-1][i] = nil
				}
			} else if err := s.redact(ctx, tx, f, change.Subject, r.Seq, had); err != nil {
				return err
			}
		}
		all[f] = append(all[f], added...)
	}
	for _, f := range s.families {
		if _, err := s.insert(ctx, tx, f.journal, all[f]); err != nil {
			return err
		}
	}
	return nil
}

// entriesOf returns the rows of a change's entries behind those that are there.
func (s *Store) entriesOf(f *family, change *Change, had int64) [][]any {
	added := make([][]any, len(change.Entries))
	for i, e := range change.Entries {
		added[i] = append(append(s.of(f, change.Subject, 1+len(e.Values)), had+int64(i)+1), e.Values...)
	}
	return added
}

// redact clears entry seq, or all up to had where seq is 0.
func (s *Store) redact(ctx context.Context, tx *sql.Tx, f *family, subject Subject, seq uint64, had int64) error {
	from, to := Number(seq), Number(seq)
	if seq == 0 {
		from, to = 1, had
	}
	if from > had {
		return nil
	}
	text := s.cached("redact "+f.Journal, 0, func() string {
		return s.text(numbered("UPDATE {" + f.Journal + "} SET " + strings.Join(f.Cleared, " = NULL, ") + " = NULL\nWHERE " +
			equal(f.key, " AND ") + " AND seq >= ? AND seq <= ?"))
	})
	_, err := s.exec(ctx, tx, text, append(s.of(f, subject, 2), from, to)...)
	return err
}

// emit puts the events into the outbox.
func (s *Store) emit(ctx context.Context, tx *sql.Tx, c Commit) error {
	var all [][]any
	for i := range c.Changes {
		change := &c.Changes[i]
		all = s.eventsOf(all, change)
	}
	_, err := s.insert(ctx, tx, outboxRows, all)
	return err
}

// eventsOf appends the rows of a change's events.
func (s *Store) eventsOf(all [][]any, change *Change) [][]any {
	for _, e := range change.Events {
		all = append(all, []any{s.tenant, change.Subject.Kind, change.Subject.ID, Number(change.Expect + 1), e.Kind, Micros(e.At), e.Data})
	}
	return all
}
