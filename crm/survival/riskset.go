package survival

// riskSet is what happened at one distinct time: the counts that every
// estimate here is made of.
type riskSet struct {
	time     float64
	atRisk   int
	events   int
	censored int
}

// countRisk validates obs and counts them per distinct time, and returns the
// earliest entry.
func countRisk[T Time](obs []Observation[T]) (sets []riskSet, start float64, err error) {
	if len(obs) == 0 {
		return nil, 0, insufficient("observations", "are none")
	}
	limit := maxTime[T]()
	first, last, earliest := obs[0].Time, obs[0].Time, obs[0].Entry
	for i := range obs {
		o := &obs[i]
		if !validSpell(o.Entry, o.Time, limit) {
			return nil, 0, explainSpell(i, o.Entry, o.Time)
		}
		first, last, earliest = min(first, o.Time), max(last, o.Time), min(earliest, o.Entry)
	}
	if isInteger[T]() && denseDays(len(obs), float64(last-first)) {
		return countDays(obs, first, int(last-first)+1), float64(earliest), nil
	}
	return countSorted(obs), float64(earliest), nil
}

// countSorted counts times of any kind and spread.
func countSorted[T Time](obs []Observation[T]) []riskSet {
	ax := newAxis(
		column(len(obs), func(row int) T { return obs[row].Entry }),
		column(len(obs), func(row int) T { return obs[row].Time }))
	cells := make([]dayCell, len(ax.time))
	for row := range obs {
		cells[ax.start[row]].entered++
		cells[ax.stop[row]].ended[eventIndex(obs[row].Event)]++
	}
	return foldCells(cells, func(i int) float64 { return ax.time[i] })
}
