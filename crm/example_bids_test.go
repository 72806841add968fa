package crm_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
	"github.com/guanxi-go/guanxi/crm/worklist"
)

// What a customer needs, how far we cover it, and against whom: noted with the
// opportunity.
func ExampleOpportunities_NoteSolution() {
	ctx, c := start()
	_, err := c.Opportunities.Open(ctx, boss, crm.OpenOpportunity{ID: "o1", Customer: "c1", Title: "a new lathe", Owner: li, Expectation: crm.Expectation{Amount: yuan(90_000)}})
	must(err)
	for _, n := range []crm.NeedNote{
		{Need: bid.Need{ID: "five-axis", Strength: bid.Must, Source: bid.Stated, Contact: "c1"}, Text: "the old one cannot make impellers"},
		{Need: bid.Need{ID: "quiet", Strength: bid.Wish, Source: bid.Observed}},
	} {
		_, err = c.Opportunities.NoteNeed(ctx, boss, "o1", n)
		must(err)
	}
	_, err = c.Opportunities.NoteSolution(ctx, boss, "o1", crm.SolutionNote{Solution: bid.Solution{ID: "M-800", Price: yuan(90_000),
		Covers: []bid.Cover{{Need: "five-axis", Degree: bid.Fully}, {Need: "quiet", Degree: bid.Partly}}}})
	must(err)
	_, err = c.Opportunities.NoteCompetitor(ctx, boss, "o1", crm.CompetitorNote{Competitor: bid.Competitor{ID: "other-works", Strengths: []string{"price"}, Price: yuan(81_000)}})
	must(err)

	o, err := c.Opportunities.Get(ctx, boss, "o1")
	must(err)
	covered, missing, err := o.Solutions[0].Coverage(o.Needs)
	fmt.Println("covered:", covered, "missing:", missing[0].ID, err)
	gap, err := o.Competitors[0].Gap(o.Solutions[0].Price)
	fmt.Println("their price against ours:", gap, err)
	_, err = c.Opportunities.DropNeed(ctx, boss, "o1", "quiet", crm.Call{})
	fmt.Println(err)
	// Output:
	// covered: 7/8 missing: quiet <nil>
	// their price against ours: -1/10 <nil>
	// crm: opportunity/o1: need: is answered by solution M-800: no such transition
}

// A tender from the invitation to the result: who answers what, what is missing, and that
// nothing is handed in late.
func ExampleBids_Submit() {
	ctx, clock := context.Background(), &set{now: date("2026-05-11").At(9*60, shanghai)}
	c := tendering(ctx, clock)
	id, err := c.Bids.Open(ctx, boss, crm.NewBid{ID: "b1", Opportunity: "o1", Deadline: date("2026-05-20").At(9*60+30, shanghai), Deposit: yuan(10_000),
		ReturnBy: calendar.MustDate(2026, 6, 30), Requirements: []bid.Requirement{{ID: "3.1", Mandatory: true}, {ID: "3.2", Mandatory: true}, {ID: "3.3"}}})
	must(err)
	_, err = c.Bids.Prepare(ctx, boss, id, crm.Call{})
	must(err)
	_, err = c.Bids.Assign(ctx, boss, id, crm.Allotment{Requirements: []string{"3.1", "3.2"}, To: zhao, By: date("2026-05-18").At(18*60, shanghai)})
	must(err)
	_, err = c.Bids.Answer(ctx, boss, id, crm.Answering{Requirements: []string{"3.3"}, Answer: bid.Deviates, Text: "delivery in 60 days instead of 45"})
	must(err)

	own := crm.Actor{ID: "zhao"} // sees nothing but what is given to him
	_, err = c.Bids.Answer(ctx, own, id, crm.Answering{Requirements: []string{"3.1"}, Answer: bid.Complies})
	must(err)
	clock.to(date("2026-05-19"), 9*60)
	for _, staff := range []string{"zhao", "li"} {
		day, err := c.Worklists.Day(ctx, crm.Actor{ID: staff}, staff, crm.DayOptions{Ahead: 1})
		must(err)
		for _, f := range day.Findings(day.Tasks[0], shanghai) {
			text, err := worklist.Catalogue().Render(f, finding.English)
			fmt.Println(staff, f.Subject, text, err)
		}
	}

	_, err = c.Bids.Submit(ctx, boss, id, crm.Call{})
	var refused *bid.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Text(finding.English), "/", refused.Text(finding.Chinese))
	}
	_, err = c.Bids.Answer(ctx, own, id, crm.Answering{Requirements: []string{"3.2"}, Answer: bid.Complies})
	must(err)
	_, err = c.Bids.Pay(ctx, boss, id, date("2026-05-19"), crm.Call{})
	must(err)
	clock.to(date("2026-05-20"), 9*60+31)
	_, err = c.Bids.Submit(ctx, boss, id, crm.Call{})
	fmt.Println(err)
	handedOver := date("2026-05-20").At(9*60+10, shanghai) // the courier's slip says so
	done, err := c.Bids.Submit(ctx, boss, id, crm.Call{At: handedOver})
	fmt.Println(done.To, err)
	_, err = c.Bids.Win(ctx, boss, id, crm.Call{})
	must(err)

	found, err := c.Bids.Watch(ctx, boss, clock.Now().Add(60*24*time.Hour), bid.Options{})
	must(err)
	text, err := bid.Catalogue().Render(found[0], finding.English)
	fmt.Println(text, err)
	// Output:
	// zhao b1 overdue: requirements of a tender are to be answered by 2026-05-18 18:00 <nil>
	// li b1 ahead: a bid is to be handed in by 2026-05-20 09:30 <nil>
	// still missing: 3.2, deposit / 尚缺：3.2, deposit
	// bid: deadline: the deadline has gone by: no such transition
	// submitted <nil>
	// the deposit of 10000.00 CNY was to come back by 2026-06-30, 19 days ago <nil>
}

// tendering is a CRM with an opportunity of li's for which there is a tender.
func tendering(ctx context.Context, clock *set) *crm.CRM {
	c, err := crm.New(new(crm.Memory), crm.Options{Clock: clock, Calendar: office(panics{})})
	must(err)
	_, err = c.Customers.Register(ctx, boss, crm.Registration{ID: "c1", Profile: organisation("一厂"), Owner: li})
	must(err)
	_, err = c.Opportunities.Open(ctx, boss, crm.OpenOpportunity{ID: "o1", Customer: "c1", Owner: li})
	must(err)
	return c
}
