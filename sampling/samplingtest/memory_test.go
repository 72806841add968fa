package samplingtest_test

import (
	"testing"

	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/samplingtest"
)

func TestMemory(t *testing.T) {
	open := func(*testing.T) sampling.Store { return new(sampling.Memory) }
	t.Run("store", func(t *testing.T) {
		samplingtest.TestStore(t, open, samplingtest.Features{Parallel: true, Reopen: func(_ *testing.T, s sampling.Store) sampling.Store { return s }})
	})
	t.Run("concurrency", func(t *testing.T) { samplingtest.TestConcurrency(t, open, samplingtest.Features{Parallel: true}) })
}
