package reminder

import (
	"maps"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// The codes of errors.
const (
	codeUnknown  = "RMD-UNKNOWN"
	codeID       = "RMD-ID"
	codeRepeated = "RMD-REPEATED"
	codeRule     = "RMD-RULE"
	codeCount    = "RMD-COUNT"
	codeGrace    = "RMD-GRACE"
	codeInstant  = "RMD-INSTANT"
	codeCalendar = "RMD-CALENDAR"
	codeFar      = "RMD-FAR"
	codePast     = "RMD-PAST"
	codeFuture   = "RMD-FUTURE"
	codeNoFiring = "RMD-NO-FIRING"
	codeNothing  = "RMD-NOTHING"
	codeStopped  = "RMD-STOPPED"
	codeJournal  = "RMD-JOURNAL"
	codeText     = "RMD-TEXT"
)

var catalogue = finding.Catalogue{
	codeUnknown:  {En: "{field} is none of its values", Zh: "{field} 不是规定的取值"},
	codeID:       {En: "{field} is not 1 to 255 bytes of UTF-8 without NUL", Zh: "{field} 不是 1 至 255 字节的有效编号"},
	codeRepeated: {En: "{field} is given twice", Zh: "{field} 重复"},
	codeRule:     {En: "the rule, its start or its zone is not valid", Zh: "周期规则、起始时间或时区无效"},
	codeCount:    {En: "a reminder that counts from when it was last done has no COUNT", Zh: "从上次完成起算的提醒不能限定次数"},
	codeGrace:    {En: "the grace is not 0 to 24 hours", Zh: "宽限时间须为 0 至 24 小时"},
	codeInstant:  {En: "{field} is no microsecond in UTC", Zh: "{field} 不是精确到微秒的世界时"},
	codeCalendar: {En: "the calendar that rolls the reminder is missing or does not reach far enough", Zh: "缺少用于调整提醒日期的日历，或日历范围不足"},
	codeFar:      {En: "the next working day is more than 31 days away", Zh: "31 天内没有工作日"},
	codePast:     {En: "a snooze ends later than now", Zh: "稍后提醒的时间须晚于当前时间"},
	codeFuture:   {En: "{field} is later than now", Zh: "{field} 晚于当前时间"},
	codeNoFiring: {En: "no open firing has the id {id}", Zh: "没有编号为 {id} 的待处理提醒"},
	codeNothing:  {En: "nothing is open", Zh: "没有待处理的提醒"},
	codeStopped:  {En: "the reminder has ended", Zh: "提醒已终止"},
	codeJournal:  {En: "the entry does not follow from those before it", Zh: "该记录与之前的记录不衔接"},
	codeText:     {En: "{field} is too long or not UTF-8", Zh: "{field} 过长或不是有效文本"},
}

// Catalogue returns the sentences of this package's errors; their codes begin with RMD.
func Catalogue() finding.Catalogue { return maps.Clone(catalogue) }
