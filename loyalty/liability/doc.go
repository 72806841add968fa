// Package liability answers what outstanding points cost (积分负债).
//
// A sale that earns points sells two things: the products, and points that the
// customer will exchange later. The part of the price that belongs to the points is a
// contract liability until they are redeemed:
//
//	sale := liability.Sale{Price: total, Products: total, Issued: 10_000,
//		Expected: 9_700, PointValue: money.Ratio{Num: 100, Den: 1}} // a point is worth 1.00
//	split, err := sale.Split(liability.Options{})
//	rows, err := liability.Recognise([]liability.Period{
//		{End: year1, Deferred: split.Points, Issued: 10_000, Estimate: 9_700},
//		{End: year2, Redeemed: 4_500, Estimate: 9_700},
//	}, liability.Options{})
//
// # What there is
//
//   - [Sale.Split]: the price by relative stand-alone selling price
//   - [Recognise], [Total]: revenue, breakage, catch-up and what remains, by period
//   - [RollForward]: points opening to closing, by period and month of earning
//   - [Observe], [ObserveCohorts]: how points end, from the programme's own history, with
//     limits; the estimates for Recognise
//   - [PerPoint], [Provide], [RollProvision]: the cost approach, where points were not
//     sold with anything
//
// # Vocabulary
//
//   - contract liability 合同负债, deferred revenue 递延收益; provision 预计负债
//   - stand-alone selling price 单独售价; allocation 分摊
//   - breakage 未兑换: points that will never be redeemed; redemption rate 兑换率
//   - cumulative catch-up 累计追补: a new estimate takes effect for all the past at once
//   - lot 批次: points earned together; vintage, cohort 同期批次: lots earned in one month
//   - roll-forward 期初期末变动表; cost per point 每分成本
//
// # Where it rounds
//
// Twice, and nowhere else: the points' part of the price when it is booked, and the
// revenue since the beginning at the end of each period, which is an exact fraction of
// the booked part. All else are differences of booked amounts, so that recognised and
// remaining add up to allocated, and movements to balances, to the minor unit. The
// rounding is Options.Rounding; the zero value is half to even.
//
// Carrying the allocation itself unrounded instead gives revenue that can differ by a
// minor unit and adds up to an amount that is in no account.
//
// # Currencies
//
// Amounts of several currencies are never added: ErrCurrency. A programme in several
// currencies has a cohort for each; convert the results at the rates of the accounts.
//
// # Privacy
//
// Everything here are ids, counts, amounts and instants.
//
// # Sources
//
// IFRS 15 Revenue from Contracts with Customers: paragraphs 74-80 (allocation), 87-90
// (changes), B39-B43 (customer options), B44-B47 (unexercised rights), example 52
// (IE267-IE270); 企业会计准则第 14 号——收入 (2017), articles 20, 35 and 39, ask for the same. KPMG, Revenue: IFRS 15 handbook, examples 10A and
// 10B, which round the share to whole percents: Options.ShareDigits. IAS 37 for
// provisions. Aalen and Johansen 1978 for the experience; the functions say more.
package liability
