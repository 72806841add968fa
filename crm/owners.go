package crm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/internal/attempt"
)

// Owners says who looks after whom, and since when (负责人). The rules are those of
// an [owner.Policy], which is Options.Ownership.
//
// Each colleague has a guard, the subject of kind [KindStaff] with their id. Every
// command that gives a customer to somebody moves that guard, so a rule over all
// customers of a colleague, such as a limit on their number or that nobody is left
// behind when they leave, holds also against commands that run at the same time.
type Owners struct{ core *core }

// Terms are what every command about owners has beside who and whom.
type Terms struct {
	Call
	Approver string // staff id, where the policy asks for one
	Code     string // the reason as a code of the host's list
	Ref      string // id of the plan, registration, approval or case behind it
}

// Assign gives a customer whom nobody has to a colleague 分配.
//
// The commands of Owners return the entry that was appended, without its reason.
// Their errors are those of the method of [owner.Policy] with the same name;
// ErrForbidden where the colleague has left; ErrNotFound where the actor sees no
// such customer.
func (o *Owners) Assign(ctx context.Context, actor Actor, customer string, to owner.Staff, terms Terms) (owner.Entry, error) {
	return o.give(ctx, actor, "owners.assign", Subject{KindCustomer, customer}, to, terms, o.core.opts.Ownership.Assign)
}

// Transfer moves a customer from its owner to another, or to another unit of the
// same one 移交. The former owner's work about the customer goes along: reminders, planned
// appointments, care and events, instalments, and orders that come from no opportunity; in the
// same commit, but for what is more than 200 pieces, which follows in further ones. Leads and
// opportunities stay with who pursues them, see [Opportunities].Transfer, and [Ties] with who
// knows whom; what others do for the customer stays theirs.
func (o *Owners) Transfer(ctx context.Context, actor Actor, customer string, to owner.Staff, terms Terms) (owner.Entry, error) {
	return o.pass(ctx, actor, "owners.transfer", customer, to, terms, o.core.opts.Ownership.Transfer)
}

// pass gives a customer, and what goes along, from its owner to another.
func (o *Owners) pass(ctx context.Context, actor Actor, name, customer string, to owner.Staff, terms Terms,
	decide func(owner.Holding, owner.Staff, owner.Act) (owner.Entry, error)) (owner.Entry, error) {
	entry, err := o.give(ctx, actor, name, Subject{KindCustomer, customer}, to, terms, decide)
	if err != nil || entry.From == "" || entry.From == entry.To {
		return entry, err
	}
	told := entry
	told.Reason = terms.Reason
	return entry, o.moveRest(ctx, actor, customer, told)
}

// Claim takes a customer for oneself 领取: of several who claim it at once the first to be
// recorded has it, and the others get ErrConflict, which is also ErrTaken.
func (o *Owners) Claim(ctx context.Context, actor Actor, customer string, by owner.Staff, terms Terms) (owner.Entry, error) {
	subject := Subject{KindCustomer, customer}
	return o.give(ctx, actor, "owners.claim", subject, by, terms, o.core.claiming(subject))
}

// claiming decides over a claim. Who comes too late has met a conflict, which no
// repetition changes.
func (c *core) claiming(s Subject) func(owner.Holding, owner.Staff, owner.Act) (owner.Entry, error) {
	return func(h owner.Holding, by owner.Staff, act owner.Act) (owner.Entry, error) {
		e, err := c.opts.Ownership.Claim(h, by, act)
		if errors.Is(err, ErrTaken) {
			err = attempt.Ended(&Error{Subject: s, Reason: "somebody was first", Err: fmt.Errorf("%w: %w", ErrConflict, err)})
		}
		return e, err
	}
}

// Resolve decides a dispute 裁定. Where the winner is another than the owner, work goes along as
// with Transfer.
func (o *Owners) Resolve(ctx context.Context, actor Actor, customer string, winner owner.Staff, terms Terms) (owner.Entry, error) {
	return o.pass(ctx, actor, "owners.resolve", customer, winner, terms, o.core.opts.Ownership.Resolve)
}

