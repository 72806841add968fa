// Package pipeline answers how far each opportunity has come on the way to an order
// (销售管道).
//
// A [Process] is the company's sales process as data. Made ready, it decides over every
// move, says what speaks against it, learns probabilities from what became of earlier
// deals, and names those on which nothing happens:
//
//	funnel, err := pipeline.New(pipeline.DefaultProcess())
//	entry, err := funnel.Move(journal, pipeline.Move{To: "visit", Now: now, Actor: "s-7", Met: met})
//	journal = append(journal, entry)
//
// [NewForecast] puts the open deals together: what they are expected to bring, and with
// what probability how much.
//
//	f, err := pipeline.NewForecast(deals, today, pipeline.Options{})
//	low, high, err := f.Amount.Interval(0.9) // 90 percent lie between these, in minor units
//
// # Journals
//
// Where an opportunity stands is a journal of package stage, append only. [Funnel.Machine]
// is its machine, so that everything that package answers can be asked: the stage on
// any past day, conversion from stage to stage, time in stage, ways out, diagrams. What
// this package adds are the rules of a sales process, which look at evidence.
//
// # Vocabulary
//
//   - opportunity 销售机会, deal 商机: something that may become an order
//   - stage 阶段; stage promotion 阶段升迁; entry criterion 进入条件
//   - won 赢单, lost 输单, on hold 搁置, open again 重启
//   - win probability 赢率; prior 先验: the configured one; win rate 赢单率: the plain share
//   - stuck 滞留: too long in its stage; silent 静默: too long without an action that
//     counts, whatever the stage
//   - order 订单: draft 草稿, signed 已签约, executing 执行中, completed 已完成, cancelled
//     已取消
//   - forecast 销售预测; category 预测类别: 储备 争取 承诺 已成交 不计; common factor 共同因子:
//     what moves all deals together
//
// # Conventions
//
// Days in stage are days of 24 hours, days of silence are calendar days. Probabilities
// learned are exact fractions; amounts are int64 minor units of one currency; expected
// values are exact decimals. Lists come in the order of the process, findings by falling
// days. Nothing depends on the order of the input.
//
// # Privacy
//
// Move.Reason and the Reason of an entry are free text and may be personal; no fold
// reads them. All else are ids, codes, amounts and dates.
//
// # Sources
//
// The company documents that guanxi serves ask for opportunities that are promoted from
// stage to stage (进行“销售机会”的阶段升迁), for the process that [DefaultProcess] returns and
// for problems found in time (及时发现销售过程中的问题). The methods name their own sources.
package pipeline
