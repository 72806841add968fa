// Quickstart is the main job: from a purchase log to who the customers are.
//
//	go run ./examples/quickstart
//	go run ./examples/quickstart -purchases log.csv -customer id -date day -amount paid -asof 2026-07-01 -json
//
// Without -purchases it takes a built-in sample, simulated by the generator in
// sample.go. It prints counts and period, the RFM segments, the value pyramid, the
// customer ladder, who moved since a quarter earlier, and the ten customers to look
// after first, with the reason.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	file := flags.String("purchases", "", "purchase log, a CSV `file` with a header; the built-in sample where empty")
	customer := flags.String("customer", "customer", "`name` of the column that identifies the customer")
	date := flags.String("date", "date", "`name` of the column with the date, YYYY-MM-DD")
	amount := flags.String("amount", "amount", "`name` of the column with the amount; negative amounts are refunds")
	currency := flags.String("currency", "", "ISO 4217 `code` of the amounts, which fixes their decimals; up to six where empty")
	asOfFlag := flags.String("asof", "", "as-of `date`: the state at its start; the day after the last row where empty")
	asJSON := flags.Bool("json", false, "print one JSON object")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	var asOf calendar.Day
	if *asOfFlag != "" {
		var err error
		if asOf, err = calendar.ParseDay(*asOfFlag); err != nil {
			return err
		}
	}
	var unit money.Currency
	if *currency != "" {
		var err error
		if unit, err = money.ParseCurrency(*currency); err != nil {
			return err
		}
	}
	log := sample()
	if *file != "" {
		f, err := os.Open(*file)
		if err != nil {
			return err
		}
		defer f.Close()
		options := purchase.Options{Customer: *customer, Date: *date, Amount: *amount, DefaultCurrency: unit}
		if unit == 0 {
			options.Digits = new(anyDigits)
		}
		log = purchase.NewReader[string](f, options).Batches()
	}
	report, err := analyse(log, asOf)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	if *asJSON {
		err = report.writeJSON(w)
	} else {
		report.writeText(w)
	}
	if err != nil {
		return err
	}
	return w.Flush()
}
