package calibrate

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// A Margin is a classification of the rows with the population's count of every
// category.
type Margin struct {
	// Name identifies the margin in results and errors: not empty, and different
	// for each margin of a call.
	Name string `json:"name"`
	// Labels is the category of every row, as raw text. An empty label is a
	// missing one and refused: give it a category of its own, or drop the row.
	Labels []string `json:"labels"`
	// Totals is the population's count, or any other size, of every category:
	// finite and not negative. Categories of the sample and of the totals must be
	// the same; only a total of 0 may lack rows.
	Totals map[string]float64 `json:"totals"`
}

// Validate reports everything that is wrong with the margin alone: its name, its
// labels, its totals, and categories that only one side has.
func (m Margin) Validate() error {
	factors, missing := intern(m.Labels)
	_, err := m.resolve(factors[0], missing[0])
	return err
}

// resolve returns the total of every level of the interned labels.
func (m Margin) resolve(f factor, missing int) ([]float64, error) {
	var errs []error
	report := func(field string, row int, category, format string, args ...any) {
		errs = append(errs, &Error{Field: field, Row: row, Margin: m.Name, Category: category,
			Reason: fmt.Sprintf(format, args...), Err: ErrInvalid})
	}
	if m.Name == "" {
		report("margins", -1, "", "a margin has no name")
	}
	if len(m.Totals) == 0 {
		report("totals", -1, "", "no totals")
	}
	if missing >= 0 {
		report("labels", missing, "", "missing label")
		return nil, errors.Join(errs...)
	}
	totals := make([]float64, len(f.levels))
	for code, level := range f.levels {
		total, ok := m.Totals[level]
		switch {
		case !ok:
			report("totals", f.first[code], level, "in the sample and without a total")
		case total == 0:
			report("totals", f.first[code], level, "in the sample and with a total of 0")
		}
		totals[code] = total
	}
	present := make(map[string]bool, len(f.levels))
	for _, level := range f.levels {
		present[level] = true
	}
	for _, category := range slices.Sorted(maps.Keys(m.Totals)) {
		total := m.Totals[category]
		switch {
		case category == "":
			report("totals", -1, "", "a total for an empty label")
		case math.IsNaN(total) || math.IsInf(total, 0) || total < 0:
			report("totals", -1, category, "a total that is negative or not finite")
		case total > 0 && !present[category]:
			report("totals", -1, category, "a total and no row in the sample: merge it with another category")
		}
	}
	return totals, errors.Join(errs...)
}

// sum returns the size of the population as the margin has it.
func (m Margin) sum() float64 {
	var s numeric.Sum
	for _, category := range slices.Sorted(maps.Keys(m.Totals)) {
		s.Add(m.Totals[category])
	}
	return s.Value()
}

// Indicators returns one auxiliary variable per category of the margin, 1 in its
// rows and 0 elsewhere, in byte order of the categories, so that [Calibrate] can
// hold counts and totals of numbers together. Its name is margin=category.
// Categories with a total of 0, which have no rows, are left out.
//
// The columns of a margin add up to a constant: those of two margins are collinear
// by one column, and Options.DropCollinear leaves it out.
//
// A column takes 8 bytes per row and category; Options.Margins gives the same
// weights without them.
func Indicators(m Margin) ([]Auxiliary, error) {
	factors, missing := intern(m.Labels)
	f := factors[0]
	totals, err := m.resolve(f, missing[0])
	if err != nil {
		return nil, err
	}
	order := inByteOrder(f.levels)
	columns := make([]Auxiliary, len(order))
	place := make([]int, len(order))
	for i, code := range order {
		place[code] = i
		columns[i] = Auxiliary{Name: m.column(f.levels[code]), Total: totals[code], Values: make([]float64, len(f.codes))}
	}
	for row, code := range f.codes {
		columns[place[code]].Values[row] = 1
	}
	return columns, nil
}

// column returns the name of a category's column.
func (m Margin) column(category string) string { return m.Name + "=" + category }

// inByteOrder returns the codes of levels, which are all different, in byte order of
// the levels.
func inByteOrder(levels []string) []int {
	order := make([]int, len(levels))
	for code := range order {
		order[code] = code
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(levels[a], levels[b]) })
	return order
}

// checkWeights refuses weights that no design has.
func checkWeights(weights []float64, rows int) error {
	if len(weights) != rows {
		return invalid("weights", "%d weights for %d rows", len(weights), rows)
	}
	positive := false
	for row, w := range weights {
		if !(w >= 0) || w > math.MaxFloat64 {
			return invalidRow("weights", row, "a weight that is missing, negative or not finite")
		}
		positive = positive || w > 0
	}
	if !positive {
		return &Error{Field: "weights", Row: -1, Reason: "no row has a weight above 0", Err: ErrInsufficientData}
	}
	return nil
}
