package timeline_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/timeline"
)

func plan(id string, hour int) timeline.Step {
	at := start.Add(time.Duration(hour) * time.Hour)
	return timeline.Step{Subject: "C-1", Plan: id, State: timeline.Planned, Kind: timeline.KindContact, Channel: timeline.Visit,
		Until: at.Add(48 * time.Hour), At: at, Recorded: at, Actor: "s-1"}
}

func step(id string, state timeline.State, hour int) timeline.Step {
	at := start.Add(time.Duration(hour) * time.Hour)
	return timeline.Step{Subject: "C-1", Plan: id, State: state, At: at, Recorded: at, Actor: "s-1", Reason: "because"}
}

func TestStepValidate(t *testing.T) {
	require.NoError(t, plan("p", 0).Validate())
	for _, state := range []timeline.State{timeline.Done, timeline.Missed, timeline.Cancelled} {
		require.NoError(t, step("p", state, 0).Validate())
	}
	tests := []struct {
		name  string
		step  timeline.Step
		spoil func(*timeline.Step)
		want  []string
	}{
		{"no ids", plan("p", 0), func(s *timeline.Step) { s.Subject, s.Plan, s.Actor = "", "", "" }, []string{"subject", "plan", "actor"}},
		{"no state", step("p", 0, 0), func(*timeline.Step) {}, []string{"state"}},
		{"no end", plan("p", 0), func(s *timeline.Step) { s.Until = time.Time{} }, []string{"until"}},
		{"empty span", plan("p", 0), func(s *timeline.Step) { s.From = s.Until }, []string{"until"}},
		{"no kind", plan("p", 0), func(s *timeline.Step) { s.Kind, s.Channel, s.Direction = 0, 99, 99 }, []string{"kind", "channel", "direction"}},
		{"long ids", plan("p", 0), func(s *timeline.Step) { s.Contact, s.Owner = "\x00", "\xff" }, []string{"contact", "owner"}},
		{"done with a plan", step("p", timeline.Done, 0), func(s *timeline.Step) { s.Until = start }, []string{"state"}},
		{"missed without reason", step("p", timeline.Missed, 0), func(s *timeline.Step) { s.Reason = "" }, []string{"reason"}},
		{"missed with an activity", step("p", timeline.Missed, 0), func(s *timeline.Step) { s.Activity = 3 }, []string{"activity"}},
		{"corrects itself", step("p", timeline.Done, 0), func(s *timeline.Step) { s.Seq, s.Corrects = 2, 2 }, []string{"corrects"}},
		{"retracts nothing", step("p", timeline.Done, 0), func(s *timeline.Step) { s.Retracted, s.At = true, time.Time{} }, []string{"at", "corrects"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.spoil(&tt.step)
			err := tt.step.Validate()
			require.ErrorIs(t, err, timeline.ErrInvalid)
			require.Equal(t, tt.want, fields(t, err))
		})
	}
}

func TestPlans(t *testing.T) {
	again := plan("p-1", 2)
	again.Owner = "s-2"
	done := step("p-1", timeline.Done, 5)
	done.Activity = 77
	steps := []timeline.Step{plan("p-1", 0), again, done, plan("p-2", 1)}
	for i := range steps {
		steps[i].Seq = uint64(i + 1)
	}
	at := func(h int) time.Time { return start.Add(time.Duration(h) * time.Hour) }
	list, err := timeline.Plans(steps, time.Time{}, timeline.Options{})
	require.NoError(t, err)
	require.Equal(t, []timeline.Plan{
		{Subject: "C-1", ID: "p-2", State: timeline.Planned, Kind: timeline.KindContact, Channel: timeline.Visit, Until: at(49), Planned: at(1), Since: at(1)},
		{Subject: "C-1", ID: "p-1", State: timeline.Done, Kind: timeline.KindContact, Channel: timeline.Visit, Owner: "s-2", Until: at(50), Planned: at(0), Since: at(5), Activity: 77, Moves: 1},
	}, list)
	require.False(t, list[1].Overdue(at(500)), "what is done is not overdue")
	require.False(t, list[0].Overdue(at(49).Add(-1)))
	require.True(t, list[0].Overdue(at(49)))

	list, err = timeline.Plans(steps, at(0), timeline.Options{})
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, at(48), list[0].Until, "before it was planned anew")

	_, err = timeline.Plans(steps[2:], time.Time{}, timeline.Options{})
	require.ErrorIs(t, err, timeline.ErrTransition)
	require.EqualError(t, err, "timeline: C-1 #3 p-1: state: no way from nothing to done: no such transition")
	steps[0].Corrects = 9
	_, err = timeline.Plans(steps, time.Time{}, timeline.Options{})
	require.ErrorIs(t, err, timeline.ErrNotFound)
}

// Steps that Accept lets in, one after the other and at any effective time, make a
// journal that folds as of every recorded and every effective time; what it
// refuses is refused by the fold.
func TestAccept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var steps []timeline.Step
		for i := range rapid.IntRange(0, 20).Draw(t, "n") {
			state := rapid.SampledFrom(timeline.States()).Draw(t, "state")
			id := rapid.SampledFrom([]string{"p-1", "p-2"}).Draw(t, "plan")
			hour := rapid.IntRange(0, 10).Draw(t, "at")
			next := step(id, state, hour)
			if state == timeline.Planned {
				next = plan(id, hour)
				next.Reason = "because"
			}
			next.Recorded = start.Add(time.Duration(i/2) * time.Hour)
			if n := len(steps); n > 0 && rapid.IntRange(0, 3).Draw(t, "correction") == 0 {
				next.Corrects = rapid.Uint64Range(1, uint64(n)).Draw(t, "corrects")
				if state != timeline.Planned {
					next.Retracted = rapid.Bool().Draw(t, "retracted")
				}
			}
			err := timeline.Accept(steps, next)
			next.Seq = uint64(len(steps) + 1)
			all := append(slices.Clone(steps), next)
			_, fold := timeline.Plans(all, time.Time{}, timeline.Options{})
			require.Equal(t, fold == nil, err == nil)
			if err == nil {
				steps = all
				continue
			}
			require.ErrorIs(t, err, timeline.ErrTransition)
		}
		shuffled := rapid.Permutation(slices.Clone(steps)).Draw(t, "order")
		want, err := timeline.Plans(steps, time.Time{}, timeline.Options{})
		require.NoError(t, err)
		got, err := timeline.Plans(shuffled, time.Time{}, timeline.Options{})
		require.NoError(t, err)
		require.Equal(t, want, got)
		for h := range 11 {
			at := start.Add(time.Duration(h) * time.Hour)
			_, err := timeline.Plans(shuffled, at, timeline.Options{})
			require.NoError(t, err)
			known, err := timeline.Plans(shuffled, time.Time{}, timeline.Options{Known: at})
			require.NoError(t, err)
			prefix := slices.DeleteFunc(slices.Clone(steps), func(s timeline.Step) bool { return s.Recorded.After(at) })
			then, err := timeline.Plans(prefix, time.Time{}, timeline.Options{})
			require.NoError(t, err)
			require.Equal(t, then, known)
		}
	})
	require.ErrorIs(t, timeline.Accept(nil, timeline.Step{}), timeline.ErrInvalid)
}
