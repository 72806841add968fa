package crm

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/care"
)

// careChunk is how many tasks one commit makes. With each goes the guard of its owner,
// and the customer has to stay as read.
const careChunk = 100

// GenerateCare is a command of [Care].Generate. It needs no key: a task is made once.
type GenerateCare struct {
	Plan  string       // id; "" for all plans of the table
	From  calendar.Day // the first day; 0 is today. After days on which nobody generated, the first of these
	Ahead int          // how many days after it are looked at; 0 is that day alone
	After string       // only customers with ids greater than this one: Next of the page before
	Limit int          // at most so many customers are looked at; 0 is 1,000

	// Facts completes what a plan goes by: class, birthday, events, whether the customer
	// opted out, as [Consents].Permitted says, or has a complaint open. Known already are
	// ID, Since (when they were registered) and LastAction (the last contact of the
	// timeline). nil where there is nothing to say. An error ends the page.
	Facts func(ctx context.Context, of Customer, known *care.Customer) error
}

// GeneratedCare is a page of [Care].Generate.
type GeneratedCare struct {
	Made    []string    // ids of the tasks that were made now, by customer
	Skipped []care.Skip // what is not to be done, and why: said again each time
	Lacking int         // how often a plan could not say, for want of a fact
	Unowned int         // tasks that were not made: nobody looks after the customer, or only somebody who left
	Next    string      // where the next page goes on; "" after the last one
}

// Generate makes the tasks that the plans ask for on the days of a window, for the
// customers that the actor sees, and gives each to who looks after the customer
// (生成关怀任务). A program calls it each night. Any number of machines may do so at the same
// time, for whatever days, and again after an error: a task is made once for its key,
// however often, and also if its plan was changed meanwhile. A task of somebody without
// an owner is made as soon as there is one, if the window still has its day.
//
// Errors: those of [care.Plan.Tasks], with the customer; ErrNotFound for a plan that is
// not in the table; ErrInvalid for a window before its first day. What was made before an
// error stays made.
func (s *Care) Generate(ctx context.Context, actor Actor, g GenerateCare) (GeneratedCare, error) {
	var page GeneratedCare
	plans, err := s.plans(ctx, g.Plan)
	if err != nil {
		return page, err
	}
	if g.Ahead < 0 {
		return page, &Error{Field: "ahead", Reason: "is below 0", Err: ErrInvalid}
	}
	if g.From.IsZero() {
		g.From = s.core.dayOf(s.core.now())
	}
	if g.Limit <= 0 {
		g.Limit = 1000
	}
	var tasks []care.Task
	seen := 0
	for c, err := range s.core.store.Customers(ctx, CustomerFilter{After: g.After, Limit: g.Limit, Visible: &actor.Sees}) {
		if err != nil {
			return page, err
		}
		seen++
		page.Next = c.ID
		if !c.Standing.Forgotten.IsZero() {
			continue
		}
		wanted, err := s.wanted(ctx, g, plans, c, &page)
		if err != nil {
			return page, err
		}
		if tasks = append(tasks, wanted...); len(tasks) >= careChunk {
			if err := s.keep(ctx, actor, tasks, &page); err != nil {
				return page, err
			}
			tasks = nil
		}
	}
	if seen < g.Limit {
		page.Next = ""
	}
	return page, s.keep(ctx, actor, tasks, &page)
}

// plans returns one plan of the table, or with "" all.
func (s *Care) plans(ctx context.Context, id string) ([]care.Plan, error) {
	table := carePlans(s.core)
	plans, _, err := table.Get(ctx)
	if err != nil || id == "" {
		return plans, err
	}
	at := slices.IndexFunc(plans, func(p care.Plan) bool { return p.ID == id })
	if at < 0 {
		return nil, &Error{Subject: table.subject(), Field: "plan", Reason: "is not in the table", Err: ErrNotFound}
	}
	return plans[at : at+1], nil
}

