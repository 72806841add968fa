package loyalty

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// Referrals say who brought whom, and what both sides get for it after the friend's
// first qualifying purchase (老带新). The rules are those of [Programme].Referrals;
// without them every command is ErrIncomplete.
//
// Points are granted to the first accounts of both sides, in one commit with the
// referral, by [Due] or, where nothing has to be waited for, with the purchase. Their
// entries name the referral, which is the friend's id, as Ref, and take effect when
// the reward was due, whenever they are posted. Who has left the programme by then
// gets nothing; who was merged into another gets it there. A reward of the catalogue
// that a side is granted is for the host to hand out, and to ask back: it stands in
// the referral and in the answer, and the event referral.granted says when to look.
//
// A referral belongs to the friend and has the friend's id: nobody is referred twice.
// Commands need sight of both sides, Get and List of either.
type Referrals struct{ core *core }

// Referred is where a referral stands behind a command (推荐结果), and what the command
// gave both sides, or took back from them.
type Referred struct {
	Friend   string               `json:"friend"`
	Referrer string               `json:"referrer"`
	State    reward.ReferralState `json:"state"`
	Until    time.Time            `json:"until,omitzero"` // before when the friend has to buy; zero for no end
	Due      time.Time            `json:"due,omitzero"`   // from when the reward can be granted, where it is qualified

	ToReferrer reward.Grant `json:"to_referrer,omitzero"`
	ToFriend   reward.Grant `json:"to_friend,omitzero"`
	// Capped says that a limit keeps the referrer from the reward.
	Capped bool `json:"capped,omitzero"`

	// ReferrerPosted and FriendPosted are what happened to the accounts; zero values
	// where no points moved.
	ReferrerPosted Posted `json:"referrer_posted,omitzero"`
	FriendPosted   Posted `json:"friend_posted,omitzero"`

	Replayed bool `json:"-"`
}

func (r *Referred) replay() { r.Replayed = true }

// ReferralRequest is what a registration says besides who is who. Identifiers are
// keyed hashes of telephone numbers, addresses, devices or cards, made by the host:
// they are compared, and stand nowhere afterwards.
type ReferralRequest struct {
	FriendIdentifiers   []string `json:"friend_identifiers,omitempty"`
	ReferrerIdentifiers []string `json:"referrer_identifiers,omitempty"`
	Customer            bool     `json:"customer,omitzero"` // the friend has bought before
}

// Register records that a friend has joined through a referrer (登记推荐). Both are
// members; that they are not of one household, and that the friend did not bring the
// referrer, is looked up.
//
// reward.ErrSelfReferral and reward.ErrNotEligible as for
// [reward.ReferralPolicy.Register]; ErrTransition: the friend was referred before.
func (r *Referrals) Register(ctx context.Context, actor Actor, friend, referrer string, ask ReferralRequest, call Call) (Referred, error) {
	cmd := &command{name: "referrals.register", actor: actor, subject: Subject{KindReferral, friend}, call: call, input: struct {
		Referrer string
		Ask      ReferralRequest
	}{referrer, ask}}
	return r.run(ctx, cmd, func(ctx context.Context, p *reward.ReferralPolicy, now time.Time) (draft, Referred, error) {
		return r.core.registerReferral(ctx, cmd, p, referrer, ask, now)
	})
}

