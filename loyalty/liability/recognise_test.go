package liability_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/liability"
)

func cny(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: money.CNY} }

func requireRefused(t require.TestingT, err, sentinel error, field string) *liability.Error {
	if h, ok := t.(*testing.T); ok {
		h.Helper()
	}
	require.ErrorIs(t, err, sentinel)
	var typed *liability.Error
	require.True(t, errors.As(err, &typed))
	require.Equal(t, field, typed.Field, err)
	require.Contains(t, err.Error(), "liability: ")
	return typed
}

func sale(price money.Amount, expected int64, value int64) liability.Sale {
	return liability.Sale{Price: price, Products: price, Issued: 10_000, Expected: expected, PointValue: money.Ratio{Num: value, Den: 1}}
}

// revenues runs the three years of the examples: 4,500 points redeemed in the second,
// 4,000 in the third, with the estimates at the end of each.
func revenues(t *testing.T, s liability.Sale, opts liability.Options, first, second, third int64) (liability.Split, []liability.Recognition) {
	t.Helper()
	split, err := s.Split(opts)
	require.NoError(t, err)
	rows, err := liability.Recognise([]liability.Period{
		{End: yearEnd(2024), Deferred: split.Points, Issued: s.Issued, Estimate: first},
		{End: yearEnd(2025), Redeemed: 4_500, Estimate: second},
		{End: yearEnd(2026), Redeemed: 4_000, Estimate: third},
	}, opts)
	require.NoError(t, err)
	return split, rows
}

// O-24, the inputs of KPMG's examples 10A and 10B with exact arithmetic.
func TestContractLiability(t *testing.T) {
	split, rows := revenues(t, sale(cny(10_000_000), 9_700, 100), liability.Options{}, 9_700, 9_700, 9_900)
	require.Equal(t, liability.Split{Products: cny(9_115_770), Points: cny(884_230)}, split)
	require.Equal(t, cny(410_210), rows[1].Revenue)
	require.Equal(t, cny(759_187), rows[2].Recognised)
	require.Equal(t, cny(348_977), rows[2].Revenue)
	require.Equal(t, cny(125_043), rows[2].Closing)
	_, rows = revenues(t, sale(cny(10_000_000), 9_700, 100), liability.Options{}, 9_700, 9_700, 9_200)
	require.Equal(t, cny(406_742), rows[2].Revenue)
	require.Equal(t, cny(67_278), rows[2].Closing)
}

// KPMG's handbook rounds the share to 9 % and shows whole units; the yen has no
// smaller ones.
func TestRoundedShare(t *testing.T) {
	jpy := money.Amount{Minor: 100_000, Currency: money.JPY}
	opts := liability.Options{ShareDigits: 2}
	split, rows := revenues(t, sale(jpy, 9_700, 1), opts, 9_700, 9_700, 9_900)
	require.EqualValues(t, 9_000, split.Points.Minor)
	require.EqualValues(t, 4_175, rows[1].Revenue.Minor)
	require.EqualValues(t, 3_552, rows[2].Revenue.Minor)
	_, rows = revenues(t, sale(jpy, 9_700, 1), opts, 9_700, 9_700, 9_200)
	require.EqualValues(t, 4_140, rows[2].Revenue.Minor)
}

// IFRS 15 example 52: 8,676, 4,110 and 3,493 in whole units.
func TestExample52(t *testing.T) {
	split, rows := revenues(t, sale(cny(10_000_000), 9_500, 100), liability.Options{}, 9_500, 9_500, 9_700)
	require.Equal(t, cny(867_580), split.Points)
	require.Equal(t, cny(410_959), rows[1].Revenue)
	require.Equal(t, cny(349_292), rows[2].Revenue)
}

