package numeric

import "math"

// NormalQuantile returns the z with P(Z <= z) = p for a standard normal Z, for
// 0 < p < 1; -Inf for p = 0, +Inf for p = 1 and NaN for every other p.
//
// A small p keeps its relative accuracy, a p near one cannot: for the point
// that leaves q in the upper tail call -NormalQuantile(q).
//
// Source: Wichura 1988, Algorithm AS 241 (PPND16). Its rational functions are
// within four units in the last place around the middle and within six where
// p < 1e-11; in the tails one step of Newton's brings z to within about one.
func NormalQuantile(p float64) float64 {
	switch {
	case !(p >= 0 && p <= 1):
		return math.NaN()
	case p == 0:
		return math.Inf(-1)
	case p == 1:
		return math.Inf(1)
	}
	q := p - 0.5
	if math.Abs(q) <= 0.425 {
		r := 0.180625 - q*q
		return q * horner(&centralNum, r) / horner(&centralDen, r)
	}
	tail := min(p, 1-p)
	r := math.Sqrt(-logOf(tail))
	var z float64
	if r <= 5 {
		z = horner(&middleNum, r-1.6) / horner(&middleDen, r-1.6)
	} else {
		z = horner(&farNum, r-5) / horner(&farDen, r-5)
	}
	if tail >= 0x1p-1022 { // below, the tail itself has no digits left to correct z by
		z += (NormalTail(z) - tail) * math.Sqrt(2*math.Pi) * math.Exp(z*z/2)
	}
	return math.Copysign(z, q)
}

// logOf is math.Log, whose amd64 assembly (Go 1.26) is wrong for subnormal
// numbers: it answers -709 instead of -744 for 5e-324.
func logOf(x float64) float64 {
	if x < 0x1p-1022 {
		return math.Log(x*0x1p60) - 60*math.Ln2
	}
	return math.Log(x)
}

// horner evaluates the polynomial with coefficients c, the constant first.
func horner(c *[8]float64, x float64) float64 {
	return ((((((c[7]*x+c[6])*x+c[5])*x+c[4])*x+c[3])*x+c[2])*x+c[1])*x + c[0]
}

// The coefficients of AS 241: |p-1/2| <= 0.425; then, with r the square root of
// minus the logarithm of the smaller tail, r <= 5; then r > 5.
var (
	centralNum = [8]float64{
		3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
		4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3,
	}
	centralDen = [8]float64{
		1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
		2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3,
	}
	middleNum = [8]float64{
		1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
		1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
	}
	middleDen = [8]float64{
		1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
		1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
	}
	farNum = [8]float64{
		6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
		2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
	}
	farDen = [8]float64{
		1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
		7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
	}
)
