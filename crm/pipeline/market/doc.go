// Package market answers how much of a market we reach and how much of it we have (市场覆盖率与市场占有率).
//
//	table, err := market.Of([]market.Segment{{Key: "east", Target: 400, Reached: 300, Total: 1000, Covered: 600, Own: 150}})
//	share, ok := table.Total.Share()   // 0.15 of the market, a quarter of the part that we cover
//
// The two hang together: the share of the market is the coverage by volume times the share in
// what is covered. [Explain] says how much of a change came from either.
//
// # Vocabulary
//
//   - coverage 市场覆盖率: the share of the target customers that we reach, or by volume of the
//     market that they are
//   - market share 市场占有率: what we sell, of all that is sold
//   - share in covered 覆盖市场内占有率: what we sell, of what is sold to those that we reach
//   - volume 市场容量: what is sold in a market in a period, in money or in pieces
//
// # Conventions
//
// Volumes are integers of one unit, minor units of one currency or pieces. Sums of the segments
// are the total. A share of nothing is absent, never 0. A coverage by customers comes with
// its score interval at 95 %.
//
// # Sources
//
// The company documents that guanxi serves say that share and coverage hang together (市场占有率与
// 市场覆盖率有一定的关系); the product follows from what the words mean. The division of a change is
// that of the midpoint, which is the Shapley value of two factors.
package market
