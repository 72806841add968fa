package money_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
)

// refAllocate is the method of largest remainders, unit by unit, on rationals.
func refAllocate(total int64, weights []int64) []int64 {
	sum := new(big.Int)
	for _, w := range weights {
		sum.Add(sum, big.NewInt(w))
	}
	amount := new(big.Int).Abs(big.NewInt(total))
	parts, rests := make([]*big.Int, len(weights)), make([]*big.Rat, len(weights))
	left := new(big.Int).Set(amount)
	for i, w := range weights {
		quota := new(big.Rat).SetFrac(new(big.Int).Mul(amount, big.NewInt(w)), sum)
		parts[i] = new(big.Int).Div(quota.Num(), quota.Denom())
		rests[i] = quota.Sub(quota, new(big.Rat).SetInt(parts[i]))
		left.Sub(left, parts[i])
	}
	for ; left.Sign() > 0; left.Sub(left, big.NewInt(1)) {
		best := 0
		for i := range rests {
			if rests[i].Cmp(rests[best]) > 0 {
				best = i
			}
		}
		parts[best].Add(parts[best], big.NewInt(1))
		rests[best].SetInt64(-1)
	}
	out := make([]int64, len(parts))
	for i, p := range parts {
		if total < 0 {
			p.Neg(p)
		}
		out[i] = p.Int64()
	}
	return out
}

func TestAllocateAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := edge().Draw(t, "total")
		weight := rapid.OneOf(rapid.Int64Range(0, 9), rapid.Int64Range(0, math.MaxInt64/16))
		weights := rapid.SliceOfN(weight, 1, 12).Draw(t, "weights")
		got, err := money.Allocate(total, weights)
		if slices.Max(weights) == 0 {
			requireError(t, err, money.ErrInvalid)
			return
		}
		require.NoError(t, err)
		require.Equal(t, refAllocate(total, weights), got)

		sumParts, sum := new(big.Int), new(big.Int)
		for i := range weights {
			sumParts.Add(sumParts, big.NewInt(got[i]))
			sum.Add(sum, big.NewInt(weights[i]))
		}
		require.Zero(t, sumParts.Cmp(big.NewInt(total)), "the parts sum to the total")
		for i, w := range weights {
			quota := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(total), big.NewInt(w)), sum)
			distance := quota.Sub(rat(got[i], 1), quota)
			require.Negative(t, distance.Abs(distance).Cmp(rat(1, 1)), "quota rule")
			for j, v := range weights {
				if w > v || w == v && i < j {
					a, b := new(big.Int).Abs(big.NewInt(got[i])), new(big.Int).Abs(big.NewInt(got[j]))
					require.GreaterOrEqual(t, a.Cmp(b), 0, "monotone in the weights")
				}
			}
		}
		if total != math.MinInt64 {
			mirrored, err := money.Allocate(-total, weights)
			require.NoError(t, err)
			for i := range got {
				require.Equal(t, -got[i], mirrored[i])
			}
		}
	})
}

func TestAllocateHardInputs(t *testing.T) {
	for _, c := range []struct {
		total   int64
		weights []int64
		want    []int64
	}{
		{10000, []int64{1, 1, 1}, []int64{3334, 3333, 3333}},
		{-10000, []int64{1, 1, 1}, []int64{-3334, -3333, -3333}},
		{5, []int64{0, 3, 7, 0}, []int64{0, 2, 3, 0}}, // 1.5 and 3.5: the tie goes to the lower index
		{0, []int64{1, 2}, []int64{0, 0}},
		{1, []int64{0, 0, 1}, []int64{0, 0, 1}},
		{2, []int64{1, 1, 1, 1}, []int64{1, 1, 0, 0}},
		{math.MinInt64, []int64{7}, []int64{math.MinInt64}},
		{math.MinInt64, []int64{0, math.MaxInt64}, []int64{0, math.MinInt64}},
		{math.MaxInt64, []int64{math.MaxInt64, math.MaxInt64}, []int64{1 << 62, 1<<62 - 1}},
		{math.MinInt64, []int64{1, 1}, []int64{-1 << 62, -1 << 62}},
		// The Alabama paradox: with 10 parts weight 2 of 14 has 2, with 11 it has 1.
		{10, []int64{6, 6, 2}, []int64{4, 4, 2}},
		{11, []int64{6, 6, 2}, []int64{5, 5, 1}},
	} {
		given := slices.Clone(c.weights)
		got, err := money.Allocate(c.total, c.weights)
		require.NoError(t, err)
		require.Equal(t, c.want, got, "%d over %v", c.total, c.weights)
		require.Equal(t, given, c.weights, "the weights are left as they were")
	}
	for _, c := range []struct {
		weights []int64
		want    error
		says    string
	}{
		{nil, money.ErrInvalid, "money: weights: none above zero: invalid"},
		{[]int64{0, 0}, money.ErrInvalid, "money: weights: none above zero: invalid"},
		{[]int64{1, 2, -1}, money.ErrInvalid, "money: weights[2]: below zero: invalid"},
		{[]int64{math.MinInt64, 1}, money.ErrInvalid, "money: weights[0]: below zero: invalid"},
		{[]int64{math.MaxInt64, math.MaxInt64, 2}, money.ErrOverflow, "money: weights[2]: their sum does not fit 64 bits: overflow"},
	} {
		_, err := money.Allocate(100, c.weights)
		requireError(t, err, c.want)
		require.EqualError(t, err, c.says)
	}
	got, err := money.Allocate(3, []int64{math.MaxInt64, math.MaxInt64, 1})
	require.NoError(t, err, "a sum of 2^64-1 fits")
	require.Equal(t, []int64{2, 1, 0}, got)
}

func TestSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total, n := edge().Draw(t, "total"), rapid.IntRange(1, 50).Draw(t, "n")
		weights := make([]int64, n)
		for i := range weights {
			weights[i] = 1
		}
		want, err := money.Allocate(total, weights)
		require.NoError(t, err)
		got, err := money.Split(total, n)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
	for _, n := range []int{0, -1} {
		_, err := money.Split(1, n)
		requireError(t, err, money.ErrInvalid)
	}
}

func BenchmarkAllocate(b *testing.B) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{10, 1000, 100_000} {
		if testing.Short() && n > 1000 {
			continue
		}
		weights := make([]int64, n)
		for i := range weights {
			weights[i] = rng.Int64N(1e6)
		}
		b.Run("weights="+money.FormatMinor(int64(n), 0), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if _, err := money.Allocate(123456789012, weights); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
