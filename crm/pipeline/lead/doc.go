// Package lead answers what becomes of somebody who shows interest: may the form be
// sent, is what it says complete, how far has the lead come, and what is made of it
// (潜在客户, 线索).
//
// A [Form] says what is asked. [Form.Capture] holds a submission against it: first
// against its [Limit], then every value, then the consents; all that is wrong is
// reported at once:
//
//	data, throttle, err := form.Capture(submission, throttle, now)
//	switch {
//	case errors.Is(err, lead.ErrThrottled): // the *Error says RetryAfter; nothing changed
//	case err != nil: // what is wrong with which field; the try counts
//	}
//
// [Settle] says what duplicates mean for it, [Machine] where a lead may go, and
// [Data.Convert] what customer and contact are made of it:
//
//	New → Assigned → Working → Qualified → Converted
//	any open one → Disqualified | Nurture → Working
//
// # Vocabulary
//
//   - lead 线索, 潜在客户: somebody who may become a customer
//   - capture 捕获: taking one in, by a form 表单
//   - throttle 限流: no more than so many tries of one form from one source 来源
//   - burst 突发: how many may come at once
//   - consent 同意: that a purpose was ticked, and under which version of its text
//   - duplicate 重复: certain 确定, the same identifier; possible 疑似, much alike
//   - conversion 转化: a lead becomes a customer, a contact and perhaps an opportunity
//   - states: new 新建, assigned 已分配, working 跟进中, qualified 合格, converted 已转化,
//     disqualified 无效, nurture 培育
//
// # Throttle
//
// The throttle is the generic cell rate algorithm (GCRA): with T = period/limit and
// tau = T(burst-1), a try at now is accepted where now >= TAT-tau; then TAT =
// max(TAT, now)+T. A refused try changes nothing, and comes through after RetryAfter =
// TAT-tau-now. T need not be a whole number of microseconds: fractions are kept exactly.
//
// # Privacy
//
// [Submission] and [Data] are personal; logs show their codes only. [Data.Erased] is what
// stays when the person is forgotten: answers by choice, numbers and dates that the form
// does not call personal. Errors name fields of the form, and never repeat a value.
//
// # Sources
//
// The company documents that guanxi serves ask for the administration of leads
// (潜在客户管理), for capturing them online (在线捕获潜在客户) and for following them up
// (跟进落实已录入的线索). GCRA: ITU-T I.371 (03/2004), annex A.
package lead
