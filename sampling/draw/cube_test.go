package draw

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// balanceProblem makes probabilities proportional to size and balancing variables.
func balanceProblem(rng *rand.Rand, size, n, variables int) (pik []float64, x [][]float64) {
	sizes := make([]float64, size)
	for i := range sizes {
		sizes[i] = math.Exp(0.5 * rng.NormFloat64())
	}
	in, err := InclusionProbabilities(sizes, float64(n))
	if err != nil {
		panic(err)
	}
	x = make([][]float64, variables)
	for j := range x {
		x[j] = make([]float64, size)
		for i := range x[j] {
			switch j % 3 {
			case 0:
				x[j][i] = sizes[i] * (1 + 0.2*rng.NormFloat64()) * 1000
			case 1:
				x[j][i] = rng.NormFloat64()
			case 2:
				x[j][i] = float64(rng.IntN(2))
			}
		}
	}
	return in.Probabilities, x
}

// TestFlightKeepsTheEquations holds that after the flight the balancing equations
// hold, and that at most as many units as equations are undecided.
func TestFlightKeepsTheEquations(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 1))
	for _, size := range []int{1, 2, 5, 40, 2000} {
		for variables := range 7 {
			for _, local := range []bool{false, true} {
				pik, x := balanceProblem(rng, size, (size+2)/3, variables)
				f, err := Numbered(size, Columns{})
				require.NoError(t, err)
				o := CubeOptions{Variables: x}
				if local {
					o.Coordinates = [][]float64{randoms(rng, size), randoms(rng, size)}
				}
				c, _, err := newCube(f, pik, o)
				require.NoError(t, err)
				p := slices.Clone(pik)
				order := slices.Clone(c.open)
				if local {
					c.tree.shuffleRanks(rng)
				}
				c.fly(rng, p, order)
				open := 0
				for _, v := range p {
					require.True(t, v >= 0 && v <= 1)
					if undecided(v) {
						open++
					}
				}
				require.LessOrEqual(t, open, variables+1)
				for j, variable := range append([][]float64{pik}, x...) {
					want, got, scale := 0.0, 0.0, 0.0
					for i, v := range variable {
						if pik[i] > 0 {
							want += v
							got += v / pik[i] * p[i]
							scale += math.Abs(v) / pik[i]
						}
					}
					require.InDelta(t, want, got, 1e-11*scale, "variable %d of %d, N = %d", j, variables, size)
				}
			}
		}
	}
}

func randoms(rng *rand.Rand, n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = rng.Float64()
	}
	return list
}

// TestCubeInclusionProbabilities counts how often each unit comes.
func TestCubeInclusionProbabilities(t *testing.T) {
	draws := 4000
	if testing.Short() {
		draws = 400
	}
	rng := rand.New(rand.NewPCG(8, 2))
	size := 40
	pik, x := balanceProblem(rng, size, 12, 3)
	strata := make([]string, size)
	for i := range strata {
		strata[i] = "abc"[i%3 : i%3+1]
	}
	f, err := Numbered(size, Columns{Stratum: strata})
	require.NoError(t, err)
	place := [][]float64{randoms(rng, size), randoms(rng, size)}
	byStratum := make([]float64, size) // adds up to 5, 4 and 3
	for i := range byStratum {
		byStratum[i] = []float64{5. / 14, 4. / 13, 3. / 13}[i%3]
	}
	for name, c := range map[string]struct {
		pik  []float64
		draw func(src Source) (*Sample, error)
	}{
		"cube": {pik, func(src Source) (*Sample, error) {
			return Cube(f, pik, src, CubeOptions{Variables: x})
		}},
		"frame order": {pik, func(src Source) (*Sample, error) {
			return Cube(f, pik, src, CubeOptions{Variables: x, FrameOrder: true})
		}},
		"random size": {pik, func(src Source) (*Sample, error) {
			return Cube(f, pik, src, CubeOptions{Variables: x, RandomSize: true})
		}},
		"local cube": {pik, func(src Source) (*Sample, error) {
			return Cube(f, pik, src, CubeOptions{Variables: x, Coordinates: place})
		}},
		"local pivotal": {pik, func(src Source) (*Sample, error) { return LocalPivotal(f, pik, place, src) }},
		"stratified": {byStratum, func(src Source) (*Sample, error) {
			return Cube(f, byStratum, src, CubeOptions{Variables: x[:2], Stratified: true})
		}},
	} {
		counts := make([]int, size)
		for range draws {
			s, err := c.draw(From(rng))
			require.NoError(t, err, name)
			if name != "random size" {
				require.Len(t, s.Units, 12, name)
			}
			in := map[string]int{}
			for i, row := range s.Units {
				counts[row]++
				in[f.Stratum(row)]++
				require.Equal(t, c.pik[row], s.Probabilities[i])
			}
			if name == "stratified" {
				require.Equal(t, map[string]int{"a": 5, "b": 4, "c": 3}, in)
			}
			require.True(t, slices.IsSorted(s.Units))
		}
		for row, p := range c.pik {
			z := (float64(counts[row]) - float64(draws)*p) / math.Sqrt(float64(draws)*p*(1-p))
			require.Less(t, math.Abs(z), 4.5, "%s: row %d drawn %d times of %d with %g", name, row, counts[row], draws, p)
		}
	}
}

