package loyalty

import (
	"context"
	"log/slog"
	"time"

	"github.com/guanxi-go/guanxi/internal/attempt"
	"github.com/guanxi-go/guanxi/internal/clock"
	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// Loyalty is a membership programme over one [Store]: its services, by noun. It
// keeps no accounts of its own, and is safe for concurrent use if the store and the
// options are.
//
// A service method loads what it needs, decides by a pure function of the packages
// below, and commits under the versions that it read. It retries after ErrConflict
// and after errors of the system, always under the key of the command, so that
// nothing happens twice.
type Loyalty struct {
	Members    *Members    // who takes part 会员
	Households *Households // who spends together 家庭
	Points     *Points     // what accounts hold, and every command on them 积分
	Orders     *Orders     // what purchases earn and returns take back 订单积分
	Tiers      *Tiers      // which tier a member has, and why 会员等级
	Rewards    *Rewards    // what points buy, its stock, and what members took of it 权益
	Vouchers   *Vouchers   // what can be used once, several times, or up to an amount 券
	Referrals  *Referrals  // who brought whom 老带新
	Reviews    *Reviews    // what waits for somebody to look at it 人工审核
	Due        *Due        // what time has done and nobody has posted yet 到期处理
	Reports    *Reports    // what the whole programme comes to, for the month-end 月末报表
	Metrics    *Metrics    // what members do: who takes part, comes back, brings others 会员指标

	core *core
}

// Options of a [Loyalty]. The zero value is ready to use.
type Options struct {
	// Clock says what time it is; nil is the machine's. Instants are floored to
	// microseconds of UTC. A clock that has a method Wait(context.Context,
	// time.Duration) error is also asked to wait between attempts.
	Clock interface{ Now() time.Time }

	// NewID makes the ids of what is created without one, and the keys of commands
	// without one; nil makes 128 random bits as 32 hexadecimal digits.
	NewID func() string

	// Attempts is how often a command is tried in all when the store answers
	// ErrConflict or an error of the system; 0 is 10. On a store in a transaction of
	// the host it is always 1.
	Attempts int

	// Events puts an event into the outbox of the store with every command: only where
	// somebody reads and acknowledges them.
	Events bool

	// Screen is the host's own judgement of commands that bring or take points, against
	// fraud; nil lets everything through. It is asked each time that such a command is
	// sent, also where it is a repeat, whose answer it does not change; once for all
	// attempts, before the first, and while the command holds no lock and no turn, so
	// that it may call anything. An error of its own ends the command.
	//
	// Asked are [Points].Earn, Burn, Hold, Adjust and Transfer, [Households].Burn,
	// [Orders].Earn and [Rewards].Redeem.
	// The verdict [Review] lets an earn wait to be confirmed and turns a burn into a
	// hold; every other command it refuses.
	Screen func(ctx context.Context, a Attempt) (Verdict, error)

	// Codes sign the codes of vouchers, and recognise them; nil where vouchers are known
	// by their ids alone.
	Codes *reward.Codes

	// Observe is called after each operation; nil for nobody. It must not block.
	Observe func(ctx context.Context, op Op)

	// Logger is told of every attempt that failed and was tried again, at level
	// Debug; nil for silence.
	Logger *slog.Logger
}

// Op is one operation of a service, as [Options].Observe sees it, in ids and codes.
type Op struct {
	Name     string        // as "points.earn"
	Actor    string        // id
	Subject  Subject       // what it was about; zero for a listing
	Write    bool          // a command, not a read
	Attempts int           // 1 where the first was the last
	Duration time.Duration // 0 for a listing, which goes on as long as it is ranged over
	Err      error
}

// New returns the services of a programme over a store. ErrInvalid: there is no
// store, or the programme or the options break a rule.
func New(store Store, programme Programme, opts Options) (*Loyalty, error) {
	if store == nil {
		return nil, &Error{Field: "store", Reason: "is nil", Err: ErrInvalid}
	}
	if err := programme.Validate(); err != nil {
		return nil, err
	}
	if opts.Attempts < 0 {
		return nil, &Error{Field: "attempts", Reason: "is below 0", Err: ErrInvalid}
	}
	if opts.Clock == nil {
		opts.Clock = clock.System{}
	}
	if opts.NewID == nil {
		opts.NewID = attempt.RandomID
	}
	if opts.Attempts == 0 {
		opts.Attempts = 10
	}
	c := &core{store: store, programme: programme, opts: opts}
	c.memory, _ = store.(*Memory)
	if b, ok := store.(Borrowed); ok && b.Borrowed() {
		c.opts.Attempts = 1
	} else {
		c.queues = newQueues()
	}
	return &Loyalty{
		Members: &Members{c}, Households: &Households{c},
		Points: &Points{c}, Orders: &Orders{c}, Tiers: &Tiers{c},
		Rewards: &Rewards{c}, Vouchers: &Vouchers{c}, Referrals: &Referrals{c},
		Reviews: &Reviews{c}, Due: &Due{c}, Reports: &Reports{c}, Metrics: &Metrics{c},
		core: c,
	}, nil
}

// On returns the same services over another store, most often the one inside a
// transaction of the host.
func (l *Loyalty) On(store Store) (*Loyalty, error) {
	opts := l.core.opts
	if b, ok := l.core.store.(Borrowed); ok && b.Borrowed() {
		opts.Attempts = 0
	}
	return New(store, l.core.programme, opts)
}

// core is what the services share.
type core struct {
	store     Store
	memory    *Memory // the store, where it is one
	programme Programme
	opts      Options
	queues    *queues // nil in a transaction of the host
	postRuns  postRuns
}

func (c *core) now() time.Time { return Instant(c.opts.Clock.Now()) }

// account returns an account that the actor sees.
func (c *core) account(ctx context.Context, actor Actor, id string) (Account, error) {
	a, err := c.store.Account(ctx, id)
	if err == nil && !actor.Sees.Allows(a.Standing.Member) {
		return Account{}, &Error{Subject: Subject{KindAccount, id}, Err: ErrNotFound}
	}
	return a, err
}

// use says what a command does to an account.
type use uint8

const (
	credit use = iota // points come, or nothing but the account's standing changes
	debit             // the member spends
)

// usable refuses what the status of an account does not allow.
func (a *Account) usable(u use) error {
	switch {
	case a.Standing.Status == Closed:
		return &Error{Subject: Subject{KindAccount, a.ID}, Err: ErrClosed}
	case a.Standing.Status == Forgotten:
		return &Error{Subject: Subject{KindAccount, a.ID}, Err: ErrForgotten}
	case a.Standing.Status == Frozen && u == debit:
		return &Error{Subject: Subject{KindAccount, a.ID}, Err: ErrFrozen}
	}
	return nil
}

// put folds entries into an account that is the caller's own, and returns the change
// that brings the store there.
func (c *core) put(a *Account, entries []points.Entry) (Change, error) {
	if err := a.State.Fold(entries...); err != nil {
		return Change{}, err
	}
	if err := c.qualify(a, entries); err != nil {
		return Change{}, err
	}
	return c.change(a, entries), nil
}

// MaxQP is how many qualifying points one entry, or how many minor units that count
// for a tier one order, can have where the programme has tiers: package tier adds up
// whole histories, and the sum of a thousand of them still fits.
const MaxQP = 1 << 52

// qualify marks the tier of an account whose qualifying points entries change.
func (c *core) qualify(a *Account, entries []points.Entry) error {
	if c.programme.Tiers == nil {
		return nil
	}
	for i := range entries {
		switch qp := entries[i].QP; {
		case qp > MaxQP || qp < -MaxQP:
			return &Error{Subject: Subject{KindAccount, a.ID}, Field: "qp", Reason: "is beyond 2^52", Err: fault.ErrOverflow}
		case qp != 0:
			a.Standing.Tier.Stale = true
		}
	}
	return nil
}

// change brings the store to an account into which entries were folded.
func (c *core) change(a *Account, entries []points.Entry) Change {
	a.Standing.Due = c.due(a)
	return Change{
		Subject: Subject{KindAccount, a.ID}, Expect: a.Head.Version,
		Writes: c.events([]Write{PutAccount{Standing: a.Standing, State: a.State, Entries: entries}}, entries),
	}
}

// due is when time, or what waits for it, next does something to the account.
func (c *core) due(a *Account) time.Time {
	if a.Standing.Status >= Closed {
		return time.Time{}
	}
	if a.Standing.Tier.Stale {
		return a.State.Recorded
	}
	return sooner(points.NextDue(a.State), a.Standing.Tier.Until)
}

// sooner returns the earlier of two instants, where the zero time is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// later returns the later of two instants.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
