package approval

import (
	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Condition says when a step is entered (步骤条件): a field of the request compared
// with Value. The field "amount" is the amount of the request and is compared in
// Currency; a request in another currency is ErrCurrency, for nothing is converted
// here. Other fields are compared as texts by Equal and NotEqual, and as decimal
// numbers by Less, AtMost, More and AtLeast: a field that is missing or no number is
// then ErrIncomplete or ErrInvalid, never false.
type Condition struct {
	Field    string         `json:"field"`
	Op       Operator       `json:"op"`
	Value    string         `json:"value,omitzero"`
	Currency money.Currency `json:"currency,omitzero"` // only, and always, for "amount" with a Value
}

// amountField is the field that stands for the request's amount.
const amountField = "amount"

func (c Condition) compares() bool { return c.Op >= Equal && c.Op <= AtLeast }

func (c Condition) ordered() bool { return c.Op >= Less && c.Op <= AtLeast }

// Validate reports everything wrong with c, joined.
func (c Condition) Validate() error {
	var found problems
	found.check(validID(c.Field), codeID, "field", -1)
	found.check(c.Op.Valid(), codeUnknown, "op", -1)
	found.check(validWords(c.Value), codeText, "value", -1)
	found.check(c.compares() || c.Value == "", codeMisplaced, "value", -1)
	if c.Field == amountField && c.compares() {
		found.check(c.Currency != 0, codeMissing, "currency", -1)
		_, err := money.ParseAmount(c.Value, c.Currency)
		found.check(err == nil, codeText, "value", -1)
	} else {
		found.check(c.Currency == 0, codeMisplaced, "currency", -1)
		if c.ordered() {
			_, err := parseNumber(c.Value)
			found.check(err == nil, codeText, "value", -1)
		}
	}
	return found.join()
}

// maxNumber is the length of the longest number of a form, and maxExponent keeps
// 1e999999999 from being written out.
const (
	maxNumber   = 64
	maxExponent = 64
)

func parseNumber(text string) (decimal.Decimal, error) {
	if len(text) > maxNumber {
		return decimal.Decimal{}, refuse(ErrInvalid, codeText, "value")
	}
	d, err := decimal.NewFromString(text)
	if err != nil || d.Exponent() > maxExponent || d.Exponent() < -maxExponent {
		return decimal.Decimal{}, refuse(ErrInvalid, codeText, "value")
	}
	return d, nil
}

// holds reports whether the request meets c, which is valid.
func (c Condition) holds(r *Request) (bool, error) {
	if c.Field == amountField {
		return c.holdsAmount(r.Amount)
	}
	value, present := r.Fields[c.Field]
	present = present && value != ""
	switch c.Op {
	case Present:
		return present, nil
	case Absent:
		return !present, nil
	case Equal:
		return value == c.Value, nil
	case NotEqual:
		return value != c.Value, nil
	}
	if !present {
		return false, incomplete(codeField, "when", "", c.Field)
	}
	have, err := parseNumber(value)
	if err != nil {
		return false, refuse(ErrInvalid, codeText, "fields."+limit.Shown(c.Field))
	}
	want, err := parseNumber(c.Value)
	return c.outcome(have.Cmp(want)), err
}

func (c Condition) holdsAmount(a money.Amount) (bool, error) {
	stated := a != money.Amount{}
	switch {
	case c.Op == Present:
		return stated, nil
	case c.Op == Absent:
		return !stated, nil
	case !stated:
		return false, incomplete(codeField, "when", "", amountField)
	}
	want, err := money.ParseAmount(c.Value, c.Currency)
	if err != nil {
		return false, refuse(ErrInvalid, codeText, "when")
	}
	cmp, err := a.Cmp(want)
	if err != nil {
		return false, refuseID(ErrCurrency, codeCurrency, "when", amountField)
	}
	return c.outcome(cmp), nil
}

func (c Condition) outcome(cmp int) bool {
	switch c.Op {
	case Equal:
		return cmp == 0
	case NotEqual:
		return cmp != 0
	case Less:
		return cmp < 0
	case AtMost:
		return cmp <= 0
	case More:
		return cmp > 0
	default:
		return cmp >= 0
	}
}
