package loyalty_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// dumped is every string and every byte that a store in memory holds, receipts and
// claims too.
func dumped(store loyalty.Store) []byte {
	var b strings.Builder
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			b.WriteString(v.String() + "\n")
		case reflect.Slice, reflect.Array:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				for i := range v.Len() {
					b.WriteByte(byte(v.Index(i).Uint()))
				}
				b.WriteByte('\n')
				return
			}
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Map:
			for row := v.MapRange(); row.Next(); {
				walk(row.Key())
				walk(row.Value())
			}
		case reflect.Pointer, reflect.Interface:
			if !v.IsNil() && v.Type() != reflect.TypeFor[*time.Location]() {
				walk(v.Elem())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		}
	}
	walk(reflect.ValueOf(store).Elem())
	return []byte(b.String())
}

// counted are the sums, counts and ids that stay when somebody is forgotten.
func (w *world) counted() string {
	w.t.Helper()
	var b strings.Builder
	for _, id := range []string{"m1", "m2", "m2-b", "m3"} {
		a := w.account(id)
		t := a.State.Totals
		t.Expired = 0 // what is forfeited
		fmt.Fprintln(&b, id, a.Standing.Member, t)
	}
	for _, kind := range []loyalty.Kind{loyalty.KindOrder, loyalty.KindRedemption, loyalty.KindVoucher, loyalty.KindReferral, loyalty.KindReview, loyalty.KindStock} {
		for _, r := range all(w.t, w.store.Records(w.ctx, loyalty.RecordFilter{Kind: kind})) {
			fmt.Fprintln(&b, r.Subject, r.Member, r.State, len(all(w.t, w.store.Entries(w.ctx, loyalty.EntryFilter{Subject: r.Subject}))))
		}
	}
	return b.String()
}

// TestForget: after it nothing in the store holds a word about the member, and every
// count is as before.
func TestForget(t *testing.T) {
	w := newWorld(t)
	secrets := []string{words, "xiaoman", w.device}
	hits, err := privacy.Search(dumped(w.store), secrets)
	require.NoError(t, err)
	require.Greater(t, len(hits), 40, "the search finds what is there")
	before := w.counted()
	balance := points.Balance(w.account("m2").State) + points.Balance(w.account("m2-b").State)

	_, err = w.Members.Forget(w.ctx, desk, "m2", loyalty.Erasure{}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition, "points are left")
	_, err = w.Members.Forget(w.ctx, desk, "m2", loyalty.Erasure{Forfeit: true, Holds: []privacy.Hold{{ID: "court", From: w.clock.Now().Add(-time.Hour)}}}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrConflict, "under a legal hold")
	require.Equal(t, before, w.counted())

	done, err := w.Members.Forget(w.ctx, desk, "m2", loyalty.Erasure{Forfeit: true}, loyalty.Call{Key: words, Reason: words})
	require.NoError(t, err)
	require.Equal(t, balance, done.Forfeited)
	require.Greater(t, done.Redacted, 20)
	hits, err = privacy.Search(dumped(w.store), secrets)
	require.NoError(t, err)
	require.Empty(t, hits)
	require.Contains(t, string(dumped(w.store)), "about m3 alone", "what is about others stays")
	require.Equal(t, before, w.counted())
	w.verified()

	again, err := w.Members.Forget(w.ctx, desk, "m2", loyalty.Erasure{}, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, loyalty.Erased{Member: "m2"}, again, "twice does nothing")
	m := w.member("m2")
	require.Equal(t, loyalty.Forgotten, m.Status)
	require.Empty(t, m.Devices)
	require.Empty(t, m.Household)
	home, err := w.Households.Get(w.ctx, desk, "home")
	require.NoError(t, err)
	require.Equal(t, []string{"m3"}, home.Members)
	for name, try := range map[string]func() error{
		"earn": func() error {
			_, err := w.Points.Earn(w.ctx, desk, "m2", points.EarnCommand{Points: 1}, said(""))
			return err
		},
		"burn": func() error {
			_, err := w.Points.Burn(w.ctx, desk, "m2-b", points.BurnCommand{Points: 1}, said(""))
			return err
		},
		"gift": func() error { _, err := w.Points.Transfer(w.ctx, desk, "m3", "m2", 1, said("")); return err },
		"order": func() error {
			_, err := w.Orders.Earn(w.ctx, desk, "m2", loyalty.Purchase{Order: lines(100)}, said("o-x"))
			return err
		},
		"return": func() error {
			_, err := w.Orders.Return(w.ctx, desk, w.order, loyalty.Return{All: true}, said(""))
			return err
		},
		"redeem": func() error {
			_, err := w.Rewards.Redeem(w.ctx, desk, "m2", loyalty.RedemptionRequest{Reward: "mug", N: 1}, said(""))
			return err
		},
		"freeze":  func() error { _, err := w.Members.Freeze(w.ctx, desk, "m2", said("")); return err },
		"close":   func() error { _, err := w.Members.Close(w.ctx, desk, "m2", loyalty.Closing{}, said("")); return err },
		"account": func() error { _, err := w.Members.OpenAccount(w.ctx, desk, "m2", "m2-c", said("")); return err },
		"merge":   func() error { _, err := w.Members.Merge(w.ctx, desk, "m2", "m3", said("")); return err },
		"into":    func() error { _, err := w.Members.Merge(w.ctx, desk, "m3", "m2", said("")); return err },
		"join":    func() error { _, err := w.Households.Join(w.ctx, desk, "home", "m2", said("")); return err },
		"copy":    func() error { _, err := w.Members.Copy(w.ctx, desk, "m2", ""); return err },
		"review":  func() error { _, err := w.Reviews.Approve(w.ctx, desk, w.review, said("")); return err },
	} {
		require.ErrorIs(t, try(), loyalty.ErrForgotten, name)
	}
	hits, err = privacy.Search(dumped(w.store), secrets)
	require.NoError(t, err)
	require.Empty(t, hits)
}

