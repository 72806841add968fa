// Package sampling answers whom to ask and whom to check, and keeps the record that
// proves it (抽样与抽查): the services and the storage contract of a year's spot checks.
//
//	s, err := sampling.New(store, sampling.Options{})
//	opening := spotcheck.Opening{Cycle: spotcheck.Quarterly(2026), Commitment: chain.Commitment()}
//	_, err = s.Cycles.Open(ctx, planner, opening, call)
//	_, err = s.Cycles.Freeze(ctx, planner, "2026", 1, roster, call)
//	drawn, err := s.Cycles.Draw(ctx, planner, "2026", 1, seed, call)
//	_, err = s.Cycles.Assess(ctx, inspector, "2026", 1, results, call)
//
// Your application implements [Store] over its own database, or takes package
// samplingsql; [Memory] is for tests and tools. The rules and the mathematics are
// in the packages below, which keep nothing and can be used alone:
//
//   - plan        how many to ask
//   - draw        whom to ask
//   - calibrate   which weights make the answers add up to what is known
//   - replicate   how much an estimate varies, by replicate weights
//   - horvitz     what a sample with unequal probabilities says about a total
//   - estimate    what the answers say about everyone
//   - spotcheck   whom a year's spot checks draw
//   - audit       what a sample's errors prove about the whole
//
// # Vocabulary
//
//	cycle       抽查周期    the spot checks of a year: its rounds and their rules
//	round       轮次        one check: monthly, quarterly, or at the end of the year
//	roster      名册        all staff on the day of a round, frozen before it is drawn
//	manifest    抽查清单    whom a round drew and why, so that anybody can recompute it
//	commitment  承诺        the hash that fixes all seeds before the first round
//	sight       可见范围    the departments whose people an actor sees
//	forget      删除        clearing what was written about a person in words
//
// # What is kept
//
// A cycle is one subject: its journal is the chain of entries that package spotcheck
// folds, one version guards it, and so two planners cannot both draw a round. A
// round has a record that says which roster stands. Rosters, openings and manifests
// are documents in pages, for they may be longer than a body. Personal is only what
// an inspector wrote about a check in words; scores and draws are kept under ids.
//
// # Sources
//
// The contract is that of package crm. Rivest, "Consistent Sampling with
// Replacement" (2018), and the election audits that use it, for draws that anybody
// can verify; Lamport, "Password Authentication with Insecure Communication", CACM
// 24(11), 1981, for the chain of seeds.
package sampling
