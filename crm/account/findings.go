package account

import (
	"strings"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// Catalogue returns the sentences of this package's findings.
func Catalogue() finding.Catalogue {
	return finding.Catalogue{
		"ACC-NO-POWER":      {En: "no decision maker or power person is named", Zh: "未登记决策者或权力人物"},
		"ACC-POWER-UNTIED":  {En: "{count} of {named} power people have no active tie to us: {contacts}", Zh: "{named} 名权力人物中有 {count} 名与我方无活跃联系：{contacts}"},
		"ACC-SINGLE-THREAD": {En: "{ours} of ours and {theirs} of theirs have active ties", Zh: "单线联系：我方 {ours} 人、对方 {theirs} 人活跃"},
		"ACC-KEY-PERSON":    {En: "if {staff} leaves, {lost} of {influence} points of influence go", Zh: "若 {staff} 离开，将失去 {influence} 分影响力中的 {lost} 分"},
		"ACC-KEY-NO-OWNER":  {En: "the key account has no owner", Zh: "大客户未指定负责人"},
		"ACC-KEY-NO-PLAN":   {En: "the key account has no plan", Zh: "大客户未制定客户计划"},
		"ACC-UNMAPPED":      {En: "{count} contacts with ties are no stakeholders: {contacts}", Zh: "{count} 名有联系的联系人未登记为干系人：{contacts}"},
	}
}

// Findings returns what somebody should see of the map: nobody of power named
// (ACC-NO-POWER), power people without an active tie (ACC-POWER-UNTIED), a single
// thread (ACC-SINGLE-THREAD), else one of ours with whom more than half goes
// (ACC-KEY-PERSON), and ties to people who are no stakeholders (ACC-UNMAPPED).
func (m Map) Findings(asOf calendar.Day) (found []finding.Finding) {
	add := func(code string, severity finding.Severity, params ...finding.Param) {
		found = append(found, finding.Finding{Code: code, Severity: severity, Subject: m.Customer, AsOf: asOf, Params: params})
	}
	count := func(name string, n int) finding.Param { return finding.Int(name, int64(n)) }
	contacts := func(ids []string) finding.Param { return finding.Str("contacts", strings.Join(ids, ", ")) }
	if m.Power.Named == 0 {
		add("ACC-NO-POWER", finding.Warning)
	}
	if n := len(m.Power.Untied); n > 0 {
		add("ACC-POWER-UNTIED", finding.Notice, count("count", n), count("named", m.Power.Named), contacts(m.Power.Untied))
	}
	switch {
	case m.SingleThread:
		add("ACC-SINGLE-THREAD", finding.Warning, count("ours", m.OursActive), count("theirs", m.TheirsActive))
	case m.BusFactor.AtMost == 1:
		add("ACC-KEY-PERSON", finding.Warning, finding.Str("staff", m.BusFactor.Staff[0]), count("lost", m.BusFactor.Lost), count("influence", m.Influence))
	}
	if n := len(m.Unmapped); n > 0 {
		add("ACC-UNMAPPED", finding.Notice, count("count", n), contacts(m.Unmapped))
	}
	return found
}
