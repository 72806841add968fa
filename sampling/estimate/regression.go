package estimate

import "math"

// ModelOptions are the choices of [Design.Linear] and [Design.Logistic].
type ModelOptions struct {
	// NoIntercept leaves the constant out.
	NoIntercept bool `json:"no_intercept,omitzero"`
}

// A Model is a regression fitted to a sample, with the error of its coefficients
// that the design implies (回归). Each and Covariance are about the coefficients:
// the constant first, unless it was left out, then those of the columns. Their
// degrees of freedom are those of the design less the number of columns.
type Model struct {
	Estimates
	// Iterations is how often a logistic model was improved; 1 for a linear one.
	Iterations int `json:"iterations"`
}

// Linear fits y = constant + x[0] b[0] + x[1] b[1] + ... by least squares with the
// design's weights (线性回归). All columns have one value per row of the sample.
//
// Errors: [ErrInvalid] for a column of another length, an infinite value, by
// [MissingRefuse] a missing one, negative calibrated weights, and a column that is
// a combination of those before it, named by its place; [ErrNotEstimable] for no
// columns at all and for fewer rows than coefficients.
//
// Source: Fuller 1975, Sankhya C 37:117-132; Binder 1983, International
// Statistical Review 51:279-292.
func (d *Design) Linear(y []float64, x [][]float64, o ModelOptions) (Model, error) {
	m, err := d.newModel(y, x, o)
	if err != nil {
		return Model{}, err
	}
	work := make([]float64, len(m.rows))
	for r := range work {
		work[r] = 1
	}
	if err := m.factorise(work); err != nil {
		return Model{}, err
	}
	rest := append([]float64(nil), m.y...)
	coefficients := make([]float64, len(m.x))
	for range 2 { // the second time takes up what the first has rounded away
		for k, step := range m.solve(rest) {
			coefficients[k] += step
		}
		for r := range rest {
			rest[r] = m.y[r] - m.linear(coefficients, r)
		}
	}
	return d.finish(m, coefficients, rest, 1)
}

// maxIterations of a logistic model; where it has an answer, a dozen do.
const maxIterations = 40

// Logistic fits log(p/(1-p)) = constant + x[0] b[0] + ... for the probability p
// that a row is marked, by maximum likelihood with the design's weights
// (逻辑回归). It iterates until a step changes nothing that a float64 can show.
//
// Errors: those of [Design.Linear], and [ErrNotConverged] where the columns tell
// the marked rows from the others without exception, so that no finite
// coefficients are best.
//
// Source: Binder 1983, International Statistical Review 51:279-292.
func (d *Design) Logistic(y []bool, x [][]float64, o ModelOptions) (Model, error) {
	marks := make([]float64, len(y))
	for i, is := range y {
		if is {
			marks[i] = 1
		}
	}
	m, err := d.newModel(marks, x, o)
	if err != nil {
		return Model{}, err
	}
	coefficients := make([]float64, len(m.x))
	work, rest := make([]float64, len(m.rows)), make([]float64, len(m.rows))
	for iteration := 1; iteration <= maxIterations; iteration++ {
		m.logistic(coefficients, work, rest)
		if err := m.factorise(work); err != nil {
			return Model{}, err
		}
		step, decrement := m.newton(work, rest)
		for half := 0; half < 30 && !m.rises(coefficients, step); half++ {
			for k := range step {
				step[k] /= 2
			}
		}
		for k := range coefficients {
			coefficients[k] += step[k]
		}
		if decrement <= 1e-26*m.size {
			m.logistic(coefficients, work, rest)
			if err := m.factorise(work); err != nil {
				return Model{}, err
			}
			for r := range rest {
				rest[r] /= work[r]
			}
			return d.finish(m, coefficients, rest, iteration)
		}
	}
	return Model{}, &Error{Row: -1, Field: "logistic model", Err: ErrNotConverged,
		Reason: "has no finite coefficients: the columns tell the marked rows from the others"}
}

// A model is a regression at work on the rows that count.
type model struct {
	rows []int32
	w, y []float64
	x    [][]float64 // by column, the constant first
	size float64
	// constant is 1 with a constant, 0 without.
	constant int
	// The weighted columns are q times r, with orthonormal q.
	q    [][]float64
	r    [][]float64
	root []float64 // of weight times working weight
}

// newModel checks the columns and gathers the rows that count.
func (d *Design) newModel(y []float64, x [][]float64, o ModelOptions) (*model, error) {
	if len(y) != len(d.full) {
		return nil, invalid("values", "are not one per row of the sample")
	}
	columns := append([][]float64{y}, x...)
	for k, c := range x {
		if len(c) != len(y) {
			return nil, invalid("column", "%d is not one value per row of the sample", k)
		}
	}
	weights, err := d.observed(d.weights, columns...)
	if err != nil {
		return nil, err
	}
	if weights == nil {
		weights = d.weights
	}
	m := &model{}
	for i, w := range weights {
		if w < 0 {
			return nil, invalidRow(i, "weights", "are negative: a regression needs others")
		}
		if w > 0 {
			m.rows = append(m.rows, int32(i))
			m.w = append(m.w, w)
			m.y = append(m.y, y[i])
			m.size += w
		}
	}
	if !o.NoIntercept {
		ones := make([]float64, len(m.rows))
		for r := range ones {
			ones[r] = 1
		}
		m.x = append(m.x, ones)
		m.constant = 1
	}
	for _, c := range x {
		gathered := make([]float64, len(m.rows))
		for r, i := range m.rows {
			gathered[r] = c[i]
		}
		m.x = append(m.x, gathered)
	}
	if len(m.x) == 0 {
		return nil, notEstimable("columns", "are none, and there is no constant")
	}
	if len(m.rows) < len(m.x) {
		return nil, notEstimable("rows", "are fewer than the coefficients")
	}
	return m, nil
}

// finish makes the coefficients' covariance from the residuals that the last
// factorisation weighs.
func (d *Design) finish(m *model, coefficients, rest []float64, iterations int) (Model, error) {
	p := len(coefficients)
	u := make([][]float64, p)
	for k := range u {
		u[k] = make([]float64, len(d.full))
	}
	// The influence of a row is (X'WX)^-1 x rest, and that is R^-1 q rest by the
	// root of its weight.
	row := make([]float64, p)
	for r, i := range m.rows {
		for k := range row {
			row[k] = m.q[k][r] * rest[r] * m.root[r] / m.w[r]
		}
		m.back(row)
		for k := range row {
			u[k][i] = row[k]
		}
	}
	cov, err := d.covariance(p, func(lo, hi int, block [][]float64) {
		for k := range block {
			copy(block[k], u[k][lo:hi])
		}
	})
	if err != nil {
		return Model{}, err
	}
	out := Model{Estimates: Estimates{Covariance: cov}, Iterations: iterations}
	for k, b := range coefficients {
		se := math.Sqrt(cov[k][k])
		if math.IsNaN(b+se) || math.IsInf(b+se, 0) {
			return Model{}, invalid("values", "are too large for a regression")
		}
		out.Each = append(out.Each, Estimate{Value: b, SE: se, DF: d.df + 1 - p, Rows: len(m.rows), Size: m.size})
	}
	return out, nil
}
