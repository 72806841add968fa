package main

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

// sampleCustomers is the size of the built-in sample.
const sampleCustomers = 800

// sample simulates a shop's log of two years, the same in every run. It follows
// the Pareto/NBD picture of a customer base (Schmittlein, Morrison and Colombo,
// Management Science 33(1), 1987): a customer arrives on any day but the last
// month's; buys at random at a rate of his own, exponential around one purchase in
// 60 days; stays for a time of his own, exponential around 400 days; and spends an
// amount around his own usual one, both log-normal. One purchase in fifty is
// returned within two weeks.
func sample() iter.Seq2[purchase.Batch[string], error] {
	rng := rand.New(rand.NewPCG(20260101, 1))
	start := calendar.MustDate(2024, time.January, 1)
	const days = 731
	return purchase.Batched(func(yield func(purchase.Purchase[string], error) bool) {
		for c := range sampleCustomers {
			id := fmt.Sprintf("C%04d", c+1)
			between := 60 / rng.ExpFloat64()
			usual := math.Exp(4.2 + 0.7*rng.NormFloat64())
			first := rng.Float64() * 700
			end := min(days, first+400*rng.ExpFloat64())
			for at := first; at < end; at += max(1, between*rng.ExpFloat64()) {
				minor := int64(math.Round(100 * usual * math.Exp(0.3*rng.NormFloat64())))
				p := purchase.Purchase[string]{
					Customer: id, Day: start + calendar.Day(at),
					Amount: money.Amount{Minor: minor, Currency: money.CNY},
				}
				if !yield(p, nil) {
					return
				}
				back := at + 1 + 13*rng.Float64()
				if rng.IntN(50) == 0 && back < days {
					p.Day, p.Amount.Minor = start+calendar.Day(back), -minor
					if !yield(p, nil) {
						return
					}
				}
			}
		}
	})
}
