package samplingsql

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"
	"time"

	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/sampling"
)

// Store is a [sampling.Store], [sampling.Outbox], [sampling.Pruner] and
// [sampling.Borrowed] in a SQL database. Make one with [New]. It may be used by any
// number of goroutines; inside a transaction by one at a time.
type Store struct{ sql *sqlstore.Store }

// Options of a [Store]. Dialect is required; the other zero values are the
// defaults.
type Options struct {
	Dialect  Dialect
	Tenant   string // whose spot checks they are, as [sampling.ValidID] has it; "" where the database has one tenant
	PageSize int    // rows that a listing reads at a time; 0 for 256
}

//go:embed schema
var schema embed.FS

// Schema returns the migrations, for hosts that run them with a tool of their own:
// sqlite/0001.sql makes version 1 of the tables, sqlite/0002.sql would make version
// 2 out of that; likewise postgres. Such a tool also inserts the number of each
// script into the table sampling_schema (version BIGINT NOT NULL PRIMARY KEY), which
// the scripts do not create. A script that was released never changes.
func Schema() fs.FS {
	sub, err := fs.Sub(schema, "schema")
	if err != nil {
		return schema // a name that is valid cannot fail
	}
	return sub
}

// New returns a store on db. It reads and creates nothing: see [Store.Migrate] and
// [Store.Check]. Make one store for a *sql.DB and tenant and keep it: it holds
// prepared statements. ErrInvalid: there is no db, or an option is out of its range.
func New(db *sql.DB, opts Options) (*Store, error) {
	s, err := sqlstore.New(db, domain(), sqlstore.Options{
		Dialect: sqlstore.Dialect(opts.Dialect), Tenant: opts.Tenant, PageSize: opts.PageSize,
	})
	if err != nil {
		return nil, worded(err)
	}
	return &Store{s}, nil
}

// domain describes the tables of this package to sqlstore.
func domain() sqlstore.Domain {
	return sqlstore.Domain{
		Name: "sampling",
		Families: []sqlstore.Family{{
			Subjects: "records", Columns: recordColumns, Listed: []string{"cycle", "due"},
			Journal: "entries", Entry: entryColumns, Cleared: []string{"reason"},
		}},
		Numbers: []string{"due"},
		Schema:  Schema(),
		Tables:  []string{"records", "entries", "receipts", "outbox"},
	}
}

// Migrate creates the tables, or brings them to the version of this program, in one
// transaction. Processes that start at once may all call it: one does the work and
// the others wait, in SQLite for some forty times the busy_timeout at most, and for
// a second at least, after which it is ErrConflict. Tables of a newer version are
// [ErrVersion] and stay as they are.
func (s *Store) Migrate(ctx context.Context) error { return worded(s.sql.Migrate(ctx)) }

// Check returns nil where the tables have the version of this program, and
// [ErrVersion] where they are older, newer or missing: for programs whose tables
// are migrated by something else. In a transaction of PostgreSQL, call it only
// where the tables are there.
func (s *Store) Check(ctx context.Context) error { return worded(s.sql.Check(ctx)) }

// InTx returns the store inside a transaction of the host, which has to be one of
// the *sql.DB that the store was made with. It sees and writes what the transaction
// sees and writes; nothing is committed before the host commits. A store of package
// crm/crmsql may be in the same transaction.
//
// A commit makes one attempt. After any error the host has to roll back, and may
// then begin anew. ErrConflict and ErrDuplicate do not abort a PostgreSQL transaction
// at READ COMMITTED, so that the host can still read in it what it needs for its
// decision.
func (s *Store) InTx(tx *sql.Tx) *Store { return &Store{s.sql.InTx(tx)} }

// Borrowed implements [sampling.Borrowed].
func (s *Store) Borrowed() bool { return s.sql.Borrowed() }

// Scrub removes from the database's files what deleted and replaced rows left in
// them, as far as the package comment says.
//
// In SQLite it writes the whole database anew (VACUUM) and empties the log, for all
// tenants and all tables of the file: it takes time and room by its size, and
// ErrConflict says that somebody else was reading or writing. In PostgreSQL it
// vacuums the tables of this package beside everybody's work. Inside a transaction
// it is ErrUnsupported.
func (s *Store) Scrub(ctx context.Context) error { return worded(s.sql.Scrub(ctx)) }

// Prune implements [sampling.Pruner].
func (s *Store) Prune(ctx context.Context, before time.Time) (int, error) {
	n, err := s.sql.Prune(ctx, before)
	return n, worded(err)
}

// The optional interfaces are implemented beside the contract.
var (
	_ sampling.Store    = (*Store)(nil)
	_ sampling.Outbox   = (*Store)(nil)
	_ sampling.Pruner   = (*Store)(nil)
	_ sampling.Borrowed = (*Store)(nil)
)
