package cluster

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Model is a fitted partition: the scale of the features and the centers. It
// places customers who come later and is saved and loaded as JSON. It holds no
// personal data.
type Model struct {
	Scaling  Scaling
	Features []Feature
	Clusters []Cluster // ordered by their standardised centers, feature by feature
}

// Cluster is one group of rows.
type Cluster struct {
	// Center is the mean of each feature over the members, in original units.
	Center []float64 `json:"center"`
	// Standardised is the center in standardised units, where distances are taken.
	Standardised []float64 `json:"standardised"`
	// Size is the number of rows that were fitted into the cluster.
	Size int `json:"size"`
	// Inertia is the sum of squared distances of the members to the center, in
	// standardised units.
	Inertia float64 `json:"inertia"`
}

// Assign returns the cluster with the nearest center for each row of values,
// laid out as [Data].Values in the order of m.Features; on a tie the lowest
// numbered. For the rows of a converged [Fit] the answer is their label.
// A value that is NaN, infinite or beyond 2^490 is ErrInvalid with its feature
// and row, as is an incomplete row.
func (m *Model) Assign(values []float64) ([]int, error) {
	dims := len(m.Features)
	if err := m.check(values); err != nil {
		return nil, err
	}
	centers := make([]float64, 0, dims*len(m.Clusters))
	for _, c := range m.Clusters {
		centers = append(centers, c.Standardised...)
	}
	labels := make([]int, 0, len(values)/dims)
	z := make([]float64, dims)
	for row := range len(values) / dims {
		if err := m.standardise(z, values[row*dims:], row); err != nil {
			return nil, err
		}
		best, _, _ := nearest2(z, centers)
		labels = append(labels, best)
	}
	return labels, nil
}

// Distances returns the distance of one row to each center, in standardised
// units. A customer far from all of them belongs to none of the groups that the
// model knows. Errors are those of Assign.
func (m *Model) Distances(row []float64) ([]float64, error) {
	if err := m.check(row); err != nil {
		return nil, err
	}
	if len(row) != len(m.Features) {
		return nil, invalid("row", "%d values for %d features", len(row), len(m.Features))
	}
	z := make([]float64, len(row))
	if err := m.standardise(z, row, 0); err != nil {
		return nil, err
	}
	d := make([]float64, len(m.Clusters))
	for c, cluster := range m.Clusters {
		d[c] = math.Sqrt(distance2(z, cluster.Standardised))
	}
	return d, nil
}

// standardise sets z to the first row of values on the scale of the model.
func (m *Model) standardise(z, values []float64, row int) error {
	for j, f := range m.Features {
		z[j] = f.standardise(values[j])
		if math.Abs(z[j]) > maxMagnitude {
			return &Error{Field: f.Name, Row: row, Msg: "the value is more than 2^490 times the scale away", Err: ErrInvalid}
		}
	}
	return nil
}

// check refuses values that are no whole rows or not finite, and a model that
// was put together by hand and does not hold together.
func (m *Model) check(values []float64) error {
	if err := m.Validate(); err != nil {
		return err
	}
	if len(values)%len(m.Features) != 0 {
		return invalid("values", "%d values are no whole number of rows of %d features", len(values), len(m.Features))
	}
	names := make([]string, len(m.Features))
	for j, f := range m.Features {
		names[j] = f.Name
	}
	return fault.Join(badValues(names, values))
}
