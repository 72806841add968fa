package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/loyaltysql"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// batches makes batches of postings to accounts that exist, which stores write
// without looking anything up, with faults here and there.
type batches struct {
	t        *testing.T
	random   *rand.Rand
	accounts []loyalty.Account
	keys     int
	now      time.Time
}

// faults are what can be wrong with a commit of a batch.
var faults = []func(b *batches, c *loyalty.Commit){
	func(b *batches, c *loyalty.Commit) { c.Changes[0].Expect++ },
	func(b *batches, c *loyalty.Commit) { c.Changes[0].Expect-- }, // 0 where the account is young
	func(b *batches, c *loyalty.Commit) { c.Changes[0].Subject.ID += "-missing" },
	func(b *batches, c *loyalty.Commit) { c.Key = fmt.Sprint("key-", b.random.IntN(b.keys)) },
	func(b *batches, c *loyalty.Commit) { // numbered behind a gap, where there are several
		put := c.Changes[0].Writes[0].(loyalty.PutAccount)
		put.Entries = put.Entries[len(put.Entries)-1:]
		c.Changes[0].Writes[0] = put
	},
	func(b *batches, c *loyalty.Commit) {
		c.Require = []loyalty.Expect{{Subject: loyalty.Subject{Kind: loyalty.KindMember, ID: "nobody"}}}
	},
	func(b *batches, c *loyalty.Commit) {
		c.Changes[0].Writes = append(c.Changes[0].Writes, loyalty.Claim{Space: "card", Key: fmt.Sprint(b.random.IntN(9))})
	},
}

// next is a batch of which at most a few commits are at fault.
func (b *batches) next(wrong int) []loyalty.Commit {
	var commits []loyalty.Commit
	several, mixed := 1+b.random.IntN(3), b.random.IntN(4) == 0 // entries of a commit
	for _, i := range b.random.Perm(len(b.accounts))[:2+b.random.IntN(len(b.accounts)-2)] {
		a := b.accounts[i]
		a.State = a.State.Clone()
		var entries []points.Entry
		if mixed {
			several = 1 + b.random.IntN(3)
		}
		for range several {
			more, err := fifo.Earn(a.State, points.EarnCommand{Points: b.random.Int64N(9), QP: b.random.Int64N(3), Act: points.Act{Actor: till.ID, Ref: "order", Reason: "说了什么"}}, b.now)
			require.NoError(b.t, err)
			require.NoError(b.t, a.State.Fold(more...))
			entries = append(entries, more...)
		}
		if b.random.IntN(4) == 0 { // what indexes are over
			a.Standing.Member, a.Standing.Household = fmt.Sprint("member-", b.random.IntN(5)), "home"
			a.Standing.Due = b.now.Add(time.Duration(b.random.IntN(3)) * time.Hour)
		}
		a.Standing.Tier = loyalty.Tier{Code: "gold", Stale: b.random.IntN(2) == 0}
		put := loyalty.PutAccount{Standing: a.Standing, State: a.State, Entries: entries}
		c := loyalty.Commit{Recorded: b.now, Changes: []loyalty.Change{{Subject: loyalty.Subject{Kind: loyalty.KindAccount, ID: a.ID}, Expect: a.Head.Version, Writes: []loyalty.Write{put}}}}
		if b.random.IntN(5) > 0 {
			c.Scope, c.Key, c.Receipt = "import", fmt.Sprint("key-", b.keys), []byte("receipt")
			b.keys++
		}
		if b.random.IntN(5) == 0 {
			c.Changes[0].Writes = append(c.Changes[0].Writes, loyalty.Emit{Event: loyalty.Event{Kind: "posted", At: b.now}})
		}
		commits = append(commits, c)
	}
	for range wrong {
		c := &commits[b.random.IntN(len(commits))]
		if c.Scope == "" {
			c.Scope, c.Key = "import", fmt.Sprint("key-", b.keys)
			b.keys++
		}
		faults[b.random.IntN(len(faults))](b, c)
	}
	if b.random.IntN(4) == 0 { // the same again: a key, or a version, that the one before it moved
		commits = append(commits, commits[0])
	}
	return commits
}

