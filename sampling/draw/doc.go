// Package draw answers which units are drawn, and with which probability (抽样): by
// chance alone, by stratum, by cluster, by size, balanced, from a stream, or period
// after period from a panel.
//
//	frame, err := draw.NewFrame(ids, draw.Columns{Stratum: classes})
//	sample, err := draw.Stratified(frame, map[string]int{"core": 50, "other": 150}, draw.Seeded(seed))
//	whom, err := sample.IDs(frame)
//	weights := sample.Weights() // how many customers each answer stands for
//
// # What there is
//
//   - With equal probabilities: [Simple], [WithReplacement], [Systematic],
//     [Bernoulli]; within strata [Stratified]; [Cluster] and [StratifiedCluster],
//     which draw in one or two stages.
//   - With unequal probabilities: [PPS] by the sizes of a frame; [NewUnequal] for any
//     probabilities and all such designs, with the joint probabilities of pairs;
//     [InclusionProbabilities] from sizes. [Cube] draws balanced samples and
//     [LocalPivotal] samples that are spread in space.
//   - So that anybody can verify it: [Tickets], [StratifiedTickets] and
//     [PoissonTickets] depend on the ids and a seed and on nothing else, also not on
//     the order of the list. The same tickets are permanent random numbers, by which
//     surveys keep their units or avoid each other's ([Overlap], [ExpectedOverlap]).
//   - Period after period: [NewPanel] and [Rotation]; [Change] says how precise a
//     change between two periods is.
//   - From a stream of unknown length: [Reservoir], [WeightedReservoir], and for
//     items one by one [Sampler] and [WeightedSampler], which can be merged.
//
// # Records
//
// A [Sample] records design, seed, the hash of the frame and the probability of each
// unit: enough to repeat the draw, and all that an estimate needs to know of it. To
// verify a draw is to draw again from the same frame with the same seed and compare,
// by [Sample.Equal], or by ids where only the order of the list differs. What a draw
// by [Seeded] gives does not change between versions.
//
// # Vocabulary
//
//   - Frame (抽样框): the list of all units from which is drawn; N (总体单位数) is their
//     number, n (样本量) that of the sample.
//   - Inclusion probability (入样概率): how probable it is that a unit is in the
//     sample. Design weight (设计权数): one over it. Joint probability (二阶入样概率):
//     the same of two units together.
//   - Simple random sampling without replacement (简单随机抽样, 不重复抽样): every set of
//     n units is equally probable. With replacement (重复抽样): a unit may come again.
//   - Systematic (等距抽样, 系统抽样): at equal distances from a random start.
//   - Stratified (分层抽样): separately in each stratum (层). Cluster (整群抽样): whole
//     clusters (群), or some units of each, in two stages (二阶段抽样).
//   - Probability proportional to size (与规模成比例抽样): the larger, the likelier.
//     Balanced (平衡抽样): so that known totals come out right.
//   - Ticket (签号): a number that a seed gives to an id. Permanent random number
//     (永久随机数): a random number that a unit keeps.
//   - Coordination (样本协调): positive where surveys share units, negative where they
//     avoid it.
//   - Rotating panel (轮换样本): a part of the sample is replaced in every period.
//   - Reservoir (蓄水池抽样): a sample from what passes by once.
//
// # Sources
//
// Bentley and Floyd 1987, CACM 30(9):754-757; Särndal, Swensson and Wretman 1992,
// Model Assisted Survey Sampling; Tillé 2006, Sampling Algorithms; Ohlsson 1995,
// Coordination of samples using permanent random numbers, in Cox et al., Business
// Survey Methods; Rivest 2018, Consistent sampling with replacement,
// arXiv:1808.10016; Li 1994, ACM TOMS 20(4):481-493; Efraimidis and Spirakis 2006,
// Information Processing Letters 97(5):181-185; Tam 1984, The American Statistician
// 38(4):288-289; Lemire 2019, ACM TOMACS 29(1):3.
package draw
