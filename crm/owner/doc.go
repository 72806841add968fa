// Package owner answers who looks after a customer, and since when (客户归属).
//
// Ownership is a journal of entries for each customer. A [Policy] decides about
// the present [Holding] and returns the next [Entry]; [Fold] reads the journal
// back, and [At] and [Spans] answer for any past instant, by what is known now or
// was known then:
//
//	policy := owner.Policy{Zone: shanghai, ProtectDays: 30, ClaimsPerDay: 10}
//	holding, err := owner.Fold(journal)
//	entry, err := policy.Claim(holding, owner.Staff{ID: "s-7", Active: true},
//		owner.Act{Actor: "s-7", Recorded: now}) // ErrTaken names the holder
//	journal = append(journal, entry)
//
// Intervals are half-open and follow each other: at every instant one person has
// the customer, or nobody. Functions only decide; the host appends the entry on
// condition that the customer has not moved since it was read, so of several who
// claim at once the first to be recorded wins.
//
// # Other questions it answers
//
//   - May the customer be claimed, given up, moved? [Policy]: protection, limits of
//     customers held and of claims a day, cool-down, approval, dispute and ruling
//   - Does he go back to a pool, when and why? [PoolPolicy.Recycle]
//   - Who gets new customers? [Router.Assign]: in turn, least loaded, weighted, by
//     rules; [Router.Shadowed] finds rules that nothing reaches
//   - Who takes over what a leaver has, with nothing left behind?
//     [Policy.PlanTransfer]
//   - Is everything handed over? [Handover]: the checklist with its signatures
//   - How much hangs on one person? [KeyPersonDependency]
//
// # Vocabulary
//
//   - owner 负责人: the colleague who looks after the customer; holding 归属: who
//     that is, since when, how protected
//   - journal 归属记录: the entries, in the order in which they were recorded
//   - effective time 生效时间 and recorded time 登记时间: when it was so, and when we
//     learned it
//   - pool 公海: where customers lie whom nobody owns; claim 领取; release 释放; recycle
//     回收
//   - protection 保护期: time in which nobody else may claim; cool-down 冷却期: time in
//     which who lost a customer may not claim it back
//   - dispute 争单, 抢单: two say that the customer is theirs; ruling 裁定
//   - round-robin 轮流分配, least loaded 最少负荷, weighted 按负荷比例: how a group shares
//   - leaver 离职员工, taker 接收人, manager 监交人: the three who sign a handover 离职交接
//   - key-person dependency 关键人依赖: value that hangs on one colleague
//
// # Time
//
// Instants are given and kept by the host in UTC microseconds. Rules that count
// days do so on the days of the policy's zone: n days after an instant are over at
// the end of the n-th day after its local day, also where a day has 23 hours.
//
// # Privacy
//
// Entries and steps have one field in somebody's own words, Reason. It can be
// cleared at any time: no fold reads it. All else are ids, codes, amounts and
// instants. Errors and findings hold ids and codes only.
//
// # Sources
//
// The company documents that guanxi serves ask that customers do not leave with
// the person who looked after them (杜绝人走客流的现象出现), that customers and
// opportunities can be moved between people (支持销售人员之间调整和分配客户及商机资源),
// and that people do not fight over them (争单、抢单). The interval log with its reason
// follows CordysCRM's CustomerOwner. The methods name their own sources.
package owner
