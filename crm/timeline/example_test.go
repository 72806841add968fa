package timeline_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

func may(day, hour int) time.Time { return time.Date(2026, 5, day, hour, 0, 0, 0, time.UTC) }

func yuan(n int64) money.Amount { return money.Amount{Minor: n * 100, Currency: money.CNY} }

// journal is what a store returns for one customer.
func journal() []timeline.Activity {
	return []timeline.Activity{
		{Subject: "C-1044", Seq: 1, Kind: timeline.KindContact, At: may(4, 9), Recorded: may(4, 9), Actor: "s-17",
			Touchpoint: "hotline", Channel: timeline.Phone, Direction: timeline.Inbound, Text: "asks for a quotation"},
		{Subject: "C-1044", Seq: 2, Kind: timeline.KindContact, At: may(4, 15), Recorded: may(4, 15), Actor: "s-17",
			Touchpoint: "hotline", Channel: timeline.Phone, Direction: timeline.Outbound, Outcome: timeline.Agreed, Next: may(11, 9)},
		{Subject: "C-1044", Seq: 3, Kind: timeline.KindPrepayment, At: may(6, 10), Recorded: may(6, 10), Actor: "s-17",
			Touchpoint: "cashier", Prepayment: timeline.PrepaymentMove{Deal: "HT-7", Movement: timeline.Received, Amount: yuan(5000)}},
		{Subject: "C-1044", Seq: 4, Kind: timeline.KindPrepayment, At: may(6, 10), Recorded: may(7, 8), Actor: "s-20",
			Touchpoint: "cashier", Prepayment: timeline.PrepaymentMove{Deal: "HT-7", Movement: timeline.Received, Amount: yuan(500)},
			Corrects: 3, Reason: "a zero too many"},
	}
}

