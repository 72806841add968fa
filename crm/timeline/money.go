package timeline

import (
	"cmp"
	"maps"
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

// DealTotal is what was closed in one currency (成交额).
type DealTotal struct {
	Deals  int          `json:"deals"`
	Amount money.Amount `json:"amount"`
}

// Deals returns the totals of the deal records of t, one for each currency in the
// order of their codes; currencies are never added. ErrOverflow where a total does
// not fit. A number that is there twice counts twice, and [Timeline.Doubles] finds it.
func (t *Timeline) Deals() ([]DealTotal, error) {
	totals := map[money.Currency]DealTotal{}
	for _, a := range t.all {
		if a.Kind != KindDeal {
			continue
		}
		cur := a.Deal.Amount.Currency
		sum, err := totals[cur].Amount.Add(a.Deal.Amount)
		if err != nil {
			return nil, overflow(a, a.Deal.Number, "deal.amount")
		}
		totals[cur] = DealTotal{totals[cur].Deals + 1, sum}
	}
	list := make([]DealTotal, 0, len(totals))
	for _, cur := range slices.Sorted(maps.Keys(totals)) {
		list = append(list, totals[cur])
	}
	return list, nil
}

// Balance is the prepaid money of one deal in one currency (预付款余额). All
// amounts are in that currency; Balance = Received - Applied - Refunded.
type Balance struct {
	Deal     string       `json:"deal"`
	Received money.Amount `json:"received"`
	Applied  money.Amount `json:"applied"`
	Refunded money.Amount `json:"refunded"`
	Balance  money.Amount `json:"balance"`
}

// Prepayments returns the balances of t, ordered by deal, then currency. A deal is
// known by its number alone, whichever journals its movements are in.
//
// Where more was applied and refunded than received, the balance is below zero and
// a [finding.Finding] of code TML-PREPAID-OVERDRAWN and severity breach, as of the
// day given, comes with it; [Catalogue] has its sentence. ErrOverflow where a sum
// does not fit.
func (t *Timeline) Prepayments(asOf calendar.Day) ([]Balance, []finding.Finding, error) {
	type key struct {
		deal string
		cur  money.Currency
	}
	sums := map[key]*Balance{}
	for _, a := range t.all {
		if a.Kind != KindPrepayment {
			continue
		}
		p := a.Prepayment
		k := key{p.Deal, p.Amount.Currency}
		if sums[k] == nil {
			zero := money.Amount{Currency: k.cur}
			sums[k] = &Balance{k.deal, zero, zero, zero, zero}
		}
		if err := sums[k].move(p); err != nil {
			return nil, nil, overflow(a, p.Deal, "prepayment.amount")
		}
	}
	keys := slices.SortedFunc(maps.Keys(sums), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.deal, b.deal), cmp.Compare(a.cur, b.cur))
	})
	list := make([]Balance, 0, len(keys))
	var found []finding.Finding
	for _, k := range keys {
		b, err := sums[k].settle()
		if err != nil {
			return nil, nil, &Error{Code: k.deal, Field: "prepayment.amount", Reason: "does not fit 64 bits", Err: ErrOverflow}
		}
		list = append(list, b)
		if b.Balance.Sign() < 0 {
			found = append(found, finding.Finding{
				Code: codeOverdrawn, Severity: finding.Breach, Subject: b.Deal, AsOf: asOf,
				Params: []finding.Param{finding.Term("received", b.Received), finding.Term("balance", b.Balance)},
			})
		}
	}
	return list, found, nil
}

func (b *Balance) move(p PrepaymentMove) error {
	sum := &b.Received
	switch p.Movement {
	case Applied:
		sum = &b.Applied
	case Refunded:
		sum = &b.Refunded
	}
	total, err := sum.Add(p.Amount)
	if err == nil {
		*sum = total
	}
	return err
}

// settle works the balance out. No sum is below zero, so that the first difference
// fits whatever they are, and only the second may not.
func (b *Balance) settle() (Balance, error) {
	rest, err := b.Received.Sub(b.Applied)
	if err != nil {
		return Balance{}, err
	}
	b.Balance, err = rest.Sub(b.Refunded)
	return *b, err
}

func overflow(a *Activity, code, field string) error {
	return &Error{Subject: a.Subject, Seq: a.Seq, Code: code, Field: field, Reason: "the total does not fit 64 bits", Err: ErrOverflow}
}
