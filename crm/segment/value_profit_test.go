package segment

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
)

func TestCustomerProfitsByHand(t *testing.T) {
	// The visits of case O-11 of spec/crm-service-scenarios.md, and 90 orders of a
	// capacity of 100 at 2.00 each.
	customers := []CustomerCost[string]{
		{"d", 300000, 100000, []int64{7, 40}},
		{"a", 900000, 200000, []int64{17, 50}},
		{"c", 200000, 50000, []int64{11, 0}},
		{"b", 100000, 10000, []int64{5, 0}},
	}
	pools := []CostPool{{Name: "visits", Cost: 1000001}, {Name: "orders", Cost: 20000, Capacity: 100}}
	got, err := CustomerProfits(customers, pools)
	require.NoError(t, err)
	require.Equal(t, Profitability[string]{
		Customers: []CustomerProfit[string]{
			{"d", 300000, 100000, []int64{175000, 8000}, 17000},
			{"a", 900000, 200000, []int64{425001, 10000}, 264999},
			{"c", 200000, 50000, []int64{275000, 0}, -125000},
			{"b", 100000, 10000, []int64{125000, 0}, -35000},
		},
		Pools: []PoolCharge{
			{"visits", 1000001, 40, 1000001, 0, money.Ratio{Num: 1000001, Den: 40}},
			{"orders", 20000, 90, 18000, 2000, money.Ratio{Num: 200, Den: 1}},
		},
		Profit: 121999,
	}, got)
	require.Equal(t, []int64{17000, 264999, -125000, -35000}, got.Profits())
}

func TestCustomerProfitsTies(t *testing.T) {
	// 1000.00 over three equal customers: the odd cent goes to the first id, wherever
	// it stands, and never to idle capacity.
	for _, ids := range [][]string{{"a", "b", "c"}, {"c", "b", "a"}, {"b", "c", "a"}} {
		var customers []CustomerCost[string]
		for _, id := range ids {
			customers = append(customers, CustomerCost[string]{Customer: id, Drivers: []int64{1, 1}})
		}
		got, err := CustomerProfits(customers, []CostPool{{Name: "all", Cost: 100000}, {Name: "part", Cost: 2, Capacity: 4}})
		require.NoError(t, err)
		charged := map[string][]int64{}
		for _, c := range got.Customers {
			charged[c.Customer] = c.Charged
		}
		require.Equal(t, map[string][]int64{"a": {33334, 1}, "b": {33333, 1}, "c": {33333, 0}}, charged)
		require.Zero(t, got.Pools[1].Idle)
	}
}

func TestCustomerProfitsHardInputs(t *testing.T) {
	one := func(drivers ...int64) []CustomerCost[int64] {
		return []CustomerCost[int64]{{Customer: 1, Revenue: 5, Drivers: drivers}}
	}
	got, err := CustomerProfits(one(), nil)
	require.NoError(t, err)
	require.Equal(t, int64(5), got.Profit)
	require.Empty(t, got.Pools)
	got, err = CustomerProfits(one(0, 0, 3), []CostPool{{Name: "free"}, {Name: "unused", Cost: 7, Capacity: 2}, {Name: "credit", Cost: -9}})
	require.NoError(t, err)
	require.Equal(t, []int64{0, 0, -9}, got.Customers[0].Charged)
	require.Equal(t, int64(14), got.Profit)
	require.Equal(t, int64(7), got.Pools[1].Idle)
	require.Zero(t, got.Pools[0].Rate, "no rate of a pool that nobody used")
	got, err = CustomerProfits([]CustomerCost[int64]{{Revenue: -1, DirectCost: math.MinInt64}}, nil)
	require.NoError(t, err)
	require.Equal(t, int64(math.MaxInt64), got.Profit, "-1 + 2^63")

	pool := func(p CostPool) []CostPool { return []CostPool{{Name: "first", Cost: 1}, p} }
	for field, tt := range map[string]struct {
		pool    CostPool
		drivers []int64
	}{
		"name":     {CostPool{Cost: 1}, []int64{1, 1}},
		"twice":    {CostPool{Name: "first"}, []int64{1, 1}},
		"capacity": {CostPool{Name: "p", Capacity: -1}, []int64{1, 1}},
		"over":     {CostPool{Name: "p", Capacity: 3}, []int64{1, 4}},
		"nobody":   {CostPool{Name: "p", Cost: 1}, []int64{1, 0}},
	} {
		_, err := CustomerProfits(one(tt.drivers...), pool(tt.pool))
		requireRefusal(t, err, ErrInvalid, "pools", 1)
		require.NotEmpty(t, field)
	}
	two := []CustomerCost[int64]{{Customer: 1, Drivers: []int64{1}}, {Customer: 1, Drivers: []int64{1}}}
	_, err = CustomerProfits(two, []CostPool{{Name: "p"}})
	requireRefusal(t, err, ErrInvalid, "customer", 1)
	for _, bad := range [][]int64{nil, {1, 2}, {-1}} {
		two[1] = CustomerCost[int64]{Customer: 2, Drivers: bad}
		_, err = CustomerProfits(two, []CostPool{{Name: "p"}})
		requireRefusal(t, err, ErrInvalid, "drivers", 1)
	}
	_, err = CustomerProfits([]CustomerCost[int64]{}, nil)
	requireRefusal(t, err, ErrInsufficientData, "customers", -1)
	two[0].Drivers[0], two[1].Drivers = math.MaxInt64, []int64{1}
	_, err = CustomerProfits(two, []CostPool{{Name: "p", Cost: 1}})
	requireRefusal(t, err, ErrOverflow, "pools", 0)
	_, err = CustomerProfits([]CustomerCost[int64]{{Customer: 1}, {Customer: 2, Revenue: math.MinInt64, DirectCost: 1}}, nil)
	requireRefusal(t, err, ErrOverflow, "profit", 1)
	_, err = CustomerProfits([]CustomerCost[int64]{{Customer: 1, Revenue: math.MaxInt64}, {Customer: 2, Revenue: 1}}, nil)
	requireRefusal(t, err, ErrOverflow, "profit", -1)
}

func TestCustomerProfitsRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nPools := rapid.IntRange(0, 3).Draw(t, "pools")
		ids := rapid.SliceOfNDistinct(rapid.StringN(1, 3, -1), 1, 12, rapid.ID).Draw(t, "ids")
		amount := rapid.Int64Range(-1e6, 1e6)
		var customers []CustomerCost[string]
		used := make([]int64, nPools)
		for _, id := range ids {
			c := CustomerCost[string]{Customer: id, Revenue: amount.Draw(t, "revenue"), DirectCost: amount.Draw(t, "direct")}
			for j := range nPools {
				c.Drivers = append(c.Drivers, rapid.Int64Range(0, 9).Draw(t, "driver"))
				used[j] += c.Drivers[j]
			}
			customers = append(customers, c)
		}
		var pools []CostPool
		for j := range nPools {
			p := CostPool{Name: string(rune('p' + j)), Cost: amount.Draw(t, "cost")}
			if used[j] == 0 || rapid.Bool().Draw(t, "capped") {
				p.Capacity = used[j] + rapid.Int64Range(1, 50).Draw(t, "idle")
			}
			pools = append(pools, p)
		}
		got, err := CustomerProfits(customers, pools)
		require.NoError(t, err)
		var total int64
		for i, c := range got.Customers {
			profit := customers[i].Revenue - customers[i].DirectCost
			for j, charge := range c.Charged {
				profit -= charge
				whole := max(pools[j].Capacity, used[j])
				if pools[j].Capacity > 0 {
					whole = pools[j].Capacity
				}
				off := new(big.Rat).Sub(big.NewRat(charge, 1), big.NewRat(pools[j].Cost*customers[i].Drivers[j], whole))
				require.Negative(t, off.Abs(off).Cmp(big.NewRat(1, 1)), "less than a cent from the exact share")
			}
			require.Equal(t, profit, c.Profit)
			total += profit
		}
		require.Equal(t, total, got.Profit)
		for j, p := range got.Pools {
			var sum int64
			for _, c := range got.Customers {
				sum += c.Charged[j]
			}
			require.Equal(t, p.Charged, sum)
			require.Equal(t, p.Cost, p.Charged+p.Idle, "no cent is lost or invented")
		}
		mixed := reordered(t, customers)
		again, err := CustomerProfits(mixed, pools)
		require.NoError(t, err)
		require.ElementsMatch(t, got.Customers, again.Customers)
		require.Equal(t, got.Pools, again.Pools)
	})
}

// TestWhaleByHand is case O-11 of spec/crm-service-scenarios.md.
func TestWhaleByHand(t *testing.T) {
	w, err := NewWhale([]int64{400, -250, 300, 200, 100, 50, 0, -50, -100, -150})
	require.NoError(t, err)
	share := func(n, d int64) money.Ratio { return money.Ratio{Num: n, Den: d}.Reduce() }
	sums := []int64{0, 400, 700, 900, 1000, 1050, 1050, 1000, 900, 750, 500}
	want := &Whale{
		Customers: 10, Profit: 500, Peak: 1050, PeakAt: 5, LossMakers: 4, Loss: 550,
		PeakCustomerShare: share(1, 2), PeakShare: share(21, 10), sums: sums,
	}
	for i, v := range []int64{400, 300, 200, 100, 50, 0, -50, -100, -150, -250} {
		want.Deciles[i] = ProfitDecile{1, v, sums[i+1], share(v, 500), share(sums[i+1], 500)}
	}
	require.Equal(t, want, w)
	points := slices.Collect(w.Points())
	require.Len(t, points, 11)
	require.Equal(t, WhalePoint{8, 900}, points[8])
	for range w.Points() {
		break
	}
}

