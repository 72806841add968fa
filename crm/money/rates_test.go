package money_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

func on(month time.Month, day int) calendar.Day { return calendar.MustDate(2026, month, day) }

func quote(t testing.TB, from, to money.Currency, since calendar.Day, rate string) money.Quote {
	return money.Quote{From: from, To: to, Since: since, Rate: mustRatio(t, rate)}
}

// one is a Rates that knows a single answer.
type one struct {
	rate money.Ratio
	err  error
}

func (o one) Rate(money.Currency, money.Currency, calendar.Day) (money.Ratio, error) {
	return o.rate, o.err
}

func TestRateTable(t *testing.T) {
	quotes := []money.Quote{
		quote(t, money.USD, money.CNY, on(3, 1), "7.20"),
		quote(t, money.USD, money.CNY, on(1, 1), "7.10"),
		quote(t, money.USD, money.CNY, on(2, 1), "7.15"),
		quote(t, money.USD, money.CNY, on(2, 1), "143/20"), // the same again
		quote(t, money.CNY, money.JPY, on(2, 1), "21"),
		quote(t, money.CNY, money.USD, on(3, 1), "0.14"),
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		rng.Shuffle(len(quotes), func(i, j int) { quotes[i], quotes[j] = quotes[j], quotes[i] })
		plain, err := money.NewRateTable(quotes, money.RateTableOptions{})
		require.NoError(t, err)
		inverting, err := money.NewRateTable(quotes, money.RateTableOptions{Inverse: true})
		require.NoError(t, err)
		for _, c := range []struct {
			from, to       money.Currency
			day            calendar.Day
			plain, inverse string // "" where there is none
		}{
			{money.USD, money.CNY, on(1, 1) - 1, "", ""},
			{money.USD, money.CNY, on(1, 1), "7.10", "7.10"},
			{money.USD, money.CNY, on(1, 31), "7.10", "7.10"},
			{money.USD, money.CNY, on(2, 1), "7.15", "7.15"},
			{money.USD, money.CNY, on(12, 31), "7.20", "7.20"},
			{money.CNY, money.USD, on(2, 15), "", "20/143"},
			{money.CNY, money.USD, on(3, 1), "0.14", "0.14"}, // its own quote, not 1/7.20
			{money.JPY, money.CNY, on(2, 1), "", "1/21"},
			{money.JPY, money.CNY, on(1, 31), "", ""},
			{money.USD, money.JPY, on(3, 1), "", ""}, // never crossed through CNY
			{money.EUR, money.EUR, on(3, 1), "1", "1"},
			{0, 0, on(3, 1), "", ""},
			{0, money.CNY, on(3, 1), "", ""},
		} {
			for table, want := range map[*money.RateTable]string{plain: c.plain, inverting: c.inverse} {
				got, err := table.Rate(c.from, c.to, c.day)
				if want == "" {
					requireError(t, err, money.ErrCurrency)
					continue
				}
				require.NoError(t, err)
				require.Equal(t, mustRatio(t, want), got)
			}
		}
	}

	var empty money.RateTable
	_, err := empty.Rate(money.USD, money.CNY, on(1, 1))
	requireError(t, err, money.ErrCurrency)
	require.EqualError(t, err, "money: rate: none from USD to CNY on 2026-01-01: currency mismatch")
	_, err = empty.Rate(money.USD, money.CNY, 0)
	requireError(t, err, money.ErrInvalid)
}

func TestRateTableRefuses(t *testing.T) {
	good := quote(t, money.USD, money.CNY, on(1, 1), "7.1")
	bad := []money.Quote{
		good,
		{To: money.CNY, Since: on(1, 1), Rate: good.Rate},
		{From: money.USD, To: 77, Since: on(1, 1), Rate: good.Rate},
		{From: money.USD, To: money.USD, Since: on(1, 1), Rate: good.Rate},
		{From: money.USD, To: money.CNY, Rate: good.Rate},
		{From: money.USD, To: money.CNY, Since: on(2, 1)},
		quote(t, money.USD, money.CNY, on(2, 1), "0"),
		quote(t, money.USD, money.CNY, on(2, 1), "-1"),
		quote(t, money.USD, money.CNY, on(1, 1), "7.2"),
	}
	_, err := money.NewRateTable(bad, money.RateTableOptions{})
	requireError(t, err, money.ErrInvalid)
	var items []int
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		var typed *money.Error
		require.ErrorAs(t, e, &typed)
		require.Equal(t, "quotes", typed.Field)
		items = append(items, typed.Item)
	}
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8}, items)
	require.ErrorContains(t, err, "money: quotes[8]: another rate for USD to CNY since 2026-01-01: invalid")
}

func TestConvert(t *testing.T) {
	kwd, clf := money.MustCurrency("KWD"), money.MustCurrency("CLF")
	for _, c := range []struct {
		from money.Amount
		to   money.Currency
		rate string
		mode money.Rounding
		want int64
	}{
		{money.Amount{Minor: 10000, Currency: money.USD}, money.CNY, "7.1234", money.Exact, 71234},
		{money.Amount{Minor: 1000, Currency: money.JPY}, money.CNY, "0.0475", money.Exact, 4750}, // 1000 yen, 47.50 yuan
		{cny(10000), money.JPY, "21.05", money.Exact, 2105},                                      // 100 yuan, 2105 yen
		{cny(-10001), money.JPY, "21.05", money.HalfUp, -2105},
		{cny(10010), money.JPY, "21.05", money.HalfUp, 2107},
		{money.Amount{Minor: 1500, Currency: kwd}, money.JPY, "500", money.Exact, 750},
		{money.Amount{Minor: 3, Currency: money.JPY}, clf, "1/3", money.Exact, 10000},
		{money.Amount{Minor: 10000, Currency: clf}, money.JPY, "3", money.Exact, 3},
	} {
		rates := one{rate: mustRatio(t, c.rate)}
		got, err := money.Convert(c.from, c.to, on(1, 1), rates, c.mode)
		require.NoError(t, err)
		require.Equal(t, money.Amount{Minor: c.want, Currency: c.to}, got)
	}

	same, err := money.Convert(cny(5), money.CNY, 0, nil, money.Exact)
	require.NoError(t, err)
	require.Equal(t, cny(5), same)
	zero, err := money.Convert(money.Amount{}, money.CNY, 0, nil, money.Exact)
	require.NoError(t, err)
	require.Equal(t, cny(0), zero)
}

func TestConvertAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		codes := []string{"CNY", "USD", "JPY", "KWD", "CLF", "EUR"}
		from := money.MustCurrency(rapid.SampledFrom(codes).Draw(t, "from"))
		to := money.MustCurrency(rapid.SampledFrom(codes).Draw(t, "to"))
		a := money.Amount{Minor: edge().Draw(t, "minor"), Currency: from}
		rate := money.Ratio{Num: rapid.Int64Range(1, 1e12).Draw(t, "num"), Den: rapid.Int64Range(1, 1e12).Draw(t, "den")}
		x := new(big.Rat).Mul(a.Decimal().Rat(), rat(rate.Num, rate.Den))
		if from == to {
			x = a.Decimal().Rat()
		}
		scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(to.Digits())), nil)
		x.Mul(x, new(big.Rat).SetInt(scale))
		for _, mode := range modes {
			got, err := money.Convert(a, to, on(1, 1), one{rate: rate}, mode)
			requireRounded(t, x, mode, got.Minor, err)
		}
	})
}

func TestConvertRefuses(t *testing.T) {
	usd, unstated := money.Amount{Minor: 5, Currency: money.USD}, money.Amount{Minor: 5}
	ok := one{rate: money.Ratio{Num: 7, Den: 1}}
	down := errors.New("rates are down")
	for _, c := range []struct {
		a     money.Amount
		to    money.Currency
		day   calendar.Day
		rates money.Rates
		want  error
	}{
		{usd, money.CNY, on(1, 1), nil, money.ErrCurrency},
		{unstated, money.CNY, on(1, 1), ok, money.ErrCurrency},
		{usd, 0, on(1, 1), ok, money.ErrCurrency},
		{usd, 7, on(1, 1), ok, money.ErrInvalid},
		{money.Amount{Minor: 5, Currency: 7}, 7, on(1, 1), ok, money.ErrInvalid},
		{usd, money.CNY, 0, ok, money.ErrInvalid},
		{usd, money.CNY, on(1, 1), one{}, money.ErrInvalid},
		{usd, money.CNY, on(1, 1), one{rate: money.Ratio{Num: -1, Den: 1}}, money.ErrInvalid},
		{usd, money.CNY, on(1, 1), one{rate: money.Ratio{Num: 0, Den: 1}}, money.ErrInvalid},
		{usd, money.CNY, on(1, 1), one{err: money.ErrCurrency}, money.ErrCurrency},
		{usd, money.CNY, on(1, 1), one{err: down}, down},
		{usd, money.CNY, on(1, 1), &money.RateTable{}, money.ErrCurrency},
		{usd, money.CNY, on(1, 1), one{rate: money.Ratio{Num: math.MaxInt64, Den: 1}}, money.ErrOverflow},
		{usd, money.MustCurrency("KWD"), on(1, 1), one{rate: money.Ratio{Num: math.MaxInt64, Den: 1}}, money.ErrOverflow},
		{usd, money.JPY, on(1, 1), one{rate: money.Ratio{Num: 1, Den: math.MaxInt64}}, money.ErrOverflow},
	} {
		_, err := money.Convert(c.a, c.to, c.day, c.rates, money.HalfEven)
		requireError(t, err, c.want)
	}
	_, err := money.Convert(usd, money.CNY, on(1, 1), &money.RateTable{}, money.HalfEven)
	require.EqualError(t, err, "money: rate: none from USD to CNY on 2026-01-01: currency mismatch", "told once")
}

func TestQuoteJSON(t *testing.T) {
	q := quote(t, money.USD, money.CNY, on(1, 1), "7.1")
	text, err := json.Marshal(q)
	require.NoError(t, err)
	require.Equal(t, `{"from":"USD","to":"CNY","since":"2026-01-01","rate":"71/10"}`, string(text))
	var back money.Quote
	require.NoError(t, json.Unmarshal([]byte(`{"from":"USD","to":"CNY","since":"2026-01-01","rate":"7.10"}`), &back))
	require.Equal(t, q, back)
}

func BenchmarkConvert(b *testing.B) {
	var quotes []money.Quote
	for d := range 3650 {
		quotes = append(quotes, money.Quote{From: money.USD, To: money.CNY, Since: on(1, 1) + calendar.Day(d),
			Rate: money.Ratio{Num: 70000 + int64(d), Den: 10000}})
	}
	rates, err := money.NewRateTable(quotes, money.RateTableOptions{})
	require.NoError(b, err)
	b.ReportAllocs()
	for i := range b.N {
		a := money.Amount{Minor: int64(i), Currency: money.USD}
		if _, err := money.Convert(a, money.CNY, on(1, 1)+calendar.Day(i%3650), rates, money.HalfUp); err != nil {
			b.Fatal(err)
		}
	}
}
