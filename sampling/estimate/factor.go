package estimate

import (
	"cmp"
	"slices"
	"strconv"
)

// A Factor is a column of labels, interned: for every row a code, for every code
// a level. It is made once by [Labels] or [Codes] and read by everything that
// needs strata, clusters or groups. The zero Factor is no column.
type Factor struct {
	codes  []int32
	levels []string
}

// Labels interns a column of labels, one per row, in one pass. Levels are in byte
// order, whatever the order of the rows. The empty label is a level like any other.
func Labels(labels []string) Factor {
	codes, levels := intern(labels)
	return Factor{codes, levels}
}

// Codes makes a factor of whole numbers, one per row. Levels are in numerical
// order, and their labels are the numbers in decimal.
func Codes[T ~int | ~int8 | ~int16 | ~int32 | ~int64](numbers []T) Factor {
	codes, levels := intern(numbers)
	labels := make([]string, len(levels))
	for i, level := range levels {
		labels[i] = strconv.FormatInt(int64(level), 10)
	}
	return Factor{codes, labels}
}

// Len returns the number of rows.
func (f Factor) Len() int { return len(f.codes) }

// Levels returns the labels of the levels in their order. The slice is a copy.
func (f Factor) Levels() []string { return slices.Clone(f.levels) }

// Code returns the code of a row: its level's place in [Factor.Levels]. It panics
// outside 0 <= row < Len, as an index does.
func (f Factor) Code(row int) int { return int(f.codes[row]) }

// Is returns for every row whether it has this level; all false for a label that
// is none. It is the form that domains and proportions take.
func (f Factor) Is(level string) []bool {
	in := make([]bool, len(f.codes))
	code := int32(slices.Index(f.levels, level))
	for i, c := range f.codes {
		in[i] = c == code
	}
	return in
}

// intern returns the distinct values in their order and for every value its place
// among them. Runs of equal values, the common case in files, cost a comparison.
func intern[T cmp.Ordered](values []T) (codes []int32, levels []T) {
	codes = make([]int32, len(values))
	known := make(map[T]int32)
	var last T
	code := int32(-1)
	for i, value := range values {
		if code < 0 || value != last {
			var ok bool
			if code, ok = known[value]; !ok {
				code = int32(len(levels))
				known[value] = code
				levels = append(levels, value)
			}
			last = value
		}
		codes[i] = code
	}
	first := levels
	levels = slices.Sorted(slices.Values(levels))
	if slices.Equal(first, levels) {
		return codes, levels
	}
	place := make([]int32, len(first))
	for to, value := range levels {
		place[known[value]] = int32(to)
	}
	for i, c := range codes {
		codes[i] = place[c]
	}
	return codes, levels
}
