package loyalty

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/fault"
)

func someReceipts() []Posted {
	return []Posted{
		{},
		{Account: "a", Seq: 1, First: 1, Last: 1, Amount: 100, Balance: 100, Available: 100},
		{Account: "客户", Seq: 3, First: 2, Last: 9, Amount: -5, Balance: -70, Available: 0, Review: "r-1"},
		{Account: "x", Seq: math.MaxUint64, First: math.MaxUint64, Last: math.MaxUint64, Amount: math.MinInt64, Balance: math.MaxInt64, Available: math.MaxInt64},
	}
}

// TestPostedReceipt: what a commit leaves under its key says the same again, and
// bytes that were cut or have grown say nothing.
func TestPostedReceipt(t *testing.T) {
	for _, p := range someReceipts() {
		data, err := written(&p)
		require.NoError(t, err)
		require.LessOrEqual(t, len(data), MaxReceipt)
		var back Posted
		require.NoError(t, readBack(data, &back))
		require.Equal(t, p, back)
		for n := range data {
			require.ErrorIs(t, readBack(data[:n], &back), fault.ErrVersion, "%d of %d bytes", n, len(data))
		}
		require.ErrorIs(t, readBack(append(data, 0), &back), fault.ErrVersion)
	}
}

func FuzzPostedReceipt(f *testing.F) {
	for _, p := range someReceipts() {
		f.Add(p.appendBinary(nil))
	}
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		var p, again Posted
		if err := p.unmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, fault.ErrVersion)
			return
		}
		require.NoError(t, again.unmarshalBinary(p.appendBinary(nil)))
		require.Equal(t, p, again)
	})
}
