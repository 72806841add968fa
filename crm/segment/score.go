package segment

import "github.com/guanxi-go/guanxi/crm/calendar"

// score gives every customer with a purchase a score.
func (r *RFM[K]) score() {
	r.scores = make([]Score, len(r.ids))
	switch {
	case r.scoring.Cuts != nil:
		cuts := r.scoring.Cuts.clone()
		r.cuts = &cuts
		r.byCuts()
	case r.scoring.Ties == TiesSplit:
		r.bySplit()
	case r.scoring.Binning == Nested:
		r.nestedCuts()
		r.byCuts()
	default:
		r.independentCuts()
		r.byCuts()
	}
}

func (o Scoring) bins() int {
	if o.Bins == 0 {
		return DefaultBins
	}
	return o.Bins
}

// byCuts scores by r.cuts.
func (r *RFM[K]) byCuts() {
	if len(r.cuts.Frequency) == 1 {
		r.byFlatCuts()
		return
	}
	for i, n := range r.purchases {
		if n > 0 {
			r.scores[i], _ = r.cuts.Score(int(r.asOf-r.last[i]), int64(n), r.value[i])
		}
	}
}

// byFlatCuts is byCuts for independent binning, a measure at a time, so that its
// limits stay in registers.
func (r *RFM[K]) byFlatCuts() {
	last := make([]int64, len(r.cuts.Recency))
	for k, limit := range r.cuts.Recency {
		// No silence is longer than the calendar, and none shorter than a day.
		last[k] = int64(r.asOf) - min(max(limit, 0), int64(calendar.MaxDay))
	}
	scoreColumn(r.last, last, func(i int, s uint8) { r.scores[i].R = s })
	scoreColumn(r.purchases, r.cuts.Frequency[0], func(i int, s uint8) { r.scores[i].F = s })
	scoreColumn(r.value, r.cuts.Value[0], func(i int, s uint8) { r.scores[i].M = s })
	if r.idle == 0 {
		return
	}
	for i, n := range r.purchases {
		if n == 0 {
			r.scores[i] = Score{}
		}
	}
}

// buyers returns the places of the customers with a purchase, in id order where
// that matters.
func (r *RFM[K]) buyers(ordered bool) []uint32 {
	at := make([]uint32, 0, len(r.ids))
	if ordered {
		for _, i := range r.sorted() {
			if r.purchases[i] > 0 {
				at = append(at, i)
			}
		}
		return at
	}
	for i, n := range r.purchases {
		if n > 0 {
			at = append(at, uint32(i))
		}
	}
	return at
}

// measure is one column as integers that rise with the merit.
type measure func(i uint32) int64

func (r *RFM[K]) recency(i uint32) int64   { return int64(r.last[i]) }
func (r *RFM[K]) frequency(i uint32) int64 { return int64(r.purchases[i]) }
func (r *RFM[K]) monetary(i uint32) int64  { return r.value[i] }

// cutsAt returns the limits of a measure among the customers at the places, nil
// for none.
func (r *RFM[K]) cutsAt(at []uint32, m measure) []int64 {
	values := make([]int64, len(at))
	for j, i := range at {
		values[j] = m(i)
	}
	return lowest(values, r.scoring.bins(), r.scoring.Ties)
}

func (r *RFM[K]) independentCuts() {
	bins, ties := r.scoring.bins(), r.scoring.Ties
	if r.idle == 0 {
		r.setFlatCuts(lowest(r.last, bins, ties), lowest(r.purchases, bins, ties), lowest(r.value, bins, ties))
		return
	}
	at := r.buyers(false)
	r.setFlatCuts(r.cutsAt(at, r.recency), r.cutsAt(at, r.frequency), r.cutsAt(at, r.monetary))
}

func (r *RFM[K]) setFlatCuts(days, purchases, value []int64) {
	r.cuts = &Cuts{recencyLimits(int64(r.asOf), days), [][]int64{purchases}, [][]int64{value}}
}

// nestedCuts ranks frequency within each recency score and value within each cell
// of the two.
func (r *RFM[K]) nestedCuts() {
	at, bins := r.buyers(false), r.scoring.bins()
	days := r.cutsAt(at, r.recency)
	r.cuts = &Cuts{
		Recency:   recencyLimits(int64(r.asOf), days),
		Frequency: make([][]int64, bins),
		Value:     make([][]int64, bins*bins),
	}
	for a, cell := range grouped(at, bins, func(i uint32) uint8 { return scoreOf(days, r.recency(i)) }) {
		f := r.cutsAt(cell, r.frequency)
		r.cuts.Frequency[a] = f
		for b, cell := range grouped(cell, bins, func(i uint32) uint8 { return scoreOf(f, r.frequency(i)) }) {
			r.cuts.Value[a*bins+b] = r.cutsAt(cell, r.monetary)
		}
	}
}

// bySplit scores by [TiesSplit]: places in id order, sorted stably by value.
func (r *RFM[K]) bySplit() {
	at := r.buyers(true)
	bins := r.scoring.bins()
	split := func(at []uint32, m measure, set func(*Score, uint8)) {
		items := make([]keyed, len(at))
		for j, i := range at {
			items[j] = keyed{uint64(m(i)) ^ 1<<63, i}
		}
		for place, x := range sortKeyed(items) {
			set(&r.scores[x.at], ntile(place, len(at), bins))
		}
	}
	setR := func(s *Score, v uint8) { s.R = v }
	setF := func(s *Score, v uint8) { s.F = v }
	setM := func(s *Score, v uint8) { s.M = v }
	split(at, r.recency, setR)
	if r.scoring.Binning == Independent {
		split(at, r.frequency, setF)
		split(at, r.monetary, setM)
		return
	}
	for _, cell := range grouped(at, bins, func(i uint32) uint8 { return r.scores[i].R }) {
		split(cell, r.frequency, setF)
		for _, cell := range grouped(cell, bins, func(i uint32) uint8 { return r.scores[i].F }) {
			split(cell, r.monetary, setM)
		}
	}
}

// grouped deals the places by score, in their order.
func grouped(at []uint32, bins int, score func(uint32) uint8) [][]uint32 {
	groups := make([][]uint32, bins)
	for _, i := range at {
		s := score(i) - 1
		groups[s] = append(groups[s], i)
	}
	return groups
}
