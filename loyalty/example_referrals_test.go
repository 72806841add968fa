package loyalty_test

import (
	"context"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// Anna brings Ben. A week after his first purchase both have their points; when he
// returns it, they give them back.
func Example_referrals() {
	ctx := context.Background()
	clock := &watch{time.Date(2025, 3, 1, 9, 0, 0, 0, time.UTC)}
	shop := loyalty.Actor{ID: "shop", Sees: loyalty.Everyone()}
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{Referrals: &reward.ReferralPolicy{Zone: time.UTC, WindowDays: 30, HoldDays: 7,
		MinPurchase: money.Amount{Minor: 5000, Currency: money.CNY}, Referrer: reward.Grant{Points: 300}, Friend: reward.Grant{Points: 100}}},
		loyalty.Options{Clock: clock})
	must(err)
	for _, id := range []string{"anna", "ben"} {
		_, err = l.Members.Enrol(ctx, shop, id, loyalty.Call{})
		must(err)
	}
	balances := func() {
		for _, id := range []string{"anna", "ben"} {
			a, err := l.Points.Account(ctx, shop, id)
			must(err)
			fmt.Print(id, " ", points.Balance(a.State), " ")
		}
		r, err := l.Referrals.Get(ctx, shop, "ben")
		must(err)
		fmt.Println(r.State.State(clock.Time))
	}

	_, err = l.Referrals.Register(ctx, shop, "ben", "anna", loyalty.ReferralRequest{}, loyalty.Call{})
	must(err)
	clock.Time = time.Date(2025, 3, 5, 18, 0, 0, 0, time.UTC)
	order := reward.Purchase{ID: "order-1", At: clock.Time, Amount: money.Amount{Minor: 8000, Currency: money.CNY}}
	r, err := l.Referrals.Qualify(ctx, shop, "ben", order, loyalty.Call{Key: "order-1"})
	must(err)
	fmt.Println(r.State, "due", r.Due.Format(time.DateOnly))

	clock.Time = time.Date(2025, 3, 13, 3, 0, 0, 0, time.UTC)
	_, err = l.Due.Run(ctx, shop, loyalty.DueOptions{})
	must(err)
	balances()

	order.Amount.Minor = 0 // all of it came back
	_, err = l.Referrals.Withdraw(ctx, shop, "ben", order, loyalty.Call{Key: "return-1"})
	must(err)
	balances()
	_, err = l.Referrals.Void(ctx, shop, "ben", loyalty.Call{Code: "one-person"})
	must(err)
	for have, err := range l.Referrals.List(ctx, shop, loyalty.ReferralFilter{Referrer: "anna"}) {
		must(err)
		fmt.Println(have.State.Friend, have.State.Posted)
	}
	// Output:
	// qualified due 2025-03-13
	// anna 300 ben 100 rewarded
	// anna 0 ben 0 open
	// ben voided
}
