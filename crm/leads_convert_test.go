package crm_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

func TestLeadsMove(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{}, lead.Limit{})
	s.capture("l1", "张三", "13800138000", li)
	next := day(400)
	state, err := s.Leads.Work(s.ctx, boss, "l1", next, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, lead.Working, state)
	require.Equal(t, next, s.lead("l1").Due)
	require.Equal(t, []string{"l1"}, s.listed(crm.LeadFilter{Owner: "li", DueBefore: next.Add(1000)}))
	require.Empty(t, s.listed(crm.LeadFilter{Owner: "li", DueBefore: next}))
	agreed := day(500)
	a := call("called, wants an offer")
	a.Next = agreed
	_, err = s.Leads.Record(s.ctx, boss, "l1", a, crm.Call{})
	require.NoError(t, err)
	require.Equal(t, agreed, s.lead("l1").Due)
	_, err = s.Leads.Nurture(s.ctx, boss, "l1", time.Time{}, crm.Call{})
	require.NoError(t, err)
	_, err = s.Leads.Qualify(s.ctx, boss, "l1", time.Time{}, crm.Call{})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = s.Leads.Disqualify(s.ctx, boss, "l1", 0, crm.Call{})
	require.ErrorIs(t, err, lead.ErrIncomplete)
	_, err = s.Leads.Disqualify(s.ctx, boss, "l1", lead.Rival, crm.Call{Reason: "works at the other shop"})
	require.NoError(t, err)
	require.Equal(t, []any{lead.Disqualified, lead.Rival, time.Time{}}, []any{s.lead("l1").State, s.lead("l1").Unfit, s.lead("l1").Due})
	_, err = s.Leads.Assign(s.ctx, boss, "l1", zhao, crm.Terms{})
	require.ErrorIs(t, err, crm.ErrTransition)
	var kinds []string
	for e, err := range s.Leads.History(s.ctx, boss, "l1") {
		require.NoError(t, err)
		kinds = append(kinds, e.Kind+" "+e.To)
	}
	require.Equal(t, []string{"created new", "moved assigned", "moved working", "moved nurture", "moved disqualified"}, kinds)

	blind := crm.Actor{ID: "x"}
	_, err = s.Leads.Get(s.ctx, blind, "l1")
	require.ErrorIs(t, err, crm.ErrNotFound)
	_, err = s.Leads.Show(s.ctx, blind, "l1")
	require.ErrorIs(t, err, crm.ErrNotFound)
	s.verified()
}

func TestLeadsConvert(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{}, lead.Limit{})
	s.qualified("l1", "张三", "13800138000", li, "company", "华信科技", "wish", "pumps")
	_, err := s.Leads.Record(s.ctx, boss, "l1", call("talked"), crm.Call{})
	require.NoError(t, err)
	command := crm.ConvertLead{Call: crm.Call{Key: "k"}, Plan: lead.Plan{Role: party.ContactPurchasing, Title: "buyer"},
		Opportunity: &crm.OpenOpportunity{Title: "pumps", Expectation: crm.Expectation{Amount: money.Amount{Minor: 1_000_00, Currency: money.CNY}}}}
	made, err := s.Leads.Convert(s.ctx, boss, "l1", command)
	require.NoError(t, err)
	again, err := s.Leads.Convert(s.ctx, boss, "l1", command)
	require.NoError(t, err)
	require.Equal(t, made, again)
	command.Key = "other"
	_, err = s.Leads.Convert(s.ctx, boss, "l1", command)
	require.ErrorIs(t, err, lead.ErrAlreadyConverted)
	var typed *lead.Error
	require.True(t, errors.As(err, &typed))
	require.Equal(t, made.Customer, typed.ID)

	org, who := s.get(made.Customer), s.get(made.Person)
	require.Equal(t, []any{"华信科技", party.Organisation, "li", "website"}, []any{org.Profile.Name, org.Profile.Type, org.Standing.Holding.Owner, org.Profile.Source})
	require.Equal(t, []any{"张三", party.Person, 1}, []any{who.Profile.Name, who.Profile.Type, len(who.Profile.Identifiers)})
	contacts, err := s.Contacts.Of(s.ctx, boss, made.Customer)
	require.NoError(t, err)
	require.Equal(t, []party.Contact{{ID: made.Contact, Organisation: made.Customer, Person: made.Person, Role: party.ContactPurchasing, Title: "buyer"}}, contacts)
	o, err := s.Opportunities.Get(s.ctx, boss, made.Opportunity)
	require.NoError(t, err)
	require.Equal(t, []any{made.Customer, "l1", "li"}, []any{o.Customer, o.Lead, o.Holding.Owner})
	l := s.lead("l1")
	require.Equal(t, []any{lead.Converted, made.Customer, made.Contact, made.Opportunity}, []any{l.State, l.Customer, l.Contact, l.Opportunity})
	require.Equal(t, []string{"l1"}, s.listed(crm.LeadFilter{Customer: made.Customer}))
	line, err := s.Timeline.Of(s.ctx, boss, made.Customer)
	require.NoError(t, err)
	require.Equal(t, 1, line.Len(), "the lead's activity is shown")
	answer, err := s.Consents.Permitted(s.ctx, boss, made.Person, privacy.Question{Purpose: "contact", Channel: timeline.Phone, Age: privacy.FourteenUp, Notice: 1})
	require.NoError(t, err)
	require.True(t, answer.Allowed, answer.Reasons)

	// The number is the person's now: who sends it again is attached to the customer.
	require.Equal(t, made.Person, s.capture("l2", "张三", "13800138000", owner.Staff{}).Customer)
	s.verified()
}

