package money_test

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestRoundingTable(t *testing.T) {
	// Tenths, so that 25 is 2.5; the columns are in the order of modes without Exact.
	for tenths, want := range map[int64][7]int64{
		20:  {2, 2, 2, 2, 2, 2, 2},
		21:  {2, 2, 2, 3, 2, 3, 2},
		25:  {2, 3, 2, 3, 2, 3, 2},
		26:  {3, 3, 3, 3, 2, 3, 2},
		35:  {4, 4, 3, 4, 3, 4, 3},
		5:   {0, 1, 0, 1, 0, 1, 0},
		-1:  {0, 0, 0, -1, 0, 0, -1},
		-5:  {0, -1, 0, -1, 0, 0, -1},
		-20: {-2, -2, -2, -2, -2, -2, -2},
		-21: {-2, -2, -2, -3, -2, -2, -3},
		-25: {-2, -3, -2, -3, -2, -2, -3},
		-29: {-3, -3, -3, -3, -2, -2, -3},
		-35: {-4, -4, -3, -4, -3, -3, -4},
	} {
		for i, w := range want {
			got, err := money.Ratio{Num: 1, Den: 10}.Mul(tenths, modes[i])
			require.NoError(t, err)
			require.Equal(t, w, got, "%d/10 %s", tenths, modes[i])
		}
		got, err := money.Ratio{Num: 1, Den: 10}.Mul(tenths, money.Exact)
		if tenths%10 == 0 {
			require.NoError(t, err)
			require.Equal(t, tenths/10, got)
		} else {
			requireError(t, err, money.ErrInvalid)
		}
	}
}

func TestRoundingNames(t *testing.T) {
	names := wording.Enum(t, money.HalfEven, money.Exact, money.ErrInvalid)
	require.Len(t, names, len(modes))
	require.Equal(t, []string{"half-even四舍六入五成双", "half-up四舍五入"}, names[:2])
	bad := money.Rounding(8)
	_, err := bad.MarshalText()
	requireError(t, err, money.ErrInvalid)
	requireError(t, bad.UnmarshalText(nil), money.ErrInvalid)
	_, err = money.Ratio{Num: 1, Den: 1}.Mul(1, bad)
	requireError(t, err, money.ErrInvalid)
	_, err = money.FromDecimal(decimal.New(1, 0), money.CNY, bad)
	requireError(t, err, money.ErrInvalid)
}

func TestRatioMulAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor, num := edge().Draw(t, "minor"), edge().Draw(t, "num")
		den := rapid.OneOf(rapid.Int64Range(1, 40), rapid.Int64Range(1, math.MaxInt64),
			rapid.Just(int64(math.MaxInt64))).Draw(t, "den")
		x := new(big.Rat).Mul(rat(minor, 1), rat(num, den))
		for _, mode := range modes {
			got, err := money.Ratio{Num: num, Den: den}.Mul(minor, mode)
			requireRounded(t, x, mode, got, err)
		}
	})
}

func TestRatioMulHardInputs(t *testing.T) {
	got, err := money.Ratio{Num: math.MinInt64, Den: math.MaxInt64}.Mul(math.MaxInt64, money.Exact)
	require.NoError(t, err)
	require.Equal(t, int64(math.MinInt64), got)
	_, err = money.Ratio{Num: math.MinInt64, Den: 1}.Mul(-1, money.HalfEven)
	requireError(t, err, money.ErrOverflow)
	_, err = money.Ratio{Num: math.MinInt64, Den: 1}.Mul(math.MinInt64, money.HalfEven)
	requireError(t, err, money.ErrOverflow)
	// The quotient is 2^63-1 and a half and more: rounding pushes it over.
	_, err = money.Ratio{Num: math.MaxInt64, Den: math.MaxInt64 - 1}.Mul(math.MaxInt64-1, money.HalfEven)
	require.NoError(t, err)
	_, err = money.Ratio{Num: math.MaxInt64 - 1, Den: 2}.Mul(3, money.HalfUp)
	requireError(t, err, money.ErrOverflow)
	for _, r := range []money.Ratio{{}, {Num: 1}, {Num: 1, Den: -2}} {
		require.False(t, r.Valid())
		require.Equal(t, r, r.Reduce())
		_, err = r.Mul(1, money.HalfEven)
		requireError(t, err, money.ErrInvalid)
		_, err = r.Cmp(money.Ratio{Num: 1, Den: 1})
		requireError(t, err, money.ErrInvalid)
		_, err = money.Ratio{Num: 1, Den: 1}.Cmp(r)
		requireError(t, err, money.ErrInvalid)
		_, err = r.Inverse()
		requireError(t, err, money.ErrInvalid)
		_, err = r.Decimal(2)
		requireError(t, err, money.ErrInvalid)
	}
}

