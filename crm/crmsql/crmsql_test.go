package crmsql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/internal/wording"
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

// later is a write of a later version of package crm.
type later struct{ crm.Write }

// TestRefusedBeforeTheDatabase: what cannot be kept is refused before anything is
// read.
func TestRefusedBeforeTheDatabase(t *testing.T) {
	customer := crm.Subject{Kind: crm.KindCustomer, ID: "a"}
	for _, dialect := range []Dialect{SQLite, PostgreSQL} {
		s := unasked(t, dialect)
		commit := func(writes ...crm.Write) error {
			return s.Commit(t.Context(), crm.Commit{Changes: []crm.Change{{Subject: customer, Writes: writes}}})
		}
		require.ErrorIs(t, commit(crm.PutProfile{}, later{}), crm.ErrUnsupported)
		require.ErrorIs(t, commit(nil), crm.ErrInvalid)
		require.ErrorIs(t, commit(crm.Claim{}), crm.ErrInvalid)
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, s.Commit(cancelled, crm.Commit{}), context.Canceled)
		for _, text := range []string{"a\x00", "\xff"} {
			_, err := s.Customer(t.Context(), text)
			require.ErrorIs(t, err, crm.ErrInvalid, "PostgreSQL would abort the transaction")
			_, err = s.Holder(t.Context(), "phone", text)
			require.ErrorIs(t, err, crm.ErrInvalid)
			for _, err := range s.Customers(t.Context(), crm.CustomerFilter{After: text}) {
				require.ErrorIs(t, err, crm.ErrInvalid)
			}
		}
		_, err := s.Pending(t.Context(), 0)
		require.ErrorIs(t, err, crm.ErrInvalid)
	}
}

func TestNew(t *testing.T) {
	db := sql.OpenDB(noDriver{t})
	for _, opts := range []Options{{}, {Dialect: 9}, {Dialect: SQLite, PageSize: -1}, {Dialect: SQLite, Tenant: "a\x00"},
		{Dialect: SQLite, Tenant: "\xff"}, {Dialect: SQLite, Tenant: strings.Repeat("t", 256)}} {
		_, err := New(db, opts)
		require.ErrorIs(t, err, crm.ErrInvalid)
	}
	_, err := New(nil, Options{Dialect: SQLite})
	require.ErrorIs(t, err, crm.ErrInvalid)
	s, err := New(db, Options{Dialect: SQLite})
	require.NoError(t, err)
	require.False(t, s.Borrowed())
	require.True(t, s.InTx(&sql.Tx{}).Borrowed())
}

// TestRowsOf: which tables a change comes to.
func TestRowsOf(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	change := crm.Change{Subject: crm.Subject{Kind: crm.KindCustomer, ID: "a"}, Expect: 3, Writes: []crm.Write{
		crm.PutProfile{Profile: party.Profile{Name: "old"}},
		crm.Append{Entry: crm.Entry{Journal: "owner", Kind: "k", Recorded: at, At: at, Currency: money.CNY}},
		crm.Redact{}, crm.PutProfile{Profile: party.Profile{Name: "new", Parent: "p"}}, crm.Redact{Seq: 7},
		crm.PutStanding{Standing: crm.Standing{Groups: []string{"b", "a", "b"}, NextDue: at}},
		crm.Claim{Space: "s", Key: "k"}, crm.Release{Space: "s", Key: "l"}, crm.Emit{Event: crm.Event{Kind: "e", At: at}},
	}}
	rows, err := rowsOf(change)
	require.NoError(t, err)
	require.Len(t, rows.Rows, 1, "both halves in one statement, the last profile")
	require.Equal(t, customerTable, rows.Rows[0].Table)
	require.Len(t, rows.Rows[0].Values, 1+len(profileColumns)+len(standingColumns))
	require.Equal(t, []any{"a", `{"name":"new","parent":"p"}`, "p"}, rows.Rows[0].Values[:3])
	require.Equal(t, at.UnixMicro(), rows.Rows[0].Values[len(rows.Rows[0].Values)-1])
	require.Equal(t, []sqlstore.Set{{Table: "groups", Column: "customer_group", ID: "a", Members: []string{"a", "b"}}}, rows.Sets)
	require.Equal(t, []sqlstore.Redact{{Seq: 0, Behind: 1}, {Seq: 7, Behind: 1}}, rows.Redacts)
	require.Len(t, rows.Entries[0].Values, len(entryColumns))
	require.Equal(t, []sqlstore.Claim{{Space: "s", Key: "k"}}, rows.Claims)
	require.Equal(t, []sqlstore.Claim{{Space: "s", Key: "l"}}, rows.Releases)

	change = crm.Change{Subject: crm.Subject{Kind: "thing", ID: "a"}, Writes: []crm.Write{crm.PutRecord{Record: crm.Record{Body: json.RawMessage(`1`)}}}}
	rows, err = rowsOf(change)
	require.NoError(t, err)
	require.Equal(t, recordTable, rows.Rows[0].Table)
	require.Len(t, rows.Rows[0].Values, 2+len(recordColumns))
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
			case strings.HasPrefix(line, "    ") && words[0] != "PRIMARY" && words[0] != "event" && words[0] != "tenant":
				fmt.Fprintln(&shape, words[0], map[string]string{"BYTEA": "BLOB"}[words[1]]+words[1][:1], strings.Contains(line, "NOT NULL"))
			}
		}
		shapes = append(shapes, strings.ReplaceAll(shape.String(), "BLOBB", "B"))
	}
	require.NotEmpty(t, shapes[0])
	require.Equal(t, shapes[0], shapes[1])
	for _, table := range domain().Tables {
		require.Contains(t, shapes[0], "crm_"+table+"\n")
	}
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
	require.ErrorIs(t, err, crm.ErrInvalid)
	require.ErrorIs(t, d.UnmarshalText([]byte("mysql")), crm.ErrInvalid)
	require.Equal(t, "Dialect(0)", d.String())
	wording.Enum(t, DayNative, DayNumber, crm.ErrInvalid)
}

