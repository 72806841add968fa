// Package bid answers what a customer needs, how far what we offer covers that, against
// whom, and whether a tender may still be submitted (投标).
//
//	share, missing, err := solution.Coverage(needs)   // how much of the needs, and which are left
//	submitted, err := b.Submit(now)                   // refused when late, or with all that is missing
//	found, err := bid.Watch(bids, now, shanghai, bid.Options{})
//
// All types are plain data, which the services Opportunities and Bids of package crm keep
// beside an opportunity; the methods that decide return the value as it then is.
//
// # Vocabulary
//
//   - need 需求 with its strength 强度 and source 来源; solution 方案; coverage 覆盖率
//   - competitor 竞争对手 with strengths 优势, weaknesses 劣势 and price 报价
//   - bid, tender 投标: invited 受邀, preparing 编制中, submitted 已递交, won 中标, lost
//     未中标, void 废标 or 流标
//   - requirement matrix 招标要求响应表: what the tender asks and how we answer; deviation
//     偏离; deposit 投标保证金
//
// # Conventions
//
// Coverage is an exact fraction of the needs, each weighing as much as its strength, and
// absent where there are none. A submission counts at its instant and is late after the
// deadline, not at it; days are those of the zone given. Lists come in the order stated;
// nothing depends on the order of the input.
//
// # Privacy
//
// Everything here is ids, codes, amounts and instants. What somebody said in words
// belongs into the texts of a journal, where it can be erased.
//
// # Sources
//
// The company documents that guanxi serves keep needs, solutions, competitors and bids
// with each opportunity. That what arrives after the deadline is refused is article 28 of
// the Tendering and Bidding Law of the People's Republic of China (招标投标法第二十八条).
package bid
