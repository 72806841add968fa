package loyalty_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/cputime"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

func keyed(key string) loyalty.Call { return loyalty.Call{Key: key} }

func (k *kiosk) earn(t *testing.T, account string, n int64, call loyalty.Call) (loyalty.Posted, error) {
	t.Helper()
	return k.Points.Earn(t.Context(), teller, account, points.EarnCommand{Points: n}, call)
}

func (k *kiosk) balance(t *testing.T, account string) int64 {
	t.Helper()
	a, err := k.store.Account(t.Context(), account)
	require.NoError(t, err)
	return points.Balance(a.State)
}

// TestKeyRepeats: a key gets back what its first command did, whatever happened
// since, and refuses every other command.
func TestKeyRepeats(t *testing.T) {
	k := openKiosk(t, plainly, loyalty.Options{})
	first, err := k.earn(t, "a", 100, keyed("k"))
	require.NoError(t, err)
	_, err = k.Points.Burn(t.Context(), teller, "a", points.BurnCommand{Points: 60}, keyed("l"))
	require.NoError(t, err)
	k.clock.now = k.clock.now.Add(time.Hour)
	again, err := k.earn(t, "a", 100, keyed("k"))
	require.NoError(t, err)
	require.True(t, again.Replayed)
	again.Replayed = false
	require.Equal(t, first, again)
	burnt, err := k.Points.Burn(t.Context(), teller, "a", points.BurnCommand{Points: 60}, keyed("l"))
	require.NoError(t, err, "there are not 60 left: it is the first one's answer")
	require.True(t, burnt.Replayed)
	require.Equal(t, int64(40), k.balance(t, "a"))

	at := k.clock.now.Add(-time.Minute)
	for name, other := range map[string]func() (loyalty.Posted, error){
		"more points":    func() (loyalty.Posted, error) { return k.earn(t, "a", 101, keyed("k")) },
		"other account":  func() (loyalty.Posted, error) { return k.earn(t, "b", 100, keyed("k")) },
		"another ref":    func() (loyalty.Posted, error) { return k.earn(t, "a", 100, loyalty.Call{Key: "k", Ref: "o"}) },
		"another code":   func() (loyalty.Posted, error) { return k.earn(t, "a", 100, loyalty.Call{Key: "k", Code: "o"}) },
		"another reason": func() (loyalty.Posted, error) { return k.earn(t, "a", 100, loyalty.Call{Key: "k", Reason: "o"}) },
		"another time":   func() (loyalty.Posted, error) { return k.earn(t, "a", 100, loyalty.Call{Key: "k", At: at}) },
		"a burn": func() (loyalty.Posted, error) {
			return k.Points.Burn(t.Context(), teller, "a", points.BurnCommand{Points: 20}, keyed("k"))
		},
		"with more": func() (loyalty.Posted, error) {
			return k.Points.Earn(t.Context(), teller, "a", points.EarnCommand{Points: 100, QP: 1}, keyed("k"))
		},
	} {
		posted, err := other()
		require.ErrorIs(t, err, loyalty.ErrKeyReused, name)
		require.Zero(t, posted, name)
	}
	somebody := loyalty.Actor{ID: "till-2", Sees: loyalty.Everyone()}
	_, err = k.Points.Earn(t.Context(), somebody, "a", points.EarnCommand{Points: 1}, keyed("k"))
	require.NoError(t, err, "a key is its actor's own")
	require.Equal(t, int64(41), k.balance(t, "a"))
}

// TestKeyRepeatsForEver: what was done gets its answer also where nothing more can be
// done, for a till may send its last command when the member has long left.
func TestKeyRepeatsForEver(t *testing.T) {
	ctx := t.Context()
	for name, end := range map[string]func(k *kiosk) error{
		"frozen": func(k *kiosk) error { return second(k.Members.Freeze(ctx, teller, "a", loyalty.Call{})) },
		"merged": func(k *kiosk) error { return second(k.Members.Merge(ctx, teller, "a", "b", loyalty.Call{})) },
		"closed": func(k *kiosk) error {
			return second(k.Members.Close(ctx, teller, "a", loyalty.Closing{Forfeit: true}, loyalty.Call{}))
		},
		"forgotten": func(k *kiosk) error {
			return second(k.Members.Forget(ctx, teller, "a", loyalty.Erasure{Forfeit: true}, loyalty.Call{}))
		},
	} {
		for _, over := range []func(loyalty.Store) loyalty.Store{plainly, wrapped} {
			k := openKiosk(t, over, loyalty.Options{})
			_, err := k.earn(t, "a", 100, loyalty.Call{})
			require.NoError(t, err)
			burn := func() (loyalty.Posted, error) {
				return k.Points.Burn(ctx, teller, "a", points.BurnCommand{Points: 60}, keyed("k"))
			}
			first, err := burn()
			require.NoError(t, err)
			require.NoError(t, end(k), name)
			before := k.books(t)
			again, err := burn()
			require.NoError(t, err, name)
			require.True(t, again.Replayed)
			again.Replayed = false
			require.Equal(t, first, again, name)
			require.Equal(t, before, k.books(t))
		}
	}
}

