package liability

import (
	"math/big"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Options are the choices of [Sale.Split] and [Recognise]. The zero value splits
// exactly and rounds half to even.
type Options struct {
	// Rounding is what becomes of a fraction of a minor unit, wherever one arises.
	Rounding money.Rounding
	// ShareDigits, where it is above 0, rounds the points' share of the price to so
	// many decimal places before it is applied, at most 9: 2 is whole percents, as
	// the example 10A of KPMG's handbook has it. 0 is exact.
	ShareDigits int
}

func (o Options) check(p *problems) {
	p.check(o.Rounding.Valid(), "rounding", "is unknown")
	p.check(o.ShareDigits >= 0 && o.ShareDigits <= 9, "share_digits", "is outside 0 to 9")
}

// Sale is a sale that earns points, or the sum of many with one PointValue
// (附积分的销售). A contract with a customer that grants a material right has two
// obligations: the products, and the points.
type Sale struct {
	Price    money.Amount `json:"price"`    // transaction price: what the customer pays, 0 or more
	Products money.Amount `json:"products"` // stand-alone selling price of the products (单独售价), 0 or more
	Issued   int64        `json:"issued"`   // points earned by it
	Expected int64        `json:"expected"` // those of them that are expected to be redeemed, 0 to Issued
	// PointValue is the stand-alone selling price of one redeemed point, in minor
	// units: 1/1 where 100 points are worth 1.00. 0 or more.
	PointValue money.Ratio `json:"point_value"`
}

// Split is the price of a [Sale] shared among its obligations; the parts sum to it.
type Split struct {
	Products money.Amount `json:"products"` // revenue when the products are handed over
	Points   money.Amount `json:"points"`   // deferred: the contract liability (合同负债)
}

// Validate reports every rule that s breaks, joined; each is an [*Error].
// ErrEstimate: more points are expected than were issued.
func (s Sale) Validate() error {
	var p problems
	p.check(s.Price.Minor >= 0, "price", "is below 0")
	p.check(s.Products.Minor >= 0, "products", "is below 0")
	p.check(s.Issued >= 0, "issued", "is below 0")
	p.check(s.Expected >= 0, "expected", "is below 0")
	if s.Expected > s.Issued {
		p.add(refuse(ErrEstimate, "expected", "is more than was issued"))
	}
	p.check(s.PointValue.Valid() && s.PointValue.Num >= 0, "point_value", "is not a ratio of 0 or more")
	if none := (money.Amount{}); s.Price.Currency != s.Products.Currency && s.Price != none && s.Products != none {
		p.add(refuse(ErrCurrency, "products", "are in another currency than the price"))
	}
	return p.join()
}

// Split allocates the price by relative stand-alone selling price (IFRS 15.74, B42):
// the points' share is
//
//	Expected·PointValue / (Products + Expected·PointValue)
//
// computed as an exact fraction. The points' part is rounded once, to the minor unit
// that is booked; the products get the rest. ErrInvalid: see [Sale.Validate], or both
// stand-alone prices are 0; under [money.Exact] a fraction.
func (s Sale) Split(opts Options) (Split, error) {
	var p problems
	p.add(s.Validate())
	opts.check(&p)
	if err := p.join(); err != nil {
		return Split{}, err
	}
	points := product(s.Expected, s.PointValue.Num)
	all := product(s.Products.Minor, s.PointValue.Den)
	all.Add(all, points)
	if all.Sign() == 0 {
		return Split{}, refuse(ErrInvalid, "products", "and points are both worth nothing: there is nothing to allocate by")
	}
	if opts.ShareDigits > 0 {
		scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(opts.ShareDigits)), nil)
		share, ok := quotient(points.Mul(points, scale), all, opts.Rounding)
		if !ok {
			return Split{}, ofMoney(money.ErrInvalid, "share_digits", -1)
		}
		points, all = share, scale
	}
	part, ok := quotient(points.Mul(points, big.NewInt(s.Price.Minor)), all, opts.Rounding)
	if !ok {
		return Split{}, ofMoney(money.ErrInvalid, "price", -1)
	}
	// A share is at most 1, so its part is at most the price.
	split := Split{Products: s.Price, Points: s.Price}
	split.Points.Minor = part.Int64()
	split.Products.Minor -= split.Points.Minor
	return split, nil
}

func product(a, b int64) *big.Int { return new(big.Int).Mul(big.NewInt(a), big.NewInt(b)) }

// quotient returns a/b rounded, for a not below and b above 0; ok is false where
// nothing may be rounded and a fraction is left.
func quotient(a, b *big.Int, mode money.Rounding) (q *big.Int, ok bool) {
	q, rest := new(big.Int).QuoRem(a, b, new(big.Int))
	if rest.Sign() == 0 {
		return q, true
	}
	half := rest.Lsh(rest, 1).Cmp(b)
	up := false
	switch mode {
	case money.HalfEven:
		up = half > 0 || half == 0 && q.Bit(0) == 1
	case money.HalfUp:
		up = half >= 0
	case money.HalfDown:
		up = half > 0
	case money.Up, money.Ceiling:
		up = true
	case money.Exact:
		return nil, false
	}
	if up {
		q.Add(q, big.NewInt(1))
	}
	return q, true
}
