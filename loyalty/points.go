package loyalty

import (
	"context"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Points is what accounts hold, and every command on them (积分). The commands and
// their rules are those of [points.Policy]; here they are loaded, committed and
// repeated. A command's Act is made of the actor and the [Call], and must be zero.
//
// Commands return ErrNotFound for an account that is not there or not seen,
// ErrClosed and ErrFrozen by its [Status], and the errors of the points.Policy
// method of their name.
type Points struct{ core *core }

// Account returns an account as it is kept. What can be spent at an instant is
// points.Available of its State.
func (p *Points) Account(ctx context.Context, actor Actor, id string) (Account, error) {
	return read(ctx, p.core, "points.account", actor, Subject{KindAccount, id}, func() (Account, error) {
		return p.core.account(ctx, actor, id)
	})
}

// Open brings an account over from another system, before anything else is posted
// to it (期初导入).
func (p *Points) Open(ctx context.Context, actor Actor, account string, cmd points.OpenCommand, call Call) (Posted, error) {
	return p.post(ctx, posting{command: on("points.open", actor, account, call, cmd), act: cmd.Act, kinds: opened,
		decide: func(_ context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error) {
			cmd.Act = act
			return p.core.programme.Points.Open(a.State, cmd, now)
		}})
}

// Earn credits points as a new lot (获取积分).
func (p *Points) Earn(ctx context.Context, actor Actor, account string, cmd points.EarnCommand, call Call) (Posted, error) {
	if p.core.memory != nil && cmd == (points.EarnCommand{Points: cmd.Points}) {
		plain := plainPosting{command: on("points.earn", actor, account, call, nil), kind: points.KindEarn, points: cmd.Points}
		if posted, done, err := p.core.postPlain(ctx, &plain); done {
			return posted, err
		}
	}
	r := p.core.postRuns.take()
	r.earn = cmd
	r.in.earn(actor, account, &r.earn, call)
	if p.core.screened() {
		p.watchEarn(&r.in, cmd)
	}
	return p.run(ctx, r)
}

// Confirm makes points usable that were earned with Confirm (确认积分).
func (p *Points) Confirm(ctx context.Context, actor Actor, account string, cmd points.ConfirmCommand, call Call) (Posted, error) {
	return p.post(ctx, posting{command: on("points.confirm", actor, account, call, cmd), act: cmd.Act, kinds: confirmed,
		decide: func(_ context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error) {
			cmd.Act = act
			return p.core.programme.Points.Confirm(a.State, cmd, now)
		}})
}

// Burn spends points (消耗积分).
func (p *Points) Burn(ctx context.Context, actor Actor, account string, cmd points.BurnCommand, call Call) (Posted, error) {
	if p.core.memory != nil && cmd == (points.BurnCommand{Points: cmd.Points}) {
		plain := plainPosting{command: on("points.burn", actor, account, call, nil), kind: points.KindBurn, points: cmd.Points}
		if posted, done, err := p.core.postPlain(ctx, &plain); done {
			return posted, err
		}
	}
	r := p.core.postRuns.take()
	r.burn = cmd
	r.in.burn(actor, account, &r.burn, call)
	if p.core.screened() {
		p.watchBurn(&r.in, cmd)
	}
	return p.run(ctx, r)
}

// Hold reserves points; Seq of the result is the number of the hold (冻结积分).
func (p *Points) Hold(ctx context.Context, actor Actor, account string, cmd points.HoldCommand, call Call) (Posted, error) {
	return p.post(ctx, posting{command: on("points.hold", actor, account, call, cmd), act: cmd.Act, use: debit, kinds: held,
		watch: watched{kind: points.KindBurn, points: cmd.Points},
		decide: func(_ context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error) {
			cmd.Act = act
			return p.core.programme.Points.Hold(a.State, cmd, now)
		}})
}

// Capture spends what a hold reserves (扣减冻结积分).
func (p *Points) Capture(ctx context.Context, actor Actor, account string, cmd points.CaptureCommand, call Call) (Posted, error) {
	return p.post(ctx, posting{command: on("points.capture", actor, account, call, cmd), act: cmd.Act, use: debit, kinds: captured,
		decide: func(_ context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error) {
			cmd.Act = act
			return p.core.programme.Points.Capture(a.State, cmd, now)
		}})
}

// Release lets go of what a hold reserves (解冻积分).
func (p *Points) Release(ctx context.Context, actor Actor, account string, cmd points.ReleaseCommand, call Call) (Posted, error) {
	return p.post(ctx, posting{command: on("points.release", actor, account, call, cmd), act: cmd.Act, kinds: released,
		decide: func(_ context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error) {
			cmd.Act = act
			return p.core.programme.Points.Release(a.State, cmd, now)
		}})
}

// Adjust corrects an account by hand (调整积分). It is not the member who spends: a
// frozen account is adjusted too.
func (p *Points) Adjust(ctx context.Context, actor Actor, account string, cmd points.AdjustCommand, call Call) (Posted, error) {
	var in posting
	in.adjust(actor, account, &cmd, call)
	in.watch = watched{kind: points.KindAdjust, points: max(cmd.Points, -cmd.Points)}
	in.decide = func(_ context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error) {
		cmd.Act = act
		return p.core.programme.Points.Adjust(a.State, cmd, now)
	}
	return p.post(ctx, in)
}

// WriteOff forgives debt (核销欠分).
func (p *Points) WriteOff(ctx context.Context, actor Actor, account string, cmd points.WriteOffCommand, call Call) (Posted, error) {
	return p.post(ctx, posting{command: on("points.write-off", actor, account, call, cmd), act: cmd.Act, kinds: writtenOff,
		decide: func(_ context.Context, a *Account, act points.Act, now time.Time) ([]points.Entry, error) {
			cmd.Act = act
			return p.core.programme.Points.WriteOff(a.State, cmd, now)
		}})
}

// The kinds of a command's own entries.
var (
	opened     = []points.Kind{points.KindOpening}
	earned     = []points.Kind{points.KindEarn}
	confirmed  = []points.Kind{points.KindConfirm}
	burned     = []points.Kind{points.KindBurn}
	held       = []points.Kind{points.KindHold}
	captured   = []points.Kind{points.KindCapture}
	released   = []points.Kind{points.KindRelease}
	adjusted   = []points.Kind{points.KindAdjust}
	writtenOff = []points.Kind{points.KindWriteOff}
	reversed   = []points.Kind{points.KindRefund, points.KindClawback}
	movedOut   = []points.Kind{points.KindTransferOut}
	movedIn    = []points.Kind{points.KindTransferIn}
)
