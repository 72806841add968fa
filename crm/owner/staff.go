package owner

import (
	"math"
	"time"
)

// Staff is a colleague as decisions see him (员工): what he can take, as of the
// decision. The zero value is somebody who is not active and gets nothing.
type Staff struct {
	ID      string `json:"id"`
	Path    string `json:"path,omitzero"`     // of the unit that looks after what he gets
	Active  bool   `json:"active,omitzero"`   // employed, with an open account 在职
	OnLeave bool   `json:"on_leave,omitzero"` // gets nothing unless a person names him 休假

	Capacity int `json:"capacity,omitzero"` // how many customers he may hold; 0 is the policy's Capacity 容量
	Held     int `json:"held,omitzero"`     // how many he holds, without those that the host does not count
	Claims   int `json:"claims,omitzero"`   // how many he has claimed on the local day of the decision; see [Policy.ClaimsOn]

	Weight int64     `json:"weight,omitzero"`  // his share where assignment is weighted; 0 is Capacity
	LastAt time.Time `json:"last_at,omitzero"` // when he last got something; zero for never
}

// Validate reports everything wrong with the fields, joined: an id or path that
// breaks the rules, a number below 0.
func (s Staff) Validate() error {
	var p problems
	p.check(validID(s.ID), "staff", -1, notID)
	p.check(validText(s.Path), "path", -1, notID)
	p.check(s.Capacity >= 0, "capacity", -1, "is below 0")
	p.check(s.Held >= 0, "held", -1, "is below 0")
	p.check(s.Claims >= 0, "claims", -1, "is below 0")
	p.check(s.Weight >= 0, "weight", -1, "is below 0")
	return p.join()
}

// room returns how many more customers s may hold.
func (s *Staff) room(standard int) int {
	limit := s.capacity(standard)
	if limit == 0 {
		return math.MaxInt
	}
	return max(0, limit-s.Held)
}

func (s *Staff) capacity(standard int) int {
	if s.Capacity > 0 {
		return s.Capacity
	}
	return standard
}

// ClaimsOn returns how many customers a person claimed on the local day of an
// instant, from the journals of any customers: entries recorded on that day, at
// or before the instant. Giving a customer back does not give the claim back.
func (p Policy) ClaimsOn(entries []Entry, staff string, at time.Time) (int, error) {
	if p.Zone == nil {
		return 0, refuse(ErrInvalid, "zone", "is missing")
	}
	start := p.day(at).Start(p.Zone)
	n := 0
	for i := range entries {
		e := &entries[i]
		if e.Kind == Claimed && e.To == staff && !e.Recorded.Before(start) && !e.Recorded.After(at) {
			n++
		}
	}
	return n, nil
}
