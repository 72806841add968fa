package privacy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/privacy"
)

func TestRequestMachine(t *testing.T) {
	const (
		received, verified = privacy.RequestReceived, privacy.RequestVerified
		answered, refused  = privacy.RequestAnswered, privacy.RequestRefused
	)
	allowed := [][]privacy.RequestState{
		{received}, {received, verified}, {received, refused}, {received, verified, answered}, {received, verified, refused},
	}
	for _, states := range append(allowed, []privacy.RequestState{received, answered}, []privacy.RequestState{received, received},
		[]privacy.RequestState{received, verified, received}, []privacy.RequestState{received, refused, verified}, []privacy.RequestState{verified}) {
		var steps []privacy.RequestStep
		for i, s := range states {
			steps = append(steps, privacy.RequestStep{Request: "r-1", Seq: uint64(i + 1), State: s, At: hour(i), Recorded: hour(i)})
		}
		_, err := privacy.Requests(steps, time.Time{}, time.Time{})
		want := slices.ContainsFunc(allowed, func(a []privacy.RequestState) bool { return slices.Equal(a, states) })
		require.Equal(t, want, err == nil, states)
	}
	rapid.Check(t, func(t *rapid.T) {
		states := rapid.SliceOfN(rapid.SampledFrom(append(privacy.RequestStates(), 0, 9)), 1, 4).Draw(t, "states")
		var steps []privacy.RequestStep
		for i, s := range states {
			steps = append(steps, privacy.RequestStep{Request: "r-1", Seq: uint64(i + 1), Kind: privacy.Deletion, State: s, At: hour(i / 2), Recorded: hour(i), Actor: "s-1"})
		}
		other := privacy.RequestStep{Request: "r-2", Seq: 9, Kind: privacy.Access, State: received, At: hour(-1), Recorded: hour(0), Actor: "s-1"}
		shuffled := rapid.Permutation(append(slices.Clone(steps), other)).Draw(t, "order")
		list, err := privacy.Requests(shuffled, time.Time{}, time.Time{})
		if !slices.ContainsFunc(allowed, func(a []privacy.RequestState) bool { return slices.Equal(a, states) }) {
			require.ErrorIs(t, err, privacy.ErrTransition)
			return
		}
		require.NoError(t, err)
		last := states[len(states)-1]
		require.Equal(t, []privacy.Request{
			{ID: "r-2", Kind: privacy.Access, State: received, Received: hour(-1), Since: hour(-1)},
			{ID: "r-1", Kind: privacy.Deletion, State: last, Received: hour(0), Since: hour((len(states) - 1) / 2)},
		}, list)
		require.Equal(t, last == received || last == verified, list[1].Open())
		require.False(t, list[1].Overdue(hour(5), hour(5).Add(-1)))
		require.Equal(t, list[1].Open(), list[1].Overdue(hour(5), hour(5)))

		known, err := privacy.Requests(shuffled, time.Time{}, hour(0))
		require.NoError(t, err)
		require.Equal(t, received, known[1].State)
		early, err := privacy.Requests(shuffled, hour(-1), time.Time{})
		require.NoError(t, err)
		require.Len(t, early, 1)
	})
}

func TestRequestStepValidate(t *testing.T) {
	good := privacy.RequestStep{Request: "r-1", Kind: privacy.Access, State: privacy.RequestReceived, At: start, Actor: "s-1"}
	tests := []struct {
		name  string
		spoil func(*privacy.RequestStep)
		want  []string
	}{
		{"good", func(*privacy.RequestStep) {}, nil},
		{"verified", func(s *privacy.RequestStep) { s.Kind, s.State = 0, privacy.RequestVerified }, nil},
		{"refused", func(s *privacy.RequestStep) { s.Kind, s.State, s.Reason = 0, privacy.RequestRefused, "not the person" }, nil},
		{"no kind", func(s *privacy.RequestStep) { s.Kind = 0 }, []string{"kind"}},
		{"kind again", func(s *privacy.RequestStep) { s.State = privacy.RequestVerified }, []string{"kind"}},
		{"refused without reason", func(s *privacy.RequestStep) { s.Kind, s.State = 0, privacy.RequestRefused }, []string{"reason"}},
		{"nothing", func(s *privacy.RequestStep) { *s = privacy.RequestStep{} }, []string{"request", "actor", "at", "state"}},
		{"ids", func(s *privacy.RequestStep) { s.Party, s.Evidence, s.Reason = "\x00", "\xff", "\xff" }, []string{"party", "evidence", "reason"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := good
			tt.spoil(&s)
			require.Equal(t, tt.want, fields(t, s.Validate()))
		})
	}
}
