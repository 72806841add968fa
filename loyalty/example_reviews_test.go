package loyalty_test

import (
	"context"
	"fmt"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// The host has a look at what comes from a device that it does not know. What would be
// spent is held until somebody decides.
func ExampleReviews() {
	ctx := context.Background()
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{
		Screen: func(_ context.Context, a loyalty.Attempt) (loyalty.Verdict, error) {
			if a.Command == "points.burn" && a.NewDevice && a.Points >= 100 {
				return loyalty.Review, nil
			}
			return loyalty.Pass, nil
		},
	})
	if err != nil {
		panic(err)
	}
	till := loyalty.Actor{ID: "till", Sees: loyalty.Everyone()}
	l.Members.Enrol(ctx, till, "m-1", loyalty.Call{})
	l.Points.Earn(ctx, till, "m-1", points.EarnCommand{Points: 500}, loyalty.Call{})
	for _, n := range []int64{400, 100} {
		held, err := l.Points.Burn(ctx, till, "m-1", points.BurnCommand{Points: n}, loyalty.Call{Device: "hash-of-a-phone", Ref: "basket-9"})
		fmt.Println(held.Available, held.Balance, held.Review != "", err)
	}

	officer := loyalty.Actor{ID: "officer", Sees: loyalty.Everyone()}
	for r, err := range l.Reviews.List(ctx, officer, loyalty.ReviewFilter{State: loyalty.ReviewOpen}) {
		if err != nil {
			panic(err)
		}
		decide := l.Reviews.Approve
		if r.Points > 100 {
			decide = l.Reviews.Reject
		}
		if _, err := decide(ctx, officer, r.ID, loyalty.Call{Reason: "telephoned"}); err != nil {
			panic(err)
		}
	}
	available, err := l.Points.Available(ctx, officer, "m-1")
	fmt.Println(available, err)
	for _, state := range []loyalty.ReviewState{loyalty.ReviewOpen, loyalty.ReviewApproved, loyalty.ReviewRejected} {
		n := 0
		for range l.Reviews.List(ctx, officer, loyalty.ReviewFilter{State: state}) {
			n++
		}
		fmt.Println(state, n)
	}
	// Output:
	// 100 500 true <nil>
	// 0 500 true <nil>
	// 400 <nil>
	// open 0
	// approved 1
	// rejected 1
}
