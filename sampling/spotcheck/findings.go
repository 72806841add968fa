package spotcheck

import (
	"strconv"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// Findings returns what people should know of a drawn round (抽查提示), gravest of each
// kind as it comes: shortfalls, relaxed repeats, a pool below the quota, departments
// that cannot reach their minimum. AsOf is the day of the draw. The subject is the
// cycle's id, or a department's.
func (m *Manifest) Findings(asOf calendar.Day) []finding.Finding {
	l := list{asOf: asOf, subject: m.Cycle}
	k := m.Counts
	round := finding.Int("round", int64(m.Round))
	n := func(name string, count int) finding.Param { return finding.Int(name, int64(count)) }
	if k.Shortfall > 0 {
		l.add(foundShort, finding.Breach, round, n("checked", k.Checked), n("quota", k.Quota+k.CatchUp))
	}
	if k.CoverageShortfall > 0 {
		l.add(foundUncovered, finding.Breach, n("seen", k.Goal-k.CoverageShortfall), n("goal", k.Goal))
	}
	if k.Eligible < k.Quota {
		l.add(foundPool, finding.Warning, round, n("eligible", k.Eligible), n("quota", k.Quota))
	}
	if k.Repeat > 0 {
		l.add(foundRepeats, finding.Notice, round, n("repeats", k.Repeat), n("unseen", k.Unseen))
	}
	if k.TopUp > 0 {
		l.add(foundTopUp, finding.Info, round, n("more", k.TopUp), n("goal", k.Goal))
	}
	if k.CatchUp > 0 {
		l.add(foundCatchUp, finding.Info, round, n("more", k.CatchUp))
	}
	if k.Owed > 0 {
		l.add(foundOwed, finding.Notice, round, n("owed", k.Owed))
	}
	if m.Kind == YearEnd {
		certain := map[string]int{}
		for _, p := range m.Drawn {
			if p.Reason == Rechecked || p.Reason == Owed || p.Reason == Surprise {
				certain[p.Department]++
			}
		}
		for _, a := range m.Departments {
			if reach := a.Seen + a.First + certain[a.Department]; reach < a.Minimum {
				l.subject = a.Department
				l.add(foundMinimum, finding.Breach, finding.Str("department", a.Department), n("seen", reach), n("least", a.Minimum))
			}
		}
	}
	return l.found
}

// Findings returns the verdict on a plan and each rule that gives way, for people.
func (r *Report) Findings(cycle string, asOf calendar.Day) []finding.Finding {
	l := list{asOf: asOf, subject: cycle}
	n := func(name string, count int) finding.Param { return finding.Int(name, int64(count)) }
	severity := finding.Info
	switch r.Verdict {
	case FeasibleWithRelaxation:
		severity = finding.Notice
	case Infeasible:
		severity = finding.Breach
	}
	l.add(foundVerdict, severity, finding.Term("verdict", r.Verdict), n("n", r.N), n("quota", r.Quota), n("yearend", r.YearEnd), n("goal", r.Goal))
	for _, x := range r.Violated {
		switch x {
		case NoRepeat:
			l.add(foundPlanRepeats, finding.Notice, n("round", r.firstRepeat()), n("draws", r.Draws), n("eligible", r.Eligible))
		case QuotaFloor:
			l.add(foundPlanFloor, finding.Breach, n("eligible", r.Eligible), n("draws", r.Draws))
		case CoverageGoal:
			l.add(foundPlanGoal, finding.Breach, n("distinct", r.MaxDistinct), n("goal", r.Goal))
		case DepartmentMinimum:
			l.add(foundPlanMinima, finding.Warning, n("minima", r.Minima), n("distinct", r.MaxDistinct))
		}
	}
	if r.Inside {
		l.add(foundInside, finding.Warning, n("slack", max(0, r.InsideSlack)), n("goal", r.Goal))
	}
	percent := func(name string, share float64) finding.Param {
		return finding.Str(name, strconv.FormatFloat(100*share, 'f', 1, 64))
	}
	if r.Uncoordinated < float64(r.Goal)/float64(r.N) {
		l.add(foundUncoordinated, finding.Notice, percent("percent", r.Uncoordinated), n("goal", r.Goal))
	}
	return l.found
}

// firstRepeat is the first round of the plan with repeats, or the one that refuses
// them.
func (r *Report) firstRepeat() int {
	for i, k := range r.Rounds {
		if k.Repeat > 0 {
			return i + 1
		}
	}
	return len(r.Rounds) + 1
}

type list struct {
	asOf    calendar.Day
	subject string
	found   []finding.Finding
}

func (l *list) add(code string, severity finding.Severity, params ...finding.Param) {
	l.found = append(l.found, finding.Finding{Code: code, Severity: severity, Subject: l.subject, AsOf: l.asOf, Params: params})
}
