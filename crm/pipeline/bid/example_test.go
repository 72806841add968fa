package bid_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
)

// A bid is handed in complete and in time, or not at all.
func ExampleBid_Submit() {
	b := bid.Bid{ID: "b1", State: bid.Preparing, Deadline: time.Date(2026, 5, 20, 9, 30, 0, 0, time.UTC),
		Requirements: []bid.Requirement{{ID: "3.1", Mandatory: true, Answer: bid.Complies}, {ID: "3.2", Mandatory: true, Answer: bid.Deviates}},
		Deposit:      money.Amount{Minor: 50_000_00, Currency: money.CNY}}
	_, err := b.Submit(b.Deadline.Add(-time.Hour))
	var refused *bid.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Text(finding.English))
	}
	_, err = b.Submit(b.Deadline.Add(time.Minute))
	if errors.As(err, &refused) {
		fmt.Println(refused.Text(finding.Chinese))
	}
	// Output:
	// still missing: 3.2, deposit
	// 已过投标截止时间
}

// How much of what the customer needs do we offer?
func ExampleSolution_Coverage() {
	needs := []bid.Need{{ID: "speed", Strength: bid.Must, Source: bid.Stated}, {ID: "colour", Strength: bid.Wish, Source: bid.Inferred},
		{ID: "service", Strength: bid.Want, Source: bid.Observed}}
	s := bid.Solution{ID: "s1", Covers: []bid.Cover{{Need: "speed", Degree: bid.Fully}, {Need: "service", Degree: bid.Partly}}}
	share, missing, err := s.Coverage(needs)
	if err != nil {
		panic(err)
	}
	fmt.Println(share)
	for _, n := range missing {
		fmt.Println(n.ID, n.Strength.Zh())
	}
	// Output:
	// 2/3
	// service 希望
	// colour 可有可无
}
