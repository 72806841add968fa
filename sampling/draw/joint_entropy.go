package draw

// conditionalPairs returns joint probabilities of Poisson sampling with the trials'
// probabilities given that n units come, for conditional Poisson sampling, and, with
// moments, of the same with each sample weighted by the sum of 1-p over its units,
// for Sampford's design: Σ_{l∈s} p_l Π_{k∈s,k≠l} p_k/(1-p_k) is Π_{k∈s} p_k/(1-p_k)
// times that sum.
func conditionalPairs(trials []trial, c *count, n int, moments bool, places []int) func(i int, give func(k int, v float64)) {
	var one, two count
	return func(i int, give func(k int, v float64)) {
		a := trials[places[i]]
		without := c.without(a, &one)
		for k := range i {
			b := trials[places[k]]
			rest := without.without(b, &two)
			v := a.p * b.p
			if moments {
				v *= ((a.value+b.value)*rest.at(n-2) + rest.momentAt(n-2)) / c.momentAt(n)
			} else {
				v *= rest.at(n-2) / c.at(n)
			}
			give(k, v)
		}
	}
}

// sampfordCount returns the trials of the Poisson design with the inclusion
// probabilities themselves, and their count with the moments of 1-p.
func sampfordCount(p []float64, n int) ([]trial, *count) {
	trials := make([]trial, len(p))
	for i, x := range p {
		trials[i] = trial{p: x, q: 1 - x, value: 1 - x}
	}
	return trials, newCount(trials, n, true)
}

// trials returns the working Poisson design.
func (w *working) trials() []trial {
	trials := make([]trial, len(w.odds))
	for i, x := range w.odds {
		trials[i] = trial{p: x / (1 + x), q: 1 / (1 + x)}
	}
	return trials
}
