package plan

import (
	"errors"
	"math"
)

// OverlapMeansSize returns how many answers two waves of a survey need to find a
// difference delta other than 0 between their means, where a share of the first
// sample is asked again in the second (重叠样本). sd1 and sd2 are the standard
// deviations of the waves, correlation that of the two answers of a person, between
// -1 and 1; share lies between 0 and 1 and is at most [TestOptions.Ratio]. The test
// is the normal one; Design and KnownSD are not read, and Exact is the size of the
// first wave.
//
// The errors are ErrInvalid, ErrInsufficientData where the difference does not
// vary at all, and ErrOverflow.
//
// Source: Woodruff 1971, JASA 66:411-414; Valliant, Dever and Kreuter 2018, 4.3.
func OverlapMeansSize(delta, sd1, sd2, correlation, share float64, opts TestOptions) (TestSize, error) {
	ratio := orElse(opts.Ratio, 1)
	sd, err := overlapSpread(delta, sd1, sd2, correlation, share, ratio, opts)
	if err != nil {
		return TestSize{}, err
	}
	if delta == 0 {
		return TestSize{}, invalid("delta", "is 0, which no size finds")
	}
	opts.Design = TwoSample
	return opts.rounded(opts.normalSize(math.Abs(delta), sd, sd), 1)
}

// OverlapMeansPower returns with which probability two waves of the given sizes
// find a difference delta; see [OverlapMeansSize].
func OverlapMeansPower(delta, sd1, sd2, correlation, share float64, groups Groups, opts TestOptions) (float64, error) {
	opts.Design = TwoSample
	n1, n2, err := opts.sizes(groups, 1)
	if err != nil {
		return 0, err
	}
	sd, err := overlapSpread(delta, sd1, sd2, correlation, share, n2/n1, opts)
	if err != nil {
		return 0, err
	}
	return opts.normalPower(math.Abs(delta)*math.Sqrt(n1), sd, sd), nil
}

// OverlapProportionsSize is [OverlapMeansSize] for the proportions p1 and p2 of
// the waves; both is the share of the people who would be counted in both waves,
// at least max(0, p1+p2-1) and at most min(p1, p2). With share 1 it is the paired
// comparison.
func OverlapProportionsSize(p1, p2, both, share float64, opts TestOptions) (TestSize, error) {
	sd1, sd2, correlation, err := overlapProportions(p1, p2, both)
	if err != nil {
		return TestSize{}, err
	}
	return OverlapMeansSize(p1-p2, sd1, sd2, correlation, share, opts)
}

// OverlapProportionsPower is [OverlapMeansPower] for proportions; see
// [OverlapProportionsSize].
func OverlapProportionsPower(p1, p2, both, share float64, groups Groups, opts TestOptions) (float64, error) {
	sd1, sd2, correlation, err := overlapProportions(p1, p2, both)
	if err != nil {
		return 0, err
	}
	return OverlapMeansPower(p1-p2, sd1, sd2, correlation, share, groups, opts)
}

// overlapSpread returns the standard deviation of the difference of two waves
// times the square root of the first size.
func overlapSpread(delta, sd1, sd2, correlation, share, ratio float64, opts TestOptions) (float64, error) {
	inf := math.Inf(1)
	err := errors.Join(inside("delta", delta, -inf, inf), inside("first standard deviation", sd1, 0, inf),
		inside("second standard deviation", sd2, 0, inf), opts.Validate())
	if !(math.Abs(correlation) <= 1) {
		err = errors.Join(err, invalid("correlation", "is not between -1 and 1"))
	}
	if !(share >= 0 && share <= 1) {
		err = errors.Join(err, invalid("share", "is not between 0 and 1"))
	} else if share > ratio*(1+1e-12) {
		err = errors.Join(err, invalid("share", "of the first sample exceeds the second"))
	}
	if err != nil {
		return 0, err
	}
	// Both answers of a person are in share·n1 of the n1·n2 products of answers.
	variance := sd1*sd1 + (sd2*sd2-2*share*correlation*sd1*sd2)/ratio
	if variance <= 1e-15*(sd1*sd1+sd2*sd2/ratio) {
		return 0, failed(ErrInsufficientData, "correlation", "leaves the difference without variance")
	}
	return math.Sqrt(variance), nil
}

func overlapProportions(p1, p2, both float64) (sd1, sd2, correlation float64, err error) {
	err = errors.Join(inside("p1", p1, 0, 1), inside("p2", p2, 0, 1))
	if err != nil {
		return 0, 0, 0, err
	}
	const slack = 1e-15 // p1+p2-1 is rounded
	if !(both >= math.Max(0, p1+p2-1)-slack && both <= math.Min(p1, p2)) {
		return 0, 0, 0, invalid("both", "is not between max(0, p1+p2-1) and min(p1, p2)")
	}
	sd1, sd2 = math.Sqrt(p1*(1-p1)), math.Sqrt(p2*(1-p2))
	correlation = (both - p1*p2) / (sd1 * sd2)
	return sd1, sd2, math.Max(-1, math.Min(1, correlation)), nil
}
