package crm

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
)

// Assign gives a lead that nobody has to a colleague 分配线索; a new one is assigned by
// that. The commands about owners return the entry that was appended, without its reason.
// Their errors are those of the method of [owner.Policy] with the same name; ErrForbidden
// where the colleague has left; ErrNotFound where the actor sees no such lead;
// ErrTransition for one that is closed, [lead.ErrAlreadyConverted] for a customer.
func (s *Leads) Assign(ctx context.Context, actor Actor, id string, to owner.Staff, terms Terms) (owner.Entry, error) {
	return s.give(ctx, actor, "leads.assign", id, to, terms, s.core.opts.Ownership.Assign)
}

// Transfer moves a lead from its owner to another 移交线索.
func (s *Leads) Transfer(ctx context.Context, actor Actor, id string, to owner.Staff, terms Terms) (owner.Entry, error) {
	return s.give(ctx, actor, "leads.transfer", id, to, terms, s.core.opts.Ownership.Transfer)
}

// Claim takes a lead out of a pool for oneself 领取线索: of several who claim it at once the
// first to be recorded has it, and the others get ErrConflict, which is also ErrTaken.
func (s *Leads) Claim(ctx context.Context, actor Actor, id string, by owner.Staff, terms Terms) (owner.Entry, error) {
	return s.give(ctx, actor, "leads.claim", id, by, terms, s.core.claiming(Subject{KindLead, id}))
}

// Release puts a lead into a pool, which lies in the unit with a path 释放线索.
func (s *Leads) Release(ctx context.Context, actor Actor, id, pool, path string, terms Terms) (owner.Entry, error) {
	cmd := (&Owners{s.core}).command(actor, "leads.release", Subject{KindLead, id}, terms, []string{pool, path})
	row, err := run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		l, err := s.core.openLead(ctx, actor, id)
		if err != nil {
			return draft{}, Entry{}, err
		}
		return s.release(l, pool, path, terms.act(actor, later(now, l.Head.Recorded)))
	})
	return ownerEntry(row, err)
}

func (s *Leads) release(l leadRecord, pool, path string, act owner.Act) (draft, Entry, error) {
	entry, err := s.core.opts.Ownership.Release(l.work.Holding, pool, path, act)
	if err != nil {
		return draft{}, Entry{}, err
	}
	change, err := l.owned(entry)
	return draft{changes: []Change{change}}, heldWork(l.Record, l.work).row(entry), err
}

// owned appends an ownership entry to a lead.
func (l leadRecord) owned(e owner.Entry, more ...Write) (Change, error) {
	holding, err := l.work.Holding.With(e)
	if err != nil {
		return Change{}, err
	}
	l.work.Holding = holding
	return l.change(Event{Kind: "owner." + e.Kind.String(), At: e.Recorded}, append([]Write{Append{ownerRow(e)}}, more...)...)
}

func (s *Leads) give(ctx context.Context, actor Actor, name, id string, to owner.Staff, terms Terms,
	decide func(owner.Holding, owner.Staff, owner.Act) (owner.Entry, error)) (owner.Entry, error) {
	owners := &Owners{s.core}
	row, err := run(ctx, s.core, owners.command(actor, name, Subject{KindLead, id}, terms, to.ID), func(ctx context.Context, now time.Time) (draft, Entry, error) {
		guard, err := owners.guard(ctx, to.ID)
		if err != nil {
			return draft{}, Entry{}, err
		}
		l, err := s.core.openLead(ctx, actor, id)
		if err != nil {
			return draft{}, Entry{}, err
		}
		act := terms.act(actor, later(now, l.Head.Recorded))
		to, err := owners.load(ctx, KindLead, to, guard, act.Recorded)
		if err != nil {
			return draft{}, Entry{}, err
		}
		entry, err := decide(l.work.Holding, to, act)
		if err != nil {
			return draft{}, Entry{}, err
		}
		change, err := s.given(ctx, actor, l, entry)
		return draft{changes: []Change{change, owners.moveGuard(guard, entry)}}, heldWork(l.Record, l.work).row(entry), err
	})
	return ownerEntry(row, err)
}

// given appends an entry by which somebody gets a lead; a new one is assigned by that.
func (s *Leads) given(ctx context.Context, actor Actor, l leadRecord, e owner.Entry) (Change, error) {
	if l.state != lead.New {
		return l.owned(e)
	}
	row, err := s.core.enterLead(ctx, actor, &l, lead.Assigned, Call{}, e.Recorded)
	if err != nil {
		return Change{}, err
	}
	return l.owned(e, Append{row})
}

// maxRouted keeps what a run says within the length of a receipt.
const maxRouted = 100

// RouteLeads is a command of [Leads].Route.
type RouteLeads struct {
	Terms
	Leads  []string // ids; up to 100, each once
	Router owner.Router
	// Staff are the members of the router's groups. What they hold is counted here, and
	// Held is not looked at, for those with a capacity and in groups that go by load.
	Staff []owner.Staff
}

