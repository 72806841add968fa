package crmtest

import (
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/party"
)

// Features says what the suite may expect of a store beyond the contract, and what
// the store lacks. The zero value demands everything, so that a capability that
// gets lost, for example inside a wrapper, does not pass unseen.
type Features struct {
	// Parallel lets cases run side by side, each on its own store, within the
	// limits of go test -parallel.
	Parallel bool

	// NoOutbox: the store is no [crm.Outbox]. It still has to accept events, and
	// drops them.
	NoOutbox bool
	// NoPruner: the store is no [crm.Pruner].
	NoPruner bool

	// ReadOnlyProfiles: the profiles are the host's own table, which the store only
	// reads. SeedProfile is then required.
	ReadOnlyProfiles bool
	// SeedProfile writes a profile into the host's table, behind the store's back,
	// replacing the one that is there, and returns it as the store is to show it:
	// columns that the table does not have are empty. It may be called from any
	// goroutine.
	SeedProfile func(t *testing.T, store crm.Store, id string, p party.Profile) party.Profile
	// RemoveProfile deletes a row of the host's table, behind the store's back. Without
	// it the case of deleted rows is skipped.
	RemoveProfile func(t *testing.T, store crm.Store, id string)

	// Contains reports whether a text is found anywhere in what the store keeps:
	// its files, its tables. The cases of erasure ask it; without it they only
	// search what can be read.
	Contains func(t *testing.T, store crm.Store, text string) bool

	// Another opens a second store on the data of the first, as another process
	// would, and closes it with t.Cleanup. Without it the cases of shared databases
	// are skipped.
	Another func(t *testing.T, store crm.Store) crm.Store

	// Reopen closes the store and opens it again on the same data, as the program
	// does that was stopped and started. Without it the case of stores that are
	// reopened is skipped.
	Reopen func(t *testing.T, store crm.Store) crm.Store

	// Patience is how long a case may take before it is taken to hang; 0 for one
	// minute.
	Patience time.Duration
}

// SourceFeatures is to [TestPurchaseSource] what [Features] is to [TestStore].
type SourceFeatures struct {
	// Parallel lets cases run side by side, each on its own source.
	Parallel bool
	// NoSummarizer: the source is no [crm.Summarizer].
	NoSummarizer bool
	// Currency is the only one that the source knows; zero for a source that keeps
	// a currency with each purchase.
	Currency money.Currency
	// Patience is how long a case may take before it is taken to hang; 0 for one
	// minute.
	Patience time.Duration
}
