package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmsql"
	"github.com/guanxi-go/guanxi/crm/party"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func person(id string) crm.Subject { return crm.Subject{Kind: crm.KindCustomer, ID: id} }

func named(name string) crm.PutProfile { return crm.PutProfile{Profile: party.Profile{Name: name}} }

// note is an entry with a text.
func note(ref, text string) crm.Append {
	return crm.Append{Entry: crm.Entry{Journal: crm.JournalTimeline, Kind: "note", Ref: ref, Actor: "staff-1", At: noon, Recorded: noon, Text: text}}
}

func change(s crm.Subject, expect uint64, writes ...crm.Write) crm.Commit {
	return crm.Commit{Recorded: noon, Changes: []crm.Change{{Subject: s, Expect: expect, Writes: writes}}}
}

func keyed(key string, c crm.Commit) crm.Commit {
	c.Scope, c.Key = "test", key
	return c
}

// host is a table of the host beside the store's, on one connection alone: a store
// that took a second one from inside a transaction would wait for ever.
type host struct {
	t     *testing.T
	db    *sql.DB
	store *crmsql.Store
}

func newHost(t *testing.T, e engine) host {
	store, db := e.fresh(t, crmsql.Options{})
	db.SetMaxOpenConns(1)
	_, err := db.Exec("CREATE TABLE orders (id TEXT PRIMARY KEY, state TEXT NOT NULL)")
	require.NoError(t, err)
	h := host{t, db, store}
	require.NoError(t, store.Commit(t.Context(), keyed("first", change(person("a"), 0, named("甲"), crm.Claim{Space: "phone", Key: "1"}))))
	return h
}

// in runs a transaction of the host: a row of its own, then a commit. It commits
// where both went well and else rolls back.
func (h host) in(order string, c crm.Commit) error {
	tx, err := h.db.BeginTx(h.t.Context(), nil)
	require.NoError(h.t, err)
	_, err = tx.Exec("INSERT INTO orders (id, state) VALUES ($1, 'paid')", order)
	require.NoError(h.t, err)
	inside := h.store.InTx(tx)
	require.True(h.t, inside.Borrowed())
	if err := inside.Commit(h.t.Context(), c); err != nil {
		// The transaction lives: the host can look at what it needs.
		var n int
		require.NoError(h.t, tx.QueryRow("SELECT COUNT(*) FROM orders WHERE id = $1", order).Scan(&n))
		require.Equal(h.t, 1, n)
		_, err2 := inside.Customer(h.t.Context(), "a")
		require.NoError(h.t, err2)
		_, err2 = tx.Exec("UPDATE orders SET state = 'failed' WHERE id = $1", order)
		require.NoError(h.t, err2)
		require.NoError(h.t, tx.Rollback())
		return err
	}
	return tx.Commit()
}

// orders are the host's rows.
func (h host) orders() (n int) {
	require.NoError(h.t, h.db.QueryRow("SELECT COUNT(*) FROM orders").Scan(&n))
	return n
}

func (h host) version(s crm.Subject) uint64 {
	head, err := h.store.Head(h.t.Context(), s)
	require.NoError(h.t, err)
	return head.Version
}

