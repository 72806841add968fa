package agenda

import (
	"maps"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// The codes of errors.
const (
	codeUnknown  = "AGD-UNKNOWN"
	codeID       = "AGD-ID"
	codeCode     = "AGD-CODE"
	codeRepeated = "AGD-REPEATED"
	codeInstant  = "AGD-INSTANT"
	codeLength   = "AGD-LENGTH"
	codeTravel   = "AGD-TRAVEL-MINUTES"
	codeFuture   = "AGD-FUTURE"
	codeText     = "AGD-TEXT"
	codeState    = "AGD-STATE"
	codeJournal  = "AGD-JOURNAL"
	codeRule     = "AGD-RULE"
	codeWindow   = "AGD-WINDOW"
	codeSession  = "AGD-NO-SESSION"
	codeInvited  = "AGD-NOT-INVITED"
)

// The codes of findings.
const (
	foundOverlap = "AGD-OVERLAP"
	foundTravel  = "AGD-TRAVEL"
)

var catalogue = finding.Catalogue{
	codeUnknown:  {En: "{field} is none of its values", Zh: "{field} 不是规定的取值"},
	codeID:       {En: "{field} is not 1 to 255 bytes of UTF-8 without NUL", Zh: "{field} 不是 1 至 255 字节的有效编号"},
	codeCode:     {En: "{field} is not 1 to 64 lower-case letters, digits, '-', '.' or '_'", Zh: "{field} 不是 1 至 64 位由小写字母、数字及 - . _ 组成的代码"},
	codeRepeated: {En: "{field} is given twice", Zh: "{field} 重复"},
	codeInstant:  {En: "{field} is no microsecond in UTC", Zh: "{field} 不是精确到微秒的世界时"},
	codeLength:   {En: "it does not end later than it begins, or lasts longer than 366 days", Zh: "结束时间须晚于开始时间，且时长不超过 366 天"},
	codeTravel:   {En: "the way takes 0 to 1440 minutes, and only to a visit out", Zh: "路程时间须为 0 至 1440 分钟，且仅用于上门拜访"},
	codeFuture:   {En: "{field} is later than now", Zh: "{field} 晚于当前时间"},
	codeText:     {En: "{field} is too long or not UTF-8", Zh: "{field} 过长或不是有效文本"},
	codeState:    {En: "not possible in the present state of {id}", Zh: "{id} 当前状态下不能执行此操作"},
	codeJournal:  {En: "the entry does not follow from those before it", Zh: "该记录与之前的记录不衔接"},
	codeRule:     {En: "the rule, its start or its zone is not valid", Zh: "周期规则、起始时间或时区无效"},
	codeWindow:   {En: "the window ends before it begins, or is longer than ten years", Zh: "查询时段无效，或超过十年"},
	codeSession:  {En: "the event has no session {id}", Zh: "该事件没有场次 {id}"},
	codeInvited:  {En: "{id} is not invited", Zh: "{id} 未受邀请"},
	foundOverlap: {En: "overlaps with {other} by {minutes} minutes", Zh: "与 {other} 时间重叠 {minutes} 分钟"},
	foundTravel:  {En: "{minutes} minutes are lacking for the way to {other}", Zh: "前往 {other} 的路程时间尚缺 {minutes} 分钟"},
}

// Catalogue returns the sentences of this package's findings and errors; their codes
// begin with AGD.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }
