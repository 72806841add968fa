// Package horvitz answers what a sample drawn with unequal probabilities says about a
// total (不等概率抽样的总体总量估计).
//
// A unit drawn with probability p stands for 1/p units, so Σ y/p estimates the total
// without bias, whatever the design (Horvitz and Thompson 1952). How far it may be off
// depends on how often pairs of units come together:
//
//	drawn, err := design.Draw(frame, draw.Seeded(seed))
//	total, err := horvitz.Total(y, drawn.Probabilities) // y by unit of the sample
//	joint, err := design.Joint(drawn.Units)
//	variance, err := horvitz.Variance(y, drawn.Probabilities, horvitz.Options{Joint: joint})
//
// # What there is
//
//   - [Total]: the Horvitz-Thompson estimate of a total, [Mean]: Hájek's of a mean.
//   - [Variance] and [MeanVariance]: what the sample says of their variance, with joint
//     probabilities or, for designs of high entropy, without.
//   - [DesignVariance]: the variance itself, where the population is known: for the
//     choice between designs before a survey, on figures of the year before.
//
// Package estimate does ratios, domains, stages and calibration, with variances that
// treat a stage as drawn simply at random or by a design of high entropy; this package
// is for one stage and any design. What estimate's Design.Influence returns can stand for
// y, so that the pairs serve ratios and domains too.
//
// # Vocabulary
//
//   - Inclusion probability (入样概率) p: the probability that a unit is drawn. Joint
//     inclusion probability (联合入样概率): that two units are drawn together.
//   - Horvitz-Thompson estimate (霍维茨-汤普森估计): Σ y/p.
//   - Hájek estimate (哈耶克估计): Σ y/p divided by Σ 1/p, a mean.
//   - Fixed size (固定样本量): all samples have the same number of units.
//   - Take-all unit (必选单元): p = 1; it adds nothing to the variance.
//
// # Sources
//
// Horvitz and Thompson 1952, JASA 47:663-685; Sen 1953, Journal of the Indian Society
// of Agricultural Statistics 5:119-127; Yates and Grundy 1953, JRSS B 15:253-261;
// Hájek 1964, Annals of Mathematical Statistics 35:1491-1523, and 1971; Deville 1999,
// Survey Methodology 25:193-203; Brewer and Donadio 2003, Survey Methodology
// 29:189-196; Matei and Tillé 2005, Journal of Official Statistics 21:543-570.
package horvitz
