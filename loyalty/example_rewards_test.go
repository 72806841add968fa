package loyalty_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// Two members want the last mug; one of them gets it, and the other keeps the points.
func Example_rewards() {
	ctx := context.Background()
	desk := loyalty.Actor{ID: "desk-1", Sees: loyalty.Everyone()}
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{Rewards: []reward.Reward{
		{Code: "mug", En: "Mug", Zh: "马克杯", Cost: 500, Cash: money.Amount{Minor: 990, Currency: money.CNY}, Stock: reward.Limited},
	}}, loyalty.Options{})
	must(err)
	for _, id := range []string{"m-1", "m-2"} {
		_, err = l.Members.Enrol(ctx, desk, id, loyalty.Call{})
		must(err)
		_, err = l.Points.Earn(ctx, desk, id, points.EarnCommand{Points: 600}, loyalty.Call{})
		must(err)
	}
	_, err = l.Rewards.Receive(ctx, desk, "mug", 1, loyalty.Call{Ref: "delivery-7"})
	must(err)

	done, err := l.Rewards.Redeem(ctx, desk, "m-1", loyalty.RedemptionRequest{ID: "r-1", Reward: "mug", N: 1}, loyalty.Call{Key: "r-1"})
	must(err)
	fmt.Println(done.Points, "points and", done.Cash, "leave", done.Posted.Available)
	_, err = l.Rewards.Redeem(ctx, desk, "m-2", loyalty.RedemptionRequest{ID: "r-2", Reward: "mug", N: 1}, loyalty.Call{Key: "r-2"})
	fmt.Println(errors.Is(err, reward.ErrOutOfStock))

	back, err := l.Rewards.Return(ctx, desk, "r-1", 1, loyalty.Call{Code: "damaged"})
	must(err)
	fmt.Println(back.Points, "points and", back.Cash, "go back")
	left, err := l.Rewards.WriteOff(ctx, desk, "mug", 1, loyalty.Call{Code: "damaged"})
	must(err)
	fmt.Println("free", left.Free, "written off", left.WrittenOff)
	// Output:
	// 500 points and 9.90 CNY leave 100
	// true
	// 500 points and 9.90 CNY go back
	// free 0 written off 1
}

// A delayed reward is held until it is delivered, in parts if need be.
func ExampleRewards_Deliver() {
	ctx := context.Background()
	desk := loyalty.Actor{ID: "desk-1", Sees: loyalty.Everyone()}
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{Rewards: []reward.Reward{
		{Code: "hamper", En: "Hamper", Cost: 100, Stock: reward.Limited, Delivery: reward.Delayed},
	}}, loyalty.Options{})
	must(err)
	_, err = l.Members.Enrol(ctx, desk, "m-1", loyalty.Call{})
	must(err)
	_, err = l.Points.Earn(ctx, desk, "m-1", points.EarnCommand{Points: 300}, loyalty.Call{})
	must(err)
	_, err = l.Rewards.Receive(ctx, desk, "hamper", 10, loyalty.Call{})
	must(err)
	_, err = l.Rewards.Redeem(ctx, desk, "m-1", loyalty.RedemptionRequest{ID: "r-1", Reward: "hamper", N: 3}, loyalty.Call{})
	must(err)

	_, err = l.Rewards.Deliver(ctx, desk, "r-1", 1, loyalty.Call{Ref: "parcel-5"})
	must(err)
	_, err = l.Rewards.Cancel(ctx, desk, "r-1", 1, loyalty.Call{})
	must(err)
	stock, err := l.Rewards.Stock(ctx, desk, "hamper")
	must(err)
	fmt.Println("free", stock.Free, "held", stock.Held, "out", stock.Out)
	for r, err := range l.Rewards.Redemptions(ctx, desk, loyalty.RedemptionFilter{State: "waiting"}) {
		must(err)
		fmt.Println(r.ID, "waits for", r.State.Waiting())
	}
	r, err := l.Rewards.Redemption(ctx, desk, "r-1")
	must(err)
	fmt.Println("paid for", r.State.Kept(), "of", r.State.N)
	fmt.Println(len(l.Rewards.Catalogue()), "reward in the catalogue")
	// Output:
	// free 8 held 1 out 1
	// r-1 waits for 1
	// paid for 2 of 3
	// 1 reward in the catalogue
}
