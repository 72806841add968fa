package group_test

import (
	"fmt"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/group"
	"github.com/guanxi-go/guanxi/crm/money"
)

var now = time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)

func Example() {
	tree, err := group.NewTree([]group.Group{
		{ID: "consumer", Name: "consumers", Zh: "外部消费顾客", Kind: group.Consumer},
		{ID: "loyal", Parent: "consumer", Name: "loyal customers", Zh: "忠诚顾客"},
		{ID: "seed", Parent: "consumer", Name: "seed customers", Zh: "种子顾客"},
		{ID: "dealer", Name: "dealers", Zh: "经销商", Kind: group.Intermediary},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	counts, err := tree.Count([]group.Placement{
		{Customer: "C-1", Group: "loyal"},
		{Customer: "C-1", Group: "seed"},
		{Customer: "C-2", Group: "loyal"},
		{Customer: "C-3", Group: "seed", Until: now},
		{Customer: "C-4", Group: "dealer", From: now},
	}, now)
	if err != nil {
		fmt.Println(err)
		return
	}
	customers := map[string]string{}
	for _, c := range counts {
		customers[c.Group] = strconv.FormatInt(c.Customers, 10)
	}
	fmt.Print(tree.Text(group.Drawing{
		Language: finding.Chinese,
		Note:     func(id string) string { return customers[id] },
	}))
	// Output:
	// 外部消费顾客 (2)
	// ├── 忠诚顾客 (2)
	// └── 种子顾客 (1)
	// 经销商 (1)
}

func ExampleNewTree_faults() {
	_, err := group.NewTree([]group.Group{
		{ID: "a", Parent: "b"}, {ID: "b", Parent: "c"}, {ID: "c", Parent: "a"},
		{ID: "d", Parent: "z"},
		{ID: "e"}, {ID: "e"},
	})
	fmt.Println(err)
	// Output:
	// group: e: id: is given twice: duplicate
	// group: d: parent: is not in the tree: z: not found
	// group: a: parent: cycle a > b > c > a: invalid
}

func ExampleStandard() {
	tree, err := group.NewTree(group.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(tree.Text(group.Drawing{Language: finding.Chinese}))
	// Output:
	// 外部消费顾客
	// ├── 意向顾客
	// ├── 忠诚顾客
	// ├── 一次性消费顾客
	// ├── 老顾客
	// ├── 种子顾客
	// └── 目标顾客
	// 外部相关的顾客
	// ├── 中间顾客
	// ├── 投资顾客
	// └── 公利顾客
	// 内部顾客
	// ├── 同事
	// ├── 下级
	// └── 上司
}

func ExampleNode() {
	tree, _ := group.NewTree(group.Standard())
	n, ok := tree.Node("seed")
	if !ok {
		return
	}
	fmt.Println(n.Depth(), n.Kind(), n.Leaf())
	for up := range n.Ancestors() {
		fmt.Println(up.ID())
	}
	// Output:
	// 1 consumer true
	// consumer
}

func ExampleTree_Mermaid() {
	tree, _ := group.NewTree([]group.Group{
		{ID: "end", Name: `end customers of "A & B"`, Kind: group.Consumer},
		{ID: "key", Parent: "end", Name: "key accounts"},
	})
	fmt.Print(tree.Mermaid(group.Drawing{}))
	fmt.Print(tree.DOT(group.Drawing{}))
	// Output:
	// flowchart LR
	//     g0["end customers of #quot;A #amp; B#quot;"]
	//     g1["key accounts"]
	//     g0 --> g1
	// digraph groups {
	// 	rankdir=LR;
	// 	node [shape=box];
	// 	"end" [label="end customers of \"A & B\""];
	// 	"key" [label="key accounts"];
	// 	"end" -> "key";
	// }
}

// A customer who is in two groups is worth its value once to their parent.
func ExampleSum() {
	tree, _ := group.NewTree([]group.Group{{ID: "all"}, {ID: "north", Parent: "all"}, {ID: "vip", Parent: "all"}})
	worth := map[string]money.Amount{
		"C-1": {Minor: 100_000, Currency: money.CNY},
		"C-2": {Minor: 25_050, Currency: money.CNY},
	}
	totals, err := group.Sum(tree, []group.Placement{
		{Customer: "C-1", Group: "north"},
		{Customer: "C-1", Group: "vip"},
		{Customer: "C-2", Group: "north"},
	}, now, func(customer string) (money.Amount, bool) {
		v, ok := worth[customer]
		return v, ok
	}, money.Amount.Add)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range totals {
		fmt.Println(t.Count.Group, t.Count.Customers, t.Distinct, "|", t.Count.Placements, t.Placed)
	}
	// Output:
	// all 2 1250.50 CNY | 3 2250.50 CNY
	// north 2 1250.50 CNY | 2 1250.50 CNY
	// vip 1 1000.00 CNY | 1 1000.00 CNY
}

func ExampleSumInt64() {
	tree, _ := group.NewTree([]group.Group{{ID: "all"}, {ID: "vip", Parent: "all"}})
	totals, err := group.SumInt64(tree, []group.Placement{{Customer: "C-1", Group: "vip"}}, now,
		func(string) (int64, bool) { return 7, true })
	fmt.Println(totals, err)
	// Output: [{{all 0 1 1} 7 7} {{vip 1 1 1} 7 7}] <nil>
}

func ExampleTree_PlanMove() {
	tree, _ := group.NewTree([]group.Group{{ID: "a"}, {ID: "b", Parent: "a"}, {ID: "c", Parent: "b"}, {ID: "d"}})
	_, err := tree.PlanMove("a", "c")
	fmt.Println(err)
	move, err := tree.PlanMove("b", "d")
	fmt.Println(move, err)
	moved, err := tree.Apply(move)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(moved.Text(group.Drawing{}))
	// Output:
	// group: a: parent: cycle a > b > c > a: invalid
	// {b a d [b c]} <nil>
	// a
	// d
	// └── b
	//     └── c
}

func ExampleTable_Check() {
	tree, _ := group.NewTree([]group.Group{{ID: "dealer"}, {ID: "investor"}, {ID: "loyal"}})
	goal := group.Goal{Metric: "satisfied dealers", Target: decimal.NewFromInt(85), Unit: "%", Period: group.Yearly}
	table, err := group.NewTable([]group.Responsibility{
		{Group: "dealer", Department: "sales", Role: group.Accountable, Services: []string{"price list"}, Goals: []group.Goal{goal}},
		{Group: "loyal", Department: "sales", Role: group.Accountable, Services: []string{"visits"}, Goals: []group.Goal{goal}},
		{Group: "loyal", Department: "service", Role: group.Accountable},
		{Group: "loyal", Department: "finance", Role: group.Informed},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	departments := []string{"finance", "sales", "service"}
	for _, f := range table.Check(tree, departments, now, group.CheckOptions{}) {
		text, err := group.Catalogue().Render(f, finding.Chinese)
		fmt.Println(f.Severity.Zh(), f.Subject, text, err)
	}
	_, err = table.Accountable("loyal", now)
	fmt.Println(err)
	// Output:
	// 违规 investor 该顾客群体没有责任部门 <nil>
	// 违规 loyal 该顾客群体有多个责任部门：sales、service <nil>
	// group: loyal: department: several are accountable: sales, service: conflict
}

func ExampleTable_Lapses() {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	tree, _ := group.NewTree([]group.Group{{ID: "dealer"}})
	table, _ := group.NewTable([]group.Responsibility{
		{Group: "dealer", Department: "sales", Role: group.Accountable, Until: day(10)},
		{Group: "dealer", Department: "service", Role: group.Accountable, From: day(12)},
		{Group: "dealer", Department: "sales", Role: group.Accountable, From: day(20)},
	})
	lapses, err := table.Lapses(tree, day(1), day(25), group.CheckOptions{})
	for _, l := range lapses {
		fmt.Println(l.From.Format(time.DateOnly), l.Until.Format(time.DateOnly), l.Departments)
	}
	fmt.Println(err)
	// Output:
	// 2026-03-10 2026-03-12 []
	// 2026-03-20 2026-03-25 [sales service]
	// <nil>
}

func ExampleCheckOutputs() {
	tree, _ := group.NewTree(group.Standard())
	found, err := group.CheckOutputs([]group.Output{
		{ID: "price-list", Department: "sales", Kind: group.Software, Recipients: []group.Recipient{{Kind: group.ToGroup, ID: "intermediary"}}},
		{ID: "month-report", Department: "finance", Kind: group.Software},
	}, group.Register{Tree: tree, Departments: []string{"finance", "sales", "training"}}, calendar.MustDate(2026, 3, 31))
	for _, f := range found {
		text, err := group.Catalogue().Render(f, finding.English)
		fmt.Println(f.Subject+":", text, err)
	}
	fmt.Println(err)
	// Output:
	// month-report: nobody receives this output of finance <nil>
	// training: the department lists no output <nil>
	// <nil>
}

func ExampleTree_Receivers() {
	tree, _ := group.NewTree(group.Standard())
	receivers, err := tree.Receivers([]group.Output{
		{ID: "manual", Department: "product", Recipients: []group.Recipient{{Kind: group.ToGroup, ID: "consumer"}, {Kind: group.ToDepartment, ID: "service"}}},
	}, []group.Placement{
		{Customer: "C-1", Group: "seed"},
		{Customer: "C-2", Group: "investor"},
	}, now)
	for _, r := range receivers {
		fmt.Println(r.Recipient.Kind, r.Recipient.ID, r.Outputs, "internal:", r.Internal, "external:", r.External)
	}
	fmt.Println(err)
	// Output:
	// customer C-1 [manual] internal: false external: true
	// department service [manual] internal: true external: false
	// <nil>
}
