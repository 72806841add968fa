package calibrate_test

import (
	"errors"
	"fmt"

	"github.com/guanxi-go/guanxi/sampling/calibrate"
)

// Eight customers answered a survey. The register has 600 women and 400 men, 700
// customers in the north and 300 in the south.
func ExampleRake() {
	weights := []float64{125, 125, 125, 125, 125, 125, 125, 125}
	margins := []calibrate.Margin{
		{Name: "sex", Labels: []string{"f", "m", "m", "m", "f", "m", "m", "f"}, Totals: map[string]float64{"f": 600, "m": 400}},
		{Name: "region", Labels: []string{"n", "n", "n", "s", "s", "s", "n", "n"}, Totals: map[string]float64{"n": 700, "s": 300}},
	}
	res, err := calibrate.Rake(weights, margins, calibrate.RakeOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.1f\n", res.Weights)
	fmt.Printf("g-weights from %.3f to %.3f\n", res.MinG, res.MaxG)

	satisfied := []float64{1, 0, 1, 1, 0, 0, 1, 1}
	share := 0.0
	for i, w := range res.Weights {
		share += w * satisfied[i] / 1000
	}
	fmt.Printf("satisfied: %.1f %%, and %.1f %% without weights\n", 100*share, 100*5./8)
	// Output:
	// [217.3 88.5 88.5 67.3 165.4 67.3 88.5 217.3]
	// g-weights from 0.539 to 1.739
	// satisfied: 67.9 %, and 62.5 % without weights
}

// Margins that the combinations in the sample cannot meet are an error that names
// the margin and its miss.
func ExampleRake_conflict() {
	_, err := calibrate.Rake([]float64{10, 10}, []calibrate.Margin{
		{Name: "sex", Labels: []string{"f", "m"}, Totals: map[string]float64{"f": 10, "m": 30}},
		{Name: "region", Labels: []string{"n", "s"}, Totals: map[string]float64{"n": 20, "s": 20}},
	}, calibrate.RakeOptions{})
	var e *calibrate.Error
	if errors.As(err, &e) {
		fmt.Printf("%s=%s missed by %+.0f %%: %v\n", e.Margin, e.Category, 100*e.Miss, errors.Is(err, calibrate.ErrNotConverged))
	}
	// Output:
	// sex=f missed by +100 %: true
}

// Replicate weights are raked with margins that were prepared once.
func ExampleNewRaker() {
	raker, err := calibrate.NewRaker([]calibrate.Margin{
		{Name: "sex", Labels: []string{"f", "m", "m"}, Totals: map[string]float64{"f": 60, "m": 40}},
	}, calibrate.RakeOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, weights := range [][]float64{{10, 10, 10}, {15, 15, 0}, {15, 0, 15}} {
		res, err := raker.Calibrate(weights)
		fmt.Println(res.Weights, err)
	}
	// Output:
	// [60 20 20] <nil>
	// [60 40 0] <nil>
	// [60 0 40] <nil>
}

func ExamplePostStratify() {
	res, err := calibrate.PostStratify([]float64{10, 10, 20},
		calibrate.Margin{Name: "size", Labels: []string{"small", "small", "large"}, Totals: map[string]float64{"small": 30, "large": 25}},
		calibrate.RakeOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Weights)
	residuals, err := res.Residuals([]float64{4, 6, 9}) // for a total of these values
	fmt.Println(residuals, err)
	// Output:
	// [15 15 25]
	// [-1 1 0] <nil>
}

// The turnover of all customers is known: weights that add up to it, and to the
// number of customers, make estimates of what goes along with turnover precise.
func ExampleCalibrate() {
	weights := []float64{25, 25, 25, 25}
	turnover := []float64{1, 2, 3, 10}
	res, err := calibrate.Calibrate(weights, []calibrate.Auxiliary{
		calibrate.Constant(4, 100),
		{Name: "turnover", Values: turnover, Total: 360},
	}, calibrate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("linear %.2f\n", res.Weights)

	res, err = calibrate.Calibrate(weights, []calibrate.Auxiliary{
		calibrate.Constant(4, 100),
		{Name: "turnover", Values: turnover, Total: 360},
	}, calibrate.Options{Method: calibrate.Logit, Bounds: calibrate.Bounds{Lower: .8, Upper: 1.2}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("logit  %.2f\n", res.Weights)
	// Output:
	// linear [27.40 26.60 25.80 20.20]
	// logit  [27.69 26.64 25.39 20.29]
}

// Counts of categories and totals of numbers together.
func ExampleIndicators() {
	region := calibrate.Margin{Name: "region", Labels: []string{"s", "n", "n"}, Totals: map[string]float64{"n": 40, "s": 10}}
	columns, err := calibrate.Indicators(region)
	if err != nil {
		fmt.Println(err)
		return
	}
	columns = append(columns, calibrate.Auxiliary{Name: "staff", Values: []float64{3, 4, 8}, Total: 246})
	res, err := calibrate.Calibrate([]float64{12, 12, 12}, columns, calibrate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n", res.Weights)
	for _, fit := range res.Fit {
		fmt.Printf("%s %.0f of %.0f\n", fit.Name, fit.Achieved, fit.Total)
	}
	// Output:
	// [10.00 26.00 14.00]
	// region=n 40 of 40
	// region=s 10 of 10
	// staff 246 of 246
}

// Margins by another distance than raking: the regression estimator, which has one
// step, here with a number beside them.
func ExampleCalibrate_margins() {
	weights := []float64{20, 20, 20, 20, 20}
	res, err := calibrate.Calibrate(weights, []calibrate.Auxiliary{
		{Name: "staff", Values: []float64{3, 4, 8, 5, 4}, Total: 500},
	}, calibrate.Options{Margins: []calibrate.Margin{
		{Name: "region", Labels: []string{"s", "n", "n", "s", "n"}, Totals: map[string]float64{"n": 70, "s": 40}},
		{Name: "size", Labels: []string{"small", "small", "large", "large", "small"}, Totals: map[string]float64{"small": 74, "large": 36}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n", res.Weights)
	for _, fit := range res.Fit {
		fmt.Printf("%s %.0f of %.0f\n", fit.Name, fit.Achieved, fit.Total)
	}
	fmt.Println("determined by the others:", res.Dropped)
	// Output:
	// [18.00 28.00 14.00 22.00 28.00]
	// region=n 70 of 70
	// region=s 40 of 40
	// size=large 36 of 36
	// size=small 74 of 74
	// staff 500 of 500
	// determined by the others: [size=small]
}

func ExampleTrim() {
	t, err := calibrate.Trim([]float64{10, 10, 12, 40}, 0, 22, calibrate.TrimOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.Weights, "lowered:", t.High, "moved:", t.Moved)
	// Output:
	// [16 16 18 22] lowered: 1 moved: 18
}
