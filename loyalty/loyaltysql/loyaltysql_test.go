package loyaltysql

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
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
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

// later is a write of a later version of package loyalty.
type later struct{ loyalty.Write }

var (
	noon    = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	account = loyalty.Subject{Kind: loyalty.KindAccount, ID: "a"}
	voucher = loyalty.Subject{Kind: loyalty.KindVoucher, ID: "v"}
)

// earned is an account with one posting.
func earned(t *testing.T) loyalty.PutAccount {
	entries, err := points.Policy{}.Earn(points.State{}, points.EarnCommand{Points: 60, Act: points.Act{Actor: "till", Ref: "o-1", Code: "sale", Reason: "说了什么"}}, noon)
	require.NoError(t, err)
	state, err := points.Replay(entries)
	require.NoError(t, err)
	return loyalty.PutAccount{Standing: loyalty.Standing{Member: "m", Status: loyalty.Open}, State: state, Entries: entries}
}

// TestRefusedBeforeTheDatabase: what cannot be kept is refused before anything is
// read.
func TestRefusedBeforeTheDatabase(t *testing.T) {
	for _, dialect := range []Dialect{SQLite, PostgreSQL} {
		s := unasked(t, dialect)
		of := func(subject loyalty.Subject, writes ...loyalty.Write) loyalty.Commit {
			return loyalty.Commit{Changes: []loyalty.Change{{Subject: subject, Writes: writes}}}
		}
		require.ErrorIs(t, s.Commit(t.Context(), of(voucher, later{})), loyalty.ErrUnsupported)
		require.ErrorIs(t, s.Commit(t.Context(), of(voucher, nil)), loyalty.ErrInvalid)
		wrong := earned(t)
		wrong.State.Totals.Issued++ // no journal leads there
		require.ErrorIs(t, s.Commit(t.Context(), of(account, wrong)), loyalty.ErrInvalid)
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, s.Commit(cancelled, loyalty.Commit{}), context.Canceled)
		errs := s.CommitBatch(cancelled, []loyalty.Commit{of(voucher, later{}), of(voucher, nil), of(voucher)})
		require.Len(t, errs, 3)
		require.ErrorIs(t, errs[0], loyalty.ErrUnsupported)
		require.ErrorIs(t, errs[1], loyalty.ErrInvalid)
		require.ErrorIs(t, errs[2], context.Canceled)
		require.Empty(t, s.CommitBatch(t.Context(), nil))
		for _, text := range []string{"a\x00", "\xff"} {
			_, err := s.Account(t.Context(), text)
			require.ErrorIs(t, err, loyalty.ErrInvalid, "PostgreSQL would abort the transaction")
			_, err = s.Holder(t.Context(), "voucher", text)
			require.ErrorIs(t, err, loyalty.ErrInvalid)
			for _, filter := range []loyalty.AccountFilter{{After: text}, {IDs: []string{"a", text}}, {Member: text}} {
				for _, err := range s.Accounts(t.Context(), filter) {
					require.ErrorIs(t, err, loyalty.ErrInvalid)
				}
			}
			for _, err := range s.Postings(t.Context(), loyalty.PostingFilter{Ref: text}) {
				require.ErrorIs(t, err, loyalty.ErrInvalid)
			}
		}
		_, err := s.Pending(t.Context(), 0)
		require.ErrorIs(t, err, loyalty.ErrInvalid)
	}
}

func TestNew(t *testing.T) {
	db := sql.OpenDB(noDriver{t})
	for _, opts := range []Options{{}, {Dialect: 9}, {Dialect: SQLite, PageSize: -1}, {Dialect: SQLite, Tenant: "a\x00"},
		{Dialect: SQLite, Tenant: "\xff"}, {Dialect: SQLite, Tenant: strings.Repeat("t", 256)}} {
		_, err := New(db, opts)
		require.ErrorIs(t, err, loyalty.ErrInvalid)
	}
	_, err := New(nil, Options{Dialect: SQLite})
	require.ErrorIs(t, err, loyalty.ErrInvalid)
	s, err := New(db, Options{Dialect: SQLite})
	require.NoError(t, err)
	require.False(t, s.Borrowed())
	require.True(t, s.InTx(&sql.Tx{}).Borrowed())
}

