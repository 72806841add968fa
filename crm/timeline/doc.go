// Package timeline answers what passed between us and a customer: who dealt with
// whom, when, at which touchpoint and with what outcome, and what that comes to
// (行动记录).
//
// An [Activity] is recorded once and never changed. What was recorded wrongly is
// corrected by a further activity that refers to it. [New] reads a customer's
// journal and keeps what stands; the folds of a [Timeline] then say when the last
// contact was, what was agreed to follow up, how much was prepaid:
//
//	t, err := timeline.New(journal, timeline.Options{})
//	last := t.LastContact()                    // both ways, inbound, outbound
//	next, ok := t.NextFollowUp()               // what was agreed and not yet kept
//	may := t.Between(from, until).Count()      // by kind, channel, direction
//	prepaid, found, err := t.Prepayments(day)  // per deal and currency
//
// An activity that takes time is planned first: [Plans] folds its steps (planned,
// done, missed, cancelled). The places at which customers meet us are held by a
// [Registry] of touchpoints, which every activity refers to.
//
// # Vocabulary
//
//   - activity 行动: one thing that passed between us and a customer
//   - kind 记录类型: contact 联络, deal 成交, prepayment 预付款, document 上传资料, mailing 邮寄
//   - touchpoint 接触点: where, on the customer's journey, it took place
//   - channel 渠道, direction 方向, outcome 结果
//   - correction 更正: a further activity that replaces an earlier one; retraction 撤销: one that says there was none
//   - stands 有效: is neither corrected nor retracted
//   - follow-up 跟进: the next contact that was agreed
//   - response 响应: our first answer to somebody who turned to us
//   - planned activity 计划活动: planned 已计划, done 已完成, missed 已错过, cancelled 已取消; overdue 逾期 follows from the clock
//
// # Time and order
//
// At is when it took place, Recorded when we learned it. Intervals are half-open,
// the zero time is open. Activities are ordered by (At, Recorded, Subject, Seq),
// and no result depends on the order in which they are given. [Timeline.AsOf]
// looks back in effective time, [Options].Known in recorded time.
//
// # Privacy
//
// Free text, names and addresses are personal and are what [Activity.Private]
// returns; ids, codes, amounts, sizes and instants are not and stay for ever, so
// that every count and sum of [Activity.Redacted] is what it was before.
//
// # Sources
//
// The five kinds are those of the company documents that guanxi serves (联络记录,
// 成交记录, 预付款记录, 上传资料记录, 邮寄记录). Touchpoints on a customer's journey:
// Lemon and Verhoef, Understanding Customer Experience Throughout the Customer
// Journey, Journal of Marketing 80 (2016).
package timeline
