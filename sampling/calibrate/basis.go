package calibrate

import "math"

// A basis says how columns, each row times the root of v, are made orthonormal, so
// that what follows is as well-conditioned as the data allow: sqrt(v)·X = Q·R. Q,
// which is as large as the data, is not kept.
type basis struct {
	kept []int       // the columns that are in, in their order
	r    [][]float64 // r[j][a] for a <= j: kept column j = sum over a of q[a]·r[j][a]
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

// stretch is how many rows are worked on at a time, so that they stay in the nearest
// cache while all columns pass.
const stretch = 512

// orthonormal goes over the rows once for the triangle of all columns, which has
// their lengths and angles, and finds out from that which of them are needed: by
// Gram and Schmidt's process, twice for every column, which is enough (Giraud,
// Langou and Rozloznik 2005, Numerische Mathematik 101:87-100).
func orthonormal(columns [][]float64, v []float64) *basis {
	b := &basis{}
	var q [][]float64
	for j, c := range newTriangle(columns, v) {
		length := norm(c)
		r := make([]float64, len(q)+1)
		for range 2 {
			for a := range q {
				s := dot(q[a], c)
				r[a] += s
				axpy(-s, q[a], c)
			}
		}
		left := norm(c)
		if left <= collinear*length {
			b.out = append(b.out, dependent{j, b.back(r[:len(q)])})
			continue
		}
		r[len(q)] = left
		for i := range c {
			c[i] /= left
		}
		b.kept, b.r, q = append(b.kept, j), append(b.r, r), append(q, c)
	}
	return b
}

// A triangle has, for every column, its coordinates in an orthonormal basis of
// itself and the columns before it; those behind the diagonal are 0.
type triangle [][]float64

// newTriangle returns the triangle of the columns times the root of v, by
// Householder's reflections, a stretch of rows at a time (Demmel, Grigori, Hoemmen
// and Langou 2012, SIAM Journal on Scientific Computing 34:A206-A239).
func newTriangle(columns [][]float64, v []float64) triangle {
	t, block := make(triangle, len(columns)), make([][]float64, len(columns))
	for j := range t {
		t[j], block[j] = make([]float64, len(columns)), make([]float64, stretch)
	}
	for from := 0; from < len(v); from += stretch {
		weighted(block, columns, v, from)
		t.absorb(block)
	}
	return t
}

// weighted sets a block to the rows from from on, times the root of v. The last
// block is shorter.
func weighted(block, columns [][]float64, v []float64, from int) {
	to := min(from+stretch, len(v))
	var root [stretch]float64
	for i, s := range v[from:to] {
		root[i] = math.Sqrt(s)
	}
	for j, x := range columns {
		block[j] = block[j][:to-from]
		for i, value := range x[from:to] {
			block[j][i] = root[i] * value
		}
	}
}

// absorb reflects a block of rows into the triangle and destroys it.
func (t triangle) absorb(block [][]float64) {
	for j, b := range block {
		size := norm(b)
		if size == 0 {
			continue
		}
		old := t[j][j]
		diagonal := -math.Copysign(math.Hypot(old, size), old)
		for i := range b {
			b[i] /= old - diagonal
		}
		share := (diagonal - old) / diagonal
		for k := j + 1; k < len(t); k++ {
			s := share * (t[k][j] + dot(b, block[k]))
			t[k][j] -= s
			axpy(-s, b, block[k])
		}
		t[j][j] = diagonal
	}
}

// orthogonal replaces a block of the kept columns, weighted, by the same rows of Q.
func (b *basis) orthogonal(block [][]float64) {
	for j, q := range block {
		for a := range j {
			axpy(-b.r[j][a], block[a], q)
		}
		for i := range q {
			q[i] /= b.r[j][j]
		}
	}
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
