package spotcheck

import (
	"maps"
	"slices"

	"github.com/guanxi-go/guanxi/internal/ticket"
)

// The first fields of a ticket: what it is for and of which version.
const surpriseTicket = Algorithm + "/surprise"

// Draw draws the next round of a cycle from today's roster (抽取名单). The manifest
// says who is drawn and why; append its [Manifest.Entry] to the journal on condition
// that the journal has not moved.
//
// Everybody on the roster and not absent is drawn whose latest result is a fail
// (Rechecked), or who was drawn the last time and not assessed (Owed). The quota is
// filled with those not checked in this cycle yet, by smallest ticket (Fresh); the
// year-end check goes on to the coverage goal (TopUp). When they run out, the cycle's
// Exhausted policy says what happens; repeats are those with the oldest last check,
// then with the fewest checks, then by ticket. In a cycle by department the first
// checks are apportioned by [Apportion] over the whole cycle and drawn within each
// department.
//
// Errors: ErrTransition, a cycle that is not open; ErrConflict, round is not
// [State.Next]; ErrIncomplete, the round before has people without a result;
// ErrInvalid, a roster that is nil or empty, a missing department, a seed that does not suit the
// cycle; ErrTampered, a seed that does not lead back to the commitment; ErrInfeasible,
// where the cycle says Refuse.
func Draw(s *State, round int, roster *Roster, seed Seed) (*Manifest, error) {
	if err := s.awaits(round); err != nil {
		return nil, err
	}
	if roster == nil || roster.Len() == 0 {
		return nil, refuse(ErrInvalid, "roster", codeEmpty)
	}
	if err := seed.verify(s.opening.Commitment, round); err != nil {
		return nil, err
	}
	d := &drawing{cycle: s.opening.Cycle, state: s, roster: roster, round: round, seed: seed}
	if err := d.sort(); err != nil {
		return nil, err
	}
	d.forcedMinima()
	var err error
	if d.counts, err = d.cycle.decide(d.pool); err != nil {
		return nil, err
	}
	m := &Manifest{Algorithm: Algorithm, Cycle: d.cycle.ID, Rules: s.rules, Round: round, Kind: d.pool.kind,
		Previous: s.last, History: s.history, Roster: roster.hash, Seed: seed}
	d.draw(m)
	m.Counts, m.Departments = d.counts, d.allocations
	return m, nil
}

// drawing is a round in the making.
type drawing struct {
	cycle  Cycle
	state  *State
	roster *Roster
	round  int
	seed   Seed

	pool        pool
	counts      Counts
	allocations []Allocation // one for each department, or a nameless one
	certain     []int        // departments' certain people not checked before
	rechecks    []int        // places on the roster, as all lists
	owed        []int
	unseen      [][]entrant // by department; without tickets until they are drawn from
	passed      []entrant   // with ranks and without tickets
	forced      int         // first checks that have to go below minima
}

// sort tells the people of the roster apart.
func (d *drawing) sort() error {
	if err := d.departments(); err != nil {
		return err
	}
	d.unseen, d.certain = make([][]entrant, len(d.allocations)), make([]int, len(d.allocations))
	d.room()
	d.pool = pool{kind: d.cycle.Rounds[d.round-1].Kind, n: d.roster.Len(), eligible: d.roster.eligible}
	for i := range d.roster.people {
		p, at := &d.roster.people[i], d.at(i)
		a := &d.allocations[at]
		a.N++
		h := d.state.people.find(p.ID)
		seen := h != nil && h.assessed > 0
		if seen {
			a.Seen++
			d.pool.seen++
		}
		switch {
		case p.Absent != "":
			continue
		case h != nil && h.outstanding():
			d.rechecks = append(d.rechecks, i)
		case h != nil && h.owed():
			d.owed = append(d.owed, i)
		case seen:
			d.passed = append(d.passed, entrant{rank: h.rank(), at: i})
			continue
		default:
			d.unseen[at] = append(d.unseen[at], entrant{at: i})
			continue
		}
		if !seen {
			d.certain[at]++
			d.pool.certainUnseen++
		}
	}
	for at := range d.allocations {
		a := &d.allocations[at]
		a.Unseen, a.Minimum = len(d.unseen[at]), d.cycle.Minimum.Of(a.N)
		d.pool.unseen += a.Unseen
	}
	d.pool.passed, d.pool.recheck, d.pool.owed = len(d.passed), len(d.rechecks), len(d.owed)
	d.pool.catchUp = d.cycle.catchUp(d.pool.n, d.state.missed, d.state.caught, d.round)
	return nil
}

