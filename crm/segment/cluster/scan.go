package cluster

// ScanOptions of [Scan]. The zero value is the documented default.
type ScanOptions struct {
	// Fit of every k. Its Progress counts the starts and replicates of the whole
	// scan.
	Fit Options
	// Silhouette of every k; the method is the same for all of them.
	Silhouette SilhouetteOptions
	// Stability of every k. Its Progress is not used.
	Stability StabilityOptions
}

// Candidate is one number of clusters in a [Scan], with what speaks for it and
// against it.
type Candidate struct {
	K          int          `json:"k"`
	Clustering *Clustering  `json:"clustering"` // with inertia and explained share
	Silhouette *Silhouettes `json:"silhouette"`
	Stability  *Stability   `json:"stability"`
}

// Smallest returns the number of rows of the smallest cluster.
func (c Candidate) Smallest() int {
	smallest := c.Clustering.Model.Clusters[0].Size
	for _, cluster := range c.Clustering.Model.Clusters {
		smallest = min(smallest, cluster.Size)
	}
	return smallest
}

// Scan fits every number of clusters from least to most, 2 <= least <= most, and
// measures the silhouette and the stability of each. The work is that of
// (Fit.Restarts + Stability.Replicates x Stability.Restarts) starts for each k.
// Errors are those of [Fit], [Clustering.Silhouette] and [Clustering.Stability].
func Scan(data Data, least, most int, opts ScanOptions) ([]Candidate, error) {
	if least < 2 || most < least {
		return nil, invalid("k", "from %d to %d clusters; at least 2 and ascending", least, most)
	}
	steps := countSteps(&opts, most-least+1)
	t, err := prepare(data, opts.Fit)
	if err != nil {
		return nil, err
	}
	candidates := make([]Candidate, 0, most-least+1)
	for k := least; k <= most; k++ {
		steps.next()
		c := Candidate{K: k}
		if c.Clustering, err = t.fit(k); err != nil {
			return nil, err
		}
		if c.Silhouette, err = c.Clustering.Silhouette(opts.Silhouette); err != nil {
			return nil, err
		}
		steps.next()
		if c.Stability, err = c.Clustering.Stability(opts.Stability); err != nil {
			return nil, err
		}
		candidates = append(candidates, c)
	}
	return candidates, nil
}

// steps joins the progress of the parts of a scan into one.
type steps struct{ before, now int }

// next begins a new part.
func (s *steps) next() { s.before += s.now; s.now = 0 }

// countSteps redirects the progress of both parts to the one of the fit.
func countSteps(opts *ScanOptions, ks int) *steps {
	s := &steps{}
	report := opts.Fit.Progress
	if report == nil {
		opts.Stability.Progress = nil
		return s
	}
	orDefault := func(v, otherwise int) int {
		if v == 0 {
			return otherwise
		}
		return v
	}
	all := ks * (orDefault(opts.Fit.Restarts, defaultRestarts) + orDefault(opts.Stability.Replicates, defaultReplicates))
	opts.Fit.Progress = func(done, _ int) error {
		s.now = done
		return report(s.before+done, all)
	}
	opts.Stability.Progress = opts.Fit.Progress
	return s
}

// Guard is what every single cluster must live up to. Stability alone does not
// show that a group exists: k-means cuts one round group into the same pieces
// again and again, and only the silhouette tells that nothing separates them.
type Guard struct {
	// MinSize is the least number of rows in a cluster: a group too small to be
	// served by itself is no segment. 0 asks for none.
	MinSize int
	// MinJaccard is the least mean Jaccard coefficient of a cluster; 0 means
	// Stable, 0.75, and a negative number asks for none.
	MinJaccard float64
	// MinSilhouette is the least mean silhouette of a cluster; 0 means 0.5, from
	// where on a structure is reasonable (Kaufman and Rousseeuw 1990, chapter 2), and
	// -1 asks for none.
	MinSilhouette float64
}

const reasonable = 0.5

// Finest returns the candidate with the most clusters of which all keep the
// guard: the finest segmentation that is still useful. It reports false where
// none does; the customers then fall into no groups that hold.
func Finest(candidates []Candidate, guard Guard) (Candidate, bool) {
	if guard.MinJaccard == 0 {
		guard.MinJaccard = Stable
	}
	if guard.MinSilhouette == 0 {
		guard.MinSilhouette = reasonable
	}
	var finest Candidate
	found := false
	for _, c := range candidates {
		if c.K > finest.K && c.keeps(guard) {
			finest, found = c, true
		}
	}
	return finest, found
}

func (c Candidate) keeps(g Guard) bool {
	for i, cluster := range c.Clustering.Model.Clusters {
		if cluster.Size < g.MinSize || c.Stability.Clusters[i].Jaccard < g.MinJaccard ||
			c.Silhouette.Clusters[i] < g.MinSilhouette {
			return false
		}
	}
	return true
}
