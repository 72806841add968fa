package kvstore_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/examples/kvstore"
)

func TestStore(t *testing.T) {
	crmtest.TestStore(t, open, crmtest.Features{Parallel: true, Contains: contains})
}

func TestConcurrency(t *testing.T) {
	crmtest.TestConcurrency(t, open, crmtest.Features{Contains: contains})
}

// The services of package crm over the store, through errors, conflicts and many
// orders of their calls.
func TestServices(t *testing.T) {
	runs := crmtest.Runs{Leavers: 200, Faults: 20, Work: 20}
	if testing.Short() {
		runs = crmtest.Runs{Leavers: 30, Faults: 3, Work: 5}
	}
	crmtest.TestServices(t, open, runs)
}

func open(t *testing.T) crm.Store { return store(t, database(t)) }

// contains searches the file that Compact writes: that is the promise.
func contains(t *testing.T, s crm.Store, text string) bool {
	path := filepath.Join(t.TempDir(), "compact.db")
	require.NoError(t, s.(*kvstore.Store).Compact(t.Context(), path))
	return inFile(t, path, text)
}
