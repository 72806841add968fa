package group

import (
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// CheckOptions say which groups need a department; the zero value means all.
type CheckOptions struct {
	LeavesOnly bool           // only groups without parts; by default every group
	Zone       *time.Location // in which the findings' day is taken; nil is UTC
}

// Check finds what is wrong with the table at an instant, in the order of
// [finding.Compare]; [Catalogue] has the sentences. departments are the ids of all
// departments that there are.
//
//   - GRP-NO-DEPARTMENT, GRP-SEVERAL-DEPARTMENTS (breach): a group has no accountable
//     department, or more than one, which are listed. Nothing is inherited: a
//     department that answers for a group does not thereby answer for its parts
//   - GRP-UNKNOWN-GROUP, GRP-UNKNOWN-DEPARTMENT (warning): a row names what does not
//     exist
//   - GRP-NO-SERVICE, GRP-NO-GOAL (warning): no row of the accountable department
//     says what is done for the group, or what has to be reached
func (t *Table) Check(tree *Tree, departments []string, at time.Time, opts CheckOptions) []finding.Finding {
	found := findings{day: calendar.DayOf(at, opts.Zone)}
	known := setOf(departments)
	for _, r := range t.AsOf(at) {
		if _, ok := tree.Node(r.Group); !ok {
			found.add("GRP-UNKNOWN-GROUP", finding.Warning, r.Group, finding.Str("department", r.Department))
		}
		if !known[r.Department] {
			found.add("GRP-UNKNOWN-DEPARTMENT", finding.Warning, r.Department, finding.Str("of", r.Group))
		}
	}
	for n := range tree.All() {
		if opts.LeavesOnly && !n.Leaf() {
			continue
		}
		t.checkGroup(&found, n.ID(), at)
	}
	return found.sorted()
}

func (t *Table) checkGroup(found *findings, group string, at time.Time) {
	var departments []string
	var services, goals bool
	for _, r := range t.of(group) {
		if r.Role == Accountable && r.ValidAt(at) {
			departments = append(departments, r.Department)
			services, goals = services || len(r.Services) > 0, goals || len(r.Goals) > 0
		}
	}
	switch departments = slices.Compact(departments); len(departments) {
	case 0:
		found.add("GRP-NO-DEPARTMENT", finding.Breach, group)
		return
	case 1:
	default:
		found.add("GRP-SEVERAL-DEPARTMENTS", finding.Breach, group, list("departments", departments))
	}
	if !services {
		found.add("GRP-NO-SERVICE", finding.Warning, group, list("departments", departments))
	}
	if !goals {
		found.add("GRP-NO-GOAL", finding.Warning, group, list("departments", departments))
	}
}

// Lapse is a stretch of time in which a group had no accountable department, or
// several.
type Lapse struct {
	Group       string    `json:"group"`
	From        time.Time `json:"from"`
	Until       time.Time `json:"until"`
	Departments []string  `json:"departments,omitempty"` // empty: a gap; else an overlap of these
}

// Lapses returns the gaps and overlaps of a period [from, until), by group in the
// order of [Tree.All] and then by time; neighbouring stretches differ. An empty
// period, or one that runs backward, is ErrInvalid.
func (t *Table) Lapses(tree *Tree, from, until time.Time, opts CheckOptions) ([]Lapse, error) {
	if !from.Before(until) {
		return nil, invalid("", "interval", "is empty or runs backward")
	}
	var lapses []Lapse
	for n := range tree.All() {
		if !opts.LeavesOnly || n.Leaf() {
			lapses = append(lapses, t.lapsesOf(n.ID(), from, until)...)
		}
	}
	return lapses, nil
}

func (t *Table) lapsesOf(group string, from, until time.Time) (lapses []Lapse) {
	rows := slices.DeleteFunc(slices.Clone(t.of(group)), func(r Responsibility) bool { return r.Role != Accountable })
	cuts := []time.Time{from, until}
	for _, r := range rows {
		for _, cut := range []time.Time{r.From, r.Until} {
			if cut.After(from) && cut.Before(until) {
				cuts = append(cuts, cut)
			}
		}
	}
	slices.SortFunc(cuts, time.Time.Compare)
	cuts = slices.CompactFunc(cuts, time.Time.Equal)
	for i, cut := range cuts[:len(cuts)-1] {
		var departments []string
		for _, r := range rows {
			if r.ValidAt(cut) {
				departments = append(departments, r.Department)
			}
		}
		departments = slices.Compact(departments)
		last := len(lapses) - 1
		switch {
		case len(departments) == 1:
		case last >= 0 && lapses[last].Until.Equal(cut) && slices.Equal(lapses[last].Departments, departments):
			lapses[last].Until = cuts[i+1]
		default:
			lapses = append(lapses, Lapse{group, cut, cuts[i+1], departments})
		}
	}
	return lapses
}

// findings collects what one check finds.
type findings struct {
	day  calendar.Day
	list []finding.Finding
}

func (f *findings) add(code string, s finding.Severity, subject string, params ...finding.Param) {
	f.list = append(f.list, finding.Finding{Code: code, Severity: s, Subject: subject, AsOf: f.day, Params: params})
}

// sorted returns the findings in order, each once.
func (f *findings) sorted() []finding.Finding {
	slices.SortFunc(f.list, finding.Compare)
	return slices.CompactFunc(f.list, func(a, b finding.Finding) bool { return finding.Compare(a, b) == 0 })
}

func list(name string, ids []string) finding.Param {
	p := finding.Param{Name: name, Value: strings.Join(ids, ", ")}
	if len(ids) > 1 {
		p.Zh = strings.Join(ids, "、")
	}
	return p
}

func setOf(ids []string) map[string]bool {
	set := make(map[string]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}