// room makes the lists as long as they can become.
func (d *drawing) room() {
	size := make([]int, len(d.allocations))
	for i := range d.roster.people {
		size[d.at(i)]++
	}
	all := make([]entrant, d.roster.Len())
	for at, n := range size {
		d.unseen[at], all = all[:0:n], all[n:]
	}
	d.passed = make([]entrant, 0, min(d.roster.Len(), d.state.people.count))
}

// departments prepares an allocation for each department, in byte order.
func (d *drawing) departments() error {
	if !d.cycle.ByDepartment {
		d.allocations = make([]Allocation, 1)
		return nil
	}
	if p, missing := d.roster.undepartmented(); missing {
		return refuseID(ErrInvalid, "roster", p.ID, codeDepartment)
	}
	d.allocations = make([]Allocation, len(d.roster.departments))
	for at, department := range d.roster.departments {
		d.allocations[at].Department = department
	}
	return nil
}

// forcedMinima asks how many first checks of this round have to go to departments below
// their minimum, because the rounds to come have no room for them all. In the last
// round they raise the quota.
func (d *drawing) forcedMinima() {
	lack := 0
	for at, a := range d.allocations {
		have := a.Seen + d.certain[at]
		lack += min(max(0, a.Minimum-have), a.Unseen)
	}
	d.forced = max(0, lack-d.cycle.later(d.pool.n, d.round))
	if d.round == len(d.cycle.Rounds) {
		d.pool.least = d.forced
	}
}

// claims are the departments as they stand before the round.
func (d *drawing) claims() []Claim {
	claims := make([]Claim, len(d.allocations))
	for at, a := range d.allocations {
		have := a.Seen + d.certain[at]
		most := have + a.Unseen
		claims[at] = Claim{ID: a.Department, Weight: a.N, Have: have, Least: min(max(have, a.Minimum), most), Most: most}
	}
	return claims
}

// draw fills the lists of the manifest.
func (d *drawing) draw(m *Manifest) {
	k := &d.counts
	m.Drawn, m.Undrawn = make([]Pick, 0, k.Checked), []Pick{}
	m.Check = Ticket(d.drum(Algorithm, "").Of(""))
	drums := make([]*ticket.Drum, len(d.allocations))
	for at, a := range d.allocations {
		drums[at] = d.drum(Algorithm, a.Department)
	}
	of := func(i int) *ticket.Drum { return drums[d.at(i)] }
	for _, i := range d.rechecks {
		m.Drawn = append(m.Drawn, d.line(i, Rechecked, of(i).Of(d.roster.people[i].ID)))
	}
	for _, i := range d.owed {
		m.Drawn = append(m.Drawn, d.line(i, Owed, of(i).Of(d.roster.people[i].ID)))
	}
	left := d.first(m, drums)
	left = d.repeats(m, of, left)
	d.surprise(m, left)
	if !d.cycle.ByDepartment {
		d.allocations = nil
	}
}

// first draws those who were not checked before, and returns the places of the others.
func (d *drawing) first(m *Manifest, drums []*ticket.Drum) (left []int) {
	wanted := d.counts.Fresh + d.counts.TopUp
	given := apportion(d.claims(), wanted, d.forced)
	drawn := make([]entrant, 0, wanted)
	for at, entrants := range d.unseen {
		n := given[at]
		d.allocations[at].First = n
		d.ticket(entrants, drums[at])
		smallest(entrants, n)
		drawn = append(drawn, entrants[:n]...)
		if n < len(entrants) {
			m.Undrawn = append(m.Undrawn, d.line(entrants[n].at, Fresh, entrants[n].ticket))
		}
		if d.counts.Surprise > 0 {
			for _, e := range entrants[n:] {
				left = append(left, e.at)
			}
		}
	}
	if len(d.unseen) > 1 {
		slices.SortFunc(drawn, compare)
	}
	for i, e := range drawn {
		reason := Fresh
		if i >= d.counts.Fresh {
			reason = TopUp
		}
		m.Drawn = append(m.Drawn, d.line(e.at, reason, e.ticket))
	}
	return left
}

