package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/crmsql"
	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/samplingsql"
	"github.com/guanxi-go/guanxi/sampling/samplingtest"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// checks returns a migrated store of spot checks on a database.
func (e engine) checks(t testing.TB, dsn string, opts samplingsql.Options) (*samplingsql.Store, *sql.DB) {
	t.Helper()
	db := e.connect(t, dsn)
	opts.Dialect = samplingsql.Dialect(e.dialect)
	store, err := samplingsql.New(db, opts)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	return store, db
}

// TestConformanceSampling is TestConformance for package sampling.
func TestConformanceSampling(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		opts := samplingsql.Options{Tenant: "测试", PageSize: 20}
		type database struct {
			dsn string
			db  *sql.DB
		}
		var databases sync.Map // of the stores
		of := func(t *testing.T, store sampling.Store) database {
			d, ok := databases.Load(store)
			require.True(t, ok)
			return d.(database)
		}
		opened := func(t *testing.T, dsn string) sampling.Store {
			store, db := e.checks(t, dsn, opts)
			databases.Store(store, database{dsn, db})
			return store
		}
		open := func(t *testing.T) sampling.Store {
			return opened(t, strings.ReplaceAll(e.dsn(t), "&_txlock=immediate", ""))
		}
		features := samplingtest.Features{
			Parallel: true, Patience: 5 * time.Minute,
			Contains: func(t *testing.T, store sampling.Store, text string) bool {
				require.NoError(t, store.(*samplingsql.Store).Scrub(t.Context()))
				return bytes.Contains(dump(t, e, of(t, store).db), []byte(text))
			},
			Another: func(t *testing.T, store sampling.Store) sampling.Store {
				return opened(t, of(t, store).dsn)
			},
			Reopen: func(t *testing.T, store sampling.Store) sampling.Store {
				was := of(t, store)
				require.NoError(t, was.db.Close())
				return opened(t, was.dsn)
			},
		}
		t.Run("store", func(t *testing.T) { samplingtest.TestStore(t, open, features) })
		t.Run("concurrency", func(t *testing.T) { samplingtest.TestConcurrency(t, open, features) })
	})
}

// A step is one command of an endless series of years: each year is opened, its
// three rounds are frozen, drawn and assessed, and it is closed.
type step struct {
	cycle string
	round int // 0 for open and close
	kind  string
}

const stepsOfYear = 11

func stepOf(n int) step {
	s := step{cycle: fmt.Sprintf("year-%05d", n/stepsOfYear)}
	switch i := n % stepsOfYear; i {
	case 0:
		s.kind = "open"
	case stepsOfYear - 1:
		s.kind = "close"
	default:
		s.round, s.kind = (i+2)/3, []string{"freeze", "draw", "assess"}[(i-1)%3]
	}
	return s
}

// planners work at the same years, each with a series of commands.
const planners = 2

func plannerOf(series int) sampling.Actor {
	return sampling.Actor{ID: fmt.Sprint("planner-", series), Sees: sampling.Everyone()}
}

// The people, and the chain of seeds, of all years.
func population() (*spotcheck.Roster, *spotcheck.Chain, error) {
	people := make([]spotcheck.Person, 20)
	for i := range people {
		people[i] = spotcheck.Person{ID: fmt.Sprintf("E%02d", i), Department: fmt.Sprint("d", i%3)}
	}
	roster, err := spotcheck.NewRoster(people)
	if err != nil {
		return nil, nil, err
	}
	chain, err := spotcheck.NewChain([32]byte{1}, 3)
	return roster, chain, err
}

const answerOther = "other" // the other planner did it

// take does a step under its key, again and again where it is not decided, and says
// whether it was this planner who did it.
func take(ctx context.Context, s *sampling.Sampling, series, n int) (answer string, err error) {
	roster, chain, err := population()
	if err != nil {
		return "", err
	}
	st, actor, call := stepOf(n), plannerOf(series), sampling.Call{Key: key(series, n)}
	do := map[string]func() error{
		"open": func() error {
			cycle := spotcheck.Rounds(st.cycle, 2)
			_, err := s.Cycles.Open(ctx, actor, spotcheck.Opening{Cycle: cycle, Commitment: chain.Commitment()}, call)
			return err
		},
		"freeze": func() error { _, err := s.Cycles.Freeze(ctx, actor, st.cycle, st.round, roster, call); return err },
		"draw": func() error {
			seed, err := chain.Seed(st.round, "public "+actor.ID)
			if err == nil {
				_, err = s.Cycles.Draw(ctx, actor, st.cycle, st.round, seed, call)
			}
			return err
		},
		"assess": func() error {
			picks, err := s.Cycles.Picks(ctx, actor, st.cycle, st.round)
			if err != nil {
				return err
			}
			results := make([]spotcheck.Result, len(picks))
			for i, p := range picks {
				results[i] = spotcheck.Result{Person: p.Person, Understanding: 70, Practice: 50 + 7*(int(p.Ticket[0])%3)}
			}
			_, err = s.Cycles.Assess(ctx, actor, st.cycle, st.round, results, call)
			return err
		},
		"close": func() error { _, err := s.Cycles.Close(ctx, actor, st.cycle, roster, call); return err },
	}[st.kind]
	for {
		err := do()
		if err == nil {
			return answerDone, nil
		}
		done, stateErr := st.isDone(ctx, s)
		if stateErr != nil {
			return "", stateErr
		}
		if done {
			return answerOther, nil
		}
		if !errors.Is(err, sampling.ErrConflict) {
			return "", err
		}
	}
}

