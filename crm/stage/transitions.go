package stage

import (
	"math"
	"slices"
	"time"
)

// Transitions are counted transitions between the states of a machine (转移计数),
// from [Histories.Moves] or [Histories.Periods], and the Markov chain that they
// estimate.
//
// The chain is a projection and no more: it takes the next step to depend on the
// present state alone, and subjects to go on stepping as they did.
type Transitions[S comparable] struct {
	m     *Machine[S]
	count []int64 // from x to, row by row
}

// Moves counts the entries into a state in [opts.Since, until), by the state that
// was left. A step of the chain is a move, whenever it comes, and nobody stays: the
// shares say where subjects go when they go, not how soon.
func (h *Histories[S]) Moves(until time.Time, opts Options) (*Transitions[S], error) {
	w, err := opts.window(until)
	if err != nil {
		return nil, err
	}
	t := h.transitions()
	n := len(h.m.states)
	var walk walker
	for i := range h.subjects {
		stays := walk.walk(h.of(i), w.known)
		for k := 1; k < len(stays); k++ {
			if at := stays[k].start; at >= w.since && at < w.until {
				t.count[int(stays[k-1].state)*n+int(stays[k].state)]++
			}
		}
	}
	return t, nil
}

// Periods counts, for each pair of neighbouring dates, in which state a subject was
// at the first and in which at the second; staying counts, and who was in no state
// at the first date does not. A step of the chain is the time from one date to the
// next: pass dates that are equally far apart, such as the first of each month.
// known leaves out what was recorded after it; the zero time is nothing.
//
// Errors: ErrInvalid for fewer than two dates, and for dates that do not ascend or
// are not in the years 1 to 9999.
func (h *Histories[S]) Periods(dates []time.Time, known time.Time) (*Transitions[S], error) {
	if len(dates) < 2 {
		return nil, refuse("dates", "are fewer than two")
	}
	at := make([]int64, len(dates))
	for i, d := range dates {
		at[i] = d.UnixMicro()
		if !inRange(d) || i > 0 && at[i] <= at[i-1] {
			return nil, refuse("dates", "number %d does not come after the one before, in the years 1 to 9999", i+1)
		}
	}
	t := h.transitions()
	n := len(h.m.states)
	var walk walker
	for i := range h.subjects {
		stays := walk.walk(h.of(i), upTo(known))
		next, before := 0, -1
		for _, date := range at {
			for next < len(stays) && stays[next].start <= date {
				next++
			}
			if next == 0 {
				continue
			}
			now := int(stays[next-1].state)
			if before >= 0 {
				t.count[before*n+now]++
			}
			before = now
		}
	}
	return t, nil
}

func (h *Histories[S]) transitions() *Transitions[S] {
	n := len(h.m.states)
	return &Transitions[S]{m: h.m, count: make([]int64, n*n)}
}

// States returns the states in the order of all results.
func (t *Transitions[S]) States() []S { return t.m.States() }

// Count returns how many transitions were counted from one state to another; 0 for
// a state that the machine does not know.
func (t *Transitions[S]) Count(from, to S) int64 {
	i, j := t.m.place(from), t.m.place(to)
	if i < 0 || j < 0 {
		return 0
	}
	return t.count[i*len(t.m.states)+j]
}

// Merge adds the counts of other, made of other subjects or dates and a machine
// with the same states in the same order, else ErrInvalid; so it is where a count
// would exceed an int64. On an error t is unchanged.
func (t *Transitions[S]) Merge(other *Transitions[S]) error {
	if !slices.Equal(t.m.states, other.m.states) {
		return refuse("states", "those of the other counts are different")
	}
	for i, k := range other.count {
		if t.count[i] > math.MaxInt64-k {
			return refuse("count", "exceeds 2^63-1")
		}
	}
	for i, k := range other.count {
		t.count[i] += k
	}
	return nil
}

// TransitionRow is what followed a state.
type TransitionRow[S comparable] struct {
	From  S     `json:"from"`
	Total int64 `json:"total"` // transitions from it
	// To holds the transition probabilities (转移概率), one for each state in the
	// machine's order. It is nil where no transition from the state was counted:
	// the row is absent, its probabilities are not 0.
	To []Proportion `json:"to"`
}

// Rows returns the transition probabilities of each state with Wilson intervals at
// a confidence level, such as 0.95. A level outside 0 to 1 is ErrInvalid.
func (t *Transitions[S]) Rows(level float64) ([]TransitionRow[S], error) {
	if !(level > 0 && level < 1) {
		return nil, refuse("level", "is not between 0 and 1")
	}
	n := len(t.m.states)
	rows := make([]TransitionRow[S], n)
	for i, s := range t.m.states {
		counts := t.count[i*n : (i+1)*n]
		r := TransitionRow[S]{From: s}
		for _, k := range counts {
			if r.Total > math.MaxInt64-k {
				return nil, refuse("count", "exceeds 2^63-1")
			}
			r.Total += k
		}
		for _, k := range counts {
			p, err := proportion(k, r.Total, level)
			if err != nil {
				return nil, err
			}
			if p != nil {
				r.To = append(r.To, *p)
			}
		}
		rows[i] = r
	}
	return rows, nil
}
