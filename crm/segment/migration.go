package segment

import (
	"cmp"
	"iter"
	"math"
	"slices"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Migration counts which state each customer was in at two dates (迁移矩阵): RFM
// segments, rungs of the ladder, tiers of the value pyramid, or any other. Make
// one with NewMigration, MigrationBetween or MigrationOfCodes.
//
// The states have an order, from the lowest to the highest: up and down refer to
// it. Customers who are known at one date only, who entered or left in between,
// are counted apart and have no part in shares and forecasts; a host that wants
// leaving to be a state passes it as one. Matrices of shards merge, and are saved
// as JSON.
//
// Read as a Markov chain, with one period from the first date to the second, the
// matrix also answers what follows if customers go on moving as they did: the
// steady state, forecasts, and how long it takes to reach a state. That is a
// projection and no more: it takes each customer's next move to depend on the
// present state alone, and the shares to stay.
type Migration[S comparable] struct {
	states        []S
	index         map[S]int
	count         []int64 // from x to, row by row
	entered, left []int64
	customers     int64 // all counted, so that no count can overflow
}

// NewMigration returns an empty matrix over the states, lowest first. No states
// and a repeated state (named by its place) are ErrInvalid.
func NewMigration[S comparable](states []S) (*Migration[S], error) {
	n := len(states)
	if n == 0 {
		return nil, refuse("states", "there are none")
	}
	m := &Migration[S]{states: slices.Clone(states), index: make(map[S]int, n), count: make([]int64, n*n),
		entered: make([]int64, n), left: make([]int64, n)}
	for i, s := range states {
		if _, ok := m.index[s]; ok {
			return nil, refuseRow("states", i, "the state is repeated")
		}
		m.index[s] = i
	}
	return m, nil
}

// Code is the type of a state given by its place among the states.
type Code interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~int | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uint
}

// MigrationOfCodes counts customers whose states are given by place: before[i] and
// after[i] are the places in states of customer i at the first and the second
// date, and a negative code means that the customer was not there. This is the
// fast way, 2 to 3 ns a customer. Slices of different length, and a code beyond
// the states (named by its row), are ErrInvalid.
func MigrationOfCodes[S comparable, C Code](states []S, before, after []C) (*Migration[S], error) {
	m, err := NewMigration(states)
	if err != nil {
		return nil, err
	}
	if len(before) != len(after) {
		return nil, refuse("after", "%d codes, before has %d", len(after), len(before))
	}
	n := uint64(len(states))
	for i, b := range before {
		a := after[i]
		switch {
		case uint64(b) < n && uint64(a) < n: // a negative code converts to a huge one
			m.count[uint64(b)*n+uint64(a)]++
		case b >= 0 && uint64(b) >= n:
			return nil, refuseRow("before", i, "the code is beyond the %d states", n)
		case a >= 0 && uint64(a) >= n:
			return nil, refuseRow("after", i, "the code is beyond the %d states", n)
		case a >= 0:
			m.entered[a]++
		case b >= 0:
			m.left[b]++
		}
	}
	return m, m.recount()
}

// MoveKind says in which way a customer moved.
type MoveKind uint8

const (
	MoveUp      MoveKind = iota + 1 // to a higher state
	MoveDown                        // to a lower state
	MoveEntered                     // known at the second date only
	MoveLeft                        // known at the first date only
)

var moveKindNames = enum.New[MoveKind]("move kind", unknown, enum.Names{
	{}, {"up", "上升"}, {"down", "下降"}, {"entered", "新进"}, {"left", "离开"},
})

// String returns up, down, entered or left, "" for the zero value.
func (k MoveKind) String() string { return moveKindNames.Code(k) }

// Zh returns 上升, 下降, 新进 or 离开.
func (k MoveKind) Zh() string { return moveKindNames.Zh(k) }

// MarshalText writes String; an unknown value is ErrInvalid.
func (k MoveKind) MarshalText() ([]byte, error) { return moveKindNames.Marshal(k) }

// UnmarshalText reads what MarshalText writes.
func (k *MoveKind) UnmarshalText(text []byte) error { return moveKindNames.Unmarshal(k, text) }

// Move is one customer who is not where he was. From is the zero state for one
// who entered, To for one who left.
type Move[K cmp.Ordered, S comparable] struct {
	ID   K        `json:"id"`
	Kind MoveKind `json:"kind"`
	From S        `json:"from"`
	To   S        `json:"to"`
}

