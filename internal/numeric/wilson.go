package numeric

import (
	"fmt"
	"math"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// WilsonInterval returns the score interval of a proportion seen as successes
// out of n at a confidence level, without continuity correction. Both ends lie
// in [0, 1]; the lower is exactly 0 without a success, the upper exactly 1
// without a failure. The error is fault.ErrInsufficientData for n = 0, and
// fault.ErrInvalid unless 0 <= successes <= n and 0 < level < 1.
//
// Source: Wilson 1927, JASA 22:209-212.
func WilsonInterval(successes, n int, level float64) (lower, upper float64, err error) {
	switch {
	case n < 0 || successes < 0 || successes > n:
		return 0, 0, fmt.Errorf("numeric: %d successes out of %d: %w", successes, n, fault.ErrInvalid)
	case !(level > 0 && level < 1):
		return 0, 0, fmt.Errorf("numeric: confidence level %v: %w", level, fault.ErrInvalid)
	case n == 0:
		return 0, 0, fmt.Errorf("numeric: proportion of none: %w", fault.ErrInsufficientData)
	}
	z := -NormalQuantile((1 - level) / 2)
	return wilsonLower(successes, n, z), wilsonUpper(successes, n, z), nil
}

func wilsonUpper(successes, n int, z float64) float64 {
	if successes == n {
		return 1
	}
	k, m := float64(successes), float64(n)
	return (2*k + z*z + z*math.Sqrt(z*z+4*k*(m-k)/m)) / (2 * (m + z*z))
}

// wilsonLower divides the product of the two ends, k²/(n(n+z²)), by the upper
// one: the difference in the textbook's formula would cancel.
func wilsonLower(successes, n int, z float64) float64 {
	if successes == 0 {
		return 0
	}
	k, m := float64(successes), float64(n)
	return k / m * k / (m + z*z) / wilsonUpper(successes, n, z)
}
