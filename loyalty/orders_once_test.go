package loyalty_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Caps hold whatever the order in which purchases are learned, also far in the past.
func TestOrdersCaps(t *testing.T) {
	p := earning.Programme{Version: 1, Currency: money.CNY, Rules: []earning.Rule{onePerYuan()},
		Caps: []earning.Cap{{ID: "daily", Period: earning.InDay, Limit: 100}, {ID: "ever", Period: earning.InCampaign, Limit: 1_000}}}
	b := openBakery(t, loyalty.Programme{Earning: plan(p)}, loyalty.Options{}, "m")
	start := b.at
	b.at = start.AddDate(0, 0, 30)
	n := 0
	buy := func(days int, fen int64) int64 {
		n++
		done, err := b.Orders.Earn(b.ctx, baker, "m", loyalty.Purchase{Order: lines(fen)}, loyalty.Call{Ref: fmt.Sprint(n), At: start.AddDate(0, 0, days)})
		require.NoError(t, err)
		return done.Points
	}
	require.Equal(t, int64(60), buy(0, 6_000))
	require.Equal(t, int64(40), buy(0, 6_000))
	for days := 1; days <= 6; days++ {
		require.Equal(t, int64(90), buy(days, 9_000))
	}
	require.Zero(t, buy(0, 6_000), "of the first day nothing is left, though the account does not keep it")
	require.Equal(t, int64(10), buy(1, 9_000))
	require.Equal(t, int64(100), buy(-1+9, 90_000), "a day of its own")
	a, err := b.store.Account(b.ctx, "m")
	require.NoError(t, err)
	require.LessOrEqual(t, len(a.Standing.Counters), 4)
	for days := 10; days <= 13; days++ {
		buy(days, 90_000)
	}
	require.Equal(t, int64(1_000), b.sum("m"), "the campaign's cap")
}

// A repeated attempt after an answer that was lost does not earn twice.
func TestOrdersOnce(t *testing.T) {
	b := openBakery(t, loyalty.Programme{Earning: rules(onePerYuan())}, loyalty.Options{}, "m")
	store := &losing{Memory: b.store}
	l, err := loyalty.New(store, loyalty.Programme{Earning: rules(onePerYuan())}, loyalty.Options{Clock: b})
	require.NoError(t, err)
	store.lose = true
	done, err := l.Orders.Earn(b.ctx, baker, "m", loyalty.Purchase{Order: lines(1_000)}, loyalty.Call{Ref: "o"})
	require.NoError(t, err)
	require.True(t, done.Replayed)
	store.lose = true
	back, err := l.Orders.Return(b.ctx, baker, "o", loyalty.Return{All: true}, loyalty.Call{})
	require.NoError(t, err)
	require.True(t, back.Replayed)
	require.Equal(t, []points.Kind{points.KindEarn, points.KindClawback}, b.kinds("m"))
}

// losing loses the answer of a commit.
type losing struct {
	*loyalty.Memory
	lose bool
}

func (s *losing) Commit(ctx context.Context, c loyalty.Commit) error {
	err := s.Memory.Commit(ctx, c)
	if s.lose {
		s.lose = false
		return context.DeadlineExceeded
	}
	return err
}

// An earn whose rules ask for no tier reads no history: neither journals nor listings.
func TestOrdersReadNoHistory(t *testing.T) {
	p := loyalty.Programme{Earning: rules(onePerYuan()), Tiers: tiers(nil, metals())}
	b := openBakery(t, p, loyalty.Options{}, "m")
	b.earn("m", "0", lines(60_000))
	l, err := loyalty.New(&blind{b.store}, p, loyalty.Options{Clock: b})
	require.NoError(t, err)
	done, err := l.Orders.Earn(b.ctx, baker, "m", loyalty.Purchase{Order: lines(1_000)}, loyalty.Call{Ref: "o"})
	require.NoError(t, err)
	require.Empty(t, done.Tier)
	require.True(t, b.kept("m").Stale)
}

// blind reads single accounts and records only.
type blind struct{ *loyalty.Memory }

func (blind) Accounts(context.Context, loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
	panic("accounts were listed")
}
func (blind) Postings(context.Context, loyalty.PostingFilter) iter.Seq2[loyalty.Posting, error] {
	panic("postings were listed")
}
func (blind) Entries(context.Context, loyalty.EntryFilter) iter.Seq2[loyalty.Entry, error] {
	panic("entries were listed")
}
func (blind) Records(context.Context, loyalty.RecordFilter) iter.Seq2[loyalty.Record, error] {
	panic("records were listed")
}

// What is kept and sent of an order is not personal.
func TestOrdersPrivacy(t *testing.T) {
	birthday := earning.Rule{ID: "birthday", Kind: earning.Multiplier, Factor: number("2"), When: earning.Condition{BirthdayMonth: true}}
	b := openBakery(t, loyalty.Programme{Earning: rules(onePerYuan(), birthday)}, loyalty.Options{Events: true}, "m")
	p := loyalty.Purchase{Order: lines(1_000), BirthMonth: time.January}
	done, err := b.Orders.Earn(b.ctx, baker, "m", p, loyalty.Call{Ref: "o", Reason: "said so"})
	require.NoError(t, err)
	require.Equal(t, int64(20), done.Points)
	require.NotContains(t, p.LogValue().String(), "1月")
	require.NotContains(t, p.LogValue().String(), "birth")
	r, err := b.store.Record(b.ctx, loyalty.Subject{Kind: loyalty.KindOrder, ID: "o"})
	require.NoError(t, err)
	require.NotContains(t, string(r.Body), "birth_month")
	require.NotContains(t, string(r.Body), "said so")
	require.True(t, json.Valid(r.Body))
	for e, err := range b.store.Entries(b.ctx, loyalty.EntryFilter{Subject: r.Subject}) {
		require.NoError(t, err)
		require.Equal(t, "said so", e.Reason)
		require.NotContains(t, string(e.Data), "said so")
	}
}
