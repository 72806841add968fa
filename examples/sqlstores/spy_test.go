package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// asked is what a spied database was asked.
type asked struct {
	mu    sync.Mutex
	texts []string
	args  [][]any
}

// spied opens a database whose queries are written down.
func (e engine) spied(t testing.TB, dsn string) (*sql.DB, *asked) {
	t.Helper()
	plain := e.connect(t, dsn)
	a := &asked{}
	db := sql.OpenDB(spy{plain.Driver(), dsn, a})
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db, a
}

// last returns the last query with its arguments.
func (a *asked) last(t testing.TB) (string, []any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	require.NotEmpty(t, a.texts)
	return a.texts[len(a.texts)-1], a.args[len(a.args)-1]
}

// spy is a driver.Connector whose connections write their queries down.
type spy struct {
	driver driver.Driver
	dsn    string
	asked  *asked
}

func (s spy) Driver() driver.Driver { return s.driver }

func (s spy) Connect(context.Context) (driver.Conn, error) {
	conn, err := s.driver.Open(s.dsn)
	return spyConn{conn, s.asked}, err
}

type spyConn struct {
	driver.Conn
	asked *asked
}

func (c spyConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	c.asked.mu.Lock()
	values := make([]any, len(args))
	for i, a := range args {
		values[i] = a.Value
	}
	c.asked.texts, c.asked.args = append(c.asked.texts, text), append(c.asked.args, values)
	c.asked.mu.Unlock()
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, text, args)
}

func (c spyConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, text, args)
}

func (c spyConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, opts)
}

// plan returns how the database answers a query.
func (e engine) plan(t testing.TB, db *sql.DB, text string, args []any) string {
	t.Helper()
	how := map[string]string{"sqlite": "EXPLAIN QUERY PLAN ", "postgres": "EXPLAIN "}[e.dialect.String()]
	rows, err := db.QueryContext(t.Context(), how+text, args...)
	require.NoError(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	var lines []string
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		require.NoError(t, rows.Scan(values...))
		line, _ := (*values[len(values)-1].(*any)).(string)
		lines = append(lines, line)
	}
	require.NoError(t, rows.Err())
	return strings.Join(lines, "\n")
}
