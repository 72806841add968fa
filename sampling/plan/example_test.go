package plan_test

import (
	"errors"
	"fmt"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/sampling/plan"
)

// How many of 20,000 customers to ask whether they are satisfied, to within 3
// percentage points at 95 percent confidence, where 40 percent do not answer.
func ExampleProportion() {
	size, err := plan.Proportion(0.5, plan.Margin(0.03), plan.Options{
		Population: 20_000,
		Response:   money.Ratio{Num: 60, Den: 100},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d answers are needed (%.2f), so %d customers are asked\n", size.N, size.Exact, size.Ask)
	// Output:
	// 1014 answers are needed (1013.07), so 1690 customers are asked
}

// A company with 100 customers cannot reach 5 points when half do not answer, and
// is told so.
func ExampleProportion_shortfall() {
	size, err := plan.Proportion(0.5, plan.Margin(0.05), plan.Options{Population: 100, Response: money.Ratio{Num: 1, Den: 2}})
	fmt.Println(size.N, size.Ask, size.Shortfall, err)
	// Output:
	// 80 100 30 <nil>
}

// About 8 percent have complained: the Wilson interval does not run below zero.
func ExampleProportion_wilson() {
	size, err := plan.Proportion(0.08, plan.RelativeMargin(0.25), plan.Options{Interval: plan.Wilson})
	fmt.Printf("%d, interval %.3f to %.3f %v\n", size.N, size.Lower, size.Upper, err)
	// Output:
	// 713, interval 0.062 to 0.102 <nil>
}

// The mean order of a customer, 420 yuan with a standard deviation of 310, to
// within 5 percent, asked in clusters.
func ExampleMean() {
	deff, err := plan.ClusterDesignEffect(8, 0.04)
	if err != nil {
		fmt.Println(err)
		return
	}
	size, err := plan.Mean(420, 310, plan.RelativeMargin(0.05), plan.Options{Population: 5000, DesignEffect: deff})
	fmt.Printf("%d answers, interval %.0f to %.0f %v\n", size.N, size.Lower, size.Upper, err)
	// Output:
	// 883 answers, interval 399 to 441 <nil>
}

// What wholesale customers, one in ten, spend in all; who is one shows only when
// they are asked.
func ExampleTotal() {
	size, err := plan.Total(2600, 1900, plan.CV(0.1), plan.Options{Population: 9000, Domain: 0.1})
	fmt.Println(size.N, err)
	// Output:
	// 1237 <nil>
}

func ExampleAsk() {
	// 300 answers, of addresses of which 9 in 10 are right and 35 percent answer.
	ask, err := plan.Ask(300, money.Ratio{Num: 9, Den: 10}, money.Ratio{Num: 35, Den: 100})
	fmt.Println(ask, err)
	// Output:
	// 953 <nil>
}

func ExampleWeightingDesignEffect() {
	deff, effective, err := plan.WeightingDesignEffect([]float64{1, 1, 1, 3, 4})
	fmt.Printf("%.2f %.2f %v\n", deff, effective, err)
	// Output:
	// 1.40 3.57 <nil>
}

func ExampleClusterDesignEffect() {
	deff, err := plan.ClusterDesignEffect(20, 0.05)
	fmt.Printf("%.2f %v\n", deff, err)
	// Output:
	// 1.95 <nil>
}

// Visiting a branch costs 750, an interview there 100.
func ExampleTwoStage() {
	survey := plan.TwoStage{ClusterCost: 750, UnitCost: 100, Rho: 0.05, UnitVariance: 1}
	best, err := survey.ForBudget(100_000)
	fmt.Printf("%.1f branches, %.1f interviews in each, cv %.4f %v\n", best.Clusters, best.Units, best.CV, err)
	best, err = survey.ForCV(0.05)
	fmt.Printf("%.1f branches, %.1f interviews in each, cost %.0f %v\n", best.Clusters, best.Units, best.Cost, err)
	// Output:
	// 51.4 branches, 11.9 interviews in each, cv 0.0502 <nil>
	// 51.8 branches, 11.9 interviews in each, cost 100749 <nil>
}

// Has satisfaction risen from 70 to 75 percent?
func ExampleProportionsSize() {
	size, err := plan.ProportionsSize(0.70, 0.75, plan.TestOptions{Response: money.Ratio{Num: 1, Den: 2}})
	fmt.Printf("%d answers in each year, %d to ask %v\n", size.First, size.AskFirst, err)
	power, err := plan.ProportionsPower(0.70, 0.75, plan.Groups{First: 400}, plan.TestOptions{})
	fmt.Printf("400 answers find it with probability %.2f %v\n", power, err)
	// Output:
	// 1251 answers in each year, 2502 to ask <nil>
	// 400 answers find it with probability 0.35 <nil>
}

func ExampleProportionsPower() {
	power, err := plan.ProportionsPower(0.70, 0.75, plan.Groups{First: 400, Second: 800}, plan.TestOptions{Alternative: plan.OneSided})
	fmt.Printf("%.3f %v\n", power, err)
	// Output:
	// 0.578 <nil>
}

func ExampleProportionsEffect() {
	up, err := plan.ProportionsEffect(0.70, plan.Groups{First: 400}, plan.TestOptions{})
	fmt.Printf("a rise to %.3f is found %v\n", up, err)
	down, err := plan.ProportionsEffect(1-0.70, plan.Groups{First: 400}, plan.TestOptions{})
	fmt.Printf("a fall to %.3f is found %v\n", 1-down, err)
	// Output:
	// a rise to 0.786 is found <nil>
	// a fall to 0.606 is found <nil>
}

// A difference of half a standard deviation between two branches.
func ExampleMeansSize() {
	size, err := plan.MeansSize(0.5, 1, plan.TestOptions{})
	fmt.Printf("%d and %d (%.4f) %v\n", size.First, size.Second, size.Exact, err)
	// Output:
	// 64 and 64 (63.7658) <nil>
}

func ExampleMeansPower() {
	power, err := plan.MeansPower(0.5, 1, plan.Groups{First: 20}, plan.TestOptions{})
	fmt.Printf("%.4f %v\n", power, err)
	// Output:
	// 0.3377 <nil>
}

func ExampleMeansEffect() {
	effect, err := plan.MeansEffect(12, plan.Groups{First: 30}, plan.TestOptions{Design: plan.Paired})
	fmt.Printf("%.2f points %v\n", effect, err)
	// Output:
	// 6.35 points <nil>
}

// The panel asks three quarters of its people again.
func ExampleOverlapMeansSize() {
	size, err := plan.OverlapMeansSize(5, 14.142, 14.142, 0.9, 0.75, plan.TestOptions{Alternative: plan.OneSided})
	fmt.Println(size.First, size.Second, err)
	// Output:
	// 33 33 <nil>
}

func ExampleOverlapProportionsSize() {
	for _, share := range []float64{0, 0.5, 1} {
		size, err := plan.OverlapProportionsSize(0.5, 0.55, 0.45, share, plan.TestOptions{Alternative: plan.OneSided})
		fmt.Println(share, size.First, err)
	}
	// Output:
	// 0 1231 <nil>
	// 0.5 798 <nil>
	// 1 365 <nil>
}

func ExampleOverlapMeansPower() {
	power, err := plan.OverlapMeansPower(5, 14, 14, 0.9, 0.75, plan.Groups{First: 30}, plan.TestOptions{})
	fmt.Printf("%.3f %v\n", power, err)
	// Output:
	// 0.680 <nil>
}

func ExampleOverlapProportionsPower() {
	power, err := plan.OverlapProportionsPower(0.5, 0.55, 0.45, 1, plan.Groups{First: 400}, plan.TestOptions{})
	fmt.Printf("%.3f %v\n", power, err)
	// Output:
	// 0.740 <nil>
}

// Sixty interviews; the five key accounts are all asked.
func ExampleAllocate() {
	strata := []plan.Stratum{
		{Name: "key accounts", Size: 5, SD: 900, TakeAll: true},
		{Name: "large", Size: 20, SD: 100},
		{Name: "middle", Size: 100, SD: 20},
		{Name: "small", Size: 1000, SD: 5},
	}
	a, err := plan.Allocate(strata, 60, plan.AllocationOptions{Method: plan.Neyman})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("interviews:", a.N)
	fmt.Printf("real shares: %.2f\n", a.Real)
	fmt.Printf("textbook shares: %.2f\n", a.Ideal)
	v, err := plan.TotalVariance(strata, a.N)
	fmt.Printf("variance of the total: %.0f %v\n", v, err)
	// Output:
	// interviews: [5 12 12 31]
	// real shares: [5.00 12.22 12.22 30.56]
	// textbook shares: [20.00 8.89 8.89 22.22]
	// variance of the total: 1208118 <nil>
}

// A demand that cannot be met says which.
func ExampleAllocate_infeasible() {
	strata := []plan.Stratum{
		{Name: "sales", Size: 57, Min: 8},
		{Name: "finance", Size: 3, Min: 4},
	}
	_, err := plan.Allocate(strata, 12, plan.AllocationOptions{})
	var at *plan.Error
	fmt.Println(errors.Is(err, plan.ErrInfeasible), errors.As(err, &at), at.Name, at.Field)
	fmt.Println(err)
	// Output:
	// true true finance min
	// plan: stratum 1 (finance): min exceeds size: infeasible
}

// A visit costs 400, a telephone call 60, and there are 20,000 to spend.
func ExampleAllocateBudget() {
	best, err := plan.AllocateBudget([]plan.Stratum{
		{Name: "visited", Size: 300, SD: 80, Cost: 400},
		{Name: "called", Size: 2400, SD: 12, Cost: 60},
	}, 20_000, plan.AllocationOptions{Min: 2})
	fmt.Println(best.Allocation.N, best.Allocation.Cost, best.Gap, err)
	// Output:
	// [35 100] 20000 0 <nil>
}

// The mean of two strata to within 2 points, 19 times out of 20.
func ExampleStratifiedSize() {
	a, err := plan.StratifiedSize([]plan.Stratum{
		{Name: "town", Size: 4000, SD: 20},
		{Name: "country", Size: 900, SD: 80},
	}, plan.Margin(2), 0.95, plan.AllocationOptions{Method: plan.Neyman})
	fmt.Println(a.Total, a.N, err)
	// Output:
	// 714 [376 338] <nil>
}

func ExampleTotalVariance() {
	strata := []plan.Stratum{{Name: "a", Size: 3, SD: 4}, {Name: "b", Size: 6, SD: 2}, {Name: "c", Size: 9, SD: 1}}
	v, err := plan.TotalVariance(strata, []int{3, 2, 2})
	fmt.Println(v, err)
	// Output:
	// 79.5 <nil>
}
