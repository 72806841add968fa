package loyalty_test

import (
	"context"
	"slices"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

// bakery is a programme in memory with a clock that stands until it is set.
type bakery struct {
	*loyalty.Loyalty
	t     require.TestingT
	ctx   context.Context
	store *loyalty.Memory
	at    time.Time
}

var baker = loyalty.Actor{ID: "baker", Sees: loyalty.Everyone()}

func (b *bakery) Now() time.Time { return b.at }

func day(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

// openBakery opens a programme on 1 January 2025 with the members named.
func openBakery(t require.TestingT, p loyalty.Programme, opts loyalty.Options, members ...string) *bakery {
	b := &bakery{t: t, ctx: context.Background(), store: &loyalty.Memory{}, at: day("2025-01-01T00:00:00Z")}
	opts.Clock = b
	l, err := loyalty.New(b.store, p, opts)
	require.NoError(t, err)
	b.Loyalty = l
	for _, m := range members {
		_, err := l.Members.Enrol(b.ctx, baker, m, loyalty.Call{})
		require.NoError(t, err)
	}
	return b
}

// with opens the same store under another programme.
func (b *bakery) with(p loyalty.Programme) *bakery {
	other := *b
	l, err := loyalty.New(b.store, p, loyalty.Options{Clock: &other})
	require.NoError(b.t, err)
	other.Loyalty = l
	return &other
}

func rules(list ...earning.Rule) *earning.Plan {
	return plan(earning.Programme{Version: 1, Currency: money.CNY, Rules: list})
}

func plan(p earning.Programme) *earning.Plan {
	compiled, err := earning.Compile(p)
	if err != nil {
		panic(err)
	}
	return compiled
}

func number(text string) decimal.Decimal { return decimal.RequireFromString(text) }

// onePerYuan gives a point and a qualifying point for each 1.00.
func onePerYuan() earning.Rule {
	return earning.Rule{ID: "base", Kind: earning.PerMoney, Points: number("1"), QP: number("1")}
}

// lines is an order of lines a, b, ... of so many fen.
func lines(fen ...int64) earning.Order {
	o := earning.Order{Currency: money.CNY}
	for i, n := range fen {
		o.Lines = append(o.Lines, earning.Line{ID: string(rune('a' + i)), Amount: n})
	}
	return o
}

func (b *bakery) earn(member, order string, o earning.Order) loyalty.OrderEarned {
	done, err := b.Orders.Earn(b.ctx, baker, member, loyalty.Purchase{Order: o}, loyalty.Call{Ref: order})
	require.NoError(b.t, err)
	return done
}

func (b *bakery) state(account string) points.State {
	a, err := b.Points.Account(b.ctx, baker, account)
	require.NoError(b.t, err)
	require.Equal(b.t, points.Balance(a.State), b.sum(account), "the entries sum to the balance")
	return a.State
}

func (b *bakery) available(account string) int64 { return points.Available(b.state(account), b.at) }

func (b *bakery) journal(account string) (list []points.Entry) {
	for p, err := range b.store.Postings(b.ctx, loyalty.PostingFilter{Account: account}) {
		require.NoError(b.t, err)
		list = append(list, p.Entry)
	}
	return list
}

func (b *bakery) sum(account string) (n int64) {
	for _, e := range b.journal(account) {
		n += e.Amount
	}
	return n
}

// left is what is left in each lot, by number.
func (b *bakery) left(account string) map[uint64]int64 {
	m := map[uint64]int64{}
	for _, l := range b.state(account).Lots {
		m[l.ID] = l.Left
	}
	return m
}

func (b *bakery) kinds(account string) (list []points.Kind) {
	for _, e := range b.journal(account) {
		list = append(list, e.Kind)
	}
	return list
}

func (b *bakery) kept(account string) loyalty.Tier {
	a, err := b.store.Account(b.ctx, account)
	require.NoError(b.t, err)
	return a.Standing.Tier
}

func (b *bakery) events(kind string) (list []loyalty.Event) {
	all, err := b.store.Pending(b.ctx, 10_000)
	require.NoError(b.t, err)
	return slices.DeleteFunc(all, func(e loyalty.Event) bool { return e.Kind != kind })
}

// metals are the tiers of the scenarios: 500, 1000 and 3000 qualifying points.
func metals() tier.Policy {
	need := func(n int64) tier.Totals { return tier.Totals{Points: n} }
	return tier.Policy{Version: 1, Tiers: []tier.Tier{{Code: "base"}, {Code: "silver", Need: need(500)},
		{Code: "gold", Need: need(1000)}, {Code: "platinum", Need: need(3000)}}}
}

func tiers(zone *time.Location, policies ...tier.Policy) *tier.Programme {
	p, err := tier.New(zone, policies...)
	if err != nil {
		panic(err)
	}
	return p
}
