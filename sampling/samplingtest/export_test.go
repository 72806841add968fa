package samplingtest

import (
	"context"
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

func allChecks() []check { return slices.Concat(storeChecks(), concurrencyChecks()) }

// Cases lists the cases of both suites.
func Cases() (all []storetest.Case) {
	for _, k := range allChecks() {
		all = append(all, storetest.Case{Name: k.name, Rules: k.rules})
	}
	return all
}

// Play runs one case on a recorder and returns what it complained about.
func Play(ctx context.Context, name string, open func() sampling.Store, f Features) []string {
	for _, k := range allChecks() {
		if k.name == name {
			r := storetest.NewRecorder(ctx)
			k.play(r, stand{open: open, short: true, f: f, find: func(sampling.Store, string) bool { return false },
				reopen: func(s sampling.Store) sampling.Store { return f.Reopen(nil, s) }})
			return r.Said()
		}
	}
	return []string{"there is no case " + name}
}
