package approval_test

import (
	"encoding"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/approval"
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
	seen := map[string]bool{}
	for v := T(0); v <= last; v++ {
		text, err := P(&v).MarshalText()
		require.NoError(t, err)
		require.Equal(t, P(&v).String(), string(text))
		require.Equal(t, v < first, len(text) == 0)
		require.Equal(t, v >= first, P(&v).Valid())
		require.Regexp(t, `^([a-z]+(-[a-z]+)*)?$`, string(text))
		require.False(t, seen[string(text)])
		seen[string(text)] = true
		var back T
		require.NoError(t, P(&back).UnmarshalText(text))
		require.Equal(t, v, back)
		require.Equal(t, v >= first, hasHan(P(&v).Zh()))
	}
	for _, v := range []T{last + 1, 255} {
		_, err := P(&v).MarshalText()
		requireRefused(t, err, approval.ErrInvalid, "APR-UNKNOWN")
		require.Equal(t, "??", P(&v).String()+P(&v).Zh())
		require.False(t, P(&v).Valid())
	}
	for _, text := range []string{"?", "Fixed", "nonsense", " "} {
		v := last
		require.ErrorIs(t, P(&v).UnmarshalText([]byte(text)), approval.ErrInvalid)
		require.Equal(t, last, v, "a refused text leaves the value")
	}
}

func TestEnumerations(t *testing.T) {
	checkEnum(t, approval.Free, approval.Fixed)
	checkEnum(t, approval.One, approval.Quorum)
	checkEnum(t, approval.KindApprove, approval.KindNotify)
	checkEnum(t, approval.EmptyFails, approval.EmptyToAdmin)
	checkEnum(t, approval.RejectEnds, approval.RejectToDraft)
	checkEnum(t, approval.ThenEscalate, approval.ThenApprove)
	checkEnum(t, approval.Draft, approval.Withdrawn)
	checkEnum(t, approval.Waiting, approval.PassedOver)
	checkEnum(t, approval.VoteApprove, approval.VoteAbstain)
	checkEnum(t, approval.Create, approval.Tick)
	checkEnum(t, approval.Before, approval.Parallel)
	checkEnum(t, approval.Drafted, approval.Retracted)
	checkEnum(t, approval.FromUser, approval.FromUnit)
	checkEnum(t, approval.Direct, approval.Cumulative)
	checkEnum(t, approval.Expense, approval.Policy)
	checkEnum(t, approval.Equal, approval.Absent)
}
