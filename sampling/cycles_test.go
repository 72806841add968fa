package sampling_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/samplingtest"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

var (
	planner   = sampling.Actor{ID: "planner", Sees: sampling.Everyone()}
	inspector = sampling.Actor{ID: "inspector", Sees: sampling.Only("sales")}
	stranger  = sampling.Actor{ID: "stranger"}
)

// stopped is a clock that stands still.
type stopped struct{ at time.Time }

func (c stopped) Now() time.Time { return c.at }

// staff are n people of two departments; every tenth is on leave.
func staff(t testing.TB, n int) *spotcheck.Roster {
	t.Helper()
	people := make([]spotcheck.Person, n)
	for i := range people {
		people[i] = spotcheck.Person{ID: fmt.Sprintf("E%05d", i+1), Department: []string{"sales", "works"}[i%2]}
		if i%10 == 9 {
			people[i].Absent = "leave"
		}
	}
	roster, err := spotcheck.NewRoster(people)
	require.NoError(t, err)
	return roster
}

// year is a cycle of two routine rounds and a year-end check, and its chain.
func year(t testing.TB, id string) (spotcheck.Opening, *spotcheck.Chain) {
	t.Helper()
	chain, err := spotcheck.NewChain([32]byte{1, 2, 3}, 3)
	require.NoError(t, err)
	return spotcheck.Opening{Cycle: spotcheck.Rounds(id, 2), Commitment: chain.Commitment(), PublicSource: "index-close"}, chain
}