func TestSplitRefuses(t *testing.T) {
	ok := sale(cny(100), 10_000, 1)
	for name, tt := range map[string]struct {
		change func(*liability.Sale, *liability.Options)
		want   error
		field  string
	}{
		"over 100 %":            {func(s *liability.Sale, _ *liability.Options) { s.Expected++ }, liability.ErrEstimate, "expected"},
		"expected below 0":      {func(s *liability.Sale, _ *liability.Options) { s.Expected = -1 }, liability.ErrInvalid, "expected"},
		"price below 0":         {func(s *liability.Sale, _ *liability.Options) { s.Price.Minor = -1 }, liability.ErrInvalid, "price"},
		"products below 0":      {func(s *liability.Sale, _ *liability.Options) { s.Products.Minor = -1 }, liability.ErrInvalid, "products"},
		"other currency":        {func(s *liability.Sale, _ *liability.Options) { s.Products.Currency = money.USD }, liability.ErrCurrency, "products"},
		"no value":              {func(s *liability.Sale, _ *liability.Options) { s.PointValue = money.Ratio{} }, liability.ErrInvalid, "point_value"},
		"value below 0":         {func(s *liability.Sale, _ *liability.Options) { s.PointValue.Num = -1 }, liability.ErrInvalid, "point_value"},
		"worth nothing":         {func(s *liability.Sale, _ *liability.Options) { s.Products.Minor, s.Expected = 0, 0 }, liability.ErrInvalid, "products"},
		"a fraction, exactly":   {func(s *liability.Sale, o *liability.Options) { o.Rounding = money.Exact }, liability.ErrInvalid, "price"},
		"a share, exactly":      {func(s *liability.Sale, o *liability.Options) { o.Rounding, o.ShareDigits = money.Exact, 3 }, liability.ErrInvalid, "share_digits"},
		"unknown rounding":      {func(s *liability.Sale, o *liability.Options) { o.Rounding = 99 }, liability.ErrInvalid, "rounding"},
		"digits out of range":   {func(s *liability.Sale, o *liability.Options) { o.ShareDigits = 10 }, liability.ErrInvalid, "share_digits"},
		"issued is below 0 too": {func(s *liability.Sale, o *liability.Options) { s.Issued, s.Expected = -1, -1 }, liability.ErrInvalid, "issued"},
	} {
		t.Run(name, func(t *testing.T) {
			s, o := ok, liability.Options{}
			tt.change(&s, &o)
			split, err := s.Split(o)
			requireRefused(t, err, tt.want, tt.field)
			require.Zero(t, split)
		})
	}
	free, err := liability.Sale{Price: cny(100), Issued: 1, Expected: 1, PointValue: money.Ratio{Num: 5, Den: 1}}.Split(liability.Options{})
	require.NoError(t, err)
	require.Equal(t, liability.Split{Products: cny(0), Points: cny(100)}, free)
	huge := liability.Sale{Price: cny(math.MaxInt64), Products: cny(math.MaxInt64), Issued: math.MaxInt64, Expected: math.MaxInt64, PointValue: money.Ratio{Num: 1, Den: 1}}
	split, err := huge.Split(liability.Options{Rounding: money.Down})
	require.NoError(t, err)
	require.Equal(t, int64(math.MaxInt64/2), split.Points.Minor)
}

// The part is the exact fraction, rounded as big.Rat does it, in every mode.
func TestSplitIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := liability.Sale{Price: cny(rapid.Int64Range(0, 1_000).Draw(t, "price")), Products: cny(rapid.Int64Range(1, 1_000).Draw(t, "products")),
			Issued: 100, Expected: rapid.Int64Range(0, 100).Draw(t, "expected"),
			PointValue: money.Ratio{Num: rapid.Int64Range(0, 50).Draw(t, "num"), Den: rapid.Int64Range(1, 9).Draw(t, "den")}}
		opts := liability.Options{Rounding: money.Rounding(rapid.IntRange(0, int(money.Floor)).Draw(t, "mode"))}
		split, err := s.Split(opts)
		require.NoError(t, err)
		require.Equal(t, s.Price.Minor, split.Points.Minor+split.Products.Minor)
		worth := new(big.Rat).Mul(big.NewRat(s.Expected, 1), big.NewRat(s.PointValue.Num, s.PointValue.Den))
		exact := new(big.Rat).Quo(worth, new(big.Rat).Add(worth, big.NewRat(s.Products.Minor, 1)))
		want, err := (money.Ratio{Num: exact.Num().Int64(), Den: exact.Denom().Int64()}).Mul(s.Price.Minor, opts.Rounding)
		require.NoError(t, err)
		require.Equal(t, want, split.Points.Minor)
	})
}

