package crmtest

import (
	"iter"
	"slices"
	"testing"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/receivable"
)

// auditor holds what is left of a run of daily work against what has to be so whatever
// the order was.
type auditor struct {
	t     *testing.T
	seed  uint64
	store crm.Store
	crm   *crm.CRM
}

func (a *auditor) errorf(format string, args ...any) {
	a.t.Helper()
	a.t.Errorf("seed %d: "+format, append([]any{a.seed}, args...)...)
}

// each reads a listing to its end.
func each[T any](a *auditor, rows iter.Seq2[T, error]) (all []T) {
	a.t.Helper()
	for row, err := range rows {
		if err != nil {
			a.t.Fatalf("seed %d: %v", a.seed, err)
		}
		all = append(all, row)
	}
	return all
}

// left holds that the leaver has nothing.
func (a *auditor) left() {
	a.t.Helper()
	for _, c := range each(a, a.store.Customers(a.t.Context(), crm.CustomerFilter{Owner: leaving})) {
		a.errorf("customer %s was left behind", c.ID)
	}
	for _, kind := range []crm.Kind{crm.KindLead, crm.KindOpportunity, crm.KindQuote, crm.KindOrder, crm.KindInstalment, crm.KindReminder, crm.KindAppointment,
		crm.KindBid, crm.KindResponse, crm.KindCareTask, crm.KindEvent, crm.KindTie, crm.KindSeat} {
		for _, r := range each(a, a.store.Records(a.t.Context(), crm.RecordFilter{Kind: kind, Owner: leaving})) {
			if !slices.Contains([]crm.Kind{crm.KindAppointment, crm.KindCareTask, crm.KindEvent}, kind) || r.State == crm.StatePlanned {
				a.errorf("%v was left behind, %s", r.Subject, r.State)
			}
		}
	}
}

// numbers holds that each mobile number is that of one open lead, or of one customer.
func (a *auditor) numbers() {
	a.t.Helper()
	leads, customers := a.leads(), each(a, a.store.Customers(a.t.Context(), crm.CustomerFilter{}))
	for n := range mobiles {
		number := mobile(a.t, n)
		var has []string
		for _, l := range leads {
			if l.State.Open() && slices.Contains(l.Identifiers, number.Masked()) {
				has = append(has, "lead "+l.ID)
			}
		}
		for _, c := range customers {
			if slices.ContainsFunc(c.Profile.Identifiers, func(i party.Identifier) bool { return i.Kind == number.Kind && i.Value == number.Value }) {
				has = append(has, "customer "+c.ID)
			}
		}
		if len(has) > 1 {
			a.errorf("number %d is that of %v", n, has)
		}
	}
}

func (a *auditor) leads() []crm.Lead {
	a.t.Helper()
	return each(a, a.crm.Leads.List(a.t.Context(), boss(), crm.LeadFilter{}))
}

// conversions holds that each converted lead has one customer, that there is no other
// customer, and that the ids agree on both sides.
func (a *auditor) conversions() {
	a.t.Helper()
	ctx := a.t.Context()
	customers := map[string]bool{"c0": true, "c1": true} // who was there before
	for _, l := range a.leads() {
		from := each(a, a.crm.Opportunities.List(ctx, boss(), crm.OpportunityFilter{Lead: l.ID}))
		if l.State != lead.Converted {
			if l.Customer != "" || len(from) > 0 {
				a.errorf("lead %s, %v, has customer %q and %d opportunities", l.ID, l.State, l.Customer, len(from))
			}
			continue
		}
		if customers[l.Customer] {
			a.errorf("lead %s became customer %q, as another did", l.ID, l.Customer)
		}
		customers[l.Customer] = true
		lines := 0
		for _, e := range each(a, a.store.Entries(ctx, crm.EntryFilter{Subject: crm.Subject{Kind: crm.KindCustomer, ID: l.Customer}, Journal: crm.JournalLead})) {
			if e.Ref == l.ID {
				lines++
			}
		}
		if lines != 1 {
			a.errorf("customer %q has %d lines about lead %s", l.Customer, lines, l.ID)
		}
		if len(from) > 1 || len(from) == 1 && (from[0].ID != l.Opportunity || from[0].Customer != l.Customer) || len(from) == 0 && l.Opportunity != "" {
			a.errorf("lead %s has opportunity %q, and %v say they come from it", l.ID, l.Opportunity, from)
		}
		contacts := each(a, a.store.Records(ctx, crm.RecordFilter{Kind: crm.KindContact, Customer: l.Customer}))
		if len(contacts) > 1 || len(contacts) == 1 && contacts[0].Subject.ID != l.Contact || len(contacts) == 0 && l.Contact != "" {
			a.errorf("customer %q of lead %s with contact %q has %d contacts", l.Customer, l.ID, l.Contact, len(contacts))
		}
		for _, c := range contacts {
			customers[c.Ref] = true // the person
		}
	}
	for _, c := range each(a, a.store.Customers(ctx, crm.CustomerFilter{})) {
		if !customers[c.ID] {
			a.errorf("customer %s comes from no lead", c.ID)
		}
		delete(customers, c.ID)
	}
	if len(customers) > 0 {
		a.errorf("customers %v are not there", customers)
	}
}