// Release puts a customer into a pool, which lies in the unit with a path 释放. What the owner
// still has to do for the customer stays theirs.
func (o *Owners) Release(ctx context.Context, actor Actor, customer, pool, path string, terms Terms) (owner.Entry, error) {
	return o.append(ctx, actor, "owners.release", Subject{KindCustomer, customer}, terms, []string{pool, path}, func(h owner.Holding, act owner.Act) (owner.Entry, error) {
		return o.core.opts.Ownership.Release(h, pool, path, act)
	})
}

// Protect sets anew until when nobody else may claim a customer 保护.
func (o *Owners) Protect(ctx context.Context, actor Actor, customer string, until time.Time, terms Terms) (owner.Entry, error) {
	until = Instant(until)
	return o.append(ctx, actor, "owners.protect", Subject{KindCustomer, customer}, terms, until, func(h owner.Holding, act owner.Act) (owner.Entry, error) {
		return o.core.opts.Ownership.Protect(h, until, act)
	})
}

// Dispute records that a colleague says a customer is theirs 争单.
func (o *Owners) Dispute(ctx context.Context, actor Actor, customer string, claimant owner.Staff, terms Terms) (owner.Entry, error) {
	return o.append(ctx, actor, "owners.dispute", Subject{KindCustomer, customer}, terms, claimant.ID, func(h owner.Holding, act owner.Act) (owner.Entry, error) {
		return o.core.opts.Ownership.Dispute(h, claimant, act)
	})
}

// Correct records who had a customer from terms.At on, where the journal is wrong
// about it 更正. The zero Staff is nobody.
func (o *Owners) Correct(ctx context.Context, actor Actor, customer string, to owner.Staff, terms Terms) (owner.Entry, error) {
	cmd := o.command(actor, "owners.correct", Subject{KindCustomer, customer}, terms, to.ID)
	row, err := run(ctx, o.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		c, err := o.core.living(ctx, actor, customer)
		if err != nil {
			return draft{}, Entry{}, err
		}
		journal, err := o.journal(ctx, cmd.subject, c.Head.Entries)
		if err != nil {
			return draft{}, Entry{}, err
		}
		latest, err := owner.Fold(journal)
		if err != nil {
			return draft{}, Entry{}, err
		}
		act := terms.act(actor, later(now, c.Head.Recorded))
		if act.At.IsZero() {
			act.At = act.Recorded
		}
		before, err := owner.At(journal, act.At.Add(-time.Microsecond), act.Recorded)
		if err != nil {
			return draft{}, Entry{}, err
		}
		entry, err := o.core.opts.Ownership.Correct(before, latest, to, act)
		if err != nil {
			return draft{}, Entry{}, err
		}
		holding, err := owner.Fold(append(journal, entry))
		if err != nil {
			return draft{}, Entry{}, err
		}
		h := heldCustomer(c)
		change, err := h.become(holding, entry)
		if err != nil {
			return draft{}, Entry{}, err
		}
		d := draft{changes: []Change{change}}
		if to.ID != "" {
			moved, err := o.core.giving(ctx, to.ID)
			if err != nil {
				return draft{}, Entry{}, err
			}
			d.changes = append(d.changes, moved)
		}
		return d, h.row(entry), nil
	})
	return ownerEntry(row, err)
}

// give runs a decision by which somebody gets a customer, with what goes along from who had
// it, or work with a holding.
func (o *Owners) give(ctx context.Context, actor Actor, name string, s Subject, to owner.Staff, terms Terms,
	decide func(owner.Holding, owner.Staff, owner.Act) (owner.Entry, error)) (owner.Entry, error) {
	cmd := o.command(actor, name, s, terms, to.ID)
	row, err := run(ctx, o.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		guard, err := o.guard(ctx, to.ID)
		if err != nil {
			return draft{}, Entry{}, err
		}
		h, err := o.core.held(ctx, actor, s)
		if err != nil {
			return draft{}, Entry{}, err
		}
		act := terms.act(actor, later(now, h.head.Recorded))
		to, err := o.load(ctx, s.Kind, to, guard, act.Recorded)
		if err != nil {
			return draft{}, Entry{}, err
		}
		entry, err := decide(h.holding, to, act)
		if err != nil {
			return draft{}, Entry{}, err
		}
		change, err := h.change(entry)
		if err != nil {
			return draft{}, Entry{}, err
		}
		d := draft{changes: []Change{change, o.moveGuard(guard, entry)}}
		if s.Kind == KindCustomer && entry.From != "" && entry.From != entry.To {
			work, err := o.along(ctx, s.ID, entry.From, func(Record) bool { return true })
			if err != nil {
				return draft{}, Entry{}, err
			}
			along, err := movedAlong(work, entry)
			if err != nil {
				return draft{}, Entry{}, err
			}
			d.changes = append(d.changes, along...)
		}
		return d, h.row(entry), nil
	})
	return ownerEntry(row, err)
}

