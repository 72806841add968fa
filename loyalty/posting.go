package loyalty

import (
	"context"
	"sync"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// posting is a command on one account.
type posting struct {
	name    string
	actor   Actor
	account string
	call    Call
	input   any
	act     points.Act // of the command as it was given: zero
	use     use
	kinds   []points.Kind
	decide  func(ctx context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error)
	watch   watched // what limits and the screen look at
}

// plain refuses a command whose act is not made of the actor and the call.
func (in *posting) plain() error {
	if in.act != (points.Act{}) {
		return &Error{Subject: Subject{KindAccount, in.account}, Field: "act", Reason: "is made of actor and call", Err: ErrInvalid}
	}
	return nil
}

// The commands that come singly and in a batch. How they are decided is set by whoever
// has the command.

func earnPosting(actor Actor, account string, cmd *points.EarnCommand, call Call) posting {
	in := posting{name: "points.earn", actor: actor, account: account, call: call, act: cmd.Act, kinds: earned}
	if plain := (points.EarnCommand{Points: cmd.Points}); *cmd == plain {
		in.input = amount(cmd.Points)
	} else {
		in.input = *cmd
	}
	return in
}

func burnPosting(actor Actor, account string, cmd *points.BurnCommand, call Call) posting {
	return posting{name: "points.burn", actor: actor, account: account, call: call, input: amount(cmd.Points), act: cmd.Act, use: debit, kinds: burned}
}

func adjustPosting(actor Actor, account string, cmd *points.AdjustCommand, call Call) posting {
	return posting{name: "points.adjust", actor: actor, account: account, call: call, input: *cmd, act: cmd.Act, kinds: adjusted}
}

// post runs a command on one account.
func (p *Points) post(ctx context.Context, in posting) (Posted, error) {
	return p.postBy(ctx, p.core.postRuns.take(), &in)
}

func (p *Points) postBy(ctx context.Context, r *postRun, in *posting) (Posted, error) {
	if err := in.plain(); err != nil {
		return Posted{}, err
	}
	r.core, r.posting = p.core, *in
	r.queue[0] = in.account
	r.cmd = command{name: in.name, actor: in.actor, subject: Subject{KindAccount, in.account}, call: in.call, input: in.input, queue: r.queue[:]}
	if r.watched = in.watch.kind != 0 && p.core.screened(); r.watched {
		r.said = p.core.screen(ctx, &r.cmd, in.account, "", in.watch.points)
	}
	r.job = job[Posted, *Posted]{ctx: ctx, core: p.core, cmd: &r.cmd, decide: r.decide}
	err := r.job.run()
	result := r.job.result
	p.core.postRuns.giveBack(r)
	return result, err
}

// postRun is a posting on its way: all that it needs, in one piece of memory.
type postRun struct {
	core    *core
	posting posting
	watched bool
	said    screening

	cmd     command
	queue   [1]string
	job     job[Posted, *Posted]
	account Account
	earn    points.EarnCommand // of the two commands that come most often
	burn    points.BurnCommand

	decide     func(ctx context.Context, now time.Time) (draft, Posted, error) // the method post
	decideEarn func(ctx context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error)
	decideBurn func(ctx context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error)
}

func (r *postRun) post(ctx context.Context, now time.Time) (draft, Posted, error) {
	a := &r.account
	err := r.load(ctx)
	if err == nil {
		err = a.usable(r.posting.use)
	}
	if err != nil {
		return draft{}, Posted{}, err
	}
	if r.watched {
		return r.core.postWatched(ctx, &r.cmd, &r.posting, r.said, a, now)
	}
	entries, err := r.posting.decide(ctx, a, r.cmd.act(), now)
	if err != nil {
		return draft{}, Posted{}, err
	}
	change, err := r.core.put(a, entries)
	if err != nil {
		return draft{}, Posted{}, err
	}
	return draft{changes: []Change{change}}, posted(a, entries, r.posting.kinds...), nil
}

// load is core.account into the account of the run. A [Memory] fills the lists that
// are there.
func (r *postRun) load(ctx context.Context) (err error) {
	id := r.cmd.subject.ID
	if m, ok := r.core.store.(*Memory); ok {
		err = m.load(ctx, id, &r.account)
	} else {
		r.account, err = r.core.store.Account(ctx, id)
	}
	if err == nil && !r.cmd.actor.Sees.Allows(r.account.Standing.Member) {
		err = &Error{Subject: r.cmd.subject, Err: ErrNotFound}
	}
	return err
}

// postRuns are those that wait to be used again: postings come so often that to
// allocate one for each is a good part of what it costs.
type postRuns struct{ pool sync.Pool }

func (p *postRuns) take() *postRun {
	if r, ok := p.pool.Get().(*postRun); ok {
		return r
	}
	r := new(postRun)
	r.decide = r.post
	r.decideEarn = func(_ context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error) {
		r.earn.Act = act
		return r.core.programme.Points.Earn(a.State, r.earn, now)
	}
	r.decideBurn = func(_ context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error) {
		r.burn.Act = act
		return r.core.programme.Points.Burn(a.State, r.burn, now)
	}
	return r
}

// giveBack keeps the lists of the account only where the store has copied them: a
// Memory has, before it answered.
func (p *postRuns) giveBack(r *postRun) {
	had := r.account
	_, own := r.core.store.(*Memory)
	*r = postRun{decide: r.decide, decideEarn: r.decideEarn, decideBurn: r.decideBurn}
	if own {
		r.account.State.Lots, r.account.State.Holds, r.account.Standing.Counters = had.State.Lots[:0], had.State.Holds[:0], had.Standing.Counters[:0]
	}
	p.pool.Put(r)
}
