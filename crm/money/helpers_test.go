package money_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
)

// modes are all rounding modes.
var modes = []money.Rounding{money.HalfEven, money.HalfUp, money.HalfDown, money.Up, money.Down,
	money.Ceiling, money.Floor, money.Exact}

// edge draws int64 values with weight on the ends of the range.
func edge() *rapid.Generator[int64] {
	return rapid.OneOf(
		rapid.Int64(),
		rapid.Int64Range(-1000, 1000),
		rapid.SampledFrom([]int64{math.MinInt64, math.MinInt64 + 1, math.MaxInt64, math.MaxInt64 - 1, 0, 1, -1,
			1 << 62, -1 << 62, 1e18, -1e18}),
	)
}

// refRound is rounding as the documentation words it, on rationals: the plain
// reference for every kernel that rounds. ok is false where Exact refuses.
func refRound(x *big.Rat, mode money.Rounding) (q *big.Int, ok bool) {
	floor := new(big.Int).Div(x.Num(), x.Denom()) // Euclidean, and Denom > 0: floor
	if x.IsInt() {
		return floor, true
	}
	ceil := new(big.Int).Add(floor, big.NewInt(1))
	toZero, away := floor, ceil
	if x.Sign() < 0 {
		toZero, away = ceil, floor
	}
	below := new(big.Rat).Sub(x, new(big.Rat).SetInt(floor))
	nearest := below.Cmp(big.NewRat(1, 2))
	switch mode {
	case money.Exact:
		return nil, false
	case money.Up:
		return away, true
	case money.Down:
		return toZero, true
	case money.Ceiling:
		return ceil, true
	case money.Floor:
		return floor, true
	}
	switch {
	case nearest < 0:
		return floor, true
	case nearest > 0:
		return ceil, true
	case mode == money.HalfUp:
		return away, true
	case mode == money.HalfDown:
		return toZero, true
	case floor.Bit(0) == 0:
		return floor, true
	}
	return ceil, true
}

// requireRounded checks a kernel's answer for the exact value x.
func requireRounded(t require.TestingT, x *big.Rat, mode money.Rounding, got int64, err error) {
	want, ok := refRound(x, mode)
	whole, _ := refRound(x, money.Down)
	switch {
	case !whole.IsInt64(): // too large comes before not whole
		requireError(t, err, money.ErrOverflow)
	case !ok:
		requireError(t, err, money.ErrInvalid)
	case !want.IsInt64():
		requireError(t, err, money.ErrOverflow)
	default:
		require.NoError(t, err, "%s %s", x, mode)
		require.Equal(t, want.Int64(), got, "%s %s", x, mode)
	}
}

// requireError checks the sentinel and that the error is this package's type.
func requireError(t require.TestingT, err, want error) {
	require.ErrorIs(t, err, want)
	var typed *money.Error
	require.ErrorAs(t, err, &typed)
	require.NotEmpty(t, typed.Field)
	require.Regexp(t, `^money: `, err.Error())
}

// rat is num/den, which may be MinInt64 where big.NewRat would take it too.
func rat(num, den int64) *big.Rat { return big.NewRat(num, den) }

func mustRatio(t testing.TB, text string) money.Ratio {
	t.Helper()
	r, err := money.ParseRatio(text)
	require.NoError(t, err)
	return r
}
