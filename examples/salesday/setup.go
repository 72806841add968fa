package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// What the company decides once: its rules, tables and the edition of its rules of use.

// pool is where leads lie that nobody looks after, and poolPath the unit that has it.
const (
	pool     = "public"
	poolPath = "lanhe/sales/pool/"
)

// recycling is when a lead goes back to the pool: two weeks without an action.
func recycling() owner.PoolPolicy {
	return owner.PoolPolicy{Zone: shanghai, Rules: []owner.PoolRule{{ID: "two-weeks", Pool: pool, Path: poolPath, NoActionDays: 14}}}
}

func options(h *house, now *clock, ids func() string) crm.Options {
	return crm.Options{
		Clock: now, NewID: ids, Calendar: h.office,
		Ownership: owner.Policy{Zone: shanghai, ClaimsPerDay: 5, CoolDownDays: 30},
		Approvals: crm.ApprovalOptions{People: h, Path: h.path},
		Cadence:   crm.CadenceOptions{People: h},
	}
}

// clock goes by the fixture: it stands until the next event.
type clock struct{ time.Time }

// Now implements what crm.Options asks of a clock.
func (c *clock) Now() time.Time { return c.Time }

// setUp fills the tables and publishes the rules of use.
func setUp(ctx context.Context, c *crm.CRM, now *clock) error {
	boss := crm.Actor{ID: "lu", Sees: access.Everything()}
	_, err1 := c.Registries.Touchpoints.Put(ctx, boss, []timeline.Touchpoint{{Code: "fair", En: "fair", Zh: "展会", Channel: timeline.Visit}}, 0, crm.Call{})
	_, err2 := c.Registries.Forms.Put(ctx, boss, []lead.Form{{ID: "visitor", Version: 1, En: "Visitor", Zh: "来访登记", Source: "spring-fair", Touchpoint: "fair", Channel: timeline.Visit,
		Fields: []lead.Field{{Name: "person", Kind: lead.PersonName, Required: true}, {Name: "company", Kind: lead.CompanyName, Required: true},
			{Name: "phone", Kind: lead.Phone, Required: true}},
		Purposes: []lead.Purpose{{Code: "contact", Required: true, Versions: []int{1}}}}}, 0, crm.Call{})
	_, err3 := c.Registries.Authority.Put(ctx, boss, []approval.GuideDefinition{guide()}, 0, crm.Call{})
	_, err4 := c.Registries.Templates.Put(ctx, boss, templates(), 0, crm.Call{})
	return errors.Join(err1, err2, err3, err4, publish(ctx, c, boss, now))
}

// guide is who may decide what: the head of sales up to 50,000 yuan, above that the
// general manager.
func guide() approval.GuideDefinition {
	post := func(code string) []approval.Approver {
		return []approval.Approver{{From: approval.FromPost, Value: code}}
	}
	return approval.GuideDefinition{
		Levels: []approval.Level{{Code: "head", En: "head of sales", Zh: "销售经理", Approvers: post("head")},
			{Code: "gm", En: "general manager", Zh: "总经理", Approvers: post("gm")}},
		Tables: []approval.AuthorityTable{{Matter: approval.Discount.String(), Currency: money.CNY, Bands: []approval.Band{
			{UpTo: 50_000_00, Level: "head"}, {Level: "gm"}}}},
	}
}

// templates are the two ways of a request: by the guide, and to one's manager.
func templates() []approval.Template {
	return []approval.Template{
		{ID: "discount", Version: 1, Model: approval.Fixed, Form: approval.Form{Kind: approval.Discount},
			Steps: []approval.Step{{ID: "authority", En: "by the authority guide", Zh: "按权限审批", Approvers: []approval.Approver{{From: approval.FromGuide}}}}},
		{ID: "expense", Version: 1, Model: approval.Predefined, Form: approval.Form{Kind: approval.Expense},
			Steps: []approval.Step{{ID: "manager", En: "manager", Zh: "直接主管", Approvers: []approval.Approver{{From: approval.FromManager}}}}},
	}
}

// publish takes the first edition of the rules of use through its gate: drafted,
// deliberated, approved by the board, signed, in force from the first of March on.
func publish(ctx context.Context, c *crm.CRM, boss crm.Actor, now *clock) error {
	const id = "crm-use"
	later := func() time.Time { now.Time = now.Add(time.Hour); return now.UTC() }
	_, err := c.Cadence.Draft(ctx, boss, cadence.Policy{Unit: "sales", Label: "CRM 使用管理办法", Edition: approval.Edition{Policy: id,
		Date: calendar.DayOf(now.Time, shanghai), Authoriser: boss.ID, Change: "first edition",
		From: time.Date(2026, time.March, 1, 0, 0, 0, 0, shanghai).UTC()}}, crm.Call{})
	steps := []func(cadence.Policy) (cadence.Policy, error){cadence.Policy.Submit}
	for _, body := range cadence.Bodies() {
		at := later()
		steps = append(steps, func(p cadence.Policy) (cadence.Policy, error) {
			return p.Approve(approval.BodyApproval{Body: body, At: at})
		})
	}
	signed := later()
	steps = append(steps, func(p cadence.Policy) (cadence.Policy, error) {
		return p.Sign(approval.Signature{By: boss.ID, At: signed})
	})
	for _, step := range steps {
		if err == nil {
			_, err = c.Cadence.Revise(ctx, boss, id, 1, crm.Call{}, step)
		}
	}
	if err == nil {
		_, err = c.Cadence.Publish(ctx, boss, id, 1, cadence.Publishing{}, crm.Call{})
	}
	if err != nil {
		return fmt.Errorf("rules of use: %w", err)
	}
	return nil
}
