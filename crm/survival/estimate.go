package survival

import (
	"encoding/json"
	"strconv"
)

// Optional is a number, or its absence where the data do not determine one. The
// zero value is absent. JSON writes null for it.
type Optional struct {
	// Value is 0 and means nothing unless OK.
	Value float64
	// OK reports whether there is a value.
	OK bool
}

func known(x float64) Optional { return Optional{x, true} }

// String returns the shortest decimal that reads back as the value, or "absent".
func (o Optional) String() string {
	if !o.OK {
		return "absent"
	}
	return strconv.FormatFloat(o.Value, 'g', -1, 64)
}

// MarshalJSON writes the number or null.
func (o Optional) MarshalJSON() ([]byte, error) {
	if !o.OK {
		return []byte("null"), nil
	}
	return json.Marshal(o.Value)
}

// UnmarshalJSON reads a number or null.
func (o *Optional) UnmarshalJSON(data []byte) error {
	var x *float64
	if err := json.Unmarshal(data, &x); err != nil {
		return err
	}
	*o = Optional{}
	if x != nil {
		*o = known(*x)
	}
	return nil
}

// Estimate is an estimated probability with its standard error and pointwise
// confidence limits.
type Estimate struct {
	Value  float64  `json:"value"`
	StdErr Optional `json:"std_err"`
	Lower  Optional `json:"lower"`
	Upper  Optional `json:"upper"`
}

// Complement returns the estimate of the opposite event: 1-p with the same
// standard error and the limits exchanged. The complement of a survival
// probability is the probability of the event by then.
func (e Estimate) Complement() Estimate {
	return Estimate{1 - e.Value, e.StdErr, oneMinus(e.Upper), oneMinus(e.Lower)}
}

func oneMinus(o Optional) Optional {
	if !o.OK {
		return o
	}
	return known(1 - o.Value)
}

// estimateOf is an estimate with a known standard error.
func (r limitRule) estimateOf(p, stdErr float64) Estimate {
	e := Estimate{Value: p, StdErr: known(stdErr)}
	if p > 0 {
		e.Lower, e.Upper = r.around(p, stdErr/p)
	}
	return e
}