// float64 ceil(0.07 * 100) is 8; a ratio's is 7.
func TestRatioCountsExactly(t *testing.T) {
	got, err := mustRatio(t, "0.07").Mul(100, money.Ceiling)
	require.NoError(t, err)
	require.Equal(t, int64(7), got)
	f := 0.07
	require.Equal(t, 8.0, math.Ceil(f*100))
}

func TestRatioCmpReduceAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		den := rapid.OneOf(rapid.Int64Range(1, 9), rapid.Int64Range(1, math.MaxInt64))
		a := money.Ratio{Num: edge().Draw(t, "a"), Den: den.Draw(t, "da")}
		b := money.Ratio{Num: edge().Draw(t, "b"), Den: den.Draw(t, "db")}
		if rapid.Bool().Draw(t, "near") {
			b = money.Ratio{Num: a.Num, Den: max(a.Den-1, 1)}
		}
		ra, rb := rat(a.Num, a.Den), rat(b.Num, b.Den)
		got, err := a.Cmp(b)
		require.NoError(t, err)
		require.Equal(t, ra.Cmp(rb), got)

		reduced := a.Reduce()
		require.Equal(t, ra.Num().Int64(), reduced.Num)
		require.Equal(t, ra.Denom().Int64(), reduced.Den)
		back, err := money.ParseRatio(a.String())
		require.NoError(t, err)
		require.Equal(t, reduced, back)

		inverse, err := a.Inverse()
		switch {
		case a.Num == 0:
			requireError(t, err, money.ErrInvalid)
		case !new(big.Rat).Inv(ra).Denom().IsInt64():
			requireError(t, err, money.ErrOverflow)
		default:
			require.NoError(t, err)
			require.Zero(t, rat(inverse.Num, inverse.Den).Cmp(new(big.Rat).Inv(ra)))
		}
	})
}

func TestNewRatio(t *testing.T) {
	for _, c := range []struct{ num, den, n, d int64 }{
		{2, 4, 1, 2}, {-2, 4, -1, 2}, {2, -4, -1, 2}, {-2, -4, 1, 2}, {0, -5, 0, 1}, {0, math.MinInt64, 0, 1},
		{math.MinInt64, math.MinInt64, 1, 1}, {math.MinInt64, 1, math.MinInt64, 1}, {math.MinInt64, -2, 1 << 62, 1},
		{2, math.MinInt64, -1, 1 << 62},
	} {
		got, err := money.NewRatio(c.num, c.den)
		require.NoError(t, err)
		require.Equal(t, money.Ratio{Num: c.n, Den: c.d}, got)
	}
	_, err := money.NewRatio(1, 0)
	requireError(t, err, money.ErrInvalid)
	_, err = money.NewRatio(1, math.MinInt64)
	requireError(t, err, money.ErrOverflow)
	_, err = money.NewRatio(math.MinInt64, -1)
	requireError(t, err, money.ErrOverflow)
}

func TestParseRatio(t *testing.T) {
	for text, want := range map[string]money.Ratio{
		"0": {Num: 0, Den: 1}, "-0.0": {Num: 0, Den: 1}, "0.13": {Num: 13, Den: 100}, "0.065": {Num: 13, Den: 200},
		"-1.50": {Num: -3, Den: 2}, "+.5": {Num: 1, Den: 2}, "5.": {Num: 5, Den: 1}, "7.1234": {Num: 35617, Den: 5000},
		"13/100": {Num: 13, Den: 100}, "-2/4": {Num: -1, Den: 2}, "2/-4": {Num: -1, Den: 2},
		"1" + strings.Repeat("0", 18): {Num: 1e18, Den: 1}, "1.5" + strings.Repeat("0", 100): {Num: 3, Den: 2},
		"-9223372036854775808": {Num: math.MinInt64, Den: 1},
		// 2^-62, the smallest power of two that fits
		"0.00000000000000000021684043449710088680149056017398834228515625": {Num: 1, Den: 1 << 62},
	} {
		got, err := money.ParseRatio(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
		got, err = money.ParseRatio([]byte(text))
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "-", ".", "+-1", "--1", ".-5", "1.-5", "1.2.3", "1e3", "5%", "1_000", "1,5", " 1", "0x1",
		"NaN", "Inf", "１", "1/", "/1", "1/0", "1/2/3", "1.5/2", "x/99999999999999999999", "99999999999999999999/x",
		strings.Repeat("1", 129), "1/" + strings.Repeat("0", 127) + "1"} {
		_, err := money.ParseRatio(text)
		requireError(t, err, money.ErrInvalid)
	}
	for _, text := range []string{"9223372036854775808", strings.Repeat("9", 128), "0.0000000000000000001",
		"0." + strings.Repeat("0", 100) + "1", "0.99999999999999999999", "9223372036854775808/1", "1/-9223372036854775808"} {
		_, err := money.ParseRatio(text)
		requireError(t, err, money.ErrOverflow)
	}
}

func TestRatioFromDecimal(t *testing.T) {
	for _, c := range []struct {
		d    decimal.Decimal
		want money.Ratio
	}{
		{decimal.Decimal{}, money.Ratio{Num: 0, Den: 1}},
		{decimal.New(0, math.MaxInt32), money.Ratio{Num: 0, Den: 1}},
		{decimal.New(65, -3), money.Ratio{Num: 13, Den: 200}},
		{decimal.New(-9, 18), money.Ratio{Num: -9e18, Den: 1}},
		{decimal.NewFromBigInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(40), nil), -40), money.Ratio{Num: 1, Den: 1}},
	} {
		got, err := money.RatioFromDecimal(c.d)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
	for _, d := range []decimal.Decimal{decimal.New(1, 19), decimal.New(1, math.MaxInt32), decimal.New(1, -19),
		decimal.New(1, math.MinInt32), decimal.New(-10, 18)} {
		_, err := money.RatioFromDecimal(d)
		requireError(t, err, money.ErrOverflow)
	}
}

func TestRatioDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := money.Ratio{Num: edge().Draw(t, "num"), Den: rapid.Int64Range(1, math.MaxInt64).Draw(t, "den")}
		if rapid.Bool().Draw(t, "small") {
			r.Den = rapid.Int64Range(1, 64).Draw(t, "den")
		}
		digits := rapid.IntRange(0, money.MaxDigits).Draw(t, "digits")
		got, err := r.Decimal(digits)
		require.NoError(t, err)
		scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
		want, _ := refRound(new(big.Rat).Mul(rat(r.Num, r.Den), new(big.Rat).SetInt(scale)), money.HalfEven)
		require.Zero(t, want.Cmp(got.Shift(int32(digits)).BigInt()))
		require.Equal(t, int32(-digits), got.Exponent())
	})
	for _, digits := range []int{-1, 19} {
		_, err := money.Ratio{Num: 1, Den: 3}.Decimal(digits)
		requireError(t, err, money.ErrInvalid)
	}
}

func TestRatioText(t *testing.T) {
	out, err := json.Marshal([]money.Ratio{{Num: 26, Den: 200}, {}})
	require.NoError(t, err)
	require.Equal(t, `["26/200",""]`, string(out))
	var back []money.Ratio
	require.NoError(t, json.Unmarshal([]byte(`["26/200","","0.25"]`), &back))
	require.Equal(t, []money.Ratio{{Num: 13, Den: 100}, {}, {Num: 1, Den: 4}}, back)
	_, err = money.Ratio{Num: 1, Den: -1}.MarshalText()
	requireError(t, err, money.ErrInvalid)
	r := money.Ratio{Num: 1, Den: 2}
	requireError(t, r.UnmarshalText([]byte("half")), money.ErrInvalid)
	require.Equal(t, money.Ratio{Num: 1, Den: 2}, r)
}

// Whatever is read is the number that math/big reads, in lowest terms.
func FuzzParseRatio(f *testing.F) {
	for _, s := range []string{"0.13", "13/100", "-2/4", "010/1", ".-5", "1e9", "1/0", "99999999999999999999/3", "0.00000000000000000001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := money.ParseRatio(text)
		if err != nil {
			require.True(t, errorIsAny(err, money.ErrInvalid, money.ErrOverflow))
			return
		}
		want, ok := new(big.Rat), true
		if num, den, isFraction := strings.Cut(text, "/"); isFraction {
			// Not Rat.SetString, for which 010/1 is octal.
			n, okN := new(big.Int).SetString(num, 10)
			d, okD := new(big.Int).SetString(den, 10)
			require.True(t, okN && okD, "%q", text)
			want.SetFrac(n, d)
		} else {
			want, ok = want.SetString(text)
		}
		require.True(t, ok, "%q", text)
		require.Zero(t, want.Cmp(rat(got.Num, got.Den)), "%q", text)
		require.Equal(t, got, got.Reduce())
	})
}

func BenchmarkRatioMul(b *testing.B) {
	b.ReportAllocs()
	r := money.Ratio{Num: 13, Den: 100}
	for i := range b.N {
		if _, err := r.Mul(int64(i)*7919, money.HalfUp); err != nil {
			b.Fatal(err)
		}
	}
}
