package money_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
)

func errorIsAny(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

func cny(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: money.CNY} }

func TestCurrency(t *testing.T) {
	for code, want := range map[string]money.Currency{"CNY": money.CNY, "HKD": money.HKD, "MOP": money.MOP, "TWD": money.TWD,
		"USD": money.USD, "EUR": money.EUR, "GBP": money.GBP, "JPY": money.JPY, "KRW": money.KRW, "SGD": money.SGD} {
		got, err := money.ParseCurrency(code)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, code, got.String())
		require.Contains(t, got.Zh(), map[bool]string{true: "镑", false: "元"}[code == "GBP"])
		require.Equal(t, got, money.MustCurrency(code))
	}
	require.Less(t, money.CNY, money.EUR, "order is by code")
	for _, code := range []string{"", "CN", "CNYY", "cny", "CN1", "C Y", "人", "ＣＮＹ", "CN\x00"} {
		_, err := money.ParseCurrency(code)
		requireError(t, err, money.ErrInvalid)
		require.Panics(t, func() { money.MustCurrency(code) })
	}
	got, err := money.ParseCurrency([]byte("CHF"))
	require.NoError(t, err)
	require.Equal(t, "CHF CHF", got.String()+" "+got.Zh())
}

func TestCurrencyDigits(t *testing.T) {
	// ISO 4217 list one, every code that does not have two digits.
	want := map[string]int{}
	for digits, codes := range map[int][]string{
		0: {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"},
		3: {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"},
		4: {"CLF", "UYW"},
	} {
		for _, code := range codes {
			want[code] = digits
		}
	}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			for c := 'A'; c <= 'Z'; c++ {
				code := string([]rune{a, b, c})
				digits, listed := want[code]
				if !listed {
					digits = 2
				}
				require.Equal(t, digits, money.MustCurrency(code).Digits(), code)
			}
		}
	}
	require.Equal(t, 2, money.Currency(0).Digits())
}

func TestCurrencyText(t *testing.T) {
	var none money.Currency
	require.True(t, none.IsZero())
	require.True(t, none.Valid())
	require.Equal(t, "", none.String()+none.Zh())
	text, err := none.MarshalText()
	require.NoError(t, err)
	require.Empty(t, text)
	c := money.USD
	require.NoError(t, c.UnmarshalText(nil))
	require.True(t, c.IsZero())
	require.NoError(t, c.UnmarshalText([]byte("EUR")))
	require.Equal(t, money.EUR, c)
	requireError(t, c.UnmarshalText([]byte("eur")), money.ErrInvalid)
	require.Equal(t, money.EUR, c, "a refused text leaves the value")

	for _, bad := range []money.Currency{1, money.CNY | 1<<24, 'c'<<16 | 'n'<<8 | 'y'} {
		require.False(t, bad.Valid())
		require.Regexp(t, `^Currency\(\d+\)$`, bad.String())
		_, err = bad.MarshalText()
		requireError(t, err, money.ErrInvalid)
		_, err = money.Amount{Minor: 1, Currency: bad}.MarshalJSON()
		requireError(t, err, money.ErrInvalid)
		_, err = money.ParseAmount("1", bad)
		requireError(t, err, money.ErrInvalid)
		_, err = money.FromDecimal(decimal.New(1, 0), bad, money.Exact)
		requireError(t, err, money.ErrInvalid)
	}
}

func TestAmountArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := cny(edge().Draw(t, "a")), cny(edge().Draw(t, "b"))
		x, y := big.NewInt(a.Minor), big.NewInt(b.Minor)
		check := func(got money.Amount, err error, want *big.Int) {
			if !want.IsInt64() {
				requireError(t, err, money.ErrOverflow)
				return
			}
			require.NoError(t, err)
			require.Equal(t, cny(want.Int64()), got)
		}
		sum, err := a.Add(b)
		check(sum, err, new(big.Int).Add(x, y))
		diff, err := a.Sub(b)
		check(diff, err, new(big.Int).Sub(x, y))
		neg, err := a.Neg()
		check(neg, err, new(big.Int).Neg(x))
		order, err := a.Cmp(b)
		require.NoError(t, err)
		require.Equal(t, x.Cmp(y), order)
		require.Equal(t, x.Sign(), a.Sign())
	})
}

