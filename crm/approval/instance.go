package approval

import (
	"slices"
	"time"
)

// Seat is somebody's task in a step (席位).
type Seat struct {
	Person    string `json:"person"`             // id of who decides
	For       string `json:"for,omitzero"`       // id of whose seat it was; "" is his own
	Vote      Vote   `json:"vote,omitzero"`      // what he decided; none while it is open
	Delegated bool   `json:"delegated,omitzero"` // handed over: not handed over again
}

// Place is one step of an approval with its seats.
type Place struct {
	Step     Step       `json:"step"`
	State    PlaceState `json:"state"`
	Seats    []Seat     `json:"seats,omitempty"` // since it was entered; none before, and none once its decisions were voided
	Remind   time.Time  `json:"remind,omitzero"` // when to remind; zero for never
	Due      time.Time  `json:"due,omitzero"`    // when its time is up; zero for never
	Reminded bool       `json:"reminded,omitzero"`
}

// Instance is an approval as it stands (审批实例): the fold of its journal. The zero
// value is one that nobody has drafted yet. Decisions that a return voided are in the
// journal only.
type Instance struct {
	Flow      Flow      `json:"flow"`
	Request   Request   `json:"request"`
	Status    Status    `json:"status,omitzero"`
	Places    []Place   `json:"places,omitempty"`   // in the order in which they are entered
	Rounds    int       `json:"rounds,omitzero"`    // how often it was submitted
	Decisions int       `json:"decisions,omitzero"` // how often somebody voted, voided ones too
	Amended   bool      `json:"amended,omitzero"`   // changed since the last submission
	Related   []string  `json:"related,omitempty"`  // ids of the requests that the split guard took together at the last submission
	Seq       int       `json:"seq,omitzero"`       // of the last entry
	Recorded  time.Time `json:"recorded,omitzero"`  // of the last entry
	Head      string    `json:"head,omitzero"`      // its hash; "" is [Genesis]
}

// find returns the first place of which something holds, -1 where it is of none. Places
// are large, and are not copied for it.
func (i *Instance) find(holds func(*Place) bool) int {
	for n := range i.Places {
		if holds(&i.Places[n]) {
			return n
		}
	}
	return -1
}

// current returns the place that is open, -1 where none is.
func (i *Instance) current() int {
	return i.find(func(p *Place) bool { return p.State == Open })
}

func (i *Instance) index(step string) int {
	return i.find(func(p *Place) bool { return p.Step.ID == step })
}

// Current returns the step that is being decided or executed, and whether there is one.
func (i *Instance) Current() (Place, bool) {
	if at := i.current(); at >= 0 {
		return i.Places[at], true
	}
	return Place{}, false
}

// Waiting returns the seats whose people have to act now (待办), in the order of the
// step: all open ones, or the first where the mode is Serial.
func (i *Instance) Waiting() []Seat {
	at := i.current()
	if at < 0 {
		return nil
	}
	p := &i.Places[at]
	var open []Seat
	for _, s := range p.Seats {
		if s.Vote == 0 {
			open = append(open, s)
			if p.Step.Mode == Serial {
				break
			}
		}
	}
	return open
}

// seat returns the place of a person's seat, -1 where he has none.
func (p *Place) seat(person string) int {
	return slices.IndexFunc(p.Seats, func(s Seat) bool { return s.Person == person })
}

// missing is how many votes in favour would end the step, at most.
func (p *Place) missing() int {
	approved, open := 0, 0
	for _, s := range p.Seats {
		switch s.Vote {
		case VoteApprove:
			approved++
		case 0:
			open++
		}
	}
	switch p.Step.Mode {
	case Any:
		return min(open, 1)
	case Quorum:
		return min(open, p.Step.K-approved)
	}
	return open
}

// outcome counts the votes: approved, rejected, or neither yet.
func (p *Place) outcome() Vote {
	n := len(p.Seats)
	var approved, rejected, abstained int
	for _, s := range p.Seats {
		switch s.Vote {
		case VoteApprove:
			approved++
		case VoteReject:
			rejected++
		case VoteAbstain:
			abstained++
		}
	}
	var yes, no bool
	closed := approved+rejected+abstained == n
	switch {
	case p.Step.Mode == Quorum:
		yes, no = approved >= p.Step.K, rejected+abstained > n-p.Step.K
	case p.Step.Mode == Any:
		yes, no = approved > 0, closed || rejected > 0 && !p.Step.AllReject
	default:
		yes, no = closed && rejected == 0 && approved > 0, closed || rejected > 0
	}
	switch {
	case yes:
		return VoteApprove
	case no:
		return VoteReject
	}
	return 0
}
