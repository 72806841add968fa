package earning

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Plan is a compiled [Programme]: rates and factors are ratios of integers over
// common denominators, and no decimal number is left. It does not change, and
// several goroutines may use it at once.
type Plan struct {
	version  int
	currency money.Currency
	zone     string
	stacking Stacking
	rounding money.Rounding
	level    Level
	include  Include
	exclude  Lines
	rules    []rule // the base rules as listed, then the multipliers as listed
	base     int    // how many are base rules
	caps     []ceiling

	gives [2]bool   // by measure: some rule gives it
	den   [2]uint64 // by measure: the common denominator of the base rates
	scale uint64    // the common denominator of the factors, where they are not multiplied
}

// rule is a compiled Rule.
type rule struct {
	id      string
	kind    Kind
	given   [2]money.Ratio // by measure: for each minor unit, unit or visit
	num     [2]uint64      // given as a count of 1/Plan.den
	flat    bool
	factor  money.Ratio
	scaled  uint64 // factor as a count of 1/Plan.scale
	counts  [2]bool
	group   string
	when    condition
	lines   Lines // sorted
	anyLine bool  // lines is the zero value
	terms   Terms
}

// condition is a compiled Condition.
type condition struct {
	Condition
	minimum int64 // minor units, in place of MinSpend
}

// ceiling is a compiled Cap.
type ceiling struct {
	Cap
	covers []bool // by place in Plan.rules; nil is all
}

func (c *ceiling) over(rule int) bool { return c.covers == nil || c.covers[rule] }

// Version returns that of the programme.
func (p *Plan) Version() int { return p.version }

// Rounding returns what becomes of a fraction of a point.
func (p *Plan) Rounding() money.Rounding { return p.rounding }

// Level returns what is rounded.
func (p *Plan) Level() Level { return p.level }

// Zone returns the name of the programme's zone, "" where any will do.
func (p *Plan) Zone() string { return p.zone }

// AsksTier reports whether a rule is for members of some tiers only, so that
// [Context].Tier matters.
func (p *Plan) AsksTier() bool {
	return slices.ContainsFunc(p.rules, func(r rule) bool { return len(r.when.Tiers) > 0 })
}

// Terms returns the terms of the base rules and multipliers, each once, in the order
// of the rules: what a ledger must know to post their grants.
func (p *Plan) Terms() []Terms {
	var all []Terms
	for i := range p.rules {
		if !slices.Contains(all, p.rules[i].terms) {
			all = append(all, p.rules[i].terms)
		}
	}
	return all
}

// refusal says why the condition does not hold, but for the lines and the
// minimum; none where it does.
func (c *condition) refusal(o *Order, x *Context) Refusal {
	switch {
	case !c.From.IsZero() && x.At.Before(c.From):
		return NotYet
	case !c.Until.IsZero() && !x.At.Before(c.Until):
		return Over
	case len(c.Tiers) > 0 && !has(c.Tiers, x.Tier):
		return OtherTier
	case len(c.Segments) > 0 && !hasAny(c.Segments, x.Segments):
		return OtherSegment
	case len(c.Channels) > 0 && !has(c.Channels, o.Channel):
		return OtherChannel
	case c.BirthdayMonth && x.local().Month() != x.BirthMonth:
		return NotBirthday
	case c.FirstPurchase && !x.FirstPurchase:
		return NotFirst
	case len(c.Windows) > 0:
		local := x.local()
		hour, minute, _ := local.Clock()
		now := TimeOfDay(60*hour + minute)
		if !slices.ContainsFunc(c.Windows, func(w Window) bool { return w.contains(local.Weekday(), now) }) {
			return OtherTime
		}
	}
	return 0
}
