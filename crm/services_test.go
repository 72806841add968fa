package crm_test

import (
	"os"
	"testing"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
)

// TestServices plays the services over [crm.Memory]: leavers against assignments and
// daily work, and faults of every kind.
func TestServices(t *testing.T) {
	runs := crmtest.Runs{Leavers: 2000, Faults: 1000, Work: 20}
	switch {
	case testing.Short():
		runs = crmtest.Runs{Leavers: 300, Faults: 200, Work: 5}
	case os.Getenv("GUANXI_FULL") != "":
		runs = crmtest.Runs{Leavers: 10_000, Faults: 10_000, Work: 10_000}
	}
	crmtest.TestServices(t, func(*testing.T) crm.Store { return new(crm.Memory) }, runs)
}
