package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"iter"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/crmsql"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
)

type bought = purchase.Purchase[string]

// hostTable is an order table as some host may have made it.
type hostTable struct {
	name   string
	create map[crmsql.Dialect]string
	config crmsql.PurchasesConfig
}

var hostTables = []hostTable{
	{
		"native days, currencies", map[crmsql.Dialect]string{
			crmsql.SQLite:     `CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT, day TEXT, amount BIGINT, currency TEXT)`,
			crmsql.PostgreSQL: `CREATE TABLE orders (id BIGINT PRIMARY KEY, customer TEXT, day DATE, amount BIGINT, currency TEXT)`,
		}, crmsql.PurchasesConfig{Table: "orders", Currency: "currency", PageSize: 97},
	},
	{
		"other names, number days", map[crmsql.Dialect]string{
			crmsql.SQLite:     `CREATE TABLE "Order ""log""" ("Key" INTEGER PRIMARY KEY, "who bought" TEXT COLLATE NOCASE, "on" INTEGER, "select" INTEGER, c TEXT)`,
			crmsql.PostgreSQL: `CREATE TABLE "Order ""log""" ("Key" INTEGER PRIMARY KEY, "who bought" VARCHAR(255), "on" INTEGER, "select" NUMERIC(20), c CHAR(3))`,
		}, crmsql.PurchasesConfig{Table: `Order "log"`, Key: "Key", Customer: "who bought", Day: "on", Amount: "select", Currency: "c", Days: crmsql.DayNumber},
	},
	{
		"query, text days", map[crmsql.Dialect]string{
			crmsql.SQLite:     `CREATE TABLE orders (no INTEGER PRIMARY KEY, customer TEXT, paid TEXT, amount BIGINT, currency TEXT)`,
			crmsql.PostgreSQL: `CREATE TABLE orders (no INTEGER PRIMARY KEY, customer TEXT, paid TEXT, amount BIGINT, currency TEXT)`,
		}, crmsql.PurchasesConfig{
			Query: `SELECT no AS id, customer, substr(paid, 1, 10) AS day, amount, currency FROM orders WHERE no > 0 -- paid`,
			Days:  crmsql.DayText, Currency: "currency",
		},
	},
}

// fill creates the table on a fresh database and inserts the rows.
func (h hostTable) fill(t testing.TB, e engine, rows []bought) *crmsql.Purchases {
	db := e.connect(t, e.dsn(t))
	_, err := db.Exec(h.create[e.dialect])
	require.NoError(t, err)
	config := h.config
	config.Dialect = e.dialect
	insert(t, e, db, strings.TrimPrefix(strings.SplitN(h.create[e.dialect], " (", 2)[0], "CREATE TABLE "), rows, func(p bought) any {
		switch {
		case config.Days == crmsql.DayNumber:
			return int64(p.Day)
		case config.Query != "":
			return p.Day.String() + " 23:59:59"
		}
		return p.Day.String()
	})
	source, err := crmsql.NewPurchases(db, config)
	require.NoError(t, err)
	return source
}

// insert writes rows of a key, customer, day, amount and currency.
func insert(t testing.TB, e engine, db *sql.DB, table string, rows []bought, day func(bought) any) {
	t.Helper()
	const step = 100
	tx, err := db.Begin()
	require.NoError(t, err)
	for lo := 0; lo < len(rows); lo += step {
		part := rows[lo:min(lo+step, len(rows))]
		var values []string
		var args []any
		for i, p := range part {
			n := len(args)
			values = append(values, fmt.Sprintf("($%d, $%d, $%d, $%d, $%d)", n+1, n+2, n+3, n+4, n+5))
			currency := ""
			if p.Amount.Currency != 0 {
				currency = p.Amount.Currency.String()
			}
			args = append(args, lo+i+1, p.Customer, day(p), p.Amount.Minor, currency)
		}
		_, err := tx.Exec("INSERT INTO "+table+" VALUES "+strings.Join(values, ", "), args...)
		require.NoError(t, err)
	}
	require.NoError(t, tx.Commit())
}

func TestPurchaseSource(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		for i, h := range hostTables {
			if testing.Short() && i != int(e.dialect)%len(hostTables) {
				continue // one shape of table each
			}
			t.Run(h.name, func(t *testing.T) {
				crmtest.TestPurchaseSource(t, func(t *testing.T, rows []bought) crm.PurchaseSource {
					return h.fill(t, e, rows)
				}, crmtest.SourceFeatures{Parallel: true, Patience: 10 * time.Minute})
			})
		}
	})
}

