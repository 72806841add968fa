package loyaltytest_test

import (
	"context"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/loyaltytest"
)

// A mutant is a store with one fault, and the case that is there to find it.
type mutant struct {
	fault, killedBy string
	open            func() loyalty.Store
}

// bent is a Memory that is bent in one place: each hook that is set stands
// between the caller and the store.
type bent struct {
	loyalty.Memory
	mu sync.Mutex

	in      func(b *bent, c loyalty.Commit) loyalty.Commit // before a commit
	out     func(b *bent, c loyalty.Commit, err error) error
	commit  func(b *bent, ctx context.Context, c loyalty.Commit) error
	account func(b *bent, a loyalty.Account, err error) (loyalty.Account, error) // read or listed
	posting func(b *bent, p loyalty.Posting) loyalty.Posting
	record  func(b *bent, r loyalty.Record) loyalty.Record

	accounts func(b *bent, ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error]
	postings func(b *bent, ctx context.Context, f loyalty.PostingFilter) iter.Seq2[loyalty.Posting, error]
	batch    func(b *bent, ctx context.Context, commits []loyalty.Commit) []error
	pending  func(b *bent, events []loyalty.Event) []loyalty.Event

	memo map[string]any // whatever a hook remembers
}

// remember returns what is kept under a name, made by first if there is nothing.
func remember[T any](b *bent, name string, first T) T {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.memo == nil {
		b.memo = map[string]any{}
	}
	if kept, ok := b.memo[name]; ok {
		return kept.(T)
	}
	b.memo[name] = first
	return first
}

func (b *bent) Commit(ctx context.Context, c loyalty.Commit) error {
	if b.in != nil && c.Validate() == nil {
		c = b.in(b, c)
	}
	if b.commit != nil && c.Validate() == nil {
		return b.commit(b, ctx, c)
	}
	err := b.Memory.Commit(ctx, c)
	if b.out != nil {
		return b.out(b, c, err)
	}
	return err
}

// CommitBatch is one Commit after the other: that is what the contract says.
func (b *bent) CommitBatch(ctx context.Context, commits []loyalty.Commit) []error {
	if b.batch != nil {
		return b.batch(b, ctx, commits)
	}
	errs := make([]error, len(commits))
	for i, c := range commits {
		errs[i] = b.Commit(ctx, c)
	}
	return errs
}

func (b *bent) Account(ctx context.Context, id string) (loyalty.Account, error) {
	a, err := b.Memory.Account(ctx, id)
	if b.account != nil {
		return b.account(b, a, err)
	}
	return a, err
}

func (b *bent) Record(ctx context.Context, s loyalty.Subject) (loyalty.Record, error) {
	r, err := b.Memory.Record(ctx, s)
	if b.record != nil && err == nil {
		r = b.record(b, r)
	}
	return r, err
}

func (b *bent) Accounts(ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
	rows := b.Memory.Accounts(ctx, f)
	if b.accounts != nil {
		rows = b.accounts(b, ctx, f)
	}
	return func(yield func(loyalty.Account, error) bool) {
		for a, err := range rows {
			if b.account != nil && err == nil {
				a, err = b.account(b, a, err)
			}
			if !yield(a, err) {
				return
			}
		}
	}
}

func (b *bent) Postings(ctx context.Context, f loyalty.PostingFilter) iter.Seq2[loyalty.Posting, error] {
	rows := b.Memory.Postings(ctx, f)
	if b.postings != nil {
		rows = b.postings(b, ctx, f)
	}
	return func(yield func(loyalty.Posting, error) bool) {
		for p, err := range rows {
			if b.posting != nil && err == nil {
				p = b.posting(b, p)
			}
			if !yield(p, err) {
				return
			}
		}
	}
}

func (b *bent) Pending(ctx context.Context, limit int) ([]loyalty.Event, error) {
	events, err := b.Memory.Pending(ctx, limit)
	if b.pending != nil && err == nil {
		events = b.pending(b, events)
	}
	return events, err
}

// writes rewrites every write of a commit; nil drops it. The caller's commit stays
// as it is.
func writes(c loyalty.Commit, do func(loyalty.Subject, loyalty.Write) loyalty.Write) loyalty.Commit {
	c.Changes = slices.Clone(c.Changes)
	for i := range c.Changes {
		change := &c.Changes[i]
		var kept []loyalty.Write
		for _, w := range change.Writes {
			if w = do(change.Subject, w); w != nil {
				kept = append(kept, w)
			}
		}
		change.Writes = kept
	}
	return c
}

// TestMutants runs the case that is meant for each mutant, and wants it to fail.
func TestMutants(t *testing.T) {
	all := loyaltytest.Kit.Mutants(t.Context())
	for _, m := range slices.Concat(alongsideMutants(), accountMutants(), batchMutants()) {
		all = append(all, storetest.Mutant{Fault: m.fault, KilledBy: m.killedBy, Play: func() []string {
			return loyaltytest.Play(t.Context(), m.killedBy, m.open, loyaltytest.Features{
				Patience: 3 * time.Second, Reopen: func(_ *testing.T, s loyalty.Store) loyalty.Store {
					if r, ok := s.(interface{ reopened() loyalty.Store }); ok {
						return r.reopened()
					}
					return s
				}})
		}})
	}
	require.GreaterOrEqual(t, len(all), 167)
	storetest.KillAll(t, all)
}

// TestUnbent shows that it is the fault that kills a mutant, and not its
// wrapping: without a hook every case passes.
func TestUnbent(t *testing.T) {
	t.Run("shared", loyaltytest.Kit.TestUnbent)
	open := func(*testing.T) loyalty.Store { return &bent{} }
	t.Run("store", func(t *testing.T) { loyaltytest.TestStore(t, open, loyaltytest.Features{Parallel: true}) })
	t.Run("concurrency", func(t *testing.T) { loyaltytest.TestConcurrency(t, open, loyaltytest.Features{Parallel: true}) })
}
