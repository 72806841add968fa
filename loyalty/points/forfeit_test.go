package points_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// TestForfeit: whatever an account holds, afterwards it holds nothing, and nothing
// becomes due any more.
func TestForfeit(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		p := points.Policy{}
		var s points.State
		now := start
		do := func(entries []points.Entry, err error) {
			if err == nil {
				s, err = points.Apply(s, entries...)
				require.NoError(t, err)
			}
		}
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 48).Draw(t, "hours")) * time.Hour)
			n := rapid.Int64Range(1, 100).Draw(t, "points")
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				cmd := points.EarnCommand{Points: n, Confirm: rapid.Bool().Draw(t, "confirm")}
				if rapid.Bool().Draw(t, "pending") {
					cmd.ActivateAt = now.Add(72 * time.Hour)
				}
				if rapid.Bool().Draw(t, "ends") {
					cmd.ExpireAt = now.Add(96 * time.Hour)
				}
				do(p.Earn(s, cmd, now))
			case 1:
				do(p.Hold(s, points.HoldCommand{Points: n}, now))
			case 2:
				do(p.Burn(s, points.BurnCommand{Points: n}, now))
			case 3:
				if s.Seq == 0 {
					do(p.Open(s, points.OpenCommand{Debt: n}, now))
				}
			}
		}
		before := s.Totals
		entries, err := p.Forfeit(s, points.ForfeitCommand{Act: points.Act{Actor: "desk", Code: "left"}}, now)
		require.NoError(t, err)
		after, err := points.Apply(s, entries...)
		require.NoError(t, err)
		require.Zero(t, points.Balance(after))
		require.Empty(t, after.Lots)
		require.Empty(t, after.Holds)
		require.Zero(t, after.Debt)
		require.True(t, points.NextDue(after).IsZero())
		require.Equal(t, before.Issued, after.Totals.Issued, "what was issued and burned stays")
		require.Equal(t, before.Burned, after.Totals.Burned)
		again, err := p.Forfeit(after, points.ForfeitCommand{}, now)
		require.NoError(t, err)
		require.Empty(t, again)
	})
}

func TestForfeitTakesEffectNow(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var p points.Policy
	entries, err := p.Earn(points.State{}, points.EarnCommand{Points: 7}, now)
	require.NoError(t, err)
	s, err := points.Replay(entries)
	require.NoError(t, err)
	for _, at := range []time.Time{now.Add(time.Hour), now.Add(-time.Hour)} {
		_, err = p.Forfeit(s, points.ForfeitCommand{Act: points.Act{At: at}}, now)
		require.ErrorIs(t, err, points.ErrInvalid)
	}
	entries, err = p.Forfeit(s, points.ForfeitCommand{Act: points.Act{Actor: "desk", Code: "left"}}, now.Add(time.Hour))
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Equal(t, points.KindExpire, entries[0].Kind)
	require.Equal(t, int64(-7), entries[0].Amount)
	require.Equal(t, "desk", entries[0].Actor, "what time does has no actor")
}
