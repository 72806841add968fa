package loyaltytest

import (
	"context"
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

func allChecks() []storetest.Check { return slices.Concat(storeChecks(), concurrencyChecks()) }

// Cases lists the cases of both suites.
func Cases() (all []storetest.Case) {
	for _, k := range allChecks() {
		all = append(all, storetest.Case{Name: k.Name, Rules: k.Rules})
	}
	return all
}

// Play runs one case on a recorder and returns what it complained about.
func Play(ctx context.Context, name string, open func() loyalty.Store, f Features) []string {
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

// Kit is what mutants are made of.
var Kit = storetest.MutantKit{
	Contract: &contract,
	Memory:   func() storetest.Store { return neutral{new(loyalty.Memory)} },
	Error: func(e storetest.Error, sentinel error) error {
		return &loyalty.Error{Subject: subjectOf(e.Subject), Field: e.Field, Holder: subjectOf(e.Holder), Err: sentinel}
	},
}
