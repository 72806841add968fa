package loyalty

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/clock"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Due does what time has done and nobody has posted yet (到期处理): points expire, holds
// time out, debt is paid from points that became usable, tiers are reviewed,
// vouchers end, referrals are granted. Nothing depends on when it runs: what is over
// is over, posted or not, and its entry takes effect when it was.
type Due struct{ core *core }

// DueOptions say how much of the due work is done. The zero value is all of it.
type DueOptions struct {
	After    string // where an earlier run ended: its [DueReport].Cursor; "" for the beginning
	Page     int    // subjects read and committed together, up to 1000; 0 is 500
	Limit    int    // at most so many subjects; 0 for no limit
	Progress func(done int, cursor string) error
}

// DueReport says what a run is known to have done. What another machine did
// meanwhile, or what was applied by a commit that ended in doubt, is not in it.
type DueReport struct {
	Passed   int   `json:"passed"`   // subjects that were due and were looked at
	Accounts int   `json:"accounts"` // accounts changed
	Records  int   `json:"records"`  // vouchers, referrals and others
	Entries  int   `json:"entries"`  // posted to accounts because they were due
	Expired  int64 `json:"expired"`  // points
	Released int64 `json:"released"` // points of holds that timed out
	Settled  int64 `json:"settled"`  // points of debt that were paid
	Tiers    int   `json:"tiers"`    // accounts whose tier was computed anew

	// Cursor is where the next run goes on; "" where everything was passed.
	Cursor string `json:"cursor,omitzero"`
}

// dueDecider decides what time does to a record whose Due is over: a draft without
// changes where that is nothing. It may draft changes of other subjects.
type dueDecider func(ctx context.Context, c *core, cmd *command, r Record, now time.Time) (draft, error)

// dueDeciders are the kinds of records that time does something to, in the order in
// which a run passes them, behind all accounts.
var dueDeciders = []struct {
	kind   Kind
	decide dueDecider
}{
	{KindVoucher, dueVoucher},
	{KindReferral, dueReferral},
	{KindReview, dueReview},
}

// Run does what is due, page by page: accounts by id, then records by kind and id.
// Of what the actor sees; the others stay due.
//
// It takes no key. Every commit expects the version at which its subject was read,
// and what is done is no longer due: so a run that is repeated, that goes on after a
// crash at the last cursor or from the beginning, or that runs on several machines at
// once, posts everything once. Where a version moved meanwhile, the subject is read
// again, and left alone if nothing is due any more.
//
// Progress is called after each page, with how many subjects were passed and where;
// an error of it ends the run and is returned. A subject that cannot be decided does
// not keep others from being done: it stays due, and the errors of the first ten come
// joined with the report when the run ends. ErrInvalid: an option is out of range.
// After an error of the store, which was tried Options.Attempts times, the report
// holds what was done before, and its Cursor.
func (d *Due) Run(ctx context.Context, actor Actor, opts DueOptions) (DueReport, error) {
	var elapsed func() time.Duration
	if d.core.opts.Observe != nil {
		elapsed = clock.Stopwatch()
	}
	r := &dueRun{core: d.core, actor: actor, opts: opts}
	err := r.run(ctx)
	if d.core.opts.Observe != nil {
		d.core.opts.Observe(ctx, Op{Name: "due.run", Actor: actor.ID, Write: true, Attempts: 1, Duration: elapsed(), Err: err})
	}
	return r.report, err
}

// dueRun is a run on its way.
type dueRun struct {
	core   *core
	actor  Actor
	opts   DueOptions
	report DueReport
	failed []error // of subjects that could not be decided
}

func (r *dueRun) run(ctx context.Context) error {
	phase, after, err := r.begin()
	r.report.Cursor = r.opts.After
	if err != nil {
		return err
	}
	for phase <= len(dueDeciders) {
		last, more, err := r.page(ctx, phase, after)
		if err != nil {
			return err
		}
		if after = last; !more {
			phase, after = phase+1, ""
		}
		if r.report.Cursor = ""; phase <= len(dueDeciders) {
			r.report.Cursor = Subject{dueKind(phase), after}.String()
		}
		if r.opts.Progress != nil {
			if err := r.opts.Progress(r.report.Passed, r.report.Cursor); err != nil {
				return err
			}
		}
		if r.opts.Limit > 0 && r.report.Passed >= r.opts.Limit {
			break
		}
	}
	return errors.Join(r.failed...)
}

// begin checks the options, and returns the phase and the id to begin behind.
func (r *dueRun) begin() (phase int, after string, err error) {
	cmd := command{actor: r.actor}
	if err := cmd.validate(); err != nil {
		return 0, "", err
	}
	if r.opts.Page == 0 {
		r.opts.Page = 500
	}
	if r.opts.Page < 0 || r.opts.Page > MaxChanges || r.opts.Limit < 0 {
		return 0, "", &Error{Field: "page", Reason: "or limit is below 0, or page above " + strconv.Itoa(MaxChanges), Err: ErrInvalid}
	}
	if r.opts.After == "" {
		return 0, "", nil
	}
	kind, id, _ := strings.Cut(r.opts.After, "/")
	for phase := range len(dueDeciders) + 1 {
		if dueKind(phase) == Kind(kind) {
			return phase, id, nil
		}
	}
	return 0, "", &Error{Field: "after", Reason: "is no cursor of a run", Err: ErrInvalid}
}

// dueKind is the kind of the subjects of a phase: first the accounts.
func dueKind(phase int) Kind {
	if phase == 0 {
		return KindAccount
	}
	return dueDeciders[phase-1].kind
}

// dueItem is a subject that is due, with what follows for it. Nothing follows where
// the draft has no changes.
type dueItem struct {
	subject Subject
	draft   draft
	did     DueReport // what it adds to the report
}

// dueAccount decides what time does to an account.
func (c *core) dueAccount(ctx context.Context, a *Account, now time.Time) (dueItem, error) {
	item := dueItem{subject: Subject{KindAccount, a.ID}}
	had := a.Standing.Due
	var tier retiered
	if t := a.Standing.Tier; t != (Tier{}) && !t.holds(now) || c.programme.Tiers == nil {
		var err error
		if tier, err = c.refreshTier(ctx, a, now); err != nil {
			return item, err
		}
	}
	entries, err := points.DueEntries(a.State, now)
	if err != nil {
		return item, err
	}
	change, err := c.put(a, entries)
	if err != nil || len(entries) == 0 && !tier.changed && a.Standing.Due.Equal(had) {
		return item, err
	}
	change.Writes = append(change.Writes, tier.writes...)
	item.draft = tier.draft
	item.draft.changes = append([]Change{change}, tier.changes...)
	item.did = DueReport{Accounts: 1, Entries: len(entries)}
	if tier.changed {
		item.did.Tiers = 1
	}
	for i := range entries {
		item.did.post(&entries[i])
	}
	return item, nil
}

// post counts an entry that time made.
func (r *DueReport) post(e *points.Entry) {
	switch e.Kind {
	case points.KindExpire:
		r.Expired -= e.Amount
	case points.KindRelease:
		r.Released -= e.Held
	case points.KindSettle:
		for _, u := range e.Uses {
			r.Settled += u.Points
		}
	}
}

// add counts what was done for an item.
func (r *DueReport) add(o DueReport) {
	r.Accounts += o.Accounts
	r.Records += o.Records
	r.Entries += o.Entries
	r.Expired += o.Expired
	r.Released += o.Released
	r.Settled += o.Settled
	r.Tiers += o.Tiers
}
