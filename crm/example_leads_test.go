package crm_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/pipeline/score"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// leadDesk is a CRM with a form on the website, and who works at its desk.
func leadDesk() (*crm.CRM, crm.Actor, error) {
	ctx, desk := context.Background(), crm.Actor{ID: "desk", Sees: access.Everything()}
	c, err := crm.New(new(crm.Memory), crm.Options{Clock: newYear(), Ownership: owner.Policy{Zone: time.UTC, ClaimsPerDay: 10, CoolDownDays: 30}})
	if err != nil {
		return nil, desk, err
	}
	_, err1 := c.Registries.Touchpoints.Put(ctx, desk, []timeline.Touchpoint{{Code: "website", En: "website", Zh: "网站", Channel: timeline.Web}}, 0, crm.Call{})
	_, err2 := c.Registries.Forms.Put(ctx, desk, []lead.Form{{ID: "website", Version: 1, En: "Ask for a call", Zh: "预约回电", Source: "website",
		Touchpoint: "website", Channel: timeline.Web, Limit: lead.Limit{Tries: 5, Per: time.Hour},
		Fields: []lead.Field{{Name: "name", Kind: lead.PersonName, Required: true}, {Name: "company", Kind: lead.CompanyName},
			{Name: "mobile", Kind: lead.Phone, Required: true}, {Name: "industry", Kind: lead.Choice, Choices: []string{"retail", "trade"}}},
		Purposes: []lead.Purpose{{Code: "contact", Required: true, Versions: []int{1}}}}}, 0, crm.Call{})
	return c, desk, errors.Join(err1, err2)
}

func ExampleLeads_Capture() {
	c, desk, err := leadDesk()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	form := lead.Submission{Form: "website", Version: 1, Origin: "device-1",
		Values:   map[string]string{"name": "张三", "mobile": "138 0013 8000"},
		Consents: []lead.Tick{{Purpose: "contact", Version: 1}}}
	first, err := c.Leads.Capture(ctx, desk, crm.CaptureLead{ID: "lead-1", Submission: form})
	fmt.Println(first.Outcome, first.Lead, err)

	// The same number again belongs to the same lead.
	again, err := c.Leads.Capture(ctx, desk, crm.CaptureLead{Submission: form})
	fmt.Println(again.Outcome, again.Lead, err)

	form.Values, form.Consents = map[string]string{"mobile": "1380013"}, nil
	_, err = c.Leads.Capture(ctx, desk, crm.CaptureLead{Submission: form})
	fmt.Println(err)
	// Output:
	// created lead-1 <nil>
	// attached lead-1 <nil>
	// lead: values: name is missing: incomplete
	// lead: values: mobile cannot be read: invalid
	// lead: consents: the consent to contact is missing: incomplete
}

