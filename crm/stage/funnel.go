package stage

import (
	"slices"
	"time"
)

// FunnelStep is one step of a funnel (漏斗): what became of the subjects that
// entered From.
type FunnelStep[S comparable] struct {
	From S `json:"from"`
	To   S `json:"to"` // the next state of the path
	// Entered are the subjects whose first entry into From ever lies in the window.
	// They are the sum of Mature.Of and Immature.
	Entered int `json:"entered"`
	// Mature is the share of those that reached To, or a later state of the path,
	// in the time allowed, among those that have had all of it. It is nil where
	// there are none of these.
	Mature *Proportion `json:"mature"`
	// Immature are those that have not had the whole time yet (尚未成熟), and
	// ImmatureReached those of them that reached To already. They are in no share:
	// the quick ones among them would make it too high, the others too low.
	Immature        int `json:"immature"`
	ImmatureReached int `json:"immature_reached"`
	// Imported are subjects that were taken over in state From. They are not in
	// Entered: those that had gone on or away before were not taken over.
	Imported int `json:"imported"`
}

// Funnel follows the subjects along a path of states (转化漏斗): of those that
// entered one in [opts.Since, until), how many reached the next in less than so long
// a time, and before until. Each step has its own subjects: who skips a state is
// not among those that entered it, and reaches all the states before at once.
//
// Errors: ErrInvalid for a path of fewer than two states, with a repeated one or
// one that the machine does not know; for within of 0 or less; for the window and
// the level.
func (h *Histories[S]) Funnel(path []S, within time.Duration, until time.Time, opts Options) ([]FunnelStep[S], error) {
	w, err := opts.window(until)
	if err != nil {
		return nil, err
	}
	step, err := h.m.steps(path)
	if err != nil {
		return nil, err
	}
	allowed := within.Microseconds()
	if allowed <= 0 {
		return nil, refuse("within", "is not a microsecond or more")
	}
	funnel := make([]FunnelStep[S], len(path)-1)
	reached := make([]int64, len(path)-1)
	for i := range funnel {
		funnel[i].From, funnel[i].To = path[i], path[i+1]
	}
	var walk walker
	for i := range h.subjects {
		stays := walk.walk(h.of(i), w.known)
		for k := range funnel {
			f := &funnel[k]
			entry, when := firstArrival(stays, step, k, allowed)
			switch {
			case entry < 0 || stays[entry].start < w.since || stays[entry].start >= w.until:
				continue
			case stays[entry].seen != stays[entry].start || stays[entry].unknownStart:
				f.Imported++
				continue
			}
			f.Entered++
			arrived := when < w.until
			switch {
			case stays[entry].start > w.until-allowed:
				f.Immature++
				if arrived {
					f.ImmatureReached++
				}
			case arrived:
				reached[k]++
			}
		}
	}
	for k := range funnel {
		f := &funnel[k]
		if f.Mature, err = proportion(reached[k], int64(f.Entered-f.Immature), w.level); err != nil {
			return nil, err
		}
	}
	return funnel, nil
}

// steps returns for each place where its state stands on the path, -1 for beside.
func (m *Machine[S]) steps(path []S) ([]int, error) {
	if len(path) < 2 {
		return nil, refuse("path", "has fewer than two states")
	}
	step := slices.Repeat([]int{-1}, len(m.states))
	for k, s := range path {
		i := m.place(s)
		switch {
		case i < 0:
			return nil, refuse("path", "state %d is not a state of machine %s", k+1, m.def.Name)
		case step[i] >= 0:
			return nil, refuse("path", "state %d is repeated", k+1)
		}
		step[i] = k
	}
	return step, nil
}

// firstArrival returns the first stay at step k of a path, -1 for none, and the
// start of the first later stay further along the path that begins within so
// long, maxInstant for none.
func firstArrival(stays []stay, step []int, k int, within int64) (entry int, when int64) {
	entry = slices.IndexFunc(stays, func(s stay) bool { return step[s.state] == k })
	if entry < 0 {
		return -1, maxInstant
	}
	for _, s := range stays[entry+1:] {
		if step[s.state] > k && s.start-stays[entry].start < within {
			return entry, s.start
		}
	}
	return entry, maxInstant
}