// TestRefusalIsNotRemembered: what was refused is decided anew under its key.
func TestRefusalIsNotRemembered(t *testing.T) {
	k := openKiosk(t, plainly, loyalty.Options{})
	burn := func() error {
		_, err := k.Points.Burn(t.Context(), teller, "a", points.BurnCommand{Points: 10}, keyed("k"))
		return err
	}
	require.ErrorIs(t, burn(), points.ErrInsufficient)
	_, err := k.earn(t, "a", 10, loyalty.Call{})
	require.NoError(t, err)
	require.NoError(t, burn())
}

// TestNotAfter: the last instant is in time; behind it nothing is decided, and what
// was done in time is still repeated.
func TestNotAfter(t *testing.T) {
	k := openKiosk(t, plainly, loyalty.Options{})
	call := loyalty.Call{Key: "k", NotAfter: k.clock.now}
	_, err := k.earn(t, "a", 10, call)
	require.NoError(t, err)
	k.clock.now = k.clock.now.Add(time.Microsecond)
	again, err := k.earn(t, "a", 10, call)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	call.Key = "l"
	_, err = k.earn(t, "a", 10, call)
	require.ErrorIs(t, err, loyalty.ErrTooLate)
	require.Equal(t, int64(10), k.balance(t, "a"))
}

// lossy is a store of which one commit goes wrong: before it is applied, or behind.
type lossy struct {
	loyalty.Store
	before, behind error
}

func (l *lossy) Commit(ctx context.Context, c loyalty.Commit) error {
	before, behind := l.before, l.behind
	l.before, l.behind = nil, nil
	if before != nil {
		return before
	}
	err := l.Store.Commit(ctx, c)
	if behind != nil {
		return behind
	}
	return err
}

// TestDoubt: an error of the store leaves open whether the command was done. It is
// done once, with a key of the caller and without.
func TestDoubt(t *testing.T) {
	for name, fails := range map[string]lossy{"before": {before: errLine}, "behind": {behind: errLine}, "conflict": {before: loyalty.ErrConflict}} {
		for _, key := range []string{"", "k"} {
			store := new(lossy)
			var ops []loyalty.Op
			var log bytes.Buffer
			k := openKiosk(t, func(s loyalty.Store) loyalty.Store { store.Store = s; return store }, loyalty.Options{
				Observe: func(_ context.Context, op loyalty.Op) { ops = append(ops, op) },
				Logger:  slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
			store.before, store.behind, ops = fails.before, fails.behind, nil
			call := loyalty.Call{Key: key, Reason: "their words"}
			posted, err := k.earn(t, "a", 10, call)
			require.NoError(t, err, name)
			require.Equal(t, name == "behind", posted.Replayed, name)
			require.Equal(t, int64(10), k.balance(t, "a"), name)

			require.Len(t, ops, 1)
			require.Equal(t, "points.earn", ops[0].Name)
			require.Equal(t, 2, ops[0].Attempts)
			require.True(t, ops[0].Write)
			require.Equal(t, 1, strings.Count(log.String(), "trying again"), log.String())
			require.NotContains(t, log.String(), call.Reason)
		}
	}
}

// TestAttemptsEnd: a store that never answers is asked as often as the options say.
func TestAttemptsEnd(t *testing.T) {
	store := &shaky{}
	k := openKiosk(t, func(s loyalty.Store) loyalty.Store { return s }, loyalty.Options{})
	store.Store, store.random, store.faults = k.store, newSource(), 10
	var attempts int
	l, err := loyalty.New(store, loyalty.Programme{}, loyalty.Options{Clock: k.clock, Attempts: 3, Observe: func(_ context.Context, op loyalty.Op) { attempts = op.Attempts }})
	require.NoError(t, err)
	_, err = l.Points.Earn(t.Context(), teller, "a", points.EarnCommand{Points: 1}, keyed("k"))
	require.ErrorIs(t, err, errLine)
	require.Equal(t, 3, attempts)
	_, errs := l.Points.Batch(t.Context(), teller, []loyalty.Item{{Account: "a", Earn: &points.EarnCommand{Points: 1}}})
	require.ErrorIs(t, errs[0], errLine)
	require.Equal(t, 3, attempts)
}

// TestHotAccount: 32 that post to one account make progress at no less than half
// the rate of one.
func TestHotAccount(t *testing.T) {
	const postings = 6400
	rate := func(goroutines int) float64 {
		store := new(loyalty.Memory)
		l, err := loyalty.New(store, loyalty.Programme{}, loyalty.Options{})
		require.NoError(t, err)
		_, err = l.Members.Enrol(t.Context(), benchTill, "a", loyalty.Call{})
		require.NoError(t, err)
		start := cputime.Now()
		var all sync.WaitGroup
		for range goroutines {
			all.Go(func() {
				for i := range postings / goroutines {
					var err error
					if i%2 == 0 {
						_, err = l.Points.Earn(t.Context(), benchTill, "a", points.EarnCommand{Points: 1}, loyalty.Call{})
					} else {
						_, err = l.Points.Burn(t.Context(), benchTill, "a", points.BurnCommand{Points: 1}, loyalty.Call{})
					}
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		a, err := store.Account(t.Context(), "a")
		require.NoError(t, err)
		require.EqualValues(t, postings, a.State.Seq)
		if used := cputime.Now() - start; used > 0 {
			return postings / used.Seconds()
		}
		return 1 // the machine does not say
	}
	half := 0.5
	if testing.Short() {
		half = 0.25
	}
	var best float64
	for range 10 {
		if best = max(best, rate(32)/rate(1)); best >= half {
			return
		}
	}
	t.Fatalf("32 post at %.2f of the rate of one", best)
}
