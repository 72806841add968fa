package party

import (
	"errors"
	"math"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Sale is what one sale says about who uses what was sold (销售去向).
type Sale struct {
	Dealer      string       `json:"dealer,omitzero"`       // id of the dealer through whom it went; "" for a direct sale
	EndCustomer string       `json:"end_customer,omitzero"` // id of who uses it; "" where that is not known
	Amount      money.Amount `json:"amount"`                // not below zero: returns are taken off before
}

// EndCustomerShare is how much of what was sold ended with a known customer
// (最终客户可知率). The zero value is that of no sales; Add and Merge build it up, in any
// order and over any shards, to the same result.
type EndCustomerShare struct {
	Sales       int64        `json:"sales"`        // number of sales
	Known       int64        `json:"known"`        // of which the end customer is known
	Amount      money.Amount `json:"amount"`       // of all sales
	KnownAmount money.Amount `json:"known_amount"` // of those whose end customer is known
}

// Add counts one sale. The end customer is known where it is named and is not the
// dealer. On an error nothing is counted: ErrInvalid for an id that is none and an
// amount below zero, ErrCurrency for another currency than before, ErrOverflow.
func (s *EndCustomerShare) Add(sale Sale) error {
	for _, id := range []string{sale.Dealer, sale.EndCustomer} {
		if id != "" && !validID(id) {
			return invalid("sale", "has an id that is none")
		}
	}
	if sale.Amount.Sign() < 0 {
		return invalid("sale", "is below zero")
	}
	one := EndCustomerShare{Sales: 1, Amount: sale.Amount}
	if sale.EndCustomer != "" && sale.EndCustomer != sale.Dealer {
		one.Known, one.KnownAmount = 1, sale.Amount
	}
	return s.Merge(one)
}

// Merge adds what another share has counted. On an error s is as before: ErrCurrency
// for another currency, ErrOverflow.
func (s *EndCustomerShare) Merge(t EndCustomerShare) error {
	if s.Sales > math.MaxInt64-t.Sales {
		return &Error{Field: "sales", Reason: "are too many", Err: ErrOverflow}
	}
	amount, err := s.Amount.Add(t.Amount)
	known, errKnown := s.KnownAmount.Add(t.KnownAmount)
	if err := errors.Join(err, errKnown); err != nil {
		return &Error{Field: "amount", Reason: "cannot be added", Err: err}
	}
	*s = EndCustomerShare{Sales: s.Sales + t.Sales, Known: s.Known + t.Known, Amount: amount, KnownAmount: known}
	return nil
}

// BySales returns the share of the sales in lowest terms, and false where there are
// none.
func (s EndCustomerShare) BySales() (money.Ratio, bool) { return share(s.Known, s.Sales) }

// ByAmount returns the share of the amount in lowest terms, and false where that is
// zero.
func (s EndCustomerShare) ByAmount() (money.Ratio, bool) {
	return share(s.KnownAmount.Minor, s.Amount.Minor)
}

func share(part, whole int64) (money.Ratio, bool) {
	if whole <= 0 {
		return money.Ratio{}, false
	}
	return money.Ratio{Num: part, Den: whole}.Reduce(), true
}
