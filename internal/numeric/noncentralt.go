package numeric

import "math"

// NoncentralTTail returns P(T > t) for a noncentral t with df > 0 degrees of
// freedom and noncentrality delta: T = (Z + delta) / S with a standard normal Z
// and an independent S² that is chi-squared over its df. Infinite df is the normal
// case. It is NaN for df <= 0, an infinite delta and wherever an argument is NaN.
//
// The tail is computed as a tail, to about 1e-13 of itself as long as it is above
// 1e-290; the lower tail P(T < t) is NoncentralTTail(-t, df, -delta).
//
// Method: the normal tail of t·S - delta is integrated over u = log S, whose
// density falls off like exp(-df·u²); the trapezoidal rule converges
// geometrically there, so its step is halved until nothing changes.
func NoncentralTTail(t, df, delta float64) float64 {
	switch {
	case !(df > 0) || math.IsNaN(t) || math.IsNaN(delta) || math.IsInf(delta, 0):
		return math.NaN()
	case math.IsInf(t, 1):
		return 0
	case math.IsInf(t, -1):
		return 1
	case t == 0 || math.IsInf(df, 1):
		return NormalTail(t - delta)
	}
	k := tKernel{t: t, df: df, delta: delta}
	peak := k.peak()
	left, right := k.reach(peak, -1), k.reach(peak, 1)
	return min(1, math.Sqrt(df/math.Pi)*math.Exp(-stirling(df/2))*k.integral(left, right))
}

// tKernel is the integrand exp(df·h(u))·P(Z > t·exp(u) - delta) with
// h(u) = u - (exp(2u)-1)/2; it has one peak and falls off on both sides.
type tKernel struct{ t, df, delta float64 }

// excess returns t·exp(u) - delta without losing it to cancellation near u = 0.
func (k tKernel) excess(u float64) float64 {
	if math.Abs(u) > 0.5 {
		return k.t*math.Exp(u) - k.delta
	}
	return k.t - k.delta + k.t*math.Expm1(u)
}

func (k tKernel) at(u float64) float64 {
	return math.Exp(k.df*logChiShape(u)) * NormalTail(k.excess(u))
}

func (k tKernel) log(u float64) float64 {
	return k.df*logChiShape(u) + logNormalTail(k.excess(u))
}

// slope is the derivative of log.
func (k tKernel) slope(u float64) float64 {
	return -k.df*math.Expm1(2*u) - normalHazard(k.excess(u))*k.t*math.Exp(u)
}

// peak returns where the integrand is greatest: left of 0 for t > 0, where both
// factors fall beyond 0, and right of it otherwise.
func (k tKernel) peak() float64 {
	low, high := 0.0, -1.0
	for width := 1 / math.Sqrt(k.df); ; width *= 2 {
		if k.t > 0 {
			low, high = -width, min(0, -width/4)
		} else {
			low, high = width/4, width
		}
		if width > 700 || k.t > 0 && k.slope(low) >= 0 || k.t < 0 && k.slope(high) <= 0 {
			break
		}
	}
	if k.t > 0 {
		high = 0
	} else {
		low = 0
	}
	for range 30 { // a peak within 1e-9 of the bracket is as good as exact
		mid := (low + high) / 2
		if k.slope(mid) > 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

// reach returns a point on one side of the peak where the integrand has fallen
// to about exp(-44) of it.
func (k tKernel) reach(peak, side float64) float64 {
	const fall = 44
	floor := k.log(peak) - fall
	far := 1 / math.Sqrt(k.df)
	for k.log(peak+side*far) > floor {
		far *= 2
	}
	near := 0.0
	for range 8 {
		mid := (near + far) / 2
		if k.log(peak+side*mid) > floor {
			near = mid
		} else {
			far = mid
		}
	}
	return peak + side*far
}

// integral is the trapezoidal rule from a to b, at both of which the integrand
// is nothing.
func (k tKernel) integral(a, b float64) float64 {
	const least, most = 24, 24 << 10
	var s Sum
	step := (b - a) / least
	edge := k.edge(a, b)
	for i := 1; i < least; i++ {
		s.Add(k.at(a + float64(i)*step))
	}
	value := s.Value() * step
	for n := least; n < most; n *= 2 {
		for i := range n {
			s.Add(k.at(a + (float64(i)+0.5)*step))
		}
		step /= 2
		before := value
		value = s.Value() * step
		// The error of a halved step is the square of the one before, over a
		// constant that may be small.
		if step <= edge && math.Abs(value-before) <= 1e-12*value {
			break
		}
	}
	return value
}

// edge returns the widest step that sees the normal tail fall from one to nothing
// around t·exp(u) = delta: that takes 1/|delta| in u, and a trapezoidal rule with
// three quarters of it is off by exp(-2π²/0.75²) of the height there. Two coarser
// rules can agree and both have missed it.
func (k tKernel) edge(a, b float64) float64 {
	if at := math.Log(k.delta / k.t); !(at > a && at < b) {
		return math.Inf(1)
	}
	return 0.75 / math.Abs(k.delta)
}

// logChiShape returns u - (exp(2u)-1)/2, by its series where it would cancel.
func logChiShape(u float64) float64 {
	if math.Abs(u) > 0.3 {
		return u - math.Expm1(2*u)/2
	}
	// -u²·(1 + 2u/3·(1 + 2u/4·(1 + ...)))
	s := 1.0
	for k := 18.0; k >= 3; k-- {
		s = 1 + s*2*u/k
	}
	return -u * u * s
}
