package storetest

import (
	"errors"
	"fmt"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Cases of two stores on one database, as two processes have them.
func sharedChecks() []Check {
	rules := Says("Store: Concurrency",
		"All methods may be called at the same time from any number of goroutines and, where the database is shared, processes.")
	needsAnother := func(c *Bench) string {
		if c.another == nil {
			return "without Features.Another"
		}
		return ""
	}
	return []Check{
		{
			Name: "shared/reads-what-the-other-wrote", Rules: rules, Skip: needsAnother,
			Run: func(c *Bench) {
				stores := []Store{c.store, c.another}
				a := thing("a")
				for n := range uint64(c.Size(40, 10)) {
					c.store = stores[n%2]
					key := fmt.Sprint(n)
					c.Send(Commit{Scope: "s", Key: key, Changes: []Change{set(a, n, put(key), line(int(n)), Claim{Space: "phone", Key: key})}})
					c.store = stores[(n+1)%2]
					c.Same("record", c.record(a).Head, Head{Version: n + 1, Entries: n + 1, Recorded: minute(int(n))})
					c.Holds("phone", key, a)
					c.Refuse(fault.ErrDuplicate, Commit{Scope: "s", Key: key})
					c.Refuse(fault.ErrConflict, Commit{Changes: []Change{set(a, n)}})
					if have := len(c.journal(a)); have != int(n)+1 {
						c.Errorf("%d entries, want %d", have, n+1)
					}
				}
			},
		},
		{
			Name: "shared/one-of-two-wins", Rules: rules, Skip: needsAnother,
			Run: func(c *Bench) {
				stores := []Store{c.store, c.another}
				for round := range uint64(c.Size(40, 10)) {
					results := make([]error, 8)
					Together(len(results), func(i int) {
						results[i] = c.Insist(stores[i%2], Commit{Changes: []Change{set(thing("a"), round, line(i), event(i))}})
					})
					won := 0
					for _, err := range results {
						if err == nil {
							won++
						} else if !errors.Is(err, fault.ErrConflict) {
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
