// Package audit answers what the errors in a sample prove about the whole, and how large
// a sample has to be for that (审计抽样, 抽样检验).
//
// Ten of a hundred were checked and nothing was wrong; what follows for the other ninety?
//
//	most, err := audit.UpperCount(100, 10, 0, 0.05)
//	// 24: with 25 or more wrong ones, ten good ones would be drawn in less than 1 of 20 cases
//
// # Other questions it answers
//
//   - What is the rate of a large population? [RateInterval], [UpperRate]
//   - How many must be checked to prove a tolerable rate? [AttributeSize]
//   - Would the check have found one at all, how large must it be to find one?
//     [Detection], [DetectionSize]
//   - Which plan accepts good lots and refuses bad ones? [DesignSingle], [Standard]
//   - What does a plan do? [Single.Acceptance], [Single.OutgoingLimit], [Single.AverageInspection]
//   - And one that draws again where the first sample leaves it open? [Double]
//
// # Vocabulary
//
//   - error 误差, 不合格品: an item that is wrong, whatever that means to the host; rate 误差率
//   - attribute sampling 属性抽样: an item is right or wrong, nothing is measured
//   - tolerable rate 可容忍偏差率, expected rate 预计总体偏差率, upper error limit 误差率上限
//   - risk 风险: the probability of a wrong conclusion; level 置信水平: one less the risk
//   - discovery sampling 发现抽样: to find at least one
//   - acceptance sampling 抽样检验, lot 批, single plan (n, c) 一次抽样方案,
//     double plan 二次抽样方案
//   - operating characteristic 抽检特性曲线, producer's risk 生产方风险, consumer's risk 使用方风险
//   - AQL 接收质量限, LTPD 极限质量, AOQ 平均检出质量, AOQL 平均检出质量上限, ATI 平均检验总数,
//     ASN 平均样本量
//   - finite population 有限总体, without replacement 不重复抽样: the hypergeometric law 超几何分布
//
// # Numbers
//
// Whole numbers come out exactly: bounds and sizes are found by bisection on the exact law,
// and where a probability is near its limit, it is computed in integers of any size and
// rounded once before the two are compared. Rates that give counts are ratios of
// integers, [github.com/guanxi-go/guanxi/crm/money.Ratio]: 29 % of 100 are 29. No cost grows
// with the population; some grow with the standard deviation of the errors found.
//
// The sample is taken for a simple random one. Intervals for stratified and clustered
// samples are those of package sampling/estimate.
//
// # Sources
//
// Clopper and Pearson 1934, Biometrika 26:404-413; Brown, Cai and DasGupta 2001,
// Statistical Science 16:101-133; Buonaccorsi 1987, American Statistician 41:215-218;
// Loader 2000, Fast and accurate computation of binomial probabilities; Arkin 1963,
// Handbook of sampling for auditing and accounting; Guenther 1969, Journal of Quality
// Technology 1:105-109; Dodge and Romig 1929, Bell System Technical Journal 8:613-631;
// MIL-STD-105E (1989).
package audit