func TestAmountCurrencies(t *testing.T) {
	usd, unstated := money.Amount{Minor: 5, Currency: money.USD}, money.Amount{Minor: 5}
	for _, pair := range [][2]money.Amount{{cny(5), usd}, {cny(0), usd}, {usd, cny(0)}, {cny(5), unstated}, {unstated, cny(5)},
		{cny(0), unstated}} {
		_, err := pair[0].Add(pair[1])
		requireError(t, err, money.ErrCurrency)
		_, err = pair[0].Sub(pair[1])
		requireError(t, err, money.ErrCurrency)
		_, err = pair[0].Cmp(pair[1])
		requireError(t, err, money.ErrCurrency)
	}
	_, err := cny(5).Add(unstated)
	require.EqualError(t, err, "money: currency: CNY meets no currency: currency mismatch")

	var zero money.Amount
	for _, a := range []money.Amount{cny(5), cny(-5), cny(0), unstated, zero} {
		got, err := zero.Add(a)
		require.NoError(t, err)
		require.Equal(t, a, got)
		got, err = a.Sub(zero)
		require.NoError(t, err)
		require.Equal(t, a, got)
		order, err := a.Cmp(zero)
		require.NoError(t, err)
		require.Equal(t, a.Sign(), order)
	}
	ten, err := unstated.Add(unstated)
	require.NoError(t, err)
	require.Equal(t, "0.10", ten.String())
}

func TestAmountMul(t *testing.T) {
	got, err := cny(1999).Mul(money.Ratio{Num: 13, Den: 100}, money.HalfUp)
	require.NoError(t, err)
	require.Equal(t, cny(260), got)
	_, err = cny(1).Mul(money.Ratio{}, money.HalfUp)
	requireError(t, err, money.ErrInvalid)
}

func TestFromDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coef := new(big.Int).Mul(big.NewInt(edge().Draw(t, "coef")), big.NewInt(edge().Draw(t, "times")))
		exp := rapid.IntRange(-45, 25).Draw(t, "exp")
		cur := money.MustCurrency(rapid.SampledFrom([]string{"CNY", "JPY", "KWD", "CLF"}).Draw(t, "cur"))
		d := decimal.NewFromBigInt(coef, int32(exp))
		x := d.Shift(int32(cur.Digits())).Rat()
		for _, mode := range modes {
			got, err := money.FromDecimal(d, cur, mode)
			requireRounded(t, x, mode, got.Minor, err)
			if err == nil {
				require.Equal(t, cur, got.Currency)
			}
		}
	})
}

func TestFromDecimalHardInputs(t *testing.T) {
	for _, c := range []struct {
		d    decimal.Decimal
		mode money.Rounding
		want int64
		err  error
	}{
		{decimal.Decimal{}, money.Exact, 0, nil},
		{decimal.New(0, math.MaxInt32), money.Exact, 0, nil},
		{decimal.New(0, math.MinInt32), money.Exact, 0, nil},
		{decimal.New(1, math.MaxInt32), money.Exact, 0, money.ErrOverflow},
		{decimal.New(1, math.MinInt32), money.HalfEven, 0, nil},
		{decimal.New(1, math.MinInt32), money.Up, 1, nil},
		{decimal.New(-1, math.MinInt32), money.Floor, -1, nil},
		{decimal.New(1, math.MinInt32), money.Exact, 0, money.ErrInvalid},
		{decimal.New(123456, -4), money.HalfEven, 1235, nil},
		{decimal.New(123450, -4), money.HalfEven, 1234, nil},
		{decimal.New(1230, -2), money.Exact, 1230, nil},
		{decimal.New(math.MinInt64, -2), money.Exact, math.MinInt64, nil},
		{decimal.New(math.MaxInt64, -2), money.Exact, math.MaxInt64, nil},
		{decimal.NewFromBigInt(new(big.Int).SetUint64(math.MaxUint64), -3), money.Up, 1844674407370955162, nil},
		{decimal.NewFromBigInt(new(big.Int).SetUint64(math.MaxUint64), -2), money.Up, 0, money.ErrOverflow},
		{decimal.New(math.MaxInt64, 0), money.Exact, 0, money.ErrOverflow},
	} {
		got, err := money.FromDecimal(c.d, money.CNY, c.mode)
		if c.err != nil {
			requireError(t, err, c.err)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, cny(c.want), got)
	}
	exp := decimal.New(5, -1)
	_, err := money.FromDecimal(exp, money.JPY, money.Exact)
	requireError(t, err, money.ErrInvalid)
	require.Equal(t, "0.5", exp.String(), "the argument is left as it was")
}

