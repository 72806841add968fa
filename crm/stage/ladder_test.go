package stage_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// TestLadderTakesSuggestions: whatever crm/segment suggests as a customer goes on,
// the ladder has a step for it.
func TestLadderTakesSuggestions(t *testing.T) {
	m := stage.LadderMachine()
	rapid.Check(t, func(t *rapid.T) {
		p := segment.LadderPolicy{
			RepeatFrom: rapid.IntRange(2, 4).Draw(t, "repeat from"), LoyalFrom: rapid.IntRange(4, 6).Draw(t, "loyal from"),
			LoyalWithin: rapid.SampledFrom([]int{-1, 30, 365}).Draw(t, "loyal within"),
			UseScore:    rapid.SampledFrom([]segment.ScoreUse{segment.ScoreIgnored, segment.ScoreWhereKnown, segment.ScoreRequired}).Draw(t, "use"),
			MinScore:    5, SeedFrom: 2,
		}
		var b segment.Behaviour
		var at stage.Rung
		for range 20 {
			b.Purchases += rapid.IntRange(0, 2).Draw(t, "purchases")
			b.Recency = rapid.IntRange(0, 400).Draw(t, "recency")
			b.Intent = rapid.Bool().Draw(t, "intent")
			b.ScoreKnown = rapid.Bool().Draw(t, "known")
			b.Score = float64(rapid.IntRange(0, 10).Draw(t, "score"))
			b.Referrals = max(0, b.Referrals+rapid.IntRange(-1, 1).Draw(t, "referrals"))
			rung, _, err := p.Suggest(b)
			require.NoError(t, err)
			if at != 0 && rung != at {
				_, ok := m.Allows(at, rung)
				require.True(t, ok, "from %v to %v", at, rung)
			}
			at = rung
		}
	})
}
