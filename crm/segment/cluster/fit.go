package cluster

import "slices"

// Options of [Fit]. The zero value is the documented default.
type Options struct {
	// Scaling of the features; ZScore by default.
	Scaling Scaling
	// DropConstant leaves a feature out that has one value in all rows; by
	// default such a feature is ErrInsufficientData that names it.
	DropConstant bool
	// Restarts is the number of starts, of which the one with the lowest inertia
	// is kept; 0 means 10. Restart r draws the same whatever their number, so
	// more of them never give a worse result.
	Restarts int
	// MaxIterations bounds the rounds of one start; 0 means 1000.
	MaxIterations int
	// Seed of the random starts. Equal seeds give equal results.
	Seed uint64
	// Workers is the number of goroutines; 0 and 1 mean the caller's alone. It
	// has no influence on the result.
	Workers int
	// Progress, if not nil, is called after each start; an error ends Fit with
	// that error.
	Progress func(done, total int) error
}

const defaultRestarts = 10

func (o Options) withDefaults() (Options, error) {
	for _, v := range []struct {
		name  string
		value int
	}{{"Restarts", o.Restarts}, {"MaxIterations", o.MaxIterations}, {"Workers", o.Workers}} {
		if v.value < 0 {
			return o, invalid(v.name, "%d is negative", v.value)
		}
	}
	if !scalings.Valid(o.Scaling) {
		return o, invalid("Scaling", "unknown value %d", uint8(o.Scaling))
	}
	if o.Restarts == 0 {
		o.Restarts = defaultRestarts
	}
	if o.MaxIterations == 0 {
		o.MaxIterations = 1000
	}
	return o, nil
}

// Clustering is the outcome of [Fit]: the model and where it puts every row. It
// keeps the standardised rows for [Clustering.Silhouette] and
// [Clustering.Stability]; keep only the Model where they are not needed. JSON does
// not hold the rows: one that was read back has neither, ErrInsufficientData.
type Clustering struct {
	Model *Model `json:"model"`
	// Labels is the cluster of each row, an index of Model.Clusters.
	Labels []int `json:"labels"`
	// Inertia is the sum over rows of the squared distance to the center of their
	// cluster, in standardised units; TotalInertia the same about the mean of all
	// rows. Under ZScore the latter is rows times features.
	Inertia      float64 `json:"inertia"`
	TotalInertia float64 `json:"totalInertia"`
	// Iterations of the start that was kept, over all rows, and whether the last one
	// moved no row. If not, MaxIterations was reached: the partition is valid, its
	// centers are the means of its clusters, and a few rows are nearer to another.
	Iterations int  `json:"iterations"`
	Converged  bool `json:"converged"`
	// Restart is the start that was kept, from 0.
	Restart int `json:"restart"`
	// Relocated counts the clusters that lost all members in that start and were
	// given a row from another to go on from.
	Relocated int `json:"relocated"`

	points *points
	label  []int32 // by point
	opts   Options // those that the replicates of Stability repeat
}

// Explained returns the share of the total inertia that the clusters take up, 1 -
// Inertia/TotalInertia: 0 for one cluster, 1 where every row lies on its center.
func (c *Clustering) Explained() float64 { return max(0, 1-c.Inertia/c.TotalInertia) }

// Fit partitions the rows into k clusters so that the sum of squared distances
// to the cluster means is small: k-means++ starts (Arthur and Vassilvitskii
// 2007), each followed by Lloyd's (1982) iteration to a fixed point. With more
// than 2^18 distinct rows the iteration begins on a sample of 2^15 and ends on
// all of them (Bradley and Fayyad 1998). The optimum is NP-hard to find; the
// result is a local one, the best of Options.Restarts.
//
// The result depends on the multiset of rows, k and the options alone: not on the
// order of the rows and not on the workers. Clusters are numbered by their
// centers: the least value of the first feature first, then of the second.
//
// Errors: ErrInvalid with the feature and row of a NaN, an infinity or a value
// beyond 2^490, for k < 1, and for bad options; ErrInsufficientData for
// no rows, fewer distinct rows than k, and features without spread.
func Fit(data Data, k int, opts Options) (*Clustering, error) {
	t, err := prepare(data, opts)
	if err != nil {
		return nil, err
	}
	return t.fit(k)
}

// table is validated data on a common scale, ready to be clustered.
type table struct {
	points   *points
	features []Feature
	opts     Options
}