func (c *core) registerReferral(ctx context.Context, cmd *command, p *reward.ReferralPolicy, referrer string, ask ReferralRequest, now time.Time) (d draft, done Referred, err error) {
	f, err := c.activeMember(ctx, cmd.actor, cmd.subject.ID)
	if err != nil {
		return d, done, err
	}
	m, err := c.activeMember(ctx, cmd.actor, referrer)
	if err != nil {
		return d, done, err
	}
	have, err := c.referral(ctx, f.ID)
	if err != nil {
		return d, done, err
	}
	above, err := c.referral(ctx, m.ID)
	if err != nil {
		return d, done, err
	}
	act, err := cmd.rewardAct(now, have.Head.Recorded)
	if err != nil {
		return d, done, err
	}
	e, err := p.Register(have.State, party(&m, above, ask.ReferrerIdentifiers, false), party(&f, Referral{}, ask.FriendIdentifiers, ask.Customer), act)
	if err != nil {
		return d, done, settled(err)
	}
	writes, err := have.step(c, e)
	if err != nil {
		return d, done, err
	}
	change, err := have.change(writes)
	d.changes = append(d.changes, change)
	// Two who refer each other at once would each find that the other was not referred:
	// so the referrer's own referral is required as it was read, though it may not exist.
	d.require = append(d.require, Expect{Subject{KindReferral, m.ID}, above.Head.Version})
	for _, side := range []*Member{&m, &f} {
		if subject := (Subject{KindMember, side.ID}); m.ID != f.ID || side == &m {
			d.require = append(d.require, Expect{subject, side.Head.Version})
		}
	}
	return d, have.result(now), err
}

// party is one side of a referral.
func party(m *Member, above Referral, identifiers []string, customer bool) reward.Party {
	p := reward.Party{Member: m.ID, Household: m.Household, Identifiers: identifiers, Customer: customer, Blocked: m.Status != Open}
	if above.State.Posted != reward.ReferralVoided {
		p.ReferredBy = above.State.Referrer
	}
	return p
}

// Qualify records the friend's first qualifying purchase (达成). Where the policy has
// HoldDays of 0, or they are over, the reward is granted with it. The errors are those
// of [reward.ReferralPolicy.Qualify]; ErrNotFound: the friend was not referred.
func (r *Referrals) Qualify(ctx context.Context, actor Actor, friend string, bought reward.Purchase, call Call) (Referred, error) {
	bought.At = Instant(bought.At)
	return r.change(ctx, "referrals.qualify", actor, friend, call, bought, func(ctx context.Context, cmd *command, p *reward.ReferralPolicy, have *Referral, act reward.Act, now time.Time) (draft, Referred, error) {
		if bought.At.After(now) {
			return draft{}, Referred{}, &Error{Subject: cmd.subject, Field: "at", Reason: "of the purchase is in the future", Err: ErrInvalid}
		}
		e, err := p.Qualify(have.State, bought, act)
		if err != nil {
			return draft{}, Referred{}, settled(err)
		}
		writes, err := have.step(r.core, e)
		if err != nil {
			return draft{}, Referred{}, err
		}
		if !e.Due.After(now) {
			return r.core.grantReferral(ctx, cmd, p, have, writes, now)
		}
		change, err := have.change(writes)
		return draft{changes: []Change{change}}, have.result(now), err
	})
}

// Withdraw records that the purchase was returned, wholly or so far that it no longer
// qualifies (收回); bought is the purchase as it stands now. Points that were granted
// are clawed back from both sides by the policy of the programme, and the referral is
// open again. The errors are those of [reward.ReferralPolicy.Withdraw] and
// [points.Policy.Clawback].
func (r *Referrals) Withdraw(ctx context.Context, actor Actor, friend string, bought reward.Purchase, call Call) (Referred, error) {
	bought.At = Instant(bought.At)
	return r.change(ctx, "referrals.withdraw", actor, friend, call, bought, func(ctx context.Context, cmd *command, p *reward.ReferralPolicy, have *Referral, act reward.Act, now time.Time) (draft, Referred, error) {
		e, err := p.Withdraw(have.State, bought, act)
		if err != nil {
			return draft{}, Referred{}, settled(err)
		}
		return r.core.withdrawReferral(ctx, cmd, have, e, now)
	})
}

// Void records that a referral does not count, whatever its state (作废): an error, or
// fraud. Points that were granted are clawed back from both sides. A reason, in Code
// or Reason of the call, is needed: ErrInvalid. ErrTransition: it is voided already.
func (r *Referrals) Void(ctx context.Context, actor Actor, friend string, call Call) (Referred, error) {
	return r.change(ctx, "referrals.void", actor, friend, call, nil, func(ctx context.Context, cmd *command, _ *reward.ReferralPolicy, have *Referral, act reward.Act, now time.Time) (draft, Referred, error) {
		e, err := have.State.Void(act)
		if err != nil {
			return draft{}, Referred{}, settled(err)
		}
		return r.core.withdrawReferral(ctx, cmd, have, e, now)
	})
}

