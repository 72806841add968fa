package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/loyaltysql"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// shop is a host that keeps its orders, its customers and their points in one
// database: the orders of [host], the stores of crm and of loyalty.
type shop struct {
	host
	points *loyaltysql.Store
	l      *loyalty.Loyalty
}

// newShop has the customer a, and the members a and b of 100 points each.
func newShop(t *testing.T, e engine) shop {
	h := newHost(t, e)
	store, err := loyaltysql.New(h.db, loyaltysql.Options{Dialect: loyaltysql.Dialect(e.dialect)})
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	l, err := pointsOn(store)
	require.NoError(t, err)
	s := shop{h, store, l}
	for _, m := range []string{"a", "b"} {
		_, err := l.Members.Enrol(t.Context(), till, m, loyalty.Call{})
		require.NoError(t, err)
		_, err = l.Points.Earn(t.Context(), till, m, points.EarnCommand{Points: 100}, loyalty.Call{Key: "first " + m})
		require.NoError(t, err)
	}
	return s
}

// buy writes the order, a note about the customer, and what do does with points in
// one transaction. It commits where all went well and else rolls back; before, it
// looks whether the transaction still lives. It may be called from many goroutines.
func (s shop) buy(ctx context.Context, order string, do func(l *loyalty.Loyalty, store *loyaltysql.Store) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	if _, err := tx.ExecContext(ctx, "INSERT INTO orders (id, state) VALUES ($1, 'paid')", order); err != nil {
		return err
	}
	err = s.inside(ctx, tx, order, do)
	if answer(err) {
		if err := errors.Join(err, alive(ctx, tx, order)); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

func (s shop) inside(ctx context.Context, tx *sql.Tx, order string, do func(l *loyalty.Loyalty, store *loyaltysql.Store) error) error {
	customers, accounts := s.store.InTx(tx), s.points.InTx(tx)
	head, err := customers.Head(ctx, person("a"))
	if err != nil {
		return err
	}
	if err := customers.Commit(ctx, change(person("a"), head.Version, note(order, "paid"))); err != nil {
		return err
	}
	l, err := s.l.On(accounts)
	if err != nil {
		return err
	}
	return do(l, accounts)
}

// answer reports whether an error is an answer of the library, behind which the
// transaction of the host lives.
func answer(err error) bool {
	for _, sentinel := range []error{loyalty.ErrConflict, loyalty.ErrDuplicate, loyalty.ErrTaken, loyalty.ErrKeyReused, points.ErrInsufficient} {
		if errors.Is(err, sentinel) {
			return true
		}
	}
	return false
}

// errDead: PostgreSQL has aborted the transaction, or what is in it is not seen.
var errDead = errors.New("the transaction of the host is dead")

// alive reads and writes in the transaction.
func alive(ctx context.Context, tx *sql.Tx, order string) error {
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM orders WHERE id = $1", order).Scan(&n); err != nil || n != 1 {
		return errors.Join(errDead, err)
	}
	if _, err := tx.ExecContext(ctx, "UPDATE orders SET state = 'failed' WHERE id = $1", order); err != nil {
		return errors.Join(errDead, err)
	}
	return nil
}

// state is what the three have: orders, the version of the customer, and the heads
// and balances of the accounts.
func (s shop) state() string {
	s.t.Helper()
	var b strings.Builder
	fmt.Fprint(&b, s.orders(), " orders, customer at ", s.version(person("a")))
	for _, id := range []string{"a", "b"} {
		a, err := s.points.Account(s.t.Context(), id)
		require.NoError(s.t, err)
		fmt.Fprintf(&b, ", %s at %d with %d", id, a.Head.Version, points.Balance(a.State))
	}
	return b.String()
}

func burnOf(n int64, key string) func(*loyalty.Loyalty, *loyaltysql.Store) error {
	return func(l *loyalty.Loyalty, _ *loyaltysql.Store) error {
		_, err := l.Points.Burn(context.Background(), till, "a", points.BurnCommand{Points: n}, loyalty.Call{Key: key})
		return err
	}
}

// TestLoyaltyOneTransaction puts a row of the host, a note about the customer and
// commands on points into one *sql.Tx: all are there or none, and after each refusal
// the transaction still works, is rolled back, and succeeds when it is tried again.
// All of it happens on one connection.
func TestLoyaltyOneTransaction(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		s, ctx := newShop(t, e), t.Context()
		require.Equal(t, "0 orders, customer at 1, a at 2 with 100, b at 2 with 100", s.state())
		require.NoError(t, s.buy(ctx, "1", func(l *loyalty.Loyalty, store *loyaltysql.Store) error {
			require.True(t, store.Borrowed())
			if err := burnOf(40, "burn 1")(l, store); err != nil {
				return err
			}
			n, err := l.Points.Available(ctx, till, "a")
			require.NoError(t, err)
			require.EqualValues(t, 60, n, "it sees its own commit")
			_, err = l.Points.Transfer(ctx, till, "a", "b", 10, loyalty.Call{Key: "transfer 1"})
			return err
		}))
		const bought = "1 orders, customer at 2, a at 4 with 50, b at 3 with 110"
		require.Equal(t, bought, s.state())

		changedMind := errors.New("the host changed its mind")
		require.ErrorIs(t, s.buy(ctx, "2", func(l *loyalty.Loyalty, store *loyaltysql.Store) error {
			require.NoError(t, burnOf(40, "burn 2")(l, store))
			_, err := l.Members.Enrol(ctx, till, "c", loyalty.Call{})
			require.NoError(t, err)
			for account, err := range store.Accounts(ctx, loyalty.AccountFilter{}) { // the loop body commits
				require.NoError(t, err)
				_, err := l.Points.Earn(ctx, till, account.ID, points.EarnCommand{Points: 1}, loyalty.Call{})
				require.NoError(t, err)
			}
			require.Equal(t, []error{nil}, store.CommitBatch(ctx, []loyalty.Commit{{Scope: "test", Key: "batch"}}))
			return changedMind
		}), changedMind)
		require.Equal(t, bought, s.state())
		_, err := s.l.Members.Get(ctx, till, "c")
		require.ErrorIs(t, err, loyalty.ErrNotFound)
		_, err = s.points.Receipt(ctx, "test", "batch")
		require.ErrorIs(t, err, loyalty.ErrNotFound)
		events, err := s.points.Pending(ctx, 100)
		require.NoError(t, err)
		require.Len(t, events, 2+2+3, "enrolled, earned, and what the first order did")

		account := func(id string, version uint64, writes ...loyalty.Write) loyalty.Change {
			return loyalty.Change{Subject: loyalty.Subject{Kind: loyalty.KindAccount, ID: id}, Expect: version, Writes: writes}
		}
		card := loyalty.Claim{Space: "card", Key: "7"}
		require.NoError(t, s.points.Commit(ctx, loyalty.Commit{Scope: "test", Key: "card", Changes: []loyalty.Change{account("b", 3, card)}}))
		commit := func(c loyalty.Commit) func(*loyalty.Loyalty, *loyaltysql.Store) error {
			return func(_ *loyalty.Loyalty, store *loyaltysql.Store) error { return store.Commit(ctx, c) }
		}
		for i, refusal := range []struct {
			want error
			do   func(*loyalty.Loyalty, *loyaltysql.Store) error
		}{
			{loyalty.ErrConflict, commit(loyalty.Commit{Changes: []loyalty.Change{account("a", 1)}})},
			{loyalty.ErrConflict, commit(loyalty.Commit{Changes: []loyalty.Change{account("a", 0)}})},
			{loyalty.ErrConflict, commit(loyalty.Commit{Require: []loyalty.Expect{{Subject: loyalty.Subject{Kind: loyalty.KindMember, ID: "nobody"}, Version: 7}}})},
			{loyalty.ErrTaken, commit(loyalty.Commit{Changes: []loyalty.Change{{Subject: loyalty.Subject{Kind: loyalty.KindVoucher, ID: "v"}, Writes: []loyalty.Write{card}}}})},
			{loyalty.ErrDuplicate, commit(loyalty.Commit{Scope: "test", Key: "card"})},
			{loyalty.ErrDuplicate, func(l *loyalty.Loyalty, _ *loyaltysql.Store) error {
				_, err := l.Members.Enrol(ctx, till, "a", loyalty.Call{})
				return err
			}},
			{loyalty.ErrConflict, func(_ *loyalty.Loyalty, store *loyaltysql.Store) error {
				return errors.Join(store.CommitBatch(ctx, []loyalty.Commit{{Changes: []loyalty.Change{account("a", 1)}}, {Scope: "test", Key: "batch"}})...)
			}},
			{loyalty.ErrKeyReused, burnOf(41, "burn 1")},
			{points.ErrInsufficient, burnOf(1000, "too much")},
		} {
			before := s.state()
			require.ErrorIs(t, s.buy(ctx, "again", refusal.do), refusal.want)
			require.NotErrorIs(t, s.buy(ctx, "again", refusal.do), errDead)
			require.Equal(t, before, s.state(), "rolled back")
			require.NoError(t, s.buy(ctx, fmt.Sprint("retry ", i), burnOf(1, fmt.Sprint("retry ", i))))
		}
		require.Equal(t, "10 orders, customer at 11, a at 13 with 41, b at 4 with 110", s.state())

		require.NoError(t, s.buy(ctx, "replay", func(l *loyalty.Loyalty, _ *loyaltysql.Store) error {
			p, err := l.Points.Burn(ctx, till, "a", points.BurnCommand{Points: 40}, loyalty.Call{Key: "burn 1"})
			require.True(t, p.Replayed)
			return err
		}), "a repeat is answered inside, and its transaction goes on")
		require.Equal(t, "11 orders, customer at 12, a at 13 with 41, b at 4 with 110", s.state())
		verified(t, s.l)
	})
}

