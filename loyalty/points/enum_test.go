package points_test

import (
	"encoding"
	"fmt"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

type enum[T any] interface {
	*T
	fmt.Stringer
	Zh() string
	Valid() bool
	encoding.TextMarshaler
	encoding.TextUnmarshaler
}

// checkEnum holds an enumeration of the numbers from first to last to its rules.
func checkEnum[T ~uint8, P enum[T]](t *testing.T, first, last T) {
	t.Helper()
	codes := map[string]bool{}
	for v := T(0); v <= last; v++ {
		text, err := P(&v).MarshalText()
		require.NoError(t, err)
		require.Equal(t, P(&v).String(), string(text))
		require.Equal(t, v >= first, P(&v).Valid())
		require.Equal(t, v < first, len(text) == 0)
		require.Regexp(t, `^([a-z]+(-[a-z]+)*)?$`, string(text))
		require.False(t, codes[string(text)])
		codes[string(text)] = true
		var back T
		require.NoError(t, P(&back).UnmarshalText(text))
		require.Equal(t, v, back)
		for _, r := range P(&v).Zh() {
			require.True(t, unicode.Is(unicode.Han, r))
		}
		require.Equal(t, v < first, P(&v).Zh() == "")
	}
	for _, v := range []T{last + 1, 255} {
		_, err := P(&v).MarshalText()
		requireRefused(t, err, points.ErrInvalid)
		require.Equal(t, "??", P(&v).String()+P(&v).Zh())
		require.False(t, P(&v).Valid())
	}
	for _, text := range []string{"?", "Earn", "nonsense", " "} {
		v := last
		requireRefused(t, P(&v).UnmarshalText([]byte(text)), points.ErrInvalid)
		require.Equal(t, last, v, "a refused text leaves the value")
	}
}

func TestEnumerations(t *testing.T) {
	checkEnum(t, points.KindEarn, points.KindTransferIn)
	checkEnum(t, points.SoonestExpiring, points.FIFO)
	checkEnum(t, points.Debt, points.Reject)
	checkEnum(t, points.Never, points.OnDay)
	checkEnum(t, points.ToDay, points.ToYear)
}
