package draw

// SystematicOptions of [Systematic].
type SystematicOptions struct {
	// Circular begins anywhere in the frame and goes on from its start after its end
	// (循环等距抽样), so that there are N possible samples, each of them once round.
	Circular bool `json:"circular,omitzero"`
}

// Systematic draws n units at equal distances in the order of the frame, from a
// random start (等距抽样). The interval N/n need not be a whole number: all
// arithmetic is in n-ths of a unit, in integers, so that exactly n different units
// come for any n up to N, and each unit's probability is exactly n/N. Units are
// listed by row.
//
// The order of the frame is part of the design: sorted by something that goes with
// what is asked, it stratifies; a period of the length of the interval ruins it.
// Pairs that never come together have joint probability 0, so the sample alone does
// not tell its variance.
//
// Errors: ErrInvalid for n < 0, ErrTooMany with n and N for n > N.
func Systematic(f *Frame, n int, src Source, o SystematicOptions) (*Sample, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if err := checkSize("n", n, f.n); err != nil {
		return nil, err
	}
	design := DesignSystematic
	if o.Circular {
		design = DesignCircular
	}
	rng, err := src.open(design, f.Hash())
	if err != nil {
		return nil, err
	}
	s := record(design, f, src)
	s.Units = make([]int, n)
	s.Probabilities = constant(float64(n)/float64(max(f.n, 1)), n)
	if n == 0 {
		return s, nil
	}
	start := int64(below(rng, uint64(f.n)))
	if o.Circular {
		circular(s.Units, start, int64(f.n))
	} else {
		linear(s.Units, start, int64(f.n))
	}
	return s, nil
}

// linear places the start, in n-ths of a unit, in the first interval. As start and i
// run through all values, start + i*size is each of 0..n*size-1 once, and n of these
// fall into each unit.
func linear(units []int, start, size int64) {
	n := int64(len(units))
	for i := range units {
		units[i] = int((start + int64(i)*size) / n)
	}
}

// circular goes round from a whole unit on. The steps past the end come first in
// the order of rows.
func circular(units []int, start, size int64) {
	n := int64(len(units))
	wrapped := 0 // steps i with start + i*size/n >= size
	for i := n - 1; i >= 0 && start+i*size/n >= size; i-- {
		wrapped++
	}
	for i := range units {
		step := (int64(i) + n - int64(wrapped)) % n
		units[i] = int((start + step*size/n) % size)
	}
}
