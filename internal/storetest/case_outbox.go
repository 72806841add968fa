package storetest

import (
	"errors"
	"slices"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Cases of the outbox.
func outboxChecks() []Check {
	needsOutbox := func(c *Bench) string {
		if c.NoOutbox {
			return "Features.NoOutbox"
		}
		return ""
	}
	return []Check{
		{
			Name:  "outbox/offered",
			Rules: Says("Outbox", "Outbox is what a Store offers where other systems are to hear of changes."),
			Skip:  needsOutbox,
			Run: func(c *Bench) {
				if c.box() == nil {
					return
				}
				c.Same("events", c.pending(c.box()), []Event(nil))
			},
		},
		{
			Name:  "outbox/none-drops-events",
			Rules: Says("Outbox", "A store without it accepts Emit and drops the event."),
			Run: func(c *Bench) {
				c.commit(set(thing("a"), 0, event(1), put(`1`)))
				c.Same("head", c.Head(thing("a")), Head{Version: 1})
				c.record(thing("a"))
				if c.NoOutbox && c.store.Outbox() != nil {
					c.Errorf("Features.NoOutbox, and there is one")
				}
			},
		},
		{
			Name:  "outbox/events-come-whole",
			Rules: Says("Emit", "Emit puts an event into the outbox.", "ID, Subject and Version of the event are not looked at: the store gives them."),
			Skip:  needsOutbox,
			Run: func(c *Bench) {
				if c.box() == nil {
					return
				}
				a := thing("a")
				c.commit(set(a, 0))
				c.commit(set(a, 1, event(1), put(`1`), event(2)))
				bare := Emit{Event: Event{Kind: "bare", At: minute(3)}}
				c.write(thing("p"), bare)
				events := c.pending(c.box())
				ids := map[uint64]bool{}
				for i := range events {
					ids[events[i].ID] = true
					events[i].ID = 0
				}
				if len(ids) != 3 || ids[0] {
					c.Errorf("the ids %v for 3 events, want 3 above 0", ids)
				}
				of := func(e Emit, s Subject, version uint64) Event {
					e.Event.ID, e.Event.Subject, e.Event.Version = 0, s, version
					return e.Event
				}
				slices.SortStableFunc(events, func(x, y Event) int { return x.Subject.Compare(y.Subject) })
				c.Same("events", events, []Event{of(event(1), a, 2), of(event(2), a, 2), of(bare, thing("p"), 1)})
			},
		},
		{
			Name:  "outbox/until-acknowledged",
			Rules: Says("Outbox", "Events are delivered at least once: Pending returns an event again until it is acknowledged."),
			Skip:  needsOutbox,
			Run: func(c *Bench) {
				if c.box() == nil {
					return
				}
				for i := range 6 {
					c.write(thing("a"), event(i))
				}
				first := c.pending(c.box())
				c.Same("events again", c.pending(c.box()), first)
				if len(first) != 6 {
					c.Errorf("%d events, want 6", len(first))
					return
				}
				c.Fails("Ack", c.box().Ack(c.ctx, first[0].ID, first[3].ID), nil)
				c.Same("events after an Ack", c.pending(c.box()), []Event{first[1], first[2], first[4], first[5]})
			},
		},
		{
			Name: "outbox/ack-unknown",
			Rules: Says("Outbox.Ack", "Ack removes events by their ids.",
				"An id that is not there is passed over."),
			Skip: needsOutbox,
			Run: func(c *Bench) {
				if c.box() == nil {
					return
				}
				c.write(thing("a"), event(1), event(2), event(3))
				events := c.pending(c.box())
				if len(events) != 3 {
					c.Errorf("%d events, want 3", len(events))
					return
				}
				for _, ids := range [][]uint64{nil, {1 << 50}, {events[1].ID, 1 << 50, events[1].ID}, {events[1].ID}} {
					c.Fails("Ack", c.box().Ack(c.ctx, ids...), nil)
				}
				c.Same("events", c.pending(c.box()), []Event{events[0], events[2]})
				c.write(thing("a"), event(4))
				if after := c.pending(c.box()); len(after) != 3 || slices.ContainsFunc(events, func(e Event) bool { return e.ID == after[2].ID }) {
					c.Errorf("a new event took the id of an old one")
				}
			},
		},
		{
			Name: "outbox/order-of-a-subject",
			Rules: Says("Outbox", "Of one subject, events come in the order of its versions, and within a change in the order of its writes; there is no order between subjects.",
				"None is skipped"),
			Skip: needsOutbox,
			Run: func(c *Bench) {
				if c.box() == nil {
					return
				}
				const rounds = 40
				for n := range rounds {
					c.commit(set(thing("b"), uint64(n), event(3*n), event(3*n+1), event(3*n+2)), set(thing("a"), uint64(n), event(n)))
				}
				seen := map[Subject][]string{}
				for range 4 * rounds { // in pages, each acknowledged
					page, err := c.box().Pending(c.ctx, 7)
					c.Fails("Pending", err, nil)
					if len(page) > 7 {
						c.Errorf("%d events with limit 7", len(page))
					}
					var ids []uint64
					for _, e := range page {
						seen[e.Subject] = append(seen[e.Subject], e.Kind)
						ids = append(ids, e.ID)
					}
					c.Fails("Ack", c.box().Ack(c.ctx, ids...), nil)
				}
				var a, b []string
				for n := range rounds {
					a = append(a, event(n).Event.Kind)
					b = append(b, event(3*n).Event.Kind, event(3*n+1).Event.Kind, event(3*n+2).Event.Kind)
				}
				c.Same("events of a", seen[thing("a")], a)
				c.Same("events of b", seen[thing("b")], b)
			},
		},
		{
			Name:  "outbox/only-of-what-was-applied",
			Rules: Says("Store: Commit", "Commit applies all of a commit or nothing."),
			Skip:  needsOutbox,
			Run: func(c *Bench) {
				if c.box() == nil {
					return
				}
				send := Commit{Scope: "s", Key: "k", Changes: []Change{set(thing("a"), 0, event(1), Claim{Space: "phone", Key: "1"})}}
				c.Send(send)
				c.Refuse(fault.ErrDuplicate, send)
				c.Refuse(fault.ErrConflict, Commit{Changes: []Change{set(thing("b"), 0, event(2)), set(thing("a"), 0, event(3))}})
				c.Refuse(fault.ErrInvalid, Commit{Changes: []Change{set(thing("b"), 0, event(2), put(`{`))}})
				if c.Claims {
					c.Refuse(fault.ErrTaken, Commit{Changes: []Change{set(thing("b"), 0, event(2), Claim{Space: "phone", Key: "1"})}})
				}
				if n := len(c.pending(c.box())); n != 1 {
					c.Errorf("%d events, want 1", n)
				}
			},
		},
		{
			Name: "outbox/limit",
			Rules: Says("Outbox.Pending", "Pending returns at most limit events that are not acknowledged, oldest first as far as the store can tell.",
				"A limit below 1 is ErrInvalid."),
			Skip: needsOutbox,
			Run: func(c *Bench) {
				if c.box() == nil {
					return
				}
				for i := range 5 {
					c.write(thing("a"), event(i))
				}
				for _, limit := range []int{0, -1, -1 << 31} {
					events, err := c.box().Pending(c.ctx, limit)
					if !errors.Is(err, fault.ErrInvalid) || len(events) > 0 {
						c.Errorf("Pending with limit %d: %d events, %v", limit, len(events), err)
					}
				}
				all := c.pending(c.box())
				for limit, want := range map[int]int{1: 1, 3: 3, 5: 5, 6: 5, 1<<31 - 1: 5} {
					events, err := c.box().Pending(c.ctx, limit)
					c.Fails("Pending", err, nil)
					c.Same("the oldest events", events, all[:want])
				}
			},
		},
	}
}

// box is the store's outbox, or a failure where there is none.
func (c *Bench) box() Outbox {
	c.t.Helper()
	box := c.store.Outbox()
	if box == nil {
		c.Errorf("the store is no %s.Outbox: if it is not meant to be, set Features.NoOutbox", c.Package)
	}
	return box
}
