package owner_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
)

func TestDependencyOfNothing(t *testing.T) {
	for _, stakes := range [][]owner.Stake{nil, {{Customer: "c", Owner: "a"}}, {{Customer: "c", Owner: "a", Value: cny(0)}}, {{Customer: "c", Value: cny(7)}}} {
		d, err := owner.KeyPersonDependency(stakes)
		require.NoError(t, err)
		require.Zero(t, d.Total)
		require.False(t, d.HHI.Valid, "absent, not 0")
		require.False(t, d.Effective.Valid)
		for _, p := range d.People {
			require.Zero(t, p.Share)
		}
		text, err := json.Marshal(d)
		require.NoError(t, err)
		require.Contains(t, string(text), `"hhi":null`)
	}
}

func TestDependencyRefuses(t *testing.T) {
	tests := map[error][]owner.Stake{
		owner.ErrInvalid:   {{Customer: "c", Value: cny(-1)}},
		owner.ErrDuplicate: {{Customer: "c"}, {Customer: "c"}},
		owner.ErrCurrency:  {{Customer: "c", Value: cny(1)}, {Customer: "d", Value: money.Amount{Minor: 1, Currency: money.USD}}},
		owner.ErrOverflow:  {{Customer: "c", Value: cny(math.MaxInt64)}, {Customer: "d", Value: cny(1)}},
	}
	for want, stakes := range tests {
		_, err := owner.KeyPersonDependency(stakes)
		require.ErrorIs(t, err, want)
	}
	for _, s := range []owner.Stake{{}, {Customer: "c", Owner: "\xff"}, {Customer: "c", Active: []string{""}}, {Customer: "c", Value: money.Amount{Minor: 1}}} {
		_, err := owner.KeyPersonDependency([]owner.Stake{s})
		requireRefused(t, err, owner.ErrInvalid, "stakes")
	}
}

// Squares of values near 2^63 take 126 bits.
func TestDependencyOfLargeValues(t *testing.T) {
	d, err := owner.KeyPersonDependency([]owner.Stake{
		{Customer: "c", Owner: "a", Value: cny(math.MaxInt64 / 2)}, {Customer: "d", Owner: "b", Value: cny(math.MaxInt64 / 2)}})
	require.NoError(t, err)
	require.Equal(t, "0.5", d.HHI.Decimal.String())
	require.Equal(t, "2", d.Effective.Decimal.String())
}

func TestDependencyProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := []string{"", "a", "b", "c", "d"}
		var stakes []owner.Stake
		for i := range rapid.IntRange(0, 12).Draw(t, "customers") {
			s := owner.Stake{Customer: fmt.Sprint("c", i), Owner: rapid.SampledFrom(people).Draw(t, "owner"), Value: cny(rapid.Int64Range(0, 20).Draw(t, "value"))}
			for _, id := range people[1:] {
				for range rapid.IntRange(0, 2).Draw(t, "active") {
					s.Active = append(s.Active, id)
				}
			}
			stakes = append(stakes, s)
		}
		d, err := owner.KeyPersonDependency(stakes)
		require.NoError(t, err)
		shuffled, err := owner.KeyPersonDependency(rapid.Permutation(stakes).Draw(t, "rows"))
		require.NoError(t, err)
		require.Equal(t, d, shuffled)

		value, sole := map[string]int64{}, map[string]int64{}
		var total, untended, unowned, alone int64
		for _, s := range stakes {
			set := map[string]bool{}
			for _, id := range s.Active {
				set[id] = true
			}
			for id := range set {
				if len(set) == 1 {
					sole[id] += s.Value.Minor
					alone += s.Value.Minor
				}
			}
			if len(set) == 0 {
				untended += s.Value.Minor
			}
			if s.Owner == "" {
				unowned += s.Value.Minor
				continue
			}
			value[s.Owner] += s.Value.Minor
			total += s.Value.Minor
		}
		require.Equal(t, []int64{total, unowned, untended, alone}, []int64{d.Total, d.UnownedValue, d.UntendedValue, d.SoleTotalValue})
		hhi, shares := new(big.Rat), new(big.Rat)
		for i, p := range d.People {
			require.Equal(t, value[p.Staff], p.Value)
			require.Equal(t, sole[p.Staff], p.SoleValue)
			if i > 0 {
				q := d.People[i-1]
				require.True(t, q.Value > p.Value || q.Value == p.Value && (q.SoleValue > p.SoleValue || q.SoleValue == p.SoleValue && q.Staff < p.Staff))
			}
			if total > 0 {
				share := big.NewRat(p.Value, total)
				require.Zero(t, share.Cmp(big.NewRat(p.Share.Num, p.Share.Den)))
				shares.Add(shares, share)
				hhi.Add(hhi, share.Mul(share, share))
			}
		}
		require.Equal(t, total > 0, d.HHI.Valid)
		if total > 0 {
			require.Zero(t, shares.Cmp(big.NewRat(1, 1)), "shares sum to 1")
			require.Equal(t, hhi.FloatString(18), d.HHI.Decimal.StringFixed(18))
			require.Equal(t, new(big.Rat).Inv(hhi).FloatString(18), d.Effective.Decimal.StringFixed(18))
		}
	})
}
