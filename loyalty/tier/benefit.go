package tier

import (
	"math/bits"
	"slices"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Basis says what the cost of a [Benefit] is the cost of (计费方式).
// The zero value is PerUse.
type Basis uint8

// The values of Basis.
const (
	PerUse    Basis = iota // each time it is used: a lounge visit, a free delivery
	PerPeriod              // each member and period, used or not: an insurance, a magazine
)

var bases = enum.New[Basis]("per", unknown, enum.Names{{"per-use", "按次"}, {"per-period", "按期"}})

// String returns the code and ? for a number that is no value.
func (b Basis) String() string { return bases.Code(b) }

// Zh returns the Chinese name and ? for a number that is no value.
func (b Basis) Zh() string { return bases.Zh(b) }

// MarshalText writes the form of String; a number that is no value is ErrInvalid.
func (b Basis) MarshalText() ([]byte, error) { return bases.Marshal(b) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (b *Basis) UnmarshalText(text []byte) error { return bases.Unmarshal(b, text) }

// Benefit is something that the members of a tier get (会员权益).
type Benefit struct {
	Code string `json:"code"` // 1 to 255 bytes
	En   string `json:"en,omitzero"`
	Zh   string `json:"zh,omitzero"`
	// Cost is what one use, or one member in one period, costs the company: minor
	// units of [Policy].Currency, 0 or more.
	Cost int64 `json:"cost,omitzero"`
	Per  Basis `json:"per,omitzero"`
}

func validateBenefits(found *problems, tier int, benefits []Benefit) {
	for i, b := range benefits {
		found.check(validCode(b.Code), "tiers.benefits", tier, "", "a code must be 1 to 255 bytes of UTF-8 without NUL")
		first := slices.IndexFunc(benefits, func(o Benefit) bool { return o.Code == b.Code })
		found.check(first == i, "tiers.benefits", tier, b.Code, "is there twice")
		found.check(b.Cost >= 0, "tiers.benefits.cost", tier, b.Code, "is below 0")
		found.check(b.Per <= PerPeriod, "tiers.benefits.per", tier, b.Code, "unknown basis")
	}
}

// Usage says how often a benefit of a tier was used (权益使用量): Count is uses where
// it costs per use, and members times periods where it costs per period.
type Usage struct {
	Tier    string `json:"tier"`
	Benefit string `json:"benefit"`
	Count   int64  `json:"count"`
}

// BenefitCost is what a benefit of a tier has cost (权益成本).
type BenefitCost struct {
	Tier    string       `json:"tier"`
	Benefit string       `json:"benefit"`
	Count   int64        `json:"count"`
	Cost    money.Amount `json:"cost"`
}

// BenefitCosts are the costs of a programme's benefits, by benefit, by tier and in
// all. The lines stand in the order of the policy; tiers and benefits without
// usage are there with 0.
type BenefitCosts struct {
	Lines []BenefitCost `json:"lines"`
	Tiers []TierCost    `json:"tiers"`
	Total money.Amount  `json:"total"`
}

// TierCost is what all benefits of a tier have cost.
type TierCost struct {
	Tier string       `json:"tier"`
	Cost money.Amount `json:"cost"`
}

// BenefitCosts multiplies what was used by what it costs, exactly. Several lines
// for one benefit of one tier are added. ErrNotFound: a tier or benefit that p does
// not have; ErrInvalid: a count below 0; ErrOverflow: a sum beyond int64. It
// expects a policy that Validate accepts.
func (p *Policy) BenefitCosts(usage []Usage) (BenefitCosts, error) {
	out := BenefitCosts{Total: money.Amount{Currency: p.Currency}}
	counts := make([][]int64, len(p.Tiers))
	for i := range p.Tiers {
		counts[i] = make([]int64, len(p.Tiers[i].Benefits))
	}
	for n, u := range usage {
		i := p.tier(u.Tier)
		if i < 0 {
			return BenefitCosts{}, refuse(ErrNotFound, "usage.tier", n, u.Tier, "unknown tier")
		}
		j := slices.IndexFunc(p.Tiers[i].Benefits, func(b Benefit) bool { return b.Code == u.Benefit })
		if j < 0 {
			return BenefitCosts{}, refuse(ErrNotFound, "usage.benefit", n, u.Benefit, "unknown benefit")
		}
		if u.Count < 0 {
			return BenefitCosts{}, refuse(ErrInvalid, "usage.count", n, u.Benefit, "is below 0")
		}
		if counts[i][j] += u.Count; counts[i][j] < 0 {
			return BenefitCosts{}, refuse(ErrOverflow, "usage.count", n, u.Benefit, "counts add up beyond int64")
		}
	}
	for i := range p.Tiers {
		sum := TierCost{p.Tiers[i].Code, money.Amount{Currency: p.Currency}}
		for j, b := range p.Tiers[i].Benefits {
			high, low := bits.Mul64(uint64(b.Cost), uint64(counts[i][j]))
			cost := money.Amount{Minor: int64(low), Currency: p.Currency}
			total, err := sum.Cost.Add(cost)
			if high != 0 || cost.Minor < 0 || err != nil {
				return BenefitCosts{}, refuse(ErrOverflow, "tiers.benefits", i, b.Code, "costs beyond int64")
			}
			sum.Cost = total
			out.Lines = append(out.Lines, BenefitCost{sum.Tier, b.Code, counts[i][j], cost})
		}
		total, err := out.Total.Add(sum.Cost)
		if err != nil {
			return BenefitCosts{}, refuse(ErrOverflow, "tiers", i, sum.Tier, "costs beyond int64")
		}
		out.Total, out.Tiers = total, append(out.Tiers, sum)
	}
	return out, nil
}
