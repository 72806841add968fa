package pipeline_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/results"
	"github.com/guanxi-go/guanxi/internal/numeric"
)

var today = day("2026-11-22")

// enumerated sums over all outcomes of a few deals.
func enumerated(deals []pipeline.Deal) (wins map[int]float64, amount map[int64]float64) {
	wins, amount = map[int]float64{}, map[int64]float64{}
	for mask := range 1 << len(deals) {
		p, n, sum := 1.0, 0, int64(0)
		for i, d := range deals {
			if q := d.P.InexactFloat64(); mask>>i&1 == 1 {
				p, n, sum = p*q, n+1, sum+d.Amount.Minor
			} else {
				p *= 1 - q
			}
		}
		wins[n] += p
		amount[sum] += p
	}
	return wins, amount
}

func TestForecastIsTheSumOverAllOutcomes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		deals := make([]pipeline.Deal, rapid.IntRange(0, 10).Draw(t, "deals"))
		scale := rapid.SampledFrom([]int64{1, 7, 100}).Draw(t, "scale")
		expected := decimal.Zero
		for i := range deals {
			deals[i] = pipeline.Deal{ID: fmt.Sprint(i), Amount: yuan(scale * rapid.Int64Range(0, 9).Draw(t, "amount")),
				P: decimal.New(rapid.Int64Range(0, 20).Draw(t, "p")*5, -2)}
			expected = expected.Add(deals[i].P.Mul(deals[i].Amount.Decimal()))
		}
		f, err := pipeline.NewForecast(deals, today, pipeline.Options{})
		require.NoError(t, err)
		require.True(t, expected.Equal(f.Total.Expected))
		wins, amount := enumerated(deals)
		for n, p := range wins {
			require.InDelta(t, p, f.Wins.AtMost(int64(n))-f.Wins.AtMost(int64(n)-1), 1e-14)
		}
		for x := range amount {
			var below float64
			for y, p := range amount {
				if y <= x {
					below += p
				}
			}
			require.InDelta(t, below, f.Amount.AtMost(x), 1e-14)
			require.InDelta(t, 1-below, f.Amount.AtLeast(x+1), 1e-14)
		}
		require.True(t, f.Amount.Exact)
		require.InDelta(t, f.Total.Expected.InexactFloat64()*100, f.Amount.Mean(), 1e-9)
		require.InDelta(t, f.StdDev*100, f.Amount.StdDev(), 1e-6*scaleOf(f.StdDev*100))
	})
}

func scaleOf(x float64) float64 { return math.Max(1, x) }

// The distribution functions lie within the 99.99 percent band of Dvoretzky, Kiefer and
// Wolfowitz, in Massart's form, of 20,000 simulated outcomes.
func TestForecastAgreesWithSimulation(t *testing.T) {
	const draws = 20_000
	band := math.Sqrt(math.Log(2/0.0001) / (2 * draws))
	for _, fen := range []int64{1_000_000, 1} {
		deals := many(60, 1_000_000/fen*100, fen)
		f, err := pipeline.NewForecast(deals, today, pipeline.Options{})
		require.NoError(t, err)
		r := rand.New(rand.NewPCG(3, 4))
		wins, sums := make([]int64, draws), make([]int64, draws)
		for k := range draws {
			for _, d := range deals {
				if r.Float64() < d.P.InexactFloat64() {
					wins[k]++
					sums[k] += d.Amount.Minor
				}
			}
		}
		requireSeen(t, f.Wins, wins, band)
		requireSeen(t, f.Amount, sums, band)
	}
}

