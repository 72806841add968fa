package cluster

import (
	"math/rand/v2"
	"sync"
)

// Thresholds for the Jaccard coefficient of a cluster: at or below Dissolved it is
// gone (Hennig 2008), from Stable on it is a stable group; between 0.6 and Stable
// there is a pattern whose members are in doubt (guidelines of R's fpc, by Hennig).
const (
	Dissolved = 0.5
	Stable    = 0.75
)

// StabilityOptions of [Clustering.Stability]. The zero value is the default.
type StabilityOptions struct {
	// Replicates is the number of bootstrap samples; 0 means 100.
	Replicates int
	// SampleSize is the number of rows drawn with replacement for each; 0 means as
	// many as there are. A smaller sample is cheaper and judges more severely.
	SampleSize int
	// Restarts is the number of starts in each replicate; 0 means as many as the
	// fit had, which judges the procedure as it was used. Fewer are cheaper.
	Restarts int
	// Seed of the draws and of the starts in every replicate.
	Seed uint64
	// Workers is the number of replicates clustered at a time; no influence on the
	// result.
	Workers int
	// Progress, if not nil, is called after each replicate, on the goroutine of
	// the caller; an error ends Stability with that error.
	Progress func(done, total int) error
}

const defaultReplicates = 100

// Stability says which clusters come back when the customers are drawn again. A
// stable cluster need not be a group apart from the others (Hennig 2007): see the
// silhouette too.
type Stability struct {
	// Clusters has one entry per cluster of the model.
	Clusters []ClusterStability `json:"clusters"`
	// AdjustedRand is the mean over the replicates of the adjusted Rand index
	// between the partition and that of the replicate, on the rows drawn; samples
	// of a single row, which have no pair to compare, are left out.
	AdjustedRand float64 `json:"adjustedRand"`
	// Replicates is the number of bootstrap samples.
	Replicates int `json:"replicates"`
}

// Lowest returns the Jaccard mean of the least stable cluster.
func (s *Stability) Lowest() float64 {
	lowest := 1.0
	for _, c := range s.Clusters {
		lowest = min(lowest, c.Jaccard)
	}
	return lowest
}

// ClusterStability is the stability of one cluster over the replicates that drew
// any of its rows.
type ClusterStability struct {
	// Jaccard is the mean over those replicates of the Jaccard coefficient |C and
	// D| / |C or D| between the cluster's rows C in the sample and the most
	// similar cluster D found in the sample.
	Jaccard float64 `json:"jaccard"`
	// Replicates is their number, Dissolved how many had a coefficient of at
	// most 0.5, and Recovered how many one above 0.75.
	Replicates int `json:"replicates"`
	Dissolved  int `json:"dissolved"`
	Recovered  int `json:"recovered"`
}

// Stability clusters bootstrap samples of the rows and measures how well each
// cluster is found again: the cluster-wise assessment of Hennig (2007),
// "Cluster-wise assessment of cluster stability". A row drawn several times
// counts once in its sample, as in R's fpc::clusterboot by default; a sample with
// none of a cluster's rows says nothing about that cluster (fpc counts it as 0).
// Scale, k, restarts and iteration limit are those of the fit. A sample with
// fewer distinct rows than k is divided into those rows.
//
// A cluster none of whose rows was drawn in any replicate is ErrInsufficientData
// (take more replicates), as are samples that are all a single row and a clustering
// without its rows.
func (c *Clustering) Stability(opts StabilityOptions) (*Stability, error) {
	for _, v := range []struct {
		name  string
		value int
	}{{"Replicates", opts.Replicates}, {"SampleSize", opts.SampleSize},
		{"Restarts", opts.Restarts}, {"Workers", opts.Workers}} {
		if v.value < 0 {
			return nil, invalid(v.name, "%d is negative", v.value)
		}
	}
	if c.points == nil {
		return nil, insufficient("rows", readBack)
	}
	if opts.Replicates == 0 {
		opts.Replicates = defaultReplicates
	}
	if opts.SampleSize == 0 {
		opts.SampleSize = c.points.rows
	}
	if opts.Restarts == 0 {
		opts.Restarts = c.opts.Restarts
	}
	all, err := c.replicates(opts)
	if err != nil {
		return nil, err
	}
	return c.summarise(all)
}

// replicate is what one bootstrap sample says: per cluster the largest Jaccard
// coefficient, or -1 where none of its rows was drawn.
type replicate struct {
	jaccard []float64
	rand    float64 // adjusted Rand index
	pairs   bool    // there are pairs of rows, so rand is defined
	err     error
}

