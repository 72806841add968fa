package draw

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Each benchmark has beside it, as "reference", the loop that anybody would write: the
// textbook's rule without checks, without records and without care for rounding. The
// peers' times are those of R 4.2.2 on one thread, from the specification.

func benchSizes(n int) []float64 {
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	sizes := make([]float64, n)
	for i := range sizes {
		sizes[i] = math.Exp(rng.NormFloat64() * 0.7)
	}
	return sizes
}

func benchPik(b *testing.B, size, n int) []float64 {
	b.Helper()
	in, err := InclusionProbabilities(benchSizes(size), float64(n))
	if err != nil {
		b.Fatal(err)
	}
	return in.Probabilities
}

// sampling::inclusionprobabilities takes 21 ms for a million units.
func BenchmarkInclusionProbabilities(b *testing.B) {
	size := size(1_000_000)
	sizes := benchSizes(size)
	run := func(n int) func(b *testing.B) {
		return func(b *testing.B) {
			measured(b, func() {
				if _, err := InclusionProbabilities(sizes, float64(n)); err != nil {
					b.Fatal(err)
				}
			})
		}
	}
	b.Run("n=1%", run(size/100))
	b.Run("n=50%", run(size/2)) // thousands are certain
	b.Run("reference", func(b *testing.B) {
		measured(b, func() {
			sum := 0.0
			for _, x := range sizes {
				sum += x
			}
			pik := make([]float64, size)
			for i, x := range sizes {
				pik[i] = float64(size/100) * x / sum
			}
		})
	})
}