func all[T any](t *testing.T, rows func(func(T, error) bool)) (list []T) {
	for row, err := range rows {
		require.NoError(t, err)
		list = append(list, row)
	}
	return list
}

// TestLoyaltyBatches: batches of postings have the answers that Memory gives, and
// leave the same accounts and journals, whatever is wrong with some of them; also in
// a transaction of the host, which stays usable.
func TestLoyaltyBatches(t *testing.T) {
	rounds := 600
	if testing.Short() {
		rounds = 200
	}
	onEach(t, func(t *testing.T, e engine) {
		dsn := e.dsn(t)
		store, db := e.points(t, dsn, loyaltysql.Options{Tenant: "测试"})
		// To a driver of PostgreSQL that is not seen to take slices, arrays go as texts.
		spied, _ := e.spied(t, dsn)
		texts, err := loyaltysql.New(spied, loyaltysql.Options{Tenant: "测试", Dialect: loyaltysql.Dialect(e.dialect)})
		require.NoError(t, err)
		b := &batches{t: t, random: rand.New(rand.NewPCG(3, 4)), keys: 1, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		model := &loyalty.Memory{}
		ctx := t.Context()
		var first loyalty.Commit
		for i := range 40 {
			first.Changes = append(first.Changes, loyalty.Change{Subject: loyalty.Subject{Kind: loyalty.KindAccount, ID: fmt.Sprint("a-", i)},
				Writes: []loyalty.Write{loyalty.PutAccount{Standing: loyalty.Standing{Member: "m", Status: loyalty.Open}}}})
		}
		require.NoError(t, model.Commit(ctx, first))
		require.NoError(t, store.Commit(ctx, first))
		refused := 0
		for round := range rounds {
			b.now = b.now.Add(time.Second)
			b.accounts = all(t, model.Accounts(ctx, loyalty.AccountFilter{}))
			commits := b.next(round % 3)
			want := model.CommitBatch(ctx, commits)
			var have []error
			switch round % 4 {
			case 1:
				have = texts.CommitBatch(ctx, commits)
			case 3:
				tx, err := db.Begin()
				require.NoError(t, err)
				have = store.InTx(tx).CommitBatch(ctx, commits)
				require.NoError(t, tx.Commit())
			default:
				have = store.CommitBatch(ctx, commits)
			}
			require.Len(t, have, len(want))
			for i := range want {
				for _, kind := range []error{loyalty.ErrConflict, loyalty.ErrDuplicate, loyalty.ErrTaken, loyalty.ErrInvalid} {
					require.Equal(t, errors.Is(want[i], kind), errors.Is(have[i], kind), "round %d, commit %d: %v, not %v", round, i, have[i], want[i])
				}
				require.Equal(t, want[i] == nil, have[i] == nil, "round %d, commit %d: %v, not %v", round, i, have[i], want[i])
				if want[i] != nil {
					refused++
				}
			}
			require.Equal(t, all(t, model.Accounts(ctx, loyalty.AccountFilter{})), all(t, store.Accounts(ctx, loyalty.AccountFilter{})), round)
		}
		require.Positive(t, refused)
		require.Equal(t, all(t, model.Postings(ctx, loyalty.PostingFilter{})), all(t, store.Postings(ctx, loyalty.PostingFilter{})))
		for _, member := range []string{"m", "member-1"} {
			require.Equal(t, all(t, model.Accounts(ctx, loyalty.AccountFilter{Member: member})), all(t, store.Accounts(ctx, loyalty.AccountFilter{Member: member})))
		}
		due := loyalty.AccountFilter{DueBefore: b.now}
		require.Equal(t, all(t, model.Accounts(ctx, due)), all(t, store.Accounts(ctx, due)))
		wanted, err := model.Pending(ctx, 1000)
		require.NoError(t, err)
		pending, err := store.Pending(ctx, 1000)
		require.NoError(t, err)
		for _, events := range [][]loyalty.Event{wanted, pending} {
			for i := range events {
				events[i].ID = 0
			}
			slices.SortFunc(events, func(x, y loyalty.Event) int {
				return slices.Compare([]string{x.Subject.ID, fmt.Sprint(x.Version)}, []string{y.Subject.ID, fmt.Sprint(y.Version)})
			})
		}
		require.Equal(t, wanted, pending)
	})
}
