package loyalty_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

// A programme that no command could keep is refused before the first.
func TestProgrammeFaults(t *testing.T) {
	mug := reward.Reward{Code: "mug", En: "Mug"}
	for name, c := range map[string]struct {
		programme loyalty.Programme
		want      string
	}{
		"order":        {loyalty.Programme{Points: points.Policy{Order: 9}}, "points: order"},
		"shortfall":    {loyalty.Programme{Points: points.Policy{Shortfall: 9}}, "points: shortfall"},
		"inactivity":   {loyalty.Programme{Points: points.Policy{Inactivity: -1}}, "points: inactivity"},
		"expiry":       {loyalty.Programme{Points: points.Policy{Expiry: points.Expiry{Rule: points.AfterDays, N: -1}}}, "points: n"},
		"earning":      {loyalty.Programme{Earning: new(earning.Plan)}, "loyalty: earning: is not made"},
		"tiers":        {loyalty.Programme{Tiers: new(tier.Programme)}, "loyalty: tiers: are not made"},
		"reward":       {loyalty.Programme{Rewards: []reward.Reward{{En: "Mug"}}}, "loyalty: rewards[0]: reward: code"},
		"two faults":   {loyalty.Programme{Rewards: []reward.Reward{mug, {Code: "cup", Cost: -1}}}, "loyalty: rewards[1]: reward: en: and zh are both missing: invalid\nloyalty: rewards[1]: reward: cost"},
		"named expiry": {loyalty.Programme{Expiries: map[string]points.Expiry{"year": {Rule: points.AfterDays, N: -1}}}, "loyalty: expiries[year]: points: n"},
		"reward twice": {loyalty.Programme{Rewards: []reward.Reward{mug, mug}}, "loyalty: rewards: the code mug stands twice"},
		"referrals":    {loyalty.Programme{Referrals: &reward.ReferralPolicy{WindowDays: -1}}, "reward: window_days"},
		"households":   {loyalty.Programme{Households: loyalty.HouseholdPolicy{MaxMembers: -1}}, "loyalty: "},
		"reviews":      {loyalty.Programme{Reviews: loyalty.ReviewPolicy{Within: -1}}, "loyalty: "},
		"limits":       {loyalty.Programme{Limits: []loyalty.Limit{{}}}, "loyalty: code"},
	} {
		_, err := loyalty.New(new(loyalty.Memory), c.programme, loyalty.Options{})
		require.ErrorIs(t, err, loyalty.ErrInvalid, name)
		require.ErrorContains(t, err, c.want, name)
		require.Equal(t, c.programme.Validate().Error(), err.Error(), name)
	}
	require.NoError(t, loyalty.Programme{}.Validate())
}
