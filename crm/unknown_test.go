package crm_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/field"
	"github.com/guanxi-go/guanxi/crm/group"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/crm/recurrence"
	"github.com/guanxi-go/guanxi/crm/reminder"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// no is a number that no enumeration has.
const no = 99

// TestUnknownNumbers: a command in which an enumeration is no constant cannot be written as
// JSON, and is refused all the same by the name of the field.
func TestUnknownNumbers(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{}, lead.Limit{})
	ctx, none := s.ctx, crm.Call{}
	s.register("c1", organisation("华信"), li)
	s.register("c2", person(t, "张三", "13800138000"), li)
	s.open("o1", yuan(100))
	s.capture("l1", "李四", "13700137001", li)
	s.qualified("l2", "王五", "13700137002", li)
	_, err := s.Events.Plan(ctx, boss, crm.NewEventSeries{Event: fridays("e1", agenda.Participant{ID: "zhao"}), Path: li.Path})
	require.NoError(t, err)
	request, template := spend(1), flow(approval.Fixed, everyone("all", 3))
	_, err = s.Approvals.Start(ctx, boss, crm.Proposal{ID: "a1", Flow: template, Request: request, Draft: true})
	require.NoError(t, err)

	second := func(_ any, err error) error { return err }
	from, lead1 := day(9), crm.Subject{Kind: crm.KindLead, ID: "l1"}
	criterion := []pipeline.Criterion{{Proof: no, Name: "visit"}}
	terms := []receivable.Term{{Share: share(100), Event: no}}
	register := func(spoil func(p *party.Profile)) error {
		p := organisation("东方")
		spoil(&p)
		return second(s.Customers.Register(ctx, boss, crm.Registration{Profile: p}))
	}
	record := func(spoil func(a *timeline.Activity)) error {
		a := call("价格")
		spoil(&a)
		_, err := s.Leads.Record(ctx, boss, "l1", a, none)
		return errors.Join(err, second(s.Timeline.Record(ctx, boss, "c1", a, none)))
	}
	remind := func(spoil func(r *reminder.Reminder)) error {
		r := reminder.Reminder{Kind: reminder.Contact, Start: recurrence.Wall{Day: calendar.MustDate(2026, 2, 2), Clock: 9 * time.Hour}}
		spoil(&r)
		return second(s.Agenda.Remind(ctx, boss, crm.NewReminder{Owner: li, Reminder: r}))
	}
	appoint := func(spoil func(a *agenda.Appointment)) error {
		a := agenda.Appointment{Kind: agenda.Call, Staff: "li", From: from, To: from.Add(time.Hour)}
		spoil(&a)
		return second(s.Agenda.Plan(ctx, boss, crm.NewAppointment{Appointment: a}))
	}
	hold := func(spoil func(e *agenda.Event)) error {
		e := fridays("e2", agenda.Participant{ID: "zhao"})
		spoil(&e)
		return second(s.Events.Plan(ctx, boss, crm.NewEventSeries{Event: e}))
	}
	consent := func(spoil func(c *privacy.Consent)) error {
		c := privacy.Consent{Purpose: "contact", Basis: privacy.ByConsent, Action: privacy.Given, Evidence: "form-1"}
		spoil(&c)
		return second(s.Consents.Record(ctx, boss, "c2", c, none))
	}
	carePlan := func(spoil func(p *care.Plan)) error {
		p := cards()
		spoil(&p)
		return second(s.Registries.CarePlans.Put(ctx, boss, []care.Plan{p}, 0, none))
	}

	for _, c := range []struct {
		field string
		err   error
	}{
		{"type", register(func(p *party.Profile) { p.Type = no })},
		{"kind", register(func(p *party.Profile) { p.Kind = no })},
		{"position", register(func(p *party.Profile) { p.Position = no })},
		{"roles[0]", register(func(p *party.Profile) { p.Roles = []party.Role{no} })},
		{"external[0]", register(func(p *party.Profile) { p.External = []party.Membership{{Kind: no}} })},
		{"addresses[0].kind", register(func(p *party.Profile) { p.Addresses = []party.Address{{Kind: no, Postcode: "100000"}} })},
		{"role", second(s.Contacts.Link(ctx, boss, party.Contact{Organisation: "c1", Person: "c2", Role: no}, none))},
		{"attitude", second(s.Stakeholders.Describe(ctx, boss, account.Stakeholder{Customer: "c1", Contact: "c2", Influence: 1, Attitude: no}, none))},
		{"roles", second(s.Stakeholders.Describe(ctx, boss, account.Stakeholder{Customer: "c1", Contact: "c2", Influence: 1, Roles: []account.Role{no}}, none))},
		{"to", second(s.Ties.Move(ctx, boss, crm.MoveTie{Customer: "c1", Ours: li, Theirs: "c2", To: no}))},
		{"to", second(s.Stages.Relationship.Move(ctx, boss, "c1", crm.Move[stage.Relationship]{To: no}))},
		{"kind", record(func(a *timeline.Activity) { a.Kind = no })},
		{"channel", record(func(a *timeline.Activity) { a.Channel = no })},
		{"direction", record(func(a *timeline.Activity) { a.Direction = no })},
		{"outcome", record(func(a *timeline.Activity) { a.Outcome = no })},
		{"unfit", second(s.Leads.Disqualify(ctx, boss, "l1", no, none))},
		{"plan", second(s.Leads.Convert(ctx, boss, "l2", crm.ConvertLead{Plan: lead.Plan{Role: no}}))},
		{"expectation", second(s.Leads.Convert(ctx, boss, "l2", crm.ConvertLead{Opportunity: &crm.OpenOpportunity{Expectation: crm.Expectation{Category: no}}}))},
		{"expectation", second(s.Opportunities.Open(ctx, boss, crm.OpenOpportunity{Customer: "c1", Owner: li, Expectation: crm.Expectation{Category: no}}))},
		{"met", second(s.Opportunities.Open(ctx, boss, crm.OpenOpportunity{Customer: "c1", Owner: li, Met: criterion}))},
		{"met", second(s.Opportunities.Move(ctx, boss, "o1", crm.Promotion{To: "proposal", Met: criterion}))},
		{"met", second(s.Opportunities.Win(ctx, boss, "o1", crm.Winning{Met: criterion}))},
		{"terms[0]", second(s.Opportunities.Win(ctx, boss, "o1", crm.Winning{Met: ready, Terms: terms}))},
		{"loss", second(s.Opportunities.Lose(ctx, boss, "o1", crm.Losing{Loss: no}))},
		{"need", second(s.Opportunities.NoteNeed(ctx, boss, "o1", crm.NeedNote{Need: bid.Need{ID: "n1", Strength: no}}))},
		{"requirements[0]", second(s.Bids.Open(ctx, boss, crm.NewBid{Opportunity: "o1", Deadline: from, Requirements: []bid.Requirement{{ID: "r1", Answer: no}}}))},
		{"terms[0]", second(s.Orders.Draft(ctx, boss, crm.NewOrder{Opportunity: "o1", Amount: yuan(1), Terms: terms}))},
		{"terms[0]", second(s.Receivables.Plan(ctx, boss, crm.PaymentPlan{Order: "so1", Customer: "c1", Price: yuan(1), Terms: terms}))},
		{"event", second(s.Receivables.Event(ctx, boss, "so1", no, calendar.MustDate(2026, 1, 1), none))},
		{"minor", second(s.Receivables.Receive(ctx, boss, "c1", crm.Payment{Amount: yuan(1), By: receivable.Allocation{Method: no}}))},
		{"request.form", second(s.Approvals.Start(ctx, boss, crm.Proposal{Flow: template, Request: approval.Request{Form: no}}))},
		{"verb", second(s.Approvals.Act(ctx, boss, "a1", approval.Command{Verb: no}, none))},
		{"action.kind", second(s.Actions.Record(ctx, boss, lead1, cadence.Action{Kind: no, NoChange: true}, none))},
		{"login.window", second(s.Cadence.Draft(ctx, boss, cadence.Policy{Unit: "sales", Edition: approval.Edition{Policy: "use"},
			Rules: cadence.Rules{Login: cadence.LoginRule{Window: no}}}, none))},
		{"kind", remind(func(r *reminder.Reminder) { r.Kind = no })},
		{"rule", remind(func(r *reminder.Reminder) { r.Rule.Freq = no })},
		{"roll", remind(func(r *reminder.Reminder) { r.Roll = no })},
		{"from", remind(func(r *reminder.Reminder) { r.From = no })},
		{"catch_up", remind(func(r *reminder.Reminder) { r.CatchUp = no })},
		{"stop_when", remind(func(r *reminder.Reminder) { r.StopWhen = []reminder.Condition{no} })},
		{"kind", appoint(func(a *agenda.Appointment) { a.Kind = no })},
		{"state", appoint(func(a *agenda.Appointment) { a.State = no })},
		{"kind", hold(func(e *agenda.Event) { e.Kind = no })},
		{"rule", hold(func(e *agenda.Event) { e.Rule.Freq = no })},
		{"answer", hold(func(e *agenda.Event) { e.Participants[0].Answer = no })},
		{"answer", s.Events.Answer(ctx, boss, "e1", crm.Reply{Participant: "zhao", Answer: no})},
		{"basis", consent(func(c *privacy.Consent) { c.Basis = no })},
		{"action", consent(func(c *privacy.Consent) { c.Action = no })},
		{"channel", consent(func(c *privacy.Consent) { c.Channel = no })},
		{"categories", consent(func(c *privacy.Consent) { c.Categories = []privacy.Category{no} })},
		{"kind", second(s.Registries.Groups.Put(ctx, boss, []group.Group{{ID: "g", Kind: no}}, 0, none))},
		{"role", second(s.Registries.Responsibilities.Put(ctx, boss, []group.Responsibility{{Role: no}}, 0, none))},
		{"kind", second(s.Registries.Outputs.Put(ctx, boss, []group.Output{{Kind: no}}, 0, none))},
		{"type", second(s.Registries.Fields.Put(ctx, boss, []field.Schema{{Version: 1, Fields: []field.Field{{Code: "a", Type: no}}}}, 0, none))},
		{"channel", second(s.Registries.Touchpoints.Put(ctx, boss, []timeline.Touchpoint{{Code: "a", En: "a", Zh: "甲", Channel: no}}, 1, none))},
		{"bases", second(s.Registries.Purposes.Put(ctx, boss, []privacy.Purpose{{Code: "a", En: "a", Zh: "甲", Bases: []privacy.Basis{no}}}, 0, none))},
		{"model", second(s.Registries.Templates.Put(ctx, boss, []approval.Template{{ID: "t", Version: 1, Model: no}}, 0, none))},
		{"trigger", carePlan(func(p *care.Plan) { p.Trigger = no })},
		{"leap", carePlan(func(p *care.Plan) { p.Leap = no })},
		{"roll", carePlan(func(p *care.Plan) { p.Roll = no })},
	} {
		require.Error(t, c.err, c.field)
		require.True(t, errors.Is(c.err, crm.ErrInvalid) || errors.Is(c.err, crm.ErrIncomplete), "%s: %v", c.field, c.err)
		require.Regexp(t, `[: ]\Q`+c.field+`\E: `, c.err.Error())
		require.NotContains(t, c.err.Error(), "JSON")
	}
	s.verified()
}
