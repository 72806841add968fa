package calibrate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Calibrate returns weights with which the auxiliary variables, and the margins of
// the options, add up to their totals, as near to the given weights as the method
// measures it:
//
//	g = F(x'λ/variance), weight = g · design weight, with Σ weight·x = total.
//
// The errors are those of [NewCalibrator] and of [Calibrator.Calibrate].
//
// Source: Deville and Sarndal 1992.
func Calibrate(weights []float64, auxiliaries []Auxiliary, o Options) (*Result, error) {
	c, err := NewCalibrator(auxiliaries, o)
	if err != nil {
		return nil, err
	}
	return c.Calibrate(weights)
}

// newton looks for λ, in the coordinates of the orthonormal basis.
type newton struct {
	*Calibrator
	units
	design []float64 // by unit
	v      []float64 // design weight / variance
	basis  *basis
	now    point
	// factored is the factor of the derivatives in terms of the basis: nil is the
	// identity, as it is at λ = 0, and for ever with the linear method.
	factored *mat.Cholesky
}

// A point is what one λ gives.
type point struct {
	lambda []float64
	g      []float64 // of every unit
	slope  []float64 // F' of every unit
	fit    []Fit
	worst  int
	step   []float64 // the miss of the kept totals, in terms of the basis
}

func newNewton(c *Calibrator, u units, weights []float64) *newton {
	n := &newton{Calibrator: c, units: u, design: u.sums(weights, nil), v: make([]float64, u.n)}
	for unit, d := range n.design {
		n.v[unit] = d / u.variance[unit]
	}
	n.basis = orthonormal(u.columns, n.v)
	return n
}

// drop deals with the columns that are not in the basis, and names them.
func (n *newton) drop() (names []string, err error) {
	for _, d := range n.basis.out {
		t := n.targets[d.column]
		if !n.o.DropCollinear && !t.ofMargin {
			return nil, &Error{Field: "auxiliaries", Row: -1, Margin: t.name, Err: ErrCollinear,
				Reason: "the variables before it determine it: leave it out or set DropCollinear"}
		}
		var total numeric.Sum
		largest := math.Abs(t.total)
		for i, coef := range d.coef {
			part := coef * n.targets[n.basis.kept[i]].total
			total.Add(part)
			largest = max(largest, math.Abs(part))
		}
		if math.Abs(total.Value()-t.total) > max(n.stop.accept, collinear)*largest {
			reason := fmt.Sprintf("the variables before it determine its total: %g and not %g", total.Value(), t.total)
			if total.Value() == 0 {
				reason = fmt.Sprintf("the rows that have a weight determine its total: 0 and not %g", t.total)
			}
			return nil, &Error{Field: "totals", Row: -1, Margin: t.name, Err: ErrConflict, Reason: reason}
		}
		names = append(names, t.name)
	}
	return names, nil
}

// solve takes Newton's steps, halved as long as they do not come nearer.
func (n *newton) solve() (steps int, err error) {
	n.now = n.at(make([]float64, len(n.basis.kept)))
	for {
		miss := n.now.fit[n.now.worst].Error
		if miss == 0 || miss <= n.stop.accept && !n.stop.polish {
			return steps, nil
		}
		next, nearer := n.next()
		if !nearer || steps == n.stop.most {
			if miss <= n.stop.accept {
				return steps, nil
			}
			return 0, n.failed()
		}
		n.now = next
		steps++
	}
}

// halvings is how often a step is halved before it is given up.
const halvings = 30

// next takes a step. Once the totals are met, the derivatives are those of the step
// before, and the whole step comes nearer or nothing does but rounding.
func (n *newton) next() (next point, nearer bool) {
	tries := halvings
	switch {
	case n.now.fit[n.now.worst].Error <= n.stop.accept:
		tries = 1
	case !n.plain() && norm(n.now.lambda) > 0:
		n.factored = n.factorise()
	}
	step := n.direction()
	here := norm(n.now.step)
	for range tries {
		lambda := append([]float64(nil), n.now.lambda...)
		axpy(1, step, lambda)
		next = n.at(lambda)
		if norm(next.step) < here {
			return next, true
		}
		for a := range step {
			step[a] /= 2
		}
	}
	return next, false
}

// direction returns the full step: the miss over the matrix of derivatives.
func (n *newton) direction() []float64 {
	if n.factored == nil {
		return append([]float64(nil), n.now.step...)
	}
	var step mat.VecDense
	// An error says that the matrix is nearly singular; the step is a direction all
	// the same, and next takes it only if it comes nearer.
	_ = n.factored.SolveVecTo(&step, mat.NewVecDense(len(n.now.step), n.now.step))
	return step.RawVector().Data
}

// factorise returns the factor of the derivatives, nil for the identity.
func (n *newton) factorise() *mat.Cholesky {
	h, chol := n.derivative(), &mat.Cholesky{}
	for ridge := 1e-10; !chol.Factorize(h); ridge *= 100 {
		// Too many rows sit at a bound: a little of the identity keeps the rest moving.
		if ridge > 1 {
			return nil
		}
		for a := range h.SymmetricDim() {
			h.SetSym(a, a, h.At(a, a)+ridge)
		}
	}
	return chol
}

