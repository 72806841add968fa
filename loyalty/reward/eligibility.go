package reward

import (
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Eligibility says who may have a reward, where and when (兑换资格). All parts have to
// hold; an empty part asks for nothing.
type Eligibility struct {
	Tiers    []string `json:"tiers,omitempty"`    // the member is in one of them
	Segments []string `json:"segments,omitempty"` // the member is in at least one of them
	Channels []string `json:"channels,omitempty"` // the request comes through one of them

	First calendar.Day `json:"first,omitzero"` // the first local day; zero for no beginning
	Last  calendar.Day `json:"last,omitzero"`  // the last local day, included; zero for no end

	// MemberDays and MemberMonths are the minimum age of the membership: it is
	// reached at the start of the local day that lies so many days, or calendar
	// months, after the day of enrolment; months clamp to the month's end.
	MemberDays   int `json:"member_days,omitzero"`
	MemberMonths int `json:"member_months,omitzero"`
}

func (e *Eligibility) check(p *problems) {
	ids := func(field string, list []string) {
		for i, id := range list {
			p.check(validID(id), field, i, notID)
		}
	}
	ids("tiers", e.Tiers)
	ids("segments", e.Segments)
	ids("channels", e.Channels)
	p.check(e.First == 0 || e.First.Valid(), "first", -1, "is no day")
	p.check(e.Last == 0 || e.Last.Valid(), "last", -1, "is no day")
	p.check(e.First == 0 || e.Last == 0 || e.First <= e.Last, "last", -1, "is before first")
	p.check(e.MemberDays >= 0 && e.MemberDays <= maxDays, "member_days", -1, "is outside 0 to 36525")
	p.check(e.MemberMonths >= 0 && e.MemberMonths <= 1200, "member_months", -1, "is outside 0 to 1200")
}

// Member is what a decision needs to know about who asks (会员). It holds ids and
// instants, nothing personal.
type Member struct {
	ID       string    `json:"id"`
	Tier     string    `json:"tier,omitzero"`
	Segments []string  `json:"segments,omitempty"`
	Enrolled time.Time `json:"enrolled,omitzero"` // needed where the reward asks for an age of the membership
	Blocked  bool      `json:"blocked,omitzero"`  // the membership is suspended, under review or over
	Taken    []Taken   `json:"taken,omitempty"`   // the member's redemptions of this reward, in any order
}

// Why is a ground on which a member is not eligible (不符合资格的原因). The zero value is
// none.
type Why uint8

const (
	MemberBlocked Why = iota + 1 // the membership is suspended 会员资格受限
	WrongTier                    // not in one of the tiers 等级不符
	WrongSegment                 // in none of the segments 客群不符
	WrongChannel                 // not through this channel 渠道不符
	NotYet                       // before the first day 尚未开始
	Over                         // after the last day 已经结束
	TooNew                       // not a member for long enough 入会时间不足
)

var whys = enum.New[Why]("why", unknown, enum.Names{{}, {"member-blocked", "会员资格受限"}, {"wrong-tier", "等级不符"}, {"wrong-segment", "客群不符"},
	{"wrong-channel", "渠道不符"}, {"not-yet", "尚未开始"}, {"over", "已经结束"}, {"too-new", "入会时间不足"}})

// String returns the code, "" for none and ? for a number that is no ground.
func (w Why) String() string { return whys.Code(w) }

// Zh returns the Chinese name, "" for none and ? for a number that is no ground.
func (w Why) Zh() string { return whys.Zh(w) }

// MarshalText writes the form of String; a number that is no ground is ErrInvalid.
func (w Why) MarshalText() ([]byte, error) { return whys.Marshal(w) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (w *Why) UnmarshalText(text []byte) error { return whys.Unmarshal(w, text) }

// Cause is one ground against a redemption, with the instant that matters.
type Cause struct {
	Why Why `json:"why"`
	// At is the instant from which NotYet and TooNew no longer hold, and since which
	// Over does; zero for the others, and where that instant is not known.
	At time.Time `json:"at,omitzero"`
}

// Causes returns everything in e that stands against the member at an instant, in
// the order of the constants of [Why]; none means eligible. zone is where days
// begin and end; nil is UTC.
func (e Eligibility) Causes(m Member, channel string, at time.Time, zone *time.Location) (causes []Cause) {
	add := func(against bool, why Why, at time.Time) {
		if against {
			if !at.IsZero() {
				at = at.UTC()
			}
			causes = append(causes, Cause{why, at})
		}
	}
	add(m.Blocked, MemberBlocked, time.Time{})
	add(len(e.Tiers) > 0 && !slices.Contains(e.Tiers, m.Tier), WrongTier, time.Time{})
	inSegment := func(s string) bool { return slices.Contains(m.Segments, s) }
	add(len(e.Segments) > 0 && !slices.ContainsFunc(e.Segments, inSegment), WrongSegment, time.Time{})
	add(len(e.Channels) > 0 && !slices.Contains(e.Channels, channel), WrongChannel, time.Time{})
	if e.First != 0 {
		first := e.First.Start(zone)
		add(at.Before(first), NotYet, first)
	}
	if e.Last != 0 {
		end := (e.Last + 1).Start(zone)
		add(!end.IsZero() && !at.Before(end), Over, end)
	}
	if e.MemberDays > 0 || e.MemberMonths > 0 {
		old := e.oldEnough(m.Enrolled, zone)
		add(old.IsZero() || at.Before(old), TooNew, old)
	}
	return causes
}

// oldEnough returns when the membership reaches the minimum age; zero where it was
// never begun.
func (e *Eligibility) oldEnough(enrolled time.Time, zone *time.Location) time.Time {
	if enrolled.IsZero() {
		return enrolled
	}
	day := calendar.DayOf(enrolled, zone)
	return max(day+calendar.Day(e.MemberDays), day.AddMonths(e.MemberMonths)).Start(zone)
}
