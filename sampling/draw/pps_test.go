package draw

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/internal/wording"
)

// naiveInclusion is the textbook's loop: whoever would exceed 1 is taken, the others
// are computed anew, until nobody does.
func naiveInclusion(sizes []float64, n float64) []float64 {
	pik := make([]float64, len(sizes))
	for {
		rest, left := 0.0, n
		for i, x := range sizes {
			if pik[i] == 1 {
				left--
			} else {
				rest += x
			}
		}
		again := false
		for i, x := range sizes {
			if pik[i] == 1 || x == 0 {
				continue
			}
			if pik[i] = left * x / rest; pik[i] >= 1-1e-13 {
				pik[i] = 1
				again = true
			}
		}
		if !again {
			return pik
		}
		for i := range pik {
			if pik[i] < 1 {
				pik[i] = 0
			}
		}
	}
}

func TestInclusionIsTheCascade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.OneOf(
			rapid.Float64Range(0, 3), rapid.SampledFrom([]float64{0, 1, 1, 2, 10, 100, 1000, 1e6})), 1, 60).Draw(t, "sizes")
		positive := 0
		for _, x := range sizes {
			if x > 1e-9 {
				positive++
			} else if x > 0 {
				t.Skip("too small for the plain loop")
			}
		}
		n := rapid.Float64Range(0, float64(positive)).Draw(t, "n")
		if rapid.Bool().Draw(t, "whole") {
			n = math.Floor(n)
		}
		in, err := InclusionProbabilities(sizes, n)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		want := naiveInclusion(sizes, n)
		for i, p := range in.Probabilities {
			sum += p
			if n > 0 && math.Abs(p-want[i]) > 1e-10*want[i] {
				t.Fatalf("row %d: %g, not %g", i, p, want[i])
			}
			if _, take := slices.BinarySearch(in.TakeAll, i); take != (p == 1) {
				t.Fatal("TakeAll is not where p = 1")
			}
			if _, never := slices.BinarySearch(in.Never, i); never != (sizes[i] == 0) {
				t.Fatal("Never is not where the size is 0")
			}
		}
		if math.Abs(sum-n) > 1e-10 {
			t.Fatalf("sum %g, not %g", sum, n)
		}
	})
}

// Only sizes that may be certain are partitioned: those above the first bound at which
// nobody would be.
func TestInclusionCandidates(t *testing.T) {
	sizes := append(constant(5, 10), constant(1, 20)...)
	for _, c := range []struct {
		sizes []float64
		n     float64
		above int
		below float64
	}{
		{sizes, 15, 10, 20}, // 0.8 of 70/15, times 5, is below 20
		{sizes, 16, 10, 20}, // 0.8 of 70/16, times 6, is not, 0.4 is
		{[]float64{1000, 1, 0, 1, 1}, 3, 4, 0},
	} {
		sum := blockSum(c.sizes)
		above, below := candidates(c.sizes, sum, c.n)
		require.Len(t, above, c.above)
		require.Equal(t, c.below, below)
	}
}

