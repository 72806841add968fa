package plan

import (
	"errors"
	"math"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Convention is what stands for the variance of a proportion P among N units.
type Convention int

const (
	// UnitVariance is S² = P(1-P)·N/(N-1), the variance of the N values 0 and 1
	// with the divisor N-1, for which the formulas of sampling without replacement
	// hold exactly. PracTools takes it.
	UnitVariance Convention = iota
	// PlainVariance is P(1-P). samplingbook takes it; the size differs by at most
	// one, where N is small.
	PlainVariance
)

var conventions = enum.New[Convention]("convention", unknown, enum.Names{
	{"unit", "总体方差 N-1"}, {"plain", "总体方差 N"},
})

// String returns unit or plain.
func (c Convention) String() string { return conventions.Code(c) }

// Zh returns the Chinese name.
func (c Convention) Zh() string { return conventions.Zh(c) }

// MarshalText writes what String returns; ErrInvalid for an unknown value.
func (c Convention) MarshalText() ([]byte, error) { return conventions.Marshal(c) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (c *Convention) UnmarshalText(text []byte) error { return conventions.Unmarshal(c, text) }

// Interval is the confidence interval (置信区间) of a proportion that the margin
// speaks of.
type Interval int

const (
	// Wald is p ± z·s, the usual one; poor where p is near 0 or 1.
	Wald Interval = iota
	// Wilson is the score interval (Wilson 1927). Its centre lies nearer to 1/2
	// than p; the margin is half its width.
	Wilson
	// LogOdds is symmetric on the scale of log(p/(1-p)); the margin is half its
	// width.
	LogOdds
)

var intervals = enum.New[Interval]("interval", unknown, enum.Names{
	{"wald", "正态近似区间"}, {"wilson", "威尔逊区间"}, {"log-odds", "对数优势区间"},
})

// String returns wald, wilson or log-odds.
func (i Interval) String() string { return intervals.Code(i) }

// Zh returns the Chinese name.
func (i Interval) Zh() string { return intervals.Zh(i) }

// MarshalText writes what String returns; ErrInvalid for an unknown value.
func (i Interval) MarshalText() ([]byte, error) { return intervals.Marshal(i) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (i *Interval) UnmarshalText(text []byte) error { return intervals.Unmarshal(i, text) }

// Options are the choices of [Proportion], [Mean] and [Total]. The zero value
// asks a large population, at 95 percent confidence, by simple random sampling,
// and expects everybody to answer.
type Options struct {
	// Population is how many units there are, N; 0 for so many that their number
	// does not matter.
	Population int `json:"population,omitzero"`
	// Confidence is the level of the interval that a margin speaks of, between 0
	// and 1 exclusive; 0 stands for 0.95. CV and variance do not need it.
	Confidence float64 `json:"confidence,omitzero"`
	// DesignEffect (设计效应) multiplies the variance of simple random sampling
	// without replacement from the same population; 0 stands for 1. See
	// [ClusterDesignEffect] and [WeightingDesignEffect].
	DesignEffect float64 `json:"design_effect,omitzero"`
	// Domain is the share of the population that the estimate speaks of, above 0
	// and at most 1, where its members are recognised only when they are asked;
	// 0 stands for 1.
	Domain float64 `json:"domain,omitzero"`
	// Response is the share of those asked who answer; zero stands for 1.
	Response money.Ratio `json:"response,omitzero"`
	// Convention is the variance of a proportion.
	Convention Convention `json:"convention,omitzero"`
	// Interval is the interval of a proportion; Wilson and LogOdds take margins
	// only.
	Interval Interval `json:"interval,omitzero"`
}

// Validate returns ErrInvalid for every field that is out of its range, all of
// them joined.
func (o Options) Validate() error {
	var errs []error
	if o.Population < 0 {
		errs = append(errs, invalid("population", "is negative"))
	}
	if o.Confidence != 0 {
		errs = append(errs, inside("confidence", o.Confidence, 0, 1))
	}
	if o.DesignEffect != 0 {
		errs = append(errs, inside("design effect", o.DesignEffect, 0, math.Inf(1)))
	}
	if o.Domain != 0 && !(o.Domain > 0 && o.Domain <= 1) {
		errs = append(errs, invalid("domain", "is not above 0 and at most 1"))
	}
	errs = append(errs, checkRate(o.Response), known("convention", conventions, o.Convention), known("interval", intervals, o.Interval))
	return errors.Join(errs...)
}

func orElse(x, standard float64) float64 {
	if x == 0 {
		return standard
	}
	return x
}

// quantile returns the z that leaves half of what the confidence leaves in each
// tail.
func (o Options) quantile() float64 {
	return -numeric.NormalQuantile((1 - orElse(o.Confidence, 0.95)) / 2)
}
