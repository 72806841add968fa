package owner_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/owner"
)

// line makes an entry recorded at once.
func line(k owner.Kind, from, to string, at int) owner.Entry {
	e := owner.Entry{Kind: k, From: from, To: to, At: tick(at), Recorded: tick(at), Actor: "boss"}
	if k == owner.Released {
		e.Pool = "pool"
	}
	return e
}

func TestFoldRefuses(t *testing.T) {
	assigned := line(owner.Assigned, "", "a", 1)
	disputed := line(owner.Disputed, "a", "b", 2)
	with := func(e owner.Entry, change func(*owner.Entry)) owner.Entry {
		change(&e)
		return e
	}
	tests := []struct {
		name    string
		journal []owner.Entry
		want    error
	}{
		{"no kind", []owner.Entry{line(0, "", "a", 1)}, owner.ErrInvalid},
		{"kind 9", []owner.Entry{line(9, "", "a", 1)}, owner.ErrInvalid},
		{"no actor", []owner.Entry{with(assigned, func(e *owner.Entry) { e.Actor = "" })}, owner.ErrInvalid},
		{"no time", []owner.Entry{with(assigned, func(e *owner.Entry) { e.At = time.Time{} })}, owner.ErrInvalid},
		{"recorded before it is so", []owner.Entry{with(assigned, func(e *owner.Entry) { e.Recorded = tick(0) })}, owner.ErrInvalid},
		{"approved by the actor", []owner.Entry{with(assigned, func(e *owner.Entry) { e.Approver = "boss" })}, owner.ErrInvalid},
		{"NUL in an id", []owner.Entry{line(owner.Assigned, "", "a\x00", 1)}, owner.ErrInvalid},
		{"broken UTF-8", []owner.Entry{line(owner.Assigned, "", "\xff", 1)}, owner.ErrInvalid},
		{"id of 256 bytes", []owner.Entry{line(owner.Assigned, "", strings.Repeat("x", 256), 1)}, owner.ErrInvalid},
		{"assigned to nobody", []owner.Entry{line(owner.Assigned, "", "", 1)}, owner.ErrInvalid},
		{"release without pool", []owner.Entry{with(line(owner.Released, "", "", 1), func(e *owner.Entry) { e.Pool = "" })}, owner.ErrInvalid},
		{"owner in a pool", []owner.Entry{with(assigned, func(e *owner.Entry) { e.Pool = "p" })}, owner.ErrInvalid},
		{"protection over before it begins", []owner.Entry{with(assigned, func(e *owner.Entry) { e.Until = e.At })}, owner.ErrInvalid},
		{"protected nobody", []owner.Entry{with(line(owner.Released, "", "", 1), func(e *owner.Entry) { e.Until = tick(9) })}, owner.ErrInvalid},
		{"another owner in from", []owner.Entry{assigned, line(owner.Transferred, "b", "c", 2)}, owner.ErrTransition},
		{"assigned twice", []owner.Entry{assigned, line(owner.Assigned, "a", "b", 2)}, owner.ErrTransition},
		{"transfer of what nobody has", []owner.Entry{line(owner.Transferred, "", "b", 2)}, owner.ErrTransition},
		{"transfer to the owner", []owner.Entry{assigned, line(owner.Transferred, "a", "a", 2)}, owner.ErrTransition},
		{"claimed by the owner", []owner.Entry{assigned, line(owner.Claimed, "a", "a", 2)}, owner.ErrTransition},
		{"protection of nobody", []owner.Entry{line(owner.Protected, "", "", 1)}, owner.ErrInvalid},
		{"disputed by the owner", []owner.Entry{assigned, line(owner.Disputed, "a", "a", 2)}, owner.ErrTransition},
		{"disputed twice by one", []owner.Entry{assigned, disputed, line(owner.Disputed, "a", "b", 3)}, owner.ErrTransition},
		{"moved under dispute", []owner.Entry{assigned, disputed, line(owner.Transferred, "a", "c", 3)}, owner.ErrTransition},
		{"ruling without dispute", []owner.Entry{assigned, line(owner.Resolved, "a", "a", 3)}, owner.ErrTransition},
		{"ruling for a stranger", []owner.Entry{assigned, disputed, line(owner.Resolved, "a", "c", 3)}, owner.ErrTransition},
		{"recorded time falls", []owner.Entry{with(assigned, func(e *owner.Entry) { e.Recorded = tick(5) }),
			line(owner.Transferred, "a", "b", 4)}, owner.ErrConflict},
		{"effective time falls", []owner.Entry{line(owner.Assigned, "", "a", 3),
			with(line(owner.Transferred, "a", "b", 2), func(e *owner.Entry) { e.Recorded = tick(4) })}, owner.ErrConflict},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := owner.Fold(tt.journal)
			typed := requireRefused(t, err, tt.want, "entries")
			require.Equal(t, len(tt.journal)-1, typed.Item)
			_, err = owner.Spans(tt.journal, time.Time{})
			require.ErrorIs(t, err, tt.want)
			_, err = owner.At(tt.journal, tick(100), time.Time{})
			require.ErrorIs(t, err, tt.want)
		})
	}
}

