package sampling_test

import (
	"fmt"

	"github.com/guanxi-go/guanxi/sampling/draw"
	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/guanxi-go/guanxi/sampling/plan"
)

// A customer survey from the first question to the last figure: how many to ask in
// each class, who they are, and what their answers say about all 1,200.
func Example_survey() {
	var ids, classes []string
	population := map[string]float64{"key": 40, "regular": 360, "occasional": 800}
	for _, class := range []string{"key", "regular", "occasional"} {
		for i := range int(population[class]) {
			ids = append(ids, fmt.Sprintf("%s-%03d", class, i))
			classes = append(classes, class)
		}
	}

	strata := []plan.Stratum{
		{Name: "key", Size: 40, SD: 1, TakeAll: true},
		{Name: "regular", Size: 360, SD: 1.5},
		{Name: "occasional", Size: 800, SD: 2},
	}
	allocation, err := plan.Allocate(strata, 160, plan.AllocationOptions{Method: plan.Neyman})
	if err != nil {
		fmt.Println(err)
		return
	}
	sizes := map[string]int{}
	for i, s := range strata {
		sizes[s.Name] = allocation.N[i]
	}
	fmt.Println("ask", sizes["key"], sizes["regular"], sizes["occasional"])

	frame, err := draw.NewFrame(ids, draw.Columns{Stratum: classes})
	if err != nil {
		fmt.Println(err)
		return
	}
	sample, err := draw.Stratified(frame, sizes, draw.Seeded(draw.Seed{20, 26}))
	if err != nil {
		fmt.Println(err)
		return
	}

	// What they answered, from 1 to 10, is made up here.
	var class []string
	var score, customers []float64
	for _, row := range sample.Units {
		class = append(class, classes[row])
		customers = append(customers, population[classes[row]])
		score = append(score, map[string]float64{"key": 8, "regular": 7, "occasional": 5}[classes[row]]+float64(row%3))
	}
	design, err := estimate.NewDesign(sample.Weights(), []estimate.Stage{
		{Strata: estimate.Labels(class), Population: customers},
	}, estimate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	mean, err := design.Mean(score)
	if err != nil {
		fmt.Println(err)
		return
	}
	margin, err := mean.Margin(0.95)
	fmt.Printf("satisfaction of %.0f customers: %.2f, give or take %.2f %v\n", mean.Size, mean.Value, margin, err)
	// Output:
	// ask 40 30 90
	// satisfaction of 1200 customers: 6.72, give or take 0.14 <nil>
}
