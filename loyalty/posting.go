package loyalty

import (
	"context"
	"sync"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// posting is a command on one account.
type posting struct {
	command
	act    points.Act // of the command as it was given: zero
	use    use
	kinds  []points.Kind
	decide func(ctx context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error)
	watch  watched // what limits and the screen look at
}

// on is a command on one account.
func on(name string, actor Actor, account string, call Call, input any) command {
	return command{name: name, actor: actor, subject: Subject{KindAccount, account}, call: call, input: input}
}

// plain refuses a command whose act is not made of the actor and the call.
func (in *posting) plain() error {
	if in.act != (points.Act{}) {
		return &Error{Subject: in.subject, Field: "act", Reason: "is made of actor and call", Err: ErrInvalid}
	}
	return nil
}

// The commands that come singly and in a batch. How they are decided is set by whoever
// has the command.

func (in *posting) earn(actor Actor, account string, cmd *points.EarnCommand, call Call) {
	in.command = on("points.earn", actor, account, call, cmd)
	in.act, in.kinds = cmd.Act, earned
}

func (in *posting) burn(actor Actor, account string, cmd *points.BurnCommand, call Call) {
	in.command = on("points.burn", actor, account, call, cmd)
	in.act, in.use, in.kinds = cmd.Act, debit, burned
}

func (in *posting) adjust(actor Actor, account string, cmd *points.AdjustCommand, call Call) {
	in.command = on("points.adjust", actor, account, call, *cmd)
	in.act, in.kinds = cmd.Act, adjusted
}

// post runs a command on one account.
func (p *Points) post(ctx context.Context, in posting) (Posted, error) {
	r := p.core.postRuns.take()
	r.in = in
	return p.run(ctx, r)
}

// run runs the command of r, and gives r back.
func (p *Points) run(ctx context.Context, r *postRun) (Posted, error) {
	defer p.core.postRuns.giveBack(r)
	in := &r.in
	if err := in.plain(); err != nil {
		return Posted{}, err
	}
	r.queue[0] = in.subject.ID
	in.queue = r.queue[:]
	r.ctx, r.core, r.cmd = ctx, p.core, &in.command
	if r.watched = in.watch.kind != 0 && p.core.screened(); r.watched {
		r.said = p.core.screen(ctx, r.cmd, in.subject.ID, "", in.watch.points)
	}
	err := r.job.run(r)
	return r.result, err
}

// postRun is a posting on its way: all that it needs, in one piece of memory.
type postRun struct {
	job[Posted, *Posted]
	in      posting
	queue   [1]string
	watched bool
	said    screening

	earn    points.EarnCommand // of the two commands that come most often,
	burn    points.BurnCommand // which have no decision in in
	account Account
}

// Decide implements [attempt.Command].
func (r *postRun) Decide(now time.Time) error {
	if err := r.begin(now); err != nil {
		return err
	}
	a, err := r.core.store.Account(r.ctx, r.cmd.subject.ID)
	if err != nil {
		return err
	}
	if !r.cmd.actor.Sees.Allows(a.Standing.Member) {
		return &Error{Subject: r.cmd.subject, Err: ErrNotFound}
	}
	if err := a.usable(r.in.use); err != nil {
		return err
	}
	r.account = a
	if r.watched {
		r.draft, r.result, err = r.core.postWatched(r.ctx, r.cmd, &r.in, r.said, &r.account, r.now)
		return err
	}
	entries, err := r.post()
	if err != nil {
		return err
	}
	if err := r.core.qualify(&r.account, entries); err != nil {
		return err
	}
	r.result = posted(&r.account, entries, r.in.kinds...)
	r.draft = draft{changes: []Change{r.core.change(&r.account, entries)}}
	return nil
}

// post decides, and posts to the account of the run.
func (r *postRun) post() (entries []points.Entry, err error) {
	policy, a := &r.core.programme.Points, &r.account
	switch r.cmd.input.(type) {
	case *points.EarnCommand:
		r.earn.Act = r.cmd.act()
		return policy.PostEarn(&a.State, &r.earn, r.job.now)
	case *points.BurnCommand:
		r.burn.Act = r.cmd.act()
		return policy.PostBurn(&a.State, &r.burn, r.job.now)
	}
	entries, err = r.in.decide(r.ctx, a, r.cmd.act(), r.job.now)
	if err == nil {
		err = a.State.Fold(entries...)
	}
	return entries, err
}

// postRuns are those that wait to be used again: postings come so often that to
// allocate one for each is a good part of what it costs.
type postRuns struct{ pool sync.Pool }

func (p *postRuns) take() *postRun {
	if r, ok := p.pool.Get().(*postRun); ok {
		return r
	}
	return new(postRun)
}

// giveBack keeps the memory of a run, which nobody else has.
func (p *postRuns) giveBack(r *postRun) {
	r.job, r.in, r.said = job[Posted, *Posted]{}, posting{}, screening{}
	r.earn, r.burn = points.EarnCommand{}, points.BurnCommand{}
	r.account = Account{}
	p.pool.Put(r)
}
