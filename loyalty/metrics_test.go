package loyalty_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

func TestMetrics(t *testing.T) {
	programme := loyalty.Programme{Earning: rules(onePerYuan()), Referrals: &reward.ReferralPolicy{Referrer: reward.Grant{Points: 10}}}
	b := openBakery(t, programme, loyalty.Options{}, "anna", "ben", "cem", "dora", "emil")
	buy := func(member, order, at string, fen int64) {
		_, err := b.Orders.Earn(b.ctx, baker, member, loyalty.Purchase{Order: lines(fen)}, loyalty.Call{Ref: order, At: day(at)})
		require.NoError(t, err)
	}
	b.at = day("2025-06-01T00:00:00Z")
	buy("anna", "a1", "2025-02-01T10:00:00Z", 1_000)
	buy("anna", "a2", "2025-02-01T18:00:00Z", 2_000)
	buy("anna", "a3", "2025-03-31T23:59:59Z", 3_000)
	buy("ben", "b1", "2025-03-01T00:00:00Z", 500)
	buy("ben", "b2", "2025-03-02T00:00:00Z", 700)
	buy("cem", "c1", "2025-04-01T00:00:00Z", 900) // behind the quarter
	buy("dora", "d1", "2025-03-01T00:00:00Z", 900)
	_, err := b.Orders.Return(b.ctx, baker, "b2", loyalty.Return{All: true}, loyalty.Call{})
	require.NoError(t, err)
	_, err = b.Points.Adjust(b.ctx, baker, "emil", points.AdjustCommand{Points: 5}, loyalty.Call{At: day("2025-03-01T00:00:00Z")})
	require.NoError(t, err)
	from, until := day("2025-01-01T00:00:00Z"), day("2025-04-01T00:00:00Z")

	rate, err := b.Metrics.Participation(b.ctx, baker, from, until)
	require.NoError(t, err)
	require.Equal(t, segment.Rate{Num: 3, Den: 5}, rate, "an adjustment is no activity, April is behind")
	rate, err = b.Metrics.Participation(b.ctx, loyalty.Actor{ID: "anna", Sees: loyalty.Only("anna")}, from, until)
	require.NoError(t, err)
	require.Equal(t, segment.Rate{Num: 1, Den: 1}, rate)

	buyers, err := b.Metrics.Buyers(b.ctx, baker, from, until, 1)
	require.NoError(t, err)
	cny := func(n int64) []money.Amount { return []money.Amount{{Minor: n, Currency: money.CNY}} }
	require.Equal(t, []loyalty.Buyer{
		{Member: "anna", Orders: 3, Days: 2, Spend: cny(6_000), First: day("2025-02-01T10:00:00Z"), Last: day("2025-03-31T23:59:59Z")},
		{Member: "ben", Orders: 1, Days: 1, Spend: cny(500), First: day("2025-03-01T00:00:00Z"), Last: day("2025-03-01T00:00:00Z")},
		{Member: "dora", Orders: 1, Days: 1, Spend: cny(900), First: day("2025-03-01T00:00:00Z"), Last: day("2025-03-01T00:00:00Z")},
	}, buyers)
	regular, err := b.Metrics.Buyers(b.ctx, baker, from, until, 2)
	require.NoError(t, err)
	require.Equal(t, buyers[:1], regular)
	rate, err = b.Metrics.Repurchase(b.ctx, baker, from, until)
	require.NoError(t, err)
	require.Equal(t, segment.Rate{Num: 1, Den: 3}, rate, "what came back whole was not bought")

	// Merged members are one.
	_, err = b.Members.Merge(b.ctx, baker, "dora", "ben", loyalty.Call{})
	require.NoError(t, err)
	buyers, err = b.Metrics.Buyers(b.ctx, baker, from, until, 1)
	require.NoError(t, err)
	require.Len(t, buyers, 2)
	require.Equal(t, cny(1_400), buyers[1].Spend)
	rate, err = b.Metrics.Participation(b.ctx, baker, from, until)
	require.NoError(t, err)
	require.Equal(t, segment.Rate{Num: 2, Den: 4}, rate)

	for _, err := range []error{
		second(b.Metrics.Participation(b.ctx, baker, until, from)), second(b.Metrics.Buyers(b.ctx, baker, from, until, 0)),
		second(b.Metrics.Behaviour(b.ctx, baker, "anna", 0)),
	} {
		require.ErrorIs(t, err, loyalty.ErrInvalid)
	}
}

func second[T any](_ T, err error) error { return err }

// The ladder of loyal customers, from target to seed.
func TestMetricsLadder(t *testing.T) {
	programme := loyalty.Programme{Earning: rules(onePerYuan()), Referrals: &reward.ReferralPolicy{Referrer: reward.Grant{Points: 10}}}
	b := openBakery(t, programme, loyalty.Options{}, "anna")
	rung := func(at string) stage.Rung {
		asOf, err := calendar.ParseDay(at)
		require.NoError(t, err)
		did, err := b.Metrics.Behaviour(b.ctx, baker, "anna", asOf)
		require.NoError(t, err)
		rung, _, err := segment.LadderPolicy{}.Suggest(did)
		require.NoError(t, err)
		return rung
	}
	for _, at := range []string{"2025-02-01T10:00:00Z", "2025-02-10T10:00:00Z", "2025-02-20T10:00:00Z"} {
		b.at = day(at)
		b.earn("anna", at, lines(1_000))
	}
	_, err := b.Members.Enrol(b.ctx, baker, "finn", loyalty.Call{})
	require.NoError(t, err)
	_, err = b.Referrals.Register(b.ctx, baker, "finn", "anna", loyalty.ReferralRequest{}, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, stage.RungLoyal, rung("2025-02-20"), "the friend has not bought yet")
	_, err = b.Referrals.Qualify(b.ctx, baker, "finn", reward.Purchase{ID: "f1", Amount: money.Amount{Minor: 1_000, Currency: money.CNY}, At: b.at}, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, []stage.Rung{stage.RungTarget, stage.RungOneTime, stage.RungRepeat, stage.RungSeed, stage.RungRepeat},
		[]stage.Rung{rung("2025-01-31"), rung("2025-02-01"), rung("2025-02-10"), rung("2025-02-20"), rung("2026-03-01")})
	list, err := b.Metrics.Referrers(b.ctx, baker, day("2025-01-01T00:00:00Z"), day("2026-01-01T00:00:00Z"))
	require.NoError(t, err)
	require.Equal(t, []loyalty.Referrer{{Member: "anna", Friends: 1, Successful: 1}}, list)
}
