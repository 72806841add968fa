package storetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Cases of keys that are forgotten.
func prunerChecks() []Check {
	needsPruner := func(c *Bench) string {
		if c.NoPruner {
			return "Features.NoPruner"
		}
		return ""
	}
	return []Check{{
		Name: "pruner/forgets-old-keys",
		Rules: slices.Concat(Says("Pruner", "Pruner is what a Store offers to forget old keys.", "Until then a key is remembered."),
			Says("Pruner.Prune", "Prune forgets the keys, with their receipts, of commits recorded before an instant", "and returns how many.",
				"Keys of commits without an instant stay."),
			Says("Commit.Scope", "for as long as the store remembers the key (see Pruner)."),
			Says("Commit.Recorded", "The age of the key counts from it.")),
		Skip: needsPruner,
		Run: func(c *Bench) {
			pruner := c.store.Pruner()
			if pruner == nil {
				c.Errorf("the store is no %s.Pruner: if it is not meant to be, set Features.NoPruner", c.Package)
				return
			}
			a := thing("a")
			recorded := []time.Time{minute(1), minute(2), minute(2).Add(time.Microsecond), minute(3), {}, HardInstants()[0], minute(2).Add(-time.Microsecond)}
			for i, at := range recorded {
				c.Send(Commit{Scope: "s", Key: fmt.Sprint(i), Recorded: at, Changes: []Change{set(a, uint64(i), line(i))}})
			}
			n, err := pruner.Prune(c.ctx, minute(2))
			if err != nil || n != 3 {
				c.Errorf("Prune: %d, %v, want 3", n, err)
			}
			for i, at := range recorded {
				want := error(nil)
				if !at.IsZero() && at.Before(minute(2)) {
					want = fault.ErrNotFound
				}
				_, err := c.store.Receipt(c.ctx, "s", fmt.Sprint(i))
				c.Fails(fmt.Sprintf("Receipt of a commit of %v", at), err, want)
			}
			if n, err := pruner.Prune(c.ctx, minute(2)); n != 0 || err != nil {
				c.Errorf("Prune again: %d, %v, want 0", n, err)
			}
			c.Refuse(fault.ErrDuplicate, Commit{Scope: "s", Key: "1"})
			c.Send(Commit{Scope: "s", Key: "0", Recorded: minute(9)})
			if have := len(c.journal(a)); have != len(recorded) {
				c.Errorf("%d entries, want %d: what was committed stays", have, len(recorded))
			}
		},
	}, {
		Name:  "pruner/between-microseconds",
		Rules: Says("Pruner.Prune", "which need not be a whole microsecond"),
		Skip:  needsPruner,
		Run: func(c *Bench) {
			pruner := c.store.Pruner()
			if pruner == nil {
				return // which the case before says
			}
			for _, at := range []time.Time{minute(2), HardInstants()[7], HardInstants()[1]} { // also before 1970
				key := at.Format(time.RFC3339)
				c.Send(Commit{Scope: key, Key: "at", Recorded: at})
				c.Send(Commit{Scope: key, Key: "next", Recorded: JustAfter(at)})
			}
			for _, prune := range []struct {
				before time.Time
				want   int
			}{
				{time.Time{}, 0}, {HardInstants()[1], 0}, {HardInstants()[1].Add(1), 1}, {HardInstants()[1].Add(999), 0},
				{HardInstants()[7], 1}, {HardInstants()[7].Add(500), 1}, {HardInstants()[7].Add(1000), 0},
				{minute(2), 1}, {minute(2).Add(999).In(time.FixedZone("CST", 8*60*60)), 1}, {minute(2).Add(1001), 1},
			} {
				if n, err := pruner.Prune(c.ctx, prune.before); err != nil || n != prune.want {
					c.Errorf("Prune before %v: %d, %v, want %d", prune.before, n, err, prune.want)
				}
			}
		},
	}}
}
