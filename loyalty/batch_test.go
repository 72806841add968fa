package loyalty_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/internal/cputime"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

var teller = loyalty.Actor{ID: "till", Sees: loyalty.Only("a", "b", "c", "missing")}

// hand is a clock that is moved by hand, and does not wait.
type hand struct{ now time.Time }

func (h *hand) Now() time.Time { return h.now }

func (h *hand) Wait(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// kiosk is a shop with three members who are seen and one who is not.
type kiosk struct {
	*loyalty.Loyalty
	store *loyalty.Memory
	clock *hand
}

func openKiosk(t require.TestingT, over func(loyalty.Store) loyalty.Store, opts loyalty.Options) *kiosk {
	c := &kiosk{store: new(loyalty.Memory), clock: &hand{time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)}}
	opts.Clock = c.clock
	if opts.Attempts == 0 {
		opts.Attempts = 1000
	}
	policy := points.Policy{Expiry: points.Expiry{Rule: points.AfterDays, N: 3}, Zone: time.UTC}
	l, err := loyalty.New(over(c.store), loyalty.Programme{Points: policy}, opts)
	require.NoError(t, err)
	c.Loyalty = l
	for _, id := range []string{"a", "b", "c", "unseen"} {
		for {
			if _, err = l.Members.Enrol(context.Background(), loyalty.Actor{ID: "till", Sees: loyalty.Everyone()}, id, loyalty.Call{}); err == nil {
				break
			}
		}
	}
	return c
}

func plainly(s loyalty.Store) loyalty.Store { return s }

// behind is a Memory that the services do not know for one.
type behind struct{ *loyalty.Memory }

func wrapped(s loyalty.Store) loyalty.Store { return behind{s.(*loyalty.Memory)} }

// single sends an item by itself.
func (c *kiosk) single(ctx context.Context, item loyalty.Item) (loyalty.Posted, error) {
	switch {
	case item.Validate() != nil:
		return loyalty.Posted{}, item.Validate()
	case item.Earn != nil:
		return c.Points.Earn(ctx, teller, item.Account, *item.Earn, item.Call)
	case item.Burn != nil:
		return c.Points.Burn(ctx, teller, item.Account, *item.Burn, item.Call)
	}
	return c.Points.Adjust(ctx, teller, item.Account, *item.Adjust, item.Call)
}

// books is everything that the store has of its accounts.
func (c *kiosk) books(t require.TestingT) string {
	text := ""
	for a, err := range c.store.Accounts(context.Background(), loyalty.AccountFilter{}) {
		require.NoError(t, err)
		text += fmt.Sprintf("%+v\n", a)
	}
	for p, err := range c.store.Postings(context.Background(), loyalty.PostingFilter{}) {
		require.NoError(t, err)
		text += fmt.Sprintf("%+v\n", p)
	}
	return text
}

// itemsOf draws commands that meet each other: few accounts, few keys, small points.
func itemsOf(t *rapid.T, now time.Time) (items []loyalty.Item) {
	for range rapid.IntRange(0, 12).Draw(t, "items") {
		item := loyalty.Item{Account: rapid.SampledFrom([]string{"a", "a", "b", "c", "missing", "unseen", ""}).Draw(t, "account")}
		n := rapid.Int64Range(-1, 20).Draw(t, "points")
		item.Call.Key = rapid.SampledFrom([]string{"", "", "k1", "k2", "k3", "k4"}).Draw(t, "key")
		switch rapid.IntRange(0, 9).Draw(t, "command") {
		case 0:
			item.Adjust = &points.AdjustCommand{Points: -n, QP: 3}
			if n < 0 {
				item.Adjust.ExpireAt = now.Add(50 * time.Hour)
			}
		case 1, 2, 3:
			item.Burn = &points.BurnCommand{Points: n}
		case 4:
			item.Earn = &points.EarnCommand{Points: n, QP: 1, ActivateAt: now.Add(36 * time.Hour)}
		case 5: // none or two
			if item.Burn = new(points.BurnCommand); n > 5 {
				item.Earn = new(points.EarnCommand)
			} else {
				item.Burn = nil
			}
		default:
			item.Earn = &points.EarnCommand{Points: n}
		}
		switch rapid.IntRange(0, 15).Draw(t, "call") {
		case 0:
			item.Call.NotAfter = now.Add(-time.Second)
		case 1:
			item.Call.At = now.Add(-25 * time.Hour)
		case 2:
			item.Call.Ref = string(make([]byte, 3)) // NUL
		case 3:
			if item.Earn != nil {
				item.Earn.Act.Ref = "made by the caller"
			}
		}
		items = append(items, item)
	}
	return items
}

