package spotcheck_test

import (
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// What is revealed in one round leads to all earlier links and to no later one, and the
// public number of a later round is not in it.
func TestALinkTellsNothingOfLaterRounds(t *testing.T) {
	chain, err := spotcheck.NewChain([32]byte{7}, 12)
	require.NoError(t, err)
	later := map[spotcheck.Hash]bool{}
	for round := 6; round <= 12; round++ {
		seed, err := chain.Seed(round, "x")
		require.NoError(t, err)
		later[seed.Link], later[seed.Key] = true, true
	}
	seed, err := chain.Seed(5, "x")
	require.NoError(t, err)
	h := seed.Link
	for range 1000 { // whatever a reader of the fifth link computes forward are its predecessors
		require.False(t, later[h])
		h = sha256.Sum256(h[:])
	}
	require.NotContains(t, fmt.Sprintf("%v %+v %#v %s", chain, chain, chain, chain), seed.Link.String())
	require.NotContains(t, fmt.Sprintf("%v %#v", chain, chain), "links")
	for _, text := range []string{"", "a\x00", string([]byte{0xff})} {
		_, err := chain.Seed(5, text)
		require.ErrorIs(t, err, spotcheck.ErrInvalid)
	}
	for _, round := range []int{-1, 0, 13} {
		_, err := chain.Seed(round, "x")
		require.ErrorIs(t, err, spotcheck.ErrInvalid)
	}
	for _, rounds := range []int{-1, 0, 401} {
		_, err := spotcheck.NewChain([32]byte{}, rounds)
		require.ErrorIs(t, err, spotcheck.ErrInvalid)
	}
}

func TestSeedHasToLeadBackToTheCommitment(t *testing.T) {
	chain, err := spotcheck.NewChain([32]byte{7}, 4)
	require.NoError(t, err)
	other, err := spotcheck.NewChain([32]byte{8}, 4)
	require.NoError(t, err)
	open := func(commitment spotcheck.Hash) *spotcheck.State {
		s, err := spotcheck.Fold([]spotcheck.Entry{{Kind: spotcheck.Opened, Opening: &spotcheck.Opening{Cycle: spotcheck.Rounds("2026", 3), Commitment: commitment}}})
		require.NoError(t, err)
		return s
	}
	r := roster(t, staff(1, 33))
	seed, err := chain.Seed(1, "x")
	require.NoError(t, err)
	_, err = spotcheck.Draw(open(chain.Commitment()), 1, r, seed)
	require.NoError(t, err)
	second, err := chain.Seed(2, "x")
	require.NoError(t, err)
	foreign, err := other.Seed(1, "x")
	require.NoError(t, err)
	changed := seed
	changed.Public = "y"
	for name, x := range map[string]struct {
		commitment spotcheck.Hash
		seed       spotcheck.Seed
		code       string
	}{
		"of another round":         {chain.Commitment(), second, "SPC-LINK"},
		"of another chain":         {chain.Commitment(), foreign, "SPC-LINK"},
		"another public number":    {chain.Commitment(), changed, "SPC-KEY"},
		"a key alone":              {chain.Commitment(), spotcheck.KeySeed(seed.Key), "SPC-NO-LINK"},
		"a link and no commitment": {spotcheck.Hash{}, seed, "SPC-NO-COMMITMENT"},
	} {
		_, err := spotcheck.Draw(open(x.commitment), 1, r, x.seed)
		requireCode(t, err, x.code, name)
	}
}

func requireCode(t require.TestingT, err error, code string, args ...any) {
	var e *spotcheck.Error
	require.ErrorAs(t, err, &e, args...)
	require.Equal(t, code, e.Code, args...)
	require.NotContains(t, err.Error(), "SPC-")
}

// P8: over many seeds everybody is drawn first in a round about equally often. Each
// round of a closed roster is a simple random sample of it, so that the sum of squared
// deviations, corrected for sampling without replacement, is chi-squared with N-1
// degrees of freedom. The bounds are its 1e-6 and 1 - 1e-6 quantiles; seeds are fixed.
func TestEverybodyIsDrawnEquallyOften(t *testing.T) {
	const people = 33
	seeds := 1500
	switch {
	case os.Getenv("GUANXI_FULL") != "" && !raceEnabled:
		seeds = 15_000
	case testing.Short():
		seeds = 300
	}
	r := roster(t, staff(1, people))
	drawn := map[int]map[string]int{}
	size := map[int]int{}
	for i := range seeds {
		s, err := spotcheck.Fold([]spotcheck.Entry{{Kind: spotcheck.Opened, Opening: &spotcheck.Opening{Cycle: spotcheck.Rounds("2026", 3)}}})
		require.NoError(t, err)
		for round := 1; round <= 4; round++ {
			m, err := spotcheck.Draw(s, round, r, spotcheck.KeySeed(sha256.Sum256(fmt.Append(nil, i, round))))
			require.NoError(t, err)
			if drawn[round] == nil {
				drawn[round] = map[string]int{}
			}
			for _, p := range m.Drawn {
				drawn[round][p.Person]++
			}
			size[round] = len(m.Drawn)
			assess(t, s, m, nil)
		}
	}
	for round := 1; round <= 4; round++ {
		pi := float64(size[round]) / people
		chi2 := 0.0
		for p := range r.People() {
			chi2 += math.Pow(float64(drawn[round][p.ID])-pi*float64(seeds), 2)
		}
		chi2 /= float64(seeds) * pi * (1 - pi) * people / (people - 1)
		t.Logf("round %d: chi-squared %.1f with %d degrees of freedom", round, chi2, people-1)
		require.Less(t, chi2, 86.0)
		require.Greater(t, chi2, 6.8, "not more even than chance either")
	}
}
