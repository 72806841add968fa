package loyaltytest_test

import (
	"testing"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/loyaltytest"
)

func TestMemory(t *testing.T) {
	open := func(*testing.T) loyalty.Store { return new(loyalty.Memory) }
	t.Run("store", func(t *testing.T) {
		loyaltytest.TestStore(t, open, loyaltytest.Features{Parallel: true, Reopen: func(_ *testing.T, s loyalty.Store) loyalty.Store { return s }})
	})
	t.Run("concurrency", func(t *testing.T) { loyaltytest.TestConcurrency(t, open, loyaltytest.Features{Parallel: true}) })
}
