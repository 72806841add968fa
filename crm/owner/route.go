package owner

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// Item is a customer to be given to somebody.
type Item struct {
	Customer   string            `json:"customer"`
	To         string            `json:"to,omitzero"`          // staff id of who is named by a person; "" lets the rules decide
	Attributes map[string]string `json:"attributes,omitempty"` // what the rules ask: region, industry, product, source, ...
}

// Turns says for each group, by its id, who had the last turn of a round-robin
// (轮次). It goes into a run and comes out of it; the zero value begins with the
// least staff id. A group that is not in it begins anew.
type Turns map[string]string

// Assignment says who gets a customer, and why. Staff is "" where nobody can:
// Refused then says why.
type Assignment struct {
	Customer string  `json:"customer"`
	Staff    string  `json:"staff,omitzero"`
	Path     string  `json:"path,omitzero"`    // of the person's unit
	Method   Method  `json:"method"`           // Manual where Item.To is named
	Rule     string  `json:"rule,omitzero"`    // id of the rule; "" where the fallback, or a person, decided
	Group    string  `json:"group,omitzero"`   // "" where a person decided
	Held     int     `json:"held"`             // how many Staff held before
	Refused  Refusal `json:"refused,omitzero"` // why Staff is ""
}

// Refusal is why somebody gets nothing (不可分配原因). The zero value is none.
type Refusal uint8

const (
	Inactive Refusal = iota + 1 // not active, or nobody knows him 不在职
	OnLeave                     // 休假
	Full                        // holds as many as he may 已满
	Nobody                      // nobody in the group is available 组内无人可接收
)

var refusals = enum.New[Refusal]("refused", unknown, enum.Names{
	{}, {"inactive", "不在职"}, {"on-leave", "休假"}, {"full", "已满"}, {"nobody", "组内无人可接收"},
})

// String returns the code, "" for none and ? for a number that is no refusal.
func (r Refusal) String() string { return refusals.Code(r) }

// Zh returns the Chinese name, "" for none and ? for a number that is no refusal.
func (r Refusal) Zh() string { return refusals.Zh(r) }

// MarshalText writes the form of String; a number that is no refusal is ErrInvalid.
func (r Refusal) MarshalText() ([]byte, error) { return refusals.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Refusal) UnmarshalText(text []byte) error { return refusals.Unmarshal(r, text) }

// Skipped says why a member of a group got nothing in a run, or nothing more.
type Skipped struct {
	Staff string  `json:"staff"`
	Why   Refusal `json:"why"`
}

// Routing is the outcome of a run (分配结果).
type Routing struct {
	Assignments []Assignment `json:"assignments"`          // one for each item, in byte order of the customer
	Unassigned  []string     `json:"unassigned,omitempty"` // the customers whom nobody gets, in byte order
	Skipped     []Skipped    `json:"skipped,omitempty"`    // by staff id, as it stands after the run
	Staff       []Staff      `json:"staff"`                // with what they hold now, by id
	Turns       Turns        `json:"turns,omitempty"`      // for the next run
}

// Err is nil where everybody was given to somebody, and else [ErrNoCandidate]
// with the customers in Items.
func (r Routing) Err() error {
	if len(r.Unassigned) == 0 {
		return nil
	}
	return &Error{Field: "items", Item: -1, Items: r.Unassigned, Reason: "nobody is available for", Err: ErrNoCandidate}
}

// Assign gives each item to somebody, one after the other in byte order of the
// customer, so that neither the order of the rows nor that of a map matters. Each
// counts at once: a thousand items in one run are shared as a thousand runs of one
// would share them.
//
//   - Manual: who is named in Item.To, before any rule, on leave or not.
//   - RoundRobin: the next member by staff id after who had the last turn. What
//     members get differs by at most 1, as long as none of them is full.
//   - LeastLoaded: the least Held.
//   - Weighted: the least Held/Weight, compared exactly; where Weight is 0, the
//     capacity stands for it.
//
// Ties of the last two go to the earlier LastAt, then to the lesser id. Who is not
// active or full gets nothing, by whatever way, and who is on leave only by name.
// Members of whom staff has no line count as not active. Nobody available is no
// error of the run: see [Routing.Err].
//
// ErrInvalid: r or a line of staff is not valid, an item has no valid customer, at
// is missing, a member of a weighted group has neither weight nor capacity.
// ErrDuplicate: a staff id or a customer given twice. The inputs are not changed.
// The cost is that of items times members of a group.
func (r Router) Assign(items []Item, staff []Staff, turns Turns, at time.Time) (Routing, error) {
	if err := r.Validate(); err != nil {
		return Routing{}, err
	}
	if at.IsZero() {
		return Routing{}, refuse(ErrInvalid, "at", "is missing")
	}
	run := run{Router: r, at: at}
	run.out.Staff = slices.SortedFunc(slices.Values(staff), func(a, b Staff) int { return strings.Compare(a.ID, b.ID) })
	run.out.Turns = maps.Clone(turns)
	if run.out.Turns == nil {
		run.out.Turns = Turns{}
	}
	var err error
	if run.byID, err = checkStaff(run.out.Staff); err != nil {
		return Routing{}, err
	}
	if err := run.rings(); err != nil {
		return Routing{}, err
	}
	sorted := slices.SortedFunc(slices.Values(items), func(a, b Item) int { return strings.Compare(a.Customer, b.Customer) })
	run.out.Assignments = make([]Assignment, 0, len(items))
	for i := range sorted {
		if !validID(sorted[i].Customer) {
			return Routing{}, refuse(ErrInvalid, "items", "a customer "+notID)
		}
		if i > 0 && sorted[i].Customer == sorted[i-1].Customer {
			return Routing{}, refuseID(ErrDuplicate, "items", sorted[i].Customer, "given twice:")
		}
		run.assign(&sorted[i])
	}
	run.skipped()
	return run.out, nil
}