// Get returns the referral of a friend. ErrNotFound: there is none, or neither side
// is seen.
func (r *Referrals) Get(ctx context.Context, actor Actor, friend string) (Referral, error) {
	return read(ctx, r.core, "referrals.get", actor, Subject{KindReferral, friend}, func() (Referral, error) {
		have, err := r.core.referral(ctx, friend)
		if err == nil && (have.Head.Version == 0 || !actor.Sees.Allows(friend) && !actor.Sees.Allows(have.State.Referrer)) {
			err = &Error{Subject: Subject{KindReferral, friend}, Err: ErrNotFound}
		}
		if err != nil {
			return Referral{}, err
		}
		return have, nil
	})
}

// ReferralFilter narrows [Referrals].List. Every field that is not zero narrows it.
type ReferralFilter struct {
	After string // only friends whose id is greater than this one, as bytes
	Limit int    // at most so many; 0 for no limit

	Referrer string // by this member
}

// List lists the referrals of which the actor sees a side and which the filter lets
// through, by the friend's id.
func (r *Referrals) List(ctx context.Context, actor Actor, filter ReferralFilter) iter.Seq2[Referral, error] {
	records := RecordFilter{Kind: KindReferral, After: filter.After, Ref: filter.Referrer}
	return listed(ctx, r.core, "referrals.list", actor, records, filter.Limit, referralOf, func(have Referral) bool {
		return actor.Sees.Allows(have.State.Friend) || actor.Sees.Allows(have.State.Referrer)
	})
}

// run is run for a programme that has referrals.
func (r *Referrals) run(ctx context.Context, cmd *command, decide func(ctx context.Context, p *reward.ReferralPolicy, now time.Time) (draft, Referred, error)) (Referred, error) {
	return run(ctx, r.core, cmd, func(ctx context.Context, now time.Time) (draft, Referred, error) {
		p := r.core.programme.Referrals
		if p == nil {
			return draft{}, Referred{}, &Error{Field: "referrals", Reason: "are not in the programme", Err: ErrIncomplete}
		}
		return decide(ctx, p, now)
	})
}

// change runs a command on a referral that was registered.
func (r *Referrals) change(ctx context.Context, name string, actor Actor, friend string, call Call, input any,
	decide func(ctx context.Context, cmd *command, p *reward.ReferralPolicy, have *Referral, act reward.Act, now time.Time) (draft, Referred, error)) (Referred, error) {
	cmd := &command{name: name, actor: actor, subject: Subject{KindReferral, friend}, call: call, input: input}
	if have, err := r.core.referral(ctx, friend); err == nil && have.Head.Version > 0 {
		cmd.queue = r.core.turns(ctx, friend, have.State.Referrer)
	}
	return r.run(ctx, cmd, func(ctx context.Context, p *reward.ReferralPolicy, now time.Time) (draft, Referred, error) {
		have, err := r.core.referral(ctx, friend)
		if err == nil && (have.Head.Version == 0 || !actor.Sees.Allows(friend) || !actor.Sees.Allows(have.State.Referrer)) {
			err = &Error{Subject: cmd.subject, Err: ErrNotFound}
		}
		if err != nil {
			return draft{}, Referred{}, err
		}
		act, err := cmd.rewardAct(now, have.Head.Recorded)
		if err != nil {
			return draft{}, Referred{}, err
		}
		return decide(ctx, cmd, p, &have, act, now)
	})
}

// referral returns the referral of a friend, or the zero one at version 0.
func (c *core) referral(ctx context.Context, friend string) (Referral, error) {
	switch r, err := c.store.Record(ctx, Subject{KindReferral, friend}); {
	case errors.Is(err, ErrNotFound):
		return Referral{}, nil
	case err != nil:
		return Referral{}, err
	default:
		return referralOf(r)
	}
}
