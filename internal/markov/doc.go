// Package markov answers where a population ends up that keeps moving between
// states as it was counted to move (马尔可夫链): finite chains in discrete time whose
// transition probabilities are estimated by counts, the maximum likelihood
// estimate of Anderson and Goodman (1957).
//
// A state from which nothing was counted has no probabilities: its row is
// absent, not absorbing. What depends on an absent row is an error or marked
// [Unknown]; a state is absorbing only if it was counted to stay.
//
//	c, err := markov.New(3, []int64{
//		80, 15, 5, // from state 0 to 0, 1, 2
//		10, 70, 20,
//		0, 5, 95,
//	})
//	share, err := c.SteadyState()  // long-run share of each state (稳态分布)
//	passages, err := c.Passage(2)  // probability and mean steps until state 2 (首达时间)
//
// Steady states are computed by the algorithm of Grassmann, Taksar and Heyman,
// and passages by the same elimination: without a single subtraction, so that
// every result is accurate to a few units in the last place times the number of
// states, also in chains that all but fall apart (O'Cinneide 1993). The counts
// enter as they are; no probability is rounded first.
//
// Sources: Kemeny and Snell 1976, Finite Markov Chains, chapters 2 to 4;
// Grassmann, Taksar and Heyman 1985, Regenerative analysis and steady state
// distributions for Markov chains, Oper. Res. 33:1107-1116; O'Cinneide 1993,
// Entrywise perturbation theory and error analysis for Markov chains, Numer.
// Math. 65:109-120; Anderson and Goodman 1957, Ann. Math. Stat. 28:89-110.
package markov
