package owner

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// Catalogue returns the sentences of this package's findings.
func Catalogue() finding.Catalogue {
	return finding.Catalogue{
		"OWN-UNASSIGNED": {En: "nobody could be given this customer: {why}", Zh: "该客户未能分配：{why}"},
		"OWN-SHADOWED":   {En: "no customer ever reaches this assignment rule", Zh: "没有客户会落到该分配规则"},
		"OWN-RECYCLE":    {En: "goes back to the pool {pool} after {last}", Zh: "将于 {last} 后回收至公海 {pool}"},
	}
}

// Findings returns an OWN-UNASSIGNED for each customer whom nobody gets.
func (r Routing) Findings(asOf calendar.Day) []finding.Finding {
	var found []finding.Finding
	for _, a := range r.Assignments {
		if a.Staff == "" {
			found = append(found, finding.Finding{Code: "OWN-UNASSIGNED", Severity: finding.Warning, Subject: a.Customer,
				AsOf: asOf, Params: []finding.Param{finding.Term("why", a.Refused)}})
		}
	}
	return found
}

// Findings returns an OWN-SHADOWED for each rule that [Router.Shadowed] names,
// with the rule as subject.
func (r Router) Findings(asOf calendar.Day) ([]finding.Finding, error) {
	ids, err := r.Shadowed()
	if err != nil {
		return nil, err
	}
	found := make([]finding.Finding, len(ids))
	for i, id := range ids {
		found[i] = finding.Finding{Code: "OWN-SHADOWED", Severity: finding.Notice, Subject: id, AsOf: asOf}
	}
	return found, nil
}

// Findings returns an OWN-RECYCLE about a customer on the days on which a warning
// is due, and nothing on others.
func (r Recycling) Findings(customer string, asOf calendar.Day) []finding.Finding {
	if !slices.Contains(r.Warnings, asOf) {
		return nil
	}
	return []finding.Finding{{Code: "OWN-RECYCLE", Severity: finding.Warning, Subject: customer, AsOf: asOf,
		Params: []finding.Param{finding.Str("pool", r.Pool), finding.Day("last", r.LastDay)}}}
}
