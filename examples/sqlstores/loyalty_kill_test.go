package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/crmsql"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/loyaltysql"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Of the process that is killed.
const (
	senders = 4 // goroutines that send commands
	holders = 6 // members, whose accounts all of them post to
)

// want is a command that earns, burns or moves points: the same one for the same
// numbers.
type want struct {
	kind     points.Kind // KindEarn, KindBurn or KindTransferOut
	from, to string
	n        int64
}

func wanted(series, n int) want {
	r := rand.New(rand.NewPCG(uint64(series), uint64(n)))
	from := r.IntN(holders)
	to := (from + 1 + r.IntN(holders-1)) % holders
	w := want{kind: points.KindEarn, from: fmt.Sprint("m", from), to: fmt.Sprint("m", to), n: int64(1 + r.IntN(100))}
	switch r.IntN(5) {
	case 0, 1:
		w.kind = points.KindBurn
	case 2:
		w.kind = points.KindTransferOut
	}
	return w
}

// The answers that a process writes.
const (
	answerDone    = "done"
	answerRefused = "refused" // for want of points
)

// key is the key of a command, and the Ref of its entries.
func key(series, n int) string { return fmt.Sprint(series, "/", n) }

// send sends a command under its key, again and again where it is not decided.
func send(ctx context.Context, l *loyalty.Loyalty, series, n int) (answer string, replayed bool, err error) {
	w, call := wanted(series, n), loyalty.Call{Key: key(series, n), Ref: key(series, n)}
	for {
		var p loyalty.Posted
		var m loyalty.Moved
		switch w.kind {
		case points.KindEarn:
			p, err = l.Points.Earn(ctx, till, w.from, points.EarnCommand{Points: w.n}, call)
		case points.KindBurn:
			p, err = l.Points.Burn(ctx, till, w.from, points.BurnCommand{Points: w.n}, call)
		default:
			m, err = l.Points.Transfer(ctx, till, w.from, w.to, w.n, call)
		}
		switch {
		case err == nil:
			return answerDone, p.Replayed || m.Replayed, nil
		case errors.Is(err, points.ErrInsufficient):
			return answerRefused, false, nil
		case !errors.Is(err, loyalty.ErrConflict):
			return "", false, err
		}
	}
}

// pointsOn returns the services of a programme without rules.
func pointsOn(store loyalty.Store) (*loyalty.Loyalty, error) {
	return loyalty.New(store, loyalty.Programme{}, loyalty.Options{Events: true})
}

// postForEver posts to a few accounts from several goroutines.
func postForEver(ctx context.Context, db *sql.DB, dialect crmsql.Dialect) error {
	store, err := loyaltysql.New(db, loyaltysql.Options{Dialect: loyaltysql.Dialect(dialect)})
	if err != nil {
		return err
	}
	l, err := pointsOn(store)
	if err != nil {
		return err
	}
	return forEver(func(series, n int) (string, error) {
		answer, _, err := send(ctx, l, series, n)
		return answer, err
	})
}

// TestLoyaltyKilled kills a process that earns, burns and transfers points in
// several goroutines, 50 times on each database (100 where GUANXI_FULL is set), with
// SIGKILL at a random moment, and starts the next, which sends what was in flight
// again with its key. After each kill every command that was acknowledged is in the
// journals once, what was refused is not, what was in flight is there whole or not
// at all, and every account is what its journal comes to. In the end all that is
// unacknowledged is sent once more, and the sum of points is that of the acknowledged
// commands.
//
// What it proves, and what not, is said at [TestKilled].
func TestLoyaltyKilled(t *testing.T) {
	kills := 50
	switch {
	case testing.Short():
		kills = 5
	case os.Getenv("GUANXI_FULL") != "":
		kills = 100
	}
	onEach(t, func(t *testing.T, e engine) {
		ctx, dsn := t.Context(), e.dsn(t)
		store, db := e.points(t, dsn, loyaltysql.Options{})
		l, err := pointsOn(store)
		require.NoError(t, err)
		for i := range holders {
			_, err := l.Members.Enrol(ctx, till, fmt.Sprint("m", i), loyalty.Call{})
			require.NoError(t, err)
		}
		k := newKilling(e, dsn, db, "post", senders)
		a := acknowledged{l: l, store: store, k: k, answers: map[string]string{}}
		k.told = func(series, n int, answer string) { a.answers[key(series, n)] = answer }
		inFlight := 0
		k.often(t, kills, func() { inFlight += a.verify(t) })
		for series, n := range k.next {
			answer, _, err := send(ctx, l, series, n)
			require.NoError(t, err)
			k.next[series]++
			k.told(series, n, answer)
		}
		require.Zero(t, a.verify(t), "nothing is in flight")
		done := a.again(t)
		a.verify(t)
		t.Logf("%d commands in %d processes, of which %d refused for want of points; %d were in flight, applied and not acknowledged, when one was killed",
			len(a.answers), kills, len(a.answers)-done, inFlight)
		require.Positive(t, done)
		require.Less(t, done, len(a.answers))
	})
}

