package loyalty

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// Metrics measures what members do (会员指标): who takes part, who comes back, who brings
// others. Rates are counts, a [segment.Rate], which has an interval. Only members
// whom the actor sees are counted.
//
// All go by what is known when they are asked, over [from, until) of effective time.
// Times are those of Programme.Points.Zone. A purchase is an order of [Orders] that has
// not come back whole; several on one day are one return of the customer, as in package
// crm/segment.
//
// The company documents that guanxi serves ask for the rate at which customers buy again
// and for word of mouth (复购率, 口碑营销效应), for everybody to take part
// (要让你的顾客都能参与进来), for the regular customers who often fly with an airline
// (经常搭机的老主顾), and for the ladder of loyal customers (客户忠诚度阶梯), without
// formulas: the definitions are those stated here.
type Metrics struct{ core *core }

// Participation is the share of members who took part in a period (参与率): who earned or
// spent points with effect in it (points.Kind.Activity), of those enrolled before its
// end. Members who were closed, merged or forgotten since are in neither number.
func (m *Metrics) Participation(ctx context.Context, actor Actor, from, until time.Time) (segment.Rate, error) {
	return measure(ctx, m.core, "metrics.participation", actor, from, until, func() (rate segment.Rate, err error) {
		active := map[string]bool{} // accounts
		// What takes effect in the period is recorded in it or later.
		for p, err := range m.core.store.Postings(ctx, PostingFilter{RecordedFrom: Instant(from)}) {
			if err != nil {
				return rate, err
			}
			if p.Entry.Kind.Activity() && within(p.Entry.At, from, until) {
				active[p.Account] = true
			}
		}
		for r, err := range m.core.store.Records(ctx, RecordFilter{Kind: KindMember}) {
			if err != nil {
				return rate, err
			}
			member, err := memberOf(r)
			if err != nil {
				return rate, err
			}
			if !actor.Sees.Allows(member.ID) || member.Status != Open && member.Status != Frozen || !member.Enrolled.Before(until) {
				continue
			}
			rate.Den++
			if slices.ContainsFunc(member.Accounts, func(id string) bool { return active[id] }) {
				rate.Num++
			}
		}
		return rate, nil
	})
}

// Buyer is what a member bought in a period (购买者).
type Buyer struct {
	Member string         `json:"member"`
	Orders int            `json:"orders"`
	Days   int            `json:"days"`  // on which they bought
	Spend  []money.Amount `json:"spend"` // what could earn, less what came back: by currency
	First  time.Time      `json:"first"` // purchase
	Last   time.Time      `json:"last"`

	days []calendar.Day
}

// Buyers lists the members who bought on at least so many days in a period, by id: with
// 1 all buyers, with more the regular ones (常客识别). ErrInvalid: fewer than one day.
// ErrOverflow of package earning: a sum beyond int64.
func (m *Metrics) Buyers(ctx context.Context, actor Actor, from, until time.Time, days int) ([]Buyer, error) {
	return measure(ctx, m.core, "metrics.buyers", actor, from, until, func() ([]Buyer, error) {
		if days < 1 {
			return nil, &Error{Field: "days", Reason: "are fewer than one", Err: ErrInvalid}
		}
		all, err := m.buyers(ctx, actor, RecordFilter{Kind: KindOrder}, from, until)
		return slices.DeleteFunc(all, func(b Buyer) bool { return b.Days < days }), err
	})
}

// Repurchase is the rate at which buyers of a period bought again in it (复购率): the
// members who bought on two days or more, of those who bought.
func (m *Metrics) Repurchase(ctx context.Context, actor Actor, from, until time.Time) (segment.Rate, error) {
	return measure(ctx, m.core, "metrics.repurchase", actor, from, until, func() (rate segment.Rate, err error) {
		all, err := m.buyers(ctx, actor, RecordFilter{Kind: KindOrder}, from, until)
		for i := range all {
			rate.Den++
			if all[i].Days > 1 {
				rate.Num++
			}
		}
		return rate, err
	})
}

// buyers sums up the orders of a listing by the member who has them now.
func (m *Metrics) buyers(ctx context.Context, actor Actor, filter RecordFilter, from, until time.Time) ([]Buyer, error) {
	heirs, err := m.heirs(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string]*Buyer{}
	if err := m.sum(ctx, filter, from, until, func(order *Order) *Buyer {
		id := heirs.of(order.Member)
		if found[id] == nil && actor.Sees.Allows(id) {
			found[id] = &Buyer{Member: id}
		}
		return found[id]
	}); err != nil {
		return nil, err
	}
	list := make([]Buyer, 0, len(found))
	for _, id := range slices.Sorted(maps.Keys(found)) {
		list = append(list, found[id].done())
	}
	return list, nil
}

