package cadence_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// What the rules say about a person who travelled: from Wednesday to Friday, with one
// log-in on the way, after two days in the office with one forgotten.
func Example() {
	zone := time.FixedZone("Asia/Shanghai", 8*3600)
	office, err := calendar.Compile(calendar.Spec{Loc: zone, Years: calendar.China(),
		Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-12:00", "13:30-18:00"))}},
		From:     calendar.MustDate(2025, 1, 1), To: calendar.MustDate(2026, 12, 31)})
	if err != nil {
		fmt.Println(err)
		return
	}
	on := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, zone) }
	book, err := cadence.NewBook(
		[]cadence.Unit{{ID: "group", Head: "wang"}, {ID: "east", Parent: "group", Head: "hao"}},
		[]cadence.Policy{{Unit: "group", State: cadence.Published, Edition: approval.Edition{Policy: "crm-use", Version: 1, From: on(1, 0)}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	li := cadence.Person{ID: "li", Cal: office,
		Accounts: []cadence.Span{{From: on(1, 9)}}, Units: []cadence.UnitSpan{{Unit: "east"}},
		Absences: []cadence.Absence{{Kind: cadence.Travel, From: on(4, 0), To: on(7, 0)}},
		Logins:   []time.Time{on(2, 9), on(5, 22)}}

	report, err := cadence.Evaluate(book, cadence.Facts{People: []cadence.Person{li}}, on(9, 0), zone, cadence.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range report.Findings {
		fmt.Println(f.Code, f.DueAt.Format("01-02 15:04"), f.Text(finding.English))
		fmt.Println(f.Text(finding.Chinese))
	}
	line, _ := report.Line("group", cadence.RuleLogin)
	fmt.Println(line.Owed, line.Met, line.Missed)
	// Output:
	// CAD-L1 03-04 00:00 no log-in on 2026-03-03
	// 2026-03-03 未登录系统
	// CAD-L2 03-07 00:00 travelling in the week up to 2026-03-06: 1 of 2 log-ins
	// 截至 2026-03-06 的出差周：应登录 2 次，实际 1 次
	// 2 1 1
}

// A visit for form's sake does not count.
func ExampleEvidenceRule_Judge() {
	at := time.Date(2026, 7, 20, 10, 0, 0, 0, time.UTC)
	v, err := cadence.EvidenceRule{}.Judge(cadence.Action{ID: "a-1", Target: "r-7", TargetKind: cadence.Lead, Actor: "li", Kind: cadence.Visit,
		At: at, RecordedAt: at, Purpose: "show the sample", Outcome: "they like it", NextStep: "--", Contact: "c-9"})
	fmt.Println(v.Counted, v.Missing, err)
	// Output: false [next_step] <nil>
}

// By when a customer has to be called again.
func ExampleActionRule_Next() {
	opened, called := time.Date(2026, 6, 10, 9, 0, 0, 0, time.UTC), time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	for _, mode := range []cadence.ActionMode{cadence.Both, cadence.CalendarMonth} {
		due, err := cadence.ActionRule{Mode: mode}.Next(opened, called, time.UTC)
		fmt.Println(mode.Zh(), due, err)
	}
	// Output:
	// 自然月与滚动期 2026-07-31 <nil>
	// 自然月 2026-08-31 <nil>
}

func ExampleTravelRule_Owed() {
	for travelled := range 6 {
		fmt.Print(cadence.TravelRule{}.Owed(travelled, 5), " ")
	}
	// Output: 0 1 1 2 2 2
}

// A subsidiary may be stricter than the group, and not looser.
func ExampleRules_Looser() {
	fmt.Println(cadence.Rules{Idle: cadence.IdleRule{Days: 21}}.Looser(cadence.Rules{}))
	fmt.Println(cadence.Rules{Idle: cadence.IdleRule{Days: 10}}.Looser(cadence.Rules{}))
	// Output:
	// [idle.days]
	// []
}

// Who followed up what they had to, the best first.
func ExampleReport_League() {
	zone := time.UTC
	office, err := calendar.Compile(calendar.Spec{Loc: zone, Years: calendar.China(),
		Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-12:00", "13:30-18:00"))}},
		From:     calendar.MustDate(2025, 1, 1), To: calendar.MustDate(2026, 12, 31)})
	if err != nil {
		fmt.Println(err)
		return
	}
	on := func(month, day int) time.Time { return time.Date(2026, time.Month(month), day, 9, 0, 0, 0, zone) }
	monthly := cadence.Rules{Login: cadence.LoginRule{Off: true}, Idle: cadence.IdleRule{Off: true}, Action: cadence.ActionRule{Mode: cadence.CalendarMonth}}
	book, err := cadence.NewBook([]cadence.Unit{{ID: "sales"}},
		[]cadence.Policy{{Unit: "sales", State: cadence.Published, Rules: monthly, Edition: approval.Edition{Policy: "crm-use", Version: 1, From: on(1, 1)}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	facts := cadence.Facts{}
	for i, id := range []string{"li", "sun", "zhao"} {
		facts.People = append(facts.People, cadence.Person{ID: id, Cal: office, Accounts: []cadence.Span{{From: on(1, 1)}}, Units: []cadence.UnitSpan{{Unit: "sales"}}})
		r := cadence.Record{ID: "o-" + id, Kind: cadence.Opportunity, Opened: on(1, 31), Owners: []cadence.OwnerSpan{{Owner: id, From: on(1, 31)}}}
		facts.Records = append(facts.Records, r)
		for month := range 3 - i { // li acts in February, March and April, sun and zhao are content with less
			facts.Actions = append(facts.Actions, cadence.Action{ID: fmt.Sprint(id, month), Target: r.ID, TargetKind: r.Kind, Actor: id, NoChange: true,
				At: on(2+month, 10), RecordedAt: on(2+month, 10)})
		}
	}
	report, err := cadence.Evaluate(book, facts, on(5, 1), zone, cadence.Options{})
	for _, s := range report.League(cadence.RuleAction) {
		rate, _ := s.Rate()
		fmt.Printf("%d %s: %d of %d, from %.0f%% to %.0f%%\n", s.Rank, s.Owner, s.Met, s.Owed, 100*rate.Low, 100*rate.High)
	}
	fmt.Println(err)
	// Output:
	// 1 li: 3 of 3, from 44% to 100%
	// 2 sun: 2 of 3, from 21% to 94%
	// 3 zhao: 1 of 3, from 6% to 79%
	// <nil>
}
