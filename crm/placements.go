package crm

import (
	"context"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/group"
)

// Place puts a customer into a group of the tree 归入顾客群体. It may be in several.
// ErrNotFound: there is no such group; ErrDuplicate: it is in that group already.
func (s *Customers) Place(ctx context.Context, actor Actor, id, into string, call Call) error {
	return s.move(ctx, actor, "placed", id, into, call)
}

// Displace takes a customer out of a group 移出顾客群体. ErrNotFound: it is not in
// that group.
func (s *Customers) Displace(ctx context.Context, actor Actor, id, from string, call Call) error {
	return s.move(ctx, actor, "displaced", id, from, call)
}

func (s *Customers) move(ctx context.Context, actor Actor, kind, id, name string, call Call) error {
	cmd := command{name: "customers." + kind, actor: actor, subject: Subject{KindCustomer, id}, call: call, input: name}
	_, err := run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, struct{}, error) {
		c, err := s.core.living(ctx, actor, id)
		if err != nil {
			return draft{}, struct{}{}, err
		}
		entry := Entry{Journal: JournalGroup, Kind: kind, Actor: actor.ID, Reason: call.Reason}
		entry.Recorded = later(now, c.Head.Recorded)
		entry.At = effective(call, entry.Recorded)
		standing := c.Standing.Clone()
		at, in := slices.BinarySearch(standing.Groups, name)
		switch {
		case kind == "placed" && in:
			return draft{}, struct{}{}, &Error{Subject: cmd.subject, Field: "group", Reason: "holds the customer already", Err: ErrDuplicate}
		case kind == "placed":
			if err := s.groupExists(ctx, name); err != nil {
				return draft{}, struct{}{}, err
			}
			entry.To = name
			standing.Groups = slices.Insert(standing.Groups, at, name)
		case !in:
			return draft{}, struct{}{}, &Error{Subject: cmd.subject, Field: "group", Reason: "does not hold the customer", Err: ErrNotFound}
		default:
			if began, err := s.placedAt(ctx, id, name); err != nil {
				return draft{}, struct{}{}, err
			} else if entry.At.Before(began) {
				return draft{}, struct{}{}, &Error{Subject: cmd.subject, Field: "at", Reason: "is before it was placed there", Err: ErrInvalid}
			}
			entry.From = name
			standing.Groups = slices.Delete(standing.Groups, at, at+1)
		}
		return draft{changes: []Change{{cmd.subject, c.Head.Version, []Write{
			Append{entry}, PutStanding{standing}, Emit{Event{Kind: "group." + kind, At: entry.Recorded}}}}}}, struct{}{}, nil
	})
	return err
}

// placedAt returns when a customer's present stay in a group began.
func (s *Customers) placedAt(ctx context.Context, id, name string) (began time.Time, err error) {
	for e, err := range s.core.store.Entries(ctx, EntryFilter{Subject: Subject{KindCustomer, id}, Journal: JournalGroup}) {
		if err != nil {
			return began, err
		}
		if e.To == name {
			began = e.At
		}
	}
	return began, nil
}

func (s *Customers) groupExists(ctx context.Context, name string) error {
	groups, _, err := newRegistries(s.core).Groups.Get(ctx)
	if err == nil && !slices.ContainsFunc(groups, func(g group.Group) bool { return g.ID == name }) {
		err = &Error{Subject: Subject{KindRegistry, "groups"}, Field: "group", Reason: "is not in the tree", Err: ErrNotFound}
	}
	return err
}

// Placements returns every stay of a customer in a group, in the order in which
// they began: what [group.Sum] and the roll-ups of a [group.Tree] take.
func (s *Customers) Placements(ctx context.Context, actor Actor, id string) ([]group.Placement, error) {
	var stays []group.Placement
	open := map[string]int{}
	for e, err := range s.core.seen(ctx, "customers.placements", actor, id, EntryFilter{Subject: Subject{KindCustomer, id}, Journal: JournalGroup}) {
		switch {
		case err != nil:
			return nil, err
		case e.Kind == "placed":
			open[e.To] = len(stays)
			stays = append(stays, group.Placement{Customer: id, Group: e.To, From: e.At})
		default:
			stays[open[e.From]].Until = e.At
		}
	}
	return stays, nil
}