// both makes a summary of the purchases and one of the sums.
func both(t *testing.T, source *crmsql.Purchases, filter crm.PurchaseFilter, opts segment.Options) (rows, sums []byte, err error) {
	t.Helper()
	byRows, err := segment.NewSummary[string](opts)
	require.NoError(t, err)
	bySums, err := segment.NewSummary[string](opts)
	require.NoError(t, err)
	if err := byRows.AddAll(purchase.Batched(source.Purchases(t.Context(), filter))); err != nil {
		return nil, nil, err
	}
	for a, err := range source.Summarize(t.Context(), filter, opts) {
		if err != nil {
			return nil, nil, err
		}
		if err := bySums.AddAggregate(a); err != nil {
			return nil, nil, err
		}
	}
	rows, err = byRows.MarshalBinary()
	require.NoError(t, err)
	sums, err = bySums.MarshalBinary()
	require.NoError(t, err)
	return rows, sums, nil
}

func cny(customer string, day calendar.Day, minor int64) bought {
	return bought{Customer: customer, Day: day, Amount: money.Amount{Minor: minor, Currency: money.CNY}}
}

// TestSummarizeBeyond64Bits: sums that leave 64 bits, of purchases, of refunds and
// of both, under every policy.
func TestSummarizeBeyond64Bits(t *testing.T) {
	const least, most = math.MinInt64, math.MaxInt64
	day := calendar.MustDate(2026, 1, 2)
	rows := []bought{
		cny("a", day, most), cny("a", day+1, most), cny("a", day+2, 5),
		cny("b", day, least), cny("b", day+3, least), cny("b", day+1, -1),
		cny("c", day, most), cny("c", day, most), cny("c", day, least), cny("c", day+9, least), cny("c", day, 1),
		cny("d", day, most), cny("d", day, 1), cny("d", day, -1),
		cny("e", day, 1<<32), cny("e", day, -1<<32), cny("e", day, -1), cny("e", day, 1<<32-1),
		cny("f", day, 0), cny("g", day, -1), cny("h", day, most), cny("i", day, least),
	}
	onEach(t, func(t *testing.T, e engine) {
		source := hostTables[0].fill(t, e, rows)
		for _, policy := range []segment.Refunds{segment.RefundsNet, segment.RefundsGross, segment.RefundsIgnore} {
			rows, sums, err := both(t, source, crm.PurchaseFilter{}, segment.Options{Refunds: policy})
			require.NoError(t, err)
			require.True(t, bytes.Equal(rows, sums), "%v", policy)
		}
	})
}

// twoRates are a rate that changes by the day.
type twoRates struct{ calendar.Day }

func (r twoRates) Rate(from, to money.Currency, on calendar.Day) (money.Ratio, error) {
	if on < r.Day {
		return money.Ratio{Num: 7, Den: 1}, nil
	}
	return money.Ratio{Num: 713, Den: 100}, nil
}

func TestSummarizeCurrencies(t *testing.T) {
	day := calendar.MustDate(2026, 1, 2)
	usd := func(customer string, day calendar.Day, minor int64) bought {
		return bought{Customer: customer, Day: day, Amount: money.Amount{Minor: minor, Currency: money.USD}}
	}
	mixed := []bought{cny("a", day, 100), usd("a", day-1, 3), usd("a", day+1, 3), cny("b", day, 1), usd("b", day, -77), usd("c", day, 0)}
	onEach(t, func(t *testing.T, e engine) {
		source := hostTables[0].fill(t, e, mixed)
		for _, opts := range []segment.Options{{}, {Currency: money.CNY}, {Refunds: segment.RefundsIgnore}} {
			_, _, err := both(t, source, crm.PurchaseFilter{}, opts)
			require.ErrorIs(t, err, segment.ErrCurrency, "rows")
			err = nil
			s, _ := segment.NewSummary[string](opts)
			for a, e := range source.Summarize(t.Context(), crm.PurchaseFilter{}, opts) {
				require.NoError(t, e)
				if e := s.AddAggregate(a); e != nil {
					err = e
					break
				}
			}
			require.ErrorIs(t, err, segment.ErrCurrency, "sums")
		}
		for _, policy := range []segment.Refunds{segment.RefundsNet, segment.RefundsGross, segment.RefundsIgnore} {
			opts := segment.Options{Refunds: policy, Rates: twoRates{day}, Currency: money.CNY, Rounding: money.HalfEven}
			rows, sums, err := both(t, source, crm.PurchaseFilter{}, opts)
			require.NoError(t, err)
			require.True(t, bytes.Equal(rows, sums), "%v", policy)
		}
		for _, err := range source.Summarize(t.Context(), crm.PurchaseFilter{}, segment.Options{SameDay: segment.SameDayMerge}) {
			require.ErrorIs(t, err, crm.ErrUnsupported)
		}
		for _, err := range source.Summarize(t.Context(), crm.PurchaseFilter{}, segment.Options{From: day, Until: day}) {
			require.ErrorIs(t, err, segment.ErrInvalid)
		}
	})
}