// TestRowsOf: which rows a change comes to.
func TestRowsOf(t *testing.T) {
	put := earned(t)
	put.Standing.Counters = []earning.Counter{{Cap: "c", Used: 7}}
	put.Standing.Tier = loyalty.Tier{Code: "gold", Until: noon, Stale: true}
	put.Standing.Due = noon
	var rows sqlstore.Change
	require.NoError(t, rowsOf(&rows, &loyalty.Change{Subject: account, Expect: 3, Writes: []loyalty.Write{
		put, loyalty.Redact{}, loyalty.Redact{Seq: 1}, loyalty.Claim{Space: "s", Key: "k"}, loyalty.Release{Space: "s", Key: "l"},
		loyalty.Emit{Event: loyalty.Event{Kind: "e", At: noon}},
	}}))
	require.Len(t, rows.Values, len(accountColumns))
	require.Equal(t, []any{"m", "", "open", "gold", noon.UnixMicro(), int64(1), noon.UnixMicro(), `[{"cap":"c","used":7}]`, int64(60), int64(0), int64(0)},
		rows.Values[:len(rows.Values)-1])
	require.EqualValues(t, 1, rows.First)
	require.Len(t, rows.Entries, 1)
	require.Len(t, rows.Entries[0].Values, len(postingColumns))
	require.Equal(t, []any{"earn", int64(60), int64(0), "o-1", "till", "sale", noon.UnixMicro(), noon.UnixMicro(), "说了什么"}, rows.Entries[0].Values[:9])
	require.NotContains(t, string(rows.Entries[0].Values[9].([]byte)), "说了什么", "a reason stands in its column only, where a Redact clears it")
	require.Equal(t, []sqlstore.Redact{{Seq: 0, Behind: 1}, {Seq: 1, Behind: 1}}, rows.Redacts)
	require.Equal(t, []sqlstore.Claim{{Space: "s", Key: "k"}}, rows.Claims)
	require.Equal(t, []sqlstore.Claim{{Space: "s", Key: "l"}}, rows.Releases)
	require.Len(t, rows.Events, 1)

	rows = sqlstore.Change{}
	require.NoError(t, rowsOf(&rows, &loyalty.Change{Subject: voucher, Writes: []loyalty.Write{
		loyalty.PutRecord{Record: loyalty.Record{State: "old"}}, loyalty.PutRecord{Record: loyalty.Record{Body: json.RawMessage(`1`)}},
		loyalty.Append{Entry: loyalty.Entry{Kind: "k", Recorded: noon, At: noon, Reason: "r"}},
	}}))
	require.Equal(t, []any{"", "", "", nil, "1"}, rows.Values, "the last one")
	require.Zero(t, rows.First, "the store numbers the entries of records")
	require.Len(t, rows.Entries[0].Values, len(entryColumns))
	require.Equal(t, "r", rows.Entries[0].Values[slices.Index(entryColumns, "reason")])
}

// TestIsPost: what one statement does for a whole commit is a single posting under a
// key to an account that exists, and nothing else.
func TestIsPost(t *testing.T) {
	put := earned(t)
	post := func() loyalty.Commit {
		return loyalty.Commit{Scope: "s", Key: "k", Changes: []loyalty.Change{{Subject: account, Expect: 1, Writes: []loyalty.Write{put}}}}
	}
	c := post()
	require.True(t, isPost(&c))
	for name, spoil := range map[string]func(*loyalty.Commit){
		"no key":       func(c *loyalty.Commit) { c.Scope, c.Key = "", "" },
		"new":          func(c *loyalty.Commit) { c.Changes[0].Expect = 0 },
		"a condition":  func(c *loyalty.Commit) { c.Require = []loyalty.Expect{{Subject: voucher}} },
		"two subjects": func(c *loyalty.Commit) { c.Changes = append(c.Changes, loyalty.Change{Subject: voucher}) },
		"an event":     func(c *loyalty.Commit) { c.Changes[0].Writes = append(c.Changes[0].Writes, loyalty.Emit{}) },
		"a record":     func(c *loyalty.Commit) { c.Changes[0].Writes = []loyalty.Write{loyalty.PutRecord{}} },
		"no posting":   func(c *loyalty.Commit) { c.Changes[0].Writes = []loyalty.Write{loyalty.PutAccount{}} },
		"two postings": func(c *loyalty.Commit) {
			c.Changes[0].Writes = []loyalty.Write{loyalty.PutAccount{Entries: make([]points.Entry, 2)}}
		},
	} {
		c := post()
		spoil(&c)
		require.False(t, isPost(&c), name)
	}
}

// TestSchemas: both dialects have the same tables and columns, and the view of
// SQLite takes the arguments of a post.
func TestSchemas(t *testing.T) {
	var shapes []string
	for _, dialect := range []Dialect{SQLite, PostgreSQL} {
		scripts, err := unasked(t, dialect).sql.Migrations()
		require.NoError(t, err)
		var shape strings.Builder
		inTable := false
		for line := range strings.Lines(strings.Join(scripts, "\n")) {
			words := strings.Fields(line)
			switch {
			case strings.HasPrefix(line, "CREATE TABLE"):
				inTable = true
				shape.WriteString(words[2] + "\n")
			case !strings.HasPrefix(line, "    "):
				inTable = false
			case inTable && !slices.Contains([]string{"PRIMARY", "UNIQUE", "event", "tenant"}, words[0]):
				fmt.Fprintln(&shape, words[0], strings.Trim(strings.ReplaceAll(words[1], "BYTEA", "BLOB"), ","), strings.Contains(line, "NOT NULL"))
			}
		}
		shapes = append(shapes, shape.String())
	}
	require.NotEmpty(t, shapes[0])
	require.Equal(t, shapes[0], shapes[1])
	for _, table := range domain().Tables {
		require.Contains(t, shapes[0], "loyalty_"+table+"\n")
	}
	scripts, err := unasked(t, SQLite).sql.Migrations()
	require.NoError(t, err)
	_, view, _ := strings.Cut(scripts[0], "CREATE VIEW loyalty_post AS SELECT")
	view, _, _ = strings.Cut(view, "WHERE 0")
	var columns []string
	for part := range strings.SplitSeq(view, ",") {
		columns = append(columns, strings.Fields(part)[2])
	}
	columns[slices.Index(columns, "account_qp")] = "qp"
	columns[slices.Index(columns, "account_recorded")] = "recorded"
	columns[slices.Index(columns, "seq")] = "entries"
	require.Equal(t, slices.Concat(postAccount, postReceipt, postingColumns), columns)
}

func TestEnumerations(t *testing.T) {
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
	require.ErrorIs(t, err, loyalty.ErrInvalid)
	require.ErrorIs(t, d.UnmarshalText([]byte("mysql")), loyalty.ErrInvalid)
	require.Equal(t, "Dialect(0)", d.String())
}
