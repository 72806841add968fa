package earning

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Compile turns a programme into a Plan, or reports everything wrong with it; see
// [Programme.Validate]. The plan keeps nothing of the programme's memory.
func Compile(p Programme) (*Plan, error) {
	c := compiler{problems: problems{item: -1}, programme: &p, rounding: money.Floor}
	c.head()
	plan := &Plan{
		version: p.Version, currency: p.Currency, zone: p.Zone, stacking: p.Stacking, rounding: c.rounding, level: p.Level,
		include: p.Include, exclude: p.Exclude.sorted(),
	}
	var multipliers []rule
	for i := range p.Rules {
		c.at(i, p.Rules[i].ID)
		if r := c.rule(&p.Rules[i]); r.kind == Multiplier {
			multipliers = append(multipliers, r)
		} else {
			plan.rules = append(plan.rules, r)
		}
		for j := range i {
			c.check(p.Rules[j].ID != p.Rules[i].ID, "rules", "another rule has this id")
		}
	}
	plan.base = len(plan.rules)
	plan.rules = append(plan.rules, multipliers...)
	c.caps(plan)
	c.at(-1, "")
	if len(c.errs) == 0 {
		c.common(plan)
	}
	if err := c.join(); err != nil {
		return nil, err
	}
	return plan, nil
}

// compiler gathers what is wrong while it compiles. What it returns of a broken
// rule is of no use.
type compiler struct {
	problems
	programme *Programme
	rounding  money.Rounding
}

func (c *compiler) head() {
	p := c.programme
	c.check(p.Version >= 1, "version", "is below 1")
	c.check(p.Currency.Valid(), "currency", "is not three upper-case letters")
	c.check(validText(p.Zone), "zone", notID)
	c.check(len(p.Rules) > 0, "rules", "are missing")
	c.check(p.Stacking.Valid(), "stacking", "unknown")
	c.check(p.Level.Valid(), "level", "unknown")
	if p.Rounding != nil {
		c.rounding = *p.Rounding
	}
	c.check(c.rounding.Valid() && c.rounding != money.Exact, "rounding", "unknown, or exact")
	c.lines(&p.Exclude, "exclude")
	c.terms(&p.Terms)
}

func (c *compiler) rule(r *Rule) rule {
	c.check(validID(r.ID), "id", notID)
	c.check(validText(r.Group), "group", notID)
	c.check(r.Kind.Valid(), "kind", "unknown")
	c.lines(&r.Lines, "lines")
	out := rule{id: r.ID, kind: r.Kind, flat: r.Flat, group: r.Group, when: c.condition(&r.When),
		lines: r.Lines.sorted(), anyLine: r.Lines.all(), terms: c.programme.Terms}
	if r.Terms != nil {
		c.terms(r.Terms)
		out.terms = *r.Terms
	}
	if r.Kind == Multiplier {
		c.multiplier(r, &out)
	} else {
		c.base(r, &out)
	}
	return out
}

func (c *compiler) multiplier(r *Rule, out *rule) {
	c.check(r.Points.IsZero() && r.QP.IsZero() && r.Per.IsZero(), "points", "a multiplier has a factor alone")
	c.check(!r.Flat, "flat", "a multiplier cannot be flat")
	if !sane(r.Factor) || r.Factor.LessThan(decimal.NewFromInt(1)) {
		c.check(false, "factor", "is not 1 or more, of at most 18 digits on either side of the point")
		return
	}
	var ok bool
	if out.factor, ok = fit(r.Factor.Rat()); !ok {
		c.add(ErrOverflow, "factor", "as a ratio does not fit")
	}
	out.counts = [2]bool{OfPoints: true, OfQP: r.Qualifying}
}

func (c *compiler) base(r *Rule, out *rule) {
	c.check(r.Factor.IsZero() && !r.Qualifying, "factor", "is for multipliers")
	per, digits := decimal.NewFromInt(1), 0
	if r.Kind == PerMoney {
		digits = c.programme.Currency.Digits()
	}
	if !r.Per.IsZero() {
		per = r.Per
		c.check(r.Kind == PerMoney || r.Kind == PerUnit, "per", "is for rules per money and per unit")
	}
	fine := sane(per)
	c.check(fine, "per", "is not above 0, of at most 18 digits on either side of the point")
	c.check(!r.Points.IsZero() || !r.QP.IsZero(), "points", "neither points nor qualifying points are given")
	for m, points := range [2]decimal.Decimal{OfPoints: r.Points, OfQP: r.QP} {
		name := Measure(m).String()
		if c.check(sane(points), name, "is not 0 or more, of at most 18 digits on either side of the point"); !fine || !sane(points) {
			continue
		}
		var ok bool
		if out.given[m], ok = ratio(points, per, digits); !ok {
			c.add(ErrOverflow, name, "as a ratio does not fit")
		}
	}
}

