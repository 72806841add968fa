// Package earning answers how many points an order earns, and by which rule
// (积分规则).
//
// A [Programme] is the rules as data, with decimal rates. [Compile] turns it into a
// [Plan] of integer ratios, and [Plan.Earn] computes one order:
//
//	plan, err := earning.Compile(earning.Programme{
//		Version: 1, Currency: money.CNY, Zone: "Asia/Shanghai",
//		Rules: []earning.Rule{
//			{ID: "base", Kind: earning.PerMoney, Points: decimal.NewFromInt(1), QP: decimal.NewFromInt(1)},
//			{ID: "gold", Kind: earning.Multiplier, Factor: decimal.RequireFromString("1.5"),
//				When: earning.Condition{Tiers: []string{"gold"}}},
//		},
//	})
//	result, err := plan.Earn(order, earning.Context{At: bought, Zone: shanghai, Tier: "gold"})
//	// 100.00 yuan: 150 points, 100 qualifying points; base gave 100, gold added 50
//
// The host posts result.Grants to the ledger, stores result.Counters, and keeps the
// result as the record: [Result.Return] answers from it what a return takes back,
// whatever the rules are by then.
//
// # How it is computed
//
// Which rules apply is decided by the order and its [Context]. On each line the base
// rules that take it add up, and the multipliers work on that sum as
// [Programme].Stacking says. All of it is exact: rates and factors are counts of
// common denominators, sums have 128 bits. The one rounding is at the end,
// [money.Floor] of the order's total unless the programme says otherwise:
// Programme.Rounding is how, Programme.Level what. Under [ByLine] what belongs to no
// line, visits and fixed points, is rounded as one more line.
//
// The rounded total is then handed out to rules and lines: each gets the rounded
// sum up to it less the rounded sum before it, rule by rule as listed and within a
// rule line by line (under ByLine within each line rule by rule). So what a rule
// gives a line is whole, at least 0 and within one of exact, and all of it sums to the
// total. The order of the lines changes no rule's sum and no total.
//
// # What earns
//
// The amount of each line without tax; delivery charges, excluded lines and the
// part paid with points do not. [Include] and [Lines] change that. The units of a line
// count whole, also where a part of it was paid with points, and not at all where
// nothing of its amount can earn; those of a line that costs nothing count. Visits and
// fixed points ask for no line, unless their rule names some.
//
// # Caps
//
// Caps are applied after rounding. They serve the rules in the order of the
// explanation (base rules as listed, then multipliers as listed), and within a
// rule the lines in their order, then what belongs to no line: where a cap is hit,
// those before have all, the next what is left, and those after nothing. A cap
// that is hit by several is booked to the one with the least room.
//
// More money never earns less, with these exceptions: a [Rule].Group whose first rule
// is not its best, a part paid with points (it is shared out to whole minor units, and
// another line may come off by one), and caps on single rules, where one point of
// rounding for each rule may move from a rule that is not full to one that is.
//
// # Vocabulary
//
//   - base rule 基础规则: gives points for money, units, visits or at all; multiplier 倍数
//   - stacking 叠加: what several multipliers make together
//   - points 积分; qualifying points (QP) 定级积分: they decide about the tier only
//   - eligible amount 可计积分金额: the money of a line that earns
//   - cap 封顶; counter 计数器: how much of a cap a member has used
//   - terms 积分条款: pending days 冻结天数 and expiry rule 有效期规则, carried to the ledger
//   - grant 发放: points under one set of terms
//   - return 退货, clawback 扣回积分
//
// # Time
//
// Days, months and hours are told in the zone of the [Context], which has to be the
// programme's. A day runs from its first instant to that of the next
// (crm/calendar), a window of hours goes by what the clocks show; see [Window].
//
// # Limits
//
// Amounts and points are int64. Rates and factors have at most 18 digits on either
// side of the point. The common denominator of the rates at work, times that of the
// factors at work, fits 62 bits: under [Multiply] that is the product of the
// factors' denominators (2 for 1.5, 10 for 1.1). Beyond that it is ErrOverflow, never
// another number.
//
// # Sources
//
// The rules are those of the loyalty engines on the market (Open Loyalty, Voucherify,
// Talon.One, Salesforce, Capillary); none of those seen says in one place how stacking,
// rounding, caps and returns meet. That a return goes by the recorded award and not by
// today's rules answers nopCommerce issue 5757; rounding is that of crm/money
// (ISO 80000-1, annex B).
package earning
