package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmsql"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/sqlstore"
)

// released returns the scripts that make the tables of each version.
func released(t *testing.T, e engine) (scripts []string) {
	names, err := fs.Glob(crmsql.Schema(), e.dialect.String()+"/*.sql")
	require.NoError(t, err)
	for _, name := range names {
		text, err := fs.ReadFile(crmsql.Schema(), name)
		require.NoError(t, err)
		scripts = append(scripts, string(text))
	}
	require.NotEmpty(t, scripts)
	return scripts
}

func script(t *testing.T, db *sql.DB, text string) {
	t.Helper()
	for statement := range strings.SplitSeq(text, ";\n") {
		if strings.TrimSpace(statement) != "" {
			_, err := db.Exec(statement)
			require.NoError(t, err)
		}
	}
}

// TestUpgrade brings a database of every released version, with the data that a
// program of that version wrote, to the present one, and reads them.
func TestUpgrade(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		for version := range released(t, e) {
			t.Run(fmt.Sprint(version+1), func(t *testing.T) {
				db := e.connect(t, e.dsn(t))
				script(t, db, "CREATE TABLE crm_schema (version BIGINT NOT NULL PRIMARY KEY)")
				for i, text := range released(t, e)[:version+1] {
					script(t, db, text)
					script(t, db, fmt.Sprintf("INSERT INTO crm_schema (version) VALUES (%d)", i+1))
				}
				script(t, db, dataOf(t, version+1))
				store, err := crmsql.New(db, crmsql.Options{Dialect: e.dialect, Tenant: "t"})
				require.NoError(t, err)
				require.NoError(t, store.Migrate(t.Context()))
				require.NoError(t, store.Check(t.Context()))
				readReleased(t, store)
			})
		}
	})
}

// dataOf returns what a program of a released version wrote: the file of that version,
// or, where it changed no table, of the last one that did.
func dataOf(t *testing.T, version int) string {
	for ; version > 0; version-- {
		data, err := os.ReadFile(filepath.Join("testdata", fmt.Sprintf("%04d.sql", version)))
		if err == nil {
			return string(data)
		}
		require.ErrorIs(t, err, fs.ErrNotExist)
	}
	require.Fail(t, "no released version has data in testdata")
	return ""
}

// readReleased reads what testdata holds, and commits on top of it.
func readReleased(t *testing.T, store *crmsql.Store) {
	ctx := t.Context()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var found []crm.Customer
	for c, err := range store.Customers(ctx, crm.CustomerFilter{Owner: "s1", Parent: "c0", Group: "g2", Ladder: stage.RungRepeat, DueBefore: at.AddDate(0, 0, 2)}) {
		require.NoError(t, err)
		found = append(found, c)
	}
	require.Len(t, found, 1)
	c := found[0]
	require.Equal(t, crm.Head{Version: 3, Entries: 2, Recorded: at.Add(time.Microsecond)}, c.Head)
	require.Equal(t, "甲", c.Profile.Name)
	require.Equal(t, crm.Placed[stage.Rung]{State: stage.RungRepeat, Since: time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)}, c.Standing.Ladder)
	r, err := store.Record(ctx, crm.Subject{Kind: crm.KindContact, ID: "k1"})
	require.NoError(t, err)
	require.Equal(t, crm.Record{Subject: crm.Subject{Kind: crm.KindContact, ID: "k1"}, Head: crm.Head{Version: 1},
		Customer: "c1", Ref: "p1", Owner: "s1", Path: "/a/", State: "open", Due: at, Body: json.RawMessage(`{"role":"buyer"}`)}, r)
	var entries []crm.Entry
	for e, err := range store.Entries(ctx, crm.EntryFilter{Contact: "p1"}) {
		require.NoError(t, err)
		entries = append(entries, e)
	}
	require.Equal(t, []crm.Entry{{Subject: person("c1"), Seq: 2, Journal: crm.JournalTimeline, Kind: "deal", Contact: "p1", Ref: "o1",
		Amount: -1250, Currency: entries[0].Currency, Data: json.RawMessage(`{"n":1}`), Actor: "s1", At: at, Recorded: at.Add(time.Microsecond),
		Reason: "because", Text: "说了什么", Private: json.RawMessage(`{"tel":"1"}`)}}, entries)
	require.Equal(t, "CNY", entries[0].Currency.String())
	holder, err := store.Holder(ctx, "phone", "+86 1")
	require.NoError(t, err)
	require.Equal(t, person("c1"), holder)
	events, err := store.Pending(ctx, 2)
	require.NoError(t, err)
	require.Len(t, events, 1)
	require.Equal(t, crm.Event{ID: events[0].ID, Subject: person("c1"), Version: 3, Kind: "moved", At: at, Data: json.RawMessage(`{"x":1}`)}, events[0])

	require.NoError(t, store.Commit(ctx, change(person("c1"), 3, note("next", "x"), crm.PutStanding{})))
	head, err := store.Head(ctx, person("c1"))
	require.NoError(t, err)
	require.EqualValues(t, 3, head.Entries)
	for range store.Customers(ctx, crm.CustomerFilter{Group: "g2"}) {
		require.Fail(t, "the group was left")
	}
}

