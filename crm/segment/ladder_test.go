package segment

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/stage"
)

func TestSuggest(t *testing.T) {
	scored := func(use ScoreUse) LadderPolicy { return LadderPolicy{UseScore: use, MinScore: 60} }
	tests := []struct {
		name   string
		policy LadderPolicy
		b      Behaviour
		rung   stage.Rung
		why    LadderReason
	}{
		{"nothing yet", LadderPolicy{}, Behaviour{}, stage.RungTarget, LadderNoPurchase},
		{"no purchase, brought others", LadderPolicy{}, Behaviour{Referrals: 3}, stage.RungTarget, LadderNoPurchase},
		{"recency without a purchase is not read", LadderPolicy{}, Behaviour{Recency: -1}, stage.RungTarget, LadderNoPurchase},
		{"intention", LadderPolicy{}, Behaviour{Intent: true}, stage.RungIntent, LadderIntent},
		{"intention after a purchase", LadderPolicy{}, Behaviour{Intent: true, Purchases: 1}, stage.RungOneTime, LadderFirstPurchase},
		{"one", LadderPolicy{}, Behaviour{Purchases: 1, Recency: 9999}, stage.RungOneTime, LadderFirstPurchase},
		{"one, brought others", LadderPolicy{}, Behaviour{Purchases: 1, Referrals: 3}, stage.RungOneTime, LadderFirstPurchase},
		{"two", LadderPolicy{}, Behaviour{Purchases: 2}, stage.RungRepeat, LadderCameBack},
		{"two, brought others", LadderPolicy{}, Behaviour{Purchases: 2, Referrals: 3}, stage.RungRepeat, LadderCameBack},
		{"three today", LadderPolicy{}, Behaviour{Purchases: 3}, stage.RungLoyal, LadderStays},
		{"three, at the end of the window", LadderPolicy{}, Behaviour{Purchases: 3, Recency: 365}, stage.RungLoyal, LadderStays},
		{"three, past the window", LadderPolicy{}, Behaviour{Purchases: 3, Recency: 366}, stage.RungRepeat, LadderSilent},
		{"silent, brought others", LadderPolicy{}, Behaviour{Purchases: 9, Recency: 366, Referrals: 2}, stage.RungRepeat, LadderSilent},
		{"seed", LadderPolicy{}, Behaviour{Purchases: 3, Referrals: 1}, stage.RungSeed, LadderBringsOthers},
		{"score not asked for", LadderPolicy{MinScore: 60}, Behaviour{Purchases: 3, Score: 1, ScoreKnown: true}, stage.RungLoyal, LadderStays},

		{"where known: high", scored(ScoreWhereKnown), Behaviour{Purchases: 3, Score: 60, ScoreKnown: true}, stage.RungLoyal, LadderStays},
		{"where known: low", scored(ScoreWhereKnown), Behaviour{Purchases: 3, Score: 59.9, ScoreKnown: true, Referrals: 1}, stage.RungRepeat, LadderLowScore},
		{"where known: absent", scored(ScoreWhereKnown), Behaviour{Purchases: 3}, stage.RungLoyal, LadderStays},
		{"required: high", scored(ScoreRequired), Behaviour{Purchases: 3, Score: 61, ScoreKnown: true, Referrals: 1}, stage.RungSeed, LadderBringsOthers},
		{"required: low", scored(ScoreRequired), Behaviour{Purchases: 3, Score: -1, ScoreKnown: true}, stage.RungRepeat, LadderLowScore},
		{"required: absent", scored(ScoreRequired), Behaviour{Purchases: 3, Score: 99}, stage.RungRepeat, LadderNoScore},
		{"required: few purchases come first", scored(ScoreRequired), Behaviour{Purchases: 2}, stage.RungRepeat, LadderCameBack},

		{"own numbers: below repeat", LadderPolicy{RepeatFrom: 3, LoyalFrom: 5}, Behaviour{Purchases: 2}, stage.RungOneTime, LadderFirstPurchase},
		{"own numbers: repeat", LadderPolicy{RepeatFrom: 3, LoyalFrom: 5}, Behaviour{Purchases: 4}, stage.RungRepeat, LadderCameBack},
		{"own numbers: loyal at once", LadderPolicy{RepeatFrom: 4, LoyalFrom: 4}, Behaviour{Purchases: 4}, stage.RungLoyal, LadderStays},
		{"no window", LadderPolicy{LoyalWithin: -1}, Behaviour{Purchases: 3, Recency: math.MaxInt32}, stage.RungLoyal, LadderStays},
		{"two brought", LadderPolicy{SeedFrom: 2}, Behaviour{Purchases: 3, Referrals: 1}, stage.RungLoyal, LadderStays},
	}
	for _, tt := range tests {
		rung, why, err := tt.policy.Suggest(tt.b)
		require.NoError(t, err, tt.name)
		require.Equal(t, tt.rung, rung, tt.name)
		require.Equal(t, tt.why, why, tt.name)
	}
}

