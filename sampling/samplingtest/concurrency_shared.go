package samplingtest

import (
	"errors"
	"fmt"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// Cases of two stores on one database, as two processes have them.
func sharedChecks() []check {
	rules := storetest.Says("Store: Concurrency",
		"All methods may be called at the same time from any number of goroutines and, where the database is shared, processes.")
	needsAnother := func(c *scene) string {
		if c.another == nil {
			return "without Features.Another"
		}
		return ""
	}
	return []check{
		{
			name: "shared/reads-what-the-other-wrote", rules: rules, skip: needsAnother,
			run: func(c *scene) {
				stores := []sampling.Store{c.store, c.another}
				a := thing("a")
				for n := range uint64(c.size(40, 10)) {
					c.store = stores[n%2]
					key := fmt.Sprint(n)
					c.send(sampling.Commit{Scope: "s", Key: key, Changes: []sampling.Change{set(a, n, put(key), line(int(n)))}})
					c.store = stores[(n+1)%2]
					c.Same("record", c.record(a).Head, sampling.Head{Version: n + 1, Entries: n + 1, Recorded: minute(int(n))})
					c.refuse(sampling.ErrDuplicate, sampling.Commit{Scope: "s", Key: key})
					c.refuse(sampling.ErrConflict, sampling.Commit{Changes: []sampling.Change{set(a, n)}})
					if have := len(c.journal(a)); have != int(n)+1 {
						c.Errorf("%d entries, want %d", have, n+1)
					}
				}
			},
		},
		{
			name: "shared/one-of-two-wins", rules: rules, skip: needsAnother,
			run: func(c *scene) {
				stores := []sampling.Store{c.store, c.another}
				for round := range uint64(c.size(40, 10)) {
					results := make([]error, 8)
					storetest.Together(len(results), func(i int) {
						results[i] = c.insist(stores[i%2], sampling.Commit{Changes: []sampling.Change{set(thing("a"), round, line(i), event(i))}})
					})
					won := 0
					for _, err := range results {
						if err == nil {
							won++
						} else if !errors.Is(err, sampling.ErrConflict) {
							c.Errorf("Commit: %v, want nil or ErrConflict", err)
						}
					}
					if won != 1 {
						c.Errorf("%d commits were applied, want 1", won)
					}
				}
			},
		},
	}
}
