package loyalty

import (
	"context"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// referralSide is one side of a referral when it gets something.
type referralSide struct {
	member  Member
	account *Account // the first one; nil where the member has left
}

// referralSide finds who gets what is for a member: the member, or who they were
// merged into.
func (c *core) referralSide(ctx context.Context, id string) (s referralSide, err error) {
	for range MaxAccounts { // each merge has a member of its own
		r, err := c.store.Record(ctx, Subject{KindMember, id})
		if err != nil {
			return s, err
		}
		if s.member, err = memberOf(r); err != nil {
			return s, err
		}
		if s.member.Into == "" {
			break
		}
		id = s.member.Into
	}
	if status := s.member.Status; status != Open && status != Frozen || len(s.member.Accounts) == 0 {
		return s, nil
	}
	a, err := c.store.Account(ctx, s.member.Accounts[0])
	if err == nil && a.usable(credit) == nil {
		s.account = &a
	}
	return s, err
}

// grantReferral gives both sides their reward. writes are of entries of the referral that
// come before, in the same commit.
func (c *core) grantReferral(ctx context.Context, cmd *command, p *reward.ReferralPolicy, have *Referral, writes []Write, now time.Time) (d draft, done Referred, err error) {
	referrer, err := c.referralSide(ctx, have.State.Referrer)
	if err != nil {
		return d, done, err
	}
	friend, err := c.referralSide(ctx, have.State.Friend)
	if err != nil {
		return d, done, err
	}
	e, err := c.decideGrant(ctx, cmd, p, have, &referrer, &friend, now)
	if err != nil {
		return d, done, err
	}
	more, err := have.step(c, e)
	if err != nil {
		return d, done, err
	}
	done = have.result(now)
	done.ToReferrer, done.ToFriend, done.Capped = e.ToReferrer, e.ToFriend, e.Capped
	for _, side := range []struct {
		*referralSide
		points int64
		posted *Posted
		place  *Place
		guard  bool
	}{
		// What the referrer was rewarded for was listed, for the limits. The first account
		// of the referrer is the guard of the list: each grant that joins it changes the
		// account, also where it brings no points. Which account that is, and that it is
		// open, holds by the member, who is required.
		{&referrer, e.ToReferrer.Points, &done.ReferrerPosted, &have.ReferrerEntry, e.ToReferrer != reward.Grant{}},
		{&friend, e.ToFriend.Points, &done.FriendPosted, &have.FriendEntry, false},
	} {
		if member := (Subject{KindMember, side.member.ID}); len(d.require) == 0 || d.require[0].Subject != member {
			d.require = append(d.require, Expect{member, side.member.Head.Version})
		}
		switch {
		case side.points > 0:
			act := points.Act{Actor: cmd.actor.ID, Ref: have.State.Friend, Code: cmd.call.Code, At: e.Act.At}
			change, posted, err := c.earn(side.account, points.EarnCommand{Act: act, Points: side.points}, now)
			if err != nil {
				return d, done, err
			}
			d.changes = append(d.changes, change)
			*side.posted, *side.place = posted, Place{side.account.ID, posted.Seq}
		case side.guard:
			d.changes = append(d.changes, Change{Subject: Subject{KindAccount, side.account.ID}, Expect: side.account.Head.Version})
		}
	}
	change, err := have.change(append(writes, more...))
	d.changes = append(d.changes, change)
	return d, done, err
}

// earn posts what an account earns.
func (c *core) earn(a *Account, earn points.EarnCommand, now time.Time) (Change, Posted, error) {
	entries, err := c.programme.Points.Earn(a.State, earn, now)
	if err != nil {
		return Change{}, Posted{}, err
	}
	change, err := c.put(a, entries)
	return change, posted(a, entries, earned...), err
}

// decideGrant asks the policy. Who has left gets nothing, and two who turned out to be one
// get what the friend was promised.
func (c *core) decideGrant(ctx context.Context, cmd *command, p *reward.ReferralPolicy, have *Referral, referrer, friend *referralSide, now time.Time) (reward.ReferralEntry, error) {
	rules := *p
	if friend.account == nil {
		rules.Friend = reward.Grant{}
	}
	var given []time.Time
	if referrer.account == nil || referrer.member.ID == friend.member.ID {
		rules.Referrer = reward.Grant{}
	} else if len(rules.Limits) > 0 {
		var err error
		if given, err = c.rewardedBefore(ctx, &referrer.member); err != nil {
			return reward.ReferralEntry{}, err
		}
	}
	e, err := rules.Grant(have.State, given, reward.Act{Actor: cmd.actor.ID, At: have.State.Due,
		Recorded: later(now, have.State.LastRecorded), Code: cmd.call.Code, Ref: cmd.call.Ref})
	return e, settled(err)
}

// rewardedBefore is when a referrer was rewarded before.
func (c *core) rewardedBefore(ctx context.Context, m *Member) (given []time.Time, err error) {
	for _, id := range append([]string{m.ID}, m.Merged...) {
		for r, err := range c.store.Records(ctx, RecordFilter{Kind: KindReferral, Ref: id, State: reward.ReferralRewarded.String()}) {
			if err != nil {
				return nil, err
			}
			other, err := referralOf(r)
			if err != nil {
				return nil, err
			}
			given = append(given, other.Rewarded)
		}
	}
	return given, nil
}

// withdrawReferral takes back what an entry says, from both sides.
func (c *core) withdrawReferral(ctx context.Context, cmd *command, have *Referral, e reward.ReferralEntry, now time.Time) (d draft, done Referred, err error) {
	from := []struct {
		place  Place
		points int64
		posted *Posted
	}{
		{have.ReferrerEntry, e.ToReferrer.Points, &done.ReferrerPosted},
		{have.FriendEntry, e.ToFriend.Points, &done.FriendPosted},
	}
	writes, err := have.step(c, e)
	if err != nil {
		return d, done, err
	}
	for _, f := range from {
		if f.place.Seq == 0 {
			continue
		}
		change, posted, err := c.clawBack(ctx, cmd, f.place, f.points, have.State.Friend, now)
		if err != nil {
			return d, done, err
		}
		*f.posted = posted
		d.changes = append(d.changes, change)
	}
	change, err := have.change(writes)
	d.changes = append(d.changes, change)
	result := have.result(now)
	result.ToReferrer, result.ToFriend = e.ToReferrer, e.ToFriend
	result.ReferrerPosted, result.FriendPosted = done.ReferrerPosted, done.FriendPosted
	return d, result, err
}

// clawBack takes points of a referral back, as far as they were not by somebody else.
// From an account that is closed there is nothing to take.
func (c *core) clawBack(ctx context.Context, cmd *command, place Place, n int64, ref string, now time.Time) (Change, Posted, error) {
	a, err := c.store.Account(ctx, place.Account)
	if err != nil {
		return Change{}, Posted{}, err
	}
	target, behind, err := c.entryAndLater(ctx, &a, place.Seq)
	if err != nil {
		return Change{}, Posted{}, err
	}
	if n = min(n, points.Reversible(target, behind)); n <= 0 || a.usable(credit) != nil {
		return Change{Subject: Subject{KindAccount, a.ID}, Expect: a.Head.Version}, Posted{}, nil
	}
	act := cmd.act()
	act.Ref = ref
	entries, err := c.programme.Points.Clawback(a.State, points.ClawbackCommand{Act: act, Points: n, Target: target, Later: behind}, now)
	if err != nil {
		return Change{}, Posted{}, err
	}
	change, err := c.put(&a, entries)
	return change, posted(&a, entries, points.KindClawback), err
}

// dueReferral posts the end of a referral's window, or grants its reward: a decider of
// [Due].
func dueReferral(ctx context.Context, c *core, cmd *command, r Record, now time.Time) (draft, error) {
	have, err := referralOf(r)
	if err != nil || !cmd.actor.Sees.Allows(have.State.Referrer) {
		return draft{}, err
	}
	p := c.programme.Referrals
	switch {
	case have.State.Posted == reward.ReferralQualified && !have.State.Due.After(now) && p != nil:
		d, _, err := c.grantReferral(ctx, cmd, p, &have, nil, now)
		return d, err
	case have.State.Posted == reward.ReferralOpen && have.State.State(now) == reward.ReferralLapsed:
		act, err := cmd.rewardAct(now, have.State.LastRecorded)
		if err != nil {
			return draft{}, err
		}
		e, err := have.State.Lapse(act)
		if err != nil {
			return draft{}, err
		}
		writes, err := have.step(c, e)
		if err != nil {
			return draft{}, err
		}
		change, err := have.change(writes)
		return draft{changes: []Change{change}}, err
	}
	return draft{}, nil
}