func TestValidateReportsEverything(t *testing.T) {
	err := owner.Entry{Kind: owner.Claimed, From: "a\x00"}.Validate()
	for _, part := range []string{"actor", "from", "at: is missing", "to: is missing"} {
		require.ErrorContains(t, err, part)
	}
	require.NotContains(t, err.Error(), "\x00")
}

func TestEmptyJournal(t *testing.T) {
	require.Equal(t, owner.Holding{}, fold(t, nil))
	spans, err := owner.Spans(nil, time.Time{})
	require.NoError(t, err)
	require.Empty(t, spans)
	_, found := owner.Find(spans, tick(1))
	require.False(t, found)
}

func TestSpansAtOneInstant(t *testing.T) {
	journal := []owner.Entry{
		line(owner.Assigned, "", "a", 1),
		line(owner.Transferred, "a", "b", 2), // for no time at all
		line(owner.Transferred, "b", "a", 2),
		line(owner.Released, "a", "", 3),
	}
	journal[2].Path, journal[0].Path = "/x", "/x"
	spans, err := owner.Spans(journal, time.Time{})
	require.NoError(t, err)
	require.Equal(t, []owner.Span{
		{Owner: "a", Path: "/x", From: tick(1), To: tick(3)},
		{Pool: "pool", From: tick(3)},
	}, spans)
	s, found := owner.Find(spans, tick(3))
	require.True(t, found)
	require.Equal(t, "pool", s.Pool)
	_, found = owner.Find(spans, tick(1).Add(-1))
	require.False(t, found)
}

// known is the plain model of a journal: who has the customer at each tick. What
// is recorded later holds from its effective time on.
func known(journal []owner.Entry, recordedBy time.Time, ticks int) []string {
	owners := make([]string, ticks)
	for _, e := range journal {
		if e.Recorded.After(recordedBy) || e.Kind == owner.Disputed {
			continue
		}
		for i := range owners {
			if !tick(i).Before(e.At) {
				owners[i] = e.To
			}
		}
	}
	return owners
}

var people = []string{"a", "b", "c"}

// randomJournal grows a journal by decisions; refused ones are dropped.
func randomJournal(t *rapid.T, policy owner.Policy, last int) (journal []owner.Entry) {
	now := 0
	for range rapid.IntRange(0, 14).Draw(t, "steps") {
		now = min(last, now+rapid.IntRange(0, 3).Draw(t, "later"))
		a := owner.Act{Actor: "boss", Approver: "board", Recorded: tick(now), Code: "why", Reason: "in words"}
		if back := rapid.IntRange(0, 4).Draw(t, "back"); back > 0 && rapid.Bool().Draw(t, "backdated") {
			a.At = tick(max(0, now-back))
		}
		who := staff(rapid.SampledFrom(people).Draw(t, "who"))
		h := fold(t, journal)
		var e owner.Entry
		var err error
		switch rapid.IntRange(0, 7).Draw(t, "what") {
		case 0:
			e, err = policy.Assign(h, who, a)
		case 1:
			e, err = policy.Transfer(h, who, a)
		case 2:
			e, err = policy.Claim(h, who, a)
		case 3:
			e, err = policy.Release(h, "pool", "/p", a)
		case 4:
			e, err = policy.Protect(h, a.Recorded.Add(time.Hour), a)
		case 5:
			e, err = policy.Dispute(h, who, a)
		case 6:
			e, err = policy.Resolve(h, who, a)
		case 7:
			at := a.At
			if at.IsZero() {
				at = a.Recorded
			}
			var before owner.Holding
			before, err = owner.At(journal, at.Add(-time.Microsecond), time.Time{})
			require.NoError(t, err)
			e, err = policy.Correct(before, h, who, a)
		}
		if err == nil {
			journal = append(journal, e)
			_, err = owner.Fold(journal)
			require.NoError(t, err, "a decision's entry follows on the journal")
		}
	}
	return journal
}

func TestJournalProperties(t *testing.T) {
	const ticks = 48
	rapid.Check(t, func(t *rapid.T) {
		policy := owner.Policy{Zone: time.UTC, ProtectDays: rapid.IntRange(0, 1).Draw(t, "protect"), ClaimOwned: rapid.Bool().Draw(t, "owned")}
		journal := randomJournal(t, policy, ticks-2)
		by := tick(rapid.IntRange(0, ticks-1).Draw(t, "known"))
		spans, err := owner.Spans(journal, by)
		require.NoError(t, err)
		for i, s := range spans {
			require.Equal(t, i == len(spans)-1, s.To.IsZero(), "only the last is open")
			if i > 0 {
				before := spans[i-1]
				require.Equal(t, before.To, s.From, "no gap and no overlap")
				require.True(t, before.From.Before(before.To), "none is empty")
				before.From, before.To = s.From, s.To
				require.NotEqual(t, before, s, "neighbours differ")
			}
		}
		for i, want := range known(journal, by, ticks) {
			h, err := owner.At(journal, tick(i), by)
			require.NoError(t, err)
			require.Equal(t, want, h.Owner, "tick %d", i)
			s, found := owner.Find(spans, tick(i))
			require.Equal(t, want, s.Owner)
			require.Equal(t, found, !h.LastAt.IsZero())
			holders := 0
			for _, s := range spans {
				if !tick(i).Before(s.From) && (s.To.IsZero() || tick(i).Before(s.To)) {
					holders++
				}
			}
			require.LessOrEqual(t, holders, 1, "never two at one instant")
		}
		last, err := owner.At(journal, tick(1000), time.Time{})
		require.NoError(t, err)
		require.Equal(t, fold(t, journal), last)

		text, err := json.Marshal(journal)
		require.NoError(t, err)
		var back []owner.Entry
		require.NoError(t, json.Unmarshal(text, &back))
		if len(journal) > 0 {
			require.Equal(t, journal, back)
		}
		forgotten := slices.Clone(journal)
		for i := range forgotten {
			forgotten[i].Reason = ""
		}
		require.Equal(t, fold(t, journal), fold(t, forgotten), "a person can be forgotten")
	})
}

