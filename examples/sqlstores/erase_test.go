package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmsql"
	"github.com/guanxi-go/guanxi/crm/party"
)

// dump returns everything that a database holds: of SQLite the bytes of all its
// files, log and free pages included, of PostgreSQL the text of every row of every
// table.
func dump(t testing.TB, e engine, db *sql.DB) []byte {
	t.Helper()
	if e.dialect == crmsql.SQLite {
		return dumpFiles(t, db)
	}
	return dumpTables(t, db)
}

func dumpFiles(t testing.TB, db *sql.DB) (all []byte) {
	t.Helper()
	var seq int
	var name, file string
	require.NoError(t, db.QueryRow("PRAGMA database_list").Scan(&seq, &name, &file))
	files, err := filepath.Glob(file + "*") // the database, its log and the log's index
	require.NoError(t, err)
	require.Contains(t, files, file)
	for _, f := range files {
		content, err := os.ReadFile(f)
		require.NoError(t, err)
		all = append(all, content...)
	}
	return all
}

func dumpTables(t testing.TB, db *sql.DB) []byte {
	t.Helper()
	var all bytes.Buffer
	column := func(query string, do func(text string)) {
		rows, err := db.Query(query)
		require.NoError(t, err)
		var texts []string
		for rows.Next() {
			var text sql.NullString
			require.NoError(t, rows.Scan(&text))
			texts = append(texts, text.String)
		}
		require.NoError(t, rows.Err())
		for _, text := range texts {
			do(text)
		}
	}
	tables := 0
	column("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()", func(table string) {
		tables++
		column("SELECT CAST(x AS TEXT) FROM "+table+" AS x", func(row string) { all.WriteString(row + "\n") })
	})
	column("SELECT quote_ident(column_name) || ' FROM ' || quote_ident(table_name) FROM information_schema.columns WHERE table_schema = current_schema() AND data_type = 'bytea'", func(from string) {
		column("SELECT "+from, func(bytes string) { all.WriteString(bytes + "\n") })
	})
	require.GreaterOrEqual(t, tables, 5)
	return all.Bytes()
}

// TestErased: after a PutProfile, PutRecord, Release and Redact, and a Scrub, none of
// the strings is left, among thousands of other rows that moved pages about.
func TestErased(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		store, db := e.fresh(t, crmsql.Options{})
		ctx := t.Context()
		var secrets []string
		secret := func(what string) string {
			secrets = append(secrets, fmt.Sprintf("%s-%d-保密", what, len(secrets)))
			return secrets[len(secrets)-1]
		}
		people := 300
		if testing.Short() {
			people = 40
		}
		contact := func(i int) crm.Subject { return crm.Subject{Kind: crm.KindContact, ID: fmt.Sprint(i)} }
		for i := range people {
			long := strings.Repeat("长", 1+i*i%3000) // entries of many sizes, some on pages of their own
			writes := []crm.Write{
				crm.PutProfile{Profile: party.Profile{Name: secret("name"), Aliases: []string{secret("alias")}}},
				crm.Claim{Space: "phone", Key: secret("phone")},
				crm.Append{Entry: crm.Entry{Journal: crm.JournalTimeline, Kind: "call", Actor: "staff-1", At: noon, Recorded: noon,
					Reason: secret("reason"), Text: secret("text") + long, Private: json.RawMessage(`"` + secret("private") + `"`)}},
			}
			c := change(person(fmt.Sprint(i)), 0, writes...)
			c.Changes = append(c.Changes, crm.Change{Subject: contact(i), Writes: []crm.Write{
				crm.PutRecord{Record: crm.Record{Body: json.RawMessage(`{"note":"` + secret("body") + `"}`)}},
			}})
			require.NoError(t, store.Commit(ctx, c))
		}
		before := dump(t, e, db)
		for _, s := range secrets {
			require.True(t, bytes.Contains(before, []byte(s)), "the search finds what is there")
		}
		for i := range people {
			c := change(person(fmt.Sprint(i)), 1, crm.PutProfile{}, crm.Redact{}, crm.Release{Space: "phone", Key: secrets[7*i+2]})
			c.Changes = append(c.Changes, crm.Change{Subject: contact(i), Expect: 1, Writes: []crm.Write{crm.PutRecord{}}})
			require.NoError(t, store.Commit(ctx, c))
		}
		require.NoError(t, store.Scrub(ctx))
		after := dump(t, e, db)
		for _, s := range secrets {
			require.False(t, bytes.Contains(after, []byte(s)), "%s is left", s[:5])
		}
		n := 0
		for entry, err := range store.Entries(ctx, crm.EntryFilter{Journal: crm.JournalTimeline}) {
			require.NoError(t, err)
			require.Equal(t, "call", entry.Kind)
			n++
		}
		require.Equal(t, people, n, "the entries stay")
	})
}

// TestScrubBusy: what a reader holds open cannot be scrubbed, and Scrub says so.
func TestScrubBusy(t *testing.T) {
	e := engines[0]
	dsn := e.dsn(t)
	db := e.connect(t, impatient(dsn))
	store, err := crmsql.New(db, crmsql.Options{Dialect: e.dialect})
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	require.NoError(t, store.Commit(t.Context(), change(person("a"), 0, named("甲"))))
	reader, err := e.connect(t, dsn).Begin()
	require.NoError(t, err)
	var n int
	require.NoError(t, reader.QueryRow("SELECT COUNT(*) FROM crm_customers").Scan(&n))
	require.ErrorIs(t, store.Scrub(t.Context()), crm.ErrConflict)
	require.NoError(t, reader.Rollback())
	require.NoError(t, store.Scrub(t.Context()))
	tx, err := db.Begin()
	require.NoError(t, err)
	require.ErrorIs(t, store.InTx(tx).Scrub(t.Context()), crm.ErrUnsupported)
	require.NoError(t, tx.Rollback())
}