// TestOneTransaction puts a row of the host and a commit into one *sql.Tx: both are
// there or neither, and after each refusal the host's transaction still works, can
// be rolled back, and succeeds when it is tried again.
func TestOneTransaction(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		h := newHost(t, e)
		ctx := t.Context()

		require.NoError(t, h.in("1", change(person("a"), 1, note("1", "paid"))))
		require.Equal(t, 1, h.orders())
		require.EqualValues(t, 2, h.version(person("a")))

		tx, err := h.db.Begin()
		require.NoError(t, err)
		_, err = tx.Exec("INSERT INTO orders (id, state) VALUES ('2', 'paid')")
		require.NoError(t, err)
		inside := h.store.InTx(tx)
		require.NoError(t, inside.Commit(ctx, keyed("second", change(person("b"), 0, named("乙"), crm.Claim{Space: "phone", Key: "2"}, note("2", "x"), crm.Emit{Event: crm.Event{Kind: "k", At: noon}}))))
		c, err := inside.Customer(ctx, "b")
		require.NoError(t, err, "the transaction sees its own commit")
		require.EqualValues(t, 1, c.Head.Version)
		for c, err := range inside.Customers(ctx, crm.CustomerFilter{}) { // the loop body commits
			require.NoError(t, err)
			require.NoError(t, inside.Commit(ctx, change(person(c.ID), c.Head.Version, note("3", "y"))))
		}
		require.NoError(t, tx.Rollback())
		require.Equal(t, 1, h.orders())
		require.EqualValues(t, 2, h.version(person("a")))
		require.Zero(t, h.version(person("b")))
		_, err = h.store.Holder(ctx, "phone", "2")
		require.ErrorIs(t, err, crm.ErrNotFound)
		_, err = h.store.Receipt(ctx, "test", "second")
		require.ErrorIs(t, err, crm.ErrNotFound)
		pending, err := h.store.Pending(ctx, 10)
		require.NoError(t, err)
		require.Empty(t, pending)

		for _, refusal := range []struct {
			want  error
			wrong crm.Commit
		}{
			{crm.ErrConflict, change(person("a"), 1, note("4", ""))},
			{crm.ErrConflict, change(person("a"), 0, note("4", ""))},
			{crm.ErrConflict, change(person("nobody"), 7, note("4", ""))},
			{crm.ErrTaken, change(person("c"), 0, named("丙"), crm.Claim{Space: "phone", Key: "1"})},
			{crm.ErrDuplicate, keyed("first", change(person("c"), 9, named("丙")))},
		} {
			before := h.orders()
			require.ErrorIs(t, h.in("again", refusal.wrong), refusal.want)
			require.Equal(t, before, h.orders(), "rolled back")
			require.NoError(t, h.in(fmt.Sprint("retry", before), change(person("a"), h.version(person("a")), note("5", ""))))
			require.Equal(t, before+1, h.orders())
		}
	})
}

// TestOneTransactionConflictAtWork: another commit moves the subject while the
// host's transaction is open.
func TestOneTransactionConflictAtWork(t *testing.T) {
	e := engines[1]
	h := newHost(t, e)
	h.db.SetMaxOpenConns(4)
	ctx := t.Context()
	tx, err := h.db.Begin()
	require.NoError(t, err)
	_, err = tx.Exec("INSERT INTO orders (id, state) VALUES ('1', 'paid')")
	require.NoError(t, err)
	inside := h.store.InTx(tx)
	c, err := inside.Customer(ctx, "a")
	require.NoError(t, err)
	require.NoError(t, h.store.Commit(ctx, change(person("a"), c.Head.Version, note("other", ""))))
	require.ErrorIs(t, inside.Commit(ctx, change(person("a"), c.Head.Version, note("mine", ""))), crm.ErrConflict)
	_, err = tx.Exec("UPDATE orders SET state = 'late'")
	require.NoError(t, err, "PostgreSQL has not aborted the transaction")
	require.NoError(t, tx.Rollback())
	require.NoError(t, h.in("1", change(person("a"), h.version(person("a")), note("mine", ""))))
}

// TestDeadlockIsConflict: two transactions that lock each other out, in an order
// that only a host can choose, end with ErrConflict in the store's own one.
func TestDeadlockIsConflict(t *testing.T) {
	e := engines[1]
	h := newHost(t, e)
	h.db.SetMaxOpenConns(4)
	ctx := t.Context()
	require.NoError(t, h.store.Commit(ctx, change(person("b"), 0, named("乙"))))
	tx, err := h.db.Begin()
	require.NoError(t, err)
	inside := h.store.InTx(tx)
	require.NoError(t, inside.Commit(ctx, change(person("b"), 1, note("1", ""))))
	done := make(chan error)
	go func() { // locks a, then waits for b
		done <- h.store.Commit(ctx, crm.Commit{Changes: []crm.Change{{Subject: person("b"), Expect: 1}, {Subject: person("a"), Expect: 1}}})
	}()
	require.Eventually(t, func() bool {
		var waiting int
		require.NoError(t, h.db.QueryRow("SELECT COUNT(*) FROM pg_locks WHERE NOT granted").Scan(&waiting))
		return waiting > 0
	}, 10*time.Second, 2*time.Millisecond)
	err = inside.Commit(ctx, change(person("a"), 1, note("1", "")))
	other := <-done
	if err == nil { // the other one was given up
		require.ErrorIs(t, other, crm.ErrConflict)
		require.NoError(t, tx.Commit())
		return
	}
	require.NotErrorIs(t, err, crm.ErrConflict, "the transaction of the host is dead, which is no conflict to retry in it")
	var state interface{ SQLState() string }
	require.True(t, errors.As(err, &state))
	require.Equal(t, "40P01", state.SQLState())
	require.NoError(t, tx.Rollback())
	require.NoError(t, other)
}

