package crmtest

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

// Rule is a promise that a case quotes.
type Rule struct{ Of, Says string }

// Case is a case's name and rules.
type Case struct {
	Name  string
	Rules []Rule
}

func allChecks() []check { return slices.Concat(storeChecks(), concurrencyChecks()) }

// Cases lists the cases of all suites.
func Cases() (all []Case) {
	add := func(name string, rules []rule) {
		k := Case{Name: name}
		for _, r := range rules {
			k.Rules = append(k.Rules, Rule{r.of, r.says})
		}
		all = append(all, k)
	}
	for _, k := range allChecks() {
		add(k.name, k.rules)
	}
	for _, k := range sourceChecks() {
		add(k.name, k.rules)
	}
	return all
}

// Play runs one case of the stores' suites on a recorder and returns what it
// complained about.
func Play(ctx context.Context, name string, open func() crm.Store, f Features) []string {
	for _, k := range allChecks() {
		if k.name == name {
			r := &recorder{ctx: ctx}
			k.play(r, stand{open: open, short: true, f: f, find: func(crm.Store, string) bool { return false },
				seed: func(s crm.Store, id string, p party.Profile) party.Profile {
					return f.SeedProfile(nil, s, id, p).Clone()
				},
				wipe: func(s crm.Store, id string) { f.RemoveProfile(nil, s, id) }})
			return r.said
		}
	}
	return []string{"there is no case " + name}
}

// PlaySource is Play for the suite of purchase sources.
func PlaySource(ctx context.Context, name string, open func([]purchase.Purchase[string]) crm.PurchaseSource, f SourceFeatures) []string {
	for _, k := range sourceChecks() {
		if k.name == name {
			r := &recorder{ctx: ctx}
			k.play(r, open, f, true)
			return r.said
		}
	}
	return []string{"there is no case " + name}
}

// recorder is a tb that keeps what is said.
type recorder struct {
	ctx  context.Context
	mu   sync.Mutex
	said []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

func (r *recorder) Skip(...any) {}

func (r *recorder) Context() context.Context { return r.ctx }
