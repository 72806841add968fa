package loyalty

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"time"
)

// Households says which members spend their points together (家庭账户).
//
// A member is in at most one household: the member's own record says in which, and
// every change of it moves that record. The record of a household guards the listing
// of its accounts: whatever lets an account join or leave it moves the household too,
// so who spends from the pool requires it.
//
// A household is there for those who see one of its members; the others do not exist
// for an actor who does not see them.
type Households struct{ core *core }

// HouseholdPolicy says who may form a household. The zero value has no limit.
type HouseholdPolicy struct {
	MaxMembers int `json:"max_members,omitzero"` // at most so many at a time; 0 for no limit
}

func (p HouseholdPolicy) validate() error {
	if p.MaxMembers < 0 {
		return &Error{Field: "max_members", Reason: "is below 0", Err: ErrInvalid}
	}
	return nil
}

// Household is members who spend together (家庭).
type Household struct {
	ID   string `json:"id"`
	Head Head   `json:"-"`
	// Members are those who are in it, in the order in which they joined. In what
	// [Households].Get and List return only those are named whom the actor sees.
	Members []string `json:"members"`
	Size    int      `json:"-"` // how many are in it, seen or not

	lines []Write // of the command that changes it
}

// HouseholdChanged is the result of a command on a household.
type HouseholdChanged struct {
	Household string `json:"household"`
	Member    string `json:"member"`
	Size      int    `json:"size"` // members that it has now
	Replayed  bool   `json:"-"`
}

func (c *HouseholdChanged) replay() { c.Replayed = true }

func householdOf(r Record) (Household, error) {
	h, err := bodyOf[Household](r)
	h.Head, h.Size = r.Head, len(h.Members)
	return h, err
}

// apply folds an entry of its journal into the household.
func (h *Household) apply(e Entry) {
	switch e.Kind {
	case entryJoined:
		h.Members = append(h.Members, e.Member)
	case entryLeft:
		h.Members = slices.DeleteFunc(h.Members, func(id string) bool { return id == e.Member })
	}
	h.Size = len(h.Members)
}

// note writes a line into the journal of the household.
func (h *Household) note(c *core, cmd *command, kind, member string, now time.Time) error {
	e, err := cmd.line(kind, member, h.Head, fact{}, now)
	if err == nil {
		h.apply(e)
		h.lines = append(h.lines, c.appended("household", e)...)
	}
	return err
}

// change is what the notes come to.
func (h *Household) change() (Change, error) {
	body, err := json.Marshal(h)
	state := "open"
	if len(h.Members) == 0 {
		state = "empty"
	}
	return Change{Subject: Subject{KindHousehold, h.ID}, Expect: h.Head.Version,
		Writes: append([]Write{PutRecord{Record{State: state, Body: body}}}, h.lines...)}, err
}

// household returns a household, whoever sees it.
func (c *core) household(ctx context.Context, id string) (Household, error) {
	r, err := c.store.Record(ctx, Subject{KindHousehold, id})
	if err != nil {
		return Household{}, err
	}
	return householdOf(r)
}

// shown is what the actor sees of a household.
func (h Household) shown(actor Actor) (Household, bool) {
	h.Members = slices.DeleteFunc(slices.Clone(h.Members), func(id string) bool { return !actor.Sees.Allows(id) })
	return h, len(h.Members) > 0 || actor.Sees.all
}

// Create founds a household with a first member. ErrDuplicate: there is, or was, one
// with this id. ErrTransition: the member is in another. ErrFrozen, ErrClosed: the
// member is.
func (h *Households) Create(ctx context.Context, actor Actor, household, member string, call Call) (HouseholdChanged, error) {
	cmd := &command{name: "households.create", actor: actor, subject: Subject{KindHousehold, household}, call: call, input: member}
	return h.move(ctx, cmd, member, func(ctx context.Context, m *Member) (Household, string, error) {
		if !ValidID(household) {
			return Household{}, "", &Error{Field: "id", Reason: "of a household is not 1 to 255 bytes of UTF-8 without NUL", Err: ErrInvalid}
		}
		if err := h.core.unused(ctx, cmd.subject); err != nil {
			return Household{}, "", err
		}
		return Household{ID: household}, entryJoined, h.core.freeToJoin(ctx, actor, m)
	})
}