func TestSuggestRefuses(t *testing.T) {
	for field, b := range map[string]Behaviour{
		"purchases": {Purchases: -1},
		"recency":   {Purchases: 1, Recency: -1},
		"score":     {ScoreKnown: true, Score: math.NaN()},
		"referrals": {Referrals: -2},
	} {
		rung, why, err := LadderPolicy{}.Suggest(b)
		requireRefusal(t, err, ErrInvalid, field, -1)
		require.Zero(t, rung)
		require.Equal(t, LadderNone, why)
	}
	require.NoError(t, Behaviour{Score: math.Inf(1)}.Validate(), "an unknown score is not read")
	for field, p := range map[string]LadderPolicy{
		"repeat_from":  {RepeatFrom: 1},
		"loyal_from":   {RepeatFrom: 4},
		"loyal_within": {LoyalWithin: -2},
		"use_score":    {UseScore: 3},
		"min_score":    {MinScore: math.Inf(-1)},
		"seed_from":    {SeedFrom: -1},
	} {
		requireRefusal(t, p.Validate(), ErrInvalid, field, -1)
		_, _, err := p.Suggest(Behaviour{})
		requireRefusal(t, err, ErrInvalid, field, -1)
	}
	all := LadderPolicy{RepeatFrom: -1, LoyalFrom: -2, LoyalWithin: -3, UseScore: 9, MinScore: math.NaN(), SeedFrom: -4}.Validate()
	for _, field := range []string{"repeat_from", "loyal_from", "loyal_within", "use_score", "min_score", "seed_from"} {
		require.ErrorContains(t, all, field, "every problem at once")
	}
	all = Behaviour{Purchases: -1, Referrals: -1}.Validate()
	require.ErrorContains(t, all, "purchases")
	require.ErrorContains(t, all, "referrals")
}

func drawBehaviour(t *rapid.T) Behaviour {
	return Behaviour{
		Purchases:  rapid.IntRange(0, 6).Draw(t, "purchases"),
		Recency:    rapid.IntRange(0, 800).Draw(t, "recency"),
		Intent:     rapid.Bool().Draw(t, "intent"),
		Score:      rapid.Float64Range(0, 100).Draw(t, "score"),
		ScoreKnown: rapid.Bool().Draw(t, "known"),
		Referrals:  rapid.IntRange(0, 3).Draw(t, "referrals"),
	}
}

// TestSuggestIsMonotone: who does more is never suggested a lower rung.
func TestSuggestIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := LadderPolicy{
			RepeatFrom: 2, LoyalFrom: rapid.IntRange(2, 5).Draw(t, "loyal"), LoyalWithin: rapid.IntRange(-1, 500).Draw(t, "within"),
			UseScore: ScoreUse(rapid.IntRange(0, 2).Draw(t, "use")), MinScore: 50,
		}
		less := drawBehaviour(t)
		more := less
		more.Purchases += rapid.IntRange(0, 3).Draw(t, "+purchases")
		more.Recency -= rapid.IntRange(0, less.Recency).Draw(t, "-recency")
		more.Referrals += rapid.IntRange(0, 2).Draw(t, "+referrals")
		more.Score += rapid.Float64Range(0, 50).Draw(t, "+score")
		more.Intent = true
		low, why, err := p.Suggest(less)
		require.NoError(t, err)
		require.NotEqual(t, LadderNone, why)
		high, _, err := p.Suggest(more)
		require.NoError(t, err)
		require.LessOrEqual(t, low, high)
		require.True(t, low.Valid() && high.Valid())
	})
}

