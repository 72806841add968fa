package plan

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestFirst: whatever the guess, the smallest size is found, and near it soon.
func TestFirst(t *testing.T) {
	for low := range 4 {
		for high := low; high < 24; high++ {
			for want := low; want <= high; want++ {
				for guess := low; guess <= high; guess++ {
					asked := 0
					got := first(low, high, guess, func(n int) bool {
						require.True(t, n >= low && n <= high)
						asked++
						return n >= want
					})
					require.Equal(t, want, got)
					require.LessOrEqual(t, asked, 14)
					if guess == want {
						require.LessOrEqual(t, asked, 2)
					}
				}
			}
		}
	}
}

// TestStratifiedSizeOfManyStrata: the size reaches the target and one less does not,
// in time that grows with the strata and hardly with the sample.
func TestStratifiedSizeOfManyStrata(t *testing.T) {
	h := 20_000
	if testing.Short() {
		h = 2000
	}
	r := rand.New(rand.NewPCG(3, 4))
	strata := make([]Stratum, h)
	for i := range strata {
		strata[i] = Stratum{Name: fmt.Sprint(i), Size: 10 + r.IntN(1000), SD: 10 * r.ExpFloat64(), Mean: 10}
	}
	for _, opts := range []AllocationOptions{{}, {Method: Neyman, Min: 2}, {Method: Neyman, Min: 2, Rounding: LargestRemainder}} {
		began := time.Now()
		got, err := StratifiedSize(strata, CV(0.002), 0, opts)
		require.NoError(t, err)
		t.Logf("%v, %v: %d of %d strata in %v", opts.Method, opts.Rounding, got.Total, h, time.Since(began))
		f, allowed := fillerOf(t, strata, opts), allowedBy(t, strata, CV(0.002))
		v, err := TotalVariance(strata, got.N)
		require.NoError(t, err)
		require.LessOrEqual(t, v, allowed*(1+1e-12))
		v, err = TotalVariance(strata, opts.integers(strata, f, got.Total-1))
		require.NoError(t, err)
		require.Greater(t, v, allowed)
	}
}

func fillerOf(t *testing.T, strata []Stratum, opts AllocationOptions) *filler {
	t.Helper()
	b, err := opts.check(strata)
	require.NoError(t, err)
	a, err := opts.measures(strata)
	require.NoError(t, err)
	return newFiller(a, nil, b)
}

func allowedBy(t *testing.T, strata []Stratum, target Target) float64 {
	t.Helper()
	allowed, err := totalAllowed(strata, target, 0)
	require.NoError(t, err)
	return allowed
}
