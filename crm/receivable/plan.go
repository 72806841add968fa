package receivable

import (
	"cmp"
	"errors"
	"math/big"
	"strconv"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Term is one line of a contract's terms of payment (付款条件): a share of the price, due
// on a day or so many days after an event.
type Term struct {
	Share money.Ratio  `json:"share"`          // 0 to 1
	Due   calendar.Day `json:"due,omitzero"`   // either this
	Event Event        `json:"event,omitzero"` // or this
	Days  int          `json:"days,omitzero"`  // calendar days after Event, 0 to 36525
}

// Instalment is a part of a price that is to be paid (回款期次).
type Instalment struct {
	ID       string       `json:"id"`
	Order    string       `json:"order"`          // id
	Customer string       `json:"customer"`       // id
	Due      calendar.Day `json:"due,omitzero"`   // the last day on which it is on time; zero while it waits for Event
	Event    Event        `json:"event,omitzero"` // what it waits or waited for
	Days     int          `json:"days,omitzero"`  // calendar days after Event
	Minor    int64        `json:"minor"`          // 0 or more
}

// Happened returns the instalment with its day, where its event happened on a day.
func (i Instalment) Happened(on calendar.Day) Instalment {
	i.Due = on + calendar.Day(i.Days)
	return i
}

// Compare orders instalments as they are paid: by due day, those that wait for an event
// last, then by id.
func (i Instalment) Compare(j Instalment) int {
	if i.Due.IsZero() != j.Due.IsZero() {
		return cmp.Compare(j.Due, i.Due)
	}
	return cmp.Or(cmp.Compare(i.Due, j.Due), cmp.Compare(i.ID, j.ID))
}

func (i Instalment) check() string {
	switch {
	case !validID(i.ID), !validID(i.Order), !validID(i.Customer):
		return codeID
	case !i.Due.IsZero() && !i.Due.Valid():
		return codeDay
	case i.Due.IsZero() && !i.Event.Valid():
		return codeWhen
	case i.Minor < 0:
		return codeNegative
	case i.Days < 0 || i.Days > maxDays:
		return codeRange
	}
	return ""
}

// maxDays is a hundred years.
const maxDays = 36525

// Plan cuts the price of an order into instalments (回款计划), whose ids are the order's
// with /1, /2, ... Each is its share, rounded half up to a minor unit; the last takes the
// rest, so that they sum to the price.
//
// ErrInvalid, for all terms at once: no terms, ids that break the rules, a price below 0
// or without currency, a share outside 0 to 1, shares that do not sum to 1, a term with
// both or neither of day and event, days out of range; and where rounding leaves less
// than nothing for the last.
func Plan(order, customer string, price money.Amount, terms []Term) ([]Instalment, error) {
	var bad []error
	if price.Minor < 0 || price.Currency.IsZero() || !price.Currency.Valid() {
		bad = append(bad, refuse(ErrInvalid, "price", codePrice))
	}
	sum := new(big.Rat)
	plan := make([]Instalment, len(terms))
	left := price.Minor
	for i, t := range terms {
		plan[i] = Instalment{ID: order + "/" + strconv.Itoa(i+1), Order: order, Customer: customer, Due: t.Due, Event: t.Event, Days: t.Days}
		why := plan[i].check()
		switch {
		case why != "":
		case !t.Share.Valid() || t.Share.Num < 0 || t.Share.Num > t.Share.Den:
			why = codeShare
		case !t.Due.IsZero() && (t.Event != 0 || t.Days != 0):
			why = codeWhen
		}
		if why != "" {
			bad = append(bad, refuseItem(ErrInvalid, "terms", i, why))
			continue
		}
		sum.Add(sum, big.NewRat(t.Share.Num, t.Share.Den))
		part := left
		if i < len(terms)-1 {
			part, _ = t.Share.Mul(price.Minor, money.HalfUp) // a share of what fits, fits
		}
		plan[i].Minor = part
		left -= part
	}
	if len(bad) == 0 && sum.Cmp(big.NewRat(1, 1)) != 0 {
		bad = append(bad, refuse(ErrInvalid, "terms", codeShares))
	}
	if len(bad) == 0 && plan[len(plan)-1].Minor < 0 {
		bad = append(bad, refuse(ErrInvalid, "terms", codeRest))
	}
	if len(bad) > 0 {
		return nil, errors.Join(bad...)
	}
	return plan, nil
}
