package sampling_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// backup is a store that can go back to what it was some commits ago, as a database does
// whose host restores it or rolls a transaction back.
type backup struct {
	*sampling.Memory
	log []sampling.Commit
}

func (b *backup) Commit(ctx context.Context, c sampling.Commit) error {
	err := b.Memory.Commit(ctx, c)
	if err == nil {
		b.log = append(b.log, c)
	}
	return err
}

func (b *backup) back(t *testing.T, commits int) {
	t.Helper()
	b.log, b.Memory = b.log[:max(0, len(b.log)-commits)], new(sampling.Memory)
	for _, c := range b.log {
		require.NoError(t, b.Memory.Commit(t.Context(), c))
	}
}

// dictated is a store that takes commits down and keeps none.
type dictated struct {
	sampling.Store
	commits *[]sampling.Commit
}

func (d dictated) Commit(_ context.Context, c sampling.Commit) error {
	*d.commits = append(*d.commits, c)
	return nil
}

// rememberedYears is two years that are worked on through services that remember what
// they read and through one that does not: whatever is asked of them, all have to say and
// to commit the same.
type rememberedYears struct {
	t       *testing.T
	rng     *rand.Rand
	store   *backup
	commits []sampling.Commit // that the service asked last wants
	fresh   *sampling.Sampling
	others  []*sampling.Sampling
	done    map[string]int
}

func newRememberedYears(t *testing.T, seed uint64) *rememberedYears {
	y := &rememberedYears{t: t, rng: rand.New(rand.NewPCG(seed, 11)), store: &backup{Memory: new(sampling.Memory)}, done: map[string]int{}}
	service := func(cycles int) *sampling.Sampling {
		return open(t, dictated{y.store, &y.commits}, sampling.Options{Cycles: cycles, NewID: func() string { return fmt.Sprint("key-", len(y.store.log), "-", len(y.commits)) }})
	}
	y.fresh = service(-1)
	inner, err := service(2).On(dictated{y.store, &y.commits})
	require.NoError(t, err)
	y.others = []*sampling.Sampling{service(0), service(1), inner}
	return y
}

// same asks all services the same, or those of the others that chance picks.
func same[R any](y *rememberedYears, ask func(*sampling.Sampling) (R, error)) (R, error) {
	y.t.Helper()
	y.commits = nil
	want, failed := ask(y.fresh)
	commits := y.commits
	for i, s := range y.others {
		if y.rng.IntN(3) == 0 {
			continue // has more to catch up with the next time
		}
		y.commits = nil
		got, err := ask(s)
		require.Equal(y.t, fmt.Sprint(failed), fmt.Sprint(err), "service %d", i)
		require.Equal(y.t, want, got, "service %d", i)
		require.Equal(y.t, commits, y.commits, "service %d", i)
	}
	y.commits = commits
	return want, failed
}

// command is a command that all services want to commit alike; most often it is.
func command[R any](y *rememberedYears, name string, ask func(*sampling.Sampling) (R, error)) {
	y.t.Helper()
	if _, err := same(y, ask); err != nil {
		y.done[name+" refused"]++
		return
	}
	y.done[name]++
	if y.rng.IntN(12) == 0 {
		return // the transaction is rolled back
	}
	for _, c := range y.commits {
		require.NoError(y.t, y.store.Commit(y.t.Context(), c))
	}
}

func (y *rememberedYears) roster() *spotcheck.Roster {
	var people []spotcheck.Person
	for i := range 20 + y.rng.IntN(4) {
		p := spotcheck.Person{ID: fmt.Sprint("E", 10+i), Department: []string{"sales", "works"}[i%2]}
		if y.rng.IntN(12) == 0 {
			p.Absent = "leave"
		}
		people = append(people, p)
	}
	roster, err := spotcheck.NewRoster(people)
	require.NoError(y.t, err)
	return roster
}

func (y *rememberedYears) actor() sampling.Actor {
	return []sampling.Actor{planner, planner, inspector, {ID: "works", Sees: sampling.Only("works")}, stranger}[y.rng.IntN(5)]
}

func (y *rememberedYears) person() string { return fmt.Sprint("E", 10+y.rng.IntN(26)) }

// read asks all services something, and returns the state of a cycle as it is.
func (y *rememberedYears) read(cycle string) *spotcheck.State {
	ctx, actor, person, round := y.t.Context(), y.actor(), y.person(), 1+y.rng.IntN(3)
	_, _ = same(y, func(s *sampling.Sampling) (spotcheck.Standing, error) {
		return s.Cycles.Checks(ctx, actor, cycle, person)
	})
	_, _ = same(y, func(s *sampling.Sampling) ([]spotcheck.Pick, error) {
		return s.Cycles.Picks(ctx, actor, cycle, round)
	})
	_, _ = same(y, func(s *sampling.Sampling) (spotcheck.Coverage, error) { return s.Cycles.Coverage(ctx, actor, cycle) })
	_, _ = same(y, func(s *sampling.Sampling) (map[string]spotcheck.Standing, error) {
		state, err := s.Cycles.State(ctx, planner, cycle)
		if err != nil {
			return nil, err
		}
		all := map[string]spotcheck.Standing{}
		for i := range 26 {
			all[fmt.Sprint(i)], _ = state.Person(fmt.Sprint("E", 10+i))
		}
		if state.Pending() == 0 { // what is applied to a state is seen by nobody else
			_ = state.Apply(spotcheck.Entry{Kind: spotcheck.Missed, Round: state.Next()})
		}
		return all, nil
	})
	state, err := y.fresh.Cycles.State(ctx, planner, cycle)
	if err != nil {
		require.ErrorIs(y.t, err, sampling.ErrNotFound)
	}
	return state
}