func TestInclusionHardInputs(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		sizes     []float64
		n         float64
		want      []float64
		err       error
		field     string
		row       int
		wantCount int
	}{
		"nobody, nothing":    {sizes: nil, n: 0, want: []float64{}},
		"nobody, one":        {sizes: nil, n: 1, err: ErrTooMany, field: "n", row: -1, wantCount: 1},
		"all zero":           {sizes: []float64{0, 0}, n: 1, err: ErrTooMany, field: "n", row: -1, wantCount: 1},
		"none wanted":        {sizes: []float64{0, 5}, n: 0, want: []float64{0, 0}},
		"all":                {sizes: []float64{1, 1e9, 1e-9}, n: 3, want: []float64{1, 1, 1}},
		"more than all":      {sizes: []float64{1, 2, 3, 4, 5}, n: 7, err: ErrTooMany, field: "n", row: -1, wantCount: 7},
		"a bit more":         {sizes: []float64{1, 2}, n: 2.5, err: ErrTooMany, field: "n", row: -1, wantCount: 3},
		"exactly 1":          {sizes: []float64{2, 1, 1}, n: 2, want: []float64{1, 0.5, 0.5}},
		"far more":           {sizes: []float64{1}, n: 1e300, err: ErrTooMany, field: "n", row: -1, wantCount: math.MaxInt32},
		"negative":           {sizes: []float64{3, -1}, n: 1, err: ErrInvalid, field: "size", row: 1},
		"NaN":                {sizes: []float64{3, 1, math.NaN()}, n: 1, err: ErrInvalid, field: "size", row: 2},
		"infinite":           {sizes: []float64{inf, 1}, n: 1, err: ErrInvalid, field: "size", row: 0},
		"minus infinite":     {sizes: []float64{1, -inf}, n: 1, err: ErrInvalid, field: "size", row: 1},
		"n negative":         {sizes: []float64{1}, n: -1, err: ErrInvalid, field: "n", row: -1},
		"n NaN":              {sizes: []float64{1}, n: math.NaN(), err: ErrInvalid, field: "n", row: -1},
		"n infinite":         {sizes: []float64{1}, n: inf, err: ErrInvalid, field: "n", row: -1},
		"sum overflows":      {sizes: []float64{1e308, 1e308, 1e308, 1e308}, n: 2, want: []float64{0.5, 0.5, 0.5, 0.5}},
		"subnormal":          {sizes: []float64{5e-324, 5e-324, 1e-323}, n: 1, want: []float64{0.25, 0.25, 0.5}},
		"one far above":      {sizes: []float64{1e300, 1, 3}, n: 2, want: []float64{1, 0.25, 0.75}},
		"vanishes":           {sizes: []float64{1e-320, 1e300}, n: 0.5, err: ErrInvalid, field: "size", row: 0},
		"vanishes in scale":  {sizes: []float64{1e-20, 1e308, 1e308}, n: 1, want: []float64{5e-329, 0.5, 0.5}, err: ErrInvalid, field: "size"},
		"fraction below one": {sizes: []float64{1, 3}, n: 0.4, want: []float64{0.1, 0.3}},
		"cascade by powers":  {sizes: []float64{16, 8, 4, 2, 1, 1}, n: 4, want: []float64{1, 1, 1, 0.5, 0.25, 0.25}},
	} {
		in, err := InclusionProbabilities(c.sizes, c.n)
		if c.err == nil {
			require.NoError(t, err, name)
			require.Len(t, in.Probabilities, len(c.want), name)
			for i, want := range c.want {
				require.InDelta(t, want, in.Probabilities[i], 1e-15, name)
			}
			continue
		}
		e := failure(t, err)
		require.ErrorIs(t, err, c.err, name)
		require.Nil(t, in, name)
		require.Equal(t, c.field, e.Field, name)
		require.Equal(t, c.row, e.Row, name)
		require.Equal(t, c.wantCount, e.Want, name)
	}
}

func fixedDesigns() []Design {
	return []Design{DesignPPSSystematic, DesignPPSSystematicRandom, DesignPivotal, DesignPivotalRandom,
		DesignSampford, DesignConditionalPoisson, DesignTille, DesignMidzuno}
}

