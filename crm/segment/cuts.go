package segment

import (
	"cmp"
	"slices"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Cuts are the limits between scores, as numbers that a rule book can hold. All
// rows have one length less than there are bins; a customer scores 1 + the number
// of limits that he meets:
//
//   - Recency: his days since the last purchase are at most the limit; limits fall.
//   - Frequency: his purchases are at least the limit; limits rise.
//   - Value: his value in minor units is at least the limit; limits rise.
//
// Equal limits are allowed and leave a score empty. Frequency and Value have one
// row, or, nested, Frequency one row for each recency score and Value one for each
// pair (R, F) at index ·bins + F-1. A nested row is nil where no customer was
// seen in its cell: who falls there later has no score.
type Cuts struct {
	Recency   []int64   `json:"recency"`
	Frequency [][]int64 `json:"frequency"`
	Value     [][]int64 `json:"value"`
}

// Bins returns the number of scores of each measure.
func (c *Cuts) Bins() int { return len(c.Recency) + 1 }

// Validate reports every problem, joined: too few or too many limits, rows of
// another length, limits out of order, a shape that is neither independent nor
// nested.
func (c *Cuts) Validate() error {
	var problems []error
	bins := c.Bins()
	if bins < 2 || bins > MaxBins {
		problems = append(problems, refuse("recency", "%d limits are outside 1 to %d", bins-1, MaxBins-1))
	}
	if !slices.IsSortedFunc(c.Recency, func(a, b int64) int { return cmp.Compare(b, a) }) {
		problems = append(problems, refuse("recency", "the limits must fall"))
	}
	nested := len(c.Frequency) > 1
	wantF, wantM := 1, 1
	if nested {
		wantF, wantM = bins, bins*bins
	}
	if len(c.Frequency) != wantF || len(c.Value) != wantM {
		problems = append(problems, refuse("cuts", "%d rows for frequency and %d for value are neither 1 and 1 nor %d and %d",
			len(c.Frequency), len(c.Value), bins, bins*bins))
	}
	rows := func(field string, rows [][]int64) {
		for i, row := range rows {
			switch {
			case row == nil && nested:
			case len(row) != bins-1:
				problems = append(problems, refuseRow(field, i, "%d limits where recency has %d", len(row), bins-1))
			case !slices.IsSorted(row):
				problems = append(problems, refuseRow(field, i, "the limits must rise"))
			}
		}
	}
	rows("frequency", c.Frequency)
	rows("value", c.Value)
	return fault.Join(problems)
}

// Score scores one customer: whole days since the last purchase (at least 1),
// purchases (at least 1), value in minor units. It is false where a nested cell
// had no customers. The cuts must be valid.
func (c *Cuts) Score(recency int, purchases, value int64) (Score, bool) {
	bins := c.Bins()
	r := uint8(1)
	for _, limit := range c.Recency {
		if int64(recency) <= limit {
			r++
		}
	}
	fRow, mRow := 0, 0
	if len(c.Frequency) > 1 {
		fRow = int(r) - 1
	}
	if c.Frequency[fRow] == nil {
		return Score{}, false
	}
	f := scoreOf(c.Frequency[fRow], purchases)
	if len(c.Value) > 1 {
		mRow = (int(r)-1)*bins + int(f) - 1
	}
	if c.Value[mRow] == nil {
		return Score{}, false
	}
	return Score{r, f, scoreOf(c.Value[mRow], value)}, true
}

func (c *Cuts) clone() Cuts {
	deep := func(rows [][]int64) [][]int64 {
		out := make([][]int64, len(rows))
		for i, row := range rows {
			out[i] = slices.Clone(row)
		}
		return out
	}
	return Cuts{slices.Clone(c.Recency), deep(c.Frequency), deep(c.Value)}
}

// recencyLimits turns the lowest last days into the most days of silence.
func recencyLimits(asOf int64, days []int64) []int64 {
	limits := make([]int64, len(days))
	for i, d := range days {
		limits[i] = asOf - d
	}
	return limits
}
