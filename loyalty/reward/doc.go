// Package reward answers what points can be turned into, and who may have it
// (奖励兑换).
//
// The package decides over small states that are folded from journals; it keeps
// nothing itself. The host, or package loyalty, loads the state, asks for a decision
// and appends the entry on condition that the state has not moved:
//
//	mug := reward.Reward{Code: "mug", Zh: "马克杯", Cost: 500, Stock: reward.Limited}
//	stock, err := reward.FoldStock(journal)
//	out, err := mug.Redeem(stock, reward.Member{ID: "m-1"},
//		reward.Request{ID: "r-1", N: 1, Act: reward.Act{Actor: "m-1", Recorded: now}})
//	// out.Points to burn; out.Entry and out.Stock to append in the same commit
//
// The points themselves are not kept here: who keeps them burns out.Points, or gives
// them back, in the same commit.
//
// # Other questions it answers
//
//   - What is in stock, held, out? [FoldStock]; no count is ever below 0
//   - What became of a redemption, what goes back to the member? [Redemption.Deliver],
//     [Redemption.Cancel], [Redemption.Return]: by the terms of the day on which it
//     was placed, and never twice for one piece
//   - Can a voucher be used, what is left of it? [Voucher]
//   - Is this code ours? [Codes.Verify]
//   - Is a referral rewarded, and what is taken back? [ReferralPolicy]
//
// # Vocabulary
//
//   - reward 奖励, catalogue 奖励目录: what can be had for points; cost 所需积分; cash part
//     加价购
//   - eligibility 兑换资格, limit 限额: who may have it, how often
//   - stock 库存, hold 预留: pieces that are there, and those kept for somebody
//   - instant 即时, delayed 延迟: handed out with the redemption 兑换, or later
//   - voucher 券: single-use 单次券, multi-use 多次券, amount 金额券 with a remainder 余额
//   - code 券码, key 密钥, rotation 密钥轮换
//   - referral 老带新: referrer 推荐人, friend 被推荐人, window 有效期, clawback 收回
//
// # Time
//
// Instants are UTC microseconds, floored by the host. Intervals are half-open. A
// last day ends at the first instant of the next day in the zone that is named
// (C2 of the programme's conventions). What ends by time alone, a voucher or a
// referral's window, has ended whether or not the entry that says so was posted yet;
// that entry takes effect when it ended, and is posted once.
//
// # Concurrency
//
// A stock, a redemption, a voucher and a referral are each one subject with a
// version. Functions only decide; of several who decide over one version, the host's
// store lets one commit, and the others decide again over the new state.
//
// # Privacy and secrets
//
// Journals hold ids, codes, amounts and instants, and one field in somebody's words,
// Act.Reason, which can be cleared at any time. A voucher's code is as good as what
// it buys: [Code] and [Key] mask themselves, and no error repeats a code, a key, an
// identifier or a text that was typed.
//
// # Sources
//
// Symbols of codes: Crockford, Base 32, https://www.crockford.com/base32.html; the
// check symbol is a weighted sum over the field of 32 elements (as ISBN-10's over 11;
// Gallian, The mathematics of identification numbers, College Mathematics Journal 22
// (1991)), because Crockford's needs five more symbols. Signature: HMAC, RFC 2104, with
// SHA-256, truncated to 80 bits as RFC 2104 section 5 allows. The voucher's and the
// referral's states follow what programme platforms offer (Voucherify, Open Loyalty).
package reward