func benchDraw(b *testing.B, design Design, size, n int) {
	pik := benchPik(b, size, n)
	f, err := Numbered(size, Columns{})
	if err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	u, err := NewUnequal(pik, design)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("draw", func(b *testing.B) {
		measured(b, func() {
			if _, err := u.Draw(f, From(rng)); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("prepared and drawn", func(b *testing.B) {
		measured(b, func() {
			u, err := NewUnequal(pik, design)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := u.Draw(f, From(rng)); err != nil {
				b.Fatal(err)
			}
		})
	})
}

// sampling::UPsystematic takes 39 ms for a million units.
func BenchmarkPPSSystematic(b *testing.B) {
	size := size(1_000_000)
	benchDraw(b, DesignPPSSystematic, size, size/100)
	pik := benchPik(b, size, size/100)
	rng := rand.New(rand.NewPCG(1, 2))
	b.Run("reference", func(b *testing.B) {
		measured(b, func() {
			rows := make([]int, 0, size/100)
			at, sum := rng.Float64(), 0.0
			for i, p := range pik {
				if sum += p; sum > at {
					rows = append(rows, i)
					at++
				}
			}
			if len(rows) == 0 {
				b.Fatal("nobody is drawn")
			}
		})
	})
}

// BalancedSampling::spm takes 21 ms for a million units, sampling::UPpivotal 225 ms
// for a hundred thousand.
func BenchmarkPivotal(b *testing.B) {
	size := size(1_000_000)
	benchDraw(b, DesignPivotal, size, size/100)
	pik := benchPik(b, size, size/100)
	rng := rand.New(rand.NewPCG(1, 2))
	b.Run("reference", func(b *testing.B) {
		measured(b, func() {
			p := slices.Clone(pik)
			i := 0
			for j := 1; j < len(p); j++ {
				u := rng.Float64()
				if sum := p[i] + p[j]; sum < 1 {
					if u < p[i]/sum {
						p[i], p[j] = sum, 0
					} else {
						p[i], p[j] = 0, sum
						i = j
					}
				} else if u < (1-p[j])/(2-sum) {
					p[i], p[j] = 1, sum-1
					i = j
				} else {
					p[i], p[j] = sum-1, 1
				}
			}
			rows := make([]int, 0, size/100)
			for i, v := range p {
				if v > 0.5 {
					rows = append(rows, i)
				}
			}
			if len(rows) == 0 {
				b.Fatal("nobody is drawn")
			}
		})
	})
}

// sampling::UPmaxentropy takes 41 ms, UPtille 78 ms.
func BenchmarkMaxEntropy(b *testing.B) {
	benchDraw(b, DesignConditionalPoisson, 1000, 20)
	pik := benchPik(b, 1000, 20)
	rng := rand.New(rand.NewPCG(1, 2))
	b.Run("joint", func(b *testing.B) {
		u, err := NewUnequal(pik, DesignConditionalPoisson)
		if err != nil {
			b.Fatal(err)
		}
		measured(b, func() {
			if _, err := u.Joint(nil); err != nil {
				b.Fatal(err)
			}
		})
	})
	// The peer's way: the iteration p += wanted - had until 1e-6, with the recursion of
	// Chen, Dempster and Liu over sample sizes.
	b.Run("reference", func(b *testing.B) {
		measured(b, func() {
			p, had := slices.Clone(pik), make([]float64, len(pik))
			for change := 1.0; change > 1e-6; {
				clear(had)
				for n := range 20 {
					sum := 0.0
					for i, x := range p {
						had[i] = x / (1 - x) * (1 - had[i])
						sum += had[i]
					}
					for i := range had {
						had[i] *= float64(n+1) / sum
					}
				}
				change = 0
				for i := range p {
					p[i] += pik[i] - had[i]
					change += math.Abs(pik[i] - had[i])
				}
			}
			rows := make([]int, 0, 20)
			for len(rows) != 20 {
				rows = rows[:0]
				for i, x := range p {
					if rng.Float64() < x {
						rows = append(rows, i)
					}
				}
			}
		})
	})
}

// sampling::UPsampford takes about a millisecond; UPsampfordpi2 for N = 1000, n = 20 1.66 s.
func BenchmarkSampford(b *testing.B) {
	benchDraw(b, DesignSampford, 10_000, 100)
	b.Run("joint 1000, 20", func(b *testing.B) {
		u, err := NewUnequal(benchPik(b, 1000, 20), DesignSampford)
		if err != nil {
			b.Fatal(err)
		}
		measured(b, func() {
			if _, err := u.Joint(nil); err != nil {
				b.Fatal(err)
			}
		})
	})
	pik := benchPik(b, 10_000, 100)
	rng := rand.New(rand.NewPCG(1, 2))
	b.Run("reference", func(b *testing.B) { // Sampford's own procedure
		measured(b, func() {
			first, odds := make([]float64, len(pik)), make([]float64, len(pik))
			a, c := 0.0, 0.0
			for i, p := range pik {
				a, c = a+p, c+p/(1-p)
				first[i], odds[i] = a, c
			}
			for {
				rows := map[int]bool{pick(rng, first): true}
				for range 99 {
					rows[pick(rng, odds)] = true
				}
				if len(rows) == 100 {
					return
				}
			}
		})
	})
}

// BenchmarkSampfordLarge is beyond what rejection of repeats reaches.
func BenchmarkSampfordLarge(b *testing.B) {
	size := size(1_000_000)
	benchDraw(b, DesignSampford, size, size/100)
}

func BenchmarkTille(b *testing.B) {
	benchDraw(b, DesignTille, 1000, 20)
}

func BenchmarkCube(b *testing.B) {
	size := size(100_000)
	rng := rand.New(rand.NewPCG(1, 3))
	pik, x := balanceProblem(rng, size, size/100, 5)
	strata := make([]string, size)
	for i := range strata {
		strata[i] = string(rune('a' + i*20/size))
	}
	f, err := Numbered(size, Columns{Stratum: strata})
	if err != nil {
		b.Fatal(err)
	}
	run := func(name string, pik []float64, o CubeOptions) {
		b.Run(name, func(b *testing.B) {
			measured(b, func() {
				if _, err := Cube(f, pik, From(rng), o); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
	run("cube", pik, CubeOptions{Variables: x})
	each := max(1, size/2000) // of each stratum, so that its probabilities add up to an integer
	run("20 strata", constant(float64(20*each)/float64(size), size), CubeOptions{Variables: x, Stratified: true})
	place := [][]float64{randoms(rng, size), randoms(rng, size)}
	run("local", pik, CubeOptions{Variables: x, Coordinates: place})
	b.Run("local pivotal", func(b *testing.B) {
		measured(b, func() {
			if _, err := LocalPivotal(f, pik, place, From(rng)); err != nil {
				b.Fatal(err)
			}
		})
	})
	// The general flight of Deville and Tillé takes a kernel of all units at each step;
	// here with the fast flight's few units, but solved afresh by Cramer's determinants.
	b.Run("reference", func(b *testing.B) {
		variables := append([][]float64{pik}, x...)
		measured(b, func() {
			plainFlight(rng, slices.Clone(pik), pik, variables)
		})
	})
}

// plainFlight is the fast flight with vectors as small slices and the direction from
// determinants, one minor for each unit in play.
func plainFlight(rng *rand.Rand, p, pik []float64, variables [][]float64) {
	var units []int
	next := 0
	for {
		for len(units) <= len(variables) && next < len(p) {
			if undecided(p[next]) {
				units = append(units, next)
			}
			next++
		}
		if len(units) <= len(variables) {
			return
		}
		u := make([]float64, len(units))
		for j := range units {
			minor := make([][]float64, len(variables))
			for r, v := range variables {
				for k, row := range units {
					if k != j {
						minor[r] = append(minor[r], v[row]/pik[row])
					}
				}
			}
			u[j] = determinant(minor)
			if j%2 == 1 {
				u[j] = -u[j]
			}
		}
		forward, backward := math.Inf(1), math.Inf(1)
		for j, row := range units {
			if u[j] > 0 {
				forward, backward = min(forward, (1-p[row])/u[j]), min(backward, p[row]/u[j])
			} else if u[j] < 0 {
				forward, backward = min(forward, -p[row]/u[j]), min(backward, (p[row]-1)/u[j])
			}
		}
		length := forward
		if rng.Float64()*(forward+backward) < forward {
			length = -backward
		}
		if math.IsInf(length, 0) || math.IsNaN(length) {
			return
		}
		var left []int
		for j, row := range units {
			p[row] += length * u[j]
			if p[row] > 1e-9 && p[row] < 1-1e-9 {
				left = append(left, row)
			}
		}
		if len(left) == len(units) {
			return
		}
		units = left
	}
}

func determinant(m [][]float64) float64 {
	d := 1.0
	for c := range m {
		at := c
		for r := c; r < len(m); r++ {
			if math.Abs(m[r][c]) > math.Abs(m[at][c]) {
				at = r
			}
		}
		if m[at][c] == 0 {
			return 0
		}
		if at != c {
			m[at], m[c] = m[c], m[at]
			d = -d
		}
		d *= m[c][c]
		for r := c + 1; r < len(m); r++ {
			factor := m[r][c] / m[c][c]
			for k := c; k < len(m); k++ {
				m[r][k] -= factor * m[c][k]
			}
		}
	}
	return d
}
