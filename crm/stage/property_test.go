package stage

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawMachine draws a table over a few states; a self transition may be listed.
func drawMachine(t *rapid.T) (*Machine[string], Definition[string]) {
	d := Definition[string]{Name: "m"}
	all := []string{"a", "b", "c", "d"}
	for _, s := range all {
		d.States = append(d.States, StateText[string]{State: s, Code: s})
		if rapid.Bool().Draw(t, "initial "+s) || s == "a" {
			d.Initial = append(d.Initial, s)
		}
		for _, to := range all {
			if rapid.IntRange(0, 2).Draw(t, s+" to "+to) == 0 {
				d.Transitions = append(d.Transitions, Transition[string]{From: s, To: to})
			}
		}
	}
	m, err := New(d)
	require.NoError(t, err)
	return m, d
}

// drawCommand draws a command over a few days, so that ties and backdating are
// common, with a clock that now and then goes back.
func drawCommand(t *rapid.T, journal []Entry[string]) Command[string] {
	cmd := Command[string]{
		To: rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "to"), Now: day(rapid.IntRange(10, 13).Draw(t, "now") + len(journal)),
		Actor: "u1", Reason: "because", Forced: rapid.IntRange(0, 5).Draw(t, "forced") == 0, Imported: rapid.IntRange(0, 5).Draw(t, "imported") == 0,
	}
	if rapid.Bool().Draw(t, "at given") {
		cmd.At = day(rapid.IntRange(1, 14+len(journal)).Draw(t, "at"))
	}
	if n := len(journal); n > 0 && rapid.IntRange(0, 3).Draw(t, "correct") == 0 {
		cmd.Corrects = rapid.IntRange(1, n).Draw(t, "corrects")
		if rapid.IntRange(0, 2).Draw(t, "retract") == 0 {
			cmd.To, cmd.At = "", time.Time{}
		}
	}
	return cmd
}

// intended is the entry that a command asks for, and whether its form is good:
// what is left is the table.
func intended(journal []Entry[string], cmd Command[string]) (Entry[string], bool) {
	e := Entry[string]{To: cmd.To, At: cmd.At, Recorded: cmd.Now, Actor: cmd.Actor, Reason: cmd.Reason,
		Forced: cmd.Forced, Imported: cmd.Imported, Corrects: cmd.Corrects}
	if n := len(journal); n > 0 && journal[n-1].Recorded.After(e.Recorded) {
		e.Recorded = journal[n-1].Recorded
	}
	if cmd.Corrects > 0 {
		old := journal[cmd.Corrects-1]
		if e.At.IsZero() {
			e.At = old.At
		}
		for _, other := range journal {
			if other.Corrects == cmd.Corrects {
				return e, false
			}
		}
		if e.To == "" && old.To == "" {
			return e, false
		}
	}
	if e.At.IsZero() {
		e.At = e.Recorded
	}
	return e, !e.At.After(e.Recorded)
}

// TestDecideAgainstRefolding: Decide accepts exactly what keeps a journal valid
// when all of it is folded anew, and As says at every pair of instants what the
// journal, cut there, says.
func TestDecideAgainstRefolding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, d := drawMachine(t)
		var journal []Entry[string]
		for range rapid.IntRange(1, 12).Draw(t, "commands") {
			cmd := drawCommand(t, journal)
			want, wellFormed := intended(journal, cmd)
			before := slices.Clone(journal)
			e, err := m.Decide(journal, cmd)
			require.Equal(t, before, journal, "Decide changes nothing")

			longer := append(slices.Clone(journal), want)
			if !wellFormed {
				require.ErrorIs(t, err, ErrInvalid)
				continue
			}
			from, same := fromIn(longer), false
			if want.To != "" && from == want.To && !listed(d, from, want.To) {
				same = true // even by force nobody goes where he is
			}
			if same || !naiveValid(d, longer) {
				typed := requireError(t, err, ErrTransition, "to")
				if typed.Entry > 0 {
					require.LessOrEqual(t, typed.Entry, len(journal))
					require.Equal(t, typed.To, journal[typed.Entry-1].To)
				}
				continue
			}
			require.NoError(t, err)
			want.From = from
			require.Equal(t, want, e)
			journal = append(journal, e)
			require.NoError(t, m.Check(journal))
		}
		for known := 9; known < 30; known++ {
			for at := 0; at < 30; at++ {
				requireSameState(t, m, journal, day(at), day(known))
			}
		}
		requireSameState(t, m, journal, time.Time{}, time.Time{})
		requireSpells(t, m, journal)
	})
}

// fromIn is the state that the last entry of a journal leaves.
func fromIn(journal []Entry[string]) string {
	all := slots(journal, time.Time{})
	for i := range all {
		if all[i].number == len(journal) && all[i].entry.To == "" {
			all[i].entry.To = "retracted" // kept on the timeline, to see what is before it
		}
	}
	from := ""
	for _, s := range timeline(all) {
		if s.number == len(journal) {
			return from
		}
		from = s.entry.To
	}
	panic("the last entry is live")
}

func requireSameState(t *rapid.T, m *Machine[string], journal []Entry[string], at, known time.Time) {
	t.Helper()
	state, since, ok := m.As(journal, at, known)
	wantState, wantSince, wantOK := naiveAs(journal, at, known)
	require.Equal(t, []any{wantState, wantSince, wantOK}, []any{state, since, ok}, "as of %v known %v", at, known)
}

func requireSpells(t *rapid.T, m *Machine[string], journal []Entry[string]) {
	t.Helper()
	spells, err := m.Spells(journal, time.Time{})
	require.NoError(t, err)
	line := timeline(slots(journal, time.Time{}))
	require.Len(t, spells, len(line))
	for i, s := range spells {
		require.Equal(t, line[i].entry.To, s.State)
		require.Equal(t, line[i].number, s.Entry)
		require.Equal(t, line[i].entry.At, s.Start)
		if i+1 < len(line) {
			require.Equal(t, line[i+1].entry.At, s.End)
		} else {
			require.True(t, s.End.IsZero())
		}
	}
}

// TestHistoriesAreLossless: packed journals come back as they were, and JSON keeps
// an entry.
func TestHistoriesAreLossless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, _ := drawMachine(t)
		h := NewHistories(m)
		var journals [][]Entry[string]
		for i := range rapid.IntRange(0, 5).Draw(t, "subjects") {
			journal := drawJournal(t, m)
			require.NoError(t, h.Add(string(rune('a'+i)), journal))
			journals = append(journals, journal)
		}
		require.Equal(t, len(journals), h.Len())
		i := 0
		for id, journal := range h.All() {
			require.Equal(t, string(rune('a'+i)), id)
			require.Len(t, journal, len(journals[i]))
			for k := range journal {
				require.Equal(t, journals[i][k], journal[k])
			}
			text, err := json.Marshal(journal)
			require.NoError(t, err)
			var back []Entry[string]
			require.NoError(t, json.Unmarshal(text, &back))
			require.Equal(t, journal, back)
			i++
		}
	})
}

// drawJournal draws a journal that Decide made.
func drawJournal(t *rapid.T, m *Machine[string]) []Entry[string] {
	journal := []Entry[string]{}
	for range rapid.IntRange(0, 10).Draw(t, "commands") {
		cmd := drawCommand(t, journal)
		cmd.Actor = rapid.SampledFrom([]string{"u1", "u2"}).Draw(t, "actor")
		if e, err := m.Decide(journal, cmd); err == nil {
			journal = append(journal, e)
		}
	}
	return journal
}
