package earning

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Return is what comes back of one line (退货): goods or money, by the money that
// the line's [Award].Amount counts. A line that costs nothing comes back by Units,
// and so does [Result].Whole, under the line "", of an order that costs nothing.
type Return struct {
	Line   string `json:"line"`
	Amount int64  `json:"amount,omitzero"` // minor units, at least 0
	Units  int64  `json:"units,omitzero"`  // at least 0; only where the line's Amount is 0
}

// Return says how many points and qualifying points to take back for a return,
// given what came back of the order before. Each line gives back its recorded
// points in proportion to all that has come back of it, rounded down, less what it
// gave back before; what visits and fixed points gave goes in proportion to the
// money of all lines. So partial returns take exactly as much together as one
// return of the same, in whatever order they come, and all of it when the last
// line is back; until then no more than its share. Today's rules are not asked.
//
// A return gives no room back to caps: their counters stay as they are.
//
// The errors name the place in now, or in before where that is at fault:
// ErrNotFound for a line that the order does not have, ErrInvalidAmount,
// ErrOverReturn with what is left, ErrInvalid for units of a line that has an
// amount.
func (r Result) Return(before, now []Return) (points, qp int64, err error) {
	had, err := r.back(before, nil)
	if err != nil {
		return 0, 0, err
	}
	has, err := r.back(before, now)
	if err != nil {
		return 0, 0, err
	}
	points, qp = has.points-had.points, has.qp-had.qp
	return points, qp, nil
}

// Rest returns what is left of the order after what came back before: the return
// of everything. It has the errors of [Result.Return].
func (r Result) Rest(before []Return) ([]Return, error) {
	b, err := r.back(before, nil)
	if err != nil {
		return nil, err
	}
	var rest []Return
	for i, a := range b.of {
		if a.Amount > b.amounts[i] {
			rest = append(rest, Return{Line: a.ID, Amount: a.Amount - b.amounts[i]})
		} else if left := a.Units - b.amounts[i]; a.Amount == 0 && left > 0 {
			rest = append(rest, Return{Line: a.ID, Units: left})
		}
	}
	return rest, nil
}

// Spread shares money that comes back for the order as a whole, such as a
// price reduction, over what is left of its lines, in proportion to the money and
// to the minor unit (money.Allocate). ErrOverReturn where more comes back than is
// left, ErrInvalidAmount below 0, and the errors of [Result.Return].
func (r Result) Spread(before []Return, amount int64) ([]Return, error) {
	if amount < 0 {
		return nil, refuse(ErrInvalidAmount, "amount", -1, "", "is below zero")
	}
	rest, err := r.Rest(before)
	if err != nil {
		return nil, err
	}
	rest = slices.DeleteFunc(rest, func(b Return) bool { return b.Amount == 0 })
	var left int64
	weights := make([]int64, len(rest))
	for i, b := range rest {
		weights[i] = b.Amount
		left += b.Amount
	}
	if amount > left {
		return nil, &Error{Field: "amount", Item: -1, Remaining: left, Reason: "more comes back than is left", Err: ErrOverReturn}
	}
	if amount == 0 {
		return nil, nil
	}
	parts, err := money.Allocate(amount, weights)
	if err != nil {
		return nil, refuse(sentinel(err), "amount", -1, "", "cannot be shared out")
	}
	for i := range rest {
		rest[i].Amount = parts[i]
	}
	return slices.DeleteFunc(rest, func(b Return) bool { return b.Amount == 0 }), nil
}

// back is what has come back of an order.
type back struct {
	of         []Award // the lines, and Whole where that comes back by itself
	amounts    []int64 // by place in of: minor units, or units where the line costs nothing
	points, qp int64
}

func (r *Result) back(lists ...[]Return) (back, error) {
	b := back{of: r.Lines}
	if r.Whole.Amount == 0 {
		b.of = append(slices.Clip(b.of), r.Whole)
	}
	place := make(map[string]int, len(b.of))
	for i, a := range b.of {
		place[a.ID] = i
	}
	b.amounts = make([]int64, len(b.of))
	var whole int64
	for _, list := range lists {
		for k, x := range list {
			i, ok := place[x.Line]
			if !ok {
				return b, refuse(ErrNotFound, "line", k, x.Line, "is not a line of the order")
			}
			took, err := x.of(&b.of[i], b.amounts[i], k)
			if err != nil {
				return b, err
			}
			b.amounts[i] += took
			whole += x.Amount
		}
	}
	for i := range b.of {
		if err := b.take(&b.of[i], b.amounts[i]); err != nil {
			return b, err
		}
	}
	if r.Whole.Amount > 0 {
		return b, b.take(&r.Whole, whole)
	}
	return b, nil
}

// of returns what a return takes of a line of which some is back already.
func (x *Return) of(a *Award, already int64, item int) (int64, error) {
	took, all := x.Amount, a.Amount
	if a.Amount == 0 {
		took, all = x.Units, a.Units
	}
	switch {
	case x.Amount < 0 || x.Units < 0:
		return 0, refuse(ErrInvalidAmount, "amount", item, x.Line, "is below zero")
	case a.Amount > 0 && x.Units > 0:
		return 0, refuse(ErrInvalid, "units", item, x.Line, "a line that costs something comes back by its amount")
	case a.Amount == 0 && x.Amount > 0:
		return 0, &Error{Field: "amount", Item: item, ID: x.Line, Reason: "the line costs nothing", Err: ErrOverReturn}
	case took > all-already:
		return 0, &Error{Field: "amount", Item: item, ID: x.Line, Remaining: all - already, Reason: "more comes back than is left", Err: ErrOverReturn}
	}
	return took, nil
}

// take adds an award's share for what is back of it.
func (b *back) take(a *Award, amount int64) error {
	if amount == 0 {
		return nil
	}
	share := money.Ratio{Num: amount, Den: a.Amount}
	if a.Amount == 0 {
		share.Den = a.Units
	}
	points, err := share.Mul(a.Points, money.Down)
	if err != nil {
		return refuse(sentinel(err), "lines", -1, a.ID, "is not a record of this package")
	}
	qp, err := share.Mul(a.QP, money.Down)
	if err != nil {
		return refuse(sentinel(err), "lines", -1, a.ID, "is not a record of this package")
	}
	b.points, b.qp = b.points+points, b.qp+qp
	return nil
}
