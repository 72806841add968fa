package spotcheck

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Scenario is what [Simulate] supposes. The zero value of an option is its default.
type Scenario struct {
	N     int  `json:"n"`              // all staff at the first round, 1 to 5,000,000
	Fail  Rate `json:"fail,omitzero"`  // share of checks that fail, each by itself
	Join  Rate `json:"join,omitzero"`  // joiners between two rounds, as a share of all staff
	Leave Rate `json:"leave,omitzero"` // share that leaves between two rounds, each person by themselves
	Miss  Rate `json:"miss,omitzero"`  // share of the routine rounds that are not held
	Bad   int  `json:"bad,omitzero"`   // people of the first roster whom a check would find, 0 to N
	Runs  int  `json:"runs,omitzero"`  // years, 1 to 1e6; 0 is 1000
}

// Forecast is what years of a cycle come to by simulation (模拟预测). A mean of a yes
// or no has a standard error of sqrt(p(1-p)/Runs).
type Forecast struct {
	Runs   int             `json:"runs"`
	Rounds []RoundForecast `json:"rounds"`

	GoalMet  float64 `json:"goal_met"` // share of years that reach the goal on their closing roster
	Coverage Spread  `json:"coverage"` // share of the closing roster that was checked
	Checks   Spread  `json:"checks"`   // checks in the year, rechecks included
	Repeats  Spread  `json:"repeats"`  // relaxed repeats in the year
}

// RoundForecast is one round over all years.
type RoundForecast struct {
	Name     string  `json:"name"`
	Held     float64 `json:"held"`     // share of years
	Checks   float64 `json:"checks"`   // mean of those held, as those below; 0 where it never was
	First    float64 `json:"first"`    // first checks
	Recheck  float64 `json:"recheck"`  // of those who failed
	Repeat   float64 `json:"repeat"`   // relaxed repeats
	Coverage float64 `json:"coverage"` // mean share of the roster checked by the end of this round, of all years
	// DetectAny is the share of years in which at least one of the bad was checked by
	// the end of this round; DetectEach the mean share of the bad who were, leavers
	// counted among them. Both are 0 without bad people.
	DetectAny  float64 `json:"detect_any"`
	DetectEach float64 `json:"detect_each"`
}

// Spread is a distribution over years: mean, and by nearest rank the 5th, 50th and 95th
// percentile.
type Spread struct {
	Mean   float64 `json:"mean"`
	Low    float64 `json:"low"`
	Median float64 `json:"median"`
	High   float64 `json:"high"`
}

const defaultRuns = 1000

// Simulate plays a cycle many times with people who fail, join and leave at random,
// drawn from rng, which is not to be used by others meanwhile; the same source gives
// the same forecast. It decides the numbers of each round as [Draw] does, and draws the
// people by rng; everybody who is drawn is assessed, and departments are left out.
//
// ErrInvalid: the cycle, or a scenario outside its ranges. ErrInfeasible: the cycle
// refuses to repeat and a year came to that.
func Simulate(c Cycle, x Scenario, rng *rand.Rand) (*Forecast, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if x.Runs == 0 {
		x.Runs = defaultRuns
	}
	var p problems
	p.check(x.N >= 1 && x.N <= maxStaff, "n", -1, codeHeadcount)
	p.check(x.Bad >= 0 && x.Bad <= x.N, "bad", -1, codeNumbers)
	p.check(x.Runs >= 1 && x.Runs <= 1_000_000, "runs", -1, codeRange)
	p.check(x.Fail.Valid(), "fail", -1, codeRate)
	p.check(x.Join.Valid(), "join", -1, codeRate)
	p.check(x.Leave.Valid(), "leave", -1, codeRate)
	p.check(x.Miss.Valid(), "miss", -1, codeRate)
	if err := p.join(); err != nil {
		return nil, err
	}
	f := &Forecast{Runs: x.Runs, Rounds: make([]RoundForecast, len(c.Rounds))}
	for i, r := range c.Rounds {
		f.Rounds[i].Name = r.Name
	}
	years := make([]tally, x.Runs)
	for i := range years {
		y := &year{cycle: c, scenario: x, rng: rng, forecast: f}
		if err := y.play(); err != nil {
			return nil, err
		}
		years[i] = y.tally
	}
	f.close(years)
	return f, nil
}

// close turns sums over years into means.
func (f *Forecast) close(years []tally) {
	runs := float64(f.Runs)
	for i := range f.Rounds {
		r := &f.Rounds[i]
		if held := r.Held; held > 0 {
			r.Checks, r.First, r.Recheck, r.Repeat = r.Checks/held, r.First/held, r.Recheck/held, r.Repeat/held
		}
		r.Held, r.Coverage, r.DetectAny, r.DetectEach = r.Held/runs, r.Coverage/runs, r.DetectAny/runs, r.DetectEach/runs
	}
	met := 0
	for _, y := range years {
		if y.met {
			met++
		}
	}
	f.GoalMet = float64(met) / runs
	f.Coverage = spread(years, func(y tally) float64 { return y.coverage })
	f.Checks = spread(years, func(y tally) float64 { return float64(y.checks) })
	f.Repeats = spread(years, func(y tally) float64 { return float64(y.repeats) })
}

func spread(years []tally, of func(tally) float64) Spread {
	values := make([]float64, len(years))
	sum := 0.0
	for i, y := range years {
		values[i] = of(y)
		sum += values[i]
	}
	slices.Sort(values)
	rank := func(p float64) float64 { return values[max(0, int(math.Ceil(p*float64(len(values))))-1)] }
	return Spread{Mean: sum / float64(len(values)), Low: rank(0.05), Median: rank(0.5), High: rank(0.95)}
}
