package memory_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/memory"
)

type note struct {
	id   uint64
	text []byte
}

func (n note) Clone() note { n.text = append([]byte(nil), n.text...); return n }

func TestOutbox(t *testing.T) {
	var mu sync.RWMutex
	events := []note{{1, []byte("a")}, {2, []byte("b")}, {3, []byte("c")}}
	first, err := memory.Pending(t.Context(), &mu, &events, 2)
	require.NoError(t, err)
	require.Equal(t, events[:2], first)
	first[0].text[0] = 'x'
	require.Equal(t, "a", string(events[0].text))

	id := func(n note) uint64 { return n.id }
	require.NoError(t, memory.Ack(t.Context(), &mu, &events, id, []uint64{2, 9}))
	left, err := memory.Pending(t.Context(), &mu, &events, 9)
	require.NoError(t, err)
	require.Equal(t, []note{{1, []byte("a")}, {3, []byte("c")}}, left)

	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = memory.Pending(over, &mu, &events, 9)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, memory.Ack(over, &mu, &events, id, []uint64{1}), context.Canceled)
	require.Len(t, events, 2)
}

func TestPrune(t *testing.T) {
	var mu sync.RWMutex
	day := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	receipts := map[string]time.Time{"old": day.Add(-1), "then": day, "none": {}}
	as := func(at time.Time) time.Time { return at }
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := memory.Prune(over, &mu, receipts, as, day)
	require.ErrorIs(t, err, context.Canceled)
	n, err := memory.Prune(t.Context(), &mu, receipts, as, day)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, map[string]time.Time{"then": day, "none": {}}, receipts)
}
