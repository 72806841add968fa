package loyalty

import (
	"encoding/json"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// Referral is who brought a friend, and where that stands by its journal (推荐). Whether
// its window is over since is State.State of an instant. Nothing in it is personal.
type Referral struct {
	Head  Head            `json:"-"`
	State reward.Referral `json:"state"`

	// Rewarded is when the referrer was rewarded: what limits count; zero where not.
	Rewarded time.Time `json:"rewarded,omitzero"`
	// ReferrerEntry and FriendEntry are where the points were posted that each side
	// has; zero where none were.
	ReferrerEntry Place `json:"referrer_entry,omitzero"`
	FriendEntry   Place `json:"friend_entry,omitzero"`
}

func referralOf(r Record) (Referral, error) {
	have, err := bodyOf[Referral](r)
	have.Head = r.Head
	return have, err
}

// The states by which records are listed are those of package reward, but for one
// that stands for rewarded where the referrer had nothing: so a list of those that
// count is as short as the limits.
const friendRewarded = "friend-rewarded"

func (r *Referral) status() string {
	if r.State.Posted == reward.ReferralRewarded && r.Rewarded.IsZero() {
		return friendRewarded
	}
	return r.State.Posted.String()
}

// due is when time next does something: the window ends, or the reward is granted.
func (r *Referral) due() time.Time {
	switch r.State.Posted {
	case reward.ReferralOpen:
		return r.State.Until
	case reward.ReferralQualified:
		return r.State.Due
	}
	return time.Time{}
}

func (r *Referral) result(now time.Time) Referred {
	s := &r.State
	return Referred{Friend: s.Friend, Referrer: s.Referrer, State: s.State(now), Until: s.Until, Due: s.Due}
}

// step folds an entry in, and returns what writes it.
func (r *Referral) step(c *core, e reward.ReferralEntry) ([]Write, error) {
	reason := e.Act.Reason
	e.Act.Reason = ""
	var err error
	if r.State, err = r.State.With(e); err != nil {
		return nil, err
	}
	r.Rewarded, r.ReferrerEntry, r.FriendEntry = time.Time{}, Place{}, Place{}
	if e.Kind == reward.Granted && e.ToReferrer != (reward.Grant{}) {
		r.Rewarded = e.Act.At
	}
	entry, err := rewardLine(e.Kind.String(), r.State.Friend, e.Act, e, reason)
	return c.appended("referral", entry), err
}

// change brings the store to where the referral is.
func (r *Referral) change(writes []Write) (Change, error) {
	body, err := json.Marshal(r)
	record := Record{Member: r.State.Friend, Ref: r.State.Referrer, State: r.status(), Due: r.due(), Body: body}
	return Change{Subject: Subject{KindReferral, r.State.Friend}, Expect: r.Head.Version, Writes: append(writes, PutRecord{record})}, err
}

// replayReferral is what the journal of a referral comes to, as the State of its
// record holds it.
func replayReferral(journal []Entry) (reward.Referral, error) {
	entries, err := rewardLines[reward.ReferralEntry](journal)
	if err != nil {
		return reward.Referral{}, err
	}
	return reward.FoldReferral(entries)
}
