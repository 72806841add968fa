package owner

import (
	"log/slog"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Policy is what a company rules about ownership (归属制度). The zero value lets
// anybody active have any number, protects nobody, lets an owned customer be
// claimed by nobody, and asks for no approval but that of a correction.
type Policy struct {
	// Zone says which day an instant lies on. It is needed where a rule below
	// counts days.
	Zone *time.Location `json:"-"`
	// Approve names the kinds of entry that somebody other than the actor and the
	// new owner has to approve. Corrected always needs it.
	Approve []Kind `json:"approve,omitempty"`
	// ProtectDays is the protection (保护期) of whoever gets the customer by
	// assignment, transfer, claim or ruling: through the end of the n-th day after.
	ProtectDays int `json:"protect_days,omitzero"`
	// MaxProtectDays is the farthest day to which Protect may go, counted from its
	// effective day; 0 is without limit.
	MaxProtectDays int `json:"max_protect_days,omitzero"`
	// ClaimOwned allows to claim a customer who has an owner without protection. A
	// customer of a protected owner can never be claimed.
	ClaimOwned bool `json:"claim_owned,omitzero"`
	// ClaimsPerDay limits a person's claims on one local day; 0 is without limit.
	ClaimsPerDay int `json:"claims_per_day,omitzero"`
	// CoolDownDays keeps who lost a customer to a pool from claiming it before the
	// start of the n-th day after the loss (冷却期).
	CoolDownDays int `json:"cool_down_days,omitzero"`
	// CoolDownUnit keeps the colleagues in the loser's unit from it too.
	CoolDownUnit bool `json:"cool_down_unit,omitzero"`
	// Capacity is how many customers somebody may hold whose own is 0; 0 is
	// without limit.
	Capacity int `json:"capacity,omitzero"`
}

// maxDays is a hundred years: no rule is longer, and no day leaves the calendar.
const maxDays = 36500

const outOfDays = "is below 0 or over 36500"

func countOfDays(n int) bool { return n >= 0 && n <= maxDays }

// Validate reports everything wrong with p, joined: a number below 0, more than
// 36,500 days, an unknown kind, no zone where days are counted.
func (p Policy) Validate() error {
	var found problems
	found.check(countOfDays(p.ProtectDays), "protect_days", -1, outOfDays)
	found.check(countOfDays(p.MaxProtectDays), "max_protect_days", -1, outOfDays)
	found.check(countOfDays(p.CoolDownDays), "cool_down_days", -1, outOfDays)
	found.check(p.ClaimsPerDay >= 0, "claims_per_day", -1, "is below 0")
	found.check(p.Capacity >= 0, "capacity", -1, "is below 0")
	for i, k := range p.Approve {
		found.check(k.Valid(), "approve", i, "unknown kind")
	}
	counts := p.ProtectDays > 0 || p.MaxProtectDays > 0 || p.ClaimsPerDay > 0 || p.CoolDownDays > 0
	found.check(!counts || p.Zone != nil, "zone", -1, "is missing, and days are counted")
	return found.join()
}

func (p Policy) needsApproval(k Kind) bool { return k == Corrected || slices.Contains(p.Approve, k) }

func (p Policy) day(t time.Time) calendar.Day { return calendar.DayOf(t, p.Zone) }

// endOf returns the end of the n-th day after the local day of t.
func (p Policy) endOf(t time.Time, n int) time.Time {
	return (p.day(t) + calendar.Day(n) + 1).Start(p.Zone).UTC()
}

// protection returns the end of the protection of who gets a customer at t.
func (p Policy) protection(t time.Time) time.Time {
	if p.ProtectDays == 0 {
		return time.Time{}
	}
	return p.endOf(t, p.ProtectDays)
}

// Act says who changes something, when and why (操作). Actor and Recorded are
// always needed.
type Act struct {
	Actor    string    `json:"actor"`             // id of who does it; a rule of the host has an id too
	Approver string    `json:"approver,omitzero"` // id of who approved it
	At       time.Time `json:"at,omitzero"`       // when it takes effect, never after Recorded; zero is Recorded
	Recorded time.Time `json:"recorded"`          // now
	Code     string    `json:"code,omitzero"`     // the reason as a code; where a reason is needed, it or Reason
	Ref      string    `json:"ref,omitzero"`      // id of the plan, registration, approval or case behind it
	Reason   string    `json:"reason,omitzero"`   // the reason in words: personal, kept where it can be erased
}

// LogValue shows ids and times, and not the reason.
func (a Act) LogValue() slog.Value {
	return slog.GroupValue(slog.String("actor", a.Actor), slog.Time("at", a.At), slog.Time("recorded", a.Recorded),
		slog.String("code", a.Code), slog.String("ref", a.Ref))
}

// entry makes the entry of an act.
func (a Act) entry(k Kind, h Holding) Entry {
	if a.At.IsZero() {
		a.At = a.Recorded
	}
	return Entry{Kind: k, From: h.Owner, At: a.At, Recorded: a.Recorded,
		Actor: a.Actor, Approver: a.Approver, Code: a.Code, Ref: a.Ref, Reason: a.Reason}
}
