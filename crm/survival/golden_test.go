package survival

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"strconv"
	"testing"

	"github.com/guanxi-go/guanxi/internal/numeric"
	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/stretchr/testify/require"
)

// The values in the folder that GUANXI_REFERENCE names come from R 4.2.2 with
// survival 3.5-3, on its data sets lung, veteran and mgus2, which are not ours
// to copy, and on simulated staff. Tolerance: relative 1e-12.

func readGolden(t *testing.T, name string, into any) {
	t.Helper()
	reference.JSON(t, "golden/employee/"+name, into)
}

// table is a CSV file by column name.
type table struct {
	t      *testing.T
	column map[string]int
	rows   [][]string
}

func readTable(t *testing.T, path string) table {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	return parseTable(t, f)
}

func parseTable(t *testing.T, from io.Reader) table {
	t.Helper()
	rows, err := csv.NewReader(from).ReadAll()
	require.NoError(t, err)
	tb := table{t: t, column: map[string]int{}, rows: rows[1:]}
	for i, name := range rows[0] {
		tb.column[name] = i
	}
	return tb
}

func readReferenceTable(t *testing.T, name string) table {
	t.Helper()
	return parseTable(t, bytes.NewReader(reference.Read(t, "data/employee/"+name)))
}

func (tb table) text(row int, name string) string { return tb.rows[row][tb.column[name]] }

func (tb table) int(row int, name string) int {
	n, err := strconv.Atoi(tb.text(row, name))
	require.NoError(tb.t, err)
	return n
}

// numbers is a list of R, in which null, "NaN" and "Inf" are not available; a
// single number may stand for a list of one.
type numbers []Optional

func (n *numbers) UnmarshalJSON(data []byte) error {
	var list []any
	if err := json.Unmarshal(data, &list); err != nil {
		list = make([]any, 1)
		if err := json.Unmarshal(data, &list[0]); err != nil {
			return err
		}
	}
	*n = nil
	for _, x := range list {
		value, ok := x.(float64)
		*n = append(*n, Optional{value, ok})
	}
	return nil
}

// within is the tolerance: 1e-12 relative, in units in the last place.
const within = 4500

func requireNear(t testing.TB, want, got float64, what string, args ...any) {
	t.Helper()
	if !numeric.Close(got, want, within, 0) {
		args = append([]any{got, want}, args...)
		require.FailNowf(t, "off", "got %v, want %v: "+what, args...)
	}
}

func requireOptional(t testing.TB, want, got Optional, what string, args ...any) {
	t.Helper()
	require.Equalf(t, want.OK, got.OK, what, args...)
	if want.OK {
		requireNear(t, want.Value, got.Value, what, args...)
	}
}

// goldenCurve is one survfit of the goldens.
type goldenCurve struct {
	N            int       `json:"n"`
	Time         []float64 `json:"time"`
	NRisk        []int     `json:"n_risk"`
	NEvent       []int     `json:"n_event"`
	NCensor      []int     `json:"n_censor"`
	Surv         []float64 `json:"surv"`
	StdErrCumhaz numbers   `json:"std_err_cumhaz"`
	GreenwoodSE  numbers   `json:"greenwood_se"`
	Lower        numbers   `json:"lower"`
	Upper        numbers   `json:"upper"`
	Cumhaz       []float64 `json:"cumhaz"`
	Quantiles    struct {
		Quantile, Lower, Upper numbers
	} `json:"quantiles"`
}

type goldenCurves struct {
	Log    *goldenCurve `json:"log"`
	LogLog *goldenCurve `json:"log-log"`
	Plain  *goldenCurve `json:"plain"`
	RMean  *struct {
		RMean  float64 `json:"rmean"`
		SE     float64 `json:"se(rmean)"`
		Median float64 `json:"median"`
	} `json:"rmean_at_max"`
	FlemingHarrington *struct {
		Surv, Cumhaz []float64
		StdChaz      []float64 `json:"std_chaz"`
	} `json:"fleming_harrington"`
}

