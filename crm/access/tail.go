package access

import "math"

// negativeBinomial is the law of the reads in a window: its mean, and its size r,
// with variance mean + mean²/r.
type negativeBinomial struct{ mean, size float64 }

// tail returns the probability of x or more (Abramowitz and Stegun 26.5.26). It is
// computed as a tail where x lies above the mean, so that small ones keep their
// relative accuracy.
func (l negativeBinomial) tail(x int64) float64 {
	if x <= 0 {
		return 1
	}
	k, all := float64(x), l.mean+l.size
	p, q := l.mean/all, l.size/all
	if k > l.mean {
		return incompleteBeta(k, l.size, p, q, q*(k-l.mean))
	}
	return 1 - incompleteBeta(l.size, k, q, p, q*(l.mean-k))
}

// incompleteBeta returns the regularised incomplete beta function of x = 1-y where
// lambda = a·y - b·x is not negative, so that its continued fraction converges. The
// caller knows lambda without the cancellation. gonum's function has at most 300
// terms, too few for parameters beyond 1e6: their number grows with the square root
// (it gave 2.3 for a probability at 1e9).
//
// Sources: DiDonato and Morris, Algorithm 708, ACM TOMS 18(3) (1992), equation 9, by
// Lentz's method; Loader, Fast and accurate computation of binomial probabilities
// (2000), for the factor, which by lgamma would lose as many digits as a has.
func incompleteBeta(a, b, x, y, lambda float64) float64 {
	numerator := func(m float64) float64 {
		return (a + m - 1) / (a + 2*m - 1) * ((a + b + m - 1) / (a + 2*m - 1)) * m * (b - m) * x * x
	}
	denominator := func(m float64) float64 {
		return m + m*(b-m)*x/(a+2*m-1) + (a+m)*(lambda+1+m*(1+y))/(a+2*m+1)
	}
	f := a * (lambda + 1) / (a + 1) // denominator(0), which is 0/0 in part for a = 1
	c, d := f, 0.0
	most := 200 + int(20*math.Sqrt(max(a, b)))
	for i := 1; i <= most; i++ {
		m := float64(i)
		num, den := numerator(m), denominator(m)
		c, d = den+num/c, 1/(den+num*d)
		f *= c * d
		if math.Abs(c*d-1) < 1e-15 {
			break
		}
	}
	s := a + b
	factor := stirling(s) - stirling(a) - stirling(b) - deviance(a, x*s, lambda) - deviance(b, y*s, -lambda)
	return math.Exp(factor) * math.Sqrt(a/s*b/(2*math.Pi)) / f
}

// deviance returns k·ln(k/m) + m - k, without cancellation where m is near k; excess
// is k-m.
func deviance(k, m, excess float64) float64 {
	v := excess / (k + m)
	if math.Abs(v) > 0.1 {
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
