package group

import "github.com/guanxi-go/guanxi/crm/finding"

// Catalogue returns the sentences for the findings of this package; their codes
// begin with GRP. [Table.Check] and [CheckOutputs] say what each is about: the
// subject is the id of the group, department or output that lacks something.
func Catalogue() finding.Catalogue {
	return finding.Catalogue{
		"GRP-NO-DEPARTMENT":       {En: "no department is accountable for this customer group", Zh: "该顾客群体没有责任部门"},
		"GRP-SEVERAL-DEPARTMENTS": {En: "several departments are accountable for this customer group: {departments}", Zh: "该顾客群体有多个责任部门：{departments}"},
		"GRP-NO-SERVICE":          {En: "{departments} does not say what is done for this customer group", Zh: "{departments} 未填写对该顾客群体的服务内容"},
		"GRP-NO-GOAL":             {En: "{departments} has no goal for this customer group", Zh: "{departments} 未填写对该顾客群体的管理目标"},
		"GRP-UNKNOWN-GROUP":       {En: "a row of {department} names a customer group that does not exist", Zh: "{department} 的一行填写了不存在的顾客群体"},
		"GRP-UNKNOWN-DEPARTMENT":  {En: "{of} names a department that does not exist", Zh: "{of} 填写了不存在的部门"},
		"GRP-NO-OUTPUT":           {En: "the department lists no output", Zh: "该部门没有填写产出"},
		"GRP-NO-RECIPIENT":        {En: "nobody receives this output of {department}", Zh: "{department} 的这项产出没有接受者"},
		"GRP-OWN-RECIPIENT":       {En: "{department} names itself as recipient of its own output", Zh: "{department} 把自己填为产出的接受者"},
		"GRP-NO-KIND":             {En: "{department} does not say what kind of output this is", Zh: "{department} 未填写产出类别"},
		"GRP-UNKNOWN-RECIPIENT":   {En: "a recipient does not exist: {kind} {recipient}", Zh: "接受者不存在：{kind} {recipient}"},
	}
}