func TestLeadsConvertLinks(t *testing.T) {
	s := leadScene(t, new(crm.Memory), crm.Options{}, lead.Limit{})
	s.register("org", organisation("华信"), li)
	s.qualified("l1", "张三", "13800138000", zhao)
	got, err := s.Leads.Convert(s.ctx, boss, "l1", crm.ConvertLead{Plan: lead.Plan{Customer: "org", Role: party.ContactTechnical}})
	require.NoError(t, err)
	require.Equal(t, "org", got.Customer)
	require.Equal(t, "zhao", s.get(got.Person).Standing.Holding.Owner)
	require.Equal(t, "li", s.get("org").Standing.Holding.Owner, "who looks after the customer stays")

	s.qualified("l2", "李四", "13900139000", zhao)
	got, err = s.Leads.Convert(s.ctx, boss, "l2", crm.ConvertLead{Plan: lead.Plan{Customer: "org", Person: got.Person, Role: party.ContactFinance}})
	require.NoError(t, err)
	contacts, err := s.Contacts.Of(s.ctx, boss, "org")
	require.NoError(t, err)
	require.Len(t, contacts, 2)

	// Somebody who was registered meanwhile has the number: link instead.
	s.qualified("l3", "王五", "13700137000", li)
	s.register("wang-wu", person(t, "王五", "13700137000"), li)
	_, err = s.Leads.Convert(s.ctx, boss, "l3", crm.ConvertLead{})
	require.ErrorIs(t, err, crm.ErrTaken)
	require.Equal(t, lead.Qualified, s.lead("l3").State)
	got, err = s.Leads.Convert(s.ctx, boss, "l3", crm.ConvertLead{Plan: lead.Plan{Customer: "wang-wu"}})
	require.NoError(t, err)
	require.Equal(t, crm.ConvertedLead{Customer: "wang-wu"}, got)

	s.capture("l4", "赵六", "13600136000", owner.Staff{})
	_, err = s.Leads.Convert(s.ctx, boss, "l4", crm.ConvertLead{Owner: li})
	require.ErrorIs(t, err, crm.ErrTransition)
	_, err = s.Leads.Convert(s.ctx, boss, "l4", crm.ConvertLead{})
	require.ErrorIs(t, err, crm.ErrIncomplete)
	s.verified()
}