// TestPurchasesRefused: rows that are no purchases end both readings with an error,
// and are never guessed at or left out.
func TestPurchasesRefused(t *testing.T) {
	tests := map[crmsql.Dialect]map[string]string{
		crmsql.SQLite: {
			"customer NULL":     "(2, NULL, '2026-01-02', 1, 'CNY')",
			"day NULL":          "(2, 'a', NULL, 1, 'CNY')",
			"day with a time":   "(2, 'a', '2026-01-02 10:00', 1, 'CNY')",
			"day of other form": "(2, 'a', '2026/01/02', 1, 'CNY')",
			"day that is none":  "(2, 'a', '2026-02-30', 1, 'CNY')",
			"amount NULL":       "(2, 'a', '2026-01-02', NULL, 'CNY')",
			"amount a float":    "(2, 'a', '2026-01-02', 12.5, 'CNY')",
			"amount a text":     "(2, 'a', '2026-01-02', '12 yuan', 'CNY')",
			"currency a symbol": "(2, 'a', '2026-01-02', 1, '¥')",
			"currency lower":    "(2, 'a', '2026-01-02', 1, 'cny')",
		},
		crmsql.PostgreSQL: {
			"customer NULL":     "(2, NULL, '2026-01-02', 1, 'CNY')",
			"day NULL":          "(2, 'a', NULL, 1, 'CNY')",
			"day infinite":      "(2, 'a', 'infinity', 1, 'CNY')",
			"day too late":      "(2, 'a', '10000-01-01', 1, 'CNY')",
			"amount NULL":       "(2, 'a', '2026-01-02', NULL, 'CNY')",
			"currency a symbol": "(2, 'a', '2026-01-02', 1, '¥')",
		},
	}
	drain := func(errs iter.Seq[error]) (last error) {
		for err := range errs {
			last = err
		}
		return last
	}
	onEach(t, func(t *testing.T, e engine) {
		for name, row := range tests[e.dialect] {
			t.Run(name, func(t *testing.T) {
				db := e.connect(t, e.dsn(t))
				_, err := db.Exec(hostTables[0].create[e.dialect])
				require.NoError(t, err)
				_, err = db.Exec("INSERT INTO orders VALUES (1, 'a', '2026-01-01', 1, 'CNY'), (3, 'a', '2026-01-03', 1, 'CNY'), " + row)
				require.NoError(t, err)
				config := hostTables[0].config
				config.Dialect = e.dialect
				source, err := crmsql.NewPurchases(db, config)
				require.NoError(t, err)
				require.ErrorIs(t, drain(func(yield func(error) bool) {
					for _, err := range source.Purchases(t.Context(), crm.PurchaseFilter{}) {
						yield(err)
					}
				}), crm.ErrInvalid, "rows")
				require.ErrorIs(t, drain(func(yield func(error) bool) {
					for _, err := range source.Summarize(t.Context(), crm.PurchaseFilter{}, segment.Options{}) {
						yield(err)
					}
				}), crm.ErrInvalid, "sums")
			})
		}
	})
	t.Run("columns of fractions", func(t *testing.T) {
		e := engines[1]
		for column, value := range map[string]string{"DOUBLE PRECISION": "1", "NUMERIC": "1.5", "TEXT": "'1'"} {
			db := e.connect(t, e.dsn(t))
			_, err := db.Exec("CREATE TABLE orders (id INT PRIMARY KEY, customer TEXT, day DATE, amount " + column + ")")
			require.NoError(t, err)
			_, err = db.Exec("INSERT INTO orders VALUES (1, 'a', '2026-01-02', " + value + "), (2, 'a', '2026-01-02', " + value + ")")
			require.NoError(t, err)
			source, err := crmsql.NewPurchases(db, crmsql.PurchasesConfig{Dialect: e.dialect, Table: "orders"})
			require.NoError(t, err)
			_, _, err = both(t, source, crm.PurchaseFilter{}, segment.Options{})
			if column != "TEXT" {
				require.Error(t, err, column)
			}
			for _, err := range source.Summarize(t.Context(), crm.PurchaseFilter{}, segment.Options{}) {
				require.Error(t, err, column)
			}
		}
	})
	t.Run("a column that is not there", func(t *testing.T) {
		onEach(t, func(t *testing.T, e engine) {
			db := e.connect(t, e.dsn(t))
			_, err := db.Exec(hostTables[0].create[e.dialect])
			require.NoError(t, err)
			source, err := crmsql.NewPurchases(db, crmsql.PurchasesConfig{Dialect: e.dialect, Table: "orders", Amount: "amuont"})
			require.NoError(t, err)
			for _, err := range source.Summarize(t.Context(), crm.PurchaseFilter{}, segment.Options{}) {
				require.Error(t, err, "SQLite takes \"amuont\" for a text unless it is qualified")
			}
			for _, err := range source.Purchases(t.Context(), crm.PurchaseFilter{}) {
				require.Error(t, err)
			}
		})
	})
}