// replicates runs them on opts.Workers goroutines. Each has a random stream of
// its own, so their results do not depend on who runs them or when.
func (c *Clustering) replicates(opts StabilityOptions) ([]replicate, error) {
	all := make([]replicate, opts.Replicates)
	jobs, done := make(chan int), make(chan int, opts.Replicates)
	var group sync.WaitGroup
	for range min(max(1, opts.Workers), opts.Replicates) {
		group.Go(func() {
			for b := range jobs {
				all[b] = c.replicate(b, opts)
				done <- b
			}
		})
	}
	var failure error
	finished := 0
	finish := func() {
		finished++
		if failure == nil && opts.Progress != nil {
			failure = opts.Progress(finished, opts.Replicates)
		}
	}
	for b := 0; b < opts.Replicates && failure == nil; {
		select {
		case jobs <- b:
			b++
		case <-done:
			finish()
		}
	}
	close(jobs)
	group.Wait()
	for failure == nil && finished < opts.Replicates {
		<-done
		finish()
	}
	return all, failure
}

// replicate draws sample b, clusters it and compares.
func (c *Clustering) replicate(b int, opts StabilityOptions) replicate {
	rng := stream(opts.Seed, drawSample, b)
	sample, from := c.points.resample(rng, opts.SampleSize)
	k := min(len(c.Model.Clusters), sample.len())
	found, err := search(sample, k, Options{
		Restarts: opts.Restarts, MaxIterations: c.opts.MaxIterations, Seed: rng.Uint64()})
	if err != nil {
		return replicate{err: err}
	}
	shared := newOverlap(len(c.Model.Clusters), k)
	for i, w := range sample.weight {
		shared.add(int(c.label[from[i]]), int(found.label[i]), int64(w))
	}
	return replicate{jaccard: shared.jaccard(), rand: shared.adjustedRand(), pairs: sample.rows > 1}
}

// resample draws rows with replacement and returns those drawn, each once, and
// the point of p behind each point of the sample.
func (p *points) resample(rng *rand.Rand, draws int) (sample *points, from []int32) {
	drawn := make([]bool, p.rows)
	for range draws {
		drawn[rng.IntN(p.rows)] = true
	}
	sample = &points{dims: p.dims, box: p.box}
	row := 0
	for i, w := range p.weight {
		count := 0.0
		for range int(w) {
			if drawn[row] {
				count++
			}
			row++
		}
		if count > 0 {
			sample.z = append(sample.z, p.at(i)...)
			sample.weight = append(sample.weight, count)
			sample.rows += int(count)
			from = append(from, int32(i))
		}
	}
	return sample, from
}

func (c *Clustering) summarise(all []replicate) (*Stability, error) {
	k := len(c.Model.Clusters)
	out := &Stability{Clusters: make([]ClusterStability, k), Replicates: len(all)}
	means := make([]sum, k)
	var index sum
	compared := 0
	for _, r := range all {
		if r.err != nil {
			return nil, r.err
		}
		if r.pairs {
			index = index.plus(r.rand)
			compared++
		}
		for a, j := range r.jaccard {
			if j < 0 {
				continue
			}
			s := &out.Clusters[a]
			s.Replicates++
			if j <= Dissolved {
				s.Dissolved++
			}
			if j > Stable {
				s.Recovered++
			}
			means[a] = means[a].plus(j)
		}
	}
	if compared == 0 {
		return nil, insufficient("SampleSize", "every sample is a single row")
	}
	out.AdjustedRand = index.value() / float64(compared)
	for a := range out.Clusters {
		n := out.Clusters[a].Replicates
		if n == 0 {
			return nil, insufficient("Replicates", "no sample drew a row of cluster %d", a)
		}
		out.Clusters[a].Jaccard = means[a].value() / float64(n)
	}
	return out, nil
}

// overlap counts the rows that a cluster of one partition shares with one of
// another.
type overlap struct {
	rows, columns []int64
	cells         []int64 // len(rows) x len(columns)
}

func newOverlap(a, b int) *overlap {
	return &overlap{make([]int64, a), make([]int64, b), make([]int64, a*b)}
}

func (o *overlap) add(a, b int, rows int64) {
	o.rows[a] += rows
	o.columns[b] += rows
	o.cells[a*len(o.columns)+b] += rows
}

// jaccard returns for every row cluster the largest Jaccard coefficient with a
// column cluster, and -1 for an empty one.
func (o *overlap) jaccard() []float64 {
	best := make([]float64, len(o.rows))
	for a, rows := range o.rows {
		if rows == 0 {
			best[a] = -1
			continue
		}
		for b, columns := range o.columns {
			both := o.cells[a*len(o.columns)+b]
			best[a] = max(best[a], float64(both)/float64(rows+columns-both))
		}
	}
	return best
}

func (o *overlap) adjustedRand() float64 {
	items := int64(0)
	for _, n := range o.rows {
		items += n
	}
	return adjustedRand(pairsIn(o.cells), pairsIn(o.rows), pairsIn(o.columns), items)
}

func pairsIn(counts []int64) int64 {
	total := int64(0)
	for _, n := range counts {
		total += n * (n - 1) / 2
	}
	return total
}
