package pipeline

import (
	"cmp"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// StuckOptions say what too long in a stage is. The zero value is the default.
type StuckOptions struct {
	Quantile float64 `json:"quantile,omitzero"`  // share of the stays that are over by then, above 0 and below 1; 0 is 0.75
	MinExits int     `json:"min_exits,omitzero"` // stays that have to have ended for the data to be believed; 0 is 20
}

// StuckRules returns the rule of each open stage for [stage.Histories.Stuck] over
// journals of this process (滞留规则): too long is the quantile of the stays, those
// that go on taken into account by Kaplan and Meier's estimate, and the stage's
// StuckDays where the data have no answer. Each stay counts from its own beginning,
// not from the opportunity's.
func (f *Funnel) StuckRules(opts StuckOptions) []stage.StuckRule[string] {
	var rules []stage.StuckRule[string]
	for _, s := range f.open() {
		rules = append(rules, stage.StuckRule[string]{State: s.ID, Quantile: cmp.Or(opts.Quantile, 0.75), MinExits: opts.MinExits,
			Limit: time.Duration(s.StuckDays) * 24 * time.Hour})
	}
	return rules
}

// StuckFindings returns a PIP-STUCK for each opportunity that stayed too long, by
// falling days, then by id.
func (f *Funnel) StuckFindings(stuck []stage.Stuck[string], asOf calendar.Day) []finding.Finding {
	var found []finding.Finding
	for _, s := range stuck {
		for _, o := range s.Subjects {
			found = append(found, finding.Finding{Code: "PIP-STUCK", Severity: finding.Warning, Subject: o.ID, AsOf: asOf, Params: []finding.Param{
				f.name(s.State), finding.Int("days", int64(o.Days)), finding.Int("limit", int64(s.Limit)), finding.Term("source", s.Source)}})
		}
	}
	sortByDays(found)
	return found
}

// Pulse is the last sign of life of an open opportunity (最近跟进).
type Pulse struct {
	ID         string       `json:"id"`
	Stage      string       `json:"stage"`                // id of the stage that it is in
	Opened     calendar.Day `json:"opened"`               // the day on which it was opened
	LastAction calendar.Day `json:"last_action,omitzero"` // of the last action that counts; zero is none yet
}

// Silent returns a PIP-SILENT for each opportunity in an open stage on which nothing
// was done for more whole days than the stage's SilentDays (静默商机), by falling days,
// then by id. It counts from the last action that counts, or else from the opening,
// and says nothing about how long a deal has been in its stage.
//
// ErrInvalid, with the place in pulses: an id that breaks the rules, a stage that the
// process does not have, no day of opening, a day after asOf.
func (f *Funnel) Silent(pulses []Pulse, asOf calendar.Day) ([]finding.Finding, error) {
	if !asOf.Valid() {
		return nil, refuse(ErrInvalid, "as_of", codeDay)
	}
	var found []finding.Finding
	for i, p := range pulses {
		place, known := f.place[p.Stage]
		last := max(p.Opened, p.LastAction)
		switch {
		case !validID(p.ID):
			return nil, refuseItem(ErrInvalid, "pulses", i, codeID)
		case !known:
			return nil, refuseItem(ErrInvalid, "pulses", i, codeNoStage)
		case !p.Opened.Valid() || !p.LastAction.IsZero() && !p.LastAction.Valid() || last > asOf:
			return nil, refuseItem(ErrInvalid, "pulses", i, codePulse)
		}
		s := f.process.Stages[place]
		if days := asOf.Sub(last); s.Type == Open && s.SilentDays > 0 && days > s.SilentDays {
			found = append(found, finding.Finding{Code: "PIP-SILENT", Severity: finding.Warning, Subject: p.ID, AsOf: asOf, Params: []finding.Param{
				f.name(p.Stage), finding.Int("days", int64(days)), finding.Int("limit", int64(s.SilentDays))}})
		}
	}
	sortByDays(found)
	return found, nil
}

// name is a stage as a parameter of a finding.
func (f *Funnel) name(id string) finding.Param {
	return finding.Param{Name: "stage", Value: f.Text(id, finding.English), Zh: f.Text(id, finding.Chinese)}
}

// sortByDays orders findings by falling days, then by subject.
func sortByDays(found []finding.Finding) {
	slices.SortFunc(found, func(a, b finding.Finding) int {
		x, _ := a.Param("days")
		y, _ := b.Param("days")
		return cmp.Or(cmp.Compare(len(y.Value), len(x.Value)), cmp.Compare(y.Value, x.Value), cmp.Compare(a.Subject, b.Subject))
	})
}
