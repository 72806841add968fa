package calibrate

// cells are the combinations of categories that occur: all rows of a cell get the
// same factor, so that raking iterates over cells and not over rows.
type cells struct {
	of       []uint32   // the cell of every row
	n        int        // how many there are
	category [][]uint32 // of every margin: the category of every cell
}

// collapse combines the factors into cells, numbered by first appearance.
func collapse(factors []factor) cells {
	c := cells{of: factors[0].codes, n: len(factors[0].levels)}
	first := make([]uint32, c.n)
	for code := range first {
		first[code] = uint32(code)
	}
	c.category = [][]uint32{first}
	for _, f := range factors[1:] {
		c = c.cross(f)
	}
	return c
}

// denseTable limits the table of combinations that is indexed instead of hashed.
const denseTable = 1 << 20

// cross splits every cell by the levels of one more factor.
func (c cells) cross(f factor) cells {
	next := cells{of: make([]uint32, len(c.of)), category: make([][]uint32, len(c.category)+1)}
	levels := uint64(len(f.levels))
	add := func(parent, code uint32) uint32 {
		for margin := range c.category {
			next.category[margin] = append(next.category[margin], c.category[margin][parent])
		}
		next.category[len(c.category)] = append(next.category[len(c.category)], code)
		next.n++
		return uint32(next.n - 1)
	}
	if uint64(c.n)*levels <= denseTable {
		table := make([]uint32, uint64(c.n)*levels) // one more than the cell
		for row, parent := range c.of {
			code := f.codes[row]
			at := &table[uint64(parent)*levels+uint64(code)]
			if *at == 0 {
				*at = add(parent, code) + 1
			}
			next.of[row] = *at - 1
		}
		return next
	}
	table := map[uint64]uint32{}
	for row, parent := range c.of {
		code := f.codes[row]
		key := uint64(parent)*levels + uint64(code)
		cell, ok := table[key]
		if !ok {
			cell = add(parent, code)
			table[key] = cell
		}
		next.of[row] = cell
	}
	return next
}

// sums adds up x, times v where v is given, by cell and compensated (Knuth's
// two-sum, which has no branch). The slice it returns is new.
func (c cells) sums(x, v []float64) []float64 {
	sum, lost := make([]float64, c.n), make([]float64, c.n)
	for row, cell := range c.of {
		add, s := x[row], sum[cell]
		if v != nil {
			add *= v[row]
		}
		t := s + add
		b := t - s
		lost[cell] += (s - (t - b)) + (add - b)
		sum[cell] = t
	}
	for cell := range sum {
		sum[cell] += lost[cell]
	}
	return sum
}
