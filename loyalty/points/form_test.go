package points_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// fullState has something in every field.
func fullState(t testing.TB) *account {
	a := open(t, points.Policy{Inactivity: 6})
	a.earnUntil(100, "2025-01-01T00:00:00.000001Z", "2025-12-31T00:00:00Z")
	e := a.must(a.policy.Earn(a.state, points.EarnCommand{Points: 50, QP: 5, Confirm: true, Act: points.Act{
		Actor: "s-1", Ref: "order-1", Code: "double", Reason: "生日"}}, at("2025-01-02T00:00:00Z")))[0]
	a.must(a.policy.Hold(a.state, points.HoldCommand{Points: 40, Until: at("2025-03-01T00:00:00Z"), Act: points.Act{Ref: "訂單-2"}}, at("2025-01-03T00:00:00Z")))
	burn := a.burn(60, "2025-01-04T00:00:00Z")
	a.must(a.policy.Adjust(a.state, points.AdjustCommand{QP: -7}, at("2025-01-05T00:00:00Z")))
	a.refund(burn, 10, "2025-01-06T00:00:00Z")
	a.reverse(a.journal[0], "2025-01-06T00:00:00Z") // 50 of its 100 are gone
	require.Positive(t, a.state.Debt)
	require.NotEmpty(t, e.Ref)
	return a
}

func TestForms(t *testing.T) {
	a := fullState(t)
	saved, err := a.state.MarshalBinary()
	require.NoError(t, err)
	require.Less(t, len(saved), 150)
	var back points.State
	require.NoError(t, back.UnmarshalBinary(saved))
	require.Equal(t, a.state, back)
	for i := range saved {
		spoiled := append([]byte(nil), saved...)
		spoiled[i] ^= 0x41
		requireRefused(t, back.UnmarshalBinary(spoiled), points.ErrVersion)
		requireRefused(t, back.UnmarshalBinary(saved[:i]), points.ErrVersion)
	}
	requireRefused(t, back.UnmarshalBinary(append(saved, 0)), points.ErrVersion)
	require.Equal(t, a.state, back, "a refused form leaves the state")

	for _, v := range []any{&a.state, &a.journal} {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		switch v.(type) {
		case *points.State:
			var back points.State
			require.NoError(t, json.Unmarshal(text, &back))
			require.Equal(t, a.state, back)
		default:
			var back []points.Entry
			require.NoError(t, json.Unmarshal(text, &back))
			require.Equal(t, a.journal, back)
		}
	}
	text, err := json.Marshal(a.journal[3])
	require.NoError(t, err)
	require.JSONEq(t, `{"seq":4,"kind":"burn","amount":-60,"at":"2025-01-04T00:00:00Z","recorded":"2025-01-04T00:00:00Z",
		"uses":[{"lot":1,"points":60,"size":100,"activate_at":"2025-01-01T00:00:00.000001Z","expire_at":"2025-12-31T00:00:00Z"}],
		"idle_at":"2025-07-05T00:00:00Z"}`, string(text))
	require.NotContains(t, a.journal[1].LogValue().String(), "生日")
	require.Equal(t, a.journal[3], a.journal[3].Clone())
	empty, err := json.Marshal(points.State{})
	require.NoError(t, err)
	require.JSONEq(t, `{"seq":0}`, string(empty))
}

func TestStateValidate(t *testing.T) {
	require.NoError(t, points.State{}.Validate())
	for name, spoil := range map[string]func(*points.State){
		"debt":     func(s *points.State) { s.Debt = -1 },
		"totals":   func(s *points.State) { s.Totals.Burned++ },
		"number":   func(s *points.State) { s.Lots[0].ID = 99 },
		"nothing":  func(s *points.State) { s.Lots[0].Left = 0 },
		"too much": func(s *points.State) { s.Lots[0].Left = s.Lots[0].Points + 1 },
		"order":    func(s *points.State) { s.Lots = append(s.Lots, s.Lots[0]) },
		"dates": func(s *points.State) {
			s.Lots[0].ActivateAt = at("2027-01-01T00:00:00Z")
			s.Lots[0].ExpireAt = at("2026-01-01T00:00:00Z")
		},
		"nanoseconds": func(s *points.State) { s.Recorded = s.Recorded.Add(1) },
		"hold":        func(s *points.State) { s.Holds[0].Points = 0 },
		"hold ref":    func(s *points.State) { s.Holds[0].Ref = "\xff" },
		"hold twice":  func(s *points.State) { s.Holds = append(s.Holds, s.Holds[0]) },
		"no time":     func(s *points.State) { s.Seq = 0 },
	} {
		s := fullState(t).state.Clone()
		require.NoError(t, s.Validate())
		spoil(&s)
		require.ErrorIs(t, s.Validate(), points.ErrInvalid, name)
		_, err := s.MarshalBinary()
		require.ErrorIs(t, err, points.ErrInvalid, name)
	}
}

func FuzzState(f *testing.F) {
	saved, err := fullState(f).state.MarshalBinary()
	require.NoError(f, err)
	f.Add(saved)
	f.Fuzz(func(t *testing.T, b []byte) {
		var s points.State
		if s.UnmarshalBinary(b) != nil {
			require.Zero(t, s)
			return
		}
		again, err := s.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, b, again, "one form for one state")
	})
}

