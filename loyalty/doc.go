// Package loyalty answers who takes part in a membership programme, what they have
// earned and spent, and what they are owed (会员忠诚度计划): services over one [Store],
// which you implement over the database that you have.
//
//	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{})
//	till := loyalty.Actor{ID: "till-1", Sees: loyalty.Everyone()}
//	_, err = l.Members.Enrol(ctx, till, "m-1", loyalty.Call{})
//	_, err = l.Points.Earn(ctx, till, "m-1", points.EarnCommand{Points: 60}, loyalty.Call{Key: "sale-1", Ref: "sale-1"})
//	done, err := l.Points.Burn(ctx, till, "m-1", points.BurnCommand{Points: 50}, loyalty.Call{Key: "sale-2"})
//	// done.Available is 10; sent again with its key, it is the same and nothing more
//
// # Vocabulary
//
//   - member 会员: who takes part; account 积分账户: points of a member, with a journal
//   - programme 会员体系: the rules, as one value: points 积分, tiers 等级, rewards 权益,
//     referrals 老带新
//   - posting 积分流水: one line of an account's journal; see package loyalty/points
//     for lots, holds, debt, refunds and clawbacks
//   - qualifying points 成长值: what counts for a tier and cannot be spent
//   - household 家庭: members who spend their points together
//   - redemption 兑换, voucher 券, stock 库存: see package loyalty/reward
//   - limit 风控限额: how much one account may do in so much time; screen 风控: the
//     host's own judgement of a command
//   - review 人工审核: a command that one of the two held back for somebody to look at
//   - due work 到期处理: what time has done, and nobody has posted yet
//   - effective time 生效时间 and recorded time 登记时间: when it was so, and when we
//     learned it
//   - roll-forward 期初期末变动表: what all points come to by period, see [Reports];
//     audit 复核: the journals replayed against what is kept, see [Loyalty.Verify]
//   - subject: whatever has a version; claim: a key that only one subject can hold;
//     guard: a subject that stands for a listing; see [Store]
//   - actor 操作人: who asks, and whose accounts they see
//
// # How a command works
//
// Each command of a service loads what it needs, decides by a pure function of the
// packages below, and commits what follows under the versions that it read. When
// something moved meanwhile it loads and decides again; when the store fails it
// tries again under the key of the command, so that nothing happens twice. A caller
// that gives a [Call] a Key can send the same command again after a crash of its
// own, and gets what the first one did. Commands of one process on one account wait
// for each other, so that a hot account is not a storm of conflicts.
//
// # Conventions
//
//   - Points are whole numbers, int64. Money is minor units, or a decimal at the
//     edge. Intervals are half-open: a lot is usable at t where ActivateAt <= t <
//     ExpireAt.
//   - A last day counts whole: what expires with it expires at the first instant of
//     the day after, in the zone of the policy, also where clocks skip midnight.
//   - What expires first is spent first, what never expires last; ties by
//     ActivateAt, then by number. The other order is FIFO by ActivateAt.
//   - So many months later is the same day of the month, or its last, counted from
//     the original day: 31 January, 28 February, 31 March.
//   - Expiry follows from time and not from a job. What is over is not available,
//     posted or not; the entry that says so takes effect when it was over, and is
//     posted once, by the next command on the account or by [Due].
//   - A refund goes back to the lots that were consumed, in reverse order, with
//     their dates. A clawback takes the lot that was earned first; what is missing
//     goes by the policy: debt, partial, or reject.
//   - Keys are unique in a scope. The same key with the same command is the first
//     one's answer, with Replayed; with another command it is [ErrKeyReused]. Only what
//     was done is remembered; what was refused is decided anew, unless its NotAfter
//     is over.
//   - Every entry has an effective and a recorded time, which never falls within an
//     account, and a number without gaps. Any question can be asked as of both times.
//   - available is what is left in usable lots, less holds and debt, at least 0;
//     balance is what is left in all lots, less debt.
//   - A refused command leaves everything as it was, byte by byte.
//
// # Your own database
//
// [Store] says what a database has to do, and CONTRIBUTING.md has a chapter on
// writing an adapter. Package loyalty/loyaltytest holds its conformance suite,
// package loyalty/loyaltysql is the adapter for SQLite and PostgreSQL. Points,
// customers and the host's own rows can share one transaction: see [Loyalty].On,
// and examples/sqlstores.
//
// # Privacy
//
// Ids, codes, numbers and instants, and one free text: the Reason of a [Call]. It
// stands in entries only, and [Members].Forget removes it while every sum stays.
// Errors, events and receipts hold none of it. An actor sees the members that their
// [Sight] allows; the others do not exist for them.
//
// # Sources
//
// The company documents that guanxi serves ask for the elements of a membership
// programme (互联网会员体系的四要素), the rules by which members rise, and benefits that
// attract. Keys and their fingerprints follow Stripe's and Formance's interfaces;
// holds and corrections only by adding follow TigerBeetle; P. Helland, Life beyond
// Distributed Transactions (CIDR 2007), for retries; the pure packages name the rest.
package loyalty