// Join takes a member into a household. The actor has to see the member and one who
// is in it already, so that nobody joins strangers; a household that everybody has
// left is closed to all (ErrTransition). ErrTransition too: the member is in a
// household. ErrForbidden: the household is full. ErrFrozen, ErrClosed: the member
// is.
func (h *Households) Join(ctx context.Context, actor Actor, household, member string, call Call) (HouseholdChanged, error) {
	cmd := &command{name: "households.join", actor: actor, subject: Subject{KindHousehold, household}, call: call, input: member}
	return h.move(ctx, cmd, member, func(ctx context.Context, m *Member) (Household, string, error) {
		to, err := h.core.householdSeen(ctx, actor, household)
		if err != nil {
			return Household{}, "", err
		}
		most := h.core.programme.Households.MaxMembers
		switch {
		case to.Size == 0:
			return Household{}, "", &Error{Subject: cmd.subject, Reason: "has no members", Err: ErrTransition}
		case most > 0 && to.Size >= most && m.Household != household:
			return Household{}, "", &Error{Subject: cmd.subject, Field: "members", Reason: "are as many as there may be", Err: ErrForbidden}
		}
		return to, entryJoined, h.core.freeToJoin(ctx, actor, m)
	})
}

// Leave takes a member out of a household. ErrTransition: the member is not in it.
func (h *Households) Leave(ctx context.Context, actor Actor, household, member string, call Call) (HouseholdChanged, error) {
	cmd := &command{name: "households.leave", actor: actor, subject: Subject{KindHousehold, household}, call: call, input: member}
	return h.move(ctx, cmd, member, func(ctx context.Context, m *Member) (Household, string, error) {
		if m.Household != household {
			return Household{}, "", &Error{Subject: Subject{KindMember, m.ID}, Reason: "is not in the household", Err: ErrTransition}
		}
		from, err := h.core.household(ctx, household)
		return from, entryLeft, err
	})
}

// freeToJoin refuses a member who cannot join a household.
func (c *core) freeToJoin(ctx context.Context, actor Actor, m *Member) error {
	if _, err := c.openMember(ctx, actor, m.ID); err != nil {
		return err
	}
	if m.Household != "" {
		return &Error{Subject: Subject{KindMember, m.ID}, Reason: "is in a household", Err: ErrTransition}
	}
	return nil
}

// householdSeen returns a household of which the actor sees a member.
func (c *core) householdSeen(ctx context.Context, actor Actor, id string) (Household, error) {
	h, err := c.household(ctx, id)
	if err == nil {
		if _, seen := h.shown(actor); !seen {
			return Household{}, &Error{Subject: Subject{KindHousehold, id}, Err: ErrNotFound}
		}
	}
	return h, err
}

// move changes a household, a member, and all accounts of the member in one commit.
func (h *Households) move(ctx context.Context, cmd *command, member string,
	decide func(ctx context.Context, m *Member) (Household, string, error)) (HouseholdChanged, error) {
	cmd.queue = h.core.turns(ctx, member)
	return run(ctx, h.core, cmd, func(ctx context.Context, now time.Time) (draft, HouseholdChanged, error) {
		m, err := h.core.activeMember(ctx, cmd.actor, member)
		if err != nil {
			return draft{}, HouseholdChanged{}, err
		}
		home, kind, err := decide(ctx, &m)
		if err != nil {
			return draft{}, HouseholdChanged{}, err
		}
		if err := home.note(h.core, cmd, kind, member, now); err != nil {
			return draft{}, HouseholdChanged{}, err
		}
		moved, err := home.change()
		if err != nil {
			return draft{}, HouseholdChanged{}, err
		}
		noted, err := m.note(h.core, cmd, kind, fact{Household: home.ID}, now)
		if err != nil {
			return draft{}, HouseholdChanged{}, err
		}
		accounts, err := h.core.accountsOf(ctx, &m)
		if err != nil {
			return draft{}, HouseholdChanged{}, err
		}
		d := draft{changes: []Change{moved, noted}}
		for i := range accounts {
			accounts[i].Standing.Household = m.Household
			change, err := h.core.put(&accounts[i], nil)
			if err != nil {
				return draft{}, HouseholdChanged{}, err
			}
			d.changes = append(d.changes, change)
		}
		return d, HouseholdChanged{Household: home.ID, Member: member, Size: home.Size}, nil
	})
}

// Get returns a household. ErrNotFound: there is none, or the actor sees nobody in
// it.
func (h *Households) Get(ctx context.Context, actor Actor, id string) (Household, error) {
	return read(ctx, h.core, "households.get", actor, Subject{KindHousehold, id}, func() (Household, error) {
		home, err := h.core.householdSeen(ctx, actor, id)
		home, _ = home.shown(actor)
		return home, err
	})
}

// HouseholdFilter narrows [Households].List.
type HouseholdFilter struct {
	After string // only ids greater than this one, as bytes
	Limit int    // at most so many; 0 for no limit
}

// List lists the households that the actor sees, by id.
func (h *Households) List(ctx context.Context, actor Actor, filter HouseholdFilter) iter.Seq2[Household, error] {
	of := func(r Record) (Household, error) {
		home, err := householdOf(r)
		home, _ = home.shown(actor)
		return home, err
	}
	return listed(ctx, h.core, "households.list", actor, RecordFilter{Kind: KindHousehold, After: filter.After}, filter.Limit, of,
		func(h Household) bool { return len(h.Members) > 0 || actor.Sees.all })
}
