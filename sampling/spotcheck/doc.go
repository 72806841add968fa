// Package spotcheck answers whom a year's spot checks draw (抽查), so that quotas,
// coverage and rechecks hold and anybody can verify it.
//
// A [Cycle] has the rules: 10 % of all staff in each routine round, 30 % in the
// year-end check, at least 60 % of all staff over the year, nobody twice while others
// were not checked yet, and everybody whose latest result is a fail again in the next
// round. The journal of a cycle is a list of [Entry]; [Fold] makes its [State], and
// [Draw] the next round:
//
//	c := spotcheck.Quarterly(2026)
//	report, err := spotcheck.Plan(c, staff.Headcount(), spotcheck.Percent(10)) // before round 1
//	chain, err := spotcheck.NewChain(secret, len(c.Rounds))
//	journal := []spotcheck.Entry{{Kind: spotcheck.Opened,
//		Opening: &spotcheck.Opening{Cycle: c, Commitment: chain.Commitment()}}}
//
//	seed, err := chain.Seed(1, "index of 2026-01-05: 3021.55")
//	state, err := spotcheck.Fold(journal)
//	manifest, err := spotcheck.Draw(state, 1, staff, seed)
//	journal = append(journal, manifest.Entry("planner", now)) // then the results, as they come
//
// # Other questions it answers
//
//   - Can the rules hold with these people, at what cost? [Plan], [Simulate]
//   - Is this really the draw? [Verify], [VerifyCycle]
//   - Who is due for a recheck, who for the remedial check? [State.Outstanding]
//   - How many were reached? [State.Coverage]
//   - What is each person's grade for the year? [State.Annual]
//   - How many seats does each department get? [Apportion]
//   - What does a round, or the year, say about everybody? [State.RoundEvidence],
//     [State.YearEvidence], [State.DepartmentEvidence]
//   - How likely does a round find one of the bad? package audit's Detection
//
// # What is hard and what is soft
//
// The floor of a quota (不少于), rechecks and the coverage goal are hard. That nobody
// is drawn twice (一般不重复) is soft and gives way first: such a person is marked
// [Repeat] in the manifest. What cannot be kept is counted there, as Shortfall and
// CoverageShortfall, and told by [Manifest.Findings].
//
// The year-end check draws those who were not checked yet and goes on to the goal G.
// Since G - D is never more than N - D, with D checked so far of the N on the roster,
// the goal holds for the closing roster whatever rounds were missed and whoever left or
// joined, as long as those not checked and not absent are enough; where they are not,
// CoverageShortfall is exact. It supposes that all who are drawn come: who does not is
// Owed and comes back in the next round, after the last one in none, and
// [State.Coverage] counts only those who were assessed.
//
// # Secrecy and audit
//
// A draw has to be unforeseeable before it and reproducible after it. Every person has
// a ticket, HMAC-SHA-256 keyed by the round's seed over the cycle and the person's id,
// and the smallest tickets are drawn: the order of the roster does not matter, joiners
// and leavers do not change the order of the others, and a larger quota draws the same
// people and more. Seeds are a [Chain] whose commitment is published before the first
// round. With each round its link is revealed, which anybody can hash back and nobody
// forward; a public number that came later is mixed in, so that whoever made the chain
// could not choose the draw. Each manifest holds the hash of the one before it, of the
// roster and of the journal.
//
// # Vocabulary
//
//   - spot check 抽查, cycle 周期, round 轮次, routine 日常抽查, year-end check 年底集中抽查
//   - roster 名册, all staff N 员工总数, eligible 可抽人员, absent 缺席
//   - quota 名额, rate 比例, coverage 覆盖率, goal 覆盖目标, top-up 补足, shortfall 缺口
//   - without repeats 不重复抽查, relaxed repeat 放宽重复, reserve 预留, surprise share 突查比例
//   - recheck 复查, outstanding 待复查, owed 补查, remedial check 补考
//   - understanding 理解程度, practice 实践程度, rubric 考核标准
//   - excellent 优秀, qualified 合格, unqualified 不合格, not assessed 未考核
//   - ticket 抽签号, seed 种子, hash chain 哈希链, commitment 承诺值, manifest 抽查清单, to verify 核验
//   - department 部门, apportionment 名额分配, detection power 发现概率
//
// # Privacy
//
// Rosters, manifests and journals hold ids, codes and scores. The one free text is
// Result.Note, which no hash covers and which can be cleared at any time.
//
// # Sources
//
// Tickets: Ohlsson, Coordination of samples using permanent random numbers (1995);
// Rivest, consistent_sampler, of election audits. HMAC: RFC 2104. Hash chains: Lamport,
// Password authentication with insecure communication, CACM 24 (1981). Apportionment:
// Balinski and Young, Fair Representation (1982). Selection: Hoare, Algorithm 65, CACM
// 4 (1961).
package spotcheck
