package plan

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// TargetKind is how a wanted precision (精度) is stated.
type TargetKind int

// The kinds of target. Z is the normal quantile of the confidence level.
const (
	// MarginTarget is half the width of the confidence interval (允许误差), in the
	// unit of what is estimated: 0.03 for 3 percentage points.
	MarginTarget TargetKind = iota
	// RelativeMarginTarget is that half width as a share of the value itself
	// (相对误差): 0.1 for 10 percent of it.
	RelativeMarginTarget
	// CVTarget is the coefficient of variation of the estimator (变异系数), its
	// standard error over the value.
	CVTarget
	// VarianceTarget is the variance of the estimator (方差), the square of its
	// standard error.
	VarianceTarget
)

var targetKinds = enum.New[TargetKind]("target", unknown, enum.Names{
	{"margin", "允许误差"}, {"relative-margin", "相对误差"}, {"cv", "变异系数"}, {"variance", "方差"},
})

// String returns margin, relative-margin, cv or variance.
func (k TargetKind) String() string { return targetKinds.Code(k) }

// Zh returns the Chinese name.
func (k TargetKind) Zh() string { return targetKinds.Zh(k) }

// MarshalText writes what String returns; ErrInvalid for an unknown value.
func (k TargetKind) MarshalText() ([]byte, error) { return targetKinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *TargetKind) UnmarshalText(text []byte) error { return targetKinds.Unmarshal(k, text) }

// Target is the precision that a sample is to reach.
type Target struct {
	Kind  TargetKind `json:"kind"`
	Value float64    `json:"value"` // above 0 and finite
}

// Margin asks for a confidence interval of value ± e.
func Margin(e float64) Target { return Target{MarginTarget, e} }

// RelativeMargin asks for a confidence interval of value ± share·value.
func RelativeMargin(share float64) Target { return Target{RelativeMarginTarget, share} }

// CV asks for an estimator whose standard error is cv·value.
func CV(cv float64) Target { return Target{CVTarget, cv} }

// Variance asks for an estimator with variance v.
func Variance(v float64) Target { return Target{VarianceTarget, v} }

// Validate returns ErrInvalid for an unknown kind and for a value that is not
// positive and finite.
func (t Target) Validate() error {
	if err := known("target", targetKinds, t.Kind); err != nil {
		return err
	}
	return inside("target", t.Value, 0, math.Inf(1))
}

func (t Target) relative() bool { return t.Kind == RelativeMarginTarget || t.Kind == CVTarget }

func (t Target) margin() bool { return t.Kind == MarginTarget || t.Kind == RelativeMarginTarget }

// standardError returns what the target allows an estimator of value, for a
// normal quantile z.
func (t Target) standardError(value, z float64) float64 {
	switch t.Kind {
	case MarginTarget:
		return t.Value / z
	case RelativeMarginTarget:
		return t.Value * math.Abs(value) / z
	case CVTarget:
		return t.Value * math.Abs(value)
	}
	return math.Sqrt(t.Value)
}
