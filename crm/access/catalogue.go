package access

import "github.com/guanxi-go/guanxi/crm/finding"

// Catalogue returns the sentences for the findings of this package; their codes
// begin with ACC. The subject is a member of staff, a role, a rule or an account, as
// [CheckSeparations], [CheckAccounts] and [Reading.Finding] say.
func Catalogue() finding.Catalogue {
	return finding.Catalogue{
		"ACC-SEPARATION":    {En: "rule {rule}: has both {a} ({way_a}) and {b} ({way_b})", Zh: "违反职责分离 {rule}：同时拥有 {a}（{way_a}）和 {b}（{way_b}）"},
		"ACC-ROLE-CONFLICT": {En: "rule {rule}: the role gives both {a} ({way_a}) and {b} ({way_b})", Zh: "角色违反职责分离 {rule}：同时给予 {a}（{way_a}）和 {b}（{way_b}）"},
		"ACC-UNSTAFFED":     {En: "nobody has the duty {duty}", Zh: "无人承担职责 {duty}"},
		"ACC-ORPHAN":        {En: "the account belongs to nobody on the staff list", Zh: "账号在人员名单中没有对应人员"},
		"ACC-STILL-OPEN":    {En: "the account of {staff} is open although he does not work here", Zh: "{staff} 不在岗，账号仍开通"},
		"ACC-EXCESS-ROLES":  {En: "the account of {staff} has roles that he does not have: {roles}", Zh: "{staff} 的账号有多余角色：{roles}"},
		"ACC-LACKING-ROLES": {En: "the account of {staff} lacks roles that he has: {roles}", Zh: "{staff} 的账号缺少角色：{roles}"},
		"ACC-NO-ACCOUNT":    {En: "has no open account", Zh: "没有开通的账号"},
		"ACC-READING":       {En: "read {reads} records on {days} working days; {expected} were to be expected, {threshold} and more are unusual", Zh: "{days} 个工作日查看了 {reads} 条记录；预期 {expected} 条，达到 {threshold} 条即为异常"},
	}
}
