package sampling_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/samplingtest"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// chance is a number below n that follows from what is given.
func chance(n uint64, of ...any) uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, of...) // a hash takes everything
	return h.Sum64() % n
}

// faultYear is a year that two planners and two inspectors work through at once over a
// store that fails. What they want follows from the seed.
type faultYear struct {
	t     *testing.T
	seed  uint64
	chain *spotcheck.Chain
	steps int // that all may take together
}

// roster is all staff at a round, as one of the planners knows it: people leave and
// join between rounds, some are away, and the planners differ in who joined last.
func (y *faultYear) roster(round, planner int) *spotcheck.Roster {
	y.t.Helper()
	var people []spotcheck.Person
	add := func(id string) {
		p := spotcheck.Person{ID: id, Department: []string{"sales", "works"}[chance(2, id)]}
		if chance(12, y.seed, "away", id, round) == 0 {
			p.Absent = "leave"
		}
		people = append(people, p)
	}
	for i := range 25 + int(chance(20, y.seed, "staff")) {
		if id := fmt.Sprint("E", i); chance(15, y.seed, "left", id) >= uint64(round) {
			add(id)
		}
	}
	for i := range round {
		add(fmt.Sprint("J", i))
	}
	add(fmt.Sprint("joined-by-list-of-", planner))
	roster, err := spotcheck.NewRoster(people)
	require.NoError(y.t, err)
	return roster
}

// closing is the roster of the year-end check, on which the goal is promised.
func (y *faultYear) closing(state *spotcheck.State) *spotcheck.Roster {
	y.t.Helper()
	last := state.Next() - 1
	for held := range state.Rounds() {
		for who := 1; who <= 2 && held.Number == last; who++ {
			if roster := y.roster(last, who); roster.Hash() == held.Manifest.Roster {
				return roster
			}
		}
	}
	require.Fail(y.t, "nobody froze it", "seed %d", y.seed)
	return nil
}

// again reports that a step that failed is to be tried later: the store failed, or
// somebody else was faster.
func (y *faultYear) again(err error) bool {
	for _, may := range []error{samplingtest.ErrInjected, context.Canceled, sampling.ErrConflict, sampling.ErrTransition,
		sampling.ErrNotFound, sampling.ErrDuplicate, spotcheck.ErrIncomplete} {
		if errors.Is(err, may) {
			return true
		}
	}
	return false
}

// work takes step after step until the year is closed.
func (y *faultYear) work(store sampling.Store, step func(*sampling.Sampling, *spotcheck.State) error) {
	s := open(y.t, store, sampling.Options{Attempts: 4, Clock: waiting{}, Events: true})
	for ; y.steps > 0; y.steps-- {
		state, err := s.Cycles.State(y.t.Context(), planner, "2026")
		if err == nil {
			if _, closed := state.Closed(); closed {
				return
			}
		}
		if err == nil || errors.Is(err, sampling.ErrNotFound) {
			err = step(s, state)
		}
		if err != nil && !y.again(err) {
			require.NoError(y.t, err, "seed %d", y.seed)
		}
	}
}

// plan opens, freezes, draws, misses and closes.
func (y *faultYear) plan(who int, opening spotcheck.Opening) func(*sampling.Sampling, *spotcheck.State) error {
	actor := sampling.Actor{ID: fmt.Sprint("planner-", who), Sees: sampling.Everyone()}
	key := func(parts ...any) sampling.Call { return sampling.Call{Key: fmt.Sprint(parts...)} }
	return func(s *sampling.Sampling, state *spotcheck.State) error {
		ctx := y.t.Context()
		if state == nil {
			_, err := s.Cycles.Open(ctx, actor, opening, key("open"))
			return err
		}
		round := state.Next()
		switch last := round > len(opening.Cycle.Rounds); {
		case state.Pending() > 0:
			return nil
		case last:
			_, err := s.Cycles.Close(ctx, actor, "2026", y.closing(state), key("close"))
			return err
		case round < len(opening.Cycle.Rounds) && chance(6, y.seed, "missed", round) == 0:
			_, err := s.Cycles.Miss(ctx, actor, "2026", round, "strike", key("miss", round))
			return err
		}
		if _, err := s.Cycles.Freeze(ctx, actor, "2026", round, y.roster(round, who), key("freeze", round)); err != nil {
			return err
		}
		seed, err := y.chain.Seed(round, fmt.Sprint("public of ", who))
		if err != nil {
			return err
		}
		_, err = s.Cycles.Draw(ctx, actor, "2026", round, seed, key("draw", round))
		return err
	}
}

