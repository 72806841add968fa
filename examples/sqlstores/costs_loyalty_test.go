package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/crmsql"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/loyaltysql"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

var (
	till = loyalty.Actor{ID: "till", Sees: loyalty.Everyone()}
	fifo = points.Policy{Order: points.FIFO}
)

// posters are the costs of postings that are measured on one store: 10,000 accounts,
// two earns for each burn, each with a key and an order of its own, a burn that is
// refused counted as a posting.
type posters struct {
	store  loyalty.Store
	points *loyalty.Points
	ids    []string
	random *rand.Rand
	key    int
}

func newPosters(t *testing.T, store loyalty.Store, accounts int) *posters {
	l, err := loyalty.New(store, loyalty.Programme{Points: fifo}, loyalty.Options{})
	require.NoError(t, err)
	p := &posters{store: store, points: l.Points, random: rand.New(rand.NewPCG(1, 2))}
	for lo := 0; lo < accounts; lo += 1000 {
		var c loyalty.Commit
		for i := lo; i < min(lo+1000, accounts); i++ {
			p.ids = append(p.ids, "member-"+strconv.Itoa(i))
			c.Changes = append(c.Changes, loyalty.Change{Subject: loyalty.Subject{Kind: loyalty.KindAccount, ID: p.ids[i]},
				Writes: []loyalty.Write{loyalty.PutAccount{Standing: loyalty.Standing{Member: p.ids[i], Status: loyalty.Open}}}})
		}
		require.NoError(t, store.Commit(t.Context(), c))
	}
	return p
}

// single posts n times, one command after the other.
func (p *posters) single(t *testing.T, n int) {
	for range n {
		p.key++
		account, n := p.ids[p.random.IntN(len(p.ids))], 1+p.random.Int64N(100)
		p.post(t, account, n, p.key)
	}
}

func (p *posters) post(t *testing.T, account string, n int64, key int) {
	var err error
	call := loyalty.Call{Key: "sale-" + strconv.Itoa(key), Ref: "order-" + strconv.Itoa(key)}
	if key%3 == 2 {
		_, err = p.points.Burn(t.Context(), till, account, points.BurnCommand{Points: n}, call)
	} else {
		_, err = p.points.Earn(t.Context(), till, account, points.EarnCommand{Points: n}, call)
	}
	if err != nil && !errors.Is(err, points.ErrInsufficient) {
		t.Error(err)
	}
}

// batch posts n times in batches of 1000: the accounts of a batch are loaded
// together, decided over, and committed together.
func (p *posters) batch(t *testing.T, n int) {
	committer := p.store.(loyalty.BatchCommitter)
	for ; n > 0; n -= 1000 {
		accounts := map[string]*loyalty.Account{}
		var ids []string
		for _, i := range p.random.Perm(len(p.ids))[:min(1000, len(p.ids))] {
			ids = append(ids, p.ids[i])
		}
		for a, err := range p.store.Accounts(t.Context(), loyalty.AccountFilter{IDs: ids}) {
			if err != nil { // require.NoError alone takes a tenth of what is measured
				require.NoError(t, err)
			}
			accounts[a.ID] = &a
		}
		require.Len(t, accounts, len(ids))
		now := loyalty.Instant(time.Now())
		commits := make([]loyalty.Commit, 0, len(ids))
		for i, id := range ids {
			a := accounts[id]
			p.key++
			key := strconv.Itoa(p.key)
			act := points.Act{Actor: till.ID, Ref: "order-" + key}
			amount := 1 + p.random.Int64N(100)
			var entries []points.Entry
			var err error
			if i%3 == 2 {
				entries, err = fifo.Burn(a.State, points.BurnCommand{Points: amount, Act: act}, now)
			} else {
				entries, err = fifo.Earn(a.State, points.EarnCommand{Points: amount, Act: act}, now)
			}
			if errors.Is(err, points.ErrInsufficient) {
				continue
			}
			if err == nil {
				err = a.State.Fold(entries...)
			}
			if err != nil {
				require.NoError(t, err)
			}
			commits = append(commits, loyalty.Commit{Scope: "import", Key: "sale-" + key, Recorded: now, Receipt: []byte("receipt of some 20 by"),
				Changes: []loyalty.Change{{Subject: loyalty.Subject{Kind: loyalty.KindAccount, ID: id}, Expect: a.Head.Version,
					Writes: []loyalty.Write{loyalty.PutAccount{Standing: a.Standing, State: a.State, Entries: entries}}}}})
		}
		for _, err := range committer.CommitBatch(t.Context(), commits) {
			require.NoError(t, err)
		}
	}
}

