package estimate

import "github.com/guanxi-go/guanxi/internal/enum"

// LonelyPSU says what the variance of a stratum is from which one unit was drawn
// although the population has more (单一初级抽样单元的层). One unit shows no
// spread, and every answer is an assumption: so there is no silent one.
type LonelyPSU uint8

const (
	// LonelyRefuse is the default: such a stratum is [ErrLonelyPSU], with its name.
	LonelyRefuse LonelyPSU = iota
	// LonelyCertainty takes the unit for one that was certain to be drawn, without
	// a contribution to the variance. It is right for take-all units whose
	// population was not stated, and too small for every other.
	LonelyCertainty
	// LonelyAverage gives the stratum the average variance of those that have one.
	LonelyAverage
	// LonelyAdjust takes the unit's distance from the mean of all units of its
	// stage instead of from that of its stratum. It is on the safe side.
	LonelyAdjust
)

// Missing says what becomes of a row whose value is NaN (缺失值).
type Missing uint8

const (
	// MissingRefuse is the default: a missing value in a row that counts is
	// [ErrInvalid], with the row.
	MissingRefuse Missing = iota
	// MissingOmit takes the rows that have a value as a domain of the design:
	// the others add nothing and stay in their strata and clusters.
	MissingOmit
)

// IntervalMethod names a way to a confidence interval of a proportion (比例的置信区间).
type IntervalMethod uint8

const (
	// IntervalLogit is the default: symmetric on the scale of the log odds.
	IntervalLogit IntervalMethod = iota
	// IntervalBeta is Korn and Graubard's: the exact (Clopper-Pearson) interval
	// of as many independent rows as the variance is worth.
	IntervalBeta
	// IntervalWald is estimate and standard error, also beyond 0 and 1.
	IntervalWald
	// IntervalASin is symmetric on the scale of the arcsine of the square root.
	IntervalASin
	// IntervalLikelihood holds what the profile likelihood, scaled by the design
	// effect (Rao and Scott), does not reject.
	IntervalLikelihood
	// IntervalScore is Wilson's: it holds the shares x from which the estimate lies at
	// most the critical value of Student's t times the standard error that x itself
	// implies, the root of x(1-x)/[Proportion.EffectiveRows].
	IntervalScore
)

// QuantileRule names a definition of a quantile from weighted values, after
// Hyndman and Fan's numbers (分位数定义).
type QuantileRule uint8

const (
	// QuantileMath is the default: the smallest value at which the estimated
	// distribution function reaches p (Hyndman and Fan 1).
	QuantileMath QuantileRule = iota
	// QuantileSchool is that, and the middle of two values where the function
	// is exactly p (Hyndman and Fan 2).
	QuantileSchool
	// QuantileHF4 interpolates the distribution function.
	QuantileHF4
	// QuantileHF5 interpolates between the middles of its steps.
	QuantileHF5
	// QuantileHF6 is the rule (n+1)p.
	QuantileHF6
	// QuantileHF7 is the rule 1+(n-1)p, of spreadsheets and R.
	QuantileHF7
	// QuantileHF8 is nearly unbiased in the median for every distribution.
	QuantileHF8
	// QuantileHF9 is nearly unbiased for normal values.
	QuantileHF9
)

var lonelyNames = enum.New[LonelyPSU]("lonely policy", notNamed, enum.Names{
	{"refuse", "拒绝"}, {"certainty", "必抽单元"}, {"average", "取层均方差"}, {"adjust", "以总均值为中心"},
})

var missingNames = enum.New[Missing]("missing policy", notNamed, enum.Names{{"refuse", "拒绝"}, {"omit", "剔除"}})

var intervalNames = enum.New[IntervalMethod]("interval method", notNamed, enum.Names{
	{"logit", "对数几率区间"}, {"beta", "Korn-Graubard 区间"}, {"mean", "Wald 区间"}, {"asin", "反正弦区间"},
	{"likelihood", "似然区间"}, {"score", "Wilson 得分区间"},
})

var ruleNames = enum.New[QuantileRule]("quantile rule", notNamed, enum.Names{
	{"math", "数学定义"}, {"school", "教科书定义"}, {"hf4", "HF4"}, {"hf5", "HF5"}, {"hf6", "HF6"}, {"hf7", "HF7"},
	{"hf8", "HF8"}, {"hf9", "HF9"},
})

// String returns the code: refuse, certainty, average or adjust.
func (l LonelyPSU) String() string { return lonelyNames.Code(l) }

// Zh returns the Chinese term.
func (l LonelyPSU) Zh() string { return lonelyNames.Zh(l) }

// MarshalText returns the code; a value that is none of the constants is [ErrInvalid].
func (l LonelyPSU) MarshalText() ([]byte, error) { return lonelyNames.Marshal(l) }

// UnmarshalText reads a code; an unknown one is [ErrInvalid].
func (l *LonelyPSU) UnmarshalText(text []byte) error { return lonelyNames.Unmarshal(l, text) }

// String returns the code: refuse or omit.
func (m Missing) String() string { return missingNames.Code(m) }

// Zh returns the Chinese term.
func (m Missing) Zh() string { return missingNames.Zh(m) }

// MarshalText returns the code; a value that is none of the constants is [ErrInvalid].
func (m Missing) MarshalText() ([]byte, error) { return missingNames.Marshal(m) }

// UnmarshalText reads a code; an unknown one is [ErrInvalid].
func (m *Missing) UnmarshalText(text []byte) error { return missingNames.Unmarshal(m, text) }

// String returns the code: logit, beta, mean, asin, likelihood or score.
func (m IntervalMethod) String() string { return intervalNames.Code(m) }

// Zh returns the Chinese term.
func (m IntervalMethod) Zh() string { return intervalNames.Zh(m) }

// MarshalText returns the code; a value that is none of the constants is [ErrInvalid].
func (m IntervalMethod) MarshalText() ([]byte, error) { return intervalNames.Marshal(m) }

// UnmarshalText reads a code, or "xlogit", "wald" and "wilson", which others call logit,
// mean and score; an unknown one is [ErrInvalid].
func (m *IntervalMethod) UnmarshalText(text []byte) error {
	switch string(text) {
	case "xlogit":
		*m = IntervalLogit
		return nil
	case "wald":
		*m = IntervalWald
		return nil
	case "wilson":
		*m = IntervalScore
		return nil
	}
	return intervalNames.Unmarshal(m, text)
}

// String returns the code: math, school, hf4 to hf9.
func (r QuantileRule) String() string { return ruleNames.Code(r) }

// Zh returns the Chinese term.
func (r QuantileRule) Zh() string { return ruleNames.Zh(r) }

// MarshalText returns the code; a value that is none of the constants is [ErrInvalid].
func (r QuantileRule) MarshalText() ([]byte, error) { return ruleNames.Marshal(r) }

// UnmarshalText reads a code, or "hf1" and "hf2" for math and school; an unknown
// one is [ErrInvalid].
func (r *QuantileRule) UnmarshalText(text []byte) error {
	switch string(text) {
	case "hf1":
		*r = QuantileMath
		return nil
	case "hf2":
		*r = QuantileSchool
		return nil
	}
	return ruleNames.Unmarshal(r, text)
}
