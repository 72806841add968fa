package cluster

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// SilhouetteMethod says how silhouettes are measured.
type SilhouetteMethod uint8

const (
	// SilhouetteAuto is exact up to SilhouetteOptions.ExactLimit distinct rows
	// and simplified beyond.
	SilhouetteAuto SilhouetteMethod = iota
	// SilhouetteExact takes the mean distances between all rows: Rousseeuw (1987).
	// Its cost is the square of the number of distinct rows.
	SilhouetteExact
	// SilhouetteSampled measures a sample of the rows exactly, against all rows,
	// and estimates the means from it.
	SilhouetteSampled
	// SilhouetteSimplified takes the distances to the centers in place of the mean
	// distances to the rows: Hruschka, de Castro and Campello (2004). It is
	// another, usually larger, number: compare like with like.
	SilhouetteSimplified
)

var silhouetteMethods = enum.New[SilhouetteMethod]("Method", unknown, enum.Names{
	{"auto", "自动"}, {"exact", "精确"}, {"sampled", "抽样"}, {"simplified", "简化"},
})

// String returns "auto", "exact", "sampled" or "simplified".
func (m SilhouetteMethod) String() string { return silhouetteMethods.Code(m) }

// Zh returns the Chinese term.
func (m SilhouetteMethod) Zh() string { return silhouetteMethods.Zh(m) }

// MarshalText writes the form of String.
func (m SilhouetteMethod) MarshalText() ([]byte, error) { return silhouetteMethods.Marshal(m) }

// UnmarshalText reads what MarshalText writes.
func (m *SilhouetteMethod) UnmarshalText(text []byte) error {
	return silhouetteMethods.Unmarshal(m, text)
}

// SilhouetteOptions of [Clustering.Silhouette]. The zero value is the default.
type SilhouetteOptions struct {
	Method SilhouetteMethod
	// ExactLimit is the largest number of distinct rows that SilhouetteAuto
	// measures exactly; 0 means 5000 (some 25 million distances).
	ExactLimit int
	// Sample is the number of rows that SilhouetteSampled measures; 0 means 1000.
	Sample int
	// Seed draws the sample.
	Seed uint64
	// Workers is the number of goroutines; no influence on the result.
	Workers int
}

// Silhouettes say how well rows lie in their clusters. The silhouette of a row is
// (b-a)/max(a,b), where a is its mean distance to the other rows of its cluster
// and b the least of its mean distances to the rows of another: near 1 it lies
// well within, near 0 between two clusters, below 0 it is nearer to another. A
// row alone in its cluster has 0 (Rousseeuw 1987). Distances are Euclidean, in
// standardised units.
type Silhouettes struct {
	Method SilhouetteMethod `json:"method"` // the one used, never SilhouetteAuto
	// Mean over all rows, and per cluster over its rows.
	Mean     float64   `json:"mean"`
	Clusters []float64 `json:"clusters"`
	// StandardError of Mean by sampling; 0 where every row was measured.
	StandardError float64 `json:"standardError"`
	// Rows is the silhouette of each row; nil where a sample was measured.
	Rows []float64 `json:"rows,omitempty"`
}

// readBack says why a clustering has no rows.
const readBack = "a clustering that was read back does not hold them"

// Silhouette measures how well the clusters are separated. A single cluster has
// no silhouette: ErrInsufficientData, and neither has a clustering without its rows.
func (c *Clustering) Silhouette(opts SilhouetteOptions) (*Silhouettes, error) {
	switch {
	case opts.ExactLimit < 0:
		return nil, invalid("ExactLimit", "%d is negative", opts.ExactLimit)
	case opts.Sample < 0:
		return nil, invalid("Sample", "%d is negative", opts.Sample)
	case opts.Workers < 0:
		return nil, invalid("Workers", "%d is negative", opts.Workers)
	case !silhouetteMethods.Valid(opts.Method):
		return nil, invalid("Method", "unknown value %d", uint8(opts.Method))
	case c.points == nil:
		return nil, insufficient("rows", readBack)
	case len(c.Model.Clusters) < 2:
		return nil, insufficient("k", "a silhouette compares clusters, and there is one")
	}
	if opts.ExactLimit == 0 {
		opts.ExactLimit = 5000
	}
	if opts.Sample == 0 {
		opts.Sample = 1000
	}
	if opts.Method == SilhouetteAuto {
		opts.Method = SilhouetteSimplified
		if c.points.len() <= opts.ExactLimit {
			opts.Method = SilhouetteExact
		}
	}
	switch opts.Method {
	case SilhouetteExact:
		return c.everySilhouette(opts, c.silhouetteOf), nil
	case SilhouetteSimplified:
		return c.everySilhouette(opts, c.simplifiedOf), nil
	default:
		return c.sampledSilhouette(opts), nil
	}
}

