// Package tier answers which tier a member has at an instant, since when and why,
// and what is missing to the next (会员等级).
//
// A [Policy] is data: tiers with thresholds, the window over which they are to be
// reached, when a tier is given and taken. [New] makes a [Programme] of it, which
// answers from a member's events alone:
//
//	programme, err := tier.New(shanghai, policy) // ErrInvalid names every fault
//	now, err := programme.Evaluate(events, at)   // now.Tier, now.Since, now.Why, now.Until
//	ahead, err := programme.Outlook(events, at)  // ahead.Next.Missing, ahead.Next.By
//	past, err := programme.History(events, at)   // all changes
//
// The tier is a pure function of the events, the policies and the instant. A
// purchase or return that is learned late changes the past as if it had been known:
// nothing is stored that could contradict it. [Known] leaves out what was recorded
// later, for what was answered then. [Tracker] is the same function kept up to date
// event by event.
//
// # Other questions it answers
//
//   - What does a programme's generosity cost? [Policy.BenefitCosts]
//   - What if nothing more is bought? Standing.Until and Standing.Then; no forecast is
//     made
//
// # Vocabulary
//
//   - tier 会员等级: a level of the programme; base tier 基础等级: the one that all have
//   - qualifying points 成长值: what counts for tiers, apart from the points that buy
//     rewards; spend 消费额; visits 次数
//   - threshold 门槛: what has to be reached; window 考核窗口: the time in which
//   - upgrade 升级, downgrade 降级, review 考核: when a tier is compared with what the
//     window has reached
//   - hold 保级期: time for which a tier is kept in any case; grace 宽限期: time between
//     a review and the downgrade; soft landing 软着陆: one step down at a time
//   - floor 终身保级: a tier kept for a lifetime's total
//   - grant 授予: a tier given by hand until an instant; placement 定级: the tier set by
//     hand, and reviewed from then on like any other
//   - benefit 会员权益: what a tier gets
//
// # Windows and time
//
// A calendar window is a period of whole months, and a membership year begins on
// the anniversaries of the day of enrolment, counted from that day: 29 February,
// then 28 February three times. Both are half-open, [start, end), and reviewed at
// their end: what is bought at that instant counts for the next.
//
// A rolling window of n months is (t - n months, t], as the clocks show it, and the
// first instant of a day goes back to the first instant of a day. Months clamp to
// their end from the original day, so that 30 and 31 May both look back to 30 April.
// It is reviewed at the start of every day, or of
// months, quarters, years or anniversaries.
//
// So a tier falls at the first instant of a day in the programme's zone, never
// early, also where that day has no midnight; only a grant ends at the instant that
// it names. Upgrades at once happen at the instant of the purchase. All that happens
// at one instant is taken together, in this order: a change of policy; the review of
// a period; purchases and returns; the upgrade; the review of a rolling window that
// has not just upgraded; a placement. Grants stand above: in force is the highest of
// them and of what was earned.
//
// Events of one instant have no order, and totals may be below 0 after returns.
// Instants are floored to microseconds.
//
// # Sources
//
// The company documents that guanxi serves ask how to design the rules by which
// members rise (如何设计会员的等级晋升规则) and benefits that attract
// (如何设计有吸引力的会员权益). Fixed and anniversary tier periods, one-down and
// balance-based downgrades follow the documentation of Salesforce Loyalty
// Management and Talon.One, grace periods that of Voucherify; the arithmetic of
// months is that of crm/calendar.
package tier
