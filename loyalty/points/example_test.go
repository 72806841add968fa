package points_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// journal keeps an account in these examples; a store does it in earnest.
type journal struct {
	state   points.State
	entries []points.Entry
}

func (j *journal) append(entries []points.Entry, err error) points.Entry {
	if err == nil {
		j.state, err = points.Apply(j.state, entries...)
	}
	if err != nil {
		panic(err)
	}
	j.entries = append(j.entries, entries...)
	return entries[len(entries)-1]
}

func day(text string) time.Time {
	d, err := calendar.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d.Start(nil)
}

func Example() {
	policy := points.Policy{Expiry: points.Expiry{Rule: points.AfterMonths, N: 12}}
	var account journal
	account.append(policy.Earn(account.state, points.EarnCommand{Points: 100, Act: points.Act{Ref: "order-1"}}, day("2025-01-31")))
	account.append(policy.Burn(account.state, points.BurnCommand{Points: 60, Act: points.Act{Ref: "coffee"}}, day("2025-03-01")))

	_, err := policy.Burn(account.state, points.BurnCommand{Points: 60}, day("2025-03-02"))
	var short *points.Error
	if errors.As(err, &short) {
		fmt.Println(short.Available, "of", short.Requested)
	}
	for _, due := range points.Expiring(account.state, day("2027-01-01")) {
		fmt.Println(due.Points, "until", due.At.Format(time.DateTime))
	}
	fmt.Println(points.Available(account.state, day("2026-01-31")), points.Available(account.state, day("2026-02-01")))
	// Output:
	// 40 of 60
	// 40 until 2026-02-01 00:00:00
	// 40 0
}

func ExamplePolicy_Refund() {
	var policy points.Policy
	var account journal
	account.append(policy.Earn(account.state, points.EarnCommand{Points: 100, ExpireAt: day("2025-12-31")}, day("2025-01-01")))
	account.append(policy.Earn(account.state, points.EarnCommand{Points: 50, ExpireAt: day("2025-06-30")}, day("2025-01-02")))
	burn := account.append(policy.Burn(account.state, points.BurnCommand{Points: 120}, day("2025-05-01")))

	// Half of the order comes back: its points go to the lots they came from, the
	// last one first. The service reads the entries after the burn from its journal.
	later := account.entries[burn.Seq:]
	refund := account.append(policy.Refund(account.state, points.RefundCommand{Points: 80, Target: burn, Later: later}, day("2025-05-10")))
	for _, use := range refund.Uses {
		fmt.Println("lot", use.Lot, "gets", use.Points)
	}
	fmt.Println(points.Reversible(burn, account.entries[burn.Seq:]), "of the burn remain")
	// Output:
	// lot 1 gets 70
	// lot 2 gets 10
	// 40 of the burn remain
}

func ExamplePolicy_Clawback() {
	var policy points.Policy // what is missing becomes debt
	var account journal
	earned := account.append(policy.Earn(account.state, points.EarnCommand{Points: 200, QP: 200}, day("2025-01-01")))
	account.append(policy.Burn(account.state, points.BurnCommand{Points: 150}, day("2025-01-02")))
	account.append(policy.Reverse(account.state, points.ReverseCommand{Target: earned, Later: account.entries[1:]}, day("2025-01-03")))
	fmt.Println("balance", points.Balance(account.state), "debt", account.state.Debt, "QP", account.state.QP)

	account.append(policy.Earn(account.state, points.EarnCommand{Points: 180}, day("2025-01-04")))
	fmt.Println("balance", points.Balance(account.state), "debt", account.state.Debt)
	links, _ := points.Trace(account.entries)
	for _, l := range links {
		fmt.Println("entry", l.Debit, "took", l.Points, "of", l.Credit)
	}
	// Output:
	// balance -150 debt 150 QP 0
	// balance 30 debt 0
	// entry 2 took 150 of 1
	// entry 3 took 50 of 1
	// entry 3 took 150 of 4
}

func ExamplePolicy_Capture() {
	var policy points.Policy
	var account journal
	account.append(policy.Earn(account.state, points.EarnCommand{Points: 100}, day("2025-01-01")))
	hold := account.append(policy.Hold(account.state, points.HoldCommand{Points: 80, Until: day("2025-01-09")}, day("2025-01-02")))
	fmt.Println("available", points.Available(account.state, day("2025-01-02")))
	account.append(policy.Capture(account.state, points.CaptureCommand{Hold: hold.Hold, Points: 30}, day("2025-01-03")))
	fmt.Println("available", points.Available(account.state, day("2025-01-03")))
	// Output:
	// available 20
	// available 70
}

func ExamplePolicy_Transfer() {
	var policy points.Policy
	var anna, bo journal
	anna.append(policy.Earn(anna.state, points.EarnCommand{Points: 100, ExpireAt: day("2025-12-31")}, day("2025-01-01")))
	out, in, err := policy.Transfer(anna.state, bo.state, points.TransferCommand{From: "a-1", To: "b-7", Points: 30}, day("2025-02-01"))
	anna.append(out, err)
	bo.append(in, err)
	fmt.Println(points.Balance(anna.state), points.Balance(bo.state), bo.state.Lots[0].ExpireAt.Format(time.DateOnly))
	// Output: 70 30 2025-12-31
}

