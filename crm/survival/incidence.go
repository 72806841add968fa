package survival

import "sort"

// Incidence holds the Aalen-Johansen estimates for one initial state and
// several causes that end it (累积发生率): the probability of being without any
// event at t, and for each cause the cumulative incidence, the probability of
// having had it by t. They add up to one. Plain data with stable JSON.
type Incidence struct {
	Limits LimitKind `json:"limits"`
	Level  float64   `json:"level"`
	// Rows is the number of observations, Causes the number of causes.
	Rows   int `json:"rows"`
	Causes int `json:"causes"`
	// Start is the smallest Entry: the probabilities are those of a subject
	// without an event then.
	Start float64 `json:"start"`
	// Points are the distinct times at which an observation ended, ascending;
	// the probabilities are constant between them.
	Points []IncidencePoint `json:"points"`
}

// IncidencePoint is one step of an [Incidence].
type IncidencePoint struct {
	Time     float64 `json:"time"`
	AtRisk   int     `json:"at_risk"`
	Censored int     `json:"censored"`
	// Events counts the events at Time: Events[k-1] those of cause k.
	Events []int `json:"events"`
	// States holds the probability of each state at Time: States[0] of no
	// event so far, States[k] of cause k. The standard errors are those of the
	// infinitesimal jackknife, the limits absent where the probability is 0.
	States []Estimate `json:"states"`
}

// AalenJohansen estimates the cumulative incidence of competing causes, 1 to
// causes, from right-censored and left-truncated observations in any order. One
// minus a Kaplan-Meier curve that censors the other causes is not that: it
// answers for a world in which only one cause exists.
//
// The standard errors are those of the infinitesimal jackknife, each row its own
// influence, as in R's survfit for multi-state data with an id per row; under
// left truncation Greenwood's and Aalen's formulae differ from it. They cost one
// pass: O(n·causes), not rows times times.
//
// As with [KaplanMeier] the probability of no event stays 0 where a risk set
// dies out, whoever enters later; the standard error is 0 from there on, for the
// influence of every row is.
//
// Errors: ErrInsufficientData without observations; ErrInvalid for causes below
// 1, options out of range and for the first row that breaks the rule of
// [Observation] or whose cause is not in 0 to causes.
//
// Source: Aalen and Johansen 1978, Scandinavian Journal of Statistics 5:141-150;
// the jackknife as in Therneau's survival package 3.5-3, vignette "methods".
func AalenJohansen[T Time](obs []CompetingObservation[T], causes int, opts Options) (*Incidence, error) {
	rule, err := opts.rule()
	if err != nil {
		return nil, err
	}
	if causes < 1 {
		return nil, invalid("causes", "are fewer than one")
	}
	if len(obs) == 0 {
		return nil, insufficient("observations", "are none")
	}
	limit := maxTime[T]()
	start := obs[0].Entry
	for i, o := range obs {
		if !validSpell(o.Entry, o.Time, limit) {
			return nil, explainSpell(i, o.Entry, o.Time)
		}
		if o.Cause < 0 || o.Cause > causes {
			return nil, invalidRow(i, "cause", "is not between 0 and %d", causes)
		}
		start = min(start, o.Entry)
	}
	in := &Incidence{Limits: rule.kind, Level: rule.level, Rows: len(obs), Causes: causes, Start: float64(start)}
	in.Points = incidencePoints(obs, causes, rule)
	return in, nil
}

func incidencePoints[T Time](obs []CompetingObservation[T], causes int, rule limitRule) []IncidencePoint {
	ax := newAxis(
		column(len(obs), func(row int) T { return obs[row].Entry }),
		column(len(obs), func(row int) T { return obs[row].Time }))
	cause := make([]int, len(obs))
	rows := make([]int, len(obs))
	entered := make([]int, len(ax.time))
	for row := range obs {
		cause[row], rows[row] = obs[row].Cause, row
		entered[ax.start[row]]++
	}
	// By stop, start and cause: equal rows share one influence, and the sums do
	// not depend on the order of the rows.
	rows = ordered(rows, cause, causes+1)
	rows = ordered(rows, ax.start, len(ax.time))
	rows = ordered(rows, ax.stop, len(ax.time))

	points := make([]IncidencePoint, len(ax.time))
	events := make([]int, len(points)*causes)
	states := make([]Estimate, len(points)*(causes+1))
	jack := newJackknife(causes, len(points))
	atRisk := 0
	for i := range points {
		p := &points[i]
		p.Events, events = events[:causes:causes], events[causes:]
		p.States, states = states[:causes+1:causes+1], states[causes+1:]
		n := 0
		for n < len(rows) && ax.stop[rows[n]] == i {
			if k := cause[rows[n]]; k > 0 {
				p.Events[k-1]++
			} else {
				p.Censored++
			}
			n++
		}
		atRisk += entered[i]
		p.Time, p.AtRisk = ax.time[i], atRisk
		jack.step(i, entered[i], p.Events)
		for ending := rows[:n]; len(ending) > 0; {
			start, k, same := ax.start[ending[0]], cause[ending[0]], 1
			for same < len(ending) && ax.start[ending[same]] == start && cause[ending[same]] == k {
				same++
			}
			jack.leave(i, start, k, same)
			ending = ending[same:]
		}
		rows = rows[n:]
		atRisk -= n
		for k := range p.States {
			p.States[k] = rule.estimateOf(jack.state(k))
		}
	}
	return points
}

// index returns the index of the point in force at t, -1 before the first.
func (in *Incidence) index(t float64) int {
	return sort.Search(len(in.Points), func(i int) bool { return in.Points[i].Time > t }) - 1
}

// At returns the probability of a state at t, 0 for no event so far and k for
// cause k, with its limits. ok is false for a state that is none, a negative t
// or NaN, and after the last observation unless nobody was left without an
// event there.
func (in *Incidence) At(t float64, state int) (p Estimate, ok bool) {
	if !(t >= 0) || state < 0 || state > in.Causes || len(in.Points) == 0 {
		return Estimate{}, false
	}
	i := in.index(t)
	if i < 0 {
		rule, err := Options{in.Limits, in.Level}.rule()
		if err != nil {
			return Estimate{}, false
		}
		if state == 0 {
			return rule.estimateOf(1, 0), true
		}
		return rule.estimateOf(0, 0), true
	}
	last := &in.Points[len(in.Points)-1]
	return in.Points[i].States[state], t <= last.Time || last.States[0].Value == 0
}
