package draw

import (
	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/numeric"
)

// An Approximation is a formula that gives joint probabilities from the inclusion
// probabilities p of all units alone, for designs of fixed size n and high entropy,
// such as Sampford's, conditional Poisson, and systematic or pivotal sampling in random
// order.
type Approximation uint8

// The approximations, for k and l different.
const (
	// ApproximateHajek: p_k·p_l·(1 - (1-p_k)(1-p_l)/d) with d = Σp(1-p). Hájek 1964.
	ApproximateHajek Approximation = iota
	// ApproximateHartleyRao: the expansion for systematic sampling in random order to
	// order N^-4. Hartley and Rao 1962, Annals of Mathematical Statistics 33:350-374,
	// (5.17).
	ApproximateHartleyRao
	// ApproximateBrewer: p_k·p_l·(c_k+c_l)/2 with c = (n-1)/(n-p). Brewer and Donadio
	// 2003, Survey Methodology 29:189-196.
	ApproximateBrewer
	// ApproximateOverton: p_k·p_l·2(n-1)/(2n-p_k-p_l). Overton 1985.
	ApproximateOverton
	// ApproximateDeville: p_k·p_l - c_k·c_l/Σc where c solves c(1-c/Σc) = p(1-p), so
	// that they add up over l as the exact ones do. Deville and Tillé 2005, Journal of
	// Statistical Planning and Inference 128:569-591.
	ApproximateDeville
)

var approximationNames = enum.New[Approximation]("approximation", unknown, enum.Names{
	{"hajek", "哈耶克近似"},
	{"hartley-rao", "哈特利-拉奥近似"},
	{"brewer", "布鲁尔近似"},
	{"overton", "奥弗顿近似"},
	{"deville", "德维尔近似"},
})

// String returns the name, such as "hartley-rao", and ? for a value that is none.
func (a Approximation) String() string { return approximationNames.Code(a) }

// Zh returns the Chinese name, such as 哈特利-拉奥近似.
func (a Approximation) Zh() string { return approximationNames.Zh(a) }

// MarshalText returns the name; a value that is none is ErrInvalid.
func (a Approximation) MarshalText() ([]byte, error) { return approximationNames.Marshal(a) }

// UnmarshalText reads a name; an unknown one is ErrInvalid.
func (a *Approximation) UnmarshalText(text []byte) error {
	return approximationNames.Unmarshal(a, text)
}

// ApproximateJoint returns approximate joint probabilities of the units in these
// rows, or of all where rows is nil, from the inclusion probabilities by row of a
// design of fixed size. It takes O(N + m²) for m rows. Certain units are left out of
// the formulas: they come together with any other as often as that is drawn. A value
// that a formula puts below 0 is 0.
//
// Errors: as [NewUnequal] for probabilities and [Unequal.Joint] for rows;
// ErrInvalid for an unknown approximation.
func ApproximateJoint(probabilities []float64, rows []int, a Approximation) (*Joint, error) {
	p, err := checkUnequal("probabilities", probabilities, true)
	if err != nil {
		return nil, err
	}
	pair, err := p.approximation(a)
	if err != nil {
		return nil, err
	}
	return newJoint(p.all, rows, func(k, l int) float64 {
		x, y := p.all[k], p.all[l]
		if x == 0 || y == 0 || x == 1 || y == 1 {
			return x * y
		}
		return max(0, min(pair(k, l), x, y))
	})
}

// approximation returns the formula for two open rows.
func (p *inclusion) approximation(a Approximation) (func(k, l int) float64, error) {
	n := float64(p.draws())
	switch a {
	case ApproximateHajek:
		d := p.sum(func(x float64) float64 { return x * (1 - x) })
		return func(k, l int) float64 {
			x, y := p.all[k], p.all[l]
			return x * y * (1 - (1-x)*(1-y)/d)
		}, nil
	case ApproximateHartleyRao:
		s2 := p.sum(func(x float64) float64 { return x * x }) / n
		s3 := p.sum(func(x float64) float64 { return x * x * x }) / n
		return func(k, l int) float64 {
			x, y := p.all[k]/n, p.all[l]/n
			return n * (n - 1) * x * y * (1 + x + y - s2/n + 2*(x*x+y*y+x*y) - 3*(x+y)*s2/n + 3*(s2/n)*(s2/n) - 2*s3/(n*n))
		}, nil
	case ApproximateBrewer:
		return func(k, l int) float64 {
			x, y := p.all[k], p.all[l]
			return x * y * ((n-1)/(n-x) + (n-1)/(n-y)) / 2
		}, nil
	case ApproximateOverton:
		return func(k, l int) float64 {
			x, y := p.all[k], p.all[l]
			return x * y * 2 * (n - 1) / (2*n - x - y)
		}, nil
	case ApproximateDeville:
		c := make([]float64, len(p.all))
		var sum numeric.Sum
		for i, x := range fixedPoint(p.p) {
			c[p.row(i)] = x
			sum.Add(x)
		}
		total := sum.Value()
		return func(k, l int) float64 { return p.all[k]*p.all[l] - c[k]*(c[l]/total) }, nil
	}
	return nil, invalid("approximation", "%d is unknown", a)
}

// sum adds up a function of the open probabilities.
func (p *inclusion) sum(f func(x float64) float64) float64 {
	var sum numeric.Sum
	for _, x := range p.p {
		sum.Add(f(x))
	}
	return sum.Value()
}
