package sampling_test

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// rewritten is a store that returns the same JSON in another form, as a database may that
// does not keep texts.
type rewritten struct{ *sampling.Memory }

func rewrite(text json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	b.WriteString(" \n")
	if json.Indent(&b, text, "\t", " ") != nil {
		return text
	}
	b.WriteByte(' ')
	return b.Bytes()
}

func (s rewritten) Record(ctx context.Context, of sampling.Subject) (sampling.Record, error) {
	r, err := s.Memory.Record(ctx, of)
	r.Body = rewrite(r.Body)
	return r, err
}

func (s rewritten) Entries(ctx context.Context, filter sampling.EntryFilter) iter.Seq2[sampling.Entry, error] {
	return func(yield func(sampling.Entry, error) bool) {
		for e, err := range s.Memory.Entries(ctx, filter) {
			e.Data = rewrite(e.Data)
			if !yield(e, err) {
				return
			}
		}
	}
}

// TestWhatIsWrittenIsRead: names that JSON has to escape, every field of a result, and
// JSON that a store has written anew.
func TestWhatIsWrittenIsRead(t *testing.T) {
	store := new(sampling.Memory)
	s, ctx := open(t, store, sampling.Options{}), t.Context()
	opening, chain := year(t, "2026 \"<年>\"")
	opening.Cycle.ByDepartment = true
	cycle := opening.Cycle.ID
	_, err := s.Cycles.Open(ctx, planner, opening, sampling.Call{})
	require.NoError(t, err)
	people := []spotcheck.Person{{ID: `E"1\`, Department: "<&>"}, {ID: "员工\u2028", Department: `\"`}, {ID: "\t\r", Department: "销售"},
		{ID: `"}],`, Department: `{"`, Absent: `pa"rental`}, {ID: "E5", Department: "销售", Absent: "休假"}}
	roster, err := spotcheck.NewRoster(people)
	require.NoError(t, err)
	_, err = s.Cycles.Freeze(ctx, planner, cycle, 1, roster, sampling.Call{})
	require.NoError(t, err)
	seed, err := chain.Seed(1, `指数 "3021.55"`)
	require.NoError(t, err)
	drawn, err := s.Cycles.Draw(ctx, planner, cycle, 1, seed, sampling.Call{})
	require.NoError(t, err)
	picks, err := s.Cycles.Picks(ctx, planner, cycle, 1)
	require.NoError(t, err)
	person := picks[0].Person
	on, err := calendar.Date(2026, 3, 1)
	require.NoError(t, err)
	found := []spotcheck.Result{{Person: person, Absence: `ill "again"`, Inspector: `主任\`, Note: "\x01"},
		{Person: person, Understanding: 61, Practice: 100, Inspector: "<i>", On: on, Note: `"`}}
	for _, x := range found {
		_, err = s.Cycles.Assess(ctx, planner, cycle, 1, []spotcheck.Result{x}, sampling.Call{})
		require.NoError(t, err)
	}
	_, err = s.Cycles.Miss(ctx, planner, cycle, 2, `"strike"`, sampling.Call{})
	require.NoError(t, err)

	for _, kept := range []sampling.Store{store, rewritten{store}} {
		s := open(t, kept, sampling.Options{})
		back, err := s.Cycles.Roster(ctx, planner, cycle, 1)
		require.NoError(t, err)
		require.Equal(t, roster, back)
		manifest, err := s.Cycles.Manifest(ctx, planner, cycle, 1)
		require.NoError(t, err)
		hash, err := manifest.Hash()
		require.NoError(t, err)
		require.Equal(t, drawn.Manifest, hash)
		journal, err := s.Cycles.Journal(ctx, planner, cycle)
		require.NoError(t, err)
		require.Equal(t, opening, *journal[0].Opening)
		require.Equal(t, found, []spotcheck.Result{*journal[2].Result, *journal[3].Result})
		require.Equal(t, `"strike"`, journal[4].Code)
		standing, err := s.Cycles.Checks(ctx, planner, cycle, person)
		require.NoError(t, err)
		require.Equal(t, found[1], standing.Checks[0].Result)
		require.NoError(t, s.Cycles.Verify(ctx, planner, cycle))
	}
}
