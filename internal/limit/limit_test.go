package limit_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/limit"
)

func TestShown(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "C-1": "C-1", "客户": "客户", "a\x00": "", "\xff": "", strings.Repeat("a", 256): "",
	} {
		require.Equal(t, want, limit.Shown(text), "%q", text)
	}
}

func TestText(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "a": true, "é": true, "客户": true, "a\x00": false, "\xff": false,
		strings.Repeat("a", 255): true, strings.Repeat("a", 256): false,
	} {
		require.Equal(t, want, limit.Text(text, 1, limit.ID), "%q", text)
	}
	require.True(t, limit.Text("", 0, 1))
}

func TestIsCode(t *testing.T) {
	for text, want := range map[string]bool{"": false, "a-1._": true, "A": false, "客": false, strings.Repeat("x", 64): true, strings.Repeat("x", 65): false} {
		require.Equal(t, want, limit.IsCode(text), "%q", text)
	}
}

func TestInstant(t *testing.T) {
	for from, want := range map[time.Time]time.Time{
		{}:                       {},
		time.Unix(0, 1999).UTC(): time.Unix(0, 1000).UTC(),
		time.Unix(0, -1).UTC():   time.Unix(0, -1000).UTC(),
		time.Unix(1, 5).In(time.FixedZone("x", 60)): time.Unix(1, 0).UTC(),
	} {
		require.Equal(t, want, limit.Instant(from))
		require.True(t, limit.IsInstant(limit.Instant(from)))
	}
	require.False(t, limit.IsInstant(time.Unix(0, 1)))
	require.False(t, limit.IsInstant(time.Unix(1, 0).In(time.FixedZone("x", 60))))
	require.False(t, limit.IsInstant(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)))
}

func TestDocument(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for body, want := range map[string]bool{
		"": true, "{}": true, "{": false, `"[[["`: true, `"\"[[["`: true, "\"\x00\"": false,
		deep(100): true, deep(101): false, `"` + strings.Repeat("a", 300) + `"`: false,
	} {
		require.Equal(t, want, limit.Document(json.RawMessage(body), 300), "%.20q", body)
	}
}