// overtaken is a store in a transaction of the host in which something happens
// before each commit.
type overtaken struct {
	*loyaltysql.Store
	by      func()
	commits int
}

func (o *overtaken) Commit(ctx context.Context, c loyalty.Commit) error {
	o.commits++
	o.by()
	return o.Store.Commit(ctx, c)
}

// TestLoyaltyConflictAtWork: another command moves the account while the host's
// transaction is open. The service makes one attempt and says ErrConflict; trying
// again is up to the host. Only PostgreSQL has two writers at a time.
func TestLoyaltyConflictAtWork(t *testing.T) {
	s, ctx := newShop(t, engines[1]), t.Context()
	s.db.SetMaxOpenConns(4)
	overtake := true
	spend := func(_ *loyalty.Loyalty, store *loyaltysql.Store) error {
		o := &overtaken{Store: store, by: func() {
			if overtake {
				_, err := s.l.Points.Burn(ctx, till, "a", points.BurnCommand{Points: 1}, loyalty.Call{})
				require.NoError(t, err)
			}
		}}
		l, err := s.l.On(o)
		require.NoError(t, err)
		_, err = l.Points.Burn(ctx, till, "a", points.BurnCommand{Points: 10}, loyalty.Call{Key: "k"})
		require.Equal(t, 1, o.commits, "one attempt")
		return err
	}
	err := s.buy(ctx, "1", spend)
	require.ErrorIs(t, err, loyalty.ErrConflict)
	require.NotErrorIs(t, err, errDead, "PostgreSQL has not aborted the transaction")
	require.Equal(t, "0 orders, customer at 1, a at 3 with 99, b at 2 with 100", s.state())
	overtake = false
	require.NoError(t, s.buy(ctx, "1", spend))
	require.Equal(t, "1 orders, customer at 2, a at 4 with 89, b at 2 with 100", s.state())
	verified(t, s.l)
}

