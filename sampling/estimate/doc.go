// Package estimate answers what a probability sample says about everyone, with the
// error that its design implies (抽样估计).
//
// How satisfied are all customers, when 200 of them were asked, more of them in
// one branch than in another? Each answer stands for as many customers as its
// weight says, and what the strata hold fixed does not vary:
//
//	d, err := estimate.NewDesign(weights, []estimate.Stage{{
//		Strata:     estimate.Labels(branch),
//		Population: customers, // of the row's branch
//	}}, estimate.Options{})
//	m, err := d.Mean(score)
//	margin, err := m.Margin(0.95) // m.Value, give or take margin
//
// # What there is
//
//   - [NewDesign]: weights, strata, clusters on several stages, finite population
//     corrections, from columns of labels or codes, and units drawn with unequal
//     probabilities. [Design.Calibrated] takes adjusted weights with their effect on
//     the error.
//   - [Design.Mean], [Design.Total], [Design.Ratio]; [Design.Joint] for several
//     figures with covariances, [Estimates.Contrast] for what they differ by.
//     [Design.Influence] for variances of other kinds.
//   - [Design.Where] for a domain, [Design.By] for all groups at once.
//   - [Design.Proportion] with intervals that stay within 0 and 1, also where
//     everybody agrees; [Design.Quantiles].
//   - [Design.Linear] and [Design.Logistic] regression.
//   - [Accumulator]: totals, means and ratios from a stream that does not fit into
//     memory, in parts that can be merged.
//
// # Vocabulary
//
//   - Weight (权数): how many of the population a row stands for, the inverse of
//     its probability of being drawn.
//   - Stratum (层): a part of the population that is sampled by itself. Cluster,
//     primary sampling unit, PSU (整群, 初级抽样单元): what is drawn, when that is
//     not the person: a team, a shop, a day.
//   - Finite population correction (有限总体校正): who has asked everybody has no
//     sampling error; who has asked half of them has less.
//   - Unequal probabilities (不等概率抽样): large units are likelier to be drawn.
//   - Without replacement (不重复抽样), with replacement (重复抽样).
//   - Taylor linearisation (泰勒线性化): the error of a mean or ratio is that of the
//     total of linearised values (影响值), one for each row.
//   - Design effect (设计效应): how many times the variance is that of a simple
//     random sample (简单随机抽样) of as many rows.
//   - Domain (域): a part of the population whose size in the sample was left to
//     chance. Margin of error (误差范围), confidence interval (置信区间), degrees of
//     freedom (自由度).
//   - Lonely unit (单一初级抽样单元): the only one of its stratum in the sample.
//
// # Conventions
//
// Rows are counted from 0. Figures do not depend on the order of the rows but by
// the last rounding, with one exception that [WeightedQuantile] states. Nothing is
// silent: a stratum with one unit, a missing value, an empty domain, more units
// drawn than there are, a denominator of zero are an [Error] that says where. What
// the data do not determine is absent, [Optional], or an error, and never NaN,
// infinite or a made-up 0.
//
// Estimates, standard errors, intervals, degrees of freedom and design effects
// agree with R's survey 4.1-1 to 1e-12, and differ from it on purpose in these
// places: the default for lonely units is an error; [LonelyAdjust] takes the
// distance from the mean of the units' totals, as survey 4.5 does, and not from 0;
// a finite population correction that varies within a stratum is asked for as
// [Stage.Probability], where units taken for certain do not move the centre of the
// others; negative weights are refused unless calibration made them; a share of 0 or 1
// has an exact one-sided interval; quantiles below the first value's share and beyond
// the last are those values; the profile likelihood is solved and not interpolated.
//
// # Sources
//
// Cochran 1977, Sampling Techniques, Wiley; Wolter 2007, Introduction to Variance
// Estimation, Springer; Binder 1983, International Statistical Review 51:279-292;
// Sarndal, Swensson and Wretman 1992, Model Assisted Survey Sampling, Springer;
// Woodruff 1952, JASA 47:635-646; Korn and Graubard 1998, Survey Methodology
// 24:193-201; Hyndman and Fan 1996, The American Statistician 50:361-365; Lumley
// 2010, Complex Surveys, Wiley.
package estimate
