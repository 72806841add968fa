package loyalty

import (
	"context"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestQueuesDoNotLock: whoever has a turn has it alone, and nobody waits for ever,
// in whatever order the accounts are named, and however often.
func TestQueuesDoNotLock(t *testing.T) {
	q := newQueues()
	var inside [len(q.turns)]int // guarded by the turns
	accounts := make([]string, 3*len(q.turns))
	for i := range accounts {
		accounts[i] = "account-" + strconv.Itoa(i)
	}
	var all sync.WaitGroup
	for g := range 8 {
		random := rand.New(rand.NewPCG(uint64(g), 1))
		all.Go(func() {
			for range 200 {
				mine := make([]string, random.IntN(40))
				places := map[int]bool{}
				for i := range mine {
					mine[i] = accounts[random.IntN(len(accounts))]
					places[q.of(mine[i])] = true
				}
				turns, err := q.enter(t.Context(), mine)
				if err != nil {
					t.Error(err)
					return
				}
				for place := range places {
					if inside[place]++; inside[place] != 1 {
						t.Error("two have one turn")
					}
				}
				for place := range places {
					inside[place]--
				}
				turns.leave()
			}
		})
	}
	all.Wait()
}

// TestQueuesEndWithTheContext: who gives up waiting leaves nothing behind.
func TestQueuesEndWithTheContext(t *testing.T) {
	q := newQueues()
	held, err := q.enter(t.Context(), []string{"a"})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	other := "b" // of another turn
	for i := 0; q.of(other) == q.of("a"); i++ {
		other = strconv.Itoa(i)
	}
	for _, accounts := range [][]string{{"a"}, {"a", other}, {other, "a"}} {
		_, err = q.enter(ctx, accounts)
		require.ErrorIs(t, err, context.Canceled)
	}
	free, err := q.enter(ctx, []string{other})
	require.NoError(t, err, "a turn that is free needs no waiting")
	free.leave()
	held.leave()
	both, err := q.enter(ctx, []string{"a", other})
	require.NoError(t, err)
	both.leave()
	none, err := (*queues)(nil).enter(ctx, []string{"a"})
	require.NoError(t, err, "a transaction of the host waits for nobody")
	none.leave()
}

// TestTurnsGivenUp: many wait for one turn and half of them give up, at any moment;
// it is never had by two, and never lost.
func TestTurnsGivenUp(t *testing.T) {
	q := newQueues()
	var all sync.WaitGroup
	inside, done := 0, 0 // guarded by the turn
	for g := range 8 {
		random := rand.New(rand.NewPCG(uint64(g), 2))
		all.Go(func() {
			for range 2000 {
				ctx, cancel := context.WithCancel(t.Context())
				if random.IntN(2) == 0 {
					go cancel()
				}
				turns, err := q.enter(ctx, []string{"a"})
				if err == nil {
					if inside++; inside != 1 {
						t.Error("two have one turn")
					}
					if done++; random.IntN(8) == 0 {
						runtime.Gosched()
					}
					inside--
					turns.leave()
				}
				cancel()
			}
		})
	}
	all.Wait()
	require.Positive(t, done)
	free, err := q.enter(t.Context(), []string{"a"})
	require.NoError(t, err)
	free.leave()
	require.Zero(t, q.turns[q.of("a")].n.Load())
	require.Empty(t, q.turns[q.of("a")].given)
}
