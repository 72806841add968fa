package liability_test

import (
	"testing"

	"github.com/guanxi-go/guanxi/internal/wording"
	"github.com/guanxi-go/guanxi/loyalty/liability"
)

func TestEnumerations(t *testing.T) {
	wording.Enum(t, liability.Earned, liability.Imported, liability.ErrInvalid)
	wording.Enum(t, liability.Redeemed, liability.Settled, liability.ErrInvalid)
	wording.Enum(t, liability.TailRedeemed, liability.TailLapsed, liability.ErrInvalid)
}
