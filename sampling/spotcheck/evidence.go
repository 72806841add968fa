package spotcheck

import (
	"math/big"

	"github.com/guanxi-go/guanxi/sampling/audit"
)

// Evidence is what first checks drawn by lot say about everybody who could have been
// drawn (抽查结论的推断). Rechecks, repeats and surprises say nothing about the others and
// are no part of it; neither are people who were certain to be drawn from the start.
//
// Whoever joined late, or was away for a round, had other chances than the others to be
// drawn, since those who were not seen yet come first. So people are told apart by the
// rounds in which they could be drawn, and each such cohort is a simple random sample of
// its own, whose bounds are those of the exact hypergeometric law.
//
// In a cycle by department that law holds within each department, which is what
// [State.DepartmentEvidence] states. Figures about everybody pool the departments: a cohort
// counts as one sample, whatever departments its people are of. Where quotas are in
// proportion to size, that is the cautious reading, since such a sample varies no more than
// a simple one, but for terms of one over a department's size (Cochran, Sampling
// Techniques, 1977, section 5.6); where a minimum gives small departments more than their share, the pooled
// rate leans to theirs, and neither it nor its bounds are to be relied on.
//
// People who were drawn and not assessed are taken for a random part of their cohort.
type Evidence struct {
	People    int      `json:"people"`    // on the roster who could have been drawn by lot
	Uncovered int      `json:"uncovered"` // the others on it, of whom this says nothing: absent whenever there was a draw, or due from the start
	Drawn     int      `json:"drawn"`     // by lot
	Checked   int      `json:"checked"`   // of these, assessed
	Failed    int      `json:"failed"`    // of these, unqualified
	Estimate  Estimate `json:"estimate"`  // of the rate that passes among People

	// FailingLeast and FailingMost bound the number among People who would fail, together
	// at Estimate.Level; FailingAtMost does it one-sided, at the same level.
	FailingLeast  int `json:"failing_least"`
	FailingMost   int `json:"failing_most"`
	FailingAtMost int `json:"failing_at_most"`

	Cohorts []Cohort `json:"cohorts"` // those who could be drawn from the start first
}

// Estimate is a pass rate with its interval.
type Estimate struct {
	PassRate float64 `json:"pass_rate"` // weighted by the size of the cohorts that were checked; 0 where Known is false
	Known    bool    `json:"known"`     // somebody was checked
	Lower    float64 `json:"lower"`
	Upper    float64 `json:"upper"`
	Level    float64 `json:"level"` // of the interval, such as 0.95: it holds the true rate at least as often
}

// Cohort is the people who could be drawn in the same rounds (同批人员).
type Cohort struct {
	Rounds  []int `json:"rounds"` // 1-based
	People  int   `json:"people"`
	Drawn   int   `json:"drawn"`
	Checked int   `json:"checked"`
	Failed  int   `json:"failed"`
}

// A cohort of less than one part in smallCohort of all people is bounded without its
// sample: nobody who was not checked would fail, or everybody. That costs less than a
// share of the level would.
const smallCohort = 20

// infer fills in the estimate and the bounds from the cohorts.
func (e *Evidence) infer(level float64) error {
	shares := 0
	for _, c := range e.Cohorts {
		e.People, e.Drawn, e.Checked, e.Failed = e.People+c.People, e.Drawn+c.Drawn, e.Checked+c.Checked, e.Failed+c.Failed
	}
	for _, c := range e.Cohorts {
		if e.bySample(c) {
			shares++
		}
	}
	for _, c := range e.Cohorts {
		least, most, atMost := c.Failed, c.People-c.Checked+c.Failed, c.People-c.Checked+c.Failed
		if e.bySample(c) {
			// The cohorts share the risk (Bonferroni).
			risk := (1 - level) / float64(shares)
			if shares == 1 {
				risk = 1 - level
			}
			both, err := audit.CountInterval(int64(c.People), int64(c.Checked), int64(c.Failed), 1-risk)
			if err != nil {
				return err
			}
			one, err := audit.UpperCount(int64(c.People), int64(c.Checked), int64(c.Failed), risk)
			if err != nil {
				return err
			}
			least, most, atMost = int(both.Lower), int(both.Upper), int(one)
		}
		e.FailingLeast, e.FailingMost, e.FailingAtMost = e.FailingLeast+least, e.FailingMost+most, e.FailingAtMost+atMost
	}
	e.Estimate = Estimate{Lower: 0, Upper: 1, Level: level, Known: e.Checked > 0}
	if e.People > 0 {
		e.Estimate.Lower = float64(e.People-e.FailingMost) / float64(e.People)
		e.Estimate.Upper = float64(e.People-e.FailingLeast) / float64(e.People)
	}
	if e.Checked > 0 {
		e.Estimate.PassRate, _ = e.passRate().Float64()
	}
	return nil
}

