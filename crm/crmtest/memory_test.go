package crmtest_test

import (
	"testing"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
)

func TestMemory(t *testing.T) {
	open := func(*testing.T) crm.Store { return new(crm.Memory) }
	t.Run("store", func(t *testing.T) {
		crmtest.TestStore(t, open, crmtest.Features{Parallel: true, Reopen: func(_ *testing.T, s crm.Store) crm.Store { return s }})
	})
	t.Run("concurrency", func(t *testing.T) { crmtest.TestConcurrency(t, open, crmtest.Features{Parallel: true}) })
}
