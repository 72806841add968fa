package cadence

import (
	"slices"
	"time"
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
	ordered := true
	same, noted := 0, -1 // equal notes in a row, and the place of the last note
	for i := range actions {
		a := &actions[i]
		if err := f.check(a); err != nil {
			return err
		}
		rule, by, known := f.evidence(a)
		missing, late := rule.missing(a), rule.late(a)
		if !known || late || missing != nil {
			if err := a.validate(); err != nil {
				return err
			}
		}
		switch {
		case missing != nil:
			f.suspect(foundEmpty, a, by, a.RecordedAt, Finding{Owed: 1, Fields: missing})
		default:
			at := a.At
			if late {
				at = a.RecordedAt
				f.suspect(foundLate, a, by, a.At.Add(time.Duration(rule.LateDays)*24*time.Hour), Finding{Owed: 1})
			}
			d := f.e.grid.day(at.Unix())
			ordered = ordered && (len(f.acted) == 0 || f.acted[len(f.acted)-1] <= d)
			f.acted = append(f.acted, d)
		}
		if a.Note == "" {
			continue
		}
		if noted >= 0 && sameNote(actions[noted].Note, a.Note) {
			same++
		} else {
			same = 1
		}
		noted = i
		if same == rule.CopyRun {
			if err := a.validate(); err != nil {
				return err
			}
			f.suspect(foundCopy, a, by, a.RecordedAt, Finding{Owed: rule.CopyRun - 1, Done: same})
		}
	}
	if !ordered {
		slices.Sort(f.acted)
	}
	return nil
}

// rising reports whether each action comes behind the one before it.
func rising(actions []Action) bool {
	for i := 1; i < len(actions); i++ {
		if compareActions(&actions[i-1], &actions[i]) >= 0 {
			return false
		}
	}
	return true
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

// evidence returns the rule for an action, that of who recorded it as of then, and the
// usual one for somebody whom no policy binds; known is false for somebody who is not
// among the people.
func (f *fold) evidence(a *Action) (rule *EvidenceRule, by *regime, known bool) {
	e := f.e
	who, err := e.who(a.Actor)
	if err != nil {
		return &e.usual, &e.nowhere, false
	}
	r := e.workers[who].regimeAt(a.RecordedAt.UnixMicro())
	if r.policy < 0 {
		return &e.usual, r, true
	}
	return &e.rules[r.policy].Evidence, r, true
}

// suspect reports what is wrong with how an action was recorded.
func (f *fold) suspect(code string, a *Action, by *regime, due time.Time, found Finding) {
	if !f.e.within(a.RecordedAt.UnixMicro()) {
		return
	}
	found.Code, found.Rule, found.Kind, found.Subject, found.Owner = code, ruleOf(code), f.r.Kind, f.r.ID, a.Actor
	found.DueAt, found.FoundAt = due.In(f.e.zone), a.RecordedAt.In(f.e.zone)
	f.e.bind(&found, by)
	found.seal(f.e.zone, a.RecordedAt.UTC().Format(time.RFC3339Nano)+"|"+a.ID)
	f.e.findings = append(f.e.findings, found)
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
		r := w.regimeAt(at[i].UnixMicro())
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
			e.findings = append(e.findings, f)
		}
		for i+1 < len(at) && !at[i+1].After(end) {
			i++ // the rest of the burst is no other
		}
	}
	return nil
}
