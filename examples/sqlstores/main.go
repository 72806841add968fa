// Sqlstores shows the job of package crm/crmsql on SQLite or PostgreSQL: tables are
// made, an order of the shop and a note about the customer are written in one
// transaction, and the database sums the shop's own orders.
//
//	go run .                                                 SQLite, in a file that is removed again
//	go run . -driver pgx -dsn "postgres://localhost/shop"    PostgreSQL
//
// Its tests run the whole contract of package crm on both, and what a program needs
// to know before it trusts a store: transactions of the host, kill -9, the outbox,
// erasure, upgrades and costs.
package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/crmsql"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/segment"
)

func main() {
	log.SetFlags(0)
	driver := flag.String("driver", "sqlite", "sqlite or pgx")
	dsn := flag.String("dsn", "", "of an empty database; empty for a SQLite file that is removed again")
	flag.Parse()
	if err := start(*driver, *dsn); err != nil {
		log.Fatal(err)
	}
}

func start(driver, dsn string) error {
	if dsn == "" {
		dir, err := os.MkdirTemp("", "guanxi")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		dsn = sqliteDSN(filepath.Join(dir, "shop.db"))
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	dialect := crmsql.SQLite
	if driver == "pgx" {
		dialect = crmsql.PostgreSQL
	}
	return run(context.Background(), os.Stdout, db, dialect)
}

// sqliteDSN names a file the way a server should open it: writers wait for their
// turn (which comes first, so that it holds for what follows), readers work beside
// the writer, and transactions take their turn at once. A cache of 32 MB a connection
// holds the pages that large batches touch, and the log is copied into the file when
// it is as large, not for every 4 MB: the same pages are written again and again.
func sqliteDSN(file string) string {
	return "file:" + file + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)" +
		"&_pragma=cache_size(-32768)&_pragma=wal_autocheckpoint(8000)&_txlock=immediate"
}

// run does the job on an empty database.
func run(ctx context.Context, out io.Writer, db *sql.DB, dialect crmsql.Dialect) error {
	store, err := crmsql.New(db, crmsql.Options{Dialect: dialect})
	if err != nil {
		return err
	}
	if err := store.Migrate(ctx); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, day TEXT NOT NULL, amount BIGINT NOT NULL)"); err != nil {
		return err
	}

	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	wang := crm.Subject{Kind: crm.KindCustomer, ID: "c-1"}
	err = store.Commit(ctx, crm.Commit{Changes: []crm.Change{{Subject: wang, Writes: []crm.Write{
		crm.PutProfile{Profile: party.Profile{Name: "王小明"}},
	}}}})
	if err != nil {
		return err
	}
	for i, fen := range []int64{1999, 500, -500} {
		if err := buy(ctx, db, store, wang, i+1, fen, noon.AddDate(0, 0, i)); err != nil {
			return err
		}
	}

	c, err := store.Customer(ctx, wang.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: version %d\n", c.Profile.Name, c.Head.Version)
	for e, err := range store.Entries(ctx, crm.EntryFilter{Subject: wang}) {
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "  %d  %s  order %s  %v\n", e.Seq, calendar.DayOf(e.At, nil), e.Ref, money.Amount{Minor: e.Amount, Currency: e.Currency})
	}
	return sum(ctx, out, db, dialect)
}

// buy writes an order of the shop and an entry about it in one transaction: both
// are there or neither.
func buy(ctx context.Context, db *sql.DB, store *crmsql.Store, customer crm.Subject, order int, fen int64, at time.Time) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	_, err = tx.ExecContext(ctx, "INSERT INTO orders (id, customer, day, amount) VALUES ($1, $2, $3, $4)",
		order, customer.ID, calendar.DayOf(at, nil).String(), fen)
	if err != nil {
		return err
	}
	inside := store.InTx(tx)
	head, err := inside.Head(ctx, customer)
	if err != nil {
		return err
	}
	err = inside.Commit(ctx, crm.Commit{
		Scope: "shop/order", Key: fmt.Sprint(order), Recorded: at,
		Changes: []crm.Change{{Subject: customer, Expect: head.Version, Writes: []crm.Write{
			crm.Append{Entry: crm.Entry{Journal: crm.JournalTimeline, Kind: "deal", Ref: fmt.Sprint(order),
				Amount: fen, Currency: money.CNY, Actor: "shop", At: at, Recorded: at}},
		}}},
	})
	if err != nil {
		return err
	}
	return tx.Commit()
}

// sum lets the database sum the shop's orders, and scores the customers.
func sum(ctx context.Context, out io.Writer, db *sql.DB, dialect crmsql.Dialect) error {
	orders, err := crmsql.NewPurchases(db, crmsql.PurchasesConfig{
		Dialect: dialect, Table: "orders", Days: crmsql.DayText, DefaultCurrency: money.CNY,
	})
	if err != nil {
		return err
	}
	var summary segment.Summary[string]
	for a, err := range orders.Summarize(ctx, crm.PurchaseFilter{}, segment.Options{}) {
		if err != nil {
			return err
		}
		if err := summary.AddAggregate(a); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s bought %d times, for %v, last on %v\n", a.Customer, a.Purchases, a.Value, a.Last)
	}
	_, err = summary.RFM(0, segment.Scoring{})
	return err
}
