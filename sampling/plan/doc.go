// Package plan answers how many people to ask, and how many in each stratum
// (样本量与分层分配).
//
//	size, err := plan.Proportion(0.5, plan.Margin(0.03), plan.Options{
//		Population: 20_000,                            // customers
//		Response:   money.Ratio{Num: 60, Den: 100}, // 40 percent do not answer
//	})
//	// size.N answers are needed, so size.Ask customers are asked
//
// # What there is
//
//   - [Proportion], [Mean], [Total]: the size for a margin of error, a relative
//     margin, a coefficient of variation or a variance, in a finite population,
//     for domains, with a design effect and non-response.
//   - [MeansSize], [ProportionsSize]: the size with which a test finds a difference;
//     [MeansPower] and [ProportionsPower] for given sizes, [MeansEffect] and
//     [ProportionsEffect] for what given sizes can find. [OverlapMeansSize] and its
//     like serve two waves that share some of the people.
//   - [Allocate]: a sample divided among strata, in integers that are the best
//     possible and sum exactly; [AllocateBudget] for a given expense and
//     [StratifiedSize] for a given precision.
//   - [ClusterDesignEffect], [WeightingDesignEffect], [TwoStage]: what clusters and
//     weights cost. [Ask]: non-response alone.
//
// To show that something is rare or absent, and for acceptance sampling, see
// package sampling/audit; to draw what is planned here, package sampling/draw.
//
// # Vocabulary
//
//   - Sampling (抽样), sample size (样本量), simple random sampling without
//     replacement (不重复简单随机抽样), finite population correction (有限总体修正).
//   - Margin of error (允许误差): half the width of the confidence interval.
//     Confidence level (置信水平).
//   - Design effect (设计效应): the variance of a design over that of simple random
//     sampling of as many people. Cluster (群), stratum (层), domain (域).
//   - Non-response (无回答), response rate (应答率).
//   - Significance level (显著性水平) and power (检验功效): the probabilities to see a
//     difference where there is none and where there is one.
//   - Allocation (分配) of a sample to strata; take-all stratum (全数调查层), of which
//     every unit is asked.
//
// # Conventions
//
// A size is rounded up to an integer, where a number that misses an integer by
// rounding errors only, 2^-40 of itself, is that integer. It never exceeds the
// population. The variance of a proportion in a finite population is
// P(1-P)·N/(N-1), or P(1-P) by [PlainVariance]; peers disagree, and so do their
// sizes, by one. Response rates are ratios of integers.
//
// A design effect multiplies the variance before the finite population is taken
// into account, so no design needs more than everybody. Demands that contradict
// each other are ErrInfeasible and an [Error] that names the stratum; nothing is
// cut down in silence.
//
// Where peers are wrong, the answers differ on purpose: samplingbook 1.2.4 forgets
// the population where P is below 0.1 or above 0.9 (1286 people of 50); PracTools
// 1.7.5 turns the finite population factor of log-odds sizes over; both give a
// stratum more interviews than it has people, and round shares so that they do not
// sum to the sample.
//
// # Sources
//
// Cochran 1977, Sampling Techniques, Wiley; Valliant, Dever and Kreuter 2018,
// Practical Tools for Designing and Weighting Survey Samples, Springer; Neyman 1934,
// Journal of the Royal Statistical Society 97:558-625; Bankier 1988, The American
// Statistician 42:174-177; Wright 2012, The American Statistician 66:217-224; Wilson
// 1927, JASA 22:209-212; Cohen 1988, Statistical Power Analysis for the Behavioral
// Sciences; Fleiss, Levin and Paik 2003, Statistical Methods for Rates and
// Proportions, Wiley. The sizes agree with PracTools 1.7.5 to 1e-12, the powers
// with R 4.2.2 as far as it goes and with mpmath to 1e-12.
package plan
