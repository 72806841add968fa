package crmtest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

var counter = crm.Subject{Kind: "counter", ID: "c"}

func TestFaulty(t *testing.T) { crmtest.Kit.TestFaulty(t) }

func TestInterleave(t *testing.T) { crmtest.Kit.TestInterleave(t) }

// Without faults a Faulty hands everything on.
func TestFaultyWithoutFaults(t *testing.T) {
	open := func(*testing.T) crm.Store { return crmtest.NewFaulty(new(crm.Memory), 1, crmtest.Rates{}) }
	features := crmtest.Features{NoOutbox: true, NoPruner: true, Parallel: true}
	crmtest.TestStore(t, open, features)
	crmtest.TestConcurrency(t, open, features)
}

func TestClock(t *testing.T) { crmtest.Kit.TestClock(t) }

// The reads of customers fail as the others do.
func TestFaultyReadsOfCustomers(t *testing.T) {
	faulty := crmtest.NewFaulty(new(crm.Memory), 1, crmtest.Rates{ErrRead: 1})
	_, err := faulty.Customer(t.Context(), "p")
	require.ErrorIs(t, err, crmtest.ErrInjected)
	require.ErrorIs(t, storetest.Last(faulty.Customers(t.Context(), crm.CustomerFilter{})), crmtest.ErrInjected)
}
