package limit_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// TestRefusals: each limit is passed as it stands and refused one behind it, with the
// field that broke it.
func TestRefusals(t *testing.T) {
	id, at := strings.Repeat("x", limit.ID), time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	text := func(n int) json.RawMessage { return json.RawMessage(`"` + strings.Repeat("x", n-2) + `"`) }
	good := limit.Envelope{Scope: id, Key: id, Receipt: make([]byte, limit.Long), Recorded: at, Subjects: limit.Changes}
	with := func(change func(e *limit.Envelope)) *limit.Refusal { e := good; change(&e); return e.Refused() }
	for _, c := range []struct {
		passed, refused *limit.Refusal
		field, reason   string
	}{
		{good.Refused(), with(func(e *limit.Envelope) { e.Scope = "" }), "key", "and scope go together"},
		{limit.Envelope{}.Refused(), with(func(e *limit.Envelope) { e.Key += "x" }), "key", "or scope is longer than 255 bytes, or no UTF-8 without NUL"},
		{nil, with(func(e *limit.Envelope) { e.Receipt = append(e.Receipt, 0) }), "receipt", "is longer than 65536 bytes"},
		{nil, with(func(e *limit.Envelope) { e.Recorded = at.Add(1) }), "recorded", "is no whole microsecond in UTC"},
		{nil, with(func(e *limit.Envelope) { e.Subjects++ }), "changes", "and require have more than 1000 subjects"},
		{limit.NoSubject("a.b-c_1", id), limit.NoSubject("A", id), "kind", "is not 1 to 64 lower-case letters, digits, '-', '.' or '_'"},
		{nil, limit.NoSubject("a", ""), "id", "of a a is not 1 to 255 bytes of UTF-8 without NUL"},
		{limit.NoID("actor", id), limit.NoID("actor", ""), "actor", "is not 1 to 255 bytes of UTF-8 without NUL"},
		{limit.TooLong("text", "", 2), limit.TooLong("text", "abc", 2), "text", "is longer than 2 bytes, or no UTF-8 without NUL"},
		{limit.NoCode("state", ""), limit.NoCode("state", "No"), "state", "is no code"},
		{limit.NoDocument("data", text(limit.Event), limit.Event), limit.NoDocument("data", text(limit.Event+1), limit.Event), "data", "is no JSON of at most 4096 bytes and 100 levels"},
		{limit.NoInstant(time.Time{}, at), limit.NoInstant(at, at.In(time.FixedZone("east", 3600))), "time", "is no whole microsecond in UTC of the years 1 to 9999"},
		{limit.TooHigh(limit.Version), limit.TooHigh(limit.Version + 1), "version", "is beyond 2^53"},
		{limit.NoClaim("s", id), limit.NoClaim("s", ""), "claim", "has a code for its space and a key of 1 to 255 bytes"},
		{limit.NoEvent("k", at, nil), limit.NoEvent("k", time.Time{}, nil), "event", "has a code for its kind and an instant"},
		{nil, limit.NoEvent("k", at.Add(1), nil), "time", "is no whole microsecond in UTC of the years 1 to 9999"},
		{nil, limit.NoEvent("k", at, text(limit.Event+1)), "data", "is no JSON of at most 4096 bytes and 100 levels"},
	} {
		require.Nil(t, c.passed, c.reason)
		require.Equal(t, &limit.Refusal{Field: c.field, Reason: c.reason}, c.refused)
	}
}
