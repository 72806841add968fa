//go:build race

package earning_test

// raceEnabled: the race detector slows one side of a comparison more than the other.
const raceEnabled = true