func (y *rememberedYears) step(cycle string) {
	ctx, call := y.t.Context(), sampling.Call{}
	state := y.read(cycle)
	opening, chain := year(y.t, cycle)
	if state == nil {
		opening.Carried = []string{"E11"}
		command(y, "open", func(s *sampling.Sampling) (sampling.Opened, error) { return s.Cycles.Open(ctx, planner, opening, call) })
		return
	}
	roster, round := y.roster(), state.Next()
	if y.rng.IntN(10) == 0 {
		round = y.rng.IntN(4) // most often not the next
	}
	seed, err := chain.Seed(min(max(1, round), 3), "close")
	require.NoError(y.t, err)
	at := y.rng.IntN(20)
	if state.Next() > 3 && state.Pending() == 0 && at > 4 {
		at = 8
	}
	switch {
	case at == 0:
		person := y.person()
		command(y, "forget", func(s *sampling.Sampling) (sampling.Forgotten, error) {
			return s.Cycles.Forget(ctx, planner, person, call)
		})
	case at < 4:
		command(y, "freeze", func(s *sampling.Sampling) (sampling.Frozen, error) {
			return s.Cycles.Freeze(ctx, planner, cycle, round, roster, call)
		})
	case at < 7:
		command(y, "draw", func(s *sampling.Sampling) (sampling.Drawn, error) {
			return s.Cycles.Draw(ctx, planner, cycle, round, seed, call)
		})
	case at < 8:
		command(y, "miss", func(s *sampling.Sampling) (sampling.Missed, error) {
			return s.Cycles.Miss(ctx, planner, cycle, round, "strike", call)
		})
	case at < 9:
		command(y, "close", func(s *sampling.Sampling) (sampling.Closed, error) {
			return s.Cycles.Close(ctx, planner, cycle, roster, call)
		})
	default:
		actor, found := y.actor(), y.results(state)
		command(y, "assess", func(s *sampling.Sampling) (sampling.Assessed, error) {
			return s.Cycles.Assess(ctx, actor, cycle, state.Next()-1, found, call)
		})
	}
}

// results are some of the latest round, those who have one already among them.
func (y *rememberedYears) results(state *spotcheck.State) []spotcheck.Result {
	var drawn []spotcheck.Pick
	for held := range state.Rounds() {
		if held.Manifest != nil {
			drawn = held.Manifest.Drawn
		}
	}
	var some []spotcheck.Result
	for _, p := range drawn {
		if y.rng.IntN(4) > 0 {
			some = append(some, spotcheck.Result{Person: p.Person, Understanding: 80, Practice: 40 + 10*y.rng.IntN(5), Note: fmt.Sprint("note ", y.rng.IntN(100))})
		}
	}
	return some
}

// TestRememberedYears: a service that remembers what it has read answers and commits what
// one answers and commits that reads everything anew, whoever else writes, whatever is
// rolled back, and also after the database was restored.
func TestRememberedYears(t *testing.T) {
	seeds := uint64(24)
	switch {
	case testing.Short():
		seeds = 4
	case os.Getenv("GUANXI_FULL") != "":
		seeds = 400
	}
	done := map[string]int{}
	for seed := range seeds {
		y := newRememberedYears(t, seed)
		for range 120 {
			y.step([]string{"2026", "2026", "2027"}[y.rng.IntN(3)])
			if y.rng.IntN(25) == 0 {
				y.store.back(t, y.rng.IntN(4))
				done["restored"]++
			}
		}
		for name, n := range y.done {
			done[name] += n
		}
	}
	t.Log(done)
	for _, name := range []string{"open", "freeze", "draw", "miss", "close", "assess", "forget", "draw refused", "assess refused", "restored"} {
		require.Positive(t, done[name], name)
	}
}

// foreign is a store in which somebody has edited the rows of a cycle.
type foreign struct {
	*sampling.Memory
	record func(*sampling.Record)
	entry  func(*sampling.Entry)
}

func (f foreign) Record(ctx context.Context, s sampling.Subject) (sampling.Record, error) {
	r, err := f.Memory.Record(ctx, s)
	if s.Kind == sampling.KindCycle && f.record != nil {
		f.record(&r)
	}
	return r, err
}

