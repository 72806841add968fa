package draw_test

import (
	"fmt"

	"github.com/guanxi-go/guanxi/sampling/draw"
)

// Four of eight branches are visited, by turnover. The flagship is so large that it is
// visited in any case; the others share the three remaining visits.
func ExamplePPS() {
	branches := []string{"Beijing", "Chengdu", "Dalian", "Foshan", "Guilin", "Harbin", "Jinan", "Kunming"}
	turnover := []float64{900, 120, 60, 90, 0, 75, 105, 30}
	frame, err := draw.NewFrame(branches, draw.Columns{Size: turnover})
	if err != nil {
		panic(err)
	}
	in, err := draw.InclusionProbabilities(turnover, 4)
	if err != nil {
		panic(err)
	}
	for _, row := range in.TakeAll {
		fmt.Println("for certain:", branches[row])
	}
	for _, row := range in.Never {
		fmt.Println("never:", branches[row])
	}
	sample, err := draw.PPS(frame, 4, draw.Seeded(draw.Seed{2}), draw.PPSOptions{Design: draw.DesignSampford})
	if err != nil {
		panic(err)
	}
	for i, weight := range sample.Weights() {
		fmt.Printf("%-8s p = %.4f, stands for %.2f branches\n", branches[sample.Units[i]], sample.Probabilities[i], weight)
	}
	// Output:
	// for certain: Beijing
	// never: Guilin
	// Beijing  p = 1.0000, stands for 1.00 branches
	// Chengdu  p = 0.7500, stands for 1.33 branches
	// Jinan    p = 0.6562, stands for 1.52 branches
	// Kunming  p = 0.1875, stands for 5.33 branches
}

// How often do pairs come together? In order of size, systematic sampling never draws
// neighbours; the design of maximum entropy leaves as much open as the probabilities
// allow.
func ExampleUnequal_Joint() {
	pik := []float64{0.2, 0.4, 0.4, 0.5, 0.7, 0.8}
	for _, design := range []draw.Design{draw.DesignPPSSystematic, draw.DesignConditionalPoisson} {
		u, err := draw.NewUnequal(pik, design)
		if err != nil {
			panic(err)
		}
		joint, err := u.Joint([]int{1, 2, 5})
		if err != nil {
			panic(err)
		}
		fmt.Printf("%v: %.4f %.4f %.4f\n", design, joint.At(0, 1), joint.At(0, 2), joint.At(1, 2))
	}
	// Output:
	// pps-systematic: 0.0000 0.4000 0.4000
	// conditional-poisson: 0.1034 0.2832 0.2832
}

// Where only the probabilities are known, and not the design, a formula serves.
func ExampleApproximateJoint() {
	pik := []float64{0.2, 0.4, 0.4, 0.5, 0.7, 0.8}
	joint, err := draw.ApproximateJoint(pik, []int{1, 2, 5}, draw.ApproximateDeville)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.4f %.4f %.4f\n", joint.At(0, 1), joint.At(0, 2), joint.At(1, 2))
	// Output:
	// 0.1017 0.2845 0.2845
}

func ExampleJointSimple() {
	joint, err := draw.JointSimple(100, 10, []int{3, 70})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.4f %.6f\n", joint.At(0, 0), joint.At(0, 1))
	// Output:
	// 0.1000 0.009091
}

// Half of twelve employees are asked, so that the number of women and the years of
// service among those asked are those of all, as nearly as twelve people allow.
func ExampleCube() {
	years := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	women := []float64{1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1}
	staff, err := draw.Numbered(len(years), draw.Columns{})
	if err != nil {
		panic(err)
	}
	half := make([]float64, len(years))
	for i := range half {
		half[i] = 0.5
	}
	sample, err := draw.Cube(staff, half, draw.Seeded(draw.Seed{3}), draw.CubeOptions{Variables: [][]float64{women, years}})
	if err != nil {
		panic(err)
	}
	service, share := 0.0, 0.0
	for i, weight := range sample.Weights() {
		service += weight * years[sample.Units[i]]
		share += weight * women[sample.Units[i]]
	}
	fmt.Println(sample.Units)
	fmt.Printf("%.0f years (78 in all), %.0f women (6 in all)\n", service, share)
	// Output:
	// [0 1 3 6 10 11]
	// 74 years (78 in all), 6 women (6 in all)
}

// Shops along a road: no two that are next to each other.
func ExampleLocalPivotal() {
	kilometre := []float64{0.5, 1, 4, 4.2, 9, 9.5, 20, 21}
	shops, err := draw.Numbered(len(kilometre), draw.Columns{})
	if err != nil {
		panic(err)
	}
	half := []float64{0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5}
	sample, err := draw.LocalPivotal(shops, half, [][]float64{kilometre}, draw.Seeded(draw.Seed{4}))
	if err != nil {
		panic(err)
	}
	for _, row := range sample.Units {
		fmt.Println(kilometre[row])
	}
	// Output:
	// 1
	// 4.2
	// 9
	// 21
}

func ExampleInclusionProbabilities() {
	in, err := draw.InclusionProbabilities([]float64{40, 2, 2, 1, 0}, 2)
	if err != nil {
		panic(err)
	}
	fmt.Println(in.Probabilities)
	fmt.Printf("for certain %v, never %v\n", in.TakeAll, in.Never)
	// Output:
	// [1 0.4 0.4 0.2 0]
	// for certain [0], never [4]
}
