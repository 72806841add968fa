// Package replicate answers how far an estimate would move if other units had been
// drawn, by calculating it again with many sets of weights (重复权重法).
//
// Whatever can be calculated from weights gets a variance, without a formula of
// its own: a ratio, a median, a coefficient, an index. Units that were drawn
// together are left out together:
//
//	d, err := replicate.NewDesign(weights, replicate.DesignOptions{PSUs: schools})
//	jack, err := d.JK1(replicate.Options{})
//	est, err := jack.Ratio(spending, visits)      // over PSUs, not over rows
//	est, err = jack.Variance(func(w []float64) ([]float64, error) {
//		return []float64{median(w, spending)}, nil // any function of the weights
//	})
//	se := est.SE(0)
//
// # What there is
//
//   - [Design.JK1], [Design.JKn]: the jackknife (刀切法), without and with strata.
//   - [Design.BRR]: balanced repeated replication (平衡半样本法) for two units per
//     stratum, after Fay with a part of the weight left ([Options].Rho). [Hadamard]
//     gives the matrix.
//   - [Design.RaoWu], [Design.CantyDavison]: the bootstrap (自助法) of primary
//     sampling units.
//   - [Given]: replicate weights that somebody else made.
//   - [Replicates.Adjusted]: every set of weights calibrated again, as package
//     calibrate does, so that the variance knows of the calibration.
//
// # Vocabulary
//
//   - Primary sampling unit, PSU (初级抽样单元): what was drawn first, a school or a
//     household with all its rows; the row itself where nothing else is said.
//   - Stratum (层): the groups in which PSUs were drawn independently.
//   - Replicate (重复样本): the sample with some PSUs given more weight and others
//     less or none. Factor: new weight over old, the same for all rows of a PSU.
//   - Scale, rscales (比例系数): what the squared deviations of the replicates are
//     multiplied with, in common and one by one.
//   - Lonely PSU (单一 PSU 层): a stratum with one PSU, which shows no variation.
//
// # Conventions
//
// Only the factors of PSUs are kept, never a matrix of rows times replicates: the
// jackknife needs O(PSUs), BRR and bootstrap O(PSUs · replicates). The order of
// PSUs and strata is that of the bytes of their labels, so that replicates do not
// depend on the order of the rows. The bootstrap draws from the *rand.Rand that it
// is given. Variances are around the mean of the replicates, or around the full
// sample's estimate with Options.MSE. A lonely PSU is [ErrLonelyPSU] and named,
// unless the population of its stratum is said to be 1.
//
// Factors, scales, variances and degrees of freedom agree with R 4.2.2 and its
// package survey 4.1-1 to 1e-12.
//
// # Sources
//
// Wolter 2007, Introduction to Variance Estimation, 2nd edition, Springer; McCarthy
// 1969, Review of the International Statistical Institute 37:239-264; Judkins 1990
// (Fay), Journal of Official Statistics 6:223-239; Rao and Wu 1988, JASA
// 83:231-241; Canty and Davison 1999, The Statistician 48:379-391; Paley 1933,
// Journal of Mathematics and Physics 12:311-320.
package replicate