// TestLoyaltyDeadlockEnds: a host takes the accounts of a transfer in the opposite
// order, which only a host can. PostgreSQL gives one of them up: the transfer is then
// tried again by the service, the transaction by the host.
func TestLoyaltyDeadlockEnds(t *testing.T) {
	s, ctx := newShop(t, engines[1]), t.Context()
	s.db.SetMaxOpenConns(4)
	done := make(chan error, 1)
	err := s.buy(ctx, "1", func(l *loyalty.Loyalty, _ *loyaltysql.Store) error {
		_, err := l.Points.Earn(ctx, till, "b", points.EarnCommand{Points: 1}, loyalty.Call{})
		require.NoError(t, err)
		go func() { // locks a, then waits for b
			_, err := s.l.Points.Transfer(ctx, till, "a", "b", 10, loyalty.Call{})
			done <- err
		}()
		require.Eventually(t, func() bool {
			var waiting int
			require.NoError(t, s.db.QueryRow("SELECT COUNT(*) FROM pg_locks WHERE NOT granted").Scan(&waiting))
			return waiting > 0
		}, 10*time.Second, 2*time.Millisecond)
		_, err = l.Points.Earn(ctx, till, "a", points.EarnCommand{Points: 1}, loyalty.Call{})
		return err
	})
	require.NoError(t, <-done, "the service tries again until it is through")
	want := "1 orders, customer at 2, a at 4 with 91, b at 4 with 111"
	if err != nil {
		var state interface{ SQLState() string }
		require.True(t, errors.As(err, &state))
		require.Equal(t, "40P01", state.SQLState())
		require.NotErrorIs(t, err, loyalty.ErrConflict, "a dead transaction is no conflict to retry in it")
		want = "0 orders, customer at 1, a at 3 with 90, b at 3 with 110"
	}
	require.Equal(t, want, s.state())
	verified(t, s.l)
}