// payments holds that what was allocated and what is left over are what was paid, and
// that no instalment got more than its price.
func (a *auditor) payments() {
	a.t.Helper()
	ctx := a.t.Context()
	paid := map[string]int64{}
	for _, c := range each(a, a.store.Customers(ctx, crm.CustomerFilter{})) {
		journal, err := a.crm.Receivables.Payments(ctx, boss(), c.ID, money.CNY)
		if err != nil {
			a.errorf("payments of %s: %v", c.ID, err)
		}
		for _, e := range journal {
			sum := e.Surplus
			for _, line := range e.Lines {
				sum += line.Minor
				paid[line.Instalment] += line.Minor
			}
			if e.Kind != receivable.Receipt || sum != e.Minor {
				a.errorf("%v of %s: %d of %d", e.Kind, c.ID, sum, e.Minor)
			}
		}
		for i, err := range a.crm.Receivables.By(ctx, boss(), c.ID) {
			if err != nil || i.Outstanding != i.Minor-paid[i.ID] || i.Outstanding < 0 {
				a.errorf("%d of instalment %s is outstanding, of %d, paid %d: %v", i.Outstanding, i.ID, i.Minor, paid[i.ID], err)
			}
			delete(paid, i.ID)
		}
	}
	if len(paid) > 0 {
		a.errorf("instalments %v were paid and are not there", paid)
	}
}

// owners holds that each owner of a lead, an opportunity or a customer follows from the
// one before: what lay in a pool went to one.
func (a *auditor) owners() {
	a.t.Helper()
	has := map[crm.Subject]string{}
	for _, e := range each(a, a.store.Entries(a.t.Context(), crm.EntryFilter{Journal: crm.JournalOwner})) {
		if !slices.Contains([]crm.Kind{crm.KindCustomer, crm.KindLead, crm.KindOpportunity}, e.Subject.Kind) {
			continue // whose it was first is not said in a journal
		}
		if e.From != has[e.Subject] {
			a.errorf("%v: %s from %q to %q, where %q had it", e.Subject, e.Kind, e.From, e.To, has[e.Subject])
		}
		has[e.Subject] = e.To
	}
}

// cared holds that no customer has two tasks of care: all are for one holiday.
func (a *auditor) cared() {
	a.t.Helper()
	has := map[string]string{}
	for _, task := range each(a, a.crm.Care.List(a.t.Context(), boss(), crm.CareFilter{})) {
		if other := has[task.Planned.Customer]; other != "" {
			a.errorf("customer %s is cared for twice, in %s and %s", task.Planned.Customer, other, task.ID)
		}
		has[task.Planned.Customer] = task.ID
	}
}

// commands holds that each command that was acknowledged happened once, and no other
// more than once.
func (a *auditor) commands(workers []*worker) {
	a.t.Helper()
	traces := map[[2]string]int{}
	for _, journal := range []crm.Journal{crm.JournalOwner, crm.JournalLead, crm.JournalTimeline, crm.JournalOpportunity, crm.JournalQuote, crm.JournalOrder,
		crm.JournalInstalment, crm.JournalAccount, crm.JournalReminder, crm.JournalAppointment, crm.JournalBid, crm.JournalCare, crm.JournalEvent, crm.JournalApproval,
		crm.JournalTie, crm.JournalStakeholder, crm.JournalKeyAccount, crm.JournalPenalty, crm.JournalRecord} {
		for _, e := range each(a, a.store.Entries(a.t.Context(), crm.EntryFilter{Journal: journal})) {
			traces[[2]string{e.Reason, string(e.Subject.Kind) + "/" + string(journal) + "/" + e.Kind}]++
		}
	}
	for _, w := range workers {
		for name, acknowledged := range w.outcome {
			leaves := w.marks[name]
			if len(leaves) == 0 {
				continue
			}
			n := 0
			for _, mark := range leaves {
				n += traces[[2]string{name, mark}]
			}
			if n > 1 || acknowledged && n == 0 && !slices.Contains(leaves, perhaps) {
				a.errorf("%s left %d of %v, acknowledged: %t", name, n, leaves, acknowledged)
			}
		}
	}
}
