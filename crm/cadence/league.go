package cadence

import (
	"cmp"
	"math/bits"
	"slices"
)

// OwnerLine is what a rule came to for one person in one unit (个人考核汇总): the duties of
// [Line] that were this person's to do, while in the unit. What nobody had to do, because
// nobody looked after a record, is in the lines of the units alone.
type OwnerLine struct {
	Owner  string `json:"owner"`         // id
	Unit   string `json:"unit,omitzero"` // id; "" for none
	Rule   Rule   `json:"rule"`
	Owed   int64  `json:"owed"`
	Met    int64  `json:"met"`
	Missed int64  `json:"missed"`
}

// owners returns what each person owed, by person, unit and rule.
func (e *Evaluator) owners() (lines []OwnerLine) {
	for i := range e.workers {
		w, first := &e.workers[i], len(lines)
		for _, p := range w.places {
			unit := ""
			if p.unit >= 0 {
				unit = e.book.units[p.unit].ID
			}
			for rule := RuleLogin; rule <= RuleAction; rule++ {
				if s := p.sums[rule]; s.met+s.missed > 0 {
					lines = append(lines, OwnerLine{w.person.ID, unit, rule, s.met + s.missed, s.met, s.missed})
				}
			}
		}
		slices.SortStableFunc(lines[first:], func(a, b OwnerLine) int { return cmp.Compare(a.Unit, b.Unit) })
	}
	return lines
}

// Standing is somebody's place in a league table (排行).
type Standing struct {
	Rank   int    `json:"rank"` // from 1; who did equally well has the same, and the next follow behind them: 1, 2, 2, 4
	Owner  string `json:"owner"`
	Owed   int64  `json:"owed"`
	Met    int64  `json:"met"`
	Missed int64  `json:"missed"`
}

// Rate returns the share of what was owed that was met, and false where nothing was owed.
func (s Standing) Rate() (Rate, bool) { return rateOf(s.Met, s.Owed) }

// League returns who did how well by a rule, or by all together where rule is the zero Rule
// (责任人排行榜): the highest share of what was owed that was met first, ties by id. Shares are
// compared exactly. Who owed nothing is not in it.
func (r Report) League(rule Rule) []Standing {
	var table []Standing
	at := map[string]int{}
	for _, l := range r.Owners {
		if l.Owed <= 0 || rule != 0 && l.Rule != rule {
			continue
		}
		i, ok := at[l.Owner]
		if !ok {
			i = len(table)
			at[l.Owner] = i
			table = append(table, Standing{Owner: l.Owner})
		}
		s := &table[i]
		s.Owed, s.Met, s.Missed = s.Owed+l.Owed, s.Met+l.Met, s.Missed+l.Missed
	}
	slices.SortFunc(table, func(a, b Standing) int { return cmp.Or(compareShares(&b, &a), cmp.Compare(a.Owner, b.Owner)) })
	for i := range table {
		table[i].Rank = i + 1
		if i > 0 && compareShares(&table[i], &table[i-1]) == 0 {
			table[i].Rank = table[i-1].Rank
		}
	}
	return table
}

// compareShares compares the met shares of what was owed, in 128 bits.
func compareShares(a, b *Standing) int {
	high, low := bits.Mul64(uint64(a.Met), uint64(b.Owed))
	otherHigh, otherLow := bits.Mul64(uint64(b.Met), uint64(a.Owed))
	return cmp.Or(cmp.Compare(high, otherHigh), cmp.Compare(low, otherLow))
}
