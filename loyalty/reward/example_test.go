package reward_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// on is an instant of 2026 in Shanghai.
func on(month time.Month, day, hour int) time.Time {
	return time.Date(2026, month, day, hour, 0, 0, 0, shanghai).UTC()
}

func by(actor string, at time.Time) reward.Act { return reward.Act{Actor: actor, Recorded: at} }

func Example() {
	mug := reward.Reward{Code: "mug", Zh: "马克杯", Cost: 500, Stock: reward.Limited,
		Eligible: reward.Eligibility{Tiers: []string{"gold", "platinum"}}}

	var stock reward.Stock
	in, err := stock.Receive(1, by("warehouse", on(3, 1, 9)))
	if err != nil {
		fmt.Println(err)
		return
	}
	stock, _ = stock.With(in)

	out, err := mug.Redeem(stock, reward.Member{ID: "m-1", Tier: "gold"},
		reward.Request{ID: "r-1", N: 1, Act: by("m-1", on(3, 2, 9))})
	fmt.Println(out.Points, out.Stock[0].Kind, err)
	stock, _ = stock.With(out.Stock[0])

	_, err = mug.Redeem(stock, reward.Member{ID: "m-2", Tier: "gold"},
		reward.Request{ID: "r-2", N: 1, Act: by("m-2", on(3, 2, 10))})
	fmt.Println(errors.Is(err, reward.ErrOutOfStock), err)
	// Output:
	// 500 issued <nil>
	// true reward: stock: too few pieces are free (1 of 0): out of stock: incomplete
}

// Everything that stands against a redemption is said at once.
func ExampleEligibility_Causes() {
	spring := reward.Eligibility{Tiers: []string{"gold"}, Channels: []string{"app"}, MemberMonths: 1,
		First: calendar.MustDate(2026, time.March, 1), Last: calendar.MustDate(2026, time.March, 31)}
	member := reward.Member{ID: "m-1", Tier: "silver", Enrolled: on(3, 15, 20)}
	for _, c := range spring.Causes(member, "app", on(4, 1, 0), shanghai) {
		fmt.Println(c.Why, c.Why.Zh(), c.At.Format(time.DateTime))
	}
	// Output:
	// wrong-tier 等级不符 0001-01-01 00:00:00
	// over 已经结束 2026-03-31 16:00:00
	// too-new 入会时间不足 2026-04-14 16:00:00
}

// A delayed reward is held when it is redeemed, and leaves the stock when it is
// delivered. What is cancelled or comes back is given back by the terms of the day of
// redemption.
func ExampleRedemption_Deliver() {
	bike := reward.Reward{Code: "bike", En: "Bicycle", Cost: 9000, Cash: money.Amount{Minor: 9900, Currency: money.CNY},
		Stock: reward.Limited, Delivery: reward.Delayed, DelayDays: 14}
	stock, _ := reward.FoldStock([]reward.StockEntry{{Kind: reward.Received, N: 5, Act: reward.Act{
		Actor: "warehouse", At: on(3, 1, 9), Recorded: on(3, 1, 9)}}})
	var order reward.Redemption
	do := func(out reward.Outcome, err error) {
		if err != nil {
			fmt.Println(err)
			return
		}
		order, _ = order.With(out.Entry)
		stock, _ = stock.With(out.Stock[0])
		fmt.Println(out.Entry.Kind, out.Points, out.Cash, "free", stock.Free, "held", stock.Held, "out", stock.Out)
	}
	do(bike.Redeem(stock, reward.Member{ID: "m-1"}, reward.Request{ID: "r-1", N: 2, Zone: shanghai, Act: by("m-1", on(3, 2, 9))}))
	do(order.Deliver(stock, 1, by("courier", on(3, 9, 9))))
	do(order.Cancel(stock, 1, by("m-1", on(3, 10, 9))))
	do(order.Return(stock, 1, by("m-1", on(3, 11, 9))))
	do(order.Return(stock, 1, by("m-1", on(3, 11, 9)))) // the same piece again
	// Output:
	// placed 18000 198.00 CNY free 3 held 2 out 0
	// delivered 0 0.00 CNY free 3 held 1 out 1
	// cancelled 9000 99.00 CNY free 4 held 0 out 1
	// returned 9000 99.00 CNY free 5 held 0 out 0
	// reward: returned: concerns more pieces than it can (1 of 0): more than can be given back: no such transition
}

