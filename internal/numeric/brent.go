package numeric

import "math"

// Brent returns a root of f between a and b, where f has opposite signs or is zero:
// by inverse quadratic interpolation and bisection, to the last places of the root.
// The result is NaN where the signs do not differ or f answers NaN at an end.
//
// Source: Brent 1973, Algorithms for minimization without derivatives, chapter 4.
func Brent(f func(float64) float64, a, b float64) float64 {
	fa, fb := f(a), f(b)
	if math.IsNaN(fa) || math.IsNaN(fb) || (fa > 0) == (fb > 0) && fa != 0 && fb != 0 {
		return math.NaN()
	}
	c, fc := a, fa
	step, before := b-a, b-a
	for range 300 {
		if (fb > 0) == (fc > 0) {
			c, fc = a, fa
			step, before = b-a, b-a
		}
		if math.Abs(fc) < math.Abs(fb) {
			a, b, c = b, c, b
			fa, fb, fc = fb, fc, fb
		}
		tolerance := 0x1p-53 * math.Abs(b)
		half := (c - b) / 2
		if math.Abs(half) <= tolerance || fb == 0 {
			break
		}
		if math.Abs(before) < tolerance || math.Abs(fa) <= math.Abs(fb) {
			step, before = half, half
		} else {
			step, before = interpolate(a, b, c, fa, fb, fc, step, before, tolerance)
		}
		a, fa = b, fb
		if math.Abs(step) > tolerance {
			b += step
		} else {
			b += math.Copysign(tolerance, half)
		}
		if b == a {
			break // the ends are neighbours
		}
		fb = f(b)
	}
	return b
}

// interpolate returns Brent's next step from b and the one to remember: that of the
// parabola or secant where it stays inside and shrinks fast enough, else bisection.
func interpolate(a, b, c, fa, fb, fc, step, before, tolerance float64) (next, remember float64) {
	half, s := (c-b)/2, fb/fa
	var p, q float64
	if a == c {
		p, q = 2*half*s, 1-s
	} else {
		q, r := fa/fc, fb/fc
		p = s * (2*half*q*(q-r) - (b-a)*(r-1))
		return within(p, (q-1)*(r-1)*(s-1), half, step, before, tolerance)
	}
	return within(p, q, half, step, before, tolerance)
}

func within(p, q, half, step, before, tolerance float64) (next, remember float64) {
	if p > 0 {
		q = -q
	} else {
		p = -p
	}
	if 2*p < math.Min(3*half*q-math.Abs(tolerance*q), math.Abs(before*q)) {
		return p / q, step
	}
	return half, half
}
