package segment

import (
	"fmt"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Interval is a closed interval of scores, From to To.
type Interval struct {
	From uint8 `json:"from"`
	To   uint8 `json:"to"`
}

func (i Interval) overlaps(o Interval) bool { return i.From <= o.To && o.From <= i.To }

// Segment is a named box of score triples (客户细分): a customer belongs to it whose
// three scores lie in the three intervals.
type Segment struct {
	Name string   `json:"name"` // English
	Zh   string   `json:"zh"`   // Chinese
	R    Interval `json:"r"`
	F    Interval `json:"f"`
	M    Interval `json:"m"`
}

// DefaultSegments is the table of ten segments that RFM tools share, drawn on the
// grid of recency and frequency with five scores each; the value does not decide.
// It follows the grid of Putler (putler.com/rfm-analysis), which most scripts
// copy; it is a convention, not a finding, and meant to be replaced.
func DefaultSegments() []Segment {
	all := Interval{1, DefaultBins}
	return []Segment{
		{"Champions", "冠军客户", Interval{5, 5}, Interval{4, 5}, all},
		{"Loyal Customers", "忠诚客户", Interval{3, 4}, Interval{4, 5}, all},
		{"Potential Loyalists", "潜在忠诚客户", Interval{4, 5}, Interval{2, 3}, all},
		{"New Customers", "新客户", Interval{5, 5}, Interval{1, 1}, all},
		{"Promising", "有希望客户", Interval{4, 4}, Interval{1, 1}, all},
		{"Need Attention", "需关注客户", Interval{3, 3}, Interval{3, 3}, all},
		{"About To Sleep", "将沉睡客户", Interval{3, 3}, Interval{1, 2}, all},
		{"Can't Lose Them", "不能失去客户", Interval{1, 2}, Interval{5, 5}, all},
		{"At Risk", "流失风险客户", Interval{1, 2}, Interval{3, 4}, all},
		{"Hibernating", "沉睡客户", Interval{1, 2}, Interval{1, 2}, all},
	}
}

// EightSegments is the table of Chinese practice (客户价值八分法): each of the three
// scores is high (from high to bins) or low, and value decides between 重要
// (important) and 一般 (ordinary). high must lie between 2 and bins, bins between 2
// and MaxBins, else ErrInvalid.
func EightSegments(bins, high int) ([]Segment, error) {
	if bins < 2 || bins > MaxBins {
		return nil, refuse("bins", "%d is outside 2 to %d", bins, MaxBins)
	}
	if high < 2 || high > bins {
		return nil, refuse("high", "%d is outside 2 to %d", high, bins)
	}
	hi, lo := Interval{uint8(high), uint8(bins)}, Interval{1, uint8(high - 1)}
	return []Segment{
		{"Important Value", "重要价值客户", hi, hi, hi},
		{"Important Development", "重要发展客户", hi, lo, hi},
		{"Important Keeping", "重要保持客户", lo, hi, hi},
		{"Important Win-back", "重要挽留客户", lo, lo, hi},
		{"Ordinary Value", "一般价值客户", hi, hi, lo},
		{"Ordinary Development", "一般发展客户", hi, lo, lo},
		{"Ordinary Keeping", "一般保持客户", lo, hi, lo},
		{"Ordinary Win-back", "一般挽留客户", lo, lo, lo},
	}, nil
}

// Naming gives every triple of scores exactly one segment of a table. Make one
// with [NewNaming]; it is safe for concurrent use.
type Naming struct {
	bins     int
	segments []Segment
	cell     [MaxBins * MaxBins * MaxBins]uint8 // 1 + index of the segment
}

// NewNaming checks a table for scores 1 to bins and compiles it. Every problem is
// reported, joined, as ErrInvalid with the segment's place as the row: an empty or
// repeated name, an interval that is upside down or leaves 1 to bins, two segments that
// overlap, and, once the rest is right, a triple that none holds.
func NewNaming(bins int, segments []Segment) (*Naming, error) {
	if bins < 2 || bins > MaxBins {
		return nil, refuse("bins", "%d is outside 2 to %d", bins, MaxBins)
	}
	if len(segments) > 255 {
		return nil, refuse("segments", "%d are more than 255", len(segments))
	}
	if err := fault.Join(segmentProblems(bins, segments)); err != nil {
		return nil, err
	}
	n := &Naming{bins: bins, segments: append([]Segment(nil), segments...)}
	for i, s := range segments {
		for r := s.R.From; r <= s.R.To; r++ {
			for f := s.F.From; f <= s.F.To; f++ {
				for m := s.M.From; m <= s.M.To; m++ {
					n.cell[cellOf(Score{r, f, m})] = uint8(i + 1)
				}
			}
		}
	}
	if gap, ok := n.gap(); ok {
		return nil, refuse("segments", "no segment holds the scores %s", gap)
	}
	return n, nil
}

func segmentProblems(bins int, segments []Segment) []error {
	var problems []error
	names := map[string]int{}
	for i, s := range segments {
		if s.Name == "" {
			problems = append(problems, refuseRow("segment", i, "has no name"))
		} else if j, seen := names[s.Name]; seen {
			problems = append(problems, refuseRow("segment", i, "has the name of row %d", j))
		}
		names[s.Name] = i
		for _, b := range []struct {
			name string
			Interval
		}{{"R", s.R}, {"F", s.F}, {"M", s.M}} {
			if b.From < 1 || b.From > b.To || int(b.To) > bins {
				problems = append(problems, refuseRow("segment", i, "its interval %s %d to %d is not within 1 to %d", b.name, b.From, b.To, bins))
			}
		}
		for j, o := range segments[:i] {
			if s.R.overlaps(o.R) && s.F.overlaps(o.F) && s.M.overlaps(o.M) {
				problems = append(problems, refuseRow("segment", i, "overlaps row %d", j))
			}
		}
	}
	return problems
}

func (n *Naming) gap() (Score, bool) {
	for r := range n.bins {
		for f := range n.bins {
			for m := range n.bins {
				s := Score{uint8(r + 1), uint8(f + 1), uint8(m + 1)}
				if n.cell[cellOf(s)] == 0 {
					return s, true
				}
			}
		}
	}
	return Score{}, false
}

func cellOf(s Score) int {
	return (int(s.R-1)*MaxBins+int(s.F-1))*MaxBins + int(s.M-1)
}

// Segments returns the table, in its order.
func (n *Naming) Segments() []Segment { return append([]Segment(nil), n.segments...) }

// Bins returns the number of scores of each measure.
func (n *Naming) Bins() int { return n.bins }

// Of returns the place of the score's segment in the table; false for the score of
// a customer without a purchase, and for scores beyond the table's bins.
func (n *Naming) Of(s Score) (int, bool) {
	if s.R-1 >= MaxBins || s.F-1 >= MaxBins || s.M-1 >= MaxBins {
		return 0, false
	}
	i := n.cell[cellOf(s)]
	return int(i) - 1, i > 0
}

// Name returns the segment's name, "" where Of is false.
func (n *Naming) Name(s Score) string {
	if i, ok := n.Of(s); ok {
		return n.segments[i].Name
	}
	return ""
}

// SegmentTotal is one line of a segment report: how many customers, what they
// bought, what they are worth.
type SegmentTotal struct {
	Segment   Segment
	Customers int
	Purchases int64
	Value     int64 // minor units
}

// SegmentReport is the customers of an [RFM] by segment, as of its date.
type SegmentReport struct {
	Segments []SegmentTotal // in the order of the table, empty ones included
	// Unscored are the customers without a purchase, known only by refunds.
	Unscored SegmentTotal
}

// Report counts the customers by segment. The lines partition them. ErrInvalid
// where the naming has another number of bins than the scores; ErrOverflow where a
// segment's value leaves 64 bits.
func (r *RFM[K]) Report(n *Naming) (SegmentReport, error) {
	bins := r.scoring.bins()
	if r.scoring.Cuts != nil {
		bins = r.scoring.Cuts.Bins()
	}
	if bins != n.bins {
		return SegmentReport{}, refuse("naming", "is for %d bins, the scores have %d", n.bins, bins)
	}
	lines := make([]SegmentTotal, len(n.segments)+1)
	sums := make([]sum128, len(lines))
	for i, s := range r.scores {
		at, ok := n.Of(s)
		if !ok {
			at = len(n.segments)
		}
		lines[at].Customers++
		lines[at].Purchases += int64(r.purchases[i])
		sums[at].add(r.value[i])
	}
	for i := range lines {
		v, ok := sums[i].int64()
		if !ok {
			return SegmentReport{}, &Error{Field: "value", Row: i, Msg: fmt.Sprintf("the segment's value is %s minor units", sums[i].big()), Err: ErrOverflow}
		}
		lines[i].Value = v
		if i < len(n.segments) {
			lines[i].Segment = n.segments[i]
		}
	}
	last := len(n.segments)
	return SegmentReport{Segments: lines[:last], Unscored: lines[last]}, nil
}
