package survival

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestRiskSetsAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		obs := drawObservations(t, 1, 60, 12)
		want := naiveSets(obs)
		first, last := obs[0].Time, obs[0].Time
		for _, o := range obs {
			first, last = min(first, o.Time), max(last, o.Time)
		}
		require.Equal(t, want, countDays(obs, first, last-first+1))
		require.Equal(t, want, countSorted(obs))

		// The same times as other types, and so far apart that they are sorted.
		small := make([]Observation[int32], len(obs))
		real := make([]Observation[float64], len(obs))
		far := make([]Observation[int], len(obs))
		const unit = 100000
		for row, o := range obs {
			small[row] = Observation[int32]{int32(o.Entry), int32(o.Time), o.Event}
			real[row] = Observation[float64]{float64(o.Entry), float64(o.Time), o.Event}
			far[row] = Observation[int]{o.Entry * unit, o.Time * unit, o.Event}
		}
		got, _, err := countRisk(small)
		require.NoError(t, err)
		require.Equal(t, want, got)
		got, _, err = countRisk(real)
		require.NoError(t, err)
		require.Equal(t, want, got)
		got, _, err = countRisk(far)
		require.NoError(t, err)
		for i := range got {
			got[i].time /= unit
		}
		require.Equal(t, want, got)
	})
}

func TestKaplanMeierAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		obs := drawObservations(t, 1, 80, 15)
		curve, err := KaplanMeier(obs, Options{})
		require.NoError(t, err)
		s, greenwood, hazard, variance := 1.0, 0.0, 0.0, 0.0
		for i, set := range naiveSets(obs) {
			d, y := float64(set.events), float64(set.atRisk)
			s *= 1 - d/y
			greenwood += d / (y * (y - d)) // infinite once S is 0
			hazard += d / y
			variance += d / (y * y)
			p := curve.Points[i]
			requireNearly(t, s, p.Survival.Value)
			requireNearly(t, hazard, p.CumHazard)
			requireNearly(t, math.Sqrt(variance), p.CumHazardStdErr)
			require.Equal(t, s > 0, p.Survival.StdErr.OK)
			require.Equal(t, s > 0, p.Survival.Lower.OK)
			require.Equal(t, s > 0, p.Survival.Upper.OK)
			if s > 0 {
				requireNearly(t, s*math.Sqrt(greenwood), p.Survival.StdErr.Value)
				require.LessOrEqual(t, p.Survival.Lower.Value, p.Survival.Value)
				require.GreaterOrEqual(t, p.Survival.Upper.Value, p.Survival.Value)
			}
		}
	})
}

// requireNearly compares two orders of the same additions: to 1e-12, or 1e-13
// next to zero.
func requireNearly(t require.TestingT, want, got float64) {
	require.InDelta(t, want, got, 1e-12*math.Abs(want)+1e-13)
}

// Without censoring the telescoped product is the share that survives, rounded
// once.
func TestUncensoredCurveIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.IntRange(1, 50), 1, 200).Draw(t, "days")
		obs := make([]Observation[int], len(days))
		for row, day := range days {
			obs[row] = Observation[int]{Time: day, Event: true}
		}
		curve, err := KaplanMeier(obs, Options{})
		require.NoError(t, err)
		left := len(days)
		for _, p := range curve.Points {
			left -= p.Events
			require.Equal(t, float64(left)/float64(len(days)), p.Survival.Value)
		}
	})
}

func TestOneCauseIsKaplanMeier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		competing := drawCompeting(t, 1, 80, 15)
		obs := anyCause(competing)
		curve, err := KaplanMeier(obs, Options{})
		require.NoError(t, err)
		in, err := AalenJohansen(competing, 1, Options{})
		require.NoError(t, err)
		require.Len(t, in.Points, len(curve.Points))
		truncated := slices.ContainsFunc(obs, func(o Observation[int]) bool { return o.Entry > 0 })
		for i, p := range curve.Points {
			q := in.Points[i]
			require.Equal(t, []int{p.AtRisk, p.Events, p.Censored}, []int{q.AtRisk, q.Events[0], q.Censored})
			requireNearly(t, p.Survival.Value, q.States[0].Value)
			requireNearly(t, 1-p.Survival.Value, q.States[1].Value)
			requireNearly(t, q.States[0].StdErr.Value, q.States[1].StdErr.Value)
			if !truncated && p.Survival.StdErr.OK {
				// Only then the infinitesimal jackknife is Greenwood's formula.
				requireNearly(t, p.Survival.StdErr.Value, q.States[0].StdErr.Value)
			}
		}
	})
}

func TestJackknifeAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		causes := rapid.IntRange(1, 3).Draw(t, "causes")
		competing := drawCompeting(t, causes, 60, 12)
		in, err := AalenJohansen(competing, causes, Options{})
		require.NoError(t, err)
		checkJackknife(t, competing, in)
	})
}

func checkJackknife(t require.TestingT, competing []CompetingObservation[int], in *Incidence) {
	ones := make([]float64, len(competing))
	for row := range ones {
		ones[row] = 1
	}
	states := naiveIncidence(competing, in.Causes, ones)
	errors := naiveJackknife(competing, in.Causes)
	require.Len(t, in.Points, len(states))
	for i, p := range in.Points {
		sum := 0.0
		for k, e := range p.States {
			sum += e.Value
			requireNearly(t, states[i][k], e.Value)
			require.True(t, e.StdErr.OK)
			require.InDelta(t, errors[i][k], e.StdErr.Value, 1e-13*errors[i][k]+1e-15)
		}
		require.InDelta(t, 1, sum, 1e-12)
	}
}

// The risk set is two at first and grows to thousands: what enters late has a
// tiny influence beside the first two, and must not drown in their rounding.
func TestJackknifeOfAThinStart(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	competing := []CompetingObservation[int]{{0, 400, 0}, {0, 3, 1}, {0, 5, 2}, {1, 900, 2}}
	for range 3000 {
		entry := rng.IntN(600)
		competing = append(competing, CompetingObservation[int]{entry, entry + 1 + rng.IntN(500), rng.IntN(3)})
	}
	in, err := AalenJohansen(competing, 2, Options{})
	require.NoError(t, err)
	want := naiveJackknife(competing, 2)
	for i, p := range in.Points {
		for k, e := range p.States {
			if e.Value > 0 {
				require.InEpsilon(t, want[i][k], e.StdErr.Value, 1e-12, "state %d at %v", k, p.Time)
			}
		}
	}
}

// The influence of a row is the derivative by its weight: here by central
// differences, which are good to some 1e-9.
func TestJackknifeIsTheDerivative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const causes, step = 2, 1e-5
		competing := drawCompeting(t, causes, 25, 10)
		in, err := AalenJohansen(competing, causes, Options{})
		require.NoError(t, err)
		weight := make([]float64, len(competing))
		for row := range weight {
			weight[row] = 1
		}
		variance := make([][causes + 1]float64, len(in.Points))
		for row := range weight {
			weight[row] = 1 + step
			up := naiveIncidence(competing, causes, weight)
			weight[row] = 1 - step
			down := naiveIncidence(competing, causes, weight)
			weight[row] = 1
			for i := range variance {
				for k := range variance[i] {
					d := (up[i][k] - down[i][k]) / (2 * step)
					variance[i][k] += d * d
				}
			}
		}
		for i, p := range in.Points {
			for k, e := range p.States {
				require.InDelta(t, math.Sqrt(variance[i][k]), e.StdErr.Value, 1e-7, "state %d at %v", k, p.Time)
			}
		}
	})
}

func TestLogRankAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const groups = 3
		rho := rapid.SampledFrom([]float64{0, 0.5, 1, 2}).Draw(t, "rho")
		obs := drawObservations(t, 2, 60, 12)
		group := rapid.SliceOfN(rapid.IntRange(0, groups-1), len(obs), len(obs)).Draw(t, "group")
		stratum := rapid.SliceOfN(rapid.IntRange(0, 1), len(obs), len(obs)).Draw(t, "stratum")
		group[0], group[1], stratum[0], stratum[1] = 0, 1, 0, 1
		labels, strata := make([]string, len(obs)), make([]string, len(obs))
		for row := range obs {
			labels[row], strata[row] = strconv.Itoa(group[row]), strconv.Itoa(stratum[row])
		}
		test, err := LogRank(obs, labels, LogRankOptions{Rho: rho, Strata: strata})
		if err != nil {
			require.ErrorIs(t, err, ErrInsufficientData)
			return
		}
		var variance [groups][groups]float64
		for s := range 2 {
			var part []Observation[int]
			var of []int
			for row, o := range obs {
				if stratum[row] == s {
					part, of = append(part, o), append(of, group[row])
				}
			}
			o, e, v := naiveLogRank(part, of, groups, rho)
			for g := range test.Groups {
				requireNearly(t, o[g], test.Strata[s].Observed[g])
				requireNearly(t, e[g], test.Strata[s].Expected[g])
				for h := range test.Groups {
					variance[g][h] += v[g][h]
				}
			}
		}
		d := make([]float64, len(test.Groups))
		for g := range test.Groups {
			d[g] = test.Groups[g].Observed - test.Groups[g].Expected
			for h := range test.Groups {
				requireNearly(t, variance[g][h], test.Variance[g][h])
			}
		}
		require.True(t, test.DF >= 1 && test.DF < len(test.Groups))
		require.True(t, test.P >= 0 && test.P <= 1 && test.ChiSquared >= 0)
		if len(d) == 2 {
			requireNearly(t, d[0]*d[0]/variance[0][0], test.ChiSquared)
		} else if det := variance[0][0]*variance[1][1] - variance[0][1]*variance[1][0]; test.DF == 2 && det > 1e-6 {
			want := (d[0]*d[0]*variance[1][1] - 2*d[0]*d[1]*variance[0][1] + d[1]*d[1]*variance[0][0]) / det
			require.InDelta(t, want, test.ChiSquared, 1e-8*(1+want))
		}
	})
}

// Results are equal to the last bit for any order of the rows.
func TestRowOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		competing := drawCompeting(t, 2, 60, 12)
		mixed := rapid.Permutation(competing).Draw(t, "mixed")
		obs, mixedObs := anyCause(competing), anyCause(mixed)

		a, err := KaplanMeier(obs, Options{})
		require.NoError(t, err)
		b, err := KaplanMeier(mixedObs, Options{})
		require.NoError(t, err)
		require.Equal(t, a, b)

		in, err := AalenJohansen(competing, 2, Options{})
		require.NoError(t, err)
		mixedIn, err := AalenJohansen(mixed, 2, Options{})
		require.NoError(t, err)
		require.Equal(t, in, mixedIn)

		// A group that follows from the row moves with it.
		label := func(obs []CompetingObservation[int]) (group, strata []string) {
			for _, o := range obs {
				group = append(group, strconv.Itoa((o.Time*7+o.Entry)%3))
				strata = append(strata, strconv.Itoa((o.Time+o.Cause)%2))
			}
			return group, strata
		}
		group, strata := label(competing)
		test, err := LogRank(obs, group, LogRankOptions{Rho: 1, Strata: strata})
		group, strata = label(mixed)
		mixedTest, mixedErr := LogRank(mixedObs, group, LogRankOptions{Rho: 1, Strata: strata})
		require.Equal(t, err, mixedErr)
		require.Equal(t, test, mixedTest)
	})
}

// Conditioning is the curve of the rows that go beyond t0, entering there.
func TestConditionalIsTheCurveOfTheRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		obs := drawObservations(t, 1, 60, 12)
		t0 := rapid.IntRange(1, 12).Draw(t, "t0")
		curve, err := KaplanMeier(obs, Options{Limits: LogLogLimits})
		require.NoError(t, err)
		var rest []Observation[int]
		for _, o := range obs {
			if o.Time > t0 {
				rest = append(rest, Observation[int]{max(o.Entry, t0), o.Time, o.Event})
			}
		}
		got, err := curve.Conditional(float64(t0))
		if len(rest) == 0 || float64(t0) < curve.Start {
			require.ErrorIs(t, err, ErrInsufficientData)
			return
		}
		require.NoError(t, err)
		want, err := KaplanMeier(rest, Options{Limits: LogLogLimits})
		require.NoError(t, err)
		want.Start = float64(t0) // the rows may all have entered later
		require.Equal(t, want, got)
		if s, ok := curve.At(float64(t0)); ok && s.Value > 0 {
			for _, p := range got.Points {
				all, _ := curve.At(p.Time)
				requireNearly(t, all.Value/s.Value, p.Survival.Value)
			}
		}
	})
}

func TestRestrictedMeanAgainstDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		obs := drawObservations(t, 1, 60, 12)
		for _, estimate := range []func([]Observation[int], Options) (*Curve, error){KaplanMeier[int], FlemingHarrington[int]} {
			curve, err := estimate(obs, Options{})
			require.NoError(t, err)
			tau := curve.Points[len(curve.Points)-1].Time
			if tau <= curve.Start {
				continue
			}
			mean, se, err := curve.RestrictedMean(tau)
			require.NoError(t, err)
			// Whole days: the area is a sum of S over the days before tau.
			area := func(from float64) (sum float64) {
				for day := from; day < tau; day++ {
					s, ok := curve.At(day)
					require.True(t, ok)
					sum += s.Value
				}
				return sum
			}
			variance := 0.0
			for _, p := range curve.Points {
				d, y := float64(p.Events), float64(p.AtRisk)
				if term := d / y / (y - d); curve.Estimator == ProductLimit && d < y {
					variance += area(p.Time) * area(p.Time) * term
				} else if curve.Estimator == ExpCumHazard {
					variance += area(p.Time) * area(p.Time) * d / y / y
				}
			}
			requireNearly(t, area(0), mean)
			requireNearly(t, math.Sqrt(variance), se)
		}
	})
}

func TestQuantileAndAtAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		obs := drawObservations(t, 1, 60, 12)
		p := rapid.Float64Range(0.01, 0.99).Draw(t, "p")
		curve, err := KaplanMeier(obs, Options{Limits: rapid.SampledFrom([]LimitKind{LogLimits, LogLogLimits, PlainLimits}).Draw(t, "limits")})
		require.NoError(t, err)
		q, err := curve.Quantile(p)
		require.NoError(t, err)
		last := curve.Points[len(curve.Points)-1].Survival.Value
		require.Equal(t, last <= 1-p+quantileTolerance, q.Time.OK)
		if q.Time.OK {
			s, ok := curve.At(q.Time.Value)
			require.True(t, ok)
			require.LessOrEqual(t, s.Value, 1-p+quantileTolerance)
		}
		if q.Lower.OK && q.Time.OK {
			require.LessOrEqual(t, q.Lower.Value, q.Time.Value)
		}
		if q.Upper.OK && q.Time.OK {
			require.GreaterOrEqual(t, q.Upper.Value, q.Time.Value)
		}
	})
}

func TestSortKeyed(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 100, 2047, 2048, 5000, 70000} {
		for name, draw := range map[string]func() float64{
			"days":  func() float64 { return float64(rng.IntN(400)) },
			"equal": func() float64 { return 3.5 },
			"real":  rng.ExpFloat64,
			"wild":  func() float64 { return math.Float64frombits(rng.Uint64() >> 1 % math.Float64bits(math.Inf(1))) },
		} {
			keys := make([]keyed, n)
			for row := range keys {
				keys[row] = keyed{timeBits(draw()), row}
			}
			want := slices.Clone(keys)
			slices.SortStableFunc(want, func(x, y keyed) int {
				a, b := math.Float64frombits(x.bits), math.Float64frombits(y.bits)
				if a < b {
					return -1
				} else if a > b {
					return 1
				}
				return 0
			})
			require.Equal(t, want, sortKeyed(keys), "%s, %d", name, n)
		}
	}
}

func TestJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		competing := drawCompeting(t, 2, 40, 12)
		for _, estimate := range []func([]Observation[int], Options) (*Curve, error){KaplanMeier[int], FlemingHarrington[int]} {
			curve, err := estimate(anyCause(competing), Options{Limits: LogLogLimits, Level: 0.9})
			require.NoError(t, err)
			data, err := json.Marshal(curve)
			require.NoError(t, err)
			var back Curve
			require.NoError(t, json.Unmarshal(data, &back))
			require.Equal(t, *curve, back)
		}
		in, err := AalenJohansen(competing, 2, Options{Limits: PlainLimits})
		require.NoError(t, err)
		data, err := json.Marshal(in)
		require.NoError(t, err)
		var back Incidence
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, *in, back)
	})
}
