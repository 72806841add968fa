package hosttables

import (
	"context"
	"database/sql"
	"database/sql/driver"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm"
)

//go:embed side.sql
var sideTables string

// Store is a [crm.Store], [crm.Outbox], [crm.Pruner] and [crm.PurchaseSource] over
// the host's tables users and orders. It is made by [New].
type Store struct {
	db   *sql.DB
	turn chan struct{} // held by the commit that runs: waiting for it ends with the context
}

// New returns the store over db, an SQLite database with the host's tables, and
// makes the side tables where they are not there yet. The host's own writes and
// other processes are waited for as long as the busy_timeout of db says. The
// database stays the caller's to close.
func New(ctx context.Context, db *sql.DB) (*Store, error) {
	if _, err := db.ExecContext(ctx, sideTables); err != nil {
		return nil, fmt.Errorf("hosttables: %w", err)
	}
	return &Store{db: db, turn: make(chan struct{}, 1)}, nil
}

// update runs body in a transaction that nobody else writes beside.
func (s *Store) update(ctx context.Context, body func(*step)) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case s.turn <- struct{}{}:
	}
	defer func() { <-s.turn }()
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("hosttables: %w", err)
	}
	defer func() { _ = conn.Close() }()

	t := &step{ctx: ctx, on: conn}
	t.exec("PRAGMA secure_delete = ON") // what is overwritten is zeroed in the file
	t.exec("BEGIN IMMEDIATE")           // the lock is taken before anything is read
	body(t)
	t.fail(ctx.Err())
	t.ctx = context.WithoutCancel(ctx) // a transaction that is begun is ended
	t.exec("COMMIT")
	if t.err != nil {
		if _, err := conn.ExecContext(t.ctx, "ROLLBACK"); err != nil { // SQLite may have rolled back by itself
			_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		}
		return fmt.Errorf("hosttables: %w", t.err)
	}
	return nil
}

// view returns a step that reads. Each statement sees the database at one moment.
func (s *Store) view(ctx context.Context) *step {
	return &step{ctx: ctx, on: s.db, err: ctx.Err()}
}

// step is some statements that belong together. The first failure stands, and no
// statement is sent after it.
type step struct {
	ctx context.Context
	on  interface {
		ExecContext(context.Context, string, ...any) (sql.Result, error)
		QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	}
	err error
}

func (t *step) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

// exec returns how many rows a statement changed.
func (t *step) exec(query string, args ...any) int {
	if t.err != nil {
		return 0
	}
	result, err := t.on.ExecContext(t.ctx, query, args...)
	if t.fail(err); err != nil {
		return 0
	}
	n, err := result.RowsAffected()
	t.fail(err)
	return int(n)
}

// all calls scan with each row of a query, which is closed when all returns.
func (t *step) all(query string, args []any, scan func(scanner)) {
	if t.err != nil {
		return
	}
	rows, err := t.on.QueryContext(t.ctx, query, args...)
	if t.fail(err); err != nil {
		return
	}
	for t.err == nil && rows.Next() {
		scan(func(dest ...any) { t.fail(rows.Scan(dest...)) })
	}
	t.fail(rows.Err())
	t.fail(rows.Close())
}

// one reads the only row of a query, and reports whether there is one.
func (t *step) one(query string, args []any, dest ...any) (found bool) {
	t.all(query, args, func(scan scanner) {
		scan(dest...)
		found = t.err == nil
	})
	return found
}

// scanner puts the columns of a row where they belong.
type scanner func(dest ...any)

// decode reads JSON that this package wrote.
func (t *step) decode(body string, into any) {
	if t.err == nil && body != "" {
		t.fail(json.Unmarshal([]byte(body), into))
	}
}

func (t *step) encode(value any) string {
	body, err := json.Marshal(value)
	t.fail(err)
	return string(body)
}

// micros is how an instant stands in the side tables: the zero time, too, has a
// number of its own, that of the beginning of the year 1.
func micros(t time.Time) int64 { return t.UnixMicro() }

func instant(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

// found returns what was read, or the failure, or that nothing is there.
func found[T any](t *step, value T, ok bool, what crm.Error) (T, error) {
	var none T
	what.Err = crm.ErrNotFound
	switch {
	case t.err != nil:
		return none, fmt.Errorf("hosttables: %w", t.err)
	case !ok:
		return none, &what
	}
	return value, nil
}

// Scrub moves the write-ahead log into the database and empties it: after that the
// file holds no byte of what was overwritten in a side table. It fails while
// another connection reads or writes.
func (s *Store) Scrub(ctx context.Context) error {
	var busy, inLog, moved int
	t := s.view(ctx)
	t.one("PRAGMA wal_checkpoint(TRUNCATE)", nil, &busy, &inLog, &moved)
	if busy != 0 {
		t.fail(errors.New("another connection is at work"))
	}
	if t.err != nil {
		return fmt.Errorf("hosttables: scrub: %w", t.err)
	}
	return nil
}