// run is the state of one call of Assign.
type run struct {
	Router
	at   time.Time
	byID map[string]int // place in out.Staff
	ring [][]int        // of each group, its members in out.Staff, by id
	out  Routing
}

func (r *run) rings() error {
	r.ring = make([][]int, len(r.Groups))
	for g, group := range r.Groups {
		for _, id := range group.Members {
			i, known := r.byID[id]
			if !known {
				continue
			}
			if group.Method == Weighted && r.weight(i) == 0 {
				return refuseID(ErrInvalid, "weight", id, "neither weight nor capacity of")
			}
			r.ring[g] = append(r.ring[g], i)
		}
		slices.Sort(r.ring[g])
	}
	return nil
}

func (r *run) assign(item *Item) {
	a := Assignment{Customer: item.Customer, Method: Manual}
	to := -1
	if item.To != "" {
		if i, known := r.byID[item.To]; !known {
			a.Refused = Inactive
		} else if a.Refused = r.refusal(i); a.Refused == 0 || a.Refused == OnLeave {
			to, a.Refused = i, 0
		}
	} else {
		rule, group := r.route(item.Attributes)
		if rule >= 0 {
			a.Rule = r.Rules[rule].ID
		}
		a.Group, a.Method = r.Groups[group].ID, r.Groups[group].Method
		if to = r.pick(group); to < 0 {
			a.Refused = Nobody
		}
	}
	if to < 0 {
		r.out.Unassigned = append(r.out.Unassigned, a.Customer)
	} else {
		s := &r.out.Staff[to]
		a.Staff, a.Path, a.Held = s.ID, s.Path, s.Held
		s.Held++
		s.LastAt = r.at
		if a.Method == RoundRobin {
			r.out.Turns[a.Group] = s.ID
		}
	}
	r.out.Assignments = append(r.out.Assignments, a)
}

// refusal says why nothing can be given to a person; none if it can.
func (r *run) refusal(i int) Refusal {
	s := &r.out.Staff[i]
	switch {
	case !s.Active:
		return Inactive
	case s.room(r.Capacity) == 0:
		return Full
	case s.OnLeave:
		return OnLeave
	}
	return 0
}

// pick returns who of a group is next, or -1.
func (r *run) pick(group int) int {
	if r.Groups[group].Method == RoundRobin {
		return r.next(group)
	}
	best := -1
	for _, i := range r.ring[group] {
		if r.refusal(i) == 0 && (best < 0 || r.before(r.Groups[group].Method, i, best)) {
			best = i
		}
	}
	return best
}

// next returns who comes after the last turn in the ring of ids.
func (r *run) next(group int) int {
	ring := r.ring[group]
	start, _ := slices.BinarySearchFunc(ring, r.out.Turns[r.Groups[group].ID], func(i int, last string) int {
		if r.out.Staff[i].ID > last {
			return 1
		}
		return -1
	})
	for k := range ring {
		if i := ring[(start+k)%len(ring)]; r.refusal(i) == 0 {
			return i
		}
	}
	return -1
}

// before reports whether i is to get the next one rather than j.
func (r *run) before(m Method, i, j int) bool {
	a, b := &r.out.Staff[i], &r.out.Staff[j]
	load := cmp.Compare(a.Held, b.Held)
	if m == Weighted {
		load = compareProducts(uint64(a.Held), r.weight(j), uint64(b.Held), r.weight(i))
	}
	if load != 0 {
		return load < 0
	}
	return cmp.Or(a.LastAt.Compare(b.LastAt), strings.Compare(a.ID, b.ID)) < 0
}

func (r *run) weight(i int) uint64 {
	s := &r.out.Staff[i]
	if s.Weight > 0 {
		return uint64(s.Weight)
	}
	return uint64(s.capacity(r.Capacity))
}

// compareProducts compares a·b with c·d in 128 bits.
func compareProducts(a, b, c, d uint64) int {
	hi1, lo1 := bits.Mul64(a, b)
	hi2, lo2 := bits.Mul64(c, d)
	return cmp.Or(cmp.Compare(hi1, hi2), cmp.Compare(lo1, lo2))
}

// skipped lists the members who could get nothing more.
func (r *run) skipped() {
	seen := map[string]bool{}
	for _, g := range r.Groups {
		for _, id := range g.Members {
			if seen[id] {
				continue
			}
			seen[id] = true
			why := Inactive
			if i, known := r.byID[id]; known {
				why = r.refusal(i)
			}
			if why != 0 {
				r.out.Skipped = append(r.out.Skipped, Skipped{id, why})
			}
		}
	}
	slices.SortFunc(r.out.Skipped, func(a, b Skipped) int { return strings.Compare(a.Staff, b.Staff) })
}
