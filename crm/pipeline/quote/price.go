package quote

import (
	"errors"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Line is one line of an offer (报价行).
type Line struct {
	Quantity decimal.Decimal `json:"quantity"`          // 0 or more
	Price    decimal.Decimal `json:"price"`             // of one, in units of the currency; 0 or more
	Discount decimal.Decimal `json:"discount,omitzero"` // share of the price, 0 to 1: 0.15 is 15 percent off (八五折)
}

// Options are the tax. The zero value is none.
type Options struct {
	Tax decimal.Decimal `json:"tax,omitzero"` // rate on the net amount, 0 or more: 0.13
	// PerDocument computes the tax once, on the total, and not on each line.
	PerDocument bool `json:"per_document,omitzero"`
}

// Totals is what an offer comes to (报价合计), in minor units.
type Totals struct {
	Currency money.Currency `json:"currency"`
	Lines    []int64        `json:"lines"` // net, one for each line
	Net      int64          `json:"net"`   // the sum of Lines
	Tax      int64          `json:"tax"`
	Gross    int64          `json:"gross"` // Net and Tax
}

// Price computes what lines come to. The tax is rounded half up for each line and
// summed, or once for the document.
//
// ErrInvalid, for all lines at once with their places: a quantity, price or tax below 0, a
// discount outside 0 to 1, a number of more than 60 digits or of an exponent beyond 60, no
// currency. ErrOverflow: an amount that int64 does not hold.
func Price(lines []Line, currency money.Currency, opts Options) (Totals, error) {
	t := Totals{Currency: currency, Lines: make([]int64, len(lines))}
	var bad []error
	if currency.IsZero() || !currency.Valid() {
		bad = append(bad, refuse(ErrInvalid, "currency", -1, codeNoCurrency))
	}
	if !sane(opts.Tax) {
		bad = append(bad, refuse(ErrInvalid, "tax", -1, codeRange))
	}
	for i, l := range lines {
		if !sane(l.Quantity) || !sane(l.Price) || !sane(l.Discount) || l.Discount.Cmp(one) > 0 {
			bad = append(bad, refuse(ErrInvalid, "lines", i, codeRange))
		}
	}
	if len(bad) > 0 {
		return Totals{}, errors.Join(bad...)
	}
	var net, tax money.Amount
	for i, l := range lines {
		a, err := money.FromDecimal(l.Quantity.Mul(l.Price).Mul(one.Sub(l.Discount)), currency, money.HalfUp)
		if err != nil {
			return Totals{}, reworded(err, "lines", i)
		}
		t.Lines[i] = a.Minor
		if net, err = net.Add(a); err != nil {
			return Totals{}, reworded(err, "lines", i)
		}
		if opts.PerDocument {
			continue
		}
		if tax, err = plus(tax, a, opts.Tax); err != nil {
			return Totals{}, reworded(err, "lines", i)
		}
	}
	var err error
	if opts.PerDocument {
		if tax, err = plus(tax, net, opts.Tax); err != nil {
			return Totals{}, reworded(err, "tax", -1)
		}
	}
	gross, err := net.Add(tax)
	if err != nil {
		return Totals{}, reworded(err, "gross", -1)
	}
	t.Net, t.Tax, t.Gross = net.Minor, tax.Minor, gross.Minor
	return t, nil
}

// plus adds the tax on an amount, rounded once.
func plus(sum, a money.Amount, rate decimal.Decimal) (money.Amount, error) {
	if a.Currency.IsZero() {
		return sum, nil
	}
	tax, err := money.FromDecimal(a.Decimal().Mul(rate), a.Currency, money.HalfUp)
	if err != nil {
		return sum, err
	}
	return sum.Add(tax)
}

var one = decimal.NewFromInt(1)

// sane reports whether a number is 0 or more and of a length that costs nothing.
func sane(d decimal.Decimal) bool {
	return d.Sign() >= 0 && d.Exponent() >= -60 && d.Exponent() <= 60 && d.NumDigits() <= 60
}
