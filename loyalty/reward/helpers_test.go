package reward_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/wording"
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

func TestEnumerations(t *testing.T) {
	wording.Enum(t, reward.Unlimited, reward.Limited, reward.ErrInvalid)
	wording.Enum(t, reward.Instant, reward.Delayed, reward.ErrInvalid)
	wording.Enum(t, reward.Ever, reward.Rolling, reward.ErrInvalid)
	wording.Enum(t, reward.MemberBlocked, reward.TooNew, reward.ErrInvalid)
	wording.Enum(t, reward.Received, reward.WrittenOff, reward.ErrInvalid)
	wording.Enum(t, reward.Placed, reward.Returned, reward.ErrInvalid)
	wording.Enum(t, reward.VoucherIssued, reward.VoucherReturned, reward.ErrInvalid)
	wording.Enum(t, reward.StateIssued, reward.StateReturned, reward.ErrInvalid)
	wording.Enum(t, reward.Registered, reward.Voided, reward.ErrInvalid)
	wording.Enum(t, reward.ReferralOpen, reward.ReferralVoided, reward.ErrInvalid)
}
