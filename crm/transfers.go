package crm

import (
	"context"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/owner"
)

// transferChunk is how many customers one commit of a transfer moves, or how much work:
// a tie takes the most, two changes of its own, the taker's guard, the customer and the
// person, which is five times as many subjects and no more than [MaxChanges].
const transferChunk = 200

// Leaving is a command of [Owners].TransferAll. Its Key is not looked at: the
// command goes on where it stopped, whoever sends it again.
type Leaving struct {
	Terms
	Takers  []owner.Staff         // who may get customers
	Options owner.TransferOptions // who gets whom
	// Facts says what a transfer goes by beside the holding: key account, group,
	// value, attributes. nil where there is nothing to say. Who is on the list of
	// [KeyAccounts] is a key account, whatever it says.
	Facts func(Customer) owner.Account
}

// Transferred is what [Owners].TransferAll found and gave: Before is the sum of
// Given. Who was moved by somebody else meanwhile is counted all the same; the
// journals say who has them.
type Transferred struct {
	Before owner.Tally
	Given  []owner.Given
	Work   []Handed // leads, opportunities and what else a colleague owns, by kind and taker
}

// Close says that nobody is to get customers any more who has left 离职. What the
// colleague has stays until it is transferred.
func (o *Owners) Close(ctx context.Context, actor Actor, staff string, call Call) error {
	return o.setState(ctx, actor, "owners.close", staff, staffLeft, call)
}

// Reopen takes Close back.
func (o *Owners) Reopen(ctx context.Context, actor Actor, staff string, call Call) error {
	return o.setState(ctx, actor, "owners.reopen", staff, staffActive, call)
}

func (o *Owners) setState(ctx context.Context, actor Actor, name, staff, state string, call Call) error {
	cmd := command{name: name, actor: actor, subject: Subject{KindStaff, staff}, call: call}
	if err := cmd.subject.validate(); err != nil {
		return err
	}
	_, err := run(ctx, o.core, cmd, func(ctx context.Context, now time.Time) (draft, struct{}, error) {
		guard, err := o.core.record(ctx, cmd.subject)
		if err != nil || guard.State == state {
			return draft{}, struct{}{}, err
		}
		now = later(now, guard.Head.Recorded)
		entry := Entry{Journal: JournalRecord, Kind: state, From: guard.State, To: state, Actor: actor.ID,
			At: effective(call, now), Recorded: now, Reason: call.Reason}
		guard.State = state
		return draft{changes: []Change{{cmd.subject, guard.Head.Version, []Write{
			PutRecord{guard}, Append{entry}, Emit{Event{Kind: "staff." + state, At: now}}}}}}, struct{}{}, nil
	})
	return err
}

// TransferAll moves every customer of a colleague who leaves to others, so that
// nobody is left behind (人走客不流), and with them the leads, opportunities and all
// other work of the colleague. It first closes the colleague's guard: from then
// on no command gives them anything, one that is under way included, for it has
// read the guard as it was. Then it plans by [owner.Policy.PlanTransfer], moves 200
// customers a commit, and looks again until there is none left. Work that belongs to
// a customer goes to the taker who has the customer, the rest is shared by count. Ties to
// people end with the leaver, and the taker is introduced: see [Ties].
//
// A commit that fails leaves the colleague closed and the rest where it was; send
// the command again. ErrForbidden: the actor does not see all that the colleague
// has. ErrIncomplete: neither Code nor Reason says why. The other errors are those of
// PlanTransfer, ErrIncomplete with the customers in the way above all.
func (o *Owners) TransferAll(ctx context.Context, actor Actor, leaver string, l Leaving) (Transferred, error) {
	l.Key = ""
	if l.Code == "" && l.Reason == "" {
		return Transferred{}, &Error{Subject: Subject{KindStaff, leaver}, Field: "reason", Reason: "is missing", Err: ErrIncomplete}
	}
	if err := o.Close(ctx, actor, leaver, Call{At: l.At, Reason: l.Reason}); err != nil {
		return Transferred{}, err
	}
	var done Transferred
	for round := 0; ; round++ {
		plan, err := o.plan(ctx, actor, leaver, l)
		if err != nil {
			return done, err
		}
		if round == 0 {
			done = Transferred{Before: plan.Before, Given: plan.Given}
		}
		for chunk := range slices.Chunk(plan.Moves, transferChunk) {
			if err := o.moveAll(ctx, actor, leaver, l, chunk); err != nil {
				return done, err
			}
		}
		handed, err := o.moveWork(ctx, actor, leaver, l)
		done.Work = addHanded(done.Work, handed)
		if err != nil || len(plan.Moves) == 0 && len(handed) == 0 {
			return done, err
		}
	}
}

