package cadence

// Looser returns where r is looser than the rules above it, as names of fields, or
// cannot be compared with them; none where it is as strict or stricter (只严不松). What
// a penalty costs is each unit's own and not looked at, and neither is who owes an
// action and what only warns.
func (r Rules) Looser(above Rules) (fields []string) {
	r, above = r.withDefaults(), above.withDefaults()
	look := func(looser bool, field string) {
		if looser {
			fields = append(fields, field)
		}
	}
	if !above.Login.Off {
		look(r.Login.Off, "login.off")
		look(!r.Login.Off && r.Login.Window < above.Login.Window, "login.window")
	}
	if !above.Travel.Off {
		look(r.Travel.Off, "travel.off")
		look(!r.Travel.Off && r.Travel.PerWeek < above.Travel.PerWeek, "travel.per_week")
		look(!r.Travel.Off && above.Travel.DistinctDays && !r.Travel.DistinctDays, "travel.distinct_days")
	}
	if !above.Idle.Off {
		look(r.Idle.Off, "idle.off")
		look(!r.Idle.Off && !covers(r.Idle.Basis, above.Idle.Basis), "idle.basis")
		look(!r.Idle.Off && r.Idle.Days > above.Idle.Days, "idle.days")
	}
	if !above.Action.Off {
		look(r.Action.Off, "action.off")
		look(!r.Action.Off && r.Action.Mode != Both && r.Action.Mode != above.Action.Mode, "action.mode")
		look(!r.Action.Off && above.Action.Mode != CalendarMonth && r.Action.Days > above.Action.Days, "action.days")
		look(!r.Action.Off && above.Action.Mode != Rolling && above.Action.Partial && !r.Action.Partial, "action.partial")
		look(!r.Action.Off && r.Action.PostponeDays > above.Action.PostponeDays, "action.postpone_days")
		look(r.Evidence.MinRunes < above.Evidence.MinRunes, "evidence.min_runes")
		look(r.Evidence.LateDays > above.Evidence.LateDays, "evidence.late_days")
	}
	return fields
}

// covers reports whether one basis counts every day that another counts.
func covers(basis, other IdleBasis) bool {
	breadth := [...]int{CalendarDays: 1, WorkingDays: 0, StrictDays: 2}
	return breadth[basis] >= breadth[other]
}
