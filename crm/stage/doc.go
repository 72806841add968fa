// Package stage answers where a customer, a colleague or a contact stands, where
// they stood on any earlier day as it was known then, and where they are going
// (阶段状态机).
//
// A [Machine] is a table: which states there are and which may follow which. What
// happened to one subject is a journal of [Entry] values, append only; the machine
// decides over the next one, and every answer is a fold over the journal:
//
//	m := stage.RelationshipMachine()
//	entry, err := m.Decide(journal, stage.Command[stage.Relationship]{
//		To: stage.Exploration, Now: now, Actor: "u-17",
//	})
//	journal = append(journal, entry) // or: journal, err = m.Append(journal, ...)
//	state, since, ok := m.As(journal, lastYear, time.Time{})
//
// A [Machine] serves any comparable state type; [New] makes one of a [Definition],
// which is plain data. Ready-made are [RelationshipMachine] (认知 探测 扩大 承诺
// 解除), [LadderMachine] (顾客梯级), [SalesMachine] (销售分类), [ConsumerMachine]
// (消费心理过程) and [LifecycleMachine] (客户生命周期). They are facts of their own:
// each has its own journal, and a change of one says nothing about the others.
//
// # Journals
//
// Late news is an entry with an At of its own (补记), put in its place if what
// follows stays a transition of the table. A mistake is corrected by a further
// entry that names the one it stands for (更正), or takes it out (撤销). What the
// table does not allow can be forced, with a reason (强制). Nothing is ever changed
// or removed, so that both questions have an answer: what was so on a day, and
// what was known of it on another.
//
// # Analysis
//
// [Histories] pack the journals of millions of subjects. Over them:
//
//   - Occupancy: how many are in each state at an instant 存量
//   - Funnel: how many of those that entered a state reached the next 漏斗
//   - Moves and Periods: transition counts and probabilities; forecast, steady
//     state and expected time to a state 转移、预测、稳态、首达
//   - Dwell and Exits: how long they stay, and where they go 停留与离开
//   - Stuck: who has been in a state for too long 滞留
//
// # Vocabulary
//
//   - state 状态, stage 阶段, rung 梯级: where one subject stands
//   - transition 转移: one state followed by another; the table lists those allowed
//   - guard 守卫条件: a condition on data that a transition asks for
//   - effective time 生效时间 (At): when it was so
//   - recorded time 记录时间 (Recorded): when we learned it
//   - spell 停留期: an unbroken stay in a state, from its entry to the next
//   - censored 删失: the stay goes on; left-truncated 左截断: it was under way
//     before we could see it
//
// # Conventions
//
// The zero value of the state type says that no state is known, and is no state of
// any machine. Instants count to the microsecond; intervals are half-open, [since,
// until); a state holds at the very instant At of its entry. Durations are in days
// of 24 hours. Results are in the machine's order of states or in byte order of
// id, and depend on nothing else. A share of nobody, a row that was never left, a
// limit that the data do not give: they are absent, never 0.
//
// # Sources
//
// The states of the ready-made machines are those of the company documents that
// guanxi serves. Relationship stages: Dwyer, Schurr and Oh 1987, Developing
// Buyer-Seller Relationships, Journal of Marketing 51(2):11-27. Ladder:
// Christopher, Payne and Ballantyne 1991, Relationship Marketing. Bitemporal
// journals: Snodgrass 1999, Developing Time-Oriented Database Applications in SQL.
// Intervals: Wilson 1927, JASA 22:209-212. Durations: package crm/survival.
package stage
