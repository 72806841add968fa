package plan

import (
	"errors"
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// ProportionsPower returns with which probability a test of proportions finds the
// difference between p1 and p2, both between 0 and 1 exclusive: the normal test
// with the pooled variance under the hypothesis, without continuity correction. In
// a design of one sample p1 is the fixed value and p2 the truth.
//
// The error is ErrInvalid, also for [Paired]: [OverlapProportionsPower] with a
// share of 1 answers that.
//
// Source: Fleiss, Levin and Paik 2003, Statistical Methods for Rates and
// Proportions, chapter 4.
func ProportionsPower(p1, p2 float64, groups Groups, opts TestOptions) (float64, error) {
	if err := checkProportions(p1, p2, opts); err != nil {
		return 0, err
	}
	n1, n2, err := opts.sizes(groups, 1)
	if err != nil {
		return 0, err
	}
	return opts.proportionsPower(p1, p2, n1, n2), nil
}

// ProportionsSize returns how many answers a test of proportions needs to find
// the difference between p1 and p2 with the wanted power; see [ProportionsPower].
//
// The errors are ErrInvalid, also where p1 equals p2, and ErrOverflow.
func ProportionsSize(p1, p2 float64, opts TestOptions) (TestSize, error) {
	if err := checkProportions(p1, p2, opts); err != nil {
		return TestSize{}, err
	}
	if p1 == p2 {
		return TestSize{}, invalid("p2", "equals p1, and no size finds a difference of 0")
	}
	sd0, sd1 := opts.deviations(p1, p2, 1, orElse(opts.Ratio, 1))
	return opts.rounded(opts.normalSize(math.Abs(p1-p2), sd0, sd1), 1)
}

// ProportionsEffect returns the p2 above p1 that a test with these groups
// distinguishes from p1 with the wanted power; see [ProportionsPower]. The one
// below p1 is 1 - ProportionsEffect(1-p1).
//
// The errors are ErrInvalid, and ErrInfeasible where no p2 below 1 is found with
// that power.
func ProportionsEffect(p1 float64, groups Groups, opts TestOptions) (float64, error) {
	if err := checkProportions(p1, 0.5, opts); err != nil {
		return 0, err
	}
	n1, n2, err := opts.sizes(groups, 1)
	if err != nil {
		return 0, err
	}
	lack := func(p2 float64) float64 { return opts.proportionsPower(p1, p2, n1, n2) - opts.wanted() }
	high := math.Nextafter(1, 0)
	if lack(high) < 0 {
		return 0, failed(ErrInfeasible, "power", "is not reached by any proportion below 1")
	}
	return numeric.Brent(lack, p1, high), nil
}

func checkProportions(p1, p2 float64, opts TestOptions) error {
	err := errors.Join(inside("p1", p1, 0, 1), inside("p2", p2, 0, 1), opts.Validate())
	if err == nil && opts.Design == Paired {
		return invalid("design", "paired needs the share of both: use an overlap of 1")
	}
	return err
}

// deviations returns the standard deviation of the difference of proportions,
// under the hypothesis and in truth.
func (o TestOptions) deviations(p1, p2, n1, n2 float64) (sd0, sd1 float64) {
	if o.Design == OneSample {
		return math.Sqrt(p1 * (1 - p1) / n1), math.Sqrt(p2 * (1 - p2) / n1)
	}
	pooled := (n1*p1 + n2*p2) / (n1 + n2)
	return math.Sqrt(pooled * (1 - pooled) * (1/n1 + 1/n2)), math.Sqrt(p1*(1-p1)/n1 + p2*(1-p2)/n2)
}

func (o TestOptions) proportionsPower(p1, p2, n1, n2 float64) float64 {
	sd0, sd1 := o.deviations(p1, p2, n1, n2)
	return o.normalPower(math.Abs(p1-p2), sd0, sd1)
}