func checkGoldenCurves(t *testing.T, want goldenCurves, obs []Observation[int]) {
	t.Helper()
	for kind, want := range map[LimitKind]*goldenCurve{LogLimits: want.Log, LogLogLimits: want.LogLog, PlainLimits: want.Plain} {
		require.NotNil(t, want, "%v", kind)
		got, err := KaplanMeier(obs, Options{Limits: kind})
		require.NoError(t, err)
		checkGoldenCurve(t, want, got)
	}
	curve, err := KaplanMeier(obs, Options{})
	require.NoError(t, err)
	mean, se, err := curve.RestrictedMean(curve.Points[len(curve.Points)-1].Time)
	require.NoError(t, err)
	requireNear(t, want.RMean.RMean, mean, "restricted mean")
	requireNear(t, want.RMean.SE, se, "its standard error")
	requireOptional(t, known(want.RMean.Median), curve.Median().Time, "median")

	fh, err := FlemingHarrington(obs, Options{})
	require.NoError(t, err)
	for i, p := range fh.Points {
		requireNear(t, want.FlemingHarrington.Surv[i], p.Survival.Value, "Fleming-Harrington at %v", p.Time)
		requireNear(t, want.FlemingHarrington.Cumhaz[i], p.CumHazard, "hazard at %v", p.Time)
		requireNear(t, want.FlemingHarrington.StdChaz[i], p.CumHazardStdErr, "its standard error at %v", p.Time)
	}
}

func checkGoldenCurve(t *testing.T, want *goldenCurve, got *Curve) {
	t.Helper()
	require.Equal(t, want.N, got.Rows)
	require.Len(t, got.Points, len(want.Time))
	for i, p := range got.Points {
		require.Equal(t, want.Time[i], p.Time)
		require.Equal(t, []int{want.NRisk[i], want.NEvent[i], want.NCensor[i]}, []int{p.AtRisk, p.Events, p.Censored})
		requireNear(t, want.Surv[i], p.Survival.Value, "survival at %v", p.Time)
		requireNear(t, want.Cumhaz[i], p.CumHazard, "hazard at %v", p.Time)
		requireOptional(t, want.GreenwoodSE[i], p.Survival.StdErr, "standard error at %v", p.Time)
		if p.Survival.StdErr.OK {
			requireNear(t, want.StdErrCumhaz[i].Value, p.Survival.StdErr.Value/p.Survival.Value, "of log S at %v", p.Time)
		}
		requireOptional(t, want.Lower[i], p.Survival.Lower, "%v lower limit at %v", got.Limits, p.Time)
		requireOptional(t, want.Upper[i], p.Survival.Upper, "%v upper limit at %v", got.Limits, p.Time)
	}
	for i, p := range []float64{0.25, 0.5, 0.75} {
		q, err := got.Quantile(p)
		require.NoError(t, err)
		requireOptional(t, want.Quantiles.Quantile[i], q.Time, "quantile %v", p)
		requireOptional(t, want.Quantiles.Lower[i], q.Lower, "its %v lower limit", got.Limits)
		requireOptional(t, want.Quantiles.Upper[i], q.Upper, "its %v upper limit", got.Limits)
	}
}

type goldenTest struct {
	Rho   float64
	N     []int
	Obs   json.RawMessage
	Exp   json.RawMessage
	Var   [][]float64
	ChiSq float64
	DF    int
	P     float64
}

// byGroup reads one number per group, or a matrix of groups by strata.
func byGroup(t *testing.T, raw json.RawMessage) [][]float64 {
	t.Helper()
	var matrix [][]float64
	if json.Unmarshal(raw, &matrix) == nil {
		return matrix
	}
	var list []float64
	require.NoError(t, json.Unmarshal(raw, &list))
	matrix = make([][]float64, len(list))
	for i, x := range list {
		matrix[i] = []float64{x}
	}
	return matrix
}

// order gives the index in got.Groups of each group of the golden, which R
// orders by first appearance or by level.
func checkGoldenTest(t *testing.T, want goldenTest, got *LogRankTest, order ...int) {
	t.Helper()
	obs, exp := byGroup(t, want.Obs), byGroup(t, want.Exp)
	require.Len(t, got.Groups, len(order))
	require.Len(t, got.Strata, len(obs[0]))
	for i, g := range order {
		if want.N != nil {
			require.Equal(t, want.N[i], got.Groups[g].Rows)
		}
		sumObs, sumExp := 0.0, 0.0
		for s := range got.Strata {
			requireNear(t, obs[i][s], got.Strata[s].Observed[g], "observed")
			requireNear(t, exp[i][s], got.Strata[s].Expected[g], "expected")
			sumObs, sumExp = sumObs+obs[i][s], sumExp+exp[i][s]
		}
		requireNear(t, sumObs, got.Groups[g].Observed, "observed")
		requireNear(t, sumExp, got.Groups[g].Expected, "expected")
		for j, h := range order {
			requireNear(t, want.Var[i][j], got.Variance[g][h], "variance")
		}
	}
	requireNear(t, want.ChiSq, got.ChiSquared, "chi-squared")
	require.Equal(t, want.DF, got.DF)
	requireNear(t, want.P, got.P, "p")
}

