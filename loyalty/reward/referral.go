package reward

import (
	"time"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// ReferralEntry is one line of the journal of a referral, which belongs to the friend:
// nobody is referred twice (推荐记录). Act.Reason is personal, all else is not.
type ReferralEntry struct {
	Kind     ReferralKind `json:"kind"`
	Referrer string       `json:"referrer,omitzero"` // where Registered: member id of who refers
	Friend   string       `json:"friend,omitzero"`   // where Registered: member id of who was referred
	Until    time.Time    `json:"until,omitzero"`    // where Registered: before when he has to buy; zero for no end
	Purchase string       `json:"purchase,omitzero"` // where Qualified, Granted or Withdrawn: id of the purchase
	Due      time.Time    `json:"due,omitzero"`      // where Qualified: from when the reward can be granted

	// ToReferrer and ToFriend are what each side gets where Granted, and what is taken
	// back where Withdrawn or Voided; zero where that is nothing.
	ToReferrer Grant `json:"to_referrer,omitzero"`
	ToFriend   Grant `json:"to_friend,omitzero"`
	// Capped says, where Granted, that a limit kept the referrer from his reward.
	Capped bool `json:"capped,omitzero"`
	Act    Act  `json:"act"`
}

// ReferralKind says what a [ReferralEntry] records. The zero value is none.
type ReferralKind uint8

const (
	Registered ReferralKind = iota + 1 // the friend has joined through the referrer 登记
	Qualified                          // the friend has bought enough 达成
	Granted                            // both sides have their reward 发奖
	Withdrawn                          // the purchase was returned: what was granted is taken back 收回
	Lapsed                             // the window is over; At is its end 失效
	Voided                             // a person has decided that it does not count: fraud, error 作废
)

var referralKinds = enum.New[ReferralKind]("kind", unknown, enum.Names{{}, {"registered", "登记"}, {"qualified", "达成"}, {"granted", "发奖"}, {"withdrawn", "收回"},
	{"lapsed", "失效"}, {"voided", "作废"}})

// String returns the code, "" for none and ? for a number that is no kind.
func (k ReferralKind) String() string { return referralKinds.Code(k) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (k ReferralKind) Zh() string { return referralKinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k ReferralKind) MarshalText() ([]byte, error) { return referralKinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *ReferralKind) UnmarshalText(text []byte) error { return referralKinds.Unmarshal(k, text) }

// Validate reports every rule that e breaks on its own, joined; each is an
// [*Error].
func (e ReferralEntry) Validate() error {
	var p problems
	p.check(referralKinds.Valid(e.Kind), "kind", -1, "unknown")
	first := e.Kind == Registered
	p.check(validText(e.Referrer) && first == (e.Referrer != ""), "referrer", -1, "is missing, or stands where nobody registers")
	p.check(validText(e.Friend) && first == (e.Friend != ""), "friend", -1, "is missing, or stands where nobody registers")
	p.check(!first || e.Referrer != e.Friend, "friend", -1, "is the referrer")
	p.check(first || e.Until.IsZero(), "until", -1, "stands where nobody registers")
	p.check(!first || e.Until.IsZero() || e.Act.At.Before(e.Until), "until", -1, "is not after at")
	buys := e.Kind == Qualified || e.Kind == Granted || e.Kind == Withdrawn
	p.check(validText(e.Purchase) && buys == (e.Purchase != ""), "purchase", -1, "is missing, or stands where none is concerned")
	p.check(e.Due.IsZero() != (e.Kind == Qualified), "due", -1, "is missing, or stands where nothing is due")
	e.ToReferrer.check(&p, "to_referrer")
	e.ToFriend.check(&p, "to_friend")
	gives := e.Kind == Granted || e.Kind == Withdrawn || e.Kind == Voided
	p.check(gives || e.ToReferrer == Grant{} && e.ToFriend == Grant{}, "to_friend", -1, "stands where nothing is granted")
	p.check(e.Kind == Granted || !e.Capped, "capped", -1, "stands where nothing is granted")
	e.Act.check(&p)
	return p.join()
}

// ReferralState is where a referral stands (推荐状态). The zero value is none.
type ReferralState uint8

const (
	ReferralOpen      ReferralState = iota + 1 // waits for the friend's purchase 待购买
	ReferralQualified                          // waits until the reward is due 待发奖
	ReferralRewarded                           // both sides have their reward 已发奖
	ReferralLapsed                             // the window is over 已失效
	ReferralVoided                             // does not count 已作废
)

var referralStates = enum.New[ReferralState]("state", unknown, enum.Names{
	{}, {"open", "待购买"}, {"qualified", "待发奖"}, {"rewarded", "已发奖"}, {"lapsed", "已失效"},
	{"voided", "已作废"},
})

// String returns the code, "" for none and ? for a number that is no state.
func (s ReferralState) String() string { return referralStates.Code(s) }

// Zh returns the Chinese name, "" for none and ? for a number that is no state.
func (s ReferralState) Zh() string { return referralStates.Zh(s) }

// MarshalText writes the form of String; a number that is no state is ErrInvalid.
func (s ReferralState) MarshalText() ([]byte, error) { return referralStates.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *ReferralState) UnmarshalText(text []byte) error { return referralStates.Unmarshal(s, text) }

// Referral is what the journal of one referral comes to (推荐). The zero value is a
// person whom nobody has referred.
type Referral struct {
	Referrer string        `json:"referrer"`
	Friend   string        `json:"friend"`
	Posted   ReferralState `json:"posted,omitzero"`   // by the last entry; [Referral.State] also knows what time has done
	Since    time.Time     `json:"since,omitzero"`    // when the friend registered
	Until    time.Time     `json:"until,omitzero"`    // before when he has to buy; zero for no end
	Purchase string        `json:"purchase,omitzero"` // the purchase by which it is qualified or rewarded
	Due      time.Time     `json:"due,omitzero"`      // from when the reward can be granted

	ToReferrer Grant `json:"to_referrer,omitzero"` // what each side has, and would have to give back
	ToFriend   Grant `json:"to_friend,omitzero"`

	LastAt       time.Time `json:"last_at,omitzero"`       // effective time of the last entry
	LastRecorded time.Time `json:"last_recorded,omitzero"` // its recorded time
}

// State returns where the referral stands at an instant: an open one lapses when
// its window is over, whether or not that was posted yet.
func (r Referral) State(at time.Time) ReferralState {
	if r.Posted == ReferralOpen && !r.Until.IsZero() && !at.Before(r.Until) {
		return ReferralLapsed
	}
	return r.Posted
}

// FoldReferral returns what the journal of one referral, in its order, comes to.
// Errors name the entry by Item: ErrInvalid where it breaks a rule of
// [ReferralEntry.Validate]; ErrConflict where its recorded time falls; ErrTransition
// where the state does not allow it, or it takes back other than was granted.
func FoldReferral(journal []ReferralEntry) (Referral, error) {
	var r Referral
	for i := range journal {
		if err := r.take(&journal[i]); err != nil {
			return Referral{}, placed("entries", i, err)
		}
	}
	return r, nil
}

// With returns the referral after one more entry, with the errors of
// [FoldReferral].
func (r Referral) With(e ReferralEntry) (Referral, error) {
	if err := r.take(&e); err != nil {
		return Referral{}, err
	}
	return r, nil
}

func (r *Referral) take(e *ReferralEntry) error {
	if err := e.Validate(); err != nil {
		return err
	}
	if e.Act.Recorded.Before(r.LastRecorded) {
		return refuse(ErrConflict, "recorded", "is before that of the last entry")
	}
	if reason := r.refuses(e); reason != "" {
		return refuse(ErrTransition, e.Kind.String(), reason)
	}
	switch e.Kind {
	case Registered:
		r.Referrer, r.Friend, r.Since, r.Until = e.Referrer, e.Friend, e.Act.At, e.Until
		r.Posted = ReferralOpen
	case Qualified:
		r.Posted, r.Purchase, r.Due = ReferralQualified, e.Purchase, e.Due
	case Granted:
		r.Posted, r.ToReferrer, r.ToFriend = ReferralRewarded, e.ToReferrer, e.ToFriend
	case Withdrawn:
		r.Posted, r.Purchase, r.Due = ReferralOpen, "", time.Time{}
		r.ToReferrer, r.ToFriend = Grant{}, Grant{}
	case Lapsed:
		r.Posted = ReferralLapsed
	case Voided:
		r.Posted, r.ToReferrer, r.ToFriend = ReferralVoided, Grant{}, Grant{}
	}
	if e.Act.At.After(r.LastAt) {
		r.LastAt = e.Act.At
	}
	r.LastRecorded = e.Act.Recorded
	return nil
}

// refuses says why e cannot follow on r; "" if it can.
func (r *Referral) refuses(e *ReferralEntry) string {
	at := e.Act.At
	switch {
	case (e.Kind == Registered) != (r.Posted == 0):
		return "the friend registers first, and once"
	case e.Kind == Qualified && (r.Posted != ReferralOpen || at.Before(r.Since) || r.State(at) != ReferralOpen):
		return "it is not open then"
	case e.Kind == Granted && (r.Posted != ReferralQualified || e.Purchase != r.Purchase || at.Before(r.Due)):
		return "it is not qualified by this purchase, or not yet due"
	case e.Kind == Withdrawn && (r.Posted != ReferralQualified && r.Posted != ReferralRewarded || e.Purchase != r.Purchase):
		return "it does not stand on this purchase"
	case e.Kind == Lapsed && (r.State(at) != ReferralLapsed || r.Posted != ReferralOpen || !at.Equal(r.Until)):
		return "it does not lapse then"
	case e.Kind == Voided && r.Posted == ReferralVoided:
		return "it is voided already"
	case (e.Kind == Withdrawn || e.Kind == Voided) && (e.ToReferrer != r.ToReferrer || e.ToFriend != r.ToFriend):
		return "other is taken back than was granted"
	}
	return ""
}