// TestSuggestFromPurchaseLogAlone: the default needs nothing but purchases.
func TestSuggestFromPurchaseLogAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Behaviour{Purchases: rapid.IntRange(0, 9).Draw(t, "purchases"), Recency: rapid.IntRange(0, 800).Draw(t, "recency")}
		want := stage.RungTarget
		switch {
		case b.Purchases >= 3 && b.Recency <= 365:
			want = stage.RungLoyal
		case b.Purchases >= 2:
			want = stage.RungRepeat
		case b.Purchases == 1:
			want = stage.RungOneTime
		}
		got, _, err := LadderPolicy{}.Suggest(b)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestCountRungs(t *testing.T) {
	rungs := []stage.Rung{stage.RungLoyal, stage.RungTarget, 0, stage.RungLoyal, stage.RungSeed, 0}
	report, err := CountRungs(slices.Values(rungs))
	require.NoError(t, err)
	share := func(n int64) money.Ratio { return money.Ratio{Num: n, Den: 4}.Reduce() }
	require.Equal(t, LadderReport{Customers: 4, Unknown: 2, Rungs: []RungCount{
		{stage.RungTarget, 1, share(1)}, {stage.RungIntent, 0, share(0)}, {stage.RungOneTime, 0, share(0)},
		{stage.RungRepeat, 0, share(0)}, {stage.RungLoyal, 2, share(2)}, {stage.RungSeed, 1, share(1)},
	}}, report)
	text, err := json.Marshal(report.Rungs[4])
	require.NoError(t, err)
	require.Equal(t, `{"rung":"loyal","customers":2,"share":"1/2"}`, string(text))

	empty, err := CountRungs(slices.Values([]stage.Rung{0}))
	require.NoError(t, err)
	require.Len(t, empty.Rungs, 6)
	for _, r := range empty.Rungs {
		require.False(t, r.Share.Valid(), "no share of nobody")
	}
	_, err = CountRungs(slices.Values([]stage.Rung{1, 6, 7, 8}))
	requireRefusal(t, err, ErrInvalid, "rung", 2)
}

func TestCountRungsPartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rungs := rapid.SliceOf(rapid.Map(rapid.IntRange(0, 6), func(i int) stage.Rung { return stage.Rung(i) })).Draw(t, "rungs")
		report, err := CountRungs(slices.Values(rungs))
		require.NoError(t, err)
		n := 0
		for i, r := range report.Rungs {
			require.Equal(t, stage.Rungs()[i], r.Rung)
			n += r.Customers
		}
		require.Equal(t, report.Customers, n)
		require.Equal(t, len(rungs), n+report.Unknown)
		again, err := CountRungs(slices.Values(reordered(t, rungs)))
		require.NoError(t, err)
		require.Equal(t, report, again)
	})
}

func TestLadderNames(t *testing.T) {
	seen := map[string]bool{}
	for r := LadderNone; r <= LadderBringsOthers; r++ {
		text, err := r.MarshalText()
		require.NoError(t, err)
		require.Equal(t, r.String(), string(text))
		require.False(t, seen[r.String()] || seen[r.Zh()])
		seen[r.String()], seen[r.Zh()] = true, true
		var back LadderReason
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, r, back)
	}
	require.Equal(t, "久未消费", LadderSilent.Zh())
	_, err := (LadderBringsOthers + 1).MarshalText()
	require.ErrorIs(t, err, ErrInvalid)
	var r LadderReason
	require.ErrorIs(t, r.UnmarshalText([]byte("Silent")), ErrInvalid)

	p := LadderPolicy{LoyalWithin: 180, UseScore: ScoreWhereKnown, MinScore: 7.5}
	text, err := json.Marshal(p)
	require.NoError(t, err)
	require.Equal(t, `{"loyal_within":180,"use_score":"where-known","min_score":7.5}`, string(text))
	var back LadderPolicy
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, p, back)
	require.Equal(t, "必须具备", ScoreRequired.Zh())
	require.Error(t, json.Unmarshal([]byte(`{"use_score":"sometimes"}`), &back))
	_, err = json.Marshal(LadderPolicy{UseScore: 3})
	require.ErrorIs(t, err, ErrInvalid)
}

func BenchmarkSuggest(b *testing.B) {
	b.ReportAllocs()
	p := LadderPolicy{UseScore: ScoreWhereKnown, MinScore: 50}
	behaviour := Behaviour{Purchases: 5, Recency: 40, Referrals: 1}
	for b.Loop() {
		if _, _, err := p.Suggest(behaviour); err != nil {
			b.Fatal(err)
		}
	}
}