// acknowledged is what the processes have acknowledged.
type acknowledged struct {
	l       *loyalty.Loyalty
	store   *loyaltysql.Store
	k       *killing
	answers map[string]string // by key
}

// effect is what a command did: points by account and kind of entry. A transfer has
// an entry for each lot that it moved.
type effect map[string]int64

func (ef effect) add(account string, kind points.Kind, n int64) effect {
	ef[fmt.Sprint(account, " ", kind)] += n
	return ef
}

func (w want) effect() effect {
	switch w.kind {
	case points.KindEarn:
		return effect{}.add(w.from, w.kind, w.n)
	case points.KindBurn:
		return effect{}.add(w.from, w.kind, -w.n)
	}
	return effect{}.add(w.from, points.KindTransferOut, -w.n).add(w.to, points.KindTransferIn, w.n)
}

// verify holds journals, accounts and events against what was acknowledged, and
// returns how many commands are there beside it.
func (a *acknowledged) verify(t *testing.T) (inFlight int) {
	t.Helper()
	ctx := t.Context()
	left := map[string]effect{} // by the Ref
	balances := map[string]int64{}
	written := map[string]uint64{}
	for p, err := range a.store.Postings(ctx, loyalty.PostingFilter{}) {
		require.NoError(t, err)
		if left[p.Entry.Ref] == nil {
			left[p.Entry.Ref] = effect{}
		}
		left[p.Entry.Ref].add(p.Account, p.Entry.Kind, p.Entry.Amount)
		written[p.Account]++
	}
	sum := new(big.Int) // of what is earned less what is burned
	applied := func(series, n int) {
		w := wanted(series, n)
		require.Equal(t, w.effect(), left[key(series, n)], "command %d of %d", n, series)
		delete(left, key(series, n))
		switch w.kind {
		case points.KindEarn:
			sum.Add(sum, big.NewInt(w.n))
			balances[w.from] += w.n
		case points.KindBurn:
			sum.Sub(sum, big.NewInt(w.n))
			balances[w.from] -= w.n
		default:
			balances[w.from] -= w.n
			balances[w.to] += w.n
		}
	}
	for series, next := range a.k.next {
		for n := range next {
			if a.answers[key(series, n)] == answerDone {
				applied(series, n)
			}
		}
		if left[key(series, next)] != nil { // it was in flight
			applied(series, next)
			inFlight++
		}
	}
	require.Empty(t, left, "of no command that was sent, or of one that was refused")

	audit, err := a.l.Verify(ctx)
	require.NoError(t, err)
	require.Empty(t, audit.Found)
	require.Zero(t, audit.Moved.Sign())
	require.Equal(t, sum.String(), audit.Balance.String())
	for id, balance := range balances {
		account, err := a.store.Account(ctx, id)
		require.NoError(t, err)
		require.Equal(t, balance, points.Balance(account.State), id)
	}
	a.verifyEvents(t, written)
	return inFlight
}

// verifyEvents holds that each entry has its event, in order, and nothing else has
// one.
func (a *acknowledged) verifyEvents(t *testing.T, written map[string]uint64) {
	t.Helper()
	total := holders // who were enrolled
	for _, n := range written {
		total += int(n)
	}
	events, err := a.store.Pending(t.Context(), total+10)
	require.NoError(t, err)
	require.Len(t, events, total)
	told := map[string]uint64{}
	for _, e := range events {
		if e.Subject.Kind == loyalty.KindAccount {
			told[e.Subject.ID]++
			require.Contains(t, string(e.Data), fmt.Sprintf(`"seq":%d,`, told[e.Subject.ID]))
		}
	}
	require.Equal(t, written, told)
}

// again sends everything that was done once more: it changes nothing. It returns how
// much there was.
func (a *acknowledged) again(t *testing.T) (done int) {
	t.Helper()
	for series, next := range a.k.next {
		for n := range next {
			if a.answers[key(series, n)] != answerDone {
				continue
			}
			answer, replayed, err := send(t.Context(), a.l, series, n)
			require.NoError(t, err)
			require.Equal(t, answerDone, answer)
			require.True(t, replayed)
			done++
		}
	}
	return done
}
