package stage_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// date is a day of 2026 in these examples.
func date(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC)
}

func ExampleMachine_Decide() {
	m := stage.RelationshipMachine()
	var journal []stage.Entry[stage.Relationship]
	for _, cmd := range []stage.Command[stage.Relationship]{
		{To: stage.Awareness, Now: date(1, 5), Actor: "u-17"},
		{To: stage.Exploration, Now: date(2, 2), Actor: "u-17"},
		{To: stage.Commitment, Now: date(3, 9), Actor: "u-17"},                              // a stage is left out
		{To: stage.Dissolution, Now: date(3, 9), Actor: "u-17"},                             // why?
		{To: stage.Dissolution, Now: date(3, 9), Actor: "u-17", Reason: "moved to Chengdu"}, // ok
	} {
		entry, err := m.Decide(journal, cmd)
		if err != nil {
			fmt.Println(err)
			continue
		}
		journal = append(journal, entry)
		fmt.Println(entry.At.Format(time.DateOnly), entry.From.Zh(), "->", entry.To.Zh())
	}
	// Output:
	// 2026-01-05  -> 认知
	// 2026-02-02 认知 -> 探测
	// stage: to: from exploration to commitment: is not in the table: no such transition
	// stage: reason: from exploration to dissolution: is required: incomplete
	// 2026-03-09 探测 -> 解除
}

// Late news and a mistake: both are further entries, and what was known before can
// still be asked.
func ExampleMachine_As() {
	m := stage.RelationshipMachine()
	var journal []stage.Entry[stage.Relationship]
	for _, cmd := range []stage.Command[stage.Relationship]{
		{To: stage.Awareness, Now: date(1, 5), Actor: "u-17"},
		{To: stage.Exploration, Now: date(4, 1), At: date(2, 2), Actor: "u-17"}, // learned in April, so since February
		{To: stage.Exploration, Now: date(5, 1), At: date(3, 2), Actor: "u-20", Corrects: 2, Reason: "it was March"},
	} {
		var err error
		if journal, err = m.Append(journal, cmd); err != nil {
			fmt.Println(err)
			return
		}
	}
	for _, known := range []time.Time{date(3, 31), date(4, 30), {}} {
		state, since, ok := m.As(journal, date(2, 15), known)
		fmt.Println(state, since.Format(time.DateOnly), ok)
	}
	// Output:
	// awareness 2026-01-05 true
	// exploration 2026-02-02 true
	// awareness 2026-01-05 true
}

func ExampleMachine_Spells() {
	m := stage.LadderMachine()
	var journal []stage.Entry[stage.Rung]
	for _, cmd := range []stage.Command[stage.Rung]{
		{To: stage.RungOneTime, Now: date(1, 5), Actor: "u-17"},
		{To: stage.RungLoyal, Now: date(6, 1), Actor: "u-17"},
		{To: stage.RungRepeat, Now: date(9, 1), At: date(3, 1), Actor: "u-17"}, // between the two
	} {
		journal, _ = m.Append(journal, cmd)
	}
	spells, err := m.Spells(journal, time.Time{})
	for _, s := range spells {
		fmt.Println(s.State, s.Start.Format(time.DateOnly), s.End.IsZero(), "by entry", s.Entry)
	}
	fmt.Println(err)
	// Output:
	// one-time 2026-01-05 false by entry 1
	// repeat 2026-03-01 false by entry 3
	// loyal 2026-06-01 true by entry 2
	// <nil>
}

// A host's own machine over its own type.
func ExampleNew() {
	type phase string
	m, err := stage.New(stage.Definition[phase]{
		Name: "project",
		States: []stage.StateText[phase]{
			{State: "bid", Code: "bid", En: "Bidding", Zh: "投标"},
			{State: "build", Code: "build", En: "Building", Zh: "施工"},
			{State: "done", Code: "done", En: "Handed over", Zh: "交付"},
		},
		Initial:     []phase{"bid"},
		Transitions: []stage.Transition[phase]{{From: "bid", To: "build"}, {From: "build", To: "done"}},
	})
	fmt.Println(m.Name(), m.States(), m.Text("done", finding.Chinese), err)
	_, err = stage.New(stage.Definition[phase]{Name: "nothing"})
	fmt.Println(err)
	// Output:
	// project [bid build done] 交付 <nil>
	// stage: states: there are none: invalid
	// stage: initial: there is none: invalid
}

// A guard asks the host's data: nobody is asked for money who owes none.
func ExampleGuards() {
	type ledger struct{ overdue int64 }
	guards := stage.Guards[ledger]{
		stage.GuardReceivable: func(l ledger) error {
			if l.overdue <= 0 {
				return errors.New("nothing is overdue")
			}
			return nil
		},
	}
	m := stage.SalesMachine()
	journal, err := m.Append(nil, stage.Command[stage.SalesCategory]{To: stage.SalesClosed, Now: date(1, 5), Actor: "u-17"})
	fmt.Println(len(journal), err)
	for _, overdue := range []int64{0, 120_00} {
		e, err := m.Decide(journal, stage.Command[stage.SalesCategory]{
			To: stage.SalesInCollection, Now: date(2, 5), Actor: "u-17", Guard: guards.For(ledger{overdue})})
		fmt.Println(e.To.Zh(), err)
	}
	// Output:
	// 1 <nil>
	//  stage: to: from closed to in-collection: guard receivable refuses: no such transition: nothing is overdue
	// 催款客户 <nil>
}

func ExampleMachine_Mermaid() {
	fmt.Print(stage.LifecycleMachine().Mermaid(finding.Chinese))
	// Output:
	// stateDiagram-v2
	// 	direction LR
	// 	state "老客户维护" as s1
	// 	state "新客户" as s2
	// 	state "老客户接入" as s3
	// 	state "老客户营销" as s4
	// 	[*] --> s2
	// 	s1 --> s4
	// 	s2 --> s3
	// 	s3 --> s1
	// 	s4 --> s1
}

func ExampleMachine_DOT() {
	fmt.Print(stage.LifecycleMachine().DOT(finding.English))
	// Output:
	// digraph "lifecycle" {
	// 	rankdir=LR;
	// 	node [shape=box];
	// 	"maintained" [label="maintained"];
	// 	"new" [label="new", peripheries=2];
	// 	"onboarded" [label="onboarded"];
	// 	"re-marketed" [label="re-marketed"];
	// 	"maintained" -> "re-marketed";
	// 	"new" -> "onboarded";
	// 	"onboarded" -> "maintained";
	// 	"re-marketed" -> "maintained";
	// }
}

func ExampleSuggestRung() {
	fmt.Println(stage.SuggestRung(stage.WeakAttitude, stage.BuysAgain))
	fmt.Println(stage.SuggestRung(stage.StrongAttitude, stage.BuysAgain))
	_, ok := stage.SuggestRung(0, stage.BuysAgain) // nobody asked
	fmt.Println(ok)
	// Output:
	// repeat true
	// loyal true
	// false
}
