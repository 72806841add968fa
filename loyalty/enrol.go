package loyalty

import (
	"context"
	"time"
)

// Enrolled is the result of [Members].Enrol and [Members].OpenAccount.
type Enrolled struct {
	Member   string `json:"member"`
	Account  string `json:"account"`
	Replayed bool   `json:"-"`
}

func (e *Enrolled) replay() { e.Replayed = true }

// Enrol takes a member in, and opens an account that has the member's id (入会).
// ErrDuplicate: there is, or was, a member or an account with this id. ErrForbidden:
// the actor does not see whoever has this id.
func (m *Members) Enrol(ctx context.Context, actor Actor, id string, call Call) (Enrolled, error) {
	subject := Subject{KindMember, id}
	cmd := &command{name: "members.enrol", actor: actor, subject: subject, call: call}
	return run(ctx, m.core, cmd, func(ctx context.Context, now time.Time) (draft, Enrolled, error) {
		if !ValidID(id) {
			return draft{}, Enrolled{}, &Error{Field: "id", Reason: "of a member is not 1 to 255 bytes of UTF-8 without NUL", Err: ErrInvalid}
		}
		if !actor.Sees.Allows(id) {
			return draft{}, Enrolled{}, &Error{Subject: subject, Err: ErrForbidden}
		}
		if err := m.core.unused(ctx, subject); err != nil {
			return draft{}, Enrolled{}, err
		}
		member := Member{ID: id}
		enrolled, err := member.note(m.core, cmd, entryEnrolled, fact{Accounts: []string{id}}, now)
		if err != nil {
			return draft{}, Enrolled{}, err
		}
		tier, err := m.core.enrolledTier(member.Enrolled, now)
		if err != nil {
			return draft{}, Enrolled{}, err
		}
		opened, err := m.core.newAccount(ctx, &member, id, tier)
		if err != nil {
			return draft{}, Enrolled{}, err
		}
		return draft{changes: []Change{enrolled, opened}}, Enrolled{Member: id, Account: id}, nil
	})
}

// OpenAccount opens a further account of a member (开户), in the member's household and
// tier. ErrDuplicate: there is an account with this id. ErrFrozen, ErrClosed: the
// member is.
func (m *Members) OpenAccount(ctx context.Context, actor Actor, member, account string, call Call) (Enrolled, error) {
	cmd := &command{name: "members.open-account", actor: actor, subject: Subject{KindMember, member}, call: call, input: account}
	return run(ctx, m.core, cmd, func(ctx context.Context, now time.Time) (draft, Enrolled, error) {
		of, err := m.core.openMember(ctx, actor, member)
		if err != nil {
			return draft{}, Enrolled{}, err
		}
		if !ValidID(account) {
			return draft{}, Enrolled{}, &Error{Field: "account", Reason: "is not 1 to 255 bytes of UTF-8 without NUL", Err: ErrInvalid}
		}
		first, err := m.core.store.Account(ctx, of.Accounts[0])
		if err != nil {
			return draft{}, Enrolled{}, err
		}
		noted, err := of.note(m.core, cmd, entryAccount, fact{Accounts: []string{account}}, now)
		if err != nil {
			return draft{}, Enrolled{}, err
		}
		opened, err := m.core.newAccount(ctx, &of, account, first.Standing.Tier)
		if err != nil {
			return draft{}, Enrolled{}, err
		}
		d := draft{changes: []Change{noted, opened}}
		d.require = append(d.require, Expect{Subject{KindAccount, first.ID}, first.Head.Version})
		// The account joins the listing of the household's accounts, whose guard is the
		// household.
		if of.Household != "" {
			head, err := m.core.store.Head(ctx, Subject{KindHousehold, of.Household})
			if err != nil {
				return draft{}, Enrolled{}, err
			}
			d.changes = append(d.changes, Change{Subject: Subject{KindHousehold, of.Household}, Expect: head.Version})
		}
		return d, Enrolled{Member: member, Account: account}, nil
	})
}

// newAccount is a new account of a member.
func (c *core) newAccount(ctx context.Context, m *Member, id string, t Tier) (Change, error) {
	if err := c.unused(ctx, Subject{KindAccount, id}); err != nil {
		return Change{}, err
	}
	a := Account{ID: id, Standing: Standing{Member: m.ID, Household: m.Household, Status: Open, Tier: t}}
	return c.put(&a, nil)
}
