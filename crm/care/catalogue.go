package care

import (
	"maps"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// The codes of errors.
const (
	codeUnknown   = "CARE-UNKNOWN"
	codeID        = "CARE-ID"
	codeCode      = "CARE-CODE"
	codeRepeated  = "CARE-REPEATED"
	codeTerm      = "CARE-TERM"
	codeMisplaced = "CARE-MISPLACED"
	codeMissing   = "CARE-MISSING"
	codeLead      = "CARE-LEAD"
	codeDay       = "CARE-DAY"
	codeLunar     = "CARE-LUNAR"
	codeWindow    = "CARE-WINDOW"
	codeCalendar  = "CARE-CALENDAR"
	codeFar       = "CARE-FAR"
	codeAmount    = "CARE-AMOUNT"
	codeCurrency  = "CARE-CURRENCY"
	codeOverflow  = "CARE-OVERFLOW"
	codeNoTask    = "CARE-NO-TASK"
	codeRange     = "CARE-RANGE"
	codeShares    = "CARE-SHARES"
)

// The codes of findings.
const (
	foundLate     = "CARE-LATE"
	foundBudget   = "CARE-OVER-BUDGET"
	foundShortage = "CARE-SHORTAGE"
)

var catalogue = finding.Catalogue{
	codeUnknown:   {En: "{field} is none of its values", Zh: "{field} 不是规定的取值"},
	codeID:        {En: "{field} is not 1 to 255 bytes of UTF-8 without NUL", Zh: "{field} 不是 1 至 255 字节的有效编号"},
	codeCode:      {En: "{field} is not 1 to 64 lower-case letters, digits, '-', '.' or '_'", Zh: "{field} 不是 1 至 64 位由小写字母、数字及 - . _ 组成的代码"},
	codeRepeated:  {En: "{field} is given twice", Zh: "{field} 重复"},
	codeTerm:      {En: "{field} is not days or months above 0, up to a hundred years", Zh: "{field} 须为一百年以内的天数或月数，二者取一"},
	codeMisplaced: {En: "{field} does not belong to this trigger", Zh: "该触发条件不适用 {field}"},
	codeMissing:   {En: "{field} is missing", Zh: "缺少 {field}"},
	codeLead:      {En: "{field} is not 0 to 366", Zh: "{field} 须为 0 至 366"},
	codeDay:       {En: "{field} is no day", Zh: "{field} 不是有效日期"},
	codeLunar:     {En: "the lunar birthday of {id} cannot be told for these years", Zh: "无法推算 {id} 在所查年份的农历生日"},
	codeWindow:    {En: "the window has no first day, ends before it, or is longer than ten years", Zh: "起止日期无效，或超过十年"},
	codeCalendar:  {En: "the calendar that rolls the tasks is missing or does not reach far enough", Zh: "缺少用于调整任务日期的日历，或日历范围不足"},
	codeFar:       {En: "the next working day is more than 31 days away", Zh: "31 天内没有工作日"},
	codeAmount:    {En: "{field} is below 0, or without a currency", Zh: "{field} 为负，或未注明币种"},
	codeCurrency:  {En: "{field} is of another currency", Zh: "{field} 的币种不一致"},
	codeOverflow:  {En: "{field} does not fit 64 bits", Zh: "{field} 超出范围"},
	codeNoTask:    {En: "there is no task with this key", Zh: "没有对应的关怀任务"},
	codeRange:     {En: "{field} is out of its range", Zh: "{field} 超出范围"},
	codeShares:    {En: "the shares do not sum to 1", Zh: "预算比例之和不等于 1"},
	foundLate:     {En: "{count} tasks of this care plan are late, the oldest since {day}", Zh: "该关怀计划有 {count} 项任务逾期，最早应于 {day} 完成"},
	foundBudget:   {En: "{cost} was spent on what may cost {budget}", Zh: "已花费 {cost}，超出预算 {budget}"},
	foundShortage: {En: "class {class} lacks {visits} visits to its minimum", Zh: "{class} 类客户距最低拜访次数尚缺 {visits} 次"},
}

// Catalogue returns the sentences of this package's findings and errors; their codes
// begin with CARE.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }
