package approval_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Who may approve 80,000?
func ExampleGuide_Who() {
	post := func(p string) []approval.Approver { return []approval.Approver{{From: approval.FromPost, Value: p}} }
	guide, err := approval.NewGuide(approval.GuideDefinition{
		Levels: []approval.Level{
			{Code: "department", Zh: "部门经理", Approvers: post("head-of-sales")},
			{Code: "general-manager", Zh: "总经理", Approvers: post("general-manager")}},
		Tables: []approval.AuthorityTable{{Matter: "expense", Currency: money.CNY, Bands: []approval.Band{
			{UpTo: 50_000_00, Level: "department"}, {Level: "general-manager"}}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	staff := approval.Staff{Posts: map[string][]string{"head-of-sales": {"u-4"}, "general-manager": {"u-1"}}}
	who, err := guide.Who(approval.Request{ID: "r-9", Form: approval.Expense, Initiator: "u-12",
		Amount: money.Amount{Minor: 80_000_00, Currency: money.CNY}}, time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC), approval.Direct, staff)
	fmt.Println(who, err)
	// Output: [u-1] <nil>
}

// Two small requests that one level would not have approved as one.
func ExampleGuide_CheckSplit() {
	guide, err := approval.NewGuide(definition())
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 9, 23, 10, 0, 0, 0, time.UTC)
	earlier := []approval.Commitment{{ID: "r-1", Initiator: "u-12", Matter: "expense", Counterparty: "C-7",
		Amount: money.Amount{Minor: 4_000_00, Currency: money.CNY}, At: now.AddDate(0, 0, -2)}}
	split, found, err := guide.CheckSplit(approval.Request{ID: "r-2", Form: approval.Expense, Initiator: "u-12", Counterparty: "C-7",
		Amount: money.Amount{Minor: 4_500_00, Currency: money.CNY}}, now, earlier)
	if err != nil || !found {
		fmt.Println(found, err)
		return
	}
	text, err := approval.Catalogue().Render(split.Finding("r-2", 20719), finding.Chinese)
	fmt.Println(text, err)
	// Output: 7 天内 2 笔合计 8500.00 元，疑似拆单，应由部门经理审批（r-1, r-2） <nil>
}

// The chain of the documents: the marketing department drafts, the general manager's
// office meeting deliberates, the board decides by four of seven, the marketing
// department carries it out.
func ExamplePolicyChain() {
	process, err := approval.New(approval.PolicyChain())
	if err != nil {
		fmt.Println(err)
		return
	}
	env := approval.Env{Now: time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC), People: company()}
	request := policy()
	var journal []approval.Entry
	var instance approval.Instance
	for _, c := range []approval.Command{
		{Verb: approval.Create, Actor: "ann", Request: &request},
		{Verb: approval.Submit, Actor: "ann"},
		{Verb: approval.Approve, Actor: "secretary"},
		{Verb: approval.Approve, Actor: "secretary", Document: "minutes-2026-08"},
		{Verb: approval.Approve, Actor: "v1"}, {Verb: approval.Approve, Actor: "v2"},
		{Verb: approval.Approve, Actor: "v3"}, {Verb: approval.Approve, Actor: "v4"},
		{Verb: approval.Execute, Actor: "bo"},
	} {
		entries, err := process.Decide(instance, c, env)
		if err != nil {
			fmt.Println(err)
			continue
		}
		journal = append(journal, entries...)
		if instance, err = approval.Fold(journal); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(c.Actor, c.Verb.Zh(), instance.Status.Zh(), len(instance.Waiting()))
	}
	fmt.Println(len(journal), approval.Verify(journal))
	// Output:
	// ann 起草 草稿 0
	// ann 提交 审批中 1
	// approval: document: step office-meeting needs minutes: incomplete
	// secretary 同意 审批中 7
	// v1 同意 审批中 6
	// v2 同意 审批中 5
	// v3 同意 审批中 4
	// v4 同意 已批准 2
	// bo 执行完毕 已办结 0
	// 16 -1
}

func ExampleProcess_Mermaid() {
	process, err := approval.New(approval.PolicyChain())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(process.Mermaid(finding.Chinese))
	// Output:
	// flowchart LR
	// 	n1["已批准"]
	// 	n2["已办结"]
	// 	n3["草稿"]
	// 	n4["已否决"]
	// 	n5["董事会审批 (审批, 多数表决 4/7)"]
	// 	n6["贯彻执行 (执行)"]
	// 	n7["总经理办公会审议 (审核, 单签)"]
	// 	n1 --> n6
	// 	n3 --> n7
	// 	n5 --> n1
	// 	n5 -->|"反对"| n4
	// 	n6 --> n2
	// 	n7 -->|"反对"| n3
	// 	n7 --> n5
}

func ExampleGate_Check() {
	text := []byte("客户关系管理办法")
	e := approval.Edition{Policy: "crm", Version: 1, Authoriser: "gm", From: time.Date(2026, 9, 5, 0, 0, 0, 0, time.UTC)}
	e.Signature = approval.Signature{By: "gm", At: time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC), Hash: e.Digest(text)}
	fmt.Println(approval.Gate{Bodies: []string{approval.StepBoard}}.Check(nil, e, text))
	// Output:
	// approval: columns: not stated: date, change: incomplete
	// approval: approvals: not approved by board: incomplete
}

func ExampleError_Text() {
	_, err := approval.New(approval.Template{ID: "t", Version: 1, Model: approval.Free, Form: approval.Form{Kind: approval.Expense},
		Steps: []approval.Step{{ID: "a", Do: approval.KindNotify}}})
	if e, ok := err.(*approval.Error); ok {
		fmt.Println(e.Code, e.Text(finding.English), e.Text(finding.Chinese))
	}
	// Output: APR-MISSING steps.approvers is missing 缺少 steps.approvers
}

// A step that takes too long: half of its working time is over, then all of it.
func ExampleInstance_Findings() {
	step := approval.Step{ID: "head", Approvers: []approval.Approver{{From: approval.FromUser, Value: "u-4"}},
		Timeout: &approval.Timeout{After: 8 * time.Hour}}
	process, err := approval.New(approval.Template{ID: "expense", Version: 1, Model: approval.Fixed,
		Form: approval.Form{Kind: approval.Expense}, Steps: []approval.Step{step}})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 9, 1, 1, 0, 0, 0, time.UTC)
	env := approval.Env{Now: now, Deadline: func(from time.Time, working time.Duration) (time.Time, error) { return from.Add(working), nil }}
	request := approval.Request{ID: "r-9", Form: approval.Expense, Initiator: "u-12"}
	var instance approval.Instance
	for _, c := range []approval.Command{{Verb: approval.Create, Actor: "u-12", Request: &request}, {Verb: approval.Submit, Actor: "u-12"}} {
		entries, err := process.Decide(instance, c, env)
		if err != nil {
			fmt.Println(err)
			return
		}
		if instance, err = instance.With(entries...); err != nil {
			fmt.Println(err)
			return
		}
	}
	for _, f := range instance.Findings(now.Add(9*time.Hour), time.UTC) {
		fmt.Println(approval.Catalogue().Render(f, finding.English))
	}
	// Output: step head waits for u-4 since 2026-09-01 09:00 <nil>
}

func ExampleForm_Check() {
	err := approval.StandardForm(approval.Export).Check(approval.Request{ID: "r-3", Form: approval.Export,
		Fields: map[string]string{"purpose": "mailing", "rows": "250"}})
	fmt.Println(err)
	// Output: approval: fields: the form lacks columns, recipient: incomplete
}

func ExampleCheckDelegations() {
	since := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	found, err := approval.CheckDelegations([]approval.Delegation{{From: "u-4", To: "u-5", Since: since}, {From: "u-5", To: "u-4", Since: since}}, 20720)
	for _, f := range found {
		text, _ := approval.Catalogue().Render(f, finding.English)
		fmt.Println(f.Subject, text)
	}
	fmt.Println(err)
	// Output:
	// u-4 delegates to u-5, and is delegated to by u-5
	// <nil>
}

func ExampleVersionAt() {
	history := []approval.Edition{
		{Policy: "crm", Version: 1, From: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)},
		{Policy: "crm", Version: 2, From: time.Date(2026, 9, 5, 0, 0, 0, 0, time.UTC)}}
	e, err := approval.VersionAt(history, "crm", time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC))
	fmt.Println(e.Version, err)
	// Output: 1 <nil>
}
