package market_test

import (
	"fmt"

	"github.com/guanxi-go/guanxi/crm/pipeline/market"
)

// Sixty percent of the market is covered, and a quarter of that is ours.
func ExampleOf() {
	table, err := market.Of([]market.Segment{
		{Key: "east", Target: 300, Reached: 280, Total: 600, Covered: 500, Own: 100},
		{Key: "west", Target: 100, Reached: 20, Total: 400, Covered: 100, Own: 50},
	})
	if err != nil {
		panic(err)
	}
	coverage, _ := table.Total.VolumeCoverage()
	within, _ := table.Total.ShareInCovered()
	share, _ := table.Total.Share()
	fmt.Printf("%.2f x %.2f = %.2f\n", coverage, within, share)
	// Output: 0.60 x 0.25 = 0.15
}

// The share went up by five points: because more is covered, although it grew weaker there.
func ExampleExplain() {
	change, err := market.Explain(
		market.Segment{Total: 1000, Covered: 500, Own: 150},
		market.Segment{Total: 1000, Covered: 800, Own: 200},
	)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%+.4f = %+.4f by coverage %+.4f by strength\n", change.Share, change.ByCoverage, change.ByStrength)
	// Output: +0.0500 = +0.0825 by coverage -0.0325 by strength
}
