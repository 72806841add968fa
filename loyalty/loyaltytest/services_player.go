package loyaltytest

import (
	"context"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// player draws commands on accounts of a few members, as tills, applications and
// back offices send them.
type player struct {
	draw func(n int) int // 0 to n-1
	name string          // of the player, in keys and references
	n    int             // commands drawn so far

	members   []string // each with an account of the same id
	household string   // of the first two
	start     time.Time

	spent []target // entries that took points
	given []target // entries that gave them
	holds []target
	waits []target
	pools []uint64 // numbers of burns of the household

	orders      []string // that earned
	redemptions []string
}

// target is an entry that a later command may name.
type target struct {
	account string
	seq     uint64
	points  int64
}

// command is one command, which can be sent again and again.
type command struct {
	name string // its key, and the Ref of its entries
	what string
	send func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (answer, error)
	keep func(p *player, a answer) // what the player learns from it; nil for nothing
}

// answer is what a command came to.
type answer struct {
	posted   []loyalty.Posted
	pool     uint64
	other    string // what else there is, as text
	replayed bool
}

// text is the answer without who did it.
func (a answer) text() string {
	for i := range a.posted {
		a.posted[i].Replayed = false
	}
	return fmt.Sprint(a.posted, a.pool, a.other)
}

func one(p loyalty.Posted, err error) (answer, error) {
	return answer{posted: []loyalty.Posted{p}, replayed: p.Replayed}, err
}

func two(m loyalty.Moved, err error) (answer, error) {
	return answer{posted: []loyalty.Posted{m.From, m.To}, replayed: m.Replayed}, err
}

func many(p loyalty.Pooled, err error) (answer, error) {
	return answer{posted: p.Parts, pool: p.Seq, replayed: p.Replayed}, err
}

// pick draws one of a list; false where it is empty.
func pick[T any](p *player, from []T) (t T, ok bool) {
	if len(from) == 0 {
		return t, false
	}
	return from[p.draw(len(from))], true
}

// next draws a command.
func (p *player) next() command {
	for {
		if c, ok := p.try(p.draw(20)); ok {
			p.n++
			c.name = fmt.Sprint(p.name, p.n)
			return c
		}
	}
}

// when is an instant some days around the beginning, in whole hours.
func (p *player) when() time.Time {
	return p.start.Add(time.Duration(p.draw(24*40)) * time.Hour)
}

func (p *player) try(kind int) (c command, ok bool) {
	account, _ := pick(p, p.members)
	n := int64(1 + p.draw(100))
	switch kind {
	case 0, 1, 2, 3:
		return p.earn(account, n), true
	case 4, 5:
		return p.burn(account, n), true
	case 6:
		return p.hold(account, n), true
	case 7:
		return p.endHold(n)
	case 8:
		lot, ok := pick(p, p.waits)
		return command{what: "confirm", send: func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (answer, error) {
			return one(l.Points.Confirm(ctx, till(), lot.account, points.ConfirmCommand{Lot: lot.seq}, call))
		}}, ok
	case 9:
		cmd := points.AdjustCommand{Points: n - 50, QP: int64(p.draw(3)) - 1}
		return command{what: "adjust", send: func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (answer, error) {
			return one(l.Points.Adjust(ctx, till(), account, cmd, call))
		}, keep: func(p *player, a answer) {
			if t := (target{account, a.posted[0].Seq, n - 50}); t.points > 0 {
				p.given = append(p.given, t)
			} else if t.points < 0 {
				p.spent = append(p.spent, target{account, t.seq, -t.points})
			}
		}}, true
	case 10:
		return command{what: "write-off", send: func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (answer, error) {
			return one(l.Points.WriteOff(ctx, till(), account, points.WriteOffCommand{Points: n}, call))
		}}, true
	case 11:
		return p.reverse(p.spent, (*loyalty.Points).Refund, n)
	case 12:
		return p.reverse(p.given, (*loyalty.Points).Clawback, n)
	case 13:
		to, _ := pick(p, p.members)
		return command{what: "transfer", send: func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (answer, error) {
			return two(l.Points.Transfer(ctx, till(), account, to, n, call))
		}}, to != account
	case 14:
		return p.pool(n)
	case 16, 17:
		return p.order(account, n)
	case 18, 19:
		return p.redeem(account)
	default:
		return command{what: "due", send: func(ctx context.Context, l *loyalty.Loyalty, _ loyalty.Call) (answer, error) {
			_, err := l.Due.Run(ctx, till(), loyalty.DueOptions{Page: 2})
			return answer{}, err
		}}, true
	}
}

func (p *player) earn(account string, n int64) command {
	cmd := points.EarnCommand{Points: n, QP: int64(p.draw(2)) * n}
	switch p.draw(6) {
	case 0:
		cmd.Confirm = true
	case 1:
		cmd.ActivateAt = p.when().Add(30 * 24 * time.Hour)
	case 2:
		cmd.Expiry = &points.Expiry{Rule: points.AfterDays, N: p.draw(20)}
	}
	return command{what: "earn", send: func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (answer, error) {
		return one(l.Points.Earn(ctx, till(), account, cmd, call))
	}, keep: func(p *player, a answer) {
		t := target{account, a.posted[0].Seq, n}
		p.given = append(p.given, t)
		if cmd.Confirm {
			p.waits = append(p.waits, t)
		}
	}}
}

func (p *player) burn(account string, n int64) command {
	return command{what: "burn", send: func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (answer, error) {
		return one(l.Points.Burn(ctx, till(), account, points.BurnCommand{Points: n}, call))
	}, keep: func(p *player, a answer) { p.spent = append(p.spent, target{account, a.posted[0].Seq, n}) }}
}

func (p *player) hold(account string, n int64) command {
	cmd := points.HoldCommand{Points: n}
	if p.draw(2) == 0 {
		cmd.Until = p.when().Add(35 * 24 * time.Hour)
	}
	return command{what: "hold", send: func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (answer, error) {
		return one(l.Points.Hold(ctx, till(), account, cmd, call))
	}, keep: func(p *player, a answer) { p.holds = append(p.holds, target{account, a.posted[0].Seq, n}) }}
}

func (p *player) endHold(n int64) (command, bool) {
	h, ok := pick(p, p.holds)
	if p.draw(2) == 0 {
		cmd := points.ReleaseCommand{Hold: h.seq, Points: min(n, h.points)}
		return command{what: "release", send: func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (answer, error) {
			return one(l.Points.Release(ctx, till(), h.account, cmd, call))
		}}, ok
	}
	cmd := points.CaptureCommand{Hold: h.seq, Points: min(n, h.points), Keep: p.draw(2) == 0}
	return command{what: "capture", send: func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (answer, error) {
		return one(l.Points.Capture(ctx, till(), h.account, cmd, call))
	}, keep: func(p *player, a answer) {
		p.spent = append(p.spent, target{h.account, a.posted[0].Seq, cmd.Points})
	}}, ok
}

func (p *player) reverse(from []target, by func(*loyalty.Points, context.Context, loyalty.Actor, string, loyalty.Reversal, loyalty.Call) (loyalty.Posted, error), n int64) (command, bool) {
	t, ok := pick(p, from)
	all := p.draw(3) == 0
	return command{what: "reverse", send: func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (answer, error) {
		if all {
			return one(l.Points.Reverse(ctx, till(), t.account, t.seq, call))
		}
		return one(by(l.Points, ctx, till(), t.account, loyalty.Reversal{Target: t.seq, Points: n}, call))
	}}, ok
}

func (p *player) pool(n int64) (command, bool) {
	if seq, ok := pick(p, p.pools); ok && p.draw(2) == 0 {
		return command{what: "pool refund", send: func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (answer, error) {
			return many(l.Households.Refund(ctx, till(), p.household, loyalty.Reversal{Target: seq, Points: n}, call))
		}}, true
	}
	return command{what: "pool burn", send: func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (answer, error) {
		return many(l.Households.Burn(ctx, till(), p.household, points.BurnCommand{Points: n}, call))
	}, keep: func(p *player, a answer) { p.pools = append(p.pools, a.pool) }}, true
}

// order is an order of two lines, or the return of a part of one.
func (p *player) order(account string, n int64) (command, bool) {
	if id, ok := pick(p, p.orders); ok && p.draw(2) == 0 {
		back := loyalty.Return{Lines: []earning.Return{{Line: "line 0", Amount: n}}, Restore: int64(p.draw(5))}
		if p.draw(2) == 0 {
			back = loyalty.Return{All: true}
		}
		return command{what: "return", send: func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (answer, error) {
			r, err := l.Orders.Return(ctx, till(), id, back, loyalty.Call{Key: call.Key})
			a := answer{replayed: r.Replayed}
			r.Replayed = false
			a.other = fmt.Sprint(r)
			return a, err
		}}, true
	}
	bought := loyalty.Purchase{Order: order(n, 50)}
	if p.draw(3) == 0 {
		bought.Order.PointsPaid, bought.Burn = n/2, n/2
	}
	id := fmt.Sprint("order ", p.name, p.n)
	return command{what: "order", send: func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (answer, error) {
		o, err := l.Orders.Earn(ctx, till(), account, bought, loyalty.Call{Key: call.Key, Ref: id})
		a := answer{replayed: o.Replayed}
		o.Replayed = false
		a.other = fmt.Sprint(o)
		return a, err
	}, keep: func(p *player, _ answer) { p.orders = append(p.orders, id) }}, true
}

// redeem takes mugs, brings some back, or fills the shelf.
func (p *player) redeem(account string) (command, bool) {
	kind, n := p.draw(4), int64(1+p.draw(2))
	id, ok := pick(p, p.redemptions)
	return command{what: "redeem", send: func(ctx context.Context, l *loyalty.Loyalty, call loyalty.Call) (a answer, err error) {
		var r loyalty.Redeemed
		switch kind {
		case 0:
			r, err = l.Rewards.Return(ctx, till(), id, n, call)
		case 1:
			s, err := l.Rewards.Receive(ctx, till(), "mug", n, call)
			a.replayed, s.Replayed = s.Replayed, false
			a.other = fmt.Sprint(s)
			return a, err
		default:
			r, err = l.Rewards.Redeem(ctx, till(), account, loyalty.RedemptionRequest{ID: "redemption " + call.Key, Reward: "mug", N: n}, call)
		}
		a.replayed, r.Replayed, r.Posted.Replayed = r.Replayed, false, false
		a.other = fmt.Sprint(r)
		return a, err
	}, keep: func(p *player, a answer) {
		if kind > 1 {
			p.redemptions = append(p.redemptions, "redemption "+fmt.Sprint(p.name, p.n))
		}
	}}, kind != 0 || ok
}

// programmeOf draws the rules of a programme: points for each yuan, and mugs.
func programmeOf(draw func(n int) int) (loyalty.Programme, error) {
	p, err := compiled(earning.Programme{}, `{"id": "base", "kind": "per-money", "points": "100", "qp": "100"}`)
	p.Points = policyOf(draw)
	p.Rewards = []reward.Reward{{Code: "mug", En: "mug", Zh: "马克杯", Cost: 20, Stock: reward.Limited}}
	return p, err
}
