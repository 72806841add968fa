package crmtest

import (
	"context"
	"slices"
	"time"

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

// Kit is what the shared tests hold.
var Kit = storetest.Kit{
	Contract: &contract,
	Memory:   func() storetest.Store { return neutral{new(crm.Memory)} },
	Faulty: func(s storetest.Store, seed uint64, rates storetest.Rates) (storetest.Store, func() storetest.Injected) {
		f := NewFaulty(s.(neutral).Store, seed, Rates(rates))
		return neutral{f}, func() storetest.Injected { return storetest.Injected(f.Injected()) }
	},
	Injected: ErrInjected,
	More: func() []storetest.Change { // a customer shows only with a profile
		return []storetest.Change{{Subject: neutralSubject(person("q")),
			Writes: writesOf(crm.PutProfile{Profile: fullProfile(1)}, crm.PutStanding{Standing: fullStanding()})}}
	},
	Interleave: func(seed uint64, s storetest.Store, tasks ...func(storetest.Store)) {
		Interleave(seed, s.(neutral).Store, storetest.Converted(tasks, func(task func(storetest.Store)) func(crm.Store) {
			return func(s crm.Store) { task(neutral{s}) }
		})...)
	},
	Clock: func(seed uint64, start time.Time, jump time.Duration) storetest.Clockwork {
		return NewClock(seed, start, jump)
	},
}
