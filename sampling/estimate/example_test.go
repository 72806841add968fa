package estimate_test

import (
	"errors"
	"fmt"
	"math"

	"github.com/guanxi-go/guanxi/sampling/draw"
	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/guanxi-go/guanxi/sampling/horvitz"
)

// How satisfied are our customers? Five were asked in each of two branches, of
// which one has 900 customers and the other 100.
func Example() {
	branch := []string{"city", "city", "city", "city", "city", "harbour", "harbour", "harbour", "harbour", "harbour"}
	score := []float64{8, 9, 7, 9, 8, 4, 6, 5, 3, 5}
	weights := make([]float64, len(branch))
	customers := make([]float64, len(branch))
	for i, b := range branch {
		customers[i] = map[string]float64{"city": 900, "harbour": 100}[b]
		weights[i] = customers[i] / 5
	}
	d, err := estimate.NewDesign(weights, []estimate.Stage{{
		Strata: estimate.Labels(branch), Population: customers,
	}}, estimate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := d.Mean(score)
	if err != nil {
		fmt.Println(err)
		return
	}
	margin, err := m.Margin(0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("satisfaction %.2f, give or take %.2f\n", m.Value, margin)

	happy := make([]bool, len(score))
	for i, s := range score {
		happy[i] = s >= 8
	}
	p, err := d.Proportion(happy, estimate.ProportionOptions{})
	fmt.Printf("happy: %.0f%% (%.0f%% to %.0f%%) %v\n", 100*p.Value, 100*p.Interval.Lower, 100*p.Interval.Upper, err)
	// Output:
	// satisfaction 7.84, give or take 0.78
	// happy: 72% (25% to 95%) <nil>
}

// Shops were drawn, 3 of 40, and in each of them two of its customers: the shops
// make most of the error. Weights follow from the counts.
func ExampleNewDesign_twoStages() {
	shop := []string{"A", "A", "B", "B", "C", "C"}
	minutes := []float64{4, 6, 11, 9, 5, 8} // of waiting
	shops := []float64{40, 40, 40, 40, 40, 40}
	customers := []float64{120, 120, 80, 80, 200, 200} // of the shop
	d, err := estimate.NewDesign(nil, []estimate.Stage{
		{Clusters: estimate.Labels(shop), Population: shops},
		{Population: customers},
	}, estimate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := d.Mean(minutes)
	if err != nil {
		fmt.Println(err)
		return
	}
	deff, err := m.DesignEffect()
	fmt.Printf("%.0f customers wait %.2f minutes, standard error %.2f\n", m.Size, m.Value, m.SE)
	fmt.Printf("%d degrees of freedom, design effect %.2f %v\n", m.DF, deff, err)
	// Output:
	// 5333 customers wait 6.75 minutes, standard error 1.02
	// 2 degrees of freedom, design effect 1.11 <nil>
}

// Large branches were likelier to be drawn: every one has its own probability, and what
// was not left to chance has no error.
func ExampleNewDesign_unequal() {
	branch := []string{"head office", "harbour", "harbour", "market", "station", "station"}
	probability := []float64{1, 0.8, 0.8, 0.5, 0.7, 0.7} // of the row's branch
	complaints := []float64{31, 6, 7, 4, 8, 3}
	orders := []float64{900, 210, 190, 120, 260, 100}
	d, err := estimate.NewDesign(nil, []estimate.Stage{{
		Clusters: estimate.Labels(branch), Probability: probability,
	}}, estimate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	total, err := d.Total(complaints)
	if err != nil {
		fmt.Println(err)
		return
	}
	rate, err := d.Ratio(complaints, orders)
	fmt.Printf("%.0f complaints, standard error %.1f\n", total.Value, total.SE)
	fmt.Printf("%.4f for an order, standard error %.4f %v\n", rate.Value, rate.SE, err)
	// Output:
	// 71 complaints, standard error 5.1
	// 0.0329 for an order, standard error 0.0003 <nil>
}

// One unit shows no spread: there is no default for what its error is.
func ExampleLonelyPSU() {
	strata := estimate.Labels([]string{"north", "north", "south"})
	_, err := estimate.NewDesign([]float64{10, 10, 10}, []estimate.Stage{{Strata: strata}}, estimate.Options{})
	fmt.Println(err)
	fmt.Println(errors.Is(err, estimate.ErrLonelyPSU))

	d, err := estimate.NewDesign([]float64{10, 10, 10}, []estimate.Stage{{Strata: strata}},
		estimate.Options{Lonely: estimate.LonelyAdjust})
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := d.Mean([]float64{2, 4, 9})
	fmt.Printf("%.1f, standard error %.2f %v\n", m.Value, m.SE, err)
	// Output:
	// estimate: stage 1: stratum south: stratum has one unit in the sample and more in the population: lonely unit: insufficient data
	// true
	// 5.0, standard error 1.49 <nil>
}

// Branches were drawn by Sampford's design. Its joint probabilities and the linearised
// values give the variance of a ratio.
func ExampleDesign_Influence() {
	orders := []float64{900, 210, 190, 120, 260, 100, 150, 300}
	complaints := []float64{31, 6, 7, 4, 8, 3, 5, 11}
	in, err := draw.InclusionProbabilities(orders, 4)
	if err != nil {
		fmt.Println(err)
		return
	}
	sampford, err := draw.NewUnequal(in.Probabilities, draw.DesignSampford)
	if err != nil {
		fmt.Println(err)
		return
	}
	drawn := []int{0, 2, 4, 7} // as Draw might
	joint, err := sampford.Joint(drawn)
	if err != nil {
		fmt.Println(err)
		return
	}
	var p, y, x []float64
	for _, branch := range drawn {
		p, y, x = append(p, in.Probabilities[branch]), append(y, complaints[branch]), append(x, orders[branch])
	}
	d, err := estimate.NewDesign(nil, []estimate.Stage{{Probability: p}}, estimate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	rate, err := d.Ratio(y, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	z, err := d.Influence(estimate.Ratio(y, x))
	if err != nil {
		fmt.Println(err)
		return
	}
	variance, err := horvitz.Variance(z, p, horvitz.Options{Joint: joint})
	fmt.Printf("%.4f for an order, standard error %.5f by Brewer, %.5f by pairs %v\n",
		rate.Value, rate.SE, math.Sqrt(variance), err)
	// Output:
	// 0.0346 for an order, standard error 0.00078 by Brewer, 0.00069 by pairs <nil>
}

// A domain is a mark on the rows, not a smaller file: how many newcomers the
// sample has was left to chance, and that is part of the error.
func ExampleDesign_Where() {
	spend := []float64{120, 80, 200, 150, 90, 60, 110, 170}
	newcomer := []bool{true, false, false, true, false, true, false, false}
	d, err := estimate.NewDesign([]float64{50, 50, 50, 50, 50, 50, 50, 50}, nil, estimate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	newcomers, err := d.Where(newcomer)
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := newcomers.Mean(spend)
	fmt.Printf("%.0f newcomers spend %.0f, standard error %.1f %v\n", newcomers.Size(), m.Value, m.SE, err)
	_, err = d.Where(make([]bool, 8))
	fmt.Println(err)
	// Output:
	// 150 newcomers spend 110, standard error 23.1 <nil>
	// estimate: domain has no row with a weight: not estimable: insufficient data
}

func ExampleDesign_By() {
	branch := estimate.Labels([]string{"west", "east", "east", "west", "west", "east", "north", "north"})
	score := []float64{7, 9, 8, 5, 6, 8, 9, 7}
	d, err := estimate.NewDesign([]float64{30, 10, 10, 30, 30, 10, 20, 20}, nil, estimate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	groups, err := d.By(branch, estimate.Mean(score))
	for _, g := range groups {
		fmt.Printf("%-5s %.2f, standard error %.2f\n", g.Level, g.Value, g.SE)
	}
	fmt.Println(err)
	// Output:
	// east  8.33, standard error 0.29
	// north 8.00, standard error 0.76
	// west  6.00, standard error 0.50
	// <nil>
}

// Is the difference between two branches more than chance? Their figures come
// from the same clusters, so their errors go together.
func ExampleDesign_Joint() {
	branch := estimate.Labels([]string{"a", "a", "b", "b", "a", "b", "a", "b"})
	day := estimate.Labels([]string{"Mon", "Mon", "Mon", "Tue", "Tue", "Wed", "Wed", "Wed"})
	score := []float64{6, 7, 4, 6, 8, 3, 6, 4}
	d, err := estimate.NewDesign([]float64{9, 9, 9, 9, 9, 9, 9, 9}, []estimate.Stage{{Clusters: day}}, estimate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	both, err := d.Joint(estimate.Mean(score).In(branch.Is("a")), estimate.Mean(score).In(branch.Is("b")))
	if err != nil {
		fmt.Println(err)
		return
	}
	difference, err := both.Difference(0, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	i, err := difference.Interval(0.95)
	fmt.Printf("a %.2f, b %.2f, difference %.2f (%.2f to %.2f) %v\n",
		both.Each[0].Value, both.Each[1].Value, difference.Value, i.Lower, i.Upper, err)
	// Output:
	// a 6.75, b 4.25, difference 2.50 (1.27 to 3.73) <nil>
}

// Nobody of 60 complained: that is not a rate of zero with certainty.
func ExampleDesign_Proportion() {
	weights := make([]float64, 60)
	for i := range weights {
		weights[i] = 20
	}
	d, err := estimate.NewDesign(weights, nil, estimate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := d.Proportion(make([]bool, 60), estimate.ProportionOptions{})
	fmt.Printf("%.0f%% complain, at most %.1f%% %v %v\n", 100*p.Value, 100*p.Interval.Upper, p.OneSided, err)
	// Output:
	// 0% complain, at most 4.9% true <nil>
}

func ExampleDesign_Quantiles() {
	days := []float64{3, 9, 4, 7, 12, 5, 8, 6, 21, 10, 2, 5}
	weights := []float64{5, 5, 5, 5, 5, 5, 8, 8, 8, 8, 8, 8}
	d, err := estimate.NewDesign(weights, nil, estimate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	q, err := d.Quantiles(days, []float64{0.25, 0.5, 0.9}, estimate.QuantileOptions{})
	for _, q := range q {
		fmt.Printf("%.0f%% are done in %g days, %v to %v\n", 100*q.P, q.Value, q.Lower, q.Upper)
	}
	fmt.Println(err)
	// Output:
	// 25% are done in 5 days, 3 to 9
	// 50% are done in 6 days, 4 to 10
	// 90% are done in 21 days, absent to absent
	// <nil>
}

// Does waiting cost satisfaction? Point by point and minute by minute.
func ExampleDesign_Linear() {
	minutes := []float64{1, 2, 3, 4, 6, 8, 9, 12}
	score := []float64{9, 9, 8, 8, 7, 5, 6, 4}
	d, err := estimate.NewDesign([]float64{10, 10, 10, 10, 25, 25, 25, 25}, nil, estimate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := d.Linear(score, [][]float64{minutes}, estimate.ModelOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	i, err := m.Each[1].Interval(0.95)
	fmt.Printf("%.2f points per minute (%.2f to %.2f) %v\n", m.Each[1].Value, i.Lower, i.Upper, err)
	// Output:
	// -0.47 points per minute (-0.54 to -0.40) <nil>
}

func ExampleDesign_Logistic() {
	visits := []float64{1, 2, 2, 3, 4, 5, 6, 7, 8, 9}
	renewed := []bool{false, false, true, false, false, true, true, false, true, true}
	d, err := estimate.NewDesign([]float64{4, 4, 4, 4, 4, 6, 6, 6, 6, 6}, nil, estimate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := d.Logistic(renewed, [][]float64{visits}, estimate.ModelOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("log odds rise by %.2f a visit, standard error %.2f\n", m.Each[1].Value, m.Each[1].SE)
	// Output:
	// log odds rise by 0.45 a visit, standard error 0.31
}

// Two machines count a part each of a stream of receipts; one of them answers.
func ExampleAccumulator() {
	var parts [2]*estimate.Accumulator
	for k := range parts {
		a, err := estimate.NewAccumulator(2, estimate.AccumulatorOptions{})
		if err != nil {
			fmt.Println(err)
			return
		}
		parts[k] = a
	}
	for i, r := range []estimate.Row{
		{Weight: 10, Cluster: "shop 1", Population: 50, Values: []float64{120, 3}},
		{Weight: 10, Cluster: "shop 2", Population: 50, Values: []float64{80, 4}},
		{Weight: 10, Cluster: "shop 1", Population: 50, Values: []float64{200, 5}},
		{Weight: 10, Cluster: "shop 3", Population: 50, Values: []float64{90, 2}},
	} {
		if err := parts[i%2].Add(r); err != nil {
			fmt.Println(err)
			return
		}
	}
	sent, err := parts[1].MarshalBinary()
	if err != nil {
		fmt.Println(err)
		return
	}
	var arrived estimate.Accumulator
	if err := arrived.UnmarshalBinary(sent); err != nil {
		fmt.Println(err)
		return
	}
	if err := parts[0].Merge(&arrived); err != nil {
		fmt.Println(err)
		return
	}
	perArticle, err := parts[0].Ratios(1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f yuan an article, standard error %.2f\n", perArticle.Each[0].Value, perArticle.Each[0].SE)
	// Output:
	// 35.00 yuan an article, standard error 6.35
}
