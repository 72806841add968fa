package draw

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// sampling::strata takes the sizes in order of first appearance: with rows b, a, b
// its size vector (2, 1) draws two from b. Here a size belongs to its label.
func TestStratifiedGoesByKey(t *testing.T) {
	f := smallFrame(t, 6, Columns{Stratum: []string{"b", "b", "a", "a", "b", "a"}})
	for range 50 {
		s, err := Stratified(f, map[string]int{"a": 1, "b": 2}, From(pcg(1)))
		require.NoError(t, err)
		counts := map[string]int{}
		for i, row := range s.Units {
			counts[f.Stratum(row)]++
			require.Equal(t, map[string]float64{"a": 1. / 3, "b": 2. / 3}[f.Stratum(row)], s.Probabilities[i])
		}
		require.Equal(t, map[string]int{"a": 1, "b": 2}, counts)
	}
}

func TestStratifiedEnumerated(t *testing.T) {
	f := smallFrame(t, 7, Columns{Stratum: []string{"b", "a", "b", "a", "b", "a", "b"}})
	counts := map[string]int{}
	// Two of three in a: bounds 2 and 3. Two of four in b: bounds 3 and 4.
	total := everyDraw([]uint64{2, 3, 3, 4}, func(rng *rand.Rand) {
		s, err := Stratified(f, map[string]int{"a": 2, "b": 2}, From(rng))
		require.NoError(t, err)
		require.True(t, slices.IsSorted(s.Units))
		counts[fmt.Sprint(s.Units)]++
	})
	require.Len(t, counts, 3*6)
	for set, count := range counts {
		require.Equal(t, total/18, count, set)
	}
}

// A plain reference: group the rows, draw in each group, sort.
func TestStratifiedAgainstGroups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, 60).Draw(t, "rows")
		f, err := Numbered(len(rows), Columns{Stratum: append([]string{}, rows...)})
		require.NoError(t, err)
		groups := map[string][]int{}
		for row, label := range rows {
			groups[label] = append(groups[label], row)
		}
		sizes := map[string]int{}
		for _, label := range slices.Sorted(maps.Keys(groups)) {
			sizes[label] = rapid.IntRange(0, len(groups[label])).Draw(t, label)
		}
		seed := rapid.Uint64().Draw(t, "seed")
		rng, want := pcg(seed), []int{}
		for _, label := range slices.Sorted(maps.Keys(groups)) {
			for _, rank := range subset(rng, sizes[label], len(groups[label])) {
				want = append(want, groups[label][rank])
			}
		}
		slices.Sort(want)
		s, err := Stratified(f, sizes, From(pcg(seed)))
		require.NoError(t, err)
		require.Equal(t, want, s.Units)

		rowsByCode, begin := f.strata.grouped()
		for code, label := range f.strata.labels {
			for i, row := range rowsByCode[begin[code]:begin[code+1]] {
				require.Equal(t, groups[label][i], int(row))
			}
		}
	})
}

func TestStratifiedHardInputs(t *testing.T) {
	f := smallFrame(t, 4, Columns{Stratum: []string{"gold", "gold", "blue", "iron"}})
	src := Seeded(Seed{})
	_, err := Stratified(f, map[string]int{"gold": 3, "blue": 1, "iron": 0}, src)
	requireError(t, err, ErrTooMany, "draw: stratum gold: sizes asks for more units than it has (want 3, have 2): more than there are: invalid")

	_, err = Stratified(f, map[string]int{"gold": 3, "blue": -1, "silver": 1, "\xff": 1}, src)
	all := joined(t, err)
	require.Len(t, all, 5, "%v", err)
	for i, want := range []struct {
		stratum string
		is      error
	}{{"blue", ErrInvalid}, {"gold", ErrTooMany}, {"iron", ErrInvalid}, {"silver", ErrNotFound}, {"", ErrNotFound}} {
		require.Equal(t, want.stratum, all[i].Stratum)
		require.ErrorIs(t, all[i], want.is)
	}
	require.Equal(t, 3, all[1].Want)
	require.Equal(t, 2, all[1].Have)

	_, err = Stratified(smallFrame(t, 2, Columns{}), nil, src)
	requireError(t, err, ErrInvalid, "draw: stratum is not a column of the frame: invalid")
	_, err = Stratified(f, map[string]int{"gold": 1, "blue": 1, "iron": 1}, Source{})
	require.ErrorIs(t, err, ErrInvalid)

	s, err := Stratified(f, map[string]int{"gold": 2, "blue": 1, "iron": 1}, src)
	require.NoError(t, err)
	require.Equal(t, []int{0, 1, 2, 3}, s.Units, "a census")
	s, err = Stratified(smallFrame(t, 0, Columns{Stratum: []string{}}), nil, src)
	require.NoError(t, err)
	require.Zero(t, s.Len())
}