// TestNewerSchema: a program does not touch tables that a later one made.
func TestNewerSchema(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		ctx := t.Context()
		db := e.connect(t, e.dsn(t))
		store, err := crmsql.New(db, crmsql.Options{Dialect: e.dialect})
		require.NoError(t, err)
		require.ErrorIs(t, store.Check(ctx), crmsql.ErrVersion, "no tables")
		require.NoError(t, store.Migrate(ctx))
		require.NoError(t, store.Check(ctx))
		require.NoError(t, store.Migrate(ctx), "again")
		_, err = db.Exec("INSERT INTO crm_schema (version) VALUES ($1)", len(released(t, e))+1)
		require.NoError(t, err)
		require.ErrorIs(t, store.Migrate(ctx), crmsql.ErrVersion)
		require.ErrorIs(t, store.Check(ctx), crmsql.ErrVersion)
		tx, err := db.Begin()
		require.NoError(t, err)
		require.ErrorIs(t, store.InTx(tx).Check(ctx), crmsql.ErrVersion)
		require.ErrorIs(t, store.InTx(tx).Migrate(ctx), crm.ErrUnsupported)
		require.NoError(t, tx.Rollback())
	})
}

// TestMigrateAtOnce starts several processes that find an empty database.
func TestMigrateAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		dsn := e.dsn(t)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				cmd := exec.Command(os.Args[0])
				cmd.Env = append(os.Environ(), childTask+"=migrate", childDriver+"="+e.driver, childDSN+"="+dsn)
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Errorf("%v: %s", err, out)
				}
			})
		}
		all.Wait()
		store, err := crmsql.New(e.connect(t, dsn), crmsql.Options{Dialect: e.dialect})
		require.NoError(t, err)
		require.NoError(t, store.Check(t.Context()))
	})
}

// TestMigrationSteps runs made-up migrations of two versions: one that fails leaves
// the version before it whole, and the next program goes on from there.
func TestMigrationSteps(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		ctx := t.Context()
		db := e.connect(t, e.dsn(t))
		migrate := func(scripts ...string) error {
			schema := fstest.MapFS{}
			for i, text := range scripts {
				schema[fmt.Sprintf("%v/%04d.sql", e.dialect, i+1)] = &fstest.MapFile{Data: []byte(text)}
			}
			s, err := sqlstore.New(db, sqlstore.Domain{Name: "demo", Schema: schema}, sqlstore.Options{Dialect: sqlstore.Dialect(e.dialect)})
			require.NoError(t, err)
			return s.Migrate(ctx)
		}
		one := "CREATE TABLE demo_a (x INT);\nINSERT INTO demo_a VALUES (1);\n"
		two := "ALTER TABLE demo_a ADD COLUMN y INT;\nUPDATE demo_a SET y = x + 1;\n"
		require.NoError(t, migrate(one))
		require.Error(t, migrate(one, "ALTER TABLE demo_a ADD COLUMN z INT;\nSELECT nothing FROM nowhere;\n"))
		rows, err := db.Query("SELECT * FROM demo_a")
		require.NoError(t, err)
		columns, err := rows.Columns()
		require.NoError(t, err)
		require.NoError(t, rows.Close())
		require.Equal(t, []string{"x"}, columns, "the failed step is rolled back")
		require.NoError(t, migrate(one, two))
		require.NoError(t, migrate(one, two))
		var y int
		require.NoError(t, db.QueryRow("SELECT y FROM demo_a").Scan(&y))
		require.Equal(t, 2, y)
		require.ErrorIs(t, migrate(one), crmsql.ErrVersion)
	})
}
