package samplingtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/samplingtest"
)

func TestInterleaveTriesEveryOrder(t *testing.T) {
	order := func(seed uint64) string {
		var log strings.Builder
		task := func(name string) func(sampling.Store) {
			return func(s sampling.Store) {
				for range 2 {
					_, err := s.Head(t.Context(), counter)
					require.NoError(t, err)
					log.WriteString(name)
				}
			}
		}
		samplingtest.Interleave(seed, new(sampling.Memory), task("a"), task("b"))
		return log.String()
	}
	seen := map[string]bool{}
	for seed := range uint64(200) {
		require.Equal(t, order(seed), order(seed), "the same seed, the same order")
		seen[order(seed)] = true
	}
	require.Len(t, seen, 6, "aabb abab abba baab baba bbaa: %v", seen)
}

func TestInterleaveFindsALostUpdate(t *testing.T) {
	lost := 0
	for seed := range uint64(300) {
		careless, careful := new(sampling.Memory), new(sampling.Memory)
		add := func(s sampling.Store) {
			r, _ := s.Record(t.Context(), counter)
			head, err := s.Head(t.Context(), counter) // at another moment than the record
			require.NoError(t, err)
			_ = s.Commit(t.Context(), sampling.Commit{Changes: []sampling.Change{{Subject: counter, Expect: head.Version, Writes: []sampling.Write{
				sampling.PutRecord{Record: sampling.Record{State: r.State + "x"}}}}}})
		}
		samplingtest.Interleave(seed, careless, add, add)
		r, err := careless.Record(t.Context(), counter)
		require.NoError(t, err)
		if head, _ := careless.Head(t.Context(), counter); int(head.Version) != len(r.State) {
			lost++
		}
		var tasks []func(sampling.Store)
		for i := range 4 {
			tasks = append(tasks, func(s sampling.Store) { raise(s, fmt.Sprint(i)) })
		}
		samplingtest.Interleave(seed, careful, tasks...)
		count(t, careful, 4)
	}
	require.Greater(t, lost, 5)
}

func TestInterleaveFaulty(t *testing.T) {
	for seed := range uint64(200) {
		store := new(sampling.Memory)
		faulty := samplingtest.NewFaulty(store, seed, rough)
		var tasks []func(sampling.Store)
		for i := range 3 {
			tasks = append(tasks, func(s sampling.Store) {
				for n := range 4 {
					raise(s, fmt.Sprintf("%d-%d", i, n))
				}
			})
		}
		samplingtest.Interleave(seed, faulty, tasks...)
		count(t, store, 12)
	}
}

func TestInterleaveLoopBodies(t *testing.T) {
	store := new(sampling.Memory)
	for n := range 5 {
		raise(store, fmt.Sprint(n))
	}
	rows := 0
	walk := func(s sampling.Store) {
		for _, err := range s.Entries(t.Context(), sampling.EntryFilter{Subject: counter}) {
			require.NoError(t, err)
			_, err := s.Record(t.Context(), counter)
			require.NoError(t, err)
			rows++
		}
		for range s.Records(t.Context(), sampling.RecordFilter{Kind: "counter"}) {
			break
		}
		_, err := s.Receipt(t.Context(), "s", "k")
		require.ErrorIs(t, err, sampling.ErrNotFound)
	}
	samplingtest.Interleave(1, store, walk, walk)
	require.Equal(t, 10, rows)
}

func TestInterleavePassesPanicsOn(t *testing.T) {
	other := false
	require.PanicsWithError(t, "", func() {
		defer func() {
			require.Contains(t, fmt.Sprint(recover()), "task 0, seed 3: oh")
			panic(fmt.Errorf(""))
		}()
		samplingtest.Interleave(3, new(sampling.Memory),
			func(sampling.Store) { panic("oh") },
			func(s sampling.Store) { _, _ = s.Head(t.Context(), counter); other = true })
	})
	require.True(t, other)

	ended := make(chan bool, 1)
	go func() {
		defer func() { ended <- recover() == nil }()
		samplingtest.Interleave(3, new(sampling.Memory), func(sampling.Store) { new(testing.T).FailNow() })
		ended <- false
	}()
	require.True(t, <-ended, "FailNow ends the caller, too")
}
