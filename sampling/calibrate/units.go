package calibrate

// units are what has a g-weight of its own: the rows that are alike in every column
// and in variance, together; single rows where hardly two are alike; or clusters.
// Design weights are added up by unit, and everything else goes over units: what
// depends on λ is the same in all rows of a unit, so nothing is approximated.
type units struct {
	of       []uint32 // the unit of every row, nil where every row is one
	n        int
	columns  [][]float64 // of every column: the value of every unit
	variance []float64
}

// newUnits brings rows together that are alike in all margins, variables and the
// variance, if together says so and there are many of them.
func newUnits(margins *Raker, auxiliaries []Auxiliary, variance []float64, rows int, together bool) units {
	u := units{n: rows}
	values := make([][]float64, len(auxiliaries), len(auxiliaries)+1)
	for j, a := range auxiliaries {
		values[j] = a.Values
	}
	if variance != nil {
		values = append(values, variance)
	}
	var combination []uint32 // of the margins' categories
	if margins != nil {
		combination = margins.cells.of
	}
	switch {
	case together && len(values) == 0:
		u.of, u.n = combination, margins.cells.n
		combination = make([]uint32, u.n)
		for cell := range combination {
			combination[cell] = uint32(cell)
		}
	case together:
		if g, ok := alike(combination, values, rows); ok {
			u.of, u.n, combination, values = g.of, len(g.start), g.start, g.values
		}
	}
	if margins != nil {
		u.columns = margins.indicators(combination)
	}
	u.columns = append(u.columns, values[:len(auxiliaries)]...)
	if variance != nil {
		u.variance = values[len(auxiliaries)]
	} else {
		u.variance = Constant(u.n, 0).Values
	}
	return u
}

// indicators returns the columns of all margins, in byte order of the categories, for
// units with these combinations of categories.
func (r *Raker) indicators(combination []uint32) (columns [][]float64) {
	for margin, levels := range r.levels {
		category := r.cells.category[margin]
		at := make([][]float64, len(levels))
		for _, code := range inByteOrder(levels) {
			at[code] = make([]float64, len(combination))
			columns = append(columns, at[code])
		}
		for unit, cell := range combination {
			at[category[cell]][unit] = 1
		}
	}
	return columns
}

// means returns clusters as units: all rows of a cluster get the g-weight that the
// means of their values and variances, weighted, give.
func (u units) means(clusters *factor, weights []float64) units {
	by := cells{of: clusters.codes, n: len(clusters.levels)}
	size := by.sums(weights, nil)
	mean := func(x []float64, empty float64) []float64 {
		m := by.sums(x, weights)
		for cluster, s := range size {
			if m[cluster] /= s; s == 0 {
				m[cluster] = empty
			}
		}
		return m
	}
	c := units{of: by.of, n: by.n, columns: make([][]float64, len(u.columns)), variance: mean(u.variance, 1)}
	for j, x := range u.columns {
		c.columns[j] = mean(x, 0)
	}
	return c
}

// sums adds up x, times v where v is given, by unit. It may return x itself.
func (u units) sums(x, v []float64) []float64 {
	switch {
	case u.of != nil:
		return cells{of: u.of, n: u.n}.sums(x, v)
	case v == nil:
		return x
	}
	s := make([]float64, u.n)
	for row := range s {
		s[row] = x[row] * v[row]
	}
	return s
}

// scale sets every row of to to that of from times the factor of its unit.
func (u units) scale(to, from, factor []float64) {
	if u.of == nil {
		for row, x := range from {
			to[row] = x * factor[row]
		}
		return
	}
	for row, unit := range u.of {
		to[row] = from[row] * factor[unit]
	}
}
