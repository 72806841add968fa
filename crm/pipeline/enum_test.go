package pipeline_test

import (
	"encoding"
	"fmt"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/pipeline"
)

// enum is what every enumeration of the package can do.
type enum[T any] interface {
	*T
	fmt.Stringer
	Zh() string
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
		require.Equal(t, v < first, len(text) == 0, "only the zero value before the first is empty")
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
		require.ErrorIs(t, err, pipeline.ErrInvalid)
		require.Equal(t, "??", P(&v).String()+P(&v).Zh())
	}
	for _, text := range []string{"?", "Assigned", "nonsense", " "} {
		v := last
		require.ErrorIs(t, P(&v).UnmarshalText([]byte(text)), pipeline.ErrInvalid)
		require.Equal(t, last, v, "a refused text leaves the value")
	}
}

func TestEnumerations(t *testing.T) {
	checkEnum(t, pipeline.Open, pipeline.Lost)
	checkEnum(t, pipeline.Field, pipeline.Approval)
	checkEnum(t, pipeline.LostPrice, pipeline.LostOther)
	checkEnum(t, pipeline.Pipeline, pipeline.Omitted)
	checkEnum(t, pipeline.OrderDraft, pipeline.OrderCancelled)
	require.True(t, pipeline.Open.Valid() && !pipeline.Type(4).Valid() && !pipeline.Proof(0).Valid() && !pipeline.LossReason(11).Valid())
}

func TestCatalogue(t *testing.T) {
	require.NoError(t, pipeline.Catalogue().Validate())
}
