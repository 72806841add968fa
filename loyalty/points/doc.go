// Package points answers what an account of points holds, and what each command
// does to it (积分账户).
//
// An account is a journal of entries. A [Policy] decides about the present [State]
// and returns the next entries; [Apply] folds them in, and [Replay] folds a whole
// journal:
//
//	policy := points.Policy{Zone: shanghai, Expiry: points.Expiry{Rule: points.AfterMonths, N: 12}}
//	entries, err := policy.Burn(state, points.BurnCommand{Points: 60}, now)
//	if err != nil {
//		return err // ErrInsufficient: an *Error says how many were available
//	}
//	state, err = points.Apply(state, entries...)
//
// Functions only decide, and never change the state that they are given: a refused
// command leaves everything as it was. Only [State.Fold], [Policy.PostEarn] and
// [Policy.PostBurn] work in place, for a caller who has a state to itself. The host
// appends all entries of a decision, or none, on condition that the account has not
// moved since it was read.
//
// # Questions it answers
//
//   - What can be spent now, what is pending, held, owed? [Available], [Pending],
//     [Held], [Balance], [State].Debt
//   - May this be done, and what follows? The methods of [Policy]: Earn, Confirm, Burn,
//     Hold, Capture, Release, Refund, Clawback, Reverse, Adjust, WriteOff, Forfeit, Open;
//     Transfer, Merge, BurnPool and RefundPool over several accounts
//   - What has time done, and when will it next? [DueEntries], [NextDue], [Expiring]
//   - What was the balance then, by what was known when? [BalanceAsOf]
//   - Which points paid for this? [Trace]
//   - What happened in March? [Statement]
//   - How is it kept? [State.MarshalBinary], [Entry.AppendBinary] and [DecodeEntry], or
//     JSON
//
// # Vocabulary
//
//   - point 积分: a unit; a whole number, int64
//   - qualifying point, QP 成长值: counts for a tier and cannot be spent; a quantity of
//     its own on entries
//   - lot 批次: points with one life, made by one entry
//   - pending 待生效, 待确认: not usable yet, by time or until confirmed
//   - hold 冻结, capture 扣减, release 解冻: reserve, spend what is reserved, let it go
//   - refund 退还: give back what was spent; clawback 追回: take back what was given;
//     reverse 冲正: either, as far as something remains
//   - debt 欠分: points clawed back that were not there any more
//   - expiry 过期: by the date of the lot, or by inactivity 休眠过期
//   - effective time 生效时间 and recorded time 登记时间: when it was so, and when we
//     learned it
//
// # Conventions
//
//   - A lot is usable at t where ActivateAt <= t < ExpireAt. A last day counts whole,
//     in the zone of the policy: ExpireAt is the first instant of the day after it, also
//     where clocks skip midnight. Months clamp to their end from the original day.
//   - What expires first is spent first; what never expires last; ties by ActivateAt,
//     then by number. [FIFO] goes by ActivateAt, then by number.
//   - Expiry is derived from time. [Available] does not count what has expired, posted
//     or not; the Expire entry takes effect at ExpireAt whenever it is posted, once.
//     Every decision first posts what is due, so no job has to run in time.
//   - A refund goes to the lots that were consumed, in reverse order, dates kept. A
//     clawback takes the lot of its target first.
//   - balance = what is left in lots, pending ones included, less the debt: the sum of
//     all amounts. available = what is left in usable lots, less holds and debt, at
//     least 0. As soon as points are available, they pay the debt.
//   - Entries are numbered from 1 without gaps; recorded times never fall, also when a
//     clock does. Credits, refunds and clawbacks may take effect in the past; what takes
//     points from those that are there may not take effect before something else did.
//   - Instants are floored to UTC microseconds.
//
// # Privacy
//
// Entries have one field in somebody's own words, Reason. It can be cleared at any
// time: no fold reads it. All else are ids, codes, numbers and instants. Errors hold
// numbers and codes only.
//
// # Sources
//
// The company documents that guanxi serves ask how a membership programme is built
// (互联网会员体系的四要素). The links between debits and credits follow Salesforce's
// LoyaltyLedgerTraceability; the two-phase hold with partial capture and time-out,
// and corrections only by adding, follow TigerBeetle; effective and recorded time are
// the valid and transaction time of Jensen and Snodgrass, Temporal data management,
// IEEE TKDE 11 (1999).
package points
