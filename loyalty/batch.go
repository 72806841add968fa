package loyalty

import (
	"context"
	"errors"
	"time"

	"github.com/guanxi-go/guanxi/internal/attempt"
	"github.com/guanxi-go/guanxi/internal/clock"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Item is one command of a batch on one account: exactly one of Earn, Burn and
// Adjust.
type Item struct {
	Account string
	Earn    *points.EarnCommand
	Burn    *points.BurnCommand
	Adjust  *points.AdjustCommand
	Call    Call
}

// batchSize is how many items are decided together: every store takes as many
// subjects in one batch.
const batchSize = MaxChanges

// Batch posts many commands at the cost of few: for imports, a till that was offline,
// a campaign (批量入账). It returns a result and an error for each item, and does what
// the commands would do that are sent one after the other: they have the same
// answers, keys and receipts, so that what was sent singly may be repeated in a batch,
// and the other way round. Each succeeds or fails on its own; a key that stands on two
// items is a repeat.
//
// Where the store is a [BatchCommitter], items on different accounts are committed
// together; those on one account wait for each other, because what the second one
// finds depends on whether the first was applied. They are sent one by one while
// [Options].Screen or a limit of the programme looks at commands, and to a [Memory],
// for which many at once are no cheaper.
func (p *Points) Batch(ctx context.Context, actor Actor, items []Item) ([]Posted, []error) {
	results, errs := make([]Posted, len(items)), make([]error, len(items))
	if p.core.screened() || p.core.memory != nil {
		for i := range items {
			results[i], errs[i] = p.item(ctx, actor, &items[i])
		}
		return results, errs
	}
	for at := 0; at < len(items); at += batchSize {
		to := min(at+batchSize, len(items))
		p.batch(ctx, actor, items[at:to], results[at:to], errs[at:to])
	}
	return results, errs
}

// item sends one item by itself.
func (p *Points) item(ctx context.Context, actor Actor, item *Item) (Posted, error) {
	if err := item.Validate(); err != nil {
		if p.core.opts.Observe != nil {
			p.core.opts.Observe(ctx, Op{Name: "points.batch", Actor: actor.ID, Subject: Subject{KindAccount, item.Account}, Write: true, Err: err})
		}
		return Posted{}, err
	}
	switch {
	case item.Earn != nil:
		return p.Earn(ctx, actor, item.Account, *item.Earn, item.Call)
	case item.Burn != nil:
		return p.Burn(ctx, actor, item.Account, *item.Burn, item.Call)
	}
	return p.Adjust(ctx, actor, item.Account, *item.Adjust, item.Call)
}

// Validate reports as [ErrInvalid] that the item has no command or more than one.
func (i Item) Validate() error {
	n := 0
	for _, has := range [...]bool{i.Earn != nil, i.Burn != nil, i.Adjust != nil} {
		if has {
			n++
		}
	}
	if n != 1 {
		return &Error{Subject: Subject{KindAccount, i.Account}, Field: "item", Reason: "has not exactly one command", Err: ErrInvalid}
	}
	return nil
}

// batched is an item on its way.
type batched struct {
	item     *Item
	use      use
	kinds    []points.Kind
	cmd      command
	job      job[Posted, *Posted]
	result   *Posted
	err      *error
	attempts int
	doubt    bool // it may have been applied already
	done     bool
	after    *batched // the item before it that has the same key; nil for none
	next     *batched // the next one on the same account; nil for none
}

// batchChain is the items of one account, in order, and the account as far as it is
// known.
type batchChain struct {
	account     string
	first, last *batched // that are not done; nil for none
	known       bool
	state       Account // has no id where there is no such account
}

// ready reports whether the next item can be decided. Of two items with one key the
// first comes first.
func (c *batchChain) ready() bool {
	return c.known && c.first != nil && (c.first.after == nil || c.first.after.done)
}

// unknown reports whether the account has to be read.
func (c *batchChain) unknown() bool { return !c.known && c.first != nil }

// batchRun is a number of items on their way.
type batchRun struct {
	ctx     context.Context
	core    *core
	items   []batched
	chains  []batchChain
	places  map[string]int // of the chains, by account
	elapsed func() time.Duration
}

func (p *Points) batch(ctx context.Context, actor Actor, items []Item, results []Posted, errs []error) {
	b := &batchRun{ctx: ctx, core: p.core, items: make([]batched, len(items)), chains: make([]batchChain, 0, len(items)),
		places: make(map[string]int, len(items)), elapsed: clock.Stopwatch()}
	keys := make(map[string]*batched, len(items))
	for i := range items {
		it := &b.items[i]
		it.result, it.err = &results[i], &errs[i]
		if err := it.begin(ctx, p.core, actor, &items[i]); err != nil {
			b.end(it, Posted{}, err)
			continue
		}
		if it.doubt {
			it.after = keys[it.job.key]
			keys[it.job.key] = it
		}
		b.chain(it)
	}
	accounts := make([]string, len(b.chains))
	for i := range b.chains {
		accounts[i] = b.chains[i].account
	}
	turns, err := p.core.queues.enter(ctx, accounts)
	if err != nil {
		b.fail(err)
		return
	}
	defer turns.leave()
	for n := 1; b.open(); {
		again, err := b.round(ctx)
		if err == nil && again {
			rules := attempt.Rules{Key: "batch", Clock: b.core.opts.Clock}
			err = rules.Pause(ctx, n)
			n++
		}
		if err != nil {
			b.fail(err)
			return
		}
	}
}

// begin prepares an item as [Points].Earn and the others prepare their command.
func (it *batched) begin(ctx context.Context, c *core, actor Actor, item *Item) error {
	it.item = item
	it.cmd = command{name: "points.batch", actor: actor, subject: Subject{KindAccount, item.Account}, call: item.Call}
	if err := item.Validate(); err != nil {
		return err
	}
	var in posting
	switch {
	case item.Earn != nil:
		in.earn(actor, item.Account, item.Earn, item.Call)
	case item.Burn != nil:
		in.burn(actor, item.Account, item.Burn, item.Call)
	default:
		in.adjust(actor, item.Account, item.Adjust, item.Call)
	}
	it.cmd, it.use, it.kinds = in.command, in.use, in.kinds
	if err := in.plain(); err != nil {
		return err
	}
	it.job = job[Posted, *Posted]{ctx: ctx, core: c, cmd: &it.cmd}
	it.doubt = item.Call.Key != ""
	return it.job.prepare()
}

// chain puts an item behind those of its account.
func (b *batchRun) chain(it *batched) {
	place, there := b.places[it.item.Account]
	if !there {
		place = len(b.chains)
		b.places[it.item.Account] = place
		b.chains = append(b.chains, batchChain{account: it.item.Account, first: it, last: it})
		return
	}
	c := &b.chains[place]
	c.last.next, c.last = it, it
}

// open reports whether something is left to be done.
func (b *batchRun) open() bool {
	for i := range b.chains {
		if b.chains[i].first != nil {
			return true
		}
	}
	return false
}

// round reads the accounts that are not known, decides the next item of each account
// and commits these. again says that something is to be tried again.
func (b *batchRun) round(ctx context.Context) (again bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if err := b.read(ctx); err != nil {
		// The store did not answer: that is an attempt of the next item of each account
		// which is not known.
		for i := range b.chains {
			if c := &b.chains[i]; c.unknown() {
				again = b.answer(c, err) || again
			}
		}
		return again, nil
	}
	ready := 0
	for i := range b.chains {
		if b.chains[i].ready() {
			ready++
		}
	}
	commits, of := make([]Commit, 0, ready), make([]*batchChain, 0, ready)
	for i := range b.chains {
		c := &b.chains[i]
		for c.ready() {
			commit, err := b.decide(ctx, c)
			if err == nil {
				commits, of = append(commits, commit), append(of, c)
				break
			}
			if b.answer(c, err) {
				again = true
				break
			}
		}
	}
	for i, err := range b.core.commitAll(ctx, commits) {
		c := of[i]
		if err != nil {
			c.known = false // whatever was decided upon is not so
			again = b.answer(c, err) || again
			continue
		}
		c.state.Head = Head{Version: c.state.Head.Version + 1, Entries: c.state.State.Seq, Recorded: c.state.State.Recorded}
		c.first.attempts++
		b.end(c.first, c.first.job.result, nil)
		c.first = c.first.next
	}
	return again, nil
}

// read reads the accounts that are not known, in one listing.
func (b *batchRun) read(ctx context.Context) error {
	var ids []string
	for i := range b.chains {
		if c := &b.chains[i]; c.unknown() {
			ids = append(ids, c.account)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	for _, id := range ids {
		b.chains[b.places[id]].state = Account{}
	}
	for a, err := range b.core.store.Accounts(ctx, AccountFilter{IDs: ids}) {
		if err != nil {
			return err
		}
		b.chains[b.places[a.ID]].state = a
	}
	for _, id := range ids {
		b.chains[b.places[id]].known = true
	}
	return nil
}

// decide drafts the next item of an account.
func (b *batchRun) decide(ctx context.Context, c *batchChain) (Commit, error) {
	it, a := c.first, &c.state
	err := it.job.begin(b.core.opts.Clock.Now())
	if err == nil && (a.ID == "" || !it.cmd.actor.Sees.Allows(a.Standing.Member)) {
		err = &Error{Subject: it.cmd.subject, Err: ErrNotFound}
	}
	if err == nil {
		err = a.usable(it.use)
	}
	if err != nil {
		return Commit{}, err
	}
	entries, err := it.item.decide(b.core.programme.Points, a.State, it.cmd.act(), it.job.now)
	if err != nil {
		return Commit{}, err
	}
	change, err := b.core.put(a, entries)
	if err != nil {
		c.known = false // a part of the entries may be in it
		return Commit{}, err
	}
	it.job.draft, it.job.result = draft{changes: []Change{change}}, posted(a, entries, it.kinds...)
	return it.job.commit()
}

// decide asks the policy.
func (i *Item) decide(policy points.Policy, s points.State, act points.Act, now time.Time) ([]points.Entry, error) {
	switch {
	case i.Earn != nil:
		cmd := *i.Earn
		cmd.Act = act
		return policy.Earn(s, cmd, now)
	case i.Burn != nil:
		cmd := *i.Burn
		cmd.Act = act
		return policy.Burn(s, cmd, now)
	}
	cmd := *i.Adjust
	cmd.Act = act
	return policy.Adjust(s, cmd, now)
}

// answer takes an error of the next item of an account: it ends the item, or the
// item is tried again, which it reports.
func (b *batchRun) answer(c *batchChain, err error) (again bool) {
	it := c.first
	it.attempts++
	it.doubt = it.doubt || !known(err)
	var result Posted
	again = !known(err) || errors.Is(err, ErrConflict)
	if !again && it.doubt {
		switch found := it.job.Recall(); {
		case found == nil:
			result, err = it.job.result, nil
		case !known(found):
			err, again = found, true
		case !errors.Is(found, ErrNotFound):
			err = found
		}
	}
	if again && it.attempts < b.core.opts.Attempts && b.ctx.Err() == nil {
		it.job.Again(it.attempts, err)
		return true
	}
	b.end(it, result, err)
	c.first = it.next
	return false
}

// end gives an item its answer.
func (b *batchRun) end(it *batched, result Posted, err error) {
	it.done = true
	*it.result, *it.err = result, err
	if b.core.opts.Observe != nil {
		b.core.opts.Observe(b.ctx, Op{Name: it.cmd.name, Actor: it.cmd.actor.ID, Subject: it.cmd.subject, Write: true, Attempts: it.attempts, Duration: b.elapsed(), Err: err})
	}
}

// fail ends all items that have no answer.
func (b *batchRun) fail(err error) {
	for i := range b.items {
		if it := &b.items[i]; !it.done {
			b.end(it, Posted{}, err)
		}
	}
}

// commitAll commits each by itself, many at once where the store can, and returns an
// answer for each.
func (c *core) commitAll(ctx context.Context, commits []Commit) []error {
	errs := make([]error, 0, len(commits))
	batch, ok := c.store.(BatchCommitter)
	if !ok {
		for i := range commits {
			errs = append(errs, c.store.Commit(ctx, commits[i]))
		}
		return errs
	}
	for len(commits) > 0 {
		n := batchable(commits)
		errs = append(errs, batch.CommitBatch(ctx, commits[:n])...)
		commits = commits[n:]
	}
	return errs
}
