package draw

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// sumTolerance is how far the sum of n probabilities may lie from an integer, for
// each expected unit and at least once: what rounding leaves of n·x/Σx.
const sumTolerance = 1e-9

// inclusion holds checked probabilities, apart by what they leave open.
type inclusion struct {
	all     []float64 // as given
	p       []float64 // those strictly between 0 and 1
	open    []int32   // their rows, nil where these are all rows
	certain int       // number of rows with probability 1
	size    int       // number of rows drawn where the sum is an integer, else -1
}

// draws returns how many of the open rows are drawn at fixed size.
func (p *inclusion) draws() int { return p.size - p.certain }

// checkUnequal refuses a value outside [0, 1] and, where fixed, a sum that is
// no integer. It keeps the slice.
func checkUnequal(field string, values []float64, fixed bool) (*inclusion, error) {
	if len(values) > maxUnits {
		return nil, invalid(field, "are more than %d", maxUnits)
	}
	open, certain := 0, 0
	for i, v := range values {
		switch {
		case v > 0 && v < 1:
			open++
		case v == 1:
			certain++
		case v != 0:
			return nil, invalidRow(i, field, "must be in [0, 1]")
		}
	}
	p := &inclusion{all: values, p: values, certain: certain, size: -1}
	if open < len(values) {
		p.p, p.open = make([]float64, 0, open), make([]int32, 0, open)
		for i, v := range values {
			if v > 0 && v < 1 {
				p.p = append(p.p, v)
				p.open = append(p.open, int32(i))
			}
		}
	}
	sum := blockSum(p.p)
	whole := math.Round(sum)
	if math.Abs(sum-whole) <= sumTolerance*max(1, whole) {
		p.size = certain + int(whole)
	} else if fixed {
		return nil, invalid(field, "add up to %.9g and must add up to an integer in a design of fixed size", sum+float64(certain))
	}
	if p.size >= 0 && fixed && open > 0 && (p.draws() == 0 || p.draws() == open) {
		// All of them are within the tolerance of 0 or 1, and a fixed size cannot keep
		// them apart.
		return nil, invalidRow(p.row(0), field, "differs from 0 or 1 by less than a fixed size can express")
	}
	return p, nil
}

// sumBlock is how many numbers are added up before the sum is compensated.
const sumBlock = 128

// blockSum adds up without compensation in blocks and compensates over them: the
// relative error is some 1e-14 for any number of positive terms, at the price of a
// plain loop.
func blockSum(x []float64) float64 {
	var sum numeric.Sum
	for len(x) > 0 {
		block := x[:min(sumBlock, len(x))]
		x = x[len(block):]
		a, b := 0.0, 0.0
		for len(block) >= 2 {
			a += block[0]
			b += block[1]
			block = block[2:]
		}
		if len(block) > 0 {
			a += block[0]
		}
		sum.Add(a + b)
	}
	return sum.Value()
}

// row returns the row of the i-th open one.
func (p *inclusion) row(i int) int {
	if p.open == nil {
		return i
	}
	return int(p.open[i])
}

// rowsOpen returns the rows of all open ones.
func (p *inclusion) rowsOpen() []int32 {
	if p.open != nil {
		return p.open
	}
	rows := make([]int32, len(p.p))
	for i := range rows {
		rows[i] = int32(i)
	}
	return rows
}

// rows merges the certain rows with the open ones whose places were chosen, in
// ascending order. chosen has one flag for each open row.
func (p *inclusion) rows(chosen []bool, count int) []int {
	rows := make([]int, 0, p.certain+count)
	if p.certain == 0 {
		for i, c := range chosen {
			if c {
				rows = append(rows, p.row(i))
			}
		}
		return rows
	}
	next := 0
	for row, v := range p.all {
		switch {
		case next < len(p.open) && int(p.open[next]) == row:
			if chosen[next] {
				rows = append(rows, row)
			}
			next++
		case v == 1:
			rows = append(rows, row)
		}
	}
	return rows
}