// TestLeadsConvertAmbiguous: a conversion through a store that fails, sent again under
// its key until it is acknowledged, makes one customer, one person and one opportunity.
func TestLeadsConvertAmbiguous(t *testing.T) {
	runs := uint64(300)
	if testing.Short() {
		runs = 60
	}
	injected := 0
	for seed := range runs {
		store := new(crm.Memory)
		s := leadScene(t, store, crm.Options{}, lead.Limit{})
		s.qualified("l1", "张三", "13800138000", li, "company", "华信")
		faulty := crmtest.NewFaulty(store, seed, crmtest.Rates{ErrRead: .02, ErrBefore: .1, ErrAfter: .3, Conflict: .1, Cancelled: .05})
		c, err := crm.New(faulty, crm.Options{Clock: s.clock, Attempts: 2, ErasureKey: secret})
		require.NoError(t, err)
		var made []crm.ConvertedLead
		for range 200 {
			got, err := c.Leads.Convert(s.ctx, boss, "l1", crm.ConvertLead{Call: crm.Call{Key: "k"}, Opportunity: &crm.OpenOpportunity{Title: "x"}})
			if err == nil {
				made = append(made, got)
				if len(made) == 2 {
					break
				}
				continue
			}
			require.True(t, errors.Is(err, crmtest.ErrInjected) || errors.Is(err, context.Canceled) || errors.Is(err, crm.ErrConflict), "seed %d: %v", seed, err)
		}
		require.Len(t, made, 2, "seed %d", seed)
		require.Equal(t, made[0], made[1])
		require.Len(t, ids(t, s.Customers.List(s.ctx, boss, crm.CustomerFilter{})), 2, "seed %d", seed)
		n := 0
		for _, err := range s.Opportunities.List(s.ctx, boss, crm.OpportunityFilter{}) {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, 1, n)
		s.verified()
		injected += faulty.Injected().ErrAfter
	}
	require.Positive(t, injected)
}

// TestLeadsLeaver: a colleague leaves while others capture leads for them, give, convert
// and claim them; in the end nothing is left with them, and no lead is without owner that
// was given.
func TestLeadsLeaver(t *testing.T) {
	runs := uint64(400)
	if testing.Short() {
		runs = 80
	}
	for seed := range runs {
		store := new(crm.Memory)
		s := leadScene(t, store, crm.Options{}, lead.Limit{})
		s.qualified("l1", "张三", "13800138000", li)
		s.capture("l2", "李四", "13900139000", zhao)
		_, err := s.Leads.Capture(s.ctx, boss, crm.CaptureLead{ID: "l3", Submission: asks("n", "13700137000"), Pool: "public"})
		require.NoError(t, err)
		allowed := func(err error) {
			if err != nil && !errors.Is(err, crm.ErrForbidden) && !errors.Is(err, crm.ErrTransition) && !errors.Is(err, crm.ErrTaken) {
				t.Errorf("seed %d: %v", seed, err)
			}
		}
		over := func(do func(c *crm.CRM)) func(crm.Store) {
			return func(store crm.Store) {
				c, err := crm.New(store, crm.Options{Clock: crmtest.NewClock(seed, day(1), 0), Attempts: 200, ErasureKey: secret})
				require.NoError(t, err)
				do(c)
			}
		}
		crmtest.Interleave(seed, store,
			over(func(c *crm.CRM) {
				_, err := c.Owners.TransferAll(s.ctx, boss, "li", crm.Leaving{Terms: crm.Terms{Call: crm.Call{Reason: "left"}}, Takers: []owner.Staff{zhao, sun}})
				require.NoError(t, err)
			}),
			over(func(c *crm.CRM) {
				_, err := c.Leads.Capture(s.ctx, boss, crm.CaptureLead{ID: "l4", Submission: asks("n", "13600136000"), Owner: li})
				allowed(err)
				_, err = c.Leads.Claim(s.ctx, boss, "l3", li, crm.Terms{})
				allowed(err)
			}),
			over(func(c *crm.CRM) {
				_, err := c.Leads.Convert(s.ctx, boss, "l1", crm.ConvertLead{Opportunity: &crm.OpenOpportunity{Title: "x"}})
				allowed(err)
			}),
			over(func(c *crm.CRM) {
				_, err := c.Leads.Transfer(s.ctx, boss, "l2", li, crm.Terms{Code: "helps"})
				allowed(err)
			}),
		)
		require.Empty(t, s.listed(crm.LeadFilter{Owner: "li"}), "seed %d", seed)
		require.Empty(t, ids(t, s.Customers.List(s.ctx, boss, crm.CustomerFilter{Owner: "li"})), "seed %d", seed)
		for o, err := range s.Opportunities.List(s.ctx, boss, crm.OpportunityFilter{Owner: "li"}) {
			t.Errorf("seed %d: %s was left behind: %v", seed, o.ID, err)
		}
		s.verified()
		if t.Failed() {
			return
		}
	}
}
