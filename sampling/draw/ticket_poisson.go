package draw

import "github.com/guanxi-go/guanxi/internal/numeric"

// PoissonTickets draws every unit whose ticket lies less than its probability behind
// the start: Poisson sampling with permanent random numbers (永久随机数, Brewer, Early
// and Joyce 1972). Probabilities are by row, in [0, 1]. The size of the sample is
// random, their sum on average. Units are listed by ticket.
//
// Under one seed, label and start a unit whose probability grows from one survey to
// the next stays drawn; [ExpectedOverlap] says how many units two draws share.
//
// Errors: ErrInvalid for a wrong number of probabilities, for one that is none, by
// row, and for a wrong option.
func PoissonTickets(f *Frame, probabilities []float64, seed Seed, o TicketOptions) (*Sample, error) {
	if err := probabilityByRow(f, probabilities); err != nil {
		return nil, err
	}
	if err := o.validate(); err != nil {
		return nil, err
	}
	h := o.fill(f, seed)
	kept := h.rows[:0]
	for _, k := range h.rows {
		if float64(k.key>>11)*0x1p-53 < probabilities[k.row] {
			kept = append(kept, k)
		}
	}
	s := o.record(DesignPoissonTickets, f, seed)
	s.Units = rowsOf(h.smallest(kept, len(kept)))
	s.Probabilities = make([]float64, len(s.Units))
	for i, row := range s.Units {
		s.Probabilities[i] = probabilities[row]
	}
	return s, nil
}

// ExpectedOverlap returns the expected number of units that two draws by
// [PoissonTickets] under one seed and label have in common, from their probabilities
// by row and their starts a and b: the sum over all units of the length that the
// arcs [a, a+p) and [b, b+q) of the circle share.
//
// Errors: as PoissonTickets.
func ExpectedOverlap(f *Frame, p []float64, a float64, q []float64, b float64) (float64, error) {
	for _, side := range []struct {
		list  []float64
		start float64
	}{{p, a}, {q, b}} {
		if err := probabilityByRow(f, side.list); err != nil {
			return 0, err
		}
		if err := (TicketOptions{Start: side.start}).validate(); err != nil {
			return 0, err
		}
	}
	d := b - a
	if d < 0 {
		d++
	}
	var sum numeric.Sum
	for row := range p {
		// The second arc is [d, d+q) seen from a, and again one round earlier.
		sum.Add(max(0, min(p[row], d+q[row])-d))
		sum.Add(max(0, min(p[row], d-1+q[row])))
	}
	return sum.Value(), nil
}

// Overlap returns how many ids two samples have in common, in time linear in both;
// ids that come twice in one of them count once.
func Overlap(a, b []string) int {
	seen := make(map[string]bool, len(a))
	for _, id := range a {
		seen[id] = true
	}
	common := 0
	for _, id := range b {
		if seen[id] {
			common++
			seen[id] = false
		}
	}
	return common
}

func probabilityByRow(f *Frame, probabilities []float64) error {
	if err := f.check(); err != nil {
		return err
	}
	if len(probabilities) != f.n {
		return invalid("probabilities", "are %d for %d units", len(probabilities), f.n)
	}
	for row, p := range probabilities {
		if !(p >= 0 && p <= 1) {
			return invalidRow(row, "probabilities", "must be 0 to 1")
		}
	}
	return nil
}
