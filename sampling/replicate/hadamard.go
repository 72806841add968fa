package replicate

import "slices"

// Hadamard returns a Hadamard matrix of the smallest order of at least n that can
// be built from Sylvester's doubling and Paley's two constructions over prime
// fields, with its first row and column all 1: every two columns are orthogonal.
// Its elements are 1 and -1. Up to 100 these are all multiples of 4 but 52, 92 and
// 100, and 1 and 2. n from 1 to 16384; the error is ErrInvalid.
//
// Sources: Sylvester 1867; Paley 1933.
func Hadamard(n int) ([][]int8, error) {
	if n < 1 || n > maxOrder {
		return nil, invalid("replicates", "no Hadamard matrix for n = %d: 1 to %d", n, maxOrder)
	}
	for order := n; ; order++ {
		if h := construct(order); h != nil {
			normalize(h)
			return h, nil
		}
	}
}

// maxOrder limits a matrix to 268 MB. It is a power of two, so that there is one.
const maxOrder = 1 << 14

// construct returns a Hadamard matrix of exactly this order, or nil.
func construct(order int) [][]int8 {
	switch {
	case order == 1:
		return [][]int8{{1}}
	case order == 2:
		return [][]int8{{1, 1}, {1, -1}}
	case order%4 != 0:
		return nil
	}
	// Sylvester goes before Paley, for 8 has both and the doubled one is customary.
	if half := construct(order / 2); half != nil {
		return double(half)
	}
	if q := order - 1; q%4 == 3 && prime(q) {
		return paleyOne(q)
	}
	if q := order/2 - 1; q%4 == 1 && prime(q) {
		return paleyTwo(q)
	}
	return nil
}

// double is Sylvester's construction.
func double(h [][]int8) [][]int8 {
	n := len(h)
	d := square(2 * n)
	for i := range h {
		for j, x := range h[i] {
			d[i][j], d[i][j+n], d[i+n][j], d[i+n][j+n] = x, x, x, -x
		}
	}
	return d
}

// paleyOne returns I + S, where S borders the matrix of quadratic characters of
// differences, antisymmetric for q = 3 mod 4. The order is q+1.
func paleyOne(q int) [][]int8 {
	h := border(q, -1)
	for i := range h {
		h[i][i]++
	}
	return h
}

// paleyTwo replaces the elements of the symmetric bordered matrix of q = 1 mod 4 by
// blocks of two by two. The order is 2(q+1).
func paleyTwo(q int) [][]int8 {
	s := border(q, 1)
	h := square(2 * len(s))
	for i := range s {
		for j, x := range s[i] {
			block := [4]int8{x, x, x, -x}
			if i == j {
				block = [4]int8{1, -1, -1, -1}
			}
			h[2*i][2*j], h[2*i][2*j+1], h[2*i+1][2*j], h[2*i+1][2*j+1] = block[0], block[1], block[2], block[3]
		}
	}
	return h
}

// border returns the matrix of quadratic characters of i-j modulo q, with a row of
// ones above it, a column of ones times side before it and a zero at the corner.
func border(q int, side int8) [][]int8 {
	character := make([]int8, q)
	for i := 1; i < q; i++ {
		character[i] = -1
	}
	for i := 1; i < q; i++ {
		character[i*i%q] = 1
	}
	s := square(q + 1)
	for i := range q {
		s[0][i+1], s[i+1][0] = 1, side
		for j := range q {
			s[i+1][j+1] = character[(i-j+q)%q]
		}
	}
	return s
}

// normalize makes the first row and column all 1.
func normalize(h [][]int8) {
	for _, row := range h {
		if row[0] < 0 {
			for j := range row {
				row[j] = -row[j]
			}
		}
	}
	first := slices.Clone(h[0])
	for _, row := range h {
		for j := range row {
			row[j] *= first[j]
		}
	}
}

func square(n int) [][]int8 {
	all, h := make([]int8, n*n), make([][]int8, n)
	for i := range h {
		h[i] = all[i*n : (i+1)*n]
	}
	return h
}

func prime(n int) bool {
	for d := 2; d*d <= n; d++ {
		if n%d == 0 {
			return false
		}
	}
	return n > 1
}
