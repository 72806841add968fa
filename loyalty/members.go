package loyalty

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strconv"
	"time"
)

// Members says who takes part in the programme (会员).
//
// Commands return ErrNotFound for a member who is not there or not seen, ErrMerged
// for one who was merged into another, ErrForgotten for one who was erased, and
// ErrInvalid for a Call.At in the future. Each changes the member and all accounts
// of the member that it is about in one commit.
type Members struct{ core *core }

// MaxAccounts is how many accounts a member has at most, those that came by
// [Members].Merge among them: commands on a member change all of them together.
const MaxAccounts = 100

// Member is who takes part (会员). Who that is besides, their name and telephone
// number, is kept elsewhere: in package crm, or by the host. Nothing here is
// personal.
type Member struct {
	ID       string    `json:"id"`
	Head     Head      `json:"-"`
	Status   Status    `json:"status"`
	Enrolled time.Time `json:"enrolled"`
	// Accounts are the member's own: the first is where orders earn. The qualifying
	// points of all of them count for the tier.
	Accounts  []string `json:"accounts"`
	Household string   `json:"household,omitzero"`

	Into   string   `json:"into,omitzero"`    // the member whom this one was merged into; then Accounts are none
	Merged []string `json:"merged,omitempty"` // the members who were merged into this one, theirs too

	// Devices are those that the member was last seen with, newest first, at most
	// [MaxDevices]; see [Call].Device.
	Devices []Device `json:"devices,omitempty"`
}

// Clone returns a copy that shares no memory with m.
func (m Member) Clone() Member {
	m.Accounts, m.Merged, m.Devices = slices.Clone(m.Accounts), slices.Clone(m.Merged), slices.Clone(m.Devices)
	return m
}

// state is the code by which records of members are listed.
func (m *Member) state() string {
	if m.Into != "" {
		return "merged"
	}
	return m.Status.String()
}

// record is the member as a store keeps it.
func (m *Member) record() (Record, error) {
	body, err := json.Marshal(m)
	return Record{Member: m.ID, Ref: m.Household, State: m.state(), Body: body}, err
}

func memberOf(r Record) (Member, error) {
	m, err := bodyOf[Member](r)
	m.Head = r.Head
	return m, err
}

// The kinds of entry in the journal of a member. What they say besides is a fact.
const (
	entryEnrolled  = "enrolled"
	entryAccount   = "account-opened"
	entryFrozen    = "frozen"
	entryThawed    = "thawed"
	entryClosed    = "closed"
	entryJoined    = "joined"
	entryLeft      = "left"
	entryMerged    = "merged"   // into another
	entryAbsorbed  = "absorbed" // another was merged into this one
	entryForgotten = "forgotten"
)

// fact is what an entry of a member or a household says besides its kind.
type fact struct {
	Member    string   `json:"member,omitzero"`
	Household string   `json:"household,omitzero"`
	Accounts  []string `json:"accounts,omitempty"`
	Merged    []string `json:"merged,omitempty"`
}

// apply folds an entry of its journal into the member. Devices alone are not of the
// journal, which is for ever.
func (m *Member) apply(e Entry) error {
	var f fact
	if len(e.Data) > 0 {
		var err error
		if f, err = dataOf[fact](e); err != nil {
			return err
		}
	}
	switch e.Kind {
	case entryEnrolled:
		m.Status, m.Enrolled, m.Accounts = Open, e.At, f.Accounts
	case entryAccount:
		m.Accounts = append(m.Accounts, f.Accounts...)
	case entryFrozen:
		m.Status = Frozen
	case entryThawed:
		m.Status = Open
	case entryClosed:
		m.Status, m.Household = Closed, ""
	case entryJoined:
		m.Household = f.Household
	case entryLeft:
		m.Household = ""
	case entryMerged:
		m.Status, m.Into, m.Accounts, m.Household, m.Devices = Closed, f.Member, nil, "", nil
	case entryAbsorbed:
		m.Accounts = append(m.Accounts, f.Accounts...)
		m.Merged = append(append(m.Merged, f.Merged...), f.Member)
		m.Household = cmp.Or(m.Household, f.Household)
	case entryForgotten:
		m.Status, m.Household, m.Devices = Forgotten, "", nil
	}
	return nil
}

// Get returns a member, also one who was merged or forgotten. ErrNotFound: there is
// none, or it is not seen.
func (m *Members) Get(ctx context.Context, actor Actor, id string) (Member, error) {
	return read(ctx, m.core, "members.get", actor, Subject{KindMember, id}, func() (Member, error) {
		return m.core.member(ctx, actor, id)
	})
}

