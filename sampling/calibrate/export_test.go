package calibrate

// ByRow returns the calibrator with every row a unit of its own, from the same
// auxiliary variables, to compare with.
func (c *Calibrator) ByRow(auxiliaries []Auxiliary) *Calibrator {
	var margins *Raker
	if len(c.o.Margins) > 0 {
		margins, _ = NewRaker(c.o.Margins, RakeOptions{})
	}
	d := *c
	d.units = newUnits(margins, auxiliaries, c.o.Variance, c.rows, false)
	return &d
}

// Units returns how many units the rows make.
func (c *Calibrator) Units() int { return c.units.n }
