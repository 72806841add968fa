package survival

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// testdata/reference.json comes from R 4.2.2 with survival 3.5-3, made by
// testdata/reference.R from hr_turnover.csv (simulated staff, ours) and a few
// rows by hand: left truncation, conditional curves, all kinds of limits, the
// quantiles that fall on a flat stretch. Tolerance: relative 1e-12.

type rLimits struct {
	Lower         numbers
	Upper         numbers
	Quantile      numbers
	QuantileLower numbers `json:"quantile_lower"`
	QuantileUpper numbers `json:"quantile_upper"`
}

type rCurve struct {
	Level, Start, Points, Rows, Tau numbers
	Index                           numbers
	Time                            numbers
	NRisk                           numbers `json:"n_risk"`
	NEvent                          numbers `json:"n_event"`
	NCensor                         numbers `json:"n_censor"`
	Surv                            numbers
	StdErr                          numbers `json:"std_err"`
	CumHaz                          numbers
	StdCHaz                         numbers `json:"std_chaz"`
	Mean                            numbers
	MeanSE                          numbers `json:"mean_se"`
	Probs                           numbers
	Log                             rLimits
	LogLog                          rLimits `json:"log-log"`
	Plain                           rLimits
}

type rIncidence struct {
	Time   numbers
	NRisk  numbers   `json:"n_risk"`
	PState []numbers `json:"pstate"`
	StdErr []numbers `json:"std_err"`
	Log    rStates
	LogLog rStates `json:"log-log"`
	Plain  rStates
}

type rStates struct{ Lower, Upper []numbers }

type rTest struct {
	Rho, ChiSq, DF, P numbers
	Obs, Exp, Var     []numbers
}

type rReference struct {
	Curves         map[string]rCurve
	Incidences     map[string]rIncidence
	TruncatedTests map[string]rTest `json:"truncated_tests"`
	Tests          map[string]rTest
}