// Route gives leads to colleagues by rules, all in one commit 分配引擎: one after the other,
// as [owner.Router.Assign] does it. Whose turn it is, is remembered for the next time. A
// lead that nobody can take stays where it is, in Unassigned; [lead.Unassigned] makes the
// findings.
//
// Rules may ask for the attributes form and source, and for what the form asks by choice,
// number, date and yes-no. Errors are those of [owner.Router.Assign] and [Leads].Assign,
// also where all are full: see [owner.Routing.Err].
func (s *Leads) Route(ctx context.Context, actor Actor, r RouteLeads) (owner.Routing, error) {
	turns := Subject{KindRegistry, "lead-turns"}
	if len(r.Leads) == 0 || len(r.Leads) > maxRouted {
		return owner.Routing{}, &Error{Field: "leads", Reason: "are none, or more than 100", Err: ErrInvalid}
	}
	owners := &Owners{s.core}
	cmd := owners.command(actor, "leads.route", turns, r.Terms, []any{r.Leads, r.Router})
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, owner.Routing, error) {
		record, err := s.core.record(ctx, turns)
		if err != nil {
			return draft{}, owner.Routing{}, err
		}
		var last owner.Turns
		if len(record.Body) > 0 {
			if err := json.Unmarshal(record.Body, &last); err != nil {
				return draft{}, owner.Routing{}, &Error{Subject: turns, Field: "body", Err: errors.Join(ErrInvalid, err)}
			}
		}
		leads, items := map[string]leadRecord{}, make([]owner.Item, len(r.Leads))
		for i, id := range r.Leads {
			l, err := s.core.openLead(ctx, actor, id)
			if err != nil {
				return draft{}, owner.Routing{}, err
			}
			leads[id], items[i] = l, owner.Item{Customer: id, Attributes: l.attributes()}
			now = later(now, l.Head.Recorded)
		}
		guards, staff, err := s.members(ctx, r.Staff)
		if err != nil {
			return draft{}, owner.Routing{}, err
		}
		routing, err := r.Router.Assign(items, staff, last, now)
		if err != nil {
			return draft{}, owner.Routing{}, err
		}
		var d draft
		for _, a := range routing.Assignments {
			if a.Staff == "" {
				continue
			}
			l := leads[a.Customer]
			to := staff[slices.IndexFunc(staff, func(s owner.Staff) bool { return s.ID == a.Staff })]
			to.Held = a.Held
			entry, err := s.core.opts.Ownership.Assign(l.work.Holding, to, r.act(actor, now))
			if err != nil {
				return draft{}, owner.Routing{}, err
			}
			change, err := s.given(ctx, actor, l, entry)
			if err != nil {
				return draft{}, owner.Routing{}, err
			}
			d.changes = append(d.changes, change)
			if guard, moves := guards[a.Staff]; moves {
				d.changes = append(d.changes, Change{Subject: guard.Subject, Expect: guard.Head.Version})
				delete(guards, a.Staff)
			}
		}
		for _, guard := range guards { // who was counted and got nothing
			d.require = append(d.require, Expect{guard.Subject, guard.Head.Version})
		}
		slices.SortFunc(d.require, func(a, b Expect) int { return a.Subject.Compare(b.Subject) })
		record.Body, _ = json.Marshal(routing.Turns)
		d.changes = append(d.changes, Change{turns, record.Head.Version, []Write{PutRecord{record}}})
		return d, routing, nil
	})
}

// members counts what the members of a router hold. Who has left is not active.
func (s *Leads) members(ctx context.Context, staff []owner.Staff) (map[string]Record, []owner.Staff, error) {
	owners, guards, staff := &Owners{s.core}, map[string]Record{}, slices.Clone(staff)
	for i, m := range staff {
		guard, err := owners.guard(ctx, m.ID)
		if errors.Is(err, ErrForbidden) {
			staff[i].Active = false
			err = nil
		}
		if err != nil {
			return nil, nil, err
		}
		guards[m.ID] = guard
		if staff[i].Held, err = owners.count(ctx, KindLead, m.ID); err != nil {
			return nil, nil, err
		}
	}
	return guards, staff, nil
}

// attributes are what the rules of a router can ask of a lead.
func (l leadRecord) attributes() map[string]string {
	all := map[string]string{}
	for name, answer := range l.body.Data.Answers {
		all[name] = answer
	}
	all["form"], all["source"] = l.body.Data.Form, l.body.Data.Source
	return all
}

// RecycleLeads is a command of [Leads].Recycle. Its Key is not looked at: a lead that was
// recycled has no owner any more, and is not found again.
type RecycleLeads struct {
	Terms
	Policy owner.PoolPolicy
	After  string // only leads with ids greater than this one: Next of the page before
	Limit  int    // at most so many leads are looked at; 0 is 1,000

	// Facts says what a rule asks beside what is known here (the holding, the last action
	// that counts, when the owner left): class, category, exemptions. nil where there is
	// nothing to say.
	Facts func(Lead) owner.Facts
}

