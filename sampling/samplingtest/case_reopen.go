package samplingtest

import (
	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// Cases of a store that is closed and opened again.
func reopenChecks() []check {
	return []check{{
		name:  "reopen/nothing-is-lost",
		rules: storetest.Says("Store: Consistency", "When Commit has returned nil, every later read of every method, from whatever goroutine, sees it whole."),
		skip: func(c *scene) string {
			if c.f.Reopen == nil {
				return "without Features.Reopen"
			}
			return ""
		},
		run: func(c *scene) {
			commit := sampling.Commit{Scope: "s", Key: "k", Receipt: []byte("receipt"), Recorded: minute(1), Changes: everyWrite()}
			c.send(commit)
			c.write(thing("b"), line(1), line(2))
			look := func() []any {
				return []any{c.picture(commit), c.entries(sampling.EntryFilter{Of: kindThing}), c.records(sampling.RecordFilter{Kind: kindThing})}
			}
			before := look()
			c.store = c.reopen(c.store)
			c.Same("the store that was opened again", look(), before)
			c.refuse(sampling.ErrDuplicate, commit)
			c.refuse(sampling.ErrConflict, sampling.Commit{Changes: everyWrite()})
			c.write(thing("b"), put(`1`))
		},
	}}
}
