package main

import (
	"maps"
	"slices"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
)

// giveNotice begins a handover: the notice, and no exports from then on.
type giveNotice struct {
	event
	Handover string `json:"handover"`
	Leaver   string `json:"leaver"`
	Manager  string `json:"manager"` // who supervises it
}

func (a *giveNotice) play(r *replay) error {
	if err := r.step(a.Handover, func(_ owner.Handover, act owner.Act) (owner.Step, error) {
		return owner.OpenHandover(a.Leaver, a.Manager, act)
	}); err != nil {
		return err
	}
	if err := r.step(a.Handover, owner.Handover.Freeze); err != nil {
		return err
	}
	return r.say("DID-NOTICE", finding.Term("leaver", r.colleague(a.Leaver)))
}

// step takes the next step of a handover.
func (r *replay) step(id string, decide func(owner.Handover, owner.Act) (owner.Step, error)) error {
	_, err := r.Handovers.Do(r.ctx, r.actor, id, crm.Terms{}, decide)
	return err
}

// handOver is the last day: what the leaver has is counted and listed, the account is
// closed, all of it moves, and the handover says who got how much of what.
type handOver struct {
	event
	Handover  string            `json:"handover"`
	Takers    []string          `json:"takers"`
	Named     map[string]string `json:"named"`     // key accounts, and who takes each
	Successor string            `json:"successor"` // in decisions
}

func (a *handOver) play(r *replay) error {
	h, err := r.Handovers.Get(r.ctx, r.actor, a.Handover)
	if err != nil {
		return err
	}
	if err := r.say("DID-HAND-OVER", finding.Term("leaver", r.colleague(h.Leaver))); err != nil {
		return err
	}
	has, err := r.Handovers.Inventory(r.ctx, r.actor, h.Leaver)
	if err != nil {
		return err
	}
	if err := a.list(r, has); err != nil {
		return err
	}
	r.house.left[h.Leaver] = r.now.Time
	leaving := crm.Leaving{Terms: crm.Terms{Code: "left", Ref: a.Handover}, Options: owner.TransferOptions{Named: a.Named},
		Facts: func(c crm.Customer) owner.Account { return owner.Account{Key: r.key[c.ID]} }}
	for _, id := range a.Takers {
		leaving.Takers = append(leaving.Takers, r.house.staff(id))
	}
	moved, err := r.Owners.TransferAll(r.ctx, r.actor, h.Leaver, leaving)
	if err != nil {
		return err
	}
	seats, err := r.Approvals.Succeed(r.ctx, r.actor, h.Leaver, a.Successor, crm.Call{})
	if err != nil {
		return err
	}
	return a.give(r, has, moved, seats)
}

// list counts each of the eleven matters, and names receivables and key accounts one by
// one.
func (a *handOver) list(r *replay, has []crm.Belongings) error {
	for _, of := range has {
		if err := r.step(a.Handover, func(h owner.Handover, act owner.Act) (owner.Step, error) {
			return h.Count(of.Matter, len(of.Things), act)
		}); err != nil {
			return err
		}
	}
	for _, due := range receivables(has) {
		if err := r.step(a.Handover, func(h owner.Handover, act owner.Act) (owner.Step, error) {
			return h.List(owner.Receivables, due.Subject.ID, due.Amount, act)
		}); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(a.Named)) {
		if err := r.step(a.Handover, func(h owner.Handover, act owner.Act) (owner.Step, error) {
			return h.List(owner.Customers, id, money.Amount{}, act)
		}); err != nil {
			return err
		}
	}
	return nil
}

// receivables are named one by one.
func receivables(has []crm.Belongings) []crm.Belonging {
	return has[slices.IndexFunc(has, func(of crm.Belongings) bool { return of.Matter == owner.Receivables })].Things
}

// give records who got what. What is listed goes one by one, the rest by count.
func (a *handOver) give(r *replay, has []crm.Belongings, moved crm.Transferred, seats crm.Succession) error {
	given := map[owner.Matter]map[string]int{}
	add := func(m owner.Matter, to string, n int) {
		if given[m] == nil {
			given[m] = map[string]int{}
		}
		given[m][to] += n
	}
	for _, g := range moved.Given {
		add(owner.Customers, g.Staff, g.Tally.Count)
	}
	for _, w := range moved.Work {
		add(w.Kind.Matter(), w.To, w.Count)
	}
	add(owner.Approvals, a.Successor, len(seats.Given))
	for _, id := range slices.Sorted(maps.Keys(a.Named)) {
		add(owner.Customers, a.Named[id], -1)
		if err := r.hand(a.Handover, owner.Customers, id, 1, a.Named[id]); err != nil {
			return err
		}
	}
	for _, due := range receivables(has) {
		i, err := r.Receivables.Get(r.ctx, r.actor, due.Subject.ID)
		if err != nil {
			return err
		}
		add(owner.Receivables, i.Owner, -1)
		if err := r.hand(a.Handover, owner.Receivables, due.Subject.ID, 1, i.Owner); err != nil {
			return err
		}
	}
	for _, m := range owner.Matters() {
		for _, to := range slices.Sorted(maps.Keys(given[m])) {
			if err := r.hand(a.Handover, m, "", given[m][to], to); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *replay) hand(handover string, m owner.Matter, ref string, n int, to string) error {
	if n == 0 {
		return nil
	}
	if err := r.step(handover, func(h owner.Handover, act owner.Act) (owner.Step, error) { return h.Hand(m, ref, n, to, act) }); err != nil {
		return err
	}
	kind := word{m.String(), m.Zh()}
	if ref != "" {
		kind = word{kind.en + " " + r.called(ref).en, kind.zh + " " + r.called(ref).zh}
	}
	text, err := r.sentence("DID-TRANSFER", finding.Term("kind", kind), finding.Int("count", int64(n)), finding.Term("to", r.colleague(to)))
	if err == nil {
		r.print(2, text)
	}
	return err
}

// introduce takes a key account's new owner there in person.
type introduce struct {
	event
	Handover string `json:"handover"`
	Customer string `json:"customer"`
	To       string `json:"to"`
}

func (a *introduce) play(r *replay) error {
	if err := r.step(a.Handover, func(h owner.Handover, act owner.Act) (owner.Step, error) {
		return h.Introduce(a.Customer, a.To, act)
	}); err != nil {
		return err
	}
	return r.say("DID-INTRODUCE", finding.Term("to", r.colleague(a.To)), finding.Term("what", r.thing(crm.KindCustomer, a.Customer)))
}

// sign is the signatures of all, and the last step.
type sign struct {
	event
	Handover string   `json:"handover"`
	People   []string `json:"people"`
}

func (a *sign) play(r *replay) error {
	for _, id := range a.People {
		if _, err := r.Handovers.Do(r.ctx, crm.Actor{ID: id}, a.Handover, crm.Terms{}, owner.Handover.Sign); err != nil {
			return err
		}
	}
	if err := r.step(a.Handover, owner.Handover.Complete); err != nil {
		return err
	}
	return r.say("DID-SIGN", finding.Term("all", r.colleagues(a.People)))
}