func Example() {
	t, err := timeline.New(journal(), timeline.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	last := t.LastContact()
	fmt.Println("last two-way contact", last.TwoWay.Format(time.DateTime))
	if next, ok := t.NextFollowUp(); ok {
		fmt.Println("follow up", next.Due.Format(time.DateTime), "overdue:", next.Overdue(may(12, 0)))
	}
	prepaid, found, err := t.Prepayments(calendar.MustDate(2026, 5, 12))
	fmt.Println(prepaid[0].Deal, prepaid[0].Balance, len(found), err)
	// Output:
	// last two-way contact 2026-05-04 15:00:00
	// follow up 2026-05-11 09:00:00 overdue: true
	// HT-7 500.00 CNY 0 <nil>
}

// As it was known before the correction was recorded.
func ExampleNew_known() {
	t, err := timeline.New(journal(), timeline.Options{Known: may(6, 23)})
	if err != nil {
		fmt.Println(err)
		return
	}
	prepaid, _, err := t.Prepayments(calendar.MustDate(2026, 5, 6))
	fmt.Println(t.Len(), prepaid[0].Balance, err)
	// Output: 3 5000.00 CNY <nil>
}

func ExampleTimeline_Count() {
	t, err := timeline.New(journal(), timeline.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	c := t.Between(may(4, 0), may(5, 0)).Count()
	text, err := json.Marshal(c.ByDirection)
	fmt.Println(c.Total, string(text), err)
	// Output: 2 {"inbound":1,"outbound":1} <nil>
}

func ExampleTimeline_Responses() {
	t, err := timeline.New(journal(), timeline.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range t.Responses() {
		fmt.Println(r.Gap())
	}
	// Output: 6h0m0s true
}

func ExampleTimeline_Prepayments() {
	t, err := timeline.New([]timeline.Activity{
		{Subject: "C-1", Seq: 1, Kind: timeline.KindPrepayment, At: may(1, 9), Recorded: may(1, 9), Actor: "s-1", Touchpoint: "cashier",
			Prepayment: timeline.PrepaymentMove{Deal: "HT-9", Movement: timeline.Received, Amount: yuan(300)}},
		{Subject: "C-1", Seq: 2, Kind: timeline.KindPrepayment, At: may(2, 9), Recorded: may(2, 9), Actor: "s-1", Touchpoint: "cashier",
			Prepayment: timeline.PrepaymentMove{Deal: "HT-9", Movement: timeline.Applied, Amount: yuan(420)}},
	}, timeline.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	balances, found, err := t.Prepayments(calendar.MustDate(2026, 5, 2))
	fmt.Println(balances[0].Balance, err)
	text, err := timeline.Catalogue().Render(found[0], finding.Chinese)
	fmt.Println(found[0].Subject, text, err)
	// Output:
	// -120.00 CNY <nil>
	// HT-9 预收 300.00 元，使用超出：余额 -120.00 元 <nil>
}

func ExampleActivity_Validate() {
	a := timeline.Activity{Subject: "C-1", Kind: timeline.KindMailing, At: may(4, 9), Actor: "s-1", Touchpoint: "post",
		Mailing: timeline.Mailing{What: "contract", Sent: may(5, 9), Delivered: may(4, 9)}}
	fmt.Println(a.Validate())
	// Output:
	// timeline: C-1: direction: is neither inbound nor outbound: invalid
	// timeline: C-1: mailing.delivered: is before sent: invalid
}

func ExampleActivity_Redacted() {
	a := journal()[0]
	kept, apart := a.Redacted(), a.Private()
	fmt.Printf("%q %q %t\n", kept.Text, apart.Text, kept.With(apart) == a)
	// Output: "" "asks for a quotation" true
}

func ExampleNewRegistry() {
	points := []timeline.Touchpoint{
		{Code: "hotline", En: "hotline", Zh: "热线", Channel: timeline.Phone},
		{Code: "handover", En: "handing over the keys", Zh: "交付", Channel: timeline.Visit, JourneyStage: "delivery"},
	}
	r, err := timeline.NewRegistry(points, timeline.RegistryOptions{Stages: []string{"delivery", "living"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	a := journal()[2]
	fmt.Println(r.Check(a))
	a.Touchpoint = "hotline"
	fmt.Println(r.Check(a))
	_, err = timeline.NewRegistry(append(points, points[0]), timeline.RegistryOptions{})
	fmt.Println(err)
	// Output:
	// timeline: C-1044 #3: touchpoint: is not in the registry: not found
	// timeline: C-1044 #3 hotline: channel: is not the touchpoint's: invalid
	// timeline: hotline: code: is there twice: duplicate
}

func ExampleRegistry_Usage() {
	r, err := timeline.NewRegistry([]timeline.Touchpoint{
		{Code: "hotline", En: "hotline", Zh: "热线", Channel: timeline.Phone},
		{Code: "shop", En: "sales office", Zh: "售楼处"},
	}, timeline.RegistryOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	t, err := timeline.New(journal(), timeline.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, u := range r.Usage(t) {
		fmt.Println(u.Code, u.Known, u.Count)
	}
	// Output:
	// cashier false 1
	// hotline true 2
	// shop true 0
}

func ExamplePlans() {
	steps := []timeline.Step{
		{Subject: "C-1", Seq: 5, Plan: "p-1", State: timeline.Planned, Kind: timeline.KindContact, Channel: timeline.Visit,
			From: may(8, 9), Until: may(8, 11), At: may(4, 9), Recorded: may(4, 9), Actor: "s-1"},
		{Subject: "C-1", Seq: 6, Plan: "p-1", State: timeline.Cancelled, At: may(7, 9), Recorded: may(9, 9), Actor: "s-1", Reason: "ill"},
	}
	for _, known := range []time.Time{may(8, 12), {}} {
		plans, err := timeline.Plans(steps, time.Time{}, timeline.Options{Known: known})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(plans[0].State, plans[0].State.Zh(), plans[0].Overdue(may(8, 12)))
	}
	// Output:
	// planned 已计划 true
	// cancelled 已取消 false
}

func ExampleAccept() {
	steps := []timeline.Step{
		{Subject: "C-1", Seq: 1, Plan: "p-1", State: timeline.Planned, Kind: timeline.KindContact, Until: may(8, 11), At: may(4, 9), Recorded: may(4, 9), Actor: "s-1"},
		{Subject: "C-1", Seq: 2, Plan: "p-1", State: timeline.Done, At: may(8, 10), Recorded: may(8, 10), Actor: "s-1"},
	}
	late := timeline.Step{Subject: "C-1", Plan: "p-1", State: timeline.Missed, At: may(8, 11), Recorded: may(9, 9), Actor: "s-2", Reason: "not seen"}
	fmt.Println(timeline.Accept(steps, late))
	late.Corrects = 2
	fmt.Println(timeline.Accept(steps, late))
	// Output:
	// timeline: C-1 #3 p-1: state: no way from done to missed: no such transition
	// <nil>
}
