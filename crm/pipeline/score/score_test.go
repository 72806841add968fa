package score_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/pipeline/score"
	"github.com/guanxi-go/guanxi/internal/cputime"
)

func TestPoints(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	at := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, zone) }
	card := score.Card{Zone: zone, Rules: []score.Rule{
		{ID: "retail", Attribute: "industry", In: []string{"retail", "trade"}, Points: 30},
		{ID: "phone", Attribute: "phone", Points: 10},
		{ID: "mails", Signal: "opened", Points: 5, Cap: 12, Days: 7},
		{ID: "demo", Signal: "demo", Points: 70},
		{ID: "bounced", Signal: "bounced", Points: -40, Cap: 50},
	}}
	facts := score.Facts{Attributes: map[string]string{"industry": "trade", "phone": ""},
		Signals: []score.Signal{{"opened", at(1, 9)}, {"opened", at(2, 23)}, {"opened", at(3, 0)}, {"opened", at(20, 0)}, {"other", at(1, 0)}}}
	got, err := card.Score(facts, at(8, 23))
	require.NoError(t, err)
	require.Equal(t, 42, got.Score)
	require.Equal(t, []score.PointsGiven{{Rule: "retail", Count: 1, Points: 30},
		{Rule: "mails", Count: 3, Points: 12, Capped: true, Next: at(9, 0).UTC()}}, got.Parts)

	got, err = card.Score(facts, at(9, 0)) // the 7th day after the 1st is over
	require.NoError(t, err)
	require.Equal(t, score.PointsGiven{Rule: "mails", Count: 2, Points: 10, Next: at(10, 0).UTC()}, got.Parts[1])

	facts.Signals = []score.Signal{{"demo", at(1, 0)}, {"demo", at(2, 0)}}
	got, err = card.Score(facts, at(9, 0))
	require.NoError(t, err)
	require.Equal(t, []int{100, 170}, []int{got.Score, got.Sum})
	facts = score.Facts{Signals: []score.Signal{{"bounced", at(1, 0)}, {"bounced", at(2, 0)}}}
	got, err = card.Score(facts, at(9, 0))
	require.NoError(t, err)
	require.Equal(t, []int{0, -50}, []int{got.Score, got.Sum})

	_, err = card.Score(facts, time.Time{})
	require.ErrorIs(t, err, score.ErrInvalid)
	bad := score.Card{Rules: []score.Rule{{ID: "a", Points: 1}, {ID: "a", Attribute: "x", Days: 3, Cap: -1}}}
	err = bad.Validate()
	require.ErrorIs(t, err, score.ErrInvalid)
	require.ErrorIs(t, err, score.ErrDuplicate)
	require.Len(t, err.(interface{ Unwrap() []error }).Unwrap(), 6) // zone, neither, twice, days, points, cap
}

func TestTrainingRefuses(t *testing.T) {
	_, err := score.NewTraining()
	require.ErrorIs(t, err, score.ErrInvalid)
	_, err = score.NewTraining("a", "a")
	require.ErrorIs(t, err, score.ErrDuplicate)
	tr, err := score.NewTraining("a", "b")
	require.NoError(t, err)
	require.ErrorIs(t, tr.Add([]string{"x"}, true), score.ErrInvalid)
	require.ErrorIs(t, tr.Add([]string{"never counted", "\xff"}, true), score.ErrInvalid)
	for i := range 40 {
		require.NoError(t, tr.Add([]string{strconv.Itoa(i % 2), ""}, i < 20))
	}
	model, err := tr.Fit(score.BayesOptions{})
	require.NoError(t, err)
	require.Len(t, model.Fields[0].Values, 2, "a refused row leaves no value behind")
	require.Empty(t, model.Fields[1].Values)
	_, err = tr.Fit(score.BayesOptions{Laplace: -1})
	require.ErrorIs(t, err, score.ErrInvalid)
	_, err = model.Score([]string{""})
	require.ErrorIs(t, err, score.ErrInvalid)
	var typed *score.Error
	require.True(t, errors.As(err, &typed))
	require.NotContains(t, typed.Text(finding.Chinese), "SCO")
	other, err := score.NewTraining("a", "c")
	require.NoError(t, err)
	require.ErrorIs(t, tr.Merge(other), score.ErrInvalid)
}

