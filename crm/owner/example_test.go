package owner_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// on is an instant of 2026 in Shanghai.
func on(month time.Month, day, hour int) time.Time {
	return time.Date(2026, month, day, hour, 0, 0, 0, shanghai).UTC()
}

func Example() {
	policy := owner.Policy{Zone: shanghai, ProtectDays: 30}
	li := owner.Staff{ID: "s-li", Path: "group/east/sales/", Active: true}
	wang := owner.Staff{ID: "s-wang", Path: "group/east/sales/", Active: true}

	var journal []owner.Entry
	entry, err := policy.Claim(owner.Holding{}, li, owner.Act{Actor: "s-li", Recorded: on(3, 2, 9)})
	if err != nil {
		fmt.Println(err)
		return
	}
	journal = append(journal, entry)

	holding, err := owner.Fold(journal)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = policy.Claim(holding, wang, owner.Act{Actor: "s-wang", Recorded: on(3, 2, 10)})
	fmt.Println(errors.Is(err, owner.ErrTaken))
	fmt.Println(err)

	entry, err = policy.Transfer(holding, wang, owner.Act{Actor: "s-head", Recorded: on(3, 20, 9), Code: "territory"})
	if err != nil {
		fmt.Println(err)
		return
	}
	journal = append(journal, entry)
	holding, err = owner.At(journal, on(3, 10, 0), time.Time{})
	fmt.Println(holding.Owner, err)
	// Output:
	// true
	// owner: holder: held by s-li until 2026-04-01T16:00:00Z: taken
	// s-li <nil>
}

func ExampleSpans() {
	journal := []owner.Entry{
		{Kind: owner.Assigned, To: "s-1", Actor: "s-head", At: on(1, 5, 9), Recorded: on(1, 5, 9)},
		{Kind: owner.Released, From: "s-1", Pool: "east", Actor: "s-1", Code: "no-need", At: on(2, 1, 9), Recorded: on(2, 1, 9)},
		{Kind: owner.Claimed, To: "s-2", Actor: "s-2", At: on(2, 20, 9), Recorded: on(2, 20, 9)},
	}
	spans, err := owner.Spans(journal, time.Time{})
	for _, s := range spans {
		fmt.Printf("%q %q %s\n", s.Owner, s.Pool, s.From.Format(time.DateOnly))
	}
	fmt.Println(err)
	// Output:
	// "s-1" "" 2026-01-05
	// "" "east" 2026-02-01
	// "s-2" "" 2026-02-20
	// <nil>
}

// A correction changes what is known about the past; what was known before can
// still be asked.
func ExamplePolicy_Correct() {
	journal := []owner.Entry{
		{Kind: owner.Assigned, To: "s-1", Actor: "s-head", At: on(1, 5, 9), Recorded: on(1, 5, 9)},
	}
	var policy owner.Policy
	before, _ := owner.At(journal, on(1, 5, 8), time.Time{})
	latest, _ := owner.Fold(journal)
	entry, err := policy.Correct(before, latest, owner.Staff{ID: "s-2"}, owner.Act{
		Actor: "s-head", Approver: "s-boss", At: on(1, 5, 9), Recorded: on(1, 8, 9), Code: "typing-error"})
	if err != nil {
		fmt.Println(err)
		return
	}
	journal = append(journal, entry)
	now, _ := owner.At(journal, on(1, 6, 0), time.Time{})
	then, _ := owner.At(journal, on(1, 6, 0), on(1, 7, 0))
	fmt.Println(now.Owner, then.Owner)
	// Output: s-2 s-1
}

// Two say that a customer is theirs; until the ruling nobody else gets it.
func ExamplePolicy_Dispute() {
	var policy owner.Policy
	holding := owner.Holding{Owner: "s-1", Since: on(1, 5, 9)}
	other := owner.Staff{ID: "s-2", Active: true}
	entry, err := policy.Dispute(holding, other, owner.Act{Actor: "s-2", Recorded: on(2, 1, 9), Ref: "reg-88", Code: "registered-first"})
	if err != nil {
		fmt.Println(err)
		return
	}
	holding, err = holding.With(entry)
	fmt.Println(holding.Owner, holding.Claimants, err)

	entry, err = policy.Resolve(holding, other, owner.Act{Actor: "s-head", Recorded: on(2, 3, 9), Code: "signed-contract"})
	if err != nil {
		fmt.Println(err)
		return
	}
	holding, err = holding.With(entry)
	fmt.Println(holding.Owner, holding.Disputed(), err)
	// Output:
	// s-1 [s-2] <nil>
	// s-2 false <nil>
}