// I14: whatever is re-estimated, returned or refunded, recognised and remaining add up
// to allocated, every movement to its balances, and the sum of the periods' revenue is
// what was recognised.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var cohorts [][]liability.Recognition
		ends := rapid.IntRange(1, 8).Draw(t, "periods")
		for range rapid.IntRange(1, 3).Draw(t, "cohorts") {
			var periods []liability.Period
			var allocated, issued, redeemed int64
			for i := rapid.IntRange(0, ends-1).Draw(t, "from"); i < ends; i++ {
				p := liability.Period{End: yearEnd(2020 + i)}
				p.Issued = rapid.Int64Range(-issued+redeemed, 1_000).Draw(t, "issued")
				if issued+p.Issued == 0 {
					p.Issued++
				}
				issued += p.Issued
				p.Deferred = cny(rapid.Int64Range(-allocated, 100_000).Draw(t, "deferred"))
				allocated += p.Deferred.Minor
				p.Redeemed = rapid.Int64Range(-redeemed, issued-redeemed).Draw(t, "redeemed")
				redeemed += p.Redeemed
				p.Estimate = rapid.Int64Range(redeemed, issued).Draw(t, "estimate")
				periods = append(periods, p)
			}
			mode := money.Rounding(rapid.IntRange(0, int(money.Floor)).Draw(t, "mode"))
			rows, err := liability.Recognise(periods, liability.Options{Rounding: mode})
			require.NoError(t, err)
			cohorts = append(cohorts, rows)
			last := rows[len(rows)-1]
			require.Equal(t, []int64{allocated, issued, redeemed}, []int64{last.Allocated.Minor, last.Issued, last.Redeemed})
			if last.Estimate == last.Redeemed {
				require.Zero(t, last.Closing.Minor)
			}
			exact := new(big.Rat).SetInt64(allocated)
			if last.Estimate > 0 {
				exact.Mul(exact, big.NewRat(redeemed, last.Estimate))
			}
			off := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(last.Recognised.Minor))
			require.Negative(t, off.Abs(off).Cmp(big.NewRat(1, 1)), "one rounding since the beginning, not one a period")
		}
		total, err := liability.Total(cohorts...)
		require.NoError(t, err)
		for _, rows := range append(cohorts, total) {
			opening, recognised := int64(0), int64(0)
			for _, r := range rows {
				require.Equal(t, opening, r.Opening.Minor)
				require.Equal(t, r.Closing.Minor, r.Opening.Minor+r.Deferred.Minor-r.Revenue.Minor)
				require.Equal(t, r.Revenue.Minor, r.Usage.Minor+r.CatchUp.Minor)
				require.Equal(t, r.Allocated.Minor, r.Recognised.Minor+r.Closing.Minor)
				recognised += r.Revenue.Minor
				require.Equal(t, r.Recognised.Minor, recognised)
				opening = r.Closing.Minor
			}
		}
	})
}

