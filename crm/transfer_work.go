package crm

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/owner"
)

// Handed is how many records of a kind a taker got from a leaver.
type Handed struct {
	Kind  Kind   `json:"kind"`
	To    string `json:"to"` // staff id
	Count int    `json:"count"`
}

// StatePlanned is the state of an appointment, a task of care or an event series that is
// still to come.
const StatePlanned = "planned"

// moveWork hands over the daily work that a leaver still has, and returns what went
// where; nothing where there is none left. Work that belongs to a customer follows
// the customer, if one of the takers has it; the rest is shared by count.
func (o *Owners) moveWork(ctx context.Context, actor Actor, leaver string, l Leaving) ([]Handed, error) {
	records, err := o.workOf(ctx, actor, leaver)
	if err != nil || len(records) == 0 {
		return nil, err
	}
	plan, err := o.planWork(ctx, actor, leaver, l, records)
	if err != nil {
		return nil, err
	}
	var handed []Handed
	for chunk := range slices.Chunk(plan, transferChunk) {
		done, err := o.moveRecords(ctx, actor, leaver, l, chunk)
		if err != nil {
			return handed, err
		}
		handed = addHanded(handed, done)
	}
	return handed, nil
}

// workOf lists what a leaver has beside customers.
func (o *Owners) workOf(ctx context.Context, actor Actor, leaver string) ([]Record, error) {
	var records []Record
	for _, kind := range workKinds() {
		filter := kind.unfinished()
		filter.Owner = leaver
		for r, err := range o.core.store.Records(ctx, filter) {
			if err != nil {
				return nil, err
			}
			if !actor.Sees.Allows(r.Owner, r.Path) {
				return nil, &Error{Subject: Subject{KindStaff, leaver}, Reason: "has work that the actor does not see", Err: ErrForbidden}
			}
			records = append(records, r)
		}
	}
	return records, nil
}

// workMove is a record and the ownership entry that moves it.
type workMove struct {
	Subject Subject
	Entry   owner.Entry
}

func (o *Owners) planWork(ctx context.Context, actor Actor, leaver string, l Leaving, records []Record) ([]workMove, error) {
	takers := slices.Clone(l.Takers)
	for i := range takers { // limits are on customers; work may not stay behind for them
		if _, err := o.guard(ctx, takers[i].ID); err != nil {
			return nil, err
		}
		takers[i].Held, takers[i].Capacity = 0, math.MaxInt32
	}
	now := o.core.now()
	named, book := map[string]string{}, make([]owner.Account, len(records))
	for i, r := range records {
		holding := owner.Holding{Owner: leaver, Path: r.Path}
		if r.Subject.Kind.hasHolding() {
			w, err := workOf(r)
			if err != nil {
				return nil, err
			}
			holding = w.Holding
		}
		now = later(now, holding.LastRecorded)
		id := workID(i)
		book[i] = owner.Account{Customer: id, Holding: holding}
		follows, err := o.ownerOf(ctx, r.Customer)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(takers, func(t owner.Staff) bool { return t.ID == follows }) {
			named[id] = follows
		}
	}
	plan, err := o.core.opts.Ownership.PlanTransfer(leaver, book, takers, owner.TransferOptions{Named: named}, l.act(actor, now))
	if err != nil {
		return nil, err
	}
	moves := make([]workMove, len(plan.Moves))
	for i, move := range plan.Moves { // in the order of their ids, which is that of the records
		moves[i] = workMove{records[i].Subject, move.Entry}
	}
	return moves, nil
}

// workID stands for the i-th record in a plan, whose ids are shorter than a kind and
// an id can be; it keeps the order.
func workID(i int) string { return fmt.Sprintf("%010d", i) }

// ownerOf returns who has a customer, "" for nobody.
func (o *Owners) ownerOf(ctx context.Context, customer string) (string, error) {
	if customer == "" {
		return "", nil
	}
	c, err := o.core.store.Customer(ctx, customer)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return c.Standing.Holding.Owner, err
}

// takers adds to what the caller says of the takers of customers what the store knows.
func (o *Owners) takers(ctx context.Context, given []owner.Staff) ([]owner.Staff, error) {
	takers := slices.Clone(given)
	for i := range takers {
		guard, err := o.guard(ctx, takers[i].ID)
		if err != nil {
			return nil, err
		}
		if takers[i], err = o.load(ctx, KindCustomer, takers[i], guard, o.core.now()); err != nil {
			return nil, err
		}
	}
	return takers, nil
}

