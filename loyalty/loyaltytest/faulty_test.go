package loyaltytest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/loyaltytest"
)

var counter = loyalty.Subject{Kind: "counter", ID: "c"}

// raise is the smallest service: it adds one to a counter, once for each key, and
// tries again until it knows that it has.
func raise(store loyalty.Store, key string) {
	ctx := context.Background()
	for {
		head, err := store.Head(ctx, counter)
		if err != nil {
			continue
		}
		entries := uint64(0)
		for _, err = range store.Entries(ctx, loyalty.EntryFilter{Subject: counter}) {
			if err != nil {
				break
			}
			entries++
		}
		if err != nil {
			continue
		}
		err = store.Commit(ctx, loyalty.Commit{Scope: "raise", Key: key, Changes: []loyalty.Change{{Subject: counter, Expect: head.Version, Writes: []loyalty.Write{
			loyalty.Append{Entry: loyalty.Entry{Kind: "raised", Ref: key, Actor: "test", At: time.Unix(1, 0).UTC(), Recorded: time.Unix(1, 0).UTC()}},
			loyalty.PutRecord{Record: loyalty.Record{State: fmt.Sprint(entries + 1)}},
		}}}})
		if err == nil || errors.Is(err, loyalty.ErrDuplicate) {
			return
		}
	}
}

var rough = loyaltytest.Rates{ErrRead: 0.05, ErrBefore: 0.1, ErrAfter: 0.2, Conflict: 0.1, Cancelled: 0.1, StaleRead: 0.4}

func TestFaultyLosesAndDoublesNothing(t *testing.T) {
	total := loyaltytest.Injected{}
	for seed := range uint64(200) {
		store := new(loyalty.Memory)
		faulty := loyaltytest.NewFaulty(store, seed, rough)
		for n := range 20 {
			raise(faulty, fmt.Sprint(n))
		}
		count(t, store, 20)
		in := faulty.Injected()
		total.ErrRead += in.ErrRead
		total.ErrBefore += in.ErrBefore
		total.ErrAfter += in.ErrAfter
		total.Conflict += in.Conflict
		total.Cancelled += in.Cancelled
		total.StaleRead += in.StaleRead

		again := loyaltytest.NewFaulty(new(loyalty.Memory), seed, rough)
		for n := range 20 {
			raise(again, fmt.Sprint(n))
		}
		require.Equal(t, in, again.Injected(), "the same seed, the same run")
	}
	for _, n := range []int{total.ErrRead, total.ErrBefore, total.ErrAfter, total.Conflict, total.Cancelled, total.StaleRead} {
		require.Greater(t, n, 100, "every fault was injected: %+v", total)
	}
}

// count wants the counter at n by its record, its entries and their keys.
func count(t *testing.T, store loyalty.Store, n int) {
	t.Helper()
	record, err := store.Record(t.Context(), counter)
	require.NoError(t, err)
	require.Equal(t, fmt.Sprint(n), record.State)
	keys := map[string]bool{}
	for e, err := range store.Entries(t.Context(), loyalty.EntryFilter{Subject: counter}) {
		require.NoError(t, err)
		keys[e.Ref] = true
	}
	require.Len(t, keys, n)
	require.EqualValues(t, n, record.Head.Entries)
}

func TestFaultyFindsAServiceWithoutKeys(t *testing.T) {
	doubled := false
	for seed := range uint64(50) {
		store := new(loyalty.Memory)
		faulty := loyaltytest.NewFaulty(store, seed, loyaltytest.Rates{ErrAfter: 0.2})
		for range 10 {
			for {
				head, _ := faulty.Head(t.Context(), counter)
				if faulty.Commit(t.Context(), loyalty.Commit{Changes: []loyalty.Change{{Subject: counter, Expect: head.Version}}}) == nil {
					break
				}
			}
		}
		head, err := store.Head(t.Context(), counter)
		require.NoError(t, err)
		doubled = doubled || head.Version > 10
	}
	require.True(t, doubled, "an error after the commit makes a service without keys do it twice")
}

func TestFaultyReadsAgree(t *testing.T) {
	stale := 0
	for seed := range uint64(40) {
		store := new(loyalty.Memory)
		faulty := loyaltytest.NewFaulty(store, seed, loyaltytest.Rates{StaleRead: 0.6})
		for n := range 20 {
			raise(faulty, fmt.Sprint(n))
			last := loyalty.Head{}
			for range 6 {
				now, err := store.Head(t.Context(), counter)
				require.NoError(t, err)
				head, err := faulty.Head(t.Context(), counter)
				require.NoError(t, err)
				if head != now {
					stale++
				}
				require.GreaterOrEqual(t, head.Version, last.Version, "no way back")
				require.LessOrEqual(t, head.Version, now.Version)
				record, err := faulty.Record(t.Context(), counter)
				if head.Version > 0 {
					require.NoError(t, err)
					require.Equal(t, fmt.Sprint(record.Head.Entries), record.State, "a record and its head are of one moment")
					require.GreaterOrEqual(t, record.Head.Version, head.Version)
				}
				entries := uint64(0)
				for e, err := range faulty.Entries(t.Context(), loyalty.EntryFilter{Subject: counter}) {
					require.NoError(t, err)
					entries = e.Seq
				}
				require.GreaterOrEqual(t, entries, record.Head.Entries)
				last = loyalty.Head{Version: entries}
			}
		}
	}
	require.Greater(t, stale, 200)
}

