package estimate

import "math"

// A Statistic is a figure about the population that a [Design] can estimate from
// columns with one value per row: [Mean], [Total], [Ratio], [Share], [Variance].
// Several of them together, with their covariances, are [Design.Joint]; one for
// every group is [Design.By].
type Statistic struct {
	kind statisticKind
	y, x []float64
	in   []bool
}

type statisticKind uint8

const (
	meanOf statisticKind = iota
	totalOf
	ratioOf
	varianceOf
)

// Mean is the population mean of y (总体均值).
func Mean(y []float64) Statistic { return Statistic{kind: meanOf, y: y} }

// Total is the population total of y (总体总量).
func Total(y []float64) Statistic { return Statistic{kind: totalOf, y: y} }

// Ratio is the population total of y by that of x (比率).
func Ratio(y, x []float64) Statistic { return Statistic{kind: ratioOf, y: y, x: x} }

// Variance is the population variance of y (总体方差), with n-1 in the sample's
// part of it: the weighted mean of the squared distances from the mean, times
// n/(n-1).
func Variance(y []float64) Statistic { return Statistic{kind: varianceOf, y: y} }

// Share is the share of the population that in marks (比例).
func Share(in []bool) Statistic {
	y := make([]float64, len(in))
	for i, is := range in {
		if is {
			y[i] = 1
		}
	}
	return Mean(y)
}

// Shares are the shares of all levels of a factor, in their order.
func Shares(f Factor) []Statistic {
	out := make([]Statistic, len(f.levels))
	for level := range out {
		y := make([]float64, len(f.codes))
		for i, c := range f.codes {
			if int(c) == level {
				y[i] = 1
			}
		}
		out[level] = Mean(y)
	}
	return out
}

// In is the same statistic of a domain (域), the part of the population whose rows
// are marked. In [Design.Joint] statistics of several domains have covariances. The
// domain of a domain is what both mark; a domain without one mark per row, nil too, is
// refused where the statistic is estimated.
func (s Statistic) In(domain []bool) Statistic {
	switch {
	case s.in == nil && domain != nil:
		s.in = domain
		return s
	case len(s.in) != len(domain) || domain == nil:
		s.in = []bool{} // no design has as many rows
		return s
	}
	both := make([]bool, len(domain))
	for i := range both {
		both[i] = domain[i] && s.in[i]
	}
	s.in = both
	return s
}

// A fit is a statistic's value and what its linearised values are made from.
type fit struct {
	kind  statisticKind
	value float64
	// The mean of y is centre + rest; what is small is kept apart, so that values
	// with a large common offset lose nothing.
	centre, rest float64
	size         float64 // sum of the weights, for a ratio of weight times x
	factor       float64 // of a variance: n/(n-1)
	rows         int
	population   float64
	simple       float64 // the variance under simple random sampling with replacement
}

// weightedSum returns the sum of w times y over the rows that count.
func weightedSum(w, y []float64) float64 {
	var s twoSum
	y = y[:len(w)]
	for i, wi := range w {
		if wi != 0 {
			s.add(wi * y[i])
		}
	}
	return s.value()
}

// roughSum is weightedSum without compensation: good enough for a centre.
func roughSum(w, y []float64) float64 {
	var even, odd float64
	y = y[:len(w)]
	for i, wi := range w {
		if wi != 0 {
			even, odd = odd, even+wi*y[i]
		}
	}
	return even + odd
}

// weigh returns the number of rows that count and the sum of their weights.
func weigh(w []float64) (rows int, size float64) {
	var s twoSum
	for _, wi := range w {
		if wi != 0 {
			rows++
			s.add(wi)
		}
	}
	return rows, s.value()
}

// spread sets centre and rest and returns the sum of the weighted squares around
// the mean.
func (f *fit) spread(w, y []float64, size float64) float64 {
	f.centre = roughSum(w, y) / size
	var first, second twoSum
	const block = 256 // plain sums within, two at a time, and exact ones over blocks
	for lo := 0; lo < len(w); lo += block {
		hi := min(lo+block, len(w))
		var r1, r2, s1, s2 float64
		y := y[lo:hi]
		for i, wi := range w[lo:hi] {
			if wi != 0 {
				r := y[i] - f.centre
				wr := wi * r
				r1, r2 = r2, r1+wr
				s1, s2 = s2, s1+wr*r
			}
		}
		first.add(r1 + r2)
		second.add(s1 + s2)
	}
	f.rest = first.value() / size
	return max(second.value()-f.rest*f.rest*size, 0)
}

// fitStatistic estimates a statistic from columns of which only the rows with a
// weight count. rows and size belong to w.
func fitStatistic(kind statisticKind, w, y, x []float64, rows int, size float64) (fit, error) {
	f := fit{kind: kind, rows: rows, population: size, size: size}
	if rows == 0 {
		return f, notEstimable("domain", "has no row with a weight")
	}
	if size == 0 {
		return f, notEstimable("weights", "add up to zero")
	}
	n := float64(rows)
	switch kind {
	case ratioOf:
		f.size = weightedSum(w, x)
		if f.size == 0 {
			return f, notEstimable("denominator", "is estimated as zero")
		}
		f.value = weightedSum(w, y) / f.size
		f.simple = f.simpleOfRatio(w, y, x, n, size)
	default:
		ss := f.spread(w, y, size)
		f.simple = ss / size / (n - 1)
		switch kind {
		case meanOf:
			f.value = f.centre + f.rest
		case totalOf:
			f.value = f.centre*size + f.rest*size
			f.simple *= size * size
		case varianceOf:
			f.factor = n / (n - 1)
			f.value = ss / size * f.factor
			f.simple = math.NaN()
		}
	}
	if kind == varianceOf && rows < 2 {
		return f, notEstimable("variance", "needs two rows with a weight")
	}
	if math.IsNaN(f.value) || math.IsInf(f.value, 0) || math.IsNaN(f.size) || math.IsInf(f.size, 0) {
		return f, invalid("values", "are too large to add up")
	}
	return f, nil
}

// simpleOfRatio returns the variance of the ratio under simple random sampling.
func (f *fit) simpleOfRatio(w, y, x []float64, n, size float64) float64 {
	var first, second twoSum
	for i, wi := range w {
		if wi != 0 {
			r := (y[i] - f.value*x[i]) / f.size
			first.add(wi * r)
			second.add(wi * r * r)
		}
	}
	m := first.value() / size
	return max(second.value()/size-m*m, 0) / (n - 1) * size * size
}

// fill writes the linearised values of rows, 0 where a row has no weight.
func (f *fit) fill(w, y, x, u []float64) {
	y, u = y[:len(w)], u[:len(w)]
	inverse := 1 / f.size
	switch f.kind {
	case meanOf:
		for i, wi := range w {
			u[i] = 0
			if wi != 0 {
				u[i] = ((y[i] - f.centre) - f.rest) * inverse
			}
		}
	case totalOf:
		for i, wi := range w {
			u[i] = 0
			if wi != 0 {
				u[i] = y[i]
			}
		}
	case ratioOf:
		x = x[:len(w)]
		for i, wi := range w {
			u[i] = 0
			if wi != 0 {
				u[i] = (y[i] - f.value*x[i]) * inverse
			}
		}
	case varianceOf:
		for i, wi := range w {
			u[i] = 0
			if wi != 0 {
				r := (y[i] - f.centre) - f.rest
				u[i] = (r*r*f.factor - f.value) * inverse
			}
		}
	}
}
