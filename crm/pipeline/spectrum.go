package pipeline

import (
	"math"
	"math/cmplx"
)

// Where thousands of deals meet a fine lattice, the distribution of their sum is
// computed from its characteristic function, the product of those of the deals
// (Hong 2013, Computational Statistics and Data Analysis 59:41-51, for the number of
// wins). Two things make that cheap. Outside a window that a tail bound gives there is
// nothing, so a transform of the window's length will do; and the function vanishes at
// nearly all frequencies, which is shown by a bound and not assumed.

const (
	tailLog   = 39.0  // -log of what may lie beyond either end of the window
	silentLog = 43.7  // -log of the absolute value below which a frequency adds nothing: 1e-19
	noise     = 1e-15 // the mass at either end that rounding may have put there
	refresh   = 64    // steps of a rotation after which it is computed anew
)

// part is a deal on the lattice: at is its amount in cells, and next how far that lies
// on the way to the next cell (see [group]).
type part struct {
	at      int
	next, p float64
}

// spectrum is the characteristic function of a sum of parts, at the frequencies that
// matter.
type spectrum struct {
	parts  []part
	low, n int // the window begins at the cell low and has n cells, the period
	size   int // a power of two that divides n, of the order of sd
	sd     float64
	k      []int        // frequencies 0..n/2 with a value, rising
	value  []complex128 // at these, the conjugate, of the sum less low
}

// newSpectrum finds the window.
func newSpectrum(parts []part) *spectrum {
	s := &spectrum{parts: parts}
	var mean, variance float64
	total, most := 0, 0
	for _, d := range parts {
		a := float64(d.at) + d.next
		mean += d.p * a
		variance += d.p*(1-d.p)*a*a + d.p*d.next*(1-d.next)
		most = max(most, d.at+1)
		total += d.at + 1
	}
	s.sd = math.Sqrt(variance)
	// Bernstein's inequality: no deal is further than most from its mean.
	b := tailLog * float64(most) / 3
	reach := b + math.Sqrt(b*b+2*tailLog*variance)
	s.low = max(0, int(mean-reach))
	wide := min(total, int(mean+reach)+1) - s.low + 1
	for s.size = 64; float64(s.size) < s.sd && s.size < wide; s.size *= 2 {
	}
	s.n = (wide + s.size - 1) / s.size * s.size
	return s
}

// search sets k to the frequencies at which the function may be above 1e-19.
//
// Of a deal with variance v and amount a, log|f(t)| <= -v (1 - cos ta), so log|f| of the
// sum is at most -B(t) with B(t) = sum of v (1 - cos ta). B at size frequencies, equally
// far apart, is one transform of the weights v, folded to as many cells; and between them
// sqrt(B) cannot fall faster than sd/sqrt(2), for it is the length of a vector whose parts
// are sqrt(2v) sin(ta/2).
func (s *spectrum) search() {
	weights := make([]complex128, s.size)
	var all float64
	for _, d := range s.parts {
		v := d.p * (1 - d.p)
		all += v
		weights[d.at%s.size] += complex(v*(1-d.next), 0)
		weights[(d.at+1)%s.size] += complex(v*d.next, 0)
	}
	bound, _ := newTransform(s.size).do(weights, make([]complex128, s.size), 1)
	apart := s.n / s.size
	slack := math.Pi / float64(s.size) * s.sd / math.Sqrt2
	least := (math.Sqrt(silentLog) + slack) * (math.Sqrt(silentLog) + slack)
	next := 0
	for i, b := range bound[:s.size/2+1] {
		if all-real(b) >= least {
			continue
		}
		for next = max(next, i*apart-apart/2); next <= min(s.n/2, i*apart+apart/2); next++ {
			s.k = append(s.k, next)
		}
	}
}