func TestFaultyPassesTheSuiteWithoutFaults(t *testing.T) {
	open := func(*testing.T) loyalty.Store {
		return loyaltytest.NewFaulty(new(loyalty.Memory), 1, loyaltytest.Rates{})
	}
	loyaltytest.TestStore(t, open, loyaltytest.Features{NoOutbox: true, NoPruner: true, Parallel: true})
	loyaltytest.TestConcurrency(t, open, loyaltytest.Features{NoOutbox: true, NoPruner: true, Parallel: true})
}

func TestFaultyListingFailsAsTheLastPair(t *testing.T) {
	store := new(loyalty.Memory)
	for n := range 5 {
		raise(store, fmt.Sprint(n))
	}
	faulty := loyaltytest.NewFaulty(store, 1, loyaltytest.Rates{ErrRead: 1})
	seen := map[int]bool{}
	for range 100 {
		rows, failed := 0, false
		for e, err := range faulty.Entries(t.Context(), loyalty.EntryFilter{Subject: counter}) {
			require.False(t, failed)
			if err != nil {
				require.ErrorIs(t, err, loyaltytest.ErrInjected)
				require.Equal(t, loyalty.Entry{}, e)
				failed = true
				continue
			}
			rows++
		}
		require.True(t, failed)
		seen[rows] = true
	}
	require.Greater(t, len(seen), 2, "a listing fails at once, or after some rows")
}

func TestClock(t *testing.T) {
	start := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	clock, again, steady := loyaltytest.NewClock(7, start, time.Hour), loyaltytest.NewClock(7, start, time.Hour), loyaltytest.NewClock(7, start, 0)
	back, ahead, last := 0, 0, start
	calm := start
	for range 1000 {
		now := clock.Now()
		require.Equal(t, now, again.Now())
		switch step := now.Sub(last); {
		case step < 0:
			back++
		case step >= time.Second:
			ahead++
		}
		require.LessOrEqual(t, now.Sub(last).Abs(), time.Hour)
		last = now
		next := steady.Now()
		require.False(t, next.Before(calm))
		calm = next
	}
	require.Greater(t, back, 20)
	require.Greater(t, ahead, 20)
}

// A caller of CommitBatch that sends again, under their keys, what was not answered
// for good, does each thing once.
func TestFaultyBatchLosesAndDoublesNothing(t *testing.T) {
	for seed := range uint64(200) {
		store := new(loyalty.Memory)
		faulty := loyaltytest.NewFaulty(store, seed, rough)
		const accounts, each = 5, 6
		sent := 0
		for left := accounts * each; left > 0; sent++ {
			require.Less(t, sent, 1000, "seed %d", seed)
			var commits []loyalty.Commit
			for i := range accounts {
				subject := loyalty.Subject{Kind: "counter", ID: fmt.Sprint(i)}
				head, err := faulty.Head(t.Context(), subject)
				if err != nil {
					continue
				}
				for n := head.Version; n < min(each, head.Version+3); n++ { // three that follow each other
					commits = append(commits, loyalty.Commit{Scope: "batch", Key: fmt.Sprint(i, n), Changes: []loyalty.Change{{Subject: subject, Expect: n, Writes: []loyalty.Write{
						loyalty.Append{Entry: loyalty.Entry{Kind: "raised", Ref: fmt.Sprint(n), Actor: "test", At: time.Unix(1, 0).UTC(), Recorded: time.Unix(1, 0).UTC()}}}}}})
				}
			}
			errs := faulty.CommitBatch(t.Context(), commits)
			require.Len(t, errs, len(commits))
			for i, err := range errs {
				known := err == nil || errors.Is(err, loyalty.ErrDuplicate) || errors.Is(err, loyalty.ErrConflict)
				require.True(t, known || errors.Is(err, loyaltytest.ErrInjected) || errors.Is(err, context.Canceled), "%v", err)
				_, lost := store.Receipt(t.Context(), commits[i].Scope, commits[i].Key)
				if err == nil {
					require.NoError(t, lost, "seed %d: %s was acknowledged", seed, commits[i].Key)
				}
			}
			left = accounts * each
			for i := range accounts {
				head, err := store.Head(t.Context(), loyalty.Subject{Kind: "counter", ID: fmt.Sprint(i)})
				require.NoError(t, err)
				require.Equal(t, head.Version, head.Entries)
				left -= int(head.Entries)
			}
		}
	}
}

// Over a store that has no batches, a batch is one commit after the other.
func TestFaultyBatchWithoutBatches(t *testing.T) {
	faulty := loyaltytest.NewFaulty(struct{ loyalty.Store }{new(loyalty.Memory)}, 1, loyaltytest.Rates{})
	errs := faulty.CommitBatch(t.Context(), []loyalty.Commit{
		{Changes: []loyalty.Change{{Subject: counter}}}, {Changes: []loyalty.Change{{Subject: counter}}}, {Changes: []loyalty.Change{{Subject: counter, Expect: 1}}}})
	require.Len(t, errs, 3)
	require.NoError(t, errs[0])
	require.ErrorIs(t, errs[1], loyalty.ErrConflict)
	require.NoError(t, errs[2])
}
