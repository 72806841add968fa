package spotcheck

import (
	"iter"
	"slices"
)

// State is what a journal comes to (周期状态): the rules, the rounds so far, who was
// checked when and with which result. [Fold] makes one. The zero value is a cycle that
// was not opened. It is not safe for concurrent use while entries are applied.
type State struct {
	opened  bool
	opening Opening
	rules   Hash
	history Hash
	last    Hash // of the latest manifest
	rounds  []HeldRound
	people  people
	pending int // drawn in the latest round and without a result
	missed  int // routine rounds
	caught  int // people added for them since
	closed  Hash
}

// record is what is kept of one person who was drawn or carried.
type record struct {
	owner    *owner // of checks
	checks   []Check
	assessed int32 // checks with a grade
	last     int32 // index in checks of the latest of them, where there is one
	carried  bool
	remedied Grade
}

// HeldRound is a round that was drawn or missed.
type HeldRound struct {
	Number   int       `json:"number"`            // 1-based
	Manifest *Manifest `json:"manifest,omitzero"` // nil for a round that was missed; not to be changed
	Code     string    `json:"code,omitzero"`     // why it was missed
}

// Check is that somebody was drawn, and what was found.
type Check struct {
	Round   int       `json:"round"` // 1-based
	Kind    RoundKind `json:"kind"`
	Reason  Reason    `json:"reason"`
	Grade   Grade     `json:"grade"`            // NotAssessed while there is no result, and after an absence
	Result  Result    `json:"result,omitzero"`  // the zero value while there is none
	Pending bool      `json:"pending,omitzero"` // no result yet
}

// Standing is what is known of one person in a cycle (个人状态).
type Standing struct {
	Checks      []Check `json:"checks,omitempty"`     // in the order of rounds; not to be changed
	Seen        bool    `json:"seen,omitzero"`        // assessed at least once
	Outstanding bool    `json:"outstanding,omitzero"` // the latest result is a fail: due for a recheck
	Owed        bool    `json:"owed,omitzero"`        // drawn the last time and not assessed: due for a check
	Remedied    Grade   `json:"remedied,omitzero"`    // of the remedial check; NotAssessed where there was none
}

func (h *record) outstanding() bool {
	switch {
	case h.remedied > Unqualified:
		return false
	case h.assessed > 0:
		return h.checks[h.last].Grade == Unqualified
	}
	return h.carried
}

func (h *record) owed() bool {
	n := len(h.checks)
	return n > 0 && !h.checks[n-1].Pending && h.checks[n-1].Grade == NotAssessed && !h.outstanding()
}

// rank orders those who passed: by the round of the latest check, then by their number.
// It is above 0.
func (h *record) rank() uint64 {
	return uint64(h.checks[h.last].Round)<<32 | uint64(h.assessed)
}

// Clone returns a copy: what is applied to one of the two does not show in the other. They
// share what neither has changed, so that a copy takes microseconds where a year of
// 100,000 staff takes a fold of as many lines; to try an entry, apply it to a copy. Clone
// may run beside other calls of Clone and beside reads, unless something was applied to
// s since the last one returned.
func (s *State) Clone() *State {
	c := *s
	c.people, c.rounds = s.people.clone(), slices.Clip(s.rounds)
	return &c
}

// Cycle returns the rules; its Rounds are not to be changed.
func (s *State) Cycle() Cycle { return s.opening.Cycle }

// Opening returns how the cycle began; its lists are not to be changed.
func (s *State) Opening() Opening { return s.opening }

// Rounds returns the rounds so far, in order.
func (s *State) Rounds() iter.Seq[HeldRound] { return slices.Values(s.rounds) }

// Next returns the number of the next round, 1-based; beyond the cycle's rounds, all
// were drawn or missed.
func (s *State) Next() int { return len(s.rounds) + 1 }

// Pending returns how many people of the latest round have no result yet.
func (s *State) Pending() int { return s.pending }

// Closed returns the hash of the closing roster, and whether the cycle was closed.
func (s *State) Closed() (Hash, bool) { return s.closed, !s.closed.IsZero() }

// History returns the hash of the journal so far: each entry is chained to the one
// before it, with its facts and without Note, At, Recorded and Actor. The next manifest
// covers it; of the last results nothing does, so publish it at the end.
func (s *State) History() Hash { return s.history }

// Person returns what is known of a person; false where they were never drawn, and not
// carried from the cycle before.
func (s *State) Person(id string) (Standing, bool) {
	h := s.people.find(id)
	if h == nil {
		return Standing{}, false
	}
	return Standing{Checks: h.checks, Seen: h.assessed > 0, Outstanding: h.outstanding(), Owed: h.owed(), Remedied: h.remedied}, true
}

// Outstanding returns who on a roster is due for a recheck (待复查), in byte order of
// ids, absent people included: they stay due until they are checked. After the year-end
// check these are who the remedial check is for.
func (s *State) Outstanding(r *Roster) []string {
	var due []string
	for _, p := range r.people {
		if h := s.people.find(p.ID); h != nil && h.outstanding() {
			due = append(due, p.ID)
		}
	}
	return due
}
