package numeric

import "math"

// StudentTail returns P(T > t) for a Student t with df > 0 degrees of freedom,
// whole or not; infinite df is the normal case. It is NaN for df <= 0 and where
// an argument is NaN. The tail keeps about 13 digits of itself down to 1e-290.
func StudentTail(t, df float64) float64 {
	if t < 0 {
		return 1 - NoncentralTTail(-t, df, 0)
	}
	return NoncentralTTail(t, df, 0)
}

// StudentTailPoint returns the t with P(T > t) = q for a Student t with df > 0
// degrees of freedom, whole or not: the critical value of a one-sided test at
// level q. It is +Inf for q = 0, -Inf for q = 1, and NaN for every other q outside
// (0, 1) and for df <= 0. A small q keeps its relative accuracy, one near 1
// cannot.
func StudentTailPoint(q, df float64) float64 {
	switch {
	case !(q >= 0 && q <= 1) || !(df > 0):
		return math.NaN()
	case q == 0 || q == 1 || q == 0.5 || math.IsInf(df, 1):
		return -NormalQuantile(q)
	case q > 0.5:
		return -StudentTailPoint(1-q, df)
	}
	// The logarithm of the tail is a concave falling function of y = log t, so
	// Newton's steps come from the right after the first one and never leave.
	y := math.Log(studentStart(q, df))
	for range 100 {
		t := math.Exp(y)
		if math.IsInf(t, 1) {
			return t
		}
		tail := StudentTail(t, df)
		step := tail / (t * studentDensity(t, df)) * math.Log(tail/q)
		y += step
		if math.Abs(step) <= 1e-8 {
			break // the next step would be about the square of this one
		}
	}
	return math.Exp(y)
}

// studentStart is the normal point with the first terms of Cornish and Fisher's
// expansion where they are small.
func studentStart(q, df float64) float64 {
	z := -NormalQuantile(q)
	w := z * z
	if w > df/2 {
		return z
	}
	return z * (1 + (w+1)/(4*df) + ((5*w+16)*w+3)/(96*df*df) + (((3*w+19)*w+17)*w-15)/(384*df*df*df))
}

func studentDensity(t, df float64) float64 {
	// Γ((df+1)/2) / Γ(df/2), by Stirling's formula with its rest.
	a, b := (df+1)/2, df/2
	ratio := stirling(a) - stirling(b) + b*math.Log1p(1/df) - 0.5 + 0.5*math.Log(b)
	return math.Exp(ratio-(df+1)/2*math.Log1p(t*t/df)) / math.Sqrt(math.Pi*df)
}
