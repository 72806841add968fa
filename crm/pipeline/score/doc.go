// Package score answers how likely a lead is to become an order, and why (线索评分).
//
// There are three scores. A [Card] is points that people state, with caps and
// expiry. A [Bayes] and a [Logistic] are learned from the leads that were closed:
//
//	t, err := score.NewTraining("source", "industry")
//	for _, l := range closed {
//		err = t.Add([]string{l.Source, l.Industry}, l.Won) // "" is missing
//	}
//	model, err := t.Fit(score.BayesOptions{})
//	s, err := model.Score([]string{"referral", ""})
//	fmt.Println(s.P, s.Contributions) // the probability, and what each field adds
//
// Every score lists what each input contributes to it; the contributions sum to the
// score.
//
// # Is a score right?
//
// The same functions judge any score, given what became of the leads ([Case]):
//
//   - [Reliability]: of those to whom 0.3 was said, were 30 percent won? 可靠性
//   - [Brier]: the mean squared error 均方误差
//   - [AUC]: how often a won lead stands above a lost one; ties count one half
//   - [TopLift]: how much richer in orders the best k are than the average 前 k 提升度
//   - [Isotonic] and [Platt]: bring scores to probabilities 校准
//
// # Vocabulary
//
//   - lead 线索: somebody who may become a customer; won 转化, lost 流失: what became
//     of a closed one
//   - points 积分制评分, cap 封顶, expiry 过期; scorecard 评分卡: a version of the rules;
//     grade 线索等级: what a score is called
//   - logit 对数几率: ln p/(1-p); prior 先验: before anything is known of the lead
//   - contribution 贡献: what one input adds to the logit, or to the points
//   - separation 完全分离: a combination of the inputs that never errs in the
//     training data, so that no finite coefficient is the best
//   - ridge 岭罚: a price on large coefficients
//
// # Conventions
//
// Fewer than 30 closed leads, or fewer than 5 won or lost ones, are ErrInsufficientData:
// nothing is learned from a handful. Counts are exact, and so is what is made of them
// where a comment says so; the rest is float64. Nothing depends on the order of the
// rows beyond the rounding of float64.
//
// # Privacy
//
// Values of fields such as source and industry stand in models and contributions; a
// name, a number or an address is no field of a score. Errors hold names of fields and
// places, and no value.
//
// # Sources
//
// The company documents that guanxi serves say that true customers are hard to find
// among the leads that marketing delivers (从市场部提供的客户线索中很难找到真正的顾客). Naive Bayes
// with pooled shares as prior: Zadrozny and Elkan 2001 and Cestnik 1990, m-estimates
// (Estimating probabilities: a crucial task in machine learning, ECAI 9:147-149).
// Logistic regression: McCullagh and Nelder 1989, Generalized Linear Models, 4.4.
// Separation: Albert and Anderson 1984, Biometrika 71:1-10. Calibration: Zadrozny and
// Elkan 2002, KDD 8:694-699; Platt 1999, Advances in Large Margin Classifiers 61-74,
// by the algorithm of Lin, Lin and Weng 2007, Machine Learning 68:267-276. AUC:
// Hanley and McNeil 1982, Radiology 143:29-36. Brier 1950, Monthly Weather Review
// 78:1-3.
package score
