package score

import (
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Scorecard is a version of a [Card] as a company keeps it (评分卡版本), with what its scores
// are called. Versions count from 1, and the last one is in force.
type Scorecard struct {
	Version int     `json:"version"`
	Rules   []Rule  `json:"rules"`            // their ids are codes: what a lead was given by which rule stays in its journal
	Grades  []Grade `json:"grades,omitempty"` // from the best down; none is scores without grades
}

// Grade is a name for the scores from a number up to the next better one (线索等级), such as
// A from 80 on.
type Grade struct {
	Code string `json:"code"`
	From int    `json:"from"` // 0 to 100
}

// Card returns the rules as a card that goes by the days of a zone.
func (s Scorecard) Card(zone *time.Location) Card { return Card{Zone: zone, Rules: s.Rules} }

// Grade returns the code of a score's grade, "" for one below all of them.
func (s Scorecard) Grade(score int) string {
	for _, g := range s.Grades {
		if score >= g.From {
			return g.Code
		}
	}
	return ""
}

// Validate reports everything wrong with s, joined: what [Card.Validate] reports but for
// the zone, a version below 1, a rule whose id is no code, a grade without code or out of
// range, twice the same, or not lower than the one before it.
func (s Scorecard) Validate() error {
	var p problems
	p.check(s.Version >= 1, codeRange, "version", -1)
	for i, r := range s.Rules {
		p.check(!validID(r.ID) || limit.IsCode(r.ID), codeCode, "rules", i)
	}
	for i, g := range s.Grades {
		p.check(limit.IsCode(g.Code), codeCode, "grades", i)
		if slices.ContainsFunc(s.Grades[:i], func(q Grade) bool { return q.Code == g.Code }) {
			p = append(p, &Error{Code: codeRepeated, Field: "grades", Item: i, ID: g.Code, Err: ErrDuplicate})
		}
		p.check(g.From >= 0 && g.From <= 100 && (i == 0 || g.From < s.Grades[i-1].From), codeRange, "grades", i)
	}
	if err := s.Card(time.UTC).Validate(); err != nil {
		p = append(p, err)
	}
	return p.join()
}

// CheckScorecards reports everything wrong with a table of versions, joined: they are
// there from 1 on, in their order.
func CheckScorecards(versions []Scorecard) error {
	var p problems
	for i, s := range versions {
		p.check(s.Version == i+1, codeRange, "version", i)
		if err := s.Validate(); err != nil {
			p = append(p, err)
		}
	}
	return p.join()
}