// isDone reports whether somebody has done a step.
func (st step) isDone(ctx context.Context, s *sampling.Sampling) (bool, error) {
	state, err := s.Cycles.State(ctx, plannerOf(0), st.cycle)
	if err != nil {
		if errors.Is(err, sampling.ErrNotFound) {
			err = nil
		}
		return false, err
	}
	_, closed := state.Closed()
	switch st.kind {
	case "open":
		return true, nil
	case "freeze":
		_, err := s.Cycles.Roster(ctx, plannerOf(0), st.cycle, st.round)
		return err == nil, nil
	case "draw":
		return state.Next() > st.round, nil
	case "assess":
		return state.Next() > st.round+1 || state.Next() > st.round && state.Pending() == 0, nil
	}
	return closed, nil
}

// checkForEver holds year after year.
func checkForEver(ctx context.Context, db *sql.DB, dialect crmsql.Dialect) error {
	store, err := samplingsql.New(db, samplingsql.Options{Dialect: samplingsql.Dialect(dialect)})
	if err != nil {
		return err
	}
	s, err := sampling.New(store, sampling.Options{Attempts: 50})
	if err != nil {
		return err
	}
	return forEver(func(series, n int) (string, error) { return take(ctx, s, series, n) })
}

// TestSamplingKilled kills a process in which two planners hold the same spot checks,
// 30 times on each database (100 where GUANXI_FULL is set), with SIGKILL at a random
// moment, and starts the next, in which both send what was in flight again with its key.
// After each kill every year verifies; every round that was acknowledged was drawn once,
// by one of the two; nothing that was acknowledged is missing.
//
// What it proves, and what not, is said at [TestKilled].
func TestSamplingKilled(t *testing.T) {
	kills := 30
	switch {
	case testing.Short():
		kills = 4
	case os.Getenv("GUANXI_FULL") != "":
		kills = 100
	}
	onEach(t, func(t *testing.T, e engine) {
		dsn := e.dsn(t)
		store, db := e.checks(t, dsn, samplingsql.Options{})
		s, err := sampling.New(store, sampling.Options{})
		require.NoError(t, err)
		k := newKilling(e, dsn, db, "check", planners)
		y := years{s: s, answers: map[string]string{}}
		k.told = func(series, n int, answer string) { y.answers[key(series, n)] = answer }
		k.often(t, kills, func() { y.verify(t, k.next) })
		for series, n := range k.next { // what was in flight
			answer, err := take(t.Context(), s, series, n)
			require.NoError(t, err)
			k.told(series, n, answer)
			k.next[series]++
		}
		y.verify(t, k.next)
		t.Logf("%d years, %d and %d commands", y.closed, k.next[0], k.next[1])
		require.Positive(t, y.closed)
	})
}

// years are what the planners have acknowledged.
type years struct {
	s       *sampling.Sampling
	answers map[string]string // by key
	closed  int               // years that were verified when they were over
}

// verify holds the stored years against what was acknowledged. Of those that were
// over the last time, nothing is read again.
func (y *years) verify(t *testing.T, next []int) {
	t.Helper()
	ctx := t.Context()
	first := y.closed * stepsOfYear
	most := max(next[0], next[1])
	for n := first; n < most; n++ {
		st := stepOf(n)
		done, err := st.isDone(ctx, y.s)
		require.NoError(t, err)
		require.True(t, done, "step %d, %+v, was acknowledged", n, st)
		if n < min(next[0], next[1]) && (st.kind == "open" || st.kind == "draw" || st.kind == "close") {
			winners := 0
			for series := range planners {
				if y.answers[key(series, n)] == answerDone {
					winners++
				}
			}
			require.Equal(t, 1, winners, "step %d, %+v: one planner did it", n, st)
		}
	}
	for year := y.closed; year*stepsOfYear < most; year++ {
		require.NoError(t, y.s.Cycles.Verify(ctx, plannerOf(0), stepOf(year*stepsOfYear).cycle))
	}
	y.closed = min(next[0], next[1]) / stepsOfYear
}