// sum adds the orders of a period, as far as something of them was kept, to the
// buyers that by gives; nil is for nobody.
func (m *Metrics) sum(ctx context.Context, filter RecordFilter, from, until time.Time, by func(*Order) *Buyer) error {
	for r, err := range m.core.store.Records(ctx, filter) {
		if err != nil {
			return err
		}
		order, err := orderOf(r)
		if err != nil {
			return err
		}
		if !within(order.At, from, until) {
			continue
		}
		rest, err := order.Result.Rest(order.Returned)
		if err != nil {
			return err
		}
		if len(rest) == 0 {
			continue
		}
		if b := by(&order); b != nil {
			if err := b.add(&order, m.core.programme.zone()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *Buyer) add(order *Order, zone *time.Location) error {
	back, _, err := order.counted().Return(nil, order.Returned)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(b.Spend, func(a money.Amount) bool { return a.Currency == order.Currency })
	if i < 0 {
		i, b.Spend = len(b.Spend), append(b.Spend, money.Amount{Currency: order.Currency})
	}
	if b.Spend[i].Minor += order.Result.Whole.Eligible - back; b.Spend[i].Minor < 0 {
		return &Error{Subject: Subject{KindMember, b.Member}, Field: "spend", Err: earning.ErrOverflow}
	}
	b.Orders++
	b.days = append(b.days, calendar.DayOf(order.At, zone))
	b.Last = later(b.Last, order.At)
	if b.Orders == 1 || order.At.Before(b.First) {
		b.First = order.At
	}
	return nil
}

// done counts the days.
func (b *Buyer) done() Buyer {
	slices.Sort(b.days)
	slices.SortFunc(b.Spend, func(x, y money.Amount) int { return cmp.Compare(x.Currency, y.Currency) })
	b.Days, b.days = len(slices.Compact(b.days)), nil
	return *b
}

// heirs are the members into whom others were merged.
type heirs map[string]string

func (m *Metrics) heirs(ctx context.Context) (heirs, error) {
	all := heirs{}
	for r, err := range m.core.store.Records(ctx, RecordFilter{Kind: KindMember, State: "merged"}) {
		if err != nil {
			return nil, err
		}
		member, err := memberOf(r)
		if err != nil {
			return nil, err
		}
		all[member.ID] = member.Into
	}
	return all, nil
}

// of is who a member is now.
func (h heirs) of(member string) string {
	for into, merged := h[member]; merged; into, merged = h[member] {
		member = into
	}
	return member
}

// Referrer is whom a member brought (推荐人).
type Referrer struct {
	Member     string `json:"member"`
	Friends    int    `json:"friends"`    // who registered
	Successful int    `json:"successful"` // of them, who bought and did not give it back: the referral is qualified or rewarded
}

// Referrers lists the members whose friends registered in a period, by id (口碑).
func (m *Metrics) Referrers(ctx context.Context, actor Actor, from, until time.Time) ([]Referrer, error) {
	return measure(ctx, m.core, "metrics.referrers", actor, from, until, func() ([]Referrer, error) {
		return m.referrers(ctx, actor, RecordFilter{Kind: KindReferral}, from, until)
	})
}

func (m *Metrics) referrers(ctx context.Context, actor Actor, filter RecordFilter, from, until time.Time) ([]Referrer, error) {
	heirs, err := m.heirs(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string]*Referrer{}
	for r, err := range m.core.store.Records(ctx, filter) {
		if err != nil {
			return nil, err
		}
		have, err := referralOf(r)
		if err != nil {
			return nil, err
		}
		id := heirs.of(have.State.Referrer)
		if !actor.Sees.Allows(id) || !within(have.State.Since, from, until) {
			continue
		}
		if found[id] == nil {
			found[id] = &Referrer{Member: id}
		}
		found[id].Friends++
		if s := have.State.Posted; s == reward.ReferralQualified || s == reward.ReferralRewarded {
			found[id].Successful++
		}
	}
	list := make([]Referrer, 0, len(found))
	for _, r := range found {
		list = append(list, *r)
	}
	slices.SortFunc(list, func(a, b Referrer) int { return cmp.Compare(a.Member, b.Member) })
	return list, nil
}

// Behaviour is what a member has done up to the end of a day, for the rung of the
// customer ladder that segment.LadderPolicy.Suggest makes of it (客户忠诚度阶梯): on how many
// days they bought, how long ago, and how many friends they brought who bought. Their
// loyalty score is not known here: a host that measures one (package
// loyalty/patronage) sets Score and ScoreKnown. The suggestion moves nobody; the
// machine of crm/stage does.
//
// What was bought and brought by members who were merged into this one counts too.
func (m *Metrics) Behaviour(ctx context.Context, actor Actor, member string, asOf calendar.Day) (segment.Behaviour, error) {
	return read(ctx, m.core, "metrics.behaviour", actor, Subject{KindMember, member}, func() (b segment.Behaviour, err error) {
		if !asOf.Valid() {
			return b, &Error{Field: "asof", Reason: "is no day", Err: ErrInvalid}
		}
		who, err := m.core.member(ctx, actor, member)
		if err != nil {
			return b, err
		}
		zone := m.core.programme.zone()
		end := (asOf + 1).Start(zone)
		everyone := Actor{Sees: Everyone()}
		var bought Buyer
		for _, id := range append([]string{member}, who.Merged...) {
			if err := m.sum(ctx, RecordFilter{Kind: KindOrder, Member: id}, time.Time{}, end, func(*Order) *Buyer { return &bought }); err != nil {
				return b, err
			}
			brought, err := m.referrers(ctx, everyone, RecordFilter{Kind: KindReferral, Ref: id}, time.Time{}, end)
			if err != nil {
				return b, err
			}
			for _, one := range brought {
				b.Referrals += one.Successful
			}
		}
		bought = bought.done()
		b.Purchases = bought.Days
		if b.Purchases > 0 {
			b.Recency = asOf.Sub(calendar.DayOf(bought.Last, zone))
		}
		return b, nil
	})
}

// measure runs a question about a period.
func measure[T any](ctx context.Context, c *core, name string, actor Actor, from, until time.Time, do func() (T, error)) (T, error) {
	return read(ctx, c, name, actor, Subject{}, func() (T, error) {
		if !from.Before(until) {
			var none T
			return none, &Error{Field: "until", Reason: "is not after from", Err: ErrInvalid}
		}
		result, err := do()
		if err != nil {
			var none T
			return none, err
		}
		return result, nil
	})
}

// within reports whether from <= t < until.
func within(t, from, until time.Time) bool { return !t.Before(from) && t.Before(until) }
