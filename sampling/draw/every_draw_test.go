package draw

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// everyDesign draws once by every function that takes a frame: n of its units, or with
// these probabilities, whose sum is n.
func everyDesign(f *Frame, n int, sizes map[string]int, p []float64, src Source) map[string]func() (*Sample, error) {
	unequal := func(design Design) func() (*Sample, error) {
		return func() (*Sample, error) {
			u, err := NewUnequal(p, design)
			if err != nil {
				return nil, err
			}
			return u.Draw(f, src)
		}
	}
	all := map[string]func() (*Sample, error){
		"simple":           func() (*Sample, error) { return Simple(f, n, src, Options{}) },
		"simple, drawn":    func() (*Sample, error) { return Simple(f, n, src, Options{Order: OrderDrawn}) },
		"with replacement": func() (*Sample, error) { return WithReplacement(f, n, src, Options{}) },
		"systematic":       func() (*Sample, error) { return Systematic(f, n, src, SystematicOptions{}) },
		"circular":         func() (*Sample, error) { return Systematic(f, n, src, SystematicOptions{Circular: true}) },
		"stratified":       func() (*Sample, error) { return Stratified(f, sizes, src) },
		"cluster":          func() (*Sample, error) { return Cluster(f, 1, src, ClusterOptions{}) },
		"two stages":       func() (*Sample, error) { return Cluster(f, 1, src, ClusterOptions{Units: 1}) },
		"stratified cluster": func() (*Sample, error) {
			return StratifiedCluster(f, map[string]int{"a": 1, "b": 1}, src, ClusterOptions{})
		},
		"Bernoulli":          func() (*Sample, error) { return Bernoulli(f, .5, src) },
		"tickets":            func() (*Sample, error) { return Tickets(f, n, Seed{}, TicketOptions{}) },
		"stratified tickets": func() (*Sample, error) { return StratifiedTickets(f, sizes, Seed{}, TicketOptions{}) },
		"Poisson tickets":    func() (*Sample, error) { return PoissonTickets(f, p, Seed{}, TicketOptions{}) },
		"PPS":                func() (*Sample, error) { return PPS(f, n, src, PPSOptions{}) },
		"PPS with replacement": func() (*Sample, error) {
			return PPS(f, n, src, PPSOptions{Design: DesignPPSReplacement})
		},
		"cube":          func() (*Sample, error) { return Cube(f, p, src, CubeOptions{}) },
		"local cube":    func() (*Sample, error) { return Cube(f, p, src, CubeOptions{Coordinates: [][]float64{p}}) },
		"cube, strata":  func() (*Sample, error) { return Cube(f, p, src, CubeOptions{Stratified: true}) },
		"local pivotal": func() (*Sample, error) { return LocalPivotal(f, p, [][]float64{p}, src) },
		"panel": func() (*Sample, error) {
			panel, err := NewPanel(f, Rotation{1}, 1, Seed{}, TicketOptions{})
			if err != nil {
				return nil, err
			}
			wave, err := panel.Wave(0)
			return &wave.Sample, err
		},
	}
	for _, design := range []Design{DesignPoisson, DesignPPSSystematic, DesignPPSSystematicRandom, DesignPivotal, DesignPivotalRandom,
		DesignSampford, DesignConditionalPoisson, DesignTille, DesignMidzuno} {
		all[design.String()] = unequal(design)
	}
	return all
}

// A frame that neither constructor made is an error in whatever takes one.
func TestNoFrame(t *testing.T) {
	for _, f := range []*Frame{nil, {}} {
		for name, do := range everyDesign(f, 0, nil, nil, Seeded(Seed{})) {
			_, err := do()
			requireError(t, err, ErrInvalid, "draw: frame is missing: draw.NewFrame or draw.Numbered: invalid")
			require.NotEmpty(t, name)
		}
		_, err := PermanentNumbers(f, Seed{}, TicketOptions{})
		require.ErrorIs(t, err, ErrInvalid)
		_, err = ExpectedOverlap(f, nil, 0, nil, 0)
		require.ErrorIs(t, err, ErrInvalid)
		_, err = (&Sample{}).IDs(f)
		require.ErrorIs(t, err, ErrInvalid)
	}
}

// cycle gives the same few numbers for ever.
type cycle struct {
	words []uint64
	at    int
}

func (c *cycle) Uint64() uint64 {
	c.at = (c.at + 1) % len(c.words)
	return c.words[c.at]
}

// No source makes a draw run for ever: it ends with a sample that is none of chance, but
// keeps the rules of its design, or with the error of a design that rejects.
func TestSourcesWithoutChance(t *testing.T) {
	const size, n = 80, 36
	strata, clusters, measure := make([]string, size), make([]string, size), make([]float64, size)
	for i := range strata {
		strata[i], clusters[i] = string(rune('a'+i*2/size)), string(rune('A'+i*20/size))
		measure[i] = float64(3 + i%3)
	}
	f := smallFrame(t, size, Columns{Stratum: strata, Cluster: clusters, Size: measure})
	for _, words := range [][]uint64{{0}, {math.MaxUint64}, {1 << 63}, {1}, {0x5555555555555555}, {0, math.MaxUint64}, {1 << 40, 1 << 50, 1 << 60}} {
		src := func() Source { return From(rand.New(&cycle{words: words})) }
		for name, do := range everyDesign(f, n, map[string]int{"a": n / 2, "b": n / 2}, constant(.5, size), src()) {
			s, err := do()
			if err != nil {
				require.ErrorIs(t, err, ErrNotConverged, name)
				continue
			}
			require.Len(t, s.Probabilities, s.Len(), name)
			for _, row := range s.Units {
				require.True(t, row >= 0 && row < size, name)
			}
		}
		for _, n := range []int{0, 1, 32, 33, 100, 299, 300, 301, 599, 600} {
			set := subset(src().rng, n, 600)
			require.Len(t, set, n)
			require.Len(t, slices.Compact(set), n)
		}
		r := must(NewSampler[int](5, src()))
		for i := range 1000 {
			r.Add(i)
		}
		require.Len(t, r.Sample().Items, 5)
		require.NoError(t, r.Merge(must(NewSampler[int](5, src()))))
		w := must(NewWeightedSampler[int](5, src()))
		for i := range 1000 {
			require.NoError(t, w.Add(i, 1+float64(i%2)))
		}
		require.Len(t, w.Sample().Items, 5)
	}
}
