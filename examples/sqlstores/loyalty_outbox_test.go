package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/loyaltysql"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// posting is the event of an entry of an account.
type posting struct {
	Kind   string `json:"-"`
	Seq    uint64 `json:"seq"`
	Amount int64  `json:"amount"`
}

func postingOf(t *testing.T, e loyalty.Event) posting {
	t.Helper()
	p := posting{Kind: e.Kind}
	require.NoError(t, json.Unmarshal(e.Data, &p))
	return p
}

// enrolled returns services that make events, and members whose enrolment has been
// read.
func enrolled(t *testing.T, store *loyaltysql.Store, members ...string) *loyalty.Loyalty {
	t.Helper()
	l, err := pointsOn(store)
	require.NoError(t, err)
	for _, m := range members {
		_, err := l.Members.Enrol(t.Context(), till, m, loyalty.Call{})
		require.NoError(t, err)
	}
	events, err := store.Pending(t.Context(), 100)
	require.NoError(t, err)
	require.Len(t, events, len(members))
	for _, e := range events {
		require.NoError(t, store.Ack(t.Context(), e.ID))
	}
	return l
}

// TestLoyaltyOutboxLongTransaction: what a host's transaction posts, which took its
// numbers first and commits last, is not skipped, and nothing waits for it.
func TestLoyaltyOutboxLongTransaction(t *testing.T) {
	store, db := engines[1].points(t, engines[1].dsn(t), loyaltysql.Options{})
	ctx := t.Context()
	l := enrolled(t, store, "slow", "quick", "other")
	pending := func() (read []string) {
		events, err := store.Pending(ctx, 100)
		require.NoError(t, err)
		for _, e := range events {
			p := postingOf(t, e)
			read = append(read, fmt.Sprint(e.Subject.ID, " ", e.Version, " ", p.Kind, " ", p.Seq, " ", p.Amount))
			require.NoError(t, store.Ack(ctx, e.ID))
		}
		return read
	}
	earn := func(l *loyalty.Loyalty, account string, n int64) {
		_, err := l.Points.Earn(ctx, till, account, points.EarnCommand{Points: n}, loyalty.Call{})
		require.NoError(t, err)
	}
	long, err := db.Begin()
	require.NoError(t, err)
	inside, err := l.On(store.InTx(long))
	require.NoError(t, err)
	earn(inside, "slow", 10)
	_, err = inside.Points.Transfer(ctx, till, "slow", "other", 4, loyalty.Call{})
	require.NoError(t, err)
	for n := range int64(3) {
		earn(l, "quick", n+1)
	}
	require.Equal(t, []string{"quick 2 points.earned 1 1", "quick 3 points.earned 2 2", "quick 4 points.earned 3 3"}, pending(),
		"what is committed does not wait")
	require.Empty(t, pending())
	require.NoError(t, long.Commit())
	require.Equal(t, []string{"slow 2 points.earned 1 10", "slow 3 points.transferred-out 2 -4", "other 2 points.transferred-in 1 4"}, pending(),
		"and what was open is not skipped")
}

// TestLoyaltyOutboxUnderLoad: hosts post in long and short transactions, some of
// which are rolled back, beside plain commands and a reader. In the end the events of
// every account are its journal, entry by entry and in order.
func TestLoyaltyOutboxUnderLoad(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		store, db := e.points(t, e.dsn(t), loyaltysql.Options{})
		ctx := t.Context()
		accounts := []string{"a", "b", "c"}
		l := enrolled(t, store, accounts...)
		commands := 40
		if testing.Short() {
			commands = 10
		}
		// post earns, or moves points: some of it is refused, or has to be tried again,
		// which does not matter here.
		post := func(l *loyalty.Loyalty, r *rand.Rand) error {
			from, to := accounts[r.IntN(3)], accounts[r.IntN(3)]
			var err error
			if r.IntN(3) == 0 {
				_, err = l.Points.Transfer(ctx, till, from, to, int64(1+r.IntN(30)), loyalty.Call{})
			} else {
				_, err = l.Points.Earn(ctx, till, from, points.EarnCommand{Points: int64(1 + r.IntN(30))}, loyalty.Call{})
			}
			return err
		}
		host := func(r *rand.Rand) error {
			return within(db, func(tx *sql.Tx) (keep bool, err error) {
				inside, err := l.On(store.InTx(tx))
				if err != nil {
					return false, err
				}
				if post(inside, r) != nil || r.IntN(2) == 0 && post(inside, r) != nil || r.IntN(4) == 0 {
					return false, nil
				}
				time.Sleep(time.Duration(r.IntN(4)) * time.Millisecond)
				return true, nil
			})
		}
		var work sync.WaitGroup
		for w := range uint64(6) {
			work.Go(func() {
				r := rand.New(rand.NewPCG(1, w))
				for range commands {
					if w < 2 {
						_ = post(l, r)
					} else if err := host(r); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		have := map[string][]posting{}
		readBeside(t, &work, store, func(e loyalty.Event) uint64 {
			have[e.Subject.ID] = append(have[e.Subject.ID], postingOf(t, e))
			return e.ID
		})
		for _, id := range accounts {
			var want []posting
			for p, err := range store.Postings(ctx, loyalty.PostingFilter{Account: id}) {
				require.NoError(t, err)
				kind := map[points.Kind]string{points.KindEarn: "points.earned", points.KindTransferOut: "points.transferred-out", points.KindTransferIn: "points.transferred-in"}
				want = append(want, posting{kind[p.Entry.Kind], p.Entry.Seq, p.Entry.Amount})
			}
			require.NotEmpty(t, want)
			require.Equal(t, want, have[id], id)
		}
		verified(t, l)
	})
}

// within runs a transaction, which is rolled back where do does not keep it.
func within(db *sql.DB, do func(tx *sql.Tx) (keep bool, err error)) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	keep, err := do(tx)
	if err != nil || !keep {
		_ = tx.Rollback() // PostgreSQL may have done so
		return err
	}
	return tx.Commit()
}
