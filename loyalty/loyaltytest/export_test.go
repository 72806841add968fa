package loyaltytest

import (
	"context"
	"slices"
	"time"

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

// Kit is what the shared tests hold.
var Kit = storetest.Kit{
	Contract: &contract,
	Memory:   func() storetest.Store { return neutral{new(loyalty.Memory)} },
	Faulty: func(s storetest.Store, seed uint64, rates storetest.Rates) (storetest.Store, func() storetest.Injected) {
		f := NewFaulty(s.(neutral).Store, seed, Rates(rates))
		return neutral{f}, func() storetest.Injected { return storetest.Injected(f.Injected()) }
	},
	Injected: ErrInjected,
	Interleave: func(seed uint64, s storetest.Store, tasks ...func(storetest.Store)) {
		Interleave(seed, s.(neutral).Store, storetest.Converted(tasks, func(task func(storetest.Store)) func(loyalty.Store) {
			return func(s loyalty.Store) { task(neutral{s}) }
		})...)
	},
	Clock: func(seed uint64, start time.Time, jump time.Duration) storetest.Clockwork {
		return NewClock(seed, start, jump)
	},
}