// wanted returns the tasks that the plans ask for of one customer.
func (s *Care) wanted(ctx context.Context, g GenerateCare, plans []care.Plan, c Customer, page *GeneratedCare) ([]care.Task, error) {
	known := care.Customer{ID: c.ID}
	if at := c.Standing.Registered; !at.IsZero() {
		known.Since = s.core.dayOf(at)
	}
	if at := c.Standing.LastContact; !at.IsZero() {
		known.LastAction = s.core.dayOf(at)
	}
	if g.Facts != nil {
		if err := g.Facts(ctx, c, &known); err != nil {
			return nil, err
		}
		known.ID = c.ID
	}
	if slices.ContainsFunc(plans, func(p care.Plan) bool {
		return slices.ContainsFunc(p.Every, func(e care.Interval) bool { return e.Class == known.Class })
	}) {
		acted, err := s.acted(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		known.LastAction = max(known.LastAction, acted)
	}
	var tasks []care.Task
	for _, p := range plans {
		asked, err := p.Tasks([]care.Customer{known}, g.From, g.From+calendar.Day(g.Ahead)+1, s.core.opts.Calendar)
		if err != nil {
			return nil, &Error{Subject: Subject{KindCustomer, c.ID}, Field: "plan", Reason: p.ID + " has no days for it", Err: err}
		}
		tasks = append(tasks, asked.Tasks...)
		page.Skipped = append(page.Skipped, asked.Skipped...)
		page.Lacking += asked.Lacking
	}
	return tasks, nil
}

// acted returns the day of the last action on a customer that counts as a follow-up.
func (s *Care) acted(ctx context.Context, customer string) (last calendar.Day, err error) {
	for row, err := range s.core.store.Entries(ctx, EntryFilter{Subject: Subject{KindCustomer, customer}, Journal: JournalAction}) {
		if err != nil {
			return 0, err
		}
		_, data, err := actionOf(row)
		if err != nil {
			return 0, err
		}
		if data.Counted {
			last = max(last, s.core.dayOf(row.At))
		}
	}
	return last, nil
}

// madeCare is what one commit made.
type madeCare struct {
	IDs     []string `json:"ids,omitempty"`
	Unowned int      `json:"unowned,omitzero"`
}

// keep makes those of the tasks that are not there.
func (s *Care) keep(ctx context.Context, actor Actor, tasks []care.Task, page *GeneratedCare) error {
	for chunk := range slices.Chunk(tasks, careChunk) {
		made, err := s.keepChunk(ctx, actor, chunk)
		// Another machine has made one of them since it was looked for: so each time there
		// is one task less to make.
		for left := len(chunk); errors.Is(err, ErrTaken) && left > 0; left-- {
			made, err = s.keepChunk(ctx, actor, chunk)
		}
		if err != nil {
			return err
		}
		page.Made = append(page.Made, made.IDs...)
		page.Unowned += made.Unowned
	}
	return nil
}

func (s *Care) keepChunk(ctx context.Context, actor Actor, chunk []care.Task) (madeCare, error) {
	cmd := command{name: "care.generate", actor: actor, subject: carePlans(s.core).subject(), input: chunk}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, madeCare, error) {
		b := careBatch{core: s.core, actor: actor, now: now, seen: map[string]*cared{}, guarded: map[string]bool{}}
		for _, t := range chunk {
			if err := b.add(ctx, t); err != nil {
				return draft{}, madeCare{}, err
			}
		}
		return b.draft, b.made, nil
	})
}

// careBatch drafts a commit that makes tasks.
type careBatch struct {
	core    *core
	actor   Actor
	now     time.Time
	seen    map[string]*cared // by customer
	guarded map[string]bool   // whether a colleague is there to be given something, by staff id
	draft   draft
	made    madeCare
}

// cared is a customer of a commit: with an owner who is there, or not.
type cared struct {
	owner, path string
	gone        bool // forgotten, or by now out of sight
}

// add drafts a task, if it is not there and somebody is there to do it.
func (b *careBatch) add(ctx context.Context, t care.Task) error {
	switch _, err := b.core.store.Holder(ctx, SpaceCare, careKey(t.Key)); {
	case err == nil:
		return nil
	case !errors.Is(err, ErrNotFound):
		return err
	}
	c, err := b.customer(ctx, t.Customer)
	if err != nil || c.gone {
		return err
	}
	if c.owner == "" {
		b.made.Unowned++
		return nil
	}
	made := CareTask{ID: b.core.opts.NewID(), Owner: c.owner, Path: c.path, State: StatePlanned, Planned: t}
	row := Entry{Journal: JournalCare, Kind: StatePlanned, To: StatePlanned, Contact: t.Customer, Ref: t.Plan, Amount: t.Budget.Minor, Currency: t.Budget.Currency,
		Actor: b.actor.ID, At: b.now, Recorded: b.now}
	row.Data, _ = json.Marshal(careData{Task: t.Task})
	row.Private, _ = json.Marshal(careDays{t.Occasion, t.On})
	change, err := b.core.careChange(made, row, Claim{SpaceCare, careKey(t.Key)})
	b.draft.changes = append(b.draft.changes, change)
	b.made.IDs = append(b.made.IDs, made.ID)
	return err
}

// customer reads a customer, who has to stay as read, and moves the guard of the owner.
func (b *careBatch) customer(ctx context.Context, id string) (*cared, error) {
	if c, known := b.seen[id]; known {
		return c, nil
	}
	c, err := b.core.living(ctx, b.actor, id)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrForgotten) {
		b.seen[id] = &cared{gone: true}
		return b.seen[id], nil
	}
	if err != nil {
		return nil, err
	}
	b.draft.require = append(b.draft.require, Expect{Subject{KindCustomer, id}, c.Head.Version})
	found := &cared{owner: c.Standing.Holding.Owner, path: c.Standing.Holding.Path}
	b.seen[id] = found
	if _, known := b.guarded[found.owner]; !known && found.owner != "" {
		guard, err := b.core.giving(ctx, found.owner)
		if err != nil && !errors.Is(err, ErrForbidden) {
			return nil, err
		}
		if b.guarded[found.owner] = err == nil; err == nil {
			b.draft.changes = append(b.draft.changes, guard)
		}
	}
	if !b.guarded[found.owner] {
		found.owner = ""
	}
	return found, nil
}