// Amounts that no lattice of 2^20 cells holds get one on which the mean is right and
// the standard deviation less than a thousandth too large.
func TestForecastOnAStatedLattice(t *testing.T) {
	deals := many(500, 100_000_000, 1)
	f, err := pipeline.NewForecast(deals, today, pipeline.Options{})
	require.NoError(t, err)
	require.False(t, f.Amount.Exact)
	require.InEpsilon(t, f.Total.Expected.InexactFloat64()*100, f.Amount.Mean(), 1e-9)
	require.GreaterOrEqual(t, f.Amount.StdDev(), f.StdDev*100)
	require.InEpsilon(t, f.StdDev*100, f.Amount.StdDev(), 1e-3)

	coarse, err := pipeline.NewForecast(deals, today, pipeline.Options{Step: 1_000_000})
	require.NoError(t, err)
	require.Equal(t, int64(1_000_000), coarse.Amount.Step)
	require.Equal(t, f.Wins, coarse.Wins)
	_, err = pipeline.NewForecast(deals, today, pipeline.Options{Step: 1})
	require.ErrorIs(t, err, pipeline.ErrInvalid)
}

func TestForecastSums(t *testing.T) {
	half := decimal.RequireFromString("0.5")
	deals := []pipeline.Deal{
		{ID: "closed", Category: pipeline.Closed, Amount: yuan(100_00), Close: day("2026-11-01")},
		{ID: "commit", Category: pipeline.Commit, Amount: yuan(200_00), P: half, Close: day("2026-11-22")},
		{ID: "omitted", Category: pipeline.Omitted, Amount: yuan(400_00), P: half, Close: day("2026-01-01")},
		{ID: "late", Amount: yuan(800_00), P: half, Close: day("2026-11-21")},
		{ID: "next year", Amount: yuan(1600_00), P: half, Close: day("2027-01-01")},
		{ID: "some day", Amount: yuan(3200_00), P: half},
	}
	f, err := pipeline.NewForecast(deals, today, pipeline.Options{Until: day("2027-01-01")})
	require.NoError(t, err)
	require.Equal(t, "200", f.Total.Expected.String())
	require.Equal(t, pipeline.Distribution{Low: 1, Step: 1, P: []float64{0.5, 0.5}, Exact: true}, f.Wins)
	require.Equal(t, pipeline.Distribution{Low: 100_00, Step: 100_00, P: []float64{0.5, 0, 0.5}, Exact: true}, f.Amount)
	require.Equal(t, 1, f.Overdue.Deals)
	require.Equal(t, "400", f.Overdue.Expected.String())
	require.Equal(t, 2, f.LeftOut)
	require.Equal(t, int64(400_00), f.ByCategory[pipeline.Omitted].Amount)

	found := pipeline.OverdueFindings(deals, today)
	require.Len(t, found, 1)
	require.Equal(t, "late", found[0].Subject)

	text, err := json.Marshal(f)
	require.NoError(t, err)
	var back pipeline.Forecast
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, f.Wins, back.Wins)
	require.Equal(t, f.Total.Amount, back.Total.Amount)
}

func TestForecastRefuses(t *testing.T) {
	good := pipeline.Deal{ID: "1", Amount: yuan(1), P: decimal.RequireFromString("0.5")}
	with := func(change func(*pipeline.Deal)) pipeline.Deal {
		d := good
		d.ID = "2"
		change(&d)
		return d
	}
	for name, c := range map[string]struct {
		deal pipeline.Deal
		err  error
	}{
		"id":          {with(func(d *pipeline.Deal) { d.ID = "" }), pipeline.ErrInvalid},
		"twice":       {good, pipeline.ErrDuplicate},
		"negative":    {with(func(d *pipeline.Deal) { d.Amount.Minor = -1 }), pipeline.ErrInvalid},
		"no currency": {with(func(d *pipeline.Deal) { d.Amount = money.Amount{Minor: 1} }), pipeline.ErrInvalid},
		"dollars":     {with(func(d *pipeline.Deal) { d.Amount.Currency = money.MustCurrency("USD") }), pipeline.ErrCurrency},
		"too much":    {with(func(d *pipeline.Deal) { d.Amount.Minor = math.MaxInt64 }), pipeline.ErrOverflow},
		"below 0":     {with(func(d *pipeline.Deal) { d.P = decimal.New(-1, -30) }), pipeline.ErrInvalid},
		"above 1":     {with(func(d *pipeline.Deal) { d.P = decimal.RequireFromString("1.0000000000000000001") }), pipeline.ErrInvalid},
		"huge":        {with(func(d *pipeline.Deal) { d.P = decimal.New(1, math.MaxInt32) }), pipeline.ErrInvalid},
		"tiny":        {with(func(d *pipeline.Deal) { d.P = decimal.New(1, math.MinInt32) }), pipeline.ErrInvalid},
		"category":    {with(func(d *pipeline.Deal) { d.Category = 9 }), pipeline.ErrInvalid},
		"day":         {with(func(d *pipeline.Deal) { d.Close = -5 }), pipeline.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := pipeline.NewForecast([]pipeline.Deal{good, c.deal}, today, pipeline.Options{})
			require.ErrorIs(t, err, c.err)
			var e *pipeline.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, 1, e.Item)
		})
	}
	_, err := pipeline.NewForecast(nil, 0, pipeline.Options{})
	require.ErrorIs(t, err, pipeline.ErrInvalid)
	f, err := pipeline.NewForecast(nil, today, pipeline.Options{})
	require.NoError(t, err)
	require.Equal(t, []float64{1}, f.Wins.P)
	for _, q := range []float64{0, 1, math.NaN()} {
		_, err = f.Amount.Quantile(q)
		require.ErrorIs(t, err, pipeline.ErrInvalid)
		_, _, err = f.Amount.Interval(q)
		require.ErrorIs(t, err, pipeline.ErrInvalid)
	}
}

