package quote

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Offer is what was or is to be offered to a customer for something (报价记录).
type Offer struct {
	ID    string       `json:"id"`
	Round int          `json:"round"` // from 1
	On    calendar.Day `json:"on"`
	Net   money.Amount `json:"net"`
}

// Floor is how low an offer may go without approval (底价规则).
type Floor struct {
	Price money.Amount `json:"price,omitzero"` // the lowest; zero is no such rule
	// MaxDrop is by what share of the last offer the next may be lower, 0 to 1; absent
	// is by any.
	MaxDrop decimal.NullDecimal `json:"max_drop"`
}

// NextRound returns the round of the next offer: the highest so far, and one.
func NextRound(history []Offer) int {
	round := 0
	for _, o := range history {
		round = max(round, o.Round)
	}
	return round + 1
}

// Guard says what speaks against an offer (报价把关): a PIP-FLOOR where it lies below the
// floor, so that it needs approval, and a PIP-BELOW-LAST where it is lower than the last
// offer by more than MaxDrop. The last offer is that of the highest round, whatever the
// order of history. Comparisons are exact.
//
// ErrInvalid: a day that is none, a drop outside 0 to 1, a round below 1, or an amount
// below 0. ErrCurrency: amounts of two currencies.
func Guard(offer Offer, floor Floor, history []Offer, asOf calendar.Day) ([]finding.Finding, error) {
	drop := floor.MaxDrop
	switch {
	case !asOf.Valid():
		return nil, refuse(ErrInvalid, "as_of", -1, codeDay)
	case drop.Valid && (!sane(drop.Decimal) || drop.Decimal.Cmp(one) > 0):
		return nil, refuse(ErrInvalid, "floor", -1, codeDrop)
	case offer.Net.Minor < 0 || offer.Net.Currency.IsZero() || floor.Price.Minor < 0:
		return nil, refuse(ErrInvalid, "offer", -1, codeOffer)
	}
	for i, o := range history {
		if o.Round < 1 || o.Net.Minor < 0 {
			return nil, refuse(ErrInvalid, "history", i, codeOffer)
		}
		if o.Net.Currency != offer.Net.Currency {
			return nil, refuse(ErrCurrency, "history", i, codeCurrency)
		}
	}
	var found []finding.Finding
	say := func(code string, limit finding.Param) {
		found = append(found, finding.Finding{Code: code, Severity: finding.Warning, Subject: offer.ID, AsOf: asOf,
			Params: []finding.Param{finding.Term("net", offer.Net), limit}})
	}
	if floor.Price != (money.Amount{}) {
		c, err := offer.Net.Cmp(floor.Price)
		if err != nil {
			return nil, refuse(ErrCurrency, "floor", -1, codeCurrency)
		}
		if c < 0 {
			say("PIP-FLOOR", finding.Term("floor", floor.Price))
		}
	}
	if drop.Valid && len(history) > 0 {
		last := slices.MaxFunc(history, func(a, b Offer) int {
			return cmp.Or(cmp.Compare(a.Round, b.Round), cmp.Compare(a.Net.Minor, b.Net.Minor))
		})
		lowest := decimal.NewFromInt(last.Net.Minor).Mul(one.Sub(drop.Decimal))
		if decimal.NewFromInt(offer.Net.Minor).Cmp(lowest) < 0 {
			say("PIP-BELOW-LAST", finding.Term("last", last.Net))
		}
	}
	return found, nil
}
