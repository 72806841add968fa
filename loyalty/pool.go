package loyalty

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Pooled is what a command on the accounts of a household did together.
type Pooled struct {
	Household string `json:"household"`
	// Seq is the number of the command's entry in the journal of the household: a
	// refund names it.
	Seq    uint64 `json:"seq"`
	Points int64  `json:"points"` // spent, or given back
	// Parts are what was done to each account that gave or got, by id. Of an account
	// that the actor does not see, only its id and the amount are told.
	Parts    []Posted `json:"parts"`
	Replayed bool     `json:"-"`
}

func (p *Pooled) replay() { p.Replayed = true }

// The kinds of a household's entries about points, whose Data is a poolEntry.
const (
	poolBurned   = "burned"
	poolRefunded = "refunded"
)

// poolEntry is what the journal of a household keeps of a burn, so that a refund
// finds all accounts that gave, also those that have left since, and their entries;
// an order's id would not do, which may stand on several burns.
type poolEntry struct {
	Target uint64     `json:"target,omitzero"` // of a refund: the entry of the burn
	Points int64      `json:"points"`
	Parts  []poolPart `json:"parts"`
}

type poolPart struct {
	Account string `json:"account"`
	Seq     uint64 `json:"seq"`
	Amount  int64  `json:"amount"`
}

// Burn spends points of all accounts of a household together: the lots of all of
// them in one order (家庭积分消耗). An account that is frozen gives nothing.
//
// The actor has to see one of the accounts: whoever belongs to the household spends
// for it. ErrNotFound: there is no such household, or none of its accounts is seen.
// ErrFrozen: all that are seen are frozen. The other errors are those of
// points.Policy.BurnPool. A command's Act must be zero, as in [Points].
func (h *Households) Burn(ctx context.Context, actor Actor, household string, in points.BurnCommand, call Call) (Pooled, error) {
	subject := Subject{KindHousehold, household}
	if in.Act != (points.Act{}) {
		return Pooled{}, &Error{Subject: subject, Field: "act", Reason: "is made of actor and call", Err: ErrInvalid}
	}
	cmd := &command{name: "households.burn", actor: actor, subject: subject, call: call, input: amount(in.Points), queue: []string{subject.String()}}
	var said error
	if h.core.screened() {
		said = h.core.screenHousehold(ctx, cmd, in.Points)
	}
	return run(ctx, h.core, cmd, func(ctx context.Context, now time.Time) (draft, Pooled, error) {
		if said != nil {
			return draft{}, Pooled{}, said
		}
		// The record is the guard of the listing: whoever joins or leaves changes it.
		record, err := h.core.store.Record(ctx, subject)
		if err != nil {
			return draft{}, Pooled{}, err
		}
		accounts, err := h.core.pooledAccounts(ctx, actor, subject)
		if err != nil {
			return draft{}, Pooled{}, err
		}
		states := make([]points.State, len(accounts))
		for i := range accounts {
			states[i] = accounts[i].State
		}
		in.Act = cmd.act()
		entries, err := h.core.programme.Points.BurnPool(states, in, now)
		if err == nil && h.core.screened() {
			err = h.core.partsPass(ctx, accounts, entries, now)
		}
		if err != nil {
			return draft{}, Pooled{}, err
		}
		return h.core.draftPool(cmd, record, accounts, entries, poolBurned, 0, now)
	})
}

// Refund gives back points that a household spent, to the accounts that gave them,
// in reverse order, whether or not they still belong to it (家庭积分退还). Target is
// the Seq of the [Pooled] that Burn returned. A part that was refunded to its account
// alone, by [Points].Refund, is not given back again.
//
// ErrNotFound: there is no such household or entry, or none of the accounts that gave
// is seen. ErrTransition: the entry is no burn. ErrClosed: an account that would get
// points is closed. The other errors are those of points.Policy.RefundPool.
func (h *Households) Refund(ctx context.Context, actor Actor, household string, r Reversal, call Call) (Pooled, error) {
	subject := Subject{KindHousehold, household}
	cmd := &command{name: "households.refund", actor: actor, subject: subject, call: call, input: r, queue: []string{subject.String()}}
	return run(ctx, h.core, cmd, func(ctx context.Context, now time.Time) (draft, Pooled, error) {
		record, err := h.core.store.Record(ctx, subject)
		if err != nil {
			return draft{}, Pooled{}, err
		}
		accounts, legs, err := h.core.burnLegs(ctx, actor, subject, r.Target)
		if err != nil {
			return draft{}, Pooled{}, err
		}
		entries, err := h.core.programme.Points.RefundPool(legs, r.Points, cmd.act(), now)
		if err != nil {
			return draft{}, Pooled{}, err
		}
		return h.core.draftPool(cmd, record, accounts, entries, poolRefunded, r.Target, now)
	})
}

