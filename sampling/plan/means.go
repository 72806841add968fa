package plan

import (
	"errors"
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// MeansPower returns with which probability a test of means finds a difference
// delta, where the values have the standard deviation sd > 0 in both groups: by
// Student's t test and the noncentral t distribution, or by the normal test
// ([TestOptions.KnownSD]). The sign of delta does not matter, a one-sided test
// looks in its direction. The groups need two answers each, or one if sd is known.
//
// The error is ErrInvalid.
//
// Source: Cohen 1988, Statistical Power Analysis for the Behavioral Sciences,
// chapter 2.
func MeansPower(delta, sd float64, groups Groups, opts TestOptions) (float64, error) {
	if err := checkMeans(delta, sd, opts); err != nil {
		return 0, err
	}
	n1, n2, err := opts.sizes(groups, opts.leastForMeans())
	if err != nil {
		return 0, err
	}
	return opts.meansPower(math.Abs(delta)/sd, n1, n2), nil
}

// MeansSize returns how many answers a test of means needs to find a difference
// delta other than 0 with the wanted power; see [MeansPower].
//
// The errors are ErrInvalid and ErrOverflow.
func MeansSize(delta, sd float64, opts TestOptions) (TestSize, error) {
	if err := checkMeans(delta, sd, opts); err != nil {
		return TestSize{}, err
	}
	if delta == 0 {
		return TestSize{}, invalid("delta", "is 0, which no size finds")
	}
	effect, ratio := math.Abs(delta)/sd, orElse(opts.Ratio, 1)
	spread := opts.spread(1, ratio)
	n := opts.normalSize(effect, spread, spread)
	least := opts.leastForMeans()
	if !opts.KnownSD {
		low := float64(least)
		if opts.Design == TwoSample {
			low = math.Max(low, low/ratio)
		}
		n = crossing(func(n float64) float64 { return opts.meansPower(effect, n, n*ratio) - opts.wanted() }, low, n)
	}
	return opts.rounded(n, least)
}

// MeansEffect returns the smallest difference of means that a test with these
// groups finds with the wanted power (最小可检测差异); see [MeansPower].
//
// The error is ErrInvalid.
func MeansEffect(sd float64, groups Groups, opts TestOptions) (float64, error) {
	if err := checkMeans(0, sd, opts); err != nil {
		return 0, err
	}
	n1, n2, err := opts.sizes(groups, opts.leastForMeans())
	if err != nil {
		return 0, err
	}
	guess := (numeric.NormalQuantile(opts.wanted()) - numeric.NormalQuantile(opts.tail())) * opts.spread(n1, n2)
	if opts.KnownSD && (!opts.Strict || opts.Alternative == OneSided) {
		return guess * sd, nil
	}
	effect := crossing(func(effect float64) float64 { return opts.meansPower(effect, n1, n2) - opts.wanted() }, 0, guess)
	return effect * sd, nil
}

func checkMeans(delta, sd float64, opts TestOptions) error {
	return errors.Join(inside("delta", delta, math.Inf(-1), math.Inf(1)),
		inside("standard deviation", sd, 0, math.Inf(1)), opts.Validate())
}

// leastForMeans is the smallest group that has an estimate of its spread.
func (o TestOptions) leastForMeans() int {
	if o.KnownSD {
		return 1
	}
	return 2
}

// spread is the standard deviation of the difference of means over that of one
// value.
func (o TestOptions) spread(n1, n2 float64) float64 {
	if o.Design == TwoSample {
		return math.Sqrt(1/n1 + 1/n2)
	}
	return 1 / math.Sqrt(n1)
}

func (o TestOptions) meansPower(effect, n1, n2 float64) float64 {
	shift := effect / o.spread(n1, n2)
	if o.KnownSD {
		return o.normalPower(shift, 1, 1)
	}
	df := n1 - 1
	if o.Design == TwoSample {
		df = n1 + n2 - 2
	}
	// A design effect may leave groups that are worth less than two answers.
	df = math.Max(df, 1e-7)
	cut := numeric.StudentTailPoint(o.tail(), df)
	power := numeric.NoncentralTTail(cut, df, shift)
	if o.Strict && o.Alternative == TwoSided {
		power += numeric.NoncentralTTail(cut, df, -shift)
	}
	return power
}
