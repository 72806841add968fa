package storetest

import "github.com/guanxi-go/guanxi/internal/fault"

import ()

// Cases of a store that is closed and opened again.
func reopenChecks() []Check {
	return []Check{{
		Name:  "reopen/nothing-is-lost",
		Rules: Says("Store: Consistency", "When Commit has returned nil, every later read of every method, from whatever goroutine, sees it whole."),
		Skip: func(c *Bench) string {
			if c.Reopen == nil {
				return "without Features.Reopen"
			}
			return ""
		},
		Run: func(c *Bench) {
			commit := Commit{Scope: "s", Key: "k", Receipt: []byte("receipt"), Recorded: minute(1), Changes: c.everyWrite()}
			c.Send(commit)
			c.write(thing("b"), line(1), line(2))
			look := func() []any {
				return []any{c.Picture(commit), c.entries(EntryFilter{Of: KindThing}), c.records(RecordFilter{Kind: KindThing})}
			}
			before := look()
			c.Use(c.Reopen(c.Opened))
			c.Same("the store that was opened again", look(), before)
			c.Refuse(fault.ErrDuplicate, commit)
			c.Refuse(fault.ErrConflict, Commit{Changes: c.everyWrite()})
			c.write(thing("b"), put(`1`))
		},
	}}
}
