// Package recurrence answers when something that comes again is due: the next time, and
// all times from an instant on (周期规则).
//
//	rule, err := recurrence.Parse("FREQ=MONTHLY;BYDAY=-1FR")   // the last Friday of each month
//	series, err := recurrence.New(rule, recurrence.Wall{Day: first, Clock: 9 * time.Hour}, shanghai)
//	next, ok := series.Next(now)                               // next.At, next.ID
//
// A [Rule] is text or a struct, as the caller likes; a [Series] is a rule with its start
// and its zone.
//
// # Vocabulary
//
//   - rule 周期规则; frequency 频率: DAILY 每日, WEEKLY 每周, MONTHLY 每月, YEARLY 每年
//   - series 周期序列; start 起始 (DTSTART); occurrence 一次发生
//   - interval 间隔: every second month; position 位次 (BYSETPOS): the last of a month's
//   - until 截止, count 次数: how a rule ends
//   - skip 无此日时: what becomes of 31 February
//   - roll 遇休调整: where an occurrence goes that is on no working day
//
// # Subset
//
// The rules are those of RFC 5545, section 3.3.10, with these parts:
//
//   - FREQ: DAILY, WEEKLY, MONTHLY and YEARLY. INTERVAL.
//   - COUNT or UNTIL. UNTIL is a time of UTC, or a local time or a whole day of the zone,
//     and includes itself.
//   - BYMONTH and WKST with every FREQ.
//   - BYMONTHDAY, also from the end of the month, with every FREQ but WEEKLY, as the RFC has it.
//   - BYDAY with every FREQ. Numbered weekdays (2TU, -1FR) with MONTHLY, where they count in
//     the month, and with YEARLY, where they count in each month of BYMONTH, and in the
//     year where there is no BYMONTH. Numbered and plain ones may stand together: a day has
//     to be one of them.
//   - BYSETPOS beside another BY part: it counts in the whole period, also where that began
//     before the start of the series.
//   - SKIP of RFC 7529, without its RSCALE, with MONTHLY and YEARLY. A day counted from the end
//     that a month does not have, -31 in April, lies before the first of the month: BACKWARD
//     makes it the last day of the month before, FORWARD the first. A date that is there
//     already comes once.
//
// Anything else, BYHOUR or FREQ=HOURLY, is [ErrRule] with the part's name: a rule is never
// read as a simpler one.
//
// Days that stand in several parts have to satisfy all of them. A date that a month does not
// have is left out unless SKIP says otherwise: monthly from 31 January comes seven times a
// year.
//
// # Time
//
// Occurrences are at one local clock time. Where the clocks skip it, it is read with the
// offset before the gap (02:30 becomes 03:30), where they show it twice it is the first
// (RFC 5545, section 3.3.5; [Wall.In]). The start is an occurrence only if it is a day of the
// rule. A series ends with its rule, at the latest with the year 9999.
//
// [Series.Shift] and [Series.Rolled] move occurrences to the working days of a
// [calendar.Calendar]. The id of an occurrence stays the local time by the rule.
//
// # Sources
//
// RFC 5545, Internet Calendaring and Scheduling Core Object Specification (2009), sections
// 3.3.5 and 3.3.10. RFC 7529, Non-Gregorian Recurrence Rules (2015), section 4.
package recurrence