func ExampleVoucher_Use() {
	terms := reward.VoucherTerms{Value: money.Amount{Minor: 10000, Currency: money.CNY}}
	_, terms.Until = reward.Days(0, calendar.MustDate(2026, time.March, 31), shanghai)
	issued, err := terms.Issue(by("shop", on(3, 1, 9)))
	if err != nil {
		fmt.Println(err)
		return
	}
	voucher, _ := reward.FoldVoucher([]reward.VoucherEntry{issued})
	used, _ := voucher.Use("order-1", "m-1", money.Amount{Minor: 6250, Currency: money.CNY}, by("till", on(3, 2, 9)))
	voucher, _ = voucher.With(used)
	fmt.Println(voucher.Remainder(), voucher.State(on(3, 31, 23)), voucher.State(on(4, 1, 0)))

	_, err = voucher.Use("order-2", "m-1", money.Amount{Minor: 5000, Currency: money.CNY}, by("till", on(3, 3, 9)))
	fmt.Println(err)
	// Output:
	// 37.50 CNY issued expired
	// reward: paid: is more than remains (5000 of 3750): limit reached: forbidden
}

func ExampleCodes() {
	codes, err := reward.NewCodes("demo/vouchers", reward.Key{ID: 3, Secret: []byte("0123456789abcdef, never one like this")})
	if err != nil {
		fmt.Println(err)
		return
	}
	code, err := codes.Sign("123456")
	fmt.Println(code, len(code.Reveal()), err) // printing a code shows a mask

	id, err := codes.Verify("  " + code.Reveal()[:12] + " " + code.Reveal()[12:])
	fmt.Println(id, err)
	_, err = codes.Verify("3" + code.Reveal()[2:])
	fmt.Println(errors.Is(err, reward.ErrMistyped), err)
	// Output:
	// ***** 26 <nil>
	// 123456 <nil>
	// true reward: code: its check symbol does not fit: mistyped: invalid
}

func ExampleVoucherTerms_IssueBatch() {
	codes, _ := reward.NewCodes("demo/vouchers", reward.Key{ID: 1, Secret: []byte("0123456789abcdef, never one like this")})
	terms := reward.VoucherTerms{Reward: "spring", Uses: 1, Until: reward.MonthsAfter(on(1, 31, 9), 1, shanghai)}
	batch, err := terms.IssueBatch([]string{"1001", "1002"}, codes, by("marketing", on(1, 31, 9)))
	for _, v := range batch {
		id, err := codes.Verify(v.Code.Reveal())
		fmt.Println(id, v.Entry.Kind, v.Entry.Terms.Until.Format(time.RFC3339), err)
	}
	fmt.Println(err)
	// Output:
	// 1001 issued 2026-02-28T16:00:00Z <nil>
	// 1002 issued 2026-02-28T16:00:00Z <nil>
	// <nil>
}

func ExampleReferralPolicy() {
	policy := reward.ReferralPolicy{Zone: shanghai, WindowDays: 30,
		MinPurchase: money.Amount{Minor: 5000, Currency: money.CNY},
		Referrer:    reward.Grant{Points: 300}, Friend: reward.Grant{Points: 100}}
	var referral reward.Referral
	do := func(e reward.ReferralEntry, err error) {
		if err != nil {
			fmt.Println(err)
			return
		}
		referral, _ = referral.With(e)
		fmt.Println(e.Kind, e.ToReferrer.Points, e.ToFriend.Points, referral.Posted)
	}
	anna, ben := reward.Party{Member: "m-anna"}, reward.Party{Member: "m-ben"}
	do(policy.Register(referral, anna, ben, by("m-ben", on(3, 1, 9))))
	bought := reward.Purchase{ID: "o-1", At: on(3, 5, 12), Amount: money.Amount{Minor: 8000, Currency: money.CNY}}
	do(policy.Qualify(referral, bought, by("till", on(3, 5, 12))))
	do(policy.Grant(referral, nil, by("programme", on(3, 5, 12))))
	bought.Amount.Minor = 3000 // half of it came back
	do(policy.Withdraw(referral, bought, by("till", on(3, 9, 10))))
	// Output:
	// registered 0 0 open
	// qualified 0 0 qualified
	// granted 300 100 rewarded
	// withdrawn 300 100 open
}
