package estimate_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A plainRow is a row as the textbook sees it: labels and populations by stage.
type plainRow struct {
	strata, clusters []string
	population       []float64
	p                []float64 // of units that have a probability of their own; 0 elsewhere
	weight           float64
	y, x             float64
}

// plainVariance is the variance of the sum of z by the recursion of the textbook:
// the spread of the units' sums within every stratum of the first stage, and the
// variance inside the units times the sampling fraction. Units with probabilities of
// their own have a fraction each, and those that are certain stay aside.
//
// Source: Cochran 1977, Sampling Techniques, 11.
func plainVariance(rows []plainRow, z []float64, stage int) float64 {
	if stage == len(rows[0].strata) {
		return 0
	}
	variance := 0.0
	for _, stratum := range split(rows, z, func(r plainRow) string { return r.strata[stage] }) {
		units := split(stratum.rows, stratum.z, func(r plainRow) string { return r.clusters[stage] })
		all := float64(len(units))
		fraction := func(u rowsOf) float64 {
			if p := u.rows[0].p[stage]; p > 0 {
				return p
			}
			return all / u.rows[0].population[stage]
		}
		n, sum := 0.0, 0.0
		for _, u := range units {
			if fraction(u) < 1 {
				n, sum = n+1, sum+u.sum()
			}
		}
		for _, u := range units {
			f := fraction(u)
			if n > 1 {
				variance += (1 - f) * n / (n - 1) * (u.sum() - sum/n) * (u.sum() - sum/n)
			}
			if f > 0 {
				variance += f * plainVariance(u.rows, u.z, stage+1)
			}
		}
	}
	return variance
}

type rowsOf struct {
	rows []plainRow
	z    []float64
}

func (r rowsOf) sum() float64 {
	sum := 0.0
	for _, z := range r.z {
		sum += z
	}
	return sum
}

func split(rows []plainRow, z []float64, key func(plainRow) string) map[string]rowsOf {
	out := map[string]rowsOf{}
	for i, r := range rows {
		part := out[key(r)]
		part.rows, part.z = append(part.rows, r), append(part.z, z[i])
		out[key(r)] = part
	}
	return out
}

// drawn returns a random sample in one to three stages. Labels repeat below other
// units, and units of the last stage are rows.
func drawn(t *rapid.T) []plainRow {
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 7))
	stages := rapid.IntRange(1, 3).Draw(t, "stages")
	finite := rapid.Bool().Draw(t, "finite")
	whole := rapid.IntRange(0, stages).Draw(t, "taken whole") // a stage, or none
	unequal := rapid.IntRange(0, 2*stages).Draw(t, "unequal") // a stage, or none
	var rows []plainRow
	var draw func(stage int, r plainRow)
	draw = func(stage int, r plainRow) {
		if stage == stages {
			r.weight = 1 + float64(random.IntN(9))
			r.y, r.x = 100+10*random.NormFloat64(), 5+random.Float64()
			rows = append(rows, r)
			return
		}
		for h := range 1 + random.IntN(3) {
			units := 2 + random.IntN(3)
			population := math.Inf(1)
			if finite {
				population = float64(units + random.IntN(4))
				if stage == whole {
					population = float64(units)
				}
			}
			for c := range units {
				s, p := r, 0.0
				if stage == unequal {
					p = 0.1 + 0.8*random.Float64()
					if c > 1 && random.IntN(3) == 0 {
						p = 1
					}
				}
				s.p = append(append([]float64(nil), r.p...), p)
				s.strata = append(append([]string(nil), r.strata...), string(rune('a'+h)))
				s.clusters = append(append([]string(nil), r.clusters...), string(rune('p'+c)))
				s.population = append(append([]float64(nil), r.population...), population)
				draw(stage+1, s)
			}
		}
	}
	draw(0, plainRow{})
	random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return rows
}

// build makes the design of plain rows.
func build(t require.TestingT, rows []plainRow, o estimate.Options) (d *estimate.Design, y, x []float64) {
	var weights []float64
	stages := make([]estimate.Stage, len(rows[0].strata))
	for k := range stages {
		var strata, clusters []string
		for _, r := range rows {
			strata, clusters = append(strata, r.strata[k]), append(clusters, r.clusters[k])
			stages[k].Population = append(stages[k].Population, r.population[k])
			stages[k].Probability = append(stages[k].Probability, r.p[k])
		}
		if rows[0].p[k] > 0 {
			stages[k].Population = nil
		} else {
			stages[k].Probability = nil
		}
		stages[k].Strata, stages[k].Clusters = estimate.Labels(strata), estimate.Labels(clusters)
	}
	for _, r := range rows {
		weights, y, x = append(weights, r.weight), append(y, r.y), append(x, r.x)
	}
	o.Nested = true
	d, err := estimate.NewDesign(weights, stages, o)
	require.NoError(t, err)
	return d, y, x
}

