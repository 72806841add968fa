package draw

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCubeHardInputs(t *testing.T) {
	plain := numbered(t, 3)
	strata, err := Numbered(3, Columns{Stratum: []string{"a", "b", "b"}})
	require.NoError(t, err)
	pik := []float64{1. / 3, 1. / 3, 1. / 3}
	nan := math.NaN()
	for name, c := range map[string]struct {
		f     *Frame
		pik   []float64
		o     CubeOptions
		field string
		row   int
	}{
		"too few probabilities": {plain, pik[:2], CubeOptions{}, "probabilities", -1},
		"above 1":               {plain, []float64{0.5, 1.4, 0.1}, CubeOptions{}, "probabilities", 1},
		"sum not integer":       {plain, []float64{0.5, 0.4, 0.2}, CubeOptions{}, "probabilities", -1},
		"short variable":        {plain, pik, CubeOptions{Variables: [][]float64{{1, 2}}}, "variables", -1},
		"NaN in a variable":     {plain, pik, CubeOptions{Variables: [][]float64{{1, 2, 3}, {1, nan, 2}}}, "variables", 1},
		"infinite variable":     {plain, pik, CubeOptions{Variables: [][]float64{{1, 2, math.Inf(-1)}}}, "variables", 2},
		"no dimension":          {plain, pik, CubeOptions{Coordinates: [][]float64{}}, "coordinates", -1},
		"short dimension":       {plain, pik, CubeOptions{Coordinates: [][]float64{{1}}}, "coordinates", -1},
		"NaN in space":          {plain, pik, CubeOptions{Coordinates: [][]float64{{1, 2, nan}}}, "coordinates", 2},
		"no strata":             {plain, pik, CubeOptions{Stratified: true}, "stratum", -1},
		"stratum not integer":   {strata, pik, CubeOptions{Stratified: true}, "probabilities", -1},
		"stratified and random": {strata, pik, CubeOptions{Stratified: true, RandomSize: true}, "stratified", -1},
		"stratified in space":   {strata, pik, CubeOptions{Stratified: true, Coordinates: [][]float64{{1, 2, 3}}}, "stratified", -1},
	} {
		s, err := Cube(c.f, c.pik, Seeded(Seed{}), c.o)
		e := failure(t, err)
		require.ErrorIs(t, err, ErrInvalid, name)
		require.Nil(t, s, name)
		require.Equal(t, c.field, e.Field, name)
		require.Equal(t, c.row, e.Row, name)
		if name == "stratum not integer" {
			require.Equal(t, "a", e.Stratum)
		}
	}
	_, err = Cube(plain, pik, Source{}, CubeOptions{})
	require.Equal(t, "source", failure(t, err).Field)
	_, err = LocalPivotal(plain, pik[:1], [][]float64{{1, 2, 3}}, Seeded(Seed{}))
	require.Equal(t, "probabilities", failure(t, err).Field)
	_, err = LocalPivotal(plain, []float64{0.5, 0.1, 0.1}, [][]float64{{1, 2, 3}}, Seeded(Seed{}))
	require.Equal(t, "probabilities", failure(t, err).Field)
	_, err = LocalPivotal(plain, pik, nil, Seeded(Seed{}))
	require.Equal(t, "coordinates", failure(t, err).Field)
	_, err = LocalPivotal(plain, pik, [][]float64{{1, 2, 3}}, Source{})
	require.Equal(t, "source", failure(t, err).Field)

	// Units at one place, in no dimension that tells them apart.
	s, err := LocalPivotal(plain, pik, [][]float64{{5, 5, 5}}, Seeded(Seed{}))
	require.NoError(t, err)
	require.Len(t, s.Units, 1)
	// All settled, and nobody.
	for _, pik := range [][]float64{{1, 0, 1}, {0, 0, 0}, {1, 1, 1}} {
		for _, o := range []CubeOptions{{}, {RandomSize: true}, {Coordinates: [][]float64{{1, 2, 3}}}} {
			s, err := Cube(plain, pik, Seeded(Seed{}), o)
			require.NoError(t, err)
			require.Len(t, s.Units, int(pik[0]+pik[1]+pik[2]))
			require.NotNil(t, s.Units)
		}
	}
	s, err = Cube(numbered(t, 0), nil, Seeded(Seed{}), CubeOptions{Variables: [][]float64{{}}})
	require.NoError(t, err)
	require.Empty(t, s.Units)
	// Values far apart do not lose the size, nor make a NaN.
	s, err = Cube(plain, pik, Seeded(Seed{}), CubeOptions{Variables: [][]float64{{1e300, 1e-300, -1e300}}})
	require.NoError(t, err)
	require.Len(t, s.Units, 1)
}