func open(t testing.TB, store sampling.Store, opts sampling.Options) *sampling.Sampling {
	t.Helper()
	if opts.Clock == nil {
		opts.Clock = stopped{time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	}
	s, err := sampling.New(store, opts)
	require.NoError(t, err)
	return s
}

// results are those of everybody who was drawn; whoever fails says so.
func results(picks []spotcheck.Pick, fails func(id string) bool) []spotcheck.Result {
	all := make([]spotcheck.Result, len(picks))
	for i, p := range picks {
		all[i] = spotcheck.Result{Person: p.Person, Understanding: 80, Practice: 95, Inspector: "inspector", Note: "note on " + p.Person}
		if fails(p.Person) {
			all[i].Practice = 20
		}
	}
	return all
}

func nobody(string) bool { return false }

// hold plays a round from the roster to its results.
func hold(t testing.TB, s *sampling.Sampling, chain *spotcheck.Chain, cycle string, round int, roster *spotcheck.Roster, fails func(string) bool) *spotcheck.Manifest {
	t.Helper()
	ctx := t.Context()
	_, err := s.Cycles.Freeze(ctx, planner, cycle, round, roster, sampling.Call{})
	require.NoError(t, err)
	seed, err := chain.Seed(round, fmt.Sprint("close ", round))
	require.NoError(t, err)
	drawn, err := s.Cycles.Draw(ctx, planner, cycle, round, seed, sampling.Call{})
	require.NoError(t, err)
	manifest, err := s.Cycles.Manifest(ctx, planner, cycle, round)
	require.NoError(t, err)
	hash, err := manifest.Hash()
	require.NoError(t, err)
	require.Equal(t, drawn.Manifest, hash)
	assessed, err := s.Cycles.Assess(ctx, planner, cycle, round, results(manifest.Drawn, fails), sampling.Call{})
	require.NoError(t, err)
	require.Zero(t, assessed.Pending)
	return manifest
}

// TestYear plays a year: draws, a fail that is checked again, the end, and what an
// auditor finds.
func TestYear(t *testing.T) {
	s := open(t, new(sampling.Memory), sampling.Options{})
	ctx, roster := t.Context(), staff(t, 100)
	opening, chain := year(t, "2026")
	opened, err := s.Cycles.Open(ctx, planner, opening, sampling.Call{})
	require.NoError(t, err)
	require.Equal(t, opening.Hash(), opened.Rules)

	failed := ""
	first := hold(t, s, chain, "2026", 1, roster, func(id string) bool {
		if failed == "" {
			failed = id
		}
		return id == failed
	})
	require.Equal(t, 10, first.Counts.Fresh)
	second := hold(t, s, chain, "2026", 2, roster, nobody)
	require.Equal(t, 1, second.Counts.Recheck)
	require.Equal(t, failed, second.Drawn[0].Person)
	last := hold(t, s, chain, "2026", 3, roster, nobody)
	require.Equal(t, 40, last.Counts.Fresh+last.Counts.TopUp, "30, and the goal of 60 with 20 before")

	_, err = s.Cycles.Close(ctx, planner, "2026", roster, sampling.Call{})
	require.NoError(t, err)
	coverage, err := s.Cycles.Coverage(ctx, planner, "2026")
	require.NoError(t, err)
	require.Equal(t, spotcheck.Coverage{N: 100, Seen: 60, Goal: 60, Employed: 100, EmployedSeen: 60}, coverage)
	require.NoError(t, s.Cycles.Verify(ctx, planner, "2026"))

	journal, err := s.Cycles.Journal(ctx, planner, "2026")
	require.NoError(t, err)
	require.NoError(t, spotcheck.VerifyCycle(journal, roster))
	standing, err := s.Cycles.Checks(ctx, planner, "2026", failed)
	require.NoError(t, err)
	require.Len(t, standing.Checks, 2)
	require.Equal(t, "note on "+failed, standing.Checks[0].Result.Note)
	var lines []sampling.CycleLine
	for line, err := range s.Cycles.List(ctx, planner, sampling.CycleFilter{}) {
		require.NoError(t, err)
		lines = append(lines, line)
	}
	require.Equal(t, []sampling.CycleLine{{ID: "2026"}}, lines)
}

// TestCommandsInTheWrongState: what cannot follow is refused, and says what it is
// about.
func TestCommandsInTheWrongState(t *testing.T) {
	s := open(t, new(sampling.Memory), sampling.Options{})
	ctx, roster := t.Context(), staff(t, 30)
	opening, chain := year(t, "2026")
	seed, err := chain.Seed(1, "x")
	require.NoError(t, err)
	call := sampling.Call{}

	_, err = s.Cycles.Freeze(ctx, planner, "2026", 1, roster, call)
	require.ErrorIs(t, err, sampling.ErrNotFound)
	_, err = s.Cycles.Open(ctx, planner, spotcheck.Opening{}, call)
	require.ErrorIs(t, err, sampling.ErrInvalid)
	long := opening
	long.Cycle.ID = strings.Repeat("c", sampling.MaxCycleID+1)
	_, err = s.Cycles.Open(ctx, planner, long, call)
	require.ErrorIs(t, err, sampling.ErrInvalid)
	_, err = s.Cycles.Open(ctx, planner, opening, call)
	require.NoError(t, err)
	_, err = s.Cycles.Open(ctx, planner, opening, call)
	require.ErrorIs(t, err, sampling.ErrDuplicate)

	_, err = s.Cycles.Draw(ctx, planner, "2026", 1, seed, call)
	require.ErrorIs(t, err, sampling.ErrTransition, "no roster")
	_, err = s.Cycles.Freeze(ctx, planner, "2026", 2, roster, call)
	require.ErrorIs(t, err, sampling.ErrConflict, "not the next")
	_, err = s.Cycles.Freeze(ctx, planner, "2026", 1, nil, call)
	require.ErrorIs(t, err, sampling.ErrInvalid)
	_, err = s.Cycles.Freeze(ctx, planner, "2026", 1, staff(t, 20), call)
	require.NoError(t, err)
	frozen, err := s.Cycles.Freeze(ctx, planner, "2026", 1, roster, call)
	require.NoError(t, err)
	require.Equal(t, 2, frozen.Freezing)
	wrong := seed
	wrong.Public = "y"
	_, err = s.Cycles.Draw(ctx, planner, "2026", 1, wrong, call)
	require.ErrorIs(t, err, spotcheck.ErrTampered)
	_, err = s.Cycles.Draw(ctx, planner, "2026", 1, seed, call)
	require.NoError(t, err)
	_, err = s.Cycles.Draw(ctx, planner, "2026", 1, seed, call)
	require.ErrorIs(t, err, sampling.ErrConflict, "drawn already")

	picks, err := s.Cycles.Picks(ctx, planner, "2026", 1)
	require.NoError(t, err)
	all := results(picks, nobody)
	for name, bad := range map[string][]spotcheck.Result{"none": nil, "twice": {all[0], all[0]}, "too many": make([]spotcheck.Result, sampling.MaxResults+1)} {
		_, err = s.Cycles.Assess(ctx, planner, "2026", 1, bad, call)
		require.ErrorIs(t, err, sampling.ErrInvalid, name)
	}
	_, err = s.Cycles.Assess(ctx, planner, "2026", 1, []spotcheck.Result{{Person: "nobody"}}, call)
	require.ErrorIs(t, err, sampling.ErrNotFound)
	_, err = s.Cycles.Miss(ctx, planner, "2026", 2, "strike", call)
	require.ErrorIs(t, err, spotcheck.ErrIncomplete, "results are missing")
	_, err = s.Cycles.Assess(ctx, planner, "2026", 1, all, call)
	require.NoError(t, err)
	_, err = s.Cycles.Miss(ctx, planner, "2026", 2, "strike", call)
	require.NoError(t, err)
	_, err = s.Cycles.Close(ctx, planner, "2026", roster, call)
	require.ErrorIs(t, err, spotcheck.ErrIncomplete)
}

// TestSight: who sees one department sees its people only, and plans nothing.
func TestSight(t *testing.T) {
	s := open(t, new(sampling.Memory), sampling.Options{})
	ctx, roster, call := t.Context(), staff(t, 100), sampling.Call{}
	opening, chain := year(t, "2026")
	_, err := s.Cycles.Open(ctx, planner, opening, call)
	require.NoError(t, err)
	_, err = s.Cycles.Freeze(ctx, planner, "2026", 1, roster, call)
	require.NoError(t, err)
	seed, err := chain.Seed(1, "x")
	require.NoError(t, err)
	_, err = s.Cycles.Draw(ctx, planner, "2026", 1, seed, call)
	require.NoError(t, err)

	all, err := s.Cycles.Picks(ctx, planner, "2026", 1)
	require.NoError(t, err)
	mine, err := s.Cycles.Picks(ctx, inspector, "2026", 1)
	require.NoError(t, err)
	require.NotEmpty(t, mine)
	require.Less(t, len(mine), len(all))
	none, err := s.Cycles.Picks(ctx, stranger, "2026", 1)
	require.NoError(t, err)
	require.Empty(t, none)
	_, err = s.Cycles.Assess(ctx, inspector, "2026", 1, results(all, nobody), call)
	require.ErrorIs(t, err, sampling.ErrNotFound)
	_, err = s.Cycles.Assess(ctx, inspector, "2026", 1, results(mine, nobody), call)
	require.NoError(t, err)
	for _, p := range all {
		_, err := s.Cycles.Checks(ctx, inspector, "2026", p.Person)
		line, _ := roster.Find(p.Person)
		require.Equal(t, line.Department != "sales", errors.Is(err, sampling.ErrNotFound))
	}
	for name, do := range map[string]func() error{
		"open":   func() error { _, err := s.Cycles.Open(ctx, inspector, opening, call); return err },
		"freeze": func() error { _, err := s.Cycles.Freeze(ctx, inspector, "2026", 2, roster, call); return err },
		"draw":   func() error { _, err := s.Cycles.Draw(ctx, inspector, "2026", 2, seed, call); return err },
		"miss":   func() error { _, err := s.Cycles.Miss(ctx, inspector, "2026", 2, "x", call); return err },
		"close":  func() error { _, err := s.Cycles.Close(ctx, inspector, "2026", roster, call); return err },
		"forget": func() error { _, err := s.Cycles.Forget(ctx, inspector, "E00001", call); return err },
		"state":  func() error { _, err := s.Cycles.State(ctx, inspector, "2026"); return err },
		"roster": func() error { _, err := s.Cycles.Roster(ctx, inspector, "2026", 1); return err },
		"verify": func() error { return s.Cycles.Verify(ctx, inspector, "2026") },
		"list": func() error {
			for _, err := range s.Cycles.List(ctx, inspector, sampling.CycleFilter{}) {
				return err
			}
			return nil
		},
	} {
		require.ErrorIs(t, do(), sampling.ErrForbidden, name)
	}
}

// TestForget: the notes go, and the year still verifies.
func TestForget(t *testing.T) {
	s := open(t, new(sampling.Memory), sampling.Options{})
	ctx, roster := t.Context(), staff(t, 50)
	opening, chain := year(t, "2026")
	_, err := s.Cycles.Open(ctx, planner, opening, sampling.Call{})
	require.NoError(t, err)
	manifest := hold(t, s, chain, "2026", 1, roster, nobody)
	person := manifest.Drawn[0].Person
	for range 2 {
		done, err := s.Cycles.Forget(ctx, planner, person, sampling.Call{Key: "forget-1"})
		require.NoError(t, err)
		require.Equal(t, sampling.Forgotten{Cycles: 1, Notes: 1}, done)
	}
	standing, err := s.Cycles.Checks(ctx, planner, "2026", person)
	require.NoError(t, err)
	require.Empty(t, standing.Checks[0].Result.Note)
	require.Equal(t, 95, standing.Checks[0].Result.Practice)
	other, err := s.Cycles.Checks(ctx, planner, "2026", manifest.Drawn[1].Person)
	require.NoError(t, err)
	require.NotEmpty(t, other.Checks[0].Result.Note)
	require.NoError(t, s.Cycles.Verify(ctx, planner, "2026"))
}

// TestLargeRosters: documents longer than a body are kept in pages.
func TestLargeRosters(t *testing.T) {
	n := 40_000
	if testing.Short() {
		n = 20_000
	}
	store := new(sampling.Memory)
	s := open(t, store, sampling.Options{})
	ctx, roster := t.Context(), staff(t, n)
	opening, chain := year(t, "2026")
	_, err := s.Cycles.Open(ctx, planner, opening, sampling.Call{})
	require.NoError(t, err)
	_, err = s.Cycles.Freeze(ctx, planner, "2026", 1, roster, sampling.Call{})
	require.NoError(t, err)
	seed, err := chain.Seed(1, "x")
	require.NoError(t, err)
	drawn, err := s.Cycles.Draw(ctx, planner, "2026", 1, seed, sampling.Call{})
	require.NoError(t, err)
	require.Equal(t, n/10, drawn.Counts.Fresh)
	back, err := s.Cycles.Roster(ctx, planner, "2026", 1)
	require.NoError(t, err)
	require.Equal(t, roster.Hash(), back.Hash())
	pages := 0
	for _, err := range store.Records(ctx, sampling.RecordFilter{Kind: sampling.KindPage}) {
		require.NoError(t, err)
		pages++
	}
	require.Greater(t, pages, 3)
	require.NoError(t, s.Cycles.Verify(ctx, planner, "2026"))
}

// TestTwoPlanners: of two who draw the same round at once, in any order of their
// calls and with faults of the system, one draws it, and both find the same list.
func TestTwoPlanners(t *testing.T) {
	seeds := 300
	if testing.Short() {
		seeds = 60
	}
	rates := samplingtest.Rates{ErrRead: 0.02, ErrBefore: 0.05, ErrAfter: 0.1, Conflict: 0.05, StaleRead: 0.2}
	for n := range uint64(seeds) {
		store := new(sampling.Memory)
		roster := staff(t, 40)
		opening, chain := year(t, "2026")
		setup := open(t, store, sampling.Options{})
		_, err := setup.Cycles.Open(t.Context(), planner, opening, sampling.Call{})
		require.NoError(t, err)
		_, err = setup.Cycles.Freeze(t.Context(), planner, "2026", 1, roster, sampling.Call{})
		require.NoError(t, err)
		faulty := samplingtest.NewFaulty(store, n, samplingtest.Rates{})
		if n%2 == 1 {
			faulty = samplingtest.NewFaulty(new(sampling.Memory), n, rates)
			rough := open(t, faulty, sampling.Options{Attempts: 100, Clock: waiting{}})
			_, err := rough.Cycles.Open(t.Context(), planner, opening, sampling.Call{Key: "open"})
			require.NoError(t, err)
			eventually(t, func() (sampling.Frozen, error) {
				return rough.Cycles.Freeze(t.Context(), planner, "2026", 1, roster, sampling.Call{Key: "freeze"})
			})
		}
		var drawn [2]error
		var hashes [2]spotcheck.Hash
		task := func(i int) func(sampling.Store) {
			return func(own sampling.Store) {
				s := open(t, own, sampling.Options{Attempts: 100, Clock: waiting{}})
				seed, err := chain.Seed(1, fmt.Sprint("public ", i))
				require.NoError(t, err)
				var d sampling.Drawn
				for try := true; try; try = outdated(drawn[i]) {
					d, drawn[i] = s.Cycles.Draw(t.Context(), sampling.Actor{ID: fmt.Sprint("planner-", i), Sees: sampling.Everyone()}, "2026", 1, seed, sampling.Call{Key: "draw"})
				}
				hashes[i] = d.Manifest
			}
		}
		samplingtest.Interleave(n, faulty, task(0), task(1))
		winners := 0
		for i, err := range drawn {
			if err == nil {
				winners++
				reader := open(t, faulty, sampling.Options{Attempts: 100, Clock: waiting{}})
				manifest := eventually(t, func() (*spotcheck.Manifest, error) { return reader.Cycles.Manifest(t.Context(), planner, "2026", 1) })
				hash, err := manifest.Hash()
				require.NoError(t, err)
				require.Equal(t, hashes[i], hash, "seed %d", n)
			} else {
				require.ErrorIs(t, err, sampling.ErrConflict, "seed %d", n)
			}
		}
		require.Equal(t, 1, winners, "seed %d: %v", n, drawn)
	}
}

// outdated reports an answer that stale reads may give.
func outdated(err error) bool {
	return errors.Is(err, sampling.ErrTransition) || errors.Is(err, sampling.ErrNotFound) || errors.Is(err, samplingtest.ErrInjected)
}

// waiting is a clock that does not let anybody wait.
type waiting struct{}

func (waiting) Now() time.Time                                  { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) }
func (waiting) Wait(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// eventually tries until the store does not fail.
func eventually[T any](t *testing.T, do func() (T, error)) T {
	t.Helper()
	for range 1000 {
		if got, err := do(); err == nil {
			return got
		}
	}
	require.Fail(t, "never")
	panic("unreachable")
}

// TestRepeatedCommand: a key is answered once and for all.
func TestRepeatedCommand(t *testing.T) {
	var ops []sampling.Op
	store := new(sampling.Memory)
	s := open(t, store, sampling.Options{Events: true, Observe: func(_ context.Context, op sampling.Op) { ops = append(ops, op) }})
	ctx, roster := t.Context(), staff(t, 40)
	opening, chain := year(t, "2026")
	seed, err := chain.Seed(1, "x")
	require.NoError(t, err)
	var first sampling.Drawn
	for i := range 2 {
		_, err := s.Cycles.Open(ctx, planner, opening, sampling.Call{Key: "open"})
		require.NoError(t, err)
		_, err = s.Cycles.Freeze(ctx, planner, "2026", 1, roster, sampling.Call{Key: "freeze"})
		require.NoError(t, err)
		drawn, err := s.Cycles.Draw(ctx, planner, "2026", 1, seed, sampling.Call{Key: "draw"})
		require.NoError(t, err)
		if i == 0 {
			first = drawn
		}
		require.Equal(t, first, drawn)
	}
	_, err = s.Cycles.Miss(ctx, planner, "2026", 1, "x", sampling.Call{Key: "draw"})
	require.ErrorIs(t, err, sampling.ErrKeyReused)
	_, err = s.Cycles.Miss(ctx, planner, "2026", 1, "x", sampling.Call{At: time.Now().AddDate(1, 0, 0)})
	require.ErrorIs(t, err, sampling.ErrInvalid)
	events, err := store.Pending(ctx, 10)
	require.NoError(t, err)
	require.Len(t, events, 3)
	require.Equal(t, "cycles.draw", events[2].Kind)
	require.Len(t, ops, 8)
}
