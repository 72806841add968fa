package owner_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestEnumerations(t *testing.T) {
	wording.Enum(t, owner.Assigned, owner.Corrected, owner.ErrInvalid)
	wording.Enum(t, owner.KeyAccount, owner.OpenDispute, owner.ErrInvalid)
	wording.Enum(t, owner.NoAction, owner.OwnerLeft, owner.ErrInvalid)
	wording.Enum(t, owner.RoundRobin, owner.Manual, owner.ErrInvalid)
	wording.Enum(t, owner.Inactive, owner.Nobody, owner.ErrInvalid)
	wording.Enum(t, owner.ByCount, owner.ByRule, owner.ErrInvalid)
	wording.Enum(t, owner.Customers, owner.Delegations, owner.ErrInvalid)
	wording.Enum(t, owner.Opened, owner.Cancelled, owner.ErrInvalid)
	wording.Enum(t, owner.NeedFreeze, owner.NeedSignature, owner.ErrInvalid)
	require.Len(t, owner.Matters(), 11)
	require.False(t, owner.Kind(0).Valid() || owner.Matter(12).Valid() || owner.StepKind(0).Valid())
	require.True(t, owner.Split(0).Valid() && owner.Method(0).Valid() && !owner.Method(4).Valid())
}
