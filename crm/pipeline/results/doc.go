// Package results answers who sold how much, and what else is counted of the work of a sales
// force: the eight statistics of the trade (销售统计).
//
//	sums, err := results.ByOwner(deals, ownerAt)                                   // whose deals they are
//	table, err := results.SalesResults(sales, results.Year(2026, zone), byStaff)   // 销售业绩统计
//	board, err := results.Rank(rows, results.Options{Top: 10})                     // 销售排行榜
//
// Each statistic takes facts, a period and what to group by, and returns rows and their total:
//
//   - [SalesResults] 销售业绩统计: won, lost and returned, with the win rate
//   - [ContactActivity] 用户联络统计: contacts, and in how many both sides took part
//   - [Messages] 短信发送统计: messages by what became of them, segments, costs
//   - [YearSales] 年销售统计分析: a year by months and quarters
//   - [YearOnYear] 年销售对比分析: a period against the same one last year
//   - [Rank] 销售排行榜: a leaderboard of any figures
//   - [Prepayments] 预付款统计: opened with, received, applied, refunded, left
//   - [Appraisal] 业务考核: people scored by weighted measures
//
// [ByOwner] gives each deal to whoever looked after the customer at the instant of the deal,
// so that a later handover moves no past result.
//
// # Vocabulary
//
//   - result 业绩; owner as of the deal's date 成交时归属人; split 业绩拆分
//   - win rate 赢单率: of what was closed, the share that was won
//   - leaderboard 销售排行榜; competition ranking 并列占位 (1, 2, 2, 4); dense 并列不占位 (1, 2, 2, 3);
//     ordinal 依次 (1, 2, 3, 4)
//   - year-on-year 同比: against the same period of the year before
//   - prepayment 预付款; appraisal 考核; measure 考核指标
//
// # Conventions
//
// Amounts are int64 minor units of one currency, figures of a leaderboard and of an appraisal
// exact decimals. Sums of the rows are the total, in every column. Who has no figure is absent,
// not 0; a share of nothing is absent too, and a share comes with its interval. Growth against
// 0 or less is absent, the difference is there. Lists come by rank or in byte order of id, and
// do not depend on the order of the input. Facts outside the period are checked like the others.
//
// # Sources
//
// The company documents that guanxi serves ask for the eight (销售业绩统计管理、用户联络统计管理、短信发送统计管理、
// 年销售统计分析、年销售对比分析、销售排行榜、预付款统计、业务考核). Intervals of shares: Wilson 1927, JASA 22:209-212.
package results
