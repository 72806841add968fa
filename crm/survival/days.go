package survival

// dayCell counts what happened on one day: who is at risk from that day on, and
// who ended, censored in ended[0] and with an event in ended[1].
type dayCell struct {
	entered int
	ended   [2]int
}

// denseDays reports whether a cell for every day of the span costs less than
// sorting n rows, which takes some 20 times as long per row as a cell per day.
func denseDays(n int, span float64) bool { return span <= 16*float64(n) }

// countDays counts valid whole-day observations in one pass: O(n + days), no
// sort and no comparison, one cell touched per row. first is the smallest time
// and days the number of days from it to the largest.
func countDays[T Time](obs []Observation[T], first T, days int) []riskSet {
	cells := make([]dayCell, days)
	fromOrigin := len(obs)
	for i := range obs {
		o := &obs[i]
		// The index is a number and not a branch, which would be mispredicted
		// for every second row.
		cells[int(o.Time-first)].ended[eventIndex(o.Event)]++
		if o.Entry > 0 {
			// Seen in (entry, time]: at risk from the day after entry.
			cells[max(int(o.Entry-first)+1, 0)].entered++
			fromOrigin--
		}
	}
	cells[0].entered += fromOrigin
	return foldCells(cells, func(i int) float64 { return float64(first + T(i)) })
}

func eventIndex(event bool) int {
	if event {
		return 1
	}
	return 0
}

// foldCells turns what happened into who was at risk, and leaves out the cells
// at which nobody's observation ended.
func foldCells(cells []dayCell, timeOf func(i int) float64) []riskSet {
	distinct := 0
	for i := range cells {
		if cells[i].ended != [2]int{} {
			distinct++
		}
	}
	sets := make([]riskSet, 0, distinct)
	atRisk := 0
	for i := range cells {
		c := &cells[i]
		atRisk += c.entered
		if c.ended == [2]int{} {
			continue
		}
		sets = append(sets, riskSet{timeOf(i), atRisk, c.ended[1], c.ended[0]})
		atRisk -= c.ended[0] + c.ended[1]
	}
	return sets
}
