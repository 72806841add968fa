package crmtest

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// owning is somebody who sees what is theirs.
func owning(id string) crm.Actor { return crm.Actor{ID: id, Sees: access.Scope{Owner: id}} }

// tenders holds that the deposits that are out are those that were paid and did not come
// back, and that a bid is seen by who has it and by who has to answer, and by nobody else.
func (a *auditor) tenders() {
	a.t.Helper()
	ctx := a.t.Context()
	var out, paid int64
	for _, b := range each(a, a.crm.Bids.List(ctx, boss(), crm.BidFilter{})) {
		if !b.PaidOn.IsZero() && b.BackOn.IsZero() {
			out += b.Deposit.Minor
		}
		for _, e := range each(a, a.crm.Bids.History(ctx, boss(), b.ID)) {
			switch e.Kind {
			case "paid":
				paid += e.Amount
			case "refunded":
				paid -= e.Amount
			}
		}
		see := map[string]bool{b.Owner: true}
		allotted, err := a.crm.Bids.Allotted(ctx, boss(), b.ID)
		for _, r := range allotted {
			see[r.Owner] = true
		}
		for _, who := range []string{leaving, "sa", "sb", "sc", "taker", "other"} {
			_, hidden := a.crm.Bids.Get(ctx, owning(who), b.ID)
			if err != nil || see[who] != (hidden == nil) || hidden != nil && !errors.Is(hidden, crm.ErrNotFound) {
				a.errorf("bid %s of %v is seen by %s: %v, %v", b.ID, see, who, hidden, err)
			}
		}
	}
	if out != paid {
		a.errorf("deposits of %d are out, and %d was paid and did not come back", out, paid)
	}
}

// reviews holds that each customer came on the list of key accounts and went off it in
// turn, that each review told who came on by it, and that the next one brings the list to
// what its values say.
func (a *auditor) reviews(workers []*worker) {
	a.t.Helper()
	ctx := a.t.Context()
	on, entered := map[string]bool{}, map[string][]string{}
	for _, e := range each(a, a.store.Entries(ctx, crm.EntryFilter{Journal: crm.JournalKeyAccount})) {
		if on[e.Contact] != (e.Kind != "entered") {
			a.errorf("customer %s on the list: %t, and then %s", e.Contact, on[e.Contact], e.Kind)
		}
		on[e.Contact] = e.Kind != "left"
		if e.Kind == "entered" {
			entered[e.Reason] = append(entered[e.Reason], e.Contact)
		}
	}
	for _, w := range workers {
		for name, told := range w.entered {
			if slices.Sort(entered[name]); !slices.Equal(told, entered[name]) {
				a.errorf("%s told that %v came on the list, and there came %v", name, told, entered[name])
			}
		}
	}
	list := each(a, a.crm.KeyAccounts.List(ctx, boss()))
	for _, k := range list {
		if seen := each(a, a.crm.KeyAccounts.List(ctx, owning(k.Owner))); !on[k.Customer] || k.Owner != "" && !slices.Contains(seen, k) {
			a.errorf("key account %s of %s is listed, on the list: %t, seen by the owner: %v", k.Customer, k.Owner, on[k.Customer], seen)
		}
		delete(on, k.Customer)
	}
	for id, listed := range on {
		if listed {
			a.errorf("key account %s is not listed", id)
		}
	}
	var r crm.ReviewKeyAccounts
	for i, c := range each(a, a.store.Customers(ctx, crm.CustomerFilter{})) {
		r.Candidates = append(r.Candidates, segment.Candidate[string]{Customer: c.ID, Value: int64(1 + i*i)})
	}
	want, err := a.crm.KeyAccounts.Review(ctx, boss(), r)
	list = each(a, a.crm.KeyAccounts.List(ctx, boss()))
	same := len(list) == len(want.Accounts)
	for _, k := range want.Accounts {
		same = same && slices.ContainsFunc(list, func(l crm.ListedAccount) bool { return l.Customer == k.Customer })
	}
	if err != nil || !same {
		a.errorf("a review of %v found %v, and the list is %v: %v", r.Candidates, want, list, err)
	}
}

// scores holds that no lead was scored by a version that was replaced, and that after one
// rescoring of all, each open lead has the score that it is given.
func (a *auditor) scores() {
	a.t.Helper()
	ctx := a.t.Context()
	last := map[string]crm.ScoredLead{}
	for _, e := range each(a, a.store.Entries(ctx, crm.EntryFilter{Journal: crm.JournalLead})) {
		if e.Kind != "scored" {
			continue
		}
		var s crm.ScoredLead
		if err := json.Unmarshal(e.Data, &s); err != nil || s.Card < last[e.Subject.ID].Card || s.Score == last[e.Subject.ID].Score && s.Card == last[e.Subject.ID].Card {
			a.errorf("lead %s was scored %+v and then %+v: %v", e.Subject.ID, last[e.Subject.ID], s, err)
		}
		last[e.Subject.ID] = s
	}
	n, err := a.crm.Leads.Rescore(ctx, boss(), crm.Call{})
	again, failed := a.crm.Leads.Rescore(ctx, boss(), crm.Call{})
	if err := errors.Join(err, failed); err != nil || again > 0 {
		a.errorf("rescored %d, and again %d: %v", n, again, err)
	}
	var scored []crm.Lead
	for _, l := range a.leads() {
		if l.State.Open() {
			if s, err := a.crm.Leads.Score(ctx, boss(), l.ID, crm.Call{}); err != nil || s.LeadScore != l.Score {
				a.errorf("lead %s has score %+v, and is then given %+v: %v", l.ID, l.Score, s.LeadScore, err)
			}
		}
		if !l.Score.At.IsZero() {
			scored = append(scored, l)
		}
	}
	slices.SortFunc(scored, func(a, b crm.Lead) int {
		return cmp.Or(cmp.Compare(b.Score.Score, a.Score.Score), cmp.Compare(a.ID, b.ID))
	})
	best, err := a.crm.Leads.Best(ctx, boss(), crm.LeadFilter{}, 3)
	if err != nil || !slices.EqualFunc(best, scored[:min(3, len(scored))], func(a, b crm.Lead) bool { return a.ID == b.ID }) {
		a.errorf("the best leads are %v of %v: %v", best, scored, err)
	}
}

// penalties holds that no day costs anybody twice, that what stands is within the month's
// cap, and that all of it is there once the penalties have been proposed again.
func (a *auditor) penalties() {
	a.t.Helper()
	ctx := a.t.Context()
	n, err := a.crm.Penalties.Propose(ctx, boss(), december(), crm.Call{})
	again, failed := a.crm.Penalties.Propose(ctx, boss(), december(), crm.Call{})
	if err := errors.Join(err, failed); err != nil || again > 0 {
		a.errorf("proposed %d penalties, and again %d: %v", n, again, err)
	}
	stands, days := map[string]int64{}, map[[2]string]bool{}
	for _, p := range each(a, a.crm.Penalties.List(ctx, boss(), crm.PenaltyFilter{})) {
		day := [2]string{p.Person, p.On.String()}
		if days[day] {
			a.errorf("%v costs twice", day)
		}
		days[day] = true
		if p.State != cadence.Waived && p.State != cadence.Reversed {
			stands[p.Person] += p.Amount.Minor
		}
	}
	for _, person := range newHouse(a.t) {
		if stands[person.ID] != price(200).Minor {
			a.errorf("december costs %s %d", person.ID, stands[person.ID])
		}
	}
}