// TestUnequalHardInputs: where the peers return vectors with 1.4 in them, or fail over
// a variable, we name the row.
func TestUnequalHardInputs(t *testing.T) {
	nan := math.NaN()
	f := numbered(t, 4)
	for _, design := range append(fixedDesigns(), DesignPoisson) {
		for name, c := range map[string]struct {
			pik []float64
			row int
		}{
			"above 1":          {[]float64{0.3, 1.4, 0.1, 0.2}, 1},
			"negative":         {[]float64{0.5, 0.5, -0.1, 0.1}, 2},
			"NaN":              {[]float64{nan, 0.5, 0.5, 0}, 0},
			"infinite":         {[]float64{0.5, 0.5, 0, math.Inf(1)}, 3},
			"sum not integer":  {[]float64{0.5, 0.5, 0.5, 0.25}, -1},
			"all but integers": {[]float64{1e-12, 0, 1, 1}, 0},
		} {
			_, err := NewUnequal(c.pik, design)
			if design == DesignPoisson && (c.row < 0 || name == "all but integers") {
				require.NoError(t, err, name)
				continue
			}
			e := failure(t, err)
			require.ErrorIs(t, err, ErrInvalid, name)
			require.Equal(t, "probabilities", e.Field)
			require.Equal(t, c.row, e.Row, name)
		}
		// Certain and impossible units: who is drawn is settled but for one of two.
		for _, pik := range [][]float64{{1, 0, 1, 0}, {1, 1, 1, 1}, {0, 0, 0, 0}, {1, 0.5, 0, 0.5}} {
			u, err := NewUnequal(pik, design)
			require.NoError(t, err)
			s, err := u.Draw(f, Seeded(Seed{7}))
			require.NoError(t, err)
			for row, p := range pik {
				_, found := slices.BinarySearch(s.Units, row)
				require.True(t, p == 0.5 || found == (p == 1), "%v %v %v", design, pik, s.Units)
			}
			if size, fixed := u.Size(); fixed {
				require.Len(t, s.Units, size)
			}
			joint, err := u.Joint(nil)
			if err != nil {
				continue
			}
			for k, p := range pik {
				for l, q := range pik {
					switch {
					case k == l:
						require.Equal(t, p, joint.At(k, l))
					case p == 0 || q == 0:
						require.Zero(t, joint.At(k, l))
					case p == 1 || q == 1:
						require.Equal(t, min(p, q), joint.At(k, l), "%v %v", design, pik)
					}
				}
			}
		}
		// Nobody, and one.
		for _, pik := range [][]float64{{}, {1}} {
			u, err := NewUnequal(pik, design)
			require.NoError(t, err)
			s, err := u.Draw(numbered(t, len(pik)), Seeded(Seed{}))
			require.NoError(t, err)
			require.Len(t, s.Units, len(pik))
		}
	}
	_, err := NewUnequal([]float64{0.5, 0.5}, DesignSimple)
	require.ErrorIs(t, err, ErrInvalid)
	u, err := NewUnequal([]float64{0.5, 0.5}, DesignPivotal)
	require.NoError(t, err)
	_, err = u.Draw(f, Seeded(Seed{}))
	require.Equal(t, "frame", failure(t, err).Field)
	_, err = u.Draw(numbered(t, 2), Source{})
	require.Equal(t, "source", failure(t, err).Field)
	for _, design := range []Design{DesignPivotalRandom, DesignPPSSystematicRandom} {
		u, err := NewUnequal([]float64{0.5, 0.5}, design)
		require.NoError(t, err)
		_, err = u.Joint(nil)
		require.Equal(t, "design", failure(t, err).Field)
		_, err = u.Entropy()
		require.Equal(t, "design", failure(t, err).Field)
		_, err = u.WorkingProbabilities()
		require.Equal(t, "design", failure(t, err).Field)
	}
}

// constantSource is a broken source of random numbers.
type constantSource uint64

func (c constantSource) Uint64() uint64 { return uint64(c) }

// TestBrokenSource: no source of random numbers makes a draw go on for ever, give
// another size or a unit twice.
func TestBrokenSource(t *testing.T) {
	for _, value := range []uint64{0, 1 << 63, math.MaxUint64} {
		for _, pik := range [][]float64{{0.2, 0.7, 0.8, 0.5, 0.4, 0.4}, {0.5, 0.5}, {0.1, 0.2, 0.3, 0.4}} {
			for _, design := range []Design{DesignPPSSystematic, DesignPivotal, DesignSampford, DesignConditionalPoisson} {
				u, err := NewUnequal(pik, design)
				require.NoError(t, err)
				s, err := u.Draw(numbered(t, len(pik)), From(rand.New(constantSource(value))))
				if err != nil {
					require.ErrorIs(t, err, ErrNotConverged)
					require.Contains(t, []Design{DesignSampford, DesignConditionalPoisson}, design)
					continue
				}
				size, _ := u.Size()
				require.Len(t, s.Units, size)
				require.Len(t, slices.Compact(slices.Clone(s.Units)), size)
			}
		}
	}
}

// TestFixedSizeAtScale draws large samples and counts; the sum of a hundred thousand
// probabilities is an integer only nearly.
func TestFixedSizeAtScale(t *testing.T) {
	size := 100_000
	if testing.Short() {
		size = 5_000
	}
	rng := rand.New(rand.NewPCG(9, 1))
	sizes := make([]float64, size)
	for i := range sizes {
		sizes[i] = math.Exp(1.5 * rng.NormFloat64())
	}
	f := numbered(t, size)
	for _, n := range []int{1, size / 100, size / 3} {
		in, err := InclusionProbabilities(sizes, float64(n))
		require.NoError(t, err)
		for _, design := range fixedDesigns() {
			if design == DesignConditionalPoisson && n > size/100 {
				continue // tens of seconds
			}
			u, err := NewUnequal(in.Probabilities, design)
			require.NoError(t, err)
			s, err := u.Draw(f, From(rng))
			require.NoError(t, err, design)
			require.Len(t, s.Units, n, design)
			require.True(t, slices.IsSorted(s.Units))
			require.Len(t, slices.Compact(slices.Clone(s.Units)), n)
		}
	}
}