// append runs a decision by which nobody new gets it.
func (o *Owners) append(ctx context.Context, actor Actor, name string, s Subject, terms Terms, input any,
	decide func(owner.Holding, owner.Act) (owner.Entry, error)) (owner.Entry, error) {
	cmd := o.command(actor, name, s, terms, input)
	row, err := run(ctx, o.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		h, err := o.core.held(ctx, actor, s)
		if err != nil {
			return draft{}, Entry{}, err
		}
		entry, err := decide(h.holding, terms.act(actor, later(now, h.head.Recorded)))
		if err != nil {
			return draft{}, Entry{}, err
		}
		change, err := h.change(entry)
		return draft{changes: []Change{change}}, h.row(entry), err
	})
	return ownerEntry(row, err)
}

// History returns the ownership journal of a customer, in the order in which it
// was recorded. [owner.At] and [owner.Spans] take it.
func (o *Owners) History(ctx context.Context, actor Actor, customer string) ([]owner.Entry, error) {
	return read(ctx, o.core, "owners.history", actor, Subject{KindCustomer, customer}, func() ([]owner.Entry, error) {
		if _, err := o.core.customer(ctx, actor, customer); err != nil {
			return nil, err
		}
		return o.journal(ctx, Subject{KindCustomer, customer}, MaxVersion)
	})
}

// AsOf returns who looked after a customer at an instant, given what was recorded
// up to another; the zero time is now, for either.
func (o *Owners) AsOf(ctx context.Context, actor Actor, customer string, effective, known time.Time) (owner.Holding, error) {
	journal, err := o.History(ctx, actor, customer)
	if err != nil {
		return owner.Holding{}, err
	}
	if effective.IsZero() {
		effective = o.core.now()
	}
	if known.IsZero() {
		known = later(o.core.now(), effective)
	}
	return owner.At(journal, effective, known)
}

func (o *Owners) command(actor Actor, name string, s Subject, terms Terms, input any) command {
	return command{name: name, actor: actor, subject: s, call: terms.Call,
		input: []any{terms.Approver, terms.Code, terms.Ref, input}}
}

func (t Terms) act(actor Actor, now time.Time) owner.Act {
	return owner.Act{Actor: actor.ID, Approver: t.Approver, At: Instant(t.At), Recorded: now, Code: t.Code, Ref: t.Ref, Reason: t.Reason}
}

// states of a colleague's guard.
const (
	staffActive = "active"
	staffLeft   = "left"
)

// guardBody is what a guard remembers.
type guardBody struct {
	Day    calendar.Day `json:"day,omitzero"` // of the last claim
	Claims int          `json:"claims,omitzero"`
}

// guard returns the guard of a colleague who has not left.
func (o *Owners) guard(ctx context.Context, staff string) (Record, error) {
	s := Subject{KindStaff, staff}
	if err := s.validate(); err != nil {
		return Record{}, err
	}
	guard, err := o.core.record(ctx, s)
	if err == nil && guard.State == staffLeft {
		err = &Error{Subject: s, Reason: "has left", Err: ErrForbidden}
	}
	return guard, err
}

