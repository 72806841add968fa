package crmtest

import (
	"context"
	"slices"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

func allChecks() []check { return slices.Concat(storeChecks(), concurrencyChecks()) }

// Cases lists the cases of all suites.
func Cases() (all []storetest.Case) {
	for _, k := range allChecks() {
		all = append(all, storetest.Case{Name: k.name, Rules: k.rules})
	}
	for _, k := range sourceChecks() {
		all = append(all, storetest.Case{Name: k.name, Rules: k.rules})
	}
	return all
}

// Play runs one case of the stores' suites on a recorder and returns what it
// complained about.
func Play(ctx context.Context, name string, open func() crm.Store, f Features) []string {
	for _, k := range allChecks() {
		if k.name == name {
			r := storetest.NewRecorder(ctx)
			k.play(r, stand{open: open, short: true, f: f, find: func(crm.Store, string) bool { return false },
				seed: func(s crm.Store, id string, p party.Profile) party.Profile {
					return f.SeedProfile(nil, s, id, p).Clone()
				},
				wipe: func(s crm.Store, id string) { f.RemoveProfile(nil, s, id) }})
			return r.Said()
		}
	}
	return []string{"there is no case " + name}
}

// PlaySource is Play for the suite of purchase sources.
func PlaySource(ctx context.Context, name string, open func([]purchase.Purchase[string]) crm.PurchaseSource, f SourceFeatures) []string {
	for _, k := range sourceChecks() {
		if k.name == name {
			r := storetest.NewRecorder(ctx)
			k.play(r, open, f, true)
			return r.Said()
		}
	}
	return []string{"there is no case " + name}
}