// TestCubeBalances compares the spread of the estimates of the balancing variables
// with that of maximum entropy sampling with the same probabilities.
func TestCubeBalances(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 3))
	size, draws := 300, 60
	pik, x := balanceProblem(rng, size, 60, 4)
	f, err := Numbered(size, Columns{})
	require.NoError(t, err)
	other, err := NewUnequal(pik, DesignSampford)
	require.NoError(t, err)
	miss := func(s *Sample, variable []float64) float64 {
		d := 0.0
		for _, v := range variable {
			d -= v
		}
		for i, row := range s.Units {
			d += variable[row] / s.Probabilities[i]
		}
		return d * d
	}
	for j, variable := range x {
		balanced, free := 0.0, 0.0
		for range draws {
			s, err := Cube(f, pik, From(rng), CubeOptions{Variables: x})
			require.NoError(t, err)
			balanced += miss(s, variable)
			s, err = other.Draw(f, From(rng))
			require.NoError(t, err)
			free += miss(s, variable)
		}
		require.Less(t, balanced, free/4, "variable %d", j)
	}
}

// TestSpread holds that the local methods estimate a smooth surface better.
func TestSpread(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 4))
	size, n, draws := 400, 40, 80
	place := [][]float64{randoms(rng, size), randoms(rng, size)}
	pik := constant(float64(n)/float64(size), size)
	y, mean := make([]float64, size), 0.0
	for i := range y {
		y[i] = math.Sin(4*place[0][i]) + math.Cos(5*place[1][i])
		mean += y[i] / float64(size)
	}
	f, err := Numbered(size, Columns{})
	require.NoError(t, err)
	spread := func(draw func() (*Sample, error)) float64 {
		total := 0.0
		for range draws {
			s, err := draw()
			require.NoError(t, err)
			require.Len(t, s.Units, n)
			d := -mean
			for _, row := range s.Units {
				d += y[row] / float64(n)
			}
			total += d * d
		}
		return total
	}
	simple := spread(func() (*Sample, error) { return Simple(f, n, From(rng), Options{}) })
	require.Less(t, spread(func() (*Sample, error) { return LocalPivotal(f, pik, place, From(rng)) }), simple/3)
	require.Less(t, spread(func() (*Sample, error) {
		return Cube(f, pik, From(rng), CubeOptions{Coordinates: place, Variables: place})
	}), simple/3)
}

// TestTreeFindsTheNearest compares with looking at all, on a grid with many ties too.
func TestTreeFindsTheNearest(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 5))
	for _, grid := range []float64{0, 4} {
		size := 300
		place := [][]float64{randoms(rng, size), randoms(rng, size), randoms(rng, size)}
		if grid > 0 {
			for _, values := range place {
				for i, x := range values {
					values[i] = math.Floor(x * grid)
				}
			}
		}
		f, err := Numbered(size, Columns{})
		require.NoError(t, err)
		rows := make([]int32, size)
		for i := range rows {
			rows[i] = int32(i)
		}
		tr, err := newTree(f, rows, place)
		require.NoError(t, err)
		tr.shuffleRanks(rng)
		for len(tr.pool) > 0 {
			got := tr.neighbourhood(rng, 4, nil)
			center := got[0]
			others := slices.DeleteFunc(slices.Clone(tr.pool), func(i int32) bool { return i == center })
			distance := func(i int32) float64 {
				d := 0.0
				for k := range place {
					d += (place[k][i] - place[k][center]) * (place[k][i] - place[k][center])
				}
				return d
			}
			slices.SortFunc(others, func(a, b int32) int {
				return cmp.Or(cmp.Compare(distance(a), distance(b)), cmp.Compare(tr.rank[a], tr.rank[b]))
			})
			require.Equal(t, others[:min(3, len(others))], append([]int32{}, got[1:]...))
			tr.remove(got[rng.IntN(len(got))])
		}
	}
}

// TestCubeAlwaysLands draws with random variables, collinear ones among them.
func TestCubeAlwaysLands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 30).Draw(t, "size")
		sizes := rapid.SliceOfN(rapid.Float64Range(0.01, 10), size, size).Draw(t, "sizes")
		n := rapid.IntRange(0, size).Draw(t, "n")
		in, err := InclusionProbabilities(sizes, float64(n))
		if err != nil {
			t.Fatal(err)
		}
		variables := rapid.SliceOfN(rapid.SliceOfN(rapid.Float64Range(-5, 5), size, size), 0, 4).Draw(t, "variables")
		if len(variables) > 1 {
			variables = append(variables, variables[0], make([]float64, size))
		}
		strata := make([]string, size)
		for i := range strata {
			strata[i] = strconv.Itoa(i * 3 / size)
		}
		f, err := Numbered(size, Columns{Stratum: strata})
		if err != nil {
			t.Fatal(err)
		}
		o := CubeOptions{Variables: variables, RandomSize: rapid.Bool().Draw(t, "random size")}
		if rapid.Bool().Draw(t, "local") {
			o.Coordinates = [][]float64{sizes}
		}
		s, err := Cube(f, in.Probabilities, Seeded(Seed{byte(n)}), o)
		if err != nil {
			t.Fatal(err)
		}
		if !o.RandomSize && len(s.Units) != n {
			t.Fatalf("%d units, not %d", len(s.Units), n)
		}
		for _, row := range in.TakeAll {
			if _, found := slices.BinarySearch(s.Units, row); !found {
				t.Fatal("a certain unit is missing")
			}
		}
		again, err := Cube(f, in.Probabilities, Seeded(Seed{byte(n)}), o)
		if err != nil || !again.Equal(s) {
			t.Fatal("one seed, two samples")
		}
	})
}
