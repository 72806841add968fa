package main

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmsql"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/loyaltysql"
	"github.com/guanxi-go/guanxi/loyalty/loyaltytest"
)

// engine is one of the databases that every test of this package runs on.
type engine struct {
	dialect crmsql.Dialect
	driver  string
	dsn     func(t testing.TB) string // of a fresh, empty database
}

var engines = []engine{
	{crmsql.SQLite, "sqlite", func(t testing.TB) string { return sqliteDSN(filepath.Join(t.TempDir(), "crm.db")) }},
	{crmsql.PostgreSQL, "pgx", postgresDSN},
}

// impatient makes connections that wait for a lock for 20 ms only.
func impatient(dsn string) string {
	return strings.Replace(dsn, "busy_timeout(10000)", "busy_timeout(20)", 1)
}

// connect opens a database until the end of the test.
func (e engine) connect(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(e.driver, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// fresh returns a migrated store on a fresh database.
func (e engine) fresh(t testing.TB, opts crmsql.Options) (*crmsql.Store, *sql.DB) {
	t.Helper()
	return e.open(t, e.dsn(t), opts)
}

// open returns a migrated store on a database.
func (e engine) open(t testing.TB, dsn string, opts crmsql.Options) (*crmsql.Store, *sql.DB) {
	t.Helper()
	db := e.connect(t, dsn)
	opts.Dialect = e.dialect
	store, err := crmsql.New(db, opts)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	return store, db
}

// onEach runs a test on every engine.
func onEach(t *testing.T, run func(t *testing.T, e engine)) {
	for _, e := range engines {
		t.Run(e.dialect.String(), func(t *testing.T) { run(t, e) })
	}
}

// TestConformance runs the contract of package crm. The small page makes every
// listing of the suite span several. SQLite is opened without _txlock=immediate: the
// store's own transactions have to wait for their turn all the same.
func TestConformance(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		opts := crmsql.Options{Tenant: "测试", PageSize: 20}
		type database struct {
			dsn string
			db  *sql.DB
		}
		var databases sync.Map // of the stores
		of := func(t *testing.T, store crm.Store) database {
			d, ok := databases.Load(store)
			require.True(t, ok)
			return d.(database)
		}
		open := func(t *testing.T) crm.Store {
			dsn := strings.ReplaceAll(e.dsn(t), "&_txlock=immediate", "")
			store, db := e.open(t, dsn, opts)
			databases.Store(store, database{dsn, db})
			return store
		}
		features := crmtest.Features{
			Parallel: true, Patience: 5 * time.Minute,
			Contains: func(t *testing.T, store crm.Store, text string) bool {
				require.NoError(t, store.(*crmsql.Store).Scrub(t.Context()))
				return bytes.Contains(dump(t, e, of(t, store).db), []byte(text))
			},
			Another: func(t *testing.T, store crm.Store) crm.Store {
				another, _ := e.open(t, of(t, store).dsn, opts)
				return another
			},
		}
		t.Run("store", func(t *testing.T) { crmtest.TestStore(t, open, features) })
		t.Run("concurrency", func(t *testing.T) { crmtest.TestConcurrency(t, open, features) })
		t.Run("services", func(t *testing.T) {
			runs := crmtest.Runs{Leavers: 20, Faults: 20, Work: 20}
			switch {
			case testing.Short():
				runs = crmtest.Runs{Leavers: 5, Faults: 5, Work: 5}
			case os.Getenv("GUANXI_FULL") != "":
				runs = crmtest.Runs{Leavers: 200, Faults: 200, Work: 200}
			}
			crmtest.TestServices(t, open, runs)
		})
	})
}

// points returns a migrated store of points on a database.
func (e engine) points(t testing.TB, dsn string, opts loyaltysql.Options) (*loyaltysql.Store, *sql.DB) {
	t.Helper()
	db := e.connect(t, dsn)
	opts.Dialect = loyaltysql.Dialect(e.dialect)
	store, err := loyaltysql.New(db, opts)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	return store, db
}

// TestConformanceLoyalty is TestConformance for package loyalty.
func TestConformanceLoyalty(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		opts := loyaltysql.Options{Tenant: "测试", PageSize: 20}
		type database struct {
			dsn string
			db  *sql.DB
		}
		var databases sync.Map // of the stores
		of := func(t *testing.T, store loyalty.Store) database {
			d, ok := databases.Load(store)
			require.True(t, ok)
			return d.(database)
		}
		opened := func(t *testing.T, dsn string) loyalty.Store {
			store, db := e.points(t, dsn, opts)
			databases.Store(store, database{dsn, db})
			return store
		}
		open := func(t *testing.T) loyalty.Store {
			return opened(t, strings.ReplaceAll(e.dsn(t), "&_txlock=immediate", ""))
		}
		features := loyaltytest.Features{
			Parallel: true, Patience: 5 * time.Minute,
			Contains: func(t *testing.T, store loyalty.Store, text string) bool {
				require.NoError(t, store.(*loyaltysql.Store).Scrub(t.Context()))
				return bytes.Contains(dump(t, e, of(t, store).db), []byte(text))
			},
			Another: func(t *testing.T, store loyalty.Store) loyalty.Store {
				return opened(t, of(t, store).dsn)
			},
			Reopen: func(t *testing.T, store loyalty.Store) loyalty.Store {
				was := of(t, store)
				require.NoError(t, was.db.Close())
				return opened(t, was.dsn)
			},
		}
		t.Run("store", func(t *testing.T) { loyaltytest.TestStore(t, open, features) })
		t.Run("concurrency", func(t *testing.T) { loyaltytest.TestConcurrency(t, open, features) })
	})
}
