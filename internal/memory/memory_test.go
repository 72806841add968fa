package memory_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/internal/memory"
)

// TestKeys compares with a sorted slice, and holds that lists stay as they were
// returned.
func TestKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var keys memory.Keys[string]
		var model []string
		var before, as []string
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			if k := rapid.StringMatching("[a-c]{1,3}").Draw(t, "key"); !slices.Contains(model, k) {
				keys.Add(k)
				model = append(model, k)
			}
			if !rapid.Bool().Draw(t, "list") {
				continue
			}
			slices.Sort(model)
			after := rapid.StringMatching("[a-c]{0,3}").Draw(t, "after")
			want := slices.DeleteFunc(slices.Clone(model), func(k string) bool { return k <= after })
			got := keys.Behind(after, strings.Compare)
			require.True(t, slices.Equal(want, got), "behind %q: %v, want %v", after, got, want)
			require.Equal(t, as, before)
			before, as = got, slices.Clone(got)
		}
	})
}

func TestListing(t *testing.T) {
	var mu sync.RWMutex
	keys := func() (all []int) {
		for i := range 1000 {
			all = append(all, i)
		}
		return all
	}
	row := func(i int) (int, bool) { return i, i%10 != 0 }
	list := func(ctx context.Context, limit int) (got []int, err error) {
		for v, e := range memory.Listing(ctx, &mu, limit, keys, row, func(i int) bool { return i%2 == 0 }) {
			mu.Lock() // no lock is held here
			if err = e; e == nil {
				got = append(got, v)
			}
			mu.Unlock()
		}
		return got, err
	}
	all, err := list(t.Context(), 0)
	require.NoError(t, err)
	require.Len(t, all, 400)
	require.True(t, slices.IsSorted(all))
	some, err := list(t.Context(), 3)
	require.NoError(t, err)
	require.Equal(t, []int{2, 4, 6}, some)
	done, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = list(done, 0)
	require.ErrorIs(t, err, context.Canceled)
}

func TestFailing(t *testing.T) {
	n, boom := 0, errors.New("boom")
	for v, err := range memory.Failing[int](boom) {
		require.Zero(t, v)
		require.Equal(t, boom, err)
		n++
	}
	require.Equal(t, 1, n)
}