// hot posts n times to one account from many goroutines and returns how long it
// took.
func (p *posters) hot(t *testing.T, account string, n, goroutines int) time.Duration {
	start := time.Now()
	var next atomic.Int64
	var all sync.WaitGroup
	for range goroutines {
		all.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				p.post(t, account, 1, 3*(p.key+int(i)))
			}
		})
	}
	all.Wait()
	p.key += n
	return time.Since(start)
}

// TestLoyaltyCosts prints what postings cost in processor time, and what a hot
// account makes of 32 goroutines. At full size it holds what they may cost on a
// machine that does nothing else, by the best of several rounds.
func TestLoyaltyCosts(t *testing.T) {
	rounds, n, batched, full := 3, 1000, 4000, os.Getenv("GUANXI_FULL") != ""
	switch {
	case testing.Short():
		rounds, n, batched = 1, 100, 1000
	case full:
		rounds, n, batched = 12, 4000, 20_000
	}
	onEach(t, func(t *testing.T, e engine) {
		most := map[crmsql.Dialect]float64{crmsql.SQLite: 90, crmsql.PostgreSQL: 200}[e.dialect]
		store, db := e.points(t, e.dsn(t), loyaltysql.Options{})
		db.SetMaxIdleConns(8)
		p := newPosters(t, store, 10_000)
		best := func(name string, n int, do func()) float64 {
			least, said := 0.0, ""
			for range rounds {
				client, server := cost(t, do)
				if us := (client + server).Seconds() * 1e6 / float64(n); said == "" || us < least {
					least, said = us, each(client, server, n)
				}
			}
			t.Logf("%s: %s", name, said)
			return least
		}
		single := best("a posting, by the service", n, func() { p.single(t, n) })
		batch := best("a posting, of 1000 in a batch", batched, func() { p.batch(t, batched) })
		var one, many time.Duration
		n := min(n, 1000)               // each adds a lot, which all that follow carry along
		for i := range min(rounds, 3) { // each on accounts of its own, which grow as much
			alone, together := p.hot(t, p.ids[2*i], n, 1), p.hot(t, p.ids[2*i+1], n, 32)
			if many == 0 || float64(many)/float64(one) > float64(together)/float64(alone) {
				one, many = alone, together
			}
		}
		rate := one.Seconds() / many.Seconds()
		t.Logf("postings to one account: %.0f/s from one goroutine, %.0f/s from 32: %.2f times", float64(n)/one.Seconds(), float64(n)/many.Seconds(), rate)
		if full {
			require.LessOrEqual(t, single, most, "us of a posting")
			require.LessOrEqual(t, batch, single/2, "a batch takes less than half, in the same run")
			require.GreaterOrEqual(t, rate, 0.5, "a hot account")
		}
		holds(t, p)
	})
}

// holds replays every journal: what the accounts say is what was posted.
func holds(t *testing.T, p *posters) {
	journal := map[string][]points.Entry{}
	for posting, err := range p.store.Postings(t.Context(), loyalty.PostingFilter{}) {
		require.NoError(t, err)
		journal[posting.Account] = append(journal[posting.Account], posting.Entry)
	}
	for a, err := range p.store.Accounts(t.Context(), loyalty.AccountFilter{}) {
		require.NoError(t, err)
		state, err := points.Replay(journal[a.ID])
		require.NoError(t, err)
		require.Equal(t, state, a.State, fmt.Sprint("account ", a.ID))
	}
}
