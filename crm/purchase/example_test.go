package purchase_test

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

func ExampleReader_All() {
	log := `customer,date,amount
1,1997-01-01,29.33
1,1997-01-18,29.73
2,1997-01-01,-11.77
`
	for p, err := range purchase.NewReader[int64](strings.NewReader(log), purchase.Options{}).All() {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(p.Customer, p.Day, p.Amount)
	}
	// Output:
	// 1 1997-01-01 29.33
	// 1 1997-01-18 29.73
	// 2 1997-01-01 -11.77
}

// A log as a spreadsheet in China writes it: byte order mark, CRLF, quotes, other
// columns in between.
func ExampleReader_All_chinese() {
	log := "\ufeff订单号,客户,日期,金额,备注\r\n" +
		"D-001,张伟,2025-03-01,1280.00,\"加急,周五前\"\r\n" +
		"D-002,李娜,2025-03-02 09:30,58.5,\r\n"
	r := purchase.NewReader[string](strings.NewReader(log), purchase.Options{
		Customer: "客户", Date: "日期", Amount: "金额", DefaultCurrency: money.CNY,
	})
	for p, err := range r.All() {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(p.Customer, p.Day, p.Amount.Zh())
	}
	// Output:
	// 张伟 2025-03-01 1280.00 元
	// 李娜 2025-03-02 58.50 元
}

func ExampleReader_Batches() {
	log := `customer;amount;date;currency
17;129.90;2025-03-01;CNY
18;45;2025-03-01;CNY
17;3200;2025-03-05;JPY
`
	r := purchase.NewReader[int64](strings.NewReader(log), purchase.Options{Comma: ';', Currency: "currency"})
	for b, err := range r.Batches() {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(b.Currency, b.Customers, b.Days, b.Amounts)
	}
	// Output:
	// CNY [17 18] [2025-03-01 2025-03-01] [12990 4500]
	// JPY [17] [2025-03-05] [3200]
}

func ExampleReader_Skipped() {
	log := `customer,date,amount
1,2025-02-28,10.00
2,2025-02-29,20.00
,2025-03-01,30.00
3,2025-03-01,"40,00"
4,2025-03-02,50.00
`
	r := purchase.NewReader[int64](strings.NewReader(log), purchase.Options{Bad: purchase.Skip})
	rows := 0
	for _, err := range r.All() {
		if err != nil {
			fmt.Println(err)
			return
		}
		rows++
	}
	left := r.Skipped()
	fmt.Println(rows, "rows,", left.Rows, "skipped")
	for _, err := range left.Errors {
		fmt.Println(err)
	}
	// Output:
	// 2 rows, 3 skipped
	// purchase: line 3, column "date", value "2025-02-29": no such date: invalid
	// purchase: line 4, column "customer": is empty: invalid
	// purchase: line 5, column "amount", value "40,00": thousands separator at byte 2: invalid
}

// An error names the place; its text does not name the customer.
func ExampleError() {
	log := "customer,date,amount\n7 ,2025-03-01,1.00\n"
	for _, err := range purchase.NewReader[int64](strings.NewReader(log), purchase.Options{}).All() {
		var at *purchase.Error
		if errors.As(err, &at) {
			fmt.Println(err)
			fmt.Printf("%d %s %q %t\n", at.Line, at.Column, at.Value, errors.Is(err, purchase.ErrInvalid))
		}
	}
	// Output:
	// purchase: line 2, column "customer", value of 2 bytes: not a decimal integer; other ids need a Reader[string]: invalid
	// 2 customer "7 " true
}

func ExampleOptions() {
	log := `account|when|value
A-1|2025/3/1 8:05|0.0375
`
	r := purchase.NewReader[string](strings.NewReader(log), purchase.Options{
		Customer: "account", Date: "when", Amount: "value",
		Comma:      '|',
		DateLayout: "2006/1/2 15:04",
		Digits:     new(4),
	})
	for p, err := range r.All() {
		fmt.Println(p.Customer, p.Day, p.Amount.Minor, money.FormatMinor(p.Amount.Minor, 4), err)
	}
	// Output:
	// A-1 2025-03-01 375 0.0375 <nil>
}

// Half past four in the afternoon in London is after midnight in Shanghai.
func ExampleOptions_location() {
	log := "customer,date,amount\n1,2025-03-01T16:30:00Z,5.00\n"
	shanghai := time.FixedZone("CST", 8*3600) // or time.LoadLocation("Asia/Shanghai")
	for _, location := range []*time.Location{nil, shanghai} {
		r := purchase.NewReader[int64](strings.NewReader(log), purchase.Options{Location: location})
		for p, err := range r.All() {
			fmt.Println(p.Day, err)
		}
	}
	// Output:
	//  purchase: line 2, column "date", value "2025-03-01T16:30:00Z": an offset from UTC needs Options.Location to tell the date: time zone invalid
	// 2025-03-02 <nil>
}

func ExampleBatched() {
	var orders iter.Seq2[purchase.Purchase[string], error] = func(yield func(purchase.Purchase[string], error) bool) {
		day := calendar.MustDate(2025, time.March, 1)
		_ = yield(purchase.Purchase[string]{Customer: "张伟", Day: day, Amount: money.Amount{Minor: 128000, Currency: money.CNY}}, nil) &&
			yield(purchase.Purchase[string]{Customer: "李娜", Day: day + 1, Amount: money.Amount{Minor: 5850, Currency: money.CNY}}, nil)
	}
	for b, err := range purchase.Batched(orders) {
		fmt.Println(b.Customers, b.Days, b.Amounts, b.Currency, err)
	}
	// Output:
	// [张伟 李娜] [2025-03-01 2025-03-02] [128000 5850] CNY <nil>
}

func ExamplePolicy() {
	text, err := purchase.Skip.MarshalText()
	fmt.Printf("%s %s %v\n", text, purchase.Skip.Zh(), err)
	// Output:
	// skip 跳过 <nil>
}