// TestBayesAgainstPlain holds the exact fractions against the formula as it is written,
// and two counts that are merged against one.
func TestBayesAgainstPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "b", "c"}), 2, 2), 60, 90).Draw(t, "rows")
		one, _ := score.NewTraining("f", "g")
		parts := [2]*score.Training{}
		for i := range parts {
			parts[i], _ = score.NewTraining("f", "g")
		}
		n := map[[3]any]float64{} // field, value, won
		for i, row := range rows {
			won := i%3 == 0
			require.NoError(t, one.Add(row, won))
			require.NoError(t, parts[i%2].Add(row, won))
			for f, v := range row {
				n[[3]any{f, v, won}]++
			}
		}
		model, err := one.Fit(score.BayesOptions{})
		require.NoError(t, err)
		require.NoError(t, parts[0].Merge(parts[1]))
		merged, err := parts[0].Fit(score.BayesOptions{})
		require.NoError(t, err)
		require.Equal(t, model, merged)
		for f := range 2 {
			known, distinct := map[bool]float64{}, 0.0
			for _, v := range []string{"a", "b", "c"} {
				known[true] += n[[3]any{f, v, true}]
				known[false] += n[[3]any{f, v, false}]
				if n[[3]any{f, v, true}]+n[[3]any{f, v, false}] > 0 {
					distinct++
				}
			}
			for _, v := range []string{"a", "b", "c"} {
				all := n[[3]any{f, v, true}] + n[[3]any{f, v, false}]
				if all == 0 {
					continue
				}
				q := all / (known[true] + known[false])
				p := func(won bool) float64 { return (n[[3]any{f, v, won}] + distinct*q) / (known[won] + distinct) }
				values := []string{"", ""}
				values[f] = v
				got, err := model.Score(values)
				require.NoError(t, err)
				require.InDelta(t, math.Log(p(true)/p(false)), got.Contributions[f].Logit, 1e-12)
			}
		}
	})
}

// TestLogisticTwoByTwo: with one feature of 0 and 1 the coefficient is the log odds
// ratio, and its standard error Woolf's.
func TestLogisticTwoByTwo(t *testing.T) {
	table := map[[2]int]float64{{1, 1}: 30, {1, 0}: 20, {0, 1}: 15, {0, 0}: 85} // feature, won
	var examples []score.Example
	for cell, n := range table {
		for range int(n) {
			examples = append(examples, score.Example{X: []float64{float64(cell[0])}, Won: cell[1] == 1})
		}
	}
	m, err := score.FitLogistic([]string{"referral"}, examples, score.LogisticOptions{})
	require.NoError(t, err)
	require.InEpsilon(t, math.Log(30.0*85/(20*15)), m.Coefficients[0].Value, 1e-12)
	require.InEpsilon(t, math.Sqrt(1.0/30+1.0/20+1.0/15+1.0/85), m.Coefficients[0].StdErr, 1e-8)
	s, err := m.Score([]float64{1})
	require.NoError(t, err)
	require.InEpsilon(t, 0.6, s.P, 1e-12)
	s, err = m.Score([]float64{0})
	require.NoError(t, err)
	require.InEpsilon(t, 0.15, s.P, 1e-12)
	deviance := -2 * (30*math.Log(.6) + 20*math.Log(.4) + 15*math.Log(.15) + 85*math.Log(.85))
	require.InEpsilon(t, deviance, m.Deviance, 1e-12)
	require.InEpsilon(t, -2*(45*math.Log(.3)+105*math.Log(.7)), m.NullDeviance, 1e-12)
	_, err = m.Score([]float64{math.NaN()})
	require.ErrorIs(t, err, score.ErrInvalid)
}