// TestBatchIsItsItems: a batch does what its commands do one after the other, and
// either repeats what the other did. Postings to a Memory, which are handed over in
// their parts, come to the same as commits.
func TestBatchIsItsItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		singly, together := openKiosk(t, plainly, loyalty.Options{}), openKiosk(t, wrapped, loyalty.Options{})
		ctx := context.Background()
		for range rapid.IntRange(1, 5).Draw(t, "batches") {
			items := itemsOf(t, singly.clock.now)
			batch := rapid.IntRange(0, 3).Draw(t, "batch") > 0 // else by itself on both sides
			var got []loyalty.Posted
			var errs []error
			if batch {
				got, errs = together.Points.Batch(ctx, teller, items)
			}
			for i, item := range items {
				want, err := singly.single(ctx, item)
				if !batch {
					posted, err := together.single(ctx, item)
					got, errs = append(got, posted), append(errs, err)
				}
				require.Equal(t, want, got[i], "item %d", i)
				require.Equal(t, fmt.Sprint(err), fmt.Sprint(errs[i]), "item %d", i)
			}
			require.Equal(t, singly.books(t), together.books(t))
			wait := rapid.SampledFrom([]time.Duration{0, time.Hour, 30 * time.Hour}).Draw(t, "wait")
			singly.clock.now, together.clock.now = singly.clock.now.Add(wait), together.clock.now.Add(wait)
		}
	})
}

func newSource() *rand.Rand { return rand.New(rand.NewPCG(1, 1)) }

var errLine = errors.New("the line is dead")

// shaky is a store whose answers get lost: some commits are not applied, of others
// the answer is not heard, and reads fail. It has no CommitBatch where alone is set.
type shaky struct {
	loyalty.Store
	random *rand.Rand
	faults int // of ten operations
}

func (s *shaky) fails() bool { return s.random.IntN(10) < s.faults }

func (s *shaky) Commit(ctx context.Context, c loyalty.Commit) error {
	if s.fails() {
		return errLine
	}
	err := s.Store.Commit(ctx, c)
	if s.fails() {
		return errLine
	}
	return err
}

func (s *shaky) Receipt(ctx context.Context, scope, key string) (loyalty.Receipt, error) {
	if s.fails() {
		return loyalty.Receipt{}, errLine
	}
	return s.Store.Receipt(ctx, scope, key)
}

func (s *shaky) Account(ctx context.Context, id string) (loyalty.Account, error) {
	if s.fails() {
		return loyalty.Account{}, errLine
	}
	return s.Store.Account(ctx, id)
}

// shakyBatches has CommitBatch too.
type shakyBatches struct{ *shaky }

func (s shakyBatches) CommitBatch(ctx context.Context, commits []loyalty.Commit) (errs []error) {
	for _, c := range commits {
		errs = append(errs, s.Commit(ctx, c))
	}
	return errs
}

// TestBatchInDoubt: whatever is lost on the way, each item happens once, and in
// order.
func TestBatchInDoubt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, faults, batches := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(0, 4).Draw(t, "faults"), rapid.Bool().Draw(t, "batches")
		over := func(s loyalty.Store) loyalty.Store {
			lossy := &shaky{Store: s, random: rand.New(rand.NewPCG(seed, 1)), faults: faults}
			if batches {
				return shakyBatches{lossy}
			}
			return lossy
		}
		singly, together := openKiosk(t, plainly, loyalty.Options{}), openKiosk(t, over, loyalty.Options{})
		ctx := context.Background()
		for range 2 {
			items := itemsOf(t, singly.clock.now)
			got, errs := together.Points.Batch(ctx, teller, items)
			for i, item := range items {
				want, err := singly.single(ctx, item)
				got[i].Replayed, want.Replayed = false, false // an answer may have been heard the second time
				require.Equal(t, want, got[i], "item %d", i)
				require.Equal(t, fmt.Sprint(err), fmt.Sprint(errs[i]), "item %d", i)
			}
			for id := range map[string]bool{"a": true, "b": true, "c": true} {
				want, err := singly.store.Account(ctx, id)
				require.NoError(t, err)
				have, err := together.store.Account(ctx, id)
				require.NoError(t, err)
				require.Equal(t, want, have)
			}
		}
	})
}

// rival posts to an account of the batch just before the batch is committed, as
// another machine may.
type rival struct {
	*loyalty.Memory
	post func()
}

