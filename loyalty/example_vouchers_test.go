package loyalty_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// A voucher over 100 yuan, used at a till by its code.
func Example_vouchers() {
	ctx := context.Background()
	till := loyalty.Actor{ID: "till-1", Sees: loyalty.Everyone()}
	codes, err := reward.NewCodes("shop/vouchers", reward.Key{ID: 1, Secret: []byte("take 32 bytes of crypto/rand here")})
	must(err)
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{Codes: codes})
	must(err)
	yuan := func(n int64) money.Amount { return money.Amount{Minor: n * 100, Currency: money.CNY} }

	issued, err := l.Vouchers.Issue(ctx, till, "1001", reward.VoucherTerms{Value: yuan(100)}, loyalty.Call{Key: "gift-1"})
	must(err)
	code := issued.Codes[0].Reveal() // for the letter, and for nobody else
	fmt.Println(issued.Codes[0], len(code))

	used, err := l.Vouchers.UseCode(ctx, till, code, loyalty.VoucherUse{ID: "order-5", Paid: yuan(70)}, loyalty.Call{Key: "order-5"})
	must(err)
	fmt.Println("left", used.Remainder)
	_, err = l.Vouchers.UseCode(ctx, till, code, loyalty.VoucherUse{ID: "order-6", Paid: yuan(40)}, loyalty.Call{Key: "order-6"})
	fmt.Println(errors.Is(err, reward.ErrLimit))

	used, err = l.Vouchers.Undo(ctx, till, "1001", "order-5", yuan(20), loyalty.Call{})
	must(err)
	fmt.Println("left", used.Remainder)
	v, err := l.Vouchers.ByCode(ctx, till, code)
	must(err)
	fmt.Println(v.ID, v.State.Uses[0].ID, v.State.Uses[0].Paid)
	used, err = l.Vouchers.Cancel(ctx, till, v.ID, loyalty.Call{Code: "lost"})
	must(err)
	fmt.Println(used.State)
	// Output:
	// ***** 23
	// left 30.00 CNY
	// true
	// left 50.00 CNY
	// 1001 order-5 50.00 CNY
	// cancelled
}

// A campaign: a batch of single-use vouchers, which end with April.
func ExampleVouchers_IssueBatch() {
	ctx := context.Background()
	clock := &watch{time.Date(2025, 4, 1, 9, 0, 0, 0, time.UTC)}
	till := loyalty.Actor{ID: "till-1", Sees: loyalty.Everyone()}
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{Clock: clock})
	must(err)
	terms := reward.VoucherTerms{Reward: "spring", Uses: 1, Until: time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC)}
	_, err = l.Vouchers.IssueBatch(ctx, till, terms, loyalty.VoucherBatch{IDs: []string{"501", "502", "503"}}, loyalty.Call{Key: "spring"})
	must(err)
	_, err = l.Vouchers.Use(ctx, till, "502", loyalty.VoucherUse{ID: "order-9"}, loyalty.Call{})
	must(err)
	_, err = l.Vouchers.Return(ctx, till, "503", loyalty.Call{})
	must(err)

	clock.Time = time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC)
	_, err = l.Vouchers.Use(ctx, till, "501", loyalty.VoucherUse{ID: "order-10"}, loyalty.Call{})
	fmt.Println(errors.Is(err, reward.ErrNotValid))
	_, err = l.Due.Run(ctx, till, loyalty.DueOptions{})
	must(err)
	for v, err := range l.Vouchers.List(ctx, till, loyalty.VoucherFilter{Reward: "spring"}) {
		must(err)
		fmt.Println(v.ID, v.State.State(clock.Time))
	}
	// Output:
	// true
	// 501 expired
	// 502 redeemed
	// 503 returned
}

// Points for a voucher: burned and issued in one commit.
func ExampleRewards_Redeem() {
	ctx := context.Background()
	app := loyalty.Actor{ID: "m-1", Sees: loyalty.Only("m-1")}
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{Rewards: []reward.Reward{{Code: "tea", En: "A cup of tea", Cost: 50}}}, loyalty.Options{})
	must(err)
	_, err = l.Members.Enrol(ctx, app, "m-1", loyalty.Call{})
	must(err)
	_, err = l.Points.Earn(ctx, app, "m-1", points.EarnCommand{Points: 120}, loyalty.Call{})
	must(err)
	done, err := l.Rewards.Redeem(ctx, app, "m-1", loyalty.RedemptionRequest{Reward: "tea", N: 2,
		Voucher: &reward.VoucherTerms{Member: "m-1", Uses: 1}}, loyalty.Call{Key: "tap-81"})
	must(err)
	fmt.Println(done.Posted.Available, "left,", len(done.Vouchers), "vouchers")
	v, err := l.Vouchers.Get(ctx, app, done.Vouchers[0])
	must(err)
	fmt.Println(v.State.Terms.Reward, v.Redemption == done.Redemption)
	// Output:
	// 20 left, 2 vouchers
	// tea true
}