// failing fails every commit after so many.
type failing struct {
	loyalty.Store
	left int
}

var errDown = errors.New("the line is down")

func (f *failing) Commit(ctx context.Context, c loyalty.Commit) error {
	if f.left--; f.left < 0 {
		return errDown
	}
	return f.Store.Commit(ctx, c)
}

// TestForgetGoesOn: it is broken off after each of its commits, and the next call
// goes on where it was.
func TestForgetGoesOn(t *testing.T) {
	w := newWorld(t)
	flaky := &failing{Store: w.store}
	over, err := loyalty.New(flaky, loyalty.Programme{}, loyalty.Options{Clock: w.clock, Attempts: 1})
	require.NoError(t, err)
	calls := 0
	for ; ; calls++ {
		flaky.left = 1
		_, err = over.Members.Forget(w.ctx, desk, "m2", loyalty.Erasure{Forfeit: true}, loyalty.Call{})
		if err == nil {
			break
		}
		require.ErrorIs(t, err, errDown)
		require.Equal(t, loyalty.Forgotten, w.member("m2").Status, "marked by the first commit")
	}
	require.Greater(t, calls, 5)
	hits, err := privacy.Search(dumped(w.store), []string{words, "xiaoman", w.device})
	require.NoError(t, err)
	require.Empty(t, hits)
	w.verified()
}

// TestForgetAfterMerge: who was merged into the member is forgotten with them.
func TestForgetAfterMerge(t *testing.T) {
	w := newWorld(t)
	_, err := w.Reviews.Reject(w.ctx, desk, w.review, said(""))
	require.NoError(t, err)
	_, err = w.Members.Merge(w.ctx, desk, "m2", "m1", said(""))
	require.NoError(t, err)
	_, err = w.Members.Forget(w.ctx, desk, "m2", loyalty.Erasure{}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrMerged)
	copied, err := w.Members.Copy(w.ctx, desk, "m1", "r-1")
	require.NoError(t, err)
	require.Contains(t, string(copied.JSON), "xiaoman")
	require.Equal(t, 3, copied.Counts["accounts"])
	_, err = w.Members.Forget(w.ctx, desk, "m1", loyalty.Erasure{Forfeit: true}, loyalty.Call{})
	require.NoError(t, err)
	hits, err := privacy.Search(dumped(w.store), []string{words, "xiaoman", w.device, "nothing of theirs"})
	require.NoError(t, err)
	require.Empty(t, hits)
	w.verified()
}

func TestMemberCopy(t *testing.T) {
	w := newWorld(t)
	copied, err := w.Members.Copy(w.ctx, desk, "m2", "request 1")
	require.NoError(t, err)
	for _, part := range []string{"xiaoman", w.device, w.order, w.redemption, w.personal, w.review, `"request":"request 1"`} {
		require.Contains(t, string(copied.JSON), part)
	}
	require.NotContains(t, string(copied.JSON), "about m3 alone")
	require.Equal(t, 2, copied.Counts["accounts"])
	require.Equal(t, 1, copied.Counts["member"])
	again, err := w.Members.Copy(w.ctx, desk, "m2", "request 1")
	require.NoError(t, err)
	require.Equal(t, copied.SHA256, again.SHA256)
}
