package plan

import (
	"math"
)

// BudgetAllocation is the best allocation that a budget pays.
type BudgetAllocation struct {
	// Allocation is what to take; its Cost is at most the budget.
	Allocation Allocation `json:"allocation"`
	// Variance is the [TotalVariance] of the allocation.
	Variance float64 `json:"variance"`
	// Gap is by which share of Variance a better allocation could still lie below
	// it: 0 where this one is proven to be the best, as it nearly always is.
	Gap float64 `json:"gap,omitzero"`
}

// AllocateBudget returns the integer allocation with the smallest [TotalVariance]
// among those whose interviews cost at most budget, in the unit of [Stratum.Cost].
// What the survey costs anyway is taken off the budget before. Method is read as
// [CostOptimal] and Rounding as [Optimal].
//
// Units are given by the variance they remove for their cost; then a search over
// the last of them and the next ones finds the set that uses the budget best. Beyond
// a million sets it stops, and Gap bounds what might be left.
//
// The errors are those of [Allocate], with the first stratum whose minimum the
// budget does not pay; a budget that pays for everybody is not used up.
//
// Sources: Wright 2020, Statistics and Probability Letters 165:108829, for the
// priorities; Pisinger 1995, European Journal of Operational Research 87:175-187,
// for the search.
func AllocateBudget(strata []Stratum, budget int64, opts AllocationOptions) (BudgetAllocation, error) {
	opts.Method, opts.Rounding = CostOptimal, Optimal
	b, err := opts.check(strata)
	if err != nil {
		return BudgetAllocation{}, err
	}
	if budget < 0 {
		return BudgetAllocation{}, invalid("budget", "is negative")
	}
	a, err := opts.measures(strata)
	if err != nil {
		return BudgetAllocation{}, err
	}
	cost, floats := make([]int64, len(strata)), make([]float64, len(strata))
	left := budget
	for i, s := range strata {
		cost[i], floats[i] = s.cost(), float64(s.cost())
		if int64(b.low[i]) > left/cost[i] {
			return BudgetAllocation{}, inStratum(i, s, ErrInfeasible, "min", "costs more than the budget leaves after the strata before it")
		}
		left -= int64(b.low[i]) * cost[i]
	}
	money := float64(budget)
	for i := range b.low { // strata without spread get no more than they must
		if a[i] == 0 {
			b.high[i] = b.low[i]
		}
	}
	most := 0.0
	for i, c := range floats {
		most += c * float64(b.high[i])
	}
	out := BudgetAllocation{Allocation: Allocation{
		Real:  fill(a, floats, b, math.Min(money, most)),
		Ideal: ideal(a, floats, money),
	}}
	g := newGiver(strata, a, cost, b)
	left -= left % divisorOf(cost, b)
	k := newKnapsack(g, a, floats, b, left)
	k.search()
	k.settle()
	out.Allocation.N = g.n
	out.Allocation.Total = total(g.n)
	if out.Allocation.Cost, err = totalCost(strata, g.n); err != nil {
		return BudgetAllocation{}, err
	}
	if out.Variance, err = TotalVariance(strata, g.n); err != nil {
		return BudgetAllocation{}, err
	}
	if k.ended {
		out.Gap = k.gap()
	}
	return out, nil
}

// divisorOf returns the greatest common divisor of the costs of strata with room,
// of which every expense beyond the minima is a multiple.
func divisorOf(cost []int64, b bounds) int64 {
	d := int64(0)
	for i, c := range cost {
		if b.high[i] > b.low[i] {
			for c != 0 {
				d, c = c, d%c
			}
		}
	}
	return max(1, d)
}
