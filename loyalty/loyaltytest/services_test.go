package loyaltytest_test

import (
	"os"
	"testing"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/loyaltytest"
)

// TestServices plays 10,000 interleavings where GUANXI_FULL is set.
func TestServices(t *testing.T) {
	n := 400
	switch {
	case os.Getenv("GUANXI_FULL") != "":
		n = 10_000
	case testing.Short():
		n = 100
	}
	loyaltytest.TestServices(t, func(*testing.T) loyalty.Store { return new(loyalty.Memory) }, loyaltytest.Runs{Faults: n})
}

func TestScenarios(t *testing.T) {
	loyaltytest.TestScenarios(t, func(*testing.T) loyalty.Store { return new(loyalty.Memory) })
}