func ExamplePolicy_BurnPool() {
	var policy points.Policy
	family := make([]journal, 2)
	family[0].append(policy.Earn(points.State{}, points.EarnCommand{Points: 50, ExpireAt: day("2025-12-31")}, day("2025-01-01")))
	family[1].append(policy.Earn(points.State{}, points.EarnCommand{Points: 40, ExpireAt: day("2025-06-30")}, day("2025-01-01")))
	parts, err := policy.BurnPool([]points.State{family[0].state, family[1].state}, points.BurnCommand{Points: 60}, day("2025-02-01"))
	for i := range family {
		fmt.Println(family[i].append(parts[i], err).Amount)
	}
	// Output:
	// -20
	// -40
}

func ExampleDueEntries() {
	var policy points.Policy
	var account journal
	account.append(policy.Earn(account.state, points.EarnCommand{Points: 100, ExpireAt: day("2025-07-01")}, day("2025-01-01")))
	fmt.Println("due", points.NextDue(account.state).Format(time.DateOnly))
	expired := account.append(points.DueEntries(account.state, day("2025-07-09"))) // the job is late
	fmt.Println(expired.Kind, expired.Amount, "at", expired.At.Format(time.DateOnly), "recorded", expired.Recorded.Format(time.DateOnly))
	again, _ := points.DueEntries(account.state, day("2025-07-09"))
	fmt.Println(len(again), "left to do")
	// Output:
	// due 2025-07-01
	// expire -100 at 2025-07-01 recorded 2025-07-09
	// 0 left to do
}

func ExampleBalanceAsOf() {
	var policy points.Policy
	var account journal
	account.append(policy.Earn(account.state, points.EarnCommand{Points: 100}, day("2025-01-10")))
	account.append(policy.Earn(account.state, points.EarnCommand{Points: 40, Act: points.Act{At: day("2025-01-05")}}, day("2025-01-20")))
	fmt.Println("as we see it now:", points.BalanceAsOf(account.entries, day("2025-01-15"), time.Time{}))
	fmt.Println("as we saw it then:", points.BalanceAsOf(account.entries, day("2025-01-15"), day("2025-01-15")))
	// Output:
	// as we see it now: 140
	// as we saw it then: 100
}

func ExampleStatement() {
	var policy points.Policy
	var account journal
	account.append(policy.Earn(account.state, points.EarnCommand{Points: 100}, day("2025-01-10")))
	account.append(policy.Earn(account.state, points.EarnCommand{Points: 50, ExpireAt: day("2025-02-20")}, day("2025-02-01")))
	account.append(policy.Burn(account.state, points.BurnCommand{Points: 30}, day("2025-02-10")))
	february, _ := points.Statement(account.entries, day("2025-02-01"), day("2025-03-01"))
	fmt.Println("opening", february.Opening)
	for _, line := range february.Lines {
		fmt.Println(line.Kind, line.Kind.Zh(), line.Credits-line.Debits)
	}
	fmt.Println("closing", february.Closing)
	// Output:
	// opening 100
	// earn 获取 50
	// burn 消耗 -30
	// expire 过期 -20
	// closing 100
}

func ExampleExpiry() {
	// A year, to the end of the quarter, on the clocks of Chatham.
	rule := points.Expiry{Rule: points.AfterMonths, N: 12, Round: points.ToQuarter}
	end, _ := rule.At(day("2025-02-14"), time.FixedZone("CHADT", 13*3600+45*60))
	fmt.Println(end.Format(time.RFC3339))
	// Output: 2026-03-31T10:15:00Z
}

func ExampleState_MarshalBinary() {
	var policy points.Policy
	var account journal
	account.append(policy.Earn(account.state, points.EarnCommand{Points: 100}, day("2025-01-10")))
	saved, _ := account.state.MarshalBinary()
	var loaded points.State
	err := loaded.UnmarshalBinary(saved)
	fmt.Println(points.Balance(loaded), err)
	// Output: 100 <nil>
}

func ExampleState_Fold() {
	var policy points.Policy
	var state points.State // a service reads it, and has it to itself
	for _, now := range []string{"2025-01-01", "2025-02-01"} {
		entries, err := policy.Earn(state, points.EarnCommand{Points: 30}, day(now))
		if err == nil {
			err = state.Fold(entries...)
		}
		if err != nil {
			panic(err) // state is to be read again
		}
	}
	fmt.Println(points.Balance(state))
	// Output:
	// 60
}

func ExampleDecodeEntry() {
	var policy points.Policy
	var account journal
	account.append(policy.Earn(account.state, points.EarnCommand{Points: 100, Act: points.Act{Ref: "order-1"}}, day("2025-01-31")))
	account.append(policy.Burn(account.state, points.BurnCommand{Points: 60, Act: points.Act{Ref: "coffee"}}, day("2025-03-01")))

	var saved []byte
	for _, e := range account.entries {
		var err error
		if saved, err = e.AppendBinary(saved); err != nil {
			panic(err)
		}
	}
	fmt.Println(len(saved), "bytes")
	for len(saved) > 0 {
		e, rest, err := points.DecodeEntry(saved)
		if err != nil {
			panic(err) // ErrVersion: cut off, damaged, or of another version
		}
		fmt.Println(e.Seq, e.Kind, e.Amount, e.Ref)
		saved = rest
	}
	// Output:
	// 58 bytes
	// 1 earn 100 order-1
	// 2 burn -60 coffee
}
