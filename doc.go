// Package guanxi is the map of the library. The code is in the packages below;
// this one holds none.
//
// guanxi (关系, "relationship") is a library that programs embed to run their
// relationships with customers. It is made of decisions and mathematics, functions
// over values, and of services over a store that the program implements: without a
// server, a database or a framework of its own.
//
// # From a log of purchases
//
// The main job begins with a log of purchases and ends with the customers to look
// after first. Package crm/purchase reads the log, crm/segment sums it up and says
// who the customers are:
//
//	var sum segment.Summary[string]
//	err := sum.AddAll(purchase.NewReader[string](file, purchase.Options{}).Batches())
//	rfm, err := sum.RFM(0, segment.Scoring{}) // as of the day after the last purchase
//
// The program in examples/quickstart does the whole of it.
//
// # Over your own database
//
// Package crm keeps the customers themselves: who looks after each, where each
// relationship stands, what passed between you. Its services work over one Store,
// an interface whose comment is its specification; crm/crmtest is the suite that an
// adapter has to pass, crm/crmsql an adapter for SQLite and PostgreSQL.
//
// # Packages
//
// Customers (客户关系):
//
//   - crm: services over one store, which you implement: customers, contacts,
//     owners, stages, timeline, consents, erasure (客户关系管理)
//   - crm/party: who a customer is, person or organisation (客户资料)
//   - crm/field: the host's own fields, typed and migrated (自定义字段)
//   - crm/group: customer groups, who answers for them, and what each department
//     makes for whom (顾客群体)
//   - crm/owner: who looks after a customer, and since when (负责人)
//   - crm/account: which are key accounts, and who decides there (大客户 关键人)
//   - crm/timeline: what passed between us and a customer (行动记录)
//   - crm/privacy: what we may do with a person's data (个人信息保护)
//   - crm/access: who sees which rows, and why (权限)
//   - crm/purchase: who bought, when and for how much; a log of purchases read
//     exactly or not at all (消费日志)
//   - crm/segment: who the customers are: recency, frequency and value (RFM),
//     what they are worth, where they stand and move, when they are due, who may
//     be leaving (客户细分)
//   - crm/segment/rule: who meets a rule, kept as JSON, as of a date (规则分群)
//   - crm/segment/cluster: which customers resemble each other: k-means (聚类)
//   - crm/stage: where each relationship stands: state machines over time (关系阶段)
//   - crm/pipeline: how far each opportunity has come (销售管道)
//   - crm/pipeline/quote: what an offer comes to, and whether it may be made (报价)
//   - crm/pipeline/results: who sold how much (销售业绩)
//   - crm/pipeline/lead: what becomes of somebody who shows interest (线索)
//   - crm/pipeline/score: how likely a lead is to become an order, and why (线索评分)
//   - crm/pipeline/registration: who may pursue a prospect that several claim
//     (报备与撞单)
//   - crm/pipeline/bid: what a customer needs, what covers it, and tenders for it
//     (投标)
//   - crm/pipeline/market: how much of a market we reach and have (市场占有率)
//   - crm/receivable: who owes us how much, and since when (应收款)
//   - crm/approval: who may decide a request, and who decided what (审批)
//   - crm/cadence: whether people use the system as the rules want it (使用考核)
//   - crm/worklist: what a colleague has to do today (今日工作)
//   - crm/agenda: who is where when (日程)
//   - crm/reminder: what somebody is to be reminded of now (提醒)
//   - crm/care: which customers are to be cared for, and how many visits each
//     class gets (客户关怀)
//   - crm/goal: how far a goal has come (目标任务)
//
// Loyalty (忠诚度计划): a membership programme.
//
//   - loyalty: who takes part, what they have earned and spent, and what they are
//     owed: services over a store that you implement (会员忠诚度计划)
//   - loyalty/earning: how many points an order earns, and by which rule (积分规则)
//   - loyalty/points: what an account of points holds, and what each command does
//     to it (积分账户)
//   - loyalty/reward: what points can be turned into (奖励兑换)
//   - loyalty/tier: which tier a member has, and what is missing to the next
//     (会员等级)
//   - loyalty/liability: what outstanding points cost (积分负债)
//
// Sampling (抽样): whom to ask, whom to check, and what it says about everyone.
//
//   - sampling: the record of a year of spot checks: services over a store that
//     you implement (抽样与抽查)
//   - sampling/plan: how many to ask, and how many in each stratum (样本量)
//   - sampling/draw: which units are drawn, and with which probability (抽样)
//   - sampling/horvitz: what a sample with unequal probabilities says about a
//     total (不等概率估计)
//   - sampling/calibrate: which weights reproduce the known totals (权数校准)
//   - sampling/replicate: how an estimate varies over replicate weights (复制权数)
//   - sampling/estimate: what the answers say about everyone, with the error of
//     the design (抽样估计)
//   - sampling/spotcheck: whom a year's spot checks draw, so that anybody can
//     verify it (抽查)
//   - sampling/audit: what a sample's errors prove about the whole (属性抽样与验收抽样)
//
// For any domain:
//
//   - crm/survival: how long until it happens, when some have not yet seen it
//     happen: Kaplan-Meier, Aalen-Johansen, log-rank (生存分析)
//   - crm/money: amounts to the last minor unit (金额)
//   - crm/calendar: working time, civil days and months (工作日历)
//   - crm/calendar/lunar: what date of the Chinese calendar a civil day is (农历)
//   - crm/recurrence: when something that comes again is due (周期规则)
//   - crm/finding: what was found, as a code with an English and a Chinese text
//     (发现)
//
// # What holds everywhere
//
// Packages are pure, but for the services of crm, loyalty and sampling: they read
// no clock, file, network or environment, keep no state and start nothing. What
// they need comes as a parameter, and what they find goes back as a value.
//
// Results do not depend on the order of rows, on how they were split over shards
// and merged, or on the number of workers.
//
// An undefined result is an error or an absent value, never 0, NaN or an infinity.
// The packages share the identity of their sentinels: errors.Is with
// segment.ErrInvalid finds the ErrInvalid of any package. The typed Error of a
// package names the field, row or item.
//
// Enumerations have String in English and Zh in Chinese, and are written as text.
// Money is whole minor units. Days are calendar.Day; intervals of time are
// half-open.
package guanxi
