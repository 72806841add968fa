package sampling_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/cputime"
	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// rehearsal is a store that forgets what is committed, so that a command can be
// measured again and again in the same place of the year.
type rehearsal struct{ sampling.Store }

func (rehearsal) Commit(_ context.Context, c sampling.Commit) error { return c.Validate() }

// lateYear is a company in its twelfth month, twice: with the twelfth round before it,
// and with that round drawn and half of its results there.
type lateYear struct {
	before, amid *sampling.Memory
	chain        *spotcheck.Chain
	pending      []spotcheck.Result // of the twelfth round
}

var lateYears sync.Map // lateYear by number of staff: benchmarks share one

func lateYearOf(b *testing.B, n int) *lateYear {
	b.Helper()
	if y, ok := lateYears.Load(n); ok {
		return y.(*lateYear)
	}
	chain, err := spotcheck.NewChain([32]byte{1, 2, 3}, 13)
	require.NoError(b, err)
	y := &lateYear{before: new(sampling.Memory), amid: new(sampling.Memory), chain: chain}
	people := make([]spotcheck.Person, n)
	for i := range people {
		people[i] = spotcheck.Person{ID: fmt.Sprintf("E%06d", i+1), Department: fmt.Sprintf("D%03d", i%100)}
	}
	roster, err := spotcheck.NewRoster(people)
	require.NoError(b, err)
	for _, store := range []*sampling.Memory{y.before, y.amid} {
		s := open(b, store, sampling.Options{})
		_, err := s.Cycles.Open(b.Context(), planner, spotcheck.Opening{Cycle: spotcheck.Monthly(2026), Commitment: chain.Commitment()}, sampling.Call{})
		require.NoError(b, err)
		for round := 1; round < 12; round++ {
			y.hold(b, s, round, roster, 1)
		}
		_, err = s.Cycles.Freeze(b.Context(), planner, "2026", 12, roster, sampling.Call{})
		require.NoError(b, err)
	}
	y.pending = y.hold(b, open(b, y.amid, sampling.Options{}), 12, nil, 0.5)
	lateYears.Store(n, y)
	return y
}

// hold plays a round, in which every tenth fails, until a share of its results is there,
// and returns the others.
func (y *lateYear) hold(b *testing.B, s *sampling.Sampling, round int, roster *spotcheck.Roster, share float64) []spotcheck.Result {
	b.Helper()
	ctx := b.Context()
	if roster != nil {
		_, err := s.Cycles.Freeze(ctx, planner, "2026", round, roster, sampling.Call{})
		require.NoError(b, err)
	}
	seed, err := y.chain.Seed(round, "close")
	require.NoError(b, err)
	_, err = s.Cycles.Draw(ctx, planner, "2026", round, seed, sampling.Call{})
	require.NoError(b, err)
	picks, err := s.Cycles.Picks(ctx, planner, "2026", round)
	require.NoError(b, err)
	left := results(picks, func(id string) bool { return id[len(id)-1] == '7' && round%2 == 0 })
	for most := int(share * float64(len(left))); most > 0; {
		n := min(most, sampling.MaxResults)
		_, err := s.Cycles.Assess(ctx, planner, "2026", round, left[:n], sampling.Call{})
		require.NoError(b, err)
		left, most = left[n:], most-n
	}
	return left
}

// BenchmarkYear measures what a command costs in the twelfth month of a company: the
// first of a process, which folds the year, and those behind it.
func BenchmarkYear(b *testing.B) {
	n := 100_000
	if testing.Short() {
		n = 2_000
	}
	y := lateYearOf(b, n)
	head := sampling.Actor{ID: "head", Sees: sampling.Only("D007")}
	at := slices.IndexFunc(y.pending, func(r spotcheck.Result) bool { return strings.HasSuffix(r.Person, "08") })
	assess := func(actor sampling.Actor, results []spotcheck.Result) func(*sampling.Sampling) error {
		return func(s *sampling.Sampling) error {
			_, err := s.Cycles.Assess(b.Context(), actor, "2026", 12, results, sampling.Call{})
			return err
		}
	}
	draw := func(s *sampling.Sampling) error {
		seed, err := y.chain.Seed(12, "close")
		if err == nil {
			_, err = s.Cycles.Draw(b.Context(), planner, "2026", 12, seed, sampling.Call{})
		}
		return err
	}
	for _, x := range []struct {
		name  string
		store sampling.Store
		do    func(*sampling.Sampling) error
	}{
		{"assess-1", y.amid, assess(planner, y.pending[:1])},
		{"assess-1-of-department", y.amid, assess(head, y.pending[at:at+1])},
		{"assess-1000", y.amid, assess(planner, y.pending[:min(1000, len(y.pending))])},
		{"draw", y.before, draw},
		{"state", y.amid, func(s *sampling.Sampling) error {
			_, err := s.Cycles.State(b.Context(), planner, "2026")
			return err
		}},
		{"picks-of-department", y.amid, func(s *sampling.Sampling) error {
			_, err := s.Cycles.Picks(b.Context(), head, "2026", 12)
			return err
		}},
		{"checks", y.amid, func(s *sampling.Sampling) error {
			_, err := s.Cycles.Checks(b.Context(), planner, "2026", y.pending[0].Person)
			return err
		}},
		{"coverage", y.amid, func(s *sampling.Sampling) error {
			_, err := s.Cycles.Coverage(b.Context(), planner, "2026")
			return err
		}},
		{"verify", y.amid, func(s *sampling.Sampling) error { return s.Cycles.Verify(b.Context(), planner, "2026") }},
	} {
		warm := open(b, rehearsal{x.store}, sampling.Options{})
		require.NoError(b, x.do(warm))
		for _, of := range []struct {
			name    string
			service func() *sampling.Sampling
		}{
			{"first", func() *sampling.Sampling { return open(b, rehearsal{x.store}, sampling.Options{}) }},
			{"next", func() *sampling.Sampling { return warm }},
		} {
			b.Run(x.name+"/"+of.name, func(b *testing.B) {
				b.ReportAllocs()
				begin := cputime.Now()
				for b.Loop() {
					if err := x.do(of.service()); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(cputime.Now()-begin)/float64(b.N)/1e6, "cpu-ms/op")
			})
		}
	}
}