func (e *Evidence) bySample(c Cohort) bool { return c.Checked > 0 && c.People*smallCohort >= e.People }

// passRate returns the estimate exactly: the mean of the cohorts' rates, weighted by their
// people. Somebody was checked.
func (e *Evidence) passRate() *big.Rat {
	passing, people := new(big.Rat), int64(0)
	for _, c := range e.Cohorts {
		if c.Checked > 0 {
			passing.Add(passing, new(big.Rat).SetFrac(
				new(big.Int).Mul(big.NewInt(int64(c.People)), big.NewInt(int64(c.Checked-c.Failed))), big.NewInt(int64(c.Checked))))
			people += int64(c.People)
		}
	}
	return passing.Quo(passing, new(big.Rat).SetInt64(people))
}

// Domain is what a group of checks found that were not drawn by lot, or not from
// everybody: it speaks for the people in it and for nobody else.
type Domain struct {
	Drawn   int `json:"drawn"`
	Checked int `json:"checked"` // of these, assessed
	Passed  int `json:"passed"`  // of these, qualified or excellent
}

// RoundEvidence is what one round found (一次抽查的结论).
type RoundEvidence struct {
	Round      int      `json:"round"`      // 1-based
	First      Evidence `json:"first"`      // first checks, and what they say about the roster of the round, departments pooled
	Rechecked  Domain   `json:"rechecked"`  // those whose latest result was a fail
	Owed       Domain   `json:"owed"`       // those who were drawn before and not assessed
	Repeated   Domain   `json:"repeated"`   // relaxed repeats
	Surprised  Domain   `json:"surprised"`  // the surprise share
	Unassessed int      `json:"unassessed"` // drawn in the round, for whatever reason, and absent
}

// RoundEvidence returns what a round found, and what its first checks say about all who
// could be drawn, at a confidence level in (0, 1). Rosters are those of the rounds up to
// it, in any order; others are ignored.
//
// Errors: ErrInvalid, the level; ErrNotFound, the round was missed or not drawn, or a
// roster is not there, with its round as Item; ErrIncomplete, somebody has no result yet.
func (s *State) RoundEvidence(round int, level float64, rosters ...*Roster) (*RoundEvidence, error) {
	if round < 1 || round > len(s.rounds) || s.rounds[round-1].Manifest == nil {
		return nil, refuse(ErrNotFound, "round", codeRounds)
	}
	l, err := s.lots(round, level, rosters)
	if err != nil {
		return nil, err
	}
	e := &RoundEvidence{Round: round}
	if e.First, err = l.evidence(l.rosters[round], func(r int) bool { return r == round }); err != nil {
		return nil, err
	}
	for _, p := range s.rounds[round-1].Manifest.Drawn {
		grade := NotAssessed
		for _, c := range s.people.find(p.Person).checks {
			if c.Round == round {
				grade = c.Grade
			}
		}
		if grade == NotAssessed {
			e.Unassessed++
		}
		switch p.Reason {
		case Rechecked:
			e.Rechecked.add(grade)
		case Owed:
			e.Owed.add(grade)
		case Repeat:
			e.Repeated.add(grade)
		case Surprise:
			e.Surprised.add(grade)
		}
	}
	return e, nil
}

func (d *Domain) add(g Grade) {
	d.Drawn++
	if g != NotAssessed {
		d.Checked++
	}
	if g > Unqualified {
		d.Passed++
	}
}
