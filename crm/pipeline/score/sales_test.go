package score_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/pipeline/score"
)

// counted is a training of which the values of each field are given with how many were
// won and lost; what is left of the class has no value.
func counted(t testing.TB, won, lost int, fields []string, values []map[string][2]int) *score.Training {
	t.Helper()
	training, err := score.NewTraining(fields...)
	require.NoError(t, err)
	for class, n := range []int{won, lost} {
		rows := make([][]string, n)
		for i := range rows {
			rows[i] = make([]string, len(fields))
		}
		for f, counts := range values {
			at := 0
			for value, c := range counts {
				for range c[class] {
					rows[at][f] = value
					at++
				}
			}
		}
		for _, row := range rows {
			require.NoError(t, training.Add(row, class == 0))
		}
	}
	return training
}

func o18(t testing.TB) *score.Training {
	return counted(t, 40, 160, []string{"source", "industry"}, []map[string][2]int{
		{"referral": {20, 20}, "fair": {20, 139}, "rumour": {0, 1}},
		{"retail": {10, 30}, "trade": {9, 50}, "crafts": {9, 40}, "farming": {10, 30}},
	})
}

func TestSalesO18(t *testing.T) {
	model, err := o18(t).Fit(score.BayesOptions{})
	require.NoError(t, err)
	for _, c := range []struct {
		values   []string
		logit, p float64
	}{
		{[]string{"referral", "retail"}, 0.2190926612670569, 0.5545551120096417},
		{[]string{"referral", ""}, -0.035282213166955234, 0.4911803616051742},
		{[]string{"referral", "never seen"}, -0.035282213166955234, 0.4911803616051742},
		{[]string{"rumour", ""}, -4.249875903540633, score.Sigmoid(-4.249875903540633)},
	} {
		got, err := model.Score(c.values)
		require.NoError(t, err)
		require.InEpsilon(t, c.logit, got.Logit, 1e-9, c.values)
		require.InEpsilon(t, c.p, got.P, 1e-9, c.values)
		require.InEpsilon(t, got.Logit, got.Base+got.Contributions[0].Logit+got.Contributions[1].Logit, 1e-12)
	}

	// What is as frequent among the won as among the lost says nothing.
	even := counted(t, 40, 160, []string{"source"}, []map[string][2]int{{"referral": {8, 32}, "fair": {20, 20}, "call": {12, 108}}})
	model, err = even.Fit(score.BayesOptions{})
	require.NoError(t, err)
	got, err := model.Score([]string{"referral"})
	require.NoError(t, err)
	require.True(t, got.Contributions[0].Known)
	require.Zero(t, got.Contributions[0].Logit)
	require.Equal(t, math.Log(41.0/161), got.Logit)

	model, err = o18(t).Fit(score.BayesOptions{Laplace: 1})
	require.NoError(t, err)
	got, err = model.Score([]string{"referral", "retail"})
	require.NoError(t, err)
	require.InEpsilon(t, 0.22790883927652966, got.Logit, 1e-9)
	got, err = model.Score([]string{"rumour", ""})
	require.NoError(t, err)
	require.InDelta(t, 0.639, got.Contributions[0].Logit, 0.0005)

	for _, few := range [][2]int{{29, 0}, {4, 30}, {30, 4}, {14, 15}} {
		_, err = counted(t, few[0], few[1], []string{"source"}, []map[string][2]int{{}}).Fit(score.BayesOptions{})
		require.ErrorIs(t, err, score.ErrInsufficientData)
	}
	_, err = counted(t, 5, 25, []string{"source"}, []map[string][2]int{{}}).Fit(score.BayesOptions{})
	require.NoError(t, err)
}
