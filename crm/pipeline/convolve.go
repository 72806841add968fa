package pipeline

// negligible is the mass at either end of a distribution that is left out each time
// something is added. Even a hundred thousand times that is far below the tie of a
// quantile, and without it the arithmetic would crawl through denormal numbers.
const negligible = 1e-18

// window is the part of a distribution on 0, 1, 2, ... without its negligible ends: p[i] is
// the probability of low + i.
type window struct {
	low int
	p   []float64
}

// add adds an independent variable that takes the value by[i].at with the probability
// by[i].p. Spare is memory to use; what w had becomes spare.
func (w *window) add(by []atom, spare *[]float64) {
	top := by[len(by)-1].at
	n := len(w.p) + top
	out := (*spare)[:0]
	if cap(out) < n {
		out = make([]float64, 0, 2*n)
	}
	out = out[:n]
	clear(out)
	for len(by) >= 4 && by[3].at-by[0].at < len(w.p) {
		addFour(out, w.p, [4]atom(by))
		by = by[4:]
	}
	for _, a := range by {
		addScaled(out[a.at:], w.p, a.p)
	}
	*spare, w.p = w.p[:0], out
	w.trim(negligible)
}

// addScaled adds p times f to the beginning of out.
func addScaled(out, f []float64, p float64) {
	out = out[:len(f)]
	for i, x := range f {
		out[i] += p * x
	}
}

// addFour is addScaled for four atoms, each at its place; the first and the last
// overlap. Where all four do, one pass over out serves them.
func addFour(out, f []float64, by [4]atom) {
	n := len(f) - (by[3].at - by[0].at) // cells that all four reach
	for _, a := range by {
		before := by[3].at - a.at
		addScaled(out[a.at:], f[:before], a.p)
		addScaled(out[a.at+before+n:], f[before+n:], a.p)
	}
	to := out[by[3].at:][:n]
	f0, f1, f2, f3 := f[by[3].at-by[0].at:][:n], f[by[3].at-by[1].at:][:n], f[by[3].at-by[2].at:][:n], f[:n]
	p0, p1, p2, p3 := by[0].p, by[1].p, by[2].p, by[3].p
	for i := range to {
		to[i] += (p0*f0[i] + p1*f1[i]) + (p2*f2[i] + p3*f3[i])
	}
}

// addTwo is add for one that is 0 with q and at with p, in one pass.
func (w *window) addTwo(at int, p float64, spare *[]float64) {
	q := 1 - p
	m := len(w.p)
	out := (*spare)[:0]
	if cap(out) < m+at {
		out = make([]float64, 0, 2*(m+at))
	}
	out = out[:m+at]
	if at >= m {
		for i, f := range w.p {
			out[i] = q * f
		}
		clear(out[m:at])
		for i, f := range w.p {
			out[at+i] = p * f
		}
	} else {
		for i, f := range w.p[:at] {
			out[i] = q * f
		}
		mid, shifted := out[at:m], w.p[:m-at]
		same := w.p[at:m]
		for i := range mid {
			mid[i] = q*same[i] + p*shifted[i]
		}
		for i, f := range w.p[m-at:] {
			out[m+i] = p * f
		}
	}
	*spare, w.p = w.p[:0], out
	w.trim(negligible)
}

// trim leaves out the ends of less than a mass.
func (w *window) trim(least float64) {
	from, to := 0, len(w.p)
	for mass := w.p[from]; mass < least; mass += w.p[from] {
		from++
	}
	for mass := w.p[to-1]; mass < least; mass += w.p[to-1] {
		to--
	}
	w.low += from
	w.p = w.p[from:to]
}

// atom is a value on the lattice with its probability; lists of them rise.
type atom struct {
	at int
	p  float64
}
