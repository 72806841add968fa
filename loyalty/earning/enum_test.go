package earning_test

import (
	"testing"

	"github.com/guanxi-go/guanxi/internal/wording"
	"github.com/guanxi-go/guanxi/loyalty/earning"
)

func TestEnumerations(t *testing.T) {
	wording.Enum(t, earning.PerMoney, earning.Multiplier, earning.ErrInvalid)
	wording.Enum(t, earning.Multiply, earning.BestOnly, earning.ErrInvalid)
	wording.Enum(t, earning.ByOrder, earning.ByLine, earning.ErrInvalid)
	wording.Enum(t, earning.InOrder, earning.InCampaign, earning.ErrInvalid)
	wording.Enum(t, earning.OfPoints, earning.OfQP, earning.ErrInvalid)
	wording.Enum(t, earning.NotYet, earning.BelowMinimum, earning.ErrInvalid)
	wording.Enum(t, earning.Gave, earning.Capped, earning.ErrInvalid)
}