// TestLogisticStationary: at the fitted coefficients the gradient is 0, whatever the
// scale of the features, and a ridge draws them together.
func TestLogisticStationary(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	scales := []float64{1, 1e-6, 1e6}
	var examples []score.Example
	for range 2000 {
		x := []float64{rng.NormFloat64(), (5 + rng.NormFloat64()) * scales[1], rng.NormFloat64() * scales[2]}
		examples = append(examples, score.Example{X: x, Won: rng.Float64() < score.Sigmoid(-1+x[0]-0.5*x[1]/scales[1]+0.2*x[2]/scales[2]+2.5)})
	}
	m, err := score.FitLogistic([]string{"a", "b", "c"}, examples, score.LogisticOptions{})
	require.NoError(t, err)
	gradient := make([]float64, 4)
	for _, e := range examples {
		s, err := m.Score(e.X)
		require.NoError(t, err)
		residual := -s.P
		if e.Won {
			residual = 1 - s.P
		}
		for j, x := range e.X {
			gradient[j] += residual * x / scales[j]
		}
		gradient[3] += residual
	}
	for _, g := range gradient {
		require.InDelta(t, 0, g, 1e-6)
	}
	require.InDelta(t, 1, m.Coefficients[0].Value, 4*m.Coefficients[0].StdErr)
	require.InDelta(t, -0.5/scales[1], m.Coefficients[1].Value, 4*m.Coefficients[1].StdErr)
	require.Less(t, m.Deviance, m.NullDeviance)

	rng.Shuffle(len(examples), func(i, j int) { examples[i], examples[j] = examples[j], examples[i] })
	again, err := score.FitLogistic([]string{"a", "b", "c"}, examples, score.LogisticOptions{})
	require.NoError(t, err)
	require.InEpsilon(t, m.Coefficients[0].Value, again.Coefficients[0].Value, 1e-9)
	shrunk, err := score.FitLogistic([]string{"a", "b", "c"}, examples, score.LogisticOptions{Ridge: 1000})
	require.NoError(t, err)
	require.Less(t, shrunk.Coefficients[0].Value, m.Coefficients[0].Value/1.5)
}

func TestLogisticRefuses(t *testing.T) {
	var apart, quasi, twins, constant []score.Example
	for i := range 40 {
		x := float64(i)
		apart = append(apart, score.Example{X: []float64{x}, Won: i >= 20})
		// All with the feature are won, those without it are mixed: quasi-complete.
		quasi = append(quasi, score.Example{X: []float64{float64(i / 20)}, Won: i >= 20 || i%2 == 0})
		twins = append(twins, score.Example{X: []float64{x, 3 - 2*x}, Won: i%3 == 0})
		constant = append(constant, score.Example{X: []float64{7}, Won: i%3 == 0})
	}
	code := func(err error) string {
		var typed *score.Error
		require.True(t, errors.As(err, &typed), err)
		return typed.Code
	}
	for _, separated := range [][]score.Example{apart, quasi} {
		_, err := score.FitLogistic([]string{"x"}, separated, score.LogisticOptions{})
		require.ErrorIs(t, err, score.ErrNotConverged)
		require.Equal(t, "SCO-SEPARATED", code(err))
		m, err := score.FitLogistic([]string{"x"}, separated, score.LogisticOptions{Ridge: 1})
		require.NoError(t, err)
		require.Positive(t, m.Coefficients[0].Value)
	}
	_, err := score.FitLogistic([]string{"x", "y"}, twins, score.LogisticOptions{})
	require.ErrorIs(t, err, score.ErrInsufficientData)
	require.Equal(t, "SCO-COLLINEAR", code(err))
	_, err = score.FitLogistic([]string{"x", "y"}, twins, score.LogisticOptions{Ridge: .1})
	require.NoError(t, err)
	_, err = score.FitLogistic([]string{"x"}, constant, score.LogisticOptions{})
	require.Equal(t, "SCO-COLLINEAR", code(err))
	_, err = score.FitLogistic([]string{"x"}, apart[:29], score.LogisticOptions{})
	require.Equal(t, "SCO-FEW", code(err))
	_, err = score.FitLogistic([]string{"x", "x"}, twins, score.LogisticOptions{})
	require.ErrorIs(t, err, score.ErrDuplicate)
	_, err = score.FitLogistic([]string{"x", "y"}, apart, score.LogisticOptions{})
	require.ErrorIs(t, err, score.ErrInvalid)
	_, err = score.FitLogistic(nil, nil, score.LogisticOptions{})
	require.ErrorIs(t, err, score.ErrInvalid)
	apart[3].X[0] = math.Inf(1)
	_, err = score.FitLogistic([]string{"x"}, apart, score.LogisticOptions{})
	require.Equal(t, "SCO-NUMBER", code(err))
}

