// Package quote answers what an offer comes to, to the last fen, and whether it may be
// made (报价).
//
//	totals, err := quote.Price(lines, money.CNY, quote.Options{Tax: decimal.RequireFromString("0.13")})
//	sent, superseded, found, err := q.Send(others, today)
//	found, err := quote.Guard(offer, quote.Floor{Price: floor, MaxDrop: drop}, history, today)
//
// # Vocabulary
//
//   - quote 报价; line 报价行; discount 折扣; net 净额; tax 税额
//   - floor 底价: below it an offer needs approval; round 轮次: the number of a quote to
//     the same customer for the same thing
//   - state 报价状态: draft 草稿, pending approval 待审批, sent 已发出, accepted 已接受,
//     declined 已拒绝, expired 已过期, superseded 已被取代
//
// # Conventions
//
// A line is quantity times price less discount, computed exactly and rounded half up
// (四舍五入) to a minor unit once; a total is the sum of rounded lines, so that what is
// printed adds up. Prices, quantities, discounts and tax rates are decimals, results int64
// minor units.
//
// # Sources
//
// The company documents that guanxi serves ask that a customer who may leave gets an offer
// (应该给他报价才能留住它) and that rounds of quotes are kept (报价过程).
package quote
