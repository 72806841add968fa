package loyalty_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// TestMaxQP: what could make a tier that cannot be added up is refused where it would
// come in, and not where somebody asks, or the due work passes by.
func TestMaxQP(t *testing.T) {
	b := openBakery(t, loyalty.Programme{Tiers: tiers(nil, metals()), Earning: rules(onePerYuan())}, loyalty.Options{}, "m")
	earn := func(qp int64) error {
		_, err := b.Points.Earn(b.ctx, baker, "m", points.EarnCommand{QP: qp}, loyalty.Call{})
		return err
	}
	require.NoError(t, earn(loyalty.MaxQP))
	require.ErrorIs(t, earn(loyalty.MaxQP+1), points.ErrOverflow)
	_, err := b.Points.Adjust(b.ctx, baker, "m", points.AdjustCommand{QP: -loyalty.MaxQP - 1}, loyalty.Call{})
	require.ErrorIs(t, err, points.ErrOverflow)
	_, err = b.Orders.Earn(b.ctx, baker, "m", loyalty.Purchase{Order: lines(1 << 60)}, loyalty.Call{Ref: "o"})
	require.ErrorIs(t, err, points.ErrOverflow)
	require.Equal(t, "platinum", b.tier("m", "2025-01-01T00:00:00Z"))

	none := openBakery(t, loyalty.Programme{}, loyalty.Options{}, "m")
	_, err = none.Points.Earn(none.ctx, baker, "m", points.EarnCommand{QP: 1 << 62}, loyalty.Call{})
	require.NoError(t, err, "without tiers nothing adds them up")
}