func readR(t *testing.T) (ref rReference) {
	t.Helper()
	data, err := os.ReadFile("testdata/reference.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &ref))
	return ref
}

// The small samples of reference.R.
var (
	dies = []CompetingObservation[int]{{0, 2, 1}, {0, 3, 2}, {5, 7, 1}, {5, 8, 0}, {6, 9, 1}}
	gap  = []CompetingObservation[int]{{2, 4, 0}, {2, 4, 1}, {5, 7, 2}, {5, 8, 0}, {6, 9, 1}, {0, 3, 1}, {1, 4, 0}}
	tied = []Observation[int]{
		{0, 1, true}, {0, 1, false}, {0, 2, true}, {0, 2, true}, {0, 2, false}, {0, 3, false},
		{0, 4, true}, {0, 4, true}, {0, 4, true}, {0, 4, false}, {0, 7, true}, {0, 9, false},
	}
)

func anyCause(competing []CompetingObservation[int]) []Observation[int] {
	obs := make([]Observation[int], len(competing))
	for row, o := range competing {
		obs[row] = Observation[int]{o.Entry, o.Time, o.Cause > 0}
	}
	return obs
}

func TestCurvesAgainstR(t *testing.T) {
	ref := readR(t).Curves
	staffObs, _ := staff(readTable(t, "testdata/hr_turnover.csv"))
	right := make([]Observation[int], len(staffObs))
	for row, o := range staffObs {
		right[row] = Observation[int]{Time: o.Time, Event: o.Event}
	}
	var uncensored []Observation[int]
	for day := 1; day <= 20; day++ {
		uncensored = append(uncensored, Observation[int]{Time: day, Event: true})
	}
	samples := map[string][]Observation[int]{
		"truncated": staffObs, "truncated_99": staffObs, "conditional": staffObs, "fleming_harrington": staffObs,
		"right_censored": right, "dies": anyCause(dies), "gap": anyCause(gap), "tied": tied, "uncensored": uncensored,
		"all_censored": {{Time: 1}, {Time: 2}, {Time: 2}, {Time: 3}},
		"time_zero":    {{0, 0, true}, {0, 0, false}, {0, 5, true}, {0, 7, true}, {0, 8, false}},
	}
	require.Len(t, ref, len(samples))
	for name, obs := range samples {
		t.Run(name, func(t *testing.T) {
			want := ref[name]
			for kind, limits := range map[LimitKind]rLimits{LogLimits: want.Log, LogLogLimits: want.LogLog, PlainLimits: want.Plain} {
				estimate := KaplanMeier[int]
				if name == "fleming_harrington" {
					estimate = FlemingHarrington[int]
				}
				curve, err := estimate(obs, Options{Limits: kind, Level: want.Level[0].Value})
				require.NoError(t, err)
				if start := want.Start[0].Value; start > 0 {
					curve, err = curve.Conditional(start)
					require.NoError(t, err)
				}
				checkRCurve(t, want, limits, curve)
			}
		})
	}
}

func checkRCurve(t *testing.T, want rCurve, limits rLimits, got *Curve) {
	t.Helper()
	require.Len(t, got.Points, int(want.Points[0].Value))
	for i, index := range want.Index {
		p := got.Points[int(index.Value)]
		require.Equal(t, want.Time[i].Value, p.Time)
		require.Equal(t, []int{int(want.NRisk[i].Value), int(want.NEvent[i].Value), int(want.NCensor[i].Value)},
			[]int{p.AtRisk, p.Events, p.Censored})
		requireNear(t, want.Surv[i].Value, p.Survival.Value, "S(%v)", p.Time)
		requireOptional(t, want.StdErr[i], p.Survival.StdErr, "standard error at %v", p.Time)
		requireNear(t, want.CumHaz[i].Value, p.CumHazard, "hazard at %v", p.Time)
		requireNear(t, want.StdCHaz[i].Value, p.CumHazardStdErr, "its standard error at %v", p.Time)
		requireOptional(t, limits.Lower[i], p.Survival.Lower, "%v lower limit at %v", got.Limits, p.Time)
		requireOptional(t, limits.Upper[i], p.Survival.Upper, "%v upper limit at %v", got.Limits, p.Time)
	}
	for i, p := range want.Probs {
		if p.Value == 1 {
			continue // outside our domain
		}
		q, err := got.Quantile(p.Value)
		require.NoError(t, err)
		requireOptional(t, limits.Quantile[i], q.Time, "quantile %v", p)
		requireOptional(t, limits.QuantileLower[i], q.Lower, "%v lower limit of quantile %v", got.Limits, p)
		if rising(got) {
			continue // TestQuantileOfARisingLimit
		}
		requireOptional(t, limits.QuantileUpper[i], q.Upper, "%v upper limit of quantile %v", got.Limits, p)
	}
	mean, se, err := got.RestrictedMean(want.Tau[0].Value)
	require.NoError(t, err)
	requireNear(t, want.Mean[0].Value, mean, "restricted mean")
	if got.Estimator == ProductLimit { // R takes Greenwood's variance for any curve
		requireNear(t, want.MeanSE[0].Value, se, "its standard error")
	}
}

// rising reports whether the upper limit of a curve rises somewhere.
func rising(c *Curve) bool {
	last := 1.0
	for _, p := range c.Points {
		if p.Survival.Upper.OK {
			if p.Survival.Upper.Value > last {
				return true
			}
			last = p.Survival.Upper.Value
		}
	}
	return false
}

// The upper limit falls from 1 to 0.88 at time 4 and rises to 0.94 at time 7.
// R's quantile sorts the limits and answers 7 for the upper limit of the 5
// percent quantile, although the limit is below 0.95 from 4 on; its print
// method, which searches in time, takes the first.
func TestQuantileOfARisingLimit(t *testing.T) {
	require.Equal(t, 7.0, readR(t).Curves["tied"].Log.QuantileUpper[1].Value)
	curve, err := KaplanMeier(tied, Options{})
	require.NoError(t, err)
	require.True(t, rising(curve))
	q, err := curve.Quantile(0.05)
	require.NoError(t, err)
	require.Equal(t, known(4), q.Upper)
	require.Equal(t, known(1), curve.Points[2].Survival.Upper)
	require.InDelta(t, 0.879, curve.Points[3].Survival.Upper.Value, 0.001)
}

func TestIncidencesAgainstR(t *testing.T) {
	ref := readR(t).Incidences
	_, truncated := staff(readTable(t, "testdata/hr_turnover.csv"))
	right := make([]CompetingObservation[int], len(truncated))
	for row, o := range truncated {
		right[row] = CompetingObservation[int]{Time: o.Time, Cause: o.Cause}
	}
	samples := map[string][]CompetingObservation[int]{"truncated": truncated, "right_censored": right, "dies": dies, "gap": gap}
	require.Len(t, ref, len(samples))
	for name, obs := range samples {
		want := ref[name]
		for kind, limits := range map[LimitKind]rStates{LogLimits: want.Log, LogLogLimits: want.LogLog, PlainLimits: want.Plain} {
			in, err := AalenJohansen(obs, 2, Options{Limits: kind})
			require.NoError(t, err)
			for i, time := range want.Time {
				p := in.Points[in.index(time.Value)]
				require.Equal(t, time.Value, p.Time)
				require.Equal(t, int(want.NRisk[i].Value), p.AtRisk)
				for state, e := range p.States {
					requireNear(t, want.PState[i][state].Value, e.Value, "%s: state %d at %v", name, state, p.Time)
					requireOptional(t, want.StdErr[i][state], e.StdErr, "%s: standard error of %d at %v", name, state, p.Time)
					if e.Value == 0 {
						require.False(t, e.Lower.OK || e.Upper.OK) // R: NA, but 0 to 0 for plain
						continue
					}
					requireOptional(t, limits.Lower[i][state], e.Lower, "%s: %v lower limit of %d at %v", name, kind, state, p.Time)
					requireOptional(t, limits.Upper[i][state], e.Upper, "%s: %v upper limit of %d at %v", name, kind, state, p.Time)
				}
			}
		}
	}
}

func TestLogRankAgainstR(t *testing.T) {
	ref := readR(t)
	data := readTable(t, "testdata/hr_turnover.csv")
	truncated, competing := staff(data)
	var dept, female []string
	right := make([]Observation[int], len(truncated))
	voluntary := make([]Observation[int], len(truncated))
	for row, o := range truncated {
		dept, female = append(dept, data.text(row, "dept")), append(female, data.text(row, "female"))
		right[row] = Observation[int]{Time: o.Time, Event: o.Event}
		voluntary[row] = Observation[int]{Time: o.Time, Event: competing[row].Cause == 1}
	}
	for name, c := range map[string]struct {
		obs           []Observation[int]
		group, strata []string
	}{
		"dept":                {right, dept, nil},
		"dept_peto":           {right, dept, nil},
		"dept_half":           {voluntary, dept, nil},
		"dept_by_female":      {right, dept, female},
		"dept_by_female_peto": {right, dept, female},
		"female_by_dept":      {right, female, dept},
	} {
		want := ref.Tests[name]
		got, err := LogRank(c.obs, c.group, LogRankOptions{Rho: want.Rho[0].Value, Strata: c.strata})
		require.NoError(t, err)
		require.Len(t, got.Groups, len(want.Obs))
		for g := range got.Groups {
			for s := range got.Strata {
				requireNear(t, want.Obs[g][s].Value, got.Strata[s].Observed[g], "%s: observed", name)
				requireNear(t, want.Exp[g][s].Value, got.Strata[s].Expected[g], "%s: expected", name)
			}
			for h := range got.Groups {
				requireNear(t, want.Var[g][h].Value, got.Variance[g][h], "%s: variance", name)
			}
		}
		checkRTest(t, want, got, name)
	}
	for name, c := range map[string]struct{ group, strata []string }{
		"dept": {dept, nil}, "female": {female, nil}, "dept_by_female": {dept, female},
	} {
		got, err := LogRank(truncated, c.group, LogRankOptions{Strata: c.strata})
		require.NoError(t, err)
		checkRTest(t, ref.TruncatedTests[name], got, "left truncated "+name)
	}
}

func checkRTest(t *testing.T, want rTest, got *LogRankTest, name string) {
	t.Helper()
	requireNear(t, want.ChiSq[0].Value, got.ChiSquared, "%s: chi-squared", name)
	require.Equal(t, int(want.DF[0].Value), got.DF)
	requireNear(t, want.P[0].Value, got.P, "%s: p", name)
}