// derivative returns Q'·F'·Q, a stretch of rows at a time.
func (n *newton) derivative() *mat.SymDense {
	k := len(n.basis.kept)
	h, block, kept := mat.NewSymDense(k, nil), make([][]float64, k), make([][]float64, k)
	for a, j := range n.basis.kept {
		block[a], kept[a] = make([]float64, stretch), n.columns[j]
	}
	var scaled [stretch]float64
	for from := 0; from < n.n; from += stretch {
		weighted(block, kept, n.v, from)
		n.basis.orthogonal(block)
		for a, qa := range block {
			for i, q := range qa {
				scaled[i] = q * n.now.slope[from+i]
			}
			for b := a; b < k; b++ {
				h.SetSym(a, b, h.At(a, b)+dot(scaled[:len(qa)], block[b]))
			}
		}
	}
	return h
}

// at evaluates one λ.
func (n *newton) at(lambda []float64) point {
	p := point{lambda: lambda, g: make([]float64, n.n), slope: make([]float64, n.n), fit: make([]Fit, len(n.targets))}
	coefs := n.basis.back(lambda)
	sums := make([]accumulator, len(n.targets))
	var buffer [stretch]float64
	for from := 0; from < n.n; from += stretch {
		to := min(from+stretch, n.n)
		u := p.slope[from:to]
		for a, j := range n.basis.kept {
			axpy(coefs[a], n.columns[j][from:to], u)
		}
		weights := buffer[:to-from]
		for i := range u {
			unit := from + i
			p.g[unit], u[i] = n.change(unit, u[i])
			weights[i] = n.design[unit] * p.g[unit]
		}
		for j := range sums {
			sums[j].add(weights, n.columns[j][from:to])
		}
	}
	miss := p.compare(n.targets, sums)
	kept := make([]float64, len(n.basis.kept))
	for i, j := range n.basis.kept {
		kept[i] = miss[j]
	}
	p.step = n.basis.forward(kept)
	return p
}

// change returns the g-weight of a unit and F' for x'λ. A unit of weight 0 has no
// part in anything.
func (n *newton) change(unit int, xl float64) (g, slope float64) {
	if n.design[unit] == 0 {
		return 1, 0
	}
	return n.curve.at(xl / n.variance[unit])
}

// compare sets the fit, and returns by how much the totals are missed.
func (p *point) compare(targets []target, sums []accumulator) (miss []float64) {
	miss = make([]float64, len(targets))
	for j, t := range targets {
		sum, size := sums[j].total()
		miss[j] = t.total - sum
		p.fit[j] = Fit{Name: t.name, Total: t.total, Achieved: sum}
		if miss[j] != 0 {
			p.fit[j].Error = math.Abs(miss[j] / max(math.Abs(t.total), 1e-6*size))
		}
		if !(p.fit[j].Error <= p.fit[p.worst].Error) {
			p.worst = j
		}
	}
	return miss
}

// An accumulator adds up products, compensated as in [cells.sums], and their
// absolute values: in two strands, as every addition waits for the one before.
type accumulator struct{ even, odd strand }

type strand struct{ sum, lost, size float64 }

func (s *strand) add(x float64) {
	t := s.sum + x
	b := t - s.sum
	s.lost += (s.sum - (t - b)) + (x - b)
	s.size += math.Abs(x)
	s.sum = t
}

func (a *accumulator) add(w, x []float64) {
	even, odd := a.even, a.odd
	x = x[:len(w)]
	i := 0
	for ; i+2 <= len(w); i += 2 {
		even.add(w[i] * x[i])
		odd.add(w[i+1] * x[i+1])
	}
	if i < len(w) {
		even.add(w[i] * x[i])
	}
	a.even, a.odd = even, odd
}

func (a *accumulator) total() (sum, size float64) {
	s := a.even
	s.add(a.odd.sum)
	return s.sum + (s.lost + a.odd.lost), a.even.size + a.odd.size
}

// projection returns what the calibration takes out of influence values.
func (n *newton) projection(weights []float64) *regression {
	p := &regression{units: n.units, basis: n.basis, design: n.design, weights: weights, v: n.v}
	if n.o.Residuals == Exact && !n.plain() {
		p.v = make([]float64, n.n)
		for unit, slope := range n.now.slope {
			p.v[unit] = n.v[unit] * slope
		}
		p.basis = orthonormal(n.columns, p.v)
	}
	return p
}

func (n *newton) failed() error {
	f := n.now.fit[n.now.worst]
	if math.IsNaN(f.Error) || math.IsInf(f.Error, 0) {
		return &Error{Field: "auxiliaries", Row: -1, Margin: f.Name, Err: ErrNotConverged, Reason: "sums of weight times value overflow"}
	}
	miss := f.Error
	if f.Achieved < f.Total {
		miss = -miss
	}
	return &Error{Field: "auxiliaries", Row: -1, Margin: f.Name, Miss: miss, Err: ErrNotConverged,
		Reason: fmt.Sprintf("no weights that the method permits were found: %g instead of %g", f.Achieved, f.Total)}
}
