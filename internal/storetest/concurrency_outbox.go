package storetest

import (
	"errors"
	"fmt"
	"sync"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// outboxRace has writers compete for subjects while a reader delivers.
func outboxRace(c *Bench) {
	if c.box() == nil {
		return
	}
	const subjects, writers = 3, 6
	each := c.Size(40, 12)
	var mu sync.Mutex
	want := map[Subject]int{}
	last := map[Subject]Event{}
	got := map[Subject]int{}
	deliver := func() bool {
		events, err := c.box().Pending(c.ctx, 5)
		if c.Fails("Pending", err, nil); err != nil {
			return false
		}
		for _, e := range events {
			before := last[e.Subject]
			if e.Version < before.Version || e.Version == before.Version && (before.Kind != event(1).Event.Kind || e.Kind != event(2).Event.Kind) ||
				e.Version > before.Version+1 && before.Version > 0 {
				c.Errorf("of %v, %s of version %d came after %s of version %d", e.Subject, e.Kind, e.Version, before.Kind, before.Version)
				return false
			}
			last[e.Subject] = e
			got[e.Subject]++
			if err := c.box().Ack(c.ctx, e.ID); err != nil {
				c.Errorf("Ack: %v", err)
				return false
			}
		}
		return true
	}
	During([]func() bool{deliver}, func(func() bool) {
		Together(writers, func(i int) {
			for range each {
				s := thing(fmt.Sprint(i % subjects))
				head, err := c.store.Head(c.ctx, s)
				if c.Fails("Head", err, nil); err != nil {
					return
				}
				err = c.store.Commit(c.ctx, Commit{Changes: []Change{set(s, head.Version, event(1), line(1), event(2))}})
				if err == nil {
					mu.Lock()
					want[s] += 2
					mu.Unlock()
				} else if !errors.Is(err, fault.ErrConflict) {
					c.Errorf("Commit: %v, want nil or ErrConflict", err)
				}
			}
		})
	})
	for range writers * each { // what is left when all is quiet
		if !deliver() {
			return
		}
	}
	for s, n := range want {
		if got[s] != n {
			c.Errorf("%d events of %v were delivered, want %d", got[s], s, n)
		}
	}
}