func TestCorrectionBringsBackWhatWasBefore(t *testing.T) {
	journal := []owner.Entry{
		line(owner.Assigned, "", "a", 1),
		line(owner.Disputed, "a", "b", 3),
		line(owner.Resolved, "a", "b", 5),
	}
	correct := line(owner.Corrected, "a", "c", 9)
	correct.At = tick(2)
	h := fold(t, append(journal, correct))
	require.Equal(t, "c", h.Owner)
	require.False(t, h.Disputed(), "the dispute of later times counts no more")
	require.Equal(t, tick(2), h.Since)

	correct.At = tick(4)
	require.Equal(t, "c", fold(t, append(journal, correct)).Owner)
	next := line(owner.Transferred, "c", "a", 10)
	next.At = tick(5)
	spans, err := owner.Spans(append(journal, correct, next), time.Time{})
	require.NoError(t, err)
	require.Len(t, spans, 3)

	correct.From = "b"
	_, err = owner.Fold(append(journal, correct))
	require.ErrorIs(t, err, owner.ErrTransition, "b did not have it before tick 4")
}

func TestWithIsFoldOfOneMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		journal := randomJournal(t, owner.Policy{}, 40)
		h := owner.Holding{}
		for i, e := range journal {
			next, err := h.With(e)
			if e.Kind == owner.Corrected {
				requireRefused(t, err, owner.ErrInvalid, "kind")
				next = fold(t, journal[:i+1])
			} else {
				require.NoError(t, err)
			}
			h = next
			require.Equal(t, fold(t, journal[:i+1]), h)
		}
	})
	h := fold(t, []owner.Entry{line(owner.Assigned, "", "a", 2)})
	_, err := h.With(line(owner.Transferred, "a", "b", 1))
	requireRefused(t, err, owner.ErrConflict, "recorded")
	_, err = h.With(line(owner.Transferred, "b", "a", 3))
	requireRefused(t, err, owner.ErrTransition, "transferred")
	_, err = h.With(owner.Entry{})
	require.ErrorIs(t, err, owner.ErrInvalid)
}

// Readers keep a holding while others fold on: no slice of it may change.
func TestHoldingsShareNothing(t *testing.T) {
	journal := []owner.Entry{
		line(owner.Assigned, "", "b", 1), line(owner.Released, "b", "", 2),
		line(owner.Assigned, "", "a", 3), line(owner.Released, "a", "", 4), line(owner.Assigned, "", "b", 5),
		line(owner.Disputed, "b", "c", 6), line(owner.Disputed, "b", "d", 7), line(owner.Resolved, "b", "b", 8), line(owner.Released, "b", "", 9),
	}
	var kept []owner.Holding
	var texts []string
	for i := range journal {
		h := fold(t, journal[:i+1])
		text, err := json.Marshal(h)
		require.NoError(t, err)
		kept, texts = append(kept, h), append(texts, string(text))
	}
	fold(t, journal)
	for i := range kept {
		text, err := json.Marshal(kept[i])
		require.NoError(t, err)
		require.Equal(t, texts[i], string(text))
	}
	require.Equal(t, []owner.Loss{{Staff: "a", At: tick(4)}, {Staff: "b", At: tick(9)}}, kept[8].Losses, "the last loss of each")
}

func FuzzFold(f *testing.F) {
	f.Add([]byte(`[{"kind":"assigned","to":"a","actor":"b","at":"2026-01-01T00:00:00Z","recorded":"2026-01-01T00:00:00Z"},
		{"kind":"corrected","from":"","to":"c","actor":"b","at":"2025-01-01T00:00:00Z","recorded":"2026-01-01T00:00:00Z"}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var journal []owner.Entry
		if json.Unmarshal(text, &journal) != nil {
			return
		}
		h, err := owner.Fold(journal)
		spans, err2 := owner.Spans(journal, time.Time{})
		require.Equal(t, err == nil, err2 == nil)
		if err == nil && len(spans) > 0 {
			require.Equal(t, h.Owner, spans[len(spans)-1].Owner)
		}
	})
}