func (c *compiler) condition(w *Condition) condition {
	out := condition{Condition: *w}
	out.Tiers, out.Segments, out.Channels = sortedCopy(w.Tiers), sortedCopy(w.Segments), sortedCopy(w.Channels)
	out.Windows = slices.Clone(w.Windows)
	c.check(w.From.IsZero() || w.Until.IsZero() || w.From.Before(w.Until), "until", "is not after from")
	c.ids(w.Tiers, "tiers")
	c.ids(w.Segments, "segments")
	c.ids(w.Channels, "channels")
	for i := range w.Windows {
		out.Windows[i].Days = slices.Clone(w.Windows[i].Days)
		c.check(w.Windows[i].From < endOfDay && w.Windows[i].Until <= endOfDay, "windows", "has a time of day beyond its end")
		for _, day := range w.Windows[i].Days {
			c.check(day >= time.Sunday && day <= time.Saturday, "windows", "has a day that is not 0 to 6")
		}
	}
	if !sane(w.MinSpend) {
		c.check(false, "min_spend", "is not 0 or more, of at most 18 digits on either side of the point")
	} else if minimum, err := Minor(w.MinSpend, c.programme.Currency); err != nil {
		c.add(sentinel(err), "min_spend", "is not a number of minor units")
	} else {
		out.minimum = minimum
	}
	out.MinSpend = decimal.Decimal{}
	return out
}

func (c *compiler) lines(l *Lines, field string) {
	for _, list := range [][]string{l.SKUs, l.Categories, l.NotSKUs, l.NotCategories} {
		c.ids(list, field)
	}
}

func (c *compiler) ids(ids []string, field string) {
	for _, id := range ids {
		c.check(validID(id), field, notID)
	}
}

func (c *compiler) terms(t *Terms) {
	c.check(t.PendingDays >= 0, "pending_days", "is below 0")
	c.check(validText(t.Expiry), "expiry", notID)
}

// caps compiles the caps, whose rules the plan has already.
func (c *compiler) caps(plan *Plan) {
	place := make(map[string]int, len(plan.rules))
	for i := range plan.rules {
		place[plan.rules[i].id] = i
	}
	for i, k := range c.programme.Caps {
		c.at(i, k.ID)
		c.check(validID(k.ID), "id", notID)
		c.check(k.Period.Valid(), "period", "unknown")
		c.check(k.Measure.Valid(), "measure", "unknown")
		c.check(k.Limit >= 0, "limit", "is below 0")
		out := ceiling{Cap: k}
		if out.Rules = nil; len(k.Rules) > 0 {
			out.covers = make([]bool, len(plan.rules))
		}
		for _, id := range k.Rules {
			if at, ok := place[id]; ok {
				out.covers[at] = true
			} else {
				c.add(ErrNotFound, "rules", "a cap names a rule that is not there")
			}
		}
		for j := range plan.caps {
			c.check(plan.caps[j].ID != k.ID, "caps", "another cap has this id")
			c.check(plan.caps[j].Measure != k.Measure || nested(plan.caps[j].covers, out.covers), "caps",
				"shares some rules with an earlier cap, and each has others too")
		}
		plan.caps = append(plan.caps, out)
	}
}

// nested reports whether one set holds the other or they have nothing in common.
func nested(a, b []bool) bool {
	if a == nil || b == nil {
		return true
	}
	var both, onlyA, onlyB bool
	for i := range a {
		both = both || a[i] && b[i]
		onlyA = onlyA || a[i] && !b[i]
		onlyB = onlyB || b[i] && !a[i]
	}
	return !both || !onlyA || !onlyB
}

// common brings rates and factors to common denominators.
func (c *compiler) common(plan *Plan) {
	plan.den, plan.scale = [2]uint64{1, 1}, 1
	ok := true
	for i := range plan.rules {
		r, fits := &plan.rules[i], true
		if i >= plan.base {
			if plan.stacking != Multiply {
				plan.scale, fits = lcm(plan.scale, uint64(r.factor.Den))
			}
			ok = ok && fits
			continue
		}
		for m := range plan.den {
			plan.den[m], fits = lcm(plan.den[m], uint64(r.given[m].Den))
			ok = ok && fits
		}
	}
	if !ok {
		c.add(ErrOverflow, "rules", "have no common denominator within 62 bits")
		return
	}
	for i := range plan.rules {
		r, fits := &plan.rules[i], true
		if i >= plan.base {
			if plan.stacking != Multiply {
				r.scaled, fits = product64(uint64(r.factor.Num), plan.scale/uint64(r.factor.Den))
			}
			ok = ok && fits
			continue
		}
		for m := range plan.den {
			r.num[m], fits = product64(uint64(r.given[m].Num), plan.den[m]/uint64(r.given[m].Den))
			ok = ok && fits
			plan.gives[m] = plan.gives[m] || r.num[m] > 0
		}
	}
	if !ok {
		c.add(ErrOverflow, "rules", "over their common denominator do not fit 62 bits")
	}
}
