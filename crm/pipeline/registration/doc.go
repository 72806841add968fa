// Package registration answers who may pursue a prospect that several claim: by
// registering it (报备), and by a ruling where two meet (撞单).
//
// A registration is a journal of entries. A [Policy] decides over the next one; [Fold]
// reads it back:
//
//	policy := registration.Policy{Zone: shanghai}
//	entry, err := policy.Submit(registration.Claim{Claimant: "s-7", Party: "c-9", Line: "pumps"}, others, act)
//	journal = append(journal, entry)
//	r, err := registration.Fold(journal)
//	entry, err = policy.Approve(r, others, act) // protected through the 90th day after
//
//	Submitted → Approved → Converted | Expired | Revoked
//	Submitted → Rejected
//
// [Policy.Rule] decides between claimants by the first rule that separates them, and says
// by which facts:
//
//   - R1 a signed order or contract on this product line
//   - R2 a registration whose protection runs
//   - R3 the present owner, with a counted action in the last 30 days
//   - R4 the earlier registration, by when it was recorded
//   - R5 the earlier counted action
//   - R6 an arbiter decides
//
// # Vocabulary
//
//   - registration 报备, claimant 报备人: who says first that he pursues somebody
//   - party 客户: whom it is about; product line 产品线
//   - protection 保护期, extension 延期
//   - conflict 撞单: several claimants of one party and product line
//   - ruling 裁定, arbiter 仲裁人, split 业绩分割
//   - counted action 有效行动: one that counts by the rules of package cadence
//
// # Time
//
// Instants are in UTC microseconds. n days after an instant are over at the end of the
// n-th local day after it. Dates that a claimant states are kept and never asked: what
// counts is when something was recorded.
//
// # Privacy
//
// [Entry] has one field in somebody's own words, Reason, which can be cleared at any
// time: no fold reads it. All else are ids, codes and instants.
//
// # Sources
//
// The company documents that guanxi serves ask that salespeople do not fight over
// customers (可有效避免公司业务人员争单、抢单的情况出现). Six rules in this order are this library's
// decision.
package registration