// drawn are cases with scores of few distinct values, so that there are ties.
func drawn(n int, seed uint64) []score.Case {
	rng := rand.New(rand.NewPCG(seed, 3))
	cases := make([]score.Case, n)
	for i := range cases {
		p := float64(rng.IntN(21)) / 20
		cases[i] = score.Case{Score: p, Won: rng.Float64() < 0.1+0.8*p*p}
	}
	return cases
}

func TestJudges(t *testing.T) {
	for seed := range uint64(20) {
		cases := drawn(300, seed)
		pairs, ahead, brier := 0.0, 0.0, 0.0
		for _, a := range cases {
			won := 0.0
			if a.Won {
				won = 1
				for _, b := range cases {
					if !b.Won {
						pairs++
						switch {
						case a.Score > b.Score:
							ahead++
						case a.Score == b.Score:
							ahead += .5
						}
					}
				}
			}
			brier += (a.Score - won) * (a.Score - won) / float64(len(cases))
		}
		auc, err := score.AUC(cases)
		require.NoError(t, err)
		require.Equal(t, ahead/pairs, auc)
		got, err := score.Brier(cases)
		require.NoError(t, err)
		require.InEpsilon(t, brier, got, 1e-12)

		bins, err := score.Reliability(cases, 10)
		require.NoError(t, err)
		of, won := 0, 0
		for _, b := range bins {
			of, won = of+b.Of, won+b.Won
			require.True(t, b.From <= b.Said && b.Said <= b.To && b.Low <= b.High)
		}
		all, err := score.TopLift(cases, len(cases))
		require.NoError(t, err)
		require.Equal(t, []int{all.All, all.Won}, []int{of, won})
		require.Equal(t, 1.0, all.Lift)
	}
}

func TestTopLiftSharesTies(t *testing.T) {
	cases := make([]score.Case, 0, 40)
	for i := range 40 {
		s := 0.1
		if i < 5 {
			s = 0.9
		} else if i < 15 {
			s = 0.5
		}
		cases = append(cases, score.Case{Score: s, Won: i < 4 || i >= 5 && i < 10 || i == 39})
	}
	top, err := score.TopLift(cases, 7) // all five of 0.9, and two of the ten of 0.5
	require.NoError(t, err)
	require.Equal(t, 10, top.Won)
	require.InEpsilon(t, 4+5*0.2, top.Found, 1e-15)
	require.InEpsilon(t, (5.0/7)/(10.0/40), top.Lift, 1e-15)
	for _, k := range []int{0, 41} {
		_, err = score.TopLift(cases, k)
		require.ErrorIs(t, err, score.ErrInvalid)
	}
	_, err = score.AUC(cases[:20])
	require.ErrorIs(t, err, score.ErrInsufficientData)
	cases[0].Score = 1.5
	_, err = score.Brier(cases)
	require.ErrorIs(t, err, score.ErrInvalid)
	cases[0].Score = math.NaN()
	_, err = score.AUC(cases)
	require.ErrorIs(t, err, score.ErrInvalid)
}

