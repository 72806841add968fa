package samplingsql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/sampling"
)

// What needs a database is tested in examples/sqlstores, with drivers.

// noDriver is a database that nobody may ask.
type noDriver struct{ t *testing.T }

func (d noDriver) Connect(context.Context) (driver.Conn, error) {
	require.Fail(d.t, "the database was asked")
	return nil, errors.New("asked")
}
func (d noDriver) Driver() driver.Driver { return nil }

func unasked(t *testing.T, dialect Dialect) *Store {
	s, err := New(sql.OpenDB(noDriver{t}), Options{Dialect: dialect})
	require.NoError(t, err)
	return s
}

// later is a write of a later version of package sampling.
type later struct{ sampling.Write }

var (
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	cycle = sampling.Subject{Kind: sampling.KindCycle, ID: "2026"}
)

// TestRefusedBeforeTheDatabase: what cannot be kept is refused before anything is
// read.
func TestRefusedBeforeTheDatabase(t *testing.T) {
	for _, dialect := range []Dialect{SQLite, PostgreSQL} {
		s := unasked(t, dialect)
		of := func(writes ...sampling.Write) sampling.Commit {
			return sampling.Commit{Changes: []sampling.Change{{Subject: cycle, Writes: writes}}}
		}
		require.ErrorIs(t, s.Commit(t.Context(), of(later{})), sampling.ErrUnsupported)
		require.ErrorIs(t, s.Commit(t.Context(), of(nil)), sampling.ErrInvalid)
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, s.Commit(cancelled, sampling.Commit{}), context.Canceled)
		for _, text := range []string{"a\x00", "\xff"} {
			_, err := s.Record(t.Context(), sampling.Subject{Kind: sampling.KindCycle, ID: text})
			require.ErrorIs(t, err, sampling.ErrInvalid, "PostgreSQL would abort the transaction")
			_, err = s.Receipt(t.Context(), "caller", text)
			require.ErrorIs(t, err, sampling.ErrInvalid)
			for _, filter := range []sampling.RecordFilter{{After: text}, {State: text}, {Cycle: text}} {
				filter.Kind = sampling.KindRound
				for _, err := range s.Records(t.Context(), filter) {
					require.ErrorIs(t, err, sampling.ErrInvalid)
				}
			}
			for _, err := range s.Entries(t.Context(), sampling.EntryFilter{Person: text}) {
				require.ErrorIs(t, err, sampling.ErrInvalid)
			}
		}
		_, err := s.Pending(t.Context(), 0)
		require.ErrorIs(t, err, sampling.ErrInvalid)
	}
}

func TestNew(t *testing.T) {
	db := sql.OpenDB(noDriver{t})
	for _, opts := range []Options{{}, {Dialect: 9}, {Dialect: SQLite, PageSize: -1}, {Dialect: SQLite, Tenant: "a\x00"},
		{Dialect: SQLite, Tenant: "\xff"}, {Dialect: SQLite, Tenant: strings.Repeat("t", 256)}} {
		_, err := New(db, opts)
		require.ErrorIs(t, err, sampling.ErrInvalid)
	}
	_, err := New(nil, Options{Dialect: SQLite})
	require.ErrorIs(t, err, sampling.ErrInvalid)
	s, err := New(db, Options{Dialect: SQLite})
	require.NoError(t, err)
	require.False(t, s.Borrowed())
	require.True(t, s.InTx(&sql.Tx{}).Borrowed())
}

// TestRowsOf: which rows a change comes to.
func TestRowsOf(t *testing.T) {
	var rows sqlstore.Change
	require.NoError(t, rowsOf(&rows, &sampling.Change{Subject: cycle, Expect: 3, Writes: []sampling.Write{
		sampling.PutRecord{Record: sampling.Record{State: "old"}},
		sampling.PutRecord{Record: sampling.Record{Cycle: "2026", State: "open", Due: noon, Body: json.RawMessage(`1`)}},
		sampling.Append{Entry: sampling.Entry{Kind: "k", Person: "p", Recorded: noon, At: noon, Actor: "a", Reason: "r"}},
		sampling.Redact{}, sampling.Redact{Seq: 1},
		sampling.Emit{Event: sampling.Event{Kind: "e", At: noon}},
	}}))
	require.Equal(t, []any{"2026", "open", noon.UnixMicro(), "1"}, rows.Values, "the last one")
	require.Len(t, rows.Entries, 1)
	require.Equal(t, []any{"k", "p", nil, "a", noon.UnixMicro(), noon.UnixMicro(), "r"}, rows.Entries[0].Values)
	require.Len(t, entryColumns, len(rows.Entries[0].Values))
	require.Equal(t, []sqlstore.Redact{{Seq: 0, Behind: 1}, {Seq: 1, Behind: 1}}, rows.Redacts)
	require.Len(t, rows.Events, 1)
}

// TestSchemas: both dialects have the same tables and columns.
func TestSchemas(t *testing.T) {
	var shapes []string
	for _, dialect := range []Dialect{SQLite, PostgreSQL} {
		scripts, err := unasked(t, dialect).sql.Migrations()
		require.NoError(t, err)
		var shape strings.Builder
		for line := range strings.Lines(strings.Join(scripts, "\n")) {
			words := strings.Fields(line)
			switch {
			case strings.HasPrefix(line, "CREATE TABLE"):
				shape.WriteString(words[2] + "\n")
			case strings.HasPrefix(line, "    ") && !slices.Contains([]string{"PRIMARY", "UNIQUE", "event", "tenant"}, words[0]):
				fmt.Fprintln(&shape, words[0], strings.Trim(strings.ReplaceAll(words[1], "BYTEA", "BLOB"), ","), strings.Contains(line, "NOT NULL"))
			}
		}
		shapes = append(shapes, shape.String())
	}
	require.NotEmpty(t, shapes[0])
	require.Equal(t, shapes[0], shapes[1])
	for _, table := range domain().Tables {
		require.Contains(t, shapes[0], "sampling_"+table+"\n")
	}
}

func TestDialectAsText(t *testing.T) {
	for _, d := range []Dialect{SQLite, PostgreSQL} {
		var back Dialect
		text, err := d.MarshalText()
		require.NoError(t, err)
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, d, back)
		require.NotEmpty(t, d.Zh())
	}
	var d Dialect
	_, err := d.MarshalText()
	require.ErrorIs(t, err, sampling.ErrInvalid)
	require.ErrorIs(t, d.UnmarshalText([]byte("mysql")), sampling.ErrInvalid)
	require.Equal(t, "Dialect(0)", d.String())
}