// TestApplyRefuses: entries that do not follow leave the state as it was.
func TestApplyRefuses(t *testing.T) {
	a := fullState(t)
	now := at("2025-02-01T00:00:00Z")
	use := points.Use{Lot: 2, Points: 1, Size: 50, ActivateAt: now}
	entry := func(k points.Kind, change func(*points.Entry)) points.Entry {
		e := points.Entry{Seq: a.state.Seq + 1, Kind: k, At: now, Recorded: now}
		change(&e)
		return e
	}
	for name, c := range map[string]struct {
		entry points.Entry
		want  error
	}{
		"number":       {entry(points.KindEarn, func(e *points.Entry) { e.Seq++ }), points.ErrConflict},
		"recorded":     {entry(points.KindEarn, func(e *points.Entry) { e.At, e.Recorded = a.journal[0].At, a.journal[0].At }), points.ErrConflict},
		"future":       {entry(points.KindEarn, func(e *points.Entry) { e.At = now.Add(1000) }), points.ErrInvalid},
		"nanoseconds":  {entry(points.KindEarn, func(e *points.Entry) { e.At = now.Add(-1) }), points.ErrInvalid},
		"kind":         {entry(0, func(*points.Entry) {}), points.ErrInvalid},
		"no lot":       {entry(points.KindEarn, func(e *points.Entry) { e.Amount = 5 }), points.ErrInvalid},
		"sign":         {entry(points.KindBurn, func(e *points.Entry) { e.Amount, e.Uses = 1, []points.Use{use} }), points.ErrInvalid},
		"untraced":     {entry(points.KindBurn, func(e *points.Entry) { e.Amount = -1 }), points.ErrInvalid},
		"too much":     {entry(points.KindBurn, func(e *points.Entry) { e.Amount, use.Points, use.Size = -60, 60, 60; e.Uses = []points.Use{use} }), points.ErrConflict},
		"unknown lot":  {entry(points.KindBurn, func(e *points.Entry) { e.Amount, use.Points, use.Lot = -1, 1, 1; e.Uses = []points.Use{use} }), points.ErrConflict},
		"overfull lot": {entry(points.KindRefund, func(e *points.Entry) { e.Amount, e.Target, use.Lot = 1, 4, 2; e.Uses = []points.Use{use} }), points.ErrConflict},
		"no target":    {entry(points.KindRefund, func(e *points.Entry) { e.Amount, e.Uses = 1, []points.Use{use} }), points.ErrInvalid},
		"hold":         {entry(points.KindRelease, func(e *points.Entry) { e.Hold, e.Held = 3, -41 }), points.ErrConflict},
		"no hold":      {entry(points.KindRelease, func(e *points.Entry) { e.Hold, e.Held = 1, -1 }), points.ErrConflict},
		"confirmed":    {entry(points.KindConfirm, func(e *points.Entry) { e.Lot, e.ActivateAt = 1, now }), points.ErrConflict},
		"not owed":     {entry(points.KindWriteOff, func(e *points.Entry) { e.Amount = a.state.Debt + 1 }), points.ErrConflict},
		"text":         {entry(points.KindEarn, func(e *points.Entry) { e.Ref = "a\x00" }), points.ErrInvalid},
	} {
		before := a.state.Clone()
		next, err := points.Apply(a.state, c.entry)
		requireRefused(t, err, c.want)
		require.Equal(t, before, next, name)
		require.Equal(t, before, a.state, name)

		own := a.state.Clone()
		requireRefused(t, own.Fold(c.entry), c.want)
		require.Equal(t, before, a.state, "Fold has lists of its own")
	}
}

// TestFold: what Fold leaves after an error is neither the state before nor after, and
// Apply leaves the state before.
func TestFold(t *testing.T) {
	a := fullState(t)
	entries, err := a.policy.Earn(a.state, points.EarnCommand{Points: 7}, at("2025-02-01T00:00:00Z"))
	require.NoError(t, err)
	wrong := append(slices.Clone(entries), entries[0])
	before, own := a.state.Clone(), a.state.Clone()
	requireRefused(t, own.Fold(wrong...), points.ErrConflict)
	require.Equal(t, a.state.Seq+uint64(len(entries)), own.Seq, "half done: to be discarded")
	next, err := points.Apply(a.state, wrong...)
	requireRefused(t, err, points.ErrConflict)
	require.Equal(t, before, next)
	require.Equal(t, before, a.state)

	var empty points.State
	require.NoError(t, empty.Fold())
	require.Zero(t, empty)
	require.NoError(t, empty.Fold(a.journal...))
	require.Equal(t, a.state, empty)
}

func TestEntryValidateReportsAll(t *testing.T) {
	var fields []string
	for _, err := range (points.Entry{}).Validate().(interface{ Unwrap() []error }).Unwrap() {
		fields = append(fields, requireRefused(t, err, points.ErrInvalid).Field)
	}
	require.Subset(t, fields, []string{"seq", "kind", "recorded", "at"})
	e := fullState(t).journal[0]
	e.ActivateAt = e.ActivateAt.Add(1)
	e.At, e.Recorded = e.ActivateAt, e.ActivateAt
	fields = nil
	for _, err := range e.Validate().(interface{ Unwrap() []error }).Unwrap() {
		fields = append(fields, requireRefused(t, err, points.ErrInvalid).Field)
	}
	require.Equal(t, []string{"recorded", "at", "activate_at"}, fields)
}
