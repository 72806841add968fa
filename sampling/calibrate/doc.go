// Package calibrate answers which weights reproduce the known totals of the
// population with the least change to the design weights (校准加权).
//
// Of the customers asked, too few were women and too few live in the north. The
// register knows how many there are; raking finds weights that agree with it:
//
//	res, err := calibrate.Rake(weights, []calibrate.Margin{
//		{Name: "sex", Labels: sex, Totals: map[string]float64{"f": 5200, "m": 4800}},
//		{Name: "region", Labels: region, Totals: map[string]float64{"north": 6000, "south": 4000}},
//	}, calibrate.RakeOptions{})
//	// res.Weights goes into every estimate, res.Residuals into every variance
//
// # What there is
//
//   - [PostStratify]: one category per row with known counts.
//   - [Rake]: several such margins, of which the joint counts are not known.
//   - [Calibrate]: totals of numbers too, by one of several distances ([Method]):
//     linear (GREG), multiplicative, logit and truncated linear between bounds.
//     Its Options take margins too; [Indicators] turns one into columns.
//   - [Trim]: very large weights cut, what is cut off given to the others.
//   - [Raker] and [Calibrator]: the same prepared once and applied to many sets of
//     weights, such as replicate weights.
//
// # Variance
//
// Weights that reproduce a total leave it without sampling error, and whatever
// goes along with it varies less. [Result.Residuals] takes that out of the
// influence values of an estimate; a Taylor variance then runs over weight times
// residual. Leaving it out makes the standard error of a calibrated estimate
// wrong, nearly sevenfold in an example of survey's manual.
//
// # Vocabulary
//
//   - Design weight (设计权重): 1 over the probability of inclusion, perhaps
//     adjusted for non-response. It is always the starting point here.
//   - Calibration (校准): weights w as near as possible to the design weights d
//     with the sums over the sample of w·x equal to known totals (已知总量).
//   - g-weight (g 权重): w/d, the change.
//   - Post-stratification (事后分层): calibration to counts of one classification.
//   - Raking (耙平法, 迭代比例拟合): to the margins of several.
//   - Margin (边际): a classification with its known counts.
//   - Auxiliary variable (辅助变量): a column whose population total is known.
//   - Generalised regression estimator, GREG (广义回归估计): linear calibration.
//   - Trimming (权重截尾): limiting the largest weights.
//
// # Conventions
//
// One element per row of the sample everywhere. An empty label is a missing one,
// and an error that names the row; so is a category without counts, or counts
// without a row. Margins that contradict each other never give weights: totals
// that differ are refused before the first step, and what stays apart is
// [ErrNotConverged] with the margin and its miss. Negative weights, which linear
// calibration can give, have to be asked for. Sums are compensated, so that the
// order of the rows moves a result by rounding only.
//
// Rows that are alike in all margins, auxiliary variables and variances share one
// g-weight, so a calibration costs one pass over the rows and then as much as there
// are such combinations; where numbers hardly repeat it goes over the rows a stretch
// at a time and makes no copy of them.
//
// Weights and standard errors agree with R 4.2.2 and its package survey 4.1-1 to
// 1e-12.
//
// # Sources
//
// Deming and Stephan 1940, Annals of Mathematical Statistics 11:427-444; Deville
// and Sarndal 1992, JASA 87:376-382; Deville, Sarndal and Sautory 1993, JASA
// 88:1013-1020; Sarndal, Swensson and Wretman 1992, Model Assisted Survey
// Sampling, Springer, chapter 6; Lumley 2010, Complex Surveys, Wiley, chapter 7.
package calibrate
