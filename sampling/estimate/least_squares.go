package estimate

import "math"

// collinear is how little of a column, by length, may be left beside the columns
// before it.
const collinear = 1e-11

// factorise writes the columns, weighted with the design's and the working
// weights, as orthonormal columns times a triangle, by Gram and Schmidt's method
// done twice, which loses no digits.
//
// Source: Giraud, Langou and Rozloznik 2005, Computers and Mathematics with
// Applications 50:1069-1075.
func (m *model) factorise(work []float64) error {
	n, p := len(m.rows), len(m.x)
	if m.q == nil {
		m.root = make([]float64, n)
		m.q, m.r = make([][]float64, p), make([][]float64, p)
		for k := range p {
			m.q[k], m.r[k] = make([]float64, n), make([]float64, p)
		}
	}
	for i, w := range m.w {
		m.root[i] = math.Sqrt(w * work[i])
	}
	for k, q := range m.q {
		for i, root := range m.root {
			q[i] = root * m.x[k][i]
		}
		length := norm(q)
		for j := range k {
			m.r[j][k] = 0
		}
		for range 2 {
			for j := range k {
				along := dot(m.q[j], q)
				m.r[j][k] += along
				for i, v := range m.q[j] {
					q[i] -= along * v
				}
			}
		}
		rest := norm(q)
		if !(rest > collinear*length) {
			return invalid("column", "%d is a combination of those before it", k-m.constant)
		}
		m.r[k][k] = rest
		for i := range q {
			q[i] /= rest
		}
	}
	return nil
}

// solve returns the coefficients of the weighted least squares for y.
func (m *model) solve(y []float64) []float64 {
	out := make([]float64, len(m.q))
	for k, q := range m.q {
		var s twoSum
		for i, v := range q {
			s.add(v * m.root[i] * y[i])
		}
		out[k] = s.value()
	}
	m.back(out)
	return out
}

// back solves R x = v in place.
func (m *model) back(v []float64) {
	for k := len(v) - 1; k >= 0; k-- {
		for j := k + 1; j < len(v); j++ {
			v[k] -= m.r[k][j] * v[j]
		}
		v[k] /= m.r[k][k]
	}
}

// linear returns the linear predictor of a row.
func (m *model) linear(coefficients []float64, row int) float64 {
	sum := 0.0
	for k, b := range coefficients {
		sum += b * m.x[k][row]
	}
	return sum
}

// logistic sets work to p(1-p) and rest to y-p.
func (m *model) logistic(coefficients, work, rest []float64) {
	for r := range work {
		eta := m.linear(coefficients, r)
		small := math.Exp(-math.Abs(eta))
		work[r] = small / ((1 + small) * (1 + small))
		p := small / (1 + small)
		switch {
		case eta < 0 && m.y[r] == 0, eta >= 0 && m.y[r] == 1:
			rest[r] = p
		default:
			rest[r] = 1 - p
		}
		if m.y[r] == 0 {
			rest[r] = -rest[r]
		}
	}
}

// newton returns the step to the maximum of the likelihood and how much, by
// twice, the step would gain.
func (m *model) newton(work, rest []float64) (step []float64, decrement float64) {
	step = make([]float64, len(m.q))
	for k, q := range m.q {
		var s twoSum
		for i, v := range q {
			s.add(v * m.w[i] * rest[i] / m.root[i])
		}
		step[k] = s.value()
		decrement += step[k] * step[k]
	}
	m.back(step)
	return step, decrement
}

// rises reports whether a step does not lower the likelihood.
func (m *model) rises(coefficients, step []float64) bool {
	var gain twoSum
	for r, w := range m.w {
		eta := m.linear(coefficients, r)
		by := m.linear(step, r)
		gain.add(w * (m.y[r]*by - (softplus(eta+by) - softplus(eta))))
	}
	return gain.value() >= -1e-13*m.size
}

func dot(a, b []float64) float64 {
	var s twoSum
	for i, v := range a {
		s.add(v * b[i])
	}
	return s.value()
}

func norm(a []float64) float64 { return math.Sqrt(dot(a, a)) }
