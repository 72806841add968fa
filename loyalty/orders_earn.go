package loyalty

import (
	"context"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// intake is an order on its way to a commit.
type intake struct {
	ledger
	core *core
	cmd  *command
	p    *Purchase
	at   time.Time // of the purchase
	said screening // of the host

	tier   string
	past   *past    // where the tier had to be computed
	rests  []Expect // on which the tier rests
	result earning.Result
	order  Order
}

func (e *intake) decide(ctx context.Context) (draft, OrderEarned, error) {
	err := e.compute(ctx)
	if err == nil {
		err = e.watch(ctx)
	}
	if err != nil {
		return draft{}, OrderEarned{}, err
	}
	order := &e.order
	*order = Order{ID: e.cmd.call.Ref, Account: e.a.ID, Member: e.a.Standing.Member, At: e.at,
		Currency: e.p.Order.Currency, Result: e.result, Visits: e.p.Order.Visits, Burned: e.p.Burn}
	if e.p.Burn > 0 {
		entries, err := e.policy.Burn(e.a.State, points.BurnCommand{Act: e.cmd.act(), Points: e.p.Burn}, e.now)
		burn, err := e.post(points.KindBurn, entries, err)
		if err != nil {
			return draft{}, OrderEarned{}, err
		}
		order.Burn = burn.Seq
	}
	if err := e.grant(); err != nil {
		return draft{}, OrderEarned{}, err
	}
	facts := orderFacts{Points: e.result.Points, QP: e.result.QP, Burned: e.p.Burn}
	if err := e.count(&facts); err != nil {
		return draft{}, OrderEarned{}, err
	}
	d, err := e.draft(facts)
	if err == nil && e.said.newDevice {
		device, failed := e.core.deviceUsed(ctx, e.a.Standing.Member, e.cmd.call.Device, e.now)
		d.changes, err = append(d.changes, device), failed
	}
	return d, OrderEarned{Order: order.ID, Account: e.a.ID, Points: e.result.Points, QP: e.result.QP, Burned: e.p.Burn, Tier: e.tier,
		First: e.entries[0].Seq, Last: e.a.State.Seq,
		Balance: points.Balance(e.a.State), Available: points.Available(e.a.State, e.a.State.Recorded)}, err
}

// compute asks the rules.
func (e *intake) compute(ctx context.Context) (err error) {
	plan := e.core.programme.Earning
	if e.core.programme.Tiers != nil && plan.AsksTier() {
		if e.tier, e.past, e.rests, err = e.core.tierFor(ctx, e.a, e.at, e.now); err != nil {
			return err
		}
	}
	where := earning.Context{At: e.at, Zone: e.core.programme.zone(), Tier: e.tier, Segments: e.p.Segments,
		BirthMonth: e.p.BirthMonth, FirstPurchase: e.p.FirstPurchase, Counters: e.a.Standing.Counters}
	if e.result, err = plan.Earn(e.p.Order, where); err != nil {
		return err
	}
	if forgotten(e.a.Standing.Counters, e.result.Counters) {
		if where.Counters, err = e.core.counters(ctx, e.a); err != nil {
			return err
		}
		if e.result, err = plan.Earn(e.p.Order, where); err != nil {
			return err
		}
	}
	e.a.Standing.Counters = keepCounters(e.a.Standing.Counters, e.result.Counters)
	return nil
}

// watch refuses what limits and the host's screen do not let through.
func (e *intake) watch(ctx context.Context) error {
	if !e.core.screened() {
		return nil
	}
	if err := e.core.passes(ctx, e.said, e.a, points.KindEarn, e.result.Points, e.now); err != nil || e.p.Burn == 0 {
		return err
	}
	return e.core.passes(ctx, e.said, e.a, points.KindBurn, e.p.Burn, e.now)
}

// grant posts the result, one entry for each of its grants.
func (e *intake) grant() error {
	grants := e.result.Grants
	if len(grants) == 0 {
		grants = []earning.Grant{{}} // the purchase, and perhaps qualifying points
	}
	for i, g := range grants {
		cmd := points.EarnCommand{Act: e.cmd.act(), Points: g.Points}
		if i == 0 {
			cmd.QP = e.result.QP
		}
		if days := g.Terms.PendingDays; days > 0 {
			var err error
			if cmd.ActivateAt, err = daysLater(e.at, days, e.core.programme.zone()); err != nil {
				return err
			}
		}
		if id := g.Terms.Expiry; id != "" {
			rule := e.core.programme.Expiries[id] // Validate saw that it is there
			cmd.Expiry = &rule
		}
		entries, err := e.policy.Earn(e.a.State, cmd, e.now)
		lot, err := e.post(points.KindEarn, entries, err)
		if err != nil {
			return err
		}
		e.order.Earns = append(e.order.Earns, lot.Seq)
	}
	return nil
}

// daysLater is so many days later at the same time on the clocks of a zone: the first
// such time where they show it twice, and where they skip it, or the day, the instant
// at which they go on. It never falls as at rises. (time.Time.AddDate may return an
// earlier time of the day, and even at itself.)
func daysLater(at time.Time, days int, zone *time.Location) (time.Time, error) {
	from := calendar.DayOf(at, zone)
	if days > int(calendar.MaxDay-from) {
		return time.Time{}, &Error{Field: "pending_days", Reason: "go beyond the year 9999", Err: ErrInvalid}
	}
	local := at.In(zone)
	then := (from + calendar.Day(days)).At(local.Hour()*60+local.Minute(), zone)
	if shown := then.In(zone); shown.Hour() == local.Hour() && shown.Minute() == local.Minute() {
		then = then.Add(time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond()))
	}
	return then.UTC(), nil
}

// count says what of the order counts for the tier besides qualifying points, and
// that the tier that is kept does not know it.
func (e *intake) count(facts *orderFacts) error {
	if !e.core.asksOrders() {
		return nil
	}
	if policy := e.core.programme.Tiers.Policy(e.at); policy.Currency != e.p.Order.Currency && e.core.programme.Tiers.Asks().Spend > 0 {
		return &Error{Subject: e.cmd.subject, Field: "currency", Reason: "is not that of the tiers", Err: earning.ErrCurrency}
	}
	facts.Spend, facts.Visits = e.result.Whole.Eligible, e.p.Order.Visits
	if facts.Spend > MaxQP || facts.Visits > MaxQP {
		return &Error{Subject: e.cmd.subject, Field: "order", Reason: "counts for more than 2^52 towards the tier", Err: earning.ErrOverflow}
	}
	e.a.Standing.Tier.Stale = true
	return nil
}

// draft is what is committed. Where the past was read for the tier, the tier is
// brought up to date with the order.
func (e *intake) draft(facts orderFacts) (draft, error) {
	order, err := e.order.change(e.core, e.cmd, entryOrderEarned, facts, e.now)
	if err != nil {
		return draft{}, err
	}
	if err := e.core.qualify(e.a, e.entries); err != nil {
		return draft{}, err
	}
	if e.past == nil {
		return draft{require: e.rests, changes: []Change{e.core.change(e.a, e.entries), order}}, nil
	}
	for i := range e.entries {
		e.past.post(e.a.ID, &e.entries[i])
	}
	e.past.order(&Entry{Kind: entryOrderEarned, At: e.at, Recorded: e.now, Ref: e.order.ID}, facts, e.at)
	again, err := e.core.retier(e.a, e.past, e.now)
	if err != nil {
		return draft{}, err
	}
	change := e.core.change(e.a, e.entries)
	change.Writes = append(change.Writes, again.writes...)
	return draft{require: again.require, changes: append(again.changes, change, order)}, nil
}
