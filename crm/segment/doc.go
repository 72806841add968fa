// Package segment answers who the customers are, from what they bought: how
// recently, how often, for how much, and what follows from it (客户细分).
//
// # From a log to scores
//
// A [Summary] reads purchases once, in any order, and keeps a few integers of each
// customer. [Summary.RFM] scores them as of a date, a [Naming] gives the scores
// names, and [RFM.Report] counts:
//
//	var log segment.Summary[string]                   // or [int64]; the zero value is ready
//	err := log.AddAll(reader.Batches())               // crm/purchase reads CSV; a host passes its own rows
//	rfm, err := log.RFM(0, segment.Scoring{})         // as of the day after the last purchase
//	names, err := segment.NewNaming(segment.DefaultBins, segment.DefaultSegments())
//	report, err := rfm.Report(names)
//
// Summaries of shards, goroutines or machines merge ([Summary.Merge]) and are
// saved ([Summary.MarshalBinary]); the result is the same to the last byte.
//
// # From a log to each customer's rhythm
//
// A [History] keeps every purchase, by customer. From it come the order cycle and
// the next purchase due ([OrderCycles]), early warnings with their reasons
// ([EarlyWarnings]) and whom to look after first ([LookAfter]), retention,
// acquisition and win-back by period ([TrackLifecycle]), the way from one-time to
// repeat buyer ([RepeatPurchases]), and how long customers stay ([Lifetimes]).
//
// # What customers are worth
//
// On plain values: the value pyramid ([NewPyramid]), ABC classes ([NewABC]), the
// Lorenz curve and Gini coefficient ([NewLorenz]), profit after allocated cost
// ([CustomerProfits]) and its whale curve ([NewWhale]).
//
// # Where they stand, and where they move
//
// [LadderPolicy] suggests a rung of the customer ladder (crm/stage.Rung) from
// behaviour; it never moves anyone. A [Migration] counts who moved between two
// dates, with shares, steady state and expected time to a state.
//
// Rules written as data are in crm/segment/rule, k-means in crm/segment/cluster.
//
// # Conventions
//
// A day is a civil date (crm/calendar.Day). An as-of date is the start of that
// day: what happened on it or later is not known yet. Values are integer minor
// units (crm/money). Equal customers are treated equally: no result depends on the
// order of the rows, on workers, or on chance, and customers with equal values are
// parted only where [TiesSplit] asks for it. What is undefined is an error or
// visibly absent, never 0.
//
// Vocabulary: RFM 最近一次消费、消费频率、消费金额; value pyramid 客户价值金字塔; customer
// ladder 消费顾客分类梯形图; order cycle 订购周期; early warning 预警; retention 留存;
// win-back 挽回; migration matrix 迁移矩阵.
//
// Sources: Hughes, Strategic Database Marketing (1994), for RFM; each method names
// its own.
package segment
