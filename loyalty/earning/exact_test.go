package earning_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/earning"
)

// inDecimal rounds as shopspring does, for numbers of at least 0.
var inDecimal = map[money.Rounding]func(decimal.Decimal) decimal.Decimal{
	money.HalfEven: func(d decimal.Decimal) decimal.Decimal { return d.RoundBank(0) },
	money.HalfUp:   func(d decimal.Decimal) decimal.Decimal { return d.Round(0) },
	money.Floor:    func(d decimal.Decimal) decimal.Decimal { return d.Floor() },
	money.Ceiling:  func(d decimal.Decimal) decimal.Decimal { return d.Ceil() },
}

// randomAmount has any number of digits up to 19 minor units.
func randomAmount(r *rand.Rand) int64 { return int64(r.Uint64() >> (1 + r.UintN(63))) }

// TestExactAgainstDecimal compares a compiled rule with shopspring arithmetic over
// random amounts, rates of up to 6 decimal places and factors of up to 4: equal
// points, or ErrOverflow where, and only where, they leave int64.
func TestExactAgainstDecimal(t *testing.T) {
	programmes, each := 1000, 1000
	if testing.Short() {
		programmes, each = 50, 200
	}
	r := rand.New(rand.NewPCG(15, 16))
	modes := []money.Rounding{money.HalfEven, money.HalfUp, money.Floor, money.Ceiling}
	one, most := decimal.NewFromInt(1), decimal.NewFromInt(math.MaxInt64)
	var overflows, points int
	for range programmes {
		rate := decimal.New(1+r.Int64N(100_000), -r.Int32N(7))
		factors := []decimal.Decimal{one.Add(decimal.New(r.Int64N(30_000), -4)), one.Add(decimal.New(r.Int64N(500), -2))}
		mode, stacking := modes[r.IntN(4)], earning.Stacking(r.UintN(3))
		p := programme(earning.Rule{ID: "base", Kind: earning.PerMoney, Points: rate},
			earning.Rule{ID: "x", Kind: earning.Multiplier, Factor: factors[0]}, earning.Rule{ID: "y", Kind: earning.Multiplier, Factor: factors[1]})
		p.Rounding, p.Stacking = &mode, stacking
		plan := compile(t, p)
		factor := factors[0].Mul(factors[1])
		switch stacking {
		case earning.Additive:
			factor = factors[0].Add(factors[1]).Sub(one)
		case earning.BestOnly:
			factor = decimal.Max(factors[0], factors[1])
		}
		quote, err := plan.Quote(earning.OfPoints, "base", "x", "y")
		require.NoError(t, err)
		for range each {
			amount := randomAmount(r)
			want := inDecimal[mode](decimal.New(amount, -2).Mul(rate).Mul(factor))
			got, _, err := plan.Preview(order(amount), at(noon))
			quoted, quoteErr := quote.Points(amount)
			if want.GreaterThan(most) {
				overflows++
				require.ErrorIs(t, err, earning.ErrOverflow)
				require.ErrorIs(t, quoteErr, earning.ErrOverflow)
				continue
			}
			points++
			if quoteErr != nil || quoted != got {
				require.NoError(t, quoteErr)
				require.Equal(t, got, quoted)
			}
			if err != nil || !want.Equal(decimal.NewFromInt(got)) {
				require.NoError(t, err)
				require.Equal(t, want.String(), decimal.NewFromInt(got).String(), "%d x %s x %s %s", amount, rate, factor, mode)
			}
		}
	}
	require.Positive(t, overflows)
	require.Greater(t, points, programmes*each/2)
}

// TestMinorAgainstDecimal compares the reading of amounts with big integers.
func TestMinorAgainstDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coef := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-2000, 2000), rapid.SampledFrom([]int64{
			999_999_999_999_999_999, 1_000_000_000_000_000_000, math.MaxInt64, math.MinInt64, 0})).Draw(t, "coefficient")
		zeros := rapid.Int64Range(0, 25).Draw(t, "zeros")
		exp := rapid.Int32Range(-30, 25).Draw(t, "exponent")
		cur := rapid.SampledFrom([]money.Currency{money.CNY, money.JPY, money.MustCurrency("KWD"), 0}).Draw(t, "currency")
		big10 := new(big.Int).Exp(big.NewInt(10), big.NewInt(zeros), nil)
		d := decimal.NewFromBigInt(new(big.Int).Mul(big.NewInt(coef), big10), exp)
		got, err := earning.Minor(d, cur)
		switch want := d.Shift(int32(cur.Digits())); {
		case !want.IsInteger():
			require.ErrorIs(t, err, earning.ErrInvalid)
		case !want.BigInt().IsInt64():
			require.ErrorIs(t, err, earning.ErrOverflow)
		default:
			require.NoError(t, err)
			require.Equal(t, want.BigInt().Int64(), got)
		}
	})
}

func TestMinorRefuses(t *testing.T) {
	// Its 64 low bits are 1: this is what CoefficientInt64 makes of it.
	long := decimal.NewFromBigInt(new(big.Int).SetBit(big.NewInt(1), 64, 1), -2)
	require.Equal(t, int64(1), long.CoefficientInt64())
	_, err := earning.Minor(long, money.CNY)
	require.ErrorIs(t, err, earning.ErrOverflow)

	zeros := decimal.NewFromBigInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(25), nil), -25) // 1.0000...
	n, err := earning.Minor(zeros, money.CNY)
	require.NoError(t, err)
	require.Equal(t, int64(100), n)

	for _, d := range []decimal.Decimal{dec("0.001"), decimal.New(1, math.MinInt32)} {
		_, err = earning.Minor(d, money.CNY)
		require.ErrorIs(t, err, earning.ErrInvalid)
	}
	_, err = earning.Minor(decimal.New(1, math.MaxInt32), money.CNY)
	require.ErrorIs(t, err, earning.ErrOverflow)
	_, err = earning.Minor(dec("1"), money.Currency(7))
	require.ErrorIs(t, err, earning.ErrInvalid)
	n, err = earning.Minor(decimal.Decimal{}, money.CNY)
	require.NoError(t, err)
	require.Zero(t, n)
}