// load adds to what the caller says of a colleague what the store knows.
func (o *Owners) load(ctx context.Context, of Kind, to owner.Staff, guard Record, at time.Time) (owner.Staff, error) {
	policy := o.core.opts.Ownership
	if policy.ClaimsPerDay > 0 {
		var body guardBody
		if len(guard.Body) > 0 {
			if err := json.Unmarshal(guard.Body, &body); err != nil {
				return to, &Error{Subject: guard.Subject, Field: "body", Err: ErrInvalid}
			}
		}
		if policy.Zone != nil && body.Day == calendar.DayOf(at, policy.Zone) {
			to.Claims = body.Claims
		}
	}
	if policy.Capacity > 0 || to.Capacity > 0 {
		held, err := o.count(ctx, of, to.ID)
		if err != nil {
			return to, err
		}
		to.Held = held
	}
	return to, nil
}

// count returns how much of a kind a colleague has.
func (o *Owners) count(ctx context.Context, of Kind, staff string) (n int, err error) {
	if of != KindCustomer {
		for _, err := range o.core.store.Records(ctx, RecordFilter{Kind: of, Owner: staff}) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}
	for _, err := range o.core.store.Customers(ctx, CustomerFilter{Owner: staff}) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// moveGuard moves the guard of who gets a customer, and counts claims.
func (o *Owners) moveGuard(guard Record, e owner.Entry) Change {
	change := Change{Subject: guard.Subject, Expect: guard.Head.Version}
	policy := o.core.opts.Ownership
	if e.Kind != owner.Claimed || policy.ClaimsPerDay == 0 {
		return change
	}
	var body guardBody
	_ = json.Unmarshal(guard.Body, &body) // load has read it
	if day := calendar.DayOf(e.Recorded, policy.Zone); body.Day != day {
		body = guardBody{Day: day}
	}
	body.Claims++
	guard.Body, _ = json.Marshal(body)
	change.Writes = []Write{PutRecord{guard}}
	return change
}

// journal returns who had a customer or work, by its entries up to a number.
func (o *Owners) journal(ctx context.Context, s Subject, until uint64) ([]owner.Entry, error) {
	var journal []owner.Entry
	for row, err := range o.core.store.Entries(ctx, EntryFilter{Subject: s, Journal: JournalOwner}) {
		e, err := ownerEntry(row, err)
		if err != nil {
			return nil, err
		}
		if row.Seq > until {
			break
		}
		journal = append(journal, e)
	}
	return journal, nil
}

// terms of an ownership entry that have no field in an [Entry].
type ownerMarks struct {
	Path     string    `json:"path,omitzero"`
	Pool     string    `json:"pool,omitzero"`
	Until    time.Time `json:"until,omitzero"`
	Approver string    `json:"approver,omitzero"`
	Code     string    `json:"code,omitzero"`
}

func ownerRow(e owner.Entry) Entry {
	row := Entry{Journal: JournalOwner, Kind: e.Kind.String(), From: e.From, To: e.To, Ref: e.Ref,
		Actor: e.Actor, At: e.At, Recorded: e.Recorded, Reason: e.Reason}
	row.Data, _ = json.Marshal(ownerMarks{e.Path, e.Pool, e.Until, e.Approver, e.Code})
	return row
}

func ownerEntry(row Entry, err error) (owner.Entry, error) {
	if err != nil {
		return owner.Entry{}, err
	}
	var kind owner.Kind
	var m ownerMarks
	if err := errors.Join(kind.UnmarshalText([]byte(row.Kind)), json.Unmarshal(row.Data, &m)); err != nil {
		return owner.Entry{}, &Error{Subject: row.Subject, Field: "owner", Reason: "is no entry of this journal", Err: err}
	}
	return owner.Entry{Kind: kind, From: row.From, To: row.To, Path: m.Path, Pool: m.Pool, Until: m.Until, Approver: m.Approver,
		Code: m.Code, Ref: row.Ref, At: row.At, Recorded: row.Recorded, Actor: row.Actor, Reason: row.Reason}, nil
}

// holdingAt returns who had a customer, lead or opportunity at an instant, as is known
// now.
func (o *Owners) holdingAt(ctx context.Context, s Subject, at time.Time) (owner.Holding, error) {
	journal, err := o.journal(ctx, s, MaxVersion)
	if err != nil {
		return owner.Holding{}, err
	}
	return owner.At(journal, at, later(o.core.now(), at))
}