func TestLung(t *testing.T) {
	var want struct {
		All    goldenCurves            `json:"km_all"`
		BySex  map[string]goldenCurves `json:"km_by_sex"`
		Sex    goldenTest              `json:"logrank_sex"`
		Peto   goldenTest              `json:"peto_sex"`
		ECOG   goldenTest              `json:"logrank_ecog"`
		Strata goldenTest              `json:"logrank_sex_strat_ecog"`
	}
	readGolden(t, "survival_lung.json", &want)
	data := readReferenceTable(t, "lung.csv")
	var all, rated []Observation[int]
	var sex, ratedSex, ecog []string
	bySex := map[string][]Observation[int]{}
	for row := range data.rows {
		o := Observation[int]{Time: data.int(row, "time"), Event: data.int(row, "event") == 1}
		s := map[string]string{"1": "male", "2": "female"}[data.text(row, "sex")]
		all, sex = append(all, o), append(sex, s)
		bySex[s] = append(bySex[s], o)
		if e := data.text(row, "ph.ecog"); e != "NA" {
			rated, ratedSex, ecog = append(rated, o), append(ratedSex, s), append(ecog, e)
		}
	}

	checkGoldenCurves(t, want.All, all)
	checkGoldenCurves(t, want.BySex["male"], bySex["male"])
	checkGoldenCurves(t, want.BySex["female"], bySex["female"])

	test, err := LogRank(all, sex, LogRankOptions{})
	require.NoError(t, err)
	checkGoldenTest(t, want.Sex, test, 1, 0)
	test, err = LogRank(all, sex, LogRankOptions{Rho: 1})
	require.NoError(t, err)
	checkGoldenTest(t, want.Peto, test, 1, 0)
	test, err = LogRank(rated, ecog, LogRankOptions{})
	require.NoError(t, err)
	checkGoldenTest(t, want.ECOG, test, 0, 1, 2, 3)
	test, err = LogRank(rated, ratedSex, LogRankOptions{Strata: ecog})
	require.NoError(t, err)
	checkGoldenTest(t, want.Strata, test, 1, 0)
}

func TestVeteran(t *testing.T) {
	var want struct {
		Trt1    goldenCurves `json:"km_trt1"`
		Trt2    goldenCurves `json:"km_trt2"`
		LogRank goldenTest   `json:"logrank_trt"`
		Cell    goldenTest   `json:"logrank_cell"`
	}
	readGolden(t, "survival_veteran.json", &want)
	data := readReferenceTable(t, "veteran.csv")
	var all []Observation[int]
	var treatment, cell []string
	byTreatment := map[string][]Observation[int]{}
	for row := range data.rows {
		o := Observation[int]{Time: data.int(row, "time"), Event: data.int(row, "status") == 1}
		trt := data.text(row, "trt")
		all, treatment, cell = append(all, o), append(treatment, trt), append(cell, data.text(row, "celltype"))
		byTreatment[trt] = append(byTreatment[trt], o)
	}
	checkGoldenCurves(t, want.Trt1, byTreatment["1"])
	checkGoldenCurves(t, want.Trt2, byTreatment["2"])
	test, err := LogRank(all, treatment, LogRankOptions{})
	require.NoError(t, err)
	checkGoldenTest(t, want.LogRank, test, 0, 1)
	test, err = LogRank(all, cell, LogRankOptions{})
	require.NoError(t, err)
	checkGoldenTest(t, want.Cell, test, 3, 2, 0, 1) // squamous, smallcell, adeno, large
}

