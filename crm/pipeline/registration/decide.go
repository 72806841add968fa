package registration

import (
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Policy is what a company rules about registrations (报备制度).
type Policy struct {
	Zone *time.Location `json:"-"` // says which day an instant lies on; always needed
	// Days is the protection (保护期): through the end of the n-th day after the approval;
	// 0 is 90.
	Days int `json:"days,omitzero"`
	// ExtendDays is how many days the one extension adds; 0 is Days.
	ExtendDays int `json:"extend_days,omitzero"`
	// ActionDays is how many days back the owner's counted action may lie for rule R3; 0
	// is 30.
	ActionDays int `json:"action_days,omitzero"`
	// Evidence asks for a document with every registration.
	Evidence bool `json:"evidence,omitzero"`
	// Winner is the share of who wins by a rule; the others divide the rest equally. A
	// rule that is not there gives the winner all.
	Winner map[Rule]money.Ratio `json:"winner,omitempty"`
}

// Validate reports everything wrong with p, joined: no zone, days below 0 or over 36,500,
// a share of the winner outside 0 to 1.
func (p Policy) Validate() error {
	var found problems
	found.check(p.Zone != nil, codeMissing, "zone", -1)
	for field, n := range map[string]int{"days": p.Days, "extend_days": p.ExtendDays, "action_days": p.ActionDays} {
		found.check(n >= 0 && n <= 36500, codeRange, field, -1)
	}
	for rule, share := range p.Winner {
		found.check(rule.Valid() && rule != Arbiter, codeUnknown, "winner", -1)
		found.check(share.Den > 0 && share.Num >= 0 && share.Num <= share.Den && share.Den <= maxDen, codeRange, "winner", -1)
	}
	slices.SortFunc(found, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return found.join()
}

// maxDen keeps products of shares and counts of claimants within 64 bits.
const maxDen = 1_000_000

func (p Policy) days() int {
	if p.Days > 0 {
		return p.Days
	}
	return 90
}

// Act says who does something, when and why. Actor and Recorded are always needed.
type Act struct {
	Actor    string    `json:"actor"`
	Recorded time.Time `json:"recorded"`
	Ref      string    `json:"ref,omitzero"`    // id of the order, approval or ruling behind it
	Reason   string    `json:"reason,omitzero"` // personal
}

// LogValue shows ids and times, and not the reason.
func (a Act) LogValue() slog.Value {
	return slog.GroupValue(slog.String("actor", a.Actor), slog.Time("recorded", a.Recorded), slog.String("ref", a.Ref))
}

// Submit registers a claim (提交报备). others are the registrations of the same party, in any
// order. ErrTaken: somebody else is protected on this product line, see ID and Until.
// ErrTransition: the claimant has registered it already, and that still stands.
// ErrIncomplete: the policy asks for evidence.
func (p Policy) Submit(c Claim, others []Registration, act Act) (Entry, error) {
	if err := c.Validate(); err != nil {
		return Entry{}, err
	}
	if p.Evidence && len(c.Evidence) == 0 {
		return Entry{}, refuse(ErrIncomplete, codeMissing, "evidence", "")
	}
	for _, o := range others {
		state := o.At(act.Recorded)
		if o.Claim.Party == c.Party && o.Claim.Line == c.Line && o.Claim.Claimant == c.Claimant && (state == Submitted || state == Approved) {
			return Entry{}, refuse(ErrTransition, codeState, "claimant", state.String())
		}
	}
	if err := c.free(others, act.Recorded); err != nil {
		return Entry{}, err
	}
	c.Evidence = slices.Clone(c.Evidence)
	return p.entry(Registration{}, Submit, act, func(e *Entry) { e.Claim = c })
}

// free refuses a claim while somebody else is protected. What is recorded of the others
// is known, also where their clock was ahead of ours.
func (c Claim) free(others []Registration, now time.Time) error {
	for _, o := range others {
		at := now
		if o.Last.After(at) {
			at = o.Last
		}
		if o.Claim.Party == c.Party && o.Claim.Line == c.Line && o.Claim.Claimant != c.Claimant && o.Protects(at) {
			return &Error{Code: codeTaken, Field: "party", Item: -1, ID: o.Claim.Claimant, Until: o.Until, Err: ErrTaken}
		}
	}
	return nil
}

// Approve begins the protection (批准报备). others are the registrations of the same party, in
// any order. ErrForbidden: the actor is the claimant. ErrTaken: somebody else is protected
// by now, see ID and Until.
//
// The decisions share these errors: ErrTransition where the state does not allow it,
// ErrConflict where something later is recorded, ErrInvalid for a policy or act that is
// not valid.
func (p Policy) Approve(r Registration, others []Registration, act Act) (Entry, error) {
	if act.Actor == r.Claim.Claimant {
		return Entry{}, refuse(ErrForbidden, codeSelf, "actor", act.Actor)
	}
	if err := r.Claim.free(others, act.Recorded); err != nil {
		return Entry{}, err
	}
	return p.entry(r, Approve, act, func(e *Entry) { e.Until = p.end(act.Recorded, p.days()) })
}

// Reject refuses it (驳回). A reason is needed: ErrIncomplete. ErrForbidden as for
// Approve.
func (p Policy) Reject(r Registration, act Act) (Entry, error) {
	if act.Actor == r.Claim.Claimant {
		return Entry{}, refuse(ErrForbidden, codeSelf, "actor", act.Actor)
	}
	if strings.TrimSpace(act.Reason) == "" {
		return Entry{}, refuse(ErrIncomplete, codeReason, "reason", "")
	}
	return p.entry(r, Reject, act, nil)
}

// Extend protects the claimant longer, once (延期). acted are the claimant's counted actions
// with the party: one since the approval is needed, ErrIncomplete otherwise.
// ErrTransition: it was extended before, or the protection is over.
func (p Policy) Extend(r Registration, acted []time.Time, act Act) (Entry, error) {
	if r.State == Approved {
		if r.Extended {
			return Entry{}, refuse(ErrTransition, codeExtended, "state", "")
		}
		if !act.Recorded.Before(r.Until) {
			return Entry{}, refuse(ErrTransition, codeExpired, "state", "")
		}
		if !slices.ContainsFunc(acted, func(t time.Time) bool { return !t.Before(r.Approved) && !t.After(act.Recorded) }) {
			return Entry{}, refuse(ErrIncomplete, codeAction, "acted", "")
		}
	}
	days := p.ExtendDays
	if days == 0 {
		days = p.days()
	}
	return p.entry(r, Extend, act, func(e *Entry) { e.Until = p.end(r.Until.Add(-time.Microsecond), days) })
}

// Convert closes it with an order (成交): Ref of the act names it. ErrTransition: the
// protection is over.
func (p Policy) Convert(r Registration, act Act) (Entry, error) {
	if r.At(act.Recorded) == Expired {
		return Entry{}, refuse(ErrTransition, codeExpired, "state", "")
	}
	return p.entry(r, Convert, act, nil)
}

// Expire marks a registration whose protection is over (过期). ErrTransition: it runs.
func (p Policy) Expire(r Registration, act Act) (Entry, error) {
	if r.At(act.Recorded) != Expired {
		return Entry{}, refuse(ErrTransition, codeState, "state", r.State.String())
	}
	return p.entry(r, Expire, act, nil)
}

// Revoke takes it back (撤销): by the claimant, or by a ruling. A reason is needed:
// ErrIncomplete.
func (p Policy) Revoke(r Registration, act Act) (Entry, error) {
	if strings.TrimSpace(act.Reason) == "" {
		return Entry{}, refuse(ErrIncomplete, codeReason, "reason", "")
	}
	return p.entry(r, Revoke, act, nil)
}

// end returns the end of the n-th local day after an instant.
func (p Policy) end(at time.Time, n int) time.Time {
	if p.Zone == nil {
		return time.Time{}
	}
	return (calendar.DayOf(at, p.Zone) + calendar.Day(n) + 1).Start(p.Zone).UTC()
}

// entry makes an entry, if it can follow.
func (p Policy) entry(r Registration, k Kind, act Act, fill func(*Entry)) (Entry, error) {
	var found problems
	if err := p.Validate(); err != nil {
		return Entry{}, err
	}
	found.check(validID(act.Actor), codeID, "actor", -1)
	found.check(!act.Recorded.IsZero(), codeMissing, "recorded", -1)
	found.check(optionalID(act.Ref), codeID, "ref", -1)
	if err := found.join(); err != nil {
		return Entry{}, err
	}
	if act.Recorded.Before(r.Last) {
		return Entry{}, refuse(ErrConflict, codeLater, "recorded", "")
	}
	e := Entry{Kind: k, Ref: act.Ref, Actor: act.Actor, Recorded: act.Recorded, Reason: act.Reason}
	if fill != nil {
		fill(&e)
	}
	if _, ok := r.with(e); !ok {
		return Entry{}, refuse(ErrTransition, codeState, "state", r.State.String())
	}
	return e, nil
}

// Findings returns a PIP-PROTECTION about the party on the days before the last protected
// one that warn names, such as 7, 3, 1, and nothing on others. zone says on which day the
// protection ends.
func (r Registration) Findings(asOf calendar.Day, zone *time.Location, warn ...int) []finding.Finding {
	if r.State != Approved || zone == nil {
		return nil
	}
	last := calendar.DayOf(r.Until.Add(-time.Microsecond), zone)
	if !slices.Contains(warn, last.Sub(asOf)) {
		return nil
	}
	return []finding.Finding{{Code: foundEnding, Severity: finding.Notice, Subject: r.Claim.Party, AsOf: asOf,
		Params: []finding.Param{finding.Str("claimant", r.Claim.Claimant), finding.Day("last", last)}}}
}
