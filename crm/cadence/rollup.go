package cadence

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Line is what a rule came to in a unit with all below it (汇总). A duty (应尽事项) is one
// day of log-in, one week of travel, one term of idleness, or one month or term of a
// record; each is met or missed, so that Owed is Met and Missed together, and the
// numbers of a unit are those of its own people and of the units below it.
type Line struct {
	Unit   string `json:"unit,omitzero"` // id; "" for duties of no unit
	Rule   Rule   `json:"rule"`
	Owed   int64  `json:"owed"`
	Met    int64  `json:"met"`
	Missed int64  `json:"missed"`
	People int    `json:"people"` // who owed something, each once
}

// Rate is a share with how many it is of and how far chance may move it.
type Rate struct {
	Share float64 `json:"share"`
	N     int64   `json:"n"`
	Low   float64 `json:"low"`  // of the Wilson interval
	High  float64 `json:"high"` // at 95 %
}

// Rate returns the share of what was owed that was met, and false where nothing was
// owed.
func (l Line) Rate() (Rate, bool) { return rateOf(l.Met, l.Owed) }

func rateOf(met, owed int64) (Rate, bool) {
	if owed <= 0 || met < 0 || met > owed || owed > 1<<31-1 {
		return Rate{}, false
	}
	low, high, err := numeric.WilsonInterval(int(met), int(owed), 0.95)
	return Rate{Share: float64(met) / float64(owed), N: owed, Low: low, High: high}, err == nil
}

// tally counts duties by unit and rule. The last unit stands for none.
type tally struct {
	parents []int32
	counts  [][RuleAction + 1]count
	seen    [][RuleAction + 1]int32 // by unit and rule: the person who was counted last, from 1
}

type count struct {
	met, missed int64
	people      int
}

func newTally(parents []int32) *tally {
	return &tally{parents, make([][RuleAction + 1]count, len(parents)+1), make([][RuleAction + 1]int32, len(parents)+1)}
}

func (t *tally) clone() *tally {
	return &tally{t.parents, slices.Clone(t.counts), slices.Clone(t.seen)}
}

// add counts duties of a unit, -1 for none.
func (t *tally) add(unit int32, rule Rule, met, missed int) {
	if unit < 0 {
		unit = int32(len(t.parents))
	}
	c := &t.counts[unit][rule]
	c.met += int64(met)
	c.missed += int64(missed)
}

// person counts a person once in a unit and in each above it. All duties of a person
// under a rule are reported before those of the next.
func (t *tally) person(unit int32, rule Rule, who int32) {
	if unit < 0 {
		unit = int32(len(t.parents))
	}
	for unit >= 0 && t.seen[unit][rule] != who+1 {
		t.seen[unit][rule] = who + 1
		t.counts[unit][rule].people++
		if int(unit) == len(t.parents) {
			return
		}
		unit = t.parents[unit]
	}
}

// lines sums upward and returns what there is, units from the roots down.
func (t *tally) lines(units []Unit) (lines []Line) {
	sums := slices.Clone(t.counts)
	for u := len(t.parents) - 1; u >= 0; u-- {
		if up := t.parents[u]; up >= 0 {
			for rule := range sums[u] {
				sums[up][rule].met += sums[u][rule].met
				sums[up][rule].missed += sums[u][rule].missed
			}
		}
	}
	for u := range sums {
		id := ""
		if u < len(units) {
			id = units[u].ID
		}
		for rule := RuleLogin; rule <= RuleAction; rule++ {
			c := sums[u][rule]
			if u < len(units) || c.met+c.missed > 0 {
				lines = append(lines, Line{Unit: id, Rule: rule, Owed: c.met + c.missed, Met: c.met, Missed: c.missed, People: c.people})
			}
		}
	}
	return lines
}
