package numeric

import "math"

// The parts of Loader's saddle-point expansion: a probability of counts is a square
// root times the exponential of a few small terms, instead of the difference of
// logarithms of factorials that are as large as the counts.
//
// Source: Loader 2000, Fast and accurate computation of binomial probabilities.

// deviance returns k·ln(k/m) + m - k, without cancellation where m is near k; excess
// is k-m. It is m for k = 0.
func deviance(k, m, excess float64) float64 { return devianceWithin(0.1, k, m, excess) }

// devianceOfCount is deviance with the series further out: the masses of counts are held
// to a few units in the last place also where k is some times m.
func devianceOfCount(k int64, m, excess float64) float64 {
	return devianceWithin(0.5, float64(k), m, excess)
}

func devianceWithin(series, k, m, excess float64) float64 {
	if k == 0 {
		return m
	}
	v := excess / (k + m)
	if math.Abs(v) > series {
		return k*math.Log(k/m) - excess
	}
	sum, term := excess*v, 2*k*v
	for j := 3.0; ; j += 2 {
		term *= v * v
		next := sum + term/j
		if next == sum {
			return sum
		}
		sum = next
	}
}

// stirling returns what Stirling's formula lacks to the logarithm of gamma(z).
func stirling(z float64) float64 {
	if z < 16 {
		lg, _ := math.Lgamma(z)
		return lg - (z-0.5)*math.Log(z) + z - math.Log(2*math.Pi)/2
	}
	w := 1 / (z * z)
	return (1./12 - w*(1./360-w*(1./1260-w*(1./1680-w/1188)))) / z
}

// stirlingOfCount returns ln(k!) less Stirling's formula, and 0 for k = 0, where the
// formula is left out. Below 16 the difference would leave it with half its digits;
// the table is mpmath's, at 50 digits.
func stirlingOfCount(k int64) float64 {
	if k < int64(len(stirlingTable)) {
		return stirlingTable[k]
	}
	return stirling(float64(k))
}

var stirlingTable = [...]float64{
	0,
	0.0810614667953272582,
	0.0413406959554092941,
	0.0276779256849983391,
	0.0207906721037650931,
	0.0166446911898211922,
	0.013876128823070748,
	0.0118967099458917701,
	0.0104112652619720965,
	0.00925546218271273292,
	0.00833056343336287126,
	0.00757367548795184079,
	0.00694284010720952987,
	0.00640899418800420707,
	0.00595137011275884774,
	0.00555473355196280137,
}
