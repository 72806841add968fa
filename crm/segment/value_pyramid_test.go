package segment

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/reference"
)

// drawCustomerValues draws customers with ties, zeros and losses.
func drawCustomerValues(t *rapid.T) []int64 {
	hi := rapid.SampledFrom([]int64{1, 5, 1000, 1 << 40}).Draw(t, "hi")
	lo := rapid.SampledFrom([]int64{0, -hi, -hi / 4}).Draw(t, "lo")
	return rapid.SliceOfN(rapid.Int64Range(lo, hi), 1, 60).Draw(t, "values")
}

// drawCustomerBands draws up to five bands with UpTo in twentieths.
func drawCustomerBands(t *rapid.T) Bands {
	cuts := rapid.SliceOfNDistinct(rapid.Int64Range(1, 19), 0, 4, rapid.ID).Draw(t, "cuts")
	slices.Sort(cuts)
	var b Bands
	for i, c := range append(cuts, 20) {
		b = append(b, Band{Name: string(rune('a' + i)), UpTo: money.Ratio{Num: c, Den: 20}})
	}
	return b
}

// reordered returns another order of the values.
func reordered[T any](t *rapid.T, values []T) []T {
	out := slices.Clone(values)
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func requireRefusal(t require.TestingT, err, sentinel error, field string, row int) {
	var e *Error
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, sentinel)
	require.Equal(t, field, e.Field)
	require.Equal(t, row, e.Row)
}

// requireBandSums checks that every share is what its definition says.
func requireBandSums(t require.TestingT, sums []BandSum, customers int, value int64) {
	n, v := 0, new(big.Int)
	for _, s := range sums {
		n += s.Customers
		v.Add(v, big.NewInt(s.Value))
		require.Equal(t, money.Ratio{Num: int64(s.Customers), Den: int64(customers)}.Reduce(), s.CustomerShare)
		if value > 0 {
			require.Equal(t, money.Ratio{Num: s.Value, Den: value}.Reduce(), s.ValueShare)
		} else {
			require.Zero(t, s.ValueShare)
		}
	}
	require.Equal(t, customers, n, "every customer is in exactly one band")
	require.Equal(t, big.NewInt(value).String(), v.String(), "no value is lost")
}

func TestPyramidByHand(t *testing.T) {
	// 200 active customers worth 1 … 200 and 50 inactive ones, 10 of them with a loss
	// of 5: the top tier ends before rank 2, big before 10, medium before 40.
	var values []int64
	for v := int64(1); v <= 200; v++ {
		values = append(values, v)
	}
	for i := range 50 {
		values = append(values, []int64{0, 0, 0, 0, -5}[i%5])
	}
	p, err := NewPyramid(values, PyramidOptions{})
	require.NoError(t, err)
	const total = 200*201/2 - 50
	share := func(n int64) money.Ratio { return money.Ratio{Num: n, Den: 250}.Reduce() }
	worth := func(n int64) money.Ratio { return money.Ratio{Num: n, Den: total}.Reduce() }
	require.Equal(t, Pyramid{
		Customers: 250, Active: 200, Value: total,
		Tiers: []BandSum{
			{"top", "顶端客户", 2, 399, 199, share(2), worth(399)},
			{"big", "大客户", 8, 1556, 191, share(8), worth(1556)},
			{"medium", "中客户", 30, 5265, 161, share(30), worth(5265)},
			{"small", "小客户", 160, 12880, 1, share(160), worth(12880)},
			{"inactive", "不活跃客户", 50, -50, -5, share(50), worth(-50)},
		},
	}, p)
}