func TestRecogniseRefuses(t *testing.T) {
	first := liability.Period{End: yearEnd(2024), Deferred: cny(1000), Issued: 100, Redeemed: 20, Estimate: 90}
	for name, tt := range map[string]struct {
		next  liability.Period
		want  error
		field string
	}{
		"over 100 %":             {liability.Period{Estimate: 101}, liability.ErrEstimate, "estimate"},
		"below what is redeemed": {liability.Period{Redeemed: 1, Estimate: 20}, liability.ErrEstimate, "estimate"},
		"estimate below 0":       {liability.Period{Redeemed: -20, Estimate: -1}, liability.ErrEstimate, "estimate"},
		"refunds too many":       {liability.Period{Redeemed: -21, Estimate: 90}, liability.ErrInvalid, "redeemed"},
		"reverses too many":      {liability.Period{Issued: -101}, liability.ErrInvalid, "issued"},
		"reverses redeemed ones": {liability.Period{Issued: -81, Estimate: 19}, liability.ErrEstimate, "estimate"},
		"returns too much":       {liability.Period{Deferred: cny(-1001), Estimate: 90}, liability.ErrInvalid, "deferred"},
		"other currency":         {liability.Period{Deferred: money.Amount{Minor: 1, Currency: money.USD}, Estimate: 90}, liability.ErrCurrency, "deferred"},
		"money overflow":         {liability.Period{Deferred: cny(math.MaxInt64), Estimate: 90}, liability.ErrOverflow, "deferred"},
		"points overflow":        {liability.Period{Issued: math.MaxInt64, Estimate: 90}, liability.ErrOverflow, "issued"},
		"redeemed overflow":      {liability.Period{Redeemed: math.MaxInt64, Estimate: 90}, liability.ErrOverflow, "redeemed"},
		"the same end":           {liability.Period{End: yearEnd(2024), Estimate: 90}, liability.ErrInvalid, "end"},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.next.End == 0 {
				tt.next.End = yearEnd(2025)
			}
			_, err := liability.Recognise([]liability.Period{first, tt.next}, liability.Options{})
			require.Equal(t, 1, requireRefused(t, err, tt.want, tt.field).Item)
		})
	}
	_, err := liability.Recognise(nil, liability.Options{})
	requireRefused(t, err, liability.ErrInvalid, "periods")
	_, err = liability.Recognise([]liability.Period{{End: yearEnd(2024), Deferred: cny(1)}}, liability.Options{})
	requireRefused(t, err, liability.ErrInvalid, "issued")
	_, err = liability.Recognise([]liability.Period{first}, liability.Options{Rounding: money.Exact})
	requireRefused(t, err, liability.ErrInvalid, "deferred")
	_, err = liability.Recognise([]liability.Period{first}, liability.Options{Rounding: 99})
	requireRefused(t, err, liability.ErrInvalid, "rounding")
}

// The rest expires: everything that was allocated is recognised, whatever was redeemed.
func TestAllExpired(t *testing.T) {
	for _, redeemed := range []int64{0, 40} {
		rows, err := liability.Recognise([]liability.Period{
			{End: yearEnd(2024), Deferred: cny(1000), Issued: 100, Redeemed: redeemed, Estimate: 90},
			{End: yearEnd(2025), Estimate: redeemed},
		}, liability.Options{})
		require.NoError(t, err)
		require.Equal(t, cny(1000), rows[1].Recognised)
		require.Equal(t, cny(0), rows[1].Closing)
	}
}

