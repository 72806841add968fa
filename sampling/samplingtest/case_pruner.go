package samplingtest

import (
	"fmt"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// Cases of keys that are forgotten.
func prunerChecks() []check {
	needsPruner := func(c *scene) string {
		if c.f.NoPruner {
			return "Features.NoPruner"
		}
		return ""
	}
	return []check{{
		name: "pruner/forgets-old-keys",
		rules: slices.Concat(storetest.Says("Pruner", "Pruner is what a Store offers to forget old keys.", "Until then a key is remembered."),
			storetest.Says("Pruner.Prune", "Prune forgets the keys, with their receipts, of commits recorded before an instant", "and returns how many.",
				"Keys of commits without an instant stay."),
			storetest.Says("Commit.Scope", "for as long as the store remembers the key (see Pruner)."),
			storetest.Says("Commit.Recorded", "The age of the key counts from it.")),
		skip: needsPruner,
		run: func(c *scene) {
			pruner, ok := c.store.(sampling.Pruner)
			if !ok {
				c.Errorf("the store is no sampling.Pruner: if it is not meant to be, set Features.NoPruner")
				return
			}
			a := thing("a")
			recorded := []time.Time{minute(1), minute(2), minute(2).Add(time.Microsecond), minute(3), {}, storetest.HardInstants()[0], minute(2).Add(-time.Microsecond)}
			for i, at := range recorded {
				c.send(sampling.Commit{Scope: "s", Key: fmt.Sprint(i), Recorded: at, Changes: []sampling.Change{set(a, uint64(i), line(i))}})
			}
			n, err := pruner.Prune(c.ctx, minute(2))
			if err != nil || n != 3 {
				c.Errorf("Prune: %d, %v, want 3", n, err)
			}
			for i, at := range recorded {
				want := error(nil)
				if !at.IsZero() && at.Before(minute(2)) {
					want = sampling.ErrNotFound
				}
				_, err := c.store.Receipt(c.ctx, "s", fmt.Sprint(i))
				c.Fails(fmt.Sprintf("Receipt of a commit of %v", at), err, want)
			}
			if n, err := pruner.Prune(c.ctx, minute(2)); n != 0 || err != nil {
				c.Errorf("Prune again: %d, %v, want 0", n, err)
			}
			c.refuse(sampling.ErrDuplicate, sampling.Commit{Scope: "s", Key: "1"})
			c.send(sampling.Commit{Scope: "s", Key: "0", Recorded: minute(9)})
			if have := len(c.journal(a)); have != len(recorded) {
				c.Errorf("%d entries, want %d: what was committed stays", have, len(recorded))
			}
		},
	}, {
		name:  "pruner/between-microseconds",
		rules: storetest.Says("Pruner.Prune", "which need not be a whole microsecond"),
		skip:  needsPruner,
		run: func(c *scene) {
			pruner, ok := c.store.(sampling.Pruner)
			if !ok {
				return // which the case before says
			}
			for _, at := range []time.Time{minute(2), storetest.HardInstants()[7], storetest.HardInstants()[1]} { // also before 1970
				key := at.Format(time.RFC3339)
				c.send(sampling.Commit{Scope: key, Key: "at", Recorded: at})
				c.send(sampling.Commit{Scope: key, Key: "next", Recorded: after(at)})
			}
			for _, prune := range []struct {
				before time.Time
				want   int
			}{
				{time.Time{}, 0}, {storetest.HardInstants()[1], 0}, {storetest.HardInstants()[1].Add(1), 1}, {storetest.HardInstants()[1].Add(999), 0},
				{storetest.HardInstants()[7], 1}, {storetest.HardInstants()[7].Add(500), 1}, {storetest.HardInstants()[7].Add(1000), 0},
				{minute(2), 1}, {minute(2).Add(999).In(time.FixedZone("CST", 8*60*60)), 1}, {minute(2).Add(1001), 1},
			} {
				if n, err := pruner.Prune(c.ctx, prune.before); err != nil || n != prune.want {
					c.Errorf("Prune before %v: %d, %v, want %d", prune.before, n, err, prune.want)
				}
			}
		},
	}}
}