func (f foreign) Entries(ctx context.Context, filter sampling.EntryFilter) iter.Seq2[sampling.Entry, error] {
	return func(yield func(sampling.Entry, error) bool) {
		for e, err := range f.Memory.Entries(ctx, filter) {
			if f.entry != nil {
				f.entry(&e)
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// TestJournalAndRecordBelongTogether: a result that was edited in the database, or a record
// with another hash, is found by whoever reads the cycle anew, and by Verify.
func TestJournalAndRecordBelongTogether(t *testing.T) {
	store := new(sampling.Memory)
	ctx, s := t.Context(), open(t, store, sampling.Options{})
	opening, chain := year(t, "2026")
	_, err := s.Cycles.Open(ctx, planner, opening, sampling.Call{})
	require.NoError(t, err)
	manifest := hold(t, s, chain, "2026", 1, staff(t, 30), nobody)
	require.NoError(t, s.Cycles.Verify(ctx, planner, "2026"))

	for _, edited := range []foreign{
		{Memory: store, record: func(r *sampling.Record) { r.Body = []byte(`{"history":"` + spotcheck.Hash{1}.String() + `"}`) }},
		{Memory: store, entry: func(e *sampling.Entry) { e.Data = bytes.Replace(e.Data, []byte("95"), []byte("96"), 1) }},
	} {
		other := open(t, edited, sampling.Options{})
		for name, do := range map[string]func() error{
			"verify": func() error { return other.Cycles.Verify(ctx, planner, "2026") },
			"state":  func() error { _, err := other.Cycles.State(ctx, planner, "2026"); return err },
			"assess": func() error {
				_, err := other.Cycles.Assess(ctx, planner, "2026", 1, results(manifest.Drawn[:1], nobody), sampling.Call{})
				return err
			},
		} {
			require.ErrorIs(t, do(), spotcheck.ErrTampered, name)
		}
	}
	_, err = s.Cycles.State(ctx, planner, "2026")
	require.NoError(t, err)
}

// TestNothingPersonalIsRemembered: what Forget clears is not in what a service keeps.
func TestNothingPersonalIsRemembered(t *testing.T) {
	s := open(t, new(sampling.Memory), sampling.Options{})
	ctx := t.Context()
	opening, chain := year(t, "2026")
	_, err := s.Cycles.Open(ctx, planner, opening, sampling.Call{})
	require.NoError(t, err)
	manifest := hold(t, s, chain, "2026", 1, staff(t, 30), nobody)
	state, err := s.Cycles.State(ctx, planner, "2026")
	require.NoError(t, err)
	for _, p := range manifest.Drawn {
		standing, known := state.Person(p.Person)
		require.True(t, known)
		require.Empty(t, standing.Checks[0].Result.Note)
		standing, err := s.Cycles.Checks(ctx, planner, "2026", p.Person)
		require.NoError(t, err)
		require.Equal(t, "note on "+p.Person, standing.Checks[0].Result.Note)
	}
	state, err = s.Cycles.State(ctx, planner, "2026")
	require.NoError(t, err)
	standing, _ := state.Person(manifest.Drawn[0].Person)
	require.Empty(t, standing.Checks[0].Result.Note, "reading them keeps none")
}

// counted is a store that counts the entries that are read.
type counted struct {
	*sampling.Memory
	entries *int
}

func (c counted) Entries(ctx context.Context, filter sampling.EntryFilter) iter.Seq2[sampling.Entry, error] {
	return func(yield func(sampling.Entry, error) bool) {
		for e, err := range c.Memory.Entries(ctx, filter) {
			*c.entries++
			if !yield(e, err) {
				return
			}
		}
	}
}

// TestCommandsReadWhatIsNew: each entry of a year is read once by a process, however many
// commands there are, and of whatever they try that is refused.
func TestCommandsReadWhatIsNew(t *testing.T) {
	read := 0
	store := counted{new(sampling.Memory), &read}
	s := open(t, store, sampling.Options{})
	ctx := t.Context()
	opening, chain := year(t, "2026")
	_, err := s.Cycles.Open(ctx, planner, opening, sampling.Call{})
	require.NoError(t, err)
	written := 1
	for round := 1; round <= 3; round++ {
		manifest := hold(t, s, chain, "2026", round, staff(t, 60), nobody)
		for _, r := range results(manifest.Drawn, nobody) {
			inTransaction, err := s.On(store)
			require.NoError(t, err)
			_, err = inTransaction.Cycles.Assess(ctx, planner, "2026", round, []spotcheck.Result{r}, sampling.Call{})
			require.NoError(t, err)
			_, err = s.Cycles.Assess(ctx, planner, "2026", round, []spotcheck.Result{r, {Person: "nobody"}}, sampling.Call{})
			require.ErrorIs(t, err, sampling.ErrNotFound)
			state, err := s.Cycles.State(ctx, planner, "2026")
			require.NoError(t, err)
			require.NoError(t, state.Apply(spotcheck.Entry{Kind: spotcheck.Assessed, Round: round, Result: &r}))
		}
		written += 1 + 2*len(manifest.Drawn)
	}
	require.Equal(t, written, read)
}
