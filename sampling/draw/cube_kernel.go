package draw

import (
	"math"
	"math/rand/v2"
)

// A balancer takes steps of the flight: it moves the probabilities of a few units
// along a direction in which all balancing equations keep their value, at random to
// one side or the other, until one of the units is decided.
type balancer struct {
	matrix    []float64 // room for the equations of the units in play, row by row
	direction []float64
}

// rankTolerance is the size below which a pivot counts as 0, with every equation
// scaled to a largest coefficient of 1.
const rankTolerance = 1e-11

// snap is the distance from 0 or 1 at which a unit counts as decided.
const snap = 1e-12

// kernel finds a vector that the matrix takes to 0, for the given number of rows and
// columns, or reports that there is none but 0: Gauss-Jordan elimination, column by
// column with the largest pivot, until a column depends on those before it. The
// matrix is overwritten.
func (b *balancer) kernel(rows, columns int) ([]float64, bool) {
	m := b.matrix
	if cap(b.direction) < columns {
		b.direction = make([]float64, columns)
	}
	u := b.direction[:columns]
	for c := range columns {
		// Columns 0..c-1 are unit vectors in rows 0..c-1.
		best, at := rankTolerance, -1
		for r := c; r < rows; r++ {
			if v := math.Abs(m[r*columns+c]); v > best {
				best, at = v, r
			}
		}
		if at < 0 {
			clear(u)
			u[c] = 1
			for i := range c {
				u[i] = -m[i*columns+c]
			}
			return u, true
		}
		if at != c {
			for j := c; j < columns; j++ {
				m[at*columns+j], m[c*columns+j] = m[c*columns+j], m[at*columns+j]
			}
		}
		pivotRow := m[c*columns : (c+1)*columns]
		inverse := 1 / pivotRow[c]
		for j := c + 1; j < columns; j++ {
			pivotRow[j] *= inverse
		}
		for r := range rows {
			if r == c {
				continue
			}
			row := m[r*columns : (r+1)*columns]
			factor := row[c]
			if factor == 0 {
				continue
			}
			for j := c + 1; j < columns; j++ {
				row[j] -= float64(factor * pivotRow[j])
			}
		}
	}
	return nil, false
}

// step moves the probabilities of the units in play along a direction; at least one
// of them becomes 0 or 1. The expectation of each stays what it was.
func step(rng *rand.Rand, p []float64, units []int32, u []float64) {
	forward, backward := math.Inf(1), math.Inf(1)
	endForward, endBackward := -1, -1
	for i, row := range units {
		v := u[i]
		if v == 0 {
			continue
		}
		up, down := (1-p[row])/v, p[row]/v // how far to 1 and to 0, forward where v > 0
		if v < 0 {
			up, down = -down, -up
		}
		if up < forward {
			forward, endForward = up, i
		}
		if down < backward {
			backward, endBackward = down, i
		}
	}
	length, end := forward, endForward
	if float64(unit(rng)*(forward+backward)) < forward {
		length, end = -backward, endBackward
	}
	for i, row := range units {
		x := p[row] + float64(length*u[i])
		switch {
		case x < snap:
			x = 0
		case x > 1-snap:
			x = 1
		}
		p[row] = x
	}
	last := units[end]
	p[last] = math.Round(p[last])
}
