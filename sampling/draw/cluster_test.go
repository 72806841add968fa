package draw

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func teams(t *testing.T) *Frame {
	return smallFrame(t, 9, Columns{
		Stratum: []string{"n", "n", "s", "s", "s", "n", "s", "s", "s"},
		Cluster: []string{"t2", "t1", "t3", "t4", "t5", "t2", "t4", "t5", "t5"},
	})
}

func TestClusterEnumerated(t *testing.T) {
	f := teams(t) // of 1, 2, 1, 2 and 3 units
	counts := map[string]int{}
	total := everyDraw([]uint64{4, 5}, func(rng *rand.Rand) {
		s, err := Cluster(f, 2, From(rng), ClusterOptions{})
		require.NoError(t, err)
		require.Equal(t, DesignCluster, s.Design)
		require.Nil(t, s.Stages)
		require.True(t, slices.IsSorted(s.Units))
		in := map[string]int{}
		for i, row := range s.Units {
			in[f.Cluster(row)]++
			require.Equal(t, 2./5, s.Probabilities[i])
		}
		for label, size := range f.Clusters() {
			require.True(t, in[label] == 0 || in[label] == size, "whole or not at all")
		}
		counts[fmt.Sprint(in)]++
	})
	require.Len(t, counts, 10)
	for set, count := range counts {
		require.Equal(t, total/10, count, set)
	}
}

func TestTwoStageEnumerated(t *testing.T) {
	f := smallFrame(t, 7, Columns{Cluster: []string{"a", "b", "a", "b", "a", "b", "b"}})
	// One of two clusters, then one of three or of four: the script has enough digits
	// for either, and each unit is drawn with 1/2 * 1/size.
	times := make([]float64, 7)
	for _, c := range []uint64{0, 1} {
		size := []uint64{3, 4}[c]
		for v := range size {
			rng := rand.New(&script{[]uint64{2, size}, c + 2*v})
			s, err := Cluster(f, 1, From(rng), ClusterOptions{Units: 1})
			require.NoError(t, err)
			require.Equal(t, DesignTwoStage, s.Design)
			require.Len(t, s.Units, 1)
			times[s.Units[0]]++
			require.Equal(t, 1/(2*float64(size)), s.Probabilities[0])
			require.Equal(t, [][]float64{{.5}, {1 / float64(size)}}, s.Stages)
		}
	}
	require.Equal(t, constant(1, 7), times, "each unit comes once, with its own probability")
}

func TestTwoStageProbabilities(t *testing.T) {
	f := teams(t)
	draws := trials(30_000)
	counts, p := make([]int, f.Len()), make([]float64, f.Len())
	rng := pcg(8)
	for range draws {
		s, err := StratifiedCluster(f, map[string]int{"n": 1, "s": 2}, From(rng), ClusterOptions{Units: 2, WholeSmaller: true})
		require.NoError(t, err)
		for i, row := range s.Units {
			counts[row]++
			p[row] = s.Probabilities[i]
			if s.Probabilities[i] != s.Stages[0][i]*s.Stages[1][i] {
				require.Fail(t, "stages", "%v", s)
			}
		}
	}
	require.Equal(t, []float64{.5, .5, 2. / 3, 2. / 3, 2. / 3 * (2. / 3), .5, 2. / 3, 2. / 3 * (2. / 3), 2. / 3 * (2. / 3)}, p)
	for row := range counts {
		requireFits(t, []int{counts[row], draws - counts[row]}, []float64{float64(draws) * p[row], float64(draws) * (1 - p[row])})
	}
}

func TestClusterHardInputs(t *testing.T) {
	f, src := teams(t), Seeded(Seed{})
	_, err := Cluster(f, 6, src, ClusterOptions{})
	requireError(t, err, ErrTooMany, "draw: m is more than the frame has clusters (want 6, have 5): more than there are: invalid")
	_, err = Cluster(f, -1, src, ClusterOptions{})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = Cluster(f, 1, src, ClusterOptions{Units: -1})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = Cluster(f, 1, src, ClusterOptions{Units: 2})
	requireError(t, err, ErrTooMany, "draw: cluster t1: units asks for more units than it has (want 2, have 1): more than there are: invalid")
	_, err = Cluster(smallFrame(t, 2, Columns{}), 1, src, ClusterOptions{})
	requireError(t, err, ErrInvalid, "draw: cluster is not a column of the frame: invalid")
	_, err = Cluster(f, 1, Source{}, ClusterOptions{})
	require.ErrorIs(t, err, ErrInvalid)

	_, err = StratifiedCluster(f, map[string]int{"n": 3, "s": 1}, src, ClusterOptions{})
	requireError(t, err, ErrTooMany, "draw: stratum n: sizes asks for more clusters than it has (want 3, have 2): more than there are: invalid")
	_, err = StratifiedCluster(smallFrame(t, 1, Columns{Cluster: []string{"x"}}), nil, src, ClusterOptions{})
	requireError(t, err, ErrInvalid, "draw: stratum is not a column of the frame: invalid")
	_, err = StratifiedCluster(f, map[string]int{"n": 1, "s": 1}, Source{}, ClusterOptions{})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = StratifiedCluster(smallFrame(t, 1, Columns{}), nil, src, ClusterOptions{})
	require.ErrorIs(t, err, ErrInvalid)

	s, err := Cluster(f, 5, src, ClusterOptions{})
	require.NoError(t, err)
	require.Equal(t, f.Len(), s.Len())
	s, err = Cluster(f, 0, src, ClusterOptions{Units: 3, WholeSmaller: true})
	require.NoError(t, err)
	require.Zero(t, s.Len())
	s, err = StratifiedCluster(f, map[string]int{"n": 2, "s": 3}, src, ClusterOptions{})
	require.NoError(t, err)
	require.Equal(t, constant(1, 9), s.Probabilities)
}
