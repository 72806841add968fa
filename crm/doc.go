// Package crm answers who your customers are, who looks after each, where each
// relationship stands, and what passed between you (客户关系管理): services over one
// [Store], which you implement over the database that you have.
//
//	c, err := crm.New(new(crm.Memory), crm.Options{})
//	boss := crm.Actor{ID: "wang", Sees: access.Everything()}
//	id, err := c.Customers.Register(ctx, boss, crm.Registration{Profile: profile})
//	_, err = c.Owners.Assign(ctx, boss, id, owner.Staff{ID: "li", Path: "sales/east/", Active: true}, crm.Terms{})
//	_, err = c.Stages.Relationship.Move(ctx, boss, id, crm.Move[stage.Relationship]{To: stage.Awareness})
//
// # Vocabulary
//
//   - customer 客户: anybody who receives what we make, a person or an organisation,
//     outside or inside the house, paying or not
//   - profile 客户资料: who they are; personal data
//   - standing 客户状态: where the relationship stands now; ids and codes
//   - contact 联系人: a person who speaks for an organisation, in a role, for a time
//   - stakeholder 干系人: a person who matters at a customer; tie 联系: one of ours and
//     one of theirs who know each other
//   - key account 大客户: a customer of the few that bring most of the value
//   - owner 负责人: the colleague who looks after a customer
//   - timeline 行动记录: what passed between us and a customer, over all channels
//   - journal 日志: entries that are only appended; what is so now is a fold over
//     them, and what was so can be asked as of any instant
//   - effective time 生效时间 and recorded time 记录时间: when it was so, and when we
//     learned it
//   - subject: whatever has a version; see [Store]
//   - claim 占用: a key that only one subject can hold, such as a telephone number
//   - guard: a subject that stands for a listing, so that a rule over the listing
//     sees who joins it
//   - actor 操作人: who asks, and what they may see
//
// # How a command works
//
// Each command of a service loads what it needs, decides by a pure function of the
// packages below (crm/stage, crm/owner, crm/party, crm/timeline, crm/privacy ...),
// and commits what follows under the versions that it read. When something moved
// meanwhile it loads and decides again; when the store fails it tries again under
// the key of the command, so that nothing happens twice. A caller that gives a
// [Call] a Key can send the same command again after a crash of its own.
//
// Three facts about a customer are independent of each other, and a change of one
// never moves another: the relationship stage (认知 探测 扩大 承诺 解除), the rung of
// the ladder (目标 意向 一次性 老 忠诚 种子) and the sales category (核心 潜在 有意向
// 无意向 已成交 催款).
//
// # Daily work
//
// From the first contact to the payment, with what has to be done today:
//
//	got, err := c.Leads.Capture(ctx, web, crm.CaptureLead{Submission: submission, Owner: li})
//	made, err := c.Leads.Convert(ctx, own, got.Lead, crm.ConvertLead{Owner: li, Opportunity: &crm.OpenOpportunity{}})
//	_, err = c.Opportunities.Win(ctx, own, made.Opportunity, crm.Winning{Amount: price, Terms: terms})
//	_, err = c.Receivables.Receive(ctx, till, made.Customer, crm.Payment{ID: "R-1", Amount: paid, On: today})
//	day, err := c.Worklists.Day(ctx, own, "li", crm.DayOptions{})
//
// Its words:
//
//   - lead 线索: somebody who may become a customer; pool 公海; registration 报备
//   - opportunity 销售机会: something that may become an order, with the needs 需求,
//     solutions 方案 and competitors 竞争对手 noted of it; quote 报价; bid 投标; order 订单
//   - instalment 回款计划期次 and account: what a customer owes, and has paid
//   - approval 审批: a request under decision; seat 待办: somebody's open task in one
//   - action 一般行动: what was done to follow something up; policy 使用管理办法: the rules
//     for that; penalty 经济处罚: what it costs to break them
//   - reminder 提醒, appointment 日程
//   - event 事件: what is held once or again and again, with participants
//   - care 客户关怀: the plans that ask for it, and the tasks that come of them
//
// All of it is kept as records, which are owned, seen and handed over as customers are.
//
// # Your own database
//
// [Store] says what a database has to do, and CONTRIBUTING.md has a chapter on
// writing an adapter. Package crm/crmtest holds its conformance suite. Package
// crm/crmsql is the adapter for SQLite and PostgreSQL; the folders
// examples/sqlstores, examples/kvstore and examples/hosttables show it, one for a
// key-value store, and one over the tables that a host has already.
//
// # Privacy
//
// What is personal stands in the profile, in the body of a lead and of a contact, in
// the days of a task of care, and in three fields of an [Entry], and nowhere else:
// standings, records' other columns, receipts and events hold ids and codes. So
// [Privacy].Forget can remove it while every count and sum stays. Errors and log values
// hold none of it. An actor sees the rows that their scope allows
// (package crm/access); the others do not exist for them.
//
// # Sources
//
// F. R. Dwyer, P. H. Schurr and S. Oh, Developing Buyer-Seller Relationships, Journal
// of Marketing 51 (1987), for the stages; M. Fowler, Temporal Patterns (2005), for
// effective and recorded time; P. Helland, Life beyond Distributed Transactions
// (CIDR 2007), for keys and retries; the Personal Information Protection Law
// 个人信息保护法 (2021) for consent, access and erasure; and the company documents that
// guanxi serves.
package crm
