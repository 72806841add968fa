package samplingtest

import (
	"slices"
	"time"

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

// Kit is what the shared tests hold.
var Kit = storetest.Kit{
	Contract: &contract,
	Memory:   func() storetest.Store { return neutral{new(sampling.Memory)} },
	Faulty: func(s storetest.Store, seed uint64, rates storetest.Rates) (storetest.Store, func() storetest.Injected) {
		f := NewFaulty(s.(neutral).Store, seed, Rates(rates))
		return neutral{f}, func() storetest.Injected { return storetest.Injected(f.Injected()) }
	},
	Injected: ErrInjected,
	Interleave: func(seed uint64, s storetest.Store, tasks ...func(storetest.Store)) {
		Interleave(seed, s.(neutral).Store, storetest.Converted(tasks, func(task func(storetest.Store)) func(sampling.Store) {
			return func(s sampling.Store) { task(neutral{s}) }
		})...)
	},
	Clock: func(seed uint64, start time.Time, jump time.Duration) storetest.Clockwork {
		return NewClock(seed, start, jump)
	},
}