// TestIsotonicIsTheBest holds that the steps rise, keep the sum, and that no other
// rising shares of the distinct scores are nearer, by the minimax formula.
func TestIsotonicIsTheBest(t *testing.T) {
	for seed := range uint64(10) {
		cases := drawn(200, seed+50)
		m, err := score.FitIsotonic(cases)
		require.NoError(t, err)
		won := map[float64][2]float64{}
		var scores []float64
		for _, c := range cases {
			n := won[c.Score]
			if n == ([2]float64{}) {
				scores = append(scores, c.Score)
			}
			if n[1]++; c.Won {
				n[0]++
			}
			won[c.Score] = n
		}
		slices.Sort(scores)
		for k, s := range scores {
			best := math.Inf(1) // min over the ends of max over the beginnings
			for end := k; end < len(scores); end++ {
				most := math.Inf(-1)
				for begin := 0; begin <= k; begin++ {
					w, n := 0.0, 0.0
					for _, x := range scores[begin : end+1] {
						w, n = w+won[x][0], n+won[x][1]
					}
					most = max(most, w/n)
				}
				best = min(best, most)
			}
			p, err := m.P(s)
			require.NoError(t, err)
			require.InDelta(t, best, p, 1e-12)
		}
		before := -1.0
		for x := -0.1; x < 1.1; x += 0.003 {
			p, err := m.P(x)
			require.NoError(t, err)
			require.GreaterOrEqual(t, p, before-1e-15)
			before = p
		}
	}
}

func TestPlatt(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	var cases []score.Case
	for range 5000 {
		x := 100 + 10*rng.NormFloat64()
		cases = append(cases, score.Case{Score: x, Won: rng.Float64() < score.Sigmoid(-20.5+0.2*x)})
	}
	m, err := score.FitPlatt(cases)
	require.NoError(t, err)
	require.InDelta(t, 0.2, m.B, 0.02)
	p, err := m.P(100)
	require.NoError(t, err)
	require.InDelta(t, score.Sigmoid(-0.5), p, 0.03)

	for i := range cases { // a score that never errs still has a finite curve
		cases[i].Won = cases[i].Score > 100
	}
	m, err = score.FitPlatt(cases)
	require.NoError(t, err)
	require.False(t, math.IsInf(m.B, 0) || math.IsNaN(m.B))
	for i := range cases {
		cases[i].Score = 7
	}
	_, err = score.FitPlatt(cases)
	require.ErrorIs(t, err, score.ErrInsufficientData)
}

func TestModelsAreData(t *testing.T) {
	model, err := o18(t).Fit(score.BayesOptions{})
	require.NoError(t, err)
	text, err := json.Marshal(model)
	require.NoError(t, err)
	var back score.Bayes
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, *model, back)
	require.NoError(t, score.Catalogue().Validate())
}

// rows of ten fields with 3 to 30 values, as an import would bring them.
func rows(n int) [][]string {
	rng := rand.New(rand.NewPCG(5, 5))
	out := make([][]string, n)
	for i := range out {
		out[i] = make([]string, 10)
		for f := range out[i] {
			out[i][f] = "value " + strconv.Itoa(rng.IntN(3*(f+1)))
		}
	}
	return out
}

func TestTrainingSpeed(t *testing.T) {
	n := 1_000_000
	if testing.Short() {
		n = 50_000
	}
	data := rows(n / 10)
	start := cputime.Now()
	training, err := score.NewTraining("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
	require.NoError(t, err)
	for i := range n {
		if err := training.Add(data[i%len(data)], i%5 == 0); err != nil {
			t.Fatal(err)
		}
	}
	_, err = training.Fit(score.BayesOptions{})
	require.NoError(t, err)
	spent := cputime.Now() - start
	t.Logf("%d leads of 10 fields in %v CPU", n, spent)
	if os.Getenv("GUANXI_FULL") != "" {
		require.LessOrEqual(t, spent, 500*time.Millisecond)
	}
}

func BenchmarkTraining(b *testing.B) {
	data := rows(10_000)
	training, err := score.NewTraining("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
	require.NoError(b, err)
	b.ReportAllocs()
	for i := range b.N {
		if err := training.Add(data[i%len(data)], i%5 == 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBayesScore(b *testing.B) {
	data := rows(10_000)
	training, err := score.NewTraining("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
	require.NoError(b, err)
	for i, row := range data {
		require.NoError(b, training.Add(row, i%5 == 0))
	}
	model, err := training.Fit(score.BayesOptions{})
	require.NoError(b, err)
	b.ReportAllocs()
	for i := range b.N {
		if _, err := model.Score(data[i%len(data)]); err != nil {
			b.Fatal(err)
		}
	}
}
