package spotcheck

// Coverage is how many people a cycle has reached so far (覆盖率). N, Seen, Goal and
// Shortfall are by the closing roster, which is the official figure; Employed and
// EmployedSeen count everybody who was ever on a roster, for information.
type Coverage struct {
	N            int `json:"n"`             // on the roster
	Seen         int `json:"seen"`          // of these, assessed at least once in the cycle
	Goal         int `json:"goal"`          // least number for the cycle's goal
	Shortfall    int `json:"shortfall"`     // by which Seen is below it
	Employed     int `json:"employed"`      // on any of the rosters
	EmployedSeen int `json:"employed_seen"` // of these, assessed at least once
}

// Coverage counts on a closing roster and on those of earlier rounds; without these,
// Employed counts the closing roster alone. Remedial checks do not count.
func (s *State) Coverage(closing *Roster, earlier ...*Roster) Coverage {
	c := Coverage{N: closing.Len(), Goal: s.opening.Cycle.Goal.Of(closing.Len())}
	for _, p := range closing.people {
		if s.seen(p.ID) {
			c.Seen++
		}
	}
	c.Shortfall = max(0, c.Goal-c.Seen)
	c.Employed, c.EmployedSeen = c.N, c.Seen
	gone := map[string]bool{}
	for _, r := range earlier {
		stay := closing.people // both are in byte order
		for _, p := range r.people {
			for len(stay) > 0 && stay[0].ID < p.ID {
				stay = stay[1:]
			}
			if len(stay) > 0 && stay[0].ID == p.ID || gone[p.ID] {
				continue
			}
			gone[p.ID] = true
			c.Employed++
			if s.seen(p.ID) {
				c.EmployedSeen++
			}
		}
	}
	return c
}

func (s *State) seen(id string) bool {
	h := s.people.find(id)
	return h != nil && h.assessed > 0
}
