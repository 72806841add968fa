package money_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

func Example() {
	price, err := money.ParseAmount("12.30", money.CNY)
	if err != nil {
		fmt.Println(err)
		return
	}
	total, err := price.Add(money.Amount{Minor: 300, Currency: money.CNY})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(total, total.Zh(), total.Wan())

	_, err = total.Add(money.Amount{Minor: 300, Currency: money.USD})
	fmt.Println(errors.Is(err, money.ErrCurrency), err)
	// Output:
	// 15.30 CNY 15.30 元 0.00153 万元
	// true money: currency: CNY meets USD: currency mismatch
}

func ExampleParseMinor() {
	for _, text := range []string{"29.330", ".5", "-7", "29.331", "1,234.50", "１２"} {
		minor, err := money.ParseMinor(text, money.CNY.Digits())
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(minor)
	}
	// Output:
	// 2933
	// 50
	// -700
	// money: amount: more fraction digits than the minor unit has at byte 5: invalid
	// money: amount: thousands separator at byte 1: invalid
	// money: amount: character outside ASCII at byte 0: invalid
}

func ExampleFormatMinor() {
	fmt.Println(money.FormatMinor(-5, 2), money.FormatMinor(1200, 0), money.FormatMinor(1234, 3))
	// Output: -0.05 1200 1.234
}

func ExampleAppendMinor() {
	line := append([]byte(nil), "C-1044,"...)
	line = money.AppendMinor(line, 128050, 2)
	fmt.Println(string(line))
	// Output: C-1044,1280.50
}

func ExampleParseCurrency() {
	c, err := money.ParseCurrency("JPY")
	fmt.Println(c, c.Zh(), c.Digits(), c == money.JPY, err)
	_, err = money.ParseCurrency("yen")
	fmt.Println(err)
	// Output:
	// JPY 日元 0 true <nil>
	// money: currency: is not three upper-case letters: invalid
}

func ExampleFromDecimal() {
	d := decimal.RequireFromString("12.345")
	for _, mode := range []money.Rounding{money.HalfEven, money.HalfUp, money.Exact} {
		a, err := money.FromDecimal(d, money.CNY, mode)
		if err != nil {
			fmt.Println(mode, err)
			continue
		}
		fmt.Println(mode, a, a.Decimal())
	}
	// Output:
	// half-even 12.34 CNY 12.34
	// half-up 12.35 CNY 12.35
	// exact money: amount: is not a whole number of minor units: invalid
}

func ExampleAmount_MarshalJSON() {
	out, err := json.Marshal(money.Amount{Minor: 1230, Currency: money.CNY})
	fmt.Println(string(out), err)
	var back money.Amount
	err = json.Unmarshal([]byte(`{"amount":"12.305","currency":"CNY"}`), &back)
	fmt.Println(err)
	// Output:
	// {"amount":"12.30","currency":"CNY"} <nil>
	// money: amount: more fraction digits than the minor unit has at byte 5: invalid
}

// A tax of 13 % on 19.99 yuan, as an invoice has it.
func ExampleRatio_Mul() {
	rate, err := money.ParseRatio("0.13")
	if err != nil {
		fmt.Println(err)
		return
	}
	tax, err := rate.Mul(1999, money.HalfUp)
	fmt.Println(rate, tax, err)
	// Output: 13/100 260 <nil>
}

func ExampleRatio_Cmp() {
	a, b := money.Ratio{Num: 1, Den: 3}, money.Ratio{Num: 333333333333, Den: 1000000000000}
	order, err := a.Cmp(b)
	fmt.Println(order, err)
	// Output: 1 <nil>
}

func ExampleRounding() {
	half := money.Ratio{Num: 1, Den: 2}
	for mode := money.HalfEven; mode < money.Exact; mode++ {
		up, _ := half.Mul(5, mode)
		down, _ := half.Mul(-5, mode)
		fmt.Println(mode, mode.Zh(), up, down)
	}
	// Output:
	// half-even 四舍六入五成双 2 -2
	// half-up 四舍五入 3 -3
	// half-down 五舍六入 2 -2
	// up 进位 3 -3
	// down 舍位 2 -2
	// ceiling 向上取整 3 -2
	// floor 向下取整 2 -3
}

// 100 yuan over three departments by headcount.
func ExampleAllocate() {
	parts, err := money.Allocate(10000, []int64{17, 23, 11})
	fmt.Println(parts, parts[0]+parts[1]+parts[2], err)
	_, err = money.Allocate(10000, []int64{17, -1})
	fmt.Println(err)
	// Output:
	// [3333 4510 2157] 10000 <nil>
	// money: weights[1]: below zero: invalid
}

func ExampleSplit() {
	parts, err := money.Split(10000, 3)
	fmt.Println(parts, err)
	// Output: [3334 3333 3333] <nil>
}

func ExampleConvert() {
	rates, err := money.NewRateTable([]money.Quote{
		{From: money.USD, To: money.CNY, Since: calendar.MustDate(2026, 1, 1), Rate: money.Ratio{Num: 71234, Den: 10000}},
		{From: money.JPY, To: money.CNY, Since: calendar.MustDate(2026, 1, 1), Rate: money.Ratio{Num: 475, Den: 10000}},
	}, money.RateTableOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	day := calendar.MustDate(2026, 3, 31)
	for _, a := range []money.Amount{{Minor: 1999, Currency: money.USD}, {Minor: 1999, Currency: money.JPY}} {
		yuan, err := money.Convert(a, money.CNY, day, rates, money.HalfUp)
		fmt.Println(a, "=", yuan, err)
	}
	_, err = money.Convert(money.Amount{Minor: 1999, Currency: money.USD}, money.CNY,
		calendar.MustDate(2025, 12, 31), rates, money.HalfUp)
	fmt.Println(err)
	// Output:
	// 19.99 USD = 142.40 CNY <nil>
	// 1999 JPY = 94.95 CNY <nil>
	// money: rate: none from USD to CNY on 2025-12-31: currency mismatch
}

func ExampleNewRateTable() {
	rates, err := money.NewRateTable([]money.Quote{
		{From: money.USD, To: money.CNY, Since: calendar.MustDate(2026, 1, 1), Rate: money.Ratio{Num: 71, Den: 10}},
	}, money.RateTableOptions{Inverse: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rates.Rate(money.CNY, money.USD, calendar.MustDate(2026, 2, 1)))
	// Output: 10/71 <nil>
}
