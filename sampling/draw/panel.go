package draw

import (
	"math/big"
	"strconv"
	"strings"
)

// maxPeriods is the longest rotation pattern.
const maxPeriods = 1000

// A Rotation says in which periods, counted from its first, a unit of a panel is
// asked (轮换模式): so many periods in, so many out, so many in and so on. {4, 8, 4}
// is 4-8-4, the pattern of the US Current Population Survey: four months in, eight
// out, the same four months of the next year in. {5} is in for five and then gone,
// {1} never asks anybody twice.
//
// It has an odd number of entries, all positive, of at most 1000 in all.
type Rotation []int

// ParseRotation reads a text such as "4-8-4" or "5"; a dash at the end, as in "5-",
// says that the unit does not come back, which holds anyway.
//
// Errors: ErrInvalid, as [Rotation.Validate].
func ParseRotation(text string) (Rotation, error) {
	var r Rotation
	for part := range strings.SplitSeq(strings.TrimSuffix(text, "-"), "-") {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil || n > maxPeriods {
			return nil, invalid("rotation", "must be numbers of periods with dashes between, such as 4-8-4")
		}
		r = append(r, int(n))
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	return r, nil
}

// String returns the pattern as "4-8-4".
func (r Rotation) String() string {
	parts := make([]string, len(r))
	for i, n := range r {
		parts[i] = strconv.Itoa(n)
	}
	return strings.Join(parts, "-")
}

// Validate returns ErrInvalid for a pattern that ends with periods out, has a stretch
// that is not positive, or is too long.
func (r Rotation) Validate() error {
	if len(r)%2 == 0 {
		return invalid("rotation", "must begin and end with periods in")
	}
	span := 0
	for i, n := range r {
		if n <= 0 || n > maxPeriods {
			return invalidRow(i, "rotation", "must be 1 to %d periods", maxPeriods)
		}
		span += n
	}
	if span > maxPeriods {
		return invalid("rotation", "must be at most %d periods in all", maxPeriods)
	}
	return nil
}

// Span returns the number of periods from a unit's first to its last.
func (r Rotation) Span() int {
	span := 0
	for _, n := range r {
		span += n
	}
	return span
}

// Interviews returns the number of periods in which a unit is asked: 8 for 4-8-4. As
// many rotation groups are in the panel at any time, one of each.
func (r Rotation) Interviews() int {
	in := 0
	for i := 0; i < len(r); i += 2 {
		in += r[i]
	}
	return in
}

// Interview returns which interview of a unit a period is, from 1, where the unit is
// first asked in period 0; 0 where it is not asked.
func (r Rotation) Interview(period int) int {
	interview := 0
	for i, n := range r {
		if period < n {
			if period < 0 || i%2 == 1 {
				return 0
			}
			return interview + period + 1
		}
		period -= n
		if i%2 == 0 {
			interview += n
		}
	}
	return 0
}

// Overlap returns the share of the sample that is in the sample lag periods later
// too, exactly, for a panel in which one group of equal size begins in every period:
// 3/4, 1/2, 1/4 and 0 at lags 1 to 4 of 4-8-4, and 1/2 at lag 12. A negative lag is
// as a positive one.
//
// Errors: as Validate.
func (r Rotation) Overlap(lag int) (*big.Rat, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	lag = max(lag, -lag)
	common := 0
	if span := r.Span(); lag >= 0 && lag < span {
		for period := range span - lag {
			if r.Interview(period) > 0 && r.Interview(period+lag) > 0 {
				common++
			}
		}
	}
	return big.NewRat(int64(common), int64(r.Interviews())), nil
}