// pooledAccounts returns the accounts of a household that can give, by id.
func (c *core) pooledAccounts(ctx context.Context, actor Actor, household Subject) (accounts []Account, err error) {
	var frozen error
	seen, able := false, false
	for a, err := range c.store.Accounts(ctx, AccountFilter{Household: household.ID}) {
		if err != nil {
			return nil, err
		}
		sees := actor.Sees.Allows(a.Standing.Member)
		seen = seen || sees
		if refused := a.usable(debit); refused != nil {
			if sees {
				frozen = refused
			}
			continue
		}
		able = able || sees
		accounts = append(accounts, a)
	}
	switch {
	case !seen:
		return nil, &Error{Subject: household, Err: ErrNotFound}
	case !able:
		return nil, frozen
	}
	return accounts, nil
}

// burnLegs returns the accounts that gave in a burn of the pool, with what a refund has
// to know of each.
func (c *core) burnLegs(ctx context.Context, actor Actor, household Subject, target uint64) (accounts []Account, legs []points.Leg, err error) {
	burn, err := c.poolEntry(ctx, household, target)
	if err != nil {
		return nil, nil, err
	}
	seen := false
	for _, part := range burn.Parts {
		a, err := c.store.Account(ctx, part.Account)
		if err != nil {
			return nil, nil, err
		}
		leg := points.Leg{State: a.State}
		if leg.Target, leg.Later, err = c.entryAndLater(ctx, &a, part.Seq); err != nil {
			return nil, nil, err
		}
		seen = seen || actor.Sees.Allows(a.Standing.Member)
		accounts, legs = append(accounts, a), append(legs, leg)
	}
	if !seen {
		return nil, nil, &Error{Subject: household, Err: ErrNotFound}
	}
	return accounts, legs, nil
}

// poolEntry reads a burn from the journal of a household.
func (c *core) poolEntry(ctx context.Context, household Subject, seq uint64) (burn poolEntry, err error) {
	filter := EntryFilter{Subject: household, Limit: 1}
	if seq > 1 {
		filter.After = Position{household, seq - 1}
	}
	for e, err := range c.store.Entries(ctx, filter) {
		switch {
		case err != nil:
			return burn, err
		case e.Seq != seq:
		case e.Kind != poolBurned:
			return burn, &Error{Subject: household, Field: "target", Reason: "is no burn", Err: ErrTransition}
		default:
			return dataOf[poolEntry](e)
		}
	}
	return burn, &Error{Subject: household, Field: "target", Reason: "there is no entry " + strconv.FormatUint(seq, 10), Err: ErrNotFound}
}

// draftPool drafts what a decision posts to the accounts of a household. Accounts that
// were looked at and do not change are required: what they held decided too.
func (c *core) draftPool(cmd *command, record Record, accounts []Account, entries [][]points.Entry, kind string, target uint64, now time.Time) (draft, Pooled, error) {
	d, result := draft{}, Pooled{Household: record.Subject.ID, Seq: record.Head.Entries + 1}
	kept := poolEntry{Target: target}
	for i := range accounts {
		a := &accounts[i]
		if len(entries[i]) == 0 {
			d.require = append(d.require, Expect{Subject{KindAccount, a.ID}, a.Head.Version})
			continue
		}
		if err := a.usable(credit); err != nil {
			return draft{}, Pooled{}, err
		}
		change, err := c.put(a, entries[i])
		if err != nil {
			return draft{}, Pooled{}, err
		}
		part := posted(a, entries[i], points.KindBurn, points.KindRefund)
		kept.Parts = append(kept.Parts, poolPart{a.ID, part.Seq, part.Amount})
		kept.Points += max(part.Amount, -part.Amount)
		result.Parts = append(result.Parts, cmd.actor.told(a, part))
		d.changes = append(d.changes, change)
	}
	result.Points = kept.Points
	data, err := json.Marshal(kept)
	if err != nil {
		return draft{}, Pooled{}, err
	}
	e := cmd.entry(kind, "", now)
	e.Data = data
	if e.Recorded.Before(record.Head.Recorded) {
		e.Recorded = record.Head.Recorded
	}
	d.changes = append(d.changes, Change{Subject: record.Subject, Expect: record.Head.Version, Writes: []Write{Append{e}}})
	return d, result, nil
}
