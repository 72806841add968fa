package earning

// run fills the table of one measure: exactly, then in whole points.
func (p *Plan) run(w *work, m Measure) error {
	factors, ok := p.factors(w, m)
	if !ok {
		return overflow("factor")
	}
	den, ok := product64(p.den[m], factors)
	if !ok {
		return overflow("factor")
	}
	for col := range w.width {
		sum, ok := p.give(w, m, col, factors)
		if ok {
			ok = p.multiply(w, m, col, sum, factors)
		}
		if !ok {
			return overflow(m.String())
		}
	}
	return p.round(w, m, den)
}

// factors returns the common denominator of the factors at work.
func (p *Plan) factors(w *work, m Measure) (den uint64, ok bool) {
	if p.stacking != Multiply {
		return p.scale, true
	}
	den, ok = 1, true
	for _, at := range w.rows[w.base:] {
		if r := &p.rules[at]; ok && r.counts[m] {
			den, ok = product64(den, uint64(r.factor.Den))
		}
	}
	return den, ok
}

// give fills the base rows of a column, over Plan.den times factors, and returns
// the sum over Plan.den of what multipliers work on.
func (p *Plan) give(w *work, m Measure, col int, factors uint64) (sum wide, ok bool) {
	for row, at := range w.rows[:w.base] {
		r, cell := &p.rules[at], wide{}
		if w.takes[row*w.width+col] {
			given := product(w.count(r, col), r.num[m])
			if cell, ok = given.times(factors); !ok {
				return sum, false
			}
			if !r.flat {
				if sum, ok = sum.plus(given); !ok {
					return sum, false
				}
			}
		}
		w.exact[row*w.width+col] = cell
	}
	return sum, true
}

// multiply fills the multipliers' rows of a column: what each adds to sum, in the
// order in which they are listed.
func (p *Plan) multiply(w *work, m Measure, col int, sum wide, factors uint64) (ok bool) {
	best, product := -1, factors
	if p.stacking == BestOnly {
		best = p.best(w, m, col)
	}
	for row := w.base; row < len(w.rows); row++ {
		r, cell, more := &p.rules[w.rows[row]], row*w.width+col, uint64(0)
		switch {
		case !w.takes[cell] || !r.counts[m]:
		case p.stacking == Multiply:
			// factors holds Den of this rule, which no rule before has taken out.
			next, fits := product64(product/uint64(r.factor.Den), uint64(r.factor.Num))
			if !fits {
				return false
			}
			more, product = next-product, next
		case p.stacking == Additive || row == best:
			more = r.scaled - p.scale
		}
		if w.exact[cell], ok = sum.times(more); !ok {
			return false
		}
	}
	return true
}

// best returns the row of the greatest factor on a column, the first of equals.
func (p *Plan) best(w *work, m Measure, col int) int {
	best, greatest := -1, uint64(0)
	for row := w.base; row < len(w.rows); row++ {
		r := &p.rules[w.rows[row]]
		if w.takes[row*w.width+col] && r.counts[m] && r.scaled > greatest {
			best, greatest = row, r.scaled
		}
	}
	return best
}

// round turns the exact table into whole points so that they sum to the rounded
// total: each cell is the rounded sum up to it less the rounded sum before it. By
// order the sum runs rule by rule, so that a rule's points do not depend on the
// order of the lines; by line it begins anew with each line.
func (p *Plan) round(w *work, m Measure, den uint64) error {
	outer, inner, over, down := len(w.rows), w.width, w.width, 1
	if p.level == ByLine {
		outer, inner, over, down = w.width, len(w.rows), 1, w.width
	}
	by := newDivisor(den, p.rounding)
	var sum wide
	var rounded, total int64
	for i := range outer {
		if p.level == ByLine {
			sum, rounded = wide{}, 0
		}
		for j := range inner {
			cell := i*over + j*down
			if w.exact[cell] == (wide{}) {
				w.cells[m][cell] = 0
				continue
			}
			next, fits := sum.plus(w.exact[cell])
			upTo, whole := by.of(next)
			part := upTo - rounded
			if total += part; !fits || !whole || total < 0 {
				return overflow(m.String())
			}
			sum, rounded, w.cells[m][cell] = next, upTo, part
		}
	}
	return nil
}

// row and column return sums of whole points.
func (w *work) row(m Measure, row int) (sum int64) {
	for _, n := range w.cells[m][row*w.width : (row+1)*w.width] {
		sum += n
	}
	return sum
}

func (w *work) column(m Measure, col int) (sum int64) {
	for cell := col; cell < len(w.cells[m]); cell += w.width {
		sum += w.cells[m][cell]
	}
	return sum
}

func (w *work) total(m Measure) (sum int64) {
	for _, n := range w.cells[m] {
		sum += n
	}
	return sum
}
