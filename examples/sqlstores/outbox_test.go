package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmsql"
)

func event(n int) crm.Emit {
	return crm.Emit{Event: crm.Event{Kind: "changed", At: noon, Data: json.RawMessage(fmt.Sprint(n))}}
}

// TestOutboxLongTransaction: a transaction that took its numbers first commits last.
// A reader that remembers the highest number it has seen would skip its events.
func TestOutboxLongTransaction(t *testing.T) {
	store, db := engines[1].fresh(t, crmsql.Options{})
	ctx := t.Context()
	pending := func() (ids []string) {
		events, err := store.Pending(ctx, 100)
		require.NoError(t, err)
		for _, e := range events {
			ids = append(ids, fmt.Sprint(e.Subject.ID, " ", e.Version, " ", string(e.Data)))
			require.NoError(t, store.Ack(ctx, e.ID))
		}
		return ids
	}
	long, err := db.Begin()
	require.NoError(t, err)
	require.NoError(t, store.InTx(long).Commit(ctx, change(person("slow"), 0, event(1), event(2))))
	for version := range uint64(3) {
		require.NoError(t, store.Commit(ctx, change(person("quick"), version, event(int(version)))))
	}
	require.Equal(t, []string{"quick 1 0", "quick 2 1", "quick 3 2"}, pending(), "what is committed does not wait")
	require.Empty(t, pending())
	require.NoError(t, long.Commit())
	require.Equal(t, []string{"slow 1 1", "slow 1 2"}, pending(), "and what was open is not skipped")
}

// TestOutboxUnderLoad: writers in long and short transactions, some rolled back, and
// a reader beside them. Every event of a commit comes, none of a rollback, and those
// of a subject in the order of its versions.
func TestOutboxUnderLoad(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		store, db := e.fresh(t, crmsql.Options{})
		ctx := t.Context()
		const writers, subjects = 6, 3
		commits := 60
		if testing.Short() {
			commits = 15
		}
		var mu sync.Mutex
		want := map[string][]uint64{}
		var work sync.WaitGroup
		for w := range writers {
			work.Go(func() {
				r := rand.New(rand.NewPCG(1, uint64(w)))
				for range commits {
					s := person(fmt.Sprint(r.IntN(subjects)))
					tx, err := db.Begin()
					if err != nil {
						t.Error(err)
						return
					}
					head, err := store.InTx(tx).Head(ctx, s)
					if err == nil {
						err = store.InTx(tx).Commit(ctx, change(s, head.Version, event(0), event(1)))
					}
					if err != nil || r.IntN(4) == 0 {
						_ = tx.Rollback()
						continue
					}
					if r.IntN(3) == 0 {
						time.Sleep(time.Duration(r.IntN(3)) * time.Millisecond)
					}
					if err := tx.Commit(); err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					want[s.ID] = append(want[s.ID], head.Version+1)
					mu.Unlock()
				}
			})
		}
		have := map[string][]uint64{}
		readBeside(t, &work, store, func(e crm.Event) uint64 {
			have[e.Subject.ID] = append(have[e.Subject.ID], e.Version)
			return e.ID
		})
		require.NotEmpty(t, want)
		for id, versions := range want {
			slices.Sort(versions)
			var twice []uint64
			for _, v := range versions {
				twice = append(twice, v, v)
			}
			require.Equal(t, twice, have[id], "each version has two events, in order")
		}
	})
}

// outbox is what stores of both domains offer.
type outbox[E any] interface {
	Pending(ctx context.Context, limit int) ([]E, error)
	Ack(ctx context.Context, ids ...uint64) error
}

// readBeside reads and acknowledges events, a few at a time, while writers work and
// until nothing is left.
func readBeside[E any](t *testing.T, work *sync.WaitGroup, box outbox[E], read func(E) (id uint64)) {
	t.Helper()
	ended := make(chan struct{})
	go func() { work.Wait(); close(ended) }()
	for last := false; ; {
		events, err := box.Pending(t.Context(), 7)
		require.NoError(t, err)
		var ids []uint64
		for _, e := range events {
			ids = append(ids, read(e))
		}
		require.NoError(t, box.Ack(t.Context(), ids...))
		if len(events) > 0 {
			continue
		}
		if last {
			return
		}
		select {
		case <-ended:
			last = true
		default:
		}
	}
}