// everySilhouette applies one measure to every point.
func (c *Clustering) everySilhouette(opts SilhouetteOptions, of func(point int) float64) *Silhouettes {
	p := c.points
	value := make([]float64, p.len())
	parallel(len(value), opts.Workers, func(i int) { value[i] = of(i) })

	out := &Silhouettes{Method: opts.Method, Rows: make([]float64, p.rows)}
	var total sum
	clusters := make([]sum, len(c.Model.Clusters))
	for i, v := range value {
		total = total.plusTimes(v, p.weight[i])
		clusters[c.label[i]] = clusters[c.label[i]].plusTimes(v, p.weight[i])
	}
	out.Mean = total.value() / float64(p.rows)
	for a, s := range clusters {
		out.Clusters = append(out.Clusters, s.value()/float64(c.Model.Clusters[a].Size))
	}
	for row, point := range p.of {
		out.Rows[row] = value[point]
	}
	return out
}

// silhouetteOf is the definition: mean distances to the rows of each cluster.
func (c *Clustering) silhouetteOf(i int) float64 {
	p, own := c.points, int(c.label[i])
	x := p.at(i)
	total := make([]float64, len(c.Model.Clusters))
	for j, w := range p.weight {
		total[c.label[j]] += float64(w * math.Sqrt(distance2(x, p.at(j))))
	}
	if c.Model.Clusters[own].Size == 1 {
		return 0
	}
	b := math.Inf(1)
	for k, t := range total {
		if k != own {
			b = min(b, t/float64(c.Model.Clusters[k].Size))
		}
	}
	return contrast(total[own]/float64(c.Model.Clusters[own].Size-1), b)
}

// simplifiedOf takes the distances to the centers.
func (c *Clustering) simplifiedOf(i int) float64 {
	own := int(c.label[i])
	if c.Model.Clusters[own].Size == 1 {
		return 0
	}
	x, a, b := c.points.at(i), 0.0, math.Inf(1)
	for k, cluster := range c.Model.Clusters {
		d := math.Sqrt(distance2(x, cluster.Standardised))
		if k == own {
			a = d
		} else {
			b = min(b, d)
		}
	}
	return contrast(a, b)
}

func contrast(a, b float64) float64 {
	if a == b {
		return 0
	}
	return (b - a) / max(a, b)
}

// sampledSilhouette draws from every cluster in proportion to its size, at least
// two rows (or all there are), and weighs the cluster means by the sizes:
// stratified sampling (Cochran 1977, 5.3), without replacement.
func (c *Clustering) sampledSilhouette(opts SilhouetteOptions) *Silhouettes {
	p, rng := c.points, stream(opts.Seed, drawSilhouette, 0)
	out := &Silhouettes{Method: SilhouetteSampled}
	var mean, variance sum
	for a, cluster := range c.Model.Clusters {
		size := float64(cluster.Size)
		n := min(cluster.Size, max(2, int(math.Round(float64(opts.Sample)*size/float64(p.rows)))))
		chosen := c.members(a, drawRanks(rng, cluster.Size, n))
		value := make([]float64, n)
		parallel(n, opts.Workers, func(i int) { value[i] = c.silhouetteOf(chosen[i]) })

		m := addUp(value) / float64(n)
		out.Clusters = append(out.Clusters, m)
		share := size / float64(p.rows)
		mean = mean.plusTimes(m, share)
		if n < cluster.Size {
			for i, v := range value {
				value[i] = (v - m) * (v - m)
			}
			s2 := addUp(value) / float64(n-1)
			variance = variance.plus(share * share * (1 - float64(n)/size) * s2 / float64(n))
		}
	}
	out.Mean, out.StandardError = mean.value(), math.Sqrt(variance.value())
	return out
}

// drawRanks returns n different numbers below size, ascending (Floyd's sample:
// Bentley and Floyd 1987).
func drawRanks(rng *rand.Rand, size, n int) []int {
	seen := make(map[int]bool, n)
	ranks := make([]int, 0, n)
	for top := size - n; top < size; top++ {
		r := rng.IntN(top + 1)
		if seen[r] {
			r = top
		}
		seen[r] = true
		ranks = append(ranks, r)
	}
	slices.Sort(ranks)
	return ranks
}

// members returns the points of the rows with the given ascending ranks among
// the rows of cluster a in canonical order.
func (c *Clustering) members(a int, ranks []int) []int {
	points := make([]int, 0, len(ranks))
	rank := 0
	for i, label := range c.label {
		if int(label) != a {
			continue
		}
		rank += int(c.points.weight[i])
		for len(points) < len(ranks) && ranks[len(points)] < rank {
			points = append(points, i)
		}
	}
	return points
}
