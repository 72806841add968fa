package horvitz_test

import (
	"fmt"
	"math"

	"github.com/guanxi-go/guanxi/sampling/draw"
	"github.com/guanxi-go/guanxi/sampling/horvitz"
)

// Six branches are asked for their complaints, drawn by turnover; what do they say
// about all eleven?
func Example() {
	turnover := []float64{900, 120, 95, 80, 60, 55, 40, 30, 25, 20, 15}
	complaints := []float64{210, 30, 19, 22, 13, 10, 11, 7, 4, 6, 2}
	branches, err := draw.Numbered(len(turnover), draw.Columns{Size: turnover})
	if err != nil {
		panic(err)
	}
	in, err := draw.InclusionProbabilities(turnover, 6)
	if err != nil {
		panic(err)
	}
	design, err := draw.NewUnequal(in.Probabilities, draw.DesignSampford)
	if err != nil {
		panic(err)
	}
	drawn, err := design.Draw(branches, draw.Seeded(draw.Seed{1}))
	if err != nil {
		panic(err)
	}
	var y []float64
	for _, branch := range drawn.Units {
		y = append(y, complaints[branch])
	}
	total, err := horvitz.Total(y, drawn.Probabilities)
	if err != nil {
		panic(err)
	}
	joint, err := design.Joint(drawn.Units)
	if err != nil {
		panic(err)
	}
	variance, err := horvitz.Variance(y, drawn.Probabilities, horvitz.Options{Joint: joint})
	if err != nil {
		panic(err)
	}
	fmt.Printf("branches %v\n%.0f complaints, standard error %.0f\n", drawn.Units, total, math.Sqrt(variance))
	// Output:
	// branches [0 1 2 3 5 6]
	// 338 complaints, standard error 6
}

// Which design would have told last year's total best?
func ExampleDesignVariance() {
	lastYear := []float64{28, 20, 22, 14, 12, 10, 8, 5, 6, 3}
	pik := []float64{0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.3, 0.2, 0.1, 0.1}
	for _, design := range []draw.Design{draw.DesignPPSSystematic, draw.DesignPivotal, draw.DesignConditionalPoisson, draw.DesignPoisson} {
		u, err := draw.NewUnequal(pik, design)
		if err != nil {
			panic(err)
		}
		joint, err := u.Joint(nil)
		if err != nil {
			panic(err)
		}
		variance, err := horvitz.DesignVariance(lastYear, joint)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%-20v %.1f\n", design, math.Sqrt(variance))
	}
	// Output:
	// pps-systematic       10.0
	// pivotal              10.6
	// conditional-poisson  10.3
	// poisson              44.6
}
