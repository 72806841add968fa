package samplingtest_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/samplingtest"
)

// TestMutants runs the case that is meant for each mutant, and wants it to fail.
func TestMutants(t *testing.T) {
	all := samplingtest.Kit.Mutants(t.Context())
	require.GreaterOrEqual(t, len(all), 90)
	storetest.KillAll(t, all)
}

// TestUnbent shows that it is the fault that kills a mutant, and not its wrapping.
func TestUnbent(t *testing.T) { samplingtest.Kit.TestUnbent(t) }

// lenient is a Memory that does what the contract leaves: errors that are wrapped, JSON
// that is spaced otherwise, and conflicts of commits that ran beside each other.
type lenient struct {
	sampling.Memory
	busy    sync.Mutex
	refused func()
}

func (l *lenient) Commit(ctx context.Context, c sampling.Commit) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("leave: %w", err)
		}
	}()
	if c.Validate() == nil {
		if !l.busy.TryLock() {
			l.refused()
			return &sampling.Error{Reason: "entangled", Err: sampling.ErrConflict}
		}
		defer l.busy.Unlock()
		time.Sleep(50 * time.Microsecond)
	}
	return l.Memory.Commit(ctx, c)
}

func (l *lenient) Record(ctx context.Context, s sampling.Subject) (sampling.Record, error) {
	r, err := l.Memory.Record(ctx, s)
	if len(r.Body) > 0 {
		r.Body = append([]byte(" \n"), r.Body...)
	}
	return r, err
}

// TestLeave shows that the suite leaves what the contract leaves.
func TestLeave(t *testing.T) {
	var refused int
	var mu sync.Mutex
	open := func(*testing.T) sampling.Store {
		return &lenient{refused: func() {
			mu.Lock()
			refused++
			mu.Unlock()
		}}
	}
	t.Run("store", func(t *testing.T) { samplingtest.TestStore(t, open, samplingtest.Features{}) })
	t.Run("concurrency", func(t *testing.T) { samplingtest.TestConcurrency(t, open, samplingtest.Features{}) })
	require.Greater(t, refused, 100, "commits ran beside each other")
}
