// Package cadence answers whether people use the system as the rules want it: whether
// they log in, and whether every lead and opportunity is followed up (使用考核).
//
// A [Policy] holds the [Rules] of a unit, a [Book] says which one binds whom and when,
// and [Evaluate] holds the facts against it:
//
//	book, err := cadence.NewBook(units, policies)
//	report, err := cadence.Evaluate(book, cadence.Facts{People: people, Records: records, Actions: actions}, now, zone, cadence.Options{})
//	for _, f := range report.Findings {
//		fmt.Println(f.Owner, f.Text(finding.Chinese))
//	}
//
// # Other questions it answers
//
//   - By when is the next action owed? [ActionRule.Next]
//   - Does this action count, and if not, what is missing? [EvidenceRule.Judge]
//   - How many log-ins does a week of travel owe? [TravelRule.Owed]
//   - May this policy be published, is it stricter than the one above it, which one was
//     in force then? [Book.Publish], [Rules.Looser], [Book.At]
//   - What does a finding cost, and who approved that? [Ledger.Propose], [Ledger.Move]
//   - How well does each unit do, and who does best in it? [Report.Lines], [Report.League]
//   - A million records? [Evaluator]
//
// # Vocabulary
//
//   - policy 管理办法, version 版本, publish gate 发布关口; draft 草案, office review
//     总经理办公会, board review 董事会, published 已发布, superseded 已被替代
//   - rule 规则: log-in 登录, travel 出差, idle 连续未登录, action 一般行动, evidence 行动记录
//   - day status 当日状态: no account 无账户, on leave 休假, on travel 出差, at office 在岗
//   - record 线索或销售机会; owner 责任人; delegate 代理人; orphan 无人负责
//   - duty 应尽事项: owed 应尽, met 已尽, missed 未尽; roll-up 汇总; league table 排行榜
//   - finding 考核发现; notice 通报; penalty 经济处罚: proposed 建议, approved 批准, posted
//     入账, waived 免除, reversed 冲销
//
// # The rules
//
// Log-in (CAD-L1): each working day in the office, by the end of the day. Travel
// (CAD-L2): two in a whole week of travel, its share of a shorter one, rounded up;
// log-ins count from the week's first day of travel to its last. Idle (CAD-L3): a
// notice at each fourteenth day in a row without log-in; leave neither counts nor ends
// the row. Action (CAD-A1): one in each calendar month in which a record was open from
// the first to the last day, and never longer than thirty days without one; what is
// missed by both readings is one finding. What is due on a day is broken at its end.
//
// The action is owed by who holds the record as it falls due, if for seven whole days
// at least, else by who held it longest; by his delegate where he is on leave, and
// without one on the first working day after it. The clock of a record never starts
// again because its owner changes. Where nobody with an account is left, the head of
// the unit hears of it (CAD-ORPHAN).
//
// A visit counts with purpose, outcome, next step and contact (else CAD-EMPTY); other
// actions with a note, or with the remark that nothing changed. What is recorded after
// three days counts from then (CAD-LATE). Equal notes in a row (CAD-COPY) and many
// actions at once (CAD-BULK) are pointed out and counted.
//
// # Penalties
//
// Amounts are proposals that somebody approves. How much may be deducted from wages is
// a matter of law, and the host's to hold.
//
// # Privacy
//
// Notes of actions and reasons of penalties are in somebody's own words; no finding
// repeats them. All else are ids, codes, amounts and instants. When somebody was on
// leave is his affair: log values leave it out.
//
// # Sources
//
// The company documents that guanxi serves: 每天至少一次登陆, 出差在外每周至少两次登陆,
// 一个月至少有一个跟进更新的“一般行动”, 连续两周未登录通报, 日期版本授权人修改记录, and the
// approval by 总经理办公会 and 董事会. What they leave open (pro rata weeks, grace, leave,
// what counts) is said here as ours. Intervals of rates: E. B. Wilson, Probable
// Inference, JASA 22 (1927).
package cadence
