package sampling_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling"
)

// TestJSON holds the form of what hosts hand on: what a store reads, what tells other
// systems, and the calls of commands.
func TestJSON(t *testing.T) {
	when := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	who := sampling.Subject{Kind: sampling.KindRound, ID: "2026/1"}
	head := sampling.Head{Version: 2, Entries: 1, Recorded: when}
	for _, c := range []struct {
		value any
		want  string
	}{
		{who, `{"kind":"round","id":"2026/1"}`},
		{sampling.Head{}, `{"version":0}`},
		{head, `{"version":2,"entries":1,"recorded":"2026-03-01T09:00:00Z"}`},
		{sampling.Call{}, `{}`},
		{sampling.Call{Key: "k", At: when, Reason: "asked"}, `{"key":"k","at":"2026-03-01T09:00:00Z","reason":"asked"}`},
		{sampling.Record{Subject: who, Head: head, Cycle: "2026"},
			`{"subject":{"kind":"round","id":"2026/1"},"head":{"version":2,"entries":1,"recorded":"2026-03-01T09:00:00Z"},"cycle":"2026"}`},
		{sampling.Entry{Subject: who, Seq: 1, Kind: "assessed", Actor: "inspector", At: when, Recorded: when},
			`{"subject":{"kind":"round","id":"2026/1"},"seq":1,"kind":"assessed","actor":"inspector","at":"2026-03-01T09:00:00Z","recorded":"2026-03-01T09:00:00Z"}`},
		{sampling.Event{ID: 7, Subject: who, Version: 2, Kind: "round.assessed", At: when},
			`{"id":7,"subject":{"kind":"round","id":"2026/1"},"version":2,"kind":"round.assessed","at":"2026-03-01T09:00:00Z"}`},
	} {
		text, err := json.Marshal(c.value)
		require.NoError(t, err)
		require.JSONEq(t, c.want, string(text))
	}
}
