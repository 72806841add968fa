package receivable

import (
	"math"
	"slices"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Item is an instalment with what of it is outstanding, 0 or more.
type Item struct {
	Instalment
	Outstanding int64 `json:"outstanding"`
}

// Account is what one customer owes and has paid in one currency (往来账户), a fold made
// by [Fold]. Methods that decide return the entry to append and change nothing;
// [Account.Apply] takes an entry in. The zero value is of no use.
type Account struct {
	currency money.Currency
	items    []Item
	place    map[string]int // of an instalment's id in items
	prepaid  int64
	posted   map[string]*posted
}

// posted is an entry and what of it has not been reversed.
type posted struct {
	kind    Kind
	lines   []Line // with what is left of each; 0 too
	surplus int64
}

func (p *posted) left() (sum int64) {
	for _, l := range p.lines {
		sum += l.Minor
	}
	return sum + p.surplus
}

// Fold makes the account of instalments and a journal in its order. The instalments are
// in any order. Errors: ErrInvalid for an instalment or entry that breaks its rules,
// ErrDuplicate for an id given twice, ErrNotFound for one that is not there,
// ErrOverAllocation for an entry that takes more than there is, ErrOverflow for sums
// beyond int64; and for instalments of two customers ErrInvalid.
func Fold(currency money.Currency, instalments []Instalment, journal []Entry) (*Account, error) {
	if currency.IsZero() || !currency.Valid() {
		return nil, refuse(ErrInvalid, "currency", codeMissing)
	}
	a := &Account{currency: currency, items: make([]Item, len(instalments)), place: make(map[string]int, len(instalments)), posted: map[string]*posted{}}
	var total int64
	for i, in := range instalments {
		switch why := in.check(); {
		case why != "":
			return nil, refuseItem(ErrInvalid, "instalments", i, why)
		case in.Customer != instalments[0].Customer:
			return nil, refuseItem(ErrInvalid, "instalments", i, codeCustomer)
		case total > math.MaxInt64-in.Minor:
			return nil, refuseItem(ErrOverflow, "instalments", i, codeSum)
		}
		total += in.Minor
		a.items[i] = Item{in, in.Minor}
	}
	slices.SortFunc(a.items, func(x, y Item) int { return x.Compare(y.Instalment) })
	for i, it := range a.items {
		if _, dup := a.place[it.ID]; dup {
			return nil, refuseID(ErrDuplicate, "instalments", it.ID, codeRepeated)
		}
		a.place[it.ID] = i
	}
	for _, e := range journal {
		if err := a.Apply(e); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// Currency returns the currency of the account.
func (a *Account) Currency() money.Currency { return a.currency }

// Items returns a copy of the instalments with what is outstanding, in the order in
// which they are paid.
func (a *Account) Items() []Item { return slices.Clone(a.items) }

// Outstanding returns the sum of what is outstanding.
func (a *Account) Outstanding() (sum int64) {
	for _, it := range a.items {
		sum += it.Outstanding
	}
	return sum
}

// Prepaid returns what the customer has paid for no instalment yet, 0 or more.
func (a *Account) Prepaid() int64 { return a.prepaid }

// Apply takes the next entry of the journal in. An entry that breaks a rule is refused
// with the errors of [Fold], and nothing changes.
func (a *Account) Apply(e Entry) error {
	c, err := a.prepare(e)
	if err != nil {
		return err
	}
	a.prepaid += c.prepaid
	for _, l := range e.Lines {
		a.items[a.place[l.Instalment]].Outstanding += c.outstanding * l.Minor
	}
	if c.target != nil {
		c.target.take(e)
	}
	a.posted[e.ID] = &posted{e.Kind, slices.Clone(e.Lines), e.Surplus}
	return nil
}

// change is what an entry does.
type change struct {
	outstanding int64 // to what is outstanding, for each minor unit of its lines
	prepaid     int64
	target      *posted // what it reverses, nil for nothing
}

// prepare finds out what an entry does, and whether it may.
func (a *Account) prepare(e Entry) (c change, err error) {
	if err := a.checkForm(e); err != nil {
		return c, err
	}
	kind, sign := e.Kind, int64(1)
	if kind == Reversal {
		if c.target = a.posted[e.Target]; c.target == nil || c.target.kind == Reversal {
			return c, refuseID(ErrNotFound, "target", e.Target, codeNoEntry)
		}
		kind, sign = c.target.kind, -1
		if err := c.target.covers(e); err != nil {
			return c, err
		}
	}
	owed, byLines, bySurplus := kind.effect()
	c.outstanding = sign * owed
	var lines int64
	for _, l := range e.Lines {
		i, known := a.place[l.Instalment]
		switch {
		case !known:
			return c, refuseID(ErrNotFound, "lines", l.Instalment, codeNoInstalment)
		case c.outstanding < 0 && l.Minor > a.items[i].Outstanding:
			return c, tooMuch("lines", l.Instalment, a.items[i].Outstanding)
		}
		lines += l.Minor
	}
	c.prepaid = sign * (byLines*lines + bySurplus*e.Surplus)
	switch {
	case c.prepaid > 0 && a.prepaid > math.MaxInt64-c.prepaid:
		return c, refuse(ErrOverflow, "prepaid", codeSum)
	case a.prepaid+c.prepaid < 0 && c.target != nil:
		return c, refuseID(ErrConflict, "prepaid", e.Target, codeUsed)
	case a.prepaid+c.prepaid < 0:
		return c, tooMuch("prepaid", "", a.prepaid)
	}
	return c, nil
}

// checkForm checks what an entry says by itself.
func (a *Account) checkForm(e Entry) error {
	if err := e.Act.check(); err != nil {
		return err
	}
	if a.posted[e.ID] != nil {
		return refuseID(ErrDuplicate, "entries", e.ID, codeRepeated)
	}
	if !e.Kind.Valid() || e.Minor <= 0 || e.Surplus < 0 || (e.Kind == Reversal) != (e.Target != "") {
		return refuseID(ErrInvalid, "entries", e.ID, codeEntry)
	}
	if lines, surplus := e.Kind.mayHave(); e.Kind != Reversal && (!lines && len(e.Lines) > 0 || !surplus && e.Surplus > 0) {
		return refuseID(ErrInvalid, "entries", e.ID, codeEntry)
	}
	left := e.Minor - e.Surplus
	seen := make(map[string]bool, len(e.Lines))
	for i, l := range e.Lines {
		if l.Minor <= 0 || l.Minor > left || seen[l.Instalment] {
			return refuseItem(ErrInvalid, "lines", i, codeLines)
		}
		seen[l.Instalment] = true
		left -= l.Minor
	}
	if left != 0 {
		return refuseID(ErrInvalid, "entries", e.ID, codeParts)
	}
	return nil
}

// covers says whether so much of an entry is left to reverse.
func (p *posted) covers(e Entry) error {
	if e.Surplus > p.surplus {
		return tooMuch("surplus", e.Target, p.surplus)
	}
	for _, l := range e.Lines {
		if have := p.line(l.Instalment); have == nil {
			return refuseID(ErrNotFound, "lines", l.Instalment, codeNotPaid)
		} else if l.Minor > have.Minor {
			return tooMuch("lines", l.Instalment, have.Minor)
		}
	}
	return nil
}

func (p *posted) take(e Entry) {
	p.surplus -= e.Surplus
	for _, l := range e.Lines {
		p.line(l.Instalment).Minor -= l.Minor
	}
}

func (p *posted) line(instalment string) *Line {
	i := slices.IndexFunc(p.lines, func(l Line) bool { return l.Instalment == instalment })
	if i < 0 {
		return nil
	}
	return &p.lines[i]
}
