// Package survival answers how long it takes until something happens, from data
// in which it has not happened to everybody yet (生存分析).
//
// When does a customer buy again, a lead leave its stage, a colleague resign?
// Averaging the finished cases answers wrongly, for the slow ones are missing
// among them. The estimates here use every subject for as long as it was seen:
//
//	obs := []survival.Observation[int]{
//		{Time: 12, Event: true}, // bought again after 12 days
//		{Time: 30},              // has not in the 30 days that we know of
//	}
//	curve, err := survival.KaplanMeier(obs, survival.Options{})
//	s, ok := curve.At(14)         // still waiting after 14 days, with limits
//	repeat := s.Complement()      // has bought again within 14 days
//
// # What there is
//
//   - [KaplanMeier]: the share that is still without the event, with pointwise
//     limits, quantiles, restricted mean; [FlemingHarrington] beside it.
//   - [AalenJohansen]: the same where the event has one of several causes, such
//     as resignation and dismissal.
//   - [LogRank]: whether groups differ.
//
// # Vocabulary
//
//   - Right censoring (右删失): observation ended before the event, at a time that
//     has nothing to do with it. A subject censored at t is at risk at t.
//   - Left truncation (左截断, 延迟进入): a subject is seen only from its entry on,
//     and would not be in the data at all, had the event come before. It is at
//     risk in (Entry, Time]. Leaving the entries out makes staff and customers
//     who were taken over from an older system look immortal in their first years.
//   - Risk set (风险集): who is under observation, without the event, just before t.
//   - Survival function (生存函数) S(t): the probability that the event comes after
//     t. Hazard (风险率): the rate of events among those at risk.
//   - Cumulative incidence (累积发生率): the probability that an event of one cause
//     has come by t, where other causes compete (竞争风险).
//
// # Conventions
//
// Times are plain numbers in the caller's unit, counted from each subject's own
// origin; whole days are counted instead of sorted and cost least. Results do
// not depend on the order of the rows. What the data do not determine is absent,
// [Optional] or ok = false, and never NaN, infinite or a made-up 0; a call that
// makes no sense is an [Error] that names row and field.
//
// Estimates, standard errors, limits and tests agree with R 4.2.2 and its
// package survival 3.5-3 to 1e-12, and differ from it on purpose in five places:
// nothing is said after the last observation; a limit that rises again is
// crossed where it is first ([Curve.Quantile]); the restricted mean of a
// Fleming-Harrington curve has that curve's variance and not Greenwood's; groups
// that were never compared leave a test instead of stopping it ([LogRank]); and
// where a probability is 0 limits are absent also on the plain scale.
//
// # Sources
//
// Kaplan and Meier 1958, JASA 53:457-481; Greenwood 1926, Reports on Public
// Health 33; Brookmeyer and Crowley 1982, Biometrics 38:29-41; Aalen and Johansen
// 1978, Scandinavian Journal of Statistics 5:141-150; Mantel 1966, Cancer
// Chemotherapy Reports 50:163-170; Harrington and Fleming 1982, Biometrika
// 69:553-566; Therneau and Grambsch 2000, Modeling Survival Data, Springer.
package survival
