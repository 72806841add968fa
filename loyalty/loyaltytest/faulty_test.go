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

// A caller of CommitBatch that sends again, under their keys, what was not answered
// for good, does each thing once.
func TestFaultyBatchLosesAndDoublesNothing(t *testing.T) {
	for seed := range uint64(200) {
		store := new(loyalty.Memory)
		faulty := loyaltytest.NewFaulty(store, seed, loyaltytest.Rates{ErrRead: 0.05, ErrBefore: 0.1, ErrAfter: 0.2, Conflict: 0.1, Cancelled: 0.1, StaleRead: 0.4})
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