// RecycledLeads is a page of [Leads].Recycle.
type RecycledLeads struct {
	Released []string // ids, in byte order
	Next     string   // where the next page goes on; "" after the last one
}

// Recycle puts the leads that are due by a pool policy back into its pool, a commit for
// each 回收线索. Any number of machines may do so at the same time, and again after an
// error: each lead goes once, and only if it is still due when that is recorded. Closed
// leads stay. Errors are those of [owner.PoolPolicy.Recycle].
func (s *Leads) Recycle(ctx context.Context, actor Actor, r RecycleLeads) (RecycledLeads, error) {
	if err := r.Policy.Validate(); err != nil {
		return RecycledLeads{}, err
	}
	r.Key = ""
	if r.Limit <= 0 {
		r.Limit = 1000
	}
	var page RecycledLeads
	seen := 0
	for row, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindLead, After: r.After, Limit: r.Limit, Visible: &actor.Sees}) {
		if err != nil {
			return page, err
		}
		seen++
		page.Next = row.Subject.ID
		if row.Owner == "" {
			continue
		}
		l, err := leadOf(row)
		if err != nil {
			return page, err
		}
		if due, err := s.due(ctx, r, l, s.core.now()); err != nil || !due.Recycle {
			if err != nil {
				return page, err
			}
			continue
		}
		released, err := s.recycle(ctx, actor, r, row.Subject)
		if err != nil {
			return page, err
		}
		if released {
			page.Released = append(page.Released, row.Subject.ID)
		}
	}
	if seen < r.Limit {
		page.Next = ""
	}
	return page, nil
}

// recycle decides over one lead again, as it is now.
func (s *Leads) recycle(ctx context.Context, actor Actor, r RecycleLeads, subject Subject) (bool, error) {
	cmd := (&Owners{s.core}).command(actor, "leads.recycle", subject, r.Terms, nil)
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, bool, error) {
		l, err := s.core.lead(ctx, actor, subject.ID)
		if errors.Is(err, ErrNotFound) { // by now out of sight
			return draft{}, false, nil
		}
		if err != nil {
			return draft{}, false, err
		}
		now = later(now, l.Head.Recorded)
		due, err := s.due(ctx, r, l, now)
		if err != nil || !due.Recycle {
			return draft{}, false, err
		}
		act := r.act(actor, now)
		act.At, act.Code, act.Ref = time.Time{}, due.Causes[0].Condition.String(), due.Rule
		d, _, err := s.release(l, due.Pool, due.Path, act)
		return d, err == nil, err
	})
}

// due says what the policy makes of a lead at an instant: nothing of a closed one.
func (s *Leads) due(ctx context.Context, r RecycleLeads, l leadRecord, now time.Time) (owner.Recycling, error) {
	if !l.state.Open() || !l.body.Forgotten.IsZero() {
		return owner.Recycling{}, nil
	}
	var facts owner.Facts
	if r.Facts != nil {
		facts = r.Facts(l.shown())
	}
	facts.Holding, facts.LastAction = l.work.Holding, l.work.Acted
	if facts.OwnerLeft.IsZero() && slices.ContainsFunc(r.Policy.Rules, func(rule owner.PoolRule) bool { return rule.OwnerLeft }) {
		left, err := s.core.leftAt(ctx, l.work.Holding.Owner)
		if err != nil {
			return owner.Recycling{}, err
		}
		facts.OwnerLeft = left
	}
	return r.Policy.Recycle(facts, now)
}

// leftAt returns when a colleague left, the zero time for who is here.
func (c *core) leftAt(ctx context.Context, staff string) (time.Time, error) {
	if staff == "" {
		return time.Time{}, nil
	}
	guard, err := c.record(ctx, Subject{KindStaff, staff})
	if err != nil || guard.State != staffLeft {
		return time.Time{}, err
	}
	var left time.Time
	for e, err := range c.store.Entries(ctx, EntryFilter{Subject: guard.Subject, Journal: JournalRecord}) {
		if err != nil {
			return left, err
		}
		if e.Kind == staffLeft {
			left = e.At
		}
	}
	return left, nil
}

// Owners returns the ownership journal of a lead. [owner.At] and [owner.Spans] take it.
func (s *Leads) Owners(ctx context.Context, actor Actor, id string) ([]owner.Entry, error) {
	subject := Subject{KindLead, id}
	return read(ctx, s.core, "leads.owners", actor, subject, func() ([]owner.Entry, error) {
		if _, err := s.core.visible(ctx, actor, subject); err != nil {
			return nil, err
		}
		return (&Owners{s.core}).journal(ctx, subject, MaxVersion)
	})
}
