package privacy_test

import (
	"encoding"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/privacy"
)

type enum interface {
	~uint8
	fmt.Stringer
	encoding.TextMarshaler
	Zh() string
	Valid() bool
}

// checkEnum holds an enumeration of n values, whose zero value is one or is none.
func checkEnum[T enum, P interface {
	*T
	encoding.TextUnmarshaler
}](t *testing.T, n int, zero bool) {
	t.Helper()
	seen := map[string]bool{}
	first := 1
	if zero {
		first = 0
	}
	for i := range 256 {
		v := T(i)
		known := i >= first && i < first+n
		require.Equal(t, known, v.Valid(), i)
		text, err := v.MarshalText()
		if !known && i != 0 {
			require.ErrorIs(t, err, privacy.ErrInvalid)
			require.Equal(t, v.String(), v.Zh())
			require.True(t, strings.HasSuffix(fmt.Sprintf("%T%s", v, v), fmt.Sprintf("(%d)", i)))
			continue
		}
		require.NoError(t, err)
		require.Equal(t, known, v.String() != "" && v.Zh() != "")
		require.False(t, seen[v.String()] || seen[v.Zh()])
		seen[v.String()], seen[v.Zh()] = true, true
		back := T(99)
		require.NoError(t, P(&back).UnmarshalText(text))
		require.Equal(t, v, back)
	}
	v := T(1)
	require.ErrorIs(t, P(&v).UnmarshalText([]byte("?")), privacy.ErrInvalid)
	require.Equal(t, T(1), v, "a refused text leaves the value")
}

func TestEnumerations(t *testing.T) {
	checkEnum[privacy.Basis](t, len(privacy.Bases()), false)
	checkEnum[privacy.Category](t, len(privacy.Categories()), false)
	checkEnum[privacy.Action](t, 2, false)
	checkEnum[privacy.Age](t, 3, true)
	checkEnum[privacy.AgePolicy](t, 3, true)
	checkEnum[privacy.ReasonCode](t, 15, false)
	checkEnum[privacy.Disposal](t, 2, true)
	checkEnum[privacy.Standing](t, 3, false)
	checkEnum[privacy.RequestKind](t, len(privacy.RequestKinds()), false)
	checkEnum[privacy.RequestState](t, len(privacy.RequestStates()), false)
	checkEnum[privacy.StepKind](t, 8, false)
	checkEnum[privacy.Form](t, 4, false)
	for _, c := range privacy.Categories() {
		require.Equal(t, c >= privacy.Biometric, c.Sensitive())
	}
	require.False(t, privacy.Category(99).Sensitive())
}
