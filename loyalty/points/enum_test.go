package points_test

import (
	"testing"

	"github.com/guanxi-go/guanxi/internal/wording"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

func TestEnumerations(t *testing.T) {
	wording.Enum(t, points.KindEarn, points.KindTransferIn, points.ErrInvalid)
	wording.Enum(t, points.SoonestExpiring, points.FIFO, points.ErrInvalid)
	wording.Enum(t, points.Debt, points.Reject, points.ErrInvalid)
	wording.Enum(t, points.Never, points.OnDay, points.ErrInvalid)
	wording.Enum(t, points.ToDay, points.ToYear, points.ErrInvalid)
}
