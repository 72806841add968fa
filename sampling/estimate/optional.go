package estimate

import (
	"encoding/json"
	"math"
	"strconv"
)

// An Optional is a number that may be absent, because the data do not determine it.
type Optional struct {
	// Value is 0 and means nothing unless OK.
	Value float64
	// OK reports whether there is a value.
	OK bool
}

// known returns x, absent where it is no number.
func known(x float64) Optional {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return Optional{}
	}
	return Optional{x, true}
}

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
	if string(data) == "null" {
		*o = Optional{}
		return nil
	}
	o.OK = true
	return json.Unmarshal(data, &o.Value)
}
