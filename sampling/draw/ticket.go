package draw

import (
	"cmp"
	"math"

	"github.com/guanxi-go/guanxi/internal/ticket"
)

// TicketOptions of the draws by ticket. The zero value has no label and begins at 0.
//
// A unit's ticket is the first 16 bytes of HMAC-SHA-256(seed, "guanxi/draw/v1",
// label, id), each field preceded by its length in bytes as four bytes, big-endian.
// As a fraction of 2^128 it is the unit's permanent random number, uniform in
// [0, 1), and its own for ever.
type TicketOptions struct {
	// Label separates what is drawn under one seed: under other labels the same ids
	// have other tickets, unrelated to these. Draws that are to be coordinated have
	// one seed and one label. At most 255 bytes of UTF-8 without NUL.
	Label string `json:"label,omitzero"`
	// Start, in [0, 1), is where on the circle of tickets the draw begins: the
	// smallest ticket is the first one from there on.
	Start float64 `json:"start,omitzero"`
}

// Tickets draws the n units with the smallest tickets (签号抽样). To whoever does not
// know the seed it is simple random sampling without replacement; with the seed
// anybody repeats it. The order of the frame has no influence, the draw of a larger
// n begins with that of a smaller one, and a unit that joins or leaves the frame
// changes nobody's place but by its own. Units are listed by ticket, equal tickets
// by id.
//
// Two draws with one seed, label and start have as many units in common as their
// sizes allow (positive coordination): a survey repeated on a changed frame keeps
// its units. With starts a and b the draws have few or none in common as long as
// n/N fits between a and b (negative coordination), so that nobody is asked twice
// (permanent random numbers: Ohlsson 1995).
//
// Errors: ErrInvalid for n < 0 or a wrong option, ErrTooMany with n and N for n > N.
func Tickets(f *Frame, n int, seed Seed, o TicketOptions) (*Sample, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if err := checkSize("n", n, f.n); err != nil {
		return nil, err
	}
	if err := o.validate(); err != nil {
		return nil, err
	}
	h := o.fill(f, seed)
	s := o.record(DesignTickets, f, seed)
	s.Units = rowsOf(h.smallest(h.rows, n))
	s.Probabilities = constant(float64(n)/float64(max(f.n, 1)), n)
	return s, nil
}

// StratifiedTickets draws in every stratum the units with the smallest tickets, as
// [Tickets] does from the whole frame; sizes are those of [Stratified], with its
// errors. A unit's ticket does not depend on its stratum, so that draws with
// different strata are coordinated too. Units are listed by ticket.
func StratifiedTickets(f *Frame, sizes map[string]int, seed Seed, o TicketOptions) (*Sample, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	want, err := perStratum(f.strata, f.strata.sizes(), sizes, "units")
	if err != nil {
		return nil, err
	}
	if err := o.validate(); err != nil {
		return nil, err
	}
	h := o.fill(f, seed)
	byStratum := make([][]keyed, len(want))
	for code, count := range f.strata.counts {
		byStratum[code] = make([]keyed, 0, count)
	}
	for _, k := range h.rows {
		code := f.strata.codes[k.row]
		byStratum[code] = append(byStratum[code], k)
	}
	drawn := h.rows[:0]
	for code, list := range byStratum {
		drawn = append(drawn, h.smallest(list, want[code])...)
	}
	drawn = h.smallest(drawn, len(drawn))
	s := o.record(DesignStratifiedTickets, f, seed)
	s.Units = rowsOf(drawn)
	s.Probabilities = make([]float64, len(drawn))
	for i, row := range s.Units {
		code := f.strata.codes[row]
		s.Probabilities[i] = float64(want[code]) / float64(f.strata.counts[code])
	}
	return s, nil
}

// PermanentNumbers returns each unit's permanent random number by row: its ticket,
// counted from the start, as a multiple of 2^-53 in [0, 1).
//
// Errors: ErrInvalid for a wrong option.
func PermanentNumbers(f *Frame, seed Seed, o TicketOptions) ([]float64, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if err := o.validate(); err != nil {
		return nil, err
	}
	numbers := make([]float64, f.n)
	for row, k := range o.fill(f, seed).rows {
		numbers[row] = float64(k.key>>11) * 0x1p-53
	}
	return numbers, nil
}

func (o TicketOptions) validate() error {
	if o.Label != "" && !validID(o.Label) {
		return invalid("label", "must be at most 255 bytes of UTF-8 without NUL")
	}
	if !(o.Start >= 0 && o.Start < 1) {
		return invalid("start", "must be in [0, 1)")
	}
	return nil
}

func (o TicketOptions) record(design Design, f *Frame, seed Seed) *Sample {
	return &Sample{Design: design, Seed: &seed, Label: o.Label, Frame: f.Hash(), FrameSet: f.SetHash(), FrameSize: f.Len(), Order: OrderTicket}
}

// A hat holds the rows of a frame with their tickets, counted from the start.
type hat struct {
	frame *Frame
	drum  *ticket.Drum
	start uint64
	rows  []keyed // the first half of the ticket, which decides but once in 2^64
}

func (o TicketOptions) fill(f *Frame, seed Seed) *hat {
	h := &hat{f, ticket.NewDrum(seed[:], "guanxi/draw/v1", o.Label), uint64(o.Start * 0x1p64), make([]keyed, f.n)}
	for row := range h.rows {
		h.rows[row] = keyed{h.drum.Of(f.ID(row)).High() - h.start, int32(row)} // modulo 2^64
	}
	return h
}

// smallest returns the n rows of a list with the smallest tickets, in order, and
// reorders the list. Tickets are uniform, so those below a little more than the n-th
// are found in one pass, and only they are sorted.
func (h *hat) smallest(list []keyed, n int) []keyed {
	if expected := float64(n) + 8*math.Sqrt(float64(n)) + 32; expected < float64(len(list)) {
		limit := uint64(expected / float64(len(list)) * 0x1p64)
		below := 0
		for i, k := range list {
			if k.key < limit {
				list[i], list[below] = list[below], k
				below++
			}
		}
		if below >= n {
			list = list[:below]
		}
	}
	sortKeyed(list, func(a, b int32) int {
		s, t := h.frame.ID(int(a)), h.frame.ID(int(b))
		return cmp.Or(h.drum.Of(s).Compare(h.drum.Of(t)), cmp.Compare(s, t))
	})
	return list[:n]
}

func rowsOf(list []keyed) []int {
	rows := make([]int, len(list))
	for i, st := range list {
		rows[i] = int(st.row)
	}
	return rows
}
