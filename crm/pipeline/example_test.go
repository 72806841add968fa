package pipeline_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// An opportunity moves on when the evidence is there, and a refusal says all that is
// missing.
func ExampleFunnel_Move() {
	funnel, err := pipeline.New(pipeline.DefaultProcess())
	if err != nil {
		panic(err)
	}
	now := time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC)
	var journal []stage.Entry[string]
	entry, err := funnel.Move(journal, pipeline.Move{To: "prospect", Now: now, Actor: "s-7"})
	if err != nil {
		panic(err)
	}
	journal = append(journal, entry)

	_, err = funnel.Move(journal, pipeline.Move{To: "visit", Now: now.Add(time.Hour), Actor: "s-7",
		Met: []pipeline.Criterion{{Proof: pipeline.Field, Name: "contact"}}})
	var refused *pipeline.Error
	if errors.As(err, &refused) {
		for _, c := range refused.Missing {
			fmt.Println(c, c.Zh())
		}
	}
	fmt.Println(funnel.Text("visit", finding.Chinese))
	// Output:
	// field need 字段 need
	// activity visit 行动 visit
	// 拜访
}

// What became of earlier deals says how likely a deal in each stage is to be won.
func ExampleFunnel_Probabilities() {
	funnel, err := pipeline.New(pipeline.DefaultProcess())
	if err != nil {
		panic(err)
	}
	var closed []pipeline.Outcome
	for range 30 {
		closed = append(closed, pipeline.Outcome{Reached: "intent"}, pipeline.Outcome{Reached: "sign", Won: true})
	}
	counts, err := funnel.Count(closed)
	if err != nil {
		panic(err)
	}
	list, err := funnel.Probabilities(counts, pipeline.ProbabilityOptions{})
	if err != nil {
		panic(err)
	}
	for _, p := range list {
		fmt.Println(p.Stage, p.Won, "of", p.Of, p.Used)
	}
	// Output:
	// prospect 30 of 60 61/140
	// promote 30 of 60 31/70
	// intent 30 of 60 13/28
	// visit 30 of 30 17/20
	// negotiate 30 of 30 9/10
	// sign 30 of 30 77/80
}

// How often a deal that came as far as a stage was won, and how sure that is.
func ExampleReached_WinRate() {
	funnel, err := pipeline.New(pipeline.DefaultProcess())
	if err != nil {
		panic(err)
	}
	var closed []pipeline.Outcome
	for i := range 200 {
		closed = append(closed, pipeline.Outcome{Reached: []string{"prospect", "visit"}[i%2], Won: i%10 == 1})
	}
	counts, err := funnel.Count(closed)
	if err != nil {
		panic(err)
	}
	for _, c := range counts[2:5] {
		rate, ok := c.WinRate()
		fmt.Printf("%s: %.0f%% of %d, from %.1f%% to %.1f%%, %t\n", c.Stage, 100*rate.Share, rate.N, 100*rate.Low, 100*rate.High, ok)
	}
	// Output:
	// intent: 20% of 100, from 13.3% to 28.9%, true
	// visit: 20% of 100, from 13.3% to 28.9%, true
	// negotiate: 0% of 0, from 0.0% to 0.0%, false
}

// A pipeline with what it is expected to bring, and between which sums that will lie.
func ExampleNewForecast() {
	deal := func(id string, amount int64, p string) pipeline.Deal {
		return pipeline.Deal{ID: id, Amount: money.Amount{Minor: amount * 100, Currency: money.CNY}, P: decimal.RequireFromString(p)}
	}
	today := calendar.MustDate(2026, 11, 22)
	f, err := pipeline.NewForecast([]pipeline.Deal{deal("O-1", 100, "0.5"), deal("O-2", 200, "0.3"), deal("O-3", 50, "0.9"), deal("O-4", 400, "0.1")},
		today, pipeline.Options{})
	if err != nil {
		panic(err)
	}
	low, high, err := f.Amount.Interval(0.9)
	if err != nil {
		panic(err)
	}
	fmt.Println("expected", f.Total.Expected)
	fmt.Println("90 percent:", money.FormatMinor(low, 2), "to", money.FormatMinor(high, 2))
	fmt.Printf("at least 200: %.2f, no deal at all: %.4f\n", f.Amount.AtLeast(20000), f.Wins.AtMost(0))
	// Output:
	// expected 195
	// 90 percent: 50.00 to 550.00
	// at least 200: 0.37, no deal at all: 0.0315
}

// One market moves all deals: what they bring is as much on average, and less certain.
func ExampleOptions() {
	deals := make([]pipeline.Deal, 40)
	for i := range deals {
		deals[i] = pipeline.Deal{ID: fmt.Sprint("O-", i), Amount: money.Amount{Minor: 10_000_00, Currency: money.CNY}, P: decimal.RequireFromString("0.25")}
	}
	today := calendar.MustDate(2026, 11, 22)
	for _, rho := range []float64{0, 0.2} {
		f, err := pipeline.NewForecast(deals, today, pipeline.Options{Rho: rho})
		if err != nil {
			panic(err)
		}
		low, high, err := f.Amount.Interval(0.9)
		if err != nil {
			panic(err)
		}
		fmt.Printf("expected %v, standard deviation %.0f, 90 percent: %s to %s\n", f.Total.Expected, f.StdDev, money.FormatMinor(low, 2), money.FormatMinor(high, 2))
	}
	// Output:
	// expected 100000, standard deviation 27386, 90 percent: 60000.00 to 150000.00
	// expected 100000, standard deviation 63666, 90 percent: 20000.00 to 220000.00
}

// Deals on which nothing has happened, in the language of who reads it.
func ExampleFunnel_Silent() {
	funnel, err := pipeline.New(pipeline.DefaultProcess())
	if err != nil {
		panic(err)
	}
	today := calendar.MustDate(2026, 11, 22)
	found, err := funnel.Silent([]pipeline.Pulse{{ID: "O-9", Stage: "visit", Opened: today - 40, LastAction: today - 15}}, today)
	if err != nil {
		panic(err)
	}
	for _, f := range found {
		text, err := pipeline.Catalogue().Render(f, finding.Chinese)
		if err != nil {
			panic(err)
		}
		fmt.Println(f.Subject, text)
	}
	// Output: O-9 “拜访”阶段已 15 天无有效跟进，上限 14 天
}
