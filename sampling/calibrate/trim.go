package calibrate

import (
	"fmt"
	"math"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/numeric"
)

// A Redistribution says who gets what trimming takes.
type Redistribution uint8

const (
	// Equally gives every untrimmed weight the same amount, as R's survey does.
	Equally Redistribution = iota
	// Proportionally multiplies every untrimmed weight by the same factor.
	Proportionally
	// Nobody lets the sum of weights change.
	Nobody
)

var redistributions = enum.New[Redistribution]("trim", unknown, enum.Names{
	Equally: {"equally", "平均分配"}, Proportionally: {"proportionally", "按比例分配"}, Nobody: {"nobody", "不分配"},
})

// String returns the code: equally, proportionally or nobody.
func (r Redistribution) String() string { return redistributions.Code(r) }

// Zh returns the Chinese name.
func (r Redistribution) Zh() string { return redistributions.Zh(r) }

// MarshalText returns the code, or ErrInvalid for an unknown value.
func (r Redistribution) MarshalText() ([]byte, error) { return redistributions.Marshal(r) }

// UnmarshalText reads a code; an unknown one is ErrInvalid.
func (r *Redistribution) UnmarshalText(text []byte) error { return redistributions.Unmarshal(r, text) }

// TrimOptions say how [Trim] redistributes. The zero value is one pass, equally.
type TrimOptions struct {
	// Redistribute says who gets what is cut off.
	Redistribute Redistribution `json:"redistribute,omitzero"`
	// Strict repeats until no weight lies outside the limits, which the first
	// redistribution can push others to.
	Strict bool `json:"strict,omitzero"`
}

// A Trimmed is what trimming gives.
type Trimmed struct {
	// Weights are the trimmed weights, one per row.
	Weights []float64 `json:"weights"`
	// Low and High count the rows that were raised and lowered to a limit.
	Low  int `json:"low"`
	High int `json:"high"`
	// Moved is the sum of weight that was taken from or, below 0, given to them.
	Moved float64 `json:"moved"`
	// Passes is the number of passes over the weights.
	Passes int `json:"passes"`
}

// Trim limits weights to lower <= weight <= upper, where a limit of 0 is none, and
// gives what is cut off to the weights inside the limits, so that the sum stays.
// Rows of weight 0 stay as they are. Trimming lowers the variance at the price of
// a bias; calibrate again afterwards where totals have to hold.
//
// The error is ErrInvalid for limits that are negative or crossed and weights that
// no design has, ErrConflict where nobody is left within the limits to take what
// is cut off.
func Trim(weights []float64, lower, upper float64, o TrimOptions) (*Trimmed, error) {
	if err := checkWeights(weights, len(weights)); err != nil {
		return nil, err
	}
	if upper == 0 {
		upper = math.Inf(1)
	}
	switch {
	case !redistributions.Valid(o.Redistribute):
		return nil, unknown("trim")
	case !(lower >= 0) || !(upper >= lower):
		return nil, invalid("trim", "not 0 <= lower <= upper")
	}
	t := &Trimmed{Weights: append([]float64(nil), weights...)}
	at := make([]int8, len(weights)) // -1 raised, 1 lowered
	for {
		t.Passes++
		cut, found := t.pass(at, lower, upper)
		if !found {
			break
		}
		t.Moved += cut
		if o.Redistribute != Nobody && cut != 0 {
			if err := t.give(at, cut, o.Redistribute); err != nil {
				return nil, err
			}
		}
		if !o.Strict {
			break
		}
	}
	for _, side := range at {
		if side < 0 {
			t.Low++
		} else if side > 0 {
			t.High++
		}
	}
	return t, nil
}

// pass cuts the weights outside the limits and returns how much.
func (t *Trimmed) pass(at []int8, lower, upper float64) (cut float64, found bool) {
	var sum numeric.Sum
	for row, w := range t.Weights {
		limit, side := w, int8(0)
		if w > upper {
			limit, side = upper, 1
		} else if w > 0 && w < lower {
			limit, side = lower, -1
		}
		if side != 0 {
			sum.Add(w - limit)
			t.Weights[row], at[row], found = limit, side, true
		}
	}
	return sum.Value(), found
}

// give spreads the cut over the rows that were never trimmed.
func (t *Trimmed) give(at []int8, cut float64, how Redistribution) error {
	var n int
	var sum numeric.Sum
	for row, w := range t.Weights {
		if at[row] == 0 && w > 0 {
			n++
			sum.Add(w)
		}
	}
	each, factor := cut/float64(n), 1+cut/sum.Value()
	if n == 0 || how == Proportionally && factor <= 0 {
		return &Error{Field: "trim", Row: -1, Err: ErrConflict,
			Reason: fmt.Sprintf("no weights inside the limits can take the %g that is cut off", cut)}
	}
	for row, w := range t.Weights {
		if at[row] != 0 || w == 0 {
			continue
		}
		if how == Proportionally {
			t.Weights[row] *= factor
		} else if t.Weights[row] += each; t.Weights[row] <= 0 {
			return &Error{Field: "trim", Row: row, Err: ErrConflict, Reason: "raising the others would leave this weight nothing"}
		}
	}
	return nil
}
