package loyalty

import (
	"context"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// MemberChanged is the result of a command that changes the status of a member.
type MemberChanged struct {
	Member   string   `json:"member"`
	Status   Status   `json:"status"`
	Accounts []string `json:"accounts,omitempty"` // which have the same status now
	// Forfeited is the balance that lapsed, in points; it is negative where more was owed
	// than there was.
	Forfeited int64 `json:"forfeited,omitzero"`
	Replayed  bool  `json:"-"`
}

func (c *MemberChanged) replay() { c.Replayed = true }

// Freeze keeps a member from spending: points come in and expire (冻结). ErrTransition:
// the member is not open.
func (m *Members) Freeze(ctx context.Context, actor Actor, member string, call Call) (MemberChanged, error) {
	cmd := &command{name: "members.freeze", actor: actor, subject: Subject{KindMember, member}, call: call}
	return m.set(ctx, cmd, entryFrozen, func(s Status) bool { return s == Open })
}

// Thaw ends a freeze (解冻). ErrTransition: the member is not frozen.
func (m *Members) Thaw(ctx context.Context, actor Actor, member string, call Call) (MemberChanged, error) {
	cmd := &command{name: "members.thaw", actor: actor, subject: Subject{KindMember, member}, call: call}
	return m.set(ctx, cmd, entryThawed, func(s Status) bool { return s == Frozen })
}

// set gives a member and all accounts another status.
func (m *Members) set(ctx context.Context, cmd *command, kind string, from func(Status) bool) (MemberChanged, error) {
	id := cmd.subject.ID
	cmd.queue = m.core.turns(ctx, id)
	return run(ctx, m.core, cmd, func(ctx context.Context, now time.Time) (draft, MemberChanged, error) {
		of, err := m.core.activeMember(ctx, cmd.actor, id)
		if err != nil {
			return draft{}, MemberChanged{}, err
		}
		if !from(of.Status) {
			return draft{}, MemberChanged{}, &Error{Subject: cmd.subject, Reason: "is " + of.Status.String(), Err: ErrTransition}
		}
		accounts, err := m.core.accountsOf(ctx, &of)
		if err != nil {
			return draft{}, MemberChanged{}, err
		}
		noted, err := of.note(m.core, cmd, kind, fact{}, now)
		if err != nil {
			return draft{}, MemberChanged{}, err
		}
		d := draft{changes: []Change{noted}}
		for i := range accounts {
			accounts[i].Standing.Status = of.Status
			change, err := m.core.put(&accounts[i], nil)
			if err != nil {
				return draft{}, MemberChanged{}, err
			}
			d.changes = append(d.changes, change)
		}
		return d, MemberChanged{Member: id, Status: of.Status, Accounts: of.Accounts}, nil
	})
}

// Closing says what becomes of what a member leaves behind.
type Closing struct {
	// Forfeit lets the points lapse that are left, pending ones too; holds are
	// released, and what is owed is written off (积分作废). Without it a member with points,
	// holds or debt is not closed.
	Forfeit bool `json:"forfeit,omitzero"`
}

// Close ends a membership for good (注销): all accounts are closed, and the member
// leaves the household. The journals stay. ErrTransition: the member is closed
// already, or has something left that Closing does not forfeit.
//
// What is forfeited stands in the journals as points.Policy.Forfeit posts it, under
// the reason and code of the call. A review of it that is open can then only be
// rejected.
func (m *Members) Close(ctx context.Context, actor Actor, member string, c Closing, call Call) (MemberChanged, error) {
	cmd := &command{name: "members.close", actor: actor, subject: Subject{KindMember, member}, call: call, input: c, queue: m.core.turns(ctx, member)}
	return run(ctx, m.core, cmd, func(ctx context.Context, now time.Time) (draft, MemberChanged, error) {
		of, err := m.core.activeMember(ctx, actor, member)
		if err != nil {
			return draft{}, MemberChanged{}, err
		}
		if of.Status == Closed {
			return draft{}, MemberChanged{}, &Error{Subject: cmd.subject, Reason: "is closed", Err: ErrTransition}
		}
		d, forfeited, err := m.core.endMembership(ctx, cmd, &of, Closed, c.Forfeit, now)
		if err != nil {
			return draft{}, MemberChanged{}, err
		}
		noted, err := of.note(m.core, cmd, entryClosed, fact{}, now)
		d.changes = append(d.changes, noted)
		return d, MemberChanged{Member: member, Status: Closed, Accounts: of.Accounts, Forfeited: forfeited}, err
	})
}

// endMembership takes a member out of the household, and gives the accounts their last status.
// The member's own record is the caller's.
func (c *core) endMembership(ctx context.Context, cmd *command, of *Member, status Status, forfeit bool, now time.Time) (d draft, forfeited int64, err error) {
	accounts, err := c.accountsOf(ctx, of)
	if err != nil {
		return d, 0, err
	}
	if of.Household != "" {
		h, err := c.household(ctx, of.Household)
		if err != nil {
			return d, 0, err
		}
		if err := h.note(c, cmd, entryLeft, of.ID, now); err != nil {
			return d, 0, err
		}
		left, err := h.change()
		if err != nil {
			return d, 0, err
		}
		d.changes = append(d.changes, left)
	}
	for i := range accounts {
		a := &accounts[i]
		entries, err := c.lastEntries(a, cmd.act(), forfeit, now)
		if err != nil {
			return d, 0, err
		}
		forfeited += points.BalanceAt(a.State, now)
		a.Standing.Status, a.Standing.Household = status, ""
		change, err := c.put(a, entries)
		if err != nil {
			return d, 0, err
		}
		d.changes = append(d.changes, change)
	}
	return d, forfeited, nil
}

// lastEntries is what is posted to an account before it is closed.
func (c *core) lastEntries(a *Account, act points.Act, forfeit bool, now time.Time) ([]points.Entry, error) {
	if forfeit {
		return c.programme.Points.Forfeit(a.State, points.ForfeitCommand{Act: act}, now)
	}
	entries, err := points.DueEntries(a.State, now)
	if err != nil {
		return nil, err
	}
	s, err := points.Apply(a.State, entries...)
	if err == nil && (len(s.Lots) > 0 || len(s.Holds) > 0 || s.Debt > 0) {
		err = &Error{Subject: Subject{KindAccount, a.ID}, Reason: "has points, holds or debt left", Err: ErrTransition}
	}
	return entries, err
}
