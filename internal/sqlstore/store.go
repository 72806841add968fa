package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Domain is what the store has to know of the domain that it works for.
type Domain struct {
	Name     string   // prefix of every table, "crm" for crm_subjects, and of errors
	Families []Family // the last one is of every kind that has no family of its own
	Numbers  []string // of the columns named below, those that are BIGINT
	Bytes    []string // those that are BYTEA or BLOB; all others are TEXT
	Schema   fs.FS    // the migrations: sqlite/0001.sql, postgres/0001.sql, ...
	Tables   []string // all tables, without the prefix, for [Store.Scrub]
}

// Family is where subjects of one kind, or of all kinds without a family of their
// own, have their heads and journals.
type Family struct {
	// Kind of the subjects: a code. Its tables have no column kind, which the family
	// of all other kinds has.
	Kind string
	// Subjects is the table of heads: tenant, kind, id, version, entries, recorded,
	// and Columns, which a change may replace: what a subject is can stand in the row
	// that says how far it has come, and is then read and written with it.
	Subjects string
	Columns  []string
	// Listed are those of Columns that indexes are over: they seldom change, and in
	// SQLite an index costs nothing where the statement does not name its columns.
	Listed []string

	Journal string   // the table of entries
	Entry   []string // its columns behind tenant, kind, id and seq
	Cleared []string // of these, the columns that a Redact sets to NULL
}

// Options of a [Store].
type Options struct {
	Dialect  Dialect
	Tenant   string
	PageSize int // rows of a listing that are read at a time; 0 for 256
}

// Store runs the statements of one domain and one tenant on a database, or inside a
// transaction of the host. It may be used by any number of goroutines; inside a
// transaction by one at a time.
type Store struct {
	db      *sql.DB
	tx      *sql.Tx // the host's; nil for transactions of our own
	dialect Dialect
	tenant  string
	page    int
	domain  Domain

	families []*family
	texts    *texts
	prepared *prepared
}

// New returns a store on db. It reads nothing.
func New(db *sql.DB, domain Domain, opts Options) (*Store, error) {
	refuse := func(reason string) (*Store, error) {
		return nil, &Error{Reason: reason, Err: fault.ErrInvalid}
	}
	switch {
	case db == nil:
		return refuse("there is no database")
	case !opts.Dialect.Valid():
		return refuse("the dialect is not one of the known ones")
	case len(opts.Tenant) > 255 || strings.ContainsRune(opts.Tenant, 0) || strings.ToValidUTF8(opts.Tenant, "") != opts.Tenant:
		return refuse("the tenant is no UTF-8 without NUL of at most 255 bytes")
	case opts.PageSize < 0:
		return refuse("the page size is negative")
	}
	s := &Store{
		db: db, dialect: opts.Dialect, tenant: opts.Tenant, page: cmp.Or(opts.PageSize, 256),
		domain: domain, prepared: &prepared{stmts: map[string]*sql.Stmt{}, wanted: map[string]bool{}},
		texts: &texts{made: map[textKey]string{}, shared: map[string]map[string]bool{}},
	}
	for _, f := range domain.Families {
		s.families = append(s.families, s.newFamily(f))
	}
	return s, nil
}

// InTx returns the store inside a transaction of the same *sql.DB.
func (s *Store) InTx(tx *sql.Tx) *Store {
	inside := *s
	inside.tx = tx
	return &inside
}

// Borrowed reports whether the store works inside a transaction of the host.
func (s *Store) Borrowed() bool { return s.tx != nil }

// Dialect returns the dialect of the database.
func (s *Store) Dialect() Dialect { return s.dialect }

// Tenant returns whose rows the store reads and writes.
func (s *Store) Tenant() string { return s.tenant }

// table returns the name of one of the domain's tables.
func (s *Store) table(name string) string { return s.domain.Name + "_" + name }

// inTx runs do in a transaction of its own, or in the host's.
func (s *Store) inTx(ctx context.Context, do func(tx *sql.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.tx != nil {
		return s.fail(ctx, do(s.tx))
	}
	if err := s.prepare(ctx); err != nil {
		return s.fail(ctx, err)
	}
	opts := &sql.TxOptions{}
	if s.dialect == PostgreSQL {
		opts.Isolation = sql.LevelReadCommitted
	}
	tx, err := s.db.BeginTx(ctx, opts)
	if err != nil {
		return s.fail(ctx, err)
	}
	if err := do(tx); err != nil {
		return s.fail(ctx, errors.Join(err, undo(tx)))
	}
	return s.fail(ctx, tx.Commit())
}

// undo rolls back and reports what the end of the context has not done already.
func undo(tx *sql.Tx) error {
	if err := tx.Rollback(); !errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return nil
}
