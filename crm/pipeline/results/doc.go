// Package results answers who sold how much (销售业绩).
//
// [ByOwner] gives each deal to whoever looked after the customer at the instant of the
// deal, so that a later handover moves no past result; [Rank] makes a leaderboard of any
// figures; [Compare] sets a figure against that of an earlier period.
//
//	sums, err := results.ByOwner(deals, ownerAt)
//	board, err := results.Rank(rows, results.Options{Top: 10})
//
// # Vocabulary
//
//   - result 业绩; owner as of the deal's date 成交时归属人; split 业绩拆分
//   - leaderboard 销售排行榜; competition ranking 并列占位 (1, 2, 2, 4); dense 并列不占位 (1, 2, 2, 3);
//     ordinal 依次 (1, 2, 3, 4)
//   - year-on-year 同比: against the same period of the year before
//
// # Conventions
//
// Amounts are int64 minor units of one currency, figures of a leaderboard exact decimals.
// Sums of the rows are the total. Who has no figure is absent, not 0. Lists come by rank or
// in byte order of id, and do not depend on the order of the input.
//
// # Sources
//
// The company documents that guanxi serves ask for sales results, leaderboards and
// comparisons of years (销售业绩统计、销售排行榜、年销售对比分析).
package results
