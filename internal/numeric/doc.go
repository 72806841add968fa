// Package numeric holds the few special functions, sums and comparisons that
// the library's statistics share and that the standard library and gonum lack or
// compute as one minus a rounded number.
//
// Tails are computed as tails: [NormalQuantile] takes the small probability
// itself and [ChiSquaredTail] never subtracts from one, so both keep their
// relative accuracy down to the smallest float64. [WilsonInterval] is the score
// interval of a proportion. [Sum] adds with Neumaier's compensation, and
// [DoubleDouble] calculates with 32 digits. [ULPDistance] and [Close] compare
// floats in tests by units in the last place.
//
// The laws of counts, [BinomialTails], [PoissonTails] and [HypergeometricTails] with their
// masses, and the beta law behind them, [BetaTails], [BetaQuantile] and [IncompleteBeta],
// hold for samples and populations of 1e9 and more; none of them loops over a population.
// [Brent] finds roots.
//
// [NormalTail], [StudentTail] with its critical values, [StudentTailPoint], and
// [NoncentralTTail], from which the power of a t test follows, take degrees of freedom
// that need not be whole.
//
// Like package math, the functions answer NaN outside their domain and say so;
// callers check their data before and never hand a NaN on.
//
// Sources: Wichura 1988, Algorithm AS 241, Applied Statistics 37(3):477-484;
// Abramowitz and Stegun 26.4.4 and 26.4.5; Neumaier 1974, ZAMM 54:39-51;
// Dekker 1971, Numerische Mathematik 18:224-242; Wilson 1927, JASA 22:209-212;
// Loader 2000, Fast and accurate computation of binomial probabilities; DiDonato and
// Morris 1992, Algorithm 708, ACM TOMS 18(3); Brent 1973, Algorithms for minimization
// without derivatives; Abramowitz and Stegun 26.7.1 for Student's t; Johnson, Kotz and
// Balakrishnan 1995, Continuous Univariate Distributions 2, chapter 31, for the
// noncentral t; Trefethen and Weideman 2014, SIAM Review 56:385-458, for the trapezoidal
// rule by which it is integrated.
package numeric