// Who gave a customer back may not take it again at once.
func ExamplePolicy_Release() {
	policy := owner.Policy{Zone: shanghai, CoolDownDays: 30}
	li := owner.Staff{ID: "s-1", Active: true}
	holding := owner.Holding{Owner: "s-1", Since: on(1, 5, 9)}
	entry, err := policy.Release(holding, "east", "", owner.Act{Actor: "s-1", Recorded: on(2, 1, 9), Code: "no-need"})
	if err != nil {
		fmt.Println(err)
		return
	}
	holding, err = holding.With(entry)
	fmt.Println(holding.Pool, err)
	_, err = policy.Claim(holding, li, owner.Act{Actor: "s-1", Recorded: on(2, 2, 9)})
	fmt.Println(errors.Is(err, owner.ErrCoolDown), err)
	// Output:
	// east <nil>
	// true owner: cool_down_days: may not claim it back s-1 until 2026-03-02T16:00:00Z: cooling down: forbidden
}

func ExamplePoolPolicy_Recycle() {
	policy := owner.PoolPolicy{
		Zone:     shanghai,
		Rules:    []owner.PoolRule{{ID: "standard", Pool: "east", NoActionDays: 60}},
		WarnDays: []int{7, 3, 1},
	}
	facts := owner.Facts{
		Holding:    owner.Holding{Owner: "s-1", Since: on(1, 5, 9)},
		LastAction: on(8, 1, 15),
	}
	r, err := policy.Recycle(facts, on(9, 30, 12))
	fmt.Println(r.Recycle, r.LastDay, r.Warnings, err)
	r, err = policy.Recycle(facts, on(10, 1, 0))
	fmt.Println(r.Recycle, r.Pool, r.Causes[0].Condition, r.Causes[0].Base, err)
	// Output:
	// false 2026-09-30 [2026-09-23 2026-09-27 2026-09-29] <nil>
	// true east no-action 2026-08-01 <nil>
}

func ExampleRouter_Assign() {
	router := owner.Router{
		Rules: []owner.RouteRule{{ID: "south", Group: "canton",
			When: []owner.Match{{Attribute: "region", In: []string{"广东", "广西"}}}}},
		Fallback: "ring",
		Groups: []owner.Group{
			{ID: "canton", Method: owner.Weighted, Members: []string{"E", "F"}},
			{ID: "ring", Method: owner.RoundRobin, Members: []string{"A", "B", "C", "D"}},
		},
	}
	staff := []owner.Staff{
		{ID: "A", Active: true, OnLeave: true}, {ID: "B", Active: true}, {ID: "C"}, {ID: "D", Active: true},
		{ID: "E", Active: true, Held: 6, Weight: 2}, {ID: "F", Active: true, Held: 4, Weight: 1},
	}
	items := []owner.Item{
		{Customer: "c-1"}, {Customer: "c-2"}, {Customer: "c-3"},
		{Customer: "c-4", Attributes: map[string]string{"region": "广东"}},
	}
	routing, err := router.Assign(items, staff, owner.Turns{"ring": "B"}, on(3, 2, 9))
	for _, a := range routing.Assignments {
		fmt.Printf("%s %s %s %s %q\n", a.Customer, a.Staff, a.Method, a.Group, a.Rule)
	}
	fmt.Println(routing.Skipped, routing.Turns, routing.Err(), err)
	// Output:
	// c-1 D round-robin ring ""
	// c-2 B round-robin ring ""
	// c-3 D round-robin ring ""
	// c-4 E weighted canton "south"
	// [{A on-leave} {C inactive}] map[ring:D] <nil> <nil>
}

func ExampleRouter_Shadowed() {
	in := func(attribute string, values ...string) owner.Match {
		return owner.Match{Attribute: attribute, In: values}
	}
	router := owner.Router{
		Rules: []owner.RouteRule{
			{ID: "east", Group: "all", When: []owner.Match{in("region", "上海", "江苏")}},
			{ID: "south", Group: "all", When: []owner.Match{in("region", "广东")}},
			{ID: "steel", Group: "all", When: []owner.Match{in("region", "上海", "广东"), in("industry", "钢铁")}},
		},
		Fallback: "all",
		Groups:   []owner.Group{{ID: "all", Members: []string{"s-1"}}},
	}
	fmt.Println(router.Shadowed())
	// Output: [steel] <nil>
}