// evaluate multiplies the functions of all parts at the frequencies k, and leaves out
// those at which nothing is.
func (s *spectrum) evaluate() {
	step, now := make([]complex128, len(s.parts)), make([]complex128, len(s.parts))
	for i, d := range s.parts {
		step[i] = s.turn(1, d.at)
	}
	kept, last, since := s.k[:0], -2, 0
	for _, k := range s.k {
		if since++; k != last+1 || since == refresh {
			since = 0
			for i, d := range s.parts {
				now[i] = s.turn(k, d.at)
			}
		}
		last = k
		if f := s.product(now, s.turn(k, 1)); cmplx.Abs(f) >= 1e-19 {
			kept, s.value = append(kept, k), append(s.value, cmplx.Conj(f)*s.turn(k, s.low))
		}
		for i, w := range step {
			now[i] *= w
		}
	}
	s.k = kept
}

// product multiplies 1 - p + p u over the parts, where u is the part's turn or, between
// two cells, lies between that and the next.
func (s *spectrum) product(turns []complex128, one complex128) complex128 {
	f, sine := real(one)-1, imag(one)
	re, im := 1.0, 0.0
	for i := range s.parts {
		d, u := &s.parts[i], turns[i]
		// u (1 + next (one - 1)), in parts: the compiler does not see that it is finite.
		x, y := 1+d.next*f, d.next*sine
		a, b := 1-d.p+d.p*(real(u)*x-imag(u)*y), d.p*(real(u)*y+imag(u)*x)
		re, im = re*a-im*b, re*b+im*a
	}
	return complex(re, im)
}

// turn returns exp(2 pi i k a / n), of an angle that is reduced before it is rounded.
func (s *spectrum) turn(k, a int) complex128 {
	sin, cos := math.Sincos(2 * math.Pi * float64(int64(k)*int64(a)%int64(s.n)) / float64(s.n))
	return complex(cos, sin)
}

// invert returns the probabilities of the window's cells. With the frequencies folded
// to m, about as many as are there, the cells r, r + n/m, r + 2 n/m ... are one transform
// of length m; as they are real, a transform of complex numbers does two r at once.
func (s *spectrum) invert() []float64 {
	m := 1
	for m < s.size && m < 2*len(s.k) {
		m *= 2
	}
	const batch = 16
	rows := s.n / m
	fft := newTransform(m)
	folded, room := make([]complex128, m*batch), make([]complex128, m*batch)
	out := make([]float64, s.n)
	step, now := make([]complex128, len(s.k)), make([]complex128, len(s.k))
	for i, k := range s.k {
		step[i] = s.turn(k, 1)
	}
	for r := 0; r < rows; r += 2 * batch {
		for i, k := range s.k {
			now[i] = s.value[i] / complex(float64(s.n), 0) * s.turn(k, r)
		}
		clear(folded)
		for i, k := range s.k {
			up, down := folded[k%m*batch:][:batch], folded[(m-k%m)%m*batch:][:batch]
			mirrored := 1.0
			if k == 0 || 2*k == s.n {
				mirrored = 0
			}
			x, w := now[i], step[i]
			for q := range batch {
				y := x * w
				// x + i y, and its mirror image: that of the conjugates.
				up[q] += complex(real(x)-imag(y), imag(x)+real(y))
				down[q] += complex(mirrored*(real(x)+imag(y)), mirrored*(real(y)-imag(x)))
				x = y * w
			}
		}
		folded, room = fft.do(folded, room, batch)
		for i := range m {
			cells := out[i*rows+r : min((i+1)*rows, i*rows+r+2*batch)]
			for q, c := range folded[i*batch:][:len(cells)/2] {
				cells[2*q], cells[2*q+1] = max(0, real(c)), max(0, imag(c))
			}
			if last := len(cells) - 1; last%2 == 0 {
				cells[last] = max(0, real(folded[i*batch+last/2]))
			}
		}
	}
	return out
}

// distribution returns the window of the sum, and false where adding one part after the
// other, at so many steps, is less work.
func (s *spectrum) distribution(steps int) (window, bool) {
	if s.search(); 4*len(s.k)*len(s.parts) > steps {
		return window{}, false
	}
	s.evaluate()
	w := window{low: s.low, p: s.invert()}
	w.trim(noise)
	return w, true
}