// moveRecords carries out a part of a plan, but for records that are the leaver's no
// more.
func (o *Owners) moveRecords(ctx context.Context, actor Actor, leaver string, l Leaving, moves []workMove) ([]Handed, error) {
	cmd := command{name: "owners.transfer-work", actor: actor, subject: Subject{KindStaff, leaver}, call: l.Call, input: moves}
	return run(ctx, o.core, cmd, func(ctx context.Context, now time.Time) (draft, []Handed, error) {
		d, err := o.guardsOf(ctx, moves)
		about := concerned{core: o.core, seen: map[string]Customer{}}
		var handed []Handed
		for _, move := range moves {
			if err != nil {
				return draft{}, nil, err
			}
			var r Record
			r, err = o.core.store.Record(ctx, move.Subject)
			if err != nil || r.Owner != leaver {
				continue
			}
			entry := move.Entry
			entry.Recorded = later(later(now, r.Head.Recorded), entry.At)
			var changes []Change
			changes, err = o.moved(ctx, about, r, entry)
			d.changes = append(d.changes, changes...)
			handed = addHanded(handed, []Handed{{r.Subject.Kind, entry.To, 1}})
		}
		d.require = about.expect()
		return d, handed, err
	})
}

// moved returns what becomes of a record that goes to another.
func (o *Owners) moved(ctx context.Context, about concerned, r Record, entry owner.Entry) ([]Change, error) {
	var whom []string
	switch {
	case r.Subject.Kind == KindTie:
		whom = []string{r.Customer, r.Ref}
	case entry.Reason != "" && r.Customer != "": // else there is nothing to be dropped
		whom = []string{r.Customer}
	}
	gone := false
	for _, id := range whom {
		forgotten, err := about.forgotten(ctx, id)
		if err != nil {
			return nil, err
		}
		gone = gone || forgotten
	}
	if gone {
		entry.Reason = ""
	}
	if r.Subject.Kind == KindTie {
		return newTies(o.core).hand(ctx, r, entry, gone)
	}
	change, err := movedRecord(r, entry)
	return []Change{change}, err
}

// concerned are the customers whom the work of a commit is about. About somebody who was
// forgotten no reason is kept, and nobody is forgotten beside the commit.
type concerned struct {
	core *core
	seen map[string]Customer
}

// forgotten reports whether a customer was forgotten.
func (c concerned) forgotten(ctx context.Context, customer string) (bool, error) {
	known, ok := c.seen[customer]
	if !ok {
		var err error
		known, err = c.core.store.Customer(ctx, customer)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return false, err
		}
		c.seen[customer] = known
	}
	return !known.Standing.Forgotten.IsZero(), nil
}

// expect requires that none of the customers moved. One that is out of the host's table
// has a version still, which is not to be read, and nobody forgets it.
func (c concerned) expect() (list []Expect) {
	for _, id := range slices.Sorted(maps.Keys(c.seen)) {
		if known := c.seen[id]; known.ID != "" {
			list = append(list, Expect{Subject{KindCustomer, id}, known.Head.Version})
		}
	}
	return list
}

// guardsOf moves the guards of all who get something.
func (o *Owners) guardsOf(ctx context.Context, moves []workMove) (d draft, err error) {
	takers := map[string]bool{}
	for _, move := range moves {
		if id := move.Entry.To; !takers[id] {
			takers[id] = true
			guard, err := o.core.giving(ctx, id)
			if err != nil {
				return draft{}, err
			}
			d.changes = append(d.changes, guard)
		}
	}
	return d, nil
}

// movedRecord moves a record to the owner that the entry names.
func movedRecord(r Record, entry owner.Entry) (Change, error) {
	if r.Subject.Kind.hasHolding() {
		w, err := workOf(r)
		if err != nil {
			return Change{}, err
		}
		if entry.At.Before(w.Holding.LastAt) {
			entry.At = entry.Recorded
		}
		return heldWork(r, w).change(entry)
	}
	r.Owner, r.Path = entry.To, entry.Path
	return dealing(Change{r.Subject, r.Head.Version, []Write{Append{ownerRow(entry)}, PutRecord{r},
		Emit{Event{Kind: "owner." + entry.Kind.String(), At: entry.Recorded}}}}, r.Customer), nil
}

func addHanded(all, more []Handed) []Handed {
	for _, h := range more {
		at := slices.IndexFunc(all, func(a Handed) bool { return a.Kind == h.Kind && a.To == h.To })
		if at < 0 {
			all = append(all, Handed{h.Kind, h.To, 0})
			at = len(all) - 1
		}
		all[at].Count += h.Count
	}
	return all
}
