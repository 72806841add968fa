package calendar

// The reasons that several functions give.
var (
	notADay    = reason{"is outside the years 1 to 9999", "不在公元 1 至 9999 年之间"}
	notAWindow = reason{"is not of the form HH:MM-HH:MM", "格式不是 HH:MM-HH:MM"}
	badWindow  = reason{"does not run from an earlier to a later minute of 00:00 to 48:00", "应在 00:00 至 48:00 之间且起点早于终点"}
	tooMany    = reason{"are more than 48", "超过 48 个"}
	noName     = reason{"is no value of this type", "不是该类型的值"}
	twice      = reason{"is there twice", "重复"}
	twoValues  = reason{"is both off and a make-up day", "同一天既为放假又为补班"}
	badText    = reason{"is not at most 255 bytes of UTF-8 without NUL", "不是 255 字节以内且不含 NUL 的 UTF-8 文本"}
	noWork     = reason{"has no work", "没有工作时间"}
	missing    = reason{"is missing", "缺失"}
)