func TestStaffLeftTruncated(t *testing.T) {
	var want struct {
		KM struct {
			goldenCurve
			NTimes   int     `json:"n_times"`
			LowerLog numbers `json:"lower_log"`
			UpperLog numbers `json:"upper_log"`
			Median   struct {
				Time  float64 `json:"quantile.50"`
				Lower float64 `json:"lower.50"`
				Upper float64 `json:"upper.50"`
			}
		} `json:"km_left_trunc"`
		Naive struct {
			Times []float64
			Naive []float64 `json:"surv_naive"`
			LT    []float64 `json:"surv_lt"`
		} `json:"km_ignoring_truncation_at"`
		AJ goldenIncidence `json:"aalen_johansen_lt"`
	}
	readGolden(t, "survival_hr_turnover.json", &want)
	obs, competing := staff(readReferenceTable(t, "hr_turnover.csv"))

	curve, err := KaplanMeier(obs, Options{})
	require.NoError(t, err)
	require.Equal(t, want.KM.N, curve.Rows)
	require.Len(t, curve.Points, want.KM.NTimes)
	for i, time := range want.KM.Time {
		p := curve.Points[curve.index(time)]
		require.Equal(t, time, p.Time)
		require.Equal(t, want.KM.NRisk[i], p.AtRisk)
		require.Equal(t, want.KM.NEvent[i], p.Events)
		requireNear(t, want.KM.Surv[i], p.Survival.Value, "survival at %v", time)
		requireOptional(t, want.KM.GreenwoodSE[i], p.Survival.StdErr, "standard error at %v", time)
		requireOptional(t, want.KM.LowerLog[i], p.Survival.Lower, "lower limit at %v", time)
		requireOptional(t, want.KM.UpperLog[i], p.Survival.Upper, "upper limit at %v", time)
	}
	m := want.KM.Median
	require.Equal(t, Quantile{0.5, known(m.Time), known(m.Lower), known(m.Upper)}, curve.Median())

	naive := make([]Observation[int], len(obs))
	for row, o := range obs {
		naive[row] = Observation[int]{Time: o.Time, Event: o.Event}
	}
	wrong, err := KaplanMeier(naive, Options{})
	require.NoError(t, err)
	for i, time := range want.Naive.Times {
		s, ok := curve.At(time)
		require.True(t, ok)
		requireNear(t, want.Naive.LT[i], s.Value, "survival at %v", time)
		s, ok = wrong.At(time)
		require.True(t, ok)
		requireNear(t, want.Naive.Naive[i], s.Value, "survival without entries at %v", time)
	}

	in, err := AalenJohansen(competing, 2, Options{})
	require.NoError(t, err)
	checkGoldenIncidence(t, want.AJ, in)
}

// staff reads hr_turnover.csv: any exit, and exits by cause.
func staff(data table) (obs []Observation[int], competing []CompetingObservation[int]) {
	for row := range data.rows {
		entry, stop, cause := data.int(row, "entry"), data.int(row, "stop"), data.int(row, "event")
		obs = append(obs, Observation[int]{entry, stop, cause > 0})
		competing = append(competing, CompetingObservation[int]{entry, stop, cause})
	}
	return obs, competing
}

type goldenIncidence struct {
	Times  []float64
	PState [][]float64
	SE     [][]float64
	NRisk  [][]int `json:"n_risk"`
}

func checkGoldenIncidence(t *testing.T, want goldenIncidence, got *Incidence) {
	t.Helper()
	require.NotEmpty(t, want.Times)
	for i, time := range want.Times {
		for state := range want.PState[i] {
			p, ok := got.At(time, state)
			require.True(t, ok)
			requireNear(t, want.PState[i][state], p.Value, "state %d at %v", state, time)
			requireOptional(t, known(want.SE[i][state]), p.StdErr, "its standard error")
		}
		if want.NRisk != nil {
			// R's summary gives the number at risk at the next listed time.
			next := min(got.index(time-0.5)+1, len(got.Points)-1)
			require.Equal(t, want.NRisk[i][0], got.Points[next].AtRisk, "at risk at %v", time)
		}
	}
}

func TestMGUS2Competing(t *testing.T) {
	var want struct{ All, F, M goldenIncidence }
	readGolden(t, "survival_mgus2_competing.json", &want)
	data := readReferenceTable(t, "mgus2.csv")
	bySex := map[string][]CompetingObservation[int]{}
	for row := range data.rows {
		o := CompetingObservation[int]{Time: data.int(row, "etime"), Cause: data.int(row, "ev")}
		bySex["all"] = append(bySex["all"], o)
		sex := data.text(row, "sex")
		bySex[sex] = append(bySex[sex], o)
	}
	for sex, want := range map[string]goldenIncidence{"all": want.All, "F": want.F, "M": want.M} {
		in, err := AalenJohansen(bySex[sex], 2, Options{})
		require.NoError(t, err)
		checkGoldenIncidence(t, want, in)
	}
}
