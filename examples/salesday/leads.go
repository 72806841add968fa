package main

import (
	"strings"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
)

// capture is a form that was filled in at a fair.
type capture struct {
	event
	Lead    string       `json:"lead"`
	Company finding.Text `json:"company"`
	Person  string       `json:"person"`
	Phone   string       `json:"phone"`
	Owner   string       `json:"owner"` // "" for nobody yet
}

func (a *capture) play(r *replay) error {
	got, err := r.Leads.Capture(r.ctx, r.actor, crm.CaptureLead{ID: a.Lead, Owner: r.house.staff(a.Owner), Submission: lead.Submission{
		Form: "visitor", Version: 1, Consents: []lead.Tick{{Purpose: "contact", Version: 1}},
		Values: map[string]string{"person": a.Person, "company": a.Company.Zh, "phone": a.Phone}}})
	if err != nil {
		return err
	}
	r.names[got.Lead] = a.Company
	return r.say("DID-CAPTURE", finding.Term("what", r.thing(crm.KindLead, got.Lead)), finding.Term("outcome", got.Outcome))
}

// followUp is something that was done about a lead, an opportunity or a customer.
type followUp struct {
	event
	Lead        string         `json:"lead"`
	Opportunity string         `json:"opportunity"`
	Action      cadence.Action `json:"action"`
}

func (a *followUp) play(r *replay) error {
	target := crm.Subject{Kind: crm.KindLead, ID: a.Lead}
	if a.Opportunity != "" {
		target = crm.Subject{Kind: crm.KindOpportunity, ID: a.Opportunity}
	}
	action := a.Action
	action.Contact = r.contact(action.Contact)
	got, err := r.Actions.Record(r.ctx, r.actor, target, action, crm.Call{})
	if err != nil {
		return err
	}
	what := finding.Term("what", r.thing(target.Kind, target.ID))
	if !got.Counted {
		return r.say("DID-EMPTY", what, finding.Term("missing", fields(got.Missing)))
	}
	return r.say("DID-FOLLOW-UP", what, finding.Term("kind", action.Kind))
}

// fields words what an action lacks.
func fields(missing []string) word {
	zh := map[string]string{"purpose": "目的", "outcome": "结果", "next_step": "下一步", "contact": "联系人", "note": "内容"}
	var words []string
	for _, name := range missing {
		words = append(words, zh[name])
	}
	return word{strings.Join(missing, ", "), strings.Join(words, "、")}
}

// work says that a lead is being followed up, and when again.
type work struct {
	event
	Lead string  `json:"lead"`
	Next instant `json:"next"`
}

func (a *work) play(r *replay) error {
	_, err := r.Leads.Work(r.ctx, r.actor, a.Lead, a.Next.Time, crm.Call{})
	return err
}

// qualify says that a lead is worth an offer.
type qualify struct{ work }

func (a *qualify) play(r *replay) error {
	_, err := r.Leads.Qualify(r.ctx, r.actor, a.Lead, a.Next.Time, crm.Call{})
	return err
}

// convert makes a lead a customer, with the person as contact and with an opportunity.
type convert struct {
	event
	Lead string `json:"lead"`
	deal
}

func (a *convert) play(r *replay) error {
	o := a.open("")
	made, err := r.Leads.Convert(r.ctx, r.actor, a.Lead, crm.ConvertLead{Call: crm.Call{Key: "convert " + a.Lead},
		Plan: lead.Plan{Role: party.ContactPurchasing}, Opportunity: &o})
	if err != nil {
		return err
	}
	r.became[a.Lead] = made
	r.names[made.Customer], r.names[made.Opportunity] = r.names[a.Lead], a.Title
	return r.say("DID-CONVERT", finding.Term("what", r.thing(crm.KindLead, a.Lead)), finding.Term("deal", r.thing(crm.KindOpportunity, made.Opportunity)))
}

// recycle is the program that puts leads back into the pool at night.
type recycle struct{ event }

func (a *recycle) play(r *replay) error {
	command := crm.RecycleLeads{Policy: recycling()}
	for {
		page, err := r.Leads.Recycle(r.ctx, r.actor, command)
		if err != nil {
			return err
		}
		for _, id := range page.Released {
			if err := r.say("DID-RECYCLE", finding.Term("what", r.thing(crm.KindLead, id))); err != nil {
				return err
			}
		}
		if command.After = page.Next; command.After == "" {
			return nil
		}
	}
}

// claim takes a lead out of the pool.
type claim struct {
	event
	Lead string `json:"lead"`
}

func (a *claim) play(r *replay) error {
	if _, err := r.Leads.Claim(r.ctx, r.actor, a.Lead, r.house.staff(a.Who), crm.Terms{}); err != nil {
		return err
	}
	return r.say("DID-CLAIM", finding.Term("what", r.thing(crm.KindLead, a.Lead)))
}

// registerClaim says that somebody pursues a lead.
type registerClaim struct {
	event
	Registration string `json:"registration"`
	Lead         string `json:"lead"`
	Line         string `json:"line"`
}

func (a *registerClaim) play(r *replay) error {
	_, err := r.Registrations.Submit(r.ctx, r.actor, crm.RegisterClaim{ID: a.Registration, Claimant: r.house.staff(a.Who),
		Party: crm.Subject{Kind: crm.KindLead, ID: a.Lead}, Line: a.Line})
	if err != nil {
		return err
	}
	return r.say("DID-REGISTERED", finding.Term("what", r.thing(crm.KindLead, a.Lead)))
}

// rule decides between several who pursue one lead, and gives it to who won.
type rule struct {
	event
	Ruling    string   `json:"ruling"`
	Lead      string   `json:"lead"`
	Line      string   `json:"line"`
	Claimants []string `json:"claimants"`
}

func (a *rule) play(r *replay) error {
	got, err := r.Registrations.Rule(r.ctx, r.actor, crm.RuleConflict{ID: a.Ruling, Line: a.Line, Claimants: a.Claimants,
		Party: crm.Subject{Kind: crm.KindLead, ID: a.Lead}})
	if err != nil {
		return err
	}
	if _, err := r.Leads.Assign(r.ctx, r.actor, a.Lead, r.house.staff(got.Winner), crm.Terms{Ref: got.ID}); err != nil {
		return err
	}
	return r.say("DID-RULE", finding.Term("what", r.thing(crm.KindLead, a.Lead)), finding.Term("winner", r.colleague(got.Winner)),
		finding.Term("rule", got.Rule))
}