// MemberFilter narrows [Members].List. Every field that is not zero narrows it.
type MemberFilter struct {
	After string // only ids greater than this one, as bytes
	Limit int    // at most so many; 0 for no limit

	State     string // "open", "frozen", "closed", "merged" or "forgotten"
	Household string // members of this household
}

// List lists the members that the actor sees and the filter lets through, by id.
func (m *Members) List(ctx context.Context, actor Actor, filter MemberFilter) iter.Seq2[Member, error] {
	records := RecordFilter{Kind: KindMember, After: filter.After, State: filter.State, Ref: filter.Household}
	return listed(ctx, m.core, "members.list", actor, records, filter.Limit, memberOf,
		func(m Member) bool { return actor.Sees.Allows(m.ID) })
}

// member returns a member that the actor sees.
func (c *core) member(ctx context.Context, actor Actor, id string) (Member, error) {
	if !actor.Sees.Allows(id) {
		return Member{}, &Error{Subject: Subject{KindMember, id}, Err: ErrNotFound}
	}
	r, err := c.store.Record(ctx, Subject{KindMember, id})
	if err != nil {
		return Member{}, err
	}
	return memberOf(r)
}

// activeMember returns a member that commands are about: not merged, not forgotten.
func (c *core) activeMember(ctx context.Context, actor Actor, id string) (Member, error) {
	m, err := c.member(ctx, actor, id)
	switch {
	case err != nil:
		return Member{}, err
	case m.Into != "":
		return Member{}, &Error{Subject: Subject{KindMember, id}, Holder: Subject{KindMember, m.Into}, Err: ErrMerged}
	case m.Status == Forgotten:
		return Member{}, &Error{Subject: Subject{KindMember, id}, Err: ErrForgotten}
	}
	return m, nil
}

// openMember is active for what an open member only may do.
func (c *core) openMember(ctx context.Context, actor Actor, id string) (Member, error) {
	m, err := c.activeMember(ctx, actor, id)
	switch {
	case err != nil:
		return Member{}, err
	case m.Status == Frozen:
		return Member{}, &Error{Subject: Subject{KindMember, id}, Err: ErrFrozen}
	case m.Status == Closed:
		return Member{}, &Error{Subject: Subject{KindMember, id}, Err: ErrClosed}
	}
	return m, nil
}

// accountsOf returns the accounts of a member, in the order in which the member has
// them.
func (c *core) accountsOf(ctx context.Context, m *Member) ([]Account, error) {
	if len(m.Accounts) == 0 {
		return nil, nil
	}
	list, err := collect(c.store.Accounts(ctx, AccountFilter{IDs: m.Accounts}))
	if err != nil {
		return nil, err
	}
	if len(list) < len(m.Accounts) {
		return nil, &Error{Subject: Subject{KindMember, m.ID}, Field: "accounts", Reason: "are not all there", Err: ErrNotFound}
	}
	place := make(map[string]int, len(m.Accounts))
	for i, id := range m.Accounts {
		place[id] = i
	}
	slices.SortFunc(list, func(a, b Account) int { return cmp.Compare(place[a.ID], place[b.ID]) })
	return list, nil
}

// turns are the accounts of members, to wait for their turn. Who is not there has
// none; the command finds out.
func (c *core) turns(ctx context.Context, members ...string) (accounts []string) {
	for _, id := range members {
		if r, err := c.store.Record(ctx, Subject{KindMember, id}); err == nil {
			if m, err := memberOf(r); err == nil {
				accounts = append(accounts, m.Accounts...)
			}
		}
	}
	return accounts
}

// note writes a line into the journal of a member, and returns the change that
// brings the store there.
func (m *Member) note(c *core, cmd *command, kind string, f fact, now time.Time) (Change, error) {
	subject := Subject{KindMember, m.ID}
	e, err := cmd.line(kind, m.ID, m.Head, f, now)
	if err != nil {
		return Change{}, err
	}
	if err := m.apply(e); err != nil {
		return Change{}, err
	}
	if len(m.Accounts) > MaxAccounts {
		return Change{}, &Error{Subject: subject, Field: "accounts", Reason: "are more than " + strconv.Itoa(MaxAccounts), Err: ErrInvalid}
	}
	record, err := m.record()
	return Change{Subject: subject, Expect: m.Head.Version, Writes: append([]Write{PutRecord{record}}, c.appended("member", e)...)}, err
}
