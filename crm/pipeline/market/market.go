package market

import (
	"cmp"
	"math"
	"slices"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Segment is a part of a market in a period: a region, a product, a kind of customer (细分市场).
// The figures nest: Reached is of Target, Covered of Total, and Own of Covered.
type Segment struct {
	Key     string `json:"key"`
	Target  int64  `json:"target"`  // customers that there are for us
	Reached int64  `json:"reached"` // of them, those that we serve or can serve
	Total   int64  `json:"total"`   // what all sellers sell to all of them
	Covered int64  `json:"covered"` // of that, what is sold to those that we reach
	Own     int64  `json:"own"`     // of that, what we sell
}

// Validate returns an *[Error] of [ErrInvalid] where a figure is below 0 or a part is more
// than its whole.
func (s Segment) Validate() error {
	if code := s.wrong(); code != "" {
		return refuse(ErrInvalid, code, "segments", -1)
	}
	return nil
}

func (s Segment) wrong() string {
	switch {
	case min(s.Target, s.Reached, s.Total, s.Covered, s.Own) < 0:
		return codeNegative
	case s.Reached > s.Target:
		return codeReached
	case s.Covered > s.Total:
		return codeVolume
	case s.Own > s.Covered:
		return codeCovered
	}
	return ""
}

// Interval is a share with the interval in which the one of the whole market lies.
type Interval struct {
	Share float64 `json:"share"`
	N     int64   `json:"n"`    // what it is a share of
	Low   float64 `json:"low"`  // of the score interval at 95 %
	High  float64 `json:"high"` // (Wilson 1927, JASA 22:209-212)
}

// Coverage returns the share of the target customers that is reached (覆盖率), and false where
// there are none, or more than 2,147,483,647.
func (s Segment) Coverage() (Interval, bool) {
	if s.Target > math.MaxInt32 {
		return Interval{}, false
	}
	low, high, err := numeric.WilsonInterval(int(s.Reached), int(s.Target), 0.95)
	if err != nil {
		return Interval{}, false
	}
	return Interval{Share: float64(s.Reached) / float64(s.Target), N: s.Target, Low: low, High: high}, true
}

// VolumeCoverage returns the share of the market, by volume, that is sold to the customers
// that are reached (按容量覆盖率), and false where nothing is sold.
func (s Segment) VolumeCoverage() (float64, bool) { return share(s.Covered, s.Total) }

// ShareInCovered returns our share of what is sold to the customers that are reached (覆盖市场内
// 占有率), and false where nothing is sold to them.
func (s Segment) ShareInCovered() (float64, bool) { return share(s.Own, s.Covered) }

// Share returns our share of the market (市场占有率), which is VolumeCoverage times
// ShareInCovered, and false where nothing is sold.
func (s Segment) Share() (float64, bool) { return share(s.Own, s.Total) }

// share returns part of whole, and false where the whole is nothing or the part is not of it.
func share(part, whole int64) (float64, bool) {
	if whole <= 0 || part < 0 || part > whole {
		return 0, false
	}
	return float64(part) / float64(whole), true
}

// Table is a market by segments. The figures of Total are the sums of the segments'; its key
// is "".
type Table struct {
	Segments []Segment `json:"segments"` // in byte order of the key
	Total    Segment   `json:"total"`
}

// Of sums segments that do not overlap.
//
// [ErrInvalid], with the place: what [Segment.Validate] refuses. [ErrDuplicate]: a key given
// twice. [ErrOverflow]: a sum beyond int64.
func Of(segments []Segment) (Table, error) {
	t := Table{Segments: slices.Clone(segments)}
	seen := make(map[string]bool, len(segments))
	var customers, volume uint64
	for i, s := range segments {
		if code := s.wrong(); code != "" {
			return Table{}, refuse(ErrInvalid, code, "segments", i)
		}
		if seen[s.Key] {
			return Table{}, refuse(ErrDuplicate, codeRepeated, "segments", i)
		}
		seen[s.Key] = true
		// The parts are not more than their wholes, so these are the largest sums.
		customers, volume = customers+uint64(s.Target), volume+uint64(s.Total)
		if max(customers, volume) > math.MaxInt64 {
			return Table{}, refuse(ErrOverflow, codeOverflow, "segments", i)
		}
		t.Total.Target += s.Target
		t.Total.Reached += s.Reached
		t.Total.Total += s.Total
		t.Total.Covered += s.Covered
		t.Total.Own += s.Own
	}
	slices.SortFunc(t.Segments, func(a, b Segment) int { return cmp.Compare(a.Key, b.Key) })
	return t, nil
}

// Change is what moved our share of a market from one period to another. Share is
// ByCoverage + ByStrength.
type Change struct {
	Share      float64 `json:"share"`       // the difference of the shares
	ByCoverage float64 `json:"by_coverage"` // because more or less of the market is covered 因覆盖率
	ByStrength float64 `json:"by_strength"` // because our share in what is covered changed 因覆盖市场内占有率
}

// Explain divides a change of our share between coverage and the share in what is covered:
// each is measured with the other at the mean of the two periods, so that nothing is left
// over and the order of the two does not matter.
//
// [ErrInvalid]: what [Segment.Validate] refuses. [ErrInsufficientData]: nothing is sold, or
// nothing is covered, in one of the periods.
func Explain(before, after Segment) (Change, error) {
	var coverage, strength [2]float64
	for i, s := range [2]Segment{before, after} {
		field := [2]string{"before", "after"}[i]
		if code := s.wrong(); code != "" {
			return Change{}, refuse(ErrInvalid, code, field, -1)
		}
		var sold, covered bool
		coverage[i], sold = s.VolumeCoverage()
		strength[i], covered = s.ShareInCovered()
		if !sold || !covered {
			return Change{}, refuse(ErrInsufficientData, codeNothing, field, -1)
		}
	}
	c := Change{
		ByCoverage: (coverage[1] - coverage[0]) * (strength[0] + strength[1]) / 2,
		ByStrength: (strength[1] - strength[0]) * (coverage[0] + coverage[1]) / 2,
	}
	c.Share = c.ByCoverage + c.ByStrength
	return c, nil
}
