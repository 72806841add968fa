package survival

import (
	"math"
	"sort"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Curve is an estimated survival function S(t) = P(T > t | T > Start), a step
// function (生存曲线). It is plain data with stable JSON.
type Curve struct {
	Estimator Estimator `json:"estimator"`
	// Limits and Level are how the pointwise limits were made.
	Limits LimitKind `json:"limits"`
	Level  float64   `json:"level"`
	// Rows is the number of observations behind the curve, Events how many of
	// them ended with an event.
	Rows   int `json:"rows"`
	Events int `json:"events"`
	// Start is the time on whose survival the curve is conditional: the
	// smallest Entry, or the t0 of [Curve.Conditional]. Up to there S is 1.
	Start float64 `json:"start"`
	// Points are the distinct times at which an observation ended, in
	// ascending order; S is constant between them.
	Points []Point `json:"points"`
}

// Point is one step of a [Curve].
type Point struct {
	Time float64 `json:"time"`
	// AtRisk is the number of subjects under observation just before Time, with
	// those whose observation ends at Time (风险集).
	AtRisk   int `json:"at_risk"`
	Events   int `json:"events"`
	Censored int `json:"censored"`
	// Survival is S(Time). Its standard error is Greenwood's, for
	// Fleming-Harrington Aalen's; it is absent, with the limits, where S is 0.
	Survival Estimate `json:"survival"`
	// CumHazard is the Nelson-Aalen estimate of the cumulative hazard
	// (累积风险), the sum of Events/AtRisk, and CumHazardStdErr its standard
	// error, the root of the sum of Events/AtRisk².
	CumHazard       float64 `json:"cum_hazard"`
	CumHazardStdErr float64 `json:"cum_hazard_std_err"`
}

// Estimator is the way from counts to a [Curve].
type Estimator int

const (
	// ProductLimit is Kaplan and Meier's: S is the product of 1 - Events/AtRisk.
	ProductLimit Estimator = iota
	// ExpCumHazard is Fleming and Harrington's: S = exp(-CumHazard).
	ExpCumHazard
)

var estimators = enum.New[Estimator]("estimator", unknown, enum.Names{
	ProductLimit: {"kaplan-meier", "卡普兰-迈耶"},
	ExpCumHazard: {"fleming-harrington", "弗莱明-哈林顿"},
})

// String returns kaplan-meier or fleming-harrington.
func (e Estimator) String() string { return estimators.Code(e) }

// Zh returns the Chinese name of the estimator.
func (e Estimator) Zh() string { return estimators.Zh(e) }

// MarshalText writes what String returns; the error is ErrInvalid for a value
// that is none of the constants.
func (e Estimator) MarshalText() ([]byte, error) { return estimators.Marshal(e) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (e *Estimator) UnmarshalText(text []byte) error { return estimators.Unmarshal(e, text) }

// KaplanMeier estimates the survival function from right-censored and
// left-truncated observations (卡普兰-迈耶估计), in any order. At each distinct
// time, subjects censored there still count as at risk.
//
// Whole days are counted, O(n + days), unless they are few and far apart; other
// times are sorted, O(n).
//
// With left truncation the first risk sets can be small, and a chance event
// among three subjects then halves the whole curve; it is 0 for good where a
// risk set dies out, even if others enter later. [Curve.ThinUntil] tells, and
// [Curve.Conditional] starts the curve where there are data. Where the risk set
// is empty for a while because all were censored, S stays as it was.
//
// Errors: ErrInsufficientData without observations; ErrInvalid for options out
// of range and for the first row that breaks the rule of [Observation].
//
// Source: Kaplan and Meier 1958, JASA 53:457-481; results as R's
// survival::survfit 3.5-3 gives them.
func KaplanMeier[T Time](obs []Observation[T], opts Options) (*Curve, error) {
	return estimate(ProductLimit, obs, opts)
}

// FlemingHarrington estimates the survival function as exp(-H), H the
// Nelson-Aalen estimate of the cumulative hazard. It never reaches 0, so that a
// first risk set that dies out under left truncation does not end the curve.
// Data, options and errors are those of [KaplanMeier].
//
// Source: Fleming and Harrington 1984, Communications in Statistics
// 13:2469-2486; as R's survfit(stype = 2, ctype = 1).
func FlemingHarrington[T Time](obs []Observation[T], opts Options) (*Curve, error) {
	return estimate(ExpCumHazard, obs, opts)
}

func estimate[T Time](e Estimator, obs []Observation[T], opts Options) (*Curve, error) {
	rule, err := opts.rule()
	if err != nil {
		return nil, err
	}
	sets, start, err := countRisk(obs)
	if err != nil {
		return nil, err
	}
	return newCurve(e, rule, start, sets), nil
}

// newCurve makes the curve of the risk sets after start.
func newCurve(e Estimator, rule limitRule, start float64, sets []riskSet) *Curve {
	c := &Curve{Estimator: e, Limits: rule.kind, Level: rule.level, Start: start, Points: make([]Point, len(sets))}
	var greenwood, hazard, variance numeric.Sum
	product := productLimit{survival: 1}
	for i, set := range sets {
		d, y := float64(set.events), float64(set.atRisk)
		greenwood.Add(greenwoodTerm(d, y))
		hazard.Add(d / y)
		variance.Add(d / (y * y))
		p := Point{
			Time: set.time, AtRisk: set.atRisk, Events: set.events, Censored: set.censored,
			CumHazard: hazard.Value(), CumHazardStdErr: math.Sqrt(variance.Value()),
		}
		if e == ExpCumHazard {
			p.Survival = rule.survival(math.Exp(-p.CumHazard), p.CumHazardStdErr)
		} else {
			p.Survival = rule.survival(product.after(set), math.Sqrt(greenwood.Value()))
		}
		c.Points[i] = p
		c.Rows += set.events + set.censored
		c.Events += set.events
	}
	return c
}

// greenwoodTerm is the contribution of d events among y at risk to the variance
// of log S. Where all have the event S is 0 from there on and has no variance.
func greenwoodTerm(d, y float64) float64 {
	if d == y {
		return 0
	}
	return d / (y * (y - d))
}

// survival is the estimate of S with the standard error rel of log S.
func (r limitRule) survival(s, rel float64) Estimate {
	e := Estimate{Value: s}
	if s > 0 {
		e.StdErr = known(s * rel)
		e.Lower, e.Upper = r.around(s, rel)
	}
	return e
}

// productLimit multiplies 1 - events/atRisk over the risk sets. While nobody is
// censored or enters, the product telescopes to one fraction of counts, which
// is rounded once: without censoring S is the exact share that survives.
type productLimit struct {
	survival float64 // now
	base     float64 // before the telescoping stretch
	among    int     // at risk at its beginning
	expected int     // at risk at the next set, if the stretch goes on
}

func (p *productLimit) after(set riskSet) float64 {
	if set.atRisk != p.expected {
		p.base, p.among = p.survival, set.atRisk
	}
	p.expected = set.atRisk - set.events
	p.survival = p.base * (float64(p.expected) / float64(p.among))
	return p.survival
}

// index returns the index of the point in force at t, -1 before the first.
func (c *Curve) index(t float64) int {
	return sort.Search(len(c.Points), func(i int) bool { return c.Points[i].Time > t }) - 1
}

// end returns the last time with a point.
func (c *Curve) end() float64 { return c.Points[len(c.Points)-1].Time }

// At returns S(t) with its limits. ok is false where the data say nothing of
// S(t): for a negative t or NaN, and after the last observation unless S has
// reached 0 there: how the loyal go on is not in the data.
func (c *Curve) At(t float64) (s Estimate, ok bool) {
	if !(t >= 0) || len(c.Points) == 0 {
		return Estimate{}, false
	}
	i := c.index(t)
	if i < 0 {
		rule, err := Options{c.Limits, c.Level}.rule()
		if err != nil {
			return Estimate{}, false
		}
		return rule.survival(1, 0), true
	}
	s = c.Points[i].Survival
	return s, t <= c.end() || s.Value == 0
}
