package loyalty

import (
	"context"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/attempt"
	"github.com/guanxi-go/guanxi/internal/limit"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Attempt is a command that [Options].Screen is asked about, before it is decided:
// ids, codes and numbers.
type Attempt struct {
	Command   string // its name, as [Op] has it: "points.burn"
	Actor     string // id of who asks
	Account   string
	Member    string // whose account it is
	Household string // where a household spends; Account and Member are then ""
	To        string // where points move: the account that gets them
	Points    int64  // how many
	Ref, Code string // of the [Call]
	// Device is that of the [Call]. NewDevice says that the member did nothing with it
	// before that was let through; it is false without a Device.
	Device    string
	NewDevice bool
	At        time.Time // the instant of the question
}

// MaxDevices is how many devices are kept of a member; the one not seen for longest
// goes first.
const MaxDevices = 20

// Device is a device of a member, as the host's keyed hash of it.
//
// Devices stand in the member's record, and not in claims, because a family may
// share one; and not in the journal, because they go when the member is forgotten.
type Device struct {
	Hash  string    `json:"hash"`
	Since time.Time `json:"since"` // when the member first used it
}

// knows reports whether the member used a device before.
func (m *Member) knows(device string) bool {
	return slices.ContainsFunc(m.Devices, func(d Device) bool { return d.Hash == device })
}

// screening is what the host said of a command.
type screening struct {
	verdict   Verdict
	newDevice bool
	err       error // no verdict was reached
}

// watched is what limits and the screen look at: a command that brings or takes
// points.
type watched struct {
	kind   points.Kind // of its entry
	points int64
	// held decides the same so that it can be undone, for the verdict Review; nil where
	// that cannot be.
	held hold
	// confirmed says that the command wanted its points confirmed anyway.
	confirmed bool
}

// hold decides a command so that it can be undone; a hold of points times out at
// until.
type hold func(ctx context.Context, a *Account, act points.Act, until, now time.Time) ([]points.Entry, error)

// screened reports whether anybody looks at commands before they are decided.
func (c *core) screened() bool { return c.opts.Screen != nil || len(c.programme.Limits) > 0 }

// screen asks the host about a command: once for each time that it is sent, before it
// waits for its turn and before anything is decided, so that the host may do in it
// what it likes, commands on the same account too.
func (c *core) screen(ctx context.Context, cmd *command, account, to string, n int64) screening {
	if c.opts.Screen == nil {
		return screening{}
	}
	a, err := c.account(ctx, cmd.actor, account)
	if err != nil {
		return screening{err: err}
	}
	at := Attempt{Command: cmd.name, Actor: cmd.actor.ID, Account: account, Member: a.Standing.Member, To: to,
		Points: n, Ref: cmd.call.Ref, Code: cmd.call.Code, Device: cmd.call.Device, At: c.now()}
	if at.Device != "" {
		if !limit.Text(at.Device, 0, MaxID) {
			return screening{err: &Error{Field: "device", Reason: "is longer than 255 bytes, or no UTF-8 without NUL", Err: ErrInvalid}}
		}
		r, err := c.store.Record(ctx, Subject{KindMember, at.Member})
		if err != nil {
			return screening{err: err}
		}
		m, err := memberOf(r)
		if err != nil {
			return screening{err: err}
		}
		at.NewDevice = !m.knows(at.Device)
	}
	verdict, err := c.opts.Screen(ctx, at)
	if err != nil {
		return screening{err: attempt.Ended(err)} // the host's own: asking again is the host's business
	}
	if !verdict.Valid() {
		return screening{err: &Error{Field: "screen", Reason: "returned no verdict", Err: ErrInvalid}}
	}
	return screening{verdict: verdict, newDevice: at.NewDevice}
}

// screenHousehold is screen for a household that spends.
func (c *core) screenHousehold(ctx context.Context, cmd *command, n int64) error {
	if c.opts.Screen == nil {
		return nil
	}
	verdict, err := c.opts.Screen(ctx, Attempt{Command: cmd.name, Actor: cmd.actor.ID, Household: cmd.subject.ID, Points: n,
		Ref: cmd.call.Ref, Code: cmd.call.Code, Device: cmd.call.Device, At: c.now()})
	switch {
	case err != nil:
		return attempt.Ended(err)
	case verdict != Pass:
		return &Error{Subject: cmd.subject, Field: "screen", Reason: "does not let it through", Err: ErrLimit}
	}
	return nil
}

// judged is the verdict on a command in the version of a: the graver one of the
// host's and of the limits.
func (c *core) judged(ctx context.Context, s screening, a *Account, kind points.Kind, n int64, now time.Time) (Verdict, string, error) {
	if s.err != nil {
		return Pass, "", s.err
	}
	if s.verdict == Refuse {
		return Refuse, "screen", nil
	}
	verdict, code, err := c.exceeded(ctx, a, kind, n, now)
	if err == nil && s.verdict >= verdict && s.verdict > Pass {
		return s.verdict, "screen", nil
	}
	return verdict, code, err
}

// passes refuses what is not let through, for commands that cannot wait for a
// review.
func (c *core) passes(ctx context.Context, s screening, a *Account, kind points.Kind, n int64, now time.Time) error {
	verdict, code, err := c.judged(ctx, s, a, kind, n, now)
	if err == nil && verdict != Pass {
		err = refused(a.ID, code, verdict)
	}
	return err
}

// partsPass asks the limits of each account about what it gives in the burn of a
// pool.
func (c *core) partsPass(ctx context.Context, accounts []Account, entries [][]points.Entry, now time.Time) error {
	for i := range accounts {
		for j := range entries[i] {
			if e := &entries[i][j]; e.Kind == points.KindBurn {
				if err := c.passes(ctx, screening{}, &accounts[i], points.KindBurn, -e.Amount, now); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// deviceUsed remembers a device that the member used for the first time.
func (c *core) deviceUsed(ctx context.Context, member, device string, now time.Time) (Change, error) {
	subject := Subject{KindMember, member}
	r, err := c.store.Record(ctx, subject)
	if err != nil {
		return Change{}, err
	}
	m, err := memberOf(r)
	if err != nil {
		return Change{}, err
	}
	if !m.knows(device) {
		m.Devices = slices.Insert(m.Devices, 0, Device{device, now})
		m.Devices = m.Devices[:min(len(m.Devices), MaxDevices)]
	}
	record, err := m.record()
	return Change{Subject: subject, Expect: m.Head.Version, Writes: []Write{PutRecord{record}}}, err
}

// watchEarn says of an earn what is looked at, and how it is decided then.
func (p *Points) watchEarn(in *posting, cmd points.EarnCommand) {
	in.watch = watched{kind: points.KindEarn, points: cmd.Points, confirmed: cmd.Confirm, held: p.unconfirmed(cmd)}
	in.decide = func(_ context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error) {
		cmd.Act = act
		return p.core.programme.Points.Earn(a.State, cmd, now)
	}
}

// watchBurn is watchEarn of a burn.
func (p *Points) watchBurn(in *posting, cmd points.BurnCommand) {
	in.watch = watched{kind: points.KindBurn, points: cmd.Points, held: p.reserved(cmd.Points)}
	in.decide = func(_ context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error) {
		cmd.Act = act
		return p.core.programme.Points.Burn(a.State, cmd, now)
	}
}

// unconfirmed is an earn whose points wait.
func (p *Points) unconfirmed(cmd points.EarnCommand) hold {
	return func(_ context.Context, a *Account, act points.Act, _, now time.Time) ([]points.Entry, error) {
		cmd.Act, cmd.Confirm = act, true
		return p.core.programme.Points.Earn(a.State, cmd, now)
	}
}

// reserved is a burn that is only a hold yet.
func (p *Points) reserved(n int64) hold {
	return func(_ context.Context, a *Account, act points.Act, until, now time.Time) ([]points.Entry, error) {
		return p.core.programme.Points.Hold(a.State, points.HoldCommand{Act: act, Points: n, Until: until}, now)
	}
}

// postWatched is what [Points] posts for a command that is looked at.
func (c *core) postWatched(ctx context.Context, cmd *command, in *posting, s screening, a *Account, now time.Time) (draft, Posted, error) {
	verdict, code, err := c.judged(ctx, s, a, in.watch.kind, in.watch.points, now)
	if err != nil {
		return draft{}, Posted{}, err
	}
	if verdict == Refuse || verdict == Review && in.watch.held == nil {
		return draft{}, Posted{}, refused(a.ID, code, verdict)
	}
	if verdict == Review {
		return c.postHeld(ctx, cmd, in, a, code, now)
	}
	entries, err := in.decide(ctx, a, cmd.act(), now)
	if err != nil {
		return draft{}, Posted{}, err
	}
	change, err := c.put(a, entries)
	if err != nil {
		return draft{}, Posted{}, err
	}
	d := draft{changes: []Change{change}}
	if s.newDevice {
		device, err := c.deviceUsed(ctx, a.Standing.Member, cmd.call.Device, now)
		if err != nil {
			return draft{}, Posted{}, err
		}
		d.changes = append(d.changes, device)
	}
	return d, posted(a, entries, in.kinds...), nil
}
