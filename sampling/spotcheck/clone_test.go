package spotcheck_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// shown is all that a state says of a list of people.
type shown struct {
	rounds  []spotcheck.HeldRound
	pending int
	history spotcheck.Hash
	closed  spotcheck.Hash
	people  map[string]spotcheck.Standing
}

func show(s *spotcheck.State, ids []string) shown {
	x := shown{rounds: slices.Collect(s.Rounds()), pending: s.Pending(), history: s.History(), people: map[string]spotcheck.Standing{}}
	x.closed, _ = s.Closed()
	for _, id := range ids {
		if standing, known := s.Person(id); known {
			standing.Checks = slices.Clone(standing.Checks)
			x.people[id] = standing
		}
	}
	return x
}

// mentioned is who appears in a journal.
func mentioned(journal []spotcheck.Entry) []string {
	var ids []string
	for _, e := range journal {
		if e.Opening != nil {
			ids = append(ids, e.Opening.Carried...)
		}
		if e.Manifest != nil {
			for _, p := range e.Manifest.Drawn {
				ids = append(ids, p.Person)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// otherwise is another course of a journal from a place on: until the round ends, everybody
// gets other scores, and the next one is missed.
func otherwise(t *testing.T, journal []spotcheck.Entry, from int) []spotcheck.Entry {
	t.Helper()
	branch := slices.Clone(journal[:from])
	for _, e := range journal[from:] {
		if e.Kind != spotcheck.Assessed {
			break
		}
		x := *e.Result
		x.Absence, x.Understanding, x.Practice = "", 100-x.Understanding, 100-x.Practice
		e.Result = &x
		branch = append(branch, e)
	}
	s := fold(t, branch)
	if _, closed := s.Closed(); !closed && s.Pending() == 0 && s.Next() <= len(s.Cycle().Rounds) {
		branch = append(branch, spotcheck.Entry{Kind: spotcheck.Missed, Round: s.Next(), Code: "strike"})
	}
	return branch
}

// TestClone: copies of a state go their own ways, at the same time, and each comes to what
// a fold of its own journal comes to.
func TestClone(t *testing.T) {
	for i := range uint64(40) {
		rng := rand.New(rand.NewPCG(i, 7))
		w := world{t: t, tally: tallies{}, between: func(_ string, lo, hi int) int { return lo + rng.IntN(hi-lo+1) }}
		w.play()
		ids := mentioned(w.journal)
		copies := map[int]*spotcheck.State{}
		s := &spotcheck.State{}
		for n, e := range w.journal {
			if rng.IntN(6) == 0 {
				copies[n] = s.Clone()
			}
			if rng.IntN(6) == 0 {
				s = s.Clone()
			}
			require.NoError(t, s.Apply(e))
		}
		branches := make(map[int]*spotcheck.State, len(copies))
		var wait sync.WaitGroup
		for n, c := range copies {
			branch, course := c.Clone(), otherwise(t, w.journal, n)
			branches[n] = branch
			wait.Go(func() {
				for _, e := range course[n:] {
					if err := branch.Apply(e); err != nil {
						panic(err)
					}
				}
			})
		}
		wait.Wait()
		require.Equal(t, show(fold(t, w.journal), ids), show(s, ids), "year %d", i)
		for n, c := range copies {
			require.Equal(t, show(fold(t, w.journal[:n]), ids), show(c, ids), "year %d at %d", i, n)
			require.Equal(t, show(fold(t, otherwise(t, w.journal, n)), ids), show(branches[n], ids), "year %d behind %d", i, n)
		}
	}
}

func fold(t *testing.T, journal []spotcheck.Entry) *spotcheck.State {
	t.Helper()
	s, err := spotcheck.Fold(journal)
	require.NoError(t, err)
	return s
}

// BenchmarkClone copies the state of a year, and records a result on the copy.
func BenchmarkClone(b *testing.B) {
	s, _ := bigScene(b, big(), 1, false)
	var person string
	for r := range s.Rounds() {
		person = r.Manifest.Drawn[0].Person
	}
	e := spotcheck.Entry{Kind: spotcheck.Assessed, Round: 1, Result: &spotcheck.Result{Person: person, Understanding: 70, Practice: 70}}
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Clone().Apply(e); err != nil {
			b.Fatal(fmt.Sprint(err))
		}
	}
}
