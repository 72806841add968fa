package samplingtest

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

func allChecks() []storetest.Check {
	return slices.Concat(contract.StoreChecks(), contract.ConcurrencyChecks())
}

// Cases lists the cases of both suites.
func Cases() (all []storetest.Case) {
	for _, k := range allChecks() {
		all = append(all, storetest.Case{Name: k.Name, Rules: k.Rules})
	}
	return all
}

// Kit is what mutants are made of.
var Kit = storetest.MutantKit{
	Contract: &contract,
	Memory:   func() storetest.Store { return neutral{new(sampling.Memory)} },
	Error: func(e storetest.Error, sentinel error) error {
		return &sampling.Error{Subject: subjectOf(e.Subject), Field: e.Field, Err: sentinel}
	},
}