// repeats draws those who passed, the oldest last check first. Only people of ranks
// that can be reached get a ticket.
func (d *drawing) repeats(m *Manifest, of func(int) *ticket.Drum, left []int) []int {
	n := d.counts.Repeat
	reach := d.reach(n)
	var entrants []entrant
	for _, e := range d.passed {
		if e.rank > reach {
			if d.counts.Surprise > 0 {
				left = append(left, e.at)
			}
			continue
		}
		e.ticket = of(e.at).Of(d.roster.people[e.at].ID)
		entrants = append(entrants, e)
	}
	smallest(entrants, n)
	for i, e := range entrants {
		switch {
		case i < n:
			m.Drawn = append(m.Drawn, d.line(e.at, Repeat, e.ticket))
			continue
		case i == n:
			m.Undrawn = append(m.Undrawn, d.line(e.at, Repeat, e.ticket))
		}
		if d.counts.Surprise > 0 {
			left = append(left, e.at)
		}
	}
	return left
}

// reach returns the rank up to which there are more than n people, or all of them; 0,
// which nobody has, for n = 0.
func (d *drawing) reach(n int) uint64 {
	if n == 0 {
		return 0
	}
	count := map[uint64]int{}
	for _, e := range d.passed {
		count[e.rank]++
	}
	sum, reach := 0, uint64(0)
	for _, rank := range slices.Sorted(maps.Keys(count)) {
		if sum > n {
			break
		}
		sum, reach = sum+count[rank], rank
	}
	return reach
}

// surprise draws from everybody who can be drawn and was not, by tickets of its own:
// those of the first checks would find the same people again.
func (d *drawing) surprise(m *Manifest, left []int) {
	n := d.counts.Surprise
	if n == 0 {
		return
	}
	entrants := make([]entrant, len(left))
	for j, i := range left {
		entrants[j].at = i
	}
	d.ticket(entrants, d.drum(surpriseTicket, ""))
	smallest(entrants, n)
	for _, e := range entrants[:n] {
		m.Drawn = append(m.Drawn, d.line(e.at, Surprise, e.ticket))
		h := d.state.people.find(d.roster.people[e.at].ID)
		if d.counts.CoverageShortfall > 0 && (h == nil || h.assessed == 0) {
			d.counts.CoverageShortfall--
		}
	}
	if n < len(entrants) {
		m.Undrawn = append(m.Undrawn, d.line(entrants[n].at, Surprise, entrants[n].ticket))
	}
}

func (d *drawing) ticket(entrants []entrant, drum *ticket.Drum) {
	for i := range entrants {
		e := &entrants[i]
		e.ticket = drum.Of(d.roster.people[e.at].ID)
	}
}

// drum makes tickets of (purpose, cycle, department where there is one, person).
func (d *drawing) drum(purpose, department string) *ticket.Drum {
	fields := []string{purpose, d.cycle.ID}
	if department != "" {
		fields = append(fields, department)
	}
	return ticket.NewDrum(d.seed.Key[:], fields...)
}

// at returns the place of a person's department.
func (d *drawing) at(i int) int {
	if !d.cycle.ByDepartment {
		return 0
	}
	return int(d.roster.department[i])
}

func (d *drawing) line(i int, reason Reason, t ticket.Ticket) Pick {
	p := d.roster.people[i]
	pick := Pick{Person: p.ID, Reason: reason, Ticket: Ticket(t)}
	if d.cycle.ByDepartment {
		pick.Department = p.Department
	}
	return pick
}