// plan returns the transfer of what the leaver has now.
func (o *Owners) plan(ctx context.Context, actor Actor, leaver string, l Leaving) (owner.TransferPlan, error) {
	listed, err := (&KeyAccounts{o.core}).listed(ctx)
	if err != nil {
		return owner.TransferPlan{}, err
	}
	var book []owner.Account
	for c, err := range o.core.store.Customers(ctx, CustomerFilter{Owner: leaver}) {
		if err != nil {
			return owner.TransferPlan{}, err
		}
		if !actor.Sees.Allows(c.Standing.Holding.Owner, c.Standing.Holding.Path) {
			return owner.TransferPlan{}, &Error{Subject: Subject{KindStaff, leaver}, Reason: "has customers that the actor does not see", Err: ErrForbidden}
		}
		account := owner.Account{}
		if l.Facts != nil {
			account = l.Facts(c)
		}
		account.Customer, account.Holding = c.ID, c.Standing.Holding
		if _, key := listed[c.ID]; key {
			account.Key = true
		}
		book = append(book, account)
	}
	if len(book) == 0 {
		return owner.TransferPlan{}, nil
	}
	now := o.core.now()
	takers, err := o.takers(ctx, l.Takers)
	if err != nil {
		return owner.TransferPlan{}, err
	}
	for _, a := range book {
		now = later(now, a.Holding.LastRecorded)
	}
	return o.core.opts.Ownership.PlanTransfer(leaver, book, takers, l.Options, l.act(actor, now))
}

// moveAll carries out a part of a plan, but for customers who are the leaver's no
// more.
func (o *Owners) moveAll(ctx context.Context, actor Actor, leaver string, l Leaving, moves []owner.Move) error {
	cmd := command{name: "owners.transfer-all", actor: actor, subject: Subject{KindStaff, leaver}, call: l.Call, input: moves}
	_, err := run(ctx, o.core, cmd, func(ctx context.Context, now time.Time) (draft, struct{}, error) {
		var d draft
		takers := map[string]bool{}
		for _, move := range moves {
			if id := move.Entry.To; !takers[id] {
				takers[id] = true
				guard, err := o.guard(ctx, id)
				if err != nil {
					return draft{}, struct{}{}, err
				}
				d.changes = append(d.changes, Change{Subject: guard.Subject, Expect: guard.Head.Version})
			}
		}
		for _, move := range moves {
			c, err := o.core.store.Customer(ctx, move.Customer)
			if err != nil {
				return draft{}, struct{}{}, err
			}
			if c.Standing.Holding.Owner != leaver {
				continue
			}
			entry := move.Entry
			if !c.Standing.Forgotten.IsZero() {
				entry.Reason = "" // no text about somebody who was forgotten
			}
			entry.Recorded = later(later(now, c.Head.Recorded), entry.At)
			if entry.At.Before(c.Standing.Holding.LastAt) {
				entry.At = entry.Recorded
			}
			change, err := heldCustomer(c).change(entry)
			if err != nil {
				return draft{}, struct{}{}, err
			}
			d.changes = append(d.changes, change)
		}
		return d, struct{}{}, nil
	})
	return err
}
