package draw

import (
	"cmp"
	"slices"
)

// A Panel draws the samples of a survey that is repeated and replaces a part of its
// units each time (轮换样本). The frame is put in the order of its tickets and cut into
// rotation groups of equal size. One group begins in each period; it is asked in
// those periods that the rotation says. Each period's sample, seen for itself, is
// simple random without replacement. A Panel may be used by several goroutines.
type Panel struct {
	frame    *Frame
	rotation Rotation
	size     int
	draw     *Sample // all units by ticket
	earlier  []group // begun before period 0, by the period in which they are first asked
}

// A group is named by the period in which it begins; those that began before period
// 0 are first asked at their place in the rotation then.
type group struct{ begin, first int }

// NewPanel lays out a panel whose rotation groups have groupSize units each, so that
// every period asks r.Interviews()*groupSize. In period 0 the sample is complete
// already: it has groups at every interview of the rotation. Whom a period asks does
// not depend on how many periods follow, nor on the order of the frame.
//
// Errors: ErrInvalid for a wrong rotation or option or groups of no units;
// ErrTooMany with both numbers where the frame has too few units for period 0.
func NewPanel(f *Frame, r Rotation, groupSize int, seed Seed, o TicketOptions) (*Panel, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	if groupSize < 1 || groupSize > maxUnits {
		return nil, invalid("group size", "is %d and must be 1 to %d", groupSize, maxUnits)
	}
	p := &Panel{frame: f, rotation: slices.Clone(r), size: groupSize}
	for begin := 1 - r.Span(); begin < 0; begin++ {
		first := 0
		for r.Interview(first-begin) == 0 {
			first++ // ends: the last period of a rotation is one in
		}
		p.earlier = append(p.earlier, group{begin, first})
	}
	slices.SortFunc(p.earlier, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.begin, b.begin))
	})
	if p.Periods() == 0 {
		return nil, p.exhausted(0)
	}
	var err error
	p.draw, err = Tickets(f, f.Len(), seed, o)
	return p, err
}

// needed returns how many units have been asked at least once by the end of a period.
func (p *Panel) needed(period int) int64 {
	before, _ := slices.BinarySearchFunc(p.earlier, period+1, func(g group, first int) int { return cmp.Compare(g.first, first) })
	return (int64(before) + int64(period) + 1) * int64(p.size)
}

func (p *Panel) exhausted(period int) error {
	return &Error{Field: "period", Row: period, Want: int(min(p.needed(period), maxUnits)), Have: p.frame.Len(),
		Reason: "needs more units than the frame has", Err: ErrTooMany}
}

// Periods returns for how many periods the frame has fresh units enough.
func (p *Panel) Periods() int {
	low, high := 0, p.frame.Len()/p.size+1 // the first period without
	for low < high {
		if middle := (low + high) / 2; p.needed(middle) <= int64(p.frame.Len()) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// A Wave is one period's sample of a panel (一期).
type Wave struct {
	Period int `json:"period"`
	// Sample is listed by row. Its probabilities are n/N.
	Sample Sample `json:"sample"`
	// Interviews says for each of Sample.Units which of its interviews this is, from 1.
	Interviews []int `json:"interviews"`
	// Begins says for each of Sample.Units in which period its rotation group begins;
	// negative for a group that is older than the panel, whose first interviews did not
	// take place.
	Begins []int `json:"begins"`
}

// Wave returns the sample of a period, from 0 on.
//
// Errors: ErrInvalid for a negative period; ErrTooMany with both numbers for one from
// [Panel.Periods] on, as nobody is asked in two groups.
func (p *Panel) Wave(period int) (*Wave, error) {
	if period < 0 {
		return nil, invalid("period", "is %d and must not be negative", period)
	}
	if period >= p.Periods() {
		return nil, p.exhausted(period)
	}
	type member struct{ row, interview, begin int }
	var members []member
	add := func(begin, rank int) {
		if k := p.rotation.Interview(period - begin); k > 0 {
			for _, row := range p.draw.Units[rank*p.size : (rank+1)*p.size] {
				members = append(members, member{row, k, begin})
			}
		}
	}
	// Ranks go by the period in which a group is first asked, older groups first, so
	// that a longer panel only adds groups behind.
	for i, g := range p.earlier {
		if g.first <= period {
			add(g.begin, i+g.first)
		}
	}
	older := 0
	for begin := range period + 1 {
		for older < len(p.earlier) && p.earlier[older].first <= begin {
			older++
		}
		if begin > period-p.rotation.Span() {
			add(begin, begin+older)
		}
	}
	slices.SortFunc(members, func(a, b member) int { return cmp.Compare(a.row, b.row) })
	w := &Wave{Period: period, Sample: *p.draw, Interviews: make([]int, len(members)), Begins: make([]int, len(members))}
	w.Sample.Design, w.Sample.Order = DesignPanel, OrderRow
	w.Sample.Units = make([]int, len(members))
	w.Sample.Probabilities = constant(float64(len(members))/float64(p.frame.Len()), len(members))
	for i, m := range members {
		w.Sample.Units[i], w.Interviews[i], w.Begins[i] = m.row, m.interview, m.begin
	}
	return w, nil
}
