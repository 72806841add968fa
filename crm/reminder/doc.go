// Package reminder answers what somebody is to be reminded of now, once and not twice
// (提醒).
//
// A [Reminder] comes again by a rule of package recurrence: contact a customer every
// month, ask for money every Monday until it is paid. [Reminder.Due] looks at the clock
// and at what was done before, and returns the entries to append to the journal; what was
// done before is the [Ledger], the fold of the journal:
//
//	ledger, err := reminder.Fold(journal)
//	entries, err := r.Due(ledger, now)
//	journal = append(journal, entries...) // those of kind Fired are to be shown or sent
//
// It does not matter how often Due is asked: what has fired does not fire again. The host
// appends on condition that the journal has not moved since it was read. [Reminder.Next]
// says when to ask again.
//
// # A firing
//
// A firing is one or more occurrences of the rule that fall on one day once they are rolled to
// working days; the id of the first names it. Whoever it is for calls [Reminder.Snooze],
// [Reminder.Done] or [Reminder.Dismiss]:
//
//	pending -> fired -> snoozed -> fired ... -> done | dismissed
//
// A firing that is snoozed while the next one comes is superseded by that one. A
// condition of the reminder, the debt is paid, ends it, with all that is open.
//
// # Vocabulary
//
//   - reminder 提醒: contact 联系, visit 拜访, dunning 催款, care 关怀
//   - occurrence 一次发生: by the rule; firing 触发: when somebody is reminded of it
//   - missed 错过: nobody looked in time; catch up 补发
//   - snooze 稍后提醒; done 已处理; dismissed 已忽略; superseded 已被取代
//   - stop 终止: paid 已付款, closed 已结束, left us 已流失
//   - roll 遇休调整: where a firing goes that is on no working day
//
// # Privacy
//
// Act.Reason is in somebody's own words and may be personal; no fold reads it. All else
// are ids, codes and instants.
//
// # Sources
//
// The company documents that guanxi serves ask for reminders to call, to visit and to
// collect at set times (定时联系客户提醒、定时拜访客户提醒、定时客户催款提醒). Rules: RFC 5545
// and RFC 7529, as package recurrence has them. States, catching up and supersession are
// ours.
package reminder
