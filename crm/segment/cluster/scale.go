package cluster

import (
	"math"
	"slices"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// Scaling says how features are brought to a common scale before distances are
// taken; without it the feature with the largest unit would decide alone.
type Scaling uint8

const (
	// ZScore: less the mean, by the standard deviation (divisor n), so that each
	// feature contributes exactly n to the total sum of squares.
	ZScore Scaling = iota
	// MedianMAD: less the median, by 1.4826 times the median absolute deviation
	// from it (Hampel 1974), which extreme customers hardly move. A feature that
	// has one value in more than half of the rows has no MAD and is refused.
	MedianMAD
)

// madNormal is 1/Phi^-1(3/4): with it the MAD of normal data estimates the
// standard deviation.
const madNormal = 1.4826022185056018

var scalings = enum.New[Scaling]("Scaling", unknown, enum.Names{
	{"z-score", "标准分数"}, {"median-mad", "中位数与绝对中位差"},
})

// String returns "z-score" or "median-mad".
func (s Scaling) String() string { return scalings.Code(s) }

// Zh returns the Chinese term.
func (s Scaling) Zh() string { return scalings.Zh(s) }

// MarshalText writes the form of String.
func (s Scaling) MarshalText() ([]byte, error) { return scalings.Marshal(s) }

// UnmarshalText reads what MarshalText writes.
func (s *Scaling) UnmarshalText(text []byte) error { return scalings.Unmarshal(s, text) }

// Feature is a column of a model and its scale: a value x stands at
// (x - Location) / Scale in standardised units. A Scale of 0 marks a constant
// feature that was left out ([Options].DropConstant); it has no part in any
// distance, whatever its value.
type Feature struct {
	Name     string  `json:"name"`
	Location float64 `json:"location"`
	Scale    float64 `json:"scale"`
}

func (f Feature) standardise(x float64) float64 {
	if f.Scale == 0 {
		return 0
	}
	return (x - f.Location) / f.Scale
}

// standardise fits the scale of every feature and fills in p.z.
func (p *points) standardise(data Data, opts Options) ([]Feature, error) {
	features := make([]Feature, p.dims)
	kept := 0
	for j, c := range p.columns() {
		f, err := c.scale(j, data, opts)
		if err != nil {
			return nil, err
		}
		features[j] = f
		if f.Scale > 0 {
			kept++
		}
	}
	if kept == 0 {
		return nil, insufficient("Features", "every feature is constant")
	}
	p.z = make([]float64, len(p.raw))
	lo, hi := make([]float64, p.dims), make([]float64, p.dims)
	for i := 0; i < len(p.raw); i += p.dims {
		raw, row := p.raw[i:i+p.dims], p.z[i:i+p.dims]
		for j, f := range features {
			z := f.standardise(raw[j])
			row[j] = z
			if z < lo[j] {
				lo[j] = z
			}
			if z > hi[j] {
				hi[j] = z
			}
		}
	}
	for j := range lo {
		if hi[j]-lo[j] > maxMagnitude {
			return nil, insufficient(features[j].Name, "the values spread over more than 2^490 times their scale")
		}
		p.box += (hi[j] - lo[j]) * (hi[j] - lo[j])
	}
	p.box = math.Sqrt(p.box)
	return features, nil
}

// column is what the scale of a feature is made of.
type column struct {
	lo, hi             float64
	total              sum
	mean               float64
	squares, remainder sum // of the deviations from mean
}

// columns takes the means and then the deviations from them, which correct for
// the rounding of the mean (Chan, Golub and LeVeque 1983, corrected two-pass).
func (p *points) columns() []column {
	columns := make([]column, p.dims)
	for j := range columns {
		columns[j].lo, columns[j].hi = p.raw[j], p.raw[j]
	}
	raw := p.raw
	for _, w := range p.weight {
		for j := range columns {
			c, x := &columns[j], raw[j]
			if x < c.lo {
				c.lo = x
			}
			if x > c.hi {
				c.hi = x
			}
			c.total = c.total.plusTimes(x, w)
		}
		raw = raw[p.dims:]
	}
	for j := range columns {
		columns[j].mean = columns[j].total.over(float64(p.rows))
	}
	raw = p.raw
	for _, w := range p.weight {
		for j := range columns {
			c, d := &columns[j], raw[j]-columns[j].mean
			c.squares, c.remainder = c.squares.plusTimes(float64(d*d), w), c.remainder.plusTimes(d, w)
		}
		raw = raw[p.dims:]
	}
	return columns
}

func (c column) scale(j int, data Data, opts Options) (Feature, error) {
	name := data.Features[j]
	if c.hi-c.lo < minSpread {
		if opts.DropConstant {
			return Feature{Name: name, Location: c.lo}, nil
		}
		return Feature{}, insufficient(name, "the feature is constant")
	}
	if opts.Scaling == MedianMAD {
		return medianMAD(j, name, data)
	}
	n, r := float64(data.Rows()), c.remainder.value()
	return Feature{name, c.mean, math.Sqrt((c.squares.value() - float64(r*r)/n) / n)}, nil
}

func medianMAD(j int, name string, data Data) (Feature, error) {
	column := make([]float64, 0, data.Rows())
	for i := j; i < len(data.Values); i += len(data.Features) {
		column = append(column, data.Values[i])
	}
	median := medianOf(column)
	for i, x := range column {
		column[i] = math.Abs(x - median)
	}
	mad := medianOf(column)
	if mad < minSpread {
		return Feature{}, insufficient(name, "the median absolute deviation is 0: more than half of the rows share one value")
	}
	return Feature{name, median + 0, madNormal * mad}, nil
}

// medianOf sorts x; the median of an even number is the middle of the two.
func medianOf(x []float64) float64 {
	slices.Sort(x)
	h := len(x) / 2
	if len(x)%2 == 1 {
		return x[h]
	}
	return x[h-1] + (x[h]-x[h-1])/2
}
