package numeric_test

import (
	"fmt"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

func ExampleNormalQuantile() {
	// The point that leaves 2.5 percent above it, and one far out.
	fmt.Printf("%.6f %.6f\n", -numeric.NormalQuantile(0.025), -numeric.NormalQuantile(1e-300))
	// Output: 1.959964 37.047096
}

func ExampleChiSquaredTail() {
	fmt.Printf("%.6f %.4g\n", numeric.ChiSquaredTail(3.841459, 1), numeric.ChiSquaredTail(1000, 3))
	// Output: 0.050000 1.799e-216
}

func ExampleWilsonInterval() {
	lower, upper, err := numeric.WilsonInterval(27, 30, 0.95)
	fmt.Printf("%.4f to %.4f %v\n", lower, upper, err)
	// Output: 0.7438 to 0.9654 <nil>
}

func ExampleSum() {
	var s numeric.Sum
	for _, x := range []float64{1, 1e100, 1, -1e100} {
		s.Add(x)
	}
	fmt.Println(s.Value())
	// Output: 2
}
