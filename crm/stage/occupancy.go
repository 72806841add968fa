package stage

import "time"

// Occupancy is how many subjects are in each state at an instant (存量分布).
type Occupancy[S comparable] struct {
	Subjects int             `json:"subjects"` // of the histories
	None     int             `json:"none"`     // of them in no state, because their first entry is later
	States   []StateCount[S] `json:"states"`   // every state in the machine's order, empty ones too
}

// StateCount is one line of an [Occupancy].
type StateCount[S comparable] struct {
	State    S   `json:"state"`
	Subjects int `json:"subjects"`
	// Share is of the subjects that are in any state; nil where there are none.
	Share *Proportion `json:"share"`
}

// Occupancy counts the subjects in each state at an instant, given what
// opts.Known says was recorded; opts.Since plays no part. An instant outside the
// years 1 to 9999 and a level outside 0 to 1 are ErrInvalid.
//
// Cost: under 0.1 s for 1,000,000 subjects with 5 entries each.
func (h *Histories[S]) Occupancy(at time.Time, opts Options) (*Occupancy[S], error) {
	opts.Since = time.Time{}
	w, err := opts.window(at)
	if err != nil {
		return nil, err
	}
	counts := h.count(w.until, w.known)
	o := &Occupancy[S]{Subjects: h.Len(), None: counts[retracted]}
	for i, s := range h.m.states {
		share, err := proportion(int64(counts[i]), int64(o.Subjects-o.None), w.level)
		if err != nil {
			return nil, err
		}
		o.States = append(o.States, StateCount[S]{s, counts[i], share})
	}
	return o, nil
}

// count returns the number of subjects by place of their state at an instant; those
// in none are counted under retracted.
func (h *Histories[S]) count(at, known int64) (counts [retracted + 1]int) {
	var f folder
	begin := 0
	for _, end := range h.subjects {
		counts[stateAt(h.lines[begin:end.lines], &f, at, known)]++
		begin = end.lines
	}
	return counts
}

// stateAt returns the place of the state at an instant, retracted for none.
func stateAt(lines []line, f *folder, at, known int64) uint8 {
	if len(lines) == 0 {
		return retracted
	}
	if lines[0].flags&plainJournal != 0 {
		for i := len(lines) - 1; i >= 0; i-- {
			if l := &lines[i]; l.at <= at && l.recorded <= known {
				return l.to
			}
		}
		return retracted
	}
	state := uint8(retracted)
	for _, i := range f.order(lines, known) {
		if l := &lines[i]; l.at <= at && l.to != retracted {
			state = l.to
		}
	}
	return state
}