func prepare(data Data, opts Options) (*table, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := data.Validate(); err != nil {
		return nil, err
	}
	p := collect(data)
	features, err := p.standardise(data, opts)
	if err != nil {
		return nil, err
	}
	return &table{p, features, opts}, nil
}

func (t *table) fit(k int) (*Clustering, error) {
	s, err := search(t.points, k, t.opts)
	if err != nil {
		return nil, err
	}
	return t.describe(s), nil
}

// solution is the best of several starts.
type solution struct {
	k          int
	centers    []float64
	label      []int32
	inertia    []float64 // per cluster
	total      float64
	iterations int
	relocated  int
	restart    int
	converged  bool
}

// search runs the starts and returns the best in canonical numbering.
func search(p *points, k int, opts Options) (*solution, error) {
	if k < 1 {
		return nil, invalid("k", "%d clusters; at least 1", k)
	}
	if k > p.len() {
		return nil, tooFew(k)
	}
	l := newLloyd(p, k, opts.Workers)
	var best *solution
	for r := range opts.Restarts {
		if !l.seed(stream(opts.Seed, drawStart, r)) {
			return nil, tooFew(k)
		}
		converged := l.run(opts.MaxIterations)
		inertia := l.inertia()
		if total := addUp(inertia); best == nil || total < best.total {
			best = &solution{k, slices.Clone(l.centers), slices.Clone(l.label), inertia, total,
				l.iterations, l.relocated, r, converged}
		}
		if opts.Progress != nil {
			if err := opts.Progress(r+1, opts.Restarts); err != nil {
				return nil, err
			}
		}
	}
	best.renumber(p.dims)
	return best, nil
}

func tooFew(k int) error {
	return insufficient("k", "%d clusters, more than there are distinct rows", k)
}

// renumber orders the clusters by their centers, feature by feature.
func (s *solution) renumber(dims int) {
	order := make([]int, s.k)
	center := func(c int) []float64 { return s.centers[c*dims : (c+1)*dims] }
	sortCenters(order, center)

	to := make([]int32, s.k)
	centers, inertia := make([]float64, 0, len(s.centers)), make([]float64, 0, s.k)
	for c, old := range order {
		to[old] = int32(c)
		centers = append(centers, center(old)...)
		inertia = append(inertia, s.inertia[old])
	}
	for i, a := range s.label {
		s.label[i] = to[a]
	}
	s.centers, s.inertia = centers, inertia
}

// describe turns a solution into what callers see. The centers in original units
// are the means of the rows themselves, not transformed back: a cluster of
// customers with one purchase each has exactly 1 as its center.
func (t *table) describe(s *solution) *Clustering {
	p := t.points
	members := newTally(s.k, p.dims)
	for i, c := range s.label {
		members.add(int(c), p.raw[i*p.dims:(i+1)*p.dims], p.weight[i], 1)
	}
	m := &Model{Scaling: t.opts.Scaling, Features: t.features, Clusters: make([]Cluster, s.k)}
	for c := range m.Clusters {
		m.Clusters[c] = Cluster{
			Center:       make([]float64, p.dims),
			Standardised: slices.Clone(s.centers[c*p.dims : (c+1)*p.dims]),
			Size:         int(members.rows[c]),
			Inertia:      s.inertia[c],
		}
		for j := range p.dims {
			m.Clusters[c].Center[j] = members.sums[c*p.dims+j].over(members.rows[c])
		}
	}
	out := &Clustering{
		Model: m, Labels: make([]int, p.rows), Inertia: s.total, TotalInertia: s.total + between(m.Clusters),
		Iterations: s.iterations, Converged: s.converged, Restart: s.restart, Relocated: s.relocated,
		points: p, label: s.label, opts: Options{Restarts: t.opts.Restarts, MaxIterations: t.opts.MaxIterations},
	}
	for row, point := range p.of {
		out.Labels[row] = int(s.label[point])
	}
	return out
}

// between is the inertia of the centers about the mean of all rows, each center
// counted once for every member; with the inertia within the clusters it makes up
// the total (Huygens).
func between(clusters []Cluster) float64 {
	var rows float64
	for _, c := range clusters {
		rows += float64(c.Size)
	}
	var total sum
	for j := range clusters[0].Standardised {
		var mean sum
		for _, c := range clusters {
			mean = mean.plusTimes(c.Standardised[j], float64(c.Size))
		}
		m := mean.over(rows)
		for _, c := range clusters {
			d := c.Standardised[j] - m
			total = total.plusTimes(d*d, float64(c.Size))
		}
	}
	return total.value()
}