// TestBusyIsConflict: a writer of SQLite that does not get its turn within the
// busy_timeout.
func TestBusyIsConflict(t *testing.T) {
	e := engines[0]
	dsn := e.dsn(t)
	store, err := crmsql.New(e.connect(t, dsn), crmsql.Options{Dialect: e.dialect})
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	tx, err := e.connect(t, dsn).Begin() // IMMEDIATE: the writer's place is taken
	require.NoError(t, err)
	hasty, err := crmsql.New(e.connect(t, impatient(dsn)), crmsql.Options{Dialect: e.dialect})
	require.NoError(t, err)
	require.ErrorIs(t, hasty.Commit(t.Context(), change(person("a"), 0, named("甲"))), crm.ErrConflict)
	require.NoError(t, tx.Rollback())
	require.NoError(t, hasty.Commit(t.Context(), change(person("a"), 0, named("甲"))))
}

// TestOneConnection: many goroutines on a pool of one connection, which nothing may
// hold while it waits for another.
func TestOneConnection(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		_, db := e.fresh(t, crmsql.Options{})
		db.SetMaxOpenConns(1)
		store, err := crmsql.New(db, crmsql.Options{Dialect: e.dialect, PageSize: 2}) // which has prepared nothing yet
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for n := range uint64(10) {
					s := person(fmt.Sprint(i))
					if err := store.Commit(ctx, keyed(fmt.Sprint(i, n), change(s, n, named("x"), note("1", "y"), crm.Claim{Space: "s", Key: fmt.Sprint(i)}))); err != nil {
						t.Error(err)
						return
					}
					for c, err := range store.Customers(ctx, crm.CustomerFilter{}) {
						if _, err2 := store.Head(ctx, person(c.ID)); err != nil || err2 != nil {
							t.Error(err, err2)
							return
						}
					}
				}
			})
		}
		all.Wait()
	})
}

// TestTenants: stores of two tenants on one database do not see each other, and
// share no key, claim or number.
func TestTenants(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		one, db := e.fresh(t, crmsql.Options{Tenant: "one"})
		two, err := crmsql.New(db, crmsql.Options{Dialect: e.dialect, Tenant: "two"})
		require.NoError(t, err)
		ctx := t.Context()
		c := keyed("k", change(person("a"), 0, named("甲"), crm.Claim{Space: "phone", Key: "1"}, note("1", "x"),
			crm.PutStanding{Standing: crm.Standing{Groups: []string{"g"}}}, crm.Emit{Event: crm.Event{Kind: "k", At: noon}}))
		c.Changes = append(c.Changes, crm.Change{Subject: crm.Subject{Kind: "thing", ID: "t"}, Writes: []crm.Write{crm.PutRecord{Record: crm.Record{Owner: "o"}}}})
		for _, store := range []*crmsql.Store{one, two} {
			count := func() (n int) {
				for _, err := range store.Customers(ctx, crm.CustomerFilter{}) {
					require.NoError(t, err)
					n++
				}
				for _, err := range store.Customers(ctx, crm.CustomerFilter{Group: "g"}) {
					require.NoError(t, err)
					n++
				}
				for _, err := range store.Records(ctx, crm.RecordFilter{Kind: "thing"}) {
					require.NoError(t, err)
					n++
				}
				for _, err := range store.Entries(ctx, crm.EntryFilter{Journal: crm.JournalTimeline}) {
					require.NoError(t, err)
					n++
				}
				events, err := store.Pending(ctx, 100)
				require.NoError(t, err)
				return n + len(events)
			}
			require.Zero(t, count())
			_, err := store.Customer(ctx, "a")
			require.ErrorIs(t, err, crm.ErrNotFound)
			require.NoError(t, store.Commit(ctx, c), "neither the key nor the claim is taken")
			require.Equal(t, 5, count())
		}
		events, err := one.Pending(ctx, 1)
		require.NoError(t, err)
		require.NoError(t, two.Ack(ctx, events[0].ID))
		events, err = one.Pending(ctx, 1)
		require.NoError(t, err)
		require.Len(t, events, 1, "another tenant cannot acknowledge it")
		n, err := one.Prune(ctx, noon.Add(time.Second))
		require.NoError(t, err)
		require.Equal(t, 1, n)
		_, err = two.Receipt(ctx, "test", "k")
		require.NoError(t, err)
	})
}
