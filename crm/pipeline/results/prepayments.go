package results

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/timeline"
)

// Prepayment is a movement of prepaid money (预付款变动). All but At, Movement and Minor are ids,
// to group by.
type Prepayment struct {
	ID       string            `json:"id"`
	At       time.Time         `json:"at"`
	Movement timeline.Movement `json:"movement"`
	Minor    int64             `json:"minor"` // above 0: Movement has the sign
	Customer string            `json:"customer,omitzero"`
	Deal     string            `json:"deal,omitzero"`
	Staff    string            `json:"staff,omitzero"`
	Unit     string            `json:"unit,omitzero"`
}

func (p Prepayment) head() head {
	h := head{id: p.ID, at: p.At, minor: p.Minor}
	switch {
	case !p.Movement.Valid():
		h.wrong = codeUnknown
	case p.Minor <= 0:
		h.wrong = codeAmount
	}
	return h
}

// PrepaymentRow is a group's prepaid money in a period (预付款):
// Closing = Opening + Received - Applied - Refunded.
type PrepaymentRow struct {
	Key      string `json:"key"`
	Opening  int64  `json:"opening"` // what was left when the period began
	Received int64  `json:"received"`
	Applied  int64  `json:"applied"`
	Refunded int64  `json:"refunded"`
	Closing  int64  `json:"closing"` // below 0 where more was applied and refunded than was there
}

func (r *PrepaymentRow) move(p Prepayment, begin time.Time) {
	signed := p.Minor
	if p.Movement != timeline.Received {
		signed = -signed
	}
	r.Closing += signed
	switch {
	case p.At.Before(begin):
		r.Opening += signed
	case p.Movement == timeline.Received:
		r.Received += p.Minor
	case p.Movement == timeline.Applied:
		r.Applied += p.Minor
	default:
		r.Refunded += p.Minor
	}
}

// Prepayments sums the movements of prepaid money by groups (预付款统计): those before the period
// into what it opens with, and those in it. A group with nothing up to the end of the period
// has no row. With a nil by there is one group, "".
//
// [ErrInvalid]: the period, or a movement without id or instant, of no kind, or of an amount not
// above 0. [ErrDuplicate]: an id given twice. [ErrOverflow]: sums beyond int64.
func Prepayments(moves []Prepayment, period Period, by func(Prepayment) string) (Table[PrepaymentRow], error) {
	if err := period.Validate(); err != nil {
		return Table[PrepaymentRow]{}, err
	}
	begin, end := period.instants()
	s := sheet[Prepayment, PrepaymentRow]{"prepayments", Prepayment.head, func(key string) PrepaymentRow { return PrepaymentRow{Key: key} },
		func(r *PrepaymentRow, p Prepayment) { r.move(p, begin) }}
	return s.gather(moves, time.Time{}, end, by)
}
