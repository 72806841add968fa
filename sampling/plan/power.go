package plan

import (
	"errors"
	"math"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Alternative is which differences a test is to find.
type Alternative int

const (
	// TwoSided rejects in either direction (双侧检验).
	TwoSided Alternative = iota
	// OneSided rejects in the direction of the assumed difference only
	// (单侧检验).
	OneSided
)

var alternatives = enum.New[Alternative]("alternative", unknown, enum.Names{
	{"two-sided", "双侧"}, {"one-sided", "单侧"},
})

// String returns two-sided or one-sided.
func (a Alternative) String() string { return alternatives.Code(a) }

// Zh returns the Chinese name.
func (a Alternative) Zh() string { return alternatives.Zh(a) }

// MarshalText writes what String returns; ErrInvalid for an unknown value.
func (a Alternative) MarshalText() ([]byte, error) { return alternatives.Marshal(a) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *Alternative) UnmarshalText(text []byte) error { return alternatives.Unmarshal(a, text) }

// Design is which samples a test compares.
type Design int

const (
	// TwoSample compares two independent groups (两独立样本).
	TwoSample Design = iota
	// Paired compares two values of each unit (配对样本); the standard deviation is
	// that of the differences, and n counts pairs.
	Paired
	// OneSample compares one group with a fixed value (单样本).
	OneSample
)

var designs = enum.New[Design]("design", unknown, enum.Names{
	{"two-sample", "两独立样本"}, {"paired", "配对样本"}, {"one-sample", "单样本"},
})

// String returns two-sample, paired or one-sample.
func (d Design) String() string { return designs.Code(d) }

// Zh returns the Chinese name.
func (d Design) Zh() string { return designs.Zh(d) }

// MarshalText writes what String returns; ErrInvalid for an unknown value.
func (d Design) MarshalText() ([]byte, error) { return designs.Marshal(d) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (d *Design) UnmarshalText(text []byte) error { return designs.Unmarshal(d, text) }

// TestOptions are the choices of the functions about tests. The zero value is a
// two-sided test of two equal groups at level 0.05 that is to have power 0.8.
type TestOptions struct {
	// Level is the significance level (显著性水平), between 0 and 1 exclusive; 0
	// stands for 0.05.
	Level float64 `json:"level,omitzero"`
	// Power is the wanted power (检验功效), above Level and below 1; 0 stands for
	// 0.8. Functions that return a power do not read it.
	Power float64 `json:"power,omitzero"`
	// Alternative is which differences the test is to find.
	Alternative Alternative `json:"alternative,omitzero"`
	// Design is which samples it compares.
	Design Design `json:"design,omitzero"`
	// Strict counts a rejection in the wrong direction as one, in two-sided
	// tests.
	Strict bool `json:"strict,omitzero"`
	// KnownSD takes the standard deviation of means as known: the normal test
	// instead of Student's.
	KnownSD bool `json:"known_sd,omitzero"`
	// Ratio is the size of the second group over that of the first, above 0; 0
	// stands for 1. Functions that are given the sizes do not read it.
	Ratio float64 `json:"ratio,omitzero"`
	// DesignEffect, 0 standing for 1: n answers are worth n over it.
	DesignEffect float64 `json:"design_effect,omitzero"`
	// Response is the share of those asked who answer; zero stands for 1.
	Response money.Ratio `json:"response,omitzero"`
}

// Validate returns ErrInvalid for every field that is out of its range, all of
// them joined.
func (o TestOptions) Validate() error {
	inf := math.Inf(1)
	return errors.Join(
		inside("level", orElse(o.Level, 0.05), 0, 1),
		inside("power", o.wanted(), orElse(o.Level, 0.05), 1),
		known("alternative", alternatives, o.Alternative), known("design", designs, o.Design),
		inside("ratio", orElse(o.Ratio, 1), 0, inf), inside("design effect", orElse(o.DesignEffect, 1), 0, inf),
		checkRate(o.Response))
}

func (o TestOptions) wanted() float64 { return orElse(o.Power, 0.8) }

// tail is the probability of a false rejection on one side.
func (o TestOptions) tail() float64 {
	if o.Alternative == TwoSided {
		return orElse(o.Level, 0.05) / 2
	}
	return orElse(o.Level, 0.05)
}

// Groups are the answers in the first and the second group. Second may be 0,
// which stands for as many as First; it is not read where there is one group.
type Groups struct {
	First  int `json:"first"`
	Second int `json:"second,omitzero"`
}

// sizes returns the groups as what they are worth, or an error.
func (o TestOptions) sizes(g Groups, least int) (n1, n2 float64, err error) {
	if g.Second == 0 {
		g.Second = g.First
	}
	if g.First < least {
		return 0, 0, invalid("first group", "has fewer than %d answers", least)
	}
	if o.Design == TwoSample && g.Second < least {
		return 0, 0, invalid("second group", "has fewer than %d answers", least)
	}
	deff := orElse(o.DesignEffect, 1)
	return float64(g.First) / deff, float64(g.Second) / deff, nil
}

// TestSize is how many answers a test needs.
type TestSize struct {
	// Exact is the size of the first group, or the number of pairs, before
	// rounding.
	Exact float64 `json:"exact"`
	// First and Second are the answers needed in the groups, rounded up as in
	// [Size]; Second is 0 where there is one group.
	First  int `json:"first"`
	Second int `json:"second,omitzero"`
	// AskFirst and AskSecond are how many to ask for them.
	AskFirst  int `json:"ask_first"`
	AskSecond int `json:"ask_second,omitzero"`
}

// rounded turns the effective size of the first group into the answer.
func (o TestOptions) rounded(n float64, least int) (s TestSize, err error) {
	n = math.Max(n*orElse(o.DesignEffect, 1), float64(least))
	s.Exact = n
	if s.First, err = ceil("first group", n, least); err != nil {
		return TestSize{}, err
	}
	if s.AskFirst, err = Ask(s.First, o.Response); err != nil {
		return TestSize{}, err
	}
	if o.Design != TwoSample {
		return s, nil
	}
	if s.Second, err = ceil("second group", n*orElse(o.Ratio, 1), least); err != nil {
		return TestSize{}, err
	}
	if s.AskSecond, err = Ask(s.Second, o.Response); err != nil {
		return TestSize{}, err
	}
	return s, nil
}

// normalPower returns the power of a normal test whose statistic has the mean
// shift and the standard deviation sd0 under the hypothesis, sd1 in truth.
func (o TestOptions) normalPower(shift, sd0, sd1 float64) float64 {
	cut := -numeric.NormalQuantile(o.tail()) * sd0
	power := numeric.NormalTail((cut - shift) / sd1)
	if o.Strict && o.Alternative == TwoSided {
		power += numeric.NormalTail((cut + shift) / sd1)
	}
	return power
}

// normalSize returns the n for which a shift of delta is found with the wanted
// power, where the statistic of n answers has the standard deviations sd0 and sd1
// over √n.
func (o TestOptions) normalSize(delta, sd0, sd1 float64) float64 {
	root := -numeric.NormalQuantile(o.tail())*sd0 + numeric.NormalQuantile(o.wanted())*sd1
	if root <= 0 {
		return 0 // one answer would do
	}
	n := root / delta * (root / delta)
	if !o.Strict || o.Alternative == OneSided {
		return n
	}
	return crossing(func(n float64) float64 {
		return o.normalPower(math.Sqrt(n)*delta, sd0, sd1) - o.wanted()
	}, 0, n)
}

// crossing returns where the rising function f is 0, at least low, looking around
// guess first. It is +Inf where f stays below 0 beyond 2^60.
func crossing(f func(float64) float64, low, guess float64) float64 {
	if f(low) >= 0 {
		return low
	}
	left, right := low, math.Max(guess, low)
	for f(right) < 0 {
		left = right
		right = right*1.25 + 1e-3
		if right > 1<<60 {
			return math.Inf(1)
		}
	}
	if near := right * 0.9; near > left && f(near) < 0 {
		left = near
	}
	return numeric.Brent(f, left, right)
}
