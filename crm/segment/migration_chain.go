package segment

import (
	"errors"
	"fmt"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/markov"
)

// Reach says whether customers of one state ever come to another, if all go on
// moving as they did.
type Reach uint8

const (
	// ReachUnknown: on the way lies a state that customers entered and nobody was
	// seen to leave or to stay in, so what follows is not known.
	ReachUnknown  Reach = iota
	ReachNever          // there is no way
	ReachPossible       // some come there, others never
	ReachCertain        // all come there, sooner or later
)

var reachNames = enum.New[Reach]("reach", unknown, enum.Names{
	{"unknown", "未知"}, {"never", "不可达"}, {"possible", "可能到达"}, {"certain", "必然到达"},
})

// String returns unknown, never, possible or certain.
func (r Reach) String() string { return reachNames.Code(r) }

// Zh returns 未知, 不可达, 可能到达 or 必然到达.
func (r Reach) Zh() string { return reachNames.Zh(r) }

// MarshalText writes String; an unknown value is ErrInvalid.
func (r Reach) MarshalText() ([]byte, error) { return reachNames.Marshal(r) }

// UnmarshalText reads what MarshalText writes.
func (r *Reach) UnmarshalText(text []byte) error { return reachNames.Unmarshal(r, text) }

// Passage is the way from a state to a target.
type Passage[S comparable] struct {
	From  S     `json:"from"`
	Reach Reach `json:"reach"`
	// Probability of ever coming to the target, and Periods, the mean number of
	// periods until then among those who come; 0 and 0 mean nothing where Reach is
	// ReachUnknown or ReachNever. Where Reach is ReachPossible the mean over
	// everybody would be infinite. A target has probability 1 and 0 periods.
	Probability float64 `json:"probability,omitempty"`
	Periods     float64 `json:"periods,omitempty"`
}

// ExpectedTime returns for every state how likely its customers ever come to one
// of the targets and after how many periods on average (the time to seed customer:
// ExpectedTime(stage.RungSeed)). A period is the time between the two dates.
// Method: first passage of an absorbing Markov chain (Kemeny and Snell 1976,
// chapter 3). No target, and one that is not among the states, are ErrInvalid.
func (m *Migration[S]) ExpectedTime(targets ...S) ([]Passage[S], error) {
	at := make([]int, len(targets))
	for i, t := range targets {
		j, ok := m.index[t]
		if !ok {
			return nil, refuseRow("targets", i, "it is not among the states")
		}
		at[i] = j
	}
	if len(at) == 0 {
		return nil, refuse("targets", "there is none")
	}
	c, err := m.chain()
	if err != nil {
		return nil, err
	}
	ways, err := c.Passage(at...)
	if err != nil {
		return nil, m.translate(err)
	}
	out := make([]Passage[S], len(ways))
	for i, w := range ways {
		out[i] = Passage[S]{m.states[i], reachOf[w.Reach], w.Probability, w.Steps}
	}
	return out, nil
}

var reachOf = [...]Reach{markov.Unknown: ReachUnknown, markov.Never: ReachNever, markov.Possible: ReachPossible, markov.Certain: ReachCertain}

// SteadyState returns the share of customers in each state, in the order of the
// states, to which the moves would lead in the long run (稳态分布): the stationary
// distribution, by the algorithm of Grassmann, Taksar and Heyman (1985). A state
// that nobody was in has 0.
//
// It is ErrInsufficientData where customers entered a state that nobody was seen
// to leave or to stay in (the error names its place), or nobody is known at both
// dates; and ErrInvalid where there are several groups of states that are never
// left again ([Migration.ClosedGroups]), because the long run then depends on
// where customers begin.
func (m *Migration[S]) SteadyState() ([]float64, error) {
	c, err := m.chain()
	if err != nil {
		return nil, err
	}
	share, err := c.SteadyState()
	return share, m.translate(err)
}

// ClosedGroups returns the sets of states that customers, once there, never
// leave: each in the order of the states, ordered by their lowest. One group has a
// steady state.
func (m *Migration[S]) ClosedGroups() ([][]S, error) {
	c, err := m.chain()
	if err != nil {
		return nil, err
	}
	var groups [][]S
	for _, class := range c.ClosedClasses() {
		var group []S
		for _, i := range class {
			group = append(group, m.states[i])
		}
		groups = append(groups, group)
	}
	return groups, nil
}

// Forecast returns where start, numbers or shares by state, would be after the
// given number of periods, at least 0. Nobody is taken to enter or to leave. A
// state that holds anybody and has no counted transitions is ErrInsufficientData
// with its place; a negative or infinite number, NaN and another length than the
// states are ErrInvalid.
func (m *Migration[S]) Forecast(start []float64, periods int) ([]float64, error) {
	c, err := m.chain()
	if err != nil {
		return nil, err
	}
	later, err := c.Forecast(start, periods)
	return later, m.translate(err)
}

func (m *Migration[S]) chain() (*markov.Chain, error) {
	c, err := markov.New(len(m.states), m.count)
	return c, m.translate(err)
}

// translate turns an error of the chain into one of this package: the row is the
// place of the state.
func (m *Migration[S]) translate(err error) error {
	var single *markov.Error
	var several *markov.SeveralClosedError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &single):
		return &Error{Field: "states", Row: single.State, Msg: single.Msg, Err: single.Err}
	case errors.As(err, &several):
		return refuse("states", "%d groups of them are never left again", len(several.Classes))
	default:
		return fmt.Errorf("segment: %w", err)
	}
}