func TestAmountTexts(t *testing.T) {
	for _, c := range []struct {
		a             money.Amount
		str, zh, wan  string
		decimalDigits int32
	}{
		{cny(1230), "12.30 CNY", "12.30 元", "0.00123 万元", 2},
		{cny(-5), "-0.05 CNY", "-0.05 元", "-0.000005 万元", 2},
		{cny(0), "0.00 CNY", "0.00 元", "0 万元", 2},
		{cny(1234560), "12345.60 CNY", "12345.60 元", "1.23456 万元", 2},
		{cny(100000000), "1000000.00 CNY", "1000000.00 元", "100 万元", 2},
		{cny(math.MinInt64), "-92233720368547758.08 CNY", "-92233720368547758.08 元", "-9223372036854.775808 万元", 2},
		{money.Amount{Minor: 20000, Currency: money.JPY}, "20000 JPY", "20000 日元", "2 万日元", 0},
		{money.Amount{Minor: 1234, Currency: money.MustCurrency("KWD")}, "1.234 KWD", "1.234 KWD", "0.0001234 万KWD", 3},
		{money.Amount{Minor: 1230}, "12.30", "12.30", "0.00123 万", 2},
	} {
		require.Equal(t, c.str, c.a.String())
		require.Equal(t, c.zh, c.a.Zh())
		require.Equal(t, c.wan, c.a.Wan())
		d := c.a.Decimal()
		require.Equal(t, -c.decimalDigits, d.Exponent())
		back, err := money.FromDecimal(d, c.a.Currency, money.Exact)
		require.NoError(t, err)
		require.Equal(t, c.a, back)
	}
}

func TestAmountJSON(t *testing.T) {
	for want, a := range map[string]money.Amount{
		`{"amount":"12.30","currency":"CNY"}`:                 cny(1230),
		`{"amount":"-0.05","currency":""}`:                    {Minor: -5},
		`{"amount":"0.00","currency":""}`:                     {},
		`{"amount":"7","currency":"JPY"}`:                     {Minor: 7, Currency: money.JPY},
		`{"amount":"-92233720368547758.08","currency":"CNY"}`: cny(math.MinInt64),
	} {
		got, err := json.Marshal(a)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
		var back money.Amount
		require.NoError(t, json.Unmarshal(got, &back))
		require.Equal(t, a, back)
	}
	for text, want := range map[string]error{
		`{"amount":12.30,"currency":"CNY"}`:                  money.ErrInvalid,
		`{"amount":"12.30"}`:                                 money.ErrInvalid,
		`{"currency":"CNY"}`:                                 money.ErrInvalid,
		`{"amount":null,"currency":"CNY"}`:                   money.ErrInvalid,
		`{"amount":"12.30","currency":"CNY","x":1}`:          money.ErrInvalid,
		`{"amount":"12.301","currency":"CNY"}`:               money.ErrInvalid,
		`{"amount":"0.5","currency":"JPY"}`:                  money.ErrInvalid,
		`{"amount":"1","currency":"cny"}`:                    money.ErrInvalid,
		`"12.30 CNY"`:                                        money.ErrInvalid,
		`[]`:                                                 money.ErrInvalid,
		`{"amount":"99999999999999999999","currency":"CNY"}`: money.ErrOverflow,
	} {
		a := cny(7)
		err := json.Unmarshal([]byte(text), &a)
		requireError(t, err, want)
		require.Equal(t, cny(7), a, "a refused text leaves the value")
	}
	a := cny(7)
	require.NoError(t, json.Unmarshal([]byte("null"), &a))
	require.Equal(t, cny(7), a)
	require.Error(t, a.UnmarshalJSON([]byte(`{"amount":`)))
}

// Both ways of reading an amount agree on what was written plainly, and on what was not.
func TestPlainAmounts(t *testing.T) {
	for _, text := range []string{`{"amount":"12.30","currency":"CNY"}`, `{"amount":"-0.05","currency":"USD"}`, `{"amount":"7","currency":"JPY"}`,
		`{"amount":"1.234","currency":"CNY"}`, `{"amount":"1","currency":"cny"}`, `{"amount":"","currency":"CNY"}`, `{"amount":"1","currency":""}`,
		`{"amount":"1\u002e5","currency":"CNY"}`, `{"amount":"9223372036854775808","currency":"JPY"}`, `{"amount":"1","currency":"CNY","x":"1"}`} {
		spaced := strings.Replace(text, `{"amount"`, `{ "amount"`, 1)
		var plain, general money.Amount
		failed, want := plain.UnmarshalJSON([]byte(text)), general.UnmarshalJSON([]byte(spaced))
		require.Equal(t, general, plain, text)
		require.Equal(t, want == nil, failed == nil, text)
	}
}
