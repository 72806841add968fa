package spotcheck

import (
	"maps"
	"slices"
)

// lots knows who could be drawn when, up to a round.
type lots struct {
	state   *State
	until   int // the last round that counts
	level   float64
	rosters map[int]*Roster // of the rounds that were held
}

func (s *State) lots(until int, level float64, rosters []*Roster) (*lots, error) {
	if !(level > 0 && level < 1) {
		return nil, refuse(ErrInvalid, "level", codeRange)
	}
	if s.pending > 0 && until == len(s.rounds) {
		return nil, refuseCount(ErrIncomplete, "results", codePending, 0, s.pending)
	}
	byHash := make(map[Hash]*Roster, len(rosters))
	for _, r := range rosters {
		if r != nil {
			byHash[r.hash] = r
		}
	}
	l := &lots{state: s, until: until, level: level, rosters: map[int]*Roster{}}
	for _, held := range s.rounds[:until] {
		if held.Manifest == nil {
			continue
		}
		r := byHash[held.Manifest.Roster]
		if r == nil {
			return nil, refuseItem(ErrNotFound, "rosters", held.Number, codeNoRoster)
		}
		l.rosters[held.Number] = r
	}
	return l, nil
}

// cohorts is evidence in the making: who had the same chances, by a key of them.
type cohorts struct {
	uncovered int
	by        map[string]*Cohort
}

func newCohorts() *cohorts { return &cohorts{by: map[string]*Cohort{}} }

func (c *cohorts) evidence(level float64) (Evidence, error) {
	e := Evidence{Uncovered: c.uncovered}
	for _, key := range slices.Sorted(maps.Keys(c.by)) {
		e.Cohorts = append(e.Cohorts, *c.by[key])
	}
	return e, e.infer(level)
}

// evidence returns what the first checks of some rounds say about those on a roster.
func (l *lots) evidence(target *Roster, of func(round int) bool) (Evidence, error) {
	all := newCohorts()
	l.count(target, false, of, func(Person) *cohorts { return all })
	return all.evidence(l.level)
}

// count puts everybody on a roster among cohorts, where that is not nil. The same chances
// has who could be drawn in the same rounds, and in the same departments where that is
// asked for.
func (l *lots) count(target *Roster, byDepartment bool, of func(round int) bool, into func(Person) *cohorts) {
	held := l.draws(of)
	key := make([]byte, 0, 64)
	for _, p := range target.people {
		c := into(p)
		if c == nil {
			continue
		}
		h := l.state.people.find(p.ID)
		covered := false
		key = key[:0]
		for i := range held {
			at, ok := held[i].find(p.ID)
			if !ok || at.Absent != "" {
				key = append(key, '-') // above '+': those who could be drawn from the start come first
				continue
			}
			key = append(key, '+')
			if byDepartment {
				key = append(append(key, at.Department...), 0)
			}
			covered = covered || held[i].counts
		}
		if !covered || h != nil && h.carried {
			c.uncovered++
			continue
		}
		cohort := c.by[string(key)]
		if cohort == nil {
			cohort = &Cohort{}
			for i := range held {
				if at, ok := held[i].find(p.ID); ok && at.Absent == "" {
					cohort.Rounds = append(cohort.Rounds, held[i].round)
				}
			}
			c.by[string(key)] = cohort
		}
		cohort.add(h.first(of, l.until))
	}
}

func (c *Cohort) add(drawn bool, grade Grade) {
	c.People++
	if drawn {
		c.Drawn++
	}
	if grade != NotAssessed {
		c.Checked++
	}
	if grade == Unqualified {
		c.Failed++
	}
}

// heldDraw is a round that was held, with a cursor on its roster.
type heldDraw struct {
	round  int
	counts bool // its first checks are evidence
	people []Person
}

// draws returns the rounds that were held, up to the last one that counts: later chances
// change nothing.
func (l *lots) draws(of func(round int) bool) (held []heldDraw) {
	last := 0
	for round := 1; round <= l.until; round++ {
		if r := l.rosters[round]; r != nil {
			held = append(held, heldDraw{round, of(round), r.people})
			if of(round) {
				last = len(held)
			}
		}
	}
	return held[:last]
}

// find returns the line of somebody; ids have to come in byte order.
func (d *heldDraw) find(id string) (Person, bool) {
	for len(d.people) > 0 && d.people[0].ID < id {
		d.people = d.people[1:]
	}
	if len(d.people) == 0 || d.people[0].ID != id {
		return Person{}, false
	}
	return d.people[0], true
}

// first reports whether somebody was drawn by lot for a first check in one of the rounds,
// and what the first check that took place from then on found, where that was not later
// than until: somebody who was absent is drawn again for that reason.
func (h *record) first(of func(round int) bool, until int) (drawn bool, grade Grade) {
	if h == nil {
		return false, NotAssessed
	}
	for _, c := range h.checks {
		if c.Round > until {
			break
		}
		if (c.Reason == Fresh || c.Reason == TopUp) && of(c.Round) {
			drawn = true
		}
		if drawn && c.Grade != NotAssessed {
			return true, c.Grade
		}
	}
	return drawn, NotAssessed
}
