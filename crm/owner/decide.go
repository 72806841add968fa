package owner

import (
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// The decisions take the customer's present [Holding] and return the entry to
// append; they change nothing themselves. Common to all: ErrInvalid where an
// argument breaks a rule; ErrConflict where the journal has an entry that was
// recorded or took effect later (read again, or correct); ErrIncomplete where the
// policy wants an approver; ErrForbidden where the approver is the actor or who
// gets the customer; ErrTransition where the state does not allow it, above all while a
// dispute is open.

// Assign gives a customer whom nobody has to somebody (分配). ErrTaken: somebody
// has it, see ID. ErrForbidden: to is not active. [ErrCap]: to holds as many as
// he may.
func (p Policy) Assign(h Holding, to Staff, act Act) (Entry, error) {
	if h.Owner != "" {
		return Entry{}, taken(h, act.Recorded)
	}
	return p.give(Assigned, h, to, act)
}

// Transfer moves a customer to another owner, or to another unit of the owner
// (移交). Protection is against claims and does not hinder it. A reason is
// needed, in Code or in Reason: ErrIncomplete. The other errors are those of
// Assign; ErrTransition: nobody has the customer.
func (p Policy) Transfer(h Holding, to Staff, act Act) (Entry, error) {
	if err := needsReason(act); err != nil {
		return Entry{}, err
	}
	if to.ID == h.Owner {
		to.Held = 0 // he holds it already, and takes no room
	}
	return p.give(Transferred, h, to, act)
}

// Claim gives a customer to who asks first (领取): the first whose entry is
// recorded has it, whatever date he claims, so At has to be zero or Recorded. The
// checks, in order:
//
//   - the claimant is active: ErrForbidden
//   - no dispute is open: ErrTransition
//   - nobody has the customer: ErrTaken, with the holder in ID and the end of his
//     protection in Until; under ClaimOwned only while he is protected
//   - the claimant did not lose it lately: [ErrCoolDown], with Until
//   - claims of the day, customers held: [ErrCap], with Field, Limit and Used
func (p Policy) Claim(h Holding, by Staff, act Act) (Entry, error) {
	if !act.At.IsZero() && !act.At.Equal(act.Recorded) {
		return Entry{}, refuse(ErrInvalid, "at", "a claim counts from when it is recorded")
	}
	if err := p.checkClaim(h, by, act.Recorded); err != nil {
		return Entry{}, err
	}
	return p.give(Claimed, h, by, act)
}

func (p Policy) checkClaim(h Holding, by Staff, at time.Time) error {
	if err := p.Validate(); err != nil {
		return err
	}
	switch {
	case !by.Active:
		return refuseID(ErrForbidden, "staff", by.ID, "is not active")
	case h.Disputed():
		return refuse(ErrTransition, "claim", "a dispute is open")
	case h.Owner != "" && (!p.ClaimOwned || h.Owner == by.ID || h.Protected(at)):
		return taken(h, at)
	}
	if until := p.coolDown(h, by); at.Before(until) {
		return &Error{Field: "cool_down_days", Item: -1, ID: limit.Shown(by.ID), Until: until, Reason: "may not claim it back", Err: ErrCoolDown}
	}
	if p.ClaimsPerDay > 0 && by.Claims >= p.ClaimsPerDay {
		return &Error{Field: "claims_per_day", Item: -1, ID: limit.Shown(by.ID), Limit: p.ClaimsPerDay, Used: by.Claims, Reason: "has claimed enough", Err: ErrCap}
	}
	return nil
}

// coolDown returns before when the claimant may not have the customer back.
func (p Policy) coolDown(h Holding, by Staff) (until time.Time) {
	if p.CoolDownDays == 0 {
		return until
	}
	for _, l := range h.Losses {
		if l.Staff != by.ID && (!p.CoolDownUnit || l.Path == "" || l.Path != by.Path) {
			continue
		}
		if end := p.endOf(l.At, p.CoolDownDays-1); end.After(until) {
			until = end
		}
	}
	return until
}

// Release puts a customer into a pool (释放): given up by the owner, recycled by
// a rule ([PoolPolicy.Recycle]), or new and without an owner. path is the pool's
// unit. A reason is needed, in Code or in Reason: ErrIncomplete.
func (p Policy) Release(h Holding, pool, path string, act Act) (Entry, error) {
	if err := needsReason(act); err != nil {
		return Entry{}, err
	}
	e := act.entry(Released, h)
	e.Pool, e.Path = pool, path
	return p.finish(h, e)
}

// Protect sets the end of the owner's protection anew (保护). A reason is needed.
// ErrTransition: nobody has the customer. [ErrCap]: until lies beyond the policy's
// MaxProtectDays.
func (p Policy) Protect(h Holding, until time.Time, act Act) (Entry, error) {
	if err := needsReason(act); err != nil {
		return Entry{}, err
	}
	if h.Owner == "" {
		return Entry{}, refuse(ErrTransition, "protect", "nobody has it")
	}
	if err := p.Validate(); err != nil {
		return Entry{}, err
	}
	e := act.entry(Protected, h)
	e.To, e.Path, e.Until = h.Owner, h.Path, until
	if until.IsZero() {
		return Entry{}, refuse(ErrInvalid, "until", "is missing")
	}
	if p.MaxProtectDays > 0 {
		if latest := p.endOf(e.At, p.MaxProtectDays); until.After(latest) {
			return Entry{}, &Error{Field: "max_protect_days", Item: -1, Until: latest, Limit: p.MaxProtectDays,
				Used: p.day(until.Add(-1)).Sub(p.day(e.At)), Reason: "no protection", Err: ErrCap}
		}
	}
	return p.finish(h, e)
}

// Dispute records that somebody says the customer is his (争单). Until a ruling
// nobody else gets it. A reason is needed; Ref names his registration or case.
// ErrTransition: the claimant has the customer, or has disputed it already.
func (p Policy) Dispute(h Holding, claimant Staff, act Act) (Entry, error) {
	if err := needsReason(act); err != nil {
		return Entry{}, err
	}
	if !claimant.Active {
		return Entry{}, refuseID(ErrForbidden, "staff", claimant.ID, "is not active")
	}
	e := act.entry(Disputed, h)
	e.To, e.Path = claimant.ID, claimant.Path
	return p.finish(h, e)
}

// Resolve decides an open dispute for the owner or one of the claimants (裁定). A
// reason is needed. ErrForbidden: the actor is a party to the dispute, or the
// winner is not active. [ErrCap]: a winner who did not have the customer holds as
// many as he may. ErrTransition: no dispute is open, or the winner is no party.
func (p Policy) Resolve(h Holding, winner Staff, act Act) (Entry, error) {
	if err := needsReason(act); err != nil {
		return Entry{}, err
	}
	if act.Actor != "" && (act.Actor == h.Owner || slices.Contains(h.Claimants, act.Actor)) {
		return Entry{}, refuseID(ErrForbidden, "actor", act.Actor, "is a party to the dispute")
	}
	if winner.ID == h.Owner {
		winner.Held = 0
	}
	return p.give(Resolved, h, winner, act)
}

// Correct records who had the customer from act.At on, where the journal is wrong
// about it (更正). before is the holding just before act.At and latest the present
// one: see [At] and [Fold]. to is nobody for the zero Staff; somebody who has left
// since can have had it. It replaces what was recorded about the time from act.At
// on. A reason and an approver are needed: ErrIncomplete.
func (p Policy) Correct(before, latest Holding, to Staff, act Act) (Entry, error) {
	if err := needsReason(act); err != nil {
		return Entry{}, err
	}
	if act.Recorded.Before(latest.LastRecorded) {
		return Entry{}, refuse(ErrConflict, "recorded", "is before that of the last entry")
	}
	e := act.entry(Corrected, before)
	e.To, e.Path = to.ID, to.Path
	return p.finish(before, e)
}

// give makes the entry by which somebody gets the customer.
func (p Policy) give(k Kind, h Holding, to Staff, act Act) (Entry, error) {
	if err := p.Validate(); err != nil {
		return Entry{}, err
	}
	if err := to.Validate(); err != nil {
		return Entry{}, err
	}
	if !to.Active {
		return Entry{}, refuseID(ErrForbidden, "staff", to.ID, "is not active")
	}
	if to.room(p.Capacity) == 0 {
		return Entry{}, &Error{Field: "capacity", Item: -1, ID: to.ID, Limit: to.capacity(p.Capacity), Used: to.Held, Reason: "holds enough", Err: ErrCap}
	}
	e := act.entry(k, h)
	e.To, e.Path, e.Until = to.ID, to.Path, p.protection(e.At)
	if to.ID == h.Owner {
		if k == Transferred {
			e.Until = time.Time{} // another unit is no new protection
		}
		if h.Protected(e.At) && h.ProtectedUntil.After(e.Until) {
			e.Until = h.ProtectedUntil
		}
	}
	return p.finish(h, e)
}

// finish checks what is common to all decisions.
func (p Policy) finish(h Holding, e Entry) (Entry, error) {
	if err := p.Validate(); err != nil {
		return Entry{}, err
	}
	if e.Approver != "" && (e.Approver == e.Actor || e.Approver == e.To) {
		return Entry{}, refuseID(ErrForbidden, "approver", e.Approver, "is the actor or who gets it")
	}
	if err := e.Validate(); err != nil {
		return Entry{}, err
	}
	switch {
	case e.Recorded.Before(h.LastRecorded):
		return Entry{}, refuse(ErrConflict, "recorded", "is before that of the last entry")
	case e.At.Before(h.LastAt):
		return Entry{}, refuse(ErrConflict, "at", "is before that of the last entry")
	case p.needsApproval(e.Kind) && e.Approver == "":
		return Entry{}, incomplete("approver", "is missing", nil)
	}
	if reason := h.refuses(&e); reason != "" {
		return Entry{}, refuse(ErrTransition, e.Kind.String(), reason)
	}
	return e, nil
}

func needsReason(act Act) error {
	if act.Code == "" && strings.TrimSpace(act.Reason) == "" {
		return incomplete("reason", "is missing", nil)
	}
	return nil
}

func taken(h Holding, at time.Time) error {
	e := &Error{Field: "holder", Item: -1, ID: h.Owner, Reason: "held by", Err: ErrTaken}
	if h.Protected(at) {
		e.Until = h.ProtectedUntil
	}
	return e
}
