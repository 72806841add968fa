package reward

import (
	"slices"
	"time"
)

// The decisions of a [ReferralPolicy] take the friend's present [Referral] and
// return the entry to append; they change nothing themselves. Common to all:
// ErrInvalid where the policy or an argument breaks a rule; ErrConflict where the
// journal has an entry that was recorded later; ErrTransition where the state does
// not allow it.

// Register records that a friend has joined through a referrer (登记推荐). have is what
// the friend has already: the zero Referral, or ErrTransition.
//
// ErrSelfReferral, with the ground as Field: both are one member, of one household,
// share an identifier, or the friend has referred the referrer (a circle).
// ErrNotEligible: the friend has bought before, or one of the two is blocked.
func (p ReferralPolicy) Register(have Referral, referrer, friend Party, act Act) (ReferralEntry, error) {
	if err := p.Validate(); err != nil {
		return ReferralEntry{}, err
	}
	shared := func(id string) bool { return id != "" && slices.Contains(referrer.Identifiers, id) }
	switch {
	case referrer.Member == friend.Member:
		return ReferralEntry{}, refuse(ErrSelfReferral, "member", "is on both sides")
	case referrer.Household != "" && referrer.Household == friend.Household:
		return ReferralEntry{}, refuse(ErrSelfReferral, "household", "is one for both sides")
	case slices.ContainsFunc(friend.Identifiers, shared):
		return ReferralEntry{}, refuse(ErrSelfReferral, "identifiers", "are shared by both sides")
	case referrer.ReferredBy != "" && referrer.ReferredBy == friend.Member:
		return ReferralEntry{}, refuse(ErrSelfReferral, "referred_by", "the friend has referred the referrer")
	case friend.Customer:
		return ReferralEntry{}, refuse(ErrNotEligible, "friend", "has bought before")
	case referrer.Blocked:
		return ReferralEntry{}, refuse(ErrNotEligible, "referrer", "is blocked")
	case friend.Blocked:
		return ReferralEntry{}, refuse(ErrNotEligible, "friend", "is blocked")
	}
	act = act.settled()
	e := ReferralEntry{Kind: Registered, Referrer: referrer.Member, Friend: friend.Member, Act: act}
	if p.WindowDays > 0 && !act.At.IsZero() {
		e.Until = endOfDay(act.At, p.WindowDays, p.Zone)
	}
	return have.decide(e)
}

// Qualify records the friend's first qualifying purchase (达成): the entry takes
// effect at the purchase's At, so that one in the window counts although it is
// recorded later. At of the act is not read.
//
// ErrNotEligible: the purchase comes to less than the minimum; a later one may
// qualify. ErrNotValid: it was made before the registration, or when the window was
// over, with From and Until. ErrTransition: qualified already, or the end was posted.
func (p ReferralPolicy) Qualify(r Referral, bought Purchase, act Act) (ReferralEntry, error) {
	if err := p.Validate(); err != nil {
		return ReferralEntry{}, err
	}
	if !validID(bought.ID) {
		return ReferralEntry{}, refuse(ErrInvalid, "purchase", notID)
	}
	enough, err := p.qualifies(bought.Amount)
	if err != nil {
		return ReferralEntry{}, err
	}
	if !enough {
		return ReferralEntry{}, refuse(ErrNotEligible, "amount", "is less than the minimum")
	}
	if r.Posted == ReferralOpen && (bought.At.Before(r.Since) || r.State(bought.At) == ReferralLapsed) {
		return ReferralEntry{}, &Error{Field: "purchase", Item: -1, From: r.Since, Until: r.Until, Reason: "is outside the window", Err: ErrNotValid}
	}
	act.At = bought.At
	e := ReferralEntry{Kind: Qualified, Purchase: bought.ID, Due: bought.At, Act: act}
	if p.HoldDays > 0 && !bought.At.IsZero() {
		e.Due = endOfDay(bought.At, p.HoldDays, p.Zone)
	}
	return r.decide(e)
}

// Grant gives both sides their reward once it is due (发奖); the entry says what each
// gets. given is when the referrer was rewarded for others, in any order, those
// withdrawn left out: where a limit is reached the friend alone gets his reward and
// the entry is Capped. Limits count the instant of the act. ErrNotValid: not yet due,
// with From.
func (p ReferralPolicy) Grant(r Referral, given []time.Time, act Act) (ReferralEntry, error) {
	if err := p.Validate(); err != nil {
		return ReferralEntry{}, err
	}
	act = act.settled()
	if r.Posted == ReferralQualified && act.At.Before(r.Due) {
		return ReferralEntry{}, &Error{Field: "due", Item: -1, From: r.Due, Reason: "is later", Err: ErrNotValid}
	}
	e := ReferralEntry{Kind: Granted, Purchase: r.Purchase, ToReferrer: p.Referrer, ToFriend: p.Friend, Act: act}
	if r.Posted != ReferralQualified {
		return ReferralEntry{}, refuse(ErrTransition, "granted", "it is not qualified")
	}
	taken := make([]Taken, len(given))
	for i, at := range given {
		taken[i] = Taken{at, 1}
	}
	if room(p.Limits, taken, 1, act.At, p.Zone, "") != nil {
		e.ToReferrer, e.Capped = Grant{}, true
	}
	return r.decide(e)
}

// Withdraw records that the purchase was returned, wholly or so far that it no
// longer qualifies (收回). bought is the purchase as it stands now. What was granted is
// in the entry, to be taken back from both sides, and the referral is open again: a
// later purchase within the window may qualify. ErrNotEligible: the rest of the
// purchase is still enough, and nothing changes.
func (p ReferralPolicy) Withdraw(r Referral, bought Purchase, act Act) (ReferralEntry, error) {
	if err := p.Validate(); err != nil {
		return ReferralEntry{}, err
	}
	if !validID(bought.ID) {
		return ReferralEntry{}, refuse(ErrInvalid, "purchase", notID)
	}
	enough, err := p.qualifies(bought.Amount)
	if err != nil {
		return ReferralEntry{}, err
	}
	if enough {
		return ReferralEntry{}, refuse(ErrNotEligible, "amount", "is still enough")
	}
	return r.decide(ReferralEntry{Kind: Withdrawn, Purchase: bought.ID, ToReferrer: r.ToReferrer, ToFriend: r.ToFriend, Act: act})
}

// Lapse posts the end of the window, once (失效): the entry takes effect then,
// whenever it is recorded. At of the act is not read. ErrTransition: it has not
// lapsed, or that is posted.
func (r Referral) Lapse(act Act) (ReferralEntry, error) {
	if r.Posted != ReferralOpen || r.State(act.Recorded) != ReferralLapsed {
		return ReferralEntry{}, refuse(ErrTransition, "lapsed", "it does not lapse, or not yet")
	}
	act.At = r.Until
	return r.decide(ReferralEntry{Kind: Lapsed, Act: act})
}

// Void records that the referral does not count, whatever its state (作废). What was
// granted is in the entry, to be taken back from both sides. A reason, in Code or in
// Reason, is needed: ErrInvalid.
func (r Referral) Void(act Act) (ReferralEntry, error) {
	if act.Code == "" && act.Reason == "" {
		return ReferralEntry{}, refuse(ErrInvalid, "reason", "is missing")
	}
	return r.decide(ReferralEntry{Kind: Voided, ToReferrer: r.ToReferrer, ToFriend: r.ToFriend, Act: act})
}

func (r Referral) decide(e ReferralEntry) (ReferralEntry, error) {
	e.Act = e.Act.settled()
	if _, err := r.With(e); err != nil {
		return ReferralEntry{}, err
	}
	return e, nil
}
