package calibrate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Calibrate returns weights with which the auxiliary variables add up to their
// totals, as near to the given weights as the method measures it:
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

// Calibrate calibrates the weights, one per row, finite and not negative; a row of
// weight 0 keeps it. The error is ErrCollinear for a column that those before it
// determine, ErrConflict for one that was to be dropped and whose total is not
// theirs, ErrNotConverged where no g-weights between the bounds reproduce the
// totals, naming the variable that misses most, and ErrNegative.
func (c *Calibrator) Calibrate(weights []float64) (*Result, error) {
	if err := checkWeights(weights, c.rows); err != nil {
		return nil, err
	}
	columns, variance := c.columns(weights)
	v := make([]float64, c.rows)
	for row, d := range weights {
		v[row] = d / variance[row]
	}
	n := &newton{Calibrator: c, design: weights, variance: variance, all: columns, basis: orthonormal(columns, v)}
	dropped, err := n.drop()
	if err != nil {
		return nil, err
	}
	steps, err := n.solve()
	if err != nil {
		return nil, err
	}
	res := &Result{Weights: n.now.weights, Iterations: steps, Fit: n.now.fit, Dropped: dropped}
	for row, w := range res.Weights {
		if w < 0 && !c.o.AllowNegative {
			return nil, &Error{Field: "weights", Row: row, Err: ErrNegative,
				Reason: fmt.Sprintf("the linear method gives %.4g: set bounds or take another method, or AllowNegative", w)}
		}
	}
	res.changes(weights)
	p := &regression{basis: n.basis, columns: columns, v: v}
	if c.o.Residuals == Exact && !c.plain() {
		p.v = make([]float64, c.rows)
		for row := range v {
			p.v[row] = v[row] * n.now.slope[row]
		}
		p.basis = orthonormal(columns, p.v)
	}
	res.projection = p
	return res, nil
}

// plain reports whether F is 1+u everywhere.
func (c *Calibrator) plain() bool { return c.curve.method == Linear && !c.curve.bounded }

// columns returns the columns and variances that the g-weights are made of: the
// values, or their weighted means over the rows of a cluster.
func (c *Calibrator) columns(weights []float64) (columns [][]float64, variance []float64) {
	variance = c.o.Variance
	if variance == nil {
		variance = Constant(c.rows, 0).Values
	}
	columns = make([][]float64, len(c.aux))
	for j, a := range c.aux {
		columns[j] = a.Values
	}
	if c.clusters == nil {
		return columns, variance
	}
	by := cells{of: c.clusters.codes, n: len(c.clusters.levels)}
	size := by.sums(weights, nil)
	mean := func(x []float64, empty float64) []float64 {
		sum, m := by.sums(x, weights), make([]float64, len(x))
		for row, cluster := range by.of {
			m[row] = empty
			if size[cluster] > 0 {
				m[row] = sum[cluster] / size[cluster]
			}
		}
		return m
	}
	for j, a := range c.aux {
		columns[j] = mean(a.Values, 0)
	}
	return columns, mean(variance, 1)
}

// newton looks for λ, in the coordinates of the orthonormal basis.
type newton struct {
	*Calibrator
	design, variance []float64
	all              [][]float64
	basis            *basis
	now              point
}

// A point is what one λ gives.
type point struct {
	lambda  []float64
	weights []float64
	slope   []float64 // F' of every row
	fit     []Fit
	worst   int
	step    []float64 // the miss of the kept totals, in terms of the basis
}

// drop deals with the columns that are not in the basis, and names them.
func (n *newton) drop() (names []string, err error) {
	for _, d := range n.basis.out {
		a := n.aux[d.column]
		if !n.o.DropCollinear {
			return nil, &Error{Field: "auxiliaries", Row: -1, Margin: a.Name, Err: ErrCollinear,
				Reason: "the variables before it determine it: leave it out or set DropCollinear"}
		}
		var total numeric.Sum
		largest := math.Abs(a.Total)
		for i, coef := range d.coef {
			part := coef * n.aux[n.basis.kept[i]].Total
			total.Add(part)
			largest = max(largest, math.Abs(part))
		}
		if math.Abs(total.Value()-a.Total) > max(n.stop.accept, collinear)*largest {
			return nil, &Error{Field: "totals", Row: -1, Margin: a.Name, Err: ErrConflict,
				Reason: fmt.Sprintf("the variables before it determine its total: %g and not %g", total.Value(), a.Total)}
		}
		names = append(names, a.Name)
	}
	return names, nil
}

// solve takes Newton's steps, halved as long as they do not come nearer.
func (n *newton) solve() (steps int, err error) {
	n.now = n.at(make([]float64, len(n.basis.q)))
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

func (n *newton) next() (next point, nearer bool) {
	step := n.direction()
	here := norm(n.now.step)
	for range halvings {
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

// direction returns the full step: the miss over the matrix of derivatives, which
// in this basis is the identity at the start and for ever for the linear method.
func (n *newton) direction() []float64 {
	k := len(n.basis.q)
	if n.plain() {
		return append([]float64(nil), n.now.step...)
	}
	h := mat.NewSymDense(k, nil)
	scaled := make([]float64, n.rows)
	for a, qa := range n.basis.q {
		for row, q := range qa {
			scaled[row] = q * n.now.slope[row]
		}
		for b := a; b < k; b++ {
			h.SetSym(a, b, dot(scaled, n.basis.q[b]))
		}
	}
	var chol mat.Cholesky
	for ridge := 1e-10; !chol.Factorize(h); ridge *= 100 {
		// Too many rows sit at a bound: a little of the identity keeps the rest moving.
		if ridge > 1 {
			return append([]float64(nil), n.now.step...)
		}
		for a := range k {
			h.SetSym(a, a, h.At(a, a)+ridge)
		}
	}
	var step mat.VecDense
	// An error says that the matrix is nearly singular; the step is a direction all
	// the same, and next takes it only if it comes nearer.
	_ = chol.SolveVecTo(&step, mat.NewVecDense(k, n.now.step))
	return step.RawVector().Data
}

// at evaluates one λ.
func (n *newton) at(lambda []float64) point {
	p := point{lambda: lambda, weights: make([]float64, n.rows), slope: make([]float64, n.rows), fit: make([]Fit, len(n.aux))}
	u := p.slope
	for a, q := range n.basis.q {
		axpy(lambda[a], q, u)
	}
	for row, d := range n.design {
		if d == 0 {
			u[row] = 0
			continue
		}
		g, slope := n.curve.at(u[row] / math.Sqrt(d*n.variance[row]))
		p.weights[row], u[row] = d*g, slope
	}
	miss := make([]float64, len(n.aux))
	for j, a := range n.aux {
		var sum numeric.Sum
		size := 0.0
		for row, x := range n.all[j] {
			wx := p.weights[row] * x
			sum.Add(wx)
			size += math.Abs(wx)
		}
		miss[j] = a.Total - sum.Value()
		scale := math.Abs(a.Total)
		if small := 1e-6 * size; scale < small {
			scale = small
		}
		p.fit[j] = Fit{Name: a.Name, Total: a.Total, Achieved: sum.Value()}
		if miss[j] != 0 {
			p.fit[j].Error = math.Abs(miss[j] / scale)
		}
		if !(p.fit[j].Error <= p.fit[p.worst].Error) {
			p.worst = j
		}
	}
	kept := make([]float64, len(n.basis.kept))
	for i, j := range n.basis.kept {
		kept[i] = miss[j]
	}
	p.step = n.basis.forward(kept)
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
