package loyaltytest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/loyaltytest"
)

var counter = loyalty.Subject{Kind: "counter", ID: "c"}

func TestFaulty(t *testing.T) { loyaltytest.Kit.TestFaulty(t) }

func TestInterleave(t *testing.T) { loyaltytest.Kit.TestInterleave(t) }

// Without faults a Faulty hands everything on.
func TestFaultyWithoutFaults(t *testing.T) {
	open := func(*testing.T) loyalty.Store {
		return loyaltytest.NewFaulty(new(loyalty.Memory), 1, loyaltytest.Rates{})
	}
	features := loyaltytest.Features{NoOutbox: true, NoPruner: true, Parallel: true}
	loyaltytest.TestStore(t, open, features)
	loyaltytest.TestConcurrency(t, open, features)
}

func TestClock(t *testing.T) { loyaltytest.Kit.TestClock(t) }

// The reads of accounts fail as the others do.
func TestFaultyReadsOfAccounts(t *testing.T) {
	faulty := loyaltytest.NewFaulty(new(loyalty.Memory), 1, loyaltytest.Rates{ErrRead: 1})
	_, err := faulty.Account(t.Context(), "p")
	require.ErrorIs(t, err, loyaltytest.ErrInjected)
	require.ErrorIs(t, storetest.Last(faulty.Accounts(t.Context(), loyalty.AccountFilter{})), loyaltytest.ErrInjected)
	require.ErrorIs(t, storetest.Last(faulty.Postings(t.Context(), loyalty.PostingFilter{})), loyaltytest.ErrInjected)
}
