package samplingtest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/samplingtest"
)

var counter = sampling.Subject{Kind: "counter", ID: "c"}

// raise is the smallest service: it adds one to a counter, once for each key, and
// tries again until it knows that it has.
func raise(store sampling.Store, key string) {
	ctx := context.Background()
	for {
		head, err := store.Head(ctx, counter)
		if err != nil {
			continue
		}
		entries := uint64(0)
		for _, err = range store.Entries(ctx, sampling.EntryFilter{Subject: counter}) {
			if err != nil {
				break
			}
			entries++
		}
		if err != nil {
			continue
		}
		err = store.Commit(ctx, sampling.Commit{Scope: "raise", Key: key, Changes: []sampling.Change{{Subject: counter, Expect: head.Version, Writes: []sampling.Write{
			sampling.Append{Entry: sampling.Entry{Kind: "raised", Person: key, Actor: "test", At: time.Unix(1, 0).UTC(), Recorded: time.Unix(1, 0).UTC()}},
			sampling.PutRecord{Record: sampling.Record{State: fmt.Sprint(entries + 1)}},
		}}}})
		if err == nil || errors.Is(err, sampling.ErrDuplicate) {
			return
		}
	}
}

var rough = samplingtest.Rates{ErrRead: 0.05, ErrBefore: 0.1, ErrAfter: 0.2, Conflict: 0.1, Cancelled: 0.1, StaleRead: 0.4}

func TestFaultyLosesAndDoublesNothing(t *testing.T) {
	total := samplingtest.Injected{}
	for seed := range uint64(200) {
		store := new(sampling.Memory)
		faulty := samplingtest.NewFaulty(store, seed, rough)
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

		again := samplingtest.NewFaulty(new(sampling.Memory), seed, rough)
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
func count(t *testing.T, store sampling.Store, n int) {
	t.Helper()
	record, err := store.Record(t.Context(), counter)
	require.NoError(t, err)
	require.Equal(t, fmt.Sprint(n), record.State)
	keys := map[string]bool{}
	for e, err := range store.Entries(t.Context(), sampling.EntryFilter{Subject: counter}) {
		require.NoError(t, err)
		keys[e.Person] = true
	}
	require.Len(t, keys, n)
	require.EqualValues(t, n, record.Head.Entries)
}

func TestFaultyFindsAServiceWithoutKeys(t *testing.T) {
	doubled := false
	for seed := range uint64(50) {
		store := new(sampling.Memory)
		faulty := samplingtest.NewFaulty(store, seed, samplingtest.Rates{ErrAfter: 0.2})
		for range 10 {
			for {
				head, _ := faulty.Head(t.Context(), counter)
				if faulty.Commit(t.Context(), sampling.Commit{Changes: []sampling.Change{{Subject: counter, Expect: head.Version}}}) == nil {
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
		store := new(sampling.Memory)
		faulty := samplingtest.NewFaulty(store, seed, samplingtest.Rates{StaleRead: 0.6})
		for n := range 20 {
			raise(faulty, fmt.Sprint(n))
			last := sampling.Head{}
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
				for e, err := range faulty.Entries(t.Context(), sampling.EntryFilter{Subject: counter}) {
					require.NoError(t, err)
					entries = e.Seq
				}
				require.GreaterOrEqual(t, entries, record.Head.Entries)
				last = sampling.Head{Version: entries}
			}
		}
	}
	require.Greater(t, stale, 200)
}

func TestFaultyPassesTheSuiteWithoutFaults(t *testing.T) {
	open := func(*testing.T) sampling.Store {
		return samplingtest.NewFaulty(new(sampling.Memory), 1, samplingtest.Rates{})
	}
	samplingtest.TestStore(t, open, samplingtest.Features{NoOutbox: true, NoPruner: true, Parallel: true})
	samplingtest.TestConcurrency(t, open, samplingtest.Features{NoOutbox: true, NoPruner: true, Parallel: true})
}

func TestFaultyListingFailsAsTheLastPair(t *testing.T) {
	store := new(sampling.Memory)
	for n := range 5 {
		raise(store, fmt.Sprint(n))
	}
	faulty := samplingtest.NewFaulty(store, 1, samplingtest.Rates{ErrRead: 1})
	seen := map[int]bool{}
	for range 100 {
		rows, failed := 0, false
		for e, err := range faulty.Entries(t.Context(), sampling.EntryFilter{Subject: counter}) {
			require.False(t, failed)
			if err != nil {
				require.ErrorIs(t, err, samplingtest.ErrInjected)
				require.Equal(t, sampling.Entry{}, e)
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
	clock, again, steady := samplingtest.NewClock(7, start, time.Hour), samplingtest.NewClock(7, start, time.Hour), samplingtest.NewClock(7, start, 0)
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