// MigrationBetween compares two snapshots, the state of each customer by id at the
// first and at the second date (maps.All makes one of a map), and returns the
// matrix and everyone who moved, entered or left, in ascending order of id. The
// result does not depend on the order of the snapshots. An id that comes twice in
// one snapshot, and a state that is not among the states, are ErrInvalid with the
// place in the snapshot.
func MigrationBetween[K cmp.Ordered, S comparable](states []S, before, after iter.Seq2[K, S]) (*Migration[S], []Move[K, S], error) {
	m, err := NewMigration(states)
	if err != nil {
		return nil, nil, err
	}
	first, err := located(m.index, "before", before)
	if err != nil {
		return nil, nil, err
	}
	second, err := located(m.index, "after", after)
	if err != nil {
		return nil, nil, err
	}
	var moves []Move[K, S]
	for len(first) > 0 || len(second) > 0 {
		switch order := nextOf(first, second); {
		case order < 0:
			c := first[0]
			m.left[c.at]++
			moves = append(moves, Move[K, S]{ID: c.id, Kind: MoveLeft, From: states[c.at]})
			first = first[1:]
		case order > 0:
			c := second[0]
			m.entered[c.at]++
			moves = append(moves, Move[K, S]{ID: c.id, Kind: MoveEntered, To: states[c.at]})
			second = second[1:]
		default:
			from, to := int(first[0].at), int(second[0].at)
			m.count[from*len(states)+to]++
			if from < to {
				moves = append(moves, Move[K, S]{first[0].id, MoveUp, states[from], states[to]})
			} else if from > to {
				moves = append(moves, Move[K, S]{first[0].id, MoveDown, states[from], states[to]})
			}
			first, second = first[1:], second[1:]
		}
	}
	return m, moves, m.recount()
}

// whereabouts is one line of a snapshot: the place of the customer's state, and
// that of the line.
type whereabouts[K cmp.Ordered] struct {
	id  K
	at  int32
	row int32
}

// nextOf says which of two sorted snapshots has the next customer: negative the
// first, positive the second, 0 both.
func nextOf[K cmp.Ordered](first, second []whereabouts[K]) int {
	switch {
	case len(second) == 0:
		return -1
	case len(first) == 0:
		return 1
	default:
		return cmp.Compare(first[0].id, second[0].id)
	}
}

// located reads a snapshot into ascending order of id.
func located[K cmp.Ordered, S comparable](index map[S]int, name string, snapshot iter.Seq2[K, S]) ([]whereabouts[K], error) {
	var lines []whereabouts[K]
	for id, s := range snapshot {
		at, ok := index[s]
		if !ok {
			return nil, refuseRow(name, len(lines), "the state is not among the states")
		}
		if len(lines) == math.MaxInt32 {
			return nil, refuse(name, "more than 2^31-1 customers")
		}
		lines = append(lines, whereabouts[K]{id, int32(at), int32(len(lines))})
	}
	slices.SortFunc(lines, func(a, b whereabouts[K]) int {
		if c := cmp.Compare(a.id, b.id); c != 0 {
			return c
		}
		return cmp.Compare(a.row, b.row)
	})
	for i := 1; i < len(lines); i++ {
		if cmp.Compare(lines[i-1].id, lines[i].id) == 0 {
			return nil, refuseRow(name, int(lines[i].row), "the customer comes twice")
		}
	}
	return lines, nil
}

// Add counts one customer who was in from at the first date and in to at the
// second. A state that is not among the states is ErrInvalid.
func (m *Migration[S]) Add(from, to S) error {
	i, ok := m.index[from]
	j, ok2 := m.index[to]
	if !ok || !ok2 {
		return m.unknown()
	}
	return m.add(&m.count[i*len(m.states)+j])
}

// AddEntered counts one customer who was not there at the first date.
func (m *Migration[S]) AddEntered(to S) error {
	j, ok := m.index[to]
	if !ok {
		return m.unknown()
	}
	return m.add(&m.entered[j])
}

// AddLeft counts one customer who was not there at the second date.
func (m *Migration[S]) AddLeft(from S) error {
	i, ok := m.index[from]
	if !ok {
		return m.unknown()
	}
	return m.add(&m.left[i])
}

func (m *Migration[S]) unknown() error { return refuse("state", "it is not among the states") }

func (m *Migration[S]) add(count *int64) error {
	if m.customers == math.MaxInt64 {
		return errMigrationOverflow()
	}
	m.customers++
	*count++
	return nil
}

func errMigrationOverflow() error {
	return &Error{Field: "customers", Row: -1, Msg: "more than 2^63-1", Err: ErrOverflow}
}

// recount sets the number of customers, and fails where it overflows.
func (m *Migration[S]) recount() error {
	m.customers = 0
	for _, counts := range [...][]int64{m.count, m.entered, m.left} {
		for _, k := range counts {
			if m.customers > math.MaxInt64-k {
				return errMigrationOverflow()
			}
			m.customers += k
		}
	}
	return nil
}

// Merge adds the counts of other, which must have the same states in the same
// order, else ErrInvalid. On an error m is unchanged.
func (m *Migration[S]) Merge(other *Migration[S]) error {
	if !slices.Equal(m.states, other.states) {
		return refuse("states", "those of the other matrix are different")
	}
	if m.customers > math.MaxInt64-other.customers {
		return errMigrationOverflow()
	}
	m.customers += other.customers
	for i, k := range other.count {
		m.count[i] += k
	}
	for i := range m.states {
		m.entered[i] += other.entered[i]
		m.left[i] += other.left[i]
	}
	return nil
}

