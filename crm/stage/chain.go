package stage

import (
	"errors"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/markov"
)

// Reach says whether subjects in one state ever come to another, if all go on
// stepping as they did (可达性).
type Reach uint8

// The kinds of reach.
const (
	ReachUnknown  Reach = iota // on the way lies a state that nothing was counted from 未知
	ReachNever                 // there is no way 不可达
	ReachPossible              // some come there, others never 可能到达
	ReachCertain               // all come there, sooner or later 必然到达
)

var reachNames = enum.New[Reach]("reach", unknown, enum.Names{
	{"unknown", "未知"}, {"never", "不可达"}, {"possible", "可能到达"}, {"certain", "必然到达"},
})

// String returns unknown, never, possible or certain.
func (r Reach) String() string { return reachNames.Code(r) }

// Zh returns 未知, 不可达, 可能到达 or 必然到达.
func (r Reach) Zh() string { return reachNames.Zh(r) }

// MarshalText writes the form of String; a number that is no reach is ErrInvalid.
func (r Reach) MarshalText() ([]byte, error) { return reachNames.Marshal(r) }

// UnmarshalText reads what MarshalText writes.
func (r *Reach) UnmarshalText(text []byte) error { return reachNames.Unmarshal(r, text) }

// Passage is the way from a state to a target (首达).
type Passage[S comparable] struct {
	From  S     `json:"from"`
	Reach Reach `json:"reach"`
	// Probability of ever coming to the target, and Steps, the mean number of steps
	// until then among those that come; 0 and 0 mean nothing where Reach is
	// ReachUnknown or ReachNever. Where Reach is ReachPossible the mean over all
	// would be infinite. A target has probability 1 and 0 steps.
	Probability float64 `json:"probability,omitempty"`
	Steps       float64 `json:"steps,omitempty"`
}

// ExpectedTime returns for every state how likely its subjects ever come to one of
// the targets, and after how many steps on average (期望首达时间): periods of
// [Histories.Periods], or moves. Method: first passage of an absorbing Markov
// chain, Kemeny and Snell 1976, Finite Markov Chains, chapter 3.
//
// Errors: ErrInvalid for no target, and for one that the machine does not know.
func (t *Transitions[S]) ExpectedTime(targets ...S) ([]Passage[S], error) {
	at := make([]int, len(targets))
	for i, s := range targets {
		if at[i] = t.m.place(s); at[i] < 0 {
			return nil, refuse("targets", "number %d is not a state of machine %s", i+1, t.m.def.Name)
		}
	}
	if len(at) == 0 {
		return nil, refuse("targets", "there is none")
	}
	c, err := t.chain()
	if err != nil {
		return nil, err
	}
	ways, err := c.Passage(at...)
	if err != nil {
		return nil, t.translate(err)
	}
	out := make([]Passage[S], len(ways))
	for i, w := range ways {
		out[i] = Passage[S]{t.m.states[i], reachOf(w.Reach), w.Probability, w.Steps}
	}
	return out, nil
}

func reachOf(r markov.Reach) Reach {
	switch r {
	case markov.Never:
		return ReachNever
	case markov.Possible:
		return ReachPossible
	case markov.Certain:
		return ReachCertain
	default:
		return ReachUnknown
	}
}

// SteadyState returns the share of steps that end in each state in the long run, in
// the order of the states (稳态分布): for periods the share of subjects to which
// they would settle. Method: Grassmann, Taksar and Heyman 1985, Operations Research
// 33:1107-1116. A state that played no part has 0.
//
// Errors: ErrInsufficientData where a state was entered that nothing was counted
// from, so that what follows is not known; ErrInvalid where there are several
// groups of states that are never left again ([Transitions.ClosedGroups]), because
// the long run then depends on where subjects begin.
func (t *Transitions[S]) SteadyState() ([]float64, error) {
	c, err := t.chain()
	if err != nil {
		return nil, err
	}
	share, err := c.SteadyState()
	return share, t.translate(err)
}

// ClosedGroups returns the sets of states that subjects, once there, never leave:
// each in the order of the states, ordered by their first.
func (t *Transitions[S]) ClosedGroups() ([][]S, error) {
	c, err := t.chain()
	if err != nil {
		return nil, err
	}
	var groups [][]S
	for _, class := range c.ClosedClasses() {
		var group []S
		for _, i := range class {
			group = append(group, t.m.states[i])
		}
		groups = append(groups, group)
	}
	return groups, nil
}

// Forecast returns where start, numbers or shares in the order of the states, would
// be after so many steps, 0 or more (马尔可夫预测). Nobody is taken to begin or to be
// lost.
//
// Errors: ErrInsufficientData where a state holds anybody before the last step and
// nothing was counted from it; ErrInvalid for a negative or infinite number, NaN, a
// negative number of steps and another length than the states.
func (t *Transitions[S]) Forecast(start []float64, steps int) ([]float64, error) {
	c, err := t.chain()
	if err != nil {
		return nil, err
	}
	later, err := c.Forecast(start, steps)
	return later, t.translate(err)
}

func (t *Transitions[S]) chain() (*markov.Chain, error) {
	c, err := markov.New(len(t.m.states), t.count)
	return c, t.translate(err)
}

// translate turns an error of the chain into one of this package: a single state at
// fault is named by its code.
func (t *Transitions[S]) translate(err error) error {
	var single *markov.Error
	var several *markov.SeveralClosedError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &several):
		return refuse("states", "%d groups of them are never left again", len(several.Classes))
	case errors.As(err, &single) && single.State >= 0:
		return &Error{Field: "states", Reason: t.m.code(single.State) + ": " + single.Msg, Err: single.Err}
	case errors.As(err, &single):
		return &Error{Field: "states", Reason: single.Msg, Err: single.Err}
	default:
		return &Error{Field: "states", Reason: "the chain fails", Err: err}
	}
}
