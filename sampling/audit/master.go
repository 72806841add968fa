package audit

// A master is one of the standard's tables II-A to II-C. They are alike along their
// diagonals, since sample sizes and quality levels grow in the same steps: a row below
// with a column to the left allows the same number of errors. So a table is the series
// of numbers along a diagonal, from the one of no errors to those that only small
// samples have, with the arrows between.
//
// Source: MIL-STD-105E (1989), tables II-A, II-B and II-C, a work of the United States
// government; the structure after Dodge 1963, A general procedure for sampling inspection
// by attributes based on the AQL concept.
type master struct {
	sizes  []int64      // of rows A to R; tightened inspection has a row S
	zero   int          // the diagonal, row + column, of no errors
	after  []int        // the arrows on the diagonals that follow it: -1 up, 1 down
	series [][2]int64   // Ac and Re of the diagonals that follow these
	common int          // how many of the series all rows have; the others only rows A to E
	small  [][][2]int64 // rows that do not follow the diagonals, from column smallFrom on
}

const (
	up        = -1
	down      = 1
	smallRows = 5  // A to E
	smallFrom = 17 // the column of 25 %
)

var masters = [severities]master{
	Normal: {
		sizes: []int64{2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000},
		zero:  14, after: []int{up, down},
		series: [][2]int64{{1, 2}, {2, 3}, {3, 4}, {5, 6}, {7, 8}, {10, 11}, {14, 15}, {21, 22}, {30, 31}, {44, 45}},
		common: 8,
	},
	Tightened: {
		sizes: []int64{2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150},
		zero:  15, after: []int{down, down},
		series: [][2]int64{{1, 2}, {2, 3}, {3, 4}, {5, 6}, {8, 9}, {12, 13}, {18, 19}, {27, 28}, {41, 42}},
		common: 7,
	},
	Reduced: {
		sizes: []int64{2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800},
		zero:  14, after: []int{up, down},
		series: [][2]int64{{0, 2}, {1, 3}, {1, 4}, {2, 5}, {3, 6}, {5, 8}, {7, 10}, {10, 13}, {14, 17}, {21, 24}},
		common: 8,
		small: [][][2]int64{
			{{1, 2}, {2, 3}, {3, 4}, {5, 6}, {7, 8}, {10, 11}, {14, 15}, {21, 22}, {30, 31}},
			{{1, 3}, {2, 4}, {3, 5}, {5, 6}, {7, 8}, {10, 11}, {14, 15}, {21, 22}, {30, 31}},
			{{1, 4}, {2, 5}, {3, 6}, {5, 8}, {7, 10}, {10, 13}, {14, 17}, {21, 24}, {30, 31}},
		},
	},
}

// plan returns the plan of a row and column, after all arrows.
func (m master) plan(row, column int) StandardPlan {
	for {
		// Each arrow leads to one that points the same way or to a plan.
		accept, reject, arrow := m.at(row, column)
		if arrow == 0 {
			return StandardPlan{Size: m.sizes[row], Accept: accept, Reject: reject}
		}
		row += arrow
	}
}

// at returns the numbers in a cell of the table, or its arrow.
func (m master) at(row, column int) (accept, reject int64, arrow int) {
	if row < len(m.small) && column >= smallFrom {
		c := m.small[row][column-smallFrom]
		return c[0], c[1], 0
	}
	d := row + column - m.zero
	switch {
	case d < 0:
		return 0, 0, down
	case d == 0 && !(row == 0 && m.after[0] == down):
		return 0, 1, 0
	case d <= len(m.after):
		return 0, 0, m.arrow(row, column)
	}
	i := d - len(m.after) - 1
	if i >= len(m.series) || i >= m.common && row >= smallRows {
		return 0, 0, up
	}
	return m.series[i][0], m.series[i][1], 0
}

// arrow returns the arrow that a cell between no errors and one or more has: that of its
// diagonal, or the other one at the edge of the table, where nothing stands behind it.
func (m master) arrow(row, column int) int {
	d := row + column - m.zero
	if d == 0 {
		return down // the smallest sample without errors, which tightened inspection has not
	}
	if m.after[d-1] == up {
		if row == 0 {
			return down
		}
		return up
	}
	if last := len(m.after) + 1 - d; row+last >= len(m.sizes) {
		return up
	}
	return down
}
