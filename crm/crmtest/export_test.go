package crmtest

import (
	"context"
	"slices"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

func allChecks() []storetest.Check { return slices.Concat(storeChecks(), concurrencyChecks()) }

// Cases lists the cases of all suites.
func Cases() (all []storetest.Case) {
	for _, k := range allChecks() {
		all = append(all, storetest.Case{Name: k.Name, Rules: k.Rules})
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
		if k.Name == name {
			r := storetest.NewRecorder(ctx)
			features := f.neutral(nil)
			features.Short = true
			contract.Play(r, k, func() storetest.Store { return neutral{open()} }, features)
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

// Kit is what mutants are made of.
var Kit = storetest.MutantKit{
	Contract: &contract,
	Memory:   func() storetest.Store { return neutral{new(crm.Memory)} },
	Error: func(e storetest.Error, sentinel error) error {
		return &crm.Error{Subject: subjectOf(e.Subject), Field: e.Field, Holder: subjectOf(e.Holder), Err: sentinel}
	},
}
