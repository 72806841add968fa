package cluster

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const savedModel = `{"version":1,"scaling":"z-score",` +
	`"features":[{"name":"recency","location":0.1,"scale":0.30000000000000004},{"name":"visits","location":4,"scale":0}],` +
	`"clusters":[{"center":[-0.5,4],"standardised":[-1,0],"size":3,"inertia":0.25},` +
	`{"center":[1,4],"standardised":[2.5,0],"size":1,"inertia":0}]}`

func TestSavedModel(t *testing.T) {
	var m Model
	require.NoError(t, json.Unmarshal([]byte(savedModel), &m))
	require.Equal(t, Model{
		Features: []Feature{{"recency", 0.1, 0.30000000000000004}, {"visits", 4, 0}},
		Clusters: []Cluster{{[]float64{-0.5, 4}, []float64{-1, 0}, 3, 0.25}, {[]float64{1, 4}, []float64{2.5, 0}, 1, 0}},
	}, m)
	text, err := json.Marshal(&m)
	require.NoError(t, err)
	require.Equal(t, savedModel, string(text), "the format of version 1")
}

func TestSaveAndLoad(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawData(t, 30)
		c, err := Fit(d, rapid.IntRange(1, 4).Draw(t, "k"),
			Options{DropConstant: true, Restarts: 1, Scaling: Scaling(rapid.IntRange(0, 1).Draw(t, "scaling"))})
		if err != nil {
			return
		}
		text, err := json.Marshal(c.Model)
		require.NoError(t, err)
		var loaded Model
		require.NoError(t, json.Unmarshal(text, &loaded))
		require.Equal(t, *c.Model, loaded)
		labels, err := loaded.Assign(d.Values)
		require.NoError(t, err)
		require.Equal(t, c.Labels, labels)
	})
}

func TestDamagedModel(t *testing.T) {
	for _, change := range [][2]string{
		{`"version":1`, `"version":2`},
		{`"version":1,`, ``},
		{`z-score`, `none`},
		{`"recency"`, `"visits"`},
		{`"recency"`, `""`},
		{`0.1`, `1e300`},
		{`0.30000000000000004`, `-1`},
		{`0.30000000000000004`, `1e-300`},
		{`[2.5,0]`, `[2.5]`},
		{`[2.5,0]`, `[2.5,1e200]`},
		{`"size":3`, `"size":0`},
		{`"inertia":0.25`, `"inertia":-0.25`},
		{`"clusters":[`, `"clusters":[],"x":[`},
		{`"features":[`, `"features":[],"x":[`},
		{`{"version"`, `["version"`},
	} {
		require.Contains(t, savedModel, change[0])
		m := Model{Scaling: MedianMAD}
		err := json.Unmarshal([]byte(strings.Replace(savedModel, change[0], change[1], 1)), &m)
		require.Error(t, err, change)
		var syntax *json.SyntaxError
		if !errors.As(err, &syntax) {
			require.ErrorIs(t, err, ErrVersion, change)
		}
		require.Equal(t, Model{Scaling: MedianMAD}, m, "left as it was")
	}
	_, err := json.Marshal(Model{})
	require.ErrorIs(t, err, ErrInvalid)
}

func FuzzUnmarshalModel(f *testing.F) {
	f.Add([]byte(savedModel))
	f.Add([]byte(`{"version":1}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var m Model
		if m.UnmarshalJSON(text) != nil {
			require.Equal(t, Model{}, m)
			return
		}
		again, err := m.MarshalJSON()
		require.NoError(t, err)
		var back Model
		require.NoError(t, back.UnmarshalJSON(again))
		require.Equal(t, m, back)
		row := make([]float64, len(m.Features))
		labels, err := m.Assign(row)
		if err == nil {
			require.Less(t, labels[0], len(m.Clusters))
		}
	})
}

func TestAssign(t *testing.T) {
	m := Model{
		Features: []Feature{{"x", 10, 2}},
		Clusters: []Cluster{{[]float64{8}, []float64{-1}, 1, 0}, {[]float64{12}, []float64{1}, 1, 0}},
	}
	labels, err := m.Assign([]float64{0, 9.9, 10, 10.1, 1e6})
	require.NoError(t, err)
	require.Equal(t, []int{0, 0, 0, 1, 1}, labels, "a tie goes to the lowest")
	labels, err = m.Assign(nil)
	require.NoError(t, err)
	require.Empty(t, labels)
	d, err := m.Distances([]float64{14})
	require.NoError(t, err)
	require.Equal(t, []float64{3, 1}, d)

	var typed *Error
	_, err = m.Assign([]float64{1, 2, math.NaN()})
	require.ErrorAs(t, err, &typed)
	require.Equal(t, Error{"x", 2, "the value is NaN", ErrInvalid}, *typed)
	_, err = m.Distances([]float64{1, 2})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = m.Distances([]float64{math.Inf(1)})
	require.ErrorIs(t, err, ErrInvalid)

	two := m
	two.Features = append(two.Features, Feature{"y", 0, 1e-140})
	_, err = two.Assign([]float64{1, 2})
	require.ErrorIs(t, err, ErrInvalid, "the centers have one value")
	for c := range two.Clusters {
		two.Clusters[c].Center, two.Clusters[c].Standardised = []float64{1, 1}, []float64{1, 1}
	}
	_, err = two.Assign([]float64{1, 2, 3})
	require.ErrorIs(t, err, ErrInvalid, "half a row")
	_, err = two.Assign([]float64{1, 0, 1, 1e100})
	require.ErrorAs(t, err, &typed)
	require.Equal(t, "y", typed.Field)
	require.Equal(t, 1, typed.Row)
	_, err = two.Distances([]float64{1, 1e100})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = (&Model{}).Assign([]float64{1})
	require.ErrorIs(t, err, ErrInvalid)
}