func TestPyramidHardInputs(t *testing.T) {
	counts := func(values ...int64) (n []int) {
		p, err := NewPyramid(values, PyramidOptions{})
		require.NoError(t, err)
		for _, tier := range p.Tiers {
			n = append(n, tier.Customers)
		}
		return n
	}
	require.Equal(t, []int{1, 0, 0, 0, 0}, counts(7), "one customer is at the top")
	require.Equal(t, []int{4, 0, 0, 0, 0}, counts(7, 7, 7, 7), "equal customers are never parted")
	require.Equal(t, []int{0, 0, 0, 0, 3}, counts(0, 0, -4), "nobody is active")
	require.Equal(t, []int{1, 0, 0, 4, 1}, counts(9, 3, 4, 3, 3, 0))
	require.Equal(t, []int{1, 0, 0, 0, 1}, counts(math.MaxInt64, math.MinInt64))
	// 5 % of 20 is exactly 1: the second of twenty is outside, whatever a float says.
	require.Equal(t, []int{1, 0, 3, 16, 0}, counts(20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1))

	p, err := NewPyramid([]int64{0, -4}, PyramidOptions{})
	require.NoError(t, err)
	require.False(t, p.Tiers[4].ValueShare.Valid(), "no share of a total that is not above zero")

	_, err = NewPyramid(nil, PyramidOptions{})
	requireRefusal(t, err, ErrInsufficientData, "values", -1)
	_, err = NewPyramid([]int64{math.MaxInt64, 1}, PyramidOptions{})
	requireRefusal(t, err, ErrOverflow, "values", -1)
	_, err = NewPyramid([]int64{math.MaxInt64, math.MaxInt64, -math.MaxInt64}, PyramidOptions{})
	require.ErrorIs(t, err, ErrOverflow, "the total fits and the top tier does not")
	require.Equal(t, -1, Pyramid{}.TierOf(3))
	require.Equal(t, -1, Pyramid{}.TierOf(0))
}

func TestBandsValidate(t *testing.T) {
	ratio := func(n, d int64) money.Ratio { return money.Ratio{Num: n, Den: d} }
	require.NoError(t, CurryTiers().Validate())
	require.NoError(t, ParetoClasses().Validate())
	require.NoError(t, Bands{{"all", "", ratio(7, 7)}}.Validate())
	tests := []struct {
		bands Bands
		rows  []int
	}{
		{nil, []int{-1}},
		{Bands{{"", "", ratio(1, 1)}}, []int{0}},
		{Bands{{"a", "", ratio(1, 2)}, {"a", "", ratio(1, 1)}}, []int{1}},
		{Bands{{"a", "", ratio(0, 2)}, {"b", "", ratio(1, 1)}}, []int{0}},
		{Bands{{"a", "", ratio(1, 2)}, {"b", "", ratio(2, 4)}, {"c", "", ratio(1, 1)}}, []int{1}},
		{Bands{{"a", "", money.Ratio{}}, {"b", "", ratio(1, 1)}}, []int{0}},
		{Bands{{"a", "", ratio(3, 2)}}, []int{0}},
		{Bands{{"a", "", ratio(1, 2)}}, []int{0}},
		{Bands{{"", "", ratio(1, 1)}, {"", "", ratio(1, 2)}}, []int{0, 1, 1, 1}},
	}
	for _, tt := range tests {
		err := tt.bands.Validate()
		require.ErrorIs(t, err, ErrInvalid)
		problems := []error{err}
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			problems = joined.Unwrap()
		}
		var rows []int
		for _, p := range problems {
			var e *Error
			require.ErrorAs(t, p, &e)
			require.Equal(t, "bands", e.Field)
			rows = append(rows, e.Row)
		}
		require.Equal(t, tt.rows, rows, "%v: %v", tt.bands, err)
	}
	taken := PyramidOptions{Tiers: Bands{{"inactive", "", ratio(1, 1)}}}
	requireRefusal(t, taken.Validate(), ErrInvalid, "bands", 0)
	for _, bad := range []Bands{{}, taken.Tiers} {
		_, err := NewPyramid([]int64{1}, PyramidOptions{Tiers: bad})
		require.ErrorIs(t, err, ErrInvalid)
	}
	_, err := NewABC([]int64{1}, ABCOptions{Classes: Bands{}})
	require.ErrorIs(t, err, ErrInvalid)
}

