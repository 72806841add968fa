package draw

import "math/rand/v2"

// pivotal chooses n of units with probabilities strictly between 0 and 1 that add up
// to n, by duels of neighbours (Deville and Tillé 1998, sequential pivotal method):
// the unit in play meets the next, and one of them is decided. If they have less than
// 1 between them, one takes all of it and the other is out; else one is drawn and the
// other stays in play with the rest.
func pivotal(rng *rand.Rand, p []float64, n int, chosen []bool) {
	player, a, count := 0, p[0], 0
	for i := 1; i < len(p); i++ {
		b := p[i]
		if a <= 0 { // the last duel left exactly nothing
			player, a = i, b
			continue
		}
		sum := a + b
		r := unit(rng)
		if sum < 1 {
			if float64(r*sum) < b {
				player = i
			}
			a = sum
			continue
		}
		drawn, other := player, i
		if float64(r*(2-sum)) >= 1-b { // the player is drawn with probability (1-b)/(2-a-b)
			drawn, other = i, player
		}
		chosen[drawn] = true
		count++
		player, a = other, sum-1
	}
	// All is integer now: what the last player has differs from 0 or 1 by rounding.
	if count < n {
		chosen[player] = true
	}
}
