package reward_test

import (
	"encoding"
	"errors"
	"fmt"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

func yuan(n int64) money.Amount { return money.Amount{Minor: n * 100, Currency: money.CNY} }

// requireRefused wants an error of the package that wraps the sentinel, is typed
// and names the field.
func requireRefused(t require.TestingT, err, sentinel error, field string) *reward.Error {
	if h, ok := t.(*testing.T); ok {
		h.Helper()
	}
	require.ErrorIs(t, err, sentinel)
	var typed *reward.Error
	require.True(t, errors.As(err, &typed))
	require.Equal(t, field, typed.Field, err)
	require.Contains(t, err.Error(), "reward: ")
	return typed
}

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
		require.ErrorIs(t, err, reward.ErrInvalid)
		require.Equal(t, "??", P(&v).String()+P(&v).Zh())
	}
	for _, text := range []string{"?", "ISSUED", "nonsense", " "} {
		v := last
		require.ErrorIs(t, P(&v).UnmarshalText([]byte(text)), reward.ErrInvalid)
		require.Equal(t, last, v, "a refused text leaves the value")
	}
}

func TestEnumerations(t *testing.T) {
	checkEnum(t, reward.Unlimited, reward.Limited)
	checkEnum(t, reward.Instant, reward.Delayed)
	checkEnum(t, reward.Ever, reward.Rolling)
	checkEnum(t, reward.MemberBlocked, reward.TooNew)
	checkEnum(t, reward.Received, reward.WrittenOff)
	checkEnum(t, reward.Placed, reward.Returned)
	checkEnum(t, reward.VoucherIssued, reward.VoucherReturned)
	checkEnum(t, reward.StateIssued, reward.StateReturned)
	checkEnum(t, reward.Registered, reward.Voided)
	checkEnum(t, reward.ReferralOpen, reward.ReferralVoided)
}