// TestLoyaltyHotAccount: hosts in transactions of their own post to the accounts that
// plain commands post to and move points between. All get through: no lock waits for
// a turn in the process that its holder waits for.
func TestLoyaltyHotAccount(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		rounds := 25
		if testing.Short() {
			rounds = 5
		}
		s := newShop(t, e)
		s.db.SetMaxOpenConns(6) // fewer than there are goroutines
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		var all sync.WaitGroup
		attempts := 0
		var mu sync.Mutex // of attempts
		everyone := func(do func(i, n int) error) {
			for i := range 4 {
				all.Go(func() {
					for n := range rounds {
						if err := do(i, n); err != nil {
							t.Error(err)
							cancel()
							return
						}
					}
				})
			}
		}
		everyone(func(i, n int) error { // hosts
			for {
				mu.Lock()
				attempts++
				mu.Unlock()
				err := s.buy(ctx, fmt.Sprint(i, "-", n), func(l *loyalty.Loyalty, _ *loyaltysql.Store) error {
					_, err := l.Points.Earn(ctx, till, "a", points.EarnCommand{Points: 3}, loyalty.Call{Key: fmt.Sprint("host ", i, n)})
					if err == nil {
						_, err = l.Points.Transfer(ctx, till, "b", "a", 1, loyalty.Call{Key: fmt.Sprint("host's gift ", i, n)})
					}
					return err
				})
				if ctx.Err() != nil || errors.Is(err, errDead) || !errors.Is(err, loyalty.ErrConflict) && !errors.Is(err, crm.ErrConflict) && !deadlock(err) {
					return err
				}
			}
		})
		patient, err := loyalty.New(s.points, loyalty.Programme{}, loyalty.Options{Attempts: 1000})
		require.NoError(t, err)
		everyone(func(i, n int) error { // a till
			_, err := patient.Points.Earn(ctx, till, "a", points.EarnCommand{Points: 5}, loyalty.Call{Key: fmt.Sprint("plain ", i, n)})
			return err
		})
		everyone(func(i, n int) error {
			_, err := patient.Points.Transfer(ctx, till, "a", "b", 1, loyalty.Call{Key: fmt.Sprint("gift ", i, n)})
			return err
		})
		all.Wait()
		n := int64(4 * rounds)
		a, err := s.points.Account(t.Context(), "a")
		require.NoError(t, err)
		require.Equal(t, 100+8*n, points.Balance(a.State))
		b, err := s.points.Account(t.Context(), "b")
		require.NoError(t, err)
		require.EqualValues(t, 100, points.Balance(b.State))
		require.EqualValues(t, n, s.orders())
		require.EqualValues(t, 1+n, s.version(person("a")))
		verified(t, s.l)
		t.Logf("%d transactions of hosts in %d attempts beside %d plain commands", n, attempts, 2*n)
	})
}

// deadlock reports whether PostgreSQL gave the transaction up: a host that takes
// accounts in an order of its own has to begin again.
func deadlock(err error) bool {
	var state interface{ SQLState() string }
	return errors.As(err, &state) && state.SQLState() == "40P01"
}
