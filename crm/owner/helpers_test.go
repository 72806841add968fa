package owner_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/owner"
)

// tick is the n-th hour of a made-up history.
func tick(n int) time.Time { return time.Date(2026, 1, 1, n, 0, 0, 0, time.UTC) }

// act is what somebody does at once, with a reason.
func act(actor string, at time.Time) owner.Act {
	return owner.Act{Actor: actor, Recorded: at, Code: "why"}
}

func staff(id string) owner.Staff { return owner.Staff{ID: id, Path: "/u/" + id, Active: true} }

// requireRefused wants an error of the package that wraps the sentinel, is typed
// and names the field.
func requireRefused(t require.TestingT, err, sentinel error, field string) *owner.Error {
	if h, ok := t.(*testing.T); ok {
		h.Helper()
	}
	require.ErrorIs(t, err, sentinel)
	var typed *owner.Error
	require.True(t, errors.As(err, &typed))
	require.Equal(t, field, typed.Field)
	require.Contains(t, err.Error(), "owner: ")
	return typed
}

func fold(t require.TestingT, journal []owner.Entry) owner.Holding {
	h, err := owner.Fold(journal)
	require.NoError(t, err)
	return h
}
