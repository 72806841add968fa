package cluster

import (
	"fmt"
	"math"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Data is a table of customers (rows) by features (columns).
type Data struct {
	// Features names the columns; the names are unique and not empty.
	Features []string
	// Values holds the rows one after another: the value of feature j in row i is
	// Values[i*len(Features)+j]. Every value is finite and at most 2^490 (about
	// 3e147) in magnitude, so that no sum of squares overflows.
	Values []float64
}

const (
	maxMagnitude = 0x1p490
	// minSpread keeps the squares of deviations above the subnormal numbers: a
	// feature whose values differ by less counts as constant.
	minSpread = 0x1p-490
	// minScale is below the least standard deviation of 2^31 values that spread
	// over minSpread.
	minScale = 0x1p-510
)

// Rows returns the number of rows, 0 where no feature is named.
func (d Data) Rows() int {
	if len(d.Features) == 0 {
		return 0
	}
	return len(d.Values) / len(d.Features)
}

// Validate reports what is wrong, joined: [ErrInvalid] for names and shape, and for
// each feature the first row with a value that is NaN, infinite or too large;
// [ErrInsufficientData] for no rows. Every function of this package that takes
// Data calls it.
func (d Data) Validate() error {
	problems := nameProblems(d.Features)
	if len(d.Features) > 0 {
		problems = append(problems, d.valueProblems()...)
	}
	return fault.Join(problems)
}

func (d Data) valueProblems() []error {
	dims := len(d.Features)
	switch {
	case len(d.Values)%dims != 0:
		return []error{invalid("Values", "%d values are no whole number of rows of %d features", len(d.Values), dims)}
	case len(d.Values) == 0:
		return []error{insufficient("Values", "no rows")}
	case d.Rows() > math.MaxInt32:
		return []error{invalid("Values", "%d rows, more than 2^31-1", d.Rows())}
	}
	return badValues(d.Features, d.Values)
}

func nameProblems(features []string) (problems []error) {
	if len(features) == 0 {
		return []error{invalid("Features", "no feature is named")}
	}
	seen := make(map[string]bool, len(features))
	for j, name := range features {
		if name == "" || seen[name] {
			problems = append(problems, invalid(fmt.Sprintf("Features[%d]", j), "the name %q is empty or repeated", name))
		}
		seen[name] = true
	}
	return problems
}

// badValues returns the first fault of each feature in whole rows of values.
func badValues(features []string, values []float64) (problems []error) {
	var seen []bool
	for i, x := range values {
		if math.Abs(x) <= maxMagnitude { // false for NaN
			continue
		}
		if seen == nil {
			seen = make([]bool, len(features))
		}
		j := i % len(features)
		if seen[j] {
			continue
		}
		seen[j] = true
		msg := "the value is beyond 2^490"
		if math.IsNaN(x) || math.IsInf(x, 0) {
			msg = fmt.Sprintf("the value is %v", x)
		}
		problems = append(problems, &Error{Field: features[j], Row: i / len(features), Msg: msg, Err: ErrInvalid})
	}
	return problems
}
