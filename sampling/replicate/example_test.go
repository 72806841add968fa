package replicate_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/guanxi-go/guanxi/sampling/calibrate"
	"github.com/guanxi-go/guanxi/sampling/replicate"
)

// What customers of five branches spend for each visit: branches were drawn, so
// branches are left out, one after the other.
func ExampleDesign_JK1() {
	branch := []string{"a", "a", "b", "b", "c", "d", "d", "e"}
	spent := []float64{30, 50, 20, 25, 90, 40, 60, 35}
	visits := []float64{2, 3, 1, 2, 5, 2, 3, 2}
	d, err := replicate.NewDesign(slices.Repeat([]float64{100}, 8), replicate.DesignOptions{PSUs: branch})
	if err != nil {
		fmt.Println(err)
		return
	}
	jack, err := d.JK1(replicate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	est, err := jack.Ratio(spent, visits)
	if err != nil {
		fmt.Println(err)
		return
	}
	lower, upper, err := est.Interval(0, .95)
	fmt.Printf("%.2f per visit, standard error %.2f, 95 %% from %.2f to %.2f %v\n", est.Values[0], est.SE(0), lower, upper, err)
	fmt.Println(jack.Len(), "replicates,", jack.DegreesOfFreedom(), "degrees of freedom")
	// Output:
	// 17.50 per visit, standard error 0.97, 95 % from 14.82 to 20.18 <nil>
	// 5 replicates, 4 degrees of freedom
}

// A function of the weights that no formula is at hand for: the range of the
// middle half.
func ExampleReplicates_Variance() {
	y := []float64{1, 4, 5, 7, 8, 10, 11, 15, 18, 20}
	d, err := replicate.NewDesign(slices.Repeat([]float64{10}, 10), replicate.DesignOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	boot, err := d.RaoWu(500, rand.New(rand.NewPCG(1, 2)), replicate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	est, err := boot.Variance(func(w []float64) ([]float64, error) {
		return []float64{quantile(w, y, .75) - quantile(w, y, .25)}, nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f, standard error %.1f\n", est.Values[0], est.SE(0))
	// Output:
	// 10, standard error 3.3
}

// Replicates that are calibrated again know that the size of the groups is known.
func ExampleReplicates_Adjusted() {
	d, err := replicate.NewDesign(slices.Repeat([]float64{25}, 6), replicate.DesignOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	jack, err := d.JKn(replicate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	raker, err := calibrate.NewRaker([]calibrate.Margin{{Name: "size", Totals: map[string]float64{"small": 120, "large": 30},
		Labels: []string{"small", "small", "small", "small", "large", "large"}}}, calibrate.RakeOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	post := jack.Adjusted(func(weights []float64) ([]float64, error) {
		res, err := raker.Calibrate(weights)
		if err != nil {
			return nil, err
		}
		return res.Weights, nil
	})
	turnover := []float64{1, 2, 2, 3, 20, 24}
	for _, r := range []*replicate.Replicates{jack, post} {
		est, err := r.Totals(turnover)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.0f, standard error %.0f\n", est.Values[0], est.SE(0))
	}
	// Output:
	// 1300, standard error 638
	// 900, standard error 93
}

// Balanced replication takes two units per stratum, and says where there are not.
func ExampleDesign_BRR() {
	strata := []string{"n", "n", "s", "s", "w", "w", "w"}
	_, err := func() (*replicate.Replicates, error) {
		d, err := replicate.NewDesign(slices.Repeat([]float64{10}, 7), replicate.DesignOptions{Strata: strata})
		if err != nil {
			return nil, err
		}
		return d.BRR(replicate.Options{})
	}()
	var e *replicate.Error
	if errors.As(err, &e) {
		fmt.Println(e.Stratum, e.Reason)
	}

	d, err := replicate.NewDesign(slices.Repeat([]float64{10}, 6), replicate.DesignOptions{Strata: strata[:6]})
	if err != nil {
		fmt.Println(err)
		return
	}
	brr, err := d.BRR(replicate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	est, err := brr.Totals([]float64{3, 5, 8, 8, 2, 9})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d replicates: %.0f, standard error %.1f\n", brr.Len(), est.Values[0], est.SE(0))
	// Output:
	// w 3 PSUs, and BRR needs 2: take JKn
	// 4 replicates: 350, standard error 72.8
}

func ExampleGiven() {
	weights := []float64{10, 10}
	r, err := replicate.Given(weights, [][]float64{{20, 0}, {0, 20}}, replicate.GivenOptions{Scale: .5})
	if err != nil {
		fmt.Println(err)
		return
	}
	est, err := r.Totals([]float64{3, 5})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(est.Values, est.Covariance)
	// Output:
	// [80] [[400]]
}

func ExampleHadamard() {
	h, err := replicate.Hadamard(3)
	fmt.Println(h, err)
	// Output:
	// [[1 1 1 1] [1 -1 1 -1] [1 1 -1 -1] [1 -1 -1 1]] <nil>
}
