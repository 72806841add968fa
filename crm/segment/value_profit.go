package segment

import (
	"iter"
	"math"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

// CostPool is the cost of one activity that serves many customers, such as visits
// or order handling, and is charged to them by how much of it each used (作业成本池).
type CostPool struct {
	Name string `json:"name"` // not empty, once among the pools
	Cost int64  `json:"cost"` // of the period, in minor units; a credit is negative
	// Capacity is how many units of the driver the cost could have paid for, the
	// practical capacity of time-driven costing. What the customers did not use of it
	// is idle and charged to nobody. 0 charges the whole cost to those who used it.
	Capacity int64 `json:"capacity,omitempty"`
}

// CustomerCost is what is known of a customer before the pools are charged. All
// amounts are minor units of one currency, for one period.
type CustomerCost[K purchase.ID] struct {
	Customer   K     `json:"customer"`
	Revenue    int64 `json:"revenue"`     // net of discounts and refunds
	DirectCost int64 `json:"direct_cost"` // goods and services traced to the customer
	// Drivers are the units the customer used of each pool's activity: visits,
	// orders, minutes. One for each pool, zero or more.
	Drivers []int64 `json:"drivers"`
}

// CustomerProfit is the statement of one customer (客户利润).
type CustomerProfit[K purchase.ID] struct {
	Customer   K       `json:"customer"`
	Revenue    int64   `json:"revenue"`     // as given, in minor units
	DirectCost int64   `json:"direct_cost"` // as given, in minor units
	Charged    []int64 `json:"charged"`     // allocated cost, pool by pool, in minor units
	Profit     int64   `json:"profit"`      // Revenue - DirectCost - the sum of Charged
}

// PoolCharge says where the cost of a pool went: Charged + Idle = Cost.
type PoolCharge struct {
	Name    string `json:"name"`    // the pool's
	Cost    int64  `json:"cost"`    // the pool's, in minor units
	Used    int64  `json:"used"`    // units of the driver that customers used
	Charged int64  `json:"charged"` // cost charged to customers, in minor units
	Idle    int64  `json:"idle"`    // cost of unused capacity, in minor units
	// Rate is the cost of one unit of the driver in minor units: Cost over Capacity,
	// or over Used where no capacity was stated; no ratio where that is zero.
	Rate money.Ratio `json:"rate"`
}

// Profitability is the profit of every customer (客户盈利能力).
type Profitability[K purchase.ID] struct {
	Customers []CustomerProfit[K] `json:"customers"` // in the order given
	Pools     []PoolCharge        `json:"pools"`     // in the order given
	// Profit is the sum over the customers, in minor units. The cost of idle capacity
	// is not in it.
	Profit int64 `json:"profit"`
}

// Profits returns the profit of each customer, in the order given, for [NewWhale],
// [NewPyramid] and [NewABC].
func (p Profitability[K]) Profits() []int64 {
	profits := make([]int64, len(p.Customers))
	for i, c := range p.Customers {
		profits[i] = c.Profit
	}
	return profits
}

// CustomerProfits charges the cost pools to the customers by their drivers
// (作业成本法) and states profit = revenue - direct cost - charged cost. A customer
// is charged cost · driver / Σ drivers of the pool (/ capacity, where stated), in
// whole minor units that sum to the cost exactly: by the largest remainder of
// [money.Allocate], equal remainders in ascending order of ids and idle capacity
// last. So the order of the customers changes nothing.
//
// ErrInvalid: an id that stands twice (Row is its second place), drivers that are
// not one for each pool or below zero (Row is the customer); a pool without a name
// or with one used before, a capacity below zero or below what was used, a cost
// that nobody used (Row is the pool). ErrInsufficientData: no customers.
// ErrOverflow: the drivers of a pool, or a profit, do not fit int64.
//
// Sources: Kaplan and Cooper, Cost & Effect (1998), ch. 10; Kaplan and Anderson,
// "Time-driven activity-based costing", Harvard Business Review 82 (2004), for
// capacity.
func CustomerProfits[K purchase.ID](customers []CustomerCost[K], pools []CostPool) (Profitability[K], error) {
	var none Profitability[K]
	order, err := profitOrder(customers, pools)
	if err != nil {
		return none, err
	}
	charged := make([]int64, len(customers)*len(pools))
	result := Profitability[K]{
		Customers: make([]CustomerProfit[K], len(customers)),
		Pools:     make([]PoolCharge, 0, len(pools)),
	}
	for i, c := range customers {
		lo, hi := i*len(pools), (i+1)*len(pools)
		result.Customers[i] = CustomerProfit[K]{
			Customer: c.Customer, Revenue: c.Revenue, DirectCost: c.DirectCost, Charged: charged[lo:hi:hi],
		}
	}
	for j, pool := range pools {
		used := make([]int64, len(order))
		for at, i := range order {
			used[at] = customers[i].Drivers[j]
		}
		charge, parts, err := pool.charge(j, used)
		if err != nil {
			return none, err
		}
		result.Pools = append(result.Pools, charge)
		for at, i := range order {
			result.Customers[i].Charged[j] = parts[at]
		}
	}
	var total sum128
	for i := range result.Customers {
		profit := result.Customers[i].profit()
		total.addSum(profit)
		var ok bool
		if result.Customers[i].Profit, ok = profit.int64(); !ok {
			return none, &Error{Field: "profit", Row: i, Msg: "does not fit 64 bits", Err: ErrOverflow}
		}
	}
	var ok bool
	if result.Profit, ok = total.int64(); !ok {
		return none, &Error{Field: "profit", Row: -1, Msg: "the sum does not fit 64 bits", Err: ErrOverflow}
	}
	return result, nil
}

// profitOrder checks the input and returns the customers' places by id.
func profitOrder[K purchase.ID](customers []CustomerCost[K], pools []CostPool) ([]uint32, error) {
	if len(customers) == 0 {
		return nil, tooLittle("customers", "there are none")
	}
	names := map[string]bool{}
	for j, p := range pools {
		if p.Name == "" || names[p.Name] {
			return nil, refuseRow("pools", j, "its name is empty or stands twice")
		}
		if p.Capacity < 0 {
			return nil, refuseRow("pools", j, "its capacity is negative")
		}
		names[p.Name] = true
	}
	ids := make([]K, len(customers))
	for i, c := range customers {
		ids[i] = c.Customer
		if len(c.Drivers) != len(pools) {
			return nil, refuseRow("drivers", i, "there are %d for %d pools", len(c.Drivers), len(pools))
		}
		for _, d := range c.Drivers {
			if d < 0 {
				return nil, refuseRow("drivers", i, "one is negative")
			}
		}
	}
	return uniqueOrder(ids)
}

// charge shares the cost of pool j among customers who used so much of it. Idle
// capacity takes part as one customer more, behind all others.
func (p CostPool) charge(j int, used []int64) (PoolCharge, []int64, error) {
	c := PoolCharge{Name: p.Name, Cost: p.Cost}
	var sum sum128
	for _, u := range used {
		sum.add(u)
	}
	var ok bool
	if c.Used, ok = sum.int64(); !ok {
		return c, nil, &Error{Field: "pools", Row: j, Msg: "its drivers sum to more than 64 bits hold", Err: ErrOverflow}
	}
	whole := c.Used
	if p.Capacity > 0 {
		whole = p.Capacity
	}
	switch {
	case c.Used > whole:
		return c, nil, refuseRow("pools", j, "more of it was used than its capacity")
	case whole == 0 && p.Cost != 0:
		return c, nil, refuseRow("pools", j, "nobody used it, so its cost has nowhere to go")
	case whole == 0:
		return c, make([]int64, len(used)), nil
	}
	parts, err := money.Allocate(p.Cost, append(used, whole-c.Used))
	if err != nil {
		return c, nil, &Error{Field: "pools", Row: j, Msg: "cannot be allocated", Err: err}
	}
	c.Idle = parts[len(used)]
	c.Charged = p.Cost - c.Idle
	c.Rate = shareOf(p.Cost, whole)
	return c, parts[:len(used)], nil
}

func (c CustomerProfit[K]) profit() sum128 {
	var sum sum128
	sum.add(c.Revenue)
	sum.subtract(c.DirectCost)
	for _, part := range c.Charged {
		sum.subtract(part)
	}
	return sum
}

// subtract avoids -v, which for the smallest int64 is no int64.
func (s *sum128) subtract(v int64) {
	s.add(^v)
	s.add(1)
}

// Whale is the whale curve of customer profitability (鲸鱼曲线): profit cumulated
// over the customers from the most profitable down. It rises to a peak above the
// profit that is left at the end, because the customers after the peak destroy a
// part of it. Amounts are minor units of one currency.
//
// Source: Kaplan and Narayanan, "Measuring and managing customer profitability",
// Journal of Cost Management 15 (2001) no. 5, 5-15.
type Whale struct {
	Customers int   `json:"customers"` // all customers given
	Profit    int64 `json:"profit"`    // sum over all customers, where the curve ends
	Peak      int64 `json:"peak"`      // highest point: the profit of the profitable customers
	// PeakAt is the number of customers at which the peak is first reached, those
	// with a profit above zero; where nobody makes one, 0 and a Peak of 0.
	PeakAt     int   `json:"peak_at"`
	LossMakers int   `json:"loss_makers"` // customers with a profit below zero
	Loss       int64 `json:"loss"`        // what they destroy, zero or more: Peak - Profit
	// PeakCustomerShare is PeakAt/Customers.
	PeakCustomerShare money.Ratio `json:"peak_customer_share"`
	// PeakShare is Peak/Profit, 1 or more: at 3/2 the profitable customers earn 150 %
	// of the profit. It is the zero Ratio, which is no ratio, where Profit is zero
	// or negative.
	PeakShare money.Ratio `json:"peak_share"`
	// Deciles are the tenths of the customers from the most profitable down.
	Deciles [10]ProfitDecile `json:"deciles"`

	sums []int64 // sums[k]: profit of the k best customers
}

// ProfitDecile is a tenth of the customers in descending order of profit (十分位):
// the customer with k others in front is in decile floor(10k/n) + 1, so the sizes
// differ by at most one, and below ten customers some deciles are empty. Where
// customers of equal profit lie on both sides of a border it does not matter who
// is on which: every sum is the same.
type ProfitDecile struct {
	Customers  int   `json:"customers"`  // number of customers in the decile
	Profit     int64 `json:"profit"`     // sum over the decile, in minor units
	Cumulative int64 `json:"cumulative"` // profit of this decile and all before it
	// Share and CumulativeShare are those amounts over the profit of all customers;
	// the zero Ratio, which is no ratio, where that is zero or negative.
	Share           money.Ratio `json:"share"`
	CumulativeShare money.Ratio `json:"cumulative_share"`
}

// NewWhale draws the curve of the profits, one a customer, in any order.
//
// ErrInsufficientData: no customers. ErrOverflow: the profits above zero, or the
// losses, do not sum to an int64. A total of zero or less is no error: amounts are
// given and shares are absent.
func NewWhale(profits []int64) (*Whale, error) {
	n := len(profits)
	if n == 0 {
		return nil, tooLittle("profits", "there are no customers")
	}
	sorted := ascending(profits)
	w := &Whale{
		Customers:  n,
		PeakAt:     n - lessThan(sorted, 1),
		LossMakers: lessThan(sorted, 0),
		sums:       make([]int64, n+1),
	}
	for k := range n {
		v, before := sorted[n-1-k], w.sums[k]
		if v > 0 && before > math.MaxInt64-v || v < 0 && before < math.MinInt64-v {
			return nil, &Error{Field: "profits", Row: -1, Msg: "a cumulative sum does not fit 64 bits", Err: ErrOverflow}
		}
		w.sums[k+1] = before + v
	}
	w.Profit, w.Peak = w.sums[n], w.sums[w.PeakAt]
	var loss sum128
	loss.add(w.Peak)
	loss.subtract(w.Profit)
	var ok bool
	if w.Loss, ok = loss.int64(); !ok {
		return nil, &Error{Field: "profits", Row: -1, Msg: "the loss does not fit 64 bits", Err: ErrOverflow}
	}
	w.PeakCustomerShare = shareOf(int64(w.PeakAt), int64(n))
	w.PeakShare = shareOf(w.Peak, w.Profit)
	w.fillDeciles()
	return w, nil
}

// fillDeciles: decile d, from 0, ends before the first k with 10k >= (d+1)·n.
func (w *Whale) fillDeciles() {
	start := 0
	for d := range w.Deciles {
		end := int((int64(d+1)*int64(w.Customers) + 9) / 10)
		profit := w.sums[end] - w.sums[start]
		w.Deciles[d] = ProfitDecile{
			Customers:       end - start,
			Profit:          profit,
			Cumulative:      w.sums[end],
			Share:           shareOf(profit, w.Profit),
			CumulativeShare: shareOf(w.sums[end], w.Profit),
		}
		start = end
	}
}

// WhalePoint is a point of the whale curve.
type WhalePoint struct {
	Customers int   `json:"customers"` // so many of the most profitable customers
	Profit    int64 `json:"profit"`    // bring so much together, in minor units
}

// Points yields the curve from (0, 0) over every customer to (n, Profit). A Whale
// read from JSON has no points.
func (w *Whale) Points() iter.Seq[WhalePoint] {
	return func(yield func(WhalePoint) bool) {
		for k, v := range w.sums {
			if !yield(WhalePoint{k, v}) {
				return
			}
		}
	}
}