func ExamplePolicy_PlanTransfer() {
	yuan := func(n int64) money.Amount { return money.Amount{Minor: n * 100, Currency: money.CNY} }
	had := owner.Holding{Owner: "s-9", Since: on(1, 5, 9)}
	book := []owner.Account{
		{Customer: "c-1", Holding: had, Value: yuan(900), Key: true},
		{Customer: "c-2", Holding: had, Value: yuan(500)},
		{Customer: "c-3", Holding: had, Value: yuan(400)},
		{Customer: "c-4", Holding: had, Value: yuan(100), With: "c-1"}, // stays with the key account
		{Customer: "c-5", Holding: had, Value: yuan(300)},
	}
	takers := []owner.Staff{{ID: "s-1", Active: true}, {ID: "s-2", Active: true}, {ID: "s-3"}}
	plan, err := owner.Policy{}.PlanTransfer("s-9", book, takers,
		owner.TransferOptions{Split: owner.ByValue, Named: map[string]string{"c-1": "s-2"}},
		owner.Act{Actor: "s-head", Recorded: on(4, 1, 0), Code: "left"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range plan.Moves {
		fmt.Println(m.Customer, m.Entry.To)
	}
	fmt.Println(plan.Before)
	fmt.Println(plan.Given)
	// Output:
	// c-1 s-2
	// c-2 s-1
	// c-3 s-1
	// c-4 s-2
	// c-5 s-1
	// {5 [2200.00 CNY]}
	// [{s-1 {3 [1200.00 CNY]}} {s-2 {2 [1000.00 CNY]}}]
}

func ExampleHandover() {
	act := func(actor string, day int) owner.Act { return owner.Act{Actor: actor, Recorded: on(4, day, 9)} }
	var steps []owner.Step
	do := func(s owner.Step, err error) {
		if err != nil {
			fmt.Println(err)
			return
		}
		steps = append(steps, s)
	}
	now := func() owner.Handover {
		h, err := owner.FoldHandover(steps)
		if err != nil {
			fmt.Println(err)
		}
		return h
	}

	do(owner.OpenHandover("s-9", "s-head", act("s-9", 1)))
	do(now().Freeze(act("it", 1)))
	before := map[owner.Matter]int{owner.Customers: 3, owner.Receivables: 1}
	for _, m := range owner.Matters() {
		do(now().Count(m, before[m], act("s-head", 2)))
	}
	do(now().List(owner.Customers, "c-1", money.Amount{}, act("s-head", 2)))
	do(now().Hand(owner.Customers, "plan-7", 2, "s-1", act("s-head", 3)))
	do(now().Sign(act("s-9", 4))) // too early

	do(now().List(owner.Receivables, "inv-7", money.Amount{Minor: 120000, Currency: money.CNY}, act("s-head", 5)))
	do(now().Hand(owner.Receivables, "inv-7", 1, "s-1", act("s-head", 5)))
	do(now().Hand(owner.Customers, "c-1", 1, "s-1", act("s-head", 5)))
	do(now().Introduce("c-1", "s-1", act("s-9", 6)))
	for _, who := range []string{"s-9", "s-1"} {
		do(now().Sign(act(who, 7)))
	}
	fmt.Println(now().Missing(), now().ExportsFrozen(on(4, 7, 0)))
	do(now().Sign(act("s-head", 7)))
	do(now().Complete(act("s-head", 7)))
	fmt.Println(now().Done())
	// Output:
	// owner: signed: lacks hand-over customers c-1, list receivables 1, introduce c-1: incomplete
	// [sign s-head] true
	// true
}

func ExampleKeyPersonDependency() {
	yuan := func(n int64) money.Amount { return money.Amount{Minor: n * 100, Currency: money.CNY} }
	d, err := owner.KeyPersonDependency([]owner.Stake{
		{Customer: "c-1", Owner: "s-1", Value: yuan(600), Active: []string{"s-1"}},
		{Customer: "c-2", Owner: "s-1", Value: yuan(150), Active: []string{"s-1", "s-2"}},
		{Customer: "c-3", Owner: "s-2", Value: yuan(250), Active: []string{"s-2"}},
	})
	for _, p := range d.People {
		fmt.Println(p.Staff, p.Share, p.SoleValue)
	}
	fmt.Println(d.HHI.Decimal, d.Effective.Decimal, err)
	// Output:
	// s-1 3/4 60000
	// s-2 1/4 25000
	// 0.625 1.6 <nil>
}

func ExampleRouting_Findings() {
	router, err := owner.TeamRouter(owner.RoundRobin, "s-1")
	if err != nil {
		fmt.Println(err)
		return
	}
	routing, err := router.Assign([]owner.Item{{Customer: "c-1"}}, []owner.Staff{{ID: "s-1"}}, nil, on(3, 2, 9))
	fmt.Println(routing.Err(), err)
	for _, f := range routing.Findings(calendar.MustDate(2026, 3, 2)) {
		fmt.Println(owner.Catalogue().Render(f, finding.Chinese))
	}
	// Output:
	// owner: items: nobody is available for c-1: no candidate: not found <nil>
	// 该客户未能分配：组内无人可接收 <nil>
}
