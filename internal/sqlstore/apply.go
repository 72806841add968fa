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
	return s.inTx(ctx, func(tx *sql.Tx) error {
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
	})
}

// remember inserts the key of the commit.
func (s *Store) remember(ctx context.Context, tx *sql.Tx, c Commit) error {
	if c.Key == "" {
		return nil
	}
	n, err := s.exec(ctx, tx, s.text(`INSERT INTO {receipts} (tenant, scope, commit_key, fingerprint, receipt, recorded)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`),
		s.tenant, c.Scope, c.Key, c.Fingerprint, c.Receipt, Micros(c.Recorded))
	if err == nil && n == 0 {
		return &Error{Reason: "the key was committed before", Err: fault.ErrDuplicate}
	}
	return err
}

// replace writes the rows of the domain's tables, those of one table together.
func (s *Store) replace(ctx context.Context, tx *sql.Tx, c Commit) error {
	var tables []*Table
	rows := map[*Table][][]any{}
	for _, change := range c.Changes {
		for _, row := range change.Rows {
			if rows[row.Table] == nil {
				tables = append(tables, row.Table)
			}
			rows[row.Table] = append(rows[row.Table], append([]any{s.tenant}, row.Values...))
		}
	}
	for _, t := range tables {
		keys := append([]string{"tenant"}, t.Keys...)
		var set []string
		for _, column := range t.Columns {
			set = append(set, column+" = excluded."+column)
		}
		tail := " ON CONFLICT (" + strings.Join(keys, ", ") + ") DO UPDATE SET " + strings.Join(set, ", ")
		if err := s.insert(ctx, tx, t.Name, slices.Concat(keys, t.Columns), tail, rows[t]); err != nil {
			return err
		}
	}
	return nil
}

// insert adds rows in as few statements as the dialect likes.
func (s *Store) insert(ctx context.Context, tx *sql.Tx, table string, columns []string, tail string, rows [][]any) error {
	head := "INSERT INTO " + s.table(table) + " (" + strings.Join(columns, ", ") + ")\nVALUES "
	for lo, hi := range chunks(len(rows), s.dialect.rowsPerStatement()) {
		text := head + placeholders(marks(len(columns)), hi-lo, 0) + tail
		if _, err := s.exec(ctx, tx, text, slices.Concat(rows[lo:hi]...)...); err != nil {
			return err
		}
	}
	return nil
}

// journal clears entries and appends new ones. Before has the number of entries
// that each changed subject had.
func (s *Store) journal(ctx context.Context, tx *sql.Tx, c Commit, before map[Subject]int64) error {
	var rows [][]any
	for _, change := range c.Changes {
		had := before[change.Subject]
		added := make([][]any, len(change.Entries))
		for i, e := range change.Entries {
			added[i] = append([]any{s.tenant, change.Subject.Kind, change.Subject.ID, had + int64(i) + 1}, e.Values...)
		}
		for _, r := range change.Redacts {
			if own := Number(r.Seq) - had; own >= 1 && own <= int64(r.Behind) {
				for _, i := range s.cleared {
					added[own-1][4+i] = nil
				}
			} else if err := s.redact(ctx, tx, change.Subject, r.Seq, had); err != nil {
				return err
			}
		}
		rows = append(rows, added...)
	}
	columns := append([]string{"tenant", "kind", "id", "seq"}, s.domain.Entry...)
	return s.insert(ctx, tx, "entries", columns, "", rows)
}

// redact clears entry seq, or all up to had where seq is 0.
func (s *Store) redact(ctx context.Context, tx *sql.Tx, subject Subject, seq uint64, had int64) error {
	var set []string
	for _, column := range s.domain.Cleared {
		set = append(set, column+" = NULL")
	}
	from, to := Number(seq), Number(seq)
	if seq == 0 {
		from, to = 1, had
	}
	if from > had {
		return nil
	}
	_, err := s.exec(ctx, tx, s.text("UPDATE {entries} SET "+strings.Join(set, ", ")+
		"\nWHERE tenant = $1 AND kind = $2 AND id = $3 AND seq >= $4 AND seq <= $5"),
		s.tenant, subject.Kind, subject.ID, from, to)
	return err
}

// emit puts the events into the outbox.
func (s *Store) emit(ctx context.Context, tx *sql.Tx, c Commit) error {
	var rows [][]any
	for _, change := range c.Changes {
		for _, e := range change.Events {
			rows = append(rows, []any{s.tenant, change.Subject.Kind, change.Subject.ID, Number(change.Expect + 1),
				e.Kind, Micros(e.At), e.Data})
		}
	}
	return s.insert(ctx, tx, "outbox", []string{"tenant", "kind", "id", "version", "event_kind", "at", "data"}, "", rows)
}