func TestPurchasesConfig(t *testing.T) {
	good := PurchasesConfig{Dialect: SQLite, Table: "orders"}
	require.NoError(t, good.Validate())
	for name, spoil := range map[string]func(*PurchasesConfig){
		"no dialect":        func(c *PurchasesConfig) { c.Dialect = 0 },
		"no table":          func(c *PurchasesConfig) { c.Table = "" },
		"table and query":   func(c *PurchasesConfig) { c.Query = "SELECT 1" },
		"empty schema":      func(c *PurchasesConfig) { c.Table = ".orders" },
		"query with a NUL":  func(c *PurchasesConfig) { c.Table, c.Query = "", "SELECT \x00" },
		"column with a NUL": func(c *PurchasesConfig) { c.Day = "d\x00" },
		"column too long":   func(c *PurchasesConfig) { c.Amount = strings.Repeat("a", 64) },
		"no form":           func(c *PurchasesConfig) { c.Days = 9 },
		"no currency":       func(c *PurchasesConfig) { c.DefaultCurrency = 1 },
		"page":              func(c *PurchasesConfig) { c.PageSize = -1 },
	} {
		c := good
		spoil(&c)
		require.ErrorIs(t, c.Validate(), crm.ErrInvalid, name)
		_, err := NewPurchases(sql.OpenDB(noDriver{t}), c)
		require.ErrorIs(t, err, crm.ErrInvalid, name)
	}
	s, err := PurchasesConfig{Dialect: PostgreSQL, Table: `sh"op.orders`, Customer: `who"; DROP TABLE x; --`}.source()
	require.NoError(t, err)
	require.Equal(t, `"sh""op"."orders" AS p`, s.from)
	require.Contains(t, s.customer, `p."who""; DROP TABLE x; --"`)
}

// TestAggregates: a group comes in as many aggregates as its figures need, and they
// sum up to it.
func TestAggregates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.OneOf(rapid.Int64(), rapid.Just(int64(math.MaxInt64)), rapid.Just(int64(math.MinInt64)))
		g := group{customer: "a", currency: money.CNY, bought: side{sum: new(big.Int), first: 1, last: 2}, refunds: side{sum: new(big.Int), last: 2}}
		for _, n := range rapid.SliceOfN(amount, 1, 8).Draw(t, "amounts") {
			s := &g.bought
			if n < 0 {
				s = &g.refunds
			}
			s.n++
			s.sum.Add(s.sum, big.NewInt(n))
		}
		if g.bought.n == 0 {
			g.bought.first, g.bought.last = 0, 0
		}
		if g.refunds.n == 0 {
			g.refunds.last = 0
		}
		for _, policy := range []segment.Refunds{segment.RefundsNet, segment.RefundsGross, segment.RefundsIgnore} {
			want := new(big.Int).Set(g.bought.sum)
			if policy == segment.RefundsNet {
				want.Add(want, g.refunds.sum)
			}
			summary, err := segment.NewSummary[string](segment.Options{Refunds: policy})
			require.NoError(t, err)
			value, refunded, bought, refunds := new(big.Int), new(big.Int), int64(0), int64(0)
			for _, a := range g.aggregates(policy) {
				require.NoError(t, summary.AddAggregate(a))
				value.Add(value, big.NewInt(a.Value.Minor))
				refunded.Add(refunded, big.NewInt(a.Refunded))
				bought, refunds = bought+a.Purchases, refunds+a.Refunds
			}
			require.Zero(t, want.Cmp(value))
			require.Zero(t, g.refunds.sum.Cmp(refunded))
			require.Equal(t, [2]int64{g.bought.n, g.refunds.n}, [2]int64{bought, refunds})
		}
	})
}
