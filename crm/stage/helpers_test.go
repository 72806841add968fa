package stage

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// day is the n-th day of 2026, at midnight UTC.
func day(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }

// requireError wants an *Error with a sentinel about a field, and returns it.
func requireError(t require.TestingT, err, sentinel error, field string) *Error {
	require.ErrorIs(t, err, sentinel)
	var typed *Error
	require.ErrorAs(t, err, &typed)
	require.Equal(t, field, typed.Field, err.Error())
	return typed
}

// journalOf decides over commands one after the other.
func journalOf[S comparable](t testing.TB, m *Machine[S], commands ...Command[S]) []Entry[S] {
	t.Helper()
	var journal []Entry[S]
	for _, cmd := range commands {
		if cmd.Actor == "" {
			cmd.Actor = "u1"
		}
		if cmd.Reason == "" {
			cmd.Reason = "because"
		}
		e, err := m.Decide(journal, cmd)
		require.NoError(t, err)
		journal = append(journal, e)
	}
	return journal
}

// on is a command of a day: that became so then, and was recorded at once.
func on[S comparable](d int, to S) Command[S] { return Command[S]{To: to, Now: day(d)} }

// slot is the naive reading of a journal: an entry that is no correction opens a
// slot, a correction takes the place of what the slot held.
type slot[S comparable] struct {
	entry  Entry[S]
	number int
}

// slots reads what was recorded up to known.
func slots[S comparable](journal []Entry[S], known time.Time) (all []slot[S]) {
	holder := map[int]int{} // entry number to slot
	for i, e := range journal {
		if !known.IsZero() && e.Recorded.After(known) {
			continue
		}
		if e.Corrects == 0 {
			holder[i+1] = len(all)
			all = append(all, slot[S]{e, i + 1})
			continue
		}
		holder[i+1] = holder[e.Corrects]
		all[holder[i+1]] = slot[S]{e, i + 1}
	}
	return all
}

// timeline picks the slots in order of At, the earlier slot first, without the
// retracted ones.
func timeline[S comparable](all []slot[S]) (line []slot[S]) {
	var none S
	used := make([]bool, len(all))
	for range all {
		best := -1
		for i, s := range all {
			if !used[i] && (best < 0 || s.entry.At.Before(all[best].entry.At)) {
				best = i
			}
		}
		used[best] = true
		if all[best].entry.To != none {
			line = append(line, all[best])
		}
	}
	return line
}

// naiveAs is As, read off the timeline.
func naiveAs[S comparable](journal []Entry[S], effective, known time.Time) (state S, since time.Time, ok bool) {
	for _, s := range timeline(slots(journal, known)) {
		if effective.IsZero() || !s.entry.At.After(effective) {
			state, since, ok = s.entry.To, s.entry.At, true
		}
	}
	return state, since, ok
}

// naiveValid checks every transition of a journal against a definition.
func naiveValid[S comparable](d Definition[S], journal []Entry[S]) bool {
	line := timeline(slots(journal, time.Time{}))
	for i, s := range line {
		switch {
		case s.entry.Forced, i == 0 && s.entry.Imported:
		case i == 0:
			if !contains(d.Initial, s.entry.To) {
				return false
			}
		default:
			if !listed(d, line[i-1].entry.To, s.entry.To) {
				return false
			}
		}
	}
	return true
}

func listed[S comparable](d Definition[S], from, to S) bool {
	for _, t := range d.Transitions {
		if t.From == from && t.To == to {
			return true
		}
	}
	return false
}

func contains[S comparable](all []S, s S) bool {
	for _, x := range all {
		if x == s {
			return true
		}
	}
	return false
}