// TestInclusionProbabilitiesOfDraws counts how often each unit comes, in designs whose
// samples are too many to enumerate.
func TestInclusionProbabilitiesOfDraws(t *testing.T) {
	draws := 3000
	if testing.Short() {
		draws = 300
	}
	rng := rand.New(rand.NewPCG(9, 2))
	size := 60
	sizes := make([]float64, size)
	for i := range sizes {
		sizes[i] = math.Exp(rng.NormFloat64())
	}
	in, err := InclusionProbabilities(sizes, 20)
	require.NoError(t, err)
	require.NotEmpty(t, in.TakeAll)
	f := numbered(t, size)
	for _, design := range append(fixedDesigns(), DesignPoisson) {
		u, err := NewUnequal(in.Probabilities, design)
		require.NoError(t, err)
		counts := make([]int, size)
		for range draws {
			s, err := u.Draw(f, From(rng))
			require.NoError(t, err)
			for _, row := range s.Units {
				counts[row]++
			}
		}
		for row, p := range in.Probabilities {
			sd := math.Sqrt(float64(draws) * p * (1 - p))
			require.LessOrEqual(t, math.Abs(float64(counts[row])-float64(draws)*p), 4.5*sd, "%v row %d", design, row)
		}
	}
}

// TestPPS goes through the front door.
func TestPPS(t *testing.T) {
	f, err := Numbered(6, Columns{Size: []float64{100, 1, 0, 3, 4, 2}})
	require.NoError(t, err)
	for _, design := range append(fixedDesigns(), DesignPoisson, 0) {
		s, err := PPS(f, 3, Seeded(Seed{1}), PPSOptions{Design: design})
		require.NoError(t, err)
		require.Contains(t, s.Units, 0)
		require.NotContains(t, s.Units, 2)
		want := design
		if design == 0 {
			want = DesignPPSSystematic
		}
		require.Equal(t, want, s.Design)
		require.Equal(t, f.Hash(), s.Frame)
		for i, row := range s.Units {
			require.InDelta(t, min(1, 2*f.Size(row)/10), s.Probabilities[i], 1e-15)
		}
		again, err := PPS(f, 3, Seeded(Seed{1}), PPSOptions{Design: design})
		require.NoError(t, err)
		require.True(t, s.Equal(again), design)
	}
	_, err = PPS(numbered(t, 3), 1, Seeded(Seed{}), PPSOptions{})
	require.Equal(t, "size", failure(t, err).Field)
	_, err = PPS(f, -1, Seeded(Seed{}), PPSOptions{})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = PPS(f, 6, Seeded(Seed{}), PPSOptions{})
	require.ErrorIs(t, err, ErrTooMany)
	require.Equal(t, 5, failure(t, err).Have)
	_, err = PPS(f, 2, Seeded(Seed{}), PPSOptions{Design: DesignCluster})
	require.Equal(t, "design", failure(t, err).Field)
	_, err = PPS(f, 2, Source{}, PPSOptions{})
	require.Equal(t, "source", failure(t, err).Field)
}

func TestPPSWithReplacement(t *testing.T) {
	draw := func(sizes []float64, n int) (*Sample, error) {
		f, err := Numbered(len(sizes), Columns{Size: sizes})
		require.NoError(t, err)
		return PPS(f, n, From(pcg(5)), PPSOptions{Design: DesignPPSReplacement})
	}
	sizes := []float64{5, 0, 1, 4, 0}
	s, err := draw(sizes, 20000)
	require.NoError(t, err)
	counts := make([]int, 3)
	for i, row := range s.Units {
		require.InEpsilon(t, 20000*sizes[row]/10, s.Probabilities[i], 1e-14)
		counts[map[int]int{0: 0, 2: 1, 3: 2}[row]]++
	}
	requireFits(t, counts, []float64{10000, 2000, 8000})
	require.True(t, slices.IsSorted(s.Units))
	s, err = draw([]float64{1e308, 1e308}, 2) // more than float64 can add
	require.NoError(t, err)
	require.Equal(t, []float64{1, 1}, s.Probabilities)
	_, err = draw([]float64{0, 0}, 1)
	require.ErrorIs(t, err, ErrTooMany)
	s, err = draw([]float64{0, 0}, 0)
	require.NoError(t, err)
	require.Empty(t, s.Units)
	f, err := Numbered(1, Columns{Size: []float64{1}})
	require.NoError(t, err)
	_, err = PPS(f, 5, Seeded(Seed{}), PPSOptions{Design: DesignPPSReplacement})
	require.NoError(t, err, "more draws than units are possible with replacement")
}

func TestApproximationTexts(t *testing.T) {
	wording.Enum(t, ApproximateHajek, ApproximateDeville, ErrInvalid)
}
