package calibrate

import "math"

// A basis holds columns, each row times the root of v, made orthonormal, so that
// what follows is as well-conditioned as the data allow: sqrt(v)·X = Q·R.
type basis struct {
	kept []int       // the columns that are in, in their order
	q    [][]float64 // one slice per kept column
	r    [][]float64 // r[j][a] for a <= j: column j = sum over a of q[a]·r[j][a]
	out  []dependent
}

// A dependent is a column that the kept ones before it determine.
type dependent struct {
	column int
	coef   []float64 // of the kept columns before it
}

// collinear is the share of a column's length that has to be left once the columns
// before it are taken out.
const collinear = 1e-8

// orthonormal runs Gram and Schmidt's process, twice for every column, which is
// enough (Giraud, Langou and Rozloznik 2005, Numerische Mathematik 101:87-100).
func orthonormal(columns [][]float64, v []float64) *basis {
	b := &basis{}
	root := make([]float64, len(v))
	for row := range v {
		root[row] = math.Sqrt(v[row])
	}
	for j, x := range columns {
		c := make([]float64, len(v))
		for row := range c {
			c[row] = root[row] * x[row]
		}
		length := norm(c)
		r := make([]float64, len(b.q)+1)
		for range 2 {
			for a, s := range b.takeOut(c) {
				r[a] += s
			}
		}
		left := norm(c)
		if left <= collinear*length {
			b.out = append(b.out, dependent{j, b.back(r[:len(b.q)])})
			continue
		}
		r[len(b.q)] = left
		for row := range c {
			c[row] /= left
		}
		b.kept, b.q, b.r = append(b.kept, j), append(b.q, c), append(b.r, r)
	}
	return b
}

// stretch is how many rows are worked on at a time, so that they stay in the nearest
// cache while all columns pass.
const stretch = 512

// takeOut makes c orthogonal to the basis and returns what it had of each column.
func (b *basis) takeOut(c []float64) []float64 {
	s := make([]float64, len(b.q))
	for from := 0; from < len(c); from += stretch {
		to := min(from+stretch, len(c))
		for a, q := range b.q {
			s[a] += dot(q[from:to], c[from:to])
		}
	}
	for from := 0; from < len(c); from += stretch {
		to := min(from+stretch, len(c))
		for a, q := range b.q {
			axpy(-s[a], q[from:to], c[from:to])
		}
	}
	return s
}

// forward solves R'y = x: a vector of the kept columns in terms of the basis.
func (b *basis) forward(x []float64) []float64 {
	y := make([]float64, len(x))
	for j := range y {
		s := x[j]
		for a := range j {
			s -= b.r[j][a] * y[a]
		}
		y[j] = s / b.r[j][j]
	}
	return y
}

// back solves R·c = y: the coefficients of the first kept columns.
func (b *basis) back(y []float64) []float64 {
	c := append([]float64(nil), y...)
	for j := len(c) - 1; j >= 0; j-- {
		c[j] /= b.r[j][j]
		for a := range j {
			c[a] -= b.r[j][a] * c[j]
		}
	}
	return c
}

// regression takes out of influence values what the columns predict.
type regression struct {
	basis   *basis
	columns [][]float64
	v       []float64
}

// residuals regresses twice: the second time takes out what rounding left.
func (p *regression) residuals(z []float64) ([]float64, error) {
	e := append([]float64(nil), z...)
	weighted := make([]float64, len(z))
	for range 2 {
		for row := range e {
			weighted[row] = math.Sqrt(p.v[row]) * e[row]
		}
		y := make([]float64, len(p.basis.q))
		for a, q := range p.basis.q {
			y[a] = dot(q, weighted)
		}
		for a, coef := range p.basis.back(y) {
			axpy(-coef, p.columns[p.basis.kept[a]], e)
		}
	}
	return e, nil
}

// dot adds up in four strands, which is faster and loses less.
func dot(x, y []float64) float64 {
	var a, b, c, d float64
	y = y[:len(x)]
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a += x[i] * y[i]
		b += x[i+1] * y[i+1]
		c += x[i+2] * y[i+2]
		d += x[i+3] * y[i+3]
	}
	for ; i < len(x); i++ {
		a += x[i] * y[i]
	}
	return (a + b) + (c + d)
}

func axpy(s float64, x, y []float64) {
	y = y[:len(x)]
	for i := range x {
		y[i] += s * x[i]
	}
}

// norm is the length of x; where squares overflow or vanish, it scales first.
func norm(x []float64) float64 {
	if s := dot(x, x); s > 1e-280 && s < 1e300 {
		return math.Sqrt(s)
	}
	largest := 0.0
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	if largest == 0 {
		return 0
	}
	s := 0.0
	for _, v := range x {
		s += (v / largest) * (v / largest)
	}
	return largest * math.Sqrt(s)
}
