package goal

import (
	"maps"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// The codes of errors.
const (
	codeID       = "GOAL-ID"
	codeRepeated = "GOAL-REPEATED"
	codeParent   = "GOAL-PARENT"
	codeCycle    = "GOAL-CYCLE"
	codeWeight   = "GOAL-WEIGHT"
	codeWeights  = "GOAL-WEIGHTS"
	codeTarget   = "GOAL-TARGET"
	codeDivided  = "GOAL-DIVIDED"
	codeNumber   = "GOAL-NUMBER"
	codeDay      = "GOAL-DAY"
)

// The code of the finding.
const foundOverdue = "GOAL-OVERDUE"

var catalogue = finding.Catalogue{
	codeID:       {En: "{field} is not 1 to 255 bytes of UTF-8 without NUL", Zh: "{field} 不是 1 至 255 字节的有效编号"},
	codeRepeated: {En: "{id} is given twice", Zh: "{id} 重复"},
	codeParent:   {En: "the parent of {id} is not among the nodes", Zh: "{id} 的上级目标不存在"},
	codeCycle:    {En: "{id} is part of itself", Zh: "{id} 的上下级关系形成循环"},
	codeWeight:   {En: "the weight of {id} is not above 0 and at most 1, or is given to a node without a parent", Zh: "{id} 的权重须大于 0 且不超过 1，最上级目标不设权重"},
	codeWeights:  {En: "the weights of the parts of {id} do not sum to 1", Zh: "{id} 下级目标的权重之和不等于 1"},
	codeTarget:   {En: "the target of {id} is not above 0", Zh: "{id} 的目标值须大于 0"},
	codeDivided:  {En: "{id} is divided into others and has a {field} of its own", Zh: "{id} 已分解为下级目标，不应再设 {field}"},
	codeNumber:   {En: "the {field} of {id} has more than 64 digits", Zh: "{id} 的 {field} 超过 64 位"},
	codeDay:      {En: "the due day of {id} is no day", Zh: "{id} 的截止日期无效"},
	foundOverdue: {En: "due on {due}, at {percent} %", Zh: "应于 {due} 完成，目前进度 {percent}%"},
}

// Catalogue returns the sentences of this package's findings and errors; their codes
// begin with GOAL.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }
