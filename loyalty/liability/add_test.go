package liability_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/loyalty/liability"
)

// TestRollAdd holds that rolling lots forward in two parts and adding them is rolling
// them forward together.
func TestRollAdd(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	bounds := []time.Time{start, start.AddDate(0, 1, 0), start.AddDate(0, 2, 0)}
	rapid.Check(t, func(t *rapid.T) {
		var parts [2][]liability.LotHistory
		for i := range rapid.IntRange(0, 8).Draw(t, "lots") {
			l := liability.LotHistory{ID: string(rune('a' + i)), Issued: rapid.Int64Range(0, 90).Draw(t, "issued"),
				At: start.AddDate(0, 0, rapid.IntRange(-40, 70).Draw(t, "day"))}
			if l.Issued > 0 {
				l.Uses = []liability.Use{{At: l.At.AddDate(0, 0, 9), Points: l.Issued, Kind: liability.Redeemed}, {At: l.At.AddDate(0, 0, 20), Points: 1, Kind: liability.Refunded}}
			}
			part := rapid.IntRange(0, 1).Draw(t, "part")
			parts[part] = append(parts[part], l)
		}
		sum, err := liability.RollForward(parts[0], bounds, time.UTC)
		require.NoError(t, err)
		other, err := liability.RollForward(parts[1], bounds, time.UTC)
		require.NoError(t, err)
		require.NoError(t, sum.Add(other))
		whole, err := liability.RollForward(append(parts[0], parts[1]...), bounds, time.UTC)
		require.NoError(t, err)
		require.Equal(t, whole, sum)
	})

	most, err := liability.RollForward([]liability.LotHistory{{ID: "a", Issued: math.MaxInt64, At: start}}, bounds, time.UTC)
	require.NoError(t, err)
	before := *most
	require.ErrorIs(t, most.Add(most), liability.ErrOverflow)
	require.Equal(t, before, *most)
	shorter, err := liability.RollForward(nil, bounds[:2], time.UTC)
	require.NoError(t, err)
	require.ErrorIs(t, most.Add(shorter), liability.ErrInvalid)
	moved, err := liability.RollForward(nil, []time.Time{bounds[0], bounds[1], bounds[2].AddDate(0, 0, 1)}, time.UTC)
	require.NoError(t, err)
	require.ErrorIs(t, most.Add(moved), liability.ErrInvalid)
	require.ErrorIs(t, most.Add(nil), liability.ErrInvalid)
}
