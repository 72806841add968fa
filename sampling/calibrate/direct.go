package calibrate

// directWork is how many multiplications it may cost to solve for all categories
// together. That gets to the end where sweeps over the margins hardly move, as with
// combinations that are nearly nested; with thousands of categories sweeps are all
// there is.
const directWork = 1e8

// direct reports whether all categories can be solved for together.
func (r *Raker) direct() bool {
	n := 0.0
	for _, levels := range r.levels {
		n += float64(len(levels))
	}
	return n*n*float64(r.cells.n) <= directWork
}

// vanishing is a factor that says that rows would have to get weight 0 for the
// margins to be met, which no factors do.
const vanishing = 1e-9

// newton rakes the cells by the multiplicative method, if the number of sweeps was
// not limited.
func (r *Raker) newton(start, now []float64) (steps int, ok bool) {
	if r.stop.most < usualSweeps || !r.direct() {
		return 0, false
	}
	c := &Calibrator{targets: r.columns(), rows: len(start), curve: curve{method: Multiplicative},
		stop: stop{accept: r.stop.accept, polish: r.stop.polish, most: usualSteps}}
	u := newUnits(r, nil, nil, len(start), true)
	u.of = nil
	n := newNewton(c, u, start)
	if _, err := n.drop(); err != nil {
		return 0, false
	}
	steps, err := n.solve()
	if err != nil {
		return 0, false
	}
	for cell, s := range start {
		if s > 0 && n.now.g[cell] < vanishing {
			return 0, false
		}
		now[cell] = s * n.now.g[cell]
	}
	fit, worst := r.fit(now)
	return steps, fit[worst].Error <= r.stop.accept
}

// settled returns the trail and the fit of cells that no sweep moves any more.
func (r *Raker) settled(cell []float64) (trail [][]float64, fit []Fit) {
	trail = make([][]float64, len(r.margins))
	for margin := range trail {
		trail[margin] = Constant(len(cell), 0).Values
	}
	fit, _ = r.fit(cell)
	return trail, fit
}

// columns returns the targets of all categories, in byte order within a margin.
func (r *Raker) columns() (targets []target) {
	for i, m := range r.margins {
		for _, code := range inByteOrder(r.levels[i]) {
			targets = append(targets, target{m.column(r.levels[i][code]), r.totals[i][code], true})
		}
	}
	return targets
}
