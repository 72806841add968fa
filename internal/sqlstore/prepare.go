package sqlstore

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// prepared is what is found out about a database outside of transactions: the
// statements of SQLite by their texts, where preparing costs more than most statements
// do, and whether the driver of PostgreSQL, which keeps prepared statements itself,
// takes slices.
//
// A statement is prepared before a transaction begins, never inside one: it takes a
// connection of the pool, and where the transaction has the last one it would wait
// for ever. So the first use of a text goes unprepared.
type prepared struct {
	mu     sync.Mutex
	stmts  map[string]*sql.Stmt
	wanted map[string]bool

	asked, slices atomic.Bool // whether the driver takes slices; see askDriver
}

// prepare prepares the texts that were asked for since the last time. The caller
// holds no connection, and prepare no lock while it waits for one: who has the last
// connection may need the lock to get on.
func (s *Store) prepare(ctx context.Context) error {
	if s.dialect == PostgreSQL {
		return s.askDriver(ctx)
	}
	p := s.prepared
	p.mu.Lock()
	wanted := slices.Collect(maps.Keys(p.wanted))
	clear(p.wanted)
	p.mu.Unlock()
	for _, text := range wanted {
		stmt, err := s.db.PrepareContext(ctx, unnumbered(text))
		if err != nil {
			return err
		}
		p.mu.Lock()
		if p.stmts[text] == nil {
			p.stmts[text], stmt = stmt, nil
		}
		p.mu.Unlock()
		if stmt != nil { // another goroutine was first
			if err := stmt.Close(); err != nil {
				return err
			}
		}
	}
	return nil
}

// unnumbered puts a ? for each of $1, $2, ... where they come in this order. To
// SQLite the latter are names, which it looks up in a list for each argument.
func unnumbered(text string) string {
	var to strings.Builder
	rest := text
	for n := 1; ; n++ {
		before, behind, found := strings.Cut(rest, "$")
		to.WriteString(before)
		if !found {
			return to.String()
		}
		number := strconv.Itoa(n)
		if !strings.HasPrefix(behind, number) || len(behind) > len(number) && behind[len(number)]-'0' < 10 {
			return text
		}
		to.WriteByte('?')
		rest = behind[len(number):]
	}
}

// find returns the prepared statement of a text, or nil.
func (s *Store) find(text string) *sql.Stmt {
	if s.dialect != SQLite {
		return nil
	}
	p := s.prepared
	p.mu.Lock()
	defer p.mu.Unlock()
	stmt := p.stmts[text]
	if stmt == nil {
		p.wanted[text] = true
	}
	return stmt
}

// exec runs a statement of the transaction, one of those that come again and again,
// and returns how many rows it changed.
func (s *Store) exec(ctx context.Context, tx *sql.Tx, text string, args ...any) (int64, error) {
	var result sql.Result
	ctx, err := s.short(ctx)
	if err != nil {
		return 0, err
	}
	if stmt := s.find(text); stmt != nil {
		result, err = tx.StmtContext(ctx, stmt).ExecContext(ctx, args...)
	} else {
		result, err = tx.ExecContext(ctx, text, args...)
	}
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// executor returns exec for one statement that runs many times in a transaction.
func (s *Store) executor(tx *sql.Tx, text string) func(ctx context.Context, args []any) (int64, error) {
	var own *sql.Stmt // of the transaction
	return func(ctx context.Context, args []any) (int64, error) {
		ctx, err := s.short(ctx)
		if err != nil {
			return 0, err
		}
		if own == nil {
			stmt := s.find(text)
			if stmt == nil {
				return s.exec(ctx, tx, text, args...)
			}
			own = tx.StmtContext(ctx, stmt)
		}
		result, err := own.ExecContext(ctx, args...)
		if err != nil {
			return 0, err
		}
		return result.RowsAffected()
	}
}

// query is exec for statements that return rows. Without a transaction it reads
// from the database.
func (s *Store) query(ctx context.Context, tx *sql.Tx, text string, args ...any) (*sql.Rows, error) {
	ctx, err := s.short(ctx)
	if err != nil {
		return nil, err
	}
	stmt := s.find(text)
	switch {
	case stmt != nil && tx != nil:
		return tx.StmtContext(ctx, stmt).QueryContext(ctx, args...)
	case tx != nil:
		return tx.QueryContext(ctx, text, args...)
	case stmt != nil:
		return stmt.QueryContext(ctx, args...)
	}
	return s.db.QueryContext(ctx, text, args...)
}

// short returns the context for a statement that takes no time worth interrupting:
// in SQLite one that is never done, for a driver starts a goroutine to wait for one
// that may be. The context is asked before each of them.
func (s *Store) short(ctx context.Context) (context.Context, error) {
	if s.dialect != SQLite {
		return ctx, nil
	}
	return context.WithoutCancel(ctx), ctx.Err()
}

// each calls do with every row and closes the rows.
func each(rows *sql.Rows, err error, do func() error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(); err != nil {
			return err
		}
	}
	return rows.Err()
}
