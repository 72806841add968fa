package crmtest

import (
	"fmt"
	"math/rand/v2"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// sourceDay is the day around which the purchases of the cases lie.
func sourceDay() calendar.Day { return calendar.MustDate(2025, 11, 30) }

// mainCurrency is the one currency of a source, or one of several.
func (f SourceFeatures) mainCurrency() money.Currency {
	if f.Currency != 0 {
		return f.Currency
	}
	return money.CNY
}

func bought(customer string, day calendar.Day, minor int64, currency money.Currency) purchase.Purchase[string] {
	return purchase.Purchase[string]{Customer: customer, Day: day, Amount: money.Amount{Minor: minor, Currency: currency}}
}

// hardLog has the rows on which sources have been seen to fail.
func hardLog(f SourceFeatures, _ bool) []purchase.Purchase[string] {
	day, currency := sourceDay(), f.mainCurrency()
	var all []purchase.Purchase[string]
	for i, id := range storetest.HardIDs() {
		all = append(all, bought(id, day+calendar.Day(i%5), int64(i)*100, currency))
	}
	for _, amount := range []int64{0, 1, -1, 99, 1<<53 + 1, -1<<53 - 1, 1<<62 + 1, -1<<62 - 1, 1<<63 - 1, -1 << 63} {
		all = append(all, bought("amounts", day, amount, currency))
	}
	for range 3 { // rows that are equal are as many purchases
		all = append(all, bought("twice", day, 500, currency), bought("twice", day, -500, currency), bought("twice", day, 0, currency))
	}
	for _, day := range []calendar.Day{calendar.MinDay, calendar.MustDate(1582, 10, 10), calendar.MustDate(1969, 12, 31), calendar.MustDate(1970, 1, 1),
		calendar.MustDate(2000, 2, 29), calendar.MustDate(2024, 12, 31), calendar.MaxDay} {
		all = append(all, bought("days", day, 100, currency))
	}
	if f.Currency == 0 {
		all = append(all, bought("currencies", day, 5, money.JPY), bought("currencies", day, 5, money.USD),
			bought("currencies", day, 5, money.MustCurrency("KWD")), bought("currencies", day, -5, money.EUR))
	}
	return all
}

// randomLog has customers with few and many rows, refunds, zero amounts and equal
// rows, of one currency.
func randomLog(seed uint64, n int, currency money.Currency) []purchase.Purchase[string] {
	r := rand.New(rand.NewPCG(seed, 2))
	var all []purchase.Purchase[string]
	for len(all) < n {
		id := fmt.Sprintf("客户-%d", int(r.ExpFloat64()*float64(n)/12))
		amount := r.Int64N(1_000_000)
		switch r.IntN(6) {
		case 0:
			amount = -amount
		case 1:
			amount = 0
		}
		p := bought(id, sourceDay()+calendar.Day(r.IntN(40)-20), amount, currency)
		all = append(all, p)
		if r.IntN(10) == 0 {
			all = append(all, p)
		}
		if r.IntN(40) == 0 {
			all = append(all, bought("only-refunds-"+id, p.Day, -1-r.Int64N(1000), currency))
		}
	}
	return all
}

func longLog(f SourceFeatures, short bool) []purchase.Purchase[string] {
	if short {
		return randomLog(1, 1500, f.mainCurrency())
	}
	return randomLog(1, 6000, f.mainCurrency())
}

func noLog(SourceFeatures, bool) []purchase.Purchase[string] { return nil }