// TestPyramidRule compares with the rule as it is written, in rationals: the first
// tier with r/n < UpTo.
func TestPyramidRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values, tiers := drawCustomerValues(t), drawCustomerBands(t)
		p, err := NewPyramid(values, PyramidOptions{Tiers: tiers})
		require.NoError(t, err)
		active := 0
		for _, v := range values {
			if v > 0 {
				active++
			}
		}
		require.Equal(t, active, p.Active)
		place := func(v int64) int {
			if v <= 0 {
				return len(tiers)
			}
			better := 0
			for _, o := range values {
				if o > v {
					better++
				}
			}
			for i, tier := range tiers {
				if big.NewRat(int64(better), int64(max(active, 1))).Cmp(big.NewRat(tier.UpTo.Num, tier.UpTo.Den)) < 0 {
					return i
				}
			}
			return len(tiers) - 1
		}
		counts := make([]int, len(tiers)+1)
		for _, v := range values {
			counts[place(v)]++
			require.Equal(t, place(v), p.TierOf(v))
		}
		for i, tier := range p.Tiers {
			require.Equal(t, counts[i], tier.Customers)
		}
		newcomer := rapid.Int64Range(-10, 2000).Draw(t, "newcomer")
		if active > 0 || newcomer <= 0 {
			require.Equal(t, place(newcomer), p.TierOf(newcomer))
		} else {
			require.Equal(t, len(tiers)-1, p.TierOf(newcomer), "nobody to compare with")
		}
		requireBandSums(t, p.Tiers, len(values), p.Value)

		again, err := NewPyramid(reordered(t, values), PyramidOptions{Tiers: tiers})
		require.NoError(t, err)
		require.Equal(t, p, again)
	})
}

func TestPyramidScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values, k := drawCustomerValues(t), rapid.Int64Range(1, 1000).Draw(t, "k")
		p, err := NewPyramid(values, PyramidOptions{})
		require.NoError(t, err)
		for i := range values {
			values[i] *= k
		}
		scaled, err := NewPyramid(values, PyramidOptions{})
		require.NoError(t, err)
		require.Equal(t, p.Value*k, scaled.Value)
		for i := range p.Tiers {
			require.Equal(t, p.Tiers[i].Customers, scaled.Tiers[i].Customers)
			require.Equal(t, p.Tiers[i].Value*k, scaled.Tiers[i].Value)
			require.Equal(t, p.Tiers[i].MinValue*k, scaled.Tiers[i].MinValue)
		}
	})
}

func TestValueReportsJSON(t *testing.T) {
	p, err := NewPyramid([]int64{5, 1, 0}, PyramidOptions{})
	require.NoError(t, err)
	text, err := json.Marshal(p)
	require.NoError(t, err)
	require.Contains(t, string(text), `"tiers":[{"name":"top","zh":"顶端客户","customers":1,"value":5,"min_value":5,"customer_share":"1/3","value_share":"5/6"}`)
	var back Pyramid
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, p, back)

	w, err := NewWhale([]int64{5, -9})
	require.NoError(t, err)
	text, err = json.Marshal(w)
	require.NoError(t, err)
	require.Contains(t, string(text), `"peak_customer_share":"1/2","peak_share":"","deciles":[{"customers":1,"profit":5,"cumulative":5,"share":"","cumulative_share":""}`)
}

// cdnowValues returns the value of each of the 2,357 customers in cents.
func cdnowValues(t *testing.T) []int64 {
	rows, err := csv.NewReader(strings.NewReader(string(reference.Read(t, "data/purchases/cdnow_sample_transactions.csv")))).ReadAll()
	require.NoError(t, err)
	sums := map[string]int64{}
	for _, row := range rows[1:] {
		minor, err := money.ParseMinor(row[2], 2)
		require.NoError(t, err)
		sums[row[0]] += minor
	}
	var values []int64
	for _, v := range sums {
		values = append(values, v)
	}
	require.Len(t, values, 2357)
	return values
}

func benchCustomerValues(b *testing.B) []int64 {
	n := 1_000_000
	if testing.Short() {
		n = 10_000
	}
	r := rand.New(rand.NewPCG(42, 1))
	values := make([]int64, n)
	for i := range values {
		values[i] = int64(math.Exp(8 + 1.2*r.NormFloat64()))
	}
	b.ResetTimer()
	b.ReportAllocs()
	return values
}

func BenchmarkPyramid(b *testing.B) {
	values := benchCustomerValues(b)
	for b.Loop() {
		if _, err := NewPyramid(values, PyramidOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