func ExampleLeads_Convert() {
	c, desk, err := leadDesk()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	_, err = c.Leads.Capture(ctx, desk, crm.CaptureLead{ID: "lead-1", Owner: owner.Staff{ID: "li", Active: true},
		Submission: lead.Submission{Form: "website", Version: 1, Consents: []lead.Tick{{Purpose: "contact", Version: 1}},
			Values: map[string]string{"name": "张三", "company": "华信科技", "mobile": "13800138000"}}})
	fmt.Println(err)
	_, err = c.Leads.Work(ctx, desk, "lead-1", time.Time{}, crm.Call{})
	fmt.Println(err)
	_, err = c.Leads.Qualify(ctx, desk, "lead-1", time.Time{}, crm.Call{})
	fmt.Println(err)
	made, err := c.Leads.Convert(ctx, desk, "lead-1", crm.ConvertLead{Call: crm.Call{Key: "convert lead-1"},
		Opportunity: &crm.OpenOpportunity{ID: "opp-1", Title: "ten pumps"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	customer, err := c.Customers.Get(ctx, desk, made.Customer)
	fmt.Println(customer.Profile.Name, customer.Standing.Holding.Owner, err)
	contacts, err := c.Contacts.Of(ctx, desk, made.Customer)
	fmt.Println(len(contacts), contacts[0].Person == made.Person, err)
	opportunity, err := c.Opportunities.Get(ctx, desk, made.Opportunity)
	fmt.Println(opportunity.Lead, opportunity.Customer == made.Customer, err)

	again, err := c.Leads.Convert(ctx, desk, "lead-1", crm.ConvertLead{Call: crm.Call{Key: "convert lead-1"},
		Opportunity: &crm.OpenOpportunity{ID: "opp-1", Title: "ten pumps"}})
	fmt.Println(again == made, err)
	_, err = c.Leads.Convert(ctx, desk, "lead-1", crm.ConvertLead{})
	fmt.Println(errors.Is(err, lead.ErrAlreadyConverted))
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// 华信科技 li <nil>
	// 1 true <nil>
	// lead-1 true <nil>
	// true <nil>
	// true
}

func ExampleLeads_Claim() {
	c, desk, err := leadDesk()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	_, err = c.Leads.Capture(ctx, desk, crm.CaptureLead{ID: "lead-1", Pool: "public", Path: "sales/",
		Submission: lead.Submission{Form: "website", Version: 1, Consents: []lead.Tick{{Purpose: "contact", Version: 1}},
			Values: map[string]string{"name": "张三", "mobile": "13800138000"}}})
	fmt.Println(err)
	for l, err := range c.Leads.List(ctx, desk, crm.LeadFilter{Pool: "public"}) {
		fmt.Println(l.ID, l.Person, l.Identifiers, err)
	}
	for _, id := range []string{"li", "zhao"} {
		_, err = c.Leads.Claim(ctx, crm.Actor{ID: id, Sees: access.Everything()}, "lead-1", owner.Staff{ID: id, Active: true}, crm.Terms{})
		fmt.Println(id, err == nil, errors.Is(err, crm.ErrConflict))
	}
	shown, err := c.Leads.Show(ctx, crm.Actor{ID: "li", Sees: access.Everything()}, "lead-1")
	fmt.Println(shown.Person, shown.Identifiers[0].National(), err)
	// Output:
	// <nil>
	// lead-1 张* [138****8000] <nil>
	// li true false
	// zhao false true
	// 张三 13800138000 <nil>
}

func ExampleRegistrations_Rule() {
	c, desk, err := leadDesk()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	_, err = c.Leads.Capture(ctx, desk, crm.CaptureLead{ID: "lead-1",
		Submission: lead.Submission{Form: "website", Version: 1, Consents: []lead.Tick{{Purpose: "contact", Version: 1}},
			Values: map[string]string{"name": "张三", "mobile": "13800138000"}}})
	fmt.Println(err)
	party := crm.Subject{Kind: crm.KindLead, ID: "lead-1"}
	for _, id := range []string{"li", "zhao"} {
		_, err = c.Registrations.Submit(ctx, desk, crm.RegisterClaim{ID: "reg-" + id, Claimant: owner.Staff{ID: id, Active: true}, Party: party, Line: "pumps"})
		fmt.Println(err)
	}
	ruling, err := c.Registrations.Rule(ctx, desk, crm.RuleConflict{Party: party, Line: "pumps", Claimants: []string{"zhao", "li"}})
	fmt.Println(ruling.Winner, ruling.Rule, ruling.Rule.Zh(), err)
	_, err = c.Registrations.Approve(ctx, desk, "reg-zhao", crm.Call{})
	fmt.Println(err)
	ruling, err = c.Registrations.Rule(ctx, desk, crm.RuleConflict{Party: party, Line: "pumps", Claimants: []string{"zhao", "li"}})
	fmt.Println(ruling.Winner, ruling.Rule, err)
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// li earlier-registration 先报备 <nil>
	// <nil>
	// zhao valid-protection <nil>
}

// A lead is scored by the card of the house; when the card changes, all leads are.
func ExampleLeads_Score() {
	c, desk, err := leadDesk()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	card := score.Scorecard{Version: 1, Grades: []score.Grade{{Code: "a", From: 40}, {Code: "b", From: 10}},
		Rules: []score.Rule{{ID: "retail", Attribute: "industry", In: []string{"retail"}, Points: 30},
			{ID: "asked", Signal: "website", Points: 5, Cap: 10, Days: 30}}}
	version, err := c.Registries.Scorecards.Put(ctx, desk, []score.Scorecard{card}, 0, crm.Call{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 3 { // the second and third time the same person asks again
		if _, err := c.Leads.Capture(ctx, desk, crm.CaptureLead{ID: "lead-1", Owner: owner.Staff{ID: "li", Active: true},
			Submission: lead.Submission{Form: "website", Version: 1, Consents: []lead.Tick{{Purpose: "contact", Version: 1}},
				Values: map[string]string{"name": "张三", "mobile": "13800138000", "industry": "retail"}}}); err != nil {
			fmt.Println(err)
			return
		}
	}
	got, err := c.Leads.Score(ctx, desk, "lead-1", crm.Call{})
	fmt.Println(got.Score, got.Grade, got.Next.Format(time.DateOnly), err)
	for _, part := range got.Parts {
		fmt.Println(part.Rule, part.Points)
	}

	stricter := score.Scorecard{Version: 2, Rules: card.Rules[:1], Grades: card.Grades}
	_, err1 := c.Registries.Scorecards.Put(ctx, desk, []score.Scorecard{card, stricter}, version, crm.Call{})
	n, err2 := c.Leads.Rescore(ctx, desk, crm.Call{Reason: "version 2"})
	fmt.Println(n, err1, err2)
	best, err := c.Leads.Best(ctx, desk, crm.LeadFilter{Grade: "b"}, 10)
	fmt.Println(best[0].ID, best[0].Score.Score, best[0].Score.Card, err)
	// Output:
	// 40 a 2026-02-01 <nil>
	// retail 30
	// asked 10
	// 1 <nil> <nil>
	// lead-1 30 2 <nil>
}
