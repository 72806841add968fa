package markov

// SteadyState returns the share of time that the chain spends in each state in
// the long run, wherever it begins: the stationary distribution on its only
// closed class, 0 outside. A chain that moves in a fixed cycle has these shares
// on average, without settling.
//
// States that were neither entered nor left are no part of the chain and have 0.
// A state that was entered from another and never left is ErrInsufficientData: the
// future of those who are there is not known. Several closed classes are a
// [SeveralClosedError].
func (c *Chain) SteadyState() ([]float64, error) {
	for j := range c.n {
		for i := range c.n {
			if c.absent[j] && c.count[i*c.n+j] > 0 {
				return nil, c.unknownFrom(j)
			}
		}
	}
	classes := c.ClosedClasses()
	switch len(classes) {
	case 0:
		return nil, &Error{-1, "no transition was counted", ErrInsufficientData}
	case 1:
	default:
		return nil, &SeveralClosedError{classes}
	}
	class := classes[0]
	a := make([][]float64, len(class))
	for p, i := range class {
		a[p] = make([]float64, len(class))
		for q, j := range class {
			a[p][q] = float64(c.count[i*c.n+j])
		}
	}
	visits := gth(a)
	share := make([]float64, c.n)
	total := 0.0
	for p, i := range class {
		share[i] = visits[p] * float64(c.total[i])
		total += share[i]
	}
	for i := range share {
		share[i] /= total
	}
	return share, nil
}

// gth returns the stationary measure of the rates a, up to a factor, by the
// elimination of Grassmann, Taksar and Heyman (1985): states are taken out from
// the last, and their flow redirected. The diagonal is never used, so nothing is
// subtracted. For counts it is the share of each state divided by its row total.
// a is overwritten.
func gth(a [][]float64) []float64 {
	n := len(a)
	for k := n - 1; k > 0; k-- {
		out := 0.0
		for j := range k {
			out += a[k][j]
		}
		for i := range k {
			a[i][k] /= out
			for j := range k {
				a[i][j] += a[i][k] * a[k][j]
			}
		}
	}
	x := make([]float64, n)
	x[0] = 1
	for k := 1; k < n; k++ {
		for i := range k {
			x[k] += x[i] * a[i][k]
		}
		if x[k] > 1 { // keep the largest at 1, so that no product overflows
			for i := range k {
				x[i] /= x[k]
			}
			x[k] = 1
		}
	}
	return x
}