func TestVarianceIsTheTextbooks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawn(t)
		d, y, x := build(t, rows, estimate.Options{})
		domain := make([]bool, len(rows))
		for i := range domain {
			domain[i] = i == 0 || rapid.IntRange(0, 3).Draw(t, "in") > 0
		}
		var size, sumY, sumX float64
		for i, r := range rows {
			if domain[i] {
				size, sumY, sumX = size+r.weight, sumY+r.weight*r.y, sumX+r.weight*r.x
			}
		}
		linear := func(z func(r plainRow) float64) float64 {
			out := make([]float64, len(rows))
			for i, r := range rows {
				if domain[i] {
					out[i] = r.weight * z(r)
				}
			}
			return math.Sqrt(plainVariance(rows, out, 0))
		}
		sub, err := d.Where(domain)
		require.NoError(t, err)
		for name, c := range map[string]struct {
			statistic estimate.Statistic
			value, se float64
		}{
			"total": {estimate.Total(y), sumY, linear(func(r plainRow) float64 { return r.y })},
			"mean":  {estimate.Mean(y), sumY / size, linear(func(r plainRow) float64 { return (r.y - sumY/size) / size })},
			"ratio": {estimate.Ratio(y, x), sumY / sumX, linear(func(r plainRow) float64 { return (r.y - sumY/sumX*r.x) / sumX })},
		} {
			e, err := sub.Estimate(c.statistic)
			require.NoError(t, err, name)
			require.InEpsilon(t, c.value, e.Value, 1e-13, name)
			require.InDelta(t, c.se, e.SE, 1e-11*c.se+1e-14*math.Abs(c.value), name)
			in, err := d.Estimate(c.statistic.In(domain))
			require.NoError(t, err)
			require.Equal(t, e, in, "Where and In are the same")
		}
	})
}

// TestOrderOfRows: a permutation of the rows changes the last digits at most.
func TestOrderOfRows(t *testing.T) {
	policies := []estimate.LonelyPSU{estimate.LonelyRefuse, estimate.LonelyCertainty, estimate.LonelyAverage, estimate.LonelyAdjust}
	rapid.Check(t, func(t *rapid.T) {
		rows := drawn(t)
		o := estimate.Options{Lonely: rapid.SampledFrom(policies).Draw(t, "policy")}
		other := make([]plainRow, len(rows))
		for to, from := range rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1)).Perm(len(rows)) {
			other[to] = rows[from]
		}
		var got [2]estimate.Estimates
		var middle [2]float64
		for k, r := range [][]plainRow{rows, other} {
			d, y, x := build(t, r, o)
			e, err := d.Joint(estimate.Mean(y), estimate.Total(x), estimate.Ratio(y, x), estimate.Variance(y))
			require.NoError(t, err)
			got[k] = e
			q, err := d.Quantile(y, 0.5, estimate.QuantileOptions{Rule: estimate.QuantileHF7})
			require.NoError(t, err)
			middle[k] = q.Value
		}
		require.Equal(t, middle[0], middle[1])
		for k, e := range got[0].Each {
			require.InEpsilon(t, e.Value, got[1].Each[k].Value, 1e-14)
			require.InDelta(t, e.SE, got[1].Each[k].SE, 1e-12*e.SE+1e-15*math.Abs(e.Value))
			require.Equal(t, e.DF, got[1].Each[k].DF)
		}
	})
}

// TestByIsWhere: all groups in one pass give what each gives alone.
func TestByIsWhere(t *testing.T) {
	policies := []estimate.LonelyPSU{estimate.LonelyRefuse, estimate.LonelyAverage, estimate.LonelyAdjust}
	rapid.Check(t, func(t *rapid.T) {
		rows := drawn(t)
		o := estimate.Options{Lonely: rapid.SampledFrom(policies).Draw(t, "policy"), Missing: estimate.MissingOmit}
		d, y, x := build(t, rows, o)
		labels := make([]string, len(rows))
		for i := range labels {
			labels[i] = rapid.SampledFrom([]string{"u", "v", "w"}).Draw(t, "group")
			if rapid.IntRange(0, 5).Draw(t, "missing") == 0 {
				y[i] = math.NaN()
			}
		}
		half := make([]bool, len(rows))
		for i := range half {
			half[i] = i%3 > 0
		}
		groups := estimate.Labels(labels)
		for _, s := range []estimate.Statistic{estimate.Mean(y), estimate.Total(y), estimate.Ratio(y, x), estimate.Variance(y), estimate.Mean(y).In(half)} {
			all, err := d.By(groups, s)
			require.NoError(t, err)
			require.Len(t, all, len(groups.Levels()))
			for _, g := range all {
				sub, err := d.Where(groups.Is(g.Level))
				require.NoError(t, err)
				want, err := sub.Estimate(s)
				if err != nil {
					require.ErrorIs(t, err, estimate.ErrNotEstimable)
					require.False(t, g.OK)
					continue
				}
				require.True(t, g.OK)
				require.InEpsilon(t, want.Value, g.Value, 1e-13)
				require.InDelta(t, want.SE, g.SE, 1e-11*want.SE+1e-13*math.Abs(want.Value))
				require.Equal(t, want.DF, g.DF)
				require.Equal(t, want.Rows, g.Rows)
			}
		}
	})
}
