package cadence

import (
	"math"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// read validates the actions of the record, reports what is wrong with how they were
// recorded, and notes the days on which one counts.
func (f *fold) read(actions []Action) error {
	if !rising(actions) {
		actions = slices.Clone(actions)
		slices.SortStableFunc(actions, func(a, b Action) int { return compareActions(&a, &b) })
		for i := 1; i < len(actions); i++ {
			if compareActions(&actions[i-1], &actions[i]) == 0 {
				return refuseID(ErrDuplicate, codeRepeated, "actions", actions[i].ID)
			}
		}
	}
	f.acted = f.acted[:0]
	ordered, latest := true, calendar.MinDay
	same, noted := 0, "" // equal notes in a row, and the last of them
	for i := range actions {
		a := &actions[i]
		at, recorded := a.At.Unix(), a.RecordedAt.Unix()
		if !f.regular(a, at, recorded) {
			if err := f.check(a); err != nil {
				return err
			}
		}
		if a.Actor != f.by.id || recorded < f.by.from || recorded >= f.by.to {
			f.by = f.authorOf(a)
		}
		counts := true
		if !f.by.known || a.Kind == Visit || !a.NoChange && !beginsWithWord(a.Note) || recorded-at >= f.by.patience {
			var err error
			if at, counts, err = f.examine(a); err != nil {
				return err
			}
		}
		if counts {
			d := f.e.grid.day(at)
			ordered, latest = ordered && latest <= d, d
			f.acted = append(f.acted, d)
		}
		if a.Note == "" {
			continue
		}
		if same == 0 || !sameNote(noted, a.Note) {
			same = 0
		}
		noted = a.Note
		if same++; same == f.by.rule.CopyRun {
			if err := a.validate(); err != nil {
				return err
			}
			f.suspect(foundCopy, a, a.RecordedAt, Finding{Owed: f.by.rule.CopyRun - 1, Done: same})
		}
	}
	if !ordered {
		slices.Sort(f.acted)
	}
	return nil
}

// rising reports whether each action comes behind the one before it.
func rising(actions []Action) bool {
	before := int64(math.MinInt64)
	for i := range actions {
		recorded := actions[i].RecordedAt.Unix()
		if recorded <= before && i > 0 && compareActions(&actions[i-1], &actions[i]) >= 0 {
			return false
		}
		before = recorded
	}
	return true
}

// zeroSecond is the zero time in Unix seconds: January 1, year 1.
const zeroSecond = -62135596800

// regular reports whether check has nothing to say, by whole seconds: false where that
// takes a closer look.
func (f *fold) regular(a *Action, at, recorded int64) bool {
	return a.ID != "" && len(a.ID) <= limit.ID && a.Actor != "" && a.Kind <= Meeting && zeroSecond < at && at < recorded &&
		a.TargetKind == f.r.Kind && a.Target == f.r.ID
}

func (f *fold) check(a *Action) error {
	if !a.sound() {
		return a.validate()
	}
	if a.TargetKind != f.r.Kind || a.Target != f.r.ID {
		return refuseID(ErrInvalid, codeTarget, "actions", a.ID)
	}
	return nil
}

// author is who recorded an action, and what bound him then, from one second up to
// another at least.
type author struct {
	id       string
	known    bool // is among the people
	rule     *EvidenceRule
	regime   *regime
	patience int64 // seconds from which on it may be too late
	from, to int64
}

// authorOf finds the rule for an action: that of who recorded it as of then, and the
// usual one for somebody whom no policy binds.
func (f *fold) authorOf(a *Action) author {
	e := f.e
	by := author{id: a.Actor, rule: &e.usual, regime: &e.nowhere, from: math.MinInt64, to: math.MaxInt64}
	if who, err := e.who(a.Actor); err == nil {
		w := &e.workers[who]
		i := w.regimeAt(a.RecordedAt.UnixMicro())
		by.known, by.regime = true, &w.regimes[i]
		if by.regime.from > math.MinInt64 {
			by.from = floorSeconds(by.regime.from) + 1 // in the second before, it depends
		}
		if i+1 < len(w.regimes) {
			by.to = floorSeconds(w.regimes[i+1].from)
		}
		if by.regime.policy >= 0 {
			by.rule = &e.rules[by.regime.policy].Evidence
		}
	}
	by.patience = int64(by.rule.LateDays) * 86400
	return by
}

// examine says whether an action counts, and as of when in Unix seconds, and reports
// what is wrong with it.
func (f *fold) examine(a *Action) (at int64, counts bool, err error) {
	rule := f.by.rule
	missing, late := rule.missing(a), rule.late(a)
	if !f.by.known || late || missing != nil {
		if err := a.validate(); err != nil {
			return 0, false, err
		}
	}
	switch {
	case missing != nil:
		f.suspect(foundEmpty, a, a.RecordedAt, Finding{Owed: 1, Fields: missing})
		return 0, false, nil
	case late:
		f.suspect(foundLate, a, a.At.Add(time.Duration(rule.LateDays)*24*time.Hour), Finding{Owed: 1})
		return a.RecordedAt.Unix(), true, nil
	}
	return a.At.Unix(), true, nil
}

// suspect reports what is wrong with how an action was recorded.
func (f *fold) suspect(code string, a *Action, due time.Time, found Finding) {
	if !f.e.within(a.RecordedAt.UnixMicro()) {
		return
	}
	found.Code, found.Rule, found.Kind, found.Subject, found.Owner = code, ruleOf(code), f.r.Kind, f.r.ID, a.Actor
	found.DueAt, found.FoundAt = due.In(f.e.zone), a.RecordedAt.In(f.e.zone)
	f.e.bind(&found, f.by.regime)
	found.seal(f.e.zone, a.RecordedAt.UTC().Format(time.RFC3339Nano)+"|"+a.ID)
	f.e.suspects = append(f.e.suspects, found)
}

// Recorded looks at when a person recorded actions, of all records together: a
// CAD-BULK says that more than BulkActions were recorded within BulkSeconds. The
// instants may be in any order. ErrNotFound: who is not among the people.
func (e *Evaluator) Recorded(person string, at []time.Time) error {
	who, err := e.who(person)
	if err != nil {
		return err
	}
	if !slices.IsSortedFunc(at, time.Time.Compare) {
		at = slices.Clone(at)
		slices.SortFunc(at, time.Time.Compare)
	}
	w := &e.workers[who]
	for i := 0; i < len(at); i++ {
		r := &w.regimes[w.regimeAt(at[i].UnixMicro())]
		rule := e.usual
		if r.policy >= 0 {
			rule = e.rules[r.policy].Evidence
		}
		full := i + rule.BulkActions // the first that is too many
		end := at[i].Add(time.Duration(rule.BulkSeconds) * time.Second)
		if full >= len(at) || at[full].After(end) {
			continue
		}
		if e.within(at[full].UnixMicro()) {
			f := Finding{Code: foundBulk, Rule: RuleEvidence, Subject: person, Owner: person, Owed: rule.BulkActions, Done: rule.BulkActions + 1,
				DueAt: at[full].In(e.zone), FoundAt: at[full].In(e.zone)}
			e.bind(&f, r)
			f.seal(e.zone, at[i].UTC().Format(time.RFC3339Nano))
			e.suspects = append(e.suspects, f)
		}
		for i+1 < len(at) && !at[i+1].After(end) {
			i++ // the rest of the burst is no other
		}
	}
	return nil
}
