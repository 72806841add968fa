package samplingtest

import (
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/sampling"
)

// Features says what the suite may expect of a store beyond the contract, and what
// the store lacks. The zero value demands everything, so that a capability that
// gets lost, for example inside a wrapper, does not pass unseen.
type Features struct {
	// Parallel lets cases run side by side, each on its own store, within the
	// limits of go test -parallel.
	Parallel bool

	// NoOutbox: the store is no [sampling.Outbox]. It still has to accept events, and
	// drops them.
	NoOutbox bool
	// NoPruner: the store is no [sampling.Pruner].
	NoPruner bool

	// Contains reports whether a text is found anywhere in what the store keeps:
	// its files, its tables. The cases of erasure ask it; without it they only
	// search what can be read.
	Contains func(t *testing.T, store sampling.Store, text string) bool

	// Another opens a second store on the data of the first, as another process
	// would, and closes it with t.Cleanup. Without it the cases of shared databases
	// are skipped.
	Another func(t *testing.T, store sampling.Store) sampling.Store

	// Reopen closes the store and opens it again on the same data, as the program
	// does that was stopped and started. Without it the case of stores that are
	// reopened is skipped.
	Reopen func(t *testing.T, store sampling.Store) sampling.Store

	// Patience is how long a case may take before it is taken to hang; 0 for one
	// minute.
	Patience time.Duration
}