// inspect records what a department's people are found to be, each once.
func (y *faultYear) inspect(department string) func(*sampling.Sampling, *spotcheck.State) error {
	actor := sampling.Actor{ID: "inspector-" + department, Sees: sampling.Only(department)}
	return func(s *sampling.Sampling, state *spotcheck.State) error {
		if state == nil || state.Pending() == 0 {
			return nil
		}
		ctx, round := y.t.Context(), state.Next()-1
		picks, err := s.Cycles.Picks(ctx, actor, "2026", round)
		if err != nil {
			return err
		}
		for _, p := range picks { // one by one, so that the others get between
			result := spotcheck.Result{Person: p.Person, Understanding: 80, Practice: 80, Inspector: actor.ID, Note: "note"}
			if chance(4, y.seed, p.Person, round) == 0 {
				result.Practice = 10
			}
			_, err := s.Cycles.Assess(ctx, actor, "2026", round, []spotcheck.Result{result}, sampling.Call{Key: fmt.Sprint(round, p.Person)})
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// TestYearUnderFaults: whatever the order of their calls, and whatever fails, planners
// and inspectors come to one year that verifies and keeps the rules.
func TestYearUnderFaults(t *testing.T) {
	seeds := uint64(40)
	switch {
	case testing.Short():
		seeds = 12
	case os.Getenv("GUANXI_FULL") != "":
		seeds = 200
	}
	rates := samplingtest.Rates{ErrRead: 0.002, ErrBefore: 0.03, ErrAfter: 0.06, Conflict: 0.03, Cancelled: 0.002, StaleRead: 0.1}
	var injected samplingtest.Injected
	var seen struct{ missed, rechecks, refrozen int }
	for seed := range seeds {
		opening, chain := year(t, "2026")
		y := &faultYear{t: t, seed: seed, chain: chain, steps: 5000}
		store := new(sampling.Memory)
		faulty := samplingtest.NewFaulty(store, seed, rates)
		task := func(step func(*sampling.Sampling, *spotcheck.State) error) func(sampling.Store) {
			return func(own sampling.Store) { y.work(own, step) }
		}
		samplingtest.Interleave(seed, faulty, task(y.plan(1, opening)), task(y.plan(2, opening)), task(y.inspect("sales")), task(y.inspect("works")))
		require.Positive(t, y.steps, "seed %d: not done", seed)
		i := faulty.Injected()
		injected.ErrAfter, injected.StaleRead = injected.ErrAfter+i.ErrAfter, injected.StaleRead+i.StaleRead

		r := readYear(t, store)
		r.onceEach(t, seed)
		for number := range r.manifests {
			r.keepsRules(t, seed, number)
			seen.rechecks += r.manifests[number].Counts.Recheck
		}
		r.coversGoal(t, seed)
		seen.missed += len(opening.Cycle.Rounds) - len(r.manifests)
		seen.refrozen += r.refrozen
	}
	t.Logf("%+v, %+v", injected, seen)
	require.Positive(t, injected.ErrAfter)
	require.Positive(t, injected.StaleRead)
	require.Positive(t, seen.missed)
	require.Positive(t, seen.rechecks)
	require.Positive(t, seen.refrozen)
}

// heldYear is a year as an auditor reads it.
type heldYear struct {
	journal   []spotcheck.Entry
	manifests map[int]*spotcheck.Manifest // by round
	rosters   map[int]*spotcheck.Roster   // by round; 0 is the closing one
	coverage  spotcheck.Coverage
	refrozen  int // rosters that were frozen and did not stand
}

func readYear(t *testing.T, store *sampling.Memory) heldYear {
	t.Helper()
	ctx, s := t.Context(), open(t, store, sampling.Options{})
	require.NoError(t, s.Cycles.Verify(ctx, planner, "2026"))
	r := heldYear{manifests: map[int]*spotcheck.Manifest{}, rosters: map[int]*spotcheck.Roster{}}
	var err error
	r.journal, err = s.Cycles.Journal(ctx, planner, "2026")
	require.NoError(t, err)
	r.coverage, err = s.Cycles.Coverage(ctx, planner, "2026")
	require.NoError(t, err)
	r.rosters[0], err = s.Cycles.Roster(ctx, planner, "2026", 0)
	require.NoError(t, err)
	for _, e := range r.journal {
		if e.Kind == spotcheck.Drawn {
			require.NotContains(t, r.manifests, e.Round)
			r.manifests[e.Round] = e.Manifest
			r.rosters[e.Round], err = s.Cycles.Roster(ctx, planner, "2026", e.Round)
			require.NoError(t, err)
			require.Equal(t, e.Manifest.Roster, r.rosters[e.Round].Hash())
		}
	}
	for _, err := range store.Entries(ctx, sampling.EntryFilter{Of: sampling.KindRound}) {
		require.NoError(t, err)
		r.refrozen++
	}
	r.refrozen -= len(r.manifests)
	return r
}

// onceEach: nothing is lost, nothing is there twice.
func (r heldYear) onceEach(t *testing.T, seed uint64) {
	t.Helper()
	once := map[string]int{}
	for _, e := range r.journal {
		id := fmt.Sprint(e.Kind, e.Round)
		if e.Kind == spotcheck.Missed || e.Kind == spotcheck.Drawn {
			id = fmt.Sprint("round", e.Round)
		}
		if e.Result != nil {
			id += e.Result.Person
		}
		once[id]++
		require.Equal(t, 1, once[id], "seed %d: %s", seed, id)
	}
	checks := 0
	for number, m := range r.manifests {
		for _, p := range m.Drawn {
			require.Contains(t, once, fmt.Sprint(spotcheck.Assessed, number)+p.Person, "seed %d", seed)
		}
		checks += len(m.Drawn)
	}
	require.Len(t, r.journal, 1+3+checks+1, "seed %d: opened, three rounds, results, closed", seed)
}

// keepsRules holds a round to the rules P1 to P4, computed from the journal before it
// and from its roster.
func (r heldYear) keepsRules(t *testing.T, seed uint64, number int) {
	t.Helper()
	m, roster := r.manifests[number], r.rosters[number]
	latest := map[string]int{} // practice, by person checked before
	for _, e := range r.journal {
		if e.Result != nil && e.Round < number {
			latest[e.Result.Person] = e.Result.Practice
		}
	}
	drawn := map[string]spotcheck.Reason{}
	for _, p := range m.Drawn {
		drawn[p.Person] = p.Reason
	}
	unseen, rechecks := 0, 0
	for p := range roster.People() {
		practice, checked := latest[p.ID]
		switch {
		case p.Absent != "":
			require.NotContains(t, drawn, p.ID, "seed %d", seed)
		case checked && practice < 60:
			require.Equal(t, spotcheck.Rechecked, drawn[p.ID], "P3, seed %d", seed)
			rechecks++
		case !checked && drawn[p.ID] == 0:
			unseen++
		}
	}
	require.Equal(t, rechecks, m.Counts.Recheck, "seed %d", seed)
	for id, reason := range drawn {
		if _, checked := latest[id]; checked && reason != spotcheck.Rechecked {
			require.Equal(t, spotcheck.Repeat, reason)
			require.Zero(t, unseen, "P2, seed %d", seed)
		}
	}
	tenths := 1
	if m.Kind == spotcheck.YearEnd {
		tenths = 3
	}
	floor := (tenths*roster.Len() + 9) / 10
	require.Equal(t, floor, m.Counts.Quota, "seed %d", seed)
	require.GreaterOrEqual(t, len(drawn)-rechecks, floor, "P1 and P4, seed %d", seed)
}

// coversGoal holds the year to P5.
func (r heldYear) coversGoal(t *testing.T, seed uint64) {
	t.Helper()
	checked, people, seen := map[string]bool{}, 0, 0
	for _, e := range r.journal {
		if e.Result != nil {
			checked[e.Result.Person] = true
		}
	}
	for p := range r.rosters[0].People() {
		people++
		if checked[p.ID] {
			seen++
		}
	}
	goal := (6*people + 9) / 10
	require.Equal(t, [3]int{people, seen, goal}, [3]int{r.coverage.N, r.coverage.Seen, r.coverage.Goal}, "seed %d", seed)
	require.GreaterOrEqual(t, seen, goal, "P5, seed %d", seed)
}
