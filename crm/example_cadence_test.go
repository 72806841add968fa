package crm_test

import (
	"context"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

// directory is where the host says who works where.
type directory []cadence.Person

func (d directory) People(context.Context, time.Time, time.Time) ([]cadence.Unit, []cadence.Person, error) {
	return []cadence.Unit{{ID: "sales", Head: "wang"}}, d, nil
}

// A visit for form's sake is recorded, and does not count.
func ExampleActions_Record() {
	ctx, c := start()
	visit := cadence.Action{ID: "v-1", Kind: cadence.Visit, Purpose: "show the sample", Outcome: "they like it", Contact: "c1"}
	got, err := c.Actions.Record(ctx, boss, crm.Subject{Kind: crm.KindCustomer, ID: "c1"}, visit, crm.Call{})
	fmt.Println(got.Counted, got.Missing, err)
	visit.ID, visit.NextStep = "v-2", "send an offer by Friday"
	got, err = c.Actions.Record(ctx, boss, crm.Subject{Kind: crm.KindCustomer, ID: "c1"}, visit, crm.Call{})
	fmt.Println(got.Counted, got.Missing, err)
	// Output:
	// false [next_step] <nil>
	// true [] <nil>
}

// underRules is a house whose rules of use went through their gate, and li's first week
// under them.
func underRules(rules cadence.Rules) (context.Context, *crm.CRM, *ticking) {
	ctx := context.Background()
	office, err := calendar.Compile(calendar.Spec{Loc: time.UTC, Years: calendar.China(), From: calendar.MustDate(2025, 1, 1), To: calendar.MustDate(2026, 12, 31),
		Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-12:00", "13:30-18:00"))}}})
	if err != nil {
		panic(err)
	}
	clock := newYear()
	c, err := crm.New(new(crm.Memory), crm.Options{Clock: clock, Cadence: crm.CadenceOptions{People: directory{
		{ID: "li", Cal: office, Accounts: []cadence.Span{{From: clock.now}}, Units: []cadence.UnitSpan{{Unit: "sales"}}}}}})
	if err != nil {
		panic(err)
	}
	if _, err := c.Cadence.Draft(ctx, boss, cadence.Policy{Unit: "sales", Rules: rules, Edition: approval.Edition{Policy: "crm-use", Date: calendar.MustDate(2026, 1, 2),
		Authoriser: "wang", Change: "the first version", From: time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC)}}, crm.Call{}); err != nil {
		panic(err)
	}
	minutes := time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC)
	for _, step := range []func(cadence.Policy) (cadence.Policy, error){
		cadence.Policy.Submit,
		func(p cadence.Policy) (cadence.Policy, error) {
			return p.Approve(approval.BodyApproval{Body: approval.StepOffice, At: minutes})
		},
		func(p cadence.Policy) (cadence.Policy, error) {
			return p.Approve(approval.BodyApproval{Body: approval.StepBoard, At: minutes.Add(time.Hour)})
		},
		func(p cadence.Policy) (cadence.Policy, error) {
			return p.Sign(approval.Signature{By: "wang", At: minutes.Add(2 * time.Hour)})
		},
	} {
		if _, err := c.Cadence.Revise(ctx, boss, "crm-use", 1, crm.Call{}, step); err != nil {
			panic(err)
		}
	}
	if _, err := c.Cadence.Publish(ctx, boss, "crm-use", 1, cadence.Publishing{}, crm.Call{}); err != nil {
		panic(err)
	}
	for _, on := range []int{5, 6, 7, 8} { // and not on Friday
		clock.now = time.Date(2026, 1, on, 9, 0, 0, 0, time.UTC)
		if err := c.Cadence.Login(ctx, crm.Actor{ID: "li"}, crm.Call{}); err != nil {
			panic(err)
		}
	}
	return ctx, c, clock
}

// A week is held against the rules.
func ExampleCadence_Check() {
	ctx, c, _ := underRules(cadence.Rules{})
	report, err := c.Cadence.Check(ctx, boss, time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 12, 0, 0, 0, 0, time.UTC))
	if err != nil {
		panic(err)
	}
	for _, f := range report.Findings {
		fmt.Println(f.Owner, f.Text(finding.Chinese))
	}
	line, _ := report.Line("sales", cadence.RuleLogin)
	fmt.Println(line.Met, "of", line.Owed)
	// Output:
	// li 2026-01-09 未登录系统
	// 4 of 5
}

// What forgotten log-ins cost is proposed by the rules, and decided by people. The first of
// the two was on a Sunday that was worked for a holiday.
func ExamplePenalties_Propose() {
	fifty := money.Amount{Minor: 5000, Currency: money.CNY}
	ctx, c, clock := underRules(cadence.Rules{Penalties: []cadence.Penalty{{Code: "CAD-L1", Amount: fifty}}})
	clock.now = time.Date(2026, 1, 10, 9, 0, 0, 0, time.UTC)
	n, err := c.Penalties.Propose(ctx, boss, calendar.MustDate(2026, 1, 1), crm.Call{})
	fmt.Println(n, err)
	var last string
	for p, err := range c.Penalties.List(ctx, boss, crm.PenaltyFilter{Person: "li", State: cadence.Proposed}) {
		if err != nil {
			panic(err)
		}
		fmt.Println(p.On, p.Amount, p.State)
		last = p.ID
	}
	_, err = c.Penalties.Move(ctx, crm.Actor{ID: "li", Sees: access.Everything()}, last, cadence.Waived, "", crm.Call{})
	fmt.Println(err)
	fine, err := c.Penalties.Move(ctx, boss, last, cadence.Sanctioned, "minutes-7", crm.Call{})
	fmt.Println(fine.State.Zh(), fine.Ref, err)
	// Output:
	// 2 <nil>
	// 2026-01-04 50.00 CNY proposed
	// 2026-01-09 50.00 CNY proposed
	// cadence: actor: nobody decides about his own penalty: forbidden
	// 批准 minutes-7 <nil>
}
