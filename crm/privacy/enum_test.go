package privacy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestEnumerations(t *testing.T) {
	wording.Enum(t, privacy.Basis(1), privacy.Basis(len(privacy.Bases())), privacy.ErrInvalid)
	wording.Enum(t, privacy.Category(1), privacy.Category(len(privacy.Categories())), privacy.ErrInvalid)
	wording.Enum(t, privacy.Action(1), 2, privacy.ErrInvalid)
	wording.Enum(t, privacy.Age(0), 2, privacy.ErrInvalid)
	wording.Enum(t, privacy.AgePolicy(0), 2, privacy.ErrInvalid)
	wording.Enum(t, privacy.ReasonCode(1), 15, privacy.ErrInvalid)
	wording.Enum(t, privacy.Disposal(0), 1, privacy.ErrInvalid)
	wording.Enum(t, privacy.Standing(1), 3, privacy.ErrInvalid)
	wording.Enum(t, privacy.RequestKind(1), privacy.RequestKind(len(privacy.RequestKinds())), privacy.ErrInvalid)
	wording.Enum(t, privacy.RequestState(1), privacy.RequestState(len(privacy.RequestStates())), privacy.ErrInvalid)
	wording.Enum(t, privacy.StepKind(1), 8, privacy.ErrInvalid)
	wording.Enum(t, privacy.Form(1), 4, privacy.ErrInvalid)
	for _, c := range privacy.Categories() {
		require.Equal(t, c >= privacy.Biometric, c.Sensitive())
	}
	require.False(t, privacy.Category(99).Sensitive())
}