// Probabilities with many digits, and a certain one among thousands that are not.
func TestForecastHardNumbers(t *testing.T) {
	third := decimal.RequireFromString("0.333333333333333333333333333333")
	f, err := pipeline.NewForecast([]pipeline.Deal{{ID: "1", Amount: yuan(300), P: third}, {ID: "2", Amount: yuan(300), P: decimal.RequireFromString("1.00")}}, today, pipeline.Options{})
	require.NoError(t, err)
	require.Equal(t, "3.99999999999999999999999999999900", f.Total.Expected.StringFixed(32))
	require.Equal(t, int64(1), f.Wins.Low)

	deals := many(3000, 1, 100)
	f, err = pipeline.NewForecast(deals, today, pipeline.Options{})
	require.NoError(t, err)
	var total float64
	for _, p := range f.Wins.P {
		total += p
	}
	require.InDelta(t, 1, total, 1e-12)
	require.InEpsilon(t, f.Amount.Mean(), f.Wins.Mean()*100, 1e-12)
}

func TestSilent(t *testing.T) {
	f := made(t, process(10))
	found, err := f.Silent([]pipeline.Pulse{
		{ID: "b", Stage: "a", Opened: today - 15}, {ID: "a", Stage: "a", Opened: today - 30, LastAction: today - 15}, {ID: "c", Stage: "a", Opened: today - 100},
		{ID: "d", Stage: "a", Opened: today - 100, LastAction: today - 14}, {ID: "e", Stage: "won", Opened: today - 100},
	}, today)
	require.NoError(t, err)
	var ids string
	for _, x := range found {
		ids += x.Subject
		require.NoError(t, x.Validate())
		for lang := range 2 {
			_, err := pipeline.Catalogue().Render(x, language(lang))
			require.NoError(t, err)
		}
	}
	require.Equal(t, "cab", ids)
	for _, p := range []pipeline.Pulse{{}, {ID: "x", Stage: "nowhere", Opened: today}, {ID: "x", Stage: "a"}, {ID: "x", Stage: "a", Opened: today + 1}} {
		_, err := f.Silent([]pipeline.Pulse{p}, today)
		require.ErrorIs(t, err, pipeline.ErrInvalid)
	}
}

