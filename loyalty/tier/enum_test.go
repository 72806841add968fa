package tier_test

import (
	"testing"

	"github.com/guanxi-go/guanxi/internal/wording"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

func TestEnumerations(t *testing.T) {
	wording.Enum(t, tier.All, tier.Any, tier.ErrInvalid)
	wording.Enum(t, tier.Calendar, tier.Anniversary, tier.ErrInvalid)
	wording.Enum(t, tier.AtOnce, tier.AtReview, tier.ErrInvalid)
	wording.Enum(t, tier.ToBalance, tier.Never, tier.ErrInvalid)
	wording.Enum(t, tier.EveryDay, tier.EveryAnniversary, tier.ErrInvalid)
	wording.Enum(t, tier.PerUse, tier.PerPeriod, tier.ErrInvalid)
	wording.Enum(t, tier.Enrol, tier.Place, tier.ErrInvalid)
	wording.Enum(t, tier.Enrolled, tier.PolicyChanged, tier.ErrInvalid)
}
