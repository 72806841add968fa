package loyalty

import (
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// Rewards is what points buy: the catalogue of the programme (奖励目录), the stock of
// its rewards (库存), and what members took of them (兑换).
//
// Stock belongs to no member: who may move it is the host's rule, and the actor's
// Sees is not asked. A redemption is seen with its member; for others it is
// ErrNotFound.
type Rewards struct{ core *core }

// Catalogue returns the rewards of the programme, in its order.
func (r *Rewards) Catalogue() []reward.Reward {
	return slices.Clone(r.core.programme.Rewards)
}

// reward returns a line of the catalogue.
func (c *core) reward(code string) (reward.Reward, error) {
	i := slices.IndexFunc(c.programme.Rewards, func(r reward.Reward) bool { return r.Code == code })
	if i < 0 {
		return reward.Reward{}, &Error{Field: "reward", Reason: "is not in the catalogue", Err: ErrNotFound}
	}
	return c.programme.Rewards[i], nil
}

// MaxVouchers is how many pieces a redemption that gives vouchers has at most, and for
// how many vouchers [Vouchers].IssueBatch makes ids.
const MaxVouchers = 200

// RedemptionRequest is what a member asks for (兑换申请).
type RedemptionRequest struct {
	ID      string `json:"id,omitzero"`      // of the redemption, a new one; "" has one made
	Reward  string `json:"reward"`           // code of the reward
	N       int64  `json:"n"`                // pieces, 1 or more
	Channel string `json:"channel,omitzero"` // through which the request comes, for rewards that ask for one

	// Segments are those that the member is in, for rewards that ask for one.
	Segments []string `json:"segments,omitempty"`

	// Voucher are the terms of a voucher for each piece, issued in the same commit; nil
	// for none. Its Reward is that of the request, and may be left out. Only for a
	// reward that is handed out at once, and up to [MaxVouchers] pieces.
	Voucher *reward.VoucherTerms `json:"voucher,omitempty"`
}

// Redeemed is what a command did to a redemption (兑换结果). Points and Cash are for the
// pieces of the command: what the member paid where it was placed, what goes back
// where pieces are cancelled or returned, 0 where they are delivered. The points were
// moved; the cash is for the host to move.
type Redeemed struct {
	Redemption string       `json:"redemption"`
	Reward     string       `json:"reward"`
	N          int64        `json:"n"` // pieces
	Points     int64        `json:"points,omitzero"`
	Cash       money.Amount `json:"cash,omitzero"`

	// Posted is what happened to the account; the zero value where no points moved.
	Posted Posted `json:"posted,omitzero"`

	// Vouchers are the ids of vouchers that were issued, or taken back. Codes are those
	// of issued ones, in the same order; nil where Options.Codes is nil.
	Vouchers []string      `json:"vouchers,omitempty"`
	Codes    []reward.Code `json:"-"`

	Replayed bool `json:"-"`
}

func (r *Redeemed) replay() { r.Replayed = true }

// Redeem gives a member pieces of a reward for points of an account (兑换). In one
// commit the points are burned, the pieces leave the stock or are held there, and the
// redemption is on record: of 32 who ask for the last piece, one gets it, and the
// others keep their points. A reward that costs no points burns none.
//
// What a member had before counts against the limits of the reward with all accounts
// of the member, and of those merged into them.
//
// Errors are those of [reward.Reward.Redeem], such as reward.ErrOutOfStock,
// reward.ErrNotEligible and reward.ErrLimit, then those of [points.Policy.Burn].
// ErrNotFound: no such account, or the reward is not in the catalogue. ErrFrozen,
// ErrClosed: by the status of the account. ErrDuplicate: there is a redemption with
// this id. ErrLimit: a fraud limit or the host's screen does not let the points be
// spent; a redemption does not wait for a review.
func (r *Rewards) Redeem(ctx context.Context, actor Actor, account string, ask RedemptionRequest, call Call) (Redeemed, error) {
	c := r.core
	p := placing{core: c, actor: actor, account: account, ask: ask, id: ask.ID}
	if ask.ID == "" {
		p.id = c.opts.NewID()
	}
	cmd := &command{name: "rewards.redeem", actor: actor, subject: Subject{KindRedemption, p.id}, made: ask.ID == "", call: call,
		input: struct {
			Account string
			Ask     RedemptionRequest
		}{account, ask}}
	p.cmd, p.wrong = cmd, p.vouchers()
	if found, err := c.reward(ask.Reward); err == nil {
		cmd.queue = p.turns(ctx, found)
		if c.screened() && found.Cost > 0 && ask.N > 0 && ask.N <= math.MaxInt64/found.Cost {
			p.said = c.screen(ctx, cmd, account, "", found.Cost*ask.N)
		}
	}
	done, err := run(ctx, c, cmd, p.decide)
	if err != nil {
		return Redeemed{}, err
	}
	done.Codes, err = c.signVouchers(done.Vouchers)
	return done, err
}

// placing is a redemption on its way.
type placing struct {
	core    *core
	cmd     *command
	actor   Actor
	account string
	ask     RedemptionRequest
	id      string
	issue   []string // ids of vouchers to issue
	wrong   error    // with their terms
	said    screening
}

// turns are what the redemption will change, to wait for.
func (p *placing) turns(ctx context.Context, found reward.Reward) []string {
	turns := []string{p.account}
	if found.Stock == reward.Limited {
		turns = append(turns, turnOf(Subject{KindStock, found.Code}))
	}
	if len(found.Limits) > 0 {
		if a, err := p.core.store.Account(ctx, p.account); err == nil {
			turns = append(turns, turnOf(Subject{KindMember, a.Standing.Member}))
		}
	}
	return turns
}

// vouchers checks the terms of vouchers, and makes their ids: the same for all
// attempts.
func (p *placing) vouchers() error {
	if p.ask.Voucher == nil {
		return nil
	}
	if p.ask.N > MaxVouchers {
		return &Error{Field: "n", Reason: "is above " + strconv.Itoa(MaxVouchers) + ", with vouchers", Err: ErrInvalid}
	}
	terms := floored(*p.ask.Voucher)
	if terms.Reward == "" {
		terms.Reward = p.ask.Reward
	}
	if terms.Reward != p.ask.Reward {
		return &Error{Field: "voucher", Reason: "is of another reward", Err: ErrInvalid}
	}
	p.ask.Voucher = &terms
	for range p.ask.N {
		p.issue = append(p.issue, p.core.opts.NewID())
	}
	return nil
}

// decide redeems, as the reward and everything that it looks at allow.
func (p *placing) decide(ctx context.Context, now time.Time) (d draft, done Redeemed, err error) {
	c := p.core
	a, err := c.account(ctx, p.actor, p.account)
	if err == nil {
		err = a.usable(debit)
	}
	if err != nil {
		return d, done, err
	}
	if p.wrong != nil {
		return d, done, p.wrong
	}
	found, err := c.reward(p.ask.Reward)
	if err == nil && p.issue != nil && found.Delivery != reward.Instant {
		err = &Error{Field: "voucher", Reason: "is of a reward that is not handed out at once", Err: ErrInvalid}
	}
	if err != nil {
		return d, done, err
	}
	member, err := c.member(ctx, p.actor, a.Standing.Member)
	if err != nil {
		return d, done, err
	}
	act, err := p.cmd.rewardAct(now, time.Time{})
	if err != nil {
		return d, done, err
	}
	if !p.cmd.made {
		if err := c.unused(ctx, p.cmd.subject); err != nil {
			return d, done, err
		}
	}
	var stock *pieces
	if found.Stock == reward.Limited {
		if stock, err = c.stock(ctx, found.Code); err != nil {
			return d, done, err
		}
	}
	who := reward.Member{ID: member.ID, Segments: p.ask.Segments, Enrolled: member.Enrolled, Blocked: member.Status != Open}
	if d.require, err = c.eligibility(ctx, &who, &found, &a, &member, act.At, now); err != nil {
		return d, done, err
	}
	out, err := p.redeem(found, stock, who, act)
	if err == nil && out.Points > 0 && c.screened() {
		err = c.passes(ctx, p.said, &a, points.KindBurn, out.Points, now)
	}
	if err != nil {
		return d, done, err
	}
	return p.draft(d, out, found, stock, &a, &member, now)
}

// eligibility fills in what a reward asks of a member: the tier, and what they took
// before. It returns what the tier was read from.
func (c *core) eligibility(ctx context.Context, who *reward.Member, found *reward.Reward, a *Account, m *Member, at, now time.Time) (read []Expect, err error) {
	if len(found.Eligible.Tiers) > 0 && c.programme.Tiers != nil {
		if who.Tier, _, read, err = c.tierFor(ctx, a, at, now); err != nil {
			return nil, err
		}
	}
	if len(found.Limits) > 0 {
		who.Taken, err = c.takenBefore(ctx, m, found.Code)
	}
	return read, err
}

// redeem asks the reward.
func (p *placing) redeem(found reward.Reward, stock *pieces, who reward.Member, act reward.Act) (reward.Outcome, error) {
	var have reward.Stock
	if stock != nil {
		have = stock.loose()
	}
	return found.Redeem(have, who, reward.Request{ID: p.id, N: p.ask.N, Channel: p.ask.Channel, Zone: p.core.programme.zone(), Act: act})
}

// draft is everything that the redemption changes.
func (p *placing) draft(d draft, out reward.Outcome, found reward.Reward, stock *pieces, a *Account, m *Member, now time.Time) (draft, Redeemed, error) {
	c := p.core
	done := Redeemed{Redemption: p.id, Reward: found.Code, N: p.ask.N, Points: out.Points, Cash: out.Cash, Vouchers: p.issue}
	account, member := Subject{KindAccount, a.ID}, Subject{KindMember, m.ID}
	if out.Points > 0 {
		act := p.cmd.act()
		act.Ref = p.id
		entries, err := c.programme.Points.Burn(a.State, points.BurnCommand{Act: act, Points: out.Points}, now)
		if err != nil {
			return d, done, err
		}
		change, err := c.put(a, entries)
		if err != nil {
			return d, done, err
		}
		d.changes = append(d.changes, change)
		done.Posted = posted(a, entries, burned...)
	} else {
		d.require = append(d.require, Expect{account, a.Head.Version})
	}
	if len(found.Limits) > 0 {
		// What the member had before was listed. So the member is the guard of the list,
		// moved by each redemption that joins it, from whichever account.
		d.changes = append(d.changes, Change{Subject: member, Expect: m.Head.Version})
	} else {
		d.require = append(d.require, Expect{member, m.Head.Version})
	}
	if stock != nil {
		change, err := c.stockMoved(stock, out, p.id, nil)
		if err != nil {
			return d, done, err
		}
		d.changes = append(d.changes, change)
	}
	r := Redemption{ID: p.id, Account: a.ID, Seq: done.Posted.Seq, Vouchers: p.issue}
	change, err := r.step(c, out.Entry)
	if err != nil {
		return d, done, err
	}
	d.changes = append(d.changes, change)
	for _, id := range p.issue {
		v := Voucher{ID: id, Redemption: p.id}
		changes, err := v.issue(c, *p.ask.Voucher, out.Entry.Act)
		if err != nil {
			return d, done, err
		}
		d.changes = append(d.changes, changes...)
	}
	return d, done, nil
}

// stockMoved brings the stock to where a decision about a redemption wants it. Its lines
// name the redemption; the reason in words stands there alone.
func (c *core) stockMoved(stock *pieces, out reward.Outcome, redemption string, holds []reward.Hold) (Change, error) {
	for _, e := range out.Stock {
		e.Act.Ref = redemption
		if err := stock.take(e, holds); err != nil {
			return Change{}, err
		}
	}
	return stock.change(c, "")
}

// takenBefore is what a member had of a reward before, net of what went back.
func (c *core) takenBefore(ctx context.Context, m *Member, code string) (taken []reward.Taken, err error) {
	for _, id := range append([]string{m.ID}, m.Merged...) {
		for r, err := range c.store.Records(ctx, RecordFilter{Kind: KindRedemption, Member: id, Ref: code}) {
			if err != nil {
				return nil, err
			}
			had, err := redemptionOf(r)
			if err != nil {
				return nil, err
			}
			taken = append(taken, reward.Taken{At: had.Placed, N: had.State.Kept()})
		}
	}
	return taken, nil
}
