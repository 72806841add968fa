package receivable

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Allocation says which instalments a payment is for. The zero value is by OldestDue.
type Allocation struct {
	Method Method `json:"method,omitzero"`
	// Explicit names the instalments and amounts, instead of a method; what is left
	// over is for none. Not nil and empty is for none at all.
	Explicit []Line `json:"explicit,omitzero"`
}

// Allocate divides a payment among items, which are in the order in which they are
// paid, and returns the lines and what is left over; together they are the payment.
//
// Proportional shares by what is outstanding with the method of largest remainders, ties
// to the earlier item. ErrInvalid: a payment that is not above 0, an unknown method, an
// explicit line that is not above 0 or repeated. ErrNotFound: an explicit instalment that
// is not among the items. ErrOverAllocation: an explicit line of more than is outstanding,
// or lines of more than the payment. ErrOverflow: sums beyond int64.
func Allocate(items []Item, minor int64, by Allocation) (lines []Line, surplus int64, err error) {
	if minor <= 0 || !by.Method.Valid() {
		return nil, 0, refuse(ErrInvalid, "minor", codeAmount)
	}
	if by.Explicit != nil {
		return explicit(items, minor, by.Explicit)
	}
	parts := make([]int64, len(items))
	if by.Method == Proportional {
		if parts, err = proportional(items, minor); err != nil {
			return nil, 0, err
		}
	}
	left := minor
	for i, it := range items {
		part := parts[i]
		if by.Method == OldestDue {
			part = min(left, it.Outstanding)
		}
		if part > 0 {
			lines = append(lines, Line{it.ID, part})
			left -= part
		}
	}
	return lines, left, nil
}

func explicit(items []Item, minor int64, wanted []Line) ([]Line, int64, error) {
	left := minor
	seen := map[string]bool{}
	for i, l := range wanted {
		at := slices.IndexFunc(items, func(it Item) bool { return it.ID == l.Instalment })
		switch {
		case l.Minor <= 0 || seen[l.Instalment]:
			return nil, 0, refuseItem(ErrInvalid, "lines", i, codeLines)
		case at < 0:
			return nil, 0, refuseID(ErrNotFound, "lines", l.Instalment, codeNoInstalment)
		case l.Minor > items[at].Outstanding:
			return nil, 0, tooMuch("lines", l.Instalment, items[at].Outstanding)
		case l.Minor > left:
			return nil, 0, tooMuch("minor", "", left)
		}
		seen[l.Instalment] = true
		left -= l.Minor
	}
	return slices.Clone(wanted), left, nil
}

// proportional shares no more than is outstanding.
func proportional(items []Item, minor int64) ([]int64, error) {
	weights := make([]int64, len(items))
	var total int64
	for i, it := range items {
		weights[i] = it.Outstanding
		if total += it.Outstanding; total < 0 {
			return nil, refuse(ErrOverflow, "items", codeSum)
		}
	}
	if minor >= total {
		return weights, nil
	}
	parts, err := money.Allocate(minor, weights)
	if err != nil {
		return nil, refuse(ErrInvalid, "items", codeRange)
	}
	return parts, nil
}

// Receive records money that came in for instalments (回款). What is left over becomes
// prepaid. ErrCurrency where it is not of the account's currency; else the errors of
// [Allocate] and [Account.Apply].
func (a *Account) Receive(act Act, paid money.Amount, by Allocation) (Entry, error) {
	if err := a.checkCurrency(paid); err != nil {
		return Entry{}, err
	}
	lines, surplus, err := Allocate(a.items, paid.Minor, by)
	if err != nil {
		return Entry{}, err
	}
	return a.checked(Entry{Act: act, Kind: Receipt, Minor: paid.Minor, Lines: lines, Surplus: surplus})
}

// Prepay records money that came in for no instalment (预付款). ErrCurrency where it is
// not of the account's currency; else the errors of [Account.Apply].
func (a *Account) Prepay(act Act, paid money.Amount) (Entry, error) {
	if err := a.checkCurrency(paid); err != nil {
		return Entry{}, err
	}
	return a.checked(Entry{Act: act, Kind: Prepayment, Minor: paid.Minor, Surplus: paid.Minor})
}

func (a *Account) checkCurrency(paid money.Amount) error {
	if paid.Currency != a.currency {
		return refuse(ErrCurrency, "paid", codeCurrency)
	}
	return nil
}

// Use pays instalments with prepaid money (预付款冲抵). ErrOverAllocation where there is
// less of it, or less is outstanding; else the errors of [Allocate].
func (a *Account) Use(act Act, minor int64, by Allocation) (Entry, error) {
	return a.whole(act, Applied, minor, by)
}

// WriteOff gives instalments up (核销). ErrOverAllocation where less is outstanding; else
// the errors of [Allocate]. Who may do it is package approval's business.
func (a *Account) WriteOff(act Act, minor int64, by Allocation) (Entry, error) {
	return a.whole(act, WriteOff, minor, by)
}

// whole decides over an entry that leaves no surplus.
func (a *Account) whole(act Act, kind Kind, minor int64, by Allocation) (Entry, error) {
	lines, surplus, err := Allocate(a.items, minor, by)
	if err != nil {
		return Entry{}, err
	}
	if surplus > 0 {
		return Entry{}, tooMuch("minor", "", minor-surplus)
	}
	return a.checked(Entry{Act: act, Kind: kind, Minor: minor, Lines: lines})
}

// Refund gives prepaid money back (退款). ErrOverAllocation where there is less. A refund
// of what was paid for an instalment is a reversal of the receipt first.
func (a *Account) Refund(act Act, minor int64) (Entry, error) {
	return a.checked(Entry{Act: act, Kind: Refund, Minor: minor, Surplus: minor})
}

// Reverse undoes an earlier entry, or so much of it (冲销); minor 0 is all that is left of
// it. Of a part, the surplus goes first, then the lines from the last to the first.
//
// ErrNotFound: no such entry, or it is a reversal. ErrOverAllocation: less is left of it.
// ErrConflict: what it left over has been used or refunded since.
func (a *Account) Reverse(act Act, target string, minor int64) (Entry, error) {
	p := a.posted[target]
	if p == nil || p.kind == Reversal {
		return Entry{}, refuseID(ErrNotFound, "target", target, codeNoEntry)
	}
	left := p.left()
	if minor == 0 {
		minor = left
	}
	if minor > left || left == 0 {
		return Entry{}, tooMuch("minor", target, left)
	}
	e := Entry{Act: act, Kind: Reversal, Minor: minor, Target: target, Surplus: min(minor, p.surplus)}
	rest := minor - e.Surplus
	for _, l := range slices.Backward(p.lines) {
		if part := min(rest, l.Minor); part > 0 {
			e.Lines = append(e.Lines, Line{l.Instalment, part})
			rest -= part
		}
	}
	return a.checked(e)
}

// checked returns the entry where the account would take it.
func (a *Account) checked(e Entry) (Entry, error) {
	if _, err := a.prepare(e); err != nil {
		return Entry{}, err
	}
	return e, nil
}