func TestWhaleHardInputs(t *testing.T) {
	sizes := func(n int) (out []int) {
		w, err := NewWhale(make([]int64, n))
		require.NoError(t, err)
		for _, d := range w.Deciles {
			out = append(out, d.Customers)
		}
		return out
	}
	require.Equal(t, []int{1, 0, 0, 0, 0, 0, 0, 0, 0, 0}, sizes(1))
	require.Equal(t, []int{1, 0, 1, 0, 1, 0, 1, 0, 1, 0}, sizes(5))
	require.Equal(t, []int{2, 1, 1, 1, 1, 1, 1, 1, 1, 1}, sizes(11))
	require.Equal(t, []int{3, 3, 2, 3, 2, 3, 3, 2, 3, 2}, sizes(26))

	w, err := NewWhale([]int64{-5, -7})
	require.NoError(t, err)
	require.Equal(t, 0, w.PeakAt)
	require.Equal(t, int64(0), w.Peak)
	require.Equal(t, int64(12), w.Loss)
	require.Equal(t, int64(-12), w.Deciles[9].Cumulative)
	require.False(t, w.PeakShare.Valid())
	require.False(t, w.Deciles[0].Share.Valid())
	require.True(t, w.PeakCustomerShare.Valid())

	w, err = NewWhale([]int64{6, -6})
	require.NoError(t, err)
	require.False(t, w.PeakShare.Valid(), "a total of zero has no shares")

	w, err = NewWhale([]int64{math.MaxInt64, -math.MaxInt64})
	require.NoError(t, err)
	require.Equal(t, int64(math.MaxInt64), w.Loss)

	_, err = NewWhale(nil)
	requireRefusal(t, err, ErrInsufficientData, "profits", -1)
	for _, large := range [][]int64{
		{math.MaxInt64, 1}, {math.MinInt64}, {math.MinInt64, -1}, {5, math.MinInt64}, {math.MaxInt64, math.MinInt64, -1},
	} {
		_, err = NewWhale(large)
		requireRefusal(t, err, ErrOverflow, "profits", -1)
	}
}

func TestWhaleRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		profits := drawCustomerValues(t)
		w, err := NewWhale(profits)
		require.NoError(t, err)
		var gain, loss int64
		winners, losers := 0, 0
		for _, v := range profits {
			if v > 0 {
				gain += v
				winners++
			}
			if v < 0 {
				loss -= v
				losers++
			}
		}
		require.Equal(t, []int64{gain - loss, gain, loss}, []int64{w.Profit, w.Peak, w.Loss})
		require.Equal(t, []int{len(profits), winners, losers}, []int{w.Customers, w.PeakAt, w.LossMakers})
		require.Equal(t, w.Profit > 0, w.PeakShare.Valid())

		points := slices.Collect(w.Points())
		require.Equal(t, WhalePoint{len(profits), w.Profit}, points[len(points)-1])
		for k, p := range points {
			require.LessOrEqual(t, p.Profit, w.Peak)
			if k > 1 {
				require.LessOrEqual(t, p.Profit-points[k-1].Profit, points[k-1].Profit-points[k-2].Profit, "concave")
			}
		}
		sorted := slices.Clone(profits)
		slices.Sort(sorted)
		slices.Reverse(sorted)
		var byDecile [10]struct {
			n   int
			sum int64
		}
		for k, v := range sorted {
			d := &byDecile[10*k/len(sorted)]
			d.n++
			d.sum += v
		}
		var cumulative int64
		for i, d := range w.Deciles {
			cumulative += byDecile[i].sum
			require.Equal(t, byDecile[i].n, d.Customers)
			require.Equal(t, byDecile[i].sum, d.Profit)
			require.Equal(t, cumulative, d.Cumulative)
		}
		again, err := NewWhale(reordered(t, profits))
		require.NoError(t, err)
		require.Equal(t, w, again)
	})
}

func BenchmarkWhale(b *testing.B) {
	profits := benchCustomerValues(b)
	for i := range profits {
		profits[i] -= 4000
	}
	for b.Loop() {
		if _, err := NewWhale(profits); err != nil {
			b.Fatal(err)
		}
	}
}
