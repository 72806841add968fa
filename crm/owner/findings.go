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

		"OWN-CAP":          {En: "the limit of {limit} is reached: {used} are used", Zh: "已达上限：{used}/{limit}"},
		"OWN-COOL-DOWN":    {En: "who gave it up may have it back from {until} on", Zh: "冷却期内，{until} 起方可再次领取"},
		"OWN-NO-CANDIDATE": {En: "nobody is available", Zh: "没有可分配的人"},
		"OWN-TAKEN":        {En: "{id} has it", Zh: "已归 {id} 负责"},
		"OWN-CONFLICT":     {En: "something later is recorded already", Zh: "已有更晚的记录"},
		"OWN-DUPLICATE":    {En: "{field}: {id} is there twice", Zh: "{field}：{id} 重复"},
		"OWN-NOT-FOUND":    {En: "{field}: {id} is not known", Zh: "{field}：没有 {id}"},
		"OWN-FORBIDDEN":    {En: "the rules about owners do not allow it: {field}", Zh: "归属制度不允许：{field}"},
		"OWN-TRANSITION":   {En: "not possible as things stand: {field}", Zh: "当前状态不允许：{field}"},
		"OWN-INCOMPLETE":   {En: "{field} is missing: {items}", Zh: "缺少 {field}：{items}"},
		"OWN-CURRENCY":     {En: "amounts of several currencies cannot be compared", Zh: "不同币种的金额不能比较"},
		"OWN-OVERFLOW":     {En: "the sum is too large", Zh: "合计超出范围"},
		"OWN-INVALID":      {En: "{field} is not valid", Zh: "{field} 无效"},
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