func TestCount(t *testing.T) {
	f := made(t, process(10, 20, 30))
	counts, err := f.Count([]pipeline.Outcome{{Reached: "a", Won: false}, {Reached: "c", Won: true}, {Reached: "b", Won: false}, {Reached: "c", Won: false}})
	require.NoError(t, err)
	require.Equal(t, []pipeline.Reached{{Stage: "a", Won: 1, Of: 4}, {Stage: "b", Won: 1, Of: 3}, {Stage: "c", Won: 1, Of: 2}}, counts)
	_, err = f.Count([]pipeline.Outcome{{Reached: "won", Won: true}})
	require.ErrorIs(t, err, pipeline.ErrInvalid)
	for _, bad := range [][]pipeline.Reached{nil, {{Stage: "b", Won: 0, Of: 0}, {Stage: "a", Won: 0, Of: 0}, {Stage: "c", Won: 0, Of: 0}}, {{Stage: "a", Won: 2, Of: 1}, {Stage: "b", Won: 0, Of: 0}, {Stage: "c", Won: 0, Of: 0}}} {
		_, err = f.Probabilities(bad, pipeline.ProbabilityOptions{})
		require.ErrorIs(t, err, pipeline.ErrInvalid)
	}
	_, err = f.Probabilities(counts, pipeline.ProbabilityOptions{Weight: -1})
	require.ErrorIs(t, err, pipeline.ErrInvalid)
}

// Pooled probabilities never fall, and lie between those that they join.
func TestProbabilitiesRise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 7).Draw(t, "stages")
		priors, counts := make([]int64, n), make([]pipeline.Reached, n)
		for i := range n {
			priors[i] = rapid.Int64Range(0, 100).Draw(t, "prior")
			of := rapid.Int64Range(0, 50).Draw(t, "of")
			counts[i] = pipeline.Reached{Stage: string(rune('a' + i)), Of: of, Won: rapid.Int64Range(0, of).Draw(t, "won")}
		}
		f, err := pipeline.New(process(priors...))
		require.NoError(t, err)
		list, err := f.Probabilities(counts, pipeline.ProbabilityOptions{})
		require.NoError(t, err)
		var used, blended float64
		for i, p := range list {
			if i > 0 {
				c, err := p.Used.Cmp(list[i-1].Used)
				require.NoError(t, err)
				require.GreaterOrEqual(t, c, 0)
			}
			weight := float64(p.Of + 10)
			used += weight * float64(p.Used.Num) / float64(p.Used.Den)
			blended += weight * float64(p.Blended.Num) / float64(p.Blended.Den)
		}
		require.InDelta(t, blended, used, 1e-9, "pooling keeps the weighted sum")
	})
}

// Win rates by stage have the same interval as those by salesperson. The ends are those of
// the textbook's formula (Wilson 1927) in 40 digits, with Python's decimal; the tolerance is
// that of package numeric, 8 ULP.
func TestStageWinRates(t *testing.T) {
	for _, c := range []struct {
		won, of   int64
		low, high float64
	}{
		{30, 200, 0.10713593562241996, 0.20605579284166664}, {28, 90, 0.22485854647009126, 0.41282824540976554},
		{12, 40, 0.18074845229746528, 0.4543001881814494}, {10, 12, 0.5519691377470266, 0.9530348578161462},
		{30, 60, 0.3773502424155577, 0.6226497575844423}, {30, 30, 0.8864866068260312, 1},
	} {
		rate, ok := pipeline.Reached{Stage: "a", Won: c.won, Of: c.of}.WinRate()
		require.True(t, ok)
		require.Equal(t, float64(c.won)/float64(c.of), rate.Share)
		require.Equal(t, int(c.of), rate.N)
		require.True(t, numeric.Close(rate.Low, c.low, 8, 0), rate.Low)
		require.True(t, numeric.Close(rate.High, c.high, 8, 0), rate.High)
		of, ok := results.SalesRow{Won: int(c.won), Lost: int(c.of - c.won)}.WinRate()
		require.True(t, ok)
		require.Equal(t, of, rate)
	}
	list, err := made(t, process(10, 30)).Probabilities([]pipeline.Reached{{Stage: "a", Won: 30, Of: 200}, {Stage: "b"}}, pipeline.ProbabilityOptions{})
	require.NoError(t, err)
	rate, ok := list[0].WinRate()
	require.True(t, ok)
	require.Equal(t, 200, rate.N)
	_, ok = list[1].WinRate()
	require.False(t, ok, "of none there is no share")
	for _, bad := range []pipeline.Reached{{Won: 2, Of: 1}, {Won: -1, Of: 1}, {Of: -1}, {Of: 1 << 33}} {
		_, ok := bad.WinRate()
		require.False(t, ok)
	}
}
