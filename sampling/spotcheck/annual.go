package spotcheck

// Annual is what a year comes to for one person on the closing roster (年度评定).
type Annual struct {
	Person     string `json:"person"`
	Department string `json:"department,omitzero"`
	// Grade follows from the routine checks of the year, rechecks included: the latest
	// rules. The year-end check decides where there was no other; somebody who was
	// never assessed is NotAssessed, which is no pass.
	Grade   Grade `json:"grade"`
	Basis   Basis `json:"basis"`
	YearEnd Grade `json:"year_end"` // of the year-end check by itself
	Checks  int   `json:"checks"`   // assessed, the remedial check left out
	Fails   int   `json:"fails"`    // of these
	// Remedial says that a fail is outstanding: the person is retrained and examined
	// again, outside quotas (重新培训和考核). Remedied is what that found; it does not
	// change Grade.
	Remedial bool  `json:"remedial,omitzero"`
	Remedied Grade `json:"remedied,omitzero"`

	Routine    *Result `json:"routine,omitzero"`      // the latest of the routine checks; nil without one
	AtYearsEnd *Result `json:"at_years_end,omitzero"` // of the year-end check; nil without one
}

// Annual grades everybody on a roster, in byte order of ids, by the checks so far
// (「根据日常抽查结果情况确定优秀、不合格员工」). The year's best are a second step,
// chosen by people among the excellent.
func (s *State) Annual(closing *Roster) []Annual {
	all := make([]Annual, 0, closing.Len())
	for _, p := range closing.people {
		a := Annual{Person: p.ID, Department: p.Department}
		if h := s.people.find(p.ID); h != nil {
			a.take(h)
		}
		all = append(all, a)
	}
	return all
}

func (a *Annual) take(h *record) {
	a.Remedial, a.Remedied = h.outstanding(), h.remedied
	for i := range h.checks {
		c := &h.checks[i]
		if c.Grade == NotAssessed {
			continue
		}
		a.Checks++
		if c.Grade == Unqualified {
			a.Fails++
		}
		x := c.Result
		if c.Kind == YearEnd {
			a.YearEnd, a.AtYearsEnd = c.Grade, &x
			if a.Basis == NoBasis {
				a.Grade, a.Basis = c.Grade, YearEndBasis
			}
		} else {
			a.Grade, a.Basis, a.Routine = c.Grade, RoutineBasis, &x
		}
	}
}

// Scores are points in understanding and practice.
type Scores struct {
	Understanding float64 `json:"understanding"`
	Practice      float64 `json:"practice"`
}

// Combined weighs the year-end check with yearEnd and the latest routine check with the
// rest (日常考核与集中考核相结合); where there was one of them alone, it is that one.
// False: there was none, or the weight is not a rate.
func (a Annual) Combined(yearEnd Rate) (Scores, bool) {
	scores := func(x *Result) Scores { return Scores{float64(x.Understanding), float64(x.Practice)} }
	switch {
	case !yearEnd.Valid() || a.Routine == nil && a.AtYearsEnd == nil:
		return Scores{}, false
	case a.AtYearsEnd == nil:
		return scores(a.Routine), true
	case a.Routine == nil:
		return scores(a.AtYearsEnd), true
	}
	w := yearEnd.Float()
	r, y := scores(a.Routine), scores(a.AtYearsEnd)
	return Scores{(1-w)*r.Understanding + w*y.Understanding, (1-w)*r.Practice + w*y.Practice}, true
}
