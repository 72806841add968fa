package crm_test

import (
	"testing"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
)

// TestServices plays the services over [crm.Memory]: leavers against assignments,
// and faults of every kind.
func TestServices(t *testing.T) {
	runs := crmtest.Runs{Leavers: 10_000, Faults: 10_000}
	if testing.Short() {
		runs = crmtest.Runs{Leavers: 300, Faults: 200}
	}
	crmtest.TestServices(t, func(*testing.T) crm.Store { return new(crm.Memory) }, runs)
}
