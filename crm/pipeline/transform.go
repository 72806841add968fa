package pipeline

import "math"

// transform is the discrete Fourier transform of one length, a power of two, with the
// sign of exp(+2 pi i jk/n) and without a factor. It is Stockham's form, which needs no
// reordering (Cochran et al. 1967, Proceedings of the IEEE 55:1664-1674).
type transform struct {
	n     int
	turns []complex128 // exp(2 pi i k / n) for k below n/2
}

func newTransform(n int) transform {
	t := transform{n: n, turns: make([]complex128, max(1, n/2))}
	t.turns[0] = 1
	for h := 1; h < n/2; h *= 2 {
		sin, cos := math.Sincos(2 * math.Pi * float64(h) / float64(n))
		for k, w := range t.turns[:h] {
			t.turns[h+k] = w * complex(cos, sin)
		}
	}
	return t
}

// do transforms batch sequences at once: element k of sequence q is x[k*batch+q]. The
// result lies in the first of the two slices returned, which are x and room in one order
// or the other.
func (t transform) do(x, room []complex128, batch int) (result, other []complex128) {
	for n, s := t.n, batch; n > 1; n, s = n/2, s*2 {
		half := n / 2 * s
		if s == 1 { // the loop below, without its inner one
			x, u, to := x[:half], x[half:][:half], room[:2*half]
			for p, w := range t.turns[:half] {
				v, u := x[p], u[p]
				to[2*p], to[2*p+1] = v+u, (v-u)*w
			}
		}
		for p := 0; s > 1 && p < n/2; p++ {
			w := t.turns[p*(t.n/n)]
			a, b := x[p*s:][:s], x[half+p*s:][:s]
			sum, difference := room[2*p*s:][:s], room[(2*p+1)*s:][:s]
			for q, v := range a {
				u := b[q]
				sum[q] = v + u
				difference[q] = (v - u) * w
			}
		}
		x, room = room, x
	}
	return x, room
}
