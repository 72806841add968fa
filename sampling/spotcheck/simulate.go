package spotcheck

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// tally is what is kept of a year.
type tally struct {
	coverage        float64
	met             bool
	checks, repeats int
}

// soul is somebody in a simulated year.
type soul struct {
	last, checks int32 // round of the latest check, 0 for none; how many
	failed       bool  // the latest was a fail
	bad          bool
}

// year is one simulated year.
type year struct {
	cycle    Cycle
	scenario Scenario
	rng      *rand.Rand
	forecast *Forecast
	tally    tally

	people         []soul
	missed, caught int
	found          int // bad people checked at least once, leavers included
}

func (y *year) play() error {
	y.people = make([]soul, y.scenario.N)
	for i := range y.scenario.Bad {
		y.people[i].bad = true
	}
	for i, round := range y.cycle.Rounds {
		if i > 0 {
			y.churn()
		}
		r := &y.forecast.Rounds[i]
		if round.Kind == Routine && y.happens(y.scenario.Miss) {
			y.missed++
		} else if len(y.people) > 0 {
			if err := y.hold(i+1, round.Kind, r); err != nil {
				return err
			}
		}
		seen := 0
		for _, p := range y.people {
			if p.checks > 0 {
				seen++
			}
		}
		y.tally.coverage, y.tally.met = 1, true // of a roster of nobody
		if n := len(y.people); n > 0 {
			y.tally.coverage, y.tally.met = float64(seen)/float64(n), seen >= y.cycle.Goal.Of(n)
		}
		r.Coverage += y.tally.coverage
		if y.found > 0 {
			r.DetectAny++
		}
		if y.scenario.Bad > 0 {
			r.DetectEach += float64(y.found) / float64(y.scenario.Bad)
		}
	}
	return nil
}

// happens is true with the probability of a rate, exactly.
func (y *year) happens(r Rate) bool { return !r.IsZero() && y.rng.Int64N(r.Den) < r.Num }

// churn lets people leave and join.
func (y *year) churn() {
	n := len(y.people)
	if !y.scenario.Leave.IsZero() {
		y.people = slices.DeleteFunc(y.people, func(soul) bool { return y.happens(y.scenario.Leave) })
	}
	if join := y.scenario.Join; !join.IsZero() {
		product := int64(n) * join.Num
		joiners := int(product / join.Den)
		if y.rng.Int64N(join.Den) < product%join.Den {
			joiners++
		}
		y.people = append(y.people, make([]soul, joiners)...)
	}
}

// hold draws and assesses a round.
func (y *year) hold(round int, kind RoundKind, r *RoundForecast) error {
	var due, unseen, passed []int
	p := pool{kind: kind, n: len(y.people), eligible: len(y.people)}
	for i, x := range y.people {
		switch {
		case x.failed:
			due = append(due, i)
		case x.checks == 0:
			unseen = append(unseen, i)
		default:
			passed = append(passed, i)
		}
		if x.checks > 0 {
			p.seen++
		}
	}
	p.unseen, p.passed, p.recheck = len(unseen), len(passed), len(due)
	p.catchUp = y.cycle.catchUp(p.n, y.missed, y.caught, round)
	k, err := y.cycle.decide(p)
	if err != nil {
		return err
	}
	y.caught += k.CatchUp
	drawn := slices.Clone(due)
	first := y.pick(unseen, k.Fresh+k.TopUp)
	if k.Repeat > 0 {
		y.pick(passed, len(passed)) // ties in a random order
		slices.SortStableFunc(passed, func(a, b int) int {
			x, z := y.people[a], y.people[b]
			return cmp.Or(cmp.Compare(x.last, z.last), cmp.Compare(x.checks, z.checks))
		})
	}
	drawn = append(append(drawn, first...), passed[:k.Repeat]...)
	rest := append(slices.Clone(unseen[len(first):]), passed[k.Repeat:]...)
	drawn = append(drawn, y.pick(rest, k.Surprise)...)
	for _, i := range drawn {
		x := &y.people[i]
		if x.bad && x.checks == 0 {
			y.found++
		}
		x.last, x.failed = int32(round), y.happens(y.scenario.Fail)
		x.checks++
	}
	y.tally.checks += k.Checked
	y.tally.repeats += k.Repeat
	r.Held++
	r.Checks += float64(k.Checked)
	r.First += float64(len(first))
	r.Recheck += float64(k.Recheck)
	r.Repeat += float64(k.Repeat)
	return nil
}

// pick moves n at random to the front and returns them.
func (y *year) pick(all []int, n int) []int {
	for i := range n {
		j := i + y.rng.IntN(len(all)-i)
		all[i], all[j] = all[j], all[i]
	}
	return all[:n]
}
