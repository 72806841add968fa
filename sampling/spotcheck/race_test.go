//go:build race

package spotcheck_test

// raceEnabled: the race detector makes everything ten times slower.
const raceEnabled = true
