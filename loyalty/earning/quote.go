package earning

import (
	"math/big"
	"math/bits"
	"slices"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Quote is a base rule and the multipliers that work on it as one rate: for price
// tags and for jobs over many amounts, where nothing else has to be asked (速算).
type Quote struct {
	rate money.Ratio
	by   divisor
}

// Quote combines a base rule with multipliers as the plan stacks them, for one
// measure. Conditions, lines, groups and caps are not looked at: the caller names
// the rules that apply. Under the zero measure, OfPoints, these are points.
//
// ErrNotFound: no such base rule or multiplier. ErrInvalid: an unknown measure, a
// multiplier named twice, or one over a Flat rule. ErrOverflow: the combined rate
// does not fit 62 bits.
func (p *Plan) Quote(m Measure, base string, multipliers ...string) (Quote, error) {
	if !m.Valid() {
		return Quote{}, refuse(ErrInvalid, "measure", -1, "", "unknown")
	}
	b := slices.IndexFunc(p.rules[:p.base], func(r rule) bool { return r.id == base })
	if b < 0 {
		return Quote{}, refuse(ErrNotFound, "rules", -1, base, "no base rule has this id")
	}
	one := big.NewRat(1, 1)
	factor := new(big.Rat).Set(one)
	for i, id := range multipliers {
		k := slices.IndexFunc(p.rules[p.base:], func(r rule) bool { return r.id == id })
		switch {
		case k < 0:
			return Quote{}, refuse(ErrNotFound, "rules", i, id, "no multiplier has this id")
		case slices.Contains(multipliers[:i], id):
			return Quote{}, refuse(ErrInvalid, "rules", i, id, "comes twice")
		case p.rules[b].flat:
			return Quote{}, refuse(ErrInvalid, "rules", i, id, "does not work on a flat rule")
		}
		r := &p.rules[p.base+k]
		if !r.counts[m] {
			continue
		}
		switch f := big.NewRat(r.factor.Num, r.factor.Den); {
		case p.stacking == Multiply:
			factor.Mul(factor, f)
		case p.stacking == Additive:
			factor.Add(factor, f.Sub(f, one))
		case f.Cmp(factor) > 0:
			factor = f
		}
	}
	given := p.rules[b].given[m]
	rate, ok := fit(factor.Mul(factor, big.NewRat(given.Num, given.Den)))
	if !ok {
		return Quote{}, overflow("rules")
	}
	return Quote{rate, newDivisor(uint64(rate.Den), p.rounding)}, nil
}

// Rate returns the rate in lowest terms: points for each minor unit under
// [PerMoney], for each unit, visit or order under the other kinds.
func (q Quote) Rate() money.Ratio { return q.rate }

// Points returns what n minor units, units, visits or orders give, rounded once as
// the plan rounds. It does not allocate. ErrInvalidAmount where n is below 0,
// ErrOverflow where the points do not fit int64, ErrInvalid of a zero Quote.
func (q Quote) Points(n int64) (int64, error) {
	hi, lo := bits.Mul64(uint64(n), uint64(q.rate.Num))
	if points, ok := q.by.of(wide{hi, lo}); ok && n >= 0 {
		return points, nil
	}
	switch {
	case n < 0:
		return 0, refuse(ErrInvalidAmount, "amount", -1, "", "is below zero")
	case q.by.den == 0:
		return 0, refuse(ErrInvalid, "quote", -1, "", "is not from a plan")
	}
	return 0, overflow("points")
}