func TestTotal(t *testing.T) {
	run := func(from int, cur money.Currency, periods ...liability.Period) []liability.Recognition {
		for i := range periods {
			periods[i].End = yearEnd(from + i)
			if periods[i].Deferred.Minor != 0 {
				periods[i].Deferred.Currency = cur
			}
		}
		rows, err := liability.Recognise(periods, liability.Options{})
		require.NoError(t, err)
		return rows
	}
	sold := liability.Period{Deferred: money.Amount{Minor: 1000}, Issued: 100, Estimate: 80}
	used := liability.Period{Redeemed: 80, Estimate: 80}
	done, later := run(2024, money.CNY, sold, used), run(2025, money.CNY, sold, sold)
	total, err := liability.Total(done, later)
	require.NoError(t, err)
	require.Len(t, total, 3)
	require.Equal(t, []money.Amount{cny(1000), cny(1000), cny(2000)}, []money.Amount{total[0].Closing, total[1].Closing, total[2].Closing})
	require.Equal(t, cny(1000), total[2].Recognised, "what an ended cohort came to stays")
	require.Equal(t, cny(3000), total[2].Allocated)

	_, err = liability.Total(run(2024, money.CNY, sold), later)
	requireRefused(t, err, liability.ErrInvalid, "end")
	_, err = liability.Total(done, run(2025, money.USD, sold, sold))
	require.ErrorIs(t, err, liability.ErrCurrency, "not even where the first has ended")
	_, err = liability.Total([]liability.Recognition{done[1], done[0]})
	requireRefused(t, err, liability.ErrInvalid, "end")
	none, err := liability.Total()
	require.NoError(t, err)
	require.Empty(t, none)
	text, err := json.Marshal(total)
	require.NoError(t, err)
	var back []liability.Recognition
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, total, back)
}

func TestProvisionRefuses(t *testing.T) {
	one := money.Ratio{Num: 1, Den: 1}
	_, err := liability.Provide(10, 11, one, money.CNY, money.HalfUp)
	requireRefused(t, err, liability.ErrEstimate, "expected")
	_, err = liability.Provide(-1, -1, money.Ratio{}, 0, money.HalfUp)
	for _, field := range []string{"outstanding", "expected", "cost", "currency"} {
		require.ErrorContains(t, err, "liability: "+field)
	}
	_, err = liability.Provide(math.MaxInt64, math.MaxInt64, money.Ratio{Num: 2, Den: 1}, money.CNY, money.HalfUp)
	requireRefused(t, err, liability.ErrOverflow, "cost")
	_, err = liability.ExpectedPoints(10, money.Ratio{Num: 101, Den: 100}, money.HalfUp)
	requireRefused(t, err, liability.ErrEstimate, "rate")
	_, err = liability.ExpectedPoints(-1, one, money.HalfUp)
	requireRefused(t, err, liability.ErrInvalid, "rate")
	_, err = liability.ExpectedPoints(1, money.Ratio{Num: 1, Den: 2}, money.Exact)
	requireRefused(t, err, liability.ErrInvalid, "rate")
	_, err = liability.RollProvision(cny(1), cny(1), money.Amount{Minor: 1, Currency: money.USD})
	requireRefused(t, err, liability.ErrCurrency, "opening")
	_, err = liability.RollProvision(cny(-1), cny(1), cny(1))
	requireRefused(t, err, liability.ErrInvalid, "provision")

	cost := func(points, minor int64, cur money.Currency) liability.RewardCost {
		return liability.RewardCost{Points: points, Money: money.Amount{Minor: minor, Currency: cur}}
	}
	for name, tt := range map[string]struct {
		mix  []liability.RewardCost
		want error
	}{
		"empty":      {nil, liability.ErrInvalid},
		"no points":  {[]liability.RewardCost{cost(0, 1, money.CNY)}, liability.ErrInvalid},
		"below 0":    {[]liability.RewardCost{cost(1, -1, money.CNY)}, liability.ErrInvalid},
		"currencies": {[]liability.RewardCost{cost(1, 0, money.CNY), cost(1, 1, money.USD)}, liability.ErrCurrency},
		"points":     {[]liability.RewardCost{cost(math.MaxInt64, 1, money.CNY), cost(1, 1, money.CNY)}, liability.ErrOverflow},
		"money":      {[]liability.RewardCost{cost(1, math.MaxInt64, money.CNY), cost(1, 1, money.CNY)}, liability.ErrOverflow},
	} {
		_, _, err := liability.PerPoint(tt.mix)
		require.ErrorIs(t, err, tt.want, name)
	}
	require.Equal(t, calendar.MustDate(2026, 12, 31), yearEnd(2026))
}