// States returns the states, lowest first: the order of all results.
func (m *Migration[S]) States() []S { return slices.Clone(m.states) }

// Count returns how many customers were in from at the first date and in to at
// the second; 0 for what is not among the states.
func (m *Migration[S]) Count(from, to S) int64 {
	i, ok := m.index[from]
	j, ok2 := m.index[to]
	if !ok || !ok2 {
		return 0
	}
	return m.count[i*len(m.states)+j]
}

// Before returns the number of customers in each state at the first date, those
// who left included.
func (m *Migration[S]) Before() []int64 {
	n := slices.Clone(m.left)
	for i := range n {
		n[i] += m.total(i)
	}
	return n
}

// After returns the number of customers in each state at the second date, those
// who entered included.
func (m *Migration[S]) After() []int64 {
	n := slices.Clone(m.entered)
	for i, k := range m.count {
		n[i%len(n)] += k
	}
	return n
}

// Entered returns by state the customers who were not there at the first date.
func (m *Migration[S]) Entered() []int64 { return slices.Clone(m.entered) }

// Left returns by state the customers who were not there at the second date.
func (m *Migration[S]) Left() []int64 { return slices.Clone(m.left) }

func (m *Migration[S]) row(i int) []int64 {
	return m.count[i*len(m.states) : (i+1)*len(m.states)]
}

func (m *Migration[S]) total(i int) (total int64) {
	for _, k := range m.row(i) {
		total += k
	}
	return total
}

// Proportion is Count out of Of customers, Of at least 1, with its confidence
// interval from Low to High (Wilson 1927): how far chance alone would have moved
// the share of so many customers.
type Proportion struct {
	Count int64   `json:"count"`
	Of    int64   `json:"of"`
	Share float64 `json:"share"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Flow is the shares of customers who moved up, stayed and moved down, of those
// known at both dates (升级、保持、降级).
type Flow struct {
	Up     Proportion `json:"up"`
	Stayed Proportion `json:"stayed"`
	Down   Proportion `json:"down"`
}

// MigrationRow is what became of the customers of one state.
type MigrationRow[S comparable] struct {
	From   S     `json:"from"`
	Before int64 `json:"before"` // at the first date
	Left   int64 `json:"left"`   // of them, not there at the second date
	// To holds the transition probabilities, one for each state, and Flow their
	// sums above, at and below From. Both are nil where nobody was in From at the
	// first date and anywhere at the second: the row is absent.
	To   []Proportion `json:"to"`
	Flow *Flow        `json:"flow"`
}

// Rows returns the matrix as shares of each row, with intervals at the confidence
// level, such as 0.95. A level outside (0, 1) is ErrInvalid.
func (m *Migration[S]) Rows(level float64) ([]MigrationRow[S], error) {
	rows := make([]MigrationRow[S], len(m.states))
	for i, s := range m.states {
		total := m.total(i)
		rows[i] = MigrationRow[S]{From: s, Before: total + m.left[i], Left: m.left[i]}
		if total == 0 {
			if _, err := proportion(0, 1, level); err != nil {
				return nil, err
			}
			continue
		}
		var counts [3]int64
		for j, k := range m.row(i) {
			counts[1+cmp.Compare(j, i)] += k
			p, err := proportion(k, total, level)
			if err != nil {
				return nil, err
			}
			rows[i].To = append(rows[i].To, p)
		}
		var err error
		if rows[i].Flow, err = flow(counts, level); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// Flow returns how many of all customers known at both dates moved up, stayed
// and moved down. Nobody at both dates is ErrInsufficientData, a level outside
// (0, 1) ErrInvalid.
func (m *Migration[S]) Flow(level float64) (*Flow, error) {
	var counts [3]int64
	for i := range m.states {
		for j, k := range m.row(i) {
			counts[1+cmp.Compare(j, i)] += k
		}
	}
	return flow(counts, level)
}

// flow takes the numbers of customers who moved down, stayed and moved up.
func flow(counts [3]int64, level float64) (*Flow, error) {
	total := counts[0] + counts[1] + counts[2]
	if total == 0 {
		return nil, tooLittle("customers", "none is known at both dates")
	}
	var f Flow
	for i, to := range [...]*Proportion{&f.Down, &f.Stayed, &f.Up} {
		p, err := proportion(counts[i], total, level)
		if err != nil {
			return nil, err
		}
		*to = p
	}
	return &f, nil
}

func proportion(count, of int64, level float64) (Proportion, error) {
	if of > math.MaxInt {
		return Proportion{}, errMigrationOverflow()
	}
	low, high, err := numeric.WilsonInterval(int(count), int(of), level)
	if err != nil {
		return Proportion{}, refuse("level", "%v is no confidence level between 0 and 1", level)
	}
	return Proportion{count, of, float64(count) / float64(of), low, high}, nil
}