func (r *rival) CommitBatch(ctx context.Context, commits []loyalty.Commit) []error {
	if post := r.post; post != nil {
		r.post = nil
		post()
	}
	return r.Memory.CommitBatch(ctx, commits)
}

// TestBatchBesideOthers: a chain of items on one account never rests on a version
// that somebody else made.
func TestBatchBesideOthers(t *testing.T) {
	r := new(rival)
	c := openKiosk(t, func(s loyalty.Store) loyalty.Store { r.Memory = s.(*loyalty.Memory); return r }, loyalty.Options{})
	other, err := loyalty.New(c.store, loyalty.Programme{}, loyalty.Options{Clock: c.clock})
	require.NoError(t, err)
	r.post = func() {
		_, err := other.Points.Earn(t.Context(), teller, "a", points.EarnCommand{Points: 7}, loyalty.Call{})
		require.NoError(t, err)
	}
	results, errs := c.Points.Batch(t.Context(), teller, []loyalty.Item{
		{Account: "a", Earn: &points.EarnCommand{Points: 10}},
		{Account: "a", Burn: &points.BurnCommand{Points: 100}},
		{Account: "a", Burn: &points.BurnCommand{Points: 12}},
	})
	require.NoError(t, errs[0])
	require.ErrorIs(t, errs[1], points.ErrInsufficient)
	require.NoError(t, errs[2])
	require.Equal(t, int64(17), results[0].Balance)
	require.Equal(t, int64(5), results[2].Balance)
	entries := all(t, c.store.Postings(t.Context(), loyalty.PostingFilter{Account: "a"}))
	require.Len(t, entries, 3)
}

func TestBatchEndsWithTheContext(t *testing.T) {
	for _, over := range []func(loyalty.Store) loyalty.Store{plainly, wrapped} {
		c := openKiosk(t, over, loyalty.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		items := []loyalty.Item{{Account: "a", Earn: &points.EarnCommand{Points: 1}}, {Account: "b"}}
		_, errs := c.Points.Batch(ctx, teller, items)
		require.ErrorIs(t, errs[0], context.Canceled)
		require.ErrorIs(t, errs[1], loyalty.ErrInvalid)
		results, errs := c.Points.Batch(t.Context(), teller, nil)
		require.Empty(t, results)
		require.Empty(t, errs)
	}
}

// TestBatchIsObserved: each item is an operation of its own name.
func TestBatchIsObserved(t *testing.T) {
	for _, over := range []func(loyalty.Store) loyalty.Store{plainly, wrapped} {
		var ops []string
		c := openKiosk(t, over, loyalty.Options{Observe: func(_ context.Context, op loyalty.Op) {
			ops = append(ops, fmt.Sprint(op.Name, " ", op.Subject, " ", op.Attempts, " ", op.Err != nil))
		}})
		ops = nil
		c.Points.Batch(t.Context(), teller, []loyalty.Item{
			{Account: "a", Earn: &points.EarnCommand{Points: 1}},
			{Account: "b", Burn: &points.BurnCommand{Points: 1}},
			{Account: "c"},
		})
		require.ElementsMatch(t, []string{"points.earn account/a 1 false", "points.burn account/b 1 true", "points.batch account/c 0 true"}, ops)
	}
}

// BenchmarkBatch1000 posts 1000 commands to 10,000 accounts at once, as
// [BenchmarkPosting] posts each by itself.
func BenchmarkBatch1000(b *testing.B) {
	shop := openBenchShop(b)
	l, ids := shop.Loyalty, shop.ids
	random := rand.New(rand.NewPCG(1, 2))
	items := make([]loyalty.Item, 1000)
	b.ReportAllocs()
	b.ResetTimer()
	start, n := cputime.Now(), 0
	for b.Loop() {
		for i := range items {
			items[i] = loyalty.Item{Account: ids[random.IntN(len(ids))], Call: loyalty.Call{Key: strconv.Itoa(n)}}
			if amount := 1 + random.Int64N(100); i%3 == 2 {
				items[i].Burn = &points.BurnCommand{Points: 2 * amount}
			} else {
				items[i].Earn = &points.EarnCommand{Points: amount}
			}
			n++
		}
		_, errs := l.Points.Batch(b.Context(), benchTill, items)
		for _, err := range errs {
			if err != nil && !errors.Is(err, points.ErrInsufficient) {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64((cputime.Now()-start).Nanoseconds())/float64(n), "cpu-ns/posting")
}
