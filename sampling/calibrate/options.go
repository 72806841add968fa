package calibrate

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// A Linearization says how [Result.Residuals] takes the calibration out of an
// influence value. The rules differ by as much as the calibration changes weights
// relative to each other; for raking also by as much as design weights differ
// within a category.
type Linearization uint8

const (
	// AsSurvey does what R's package survey does, so that its standard errors are
	// reproduced: for margins that are raked, deviations from the unweighted means of
	// the categories, in ten sweeps over the margins; for auxiliary variables, the
	// regression with design weight / variance.
	AsSurvey Linearization = iota
	// Exact is the derivative of the calibrated estimate: the regression with the
	// weights at which the calibration ended (for margins the calibrated weights,
	// for a distance F the design weight times F'), solved to the last digit. It
	// is the one to take where design weights differ much within a category.
	Exact
)

// linearizations are the codes and the Chinese names of the rules.
var linearizations = enum.New[Linearization]("residuals", unknown, enum.Names{
	AsSurvey: {"as-survey", "与 survey 一致"}, Exact: {"exact", "精确线性化"},
})

func (l Linearization) known() bool { return linearizations.Valid(l) }

// String returns the code: as-survey or exact.
func (l Linearization) String() string { return linearizations.Code(l) }

// Zh returns the Chinese name.
func (l Linearization) Zh() string { return linearizations.Zh(l) }

// MarshalText returns the code, or ErrInvalid for an unknown value.
func (l Linearization) MarshalText() ([]byte, error) { return linearizations.Marshal(l) }

// UnmarshalText reads a code; an unknown one is ErrInvalid.
func (l *Linearization) UnmarshalText(text []byte) error { return linearizations.Unmarshal(l, text) }

// A Method is the distance between design weights and calibrated weights that
// [Calibrate] makes least. It determines how the g-weight follows from the
// auxiliary variables: g = F(x'λ/variance).
type Method uint8

const (
	// Linear, F(u) = 1+u, is the generalised regression estimator. It always has
	// a solution; weights can become negative. With bounds it is the truncated
	// linear method, F(u) = 1+u cut at the bounds.
	Linear Method = iota
	// Multiplicative, F(u) = exp(u), keeps weights positive, without a limit
	// above. For counts of categories it is raking.
	Multiplicative
	// Logit keeps g strictly between the bounds, which it needs.
	Logit
)

// methods are the codes and the Chinese names of the methods.
var methods = enum.New[Method]("method", unknown, enum.Names{
	Linear: {"linear", "线性"}, Multiplicative: {"multiplicative", "乘法"}, Logit: {"logit", "有界 logit"},
})

func (m Method) known() bool { return methods.Valid(m) }

// String returns the code: linear, multiplicative or logit.
func (m Method) String() string { return methods.Code(m) }

// Zh returns the Chinese name.
func (m Method) Zh() string { return methods.Zh(m) }

// MarshalText returns the code, or ErrInvalid for an unknown value.
func (m Method) MarshalText() ([]byte, error) { return methods.Marshal(m) }

// UnmarshalText reads a code; an unknown one is ErrInvalid.
func (m *Method) UnmarshalText(text []byte) error { return methods.Unmarshal(m, text) }

// Bounds limit the g-weights. The zero value is no bounds.
type Bounds struct {
	// Lower is at least 0 and below 1.
	Lower float64 `json:"lower"`
	// Upper is above 1, and may be infinite with Linear.
	Upper float64 `json:"upper"`
}

// A stop is when an iteration ends.
type stop struct {
	accept float64 // the relative miss that is good enough
	polish bool    // go on as long as it gets better
	most   int     // iterations
}

// defaultTolerance is the relative miss of a total that is accepted by default.
const defaultTolerance = 1e-10

func newStop(tolerance float64, most, usual int) (stop, error) {
	switch {
	case math.IsNaN(tolerance) || tolerance < 0 || tolerance >= 1:
		return stop{}, invalid("tolerance", "not between 0 and 1")
	case most < 0:
		return stop{}, invalid("iterations", "a negative number of iterations")
	case most == 0:
		most = usual
	}
	if tolerance == 0 {
		return stop{accept: defaultTolerance, polish: true, most: most}, nil
	}
	return stop{accept: tolerance, most: most}, nil
}
